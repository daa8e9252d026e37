//! A controller that owns a network for each of its objects: created on behalf of the object's owner, kept by a reference, released by
//! a finalizer.
//!
//! You learn how `controller_client` and `References` fit into a kube-runtime `Controller`, and how a failed call becomes a requeue. Run it
//! with `cargo run -p examples --example network_controller`: cluster and region service are in-process; it creates one object, waits
//! until it is ready, deletes it, waits until it is gone, and stops.
#![expect(clippy::print_stdout, reason = "an example speaks to a person")]

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use core_client::error::{Disposition, ErrorChain};
use core_client::options::HttpClientOptions;
use fake_cluster::server::FakeCluster;
use futures::StreamExt as _;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Patch, PatchParams, PostParams};
use kube::runtime::controller::Action;
use kube::runtime::finalizer::{Event, finalizer};
use kube::runtime::wait::{await_condition, conditions};
use kube::runtime::{Controller, watcher};
use kube::{Api, CustomResource, CustomResourceExt as _, Resource, ResourceExt as _};
use region_client::generated::types::{NetworkV2CreateSpec, ResourceWriteMetadata};
use region_client::ids::NetworkId;
use region_client::{Client, Options, References};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use testkit::pki::{Ca, Leaf};
use testkit::region::RegionService;
use testkit::server::TlsServer;
use tokio_util::sync::CancellationToken;

/// Something that needs a network.
#[derive(CustomResource, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.mooring.dev", version = "v1", kind = "Workspace", namespaced, status = "WorkspaceStatus")]
struct WorkspaceSpec {
    prefix: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
struct WorkspaceStatus {
    network: Option<String>,
}

struct World {
    kube: kube::Client,
    region: Client,
    references: References,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the region API did not do it")]
    Region(#[from] region_client::Error),
    #[error("the Kubernetes API did not do it")]
    Kube(#[from] kube::Error),
    #[error("the network's identifier cannot be read")]
    Id(#[from] region_client::ids::IdError),
    #[error("the finalizer did not run through")]
    Finalizer(#[source] Box<kube::runtime::finalizer::Error<Failure>>),
}

async fn reconcile(workspace: Arc<Workspace>, world: Arc<World>) -> Result<Action, Failure> {
    let api = Api::<Workspace>::namespaced(world.kube.clone(), &workspace.namespace().unwrap_or_default());
    finalizer(&api, "example.mooring.dev/network", workspace, |event| async {
        match event {
            Event::Apply(workspace) => provide(&workspace, &api, &world).await,
            Event::Cleanup(workspace) => release(&workspace, &world).await,
        }
    })
    .await
    .map_err(|error| Failure::Finalizer(Box::new(error)))
}

async fn provide(workspace: &Workspace, api: &Api<Workspace>, world: &World) -> Result<Action, Failure> {
    if workspace.status.as_ref().is_some_and(|status| status.network.is_some()) {
        return Ok(Action::await_change());
    }
    let labels = workspace.labels();
    let label = |key: &str| labels.get(key).cloned().unwrap_or_default();
    let network = world
        .region
        .controller_client(workspace)?
        .create_network()
        .body_map(|body| {
            body.metadata(ResourceWriteMetadata::builder().name(workspace.name_any())).spec(
                NetworkV2CreateSpec::builder()
                    .organization_id(label("unikorn-cloud.org/organization"))
                    .project_id(label("unikorn-cloud.org/project"))
                    .region_id(uuid::Uuid::nil())
                    .prefix(workspace.spec.prefix.clone())
                    .dns_nameservers(vec![]),
            )
        })
        .send()
        .await
        .map_err(region_client::Error::from)?
        .into_inner();
    let id: NetworkId = network.metadata.id.parse()?;
    world.references.add_reference_to_network(id, workspace).await?;
    let status = json!({"status": {"network": id}});
    api.patch_status(&workspace.name_any(), &PatchParams::default(), &Patch::Merge(&status)).await?;
    println!("network {id} created for {} and kept", workspace.name_any());
    Ok(Action::await_change())
}

async fn release(workspace: &Workspace, world: &World) -> Result<Action, Failure> {
    if let Some(id) = workspace.status.as_ref().and_then(|status| status.network.as_deref()) {
        let id: NetworkId = id.parse()?;
        let removed = world.references.remove_reference_from_network(id, workspace).await?;
        let api = world.region.controller_client(workspace)?;
        match api.delete_network().network_id(id).send().await.map_err(region_client::Error::from) {
            Ok(_) => println!("network {id} released ({removed:?}) and deleted"),
            Err(error) if error.is_not_found() => println!("network {id} was gone already"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Action::await_change())
}

/// What may get better by itself is tried again; the rest waits until somebody changes something.
fn on_failure(_: Arc<Workspace>, failure: &Failure, _: Arc<World>) -> Action {
    println!("not yet: {}", ErrorChain::new(failure));
    match failure {
        Failure::Region(error) => match error.disposition() {
            Disposition::Yield(after) => Action::requeue(after),
            _ => Action::await_change(),
        },
        _ => Action::requeue(Duration::from_secs(1)),
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).init();
    let cluster = FakeCluster::start().await?;
    let kube = cluster.client()?;
    let (servers, clients) = (Ca::new("example servers"), Ca::new("example clients"));
    let server = TlsServer::builder(&servers.issue(Leaf::server()))
        .client_ca(&clients)
        .region(RegionService::new())
        .start()
        .await;
    for secret in [
        servers.secret("default", "ca"),
        clients.issue(Leaf::client("workspaces").rsa()).tls_secret("default", "certificate"),
    ] {
        Api::default_namespaced(kube.clone()).create(&PostParams::default(), &secret).await?;
    }
    let options = Options::new().with_host(server.url()).with_ca_secret("default", "ca");
    let region =
        Client::new(kube.clone(), &options, &HttpClientOptions::new().with_certificate("default", "certificate"))
            .await?;
    Api::<CustomResourceDefinition>::all(kube.clone()).create(&PostParams::default(), &Workspace::crd()).await?;

    let workspaces = Api::<Workspace>::default_namespaced(kube.clone());
    let world = Arc::new(World { kube: kube.clone(), region: region.clone(), references: References::new(&region) });
    let stop = CancellationToken::new();
    let controller = Controller::new(workspaces.clone(), watcher::Config::default())
        .graceful_shutdown_on(stop.clone().cancelled_owned())
        .run(reconcile, on_failure, world)
        .for_each(|_| std::future::ready(()));
    let controller = tokio::spawn(controller);

    let mut workspace = Workspace::new("demo", WorkspaceSpec { prefix: "10.1.0.0/24".into() });
    workspace.meta_mut().labels = Some(
        [("unikorn-cloud.org/organization", "o"), ("unikorn-cloud.org/project", "p")]
            .map(|(k, v)| (k.into(), v.into()))
            .into(),
    );
    workspace.meta_mut().annotations = Some([("unikorn-cloud.org/creator".into(), "joe@acme.com".into())].into());
    let uid = workspaces
        .create(&PostParams::default(), &workspace)
        .await?
        .uid()
        .context("the server gives every object a uid")?;
    let ready = |workspace: Option<&Workspace>| {
        workspace.is_some_and(|w| w.status.as_ref().is_some_and(|s| s.network.is_some()))
    };
    tokio::time::timeout(Duration::from_secs(20), await_condition(workspaces.clone(), "demo", ready)).await??;
    workspaces.delete("demo", &Default::default()).await?;
    tokio::time::timeout(Duration::from_secs(20), await_condition(workspaces, "demo", conditions::is_deleted(&uid)))
        .await??;
    println!("the object is gone, and so is its network");

    stop.cancel();
    controller.await?;
    region.shutdown().await;
    server.shutdown().await;
    cluster.shutdown().await;
    Ok(())
}
