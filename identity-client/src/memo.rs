//! Remembers values for as long as each of them says, and lets concurrent callers with one key wait for one of them.
//!
//! Knows nothing of what it remembers. Whether a value is still good is decided by the clock it was given; the cache behind
//! it only frees memory.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, Instant};

use core_client::credentials::{Clock, SystemClock};
use jiff::Timestamp;
use moka::Expiry;
use moka::future::Cache;
use moka::policy::EvictionPolicy;

/// A bounded memory. Clones share it.
#[derive(Clone)]
pub(crate) struct Memo<K, V> {
    cache: Cache<K, Entry<V>>,
    clock: Arc<dyn Clock>,
}

/// A value, and until when it is good. One that is good until now is handed out and not kept.
#[derive(Clone, Debug)]
pub(crate) struct Fresh<V> {
    pub(crate) value: V,
    pub(crate) until: Timestamp,
}

#[derive(Clone)]
struct Entry<V> {
    fresh: Fresh<V>,
    stored_at: Timestamp,
}

/// Why nothing was stored.
enum NotKept<V, E> {
    Passing(V),
    Failed(E),
}

impl<K, V> Memo<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Keeps at most `capacity` values; the least recently used go first.
    pub(crate) fn new(capacity: u64) -> Self {
        let cache = Cache::builder()
            .max_capacity(capacity)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(ByEntry)
            .build();
        Self { cache, clock: Arc::new(SystemClock::default()) }
    }

    pub(crate) fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The remembered value, else the one `make` gives. Failures are not remembered.
    ///
    /// When the caller whose `make` runs goes away, another that waits takes over with its own.
    pub(crate) async fn get<F, E>(&self, key: K, make: impl FnOnce() -> F) -> Result<V, E>
    where
        F: Future<Output = Result<Fresh<V>, E>>,
        E: Clone + Send + Sync + 'static,
    {
        self.get_if(key, |_| true, make).await
    }

    /// The same, passing over a remembered value that is not `good` any more.
    pub(crate) async fn get_if<F, E>(&self, key: K, good: impl Fn(&V) -> bool, make: impl FnOnce() -> F) -> Result<V, E>
    where
        F: Future<Output = Result<Fresh<V>, E>>,
        E: Clone + Send + Sync + 'static,
    {
        if let Some(entry) = self.cache.get(&key).await {
            if entry.fresh.until > self.now() && good(&entry.fresh.value) {
                return Ok(entry.fresh.value);
            }
            self.cache.invalidate(&key).await;
        }
        // Boxed, because it is large and most callers never get here.
        let fresh = Box::pin(async {
            let fresh = make().await.map_err(NotKept::Failed)?;
            let stored_at = self.now();
            if fresh.until <= stored_at {
                return Err(NotKept::Passing(fresh.value));
            }
            Ok(Entry { fresh, stored_at })
        });
        match self.cache.try_get_with(key, fresh).await {
            Ok(entry) => Ok(entry.fresh.value),
            Err(not_kept) => match &*not_kept {
                NotKept::Passing(value) => Ok(value.clone()),
                NotKept::Failed(error) => Err(error.clone()),
            },
        }
    }

    /// Looks at every remembered value.
    pub(crate) fn for_each(&self, look: impl Fn(&V)) {
        for (_, entry) in &self.cache {
            look(&entry.fresh.value);
        }
    }

    /// Forgets a value.
    pub(crate) async fn forget(&self, key: &K) {
        self.cache.invalidate(key).await;
    }
}

impl<K, V> fmt::Debug for Memo<K, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Memo").finish_non_exhaustive()
    }
}

/// Frees the memory of an entry when its time is over.
struct ByEntry;

impl<K, V> Expiry<K, Entry<V>> for ByEntry {
    fn expire_after_create(&self, _: &K, entry: &Entry<V>, _: Instant) -> Option<Duration> {
        Some(entry.fresh.until.duration_since(entry.stored_at).try_into().unwrap_or_default())
    }
}
