//! The clusters that a provider knows.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use cluster_client::discovery::Discovery;
use cluster_client::{ClientError, ClientProvider, ClusterHandle, ClusterKey, Deadline};
use core_client::error::ErrorChain;

use super::{ClusterAccess, Clusters};
use crate::issue::{Issue, IssueClass, Reach, Severity};

/// How long a connection is waited for unless said otherwise.
const WAIT: Duration = Duration::from_secs(10);

/// The clusters of a [`ClientProvider`] (such as a [`Registry`](cluster_client::Registry)), under the keys that have their name and no
/// namespace.
///
/// What a cluster serves is asked once for each connection it hands out.
pub struct ProvidedClusters<P> {
    ordinary: P,
    privileged: Option<P>,
    wait: Duration,
    discoveries: Mutex<Known>,
}

/// By cluster and whether it is privileged: the connection, and what it serves.
type Known = HashMap<(ClusterKey, bool), (ClusterHandle, Discovery)>;

impl<P: ClientProvider> ProvidedClusters<P> {
    /// The clusters of a provider, whose connections are ordinary and privileged at once. A connection is waited for up to 10 s.
    pub fn new(provider: P) -> Self {
        Self { ordinary: provider, privileged: None, wait: WAIT, discoveries: Mutex::default() }
    }

    /// Takes privileged connections from another provider.
    #[must_use]
    pub fn privileged(mut self, provider: P) -> Self {
        self.privileged = Some(provider);
        self
    }

    /// Sets how long a connection is waited for.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.discoveries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The discovery of this very connection.
    fn discovery(&self, privileged: bool, handle: &ClusterHandle) -> Discovery {
        let mut known = self.known();
        known.retain(|_, (handle, _)| !handle.alive().is_cancelled());
        let new = || (handle.clone(), Discovery::new(handle.client().clone()));
        let entry = known.entry((handle.key().clone(), privileged)).or_insert_with(new);
        if !entry.0.same_as(handle) {
            *entry = new();
        }
        entry.1.clone()
    }
}

#[async_trait]
impl<P: ClientProvider> Clusters for ProvidedClusters<P> {
    async fn access(&self, cluster: &str, privileged: bool) -> Result<ClusterAccess, Issue> {
        let provider = self.privileged.as_ref().filter(|_| privileged).unwrap_or(&self.ordinary);
        let key = ClusterKey::new(cluster).map_err(|empty| issue(cluster, &empty.into()))?;
        let handle = provider.get(&key, Deadline::within(self.wait)).await.map_err(|error| issue(cluster, &error))?;
        let discovery = self.discovery(privileged && self.privileged.is_some(), &handle);
        Ok(ClusterAccess::with_discovery(handle.client().clone(), discovery))
    }
}

fn issue(cluster: &str, error: &ClientError) -> Issue {
    let message = ErrorChain::new(error).to_string();
    let issue = Issue::error(Reach::Cluster(cluster.into()), IssueClass::Unreachable, message);
    match error {
        // Another replica looks after it.
        ClientError::NotOwned => Issue { severity: Severity::Info, ..issue },
        _ => issue,
    }
}

impl<P> fmt::Debug for ProvidedClusters<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProvidedClusters").field("wait", &self.wait).finish_non_exhaustive()
    }
}
