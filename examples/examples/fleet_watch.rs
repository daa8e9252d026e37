//! Watches the Deployments of every cluster in a kubeconfig, at once.
//!
//! You learn how a kubeconfig becomes a fleet of live connections, and how code that knows one cluster runs in each of them, for as long as
//! it is connected. `cargo run -p examples --example fleet_watch` starts three clusters in this process, rolls something out in each and
//! ends when it has seen all of it. With a kubeconfig of your own it watches until you stop it:
//!
//! ```sh
//! cargo run -p examples --example fleet_watch -- --kubeconfig ~/.kube/config
//! ```
#![expect(clippy::print_stdout, reason = "an example speaks to a person")]

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Parser;
use cluster_client::ClusterHandle;
use cluster_client::path::{PathOptions, Paths};
use cluster_client::registry::Registry;
use cluster_client::runtime::for_each_cluster;
use cluster_client::source::{Contexts, KeyBy, KubeconfigFiles};
use cluster_client::transport::{Connector, TransportOptions};
use core_client::ErrorChain;
use fake_cluster::fleet::Fleet;
use futures::StreamExt as _;
use k8s_openapi::api::apps::v1::Deployment;
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Api, ResourceExt as _};
use serde_json::json;
use tokio::sync::{Semaphore, mpsc};

/// Watches Deployments across kubeconfig contexts.
#[derive(Debug, Parser)]
struct Cli {
    /// A kubeconfig whose contexts are watched; without it, three clusters in this process are.
    #[arg(long)]
    kubeconfig: Option<PathBuf>,
}

/// A line for the person who watches.
type Lines = mpsc::Sender<String>;

/// Knows one cluster; runs for as long as it is connected.
async fn watch(cluster: ClusterHandle, lines: Lines) {
    let deployments: Api<Deployment> = Api::all(cluster.client().clone());
    let mut changes = pin!(watcher(deployments, watcher::Config::default()).default_backoff().applied_objects());
    while let Some(change) = changes.next().await {
        let told = match change {
            Ok(deployment) => state(&deployment),
            // No reason to leave: the watcher goes on by itself, after a pause.
            Err(error) => ErrorChain::new(&error).to_string(),
        };
        if lines.send(format!("{:<12} {told}", cluster.key().to_string())).await.is_err() {
            // Nobody listens any more: the example ends.
            return;
        }
    }
}

fn state(deployment: &Deployment) -> String {
    let wanted = deployment.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1);
    let ready = deployment.status.as_ref().and_then(|status| status.ready_replicas).unwrap_or_default();
    let (namespace, name) = (deployment.namespace().unwrap_or_default(), deployment.name_any());
    format!("{namespace}/{name}  {ready}/{wanted} ready")
}

fn follow(kubeconfig: &Path) -> Registry {
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    let contexts = KubeconfigFiles::new().with_file(kubeconfig).with_contexts(Contexts::All).with_keys(KeyBy::Context);
    Registry::builder(Arc::new(connector)).source(Arc::new(contexts)).start()
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let folder = tempfile::tempdir()?;
    let (fleet, kubeconfig) = match cli.kubeconfig {
        Some(kubeconfig) => (None, kubeconfig),
        None => {
            let fleet = Fleet::start(3).await?;
            let kubeconfig = folder.path().join("kubeconfig");
            std::fs::write(&kubeconfig, fleet.kubeconfig())?;
            (Some(fleet), kubeconfig)
        }
    };

    let registry = follow(&kubeconfig);
    let (lines, mut told) = mpsc::channel(1024);
    let watching = for_each_cluster(Arc::new(registry.clone()), Arc::new(Semaphore::new(16)), move |cluster, _| {
        watch(cluster, lines.clone())
    });

    match fleet {
        Some(fleet) => {
            roll_out(&fleet)?;
            for _ in fleet.clusters() {
                let line = tokio::time::timeout(Duration::from_secs(30), told.recv()).await;
                println!("{}", line.context("nothing was seen")?.context("nobody watches")?);
            }
            watching.shutdown().await;
            registry.shutdown().await;
            fleet.shutdown().await;
            println!("seen in every cluster");
        }
        None => {
            println!("watching until Ctrl-C");
            let mut stopped = pin!(tokio::signal::ctrl_c());
            loop {
                tokio::select! {
                    line = told.recv() => println!("{}", line.unwrap_or_default()),
                    signal = &mut stopped => break signal?,
                }
            }
            watching.shutdown().await;
            registry.shutdown().await;
        }
    }
    Ok(())
}

fn roll_out(fleet: &Fleet) -> Result<()> {
    for (number, cluster) in fleet.clusters().iter().enumerate() {
        let labels = json!({ "app": "web" });
        let deployment = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web", "namespace": "default" },
            "spec": {
                "replicas": number + 1, "selector": { "matchLabels": labels },
                "template": {
                    "metadata": { "labels": labels },
                    "spec": { "containers": [{ "name": "web", "image": "registry.example.com/web:1" }] },
                },
            },
        });
        cluster.create(deployment)?;
    }
    Ok(())
}
