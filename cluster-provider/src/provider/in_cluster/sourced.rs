//! Descriptions of clusters from a source of `cluster-client`, followed in the background. Knows nothing of which source it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use cluster_client::source::{ClusterSink, ClusterSource, SinkTarget, SourceError};
use cluster_client::{ClusterKey, ClusterSpec};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Connections, ConnectionsError};
use crate::cluster::ProviderClusterId;

/// [`Connections`] from any [`ClusterSource`]: kubeconfig files and Secrets that may change, Cluster API, ClusterProfiles. A cluster's name
/// is its key as text, `<namespace>/<name>` or `<name>`.
///
/// It owns the task of the source: dropping it ends the task, [`shutdown`](Connections::shutdown) also waits for it.
#[derive(Debug)]
pub struct SourceConnections {
    name: String,
    seen: Arc<Seen>,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<Result<(), SourceError>>>>,
}

/// What the source has pushed.
#[derive(Debug)]
struct Seen {
    clusters: Mutex<HashMap<String, Result<ClusterSpec, SourceError>>>,
    /// Whether all that the source found at its start is there.
    synced: watch::Sender<bool>,
}

// === impl SourceConnections ===

impl SourceConnections {
    /// Begins to follow a source. Has to be called within a Tokio runtime.
    #[must_use]
    pub fn start(source: Arc<dyn ClusterSource>) -> Self {
        let seen = Arc::new(Seen { clusters: Mutex::default(), synced: watch::Sender::new(false) });
        let (name, stop) = (source.name().to_owned(), CancellationToken::new());
        let target: Arc<dyn SinkTarget> = Arc::<Seen>::clone(&seen);
        let task = tokio::spawn(source.run(ClusterSink::new(target), stop.clone()));
        Self { name, seen, stop, task: Mutex::new(Some(task)) }
    }
}

#[async_trait]
impl Connections for SourceConnections {
    /// Waits until the source has found what there is at its start.
    async fn describe(&self, id: &ProviderClusterId) -> Result<ClusterSpec, ConnectionsError> {
        let unknown =
            || ConnectionsError::Unknown { id: id.as_str().to_owned(), place: format!("source {}", self.name) };
        let mut synced = self.seen.synced.subscribe();
        synced.wait_for(|synced| *synced).await.map_err(|_closed| unknown())?;
        match self.seen.lock().get(id.as_str()) {
            Some(Ok(spec)) => Ok(spec.clone()),
            Some(Err(error)) => Err(ConnectionsError::Unusable(error.clone())),
            None => Err(unknown()),
        }
    }

    async fn shutdown(&self) {
        self.stop.cancel();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Ok(Err(error))) = async { Some(task?.await) }.await {
            tracing::warn!(source = self.name, error = %core_client::error::ErrorChain::new(&error), "a source of clusters had ended");
        }
    }
}

impl Drop for SourceConnections {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

// === impl Seen ===

impl Seen {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Result<ClusterSpec, SourceError>>> {
        self.clusters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SinkTarget for Seen {
    fn upsert(&self, key: ClusterKey, spec: ClusterSpec) {
        self.lock().insert(key.to_string(), Ok(spec));
    }

    fn remove(&self, key: &ClusterKey) {
        self.lock().remove(&key.to_string());
    }

    fn reject(&self, key: ClusterKey, error: SourceError) {
        let mut clusters = self.lock();
        // What was known of it stays.
        let held = clusters.entry(key.to_string()).or_insert_with(|| Err(error.clone()));
        if held.is_err() {
            *held = Err(error);
        }
    }

    fn synced(&self, _source: &str) {
        self.synced.send_replace(true);
    }
}
