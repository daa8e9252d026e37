//! The right to work in the clusters of a slot, as work sees it; knows nothing of how it was got.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Unowned;
use super::score::{SLOTS, slot_of};
use crate::key::ClusterKey;

/// The right of this replica to work in a cluster.
///
/// Start work with [`Ownership::spawn`]: it is stopped when the right is lost, and waited for before the slot goes to another replica. Before
/// a write that must not happen twice, ask [`Ownership::is_held`], and hand [`Ownership::fencing`] to whoever can check it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Ownership {
    /// Cancelled when the right is lost or given up.
    pub token: CancellationToken,
    /// Rises with every owner of the slot that the cluster is in; the `leaseTransitions` of the slot's Lease.
    pub fencing: u64,
    grant: Arc<Grant>,
}

impl Ownership {
    pub(super) fn new(grant: Arc<Grant>) -> Self {
        Self { token: grant.token.clone(), fencing: grant.fencing, grant }
    }

    /// Whether the right is held at this moment.
    ///
    /// It is worked out from the local clock and asks nobody. Unlike the token it is true to the moment even when this process was stopped
    /// and goes on: the token is cancelled by a task, which may get its turn after the caller.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.grant.is_held()
    }

    /// How long the right is good if it is not renewed.
    #[must_use]
    pub fn good_for(&self) -> Duration {
        self.grant.good_until().saturating_duration_since(Instant::now())
    }

    /// The slot.
    #[must_use]
    pub fn slot(&self) -> u16 {
        self.grant.slot
    }

    /// Runs something for as long as the right is held; `None` when it ended first. The slot is not released before it has ended.
    pub fn spawn<F>(&self, future: F) -> JoinHandle<Option<F::Output>>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let token = self.token.clone();
        self.grant.tasks.spawn(async move { token.run_until_cancelled_owned(future).await })
    }

    /// Keeps the slot from being released until what is tracked here has ended. Watch [`Ownership::token`] in it.
    #[must_use]
    pub fn tasks(&self) -> &TaskTracker {
        &self.grant.tasks
    }
}

impl fmt::Debug for Ownership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ownership")
            .field("slot", &self.grant.slot)
            .field("fencing", &self.fencing)
            .field("held", &self.is_held())
            .finish_non_exhaustive()
    }
}

/// One holding of one slot.
pub(super) struct Grant {
    pub(super) slot: u16,
    pub(super) fencing: u64,
    pub(super) token: CancellationToken,
    pub(super) tasks: TaskTracker,
    began: Instant,
    /// Nanoseconds after `began`.
    good_until: AtomicU64,
}

impl Grant {
    pub(super) fn new(slot: u16, fencing: u64, token: CancellationToken, began: Instant, good_until: Instant) -> Self {
        let grant = Self { slot, fencing, token, tasks: TaskTracker::new(), began, good_until: AtomicU64::new(0) };
        grant.extend(good_until);
        grant
    }

    pub(super) fn extend(&self, good_until: Instant) {
        let nanos = good_until.saturating_duration_since(self.began).as_nanos();
        self.good_until.store(u64::try_from(nanos).unwrap_or(u64::MAX), Ordering::Release);
    }

    fn good_until(&self) -> Instant {
        self.began + Duration::from_nanos(self.good_until.load(Ordering::Acquire))
    }

    pub(super) fn is_held(&self) -> bool {
        !self.token.is_cancelled() && Instant::now() < self.good_until()
    }
}

/// A slot was won, lost or given up by this replica.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SlotChange {
    /// Which slot.
    pub slot: u16,
    /// Whether this replica owns it now.
    pub owned: bool,
    /// The fencing number of the holding that began or ended.
    pub fencing: u64,
}

impl SlotChange {
    /// Whether a cluster is in the slot.
    #[must_use]
    pub fn concerns(&self, key: &ClusterKey) -> bool {
        slot_of(key) == self.slot
    }
}

/// What the driver publishes and everybody else reads.
pub(super) struct Shared {
    pub(super) identity: Arc<str>,
    /// Parent of every token; cancelled when the driver ends, however it ends.
    pub(super) root: CancellationToken,
    pub(super) grants: ArcSwap<Vec<Option<Arc<Grant>>>>,
    /// The identity of who holds each slot, as far as this replica knows.
    pub(super) holders: ArcSwap<Vec<Option<Arc<str>>>>,
    pub(super) orphans: ArcSwap<Vec<u16>>,
    pub(super) changes: broadcast::Sender<SlotChange>,
    pub(super) moves: AtomicU64,
    pub(super) peers: AtomicU64,
    tracked: Mutex<HashMap<u16, BTreeSet<ClusterKey>>>,
}

impl Shared {
    pub(super) fn new(identity: &str) -> Self {
        Self {
            identity: identity.into(),
            root: CancellationToken::new(),
            grants: ArcSwap::from_pointee(vec![None; usize::from(SLOTS)]),
            holders: ArcSwap::from_pointee(vec![None; usize::from(SLOTS)]),
            orphans: ArcSwap::default(),
            changes: broadcast::Sender::new(usize::from(SLOTS) * 4),
            moves: AtomicU64::new(0),
            peers: AtomicU64::new(0),
            tracked: Mutex::default(),
        }
    }

    pub(super) fn grant(&self, slot: u16) -> Option<Arc<Grant>> {
        self.grants.load().get(usize::from(slot)).cloned().flatten().filter(|grant| grant.is_held())
    }

    pub(super) fn owned(&self) -> usize {
        self.grants.load().iter().flatten().filter(|grant| grant.is_held()).count()
    }

    pub(super) fn unowned(&self) -> Unowned {
        let orphans = self.orphans.load();
        let tracked = self.tracked();
        let clusters = orphans.iter().filter_map(|slot| tracked.get(slot)).map(BTreeSet::len).sum();
        Unowned { slots: orphans.len(), clusters }
    }

    /// Publishes that a slot was won.
    pub(super) fn won(&self, grant: &Arc<Grant>) {
        self.set(grant.slot, Some(grant.clone()));
        self.tell(grant, true);
    }

    /// Publishes that a slot was lost or is being given up. Its token is cancelled before anybody hears of it.
    pub(super) fn lost(&self, grant: &Arc<Grant>) {
        grant.token.cancel();
        self.set(grant.slot, None);
        self.tell(grant, false);
    }

    fn set(&self, slot: u16, grant: Option<Arc<Grant>>) {
        let mut grants = Vec::clone(&self.grants.load());
        grants[usize::from(slot)] = grant;
        self.grants.store(Arc::new(grants));
    }

    fn tell(&self, grant: &Grant, owned: bool) {
        self.moves.fetch_add(1, Ordering::Relaxed);
        // Nobody has to be listening.
        drop(self.changes.send(SlotChange { slot: grant.slot, owned, fencing: grant.fencing }));
    }

    pub(super) fn track(&self, key: &ClusterKey) {
        let mut tracked = self.tracked();
        let clusters = tracked.entry(slot_of(key)).or_default();
        if !clusters.contains(key) {
            clusters.insert(key.clone());
        }
    }

    pub(super) fn forget(&self, key: &ClusterKey) {
        if let Some(clusters) = self.tracked().get_mut(&slot_of(key)) {
            clusters.remove(key);
        }
    }

    /// The clusters that were asked for in a slot, or in all.
    pub(super) fn tracked_in(&self, slot: Option<u16>) -> Vec<ClusterKey> {
        let tracked = self.tracked();
        match slot {
            Some(slot) => tracked.get(&slot).into_iter().flatten().cloned().collect(),
            None => tracked.values().flatten().cloned().collect(),
        }
    }

    pub(super) fn tracked(&self) -> MutexGuard<'_, HashMap<u16, BTreeSet<ClusterKey>>> {
        self.tracked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
