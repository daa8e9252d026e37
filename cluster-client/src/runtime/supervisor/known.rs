//! What the provider has said about clusters, event by event; knows nothing of what is made of it.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
use crate::provider::{ClientProvider, ClusterEvent, ClusterEventKind, ClusterSummary};

/// Chooses clusters.
pub(in super::super) type Filter = Box<dyn Fn(&ClusterSummary) -> bool + Send + Sync>;

pub(super) struct Known {
    filter: Option<Filter>,
    clusters: HashMap<ClusterKey, Cluster>,
    /// The last lineage that was given out.
    lineage: u64,
}

struct Cluster {
    handle: ClusterHandle,
    lineage: u64,
    chosen: bool,
}

impl Known {
    pub(super) fn new(filter: Option<Filter>) -> Self {
        Self { filter, clusters: HashMap::new(), lineage: 0 }
    }

    /// The connection to work with and its lineage, if the cluster is connected and chosen.
    pub(super) fn wanted(&self, key: &ClusterKey) -> Option<(ClusterHandle, u64)> {
        let cluster = self.clusters.get(key).filter(|cluster| cluster.chosen)?;
        Some((cluster.handle.clone(), cluster.lineage))
    }

    /// Takes over what the provider knows now; gives everything that was or is known.
    pub(super) fn look_again(&mut self, provider: &dyn ClientProvider) -> Vec<ClusterKey> {
        let mut keys: BTreeSet<_> = self.clusters.keys().cloned().collect();
        let now: HashMap<_, _> =
            provider.clusters().into_iter().map(|summary| (summary.key.clone(), summary)).collect();
        self.clusters.retain(|key, _| now.get(key).is_some_and(|summary| summary.handle.is_some()));
        for (key, summary) in now {
            if let Some(handle) = &summary.handle {
                // What happened in between is not known; only the same identity says that it is still the same cluster.
                let other = self.clusters.get(&key).is_none_or(|cluster| {
                    cluster.handle.identity().is_none() || cluster.handle.identity() != handle.identity()
                });
                self.learn(&key, handle.clone(), other);
                self.choose(&key, Some(&summary));
                keys.insert(key);
            }
        }
        keys.into_iter().collect()
    }

    /// Takes over what has happened; gives what it happened to.
    pub(super) fn follow(&mut self, events: Vec<ClusterEvent>, provider: &dyn ClientProvider) -> Vec<ClusterKey> {
        let mut touched = BTreeSet::new();
        for ClusterEvent { key, kind } in events {
            match kind {
                ClusterEventKind::Added(handle) => self.learn(&key, handle, true),
                ClusterEventKind::Replaced { handle, reset, .. } => self.learn(&key, handle, reset),
                ClusterEventKind::Removed => self.forget(&key),
                ClusterEventKind::Relabelled => {}
                ClusterEventKind::Missed => return self.look_again(provider),
                ClusterEventKind::Degraded(_) | ClusterEventKind::Recovered | ClusterEventKind::Failed(_) => continue,
            }
            touched.insert(key);
        }
        if self.filter.is_some() && !touched.is_empty() {
            let now = provider.clusters().into_iter().filter(|summary| touched.contains(&summary.key));
            let now: HashMap<_, _> = now.map(|summary| (summary.key.clone(), summary)).collect();
            touched.iter().for_each(|key| self.choose(key, now.get(key)));
        }
        touched.into_iter().collect()
    }

    fn learn(&mut self, key: &ClusterKey, handle: ClusterHandle, other: bool) {
        let known = self.clusters.get(key);
        // Events may be older than what a look at everything has told before them.
        if known.is_some_and(|known| {
            known.handle.same_as(&handle) || known.handle.revision().generation > handle.revision().generation
        }) {
            return;
        }
        let (lineage, chosen) = match known {
            Some(known) if !other => (known.lineage, known.chosen),
            _ => {
                self.lineage += 1;
                (self.lineage, self.filter.is_none())
            }
        };
        self.clusters.insert(key.clone(), Cluster { handle, lineage, chosen });
    }

    fn forget(&mut self, key: &ClusterKey) {
        // The handle that was removed has ended; one that has not is a newer one, which came before this was read.
        if self.clusters.get(key).is_some_and(|known| known.handle.alive().is_cancelled()) {
            self.clusters.remove(key);
        }
    }

    fn choose(&mut self, key: &ClusterKey, summary: Option<&ClusterSummary>) {
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        if let Some(filter) = &self.filter {
            let passes = summary.map(|summary| catch_unwind(AssertUnwindSafe(|| filter(summary))));
            if passes.as_ref().is_some_and(Result::is_err) {
                tracing::error!(cluster = %key, "the filter of a controller panicked; the cluster does not pass");
            }
            cluster.chosen = matches!(passes, Some(Ok(true)));
        }
    }
}
