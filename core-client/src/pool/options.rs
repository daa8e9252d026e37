//! How a pool goes about making things.

use std::time::Duration;

use crate::backoff::Backoff;

/// How a pool goes about making things.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolOptions {
    /// How many are made at once; 32.
    pub concurrency: usize,
    /// How long making one may take, from its turn on; 30 s.
    pub timeout: Duration,
    /// The longest pause after a first failure; 1 s. It doubles with each further one.
    pub first_pause: Duration,
    /// The longest pause of all; 5 min.
    pub longest_pause: Duration,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            concurrency: 32,
            timeout: Duration::from_secs(30),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(5 * 60),
        }
    }
}

impl PoolOptions {
    /// Sets how many are made at once.
    #[must_use]
    pub fn with_concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// Sets how long making one may take.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the longest pause after a first failure and the longest of all.
    #[must_use]
    pub fn with_pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.first_pause = first;
        self.longest_pause = longest;
        self
    }

    /// The pause after so many failures in a row: somewhere in the upper half of what doubling gives, by `chance` of the whole range.
    pub(super) fn pause(&self, attempts: u32, chance: u16) -> Duration {
        Backoff::new(self.first_pause, self.longest_pause).delay(attempts, f64::from(chance) / f64::from(u16::MAX))
    }
}
