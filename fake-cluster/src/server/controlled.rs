//! A cluster with controllers: waiting until they are done. Knows nothing of what they do.

use super::FakeCluster;
use crate::controllers::{self, Controllers, Unsettled};

impl FakeCluster {
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
