//! What runs in a cluster on our behalf: its account, and whether it is ready.

use async_trait::async_trait;

use crate::cluster::Cluster;
use crate::provider::ResourceSet;
use crate::secrets::SecretRef;

/// Why something about an agent could not be done.
#[derive(Debug, thiserror::Error)]
#[error("agent of cluster {cluster}: {operation}")]
#[non_exhaustive]
pub struct AgentError {
    /// Of which cluster.
    pub cluster: String,
    /// What could not be done.
    pub operation: &'static str,
    /// Why.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// Whether a cluster that is set up takes workloads.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GateAnswer {
    /// It does.
    Ready,
    /// Not yet, or not any more; why, for people.
    NotReady(String),
}

/// Decides when a cluster that is set up takes workloads. Without one, it does at once.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ReadinessGate: Send + Sync + 'static {
    /// Asked for clusters that wait, and for ready ones whenever they are looked at.
    ///
    /// # Errors
    /// When it cannot be known. The cluster stays what it is.
    async fn check(&self, cluster: &Cluster) -> Result<GateAnswer, AgentError>;
}

/// Gives what runs in a cluster an account, and takes it away again. Both are made more than once.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait AgentBootstrap: Send + Sync + 'static {
    /// Makes sure that there is an account; where its credentials are kept.
    ///
    /// # Errors
    /// When there is none.
    async fn ensure_account(&self, cluster: &Cluster) -> Result<SecretRef, AgentError>;

    /// What the agent has to know, as resources.
    ///
    /// # Errors
    /// When that cannot be said.
    async fn parameters(&self, cluster: &Cluster) -> Result<Option<ResourceSet>, AgentError>;

    /// Removes the account. Gone already is fine.
    ///
    /// # Errors
    /// When it may still be there.
    async fn remove_account(&self, cluster: &Cluster) -> Result<(), AgentError>;
}

impl AgentError {
    /// This could not be done.
    pub fn new(
        cluster: &Cluster,
        operation: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { cluster: cluster.id.to_string(), operation, source: source.into() }
    }
}
