//! How sessions are made and kept.

use std::time::Duration;

use aws_config::retry::RetryConfig;

/// How sessions are made and kept. All have defaults.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AwsOptions {
    /// Who we are, in the names of sessions of roles; `mooring`.
    pub integration: String,
    /// How long before their end credentials are made anew, while the old ones are still used; 5 min, and a third of their life at most.
    pub renew_before: Duration,
    /// How long before their end credentials are no longer handed out; 10 s.
    pub margin: Duration,
    /// How old the key pair of a secret becomes before it is read again; 5 min. The old one is used meanwhile.
    pub reread: Duration,
    /// How many calls of one account are under way at a time, from sending to the head of the answer; 32.
    pub max_in_flight: usize,
    /// How many credentials are made at a time; 16.
    pub max_making: usize,
    /// How long making credentials may take, with all repetitions; 30 s.
    pub making_timeout: Duration,
    /// How long establishing a connection may take; 5 s.
    pub connect_timeout: Duration,
    /// How long one attempt of a call may take, to the head of its answer; 60 s.
    pub attempt_timeout: Duration,
    /// How calls are repeated, those to STS included; the SDK's standard mode, three attempts.
    pub retry: RetryConfig,
    /// Whether a clock that goes wrong is made up for by what answers say of the time; yes. Otherwise it is an error.
    pub correct_clock_skew: bool,
    /// When it is asked whether credentials are those of the account they are said to be; see [`Verification`].
    pub verification: Verification,
}

/// When it is asked whether credentials are those of the account they are said to be.
///
/// Credentials of a role say so themselves, and are always checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Verification {
    /// By [`AwsApi::verify_account`](super::AwsApi::verify_account) only.
    #[default]
    WhenAsked,
    /// Before the first session of an account that has a number is handed out.
    BeforeFirstUse,
}

impl Default for AwsOptions {
    fn default() -> Self {
        Self {
            integration: "mooring".to_owned(),
            renew_before: Duration::from_secs(5 * 60),
            margin: Duration::from_secs(10),
            reread: Duration::from_secs(5 * 60),
            max_in_flight: 32,
            max_making: 16,
            making_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_secs(60),
            retry: RetryConfig::standard(),
            correct_clock_skew: true,
            verification: Verification::default(),
        }
    }
}

impl AwsOptions {
    /// Sets who we are.
    #[must_use]
    pub fn with_integration(mut self, integration: impl Into<String>) -> Self {
        self.integration = integration.into();
        self
    }

    /// Sets how long before their end credentials are made anew, and how long before it they are no longer handed out.
    #[must_use]
    pub fn with_renewal(mut self, renew_before: Duration, margin: Duration) -> Self {
        self.renew_before = renew_before.max(margin);
        self.margin = margin;
        self
    }

    /// Sets how old the key pair of a secret becomes before it is read again.
    #[must_use]
    pub fn with_reread(mut self, reread: Duration) -> Self {
        self.reread = reread;
        self
    }

    /// Sets how many calls of one account are under way at a time; none means one.
    #[must_use]
    pub fn with_max_in_flight(mut self, calls: usize) -> Self {
        self.max_in_flight = calls.max(1);
        self
    }

    /// Sets how many credentials are made at a time, and how long making one may take.
    #[must_use]
    pub fn with_making(mut self, at_a_time: usize, timeout: Duration) -> Self {
        self.max_making = at_a_time.max(1);
        self.making_timeout = timeout;
        self
    }

    /// Sets how long establishing a connection, and one attempt of a call, may take.
    #[must_use]
    pub fn with_timeouts(mut self, connect: Duration, attempt: Duration) -> Self {
        self.connect_timeout = connect;
        self.attempt_timeout = attempt;
        self
    }

    /// Sets how calls are repeated.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryConfig) -> Self {
        self.retry = retry;
        self
    }

    /// Sets whether a clock that goes wrong is made up for.
    #[must_use]
    pub fn with_clock_skew_correction(mut self, correct: bool) -> Self {
        self.correct_clock_skew = correct;
        self
    }

    /// Sets when it is asked whose credentials they are.
    #[must_use]
    pub fn with_verification(mut self, verification: Verification) -> Self {
        self.verification = verification;
        self
    }
}
