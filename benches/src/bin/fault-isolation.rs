//! What the users of healthy clusters notice when others are in trouble.
//!
//! A thousand in-process API servers behind one registry, health looked at every 15 s. Of these, 700 stay well; their users send a `GET`
//! for a namespace each, in turn, at a fixed pace (so that a slow answer does not slow the asking down), and every latency counts from the
//! moment the request was due. Rounds alternate: in quiet ones the other 300 are well, too; in troubled ones 100 of them accept
//! connections and never answer, 100 answer 503 and 100 take 2 s for every answer. In both, somebody asks each of the 300, over and over.
//! Quoted: the 99th percentile of the healthy ones over all troubled rounds, against that over all quiet rounds.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use benches::{Bound, Figure};
use cluster_client::kubeconfig::{self, TrustPolicy};
use cluster_client::path::{PathOptions, Paths};
use cluster_client::registry::Registry;
use cluster_client::source::SinkTarget as _;
use cluster_client::transport::{Connector, TransportOptions};
use cluster_client::{ClientProvider as _, ClusterKey, Deadline};
use fake_cluster::faults::{Effect, Fault, FaultHandle};
use fake_cluster::fleet::Fleet;
use fake_cluster::server::FakeCluster;
use futures::future::try_join_all;
use k8s_openapi::api::core::v1::Namespace;
use kube::{Api, Client};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep};

const CLUSTERS: usize = 1_000;
const EACH: usize = 100;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(8);
/// A request to a healthy cluster is due this often.
const PACE: Duration = Duration::from_micros(2_000);
const PATIENCE: Duration = Duration::from_secs(120);

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Result<()> {
    let fleet = Fleet::start(CLUSTERS).await?;
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    let registry = Registry::builder(Arc::new(connector)).start();
    let mut keys = Vec::new();
    for cluster in fleet.clusters() {
        let parsed = kubeconfig::parse(cluster.kubeconfig().as_bytes(), &TrustPolicy::for_secrets(), None)?;
        let key = ClusterKey::new(cluster.name())?;
        registry.upsert(key.clone(), parsed.current()?);
        keys.push(key);
    }
    let deadline = Deadline::within(PATIENCE);
    let connecting = try_join_all(keys.iter().map(|key| registry.get(key, deadline)));
    let handles = connecting.await.context("a cluster is not connected")?;
    let clients: Vec<Client> = handles.iter().map(|handle| handle.client().clone()).collect();
    let (others, healthy) = clients.split_at(3 * EACH);

    let mut asking = JoinSet::new();
    for client in others.iter().cloned() {
        asking.spawn(async move {
            let api: Api<Namespace> = Api::all(client);
            loop {
                // How it ends is not what is measured; that somebody waits for it is.
                let _outcome = api.get_opt("default").await;
                sleep(Duration::from_millis(200)).await;
            }
        });
    }
    let (mut quiet, mut troubled) = (Vec::new(), Vec::new());
    // One round of each first, which warms every connection up.
    for round in 0..=ROUNDS {
        let calm = latencies(healthy).await?;
        let trouble = Trouble::begin(&fleet.clusters()[..3 * EACH]);
        let storm = latencies(healthy).await?;
        trouble.end().await;
        if round > 0 {
            quiet.extend(calm);
            troubled.extend(storm);
        }
    }
    asking.shutdown().await;
    let (quiet, troubled) = (p99_ms(quiet), p99_ms(troubled));
    Figure::new(
        "fault-isolation",
        "ratio",
        "99th percentile of 700 healthy clusters' requests, troubled against quiet rounds",
    )
    .with("p99_troubled_against_quiet", troubled / quiet, Bound::AtMost(1.2))
    .with("p99_quiet_ms", quiet, Bound::Beside)
    .with("p99_troubled_ms", troubled, Bound::Beside)
    .print();
    registry.shutdown().await;
    fleet.shutdown().await;
    Ok(())
}

/// Asks healthy clusters in turn, one request whenever it is due; how long each took from then.
async fn latencies(healthy: &[Client]) -> Result<Vec<Duration>> {
    let mut due = interval(PACE);
    let mut requests = JoinSet::new();
    let end = Instant::now() + ROUND;
    for client in healthy.iter().cycle() {
        let at = due.tick().await;
        if at > end {
            break;
        }
        let api: Api<Namespace> = Api::all(client.clone());
        requests.spawn(async move {
            api.get("default").await?;
            anyhow::Ok(at.elapsed())
        });
    }
    let mut took = Vec::with_capacity(requests.len());
    while let Some(request) = requests.join_next().await {
        took.push(request?.context("a healthy cluster did not answer")?);
    }
    Ok(took)
}

/// A third of the clusters accept and never answer, a third answer 503, a third are slow.
struct Trouble<'a> {
    silent: &'a [FakeCluster],
    faults: Vec<FaultHandle>,
}

impl<'a> Trouble<'a> {
    fn begin(clusters: &'a [FakeCluster]) -> Self {
        let (silent, rest) = clusters.split_at(EACH);
        let (failing, slow) = rest.split_at(EACH);
        for cluster in silent {
            cluster.accept_only(true);
            cluster.freeze_connections();
        }
        let failing = failing.iter().map(|cluster| cluster.faults().add(Fault::new(Effect::unavailable())));
        let slow = slow.iter().map(|cluster| cluster.faults().add(Fault::new(Effect::latency(Duration::from_secs(2)))));
        Self { silent, faults: failing.chain(slow).collect() }
    }

    async fn end(self) {
        for cluster in self.silent {
            cluster.accept_only(false);
            cluster.thaw_connections();
        }
        for fault in &self.faults {
            fault.remove();
        }
        // The last slow answers are not the next round's.
        sleep(Duration::from_secs(3)).await;
    }
}

fn p99_ms(mut latencies: Vec<Duration>) -> f64 {
    latencies.sort_unstable();
    let at = latencies.len() * 99 / 100;
    latencies.get(at).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1000.0)
}
