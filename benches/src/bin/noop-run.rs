//! `noop-run`: a run over a hundred thousand objects that are all as declared.
//!
//! Fifty in-process API servers on the same two cores as the run, two thousand ConfigMaps in each, made by a run of ours before. Then
//! everything is observed, planned and carried out again, three times; the slowest counts. Nothing is written. What is listed is as many
//! pages of 500 as the objects need, one list of namespaces a cluster besides.
#![expect(clippy::expect_used, reason = "a figure that cannot be set up cannot be measured")]

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use benches::{Bound, Figure};
use cluster_resources::clusters::StaticClusters;
use cluster_resources::desired::{Desired, DesiredSet};
use cluster_resources::execute::{RealizeOptions, realize};
use cluster_resources::id::{BucketId, GroupKind, Origin};
use cluster_resources::inventory::ResourceInventory;
use cluster_resources::outcome::{Counts, Quiet};
use cluster_resources::policy::{Actor, Policy};
use cluster_resources::resource::Resource;
use fake_cluster::fleet::Fleet;
use fake_cluster::server::{Credential, FakeCluster};
use kube::Client;
use serde_json::json;

const CLUSTERS: usize = 50;
const OBJECTS: usize = 2_000;
const PAGE: usize = 500;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Result<()> {
    let fleet = Fleet::start(CLUSTERS).await?;
    let mut clusters = StaticClusters::new();
    for cluster in fleet.clusters() {
        clusters = clusters.with(cluster.name(), client(cluster));
    }
    let desired = declared(&fleet)?;
    let made = run(&desired, &clusters).await.0;
    ensure!(made.created == CLUSTERS * OBJECTS, "not everything was made: {made:?}");
    let (mut slowest, mut writes, mut lists) = (0.0_f64, 0, 0);
    for _ in 0..3 {
        let before = fleet.totals();
        let (counts, seconds) = run(&desired, &clusters).await;
        let after = fleet.totals();
        ensure!(counts.unchanged == CLUSTERS * OBJECTS, "not everything is as declared: {counts:?}");
        slowest = slowest.max(seconds);
        writes = writes.max(after.writes - before.writes);
        lists = lists.max(after.lists - before.lists);
    }
    let pages = CLUSTERS * OBJECTS.div_ceil(PAGE);
    Figure::new("noop-run", "s", "100,000 objects in 50 clusters that are as declared; slowest of 3 runs")
        .with("run_s", slowest, Bound::AtMost(15.0))
        .with("writes", writes as f64, Bound::AtMost(0.0))
        .with("lists_but_of_namespaces", lists as f64 - CLUSTERS as f64, Bound::AtMost(pages as f64))
        .print();
    fleet.shutdown().await;
    Ok(())
}

async fn run(desired: &DesiredSet, clusters: &StaticClusters) -> (Counts, f64) {
    let policy = Policy::new(Actor::new("mooring", "bench", "1.0.0"));
    let begun = Instant::now();
    let realized = realize(desired, clusters, &policy, &RealizeOptions::wet(), &Quiet, Default::default()).await;
    (realized.outcome.counts(), begun.elapsed().as_secs_f64())
}

fn declared(fleet: &Fleet) -> Result<DesiredSet> {
    let inventory = ResourceInventory::new();
    for cluster in fleet.clusters() {
        let bucket = BucketId::new(cluster.name(), Some("default"), GroupKind::core("ConfigMap"));
        inventory.initialize_resource_type(cluster.name(), Some("default"), "ConfigMap", None).context("a kind")?;
        for at in 0..OBJECTS {
            let body = json!({
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": {"name": format!("object-{at}"), "namespace": "default", "labels": {"app": "bench"}},
                "data": {"key": at.to_string(), "other": "x".repeat(200)},
            });
            let resource = Resource::new(body, Origin::default()).context("a declaration")?;
            inventory.add(&bucket, Desired::new(resource)).context("a declaration")?;
        }
    }
    Ok(inventory.desired())
}

fn client(cluster: &FakeCluster) -> Client {
    let mut config = cluster.client_config(&Credential::Certificate(cluster.admin())).expect("a configuration");
    config.default_retry = false;
    Client::try_from(config).expect("a client")
}
