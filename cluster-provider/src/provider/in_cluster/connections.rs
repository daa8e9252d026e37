//! Where descriptions of clusters come from, by the provider's name of the cluster. Knows nothing of connections that are made from them.

use std::sync::Arc;

use async_trait::async_trait;
use cluster_client::ClusterSpec;
use cluster_client::source::SourceError;

use super::Failing;
use crate::cluster::ProviderClusterId;
use crate::provider::{ProviderError, ProviderErrorKind};

/// Says how a cluster is reached. What it answers for one name is that cluster's or an error; never that of another, and never that of
/// whichever context happens to be current.
#[async_trait]
pub trait Connections: Send + Sync + 'static {
    /// The description of one cluster, as it is at the moment.
    ///
    /// # Errors
    /// [`ConnectionsError`].
    ///
    /// # Cancel safety
    /// Has to be safe: the future is dropped when its call ends.
    async fn describe(&self, id: &ProviderClusterId) -> Result<ClusterSpec, ConnectionsError>;

    /// Ends what runs in the background, if anything does.
    async fn shutdown(&self) {}
}

/// Why there is no description of a cluster.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionsError {
    /// There is no kubeconfig at all.
    #[error("there is no kubeconfig at {place}")]
    NoKubeconfig {
        /// Where it was looked for.
        place: String,
    },
    /// Nothing is known of this cluster.
    #[error("there is no context or entry {id:?} in {place}")]
    Unknown {
        /// The name.
        id: String,
        /// Where it was looked for.
        place: String,
    },
    /// What is known of it cannot be used.
    #[error("the description of the cluster cannot be used")]
    Unusable(#[source] SourceError),
    /// It cannot be read at the moment.
    #[error("{place} cannot be read at the moment")]
    Unavailable {
        /// What cannot be read.
        place: String,
        /// Why.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
}

// === impl ConnectionsError ===

impl ConnectionsError {
    /// What a provider says of it.
    pub(in crate::provider) fn said_by(self, failing: Failing<'_>) -> ProviderError {
        let (kind, code) = match &self {
            Self::NoKubeconfig { .. } => (ProviderErrorKind::Invalid, "NoKubeconfig"),
            Self::Unknown { .. } => (ProviderErrorKind::NotFound, "Context"),
            Self::Unusable(_) => (ProviderErrorKind::Invalid, "Description"),
            Self::Unavailable { .. } => (ProviderErrorKind::Unavailable, "Description"),
        };
        let error = failing.with(kind, self.to_string()).with_code(code);
        match self {
            Self::NoKubeconfig { .. } | Self::Unknown { .. } => error,
            Self::Unusable(source) => error.with_source(source),
            Self::Unavailable { source, .. } => error.with_source(source),
        }
    }
}
