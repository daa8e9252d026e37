//! How long a registry takes to connect a thousand clusters it has never seen.
//!
//! A thousand in-process API servers, each with an authority and a client certificate of its own (P-256), on the same two cores as the
//! registry. From the first `upsert` to the moment when the last cluster is handed out: for each a TCP connection, a TLS handshake with
//! client authentication, a request for the version and one for the cluster's identity. At most 32 dials at a time, which is the default.
//! Median of three registries in turn; none shares anything with the one before. Beside it a thousand bare `kube::Client`s that ask
//! for the version, 32 at a time: what the handshakes alone cost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use benches::{Bound, Figure};
use cluster_client::kubeconfig::{self, TrustPolicy};
use cluster_client::path::{PathOptions, Paths};
use cluster_client::registry::Registry;
use cluster_client::source::SinkTarget as _;
use cluster_client::transport::{Connector, TransportOptions};
use cluster_client::{ClientProvider as _, ClusterKey, ClusterSpec, Deadline};
use fake_cluster::fleet::{Fleet, FleetOptions};
use futures::future::try_join_all;
use futures::{StreamExt as _, TryStreamExt as _, stream};

const CLUSTERS: usize = 1_000;
const AT_ONCE: usize = 32;
const PATIENCE: Duration = Duration::from_secs(120);

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Result<()> {
    let fleet = Fleet::start_with(CLUSTERS, FleetOptions::default().with_separate_authorities()).await?;
    let mut described = Vec::new();
    for cluster in fleet.clusters() {
        let parsed = kubeconfig::parse(cluster.kubeconfig().as_bytes(), &TrustPolicy::for_secrets(), None)?;
        described.push((ClusterKey::new(cluster.name())?, parsed.current()?));
    }
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        ours.push(connect(&described).await?.as_secs_f64());
        bare.push(bare_clients(&fleet).await?.as_secs_f64());
    }
    let against_bare = ours.iter().zip(&bare).map(|(ours, bare)| ours / bare).collect();
    Figure::new("cold-connect", "s", "1,000 clusters, first upsert to last handle, 32 dials at a time, median of 3")
        .with_rounds("connect_1000_s", ours, Bound::AtMost(5.0))
        .with_rounds("bare_kube_clients_s", bare, Bound::Beside)
        .with_rounds("against_bare", against_bare, Bound::Beside)
        .print();
    fleet.shutdown().await;
    Ok(())
}

async fn connect(described: &[(ClusterKey, ClusterSpec)]) -> Result<Duration> {
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    let registry = Registry::builder(Arc::new(connector)).start();
    let begun = Instant::now();
    for (key, spec) in described {
        registry.upsert(key.clone(), spec.clone());
    }
    let deadline = Deadline::within(PATIENCE);
    try_join_all(described.iter().map(|(key, _)| registry.get(key, deadline)))
        .await
        .context("a cluster is not connected")?;
    let took = begun.elapsed();
    registry.shutdown().await;
    Ok(took)
}

async fn bare_clients(fleet: &Fleet) -> Result<Duration> {
    let begun = Instant::now();
    let connecting = stream::iter(fleet.clusters()).map(|cluster| async move {
        let client = cluster.client()?;
        client.apiserver_version().await?;
        anyhow::Ok(client)
    });
    let clients: Vec<_> = connecting.buffer_unordered(AT_ONCE).try_collect().await?;
    let took = begun.elapsed();
    drop(clients);
    Ok(took)
}
