//! The fake as a [`ClientProvider`].

use async_trait::async_trait;

use super::{FakeClientProvider, events};
use crate::error::ClientError;
use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
use crate::provider::{ClientProvider, ClusterEventStream, ClusterState, ClusterSummary, Deadline};

#[async_trait]
impl ClientProvider for FakeClientProvider {
    fn peek(&self, key: &ClusterKey) -> Result<ClusterHandle, ClientError> {
        self.0.connections.get::<ClusterHandle>(key).map(|(handle, _)| handle)
    }

    /// Waits until there is a client, for unknown clusters too; at the deadline it says what [`ClientProvider::peek`] says.
    async fn get(&self, key: &ClusterKey, wait: Deadline) -> Result<ClusterHandle, ClientError> {
        // Subscribed before looking, so that no change falls in between.
        let mut changes = self.0.changes.subscribe();
        loop {
            match self.peek(key) {
                found @ (Ok(_) | Err(ClientError::WrongKind { .. })) => return found,
                missing => match tokio::time::timeout_at(wait.instant(), changes.changed()).await {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) | Err(_) => return missing,
                },
            }
        }
    }

    fn events(&self) -> ClusterEventStream {
        events::stream(self.0.events.subscribe())
    }

    fn clusters(&self) -> Vec<ClusterSummary> {
        let state = self.state();
        let clusters = state.clusters.iter().map(|(key, cluster)| {
            let mut summary = ClusterSummary::new(key.clone(), cluster.state.unwrap_or(ClusterState::Registered));
            summary.labels = cluster.labels.clone();
            summary.error = cluster.trouble.clone();
            summary.handle = self.peek(key).ok();
            summary
        });
        clusters.collect()
    }
}
