//! The last revisions of clusters that are gone, so that numbers keep rising when a name comes back; bounded, and knows nothing else.

use std::collections::{HashMap, VecDeque};

use crate::key::ClusterKey;
use crate::revision::Revision;

/// How many clusters that are gone are remembered one by one.
const REMEMBERED: usize = 16 * 1024;

/// Revisions of clusters that are gone.
///
/// The oldest are forgotten one by one into a single floor: a name that comes back after that starts above all of them, so that its
/// numbers rise too, without a list that grows for ever.
#[derive(Debug)]
pub(super) struct Past {
    limit: usize,
    known: HashMap<ClusterKey, Revision>,
    order: VecDeque<(ClusterKey, Revision)>,
    floor: Option<Revision>,
}

impl Default for Past {
    fn default() -> Self {
        Self::with_limit(REMEMBERED)
    }
}

impl Past {
    fn with_limit(limit: usize) -> Self {
        Self { limit, known: HashMap::new(), order: VecDeque::new(), floor: None }
    }

    /// Remembers the last revision of a cluster that goes.
    pub(super) fn bury(&mut self, key: ClusterKey, last: Revision) {
        self.known.insert(key.clone(), last);
        self.order.push_back((key, last));
        while self.order.len() > self.limit {
            let Some((key, revision)) = self.order.pop_front() else { break };
            // An entry that was taken back or written again since is not what the map holds.
            if self.known.get(&key) == Some(&revision) {
                self.known.remove(&key);
            }
            self.floor = Some(match self.floor {
                Some(floor) => Revision {
                    generation: floor.generation.max(revision.generation),
                    connected_at: floor.connected_at.max(revision.connected_at),
                },
                None => revision,
            });
        }
    }

    /// What a cluster that comes (back) must be above.
    pub(super) fn recall(&mut self, key: &ClusterKey) -> Option<Revision> {
        self.known.remove(key).or(self.floor)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn key(n: u8) -> ClusterKey {
        ClusterKey::new(format!("c{n}")).unwrap()
    }

    #[test]
    fn a_name_that_comes_back_continues_and_a_new_one_starts_at_one() {
        let mut past = Past::default();
        let last = Revision::following(Some(Revision::following(None, Timestamp::UNIX_EPOCH)), Timestamp::UNIX_EPOCH);
        past.bury(key(1), last);
        assert_eq!(past.recall(&key(2)), None);
        assert_eq!(past.recall(&key(1)), Some(last));
    }

    proptest! {
        #[test]
        fn generations_rise_for_each_name_and_memory_is_bounded(limit in 1_usize..4, names in prop::collection::vec(0_u8..8, 0..200)) {
            let mut past = Past::with_limit(limit);
            let mut highest = [0_u64; 8];
            for name in names {
                let revision = Revision::following(past.recall(&key(name)), Timestamp::UNIX_EPOCH);
                let seen = &mut highest[usize::from(name)];
                prop_assert!(revision.generation > *seen);
                *seen = revision.generation;
                past.bury(key(name), revision);
                prop_assert!(past.known.len() <= limit && past.order.len() <= limit);
            }
        }
    }
}
