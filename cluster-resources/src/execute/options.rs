//! What may be tuned of carrying a plan out; every value has a default. Knows nothing of what is in a plan.

use std::collections::BTreeMap;
use std::time::Duration;

use core_client::backoff::Backoff;

use crate::run_lock::LockOptions;

/// Limits, deadlines and choices of a run. Start from the default and change what you need.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecuteOptions {
    /// Requests in flight to one cluster; 8 by default. A cluster that throttles gets fewer until it recovers.
    pub per_cluster: usize,
    /// Writes among them; 6 by default.
    pub writes_per_cluster: usize,
    /// Requests in flight to all clusters together; 64 by default. Clusters take turns.
    pub total: usize,
    /// Until a request must be answered; 30 s by default.
    pub request_timeout: Duration,
    /// Until a request must have succeeded, repetitions and their pauses included; 5 min by default.
    pub object_deadline: Duration,
    /// How often a request is tried again that failed for a while; 4 by default.
    pub retries: u32,
    /// Pause before the first repetition, doubled each time and jittered; 200 ms by default. What a server asks for comes first, up to
    /// [`ExecuteOptions::longest_pause`].
    pub first_pause: Duration,
    /// Longest pause before a repetition; 20 s by default.
    pub longest_pause: Duration,
    /// What a server does about fields it does not know; [`FieldValidation::Strict`] by default.
    pub field_validation: FieldValidation,
    /// What to do when a namespace is missing that the plan does not make; [`MissingNamespace::Fail`] by default.
    pub missing_namespace: MissingNamespace,
    /// Until a namespace must be active, or a definition established, after it was applied; 60 s by default.
    pub gate_deadline: Duration,
    /// Who this run is for others that wait for the lock under which it deletes, such as the name of a pod; the field manager by default.
    pub identity: Option<String>,
    /// How that lock is held, where clusters have inventories.
    pub lock: LockOptions,
    /// Until a deleted object must be gone; 60 s by default. Zero does not wait, and notes what still holds it.
    pub deletion_deadline: Duration,
    /// Whether a Kubernetes Event says on the parent of the set what became of a cluster, where clusters have inventories and anything was
    /// done or failed; false by default. Needs the verb `create` on `events` in the inventory's namespace.
    pub announce: bool,
}

/// What a server does about fields it does not know, and about fields that stand twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FieldValidation {
    /// It refuses.
    #[default]
    Strict,
    /// It drops them and warns; warnings stand in the outcome.
    Warn,
}

impl FieldValidation {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Warn => "Warn",
        }
    }
}

/// What to do about objects in a namespace that is missing, and that the plan does not make.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MissingNamespace {
    /// They are blocked.
    #[default]
    Fail,
    /// They wait for it, so long at most; then they are blocked.
    Wait(Duration),
    /// They are skipped.
    Skip,
    /// It is made, with these labels. It is not marked as ours, and so never pruned.
    Create(BTreeMap<String, String>),
}

impl ExecuteOptions {
    /// The pauses between repetitions.
    pub(super) fn pauses(&self) -> Backoff {
        Backoff::new(self.first_pause, self.longest_pause)
    }

    /// The pauses between two looks at an object that is to become something: shorter, as a look costs little.
    pub(super) fn looks(&self) -> Backoff {
        Backoff::new(self.first_pause / 2, self.longest_pause / 10)
    }
}

impl Default for ExecuteOptions {
    fn default() -> Self {
        Self {
            per_cluster: 8,
            writes_per_cluster: 6,
            total: 64,
            request_timeout: Duration::from_secs(30),
            object_deadline: Duration::from_secs(5 * 60),
            retries: 4,
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(20),
            field_validation: FieldValidation::default(),
            missing_namespace: MissingNamespace::default(),
            gate_deadline: Duration::from_secs(60),
            identity: None,
            lock: LockOptions::default(),
            deletion_deadline: Duration::from_secs(60),
            announce: false,
        }
    }
}
