//! How a controller is kept from writing into the wrong cluster.
//!
//! A controller remembers things about a cluster: what it has listed, which objects it made. When another cluster answers under the same
//! name, none of it is true any more. You learn the three steps of each pass: look at what stands for the cluster, ask the manager whether
//! to forget, get the client. Run it with `cargo run -p examples --example stale_client`.
#![expect(clippy::print_stdout, reason = "an example speaks to a person")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use cluster_client::kubeconfig::{self, TrustPolicy};
use cluster_client::manager::{ClientManager, ConnectedObject, Refresh};
use cluster_client::path::{PathOptions, Paths};
use cluster_client::registry::Registry;
use cluster_client::source::SinkTarget as _;
use cluster_client::transport::{Connector, TransportOptions};
use cluster_client::{
    ClientError, ClientProvider as _, ClusterEventKind, ClusterKey, ClusterSpec, Deadline, ObjectKey,
};
use fake_cluster::server::FakeCluster;
use futures::StreamExt as _;
use k8s_openapi::api::core::v1::Namespace;
use kube::api::ListParams;
use kube::{Api, ResourceExt as _};

const PATIENCE: Duration = Duration::from_secs(20);

/// Remembers the namespaces of a cluster, and when each was made.
struct Remembering {
    me: ObjectKey,
    manager: ClientManager<Registry>,
    namespaces: BTreeMap<String, String>,
}

impl Remembering {
    /// One pass. `shown` is what stands for the cluster: here a handle, in a controller an object with the revision in its status.
    async fn pass(&mut self, shown: &dyn ConnectedObject) -> Result<(), ClientError> {
        if let Refresh::Reset { was } = self.manager.refresh(&self.me, shown) {
            println!("   everything known from {was} is forgotten: {} namespaces", self.namespaces.len());
            self.namespaces.clear();
        }
        let cluster = self.manager.get(&self.me, Some(shown))?;
        let api: Api<Namespace> = Api::all(cluster.client().clone());
        match api.list(&ListParams::default()).await {
            Ok(list) => {
                self.namespaces.extend(list.items.iter().map(|item| (item.name_any(), item.uid().unwrap_or_default())))
            }
            Err(error) => println!("   the list failed: {error}"),
        }
        println!("   {} namespaces known of {}", self.namespaces.len(), cluster.revision());
        Ok(())
    }
}

fn described(cluster: &FakeCluster) -> Result<ClusterSpec> {
    let kubeconfig = kubeconfig::parse(cluster.kubeconfig().as_bytes(), &TrustPolicy::for_secrets(), None)?;
    Ok(kubeconfig.current()?)
}

#[tokio::main]
async fn main() -> Result<()> {
    let (first, second) = (FakeCluster::start().await?, FakeCluster::start().await?);
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    let registry = Registry::builder(Arc::new(connector)).start();
    let mut events = registry.events();
    let prod = ClusterKey::new("prod")?;
    registry.upsert(prod.clone(), described(&first)?);
    let old = registry.get(&prod, Deadline::within(PATIENCE)).await?;

    let me = ObjectKey::new("Deployment", Some("shop"), "web");
    let mut controller = Remembering { me, manager: ClientManager::new(registry.clone()), namespaces: BTreeMap::new() };
    println!("prod is connected");
    controller.pass(&old).await?;

    println!("prod is rebuilt: another cluster answers under its name");
    registry.upsert(prod.clone(), described(&second)?);
    let replaced = async {
        loop {
            if let ClusterEventKind::Replaced { handle, .. } = events.next().await?.kind {
                return Some(handle);
            }
        }
    };
    let new = tokio::time::timeout(PATIENCE, replaced).await?.context("the events ended")?;

    println!("the controller has not heard of it yet, and still holds the old object");
    match controller.pass(&old).await {
        Err(error @ ClientError::Stale { .. }) => println!("   refused: {error}"),
        other => anyhow::bail!("this should have been refused: {other:?}"),
    }
    println!("now it sees the new one");
    controller.pass(&new).await?;

    registry.shutdown().await;
    first.shutdown().await;
    second.shutdown().await;
    println!("nothing was written into the wrong cluster");
    Ok(())
}
