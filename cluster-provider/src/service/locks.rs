//! One at a time for each cluster, in this process. Knows nothing of what is done.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use crate::cluster::ClusterId;

type Slots = Arc<Mutex<HashMap<ClusterId, Arc<tokio::sync::Mutex<()>>>>>;

/// A lock for each cluster that somebody holds or waits for.
#[derive(Debug, Default)]
pub(super) struct KeyedLocks {
    slots: Slots,
}

/// Held while something is done with one cluster.
#[derive(Debug)]
pub(super) struct KeyedGuard {
    // Given up first, so that the last one finds the slot unused.
    _held: OwnedMutexGuard<()>,
    _waiting: Waiting,
}

/// Somebody who holds or waits; the last of them takes the lock away.
#[derive(Debug)]
struct Waiting {
    slots: Slots,
    id: ClusterId,
    slot: Option<Arc<tokio::sync::Mutex<()>>>,
}

// === impl KeyedLocks ===

impl KeyedLocks {
    /// Waits for its turn. Dropping the future gives the turn up.
    pub(super) async fn lock(&self, id: &ClusterId) -> KeyedGuard {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(id.clone()).or_default())
        };
        let waiting = Waiting { slots: Arc::clone(&self.slots), id: id.clone(), slot: Some(Arc::clone(&slot)) };
        let held = slot.lock_owned().await;
        KeyedGuard { _held: held, _waiting: waiting }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.slots.lock().unwrap().len()
    }
}

// === impl Waiting ===

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        // Ours is given back under the lock of the map: whoever comes next either finds the slot with its user, or makes a new one.
        drop(self.slot.take());
        if slots.get(&self.id).is_some_and(|slot| Arc::strong_count(slot) == 1) {
            slots.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn one_cluster_waits_and_another_does_not() {
        let locks = KeyedLocks::default();
        let (one, two) = (ClusterId::generate(), ClusterId::generate());
        let held = locks.lock(&one).await;
        assert!(locks.lock(&one).now_or_never().is_none());
        assert!(locks.lock(&two).now_or_never().is_some());
        drop(held);
        assert!(locks.lock(&one).now_or_never().is_some());
    }

    #[tokio::test]
    async fn nothing_is_left_of_a_lock_that_nobody_holds() {
        let locks = KeyedLocks::default();
        let id = ClusterId::generate();
        let held = locks.lock(&id).await;
        assert!(locks.lock(&id).now_or_never().is_none());
        assert_eq!(locks.len(), 1);
        drop(held);
        assert_eq!(locks.len(), 0);
    }

    #[tokio::test]
    async fn many_never_meet_in_one_cluster() {
        let locks = Arc::new(KeyedLocks::default());
        let id = ClusterId::generate();
        let inside = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let tasks = (0..50).map(|_| {
            let (locks, id, inside) = (Arc::clone(&locks), id.clone(), Arc::clone(&inside));
            tokio::spawn(async move {
                let _held = locks.lock(&id).await;
                assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                tokio::task::yield_now().await;
                inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        assert_eq!(locks.len(), 0);
    }
}
