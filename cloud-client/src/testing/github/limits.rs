//! Counts calls towards the primary limit, window by window.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::{SignedDuration, Timestamp};

/// How many calls a window allows, and how long it is.
#[derive(Debug)]
pub(super) struct Limits<K> {
    pub(super) calls: u64,
    pub(super) window: SignedDuration,
    used: HashMap<K, (u64, Timestamp)>,
}

/// What the headers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) limit: u64,
    pub(super) used: u64,
    pub(super) reset: Timestamp,
}

// === impl Limits ===

impl<K> Default for Limits<K> {
    fn default() -> Self {
        Self { calls: 5_000, window: SignedDuration::from_hours(1), used: HashMap::new() }
    }
}

impl<K: Hash + Eq> Limits<K> {
    /// How the count of somebody stands.
    pub(super) fn count(&mut self, who: K, now: Timestamp) -> Count {
        let next = now.checked_add(self.window).unwrap_or(Timestamp::MAX);
        let (used, reset) = self.used.entry(who).or_insert((0, next));
        if *reset <= now {
            (*used, *reset) = (0, next);
        }
        Count { limit: self.calls, used: (*used).min(self.calls), reset: *reset }
    }

    /// Counts a call.
    pub(super) fn spend(&mut self, who: K, now: Timestamp) -> Count {
        let count = self.count(who, now);
        Count { used: count.used + 1, ..count }
    }

    /// Remembers a count.
    pub(super) fn keep(&mut self, who: K, count: Count) {
        self.used.insert(who, (count.used, count.reset));
    }
}
