//! What the clones of a pool share: its entries, and the attempts under way.

use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use super::entry::{Entry, Failed, Outcome, Pending, Ready, Renewal};
use super::{Freshness, Make, PoolError, PoolOptions};

/// No target is obeyed for longer than this.
const LONGEST_ASKED: Duration = Duration::from_secs(60 * 60);

pub(super) type Entries<M> = HashMap<<M as Make>::Key, Entry<<M as Make>::Item, <M as Make>::Error>>;
type Ended<M> = Outcome<<M as Make>::Item, <M as Make>::Error>;

pub(super) struct Shared<M: Make> {
    pub(super) maker: M,
    pub(super) options: PoolOptions,
    entries: RwLock<Entries<M>>,
    making: Semaphore,
    pub(super) stop: CancellationToken,
    pub(super) tasks: TaskTracker,
    ids: AtomicU64,
    pub(super) counts: Counts,
}

/// What was counted so far.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) hits: AtomicU64,
    pub(super) attempts: AtomicU64,
    pub(super) renewals: AtomicU64,
    pub(super) failures: AtomicU64,
}

impl Counts {
    pub(super) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

pub(super) enum Looked<T, E: Error + 'static> {
    Settled(Result<T, PoolError<E>>),
    Waiting(watch::Receiver<Option<Outcome<T, E>>>),
}

impl<M: Make> Shared<M> {
    pub(super) fn new(maker: M, options: PoolOptions) -> Self {
        Self {
            maker,
            making: Semaphore::new(options.concurrency.max(1)),
            options,
            entries: RwLock::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            ids: AtomicU64::default(),
            counts: Counts::default(),
        }
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Entries<M>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Entries<M>> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// By both clocks.
    pub(super) fn freshness(&self, key: &M::Key, ready: &Ready<M::Item, M::Error>) -> Freshness {
        ready.freshness().max(self.maker.freshness(key, ready.item()))
    }

    /// What is there for a key; starts an attempt when there is nothing (any more), or when what is there ages.
    pub(super) fn look(self: &Arc<Self>, key: &M::Key) -> Looked<M::Item, M::Error> {
        let now = Instant::now();
        let mut entries = self.write();
        let mut over = false;
        let attempts = match entries.get_mut(key) {
            None => 0,
            Some(Entry::Making(pending)) => return Looked::Waiting(pending.outcome.clone()),
            Some(Entry::Failed(failed)) if !failed.is_over(now) => return Looked::Settled(Err(failed.error(now))),
            Some(Entry::Failed(failed)) => failed.attempts,
            Some(Entry::Ready(ready)) => match (self.freshness(key, ready), &ready.renewal) {
                (Freshness::Fresh, _) => return Looked::Settled(Ok(ready.item().clone())),
                (Freshness::Aging, renewal) => {
                    let item = ready.item().clone();
                    if let Some(attempts) = renewal.due(now)
                        && !self.stop.is_cancelled()
                    {
                        Counts::count(&self.counts.renewals);
                        ready.renewal = Renewal::Making(self.begin(key, attempts));
                    }
                    return Looked::Settled(Ok(item));
                }
                (Freshness::Over, Renewal::Making(pending)) => return Looked::Waiting(pending.outcome.clone()),
                (Freshness::Over, Renewal::Failed(failed)) if !failed.is_over(now) => {
                    return Looked::Settled(Err(failed.error(now)));
                }
                (Freshness::Over, renewal) => {
                    over = true;
                    renewal.due(now).unwrap_or(0)
                }
            },
        };
        // Looked at under the lock: `close` cancels first and takes the entries afterwards.
        if self.stop.is_cancelled() {
            return Looked::Settled(Err(PoolError::Closed));
        }
        let pending = self.begin(key, attempts);
        let outcome = pending.outcome.clone();
        let before = entries.insert(key.clone(), Entry::Making(pending));
        drop(entries);
        if over && let Some(Entry::Ready(ready)) = before {
            self.retire(key.clone(), ready.into_item());
        }
        Looked::Waiting(outcome)
    }

    /// Starts an attempt. It cannot settle before the caller lets go of the entries.
    fn begin(self: &Arc<Self>, key: &M::Key, attempts: u32) -> Pending<M::Item, M::Error> {
        Counts::count(&self.counts.attempts);
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        let (sender, outcome) = watch::channel(None);
        let attempt = Attempt { shared: Arc::clone(self), key: key.clone(), id, attempts, ended: false };
        self.tasks.spawn(attempt.run(sender).in_current_span());
        Pending { id, outcome }
    }

    pub(super) fn retire(self: &Arc<Self>, key: M::Key, item: M::Item) {
        let shared = Arc::clone(self);
        self.tasks.spawn(async move { shared.maker.retire(&key, item).await }.in_current_span());
    }
}

/// One attempt. When it is dropped before it ended, the next caller makes another one.
struct Attempt<M: Make> {
    shared: Arc<Shared<M>>,
    key: M::Key,
    id: u64,
    /// How many have failed in a row before.
    attempts: u32,
    ended: bool,
}

impl<M: Make> Attempt<M> {
    async fn run(mut self, sender: watch::Sender<Option<Ended<M>>>) {
        let shared = Arc::clone(&self.shared);
        let limit = shared.options.timeout;
        let making = async {
            let _turn = shared.making.acquire().await;
            timeout(limit, shared.maker.make(&self.key)).await
        };
        let Some(made) = shared.stop.run_until_cancelled(making).await else {
            return;
        };
        self.ended = true;
        let (outcome, leaving) = match made {
            Ok(Ok(made)) => {
                let item = made.item.clone();
                (Outcome::Ready(item), self.settle(Entry::Ready(Ready::new(made))))
            }
            failed => {
                let failed = self.failed(failed.ok().and_then(Result::err).map(Arc::new));
                (Outcome::Failed(failed.clone()), self.settle(Entry::Failed(failed)))
            }
        };
        // First those who wait: taking leave may take its time.
        sender.send_replace(Some(outcome));
        if let Some(item) = leaving {
            shared.maker.retire(&self.key, item).await;
        }
    }

    fn failed(&self, error: Option<Arc<M::Error>>) -> Failed<M::Error> {
        Counts::count(&self.shared.counts.failures);
        let attempts = self.attempts.saturating_add(1);
        let pause = self.shared.options.pause(attempts, rand::random());
        let asked = error.as_ref().and_then(|error| self.shared.maker.patience(error)).unwrap_or_default();
        let retry_at = Instant::now() + pause.max(asked.min(LONGEST_ASKED));
        Failed { error, after: self.shared.options.timeout, attempts, retry_at }
    }

    /// Puts the outcome where the attempt was wanted, and gives back the thing that nobody will be given (any more): the one that is
    /// replaced, or the new one when the pool was closed or the key evicted meanwhile.
    fn settle(&self, outcome: Entry<M::Item, M::Error>) -> Option<M::Item> {
        let mut entries = self.shared.write();
        let leaving = |entry| match entry {
            Entry::Ready(ready) => Some(ready.into_item()),
            Entry::Making(_) | Entry::Failed(_) => None,
        };
        if self.shared.stop.is_cancelled() {
            return leaving(outcome);
        }
        match (entries.get_mut(&self.key), outcome) {
            (Some(entry @ Entry::Making(_)), outcome) if entry.is_making(self.id) => {
                *entry = outcome;
                None
            }
            (Some(entry @ Entry::Ready(_)), outcome) if entry.is_making(self.id) => match (entry, outcome) {
                (Entry::Ready(ready), Entry::Failed(failed)) => {
                    ready.renewal = Renewal::Failed(failed);
                    None
                }
                (entry, outcome) => leaving(std::mem::replace(entry, outcome)),
            },
            (_, outcome) => leaving(outcome),
        }
    }
}

impl<T, E: Error> Entry<T, E> {
    /// Whether this attempt is the one that is waited for.
    fn is_making(&self, id: u64) -> bool {
        match self {
            Self::Making(pending) | Self::Ready(Ready { renewal: Renewal::Making(pending), .. }) => pending.id == id,
            Self::Ready(_) | Self::Failed(_) => false,
        }
    }
}

impl<M: Make> Drop for Attempt<M> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let mut entries = self.shared.write();
        match entries.get_mut(&self.key) {
            Some(entry @ Entry::Making(_)) if entry.is_making(self.id) => {
                entries.remove(&self.key);
            }
            Some(entry @ Entry::Ready(_)) if entry.is_making(self.id) => {
                if let Entry::Ready(ready) = entry {
                    ready.renewal = Renewal::Failed(self.failed(None));
                }
            }
            _ => {}
        }
    }
}
