//! One engagement of a cluster as reconcilers see it; knows nothing of what came before or comes after.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use kube::Client;
use kube::runtime::watcher;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::guard::Guard;
use super::plan::Replay;
use super::request::{ClusterName, Request};
use super::stats::Counts;
use super::store::{AnyStore, ClusterStore, StaleReads, StoreError, Watched};

pub(super) struct View<K: Watched> {
    /// Never used twice by one controller.
    pub(super) instance: u64,
    pub(super) cluster: ClusterName,
    /// The handle and the right to use it.
    pub(super) guard: Guard,
    pub(super) guarded: OnceLock<Client>,
    /// Ends with the engagement, and before it with the handle.
    pub(super) group: CancellationToken,
    /// Everything that runs for this engagement.
    pub(super) tasks: TaskTracker,
    pub(super) stores: Vec<Arc<dyn AnyStore>>,
    pub(super) replays: Vec<Replay<K>>,
    /// Whether what its watches see is asked for.
    pub(super) live: Arc<AtomicBool>,
    pub(super) stale_reads: StaleReads,
    pub(super) counts: Arc<Counts>,
}

impl<K: Watched> View<K> {
    /// The store of a kind; with several selections of it, the one that fits or else the first one declared.
    pub(super) fn store<O: Watched>(&self, config: Option<&watcher::Config>) -> Result<ClusterStore<O>, StoreError> {
        self.store_under(config, self.stale_reads)
    }

    /// The same under another policy than the controller's.
    pub(super) fn store_under<O: Watched>(
        &self,
        config: Option<&watcher::Config>,
        policy: StaleReads,
    ) -> Result<ClusterStore<O>, StoreError> {
        let mut stores = self.stores.iter().filter_map(|store| {
            let any: &dyn Any = store.as_ref();
            any.downcast_ref::<ClusterStore<O>>()
        });
        let store = stores.find(|store| config.is_none_or(|config| store.shows(config)));
        store.ok_or_else(|| StoreError::NotWatched { kind: O::kind(&()).into() })?.under(policy)
    }

    /// Everything has been listed.
    pub(super) fn is_synced(&self) -> bool {
        self.stores.iter().all(|store| store.clockwork().freshness().synced_at.is_some())
    }

    /// For how long each kind has not been watched; the longest of its selections.
    pub(super) fn staleness(&self) -> Vec<(Arc<str>, Duration)> {
        let mut stale: Vec<(Arc<str>, Duration)> = Vec::new();
        for store in &self.stores {
            let (kind, age) = (store.kind(), store.clockwork().freshness().stale_for());
            match stale.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, known)) => *known = age.max(*known),
                None => stale.push((kind, age)),
            }
        }
        stale
    }

    pub(super) fn replay(&self, wanted: &(dyn Fn(&Request<K>) -> bool + Sync)) {
        self.replays.iter().for_each(|replay| replay(wanted));
    }

    pub(super) fn quiet(&self) {
        self.live.store(false, Ordering::Release);
    }

    pub(super) fn go_live(&self) {
        self.live.store(true, Ordering::Release);
    }
}
