//! What a pool needs to know about the things it holds; knows nothing of how it holds them.

use std::error::Error;
use std::fmt;
use std::hash::Hash;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

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

    /// How good a thing still is, for things whose life another clock tells than the runtime's: the time of day, say. The worse of this and
    /// of what [`Made`] says counts. Asked whenever a thing is about to be handed out, under a lock: it must be quick, and must not come
    /// back to the pool. Always fresh unless it is written.
    fn freshness(&self, key: &Self::Key, item: &Self::Item) -> Freshness {
        let _nothing_to_know = (key, item);
        Freshness::Fresh
    }

    /// For how long at least no other attempt is made after this failure, when the target said so (`Retry-After`). The pool's own pause
    /// counts when it is longer. Nothing unless it is written.
    fn patience(&self, error: &Self::Error) -> Option<Duration> {
        let _nothing_said = error;
        None
    }

    /// Takes leave of a thing that was evicted or replaced, has expired, or was in the pool when it closed. Does nothing unless it is
    /// written.
    async fn retire(&self, key: &Self::Key, item: Self::Item) {
        drop((key, item));
    }
}

/// How good a thing still is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "there is nothing between handing out, handing out and renewing, and not handing out"
)]
pub enum Freshness {
    /// It is handed out.
    Fresh,
    /// It is handed out, and another one is made meanwhile.
    Aging,
    /// It is not handed out any more.
    Over,
}

/// A thing that was made, and for how long it is good.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Made<T> {
    /// The thing.
    pub item: T,
    /// From when on it is not handed out any more; absent: never.
    pub expires: Option<Instant>,
    /// From when on another one is made while this one is still handed out; absent: only when it has expired.
    pub renew: Option<Instant>,
}

impl<T> Made<T> {
    /// Good until it is evicted.
    #[must_use]
    pub fn lasting(item: T) -> Self {
        Self { item, expires: None, renew: None }
    }

    /// Good until then.
    #[must_use]
    pub fn until(item: T, expires: Instant) -> Self {
        Self { item, expires: Some(expires), renew: None }
    }

    /// To be made anew from then on, while it is still good.
    #[must_use]
    pub fn renewed_from(mut self, renew: Instant) -> Self {
        self.renew = Some(renew);
        self
    }
}
