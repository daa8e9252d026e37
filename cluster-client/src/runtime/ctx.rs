//! What a reconciler is given besides its request; knows nothing of queues.

use std::fmt;
use std::sync::Arc;

use kube::Client;
use kube::runtime::watcher;

use super::core::Core;
use super::request::{ClusterName, Request};
use super::store::{ClusterStore, Index, StoreError, Watched};
use super::view::View;
use crate::handle::ClusterHandle;

/// The cluster a request is about, as it is during one reconcile. Cheap to clone.
///
/// It belongs to one engagement: when the cluster is removed or replaced, [`Ctx::cancelled`] ends, the reconcile gets the controller's
/// drain time to finish, and nothing comes of its result. What it keeps beyond that (stores, the client) describes the past.
pub struct Ctx<K: Watched> {
    core: Arc<Core<K>>,
    view: Arc<View<K>>,
}

impl<K: Watched> Ctx<K> {
    pub(super) fn new(core: Arc<Core<K>>, view: Arc<View<K>>) -> Self {
        Self { core, view }
    }

    /// Which cluster.
    #[must_use]
    pub fn cluster(&self) -> &ClusterName {
        &self.view.cluster
    }

    /// The connection. That of the home cluster has the key `home` and never changes.
    #[must_use]
    pub fn handle(&self) -> &ClusterHandle {
        &self.view.guard.handle
    }

    /// The client as it is: it works on as long as the transport does, also after the cluster was removed.
    #[must_use]
    pub fn client(&self) -> &Client {
        self.handle().client()
    }

    /// A client that refuses every request once the handle's revision has ended or this replica no longer owns the cluster, and gives
    /// up those that are under way then. [`super::guard::refusal`] reads the reason out of its errors.
    ///
    /// The bodies of answers that had begun, such as watches, are not cut off.
    #[must_use]
    pub fn guarded_client(&self) -> Client {
        self.view.guarded.get_or_init(|| self.view.guard.clone().client()).clone()
    }

    /// The number of this replica's right to work in the cluster, which rises with each new owner; 0 without sharding.
    #[must_use]
    pub fn fencing(&self) -> u64 {
        self.view.guard.ownership.fencing
    }

    /// The object of a request as it was last seen in this cluster; `None` when it is gone (or of another cluster).
    ///
    /// # Errors
    /// As [`Ctx::store`].
    pub fn object(&self, request: &Request<K>) -> Result<Option<Arc<K>>, StoreError> {
        let store = self.store::<K>()?;
        Ok(if request.cluster == self.view.cluster { store.get(&request.object) } else { None })
    }

    /// What is watched of a kind in this cluster. When several selections of it are watched, the one declared first.
    ///
    /// # Errors
    /// [`StoreError::NotWatched`]; [`StoreError::Stale`] when the controller's policy refuses stale reads; [`StoreError::NotSynced`]
    /// only for what a replaced connection could not list in time.
    pub fn store<O: Watched>(&self) -> Result<ClusterStore<O>, StoreError> {
        self.view.store(None)
    }

    /// What is watched of a kind with these selectors in this cluster.
    ///
    /// # Errors
    /// As [`Ctx::store`].
    pub fn store_of<O: Watched>(&self, config: &watcher::Config) -> Result<ClusterStore<O>, StoreError> {
        self.view.store(Some(config))
    }

    /// An index of a kind in this cluster.
    ///
    /// # Errors
    /// As [`Ctx::store`], and [`StoreError::NoIndex`].
    pub fn index<O: Watched>(&self, name: &str) -> Result<Index<O>, StoreError> {
        self.store::<O>()?.index(name)
    }

    /// What is watched of a kind in the home cluster.
    ///
    /// # Errors
    /// As [`Ctx::store`]; [`StoreError::NotSynced`] until the home cluster has been listed, which nothing waits for.
    pub fn home_store<O: Watched>(&self) -> Result<ClusterStore<O>, StoreError> {
        match self.core.view(&ClusterName::Home) {
            Some(home) => home.store(None),
            None => Err(StoreError::NotWatched { kind: O::kind(&()).into() }),
        }
    }

    /// Ends when the engagement does: stop, there is nothing more to do here.
    ///
    /// # Cancel safety
    /// May be dropped and asked for again.
    pub async fn cancelled(&self) {
        self.view.group.cancelled().await;
    }

    /// Whether the engagement has ended.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.view.group.is_cancelled()
    }
}

impl<K: Watched> Clone for Ctx<K> {
    fn clone(&self) -> Self {
        Self { core: self.core.clone(), view: self.view.clone() }
    }
}

impl<K: Watched> fmt::Debug for Ctx<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ctx")
            .field("cluster", &self.view.cluster)
            .field("instance", &self.view.instance)
            .field("cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}
