//! How the service goes about its work. Knows nothing of the work.

use std::sync::Arc;
use std::time::Duration;

use core_client::backoff::Backoff;

use crate::cluster::Cluster;

/// How long things may take, and how often they are tried.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ServiceOptions {
    /// How long one call of a provider may take; 60 s.
    pub provider_timeout: Duration,
    /// How long the answer of a provider may take to be written down, whatever became of the caller; 10 s.
    pub recording_timeout: Duration,
    /// How long to wait after failed attempts to create; 5 s, doubling up to 10 min.
    pub backoff: Backoff,
    /// After so many failed attempts to create, a cluster has failed; 10.
    pub max_create_attempts: u32,
    /// How long a cluster may take to be found after its creation was asked for and the answer was lost; 2 min. Before that, creation is
    /// not asked for again. It has to be longer than [`provider_timeout`](Self::provider_timeout).
    pub create_grace: Duration,
    /// How long a cluster may be missing at its provider before it has failed; 10 min.
    pub lost_grace: Duration,
    /// How old [`last_checked_at`](Cluster::last_checked_at) has to be before it is written when nothing else is; 5 min.
    pub check_recorded_every: Duration,
    /// How long clouds and regions are remembered; 5 min.
    pub clouds_remembered: Duration,
    /// How often a change is made again to a record that others change at the same time; 16.
    pub max_write_attempts: u32,
    /// How many changes a watcher may be behind before it misses some; 1,024.
    pub watch_capacity: usize,
}

/// So much of a quota.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaNeed {
    /// Of which one, in the provider's words.
    pub id: String,
    /// How much.
    pub units: i64,
}

/// What a cluster that is to be made needs of its provider's quota. Called before each creation; the answer is checked against what the
/// provider says is left.
pub type QuotaCostFn = Arc<dyn Fn(&Cluster) -> Vec<QuotaNeed> + Send + Sync>;

// === impl ServiceOptions ===

impl Default for ServiceOptions {
    fn default() -> Self {
        Self {
            provider_timeout: Duration::from_secs(60),
            recording_timeout: Duration::from_secs(10),
            backoff: Backoff::new(Duration::from_secs(5), Duration::from_secs(600)),
            max_create_attempts: 10,
            create_grace: Duration::from_secs(120),
            lost_grace: Duration::from_secs(600),
            check_recorded_every: Duration::from_secs(300),
            clouds_remembered: Duration::from_secs(300),
            max_write_attempts: 16,
            watch_capacity: 1024,
        }
    }
}

// === impl QuotaNeed ===

impl QuotaNeed {
    /// So much of that.
    pub fn new(id: impl Into<String>, units: i64) -> Self {
        Self { id: id.into(), units }
    }
}
