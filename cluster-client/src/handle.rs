//! One instance of a connection, as it is handed out; knows nothing of how it came about.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kube::Client;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::key::ClusterKey;
use crate::revision::Revision;
use crate::spec::ClusterUid;

/// A live connection to a cluster, of one revision.
///
/// One reference count; clone it freely. It stays usable after the cluster was replaced or removed, and [`ClusterHandle::alive`] tells:
/// start what depends on it with [`ClusterHandle::spawn`], and it ends with this revision.
#[derive(Clone)]
pub struct ClusterHandle(Arc<Inner>);

struct Inner {
    key: ClusterKey,
    client: Client,
    revision: Revision,
    identity: Option<ClusterUid>,
    alive: CancellationToken,
    tasks: TaskTracker,
    /// Whether somebody asked for it since it was last looked.
    touched: AtomicBool,
}

impl ClusterHandle {
    /// Makes a handle; providers do.
    #[must_use]
    pub fn new(key: ClusterKey, client: Client, revision: Revision, identity: Option<ClusterUid>) -> Self {
        Self(Arc::new(Inner {
            key,
            client,
            revision,
            identity,
            alive: CancellationToken::new(),
            tasks: TaskTracker::new(),
            touched: AtomicBool::new(false),
        }))
    }

    /// Notes that somebody asked for it.
    pub(crate) fn touch(&self) {
        // Reading first keeps the line shared between the readers' cores.
        if !self.0.touched.load(Ordering::Relaxed) {
            self.0.touched.store(true, Ordering::Relaxed);
        }
    }

    /// Whether somebody asked for it since the last call.
    pub(crate) fn take_touched(&self) -> bool {
        self.0.touched.swap(false, Ordering::Relaxed)
    }

    /// Which cluster.
    #[must_use]
    pub fn key(&self) -> &ClusterKey {
        &self.0.key
    }

    /// The client; the same for the whole revision, credentials change beneath it.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// Which instance of the connection.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.0.revision
    }

    /// UID of the cluster, when it could be read.
    #[must_use]
    pub fn identity(&self) -> Option<&ClusterUid> {
        self.0.identity.as_ref()
    }

    /// Cancelled when this revision ends: the cluster was removed, or another revision took its place.
    #[must_use]
    pub fn alive(&self) -> &CancellationToken {
        &self.0.alive
    }

    /// Everything that was started on this handle; closing a revision waits for it.
    #[must_use]
    pub fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }

    /// Runs something for as long as this revision lives; `None` when it ended first.
    ///
    /// The provider waits for it before it lets the connection go.
    pub fn spawn<F>(&self, future: F) -> JoinHandle<Option<F::Output>>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let alive = self.0.alive.clone();
        self.0.tasks.spawn(async move { alive.run_until_cancelled_owned(future).await })
    }

    /// Whether two handles are one and the same.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for ClusterHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterHandle")
            .field("key", &self.0.key)
            .field("revision", &self.0.revision)
            .field("identity", &self.0.identity)
            .field("alive", &!self.0.alive.is_cancelled())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revision::Revision;

    fn handle() -> ClusterHandle {
        ClusterHandle::new(
            ClusterKey::new("prod").unwrap(),
            crate::fake::empty_client(),
            Revision::following(None, jiff::Timestamp::UNIX_EPOCH),
            None,
        )
    }

    #[tokio::test]
    async fn what_was_started_on_a_handle_ends_with_its_revision() {
        let handle = handle();
        let done = handle.spawn(async { 7 });
        assert_eq!(done.await.unwrap(), Some(7));
        let endless = handle.spawn(std::future::pending::<()>());
        handle.alive().cancel();
        assert_eq!(endless.await.unwrap(), None);
        handle.tasks().close();
        handle.tasks().wait().await;
    }

    #[tokio::test]
    async fn a_clone_is_the_same_handle_and_a_second_one_is_not() {
        let (one, other) = (handle(), handle());
        assert!(one.same_as(&one.clone()) && !one.same_as(&other));
        one.clone().alive().cancel();
        assert!(one.alive().is_cancelled() && !other.alive().is_cancelled());
        assert!(format!("{one:?}").contains("alive: false"));
    }

    #[test]
    fn handles_travel_between_threads() {
        fn shared<T: Send + Sync + Clone + 'static>() {}
        shared::<ClusterHandle>();
    }
}
