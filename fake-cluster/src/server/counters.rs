//! What happened on the wire, counted.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::api::Verb;

/// Counters of one cluster; they only grow.
#[derive(Debug, Default)]
pub struct Counters {
    accepts: AtomicU64,
    handshakes: AtomicU64,
    failed_handshakes: AtomicU64,
    requests: [AtomicU64; Verb::ALL.len()],
}

impl Counters {
    pub(super) fn accepted(&self) {
        self.accepts.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn handshaken(&self) {
        self.handshakes.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn handshake_failed(&self) {
        self.failed_handshakes.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn request(&self, verb: Verb) {
        if let Some(counter) = self.requests.get(verb.index()) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// TCP connections accepted.
    pub fn accepts(&self) -> u64 {
        self.accepts.load(Ordering::Relaxed)
    }

    /// TLS handshakes finished.
    pub fn handshakes(&self) -> u64 {
        self.handshakes.load(Ordering::Relaxed)
    }

    /// TLS handshakes that failed.
    pub fn failed_handshakes(&self) -> u64 {
        self.failed_handshakes.load(Ordering::Relaxed)
    }

    /// Requests of one verb.
    pub fn requests(&self, verb: Verb) -> u64 {
        self.requests.get(verb.index()).map_or(0, |counter| counter.load(Ordering::Relaxed))
    }

    /// Requests of all verbs.
    pub fn all_requests(&self) -> u64 {
        self.requests.iter().map(|counter| counter.load(Ordering::Relaxed)).sum()
    }

    /// Requests that change objects.
    pub fn writes(&self) -> u64 {
        Verb::ALL.iter().filter(|verb| verb.is_write()).map(|verb| self.requests(*verb)).sum()
    }
}
