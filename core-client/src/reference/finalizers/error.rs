//! What can go wrong between reading finalizers and writing them.

use std::time::Duration;

use http::StatusCode;

use crate::error::{
    ConstructionError, ConstructionKind, DependencyReason, DispatchError, DispatchKind, Disposition, Error, ErrorCode,
    RetryHint, ServiceError,
};

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why the references on an object could not be changed. Names the object by its path in the Kubernetes API.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum FinalizerError {
    /// The object to refer to does not exist.
    #[error("{object} does not exist; create it before referring to it")]
    NotFound {
        /// The object.
        object: String,
    },
    /// A name was asked for which the selection does not have. Nothing was written.
    #[error("{object} is not among the objects selected; check the name, the namespace and the labels")]
    NotSelected {
        /// The object.
        object: String,
    },
    /// Others changed the object each time between reading and writing it.
    #[error("{object} was changed by others {attempts} times in a row; try again later")]
    Conflict {
        /// The object.
        object: String,
        /// How often it was read and written.
        attempts: u32,
    },
    /// The API server did not answer in time.
    #[error("{object} was not answered for within {after:?}; check that the Kubernetes API is reachable")]
    Timeout {
        /// The object, or the collection.
        object: String,
        /// How long was waited.
        after: Duration,
    },
    /// The API server refused.
    #[error("{object} could not be {action}: the Kubernetes API answered {status}")]
    Refused {
        /// The object, or the collection.
        object: String,
        /// What was tried: `read`, `listed` or `written`.
        action: &'static str,
        /// Its status.
        status: u16,
        /// What it said.
        #[source]
        source: Cause,
    },
    /// The API server could not be asked.
    #[error("{object} could not be {action}; check that the Kubernetes API is reachable")]
    Unreachable {
        /// The object, or the collection.
        object: String,
        /// What was tried: `read`, `listed` or `written`.
        action: &'static str,
        /// The failure.
        #[source]
        source: Cause,
    },
}

// === impl FinalizerError ===

impl FinalizerError {
    pub(super) fn from_kube(object: String, action: &'static str, error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => Self::Refused { object, action, status: status.code, source: status },
            kube::Error::Service(source) => Self::Unreachable { object, action, source },
            error => Self::Unreachable { object, action, source: error.into() },
        }
    }

    /// Others were quicker each time; requeue.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }

    /// The object to refer to does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// What a reconciler should do: wait, unless what it refers to does not exist.
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::NotFound { .. } => DependencyReason::NotFound.disposition(),
            Self::NotSelected { .. }
            | Self::Conflict { .. }
            | Self::Timeout { .. }
            | Self::Refused { .. }
            | Self::Unreachable { .. } => Disposition::YIELD,
        }
    }
}

/// The Kubernetes API counts as a service that refused (404, 409, …) or could not be reached.
impl From<FinalizerError> for Error {
    fn from(error: FinalizerError) -> Self {
        let refused = |status: StatusCode, code: ErrorCode| {
            ServiceError::new(status).with_code(code).with_description(error.to_string())
        };
        match &error {
            FinalizerError::NotFound { .. } => refused(StatusCode::NOT_FOUND, ErrorCode::NotFound).into(),
            FinalizerError::Conflict { .. } => {
                refused(StatusCode::CONFLICT, ErrorCode::Conflict).with_retry_hint(RetryHint::Safe).into()
            }
            FinalizerError::Refused { status, source, .. } => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                ServiceError::new(status).with_description(format!("{error}: {source}")).into()
            }
            FinalizerError::NotSelected { .. } => {
                ConstructionError::new(ConstructionKind::Consistency, error.to_string()).into()
            }
            FinalizerError::Timeout { .. } => DispatchError::new(DispatchKind::Timeout).with_source(error).into(),
            FinalizerError::Unreachable { .. } => DispatchError::new(DispatchKind::Closed).with_source(error).into(),
        }
    }
}
