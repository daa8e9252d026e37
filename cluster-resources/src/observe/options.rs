//! How much at once, how long, and which requests are worth it.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::id::ClusterName;

/// How a fleet is read. Start from the defaults and change what you need.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObserveOptions {
    /// Whether objects are read and kept whole, even where nothing is declared; false by default.
    pub whole: bool,
    /// Clusters to look at though nothing is managed in them (any more): their inventories may remember what was.
    pub clusters: BTreeSet<ClusterName>,
    /// Requests under way in one cluster; 8 by default. A cluster that is throttling or ill gets fewer.
    pub per_cluster: usize,
    /// Requests under way in all clusters together; 64 by default. Clusters get their turns one after the other.
    pub in_total: usize,
    /// Objects in a page; 500 by default. A server may send fewer.
    pub page: u32,
    /// How long one attempt at a request may take; 30 s by default.
    pub request_timeout: Duration,
    /// How long everything in one cluster may take; 10 min by default. What was not read by then counts as seen in part.
    pub cluster_deadline: Duration,
    /// Attempts at a request that is throttled (429), or fails with 5xx or without an answer; 3 by default.
    pub attempts: u32,
    /// Requests in a row without any answer after which a cluster is asked for nothing more; 5 by default.
    pub patience: u32,
    /// The longest pause between two attempts; 30 s by default. A request for which the server asks for more is given up.
    pub longest_pause: Duration,
    /// How often a list is begun again whose pages expired (410) on the way; 2 by default.
    pub restarts: u32,
    /// From how many namespaces on a kind is listed in the whole cluster at once; 4 by default.
    pub cluster_wide_from: usize,
    /// And from which share of all namespaces on, in percent; 25 by default.
    pub cluster_wide_percent: usize,
}

impl Default for ObserveOptions {
    fn default() -> Self {
        Self {
            whole: false,
            clusters: BTreeSet::new(),
            per_cluster: 8,
            in_total: 64,
            page: 500,
            request_timeout: Duration::from_secs(30),
            cluster_deadline: Duration::from_secs(10 * 60),
            attempts: 3,
            patience: 5,
            longest_pause: Duration::from_secs(30),
            restarts: 2,
            cluster_wide_from: 4,
            cluster_wide_percent: 25,
        }
    }
}
