//! What a reconciler does with a failed call. Knows nothing of any reconciler.

use std::time::Duration;

use super::{Error, RetryHint, ServiceError};

/// What to do with the object whose reconciliation failed, in the three words of the Go services.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// Requeue after this long ([`Disposition::YIELD`] is 10 s, as in the Go services; longer when the service asked for it).
    Yield(Duration),
    /// Park: no retry will help, and no edit of the object either.
    Terminal,
    /// Park until somebody changes the object.
    UserAction,
}

/// Why an object waits for another one. A closed set with a disposition each.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DependencyReason {
    /// It is there and not usable yet.
    NotReady,
    /// It failed and may recover.
    Failed,
    /// It does not exist.
    NotFound,
}

// === impl Disposition ===

impl Disposition {
    /// The usual requeue.
    pub const YIELD: Self = Self::Yield(Duration::from_secs(10));

    /// The same while the object is being deleted: deletion never parks.
    #[must_use]
    pub fn while_deleting(self) -> Self {
        match self {
            Self::Yield(after) => Self::Yield(after),
            Self::Terminal | Self::UserAction => Self::YIELD,
        }
    }
}

// === impl DependencyReason ===

impl DependencyReason {
    /// Not ready and failed yield; not found is terminal.
    #[must_use]
    pub fn disposition(self) -> Disposition {
        match self {
            Self::NotReady | Self::Failed => Disposition::YIELD,
            Self::NotFound => Disposition::Terminal,
        }
    }

    /// The reason as it is written into a condition.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotReady => "DependencyNotReady",
            Self::Failed => "DependencyFailed",
            Self::NotFound => "DependencyNotFound",
        }
    }
}

/// Everything yields, except: a mistake in the program is terminal, what is not there is terminal, and a request the service calls
/// malformed or unacceptable needs the user. 401 and 403 yield because permissions and quotas change without an edit of the object.
pub(super) fn of(error: &Error) -> Disposition {
    match error {
        Error::ApiMisuse(_) => Disposition::Terminal,
        Error::Service(error) => of_refusal(error),
        Error::Construction(_) | Error::Credential(_) | Error::Dispatch(_) | Error::Decode(_) => Disposition::YIELD,
    }
}

fn of_refusal(error: &ServiceError) -> Disposition {
    if let RetryHint::After(wait) = error.retry_hint() {
        return Disposition::Yield(wait.max(Duration::from_secs(10)));
    }
    match error.status().as_u16() {
        400 | 413 | 415 | 422 => Disposition::UserAction,
        404 | 405 => DependencyReason::NotFound.disposition(),
        _ => Disposition::YIELD,
    }
}
