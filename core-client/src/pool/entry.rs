//! What a pool knows about one key. Does nothing by itself.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::{Freshness, Made, PoolError};

pub(super) enum Entry<T, E: Error + 'static> {
    /// An attempt is under way, and there is nothing to give meanwhile.
    Making(Pending<T, E>),
    Ready(Ready<T, E>),
    Failed(Failed<E>),
}

/// An attempt that is under way; its outcome will be here.
pub(super) struct Pending<T, E: Error + 'static> {
    /// Tells attempts for one key apart.
    pub(super) id: u64,
    pub(super) outcome: watch::Receiver<Option<Outcome<T, E>>>,
}

pub(super) struct Ready<T, E: Error + 'static> {
    made: Made<T>,
    pub(super) renewal: Renewal<T, E>,
}

/// The attempt to replace a thing while it is still good.
pub(super) enum Renewal<T, E: Error + 'static> {
    /// There was none.
    None,
    Making(Pending<T, E>),
    Failed(Failed<E>),
}

/// An attempt that failed.
pub(super) struct Failed<E> {
    /// Absent when it was given up.
    pub(super) error: Option<Arc<E>>,
    /// How long an attempt may take.
    pub(super) after: Duration,
    /// How many have failed in a row.
    pub(super) attempts: u32,
    pub(super) retry_at: Instant,
}

/// How an attempt ended, for those who wait for it.
pub(super) enum Outcome<T, E> {
    Ready(T),
    Failed(Failed<E>),
}

impl<T: Clone, E: Error> Ready<T, E> {
    pub(super) fn new(made: Made<T>) -> Self {
        Self { made, renewal: Renewal::None }
    }

    pub(super) fn item(&self) -> &T {
        &self.made.item
    }

    pub(super) fn into_item(self) -> T {
        self.made.item
    }

    /// By the runtime's clock, which is not asked when it does not matter.
    pub(super) fn freshness(&self) -> Freshness {
        if self.made.expires.is_none() && self.made.renew.is_none() {
            return Freshness::Fresh;
        }
        let now = Instant::now();
        if self.made.expires.is_some_and(|expires| expires <= now) {
            Freshness::Over
        } else if self.made.renew.is_some_and(|renew| renew <= now) {
            Freshness::Aging
        } else {
            Freshness::Fresh
        }
    }
}

impl<T, E: Error> Renewal<T, E> {
    /// The number of failures so far, when another attempt may be made now.
    pub(super) fn due(&self, now: Instant) -> Option<u32> {
        match self {
            Self::None => Some(0),
            Self::Making(_) => None,
            Self::Failed(failed) => failed.is_over(now).then_some(failed.attempts),
        }
    }
}

impl<E: Error> Failed<E> {
    /// Whether another attempt is due.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.retry_at <= now
    }

    pub(super) fn end_pause(&mut self) {
        self.retry_at = Instant::now();
    }

    pub(super) fn error(&self, now: Instant) -> PoolError<E> {
        let retry_in = self.retry_at.saturating_duration_since(now);
        let attempts = self.attempts;
        match &self.error {
            Some(error) => PoolError::Failed { error: Arc::clone(error), attempts, retry_in },
            None => PoolError::GivenUp { after: self.after, attempts, retry_in },
        }
    }
}

impl<E> Clone for Failed<E> {
    fn clone(&self) -> Self {
        Self { error: self.error.clone(), after: self.after, attempts: self.attempts, retry_at: self.retry_at }
    }
}

impl<T: Clone, E> Clone for Outcome<T, E> {
    fn clone(&self) -> Self {
        match self {
            Self::Ready(item) => Self::Ready(item.clone()),
            Self::Failed(failed) => Self::Failed(failed.clone()),
        }
    }
}

impl<T: Clone, E: Error> Outcome<T, E> {
    pub(super) fn result(&self, now: Instant) -> Result<T, PoolError<E>> {
        match self {
            Self::Ready(item) => Ok(item.clone()),
            Self::Failed(failed) => Err(failed.error(now)),
        }
    }
}
