//! A provider for tests: it connects to nothing and says what it was told to say. Knows nothing of sources and sockets.
//!
//! Put any client in it (one over a [`tower::Service`], one of `fake_cluster`), let it fail, replace it, and see what a consumer does.
//!
//! ```
//! use cluster_client::fake::{FakeClientProvider, empty_client};
//! use cluster_client::{ClientProvider, ClusterKey};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let provider = FakeClientProvider::new();
//! let prod = ClusterKey::new("prod")?;
//! assert_eq!(provider.peek(&prod).unwrap_err().to_string(), "cluster client does not exist");
//!
//! let first = provider.set_client(&prod, empty_client());
//! provider.set_error(&prod, "connection refused");
//! assert_eq!(provider.peek(&prod).unwrap_err().to_string(), "connection refused");
//!
//! let second = provider.set_client(&prod, empty_client());
//! assert!(second.generation > first.generation && second.connected_at > first.connected_at);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Source: Tilt's `FakeClientProvider` (`internal/controllers/apis/cluster/client_fake.go`).

mod client;
mod events;
mod provider;
mod sink;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use kube::Client;
use tokio::sync::{broadcast, watch};

pub use client::empty_client;
pub use sink::{StatusSink, Statuses};

use crate::connection_store::{ConnectionStore, KUBERNETES};
use crate::error::ConnectError;
use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
use crate::manager::ConnectedCluster;
use crate::provider::{ClusterEvent, ClusterEventKind, ClusterState};
use crate::revision::{MicroTime, Revision};
use crate::spec::ClusterUid;
use crate::status::ClusterFacts;

/// How many events a reader of [`ClientProvider::events`](crate::ClientProvider::events) may be behind before it misses some.
const EVENTS: usize = 1024;

/// A provider that says what it was told to say. Clones share everything.
///
/// Whatever is set is seen at once by [`ClientProvider::peek`](crate::ClientProvider::peek), told to those who wait in
/// [`ClientProvider::get`](crate::ClientProvider::get), sent as an event, and given to the [`StatusSink`].
#[derive(Clone)]
pub struct FakeClientProvider(Arc<Inner>);

struct Inner {
    connections: ConnectionStore,
    /// Held while something changes, so that the connections and what is told of them keep one order.
    state: Mutex<State>,
    events: broadcast::Sender<ClusterEvent>,
    changes: watch::Sender<u64>,
    statuses: sink::Delivery,
}

struct State {
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    clusters: BTreeMap<ClusterKey, Cluster>,
}

#[derive(Default)]
struct Cluster {
    labels: Arc<BTreeMap<String, String>>,
    /// The current handle, or the last one.
    handle: Option<ClusterHandle>,
    /// What is wrong, since when, and whether there is a connection all the same.
    trouble: Option<(MicroTime, Arc<ConnectError>)>,
    state: Option<ClusterState>,
}

impl FakeClientProvider {
    /// A provider that knows no cluster. Its clock is the machine's.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            connections: ConnectionStore::new(),
            state: Mutex::new(State { clock: Arc::new(Timestamp::now), clusters: BTreeMap::new() }),
            events: broadcast::Sender::new(EVENTS),
            changes: watch::Sender::new(0),
            statuses: sink::Delivery::default(),
        }))
    }

    /// Takes times from `clock` from now on. Revisions rise whatever it says.
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.state().clock = Arc::new(clock);
        self
    }

    /// Registers a client under the key `default`.
    #[must_use]
    pub fn with_default(self, client: Client) -> Self {
        self.set_client(&ClusterKey::of_default(), client);
        self
    }

    /// Tells `sink` the status of every cluster: as it is now, and whenever it changes. Replaces a sink that was there.
    #[must_use]
    pub fn with_status_sink(self, sink: Arc<dyn StatusSink>) -> Self {
        self.0.statuses.replace(sink);
        let state = self.state();
        for key in state.clusters.keys() {
            self.publish(key);
        }
        drop(state);
        self.0.statuses.deliver();
        self
    }

    /// Registers a client if the cluster has neither a client nor an error. Says whether it did, and the revision if it did.
    pub fn add_client(&self, key: &ClusterKey, client: Client) -> (bool, Option<Revision>) {
        // Decided under the lock that every other change takes.
        let state = self.state();
        if state.clusters.get(key).is_some_and(|cluster| cluster.state.is_some()) {
            return (false, None);
        }
        let revision = self.connect(state, key, client, None);
        (true, Some(revision))
    }

    /// Registers a client in the place of whatever is there. The revision is later than every one that the cluster had, errors in between
    /// or not. The handle of the one before ends.
    pub fn set_client(&self, key: &ClusterKey, client: Client) -> Revision {
        self.connect(self.state(), key, client, None)
    }

    /// As [`FakeClientProvider::set_client`], for a cluster that says who it is: another identity than before is told as a reset.
    pub fn set_cluster(&self, key: &ClusterKey, client: Client, identity: ClusterUid) -> Revision {
        self.connect(self.state(), key, client, Some(identity))
    }

    /// The connection failed: there is no client, and whoever asks for one gets this text and nothing else.
    pub fn set_error(&self, key: &ClusterKey, text: &str) {
        self.fail(key, KUBERNETES, text);
    }

    /// The connection is of another kind, such as `docker`: whoever asks for a client is told so.
    pub fn set_other_kind(&self, key: &ClusterKey, kind: &'static str) {
        self.fail(key, kind, "no client of this kind");
    }

    /// The connection is not well. Its client is handed out all the same. Says whether there is a connection.
    pub fn set_degraded(&self, key: &ClusterKey, text: &str) -> bool {
        self.health(key, Some(text))
    }

    /// The connection is well again. Says whether there is a connection.
    pub fn set_recovered(&self, key: &ClusterKey) -> bool {
        self.health(key, None)
    }

    /// Sets the labels of a cluster, known or not.
    pub fn set_labels(&self, key: &ClusterKey, labels: BTreeMap<String, String>) {
        let mut state = self.state();
        let cluster = state.clusters.entry(key.clone()).or_default();
        if *cluster.labels != labels {
            cluster.labels = Arc::new(labels);
            self.tell(key, ClusterEventKind::Relabelled);
        }
    }

    /// Sets what is known of a cluster. Says whether the cluster is known and this is news.
    pub fn set_facts(&self, key: &ClusterKey, facts: ClusterFacts) -> bool {
        let state = self.state();
        let news = self.0.connections.describe(key, facts);
        if news {
            self.publish(key);
        }
        drop(state);
        self.0.statuses.deliver();
        news
    }

    /// Forgets a cluster. Its handle ends first. Says whether it was known.
    pub fn remove(&self, key: &ClusterKey) -> bool {
        let mut state = self.state();
        let Some(cluster) = state.clusters.remove(key) else { return false };
        cluster.end();
        self.0.connections.remove(key);
        self.tell(key, ClusterEventKind::Removed);
        self.publish(key);
        drop(state);
        self.0.statuses.deliver();
        true
    }

    /// Makes sure that there is a client, and returns it with its revision: the one that is there, or a new [`empty_client`]. The status of
    /// the cluster shows architecture `amd64`, version `1.23.5` and product `kind` from then on.
    ///
    /// Needs a Tokio runtime, as every client does.
    pub fn ensure_client(&self, key: &ClusterKey) -> (Client, Revision) {
        let state = self.state();
        let (client, revision) = match self.0.connections.get::<ClusterHandle>(key) {
            Ok((handle, revision)) => {
                drop(state);
                (handle.client().clone(), revision)
            }
            Err(_) => {
                let client = empty_client();
                let revision = self.connect(state, key, client.clone(), None);
                (client, revision)
            }
        };
        let mut facts = self.0.connections.status(key).unwrap_or_default().facts;
        facts.arch = Some("amd64".into());
        facts.version = Some("1.23.5".into());
        facts.product = Some("kind".into());
        self.set_facts(key, facts);
        (client, revision)
    }

    /// Makes sure that the connection of a cluster has failed with this text.
    pub fn ensure_error(&self, key: &ClusterKey, text: &str) {
        let failed = self
            .0
            .connections
            .status(key)
            .is_some_and(|status| status.connected_at.is_none() && status.error.as_deref() == Some(text));
        if !failed {
            self.set_error(key, text);
        }
    }

    /// Makes sure that there is a client under the key `default`.
    pub fn ensure_default(&self) -> (Client, Revision) {
        self.ensure_client(&ClusterKey::of_default())
    }

    /// The client of a cluster, if there is one.
    #[must_use]
    pub fn client(&self, key: &ClusterKey) -> Option<Client> {
        self.0.connections.get::<ClusterHandle>(key).ok().map(|(handle, _)| handle.client().clone())
    }

    /// What the object that stands for a cluster shows once it has caught up with the provider. Keep it to play an object that lags.
    #[must_use]
    pub fn shown(&self, key: &ClusterKey) -> ConnectedCluster {
        let revision = self.0.connections.status(key).and_then(|status| status.revision());
        ConnectedCluster { key: key.clone(), revision }
    }

    // === changes ===

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(
        &self,
        mut state: MutexGuard<'_, State>,
        key: &ClusterKey,
        client: Client,
        identity: Option<ClusterUid>,
    ) -> Revision {
        let now = (state.clock)();
        let cluster = state.clusters.entry(key.clone()).or_default();
        let mut made = None;
        let revision = self.0.connections.connected_with(key, now, |revision| {
            let handle = ClusterHandle::new(key.clone(), client, revision, identity);
            made = Some(handle.clone());
            handle
        });
        if let Some(handle) = made {
            cluster.trouble = None;
            cluster.state = Some(ClusterState::Connected);
            let old = cluster.handle.replace(handle.clone());
            self.tell(
                key,
                match &old {
                    None => ClusterEventKind::Added(handle),
                    Some(old) => {
                        let reset = old.identity().is_some()
                            && handle.identity().is_some()
                            && old.identity() != handle.identity();
                        ClusterEventKind::Replaced { handle, was: old.revision(), reset }
                    }
                },
            );
            // As a real provider does it: the new one is there before the old one ends.
            if let Some(old) = old {
                old.alive().cancel();
            }
        }
        self.publish(key);
        drop(state);
        self.0.statuses.deliver();
        revision
    }

    fn fail(&self, key: &ClusterKey, kind: &'static str, text: &str) {
        let mut state = self.state();
        let now = (state.clock)();
        let cluster = state.clusters.entry(key.clone()).or_default();
        cluster.end();
        self.0.connections.failed_as(key, kind, text, now);
        let error = events::error(key, text);
        cluster.trouble = Some((MicroTime::from_timestamp(now), error.clone()));
        cluster.state = Some(ClusterState::Failed);
        self.tell(key, ClusterEventKind::Failed(error));
        self.publish(key);
        drop(state);
        self.0.statuses.deliver();
    }

    fn health(&self, key: &ClusterKey, text: Option<&str>) -> bool {
        let mut state = self.state();
        let now = MicroTime::from_timestamp((state.clock)());
        let Some(cluster) = state.clusters.get_mut(key) else { return false };
        if !matches!(cluster.state, Some(ClusterState::Connected | ClusterState::Degraded)) {
            return false;
        }
        if self.0.connections.unwell(key, text) {
            cluster.trouble = text.map(|text| (now, events::error(key, text)));
            cluster.state = Some(if text.is_some() { ClusterState::Degraded } else { ClusterState::Connected });
            self.tell(
                key,
                match &cluster.trouble {
                    Some((_, error)) => ClusterEventKind::Degraded(error.clone()),
                    None => ClusterEventKind::Recovered,
                },
            );
            self.publish(key);
        }
        drop(state);
        self.0.statuses.deliver();
        true
    }

    /// Tells readers of events and those who wait. Called under the lock, so in the order of the changes.
    fn tell(&self, key: &ClusterKey, kind: ClusterEventKind) {
        // Nobody has to be listening.
        drop(self.0.events.send(ClusterEvent { key: key.clone(), kind }));
        self.0.changes.send_modify(|changes| *changes += 1);
    }

    /// Puts the status in line for the sink. Called under the lock; what is in line is delivered without it.
    fn publish(&self, key: &ClusterKey) {
        self.0.statuses.push(key, self.0.connections.status(key));
    }
}

impl Cluster {
    fn end(&self) {
        if let Some(handle) = &self.handle {
            handle.alive().cancel();
        }
    }
}

impl Default for FakeClientProvider {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for FakeClientProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FakeClientProvider").field(&self.0.connections).finish()
    }
}

#[cfg(test)]
mod tests;
