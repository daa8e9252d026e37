//! What can go wrong with GitHub, and where: instance, credential and organisation stand in every error, a secret in none.

mod kind;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use core_client::RetryHint;
use http::StatusCode;
use jiff::Timestamp;

pub use self::kind::{GithubErrorKind, LimitKind, TokenRefusal};
use super::credential::CredentialId;

/// A failure, and where it happened. Cheap to clone: one failure is handed to everybody who waited for it.
///
/// Reached through octocrab it is the source of an [`octocrab::Error`]; [`GithubError::find`] takes it out of there.
#[derive(Clone)]
pub struct GithubError(Arc<Inner>);

struct Inner {
    place: Place,
    kind: GithubErrorKind,
}

/// Where something happens: as who at which instance.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Place(Arc<PlaceInner>);

#[derive(PartialEq, Eq)]
struct PlaceInner {
    instance: String,
    credential: Option<CredentialId>,
    organisation: Option<String>,
}

// === impl GithubError ===

impl GithubError {
    pub(super) fn new(place: &Place, kind: GithubErrorKind) -> Self {
        Self(Arc::new(Inner { place: place.clone(), kind }))
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &GithubErrorKind {
        &self.0.kind
    }

    /// The instance that was asked, by its name in the configuration.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.0.place.0.instance
    }

    /// As whom it was asked; absent when that was not settled yet.
    #[must_use]
    pub fn credential(&self) -> Option<&CredentialId> {
        self.0.place.0.credential.as_ref()
    }

    /// The account that an installation is on, or that no credential was found for.
    #[must_use]
    pub fn organisation(&self) -> Option<&str> {
        self.0.place.0.organisation.as_deref()
    }

    /// Status of the answer, when there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.kind.status()
    }

    /// When a limit ends, if that is what it is.
    #[must_use]
    pub fn reset(&self) -> Option<Timestamp> {
        match self.0.kind {
            GithubErrorKind::RateLimited { reset, .. } => Some(reset),
            _ => None,
        }
    }

    /// What is known about repeating the call.
    #[must_use]
    pub fn retry_hint(&self) -> RetryHint {
        self.0.kind.retry_hint()
    }

    /// 404: it is not there, or not for this credential to see.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND) && matches!(self.0.kind, GithubErrorKind::Refused { .. })
    }

    /// 403 that is no limit: the credential is known and may not.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN) && matches!(self.0.kind, GithubErrorKind::Refused { .. })
    }

    /// The credential is not accepted, or not any more: a person has to do something.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        match self.0.kind {
            GithubErrorKind::Unauthenticated => true,
            GithubErrorKind::TokenRefused { reason, .. } => reason != TokenRefusal::Other,
            _ => false,
        }
    }

    /// One of GitHub's limits.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, GithubErrorKind::RateLimited { .. })
    }

    /// The deadline of the call passed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, GithubErrorKind::Deadline { .. })
    }

    /// The error of this crate within another one, such as octocrab's, which wraps it.
    #[must_use]
    pub fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }
}

impl fmt::Display for GithubError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0.kind, self.0.place)
    }
}

impl fmt::Debug for GithubError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GithubError")
            .field("kind", &self.0.kind)
            .field("place", &format_args!("{}", self.0.place))
            .finish()
    }
}

impl Error for GithubError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.kind.source()
    }
}

// === impl Place ===

impl Place {
    pub(super) fn instance(instance: impl Into<String>) -> Self {
        Self(Arc::new(PlaceInner { instance: instance.into(), credential: None, organisation: None }))
    }

    pub(super) fn of_organisation(&self, organisation: impl Into<String>) -> Self {
        self.with(self.0.credential.clone(), Some(organisation.into()))
    }

    pub(super) fn as_credential(&self, credential: &CredentialId, organisation: Option<&str>) -> Self {
        self.with(Some(credential.clone()), organisation.map(str::to_owned))
    }

    pub(super) fn name(&self) -> &str {
        &self.0.instance
    }

    fn with(&self, credential: Option<CredentialId>, organisation: Option<String>) -> Self {
        Self(Arc::new(PlaceInner { instance: self.0.instance.clone(), credential, organisation }))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}", self.0.instance)?;
        if let Some(credential) = &self.0.credential {
            write!(f, " as {credential}")?;
        }
        match &self.0.organisation {
            Some(organisation) => write!(f, ", organisation {organisation}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
