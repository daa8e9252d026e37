//! What becomes of an error of the database.

use std::time::Duration;

use super::{Class, Dialect};
use crate::store::StoreError;

/// Why an operation ended early: the database failed, or the answer is an error of the store.
#[derive(Debug)]
pub(super) enum Failure {
    Database(sqlx::Error),
    Answer(StoreError),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Answer(error)
    }
}

/// An error of the database as one of the store: by its kind and code, never by its text.
pub(in crate::store) fn classify<D: Dialect>(
    error: sqlx::Error,
    action: &'static str,
    deadline: Duration,
) -> StoreError {
    use sqlx::Error;
    match error {
        Error::PoolTimedOut => StoreError::Timeout(deadline),
        Error::Io(_)
        | Error::Tls(_)
        | Error::Protocol(_)
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::BeginFailed => StoreError::Unavailable(error.into()),
        Error::Database(database) => match D::class(&*database) {
            Class::Unavailable => StoreError::Unavailable(Error::Database(database).into()),
            Class::Timeout => StoreError::Timeout(deadline),
            Class::Refused => StoreError::Backend { action, source: Error::Database(database).into() },
        },
        other => StoreError::Backend { action, source: other.into() },
    }
}
