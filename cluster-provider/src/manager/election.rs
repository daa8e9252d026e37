//! Which of several managers works. Knows nothing of what the work is.
//!
//! An [`Election`] gives a [`Term`] to one process at a time. A term ends before another one can begin: it counts from when the lease was
//! asked for, by the clock of this process, and stops a margin early. Work stops first; that it did is said afterwards.

mod kubernetes;
mod store;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use self::kubernetes::KubernetesElection;
pub use self::store::{LeaseOptions, StoreElection};
use crate::store::Fence;

/// Makes one process at a time the leader.
#[async_trait]
pub trait Election: Send + Sync + 'static {
    /// Waits until this process leads. Failures on the way are logged and tried again; it returns with a term, or never. Dropping it is safe: a
    /// lease that was taken and not handed out runs out.
    async fn lead(&self) -> Term;
}

/// For a process that is the only one: it always leads, and nothing is fenced.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "there will never be anything in it")]
pub struct Single;

/// The time in which a process leads. Dropping it ends it, and leaves the lease to run out; see [`Term::resign`].
#[must_use = "leading ends when this is dropped"]
pub struct Term {
    fence: Option<Fence>,
    over: CancellationToken,
    keeper: Option<Keeper>,
}

/// The task that prolongs a lease and gives it back.
struct Keeper {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

#[async_trait]
impl Election for Single {
    async fn lead(&self) -> Term {
        Term { fence: None, over: CancellationToken::new(), keeper: None }
    }
}

#[async_trait]
impl<E: Election + ?Sized> Election for Arc<E> {
    async fn lead(&self) -> Term {
        (**self).lead().await
    }
}

// === impl Term ===

impl Term {
    /// A term that somebody keeps: `keep` prolongs the lease until it is told to `stop`, cancels `over` when the term is over, and gives the lease
    /// back before it ends.
    pub fn kept<F>(fence: Option<Fence>, over: CancellationToken, keep: impl FnOnce(CancellationToken) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = CancellationToken::new();
        let task = tokio::spawn(keep(stop.clone()));
        Self { fence, over, keeper: Some(Keeper { stop, task }) }
    }

    /// What is written with.
    #[must_use]
    pub fn fence(&self) -> Option<&Fence> {
        self.fence.as_ref()
    }

    /// Cancelled when it is over.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.over.child_token()
    }

    /// Waits until it is over.
    pub async fn over(&self) {
        self.over.cancelled().await;
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over.is_cancelled()
    }

    /// Whether another process may lead after it, and may have led before it.
    pub(super) fn is_lent(&self) -> bool {
        self.keeper.is_some()
    }

    /// Ends it here. Whoever keeps the lease gives it back, which [`Term::resign`] waits for.
    pub fn end(&self) {
        self.over.cancel();
    }

    /// Ends it, gives the lease back, so that nobody has to wait, and waits for that, but not longer than `wait`.
    pub async fn resign(mut self, wait: Duration) {
        self.over.cancel();
        if let Some(mut keeper) = self.keeper.take() {
            keeper.stop.cancel();
            if tokio::time::timeout(wait, &mut keeper.task).await.is_err() {
                tracing::warn!("a lease was not given back in time; it runs out");
            }
        }
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Term").field("fence", &self.fence).field("is_over", &self.is_over()).finish_non_exhaustive()
    }
}

impl Drop for Term {
    fn drop(&mut self) {
        self.over.cancel();
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.task.abort();
    }
}
