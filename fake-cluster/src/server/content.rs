//! What a cluster holds, as a value. Knows nothing of sockets.

use super::FakeCluster;
use crate::snapshot::{Snapshot, SnapshotError};

impl FakeCluster {
    /// All objects of the cluster, as a value.
    pub fn snapshot(&self) -> Snapshot {
        self.api().snapshot()
    }

    /// Puts the objects of a snapshot in the place of all objects, as [`Api::restore`](crate::api::Api::restore) says. Running watches end
    /// with 410.
    ///
    /// # Errors
    /// [`SnapshotError::Items`] names every object that cannot be stored; then nothing was changed.
    pub fn restore(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        self.api().restore(snapshot)
    }
}
