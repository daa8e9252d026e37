//! What a run knows of one cluster: its connections, its share of requests, and what was learnt of it. Knows nothing of plans.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::limits::ClusterLimit;
use crate::clusters::{ClusterAccess, Clusters};
use crate::id::{ClusterName, GroupKind};
use crate::issue::Issue;
use crate::run_lock::RunLock;

/// One cluster of a run.
pub(super) struct Member<'a> {
    pub(super) name: &'a ClusterName,
    pub(super) limit: ClusterLimit,
    clusters: &'a dyn Clusters,
    ordinary: OnceCell<Result<ClusterAccess, Box<Issue>>>,
    privileged: OnceCell<Result<ClusterAccess, Box<Issue>>>,
    /// Kinds in versions that do not take server-side apply.
    unapplied: Mutex<HashSet<(Arc<str>, GroupKind)>>,
    /// What deletions are made under.
    pub(super) lock: OnceCell<Result<Pruning, Box<Issue>>>,
    /// Whether this run installed a definition, so that kinds may appear.
    installed: AtomicBool,
}

/// The lock under which objects are deleted, where there is an inventory to guard.
pub(super) struct Pruning {
    pub(super) held: CancellationToken,
    lock: Mutex<Option<RunLock>>,
}

impl Pruning {
    pub(super) fn under(lock: RunLock) -> Self {
        Self { held: lock.held(), lock: Mutex::new(Some(lock)) }
    }

    pub(super) fn without_lock() -> Self {
        Self { held: CancellationToken::new(), lock: Mutex::default() }
    }

    /// Gives the lock back.
    pub(super) async fn end(&self) {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(lock) = lock {
            lock.shutdown().await;
        }
    }
}

impl<'a> Member<'a> {
    pub(super) fn new(name: &'a ClusterName, clusters: &'a dyn Clusters, limit: ClusterLimit) -> Self {
        Self {
            name,
            limit,
            clusters,
            ordinary: OnceCell::new(),
            privileged: OnceCell::new(),
            unapplied: Mutex::default(),
            lock: OnceCell::new(),
            installed: AtomicBool::new(false),
        }
    }

    /// The connection, asked for once.
    pub(super) async fn access(&self, privileged: bool) -> Result<&ClusterAccess, &Issue> {
        let cell = if privileged { &self.privileged } else { &self.ordinary };
        let access =
            cell.get_or_init(|| async { self.clusters.access(self.name, privileged).await.map_err(Box::new) }).await;
        access.as_ref().map_err(AsRef::as_ref)
    }

    /// Ends when the lock under which objects are deleted is lost; never while there is none.
    pub(super) async fn lock_lost(&self) {
        match self.lock.get() {
            Some(Ok(pruning)) => pruning.held.cancelled().await,
            _ => std::future::pending().await,
        }
    }

    /// Whether server-side apply was refused for a kind before.
    pub(super) fn takes_no_apply(&self, api_version: &Arc<str>, kind: &GroupKind) -> bool {
        let known = self.unapplied.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(&(Arc::clone(api_version), kind.clone()))
    }

    pub(super) fn remember_no_apply(&self, api_version: &Arc<str>, kind: &GroupKind) {
        let mut known = self.unapplied.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((Arc::clone(api_version), kind.clone()));
    }

    /// A definition was installed: what is served is asked for again.
    pub(super) fn kinds_changed(&self) {
        self.installed.store(true, Ordering::Release);
        for access in [&self.ordinary, &self.privileged] {
            if let Some(Ok(access)) = access.get() {
                access.discovery.invalidate();
            }
        }
    }

    pub(super) fn kinds_may_appear(&self) -> bool {
        self.installed.load(Ordering::Acquire)
    }
}
