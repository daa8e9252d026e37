//! What the service is told and tells besides records.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::cluster::{ClusterId, ClusterStatus, DeletionPolicy};

/// How somebody wants a cluster gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deregistration {
    /// What keeps it.
    pub guard: DeletionGuard,
    /// What goes with it; what the record says when absent.
    pub policy: Option<DeletionPolicy>,
}

/// What keeps a cluster from being deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeletionGuard {
    /// Workloads in it do not.
    pub ignore_workloads: bool,
    /// It has to be this tenant's.
    pub tenant_id: Option<String>,
}

/// How many clusters there are somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RegionCount {
    /// In which cloud.
    pub cloud_provider: String,
    /// Where in it.
    pub region: String,
    /// How many.
    pub count: u64,
}

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
#[non_exhaustive]
pub enum ClusterChange {
    /// It is new.
    Recorded {
        /// Which one.
        id: ClusterId,
        /// Where its life begins.
        status: ClusterStatus,
    },
    /// It went on.
    Moved {
        /// Which one.
        id: ClusterId,
        /// From here.
        from: ClusterStatus,
        /// To there.
        to: ClusterStatus,
    },
    /// It became what it was before it was to go.
    Restored {
        /// Which one.
        id: ClusterId,
        /// What that was.
        to: ClusterStatus,
    },
    /// Something else of it changed.
    Updated {
        /// Which one.
        id: ClusterId,
    },
    /// It is gone.
    Deleted {
        /// Which one.
        id: ClusterId,
    },
    /// Changes were made that nobody here was told of in time: look at everything.
    Missed,
}

/// Counts what runs in clusters. What a workload is, only the application knows.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait WorkloadCounter: Send + Sync + 'static {
    /// How many there are in each of these clusters that has any. Those on their way out do not count.
    ///
    /// # Errors
    /// When it cannot be known; then nothing is deleted.
    async fn count(
        &self,
        ids: &[ClusterId],
    ) -> Result<BTreeMap<ClusterId, u64>, Box<dyn std::error::Error + Send + Sync>>;
}

/// For applications in which nothing is counted: clusters are always empty.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "there will never be anything in it")]
pub struct NoWorkloads;

#[async_trait]
impl WorkloadCounter for NoWorkloads {
    async fn count(
        &self,
        _ids: &[ClusterId],
    ) -> Result<BTreeMap<ClusterId, u64>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(BTreeMap::new())
    }
}

// === impl Deregistration ===

impl Deregistration {
    /// Whatever runs in it.
    #[must_use]
    pub fn forced(mut self) -> Self {
        self.guard.ignore_workloads = true;
        self
    }

    /// This goes with it.
    #[must_use]
    pub fn with_policy(mut self, policy: DeletionPolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Only if it is this tenant's.
    #[must_use]
    pub fn of_tenant(mut self, tenant: impl Into<String>) -> Self {
        self.guard.tenant_id = Some(tenant.into());
        self
    }
}

// === impl ClusterChange ===

impl ClusterChange {
    /// Which one, unless it is about all.
    #[must_use]
    pub fn id(&self) -> Option<&ClusterId> {
        match self {
            Self::Recorded { id, .. }
            | Self::Moved { id, .. }
            | Self::Restored { id, .. }
            | Self::Updated { id }
            | Self::Deleted { id } => Some(id),
            Self::Missed => None,
        }
    }
}
