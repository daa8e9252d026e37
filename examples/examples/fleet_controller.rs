//! One controller for a whole fleet: every team's namespace gets a ConfigMap that says whom to call, in every cluster, now and later.
//!
//! You learn how `MultiClusterController` runs one reconciler over clusters that come and go: what it watches in each, what an index is
//! for, and why it writes through `guarded_client`. `cargo run -p examples --example fleet_controller` starts clusters in this process,
//! breaks what the controller made, lets another cluster join, and ends when all is as it should be.
#![expect(clippy::print_stdout, reason = "an example speaks to a person")]

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use cluster_client::kubeconfig::{self, TrustPolicy};
use cluster_client::path::{PathOptions, Paths};
use cluster_client::registry::Registry;
use cluster_client::runtime::{Action, Ctx, MultiClusterController, Request};
use cluster_client::source::SinkTarget as _;
use cluster_client::transport::{Connector, TransportOptions};
use cluster_client::{ClusterKey, ClusterSpec};
use fake_cluster::fleet::Fleet;
use fake_cluster::server::FakeCluster;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::api::{DeleteParams, Patch, PatchParams};
use kube::runtime::watcher;
use kube::{Api, ResourceExt as _};
use serde_json::json;

const TEAM: &str = "example.mooring.dev/team";
const CONTACTS: &str = "contacts";
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes the ConfigMap of one namespace as it should be, in whichever cluster it is.
async fn reconcile(request: Request<Namespace>, ctx: Ctx<Namespace>) -> Result<Action, kube::Error> {
    // Gone, or its store is not there any more: nothing to do.
    let Ok(Some(namespace)) = ctx.object(&request) else { return Ok(Action::await_change()) };
    let Some(team) = namespace.labels().get(TEAM) else { return Ok(Action::await_change()) };
    // Refuses to write once the cluster was removed or another one answers under its name.
    let maps: Api<ConfigMap> = Api::namespaced(ctx.guarded_client(), &namespace.name_any());
    let wanted = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": CONTACTS },
        "data": { "team": team, "mail": format!("{team}@example.com"), "cluster": ctx.cluster().to_string() },
    });
    maps.patch(CONTACTS, &PatchParams::apply("fleet-controller").force(), &Patch::Apply(wanted)).await?;
    Ok(Action::requeue(Duration::from_secs(600)))
}

fn described(cluster: &FakeCluster) -> Result<ClusterSpec> {
    let kubeconfig = kubeconfig::parse(cluster.kubeconfig().as_bytes(), &TrustPolicy::for_secrets(), None)?;
    Ok(kubeconfig.current()?.with_label("tier", "prod"))
}

fn join(registry: &Registry, cluster: &FakeCluster) -> Result<()> {
    registry.upsert(ClusterKey::new(cluster.name())?, described(cluster)?);
    Ok(())
}

fn create_team(cluster: &FakeCluster, team: &str) -> Result<()> {
    let namespace = json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": team, "labels": { TEAM: team } },
    });
    cluster.create(namespace)?;
    Ok(())
}

/// Waits until a team's ConfigMap is there and says what it should.
async fn until_written(cluster: &FakeCluster, team: &str) -> Result<ConfigMap> {
    let maps: Api<ConfigMap> = Api::namespaced(cluster.client()?, team);
    let waiting = async {
        loop {
            if let Some(map) = maps.get_opt(CONTACTS).await?
                && map.data.as_ref().is_some_and(|data| data.get("team").is_some_and(|name| name == team))
            {
                return anyhow::Ok(map);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let map =
        tokio::time::timeout(PATIENCE, waiting).await.with_context(|| format!("{team} never got its contacts"))??;
    println!("{:<12} {team}/{CONTACTS} is there", cluster.name());
    Ok(map)
}

#[tokio::main]
async fn main() -> Result<()> {
    let fleet = Fleet::start(3).await?;
    let [one, two, late] = fleet.clusters() else { anyhow::bail!("three clusters were asked for") };
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    let registry = Registry::builder(Arc::new(connector)).start();
    let controller = MultiClusterController::<Namespace>::new(Arc::new(registry.clone()))
        .named("contacts")
        .watches_main(watcher::Config::default().labels(TEAM))
        .watches::<ConfigMap>(
            watcher::Config::default().fields(&format!("metadata.name={CONTACTS}")),
            |cluster, map| {
                let namespace = kube::runtime::reflector::ObjectRef::new(&map.namespace().unwrap_or_default());
                vec![Request::new(cluster.clone(), namespace)]
            },
        )
        .filter(|cluster| cluster.labels.get("tier").is_some_and(|tier| tier == "prod"))
        .run(reconcile)?;

    for cluster in [one, two] {
        create_team(cluster, "payments")?;
        join(&registry, cluster)?;
        until_written(cluster, "payments").await?;
    }
    println!("somebody deletes what the controller made");
    let maps: Api<ConfigMap> = Api::namespaced(one.client()?, "payments");
    maps.delete(CONTACTS, &DeleteParams::default()).await?;
    until_written(one, "payments").await?;

    println!("a cluster joins, with a team that was there before, and gets another");
    create_team(late, "search")?;
    join(&registry, late)?;
    until_written(late, "search").await?;
    create_team(late, "payments")?;
    let map = until_written(late, "payments").await?;
    let cluster = map.data.and_then(|data| data.get("cluster").cloned()).unwrap_or_default();
    anyhow::ensure!(cluster.contains(late.name()), "written for {cluster}");

    controller.shutdown().await;
    registry.shutdown().await;
    fleet.shutdown().await;
    println!("every team in every cluster has its contacts");
    Ok(())
}
