//! Why a pool has nothing to give.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

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
        /// How long the pause still lasts; [`Pool::retry`](super::Pool::retry) ends it.
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
