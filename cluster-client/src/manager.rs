//! Keeps one consumer honest: it gets a client only when everything it believes about the cluster is of the same revision. Knows nothing of
//! how connections are made.
//!
//! A consumer builds state from a cluster: caches, watches, forwarded ports. When the cluster's client changes, that state describes another
//! connection, perhaps another cluster, and must go before the new client is used. The consumer learns of a change from the object that
//! stands for the cluster, which lags behind the provider; so three things are compared: what the object shows, what the provider has, and
//! what this consumer got last.
//!
//! In each pass over an object: read the cluster's object, call [`ClientManager::refresh`], drop everything when it says
//! [`Refresh::Reset`], and call [`ClientManager::get`] when a client is needed.
//!
//! ```
//! use cluster_client::fake::{FakeClientProvider, empty_client};
//! use cluster_client::manager::{ClientManager, Refresh};
//! use cluster_client::{ClientError, ClusterKey, ObjectKey};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let provider = FakeClientProvider::new();
//! let manager = ClientManager::new(provider.clone());
//! let (prod, object) = (ClusterKey::new("prod")?, ObjectKey::new("Deployment", Some("shop"), "web"));
//!
//! provider.set_client(&prod, empty_client());
//! let shown = provider.shown(&prod);
//! assert_eq!(manager.refresh(&object, &shown), Refresh::Unchanged);
//! let handle = manager.get(&object, Some(&shown))?;
//!
//! // The client changes. Until the cluster's object shows it, nothing is handed out and nothing is thrown away.
//! provider.set_client(&prod, empty_client());
//! assert!(matches!(manager.get(&object, Some(&shown)), Err(ClientError::Stale { .. })));
//! assert_eq!(manager.refresh(&object, &shown), Refresh::Unchanged);
//!
//! // Now it does: everything built from the old client goes, once.
//! let shown = provider.shown(&prod);
//! assert_eq!(manager.refresh(&object, &shown), Refresh::Reset { was: handle.revision() });
//! assert!(manager.get(&object, Some(&shown)).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Source: Tilt's `ClientManager` (`internal/controllers/apis/cluster/client.go`).

mod annotated;
mod connected;
mod held;

use std::collections::HashMap;
use std::collections::hash_map;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

pub use annotated::{Annotated, CONNECTED_AT, CONNECTION_GENERATION, annotate, annotation_patch, annotations_for};
pub use connected::{ConnectedCluster, ConnectedObject};

use crate::error::ClientError;
use crate::handle::ClusterHandle;
use crate::key::{ClusterKey, ObjectKey};
use crate::provider::ClientProvider;
use crate::revision::{Revision, StatusRevision};
use crate::time;
use held::Held;

/// What of a cluster's object is compared with a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MatchBy {
    /// Generation and time. An object that shows no generation matches nothing.
    #[default]
    Generation,
    /// The time alone, to the microsecond, for objects whose writer counts no generations, or counts its own.
    Timestamp,
}

impl MatchBy {
    fn same(self, shown: Option<StatusRevision>, revision: Revision) -> bool {
        match self {
            Self::Generation => shown == Some(revision.into()),
            Self::Timestamp => time::equal(&shown.map(|shown| shown.connected_at), &revision.connected_at),
        }
    }
}

/// Whether everything a consumer built from a cluster has to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "when it says `Reset`, what was built from the old client must go before the new one is used"]
#[allow(clippy::exhaustive_enums, reason = "it goes or it stays")]
pub enum Refresh {
    /// No.
    Unchanged,
    /// Yes. Said once per object and change; it does not promise that there is another client.
    Reset {
        /// The revision that everything was built from.
        was: Revision,
    },
}

impl Refresh {
    /// Whether it says that everything has to go.
    #[must_use]
    pub fn is_reset(self) -> bool {
        matches!(self, Self::Reset { .. })
    }
}

const SHARDS: usize = 16;

type Shard = HashMap<ObjectKey, Held, RandomState>;

/// Hands out clients to one consumer and tells it when to start afresh.
///
/// Each consumer (a controller, a watcher) has a manager of its own; managers share nothing but the provider. It remembers one revision for
/// each pair of object and cluster until [`ClientManager::forget_object`] or [`ClientManager::forget_cluster`].
///
/// All methods are quick and never wait: the provider is only ever asked for what it has at hand, and no lock is held meanwhile. Calls for
/// one object are meant to come one after the other, as a controller makes them; calls for different objects may come all at once.
pub struct ClientManager<P> {
    provider: P,
    match_by: MatchBy,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

impl<P: ClientProvider> ClientManager<P> {
    /// A manager that has handed out nothing yet.
    #[must_use]
    pub fn new(provider: P) -> Self {
        let hasher = RandomState::default();
        let shards = std::array::from_fn(|_| Mutex::new(Shard::with_hasher(hasher.clone())));
        Self { provider, match_by: MatchBy::default(), hasher, shards }
    }

    /// What of a cluster's object is compared; [`MatchBy::Generation`] by default.
    #[must_use]
    pub fn match_by(mut self, match_by: MatchBy) -> Self {
        self.match_by = match_by;
        self
    }

    /// The provider.
    #[must_use]
    pub fn provider(&self) -> &P {
        &self.provider
    }

    /// The client, provided that `cluster` shows the revision that the provider has, and that `object` has got no other one before.
    ///
    /// An object that is still at what it got before needs no [`ClientManager::refresh`] in between.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] when there is no cluster object; [`ClientError::EmptyKey`] when it has no name; what the provider says, as
    /// it says it; [`ClientError::Stale`] when the object lags behind the provider (come back when it changes), or when the revision changed
    /// and [`ClientManager::refresh`] was not called (a mistake of the caller).
    pub fn get(&self, object: &ObjectKey, cluster: Option<&dyn ConnectedObject>) -> Result<ClusterHandle, ClientError> {
        let cluster = cluster.ok_or(ClientError::NotFound)?;
        let key = cluster.cluster_key()?;
        let handle = self.provider.peek(&key)?;
        let (shown, current) = (cluster.revision(), handle.revision());
        if !self.match_by.same(shown, current) {
            return Err(ClientError::Stale { held: shown, current });
        }
        let held = self.shard(object).entry(object.clone()).or_default().get_or_insert(&key, current);
        if held == current { Ok(handle) } else { Err(ClientError::Stale { held: Some(held.into()), current }) }
    }

    /// Asks whether everything that was built for `object` from `cluster` has to go.
    ///
    /// Says [`Refresh::Reset`] when the object got a client before and `cluster` shows another revision, or none; what was remembered is
    /// forgotten then, so it is said once. While `cluster` shows what the object got, the answer is [`Refresh::Unchanged`] even if the
    /// provider has moved on: the object and its state still agree, and could not be built again from what `cluster` shows.
    ///
    /// An object that got nothing yet is registered at once if `cluster` and provider agree, so that it hears of a change even before it
    /// asks for a client.
    pub fn refresh(&self, object: &ObjectKey, cluster: &dyn ConnectedObject) -> Refresh {
        // A cluster without a name was never handed out.
        let Ok(key) = cluster.cluster_key() else { return Refresh::Unchanged };
        let shown = cluster.revision();
        match self.known_revision(object, &key) {
            Some(held) if self.match_by.same(shown, held) => Refresh::Unchanged,
            Some(held) => self.forget_if(object, &key, held),
            None => {
                if let Some(current) = self.provider.peek(&key).ok().map(|handle| handle.revision())
                    && self.match_by.same(shown, current)
                {
                    self.shard(object).entry(object.clone()).or_default().get_or_insert(&key, current);
                }
                Refresh::Unchanged
            }
        }
    }

    /// As [`ClientManager::refresh`], when the object that stands for the cluster is gone: [`Refresh::Reset`] if anything was handed out.
    pub fn refresh_absent(&self, object: &ObjectKey, key: &ClusterKey) -> Refresh {
        match self.known_revision(object, key) {
            Some(held) => self.forget_if(object, key, held),
            None => Refresh::Unchanged,
        }
    }

    /// Forgets an object: it is gone, and so is everything that was built for it.
    pub fn forget_object(&self, object: &ObjectKey) {
        self.shard(object).remove(object);
    }

    /// Forgets a cluster for every object, without telling anybody. Looks at every object.
    pub fn forget_cluster(&self, key: &ClusterKey) {
        self.retain(|_, cluster| cluster != key);
    }

    /// Forgets every pair of object and cluster for which `keep` says no. Holds up other callers while it runs: keep it short.
    pub fn retain(&self, mut keep: impl FnMut(&ObjectKey, &ClusterKey) -> bool) {
        for shard in &self.shards {
            let mut shard = lock(shard);
            shard.retain(|object, held| {
                held.retain(|cluster| keep(object, cluster));
                !held.is_empty()
            });
            shard.shrink_to_fit();
        }
    }

    /// How many pairs of object and cluster are remembered.
    #[must_use]
    pub fn known(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).values().map(Held::len).sum::<usize>()).sum()
    }

    /// The revision that an object got last of a cluster.
    #[must_use]
    pub fn known_revision(&self, object: &ObjectKey, key: &ClusterKey) -> Option<Revision> {
        self.shard(object).get(object)?.get(key)
    }

    /// Forgets a revision unless another call has done so meanwhile, and says that it is gone if this was the one.
    fn forget_if(&self, object: &ObjectKey, key: &ClusterKey, was: Revision) -> Refresh {
        let mut shard = self.shard(object);
        let hash_map::Entry::Occupied(mut held) = shard.entry(object.clone()) else { return Refresh::Unchanged };
        let gone = held.get_mut().remove(key, was);
        if held.get().is_empty() {
            held.remove();
        }
        if gone { Refresh::Reset { was } } else { Refresh::Unchanged }
    }

    fn shard(&self, object: &ObjectKey) -> MutexGuard<'_, Shard> {
        // The upper bits choose the shard, the lower ones the place in it.
        lock(&self.shards[(self.hasher.hash_one(object) >> 60) as usize % SHARDS])
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<P> fmt::Debug for ClientManager<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientManager").field("match_by", &self.match_by).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
