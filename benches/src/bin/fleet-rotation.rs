//! A day in the life of a fleet whose credentials live for a quarter of an hour.
//!
//! A thousand in-process API servers behind one registry, a watch open in each. The clock is paused and moved by hand, so that a day passes
//! in minutes while sockets and TLS are real. Every simulated 15 minutes each cluster gets another credential (every other cluster another
//! token, the rest another client certificate), the old token is revoked at once, and an object in each cluster is changed through the same
//! client as ever, which its watch has to show. A hundred more clusters live the same day without any rotation: what their watches do is the servers' doing
//! (they end a watch after four to five minutes), and the others are held against it.
//!
//! Quoted: requests that failed, lists after the first one, watches opened for each opened in a cluster without rotation, changes that were
//! not seen, and the growth of tasks, sockets and resident set from the first simulated hour to the last. `HOURS` and `CLUSTERS` in the
//! environment make a smaller day of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use benches::{Bound, Figure};
use cluster_client::kubeconfig::{self, TrustPolicy};
use cluster_client::options::RegistryOptions;
use cluster_client::path::{PathOptions, Paths};
use cluster_client::registry::Registry;
use cluster_client::source::SinkTarget as _;
use cluster_client::transport::{Connector, TransportOptions};
use cluster_client::{ClientProvider as _, ClusterHandle, ClusterKey, ClusterSpec, Deadline};
use fake_cluster::api::{User, Verb};
use fake_cluster::fleet::{Fleet, FleetOptions};
use fake_cluster::server::{Credential, FakeCluster, FakeClusterOptions};
use futures::TryStreamExt as _;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use kube::api::{Patch, PatchParams};
use kube::runtime::watcher;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

const STEADY: usize = 100;
const QUARTER: Duration = Duration::from_secs(15 * 60);
/// How far the clock moves at once. Everything that is due is done before it moves again.
const STEP: Duration = Duration::from_secs(30);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?;
    runtime.block_on(async {
        // A paused clock jumps when nothing is to be done, and waiting for a socket looks like that. It does not jump while a blocking
        // task is running.
        let (release, held) = mpsc::channel::<()>();
        let holding = tokio::task::spawn_blocking(move || held.recv().is_err());
        let outcome = measure().await;
        drop(release);
        holding.await?;
        outcome
    })
}

/// What is counted in all clusters.
#[derive(Default)]
struct Tally {
    failed: AtomicU64,
    lists: AtomicU64,
    seen: AtomicU64,
    broken: AtomicU64,
}

async fn measure() -> Result<()> {
    let number =
        |name: &str, default: usize| std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default);
    let (rotating, hours) = (number("CLUSTERS", 1_000), number("HOURS", 24));
    // The servers live in this process, too: they keep so few changes that they have all of them within the first hour, which the last
    // one is held against.
    let servers = FakeClusterOptions::default().with_history_limit(4);
    let fleet = Fleet::start_with(rotating + STEADY, FleetOptions::default().with_cluster(servers)).await?;
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    // Looking at a thousand clusters four times a minute for a day would be most of what is done, and is not what is measured.
    let looks = RegistryOptions::default().with_probe_interval(QUARTER);
    let registry = Registry::builder(Arc::new(connector)).options(looks).start();
    let (tally, mut watches, mut handles) = (Arc::new(Tally::default()), JoinSet::new(), Vec::new());
    let mut tokens = Vec::new();
    for cluster in fleet.clusters() {
        let token = cluster.issue_token(User::new("robot", &["system:masters"]), None);
        let key = ClusterKey::new(cluster.name())?;
        registry.upsert(key.clone(), described(cluster, &Credential::Token(token.clone()))?);
        tokens.push(token);
        let handle = registry.get(&key, Deadline::within(DAY)).await?;
        watches.spawn(watch(handle.clone(), Arc::clone(&tally)));
        handles.push(handle);
    }
    let expected = |quarters: u64| quarters * fleet.clusters().len() as u64;
    until(|| tally.lists.load(Ordering::Relaxed) == expected(1)).await?;

    let mut first = None;
    let quarters = hours as u64 * 4;
    for quarter in 1..=quarters {
        for _ in 0..QUARTER.as_secs() / STEP.as_secs() {
            tokio::time::advance(STEP).await;
            settle(&fleet).await;
        }
        for (number, cluster) in fleet.clusters().iter().enumerate().take(rotating) {
            rotate(&registry, cluster, number, quarter, &mut tokens).await?;
        }
        settle(&fleet).await;
        change(&handles, quarter, &tally).await?;
        until(|| tally.seen.load(Ordering::Relaxed) >= expected(quarter)).await?;
        if quarter == 4 {
            first = Some(Weight::now()?);
        }
    }
    let last = Weight::now()?;
    let first = first.unwrap_or(last);
    let opened = |cluster: &FakeCluster| cluster.counters().requests(Verb::Watch);
    let (rotated, steady) = fleet.clusters().split_at(rotating);
    let mean = |clusters: &[FakeCluster]| clusters.iter().map(opened).sum::<u64>() as f64 / clusters.len() as f64;
    let relists = tally.lists.load(Ordering::Relaxed) - expected(1);
    let replaced = handles.iter().filter(|handle| handle.alive().is_cancelled()).count();
    ensure!(replaced == 0, "{replaced} connections were replaced");
    Figure::new(
        "fleet-rotation",
        "count; ratio",
        format!("{rotating} clusters, another credential each every 15 simulated minutes for {hours} h, beside {STEADY} without rotation"),
    )
    .with("failed_requests", tally.failed.load(Ordering::Relaxed) as f64, Bound::AtMost(0.0))
    .with("relists", relists as f64, Bound::AtMost(0.0))
    .with("broken_watches", tally.broken.load(Ordering::Relaxed) as f64, Bound::AtMost(0.0))
    .with("watches_opened_against_steady", mean(rotated) / mean(steady), Bound::AtMost(1.01))
    .with("tasks_growth", last.tasks / first.tasks, Bound::AtMost(1.02))
    .with("sockets_growth", last.sockets / first.sockets, Bound::AtMost(1.02))
    .with("resident_growth", last.resident / first.resident, Bound::AtMost(1.1))
    .with("resident_mib_after_the_first_hour", first.resident / 1024.0, Bound::Beside)
    .with("resident_mib_at_the_end", last.resident / 1024.0, Bound::Beside)
    .with("rotations", (quarters * rotating as u64) as f64, Bound::Beside)
    .print();
    watches.shutdown().await;
    registry.shutdown().await;
    fleet.shutdown().await;
    Ok(())
}

fn described(cluster: &FakeCluster, credential: &Credential) -> Result<ClusterSpec> {
    let text = cluster.kubeconfig_for(credential);
    Ok(kubeconfig::parse(text.as_bytes(), &TrustPolicy::for_secrets(), None)?.current()?)
}

/// Watches ConfigMaps as a controller would, for as long as the cluster is connected.
async fn watch(handle: ClusterHandle, tally: Arc<Tally>) {
    let maps: Api<ConfigMap> = Api::namespaced(handle.client().clone(), "default");
    let mut events = std::pin::pin!(watcher(maps, watcher::Config::default()));
    loop {
        match events.try_next().await {
            Ok(Some(watcher::Event::InitDone)) => tally.lists.fetch_add(1, Ordering::Relaxed),
            Ok(Some(watcher::Event::Apply(_))) => tally.seen.fetch_add(1, Ordering::Relaxed),
            Ok(Some(_)) => continue,
            Ok(None) => return,
            Err(error) => {
                eprintln!("{}: {error}", handle.key());
                tally.broken.fetch_add(1, Ordering::Relaxed)
            }
        };
    }
}

async fn rotate(
    registry: &Registry,
    cluster: &FakeCluster,
    number: usize,
    quarter: u64,
    tokens: &mut [String],
) -> Result<()> {
    let token = tokens.get_mut(number).context("a token for each cluster")?;
    let credential = if (number as u64 + quarter).is_multiple_of(2) {
        let old = std::mem::replace(token, cluster.issue_token(User::new("robot", &["system:masters"]), None));
        cluster.revoke_token(&old);
        Credential::Token(token.clone())
    } else {
        Credential::Certificate(cluster.issue_client("robot", &["system:masters"], DAY)?)
    };
    registry.upsert(ClusterKey::new(cluster.name())?, described(cluster, &credential)?);
    Ok(())
}

/// Changes one object in every cluster, a few at a time.
async fn change(handles: &[ClusterHandle], quarter: u64, tally: &Arc<Tally>) -> Result<()> {
    let mut asking = JoinSet::new();
    for handle in handles {
        let (client, tally) = (handle.client().clone(), Arc::clone(tally));
        asking.spawn(async move {
            let beat = json!({
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "beat" },
                "data": { "quarter": quarter.to_string() },
            });
            let maps: Api<ConfigMap> = Api::namespaced(client, "default");
            if let Err(error) = maps.patch("beat", &PatchParams::apply("fleet-rotation"), &Patch::Apply(beat)).await {
                eprintln!("{error}");
                tally.failed.fetch_add(1, Ordering::Relaxed);
            }
        });
        if asking.len() >= 32 {
            asking.join_next().await.context("a request")??;
        }
    }
    while let Some(asked) = asking.join_next().await {
        asked?;
    }
    Ok(())
}

/// Lets everything that is due happen: until no server has seen a request for a while (of turns, not of time: the clock stands still).
async fn settle(fleet: &Fleet) {
    let (mut quiet, mut before) = (0, fleet.totals().requests);
    while quiet < 20 {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        let now = fleet.totals().requests;
        quiet = if now == before { quiet + 1 } else { 0 };
        before = now;
    }
}

async fn until(condition: impl Fn() -> bool) -> Result<()> {
    let begun = std::time::Instant::now();
    while !condition() {
        ensure!(begun.elapsed() < Duration::from_secs(120), "waited for something that did not happen");
        tokio::task::yield_now().await;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Weight {
    tasks: f64,
    sockets: f64,
    resident: f64,
}

impl Weight {
    fn now() -> Result<Self> {
        let status = std::fs::read_to_string("/proc/self/status").context("this figure needs Linux's /proc")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
        Ok(Self {
            tasks: Handle::current().metrics().num_alive_tasks() as f64,
            sockets: std::fs::read_dir("/proc/self/fd")?.count() as f64,
            resident: line.trim().trim_end_matches("kB").trim().parse()?,
        })
    }
}
