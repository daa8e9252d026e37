//! Objects, resource versions and the watch history: a synchronous, in-memory, multi-version store.
//!
//! It knows nothing of HTTP, kinds or Kubernetes rules: callers hand it finished objects and name the revision they
//! were computed from. One monotonically increasing revision covers the whole store, as in etcd; the history of each
//! resource answers watches and gives paged lists a consistent snapshot until it is compacted.

mod content;
mod history;
mod object;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

pub use content::{Content, Revisions};
pub use history::{Change, ChangeKind, Compacted};
pub use object::Object;

use history::History;

/// How many changes of one resource are kept by default before the oldest are compacted away.
pub const DEFAULT_HISTORY: usize = 4_096;

/// All objects of one cluster, with the history of their changes.
#[derive(Debug)]
pub struct Store {
    state: Mutex<State>,
    history_limit: usize,
    /// Carries the revision of the latest change of any resource.
    signal: watch::Sender<u64>,
}

#[derive(Debug)]
struct State {
    revision: u64,
    /// Watches and snapshots at or before this revision are gone, for every resource.
    compacted: u64,
    resources: HashMap<Box<str>, Collection>,
}

#[derive(Debug)]
struct Collection {
    objects: BTreeMap<Box<str>, Arc<Object>>,
    history: History,
    /// Carries the revision of the latest change; watchers wait on it.
    signal: watch::Sender<u64>,
}

/// What the writer believes is stored under the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a key is either free or holds one revision")]
pub enum Expected {
    /// Nothing.
    Absent,
    /// The object written at this revision.
    Revision(u64),
}

/// The write was refused because the key does not hold what the writer expected.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stale {
    /// What the key holds.
    pub current: Option<Arc<Object>>,
}

/// Part of a resource's objects in key order, all at one revision.
#[derive(Debug)]
#[non_exhaustive]
pub struct Range {
    /// The objects.
    pub objects: Vec<Arc<Object>>,
    /// The revision of the snapshot.
    pub revision: u64,
    /// How many more objects the snapshot holds behind the last one returned.
    pub remaining: usize,
}

/// Which part of a resource to read.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "crate users build it with a literal and `..Default::default()`")]
pub struct Select<'a> {
    /// Only keys that begin with this.
    pub prefix: &'a str,
    /// Only keys at or after this one.
    pub start: Option<&'a str>,
    /// The revision of the snapshot; the current one if absent.
    pub at: Option<u64>,
    /// At most this many objects.
    pub limit: Option<usize>,
}

// === impl Store ===

impl Store {
    /// An empty store that keeps `history_limit` changes per resource.
    pub fn new(history_limit: usize) -> Self {
        Self {
            state: Mutex::new(State { revision: 1, compacted: 0, resources: HashMap::new() }),
            history_limit: history_limit.max(1),
            signal: watch::Sender::new(1),
        }
    }

    /// The revision of the latest write.
    pub fn revision(&self) -> u64 {
        self.lock().revision
    }

    /// The object under `key`.
    pub fn get(&self, resource: &str, key: &str) -> Option<Arc<Object>> {
        self.lock().resources.get(resource)?.objects.get(key).cloned()
    }

    /// How many objects of a resource are stored under a prefix.
    pub fn count(&self, resource: &str, prefix: &str) -> usize {
        let state = self.lock();
        let Some(collection) = state.resources.get(resource) else { return 0 };
        if prefix.is_empty() { collection.objects.len() } else { collection.live(prefix, None).count() }
    }

    /// Reads objects in key order from one snapshot.
    ///
    /// # Errors
    /// [`Compacted`] when the snapshot asked for is older than the history that is kept.
    pub fn range(&self, resource: &str, select: Select<'_>) -> Result<Range, Compacted> {
        let state = self.lock();
        let revision = select.at.unwrap_or(state.revision);
        if revision < state.compacted {
            return Err(Compacted { oldest: state.compacted });
        }
        let Some(collection) = state.resources.get(resource) else {
            return Ok(Range { objects: Vec::new(), revision, remaining: 0 });
        };
        if revision < collection.history.compacted() {
            return Err(Compacted { oldest: collection.history.compacted() });
        }
        let limit = select.limit.unwrap_or(usize::MAX);
        let undone = collection.history.undo(revision);
        if undone.is_empty() {
            let mut live = collection.live(select.prefix, select.start);
            let objects: Vec<_> = live.by_ref().take(limit).cloned().collect();
            let remaining = live.count();
            return Ok(Range { objects, revision, remaining });
        }
        let mut snapshot: BTreeMap<&str, Arc<Object>> =
            collection.live(select.prefix, select.start).map(|object| (object.key(), object.clone())).collect();
        for (key, before) in undone {
            let wanted = key.starts_with(select.prefix) && select.start.is_none_or(|start| key >= start);
            match before {
                Some(object) if wanted => drop(snapshot.insert(key, object.clone())),
                _ => drop(snapshot.remove(key)),
            }
        }
        let remaining = snapshot.len().saturating_sub(limit);
        Ok(Range { objects: snapshot.into_values().take(limit).collect(), revision, remaining })
    }

    /// Stores `value` under `key` with a new revision, which is written to `metadata.resourceVersion`.
    ///
    /// # Errors
    /// [`Stale`] when the key does not hold what was expected.
    pub fn put(&self, resource: &str, key: &str, expected: Expected, value: Value) -> Result<Arc<Object>, Stale> {
        self.put_with(resource, key, expected, value, false)
    }

    /// As [`Store::put`], for an object [with or without residue](Object::with_residue).
    ///
    /// # Errors
    /// As for [`Store::put`].
    pub fn put_with(
        &self,
        resource: &str,
        key: &str,
        expected: Expected,
        value: Value,
        residue: bool,
    ) -> Result<Arc<Object>, Stale> {
        let mut state = self.lock();
        let before = state.expect(resource, key, expected)?;
        let revision = state.advance();
        let object = Arc::new(Object::new(key.into(), revision, value).with_residue(residue));
        let collection = state.collection(resource);
        collection.objects.insert(key.into(), object.clone());
        let kind = if before.is_some() { ChangeKind::Modified } else { ChangeKind::Added };
        collection.record(Change::new(kind, revision, before, object.clone()), self.history_limit);
        self.signal.send_replace(revision);
        Ok(object)
    }

    /// Removes the object under `key` and returns its last state, which carries the revision of the removal.
    ///
    /// # Errors
    /// [`Stale`] when the key does not hold what was expected.
    pub fn remove(&self, resource: &str, key: &str, expected: Expected) -> Result<Arc<Object>, Stale> {
        let mut state = self.lock();
        let Some(before) = state.expect(resource, key, expected)? else { return Err(Stale { current: None }) };
        let revision = state.advance();
        let collection = state.collection(resource);
        collection.objects.remove(key);
        let last = Arc::new(Object::new(key.into(), revision, before.value().clone()));
        collection.record(Change::new(ChangeKind::Deleted, revision, Some(before), last.clone()), self.history_limit);
        self.signal.send_replace(revision);
        Ok(last)
    }

    /// Puts an object that other stores share in place, without a history entry. Only for an empty key of a store
    /// that nobody watches yet.
    pub fn seed(&self, resource: &str, object: Arc<Object>) {
        let mut state = self.lock();
        state.revision = state.revision.max(object.revision());
        state.collection(resource).objects.insert(object.key().into(), object);
    }

    /// The changes of a resource after a revision, oldest first, at most `limit` of them, and the revision up to which
    /// they are complete.
    ///
    /// # Errors
    /// [`Compacted`] when changes after that revision have been forgotten.
    pub fn changes(&self, resource: &str, after: u64, limit: usize) -> Result<(Vec<Arc<Change>>, u64), Compacted> {
        let state = self.lock();
        let oldest = state.compacted.max(state.resources.get(resource).map_or(0, |c| c.history.compacted()));
        if after < oldest {
            return Err(Compacted { oldest });
        }
        let Some(collection) = state.resources.get(resource) else { return Ok((Vec::new(), state.revision)) };
        let changes = collection.history.after(after, limit);
        let upto = match changes.last() {
            Some(last) if changes.len() == limit => last.revision(),
            _ => state.revision,
        };
        Ok((changes, upto))
    }

    /// A signal that carries the revision of the latest change of a resource.
    pub fn subscribe(&self, resource: &str) -> watch::Receiver<u64> {
        self.lock().collection(resource).signal.subscribe()
    }

    /// A signal that carries the revision of the latest change of any resource.
    pub fn subscribe_all(&self) -> watch::Receiver<u64> {
        self.signal.subscribe()
    }

    /// Forgets all history: watches from, and lists at, an earlier revision are answered with 410 from now on.
    pub fn compact(&self) {
        let mut state = self.lock();
        state.compacted = state.revision;
        let revision = state.revision;
        for collection in state.resources.values_mut() {
            collection.history.compact(revision);
            collection.signal.send_replace(revision);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl State ===

impl State {
    fn collection(&mut self, resource: &str) -> &mut Collection {
        let revision = self.revision;
        self.resources.entry(resource.into()).or_insert_with(|| Collection {
            objects: BTreeMap::new(),
            history: History::default(),
            signal: watch::Sender::new(revision),
        })
    }

    fn expect(&self, resource: &str, key: &str, expected: Expected) -> Result<Option<Arc<Object>>, Stale> {
        let current = self.resources.get(resource).and_then(|collection| collection.objects.get(key)).cloned();
        match (&current, expected) {
            (None, Expected::Absent) => Ok(None),
            (Some(object), Expected::Revision(revision)) if object.revision() == revision => Ok(current),
            _ => Err(Stale { current }),
        }
    }

    fn advance(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }
}

// === impl Collection ===

impl Collection {
    fn live<'a>(&'a self, prefix: &'a str, start: Option<&str>) -> impl Iterator<Item = &'a Arc<Object>> + 'a {
        let from = start.filter(|start| *start > prefix).unwrap_or(prefix);
        self.objects
            .range::<str, _>((Bound::Included(from), Bound::Unbounded))
            .take_while(move |(key, _)| key.starts_with(prefix))
            .map(|(_, object)| object)
    }

    fn record(&mut self, change: Change, limit: usize) {
        let revision = change.revision();
        self.history.push(change, limit);
        self.signal.send_replace(revision);
    }
}
