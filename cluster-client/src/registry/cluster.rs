//! What the registry's task knows of one cluster, and the plain decisions about it; does nothing itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::Instant;
use url::Url;

use super::slot::{Dated, Facts, InstanceId, Slot};
use crate::connect::ConnectionControl;
use crate::handle::ClusterHandle;
use crate::health::HealthState;
use crate::path::Hop;
use crate::provider::ClusterState;
use crate::revision::{MicroTime, Revision};
use crate::spec::{Change, ClusterSpec, ClusterUid};

/// One stay of a cluster in the registry.
pub(super) struct Cluster {
    pub(super) id: InstanceId,
    pub(super) slot: Arc<Slot>,
    /// What the source says; absent while it cannot describe the cluster.
    pub(super) spec: Option<Arc<ClusterSpec>>,
    pub(super) labels: Arc<BTreeMap<String, String>>,
    pub(super) live: Option<Live>,
    /// Of the last connection, also of an earlier stay.
    pub(super) last: Option<Revision>,
    /// The last connection of this stay.
    pub(super) shown: Option<Shown>,
    pub(super) busy: Busy,
    /// Attempts that failed in a row, for a reason of this cluster.
    pub(super) failures: u32,
    /// The proxy or jump host that keeps it from being connected.
    pub(super) held: Option<Held>,
    pub(super) retry_at: Option<Instant>,
    /// Whether there should be a connection.
    pub(super) wanted: bool,
    /// Of the last attempt, or of the source.
    pub(super) error: Option<Dated>,
    /// The live connection is not the one that is described, and the last attempt to make that one failed.
    pub(super) behind: bool,
    /// Resolves when everything on an earlier connection has ended; the next one waits for it.
    pub(super) farewell: Option<oneshot::Receiver<()>>,
    /// Its entry in the timetable.
    pub(super) due: Option<Instant>,
}

/// What a cluster waits for that is not its own fault.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) hop: Hop,
    /// Somebody else looks whether it is back.
    pub(super) waits: bool,
}

/// A connection that is handed out.
pub(super) struct Live {
    pub(super) handle: ClusterHandle,
    pub(super) control: Arc<dyn ConnectionControl>,
    pub(super) server_version: Option<Arc<str>>,
    /// What it was made from, with the credential it has now.
    pub(super) spec: Arc<ClusterSpec>,
    pub(super) health: HealthState,
    pub(super) health_error: Option<Dated>,
    /// The proxy or jump host that kept the last look from seeing anything.
    pub(super) hop: Option<Box<Hop>>,
    /// Absent while it is being looked at.
    pub(super) probe_at: Option<Instant>,
    /// Counts credentials: what a look says about an earlier one does not count.
    pub(super) epoch: u32,
    pub(super) idle_since: Option<Instant>,
    /// How many requests there had been when it was last looked at.
    pub(super) requests: u64,
}

/// What the last connection of this stay was.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) revision: Revision,
    pub(super) identity: Option<ClusterUid>,
    pub(super) address: Url,
}

/// The one thing that is under way for a cluster.
#[derive(Debug)]
pub(super) enum Busy {
    Idle,
    /// Waits for a place.
    Queued,
    Dialing(AbortHandle, Arc<ClusterSpec>),
    Swapping,
    /// A connection to another cluster waits for everything on the old one to end.
    HandingOver,
}

/// What should be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Nothing,
    Connect,
    Swap,
}

// === impl Cluster ===

impl Cluster {
    pub(super) fn new(id: InstanceId, spec: Option<Arc<ClusterSpec>>, last: Option<Revision>, wanted: bool) -> Self {
        let labels = Arc::new(spec.as_ref().map(|spec| spec.labels.clone()).unwrap_or_default());
        Self {
            id,
            slot: Arc::new(Slot::new(Facts::registered(Arc::clone(&labels)))),
            spec,
            labels,
            live: None,
            last,
            shown: None,
            busy: Busy::Idle,
            failures: 0,
            held: None,
            retry_at: None,
            wanted,
            error: None,
            behind: false,
            farewell: None,
            due: None,
        }
    }

    /// What should be done for the connection to be the one that is described.
    pub(super) fn need(&self) -> Need {
        match (&self.spec, &self.live) {
            (None, _) => Need::Nothing,
            (Some(_), None) if self.wanted => Need::Connect,
            (Some(_), None) => Need::Nothing,
            (Some(spec), Some(live)) => match spec.change_from(&live.spec) {
                Change::None | Change::Labels => Need::Nothing,
                Change::Credential => Need::Swap,
                Change::Connection => Need::Connect,
            },
        }
    }

    /// Whether an attempt that began with `spec` is still what is asked for.
    pub(super) fn still_asks_for(&self, spec: &ClusterSpec) -> bool {
        self.spec.as_ref().is_some_and(|now| matches!(now.change_from(spec), Change::None | Change::Labels))
    }

    /// Where it stands.
    pub(super) fn state(&self) -> ClusterState {
        match &self.live {
            Some(live) if self.behind || live.health.is_degraded() => ClusterState::Degraded,
            Some(_) => ClusterState::Connected,
            None if self.error.is_some() => ClusterState::Failed,
            None if self.wanted && self.spec.is_some() => ClusterState::Connecting,
            None => ClusterState::Registered,
        }
    }

    /// What readers should see, when they see `before` now.
    pub(super) fn facts(&self, before: &Facts) -> Facts {
        let state = self.state();
        let live = self.live.as_ref();
        Facts {
            state,
            since: if before.state == state { before.since } else { MicroTime::now() },
            handle: live.map(|live| live.handle.clone()),
            control: live.map(|live| Arc::clone(&live.control)),
            server_version: live.and_then(|live| live.server_version.clone()),
            error: self.error.clone().or_else(|| live.and_then(|live| live.health_error.clone())),
            labels: Arc::clone(&self.labels),
            removed: false,
        }
    }

    /// When it is to be looked after next.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let retry = self.retry_at.filter(|_| matches!(self.busy, Busy::Idle));
        let probe = self.live.as_ref().and_then(|live| live.probe_at);
        retry.into_iter().chain(probe).min()
    }

    /// Whether a connection to `identity` at `address` leads to another cluster than the last one of this stay did.
    ///
    /// UIDs decide. Where one of them could not be read, another address counts as another cluster: taking one cluster for the other is
    /// worse than reading everything again.
    pub(super) fn is_another(&self, identity: Option<&ClusterUid>, address: &Url) -> bool {
        let Some(shown) = &self.shown else { return false };
        match (&shown.identity, identity) {
            (Some(old), Some(new)) => old != new,
            _ => shown.address != *address,
        }
    }
}

impl Drop for Live {
    /// Whatever becomes of the connection, what was started on it ends.
    fn drop(&mut self) {
        self.handle.alive().cancel();
    }
}
