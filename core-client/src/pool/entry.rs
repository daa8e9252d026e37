//! What a pool knows about one key.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::PoolError;

pub(super) enum Entry<T, E: Error + 'static> {
    /// An attempt is under way; its outcome will be here.
    Making(watch::Receiver<Option<Outcome<T, E>>>),
    Settled(Outcome<T, E>),
}

pub(super) enum Outcome<T, E: Error + 'static> {
    Ready {
        item: T,
        expires: Option<Instant>,
    },
    Failed {
        /// Absent when the attempt was given up.
        error: Option<Arc<E>>,
        /// How long an attempt may take.
        after: Duration,
        attempts: u32,
        retry_at: Instant,
    },
}

impl<T: Clone, E: Error> Outcome<T, E> {
    /// Whether another attempt is due.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        match self {
            Self::Ready { expires, .. } => expires.is_some_and(|expires| expires <= now),
            Self::Failed { retry_at, .. } => *retry_at <= now,
        }
    }

    pub(super) fn end_pause(&mut self) {
        if let Self::Failed { retry_at, .. } = self {
            *retry_at = Instant::now();
        }
    }

    pub(super) fn result(&self, now: Instant) -> Result<T, PoolError<E>> {
        match self {
            Self::Ready { item, .. } => Ok(item.clone()),
            Self::Failed { error, after, attempts, retry_at } => {
                let retry_in = retry_at.saturating_duration_since(now);
                let attempts = *attempts;
                Err(match error {
                    Some(error) => PoolError::Failed { error: Arc::clone(error), attempts, retry_in },
                    None => PoolError::GivenUp { after: *after, attempts, retry_in },
                })
            }
        }
    }
}

impl<T: Clone, E: Error> Clone for Outcome<T, E> {
    fn clone(&self) -> Self {
        match self {
            Self::Ready { item, expires } => Self::Ready { item: item.clone(), expires: *expires },
            Self::Failed { error, after, attempts, retry_at } => {
                Self::Failed { error: error.clone(), after: *after, attempts: *attempts, retry_at: *retry_at }
            }
        }
    }
}
