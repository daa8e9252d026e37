//! How clients go about their calls: deadlines, attempts, limits, memory. Plain values.

use std::time::Duration;

use core_client::backoff::Backoff;

/// How clients go about their calls.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GithubOptions {
    /// How long a call may take until its answer begins, waits for limits and all attempts included; 60 s.
    pub deadline: Duration,
    /// How long a single attempt may take until its answer begins; 30 s.
    pub attempt_timeout: Duration,
    /// How long a connection may take to come about; 10 s.
    pub connect_timeout: Duration,
    /// How long the body of an answer may come to a halt; 30 s.
    pub idle_timeout: Duration,
    /// How often a request that may be repeated is sent at most; 3.
    pub attempts: u32,
    /// The pauses between attempts: up to half a second after the first, up to ten seconds in the end.
    pub backoff: Backoff,
    /// How many requests of one credential are under way at once; 8. GitHub allows 100 over all of them.
    pub concurrency: usize,
    /// How long changes of one credential are apart; 1 s, as GitHub asks for.
    pub change_spacing: Duration,
    /// With less than this left of the hour's allowance, requests are spread over the rest of the hour; 50.
    pub pace_below: u64,
    /// After so many connections in a row that did not come about none is tried for a while; 5.
    pub rest_after: u32,
    /// How long that is; 10 s.
    pub rest: Duration,
    /// How many pages a listing has at most; 1,000.
    pub max_pages: usize,
    /// The largest answer that is kept for later or shared among callers, in bytes; 1 MiB.
    pub max_shared_body: usize,
    /// The largest answer that helpers read, in bytes; 100 MiB, as GitHub's own for files.
    pub max_body: usize,
    /// How many clients of credentials that are not in the configuration are kept; 1,024.
    pub max_clients: usize,
    /// Whether answers are kept and asked for again only when they have changed; yes.
    pub conditional: bool,
}

// === impl GithubOptions ===

impl Default for GithubOptions {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(60),
            attempt_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
            attempts: 3,
            backoff: Backoff::new(Duration::from_millis(500), Duration::from_secs(10)),
            concurrency: 8,
            change_spacing: Duration::from_secs(1),
            pace_below: 50,
            rest_after: 5,
            rest: Duration::from_secs(10),
            max_pages: 1_000,
            max_shared_body: 1 << 20,
            max_body: 100 << 20,
            max_clients: 1_024,
            conditional: true,
        }
    }
}

impl GithubOptions {
    /// Sets how long a call may take.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets how often a request that may be repeated is sent at most.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Sets how many requests of one credential are under way at once.
    #[must_use]
    pub fn with_concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// Sets from how much on requests are spread over the rest of the hour; 0 for never.
    #[must_use]
    pub fn with_pacing_below(mut self, remaining: u64) -> Self {
        self.pace_below = remaining;
        self
    }

    /// Sets how long changes are apart.
    #[must_use]
    pub fn with_change_spacing(mut self, spacing: Duration) -> Self {
        self.change_spacing = spacing;
        self
    }

    /// Sets how many pages a listing has at most.
    #[must_use]
    pub fn with_max_pages(mut self, pages: usize) -> Self {
        self.max_pages = pages;
        self
    }

    /// Sets how many clients of credentials that are not in the configuration are kept.
    #[must_use]
    pub fn with_max_clients(mut self, clients: usize) -> Self {
        self.max_clients = clients;
        self
    }

    /// Keeps no answers.
    #[must_use]
    pub fn without_conditional_requests(mut self) -> Self {
        self.conditional = false;
        self
    }
}
