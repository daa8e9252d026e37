//! Clusters that are known from the start.

use std::collections::BTreeMap;

use async_trait::async_trait;
use kube::Client;

use super::{ClusterAccess, Clusters};
use crate::id::ClusterName;
use crate::issue::{Issue, IssueClass, Reach};

/// Clusters that are known from the start, for tests and small programs.
#[derive(Debug, Clone, Default)]
pub struct StaticClusters {
    ordinary: BTreeMap<ClusterName, ClusterAccess>,
    privileged: BTreeMap<ClusterName, ClusterAccess>,
    absent: BTreeMap<ClusterName, Issue>,
}

impl StaticClusters {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this cluster, whose connection is privileged as well unless [`StaticClusters::with_privileged`] says otherwise.
    #[must_use]
    pub fn with(mut self, cluster: impl Into<ClusterName>, client: Client) -> Self {
        self.ordinary.insert(cluster.into(), ClusterAccess::new(client));
        self
    }

    /// With a privileged connection to this cluster.
    #[must_use]
    pub fn with_privileged(mut self, cluster: impl Into<ClusterName>, client: Client) -> Self {
        self.privileged.insert(cluster.into(), ClusterAccess::new(client));
        self
    }

    /// Without this cluster, and that is why.
    #[must_use]
    pub fn without(mut self, cluster: impl Into<ClusterName>, why: Issue) -> Self {
        self.absent.insert(cluster.into(), why);
        self
    }
}

#[async_trait]
impl Clusters for StaticClusters {
    async fn access(&self, cluster: &str, privileged: bool) -> Result<ClusterAccess, Issue> {
        if let Some(why) = self.absent.get(cluster) {
            return Err(why.clone());
        }
        let found = self.privileged.get(cluster).filter(|_| privileged).or_else(|| self.ordinary.get(cluster));
        found.cloned().ok_or_else(|| {
            let message = "no connection to this cluster is known; add it";
            Issue::error(Reach::Cluster(cluster.into()), IssueClass::Unreachable, message)
        })
    }
}
