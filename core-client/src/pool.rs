//! Things that are expensive to make, made once for each key and shared; knows nothing of what they are.
//!
//! A [`Pool`] makes a thing when it is first asked for. However many ask at once, one attempt is made, and it goes on when those who
//! asked have gone away. A failed attempt is remembered and tried again only after a growing pause, so that a dead target costs its
//! users one connect timeout and not one each. One bad key never holds up another. What ages is given for as long as it is good, while
//! another one is made.
//!
//! ```
//! use std::convert::Infallible;
//! use core_client::pool::{Made, Make, Pool, PoolOptions};
//!
//! struct Greeter;
//!
//! #[async_trait::async_trait]
//! impl Make for Greeter {
//!     type Key = &'static str;
//!     type Item = String;
//!     type Error = Infallible;
//!
//!     async fn make(&self, key: &&'static str) -> Result<Made<String>, Infallible> {
//!         Ok(Made::lasting(format!("hello {key}")))
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let pool = Pool::new(Greeter, PoolOptions::default());
//! assert_eq!(pool.get(&"world").await.unwrap(), "hello world");
//! pool.close().await;
//! # });
//! ```

mod entry;
mod error;
mod make;
mod options;
mod shared;
#[cfg(test)]
mod tests;

use std::borrow::Borrow;
use std::error::Error;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

use self::entry::{Entry, Renewal};
pub use self::error::PoolError;
pub use self::make::{Freshness, Made, Make};
pub use self::options::PoolOptions;
use self::shared::{Counts, Looked, Shared};

/// How warming a pool went, key by key and in the order of the keys given.
#[derive(Debug)]
#[non_exhaustive]
pub struct Warmed<K, E: Error + 'static> {
    /// Keys whose things are there.
    pub ready: Vec<K>,
    /// Keys whose things are not, and why.
    pub failed: Vec<(K, PoolError<E>)>,
}

/// A keyed pool. Clones share it.
///
/// It owns the attempts under way: [`Pool::close`] ends and awaits them, dropping the last clone cancels them.
pub struct Pool<M: Make>(Arc<Owner<M>>);

struct Owner<M: Make> {
    shared: Arc<Shared<M>>,
}

/// What a pool has done so far, for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PoolCounts {
    /// How often a thing was there when it was asked for.
    pub hits: u64,
    /// Attempts that were begun.
    pub attempts: u64,
    /// Those of them that were to replace a thing which was still good.
    pub renewals: u64,
    /// Attempts that failed or were given up.
    pub failures: u64,
}

impl<M: Make> Pool<M> {
    /// An empty pool.
    #[must_use]
    pub fn new(maker: M, options: PoolOptions) -> Self {
        let shared = Shared::new(maker, options);
        Self(Arc::new(Owner { shared: Arc::new(shared) }))
    }

    /// What makes the things.
    #[must_use]
    pub fn maker(&self) -> &M {
        &self.0.shared.maker
    }

    /// The thing for this key: the one that is there, or one that is made now.
    ///
    /// Waits for an attempt that is under way, whoever started it; bounded by [`PoolOptions::timeout`]. Within the pause after a failed
    /// attempt it answers with that failure at once. A thing that ages is given while another one is made; when that fails it is given
    /// for as long as it is good.
    ///
    /// # Errors
    /// [`PoolError`].
    ///
    /// # Cancel safety
    /// Giving up does not stop the attempt; the next caller finds its outcome.
    pub async fn get(&self, key: &M::Key) -> Result<M::Item, PoolError<M::Error>> {
        let shared = &self.0.shared;
        if let Some(item) = self.fresh(key) {
            Counts::count(&shared.counts.hits);
            return Ok(item);
        }
        let mut outcome = match shared.look(key) {
            Looked::Settled(result) => {
                if result.is_ok() {
                    Counts::count(&shared.counts.hits);
                }
                return result;
            }
            Looked::Waiting(outcome) => outcome,
        };
        // The sender lives in the attempt; it is gone without a word when the attempt was cancelled or panicked.
        let settled = outcome.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        match settled {
            Some(outcome) => outcome.result(Instant::now()),
            None if shared.stop.is_cancelled() => Err(PoolError::Closed),
            None => Err(PoolError::GivenUp { after: shared.options.timeout, attempts: 1, retry_in: Duration::ZERO }),
        }
    }

    /// The thing for this key if it is there and fresh: as [`get`](Self::get) gives it, without a future, an allocation or anybody to wait
    /// for but those who change the pool at this moment. Anything else is for `get` to see to.
    #[must_use]
    pub fn fresh<Q>(&self, key: &Q) -> Option<M::Item>
    where
        M::Key: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let shared = &self.0.shared;
        match shared.read().get_key_value(key)? {
            (key, Entry::Ready(ready)) if shared.freshness(key, ready) == Freshness::Fresh => {
                Some(ready.item().clone())
            }
            _ => None,
        }
    }

    /// The thing for this key if it is there now, or why it is not; makes nothing and waits for nothing.
    #[must_use]
    pub fn peek<Q>(&self, key: &Q) -> Option<Result<M::Item, PoolError<M::Error>>>
    where
        M::Key: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let shared = &self.0.shared;
        let now = Instant::now();
        let failed = match shared.read().get_key_value(key)? {
            (key, Entry::Ready(ready)) if shared.freshness(key, ready) != Freshness::Over => {
                return Some(Ok(ready.item().clone()));
            }
            (_, Entry::Ready(ready)) => match &ready.renewal {
                Renewal::Failed(failed) => failed.clone(),
                Renewal::None | Renewal::Making(_) => return None,
            },
            (_, Entry::Failed(failed)) => failed.clone(),
            (_, Entry::Making(_)) => return None,
        };
        (!failed.is_over(now)).then(|| Err(failed.error(now)))
    }

    /// What was done so far.
    #[must_use]
    pub fn counts(&self) -> PoolCounts {
        let counts = &self.0.shared.counts;
        PoolCounts {
            hits: counts.hits.load(Ordering::Relaxed),
            attempts: counts.attempts.load(Ordering::Relaxed),
            renewals: counts.renewals.load(Ordering::Relaxed),
            failures: counts.failures.load(Ordering::Relaxed),
        }
    }

    /// Makes the things for all these keys, as many at once as the options allow, and says how it went. Never stops at the first failure.
    pub async fn warm(&self, keys: impl IntoIterator<Item = M::Key>) -> Warmed<M::Key, M::Error> {
        let attempts = keys.into_iter().map(|key| async move {
            let outcome = self.get(&key).await;
            (key, outcome)
        });
        let mut warmed = Warmed { ready: Vec::new(), failed: Vec::new() };
        for (key, outcome) in join_all(attempts).await {
            match outcome {
                Ok(_) => warmed.ready.push(key),
                Err(error) => warmed.failed.push((key, error)),
            }
        }
        warmed
    }

    /// Ends the pause after a failed attempt: the next caller makes another one. The count of failures stays.
    pub fn retry(&self, key: &M::Key) {
        match self.0.shared.write().get_mut(key) {
            Some(Entry::Failed(failed)) => failed.end_pause(),
            Some(Entry::Ready(ready)) => {
                if let Renewal::Failed(failed) = &mut ready.renewal {
                    failed.end_pause();
                }
            }
            Some(Entry::Making(_)) | None => {}
        }
    }

    /// Takes the thing for this key out of the pool; whoever holds it goes on holding it, the next caller gets another.
    pub fn evict(&self, key: &M::Key) {
        let evicted = {
            let mut entries = self.0.shared.write();
            match entries.get(key) {
                Some(Entry::Ready(_) | Entry::Failed(_)) => entries.remove(key),
                Some(Entry::Making(_)) | None => None,
            }
        };
        if let Some(Entry::Ready(ready)) = evicted {
            self.0.shared.retire(key.clone(), ready.into_item());
        }
    }

    /// [`evict`](Self::evict) for all keys of which this is true.
    pub fn evict_where(&self, unwanted: impl Fn(&M::Key) -> bool) {
        let keys: Vec<_> = self.0.shared.read().keys().filter(|key| unwanted(key)).cloned().collect();
        for key in keys {
            self.evict(&key);
        }
    }

    /// Closes the pool: no attempt is made any more, those under way are cancelled and awaited, everything in it is retired.
    ///
    /// May be called twice.
    pub async fn close(&self) {
        let shared = &self.0.shared;
        shared.stop.cancel();
        let entries = std::mem::take(&mut *shared.write());
        for (key, entry) in entries {
            if let Entry::Ready(ready) = entry {
                shared.retire(key, ready.into_item());
            }
        }
        shared.tasks.close();
        shared.tasks.wait().await;
    }
}

impl<M: Make> Clone for Pool<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: Make> Drop for Owner<M> {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}

impl<M: Make> fmt::Debug for Pool<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("keys", &self.0.shared.read().len()).finish_non_exhaustive()
    }
}
