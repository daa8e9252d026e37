//! How often a manager looks, how much it does at once, and how long it waits after failures.

use std::time::Duration;

use core_client::backoff::Backoff;

/// How a manager works. Times are wall time on tokio's clock.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ManagerOptions {
    /// How long to wait between two passes. Default: 30 s, a tenth more or less by chance.
    pub interval: Duration,
    /// How many clusters are worked on at once. Default: 16, twice as many as of one provider: one that hangs leaves room for the others.
    pub concurrency: usize,
    /// How many of one provider. Default: 8.
    pub provider_concurrency: usize,
    /// How long one step of one cluster may take. Default: 2 min.
    pub step_timeout: Duration,
    /// How long one phase may take; what is left waits for the next pass. Default: 10 min.
    pub phase_timeout: Duration,
    /// How long a source of desired clusters may take to answer. Default: 30 s.
    pub source_timeout: Duration,
    /// How long it may take to say elsewhere which clusters there are; what is left waits for the next pass. Default: 30 s.
    pub publish_timeout: Duration,
    /// How long to leave a cluster alone after a failure. Default: 5 s to 10 min.
    pub backoff: Backoff,
    /// How often a cluster that is ready is looked at. Default: 5 min.
    pub probe_every: Duration,
    /// How often resource sets are applied, and clusters published, although nothing changed, so that drift is found. Default: 1 h.
    pub reapply_every: Duration,
    /// Whether ready clusters are looked at and kept as they should be at all. Default: yes.
    pub keep_ready: bool,
    /// How many records are read at once. Default: 1,000.
    pub page: u32,
    /// How long to wait for steps under way when stopped. Default: 30 s.
    pub drain: Duration,
}

impl Default for ManagerOptions {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(30),
            concurrency: 16,
            provider_concurrency: 8,
            step_timeout: Duration::from_secs(120),
            phase_timeout: Duration::from_secs(600),
            source_timeout: Duration::from_secs(30),
            publish_timeout: Duration::from_secs(30),
            backoff: Backoff::new(Duration::from_secs(5), Duration::from_secs(600)),
            probe_every: Duration::from_secs(300),
            reapply_every: Duration::from_secs(3_600),
            keep_ready: true,
            page: 1_000,
            drain: Duration::from_secs(30),
        }
    }
}

impl ManagerOptions {
    /// Time between passes.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How many clusters at once, and how many of one provider.
    #[must_use]
    pub fn with_concurrency(mut self, clusters: usize, of_one_provider: usize) -> Self {
        self.concurrency = clusters;
        self.provider_concurrency = of_one_provider;
        self
    }

    /// How long to leave a cluster alone after a failure.
    #[must_use]
    pub fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// How long one step may take.
    #[must_use]
    pub fn with_step_timeout(mut self, timeout: Duration) -> Self {
        self.step_timeout = timeout;
        self
    }

    /// How often ready clusters are looked at, and how often their resource sets are applied again.
    #[must_use]
    pub fn with_upkeep(mut self, probe_every: Duration, reapply_every: Duration) -> Self {
        self.probe_every = probe_every;
        self.reapply_every = reapply_every;
        self
    }
}
