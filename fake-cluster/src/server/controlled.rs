//! Looking on: waiting until controllers are done, and what was asked of the cluster. Knows nothing of what controllers do.

use super::FakeCluster;
use crate::audit::Audit;
use crate::controllers::{self, Controllers, Unsettled};

impl FakeCluster {
    /// What was asked of the cluster, as far as [`FakeClusterOptions::audit`](super::FakeClusterOptions::audit) lets it be kept.
    pub fn audit(&self) -> &Audit {
        self.inner.api.audit()
    }

    /// Waits until the controllers have nothing more to do about what is stored now. Without controllers it returns at once.
    ///
    /// # Errors
    /// When they are not done within half a minute, or contradict each other for ever.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the controllers as they are.
    pub async fn settled(&self) -> Result<(), Unsettled> {
        match self.inner.options.controllers == Controllers::none() {
            true => Ok(()),
            false => controllers::settled(&self.inner).await,
        }
    }
}
