//! How a running controller is doing, in numbers; knows nothing of how numbers are exported.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
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
    /// How reconciles ended in each group of clusters, also in those of its clusters that are engaged no longer, for as long as one of
    /// them is engaged. Empty unless clusters are told apart by groups.
    pub groups: BTreeMap<Arc<str>, Results>,
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
    /// Of which group the cluster was when it was engaged; empty unless clusters are told apart by groups.
    pub group: Arc<str>,
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

    #[cfg(feature = "metrics")]
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
pub(super) struct Counts {
    own: [AtomicU64; ReconcileResult::ALL.len()],
    group: Option<Arc<Group>>,
}

/// A group of clusters, and what happened in it; held by its engaged clusters.
#[derive(Debug)]
pub(super) struct Group {
    name: Arc<str>,
    counts: Counts,
}

/// The groups there are.
#[derive(Debug, Default)]
pub(super) struct Groups(HashMap<Arc<str>, Weak<Group>>);

impl Groups {
    /// Counts of a cluster that is of this group.
    pub(super) fn counts(&mut self, name: &str) -> Arc<Counts> {
        let known = self.0.get(name).and_then(Weak::upgrade);
        let group = known.unwrap_or_else(|| {
            self.0.retain(|_, group| group.strong_count() > 0);
            let group = Arc::new(Group { name: name.into(), counts: Counts::default() });
            self.0.insert(group.name.clone(), Arc::downgrade(&group));
            group
        });
        Arc::new(Counts { group: Some(group), ..Counts::default() })
    }
}

impl Counts {
    pub(super) fn count(&self, result: ReconcileResult) {
        self.own[result as usize].fetch_add(1, Ordering::Relaxed);
        if let Some(group) = &self.group {
            group.counts.count(result);
        }
    }

    /// The name of the group, and how reconciles ended in all of it.
    pub(super) fn group(&self) -> Option<(Arc<str>, Results)> {
        self.group.as_ref().map(|group| (group.name.clone(), group.counts.read()))
    }

    pub(super) fn add(&self, results: Results) {
        for (count, result) in self.own.iter().zip(results.0) {
            count.fetch_add(result, Ordering::Relaxed);
        }
    }

    pub(super) fn read(&self) -> Results {
        Results(std::array::from_fn(|n| self.own[n].load(Ordering::Relaxed)))
    }
}

/// Something that can be asked how it is doing.
pub(super) trait Observed: Send + Sync {
    fn stats(&self) -> Stats;
    fn events(&self) -> broadcast::Receiver<RuntimeEvent>;
}
