//! Processes that die at a chosen moment: decorators of a store and of a provider that count what is asked of them and never answer again
//! from a certain call on. Knows nothing of who asks.
//!
//! What dies is whatever waits: [`Crash::run`] drops it. What it did until then, stays done, as after a power cut between two calls, or
//! between a call and its answer.
//!
//! ```
//! # async fn example() {
//! use std::sync::Arc;
//! use cluster_provider::store::{ClusterStore, memory::MemoryStore};
//! use cluster_provider::testing::crash::{Crash, CrashingStore, Moment};
//!
//! let crash = Crash::at(0, Moment::After);
//! let store = CrashingStore::new(Arc::new(MemoryStore::new()), Arc::clone(&crash));
//! assert!(crash.run(store.now()).await.is_none());
//! # }
//! ```

mod provider;
mod store;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio_util::sync::CancellationToken;

pub use self::provider::CrashingProvider;
pub use self::store::CrashingStore;

/// Where a process dies. Shared by everything that dies with it.
#[derive(Debug)]
pub struct Crash {
    point: Option<(usize, Moment)>,
    reached: AtomicUsize,
    died: CancellationToken,
}

/// On which side of a call a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moment {
    /// Nothing of it is done.
    Before,
    /// It is done, and nobody hears the answer.
    After,
}

impl Crash {
    /// Nowhere: only counts.
    #[must_use]
    pub fn never() -> Arc<Self> {
        Self::new(None)
    }

    /// At the call of this number, from 0 on.
    #[must_use]
    pub fn at(point: usize, moment: Moment) -> Arc<Self> {
        Self::new(Some((point, moment)))
    }

    fn new(point: Option<(usize, Moment)>) -> Arc<Self> {
        Arc::new(Self { point, reached: AtomicUsize::new(0), died: CancellationToken::new() })
    }

    /// How many calls there were.
    #[must_use]
    pub fn reached(&self) -> usize {
        self.reached.load(Ordering::SeqCst)
    }

    /// Whether it has died.
    #[must_use]
    pub fn has_died(&self) -> bool {
        self.died.is_cancelled()
    }

    /// Does something until it is done or dead. `None` when it died.
    pub async fn run<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.died.cancelled() => None,
            done = work => Some(done),
        }
    }

    /// One call.
    pub(crate) async fn pass<T>(&self, work: impl Future<Output = T>) -> T {
        let number = self.reached.fetch_add(1, Ordering::SeqCst);
        match self.point {
            _ if self.has_died() => std::future::pending().await,
            Some((point, Moment::Before)) if point == number => self.die().await,
            Some((point, Moment::After)) if point == number => {
                drop(work.await);
                self.die().await
            }
            _ => work.await,
        }
    }

    async fn die<T>(&self) -> T {
        self.died.cancel();
        std::future::pending().await
    }
}
