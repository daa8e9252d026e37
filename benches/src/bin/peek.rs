//! How fast a connected cluster is had out of ten thousand, and what it costs against the least that a map of clusters can do.
//!
//! The registry holds ten thousand clusters that are all connected, over a connector without sockets. The bare way is an
//! `ArcSwap<HashMap<ClusterKey, ClusterHandle>>` with the same keys, hasher and handles: one load, one lookup, one reference count. Beside
//! it the same map with small counters in the place of handles, which lie side by side and not among the connections they lead to: what the
//! memory of handles costs, whoever looks them up. All ways walk the same keys in the same shuffled order, with keys of their own (not the instances that the maps hold), on one thread, in alternating
//! rounds of half a second; each handle is dropped before the next is had. Beside them: the time that ten thousand upserts take, and the time
//! from the first of them to the last connection.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use arc_swap::ArcSwap;
use async_trait::async_trait;
use benches::{Bound, Figure, Rate};
use cluster_client::connect::{Connect, Connection, ConnectionControl};
use cluster_client::source::SinkTarget as _;
use cluster_client::spec::{CredentialSpec, ServerTrust};
use cluster_client::{
    ClientProvider as _, ClusterHandle, ClusterKey, ClusterSpec, ClusterUid, ConnectError, Deadline, Registry,
};
use kube::Client;

const CLUSTERS: usize = 10_000;
const ROUNDS: usize = 9;
const PERIOD: Duration = Duration::from_millis(500);

type Bare<T> = ArcSwap<HashMap<ClusterKey, T, foldhash::fast::RandomState>>;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let registry = runtime.block_on(async { Registry::builder(Arc::new(Socketless)).start() });
    let begun = Instant::now();
    for n in 0..CLUSTERS {
        registry.upsert(key(n)?, spec()?);
    }
    let pushed = begun.elapsed();
    runtime.block_on(async {
        for n in 0..CLUSTERS {
            registry.get(&key(n)?, Deadline::within(Duration::from_secs(60))).await?;
        }
        anyhow::Ok(())
    })?;
    let connected = begun.elapsed();

    let (mut handles, mut counters) = (HashMap::default(), HashMap::default());
    for n in 0..CLUSTERS {
        handles.insert(key(n)?, registry.peek(&key(n)?)?);
        counters.insert(key(n)?, Arc::new(n as u64));
    }
    let bare: Bare<ClusterHandle> = ArcSwap::from_pointee(handles);
    let counters: Bare<Arc<u64>> = ArcSwap::from_pointee(counters);
    let keys: Vec<ClusterKey> = shuffled().map(key).collect::<Result<_>>()?;

    let peek = || peeks(&registry, &keys);
    let look = || looks(&bare, &keys);
    let mut rate = Rate::default();
    for round in 0..=ROUNDS {
        let (bare, ours) = if round % 2 == 0 {
            let bare = per_second(&look);
            (bare, per_second(&peek))
        } else {
            let ours = per_second(&peek);
            (per_second(&look), ours)
        };
        if round > 0 {
            rate.a.push(bare);
            rate.b.push(ours);
        }
    }
    let beside = (0..ROUNDS).map(|_| per_second(&|| looks(&counters, &keys))).collect();
    let costs = rate.costs();
    Figure::new(
        "peek",
        "million a second; ratio; ms",
        "10,000 connected clusters, one thread, median of 9 paired rounds of 0.5 s; bare: ArcSwap<HashMap> of the same handles",
    )
    .with_rounds("million_peeks_a_second", millions(rate.b), Bound::AtLeast(10.0))
    .with_rounds("cost_against_bare", costs, Bound::AtMost(2.0))
    .with_rounds("million_bare_lookups_a_second", millions(rate.a), Bound::Beside)
    .with_rounds("million_lookups_of_counters_a_second", millions(beside), Bound::Beside)
    .with("upsert_10000_ms", millis(pushed), Bound::Beside)
    .with("connect_10000_ms", millis(connected), Bound::Beside)
    .print();
    runtime.block_on(registry.shutdown());
    Ok(())
}

/// Goes through all keys once.
fn peeks(registry: &Registry, keys: &[ClusterKey]) {
    for key in keys {
        let handle: Option<ClusterHandle> = registry.peek(black_box(key)).ok();
        assert!(black_box(handle).is_some(), "a figure made of failures is worth nothing");
    }
}

fn looks<T: Clone>(bare: &Bare<T>, keys: &[ClusterKey]) {
    for key in keys {
        let found = bare.load().get(black_box(key)).cloned();
        assert!(black_box(found).is_some(), "a figure made of failures is worth nothing");
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of walks are small")]
fn per_second(walk: &impl Fn()) -> f64 {
    let begun = Instant::now();
    let mut walks = 0;
    while begun.elapsed() < PERIOD {
        walk();
        walks += 1;
    }
    f64::from(walks) * CLUSTERS as f64 / begun.elapsed().as_secs_f64()
}

/// Every number once, in an order that no cache foresees: a step that shares no factor with the count.
fn shuffled() -> impl Iterator<Item = usize> {
    (0..CLUSTERS).map(|n| n * 7_919 % CLUSTERS)
}

fn key(n: usize) -> Result<ClusterKey> {
    Ok(ClusterKey::namespaced("fleet", format!("edge-{n:05}"))?)
}

fn spec() -> Result<ClusterSpec> {
    let url = "https://edge.example.com:6443".parse().context("a URL")?;
    Ok(ClusterSpec::new(url, ServerTrust::System, CredentialSpec::Anonymous))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Makes connections that lead nowhere.
struct Socketless;

struct Nothing;

#[async_trait]
impl Connect for Socketless {
    async fn connect(&self, key: &ClusterKey, _: &ClusterSpec) -> Result<Connection, ConnectError> {
        let nowhere = tower::service_fn(|_: http::Request<kube::client::Body>| async {
            Ok::<_, std::convert::Infallible>(http::Response::new(kube::client::Body::empty()))
        });
        let identity = Some(ClusterUid::new(key.name()));
        Ok(Connection {
            client: Client::new(nowhere, "default"),
            control: Arc::new(Nothing),
            identity,
            server_version: None,
        })
    }
}

#[async_trait]
impl ConnectionControl for Nothing {
    async fn probe(&self, _: Duration) -> Result<(), ConnectError> {
        Ok(())
    }

    async fn swap_credential(&self, _: &CredentialSpec) -> Result<(), ConnectError> {
        Ok(())
    }

    fn in_flight(&self) -> usize {
        0
    }

    fn credential_expires(&self) -> Option<jiff::Timestamp> {
        None
    }

    async fn close(&self, _: Duration) {}
}

fn millions(rates: Vec<f64>) -> Vec<f64> {
    rates.into_iter().map(|rate| rate / 1e6).collect()
}
