//! How a running controller is doing, in numbers; knows nothing of how numbers are exported.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::broadcast;

use super::events::RuntimeEvent;
use super::request::ClusterName;

/// How a controller is doing.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Stats {
    /// The controller's name.
    pub controller: Arc<str>,
    /// The engaged clusters, in order.
    pub clusters: Vec<ClusterStats>,
    /// Reconciles under way, also of clusters that are engaged no longer.
    pub running: usize,
    /// How reconciles ended in clusters that are engaged no longer.
    pub past: Results,
}

impl Stats {
    /// The numbers of one cluster.
    #[must_use]
    pub fn of(&self, cluster: &ClusterName) -> Option<&ClusterStats> {
        self.clusters.iter().find(|one| one.cluster == *cluster)
    }
}

/// How a controller is doing in one cluster, since the cluster was engaged.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClusterStats {
    /// Which cluster.
    pub cluster: ClusterName,
    /// Which engagement.
    pub instance: u64,
    /// Whether everything that is watched has been listed.
    pub synced: bool,
    /// Requests that could be reconciled if there were room.
    pub depth: usize,
    /// Requests that wait for a time: after a failure, or because a reconcile asked for it.
    pub waiting: usize,
    /// Reconciles under way.
    pub running: usize,
    /// How long the oldest of the `depth` requests has waited.
    pub oldest: Option<Duration>,
    /// How reconciles ended.
    pub results: Results,
    /// For how long each watched kind has not been watched; zero while it is.
    pub stale: Vec<(Arc<str>, Duration)>,
}

/// How a reconcile ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReconcileResult {
    /// With an action.
    Success,
    /// With an error.
    Error,
    /// With a panic, which counts as an error.
    Panic,
    /// After its cluster had been disengaged: whatever it was, nothing came of it.
    Discarded,
}

impl ReconcileResult {
    pub(super) const ALL: [Self; 4] = [Self::Success, Self::Error, Self::Panic, Self::Discarded];

    /// The word for metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Discarded => "discarded",
        }
    }
}

/// How many reconciles ended in which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Results([u64; ReconcileResult::ALL.len()]);

impl Results {
    /// How many ended in this way.
    #[must_use]
    pub fn count(&self, result: ReconcileResult) -> u64 {
        self.0[result as usize]
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self(std::array::from_fn(|n| self.0[n].saturating_add(other.0[n])))
    }

    /// How many ended.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

#[derive(Debug, Default)]
pub(super) struct Counts([AtomicU64; ReconcileResult::ALL.len()]);

impl Counts {
    pub(super) fn count(&self, result: ReconcileResult) {
        self.0[result as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add(&self, results: Results) {
        for (count, result) in self.0.iter().zip(results.0) {
            count.fetch_add(result, Ordering::Relaxed);
        }
    }

    pub(super) fn read(&self) -> Results {
        Results(std::array::from_fn(|n| self.0[n].load(Ordering::Relaxed)))
    }
}

/// Something that can be asked how it is doing.
pub(super) trait Observed: Send + Sync {
    fn stats(&self) -> Stats;
    fn events(&self) -> broadcast::Receiver<RuntimeEvent>;
}
