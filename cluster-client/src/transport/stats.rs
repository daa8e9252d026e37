//! Numbers about one connection, for metrics. Knows nothing of metric families.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::watch;

/// Numbers about one connection, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ConnectionStats {
    /// Requests under way, watches and other streams included.
    pub in_flight: usize,
    /// Watches under way.
    pub watches: usize,
    /// Sockets that are open.
    pub connections: usize,
    /// Those of them that are for looks at the cluster.
    pub probe_connections: usize,
    /// Requests so far.
    pub requests: u64,
    /// Requests that were sent again so far.
    pub retries: u64,
    /// Renewals of the credential that gave one.
    pub auth_refreshed: u64,
    /// Renewals of the credential that gave none.
    pub auth_failed: u64,
    /// Times that the API server refused the credential.
    pub auth_refused: u64,
    /// Times that another identity or other authorities were taken into use.
    pub rotations: u64,
    /// When the client certificate in use stops being good; absent without one.
    pub certificate_expires: Option<jiff::Timestamp>,
    /// Whether less than a third of its life is left.
    pub certificate_nears_its_end: bool,
    /// Whether the API server is not authenticated, because its description says so.
    pub insecure: bool,
    /// For how much longer requests are refused because the API server keeps refusing the credential; absent: they are not.
    pub suspended: Option<std::time::Duration>,
}

/// Which connections a request uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    Traffic,
    Probes,
}

/// Counts as requests come and go.
#[derive(Debug)]
pub(super) struct Gauges {
    in_flight: watch::Sender<usize>,
    watches: AtomicUsize,
    open: AtomicUsize,
    probing: AtomicUsize,
    pub(super) requests: AtomicU64,
    pub(super) retries: AtomicU64,
    pub(super) rotations: AtomicU64,
}

/// A request that is under way.
pub(super) struct InFlight {
    gauges: Arc<Gauges>,
    watch: bool,
}

impl Gauges {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            in_flight: watch::Sender::new(0),
            watches: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            probing: AtomicUsize::new(0),
            requests: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            rotations: AtomicU64::new(0),
        })
    }

    /// The count of open sockets of a lane.
    pub(super) fn open(&self, lane: Lane) -> &AtomicUsize {
        match lane {
            Lane::Traffic => &self.open,
            Lane::Probes => &self.probing,
        }
    }

    pub(super) fn enter(self: &Arc<Self>, watch: bool) -> InFlight {
        self.in_flight.send_modify(|count| *count += 1);
        self.requests.fetch_add(1, Ordering::Relaxed);
        if watch {
            self.watches.fetch_add(1, Ordering::Relaxed);
        }
        InFlight { gauges: Arc::clone(self), watch }
    }

    pub(super) fn in_flight(&self) -> usize {
        *self.in_flight.borrow()
    }

    /// Waits until nothing is under way.
    pub(super) async fn drained(&self) {
        let mut count = self.in_flight.subscribe();
        // The sender is ours.
        let _closed = count.wait_for(|count| *count == 0).await;
    }

    pub(super) fn read(&self) -> ConnectionStats {
        let probing = self.probing.load(Ordering::Relaxed);
        ConnectionStats {
            in_flight: self.in_flight(),
            watches: self.watches.load(Ordering::Relaxed),
            connections: self.open.load(Ordering::Relaxed) + probing,
            probe_connections: probing,
            requests: self.requests.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            rotations: self.rotations.load(Ordering::Relaxed),
            ..ConnectionStats::default()
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.gauges.in_flight.send_modify(|count| *count = count.saturating_sub(1));
        if self.watch {
            self.gauges.watches.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
