//! One error vocabulary for the family: stages first, reasons inside, retryability as data.
//!
//! [`Error`] says how far a call came: nothing sent ([`Construction`](Error::Construction),
//! [`Credential`](Error::Credential), [`ApiMisuse`](Error::ApiMisuse)), no answer ([`Dispatch`](Error::Dispatch)), an answer that
//! refuses ([`Service`](Error::Service)) or an answer that cannot be understood ([`Decode`](Error::Decode)). It knows nothing of any
//! particular API, of principals or of clusters.
//!
//! `Display` describes one layer and never repeats its cause; [`ErrorChain`] prints the whole chain for a log line:
//!
//! ```
//! use core_client::error::{Error, ErrorChain, ErrorCode, RetryHint, ServiceError};
//!
//! let error = Error::from(
//!     ServiceError::new(http::StatusCode::CONFLICT)
//!         .with_code(ErrorCode::Conflict)
//!         .with_description("somebody else was quicker"),
//! );
//! assert!(error.is_conflict());
//! assert_eq!(error.retry_hint(), RetryHint::Never);
//! assert_eq!(
//!     ErrorChain::new(&error).to_string(),
//!     "the service refused the request: answered 409 conflict: somebody else was quicker",
//! );
//! ```

#![warn(clippy::wildcard_enum_match_arm)]

mod body;
mod code;
mod construction;
mod decode;
mod dispatch;
mod disposition;
mod progenitor;
mod service;
pub mod www_authenticate;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ::http::StatusCode;

pub use body::ErrorBody;
pub use code::ErrorCode;
pub use construction::{ApiMisuse, ConstructionError, ConstructionKind};
pub use decode::{DecodeError, DecodeReason};
pub use dispatch::{DispatchError, DispatchKind};
pub use disposition::{DependencyReason, Disposition};
pub use progenitor::ErrorPayload;
pub use service::ServiceError;

pub(crate) use body::Transport;

use crate::credentials::CredentialError;
use crate::options::OptionsError;

/// A cause behind `source()`. Shared, so that one failure can be handed to every caller that waited for it.
pub(crate) type Cause = Arc<dyn StdError + Send + Sync>;

/// Everything that can go wrong with a call to another service.
///
/// Cheap to clone: causes are shared. The types behind `source()` are for reading and are not promised.
#[non_exhaustive]
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was sent: the request could not be built from what the caller gave.
    #[error("could not build the request")]
    Construction(#[source] ConstructionError),
    /// Nothing was sent: the certificate or the trust for the call cannot be used. Names the Secret or file.
    #[error("the credentials for the call cannot be used")]
    Credential(#[source] Arc<CredentialError>),
    /// No usable answer arrived; [`DispatchError::may_have_been_sent`] tells what is known.
    #[error("could not reach the service")]
    Dispatch(#[source] DispatchError),
    /// The service answered, and the answer is a refusal.
    #[error("the service refused the request")]
    Service(#[source] Box<ServiceError>),
    /// The answer could not be understood; carries status and JSON path, never the body.
    #[error("could not decode the response")]
    Decode(#[source] DecodeError),
    /// The code that calls this crate has to change.
    #[error("the client was used in a way it does not support")]
    ApiMisuse(#[source] ApiMisuse),
}

const _: () = assert!(size_of::<Error>() <= 64);

/// What is known about repeating a request. Data, not a decision: the decision also needs the method, a budget and a deadline.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryHint {
    /// The same request will have the same outcome.
    Never,
    /// May work later, but the request may already have been carried out: repeat it only when it is idempotent.
    IfIdempotent,
    /// May work later, and the request was not carried out: any method may be repeated.
    Safe,
    /// As [`IfIdempotent`](Self::IfIdempotent), and the service asked for at least this much patience.
    After(Duration),
}

/// Who failed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// This process, before anything was sent.
    Local,
    /// The way between the two: names, connections, TLS, time.
    Transport,
    /// The service, which answered.
    Upstream,
}

// === impl Error ===

impl Error {
    /// Status of the answer, when there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Service(error) => Some(error.status()),
            Self::Decode(error) => error.status(),
            Self::Construction(_) | Self::Credential(_) | Self::Dispatch(_) | Self::ApiMisuse(_) => None,
        }
    }

    /// Error code of the answer, when the body had one.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.as_service().and_then(ServiceError::code)
    }

    /// The refusal, when the service answered with one.
    #[must_use]
    pub fn as_service(&self) -> Option<&ServiceError> {
        match self {
            Self::Service(error) => Some(error),
            Self::Construction(_) | Self::Credential(_) | Self::Dispatch(_) | Self::Decode(_) | Self::ApiMisuse(_) => {
                None
            }
        }
    }

    /// Who failed.
    #[must_use]
    pub fn origin(&self) -> Origin {
        match self {
            Self::Construction(_) | Self::Credential(_) | Self::ApiMisuse(_) => Origin::Local,
            Self::Dispatch(_) => Origin::Transport,
            Self::Service(_) | Self::Decode(_) => Origin::Upstream,
        }
    }

    /// What is known about repeating the call.
    #[must_use]
    pub fn retry_hint(&self) -> RetryHint {
        match self {
            Self::Construction(_) | Self::ApiMisuse(_) => RetryHint::Never,
            Self::Credential(error) if error.is_transient() => RetryHint::Safe,
            Self::Credential(_) => RetryHint::Never,
            Self::Dispatch(error) => error.retry_hint(),
            Self::Service(error) => error.retry_hint(),
            Self::Decode(error) => error.retry_hint(),
        }
    }

    /// What a reconciler should do about it; see [`Disposition`].
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        disposition::of(self)
    }

    /// 404, or the code `not_found`. The services also answer so for what the caller does not own.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.refused_with(StatusCode::NOT_FOUND, &ErrorCode::NotFound)
    }

    /// 409, or the code `conflict`.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.refused_with(StatusCode::CONFLICT, &ErrorCode::Conflict)
    }

    /// 403, or the code `forbidden`. Also what an exhausted quota and "still referenced" look like.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.refused_with(StatusCode::FORBIDDEN, &ErrorCode::Forbidden)
    }

    /// 401, or the code `access_denied`: the service does not know who is asking.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        self.refused_with(StatusCode::UNAUTHORIZED, &ErrorCode::AccessDenied)
    }

    /// A deadline of ours passed before the answer was complete. A 504 is an answer, not a timeout.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Dispatch(error) => error.is_timeout(),
            Self::Credential(error) => error.is_timeout(),
            Self::Decode(error) => error.is_timeout(),
            Self::Construction(_) | Self::Service(_) | Self::ApiMisuse(_) => false,
        }
    }

    // The code wins over the status, as it is the narrower statement; the status decides when there is no code we know.
    fn refused_with(&self, status: StatusCode, code: &ErrorCode) -> bool {
        self.as_service().is_some_and(|error| match error.code() {
            None | Some(ErrorCode::Unknown(_)) => error.status() == status,
            Some(known) => known == code,
        })
    }
}

impl From<ConstructionError> for Error {
    fn from(error: ConstructionError) -> Self {
        Self::Construction(error)
    }
}

impl From<OptionsError> for Error {
    fn from(error: OptionsError) -> Self {
        ConstructionError::new(ConstructionKind::Client, "the options of the client cannot be used")
            .with_source(error)
            .into()
    }
}

impl From<CredentialError> for Error {
    fn from(error: CredentialError) -> Self {
        Self::Credential(Arc::new(error))
    }
}

impl From<Arc<CredentialError>> for Error {
    fn from(error: Arc<CredentialError>) -> Self {
        Self::Credential(error)
    }
}

impl From<DispatchError> for Error {
    fn from(error: DispatchError) -> Self {
        Self::Dispatch(error)
    }
}

impl From<ServiceError> for Error {
    fn from(error: ServiceError) -> Self {
        Self::Service(Box::new(error))
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<ApiMisuse> for Error {
    fn from(error: ApiMisuse) -> Self {
        Self::ApiMisuse(error)
    }
}

/// Prints an error and everything behind it on one line, each layer once: `outer: cause: root`.
///
/// Logs use it as a field: `tracing::warn!(error = %ErrorChain::new(&error), "call failed")`.
pub struct ErrorChain<'a>(&'a (dyn StdError + 'static));

// === impl ErrorChain ===

impl<'a> ErrorChain<'a> {
    /// The chain that starts at `error`.
    #[must_use]
    pub fn new(error: &'a (dyn StdError + 'static)) -> Self {
        Self(error)
    }
}

impl fmt::Display for ErrorChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            write!(f, ": {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}

impl fmt::Debug for ErrorChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;
