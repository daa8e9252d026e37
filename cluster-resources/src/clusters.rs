//! Where clients for clusters come from; knows nothing of what is done with them.
//!
//! A [`ClusterMap`](cluster_client::map::ClusterMap) is a [`Clusters`] as it is. A [`Registry`](cluster_client::Registry), or any other
//! [`ClientProvider`](cluster_client::ClientProvider), becomes one with [`ProvidedClusters`]. [`StaticClusters`] is for tests and small
//! programs.

mod fixed;
mod map;
mod provider;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use cluster_client::discovery::Discovery;
use kube::Client;

use crate::issue::Issue;

pub use self::fixed::StaticClusters;
pub use self::provider::ProvidedClusters;

/// A connection to one cluster and what is known of its kinds.
#[derive(Clone)]
#[non_exhaustive]
pub struct ClusterAccess {
    /// Requests go through it.
    pub client: Client,
    /// Which kinds the cluster serves.
    pub discovery: Discovery,
}

impl ClusterAccess {
    /// A connection with a discovery of its own.
    #[must_use]
    pub fn new(client: Client) -> Self {
        let discovery = Discovery::new(client.clone());
        Self { client, discovery }
    }

    /// A connection that shares a discovery with whoever else asks about this cluster's kinds.
    #[must_use]
    pub fn with_discovery(client: Client, discovery: Discovery) -> Self {
        Self { client, discovery }
    }
}

impl std::fmt::Debug for ClusterAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClusterAccess").finish_non_exhaustive()
    }
}

/// Hands out connections to clusters by name. Implement it over whatever holds yours; cluster maps and registries of
/// `cluster-client` do it already.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Clusters: Send + Sync {
    /// The connection to a cluster, privileged or ordinary. It may connect first, and ends within a bound of its own.
    ///
    /// # Errors
    /// An [`Issue`] that reaches the whole cluster, says why there is none, and what to do. [`Severity::Info`](crate::issue::Severity)
    /// when the cluster is left out on purpose.
    async fn access(&self, cluster: &str, privileged: bool) -> Result<ClusterAccess, Issue>;
}
