//! What one client counts, with handles resolved once: an attempt costs a lookup by address and no allocation.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Weak};
use std::time::Duration;

use ::http::{Method, StatusCode};
use arc_swap::ArcSwap;
use prometheus_client::metrics::histogram::Histogram;

use super::metrics::{ClientMetrics, RequestLabels, RetryLabels, RotationLabels};
use super::{method_name, outcome_of};
use crate::error::Error;
use crate::http::client::Inner;

pub(crate) struct Recorder {
    metrics: ClientMetrics,
    service: Arc<str>,
    durations: ArcSwap<HashMap<Key, Histogram, BuildHasherDefault<Mix>>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    method: Word,
    operation: Word,
    status: u16,
    error_type: Word,
}

/// A constant, known by where it stands. Two places of one word only cost two entries.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Word(usize, usize);

/// Mixes a few machine words. The keys are our own, so nobody can make them collide.
#[derive(Clone, Copy, Default)]
struct Mix(u64);

// === impl Mix ===

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u16(&mut self, word: u16) {
        self.write_u64(u64::from(word));
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

// === impl Word ===

impl Word {
    fn of(word: &'static str) -> Self {
        Self(word.as_ptr().addr(), word.len())
    }
}

// === impl Recorder ===

impl Recorder {
    pub(crate) fn new(metrics: &ClientMetrics, service: &str) -> Self {
        Self { metrics: metrics.clone(), service: service.into(), durations: ArcSwap::default() }
    }

    /// Follows the credentials of a client.
    pub(crate) fn watch(&self, client: Weak<Inner>) {
        self.metrics.watch(Arc::clone(&self.service), client);
    }

    pub(crate) fn finished(
        &self,
        method: &Method,
        operation: &'static str,
        outcome: Result<StatusCode, &Error>,
        took: Duration,
    ) {
        let method = method_name(method);
        let (status, error_type) = outcome_of(outcome);
        let key = Key {
            method: Word::of(method),
            operation: Word::of(operation),
            status: status.map_or(0, |status| status.as_u16()),
            error_type: Word::of(error_type),
        };
        let took = took.as_secs_f64();
        if let Some(duration) = self.durations.load().get(&key) {
            duration.observe(took);
            return;
        }
        let labels = RequestLabels {
            service: Arc::clone(&self.service),
            method,
            operation,
            status: status.map(|status| status.as_u16()),
            error_type,
        };
        let duration = self.metrics.families().duration.0.get_or_create_owned(&labels);
        duration.observe(took);
        self.durations.rcu(|known| {
            let mut more = HashMap::clone(known);
            more.insert(key, duration.clone());
            more
        });
    }

    pub(crate) fn retried(&self, method: &Method, operation: &'static str) {
        let labels = RetryLabels { service: Arc::clone(&self.service), method: method_name(method), operation };
        self.metrics.families().retries.get_or_create(&labels).inc();
    }

    pub(crate) fn rotated(&self, in_use: bool) {
        let labels = RotationLabels { service: Arc::clone(&self.service), in_use };
        self.metrics.families().rotations.get_or_create(&labels).inc();
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("service", &self.service).finish_non_exhaustive()
    }
}
