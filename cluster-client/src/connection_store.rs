//! Holds connections of any kind side by side, each under its cluster's key; knows nothing of how they are made or checked.
//!
//! A cluster has one connection, and the connection has one kind. Who asks for another kind learns that first, even when the connection
//! failed. A connection that failed has no client; one that is merely not well still has.
//!
//! Source: Tilt's `ConnectionManager` (`internal/controllers/core/cluster/cache.go`).

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use jiff::Timestamp;

use crate::error::ClientError;
use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
use crate::revision::{MicroTime, Revision};
use crate::status::{ClusterFacts, ConnectionStatus};

/// A client of some kind, cheap to clone.
pub trait ConnectionType: Clone + Send + Sync + 'static {
    /// The word for the kind in [`ClientError::WrongKind`]; no two types share one.
    const KIND: &'static str;
}

impl ConnectionType for kube::Client {
    const KIND: &'static str = KUBERNETES;
}

impl ConnectionType for ClusterHandle {
    const KIND: &'static str = KUBERNETES;
}

/// The kind of a connection to a Kubernetes cluster.
pub(crate) const KUBERNETES: &str = "kubernetes";

type Entries = HashMap<ClusterKey, Arc<Entry>, foldhash::fast::RandomState>;

/// Connections of any kind, by cluster. Reading takes no lock; writers wait for each other.
#[derive(Default)]
pub struct ConnectionStore {
    entries: ArcSwap<Entries>,
    /// Serialises writers. Holds what revisions of removed clusters have reached: one value for all, so that nothing is kept per cluster
    /// that is gone, and a cluster that comes back still goes on from above.
    removed: Mutex<Option<Revision>>,
}

#[derive(Clone)]
struct Entry {
    kind: &'static str,
    /// The latest revision that this cluster had, current or not.
    latest: Option<Revision>,
    outcome: Outcome,
    unwell: Option<Arc<str>>,
    facts: Arc<ClusterFacts>,
}

#[derive(Clone)]
enum Outcome {
    Connected(Arc<dyn Any + Send + Sync>, Revision),
    Failed(Arc<str>, MicroTime),
}

impl ConnectionStore {
    /// A store with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The client and its revision.
    ///
    /// # Errors
    /// [`ClientError::NotFound`]; [`ClientError::WrongKind`] when the connection is of another kind, whether it failed or not;
    /// [`ClientError::Other`] with the text of the failure when there is no connection.
    pub fn get<T: ConnectionType>(&self, key: &ClusterKey) -> Result<(T, Revision), ClientError> {
        let entries = self.entries.load();
        let entry = entries.get(key).ok_or(ClientError::NotFound)?;
        let wrong = ClientError::WrongKind { have: entry.kind, want: T::KIND };
        if entry.kind != T::KIND {
            return Err(wrong);
        }
        match &entry.outcome {
            Outcome::Failed(error, _) => Err(ClientError::Other(error.clone())),
            Outcome::Connected(client, revision) => {
                client.downcast_ref::<T>().map(|client| (client.clone(), *revision)).ok_or(wrong)
            }
        }
    }

    /// When the connection was made, or when the attempt to make it failed: from there a wait before the next attempt counts.
    #[must_use]
    pub fn created_at(&self, key: &ClusterKey) -> Option<MicroTime> {
        self.entries.load().get(key).map(|entry| match entry.outcome {
            Outcome::Connected(_, revision) => revision.connected_at,
            Outcome::Failed(_, at) => at,
        })
    }

    /// What the object that stands for the cluster should show.
    #[must_use]
    pub fn status(&self, key: &ClusterKey) -> Option<ConnectionStatus> {
        self.entries.load().get(key).map(|entry| {
            let (current, error) = match &entry.outcome {
                Outcome::Connected(_, revision) => (Some(*revision), entry.unwell.as_deref()),
                Outcome::Failed(error, _) => (None, Some(&**error)),
            };
            ConnectionStatus {
                connected_at: current.map(|revision| revision.connected_at),
                generation: current.map(|revision| revision.generation),
                error: error.map(ToOwned::to_owned),
                facts: (*entry.facts).clone(),
            }
        })
    }

    /// Every key, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<ClusterKey> {
        let mut keys: Vec<_> = self.entries.load().keys().cloned().collect();
        keys.sort_unstable();
        keys
    }

    /// Puts a connection in the place of whatever is there, and returns its revision: later than every one before it.
    ///
    /// Facts stay; what was wrong with the old connection does not.
    pub fn connected<T: ConnectionType>(&self, key: &ClusterKey, client: T, now: Timestamp) -> Revision {
        self.connected_with(key, now, |_| client)
    }

    /// As [`ConnectionStore::connected`], for a client that knows its revision.
    pub(crate) fn connected_with<T: ConnectionType>(
        &self,
        key: &ClusterKey,
        now: Timestamp,
        client: impl FnOnce(Revision) -> T,
    ) -> Revision {
        self.write(|entries, removed| {
            let old = entries.get(key);
            let revision = Revision::following(old.map_or(*removed, |old| old.latest), now);
            let entry = Entry {
                kind: T::KIND,
                latest: Some(revision),
                outcome: Outcome::Connected(Arc::new(client(revision)), revision),
                unwell: None,
                facts: old.map(|old| old.facts.clone()).unwrap_or_default(),
            };
            entries.insert(key.clone(), Arc::new(entry));
            revision
        })
    }

    /// An attempt to connect failed, and there is no connection now. Facts stay.
    pub fn failed<T: ConnectionType>(&self, key: &ClusterKey, error: &str, now: Timestamp) {
        self.failed_as(key, T::KIND, error, now);
    }

    /// As [`ConnectionStore::failed`], for a kind that has no type.
    pub(crate) fn failed_as(&self, key: &ClusterKey, kind: &'static str, error: &str, now: Timestamp) {
        self.write(|entries, removed| {
            let old = entries.get(key);
            let entry = Entry {
                kind,
                latest: old.map_or(*removed, |old| old.latest),
                outcome: Outcome::Failed(error.into(), MicroTime::from_timestamp(now)),
                unwell: None,
                facts: old.map(|old| old.facts.clone()).unwrap_or_default(),
            };
            entries.insert(key.clone(), Arc::new(entry));
        });
    }

    /// Says that a connection is not well, or (with `None`) that it is well again. Its client is handed out all the same. Returns whether
    /// anything changed; a connection that failed does not change.
    pub fn unwell(&self, key: &ClusterKey, error: Option<&str>) -> bool {
        self.change(key, |entry| {
            if matches!(entry.outcome, Outcome::Failed(..)) || entry.unwell.as_deref() == error {
                return false;
            }
            entry.unwell = error.map(Into::into);
            true
        })
    }

    /// Says what is known of a cluster. Returns whether that is news.
    pub fn describe(&self, key: &ClusterKey, facts: ClusterFacts) -> bool {
        self.change(key, |entry| {
            let news = *entry.facts != facts;
            entry.facts = Arc::new(facts);
            news
        })
    }

    /// Forgets a cluster. Returns whether it was known.
    pub fn remove(&self, key: &ClusterKey) -> bool {
        self.write(|entries, removed| {
            let Some(entry) = entries.remove(key) else { return false };
            if let Some(latest) = entry.latest {
                let reached = removed.unwrap_or(latest);
                *removed = Some(Revision {
                    generation: reached.generation.max(latest.generation),
                    connected_at: reached.connected_at.max(latest.connected_at),
                });
            }
            true
        })
    }

    fn change(&self, key: &ClusterKey, change: impl FnOnce(&mut Entry) -> bool) -> bool {
        self.write(|entries, _| entries.get_mut(key).is_some_and(|entry| change(Arc::make_mut(entry))))
    }

    fn write<R>(&self, change: impl FnOnce(&mut Entries, &mut Option<Revision>) -> R) -> R {
        let mut removed = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut entries = Entries::clone(&self.entries.load());
        let answer = change(&mut entries, &mut removed);
        self.entries.store(Arc::new(entries));
        answer
    }
}

impl fmt::Debug for ConnectionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries.load();
        f.debug_map().entries(entries.iter().map(|(key, entry)| (key, (entry.kind, entry.latest)))).finish()
    }
}

#[cfg(test)]
mod tests;
