//! Where clusters come from. Sources push what they find and never wait for a connection.

use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::key::ClusterKey;
use crate::spec::ClusterSpec;

mod cluster_api;
mod combined;
mod document;
mod error;
mod files;
mod fixed;
mod follow;
mod held;
mod in_cluster;
mod inventory;
mod ledger;
mod patience;
mod profiles;
mod secrets;
#[cfg(test)]
pub(crate) mod testing;

pub use self::cluster_api::ClusterApi;
pub use self::combined::Combined;
pub use self::error::SourceError;
pub use self::files::{Contexts, KeyBy, KubeconfigFiles};
pub use self::fixed::Fixed;
pub use self::in_cluster::{InCluster, OwnPod, through_own_cluster};
pub use self::inventory::Unready;
pub use self::profiles::{Access, AccessConfig, ClusterProfiles, ProfileArgs, ProfileVariables};
pub use self::secrets::KubeconfigSecrets;

/// Looks an environment variable up. Sources read nothing from the environment by themselves.
///
/// `Arc::new(|name| std::env::var(name).ok())` is the process's own.
pub type Lookup = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Finds clusters.
///
/// Source: the `Provider` of multicluster-runtime, turned round: it is given where to push.
#[async_trait]
pub trait ClusterSource: Send + Sync + 'static {
    /// A short name for logs and metrics.
    fn name(&self) -> &str;

    /// Pushes every cluster, and every change, until `stop` is cancelled.
    ///
    /// What is temporarily wrong is reported to the sink and tried again here; an error is returned only when going on is pointless.
    ///
    /// # Errors
    /// [`SourceError`] when going on is pointless.
    async fn run(self: Arc<Self>, sink: ClusterSink, stop: CancellationToken) -> Result<(), SourceError>;
}

/// Takes what sources find.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait SinkTarget: Send + Sync + 'static {
    /// A cluster is there, or is described otherwise than before.
    fn upsert(&self, key: ClusterKey, spec: ClusterSpec);
    /// A cluster is gone.
    fn remove(&self, key: &ClusterKey);
    /// A cluster is there and cannot be described: what was known of it stays.
    fn reject(&self, key: ClusterKey, error: SourceError);
    /// The source has pushed everything it found at its start.
    fn synced(&self, source: &str);
}

/// Where a source pushes to. Never blocks; the last word on a cluster counts.
#[derive(Clone)]
pub struct ClusterSink(Arc<dyn SinkTarget>);

impl ClusterSink {
    /// A sink that hands on to `target`.
    #[must_use]
    pub fn new(target: Arc<dyn SinkTarget>) -> Self {
        Self(target)
    }

    /// A cluster is there, or is described otherwise than before.
    pub fn upsert(&self, key: ClusterKey, spec: ClusterSpec) {
        self.0.upsert(key, spec);
    }

    /// A cluster is gone.
    pub fn remove(&self, key: &ClusterKey) {
        self.0.remove(key);
    }

    /// A cluster is there and cannot be described: what was known of it stays.
    pub fn reject(&self, key: ClusterKey, error: SourceError) {
        self.0.reject(key, error);
    }

    /// The source has pushed everything it found at its start.
    pub fn synced(&self, source: &str) {
        self.0.synced(source);
    }
}

impl std::fmt::Debug for ClusterSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClusterSink")
    }
}
