//! What one object got last of each cluster it uses; knows nothing of objects.

use crate::key::ClusterKey;
use crate::revision::Revision;

/// Revisions by cluster, sorted: nearly always one, and thousands for a consumer that watches a whole fleet under one name.
#[derive(Debug, Default)]
pub(super) struct Held(Vec<(ClusterKey, Revision)>);

impl Held {
    fn place(&self, key: &ClusterKey) -> Result<usize, usize> {
        self.0.binary_search_by(|(held, _)| held.cmp(key))
    }

    pub(super) fn get(&self, key: &ClusterKey) -> Option<Revision> {
        self.place(key).ok().map(|place| self.0[place].1)
    }

    /// What is held, or what is held from now on.
    pub(super) fn get_or_insert(&mut self, key: &ClusterKey, revision: Revision) -> Revision {
        match self.place(key) {
            Ok(place) => self.0[place].1,
            Err(place) => {
                if self.0.is_empty() {
                    self.0.reserve_exact(1);
                }
                self.0.insert(place, (key.clone(), revision));
                revision
            }
        }
    }

    /// Removes exactly this revision; says whether it was there.
    pub(super) fn remove(&mut self, key: &ClusterKey, revision: Revision) -> bool {
        match self.place(key) {
            Ok(place) if self.0[place].1 == revision => {
                self.0.remove(place);
                true
            }
            _ => false,
        }
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&ClusterKey) -> bool) {
        self.0.retain(|(key, _)| keep(key));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
