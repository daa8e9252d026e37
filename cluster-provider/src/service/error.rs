//! Why the service did not do something.

use http::StatusCode;

use crate::cluster::{ClusterId, IllegalTransition};
use crate::factory::UnknownProviderType;
use crate::provider::{Interrupted, ProviderError, ProviderErrorKind};
use crate::store::StoreError;

/// Why the service did not do something: what kind, for which cluster, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// There is no such cluster.
    #[error("there is no cluster {id}")]
    #[non_exhaustive]
    NotFound {
        /// Its name.
        id: String,
    },
    /// What was asked makes no sense.
    #[error("{field} is not valid: {why}")]
    #[non_exhaustive]
    Invalid {
        /// What of it.
        field: &'static str,
        /// What is wrong.
        why: String,
    },
    /// The record is not as it was thought to be, or another one has what is asked for.
    #[error("cluster {id}: {why}")]
    #[non_exhaustive]
    Conflict {
        /// Which cluster, or name.
        id: String,
        /// What is in the way.
        why: String,
    },
    /// A step that a cluster's life does not have.
    #[error("cluster {id} cannot go on")]
    #[non_exhaustive]
    Transition {
        /// Which cluster.
        id: ClusterId,
        /// From where to where.
        #[source]
        source: IllegalTransition,
    },
    /// The cluster is kept, because something is in the way of deleting it.
    #[error("cluster {id} is kept: {why}")]
    #[non_exhaustive]
    Guarded {
        /// Which cluster.
        id: ClusterId,
        /// What is in the way.
        why: String,
    },
    /// There is no room for it.
    #[error("no room for cluster {id}: {why}")]
    #[non_exhaustive]
    Capacity {
        /// Which cluster.
        id: ClusterId,
        /// Of what there is not enough.
        why: String,
    },
    /// Its record names a provider that is not there.
    #[error("cluster {id} cannot be served")]
    #[non_exhaustive]
    UnknownProvider {
        /// Which cluster, or what was to be one.
        id: String,
        /// What there is.
        #[source]
        source: UnknownProviderType,
    },
    /// The provider did not do it. Its kind is kept.
    #[error("cluster {id}: the provider did not {operation} it")]
    #[non_exhaustive]
    Provider {
        /// Which cluster, or provider.
        id: String,
        /// What it should have done.
        operation: &'static str,
        /// What it said.
        #[source]
        source: ProviderError,
    },
    /// Somebody else leads by now.
    #[error("another manager leads: nothing was written")]
    Fenced(#[source] StoreError),
    /// The store did not do it.
    #[error("the record of {id} could not be {action}")]
    #[non_exhaustive]
    Store {
        /// Which cluster, or what of many.
        id: String,
        /// Read or written.
        action: &'static str,
        /// Why.
        #[source]
        source: StoreError,
    },
    /// The caller does not wait any more.
    #[error("cluster {id}: not waited for any longer")]
    #[non_exhaustive]
    Interrupted {
        /// Which cluster, or what of many.
        id: String,
        /// Why.
        #[source]
        source: Interrupted,
    },
    /// Workloads could not be counted.
    #[error("workloads could not be counted")]
    Workloads(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ServiceError {
    /// What a provider said, when it was that.
    #[must_use]
    pub fn provider(&self) -> Option<&ProviderError> {
        match self {
            Self::Provider { source, .. } => Some(source),
            _ => None,
        }
    }

    /// What kind of trouble the provider had, when it was that.
    #[must_use]
    pub fn provider_kind(&self) -> Option<ProviderErrorKind> {
        self.provider().map(ProviderError::kind)
    }

    /// Whether time alone may mend it.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Provider { source, .. } => source.is_retryable(),
            Self::Store { source, .. } => source.is_retryable(),
            Self::Interrupted { .. } | Self::Workloads(_) => true,
            _ => false,
        }
    }

    /// The status with which an API answers.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::Invalid { .. } | Self::UnknownProvider { .. } => StatusCode::BAD_REQUEST,
            Self::Conflict { .. } | Self::Transition { .. } | Self::Guarded { .. } => StatusCode::CONFLICT,
            Self::Capacity { .. } => StatusCode::FORBIDDEN,
            Self::Fenced(_) | Self::Workloads(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store { source, .. } if source.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Interrupted { .. } => StatusCode::GATEWAY_TIMEOUT,
            Self::Provider { source, .. } => of_provider(source.kind()),
        }
    }
}

fn of_provider(kind: ProviderErrorKind) -> StatusCode {
    match kind {
        ProviderErrorKind::NotFound => StatusCode::NOT_FOUND,
        ProviderErrorKind::AlreadyExists | ProviderErrorKind::Conflict => StatusCode::CONFLICT,
        ProviderErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ProviderErrorKind::Unsupported => StatusCode::NOT_IMPLEMENTED,
        ProviderErrorKind::Forbidden | ProviderErrorKind::QuotaExceeded | ProviderErrorKind::TermsRequired => {
            StatusCode::FORBIDDEN
        }
        ProviderErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ProviderErrorKind::Unavailable | ProviderErrorKind::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        ProviderErrorKind::Timeout | ProviderErrorKind::Cancelled => StatusCode::GATEWAY_TIMEOUT,
        // What the service itself did wrong towards the provider is not the caller's fault.
        ProviderErrorKind::Unauthenticated | ProviderErrorKind::Decode | ProviderErrorKind::Internal => {
            StatusCode::BAD_GATEWAY
        }
    }
}
