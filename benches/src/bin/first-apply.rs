//! `first-apply`: a thousand clusters that have never been touched get ten objects each, in one call.
//!
//! A thousand in-process API servers on the same two cores as the run. Ten ConfigMaps a cluster are observed (they are not there),
//! planned and applied, 64 requests at a time, which is the default. `bare` is a loop of server-side apply PATCHes by bare
//! `kube::Client`s over connections that are open, 64 at a time, with bodies that are made beforehand: what the requests alone cost. Three
//! rounds of each in turn, with other names each time; `rate_against_bare` is the median over the rounds of the rate at which the plan is
//! carried out, against the bare rate of the same round. Memory is what the resident set grows by in our first round at most, looked at
//! every 20 ms, less what it grows by in the first bare round: there the servers come to hold as many objects, and clients as many
//! connections.
#![expect(clippy::expect_used, reason = "a figure that cannot be set up cannot be measured")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use benches::{Bound, Figure};
use cluster_resources::clusters::StaticClusters;
use cluster_resources::execute::{ExecuteOptions, execute};
use cluster_resources::id::{BucketId, GroupKind, Origin};
use cluster_resources::inventory::ResourceInventory;
use cluster_resources::observe::{ObserveOptions, observe};
use cluster_resources::outcome::Quiet;
use cluster_resources::plan::plan;
use cluster_resources::policy::{Actor, Policy};
use cluster_resources::resource::Resource;
use fake_cluster::fleet::Fleet;
use fake_cluster::server::{Credential, FakeCluster};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Patch, PatchParams};
use kube::{Api, Client};
use serde_json::{Value, json};

const CLUSTERS: usize = 1_000;
const OBJECTS: usize = 10;
const ROUNDS: usize = 3;
const AT_ONCE: usize = 64;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Result<()> {
    let fleet = Fleet::start(CLUSTERS).await?;
    let bare: Vec<Client> = fleet.clusters().iter().map(client).collect();
    let mut clusters = StaticClusters::new();
    for cluster in fleet.clusters() {
        clusters = clusters.with(cluster.name(), client(cluster));
    }
    stream::iter(&bare)
        .map(|client| client.apiserver_version())
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<_>>()
        .await?;
    let (mut totals, mut ratios, mut bare_rates, mut our_rates) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut bare_growth, mut our_growth) = (0.0, 0.0);
    for round in 0..ROUNDS {
        let (bare_rate, growth) = watched(bare_round(&bare, round)).await?;
        let (ours, grown) = watched(our_round(&fleet, &clusters, round)).await?;
        if round == 0 {
            (bare_growth, our_growth) = (growth, grown);
        }
        totals.push(ours.total.as_secs_f64());
        ratios.push(ours.rate / bare_rate);
        bare_rates.push(bare_rate);
        our_rates.push(ours.rate);
    }
    let method = "1,000 clusters, 10 ConfigMaps each, 64 requests at a time; observe, plan, apply; 3 rounds, median; \
                  resident set above that of the bare round";
    Figure::new("first-apply", "s, ratio, MiB", method)
        .with_rounds("observe_plan_apply_s", totals, Bound::AtMost(10.0))
        .with_rounds("rate_against_bare", ratios, Bound::AtLeast(0.7))
        .with("memory_mib", (our_growth - bare_growth) / 1024.0, Bound::AtMost(256.0))
        .with("memory_with_servers_mib", our_growth / 1024.0, Bound::Beside)
        .with_rounds("applies_per_s", our_rates, Bound::Beside)
        .with_rounds("bare_applies_per_s", bare_rates, Bound::Beside)
        .print();
    fleet.shutdown().await;
    Ok(())
}

struct Ours {
    total: Duration,
    rate: f64,
}

async fn our_round(fleet: &Fleet, clusters: &StaticClusters, round: usize) -> Result<Ours> {
    let policy = Policy::new(Actor::new("mooring", "bench", "1.0.0"));
    let inventory = ResourceInventory::new();
    for cluster in fleet.clusters() {
        let bucket = BucketId::new(cluster.name(), Some("default"), GroupKind::core("ConfigMap"));
        inventory.initialize_resource_type(cluster.name(), Some("default"), "ConfigMap", None).context("a kind")?;
        for at in 0..OBJECTS {
            let resource = Resource::new(body(&name("ours", round, at)), Origin::default()).context("a declaration")?;
            inventory.add(&bucket, cluster_resources::desired::Desired::new(resource)).context("a declaration")?;
        }
    }
    let desired = inventory.desired();
    let begun = Instant::now();
    let observed = observe(&desired, clusters, &policy, &ObserveOptions::default(), &Quiet).await;
    let plan = plan(&desired, &observed, &policy);
    drop(observed);
    let applying = Instant::now();
    let outcome =
        execute(&plan, &desired, clusters, &policy, &ExecuteOptions::default(), &Quiet, Default::default()).await;
    let counts = outcome.counts();
    ensure!(counts.created == CLUSTERS * OBJECTS, "not everything was made: {counts:?}");
    Ok(Ours { total: begun.elapsed(), rate: (CLUSTERS * OBJECTS) as f64 / applying.elapsed().as_secs_f64() })
}

/// Applies per second.
async fn bare_round(clients: &[Client], round: usize) -> Result<f64> {
    let bodies: Vec<(String, Value)> = (0..OBJECTS)
        .map(|at| {
            let name = name("bare", round, at);
            let body = body(&name);
            (name, body)
        })
        .collect();
    let params = PatchParams::apply("mooring/bare");
    let begun = Instant::now();
    let requests = bodies.iter().flat_map(|body| clients.iter().map(move |client| (client, body)));
    stream::iter(requests)
        .map(|(client, (name, body))| {
            let api: Api<ConfigMap> = Api::namespaced(client.clone(), "default");
            let params = &params;
            async move { api.patch(name, params, &Patch::Apply(body)).await.map(drop) }
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    Ok((CLUSTERS * OBJECTS) as f64 / begun.elapsed().as_secs_f64())
}

/// What comes of something, and what the resident set grows by meanwhile at most, in KiB.
async fn watched<T>(work: impl Future<Output = Result<T>>) -> Result<(T, f64)> {
    let before = resident_kib()?;
    let done = Arc::new(AtomicBool::new(false));
    let looking = tokio::spawn({
        let done = Arc::clone(&done);
        async move {
            let mut most = before;
            while !done.load(Ordering::Relaxed) {
                most = f64::max(most, resident_kib()?);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            anyhow::Ok(most)
        }
    });
    let result = work.await;
    done.store(true, Ordering::Relaxed);
    let most = looking.await??;
    Ok((result?, most - before))
}

fn name(way: &str, round: usize, at: usize) -> String {
    format!("{way}-{round}-{at}")
}

fn body(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": "bench"}},
        "data": {"key": "value", "other": "x".repeat(200)},
    })
}

fn client(cluster: &FakeCluster) -> Client {
    let mut config = cluster.client_config(&Credential::Certificate(cluster.admin())).expect("a configuration");
    config.default_retry = false;
    Client::try_from(config).expect("a client")
}

/// The resident set of this process, as Linux tells it.
fn resident_kib() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("this figure needs Linux's /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    line.trim().trim_end_matches("kB").trim().parse().context("VmRSS")
}
