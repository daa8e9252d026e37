//! What a provider says when it does not do what it was asked. Kinds come from status and code, never from text.

use std::fmt;
use std::time::Duration;

use core_client::RetryHint;
use http::StatusCode;

use super::Interrupted;
use crate::cluster::ProviderType;

/// What kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProviderErrorKind {
    /// What was asked about is not there.
    NotFound,
    /// The name is taken.
    AlreadyExists,
    /// It is there and not as it was thought to be.
    Conflict,
    /// What was asked makes no sense to the provider.
    Invalid,
    /// The provider cannot do this.
    Unsupported,
    /// It does not know who asks.
    Unauthenticated,
    /// It knows, and does not allow it.
    Forbidden,
    /// There is no room.
    QuotaExceeded,
    /// Terms have to be accepted first.
    TermsRequired,
    /// Too many requests.
    RateLimited,
    /// It is not working at the moment.
    Unavailable,
    /// It did not answer in time.
    Timeout,
    /// It could not be reached.
    Unreachable,
    /// It answered something that cannot be understood.
    Decode,
    /// The caller does not wait any more.
    Cancelled,
    /// Anything else.
    Internal,
}

/// Why a provider did not do something: which one, what, for which cluster, and what it said.
///
/// `Display` says this layer only; [`source`](std::error::Error::source) has the cause. No credential is in either.
#[derive(Debug)]
pub struct ProviderError {
    kind: ProviderErrorKind,
    provider: ProviderType,
    operation: &'static str,
    details: Box<Details>,
}

#[derive(Debug, Default)]
struct Details {
    cluster: Option<String>,
    status: Option<StatusCode>,
    code: Option<String>,
    reason: Option<String>,
    operation_id: Option<String>,
    retry_after: Option<Duration>,
    ambiguous: bool,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

// === impl ProviderErrorKind ===

impl ProviderErrorKind {
    /// The word for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::AlreadyExists => "already_exists",
            Self::Conflict => "conflict",
            Self::Invalid => "invalid",
            Self::Unsupported => "unsupported",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::QuotaExceeded => "quota_exceeded",
            Self::TermsRequired => "terms_required",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Decode => "decode",
            Self::Cancelled => "cancelled",
            Self::Internal => "internal",
        }
    }

    /// Whether time alone may mend it.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::RateLimited
                | Self::Unavailable
                | Self::Timeout
                | Self::Unreachable
                | Self::Cancelled
                | Self::Internal
        )
    }

    const fn words(self) -> &'static str {
        match self {
            Self::NotFound => "it is not there",
            Self::AlreadyExists => "the name is taken",
            Self::Conflict => "it is not as it was thought to be",
            Self::Invalid => "the request is not valid",
            Self::Unsupported => "the provider cannot do this",
            Self::Unauthenticated => "the credentials were refused",
            Self::Forbidden => "it is not allowed",
            Self::QuotaExceeded => "the quota is used up",
            Self::TermsRequired => "terms have to be accepted first",
            Self::RateLimited => "too many requests",
            Self::Unavailable => "the provider is not available",
            Self::Timeout => "no answer in time",
            Self::Unreachable => "the provider cannot be reached",
            Self::Decode => "the answer cannot be understood",
            Self::Cancelled => "cancelled",
            Self::Internal => "the provider failed",
        }
    }
}

impl fmt::Display for ProviderErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

// === impl ProviderError ===

impl ProviderError {
    /// This kind of trouble, of this provider, doing that.
    #[must_use]
    pub fn new(kind: ProviderErrorKind, provider: &ProviderType, operation: &'static str) -> Self {
        Self { kind, provider: provider.clone(), operation, details: Box::default() }
    }

    /// The provider cannot do this.
    #[must_use]
    pub fn unsupported(provider: &ProviderType, operation: &'static str) -> Self {
        Self::new(ProviderErrorKind::Unsupported, provider, operation)
    }

    /// A call that was not waited for any longer. What it would have changed may have been changed.
    #[must_use]
    pub fn interrupted(why: Interrupted, provider: &ProviderType, operation: &'static str) -> Self {
        let kind = match why {
            Interrupted::DeadlinePassed => ProviderErrorKind::Timeout,
            Interrupted::Cancelled => ProviderErrorKind::Cancelled,
        };
        Self::new(kind, provider, operation).with_source(why).ambiguous()
    }

    /// For which cluster.
    #[must_use]
    pub fn with_cluster(mut self, cluster: impl Into<String>) -> Self {
        self.details.cluster = Some(cluster.into());
        self
    }

    /// With which status it answered.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.details.status = Some(status);
        self
    }

    /// With which code of its own.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.details.code = Some(code.into());
        self
    }

    /// What it said, or what is wrong and what to do.
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.details.reason = Some(reason.into());
        self
    }

    /// Under which name the provider remembers the call; its support will ask.
    #[must_use]
    pub fn with_operation_id(mut self, id: impl Into<String>) -> Self {
        self.details.operation_id = Some(id.into());
        self
    }

    /// For how long it asked to be left alone.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.details.retry_after = Some(wait);
        self
    }

    /// What was asked may have been done all the same.
    #[must_use]
    pub fn ambiguous(mut self) -> Self {
        self.details.ambiguous = true;
        self
    }

    /// What was behind it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.details.source = Some(source.into());
        self
    }

    /// What kind.
    #[must_use]
    pub fn kind(&self) -> ProviderErrorKind {
        self.kind
    }

    /// Which provider.
    #[must_use]
    pub fn provider(&self) -> &ProviderType {
        &self.provider
    }

    /// Doing what.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// For which cluster.
    #[must_use]
    pub fn cluster(&self) -> Option<&str> {
        self.details.cluster.as_deref()
    }

    /// The status of the answer, when there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.details.status
    }

    /// The provider's code.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.details.code.as_deref()
    }

    /// What it said.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.details.reason.as_deref()
    }

    /// Under which name the provider remembers the call.
    #[must_use]
    pub fn operation_id(&self) -> Option<&str> {
        self.details.operation_id.as_deref()
    }

    /// Whether what was asked may have been done all the same: look before asking again.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.details.ambiguous
    }

    /// Whether the same may be asked again later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind.is_transient()
    }

    /// How it may be asked again.
    #[must_use]
    pub fn retry_hint(&self) -> RetryHint {
        match (self.details.retry_after, self.kind.is_transient(), self.details.ambiguous) {
            (Some(wait), true, _) => RetryHint::After(wait),
            (_, false, _) => RetryHint::Never,
            (None, true, true) => RetryHint::IfIdempotent,
            (None, true, false) => RetryHint::Safe,
        }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { cluster, status, code, reason, operation_id, .. } = &*self.details;
        write!(f, "provider {}: {}", self.provider, self.operation)?;
        if let Some(cluster) = cluster {
            write!(f, " of cluster {cluster}")?;
        }
        write!(f, ": {}", self.kind.words())?;
        if let Some(reason) = reason {
            write!(f, ": {reason}")?;
        }
        let mut open = false;
        let mut note = |f: &mut fmt::Formatter<'_>, name: &str, value: &dyn fmt::Display| {
            let before = if std::mem::replace(&mut open, true) { ", " } else { " (" };
            write!(f, "{before}{name} {value}")
        };
        if let Some(status) = status {
            note(f, "status", &status.as_u16())?;
        }
        if let Some(code) = code {
            note(f, "code", code)?;
        }
        if let Some(id) = operation_id {
            note(f, "operation", id)?;
        }
        if open { f.write_str(")") } else { Ok(()) }
    }
}

impl std::error::Error for ProviderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.details.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_who_did_what_for_whom_and_what_to_quote() {
        let error = ProviderError::new(ProviderErrorKind::Forbidden, &ProviderType::OCM, "delete")
            .with_cluster("2ab")
            .with_status(StatusCode::FORBIDDEN)
            .with_code("CLUSTERS-MGMT-403")
            .with_reason("delete protection is on")
            .with_operation_id("op-1");
        assert_eq!(
            error.to_string(),
            "provider ocm: delete of cluster 2ab: it is not allowed: delete protection is on \
             (status 403, code CLUSTERS-MGMT-403, operation op-1)"
        );
        assert!(!error.is_retryable());
    }

    #[test]
    fn what_may_have_been_done_is_not_safe_to_repeat() {
        let error = ProviderError::interrupted(Interrupted::DeadlinePassed, &ProviderType::OCM, "create");
        assert!(error.is_ambiguous());
        assert_eq!(error.retry_hint(), RetryHint::IfIdempotent);
    }
}
