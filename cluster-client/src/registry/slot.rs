//! What readers see of one cluster: a place that is written by the registry's task and read without waiting. Knows nothing of how
//! connections come about.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use arc_swap::ArcSwap;
use core_client::error::ErrorChain;
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::connect::ConnectionControl;
use crate::error::{ClientError, ConnectError};
use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
use crate::provider::{ClusterState, ClusterSummary};
use crate::revision::{MicroTime, Revision};
use crate::spec::ClusterUid;
use crate::status::{ClusterFacts, ConnectionStatus};

/// Which stay of a cluster in the registry. A name that is removed and comes back is another instance; cleaning up goes by this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct InstanceId(pub(super) u64);

/// An error and when it happened.
pub(super) type Dated = (MicroTime, Arc<ConnectError>);

/// What is so at one moment. Never changed in place: a reader sees one whole.
#[derive(Clone)]
pub(super) struct Facts {
    pub(super) state: ClusterState,
    /// Since when the state is what it is.
    pub(super) since: MicroTime,
    pub(super) handle: Option<ClusterHandle>,
    pub(super) control: Option<Arc<dyn ConnectionControl>>,
    pub(super) server_version: Option<Arc<str>>,
    pub(super) error: Option<Dated>,
    pub(super) labels: Arc<BTreeMap<String, String>>,
    pub(super) removed: bool,
}

/// The place of one cluster.
pub(super) struct Slot {
    facts: ArcSwap<Facts>,
    /// Told when there is a handle, or when the cluster goes.
    pub(super) changed: Notify,
    waiting: AtomicUsize,
    /// Microseconds of Unix time; the smallest number: never.
    last_probe: AtomicI64,
    last_success: AtomicI64,
}

/// Counts somebody who waits.
pub(super) struct Waiting<'a>(&'a AtomicUsize);

/// Where a cluster stands, in full; see [`Registry::status`](super::Registry::status).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClusterStatus {
    /// Where it stands.
    pub state: ClusterState,
    /// Since when.
    pub since: MicroTime,
    /// Which connection is handed out, when there is one.
    pub revision: Option<Revision>,
    /// When that connection was made.
    pub connected_at: Option<MicroTime>,
    /// The last error and when it happened, while it matters: of the last attempt to connect or to change the credential, of the source's
    /// last description, or of the looks at a degraded cluster.
    pub error: Option<(MicroTime, Arc<ConnectError>)>,
    /// Version of the API server when it was connected.
    pub server_version: Option<Arc<str>>,
    /// UID of the cluster, when it could be read.
    pub identity: Option<ClusterUid>,
    /// When the cluster was last looked at; connecting counts.
    pub last_probe: Option<MicroTime>,
    /// When it was last seen well; connecting counts.
    pub last_probe_success: Option<MicroTime>,
    /// When the credential stops being good, as far as that is known.
    pub credential_expires: Option<Timestamp>,
    /// How many requests are in flight; a watch counts while it is open.
    pub in_flight: usize,
    /// Its labels.
    pub labels: Arc<BTreeMap<String, String>>,
}

// === impl ClusterStatus ===

impl From<&ClusterStatus> for ConnectionStatus {
    /// What an object that stands for the cluster shows of it: `connected_at` and the generation only while there is a connection.
    fn from(status: &ClusterStatus) -> Self {
        Self {
            connected_at: status.connected_at,
            generation: status.revision.map(|revision| revision.generation),
            error: status.error.as_ref().map(|(_, error)| ErrorChain::new(error.as_ref()).to_string()),
            facts: ClusterFacts {
                version: status.server_version.as_deref().map(str::to_owned),
                ..ClusterFacts::default()
            },
        }
    }
}

// === impl Facts ===

impl Facts {
    /// Of a cluster that has just become known.
    pub(super) fn registered(labels: Arc<BTreeMap<String, String>>) -> Self {
        Self {
            state: ClusterState::Registered,
            since: MicroTime::now(),
            handle: None,
            control: None,
            server_version: None,
            error: None,
            labels,
            removed: false,
        }
    }

    /// Why there is no handle.
    #[cold]
    fn refusal(&self) -> ClientError {
        if self.removed {
            return ClientError::Removed;
        }
        match &self.error {
            Some((since, last)) => ClientError::NotConnected { since: *since, last: Some(Arc::clone(last)) },
            None => ClientError::NotConnected { since: self.since, last: None },
        }
    }
}

// === impl Slot ===

impl Slot {
    pub(super) fn new(facts: Facts) -> Self {
        Self {
            facts: ArcSwap::from_pointee(facts),
            changed: Notify::new(),
            waiting: AtomicUsize::new(0),
            last_probe: AtomicI64::new(i64::MIN),
            last_success: AtomicI64::new(i64::MIN),
        }
    }

    /// The connection as it is now.
    pub(super) fn peek(&self) -> Result<ClusterHandle, ClientError> {
        let facts = self.facts.load();
        let handle = facts.handle.clone().ok_or_else(|| facts.refusal())?;
        handle.touch();
        Ok(handle)
    }

    pub(super) fn facts(&self) -> Arc<Facts> {
        self.facts.load_full()
    }

    /// Puts other facts in place and wakes those who wait for them.
    pub(super) fn publish(&self, facts: Facts) {
        let wakes = facts.handle.is_some() || facts.removed;
        self.facts.store(Arc::new(facts));
        if wakes {
            self.changed.notify_waiters();
        }
    }

    pub(super) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(&self.waiting)
    }

    pub(super) fn is_awaited(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// Notes a look at the cluster.
    pub(super) fn looked(&self, well: bool) {
        let now = Timestamp::now().as_microsecond();
        self.last_probe.store(now, Ordering::Relaxed);
        if well {
            self.last_success.store(now, Ordering::Relaxed);
        }
    }

    pub(super) fn last_success(&self) -> Option<Timestamp> {
        at(&self.last_success)
    }

    pub(super) fn status(&self) -> ClusterStatus {
        let facts = self.facts.load();
        let revision = facts.handle.as_ref().map(ClusterHandle::revision);
        ClusterStatus {
            state: facts.state,
            since: facts.since,
            revision,
            connected_at: revision.map(|revision| revision.connected_at),
            error: facts.error.clone(),
            server_version: facts.server_version.clone(),
            identity: facts.handle.as_ref().and_then(|handle| handle.identity().cloned()),
            last_probe: at(&self.last_probe).map(MicroTime::from_timestamp),
            last_probe_success: self.last_success().map(MicroTime::from_timestamp),
            credential_expires: facts.control.as_ref().and_then(|control| control.credential_expires()),
            in_flight: facts.control.as_ref().map_or(0, |control| control.in_flight()),
            labels: Arc::clone(&facts.labels),
        }
    }

    pub(super) fn summary(&self, key: ClusterKey) -> ClusterSummary {
        let facts = self.facts.load();
        let mut summary = ClusterSummary::new(key, facts.state);
        summary.labels = Arc::clone(&facts.labels);
        summary.error = facts.error.clone();
        summary.handle = facts.handle.clone();
        summary
    }
}

fn at(micros: &AtomicI64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros.load(Ordering::Relaxed)).ok()
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = self.facts.load();
        f.debug_struct("Slot").field("state", &facts.state).field("handle", &facts.handle).finish_non_exhaustive()
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
