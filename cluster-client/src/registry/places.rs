//! The map that readers look into: where each cluster's place is, and its handle right beside it. Knows nothing of who writes, and of
//! clusters nothing but their keys.
//!
//! It is cut into parts, so that a change copies one part and not the whole, and a reader has what it came for after one atomic load and
//! one look into a table.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::slot::Slot;
use crate::handle::ClusterHandle;
use crate::key::ClusterKey;

/// How many parts there are; a power of two. With ten thousand clusters, connecting one copies about 160 entries.
const PARTS: usize = 64;

type Part = HashMap<ClusterKey, Place, foldhash::fast::RandomState>;

/// What a key leads to.
#[derive(Clone)]
struct Place {
    /// As in the facts of the slot, and never newer than those.
    handle: Option<ClusterHandle>,
    slot: Arc<Slot>,
}

/// Every cluster.
pub(super) struct Places([ArcSwap<Part>; PARTS]);

/// Changed copies of parts, until they are put in place.
#[derive(Default)]
pub(super) struct Staged(BTreeMap<usize, Part>);

/// Which part a key is in.
fn part_of(key: &ClusterKey) -> usize {
    // The upper bits; what the table takes is hashed once more.
    (key.stable_hash() >> 58) as usize % PARTS
}

// === impl Places ===

impl Places {
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|_| ArcSwap::default()))
    }

    /// The handle of a connected cluster.
    #[inline]
    pub(super) fn handle(&self, key: &ClusterKey) -> Option<ClusterHandle> {
        self.0[part_of(key)].load().get(key)?.handle.clone()
    }

    /// The place of a cluster.
    pub(super) fn slot(&self, key: &ClusterKey) -> Option<Arc<Slot>> {
        self.0[part_of(key)].load().get(key).map(|place| Arc::clone(&place.slot))
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|part| part.load().len()).sum()
    }

    /// Everything, in no order.
    pub(super) fn all<T>(&self, mut look: impl FnMut(&ClusterKey, &Slot) -> T) -> Vec<T> {
        let mut all = Vec::with_capacity(self.len());
        for part in &self.0 {
            all.extend(part.load().iter().map(|(key, place)| look(key, &place.slot)));
        }
        all
    }

    pub(super) fn clear(&self) {
        for part in &self.0 {
            part.store(Arc::default());
        }
    }

    // --- the only writer

    fn staged<'a>(&self, key: &ClusterKey, staged: &'a mut Staged) -> &'a mut Part {
        let part = part_of(key);
        staged.0.entry(part).or_insert_with(|| Part::clone(&self.0[part].load()))
    }

    pub(super) fn stage(&self, key: ClusterKey, slot: Arc<Slot>, staged: &mut Staged) {
        self.staged(&key, staged).insert(key, Place { handle: None, slot });
    }

    pub(super) fn stage_removal(&self, key: &ClusterKey, staged: &mut Staged) {
        self.staged(key, staged).remove(key);
    }

    /// Puts what is staged in place.
    pub(super) fn settle(&self, staged: Staged) {
        for (part, changed) in staged.0 {
            self.0[part].store(Arc::new(changed));
        }
    }

    /// Puts another handle, or none, beside a cluster's place; what is staged for the same part goes along.
    pub(super) fn put(&self, key: &ClusterKey, slot: &Arc<Slot>, handle: Option<ClusterHandle>, staged: &mut Staged) {
        let part = part_of(key);
        let mut changed = staged.0.remove(&part).unwrap_or_else(|| Part::clone(&self.0[part].load()));
        if let Some(place) = changed.get_mut(key).filter(|place| Arc::ptr_eq(&place.slot, slot)) {
            place.handle = handle;
        }
        self.0[part].store(Arc::new(changed));
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").field("len", &self.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::super::slot::Facts;
    use super::*;
    use crate::revision::Revision;

    fn slot() -> Arc<Slot> {
        Arc::new(Slot::new(Facts::registered(Arc::default())))
    }

    fn handle(key: &ClusterKey) -> ClusterHandle {
        let revision = Revision::following(None, Timestamp::UNIX_EPOCH);
        ClusterHandle::new(key.clone(), crate::fake::empty_client(), revision, None)
    }

    #[test]
    fn keys_spread_over_all_parts() {
        let mut parts: Vec<_> = (0..2000).map(|n| part_of(&ClusterKey::new(format!("c{n}")).unwrap())).collect();
        parts.sort_unstable();
        parts.dedup();
        assert_eq!(parts.len(), PARTS);
    }

    #[tokio::test]
    async fn a_handle_goes_only_beside_the_place_it_was_made_for() {
        let (places, key) = (Places::new(), ClusterKey::new("a").unwrap());
        let (old, new, mut staged) = (slot(), slot(), Staged::default());
        places.stage(key.clone(), Arc::clone(&old), &mut staged);
        assert!(places.slot(&key).is_none(), "not before it is put in place");
        places.put(&key, &old, Some(handle(&key)), &mut staged);
        assert!(places.handle(&key).is_some() && staged.0.is_empty());
        places.stage(key.clone(), Arc::clone(&new), &mut staged);
        places.settle(std::mem::take(&mut staged));
        assert!(places.handle(&key).is_none(), "another stay begins without");
        places.put(&key, &old, Some(handle(&key)), &mut staged);
        assert!(places.handle(&key).is_none());
    }

    proptest! {
        #[test]
        fn it_holds_what_was_put_in(steps in prop::collection::vec((0_u8..40, any::<bool>(), any::<bool>()), 0..200)) {
            let (places, mut model, mut staged) = (Places::new(), HashMap::new(), Staged::default());
            for (name, add, settle) in steps {
                let key = ClusterKey::new(format!("c{name}")).unwrap();
                if add {
                    let slot = slot();
                    model.insert(key.clone(), Arc::clone(&slot));
                    places.stage(key, slot, &mut staged);
                } else {
                    model.remove(&key);
                    places.stage_removal(&key, &mut staged);
                }
                if settle {
                    places.settle(std::mem::take(&mut staged));
                    prop_assert_eq!(places.len(), model.len());
                    for (key, slot) in &model {
                        prop_assert!(places.slot(key).is_some_and(|found| Arc::ptr_eq(&found, slot)));
                    }
                    prop_assert!(places.all(|key, _| model.contains_key(key)).into_iter().all(|known| known));
                }
            }
        }
    }
}
