//! Why a watch is not connected; knows nothing of what is done about it.

use std::time::Duration;

use kube::core::Status;

/// Why a watch is not connected. All of these are tried again, for as long as the cluster is engaged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// The list before the watch failed.
    #[error("list failed")]
    List(#[source] Box<kube::Error>),
    /// The watch was refused or could not be asked for.
    #[error("watch could not be started")]
    Start(#[source] Box<kube::Error>),
    /// The watch broke off.
    #[error("watch broke off")]
    Broken(#[source] Box<kube::Error>),
    /// The API server ended the watch with an error.
    #[error("API server ended the watch")]
    Ended(#[source] Box<Status>),
    /// The API server no longer keeps the changes since the last one that was seen; everything of this kind is listed again.
    #[error("changes are no longer kept since the last one seen")]
    Expired,
    /// The API server did not answer in time.
    #[error("no answer to {what} within {after:?}")]
    Deadline {
        /// What was asked for.
        what: &'static str,
        /// How long it was waited for.
        after: Duration,
    },
    /// An answer has no resource version, so there is nothing to go on from.
    #[error("answer without a resource version")]
    NoResourceVersion,
    /// A mapper or an index of the application panicked.
    #[error("a mapper or an index panicked")]
    Panicked,
}

impl WatchError {
    pub(super) fn listing(error: kube::Error) -> Self {
        Self::unless_expired(error, Self::List)
    }

    pub(super) fn starting(error: kube::Error) -> Self {
        Self::unless_expired(error, Self::Start)
    }

    pub(super) fn broken(error: kube::Error) -> Self {
        Self::unless_expired(error, Self::Broken)
    }

    fn unless_expired(error: kube::Error, otherwise: impl FnOnce(Box<kube::Error>) -> Self) -> Self {
        match &error {
            kube::Error::Api(status) if status.code == 410 => Self::Expired,
            _ => otherwise(Box::new(error)),
        }
    }
}
