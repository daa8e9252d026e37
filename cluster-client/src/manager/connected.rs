//! What stands for a cluster and shows the revision of its connection; knows nothing of where it is stored.

use crate::handle::ClusterHandle;
use crate::key::{ClusterKey, EmptyKey};
use crate::revision::StatusRevision;

/// Something that stands for a cluster and shows the revision of its connection: an object of one's own kind, or a foreign one through
/// [`Annotated`](super::Annotated).
///
/// It is a copy and may lag behind; that is what [`ClientManager`](super::ClientManager) is for.
pub trait ConnectedObject {
    /// Which cluster.
    ///
    /// # Errors
    /// [`EmptyKey`] when it has no name.
    fn cluster_key(&self) -> Result<ClusterKey, EmptyKey>;

    /// The revision it shows; `None` when it shows that there is no connection.
    fn revision(&self) -> Option<StatusRevision>;
}

/// The plainest object that stands for a cluster: a key and a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "two facts that belong together; users fill them in")]
pub struct ConnectedCluster {
    /// Which cluster.
    pub key: ClusterKey,
    /// The revision it shows.
    pub revision: Option<StatusRevision>,
}

impl ConnectedCluster {
    /// A cluster that shows a revision.
    #[must_use]
    pub fn new(key: ClusterKey, revision: impl Into<StatusRevision>) -> Self {
        Self { key, revision: Some(revision.into()) }
    }

    /// A cluster that shows that there is no connection.
    #[must_use]
    pub fn disconnected(key: ClusterKey) -> Self {
        Self { key, revision: None }
    }
}

impl ConnectedObject for ConnectedCluster {
    fn cluster_key(&self) -> Result<ClusterKey, EmptyKey> {
        Ok(self.key.clone())
    }

    fn revision(&self) -> Option<StatusRevision> {
        self.revision
    }
}

/// A handle shows its own revision: for consumers that follow the provider itself and no object.
impl ConnectedObject for ClusterHandle {
    fn cluster_key(&self) -> Result<ClusterKey, EmptyKey> {
        Ok(self.key().clone())
    }

    fn revision(&self) -> Option<StatusRevision> {
        Some(ClusterHandle::revision(self).into())
    }
}
