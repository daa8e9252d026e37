//! What happened to one resource, newest last, within bounds.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::Object;

/// What a change did to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an object comes, changes or goes")]
pub enum ChangeKind {
    /// The key was free before.
    Added,
    /// The key held an object before.
    Modified,
    /// The key is free now.
    Deleted,
}

/// One write.
#[derive(Debug)]
pub struct Change {
    kind: ChangeKind,
    revision: u64,
    before: Option<Arc<Object>>,
    object: Arc<Object>,
}

/// The revision asked for is older than what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the history before revision {oldest} is compacted")]
#[non_exhaustive]
pub struct Compacted {
    /// The oldest revision that can still be read.
    pub oldest: u64,
}

/// The changes of one resource, oldest first.
#[derive(Debug, Default)]
pub(super) struct History {
    changes: VecDeque<Arc<Change>>,
    compacted: u64,
}

// === impl Change ===

impl Change {
    pub(super) fn new(kind: ChangeKind, revision: u64, before: Option<Arc<Object>>, object: Arc<Object>) -> Self {
        Self { kind, revision, before, object }
    }

    /// What the change did.
    pub fn kind(&self) -> ChangeKind {
        self.kind
    }

    /// The revision of the write.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The state that the write replaced or removed.
    pub fn before(&self) -> Option<&Arc<Object>> {
        self.before.as_ref()
    }

    /// The new state; for a removal the last state with the revision of the removal.
    pub fn object(&self) -> &Arc<Object> {
        &self.object
    }
}

// === impl History ===

impl History {
    pub(super) fn compacted(&self) -> u64 {
        self.compacted
    }

    pub(super) fn push(&mut self, change: Change, limit: usize) {
        self.changes.push_back(Arc::new(change));
        while self.changes.len() > limit {
            if let Some(oldest) = self.changes.pop_front() {
                self.compacted = oldest.revision;
            }
        }
    }

    pub(super) fn compact(&mut self, revision: u64) {
        self.compacted = self.compacted.max(revision);
        self.changes.clear();
        self.changes.shrink_to_fit();
    }

    pub(super) fn after(&self, revision: u64, limit: usize) -> Vec<Arc<Change>> {
        let from = self.changes.partition_point(|change| change.revision <= revision);
        self.changes.range(from..).take(limit).cloned().collect()
    }

    /// What each key that changed after `revision` held at that revision.
    pub(super) fn undo(&self, revision: u64) -> HashMap<&str, Option<&Arc<Object>>> {
        let mut before = HashMap::new();
        for change in self.changes.iter().rev().take_while(|change| change.revision > revision) {
            before.insert(change.object.key(), change.before.as_ref());
        }
        before
    }
}
