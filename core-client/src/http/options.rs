//! What can be tuned about a client. Values only; nothing here opens anything.

use std::time::Duration;

use crate::error::{ConstructionError, ConstructionKind};

/// Limits of one client. All have defaults; [`HttpClientBuilder::build`](super::HttpClientBuilder::build) checks them together.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub struct ClientOptions {
    /// Time to establish TCP and TLS together, and the way through a proxy where there is one. Default: 5 s. Waiting for a turn to connect does
    /// not count.
    pub connect_timeout: Duration,
    /// Upper bound for one logical call: hooks, every attempt, the waits between and the body of the answer. Default: 15 s, half of
    /// what the services allow themselves for a request.
    pub total_timeout: Duration,
    /// How long an unused connection stays open. Default: 60 s; at most 90 s.
    pub pool_idle_timeout: Duration,
    /// How many unused connections stay open. Default: 256.
    pub pool_max_idle: usize,
    /// How many connections are established at the same time; more wait for their turn or for a connection that becomes free,
    /// so that a rotation under load is no stampede of handshakes. Default: 8.
    pub max_concurrent_connects: usize,
    /// Longest answer that is read, in bytes. Default: 32 MiB.
    pub max_response_bytes: usize,
    /// What happens when the client certificate is past its end. Default: refuse.
    pub expired: ExpiredPolicy,
    /// When and how often a call is repeated.
    pub retry: RetryOptions,
}

/// What to do with a client certificate past its `notAfter`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExpiredPolicy {
    /// Send nothing; the error names the Secret or file.
    #[default]
    Refuse,
    /// Present it anyway and let the service decide.
    Present,
}

/// When and how often a call is repeated. What may be repeated at all is decided by [`classify`](super::classify).
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub struct RetryOptions {
    /// Attempts of one call, the first included. Default: 3. One switches retries off.
    pub max_attempts: u32,
    /// Upper bound of the first wait; it doubles with each attempt and the wait is drawn evenly below it. Default: 100 ms.
    pub base_backoff: Duration,
    /// Upper bound of every wait. Default: 2 s.
    pub max_backoff: Duration,
    /// Longest `Retry-After` that is waited for; when the service asks for more, its answer is returned. Default: 10 s.
    pub max_retry_after: Duration,
    /// Retries that each call earns for the whole client, in percent. Default: 20, so that a service in trouble sees at most a fifth
    /// more load.
    pub budget_percent: u32,
    /// Retries that can be saved up, and the number a new client has. Default: 20.
    pub budget_burst: u32,
    /// Seed of the jitter. Default: from the operating system.
    pub seed: Option<u64>,
}

/// Longest idle timeout; load balancers in front of the services close after that.
const MAX_IDLE: Duration = Duration::from_secs(90);

// === impl ClientOptions ===

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(15),
            pool_idle_timeout: Duration::from_secs(60),
            pool_max_idle: 256,
            max_concurrent_connects: 8,
            max_response_bytes: 32 << 20,
            expired: ExpiredPolicy::Refuse,
            retry: RetryOptions::default(),
        }
    }
}

impl ClientOptions {
    /// Sets [`connect_timeout`](Self::connect_timeout).
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets [`total_timeout`](Self::total_timeout).
    #[must_use]
    pub fn with_total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// Sets [`pool_idle_timeout`](Self::pool_idle_timeout).
    #[must_use]
    pub fn with_pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.pool_idle_timeout = timeout;
        self
    }

    /// Sets [`pool_max_idle`](Self::pool_max_idle).
    #[must_use]
    pub fn with_pool_max_idle(mut self, connections: usize) -> Self {
        self.pool_max_idle = connections;
        self
    }

    /// Sets [`max_concurrent_connects`](Self::max_concurrent_connects).
    #[must_use]
    pub fn with_max_concurrent_connects(mut self, connects: usize) -> Self {
        self.max_concurrent_connects = connects;
        self
    }

    /// Sets [`max_response_bytes`](Self::max_response_bytes).
    #[must_use]
    pub fn with_max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sets [`expired`](Self::expired).
    #[must_use]
    pub fn with_expired(mut self, policy: ExpiredPolicy) -> Self {
        self.expired = policy;
        self
    }

    /// Sets [`retry`](Self::retry).
    #[must_use]
    pub fn with_retry(mut self, retry: RetryOptions) -> Self {
        self.retry = retry;
        self
    }

    pub(super) fn validate(&self) -> Result<(), ConstructionError> {
        let problem = if self.connect_timeout.is_zero() || self.total_timeout.is_zero() {
            "the connect timeout and the total timeout have to be longer than nothing"
        } else if self.pool_idle_timeout > MAX_IDLE {
            "the idle timeout has to be 90 s or less"
        } else if self.max_concurrent_connects == 0 {
            "at least one connection has to be allowed at a time"
        } else if self.max_response_bytes == 0 {
            "an answer needs room"
        } else if self.retry.max_attempts == 0 {
            "a call needs at least one attempt"
        } else {
            return Ok(());
        };
        Err(ConstructionError::new(ConstructionKind::Client, problem))
    }
}

// === impl RetryOptions ===

impl Default for RetryOptions {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(2),
            max_retry_after: Duration::from_secs(10),
            budget_percent: 20,
            budget_burst: 20,
            seed: None,
        }
    }
}

impl RetryOptions {
    /// No retries.
    #[must_use]
    pub fn none() -> Self {
        Self::default().with_max_attempts(1)
    }

    /// Sets [`max_attempts`](Self::max_attempts).
    #[must_use]
    pub fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Sets [`base_backoff`](Self::base_backoff) and [`max_backoff`](Self::max_backoff).
    #[must_use]
    pub fn with_backoff(mut self, base: Duration, max: Duration) -> Self {
        self.base_backoff = base;
        self.max_backoff = max;
        self
    }

    /// Sets [`max_retry_after`](Self::max_retry_after).
    #[must_use]
    pub fn with_max_retry_after(mut self, ceiling: Duration) -> Self {
        self.max_retry_after = ceiling;
        self
    }

    /// Sets [`budget_percent`](Self::budget_percent) and [`budget_burst`](Self::budget_burst).
    #[must_use]
    pub fn with_budget(mut self, percent: u32, burst: u32) -> Self {
        self.budget_percent = percent;
        self.budget_burst = burst;
        self
    }

    /// Sets [`seed`](Self::seed).
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }
}
