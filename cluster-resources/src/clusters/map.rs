//! The clusters that an inventory lists.

use async_trait::async_trait;
use cluster_client::map::{ClusterMap, MapError, Role};
use core_client::error::ErrorChain;

use super::{ClusterAccess, Clusters};
use crate::issue::{Issue, IssueClass, Reach, Severity};

#[async_trait]
impl Clusters for ClusterMap {
    /// Waits as long as the map's own options allow.
    async fn access(&self, cluster: &str, privileged: bool) -> Result<ClusterAccess, Issue> {
        let role = if privileged { Role::Privileged } else { Role::Ordinary };
        match self.get(cluster, role).await {
            Ok(found) => Ok(ClusterAccess::with_discovery(found.client().clone(), found.discovery().clone())),
            Err(error) => Err(issue(cluster, &error)),
        }
    }
}

fn issue(cluster: &str, error: &MapError) -> Issue {
    let class = match error {
        MapError::Excluded { .. }
        | MapError::Unreachable { .. }
        | MapError::GivenUp { .. }
        | MapError::Closed { .. } => IssueClass::Unreachable,
        _ => IssueClass::Invalid,
    };
    let text = ErrorChain::new(error).to_string();
    // The reach says which cluster already.
    let message = text.strip_prefix(&format!("[{cluster}] ")).unwrap_or(&text).to_owned();
    let issue = Issue::error(Reach::Cluster(cluster.into()), class, message);
    if error.is_expected_skip() { Issue { severity: Severity::Info, ..issue } } else { issue }
}
