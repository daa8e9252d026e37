//! When a call may be repeated. The classification is pure; the policy adds budget and jitter. Neither sends anything.
//!
//! [`classify`] says what is known about repeating a call that ended like this, from nothing but its arguments. The client combines
//! that with the method, a budget shared by all its calls, a random wait, and the deadline of the call.

#![warn(clippy::wildcard_enum_match_arm)]

pub(super) mod after;
mod budget;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ::http::{Method, StatusCode};
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};

use self::budget::Budget;
use super::options::RetryOptions;
use crate::backoff::Backoff;
use crate::error::{DispatchKind, RetryHint};

/// Which statuses an operation may be repeated for beyond the usual ones, by operation id.
///
/// For the few operations whose server answers a clash that passes with a status that elsewhere means "do not repeat":
///
/// ```
/// use core_client::http::RetryRules;
///
/// const RULES: RetryRules = RetryRules::new(&[("add_network_reference", &[500]), ("update_allocation", &[409])]);
/// assert_eq!(RULES.statuses("update_allocation"), [409]);
/// assert!(RULES.statuses("create_allocation").is_empty());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct RetryRules(&'static [(&'static str, &'static [u16])]);

/// What is known about an operation, apart from its method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetryClass {
    idempotent: Option<bool>,
    statuses: &'static [u16],
    untouched: &'static [u16],
}

/// How an attempt ended.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With an answer that is not a success.
    Answer {
        /// Its status.
        status: StatusCode,
        /// What it asks for in `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// Without an answer.
    NoAnswer(DispatchKind),
    /// With a success whose body stopped half-way.
    BrokenBody,
}

/// What is known about repeating a call with this method, of this class, that ended like this.
///
/// - No connection: safe for every method, as nothing was sent.
/// - 429, 502, 503, 504, a lost answer, a broken body: when idempotent, not before `Retry-After`.
/// - A status listed for the operation: when idempotent.
/// - Everything else: never.
#[must_use]
pub fn classify(method: &Method, class: RetryClass, outcome: Outcome) -> RetryHint {
    match outcome {
        Outcome::NoAnswer(kind) => kind.retry_hint(),
        Outcome::BrokenBody => RetryHint::IfIdempotent,
        Outcome::Answer { status, retry_after } => {
            let passes = matches!(status.as_u16(), 429 | 502 | 503 | 504);
            let listed = class.is_idempotent(method) && class.statuses.contains(&status.as_u16());
            match retry_after {
                _ if !passes && !listed => RetryHint::Never,
                Some(wait) => RetryHint::After(wait),
                None => RetryHint::IfIdempotent,
            }
        }
    }
}

// === impl RetryRules ===

impl RetryRules {
    /// No operation is special.
    pub const NONE: Self = Self(&[]);

    /// Operation ids and the statuses each may be repeated for.
    #[must_use]
    pub const fn new(rules: &'static [(&'static str, &'static [u16])]) -> Self {
        Self(rules)
    }

    /// The statuses listed for an operation.
    #[must_use]
    pub fn statuses(self, operation: &str) -> &'static [u16] {
        self.0.iter().find(|(listed, _)| *listed == operation).map_or(&[], |(_, statuses)| statuses)
    }
}

// === impl RetryClass ===

impl RetryClass {
    /// Nothing is known; methods and statuses mean what they usually do.
    pub const NONE: Self = Self { idempotent: None, statuses: &[], untouched: &[] };

    /// An operation with these rules.
    #[must_use]
    pub fn of(operation: &str, rules: RetryRules) -> Self {
        Self { statuses: rules.statuses(operation), ..Self::default() }
    }

    /// Statuses that an idempotent operation may be repeated for beyond the usual ones. Replaces those of the rules.
    #[must_use]
    pub const fn with_statuses(mut self, statuses: &'static [u16]) -> Self {
        self.statuses = statuses;
        self
    }

    /// Statuses by which this service says that it has not looked at the request, so that it may be repeated whatever its method.
    ///
    /// For services that promise it: a gateway in front of others may have passed the request on. Client errors that time does not mend are
    /// not repeated, whatever is listed.
    #[must_use]
    pub const fn with_untouched(mut self, statuses: &'static [u16]) -> Self {
        self.untouched = statuses;
        self
    }

    /// What is said here, where it says anything, and what `general` says elsewhere.
    pub(super) fn over(self, general: Self) -> Self {
        let either = |own: &'static [u16], other| if own.is_empty() { other } else { own };
        Self {
            idempotent: self.idempotent.or(general.idempotent),
            statuses: either(self.statuses, general.statuses),
            untouched: either(self.untouched, general.untouched),
        }
    }

    /// Whether an answer with this status means that nothing was done.
    #[must_use]
    pub fn is_untouched(&self, status: StatusCode) -> bool {
        self.untouched.contains(&status.as_u16())
    }

    /// Says whether the operation may be carried out twice, against what its method would say.
    #[must_use]
    pub const fn with_idempotent(mut self, idempotent: Option<bool>) -> Self {
        self.idempotent = idempotent;
        self
    }

    /// Whether carrying it out twice is the same as once: as told, else as the method promises.
    #[must_use]
    pub fn is_idempotent(&self, method: &Method) -> bool {
        self.idempotent.unwrap_or_else(|| method.is_idempotent())
    }
}

/// Budget and jitter of one client.
#[derive(Debug)]
pub(super) struct Policy {
    options: RetryOptions,
    budget: Budget,
    random: Mutex<SmallRng>,
}

// === impl Policy ===

impl Policy {
    pub(super) fn new(options: RetryOptions) -> Self {
        let random = options.seed.map_or_else(SmallRng::from_os_rng, SmallRng::seed_from_u64);
        let budget = Budget::new(options.budget_percent, options.budget_burst);
        Self { options, budget, random: Mutex::new(random) }
    }

    /// Counts a call towards the budget. Returns whether it could be repeated at all.
    pub(super) fn begin(&self) -> bool {
        self.budget.earn();
        self.options.max_attempts > 1
    }

    /// How long to wait before attempt number `attempt` (the first is 0), or nothing when the outcome stands. Spends budget.
    pub(super) fn next(&self, hint: RetryHint, idempotent: bool, attempt: u32) -> Option<Duration> {
        let least = match hint {
            RetryHint::Safe => Duration::ZERO,
            RetryHint::IfIdempotent if idempotent => Duration::ZERO,
            RetryHint::After(wait) if idempotent && wait <= self.options.max_retry_after => wait,
            RetryHint::Never | RetryHint::IfIdempotent | RetryHint::After(_) => return None,
        };
        if attempt >= self.options.max_attempts || !self.budget.spend() {
            return None;
        }
        Some(least.max(self.jitter(attempt)))
    }

    fn jitter(&self, attempt: u32) -> Duration {
        let chance = self.random.lock().unwrap_or_else(PoisonError::into_inner).random();
        Backoff::new(self.options.base_backoff, self.options.max_backoff).full_jitter(attempt, chance)
    }
}

#[cfg(test)]
mod tests;
