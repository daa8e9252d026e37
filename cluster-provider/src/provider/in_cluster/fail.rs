//! What failures of connections and API servers mean to whoever asked a provider. Classes come from types and codes, never from text.

use std::time::Duration;

use cluster_client::discovery::DiscoveryError;
use cluster_client::{ConnectError, ErrorClass};
use cluster_resources::issue::{Issue, IssueClass};
use http::StatusCode;

use crate::cluster::ProviderType;
use crate::provider::{Interrupted, ProviderError, ProviderErrorKind};

/// Who failed doing what for which cluster: makes errors.
#[derive(Clone, Copy)]
pub(in crate::provider) struct Failing<'a> {
    pub(in crate::provider) provider: &'a ProviderType,
    pub(in crate::provider) operation: &'static str,
    pub(in crate::provider) cluster: &'a str,
}

impl Failing<'_> {
    /// This kind of trouble, in words.
    pub(in crate::provider) fn with(self, kind: ProviderErrorKind, reason: impl Into<String>) -> ProviderError {
        self.of(kind).with_reason(reason)
    }

    /// The operation was not waited for any longer.
    pub(in crate::provider) fn interrupted(self, why: Interrupted) -> ProviderError {
        ProviderError::interrupted(why, self.provider, self.operation).with_cluster(self.cluster)
    }

    /// The provider does not do this.
    pub(in crate::provider) fn unsupported(self, reason: impl Into<String>) -> ProviderError {
        self.with(ProviderErrorKind::Unsupported, reason)
    }

    /// There is no connection.
    pub(in crate::provider) fn connect(self, error: ConnectError) -> ProviderError {
        self.of(kind_of_connect(&error)).with_code(error.class().as_str()).with_source(error)
    }

    /// A request failed.
    pub(in crate::provider) fn request(self, error: kube::Error) -> ProviderError {
        let failed = match &error {
            kube::Error::Api(status) => {
                let code = StatusCode::from_u16(status.code).ok();
                let mut failed = self.of(kind_of_status(status.code, &status.reason));
                failed = match code {
                    Some(code) => failed.with_status(code),
                    None => failed,
                };
                if !status.reason.is_empty() {
                    failed = failed.with_code(status.reason.clone());
                }
                let seconds = status.details.as_ref().map_or(0, |details| details.retry_after_seconds);
                if seconds > 0 { failed.with_retry_after(Duration::from_secs(u64::from(seconds))) } else { failed }
            }
            kube::Error::Service(source) => match source.downcast_ref::<ConnectError>() {
                Some(source) => self.of(kind_of_connect(source)).with_code(source.class().as_str()).ambiguous(),
                None => self.of(ProviderErrorKind::Unreachable).ambiguous(),
            },
            kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => self.of(ProviderErrorKind::Decode).ambiguous(),
            kube::Error::HyperError(_) | kube::Error::ReadEvents(_) => {
                self.of(ProviderErrorKind::Unreachable).ambiguous()
            }
            _ => self.of(ProviderErrorKind::Internal),
        };
        failed.with_source(error)
    }

    /// The cluster does not say what it serves, or does not serve what is needed.
    pub(in crate::provider) fn discovery(self, error: DiscoveryError) -> ProviderError {
        let kind = match &error {
            DiscoveryError::Query(_) | DiscoveryError::Kind(_) => ProviderErrorKind::Invalid,
            DiscoveryError::Fetch { source } => match &**source {
                kube::Error::Api(status) => kind_of_status(status.code, &status.reason),
                _ => ProviderErrorKind::Unreachable,
            },
            _ => ProviderErrorKind::Internal,
        };
        self.of(kind).with_source(error)
    }

    /// Something that stopped a whole run.
    pub(in crate::provider) fn issue(self, issue: &Issue) -> ProviderError {
        self.with(kind_of_issue(issue.class), issue.message.clone()).with_code(issue.class.as_str())
    }

    fn of(self, kind: ProviderErrorKind) -> ProviderError {
        ProviderError::new(kind, self.provider, self.operation).with_cluster(self.cluster)
    }
}

/// Whether a cluster cannot be reached at all at the moment: what was asked of it can wait.
pub(in crate::provider) fn is_out_of_reach(error: &ProviderError) -> bool {
    matches!(error.kind(), ProviderErrorKind::Unreachable | ProviderErrorKind::Timeout | ProviderErrorKind::Unavailable)
}

fn kind_of_connect(error: &ConnectError) -> ProviderErrorKind {
    match (error, error.class()) {
        (ConnectError::Timeout { .. }, _) => ProviderErrorKind::Timeout,
        (_, ErrorClass::Input) => ProviderErrorKind::Invalid,
        (_, ErrorClass::CredentialRejected) => ProviderErrorKind::Unauthenticated,
        (_, ErrorClass::Forbidden) => ProviderErrorKind::Forbidden,
        (_, ErrorClass::CredentialUnavailable | ErrorClass::Unhealthy) => ProviderErrorKind::Unavailable,
        (_, ErrorClass::Identity) => ProviderErrorKind::Conflict,
        _ => ProviderErrorKind::Unreachable,
    }
}

fn kind_of_status(code: u16, reason: &str) -> ProviderErrorKind {
    match (code, reason) {
        (404, _) => ProviderErrorKind::NotFound,
        (409, "AlreadyExists") => ProviderErrorKind::AlreadyExists,
        (409, _) => ProviderErrorKind::Conflict,
        (401, _) => ProviderErrorKind::Unauthenticated,
        (403, _) => ProviderErrorKind::Forbidden,
        (429, _) => ProviderErrorKind::RateLimited,
        (408 | 504, _) => ProviderErrorKind::Timeout,
        (400..=499, _) => ProviderErrorKind::Invalid,
        (502 | 503, _) => ProviderErrorKind::Unavailable,
        _ => ProviderErrorKind::Internal,
    }
}

fn kind_of_issue(class: IssueClass) -> ProviderErrorKind {
    match class {
        IssueClass::Invalid
        | IssueClass::Duplicate
        | IssueClass::NotManaged
        | IssueClass::UnknownKind
        | IssueClass::AmbiguousKind
        | IssueClass::Refused => ProviderErrorKind::Invalid,
        IssueClass::Unreachable => ProviderErrorKind::Unreachable,
        IssueClass::Unavailable | IssueClass::PartialView => ProviderErrorKind::Unavailable,
        IssueClass::Forbidden => ProviderErrorKind::Forbidden,
        IssueClass::Ownership | IssueClass::Conflict | IssueClass::Inventory => ProviderErrorKind::Conflict,
        _ => ProviderErrorKind::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing() -> Failing<'static> {
        Failing { provider: &ProviderType::STANDALONE, operation: "apply", cluster: "prod" }
    }

    #[test]
    fn a_status_is_told_by_code_and_reason_and_never_by_text() {
        assert_eq!(kind_of_status(409, "AlreadyExists"), ProviderErrorKind::AlreadyExists);
        assert_eq!(kind_of_status(409, "Conflict"), ProviderErrorKind::Conflict);
        assert_eq!(kind_of_status(422, "Invalid"), ProviderErrorKind::Invalid);
        assert_eq!(kind_of_status(500, "already exists"), ProviderErrorKind::Internal);
    }

    #[test]
    fn another_cluster_under_a_known_name_is_a_conflict() {
        let error = ConnectError::Identity { server: "a:6443".into(), found: "x".into(), expected: "y".into() };
        let error = failing().connect(error);
        assert_eq!((error.kind(), error.is_retryable()), (ProviderErrorKind::Conflict, false));
    }

    #[test]
    fn a_request_without_an_answer_may_have_been_carried_out() {
        let late = ConnectError::Timeout { server: "a:6443".into(), after: Duration::from_secs(1) };
        let error = failing().request(kube::Error::Service(Box::new(late)));
        assert_eq!(error.kind(), ProviderErrorKind::Timeout);
        assert!(error.is_ambiguous());
    }
}
