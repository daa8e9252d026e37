//! `real-apply`: objects applied to a real kube-apiserver by a plan, against a bare loop of server-side apply PATCHes.
//!
//! One kube-apiserver with etcd on the same two cores (`cargo xtask control-plane` provides them). Five hundred ConfigMaps are declared,
//! observed (they are not there), planned and applied, with as many requests at a time as by default. `bare` is a loop over a
//! `kube::Client` with as many at a time, and bodies that are made beforehand. Five rounds of each in turn, with other names each time;
//! `rate_against_bare` is the median over the rounds of the rate at which the plan is carried out, against the bare rate of that round.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use benches::{Bound, Figure};
use cluster_resources::clusters::StaticClusters;
use cluster_resources::desired::DesiredSet;
use cluster_resources::execute::{ExecuteOptions, execute};
use cluster_resources::id::Origin;
use cluster_resources::inventory::ResourceInventory;
use cluster_resources::observe::{ObserveOptions, observe};
use cluster_resources::outcome::Quiet;
use cluster_resources::plan::plan;
use cluster_resources::policy::{Actor, Policy};
use cluster_resources::resource::Resource;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Patch, PatchParams};
use kube::{Api, Client};
use serde_json::{Value, json};
use tests::access::Who;
use tests::backend::Backend;
use tests::control_plane::Assets;

const OBJECTS: usize = 500;
const ROUNDS: usize = 5;
const CLUSTER: &str = "real";

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Result<()> {
    let assets = Assets::find().context("there is no kube-apiserver here; run `cargo xtask control-plane`")?;
    let real = Backend::real(&assets).await?;
    let client = real.client(&Who::Admin).await?;
    let clusters = StaticClusters::new().with(CLUSTER, client.clone());
    let (mut ratios, mut bare_rates, mut our_rates, mut totals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // The first round opens connections and fills caches.
    for round in 0..=ROUNDS {
        let bare = bare_round(&client, round).await?;
        let (ours, total) = our_round(&clusters, round).await?;
        if round > 0 {
            ratios.push(ours / bare);
            bare_rates.push(bare);
            our_rates.push(ours);
            totals.push(total.as_secs_f64());
        }
    }
    let method = "one kube-apiserver, 500 ConfigMaps, as many requests at a time on both sides; 5 rounds, medians";
    Figure::new("real-apply", "ratio", method)
        .with_rounds("rate_against_bare", ratios, Bound::AtLeast(0.8))
        .with_rounds("applies_per_s", our_rates, Bound::Beside)
        .with_rounds("bare_applies_per_s", bare_rates, Bound::Beside)
        .with_rounds("observe_plan_apply_s", totals, Bound::Beside)
        .print();
    real.shutdown().await
}

async fn our_round(clusters: &StaticClusters, round: usize) -> Result<(f64, Duration)> {
    let policy = Policy::new(Actor::new("mooring", "bench", "1.0.0"));
    let desired = declared(round)?;
    let begun = Instant::now();
    let observed = observe(&desired, clusters, &policy, &ObserveOptions::default(), &Quiet).await;
    let plan = plan(&desired, &observed, &policy);
    let applying = Instant::now();
    let options = ExecuteOptions::default();
    let outcome = execute(&plan, &desired, clusters, &policy, &options, &Quiet, Default::default()).await;
    let counts = outcome.counts();
    ensure!(counts.created == OBJECTS, "not everything was made: {counts:?}");
    Ok((OBJECTS as f64 / applying.elapsed().as_secs_f64(), begun.elapsed()))
}

fn declared(round: usize) -> Result<DesiredSet> {
    let inventory = ResourceInventory::new();
    inventory.initialize_resource_type(CLUSTER, Some("default"), "ConfigMap", None).context("a kind")?;
    for at in 0..OBJECTS {
        let resource =
            Resource::new(body(&format!("ours-{round}-{at}")), Origin::default()).context("a declaration")?;
        inventory.add_desired(CLUSTER, Some("default"), "ConfigMap", resource, false).context("a declaration")?;
    }
    Ok(inventory.desired())
}

/// Applies per second.
async fn bare_round(client: &Client, round: usize) -> Result<f64> {
    let names: Vec<String> = (0..OBJECTS).map(|at| format!("bare-{round}-{at}")).collect();
    let bodies: Vec<(&String, Value)> = names.iter().map(|name| (name, body(name))).collect();
    let api: Api<ConfigMap> = Api::namespaced(client.clone(), "default");
    let params = PatchParams::apply("mooring/bare");
    let begun = Instant::now();
    stream::iter(&bodies)
        .map(|(name, body)| {
            let (api, params) = (&api, &params);
            async move { api.patch(name, params, &Patch::Apply(body)).await.map(drop) }
        })
        .buffer_unordered(ExecuteOptions::default().writes_per_cluster)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(OBJECTS as f64 / begun.elapsed().as_secs_f64())
}

fn body(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": "bench"}},
        "data": {"key": "value", "other": "x".repeat(200)},
    })
}
