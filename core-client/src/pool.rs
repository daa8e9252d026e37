//! Things that are expensive to make, made once for each key and shared; knows nothing of what they are.
//!
//! A [`Pool`] makes a thing when it is first asked for. However many ask at once, one attempt is made, and it goes on when those who
//! asked have gone away. A failed attempt is remembered and tried again only after a growing pause, so that a dead target costs its
//! users one connect timeout and not one each. One bad key never holds up another.
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
mod options;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::future::join_all;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use self::entry::{Entry, Outcome};
pub use self::options::PoolOptions;

/// Makes what a pool holds.
#[async_trait]
pub trait Make: Send + Sync + 'static {
    /// What things are known by.
    type Key: Clone + Eq + Hash + fmt::Debug + Send + Sync + 'static;
    /// The thing; a handle that is cheap to clone.
    type Item: Clone + Send + Sync + 'static;
    /// Why it could not be made.
    type Error: Error + Send + Sync + 'static;

    /// Makes the thing for one key. The pool bounds how long this takes and how many are made at once.
    ///
    /// # Errors
    /// Whatever is wrong; the pool remembers it until the pause is over.
    async fn make(&self, key: &Self::Key) -> Result<Made<Self::Item>, Self::Error>;

    /// Takes leave of a thing that was evicted, has expired, or was in the pool when it closed. Does nothing unless it is written.
    async fn retire(&self, key: &Self::Key, item: Self::Item) {
        drop((key, item));
    }
}

/// A thing that was made, and for how long it is good.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Made<T> {
    /// The thing.
    pub item: T,
    /// When another one has to be made; absent: never.
    pub expires: Option<Instant>,
}

impl<T> Made<T> {
    /// Good until it is evicted.
    #[must_use]
    pub fn lasting(item: T) -> Self {
        Self { item, expires: None }
    }

    /// Good until then.
    #[must_use]
    pub fn until(item: T, expires: Instant) -> Self {
        Self { item, expires: Some(expires) }
    }
}

/// Why a pool has nothing to give.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError<E: Error + 'static> {
    /// The last attempt failed, and the pause after it is not over (or it was this very call that waited for it).
    #[error("attempt {attempts} failed; the next one may be made in {retry_in:?}")]
    Failed {
        /// Why.
        #[source]
        error: Arc<E>,
        /// How many attempts have failed in a row.
        attempts: u32,
        /// How long the pause still lasts; [`Pool::retry`] ends it.
        retry_in: Duration,
    },
    /// The attempt took longer than the options allow, or was cut off by a panic in it.
    #[error("attempt {attempts} was given up after {after:?}; the next one may be made in {retry_in:?}")]
    GivenUp {
        /// How long it was waited for.
        after: Duration,
        /// How many attempts have failed in a row.
        attempts: u32,
        /// How long the pause still lasts.
        retry_in: Duration,
    },
    /// The pool was closed.
    #[error("the pool is closed")]
    Closed,
}

impl<E: Error> Clone for PoolError<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Failed { error, attempts, retry_in } => {
                Self::Failed { error: Arc::clone(error), attempts: *attempts, retry_in: *retry_in }
            }
            Self::GivenUp { after, attempts, retry_in } => {
                Self::GivenUp { after: *after, attempts: *attempts, retry_in: *retry_in }
            }
            Self::Closed => Self::Closed,
        }
    }
}

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

type Entries<M> = HashMap<<M as Make>::Key, Entry<<M as Make>::Item, <M as Make>::Error>>;

struct Shared<M: Make> {
    maker: M,
    options: PoolOptions,
    entries: Mutex<Entries<M>>,
    making: Semaphore,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl<M: Make> Pool<M> {
    /// An empty pool.
    #[must_use]
    pub fn new(maker: M, options: PoolOptions) -> Self {
        let making = Semaphore::new(options.concurrency.max(1));
        let shared = Shared {
            maker,
            options,
            entries: Mutex::default(),
            making,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
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
    /// attempt it answers with that failure at once.
    ///
    /// # Errors
    /// [`PoolError`].
    ///
    /// # Cancel safety
    /// Giving up does not stop the attempt; the next caller finds its outcome.
    pub async fn get(&self, key: &M::Key) -> Result<M::Item, PoolError<M::Error>> {
        let mut outcome = match self.0.shared.look(key) {
            Looked::Settled(result) => return result,
            Looked::Waiting(outcome) => outcome,
        };
        // The sender lives in the attempt; it is gone without a word when the attempt was cancelled or panicked.
        let settled = outcome.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        match settled {
            Some(outcome) => outcome.result(Instant::now()),
            None if self.0.shared.stop.is_cancelled() => Err(PoolError::Closed),
            None => {
                Err(PoolError::GivenUp { after: self.0.shared.options.timeout, attempts: 1, retry_in: Duration::ZERO })
            }
        }
    }

    /// The thing for this key if it is there now; makes nothing and waits for nothing.
    #[must_use]
    pub fn peek(&self, key: &M::Key) -> Option<Result<M::Item, PoolError<M::Error>>> {
        let now = Instant::now();
        match self.0.shared.entries().get(key) {
            Some(Entry::Settled(outcome)) if !outcome.is_over(now) => Some(outcome.result(now)),
            _ => None,
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
        if let Some(Entry::Settled(outcome)) = self.0.shared.entries().get_mut(key) {
            outcome.end_pause();
        }
    }

    /// Takes the thing for this key out of the pool; whoever holds it goes on holding it, the next caller gets another.
    pub fn evict(&self, key: &M::Key) {
        let evicted = {
            let mut entries = self.0.shared.entries();
            match entries.get(key) {
                Some(Entry::Settled(_)) => entries.remove(key),
                _ => None,
            }
        };
        if let Some(Entry::Settled(Outcome::Ready { item, .. })) = evicted {
            self.0.shared.retire(key.clone(), item);
        }
    }

    /// Closes the pool: no attempt is made any more, those under way are cancelled and awaited, everything in it is retired.
    ///
    /// May be called twice.
    pub async fn close(&self) {
        let shared = &self.0.shared;
        shared.stop.cancel();
        let entries = std::mem::take(&mut *shared.entries());
        for (key, entry) in entries {
            if let Entry::Settled(Outcome::Ready { item, .. }) = entry {
                shared.retire(key, item);
            }
        }
        shared.tasks.close();
        shared.tasks.wait().await;
    }
}

enum Looked<T, E: Error + 'static> {
    Settled(Result<T, PoolError<E>>),
    Waiting(watch::Receiver<Option<Outcome<T, E>>>),
}

impl<M: Make> Shared<M> {
    fn entries(&self) -> MutexGuard<'_, Entries<M>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is there for a key; starts an attempt when there is nothing (any more).
    fn look(self: &Arc<Self>, key: &M::Key) -> Looked<M::Item, M::Error> {
        let now = Instant::now();
        let mut entries = self.entries();
        let (attempts, expired) = match entries.get(key) {
            Some(Entry::Making(outcome)) => return Looked::Waiting(outcome.clone()),
            Some(Entry::Settled(outcome)) if !outcome.is_over(now) => return Looked::Settled(outcome.result(now)),
            Some(Entry::Settled(Outcome::Ready { item, .. })) => (0, Some(item.clone())),
            Some(Entry::Settled(Outcome::Failed { attempts, .. })) => (*attempts, None),
            None => (0, None),
        };
        // Looked at under the lock: `close` cancels first and takes the entries afterwards.
        if self.stop.is_cancelled() {
            return Looked::Settled(Err(PoolError::Closed));
        }
        let (sender, receiver) = watch::channel(None);
        entries.insert(key.clone(), Entry::Making(receiver.clone()));
        drop(entries);
        if let Some(item) = expired {
            self.retire(key.clone(), item);
        }
        let attempt = Arc::clone(self).attempt(key.clone(), attempts, sender);
        self.tasks.spawn(attempt.in_current_span());
        Looked::Waiting(receiver)
    }

    async fn attempt(
        self: Arc<Self>,
        key: M::Key,
        attempts: u32,
        sender: watch::Sender<Option<Outcome<M::Item, M::Error>>>,
    ) {
        let limit = self.options.timeout;
        let making = async {
            let _turn = self.making.acquire().await;
            timeout(limit, self.maker.make(&key)).await
        };
        let guard = Unfinished { shared: &self, key: &key };
        let Some(made) = self.stop.run_until_cancelled(making).await else {
            return;
        };
        std::mem::forget(guard);
        let now = Instant::now();
        let outcome = match made {
            Ok(Ok(made)) => Outcome::Ready { item: made.item, expires: made.expires },
            failed => {
                let error = failed.ok().and_then(Result::err).map(Arc::new);
                let attempts = attempts.saturating_add(1);
                let retry_at = now + self.options.pause(attempts, rand::random());
                Outcome::Failed { error, after: limit, attempts, retry_at }
            }
        };
        let unwanted = {
            let mut entries = self.entries();
            if self.stop.is_cancelled() {
                Some(outcome.clone())
            } else {
                entries.insert(key.clone(), Entry::Settled(outcome.clone()));
                None
            }
        };
        if let Some(Outcome::Ready { item, .. }) = unwanted {
            self.maker.retire(&key, item).await;
        }
        sender.send_replace(Some(outcome));
    }

    fn retire(self: &Arc<Self>, key: M::Key, item: M::Item) {
        let shared = Arc::clone(self);
        self.tasks.spawn(async move { shared.maker.retire(&key, item).await }.in_current_span());
    }
}

/// Removes the mark of an attempt that ended without an outcome, so that the next caller makes another one.
struct Unfinished<'a, M: Make> {
    shared: &'a Shared<M>,
    key: &'a M::Key,
}

impl<M: Make> Drop for Unfinished<'_, M> {
    fn drop(&mut self) {
        self.shared.entries().remove(self.key);
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
        f.debug_struct("Pool").field("keys", &self.0.shared.entries().len()).finish_non_exhaustive()
    }
}
