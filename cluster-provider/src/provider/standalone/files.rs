//! Clusters as the contexts of kubeconfig files, read anew for each call. Knows nothing of current contexts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use cluster_client::ClusterSpec;
use cluster_client::kubeconfig::{self, Kubeconfig, TrustPolicy};
use cluster_client::source::SourceError;

use super::{Connections, ConnectionsError};
use crate::cluster::ProviderClusterId;

/// The contexts of kubeconfig files: a cluster's name is that of its context. Of several files, the first to say something wins, as with
/// `kubectl`.
///
/// Files are read for each call, so that what changes counts at once; what cannot be read is an error, and never a reason to look elsewhere.
#[derive(Debug, Clone)]
pub struct KubeconfigContexts {
    files: Vec<PathBuf>,
    policy: TrustPolicy,
}

// === impl KubeconfigContexts ===

impl KubeconfigContexts {
    /// The contexts of one file.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { files: vec![file.into()], policy: TrustPolicy::for_local_files() }
    }

    /// And of another one.
    #[must_use]
    pub fn with_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.files.push(file.into());
        self
    }

    /// Sets what the kubeconfigs may make this process do. Default: [`TrustPolicy::for_local_files`].
    #[must_use]
    pub fn with_policy(mut self, policy: TrustPolicy) -> Self {
        self.policy = policy;
        self
    }

    fn place(&self) -> String {
        self.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")
    }

    async fn read(&self) -> Result<Kubeconfig, ConnectionsError> {
        let mut merged: Option<Kubeconfig> = None;
        for file in &self.files {
            let Some(next) = read(file, &self.policy).await? else { continue };
            merged = Some(match merged {
                Some(first) => first.merge(next),
                None => next,
            });
        }
        merged.ok_or_else(|| ConnectionsError::NoKubeconfig { place: self.place() })
    }
}

#[async_trait]
impl Connections for KubeconfigContexts {
    async fn describe(&self, id: &ProviderClusterId) -> Result<ClusterSpec, ConnectionsError> {
        let config = self.read().await?;
        context(config, id.as_str(), &self.place()).await
    }
}

/// A kubeconfig file; `None` when it is not there.
pub(super) async fn read(file: &Path, policy: &TrustPolicy) -> Result<Option<Kubeconfig>, ConnectionsError> {
    let origin = file.display().to_string();
    let content = match tokio::fs::read(file).await {
        Ok(content) => content,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let source = SourceError::File { path: file.to_owned(), source: Arc::new(error) };
            return Err(ConnectionsError::Unavailable { place: origin, source: Arc::new(source) });
        }
    };
    kubeconfig::parse_as(&origin, &content, policy, file.parent())
        .map(Some)
        .map_err(|source| ConnectionsError::Unusable(SourceError::Kubeconfig { origin, source }))
}

/// One context, which has to be there. Files that it names are looked at, which blocks.
pub(super) async fn context(config: Kubeconfig, name: &str, place: &str) -> Result<ClusterSpec, ConnectionsError> {
    if !config.context_names().any(|context| context == name) {
        return Err(ConnectionsError::Unknown { id: name.to_owned(), place: place.to_owned() });
    }
    let (name, place) = (name.to_owned(), place.to_owned());
    match tokio::task::spawn_blocking(move || config.context(&name)).await {
        Ok(described) => described.map_err(|error| ConnectionsError::Unusable(error.into())),
        Err(ended) => Err(ConnectionsError::Unavailable { place, source: Arc::new(ended) }),
    }
}
