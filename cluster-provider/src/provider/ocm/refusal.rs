//! What a refusal means: from status and code to a kind, never from text. Pure; knows nothing of requests.
//!
//! Source: `errors/errors.go` of ocm-sdk-go; `id` and `code` of the clusters service repeat the status, those of the accounts service are its
//! own.

use core_client::Error;
use core_client::bearer::BearerError;
use core_client::error::{DispatchKind, ServiceError};
use http::{Method, StatusCode, header};
use serde_json::Value;

use super::wire::Refusal;
use crate::cluster::ProviderType;
use crate::provider::{ProviderError, ProviderErrorKind};

/// How much of what OCM says is passed on, in characters.
const SHOWN: usize = 400;

/// Prefix of the codes of the clusters service; a number follows that is a status, but for those below.
const CLUSTERS: &str = "CLUSTERS-MGMT-";

/// A second cluster with the external id of another.
const DUPLICATE_EXTERNAL_ID: &str = "CLUSTERS-MGMT-1001";

/// What the accounts service says to those who may not.
const ACCESS_DENIED: &str = "ACCT-MGMT-11";

/// Something that was done for a cluster, to say in errors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed<'a> {
    pub(super) provider: &'a ProviderType,
    pub(super) operation: &'static str,
    pub(super) cluster: Option<&'a str>,
}

// === impl Deed ===

impl<'a> Deed<'a> {
    pub(super) fn new(provider: &'a ProviderType, operation: &'static str) -> Self {
        Self { provider, operation, cluster: None }
    }

    /// With the cluster it was done for.
    pub(super) fn of(self, cluster: &'a str) -> Self {
        Self { cluster: Some(cluster), ..self }
    }

    /// It failed like this.
    pub(super) fn failed(&self, kind: ProviderErrorKind) -> ProviderError {
        let error = ProviderError::new(kind, self.provider, self.operation);
        match self.cluster {
            Some(cluster) => error.with_cluster(cluster),
            None => error,
        }
    }

    /// What was asked makes no sense, and why.
    pub(super) fn invalid(&self, why: impl std::fmt::Display) -> ProviderError {
        self.failed(ProviderErrorKind::Invalid).with_reason(why.to_string())
    }

    /// The answer makes no sense, and why.
    pub(super) fn garbled(&self, why: impl std::fmt::Display) -> ProviderError {
        self.failed(ProviderErrorKind::Decode).with_reason(why.to_string())
    }
}

/// The same refusal by a narrower name.
pub(super) fn renamed(deed: Deed<'_>, kind: ProviderErrorKind, reason: &str, error: ProviderError) -> ProviderError {
    let mut named = deed.failed(kind).with_reason(reason);
    if let Some(status) = error.status() {
        named = named.with_status(status);
    }
    if let Some(code) = error.code() {
        named = named.with_code(code);
    }
    if let Some(id) = error.operation_id() {
        named = named.with_operation_id(id);
    }
    named.with_source(error)
}

/// What an error of the HTTP client means. `method` says whether anything may have been changed by what has no answer.
pub(super) fn understand(deed: Deed<'_>, method: &Method, error: Error) -> ProviderError {
    let changes = !method.is_safe();
    let (understood, ambiguous) = match &error {
        Error::Service(refusal) => {
            let lost = refusal.status().is_server_error() && refusal.status() != StatusCode::NOT_IMPLEMENTED;
            return maybe(refused(deed, refusal), changes && lost).with_source(error);
        }
        Error::Dispatch(lost) => {
            let kind = match lost.kind() {
                DispatchKind::Timeout | DispatchKind::ConnectTimeout => ProviderErrorKind::Timeout,
                DispatchKind::Protocol => ProviderErrorKind::Decode,
                _ => ProviderErrorKind::Unreachable,
            };
            (deed.failed(kind), lost.may_have_been_sent())
        }
        Error::Decode(garbage) => {
            let kind = if garbage.is_timeout() { ProviderErrorKind::Timeout } else { ProviderErrorKind::Decode };
            let failed = deed.failed(kind);
            (garbage.status().map_or_else(|| deed.failed(kind), |status| failed.with_status(status)), true)
        }
        Error::Construction(_) => (no_token(deed, &error), false),
        _ => (deed.failed(ProviderErrorKind::Internal), false),
    };
    maybe(understood, changes && ambiguous).with_source(error)
}

fn maybe(error: ProviderError, ambiguous: bool) -> ProviderError {
    if ambiguous { error.ambiguous() } else { error }
}

/// Nothing was sent. When that is because there is no token, whoever makes tokens has said whether there may be one later.
fn no_token(deed: Deed<'_>, error: &Error) -> ProviderError {
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        if let Some(bearer) = cause.downcast_ref::<BearerError>() {
            let reason = "there is no token to ask with; check the client id and secret or the offline token";
            return if bearer.is_transient() {
                deed.failed(ProviderErrorKind::Unavailable)
                    .with_reason("the token endpoint gives no token at the moment")
            } else {
                deed.failed(ProviderErrorKind::Unauthenticated).with_reason(reason)
            };
        }
        next = cause.source();
    }
    deed.failed(ProviderErrorKind::Internal).with_reason("the request could not be built")
}

/// What OCM said, or whoever answered in its place.
fn refused(deed: Deed<'_>, refusal: &ServiceError) -> ProviderError {
    let said = serde_json::from_slice::<Refusal>(refusal.raw_body()).ok();
    let said = said.filter(|said| said.code.is_some() || said.kind.as_deref() == Some("Error"));
    let kind = kind_of(refusal.status(), said.as_ref());
    let mut error = deed.failed(kind).with_status(refusal.status());
    if let core_client::RetryHint::After(wait) = refusal.retry_hint() {
        error = error.with_retry_after(wait);
    }
    let Some(said) = said else { return error.with_reason(not_ocm(refusal)) };
    if let Some(code) = &said.code {
        error = error.with_code(shown(code));
    }
    if let Some(id) = &said.operation_id {
        error = error.with_operation_id(shown(id));
    }
    match reason(&said) {
        Some(reason) => error.with_reason(reason),
        None => error,
    }
}

/// The table of kinds.
///
/// That something is not there is only believed when OCM says so itself: a gateway that knows no route also answers 404, and who believes it
/// takes a paid cluster for gone.
pub(super) fn kind_of(status: StatusCode, said: Option<&Refusal>) -> ProviderErrorKind {
    let code = said.and_then(|said| said.code.as_deref()).unwrap_or_default();
    if code == DUPLICATE_EXTERNAL_ID {
        return ProviderErrorKind::AlreadyExists;
    }
    if code == ACCESS_DENIED {
        return ProviderErrorKind::Forbidden;
    }
    // The narrower statement wins, when it is one.
    let number = code.strip_prefix(CLUSTERS).and_then(|number| number.parse::<u16>().ok());
    match number.filter(|number| (400..600).contains(number)).unwrap_or_else(|| status.as_u16()) {
        404 if said.is_none() => ProviderErrorKind::Decode,
        404 => ProviderErrorKind::NotFound,
        401 => ProviderErrorKind::Unauthenticated,
        403 => ProviderErrorKind::Forbidden,
        405 | 501 => ProviderErrorKind::Unsupported,
        408 => ProviderErrorKind::Timeout,
        409 => ProviderErrorKind::AlreadyExists,
        412 => ProviderErrorKind::Conflict,
        429 => ProviderErrorKind::RateLimited,
        451 => ProviderErrorKind::TermsRequired,
        500 => ProviderErrorKind::Internal,
        400..=499 => ProviderErrorKind::Invalid,
        502..=599 => ProviderErrorKind::Unavailable,
        _ => ProviderErrorKind::Decode,
    }
}

fn reason(said: &Refusal) -> Option<String> {
    let terms = said.details.as_ref().and_then(terms_url);
    let reason = said.reason.as_deref().filter(|reason| !reason.is_empty()).map(shown);
    match (reason, terms) {
        (Some(reason), Some(url)) => Some(format!("{reason}; accept them at {}", shown(url))),
        (None, Some(url)) => Some(format!("accept them at {}", shown(url))),
        (reason, None) => reason,
    }
}

/// Where the terms stand that have to be accepted.
fn terms_url(details: &Value) -> Option<&str> {
    match details {
        Value::Array(all) => all.iter().find_map(terms_url),
        Value::Object(one) => one.get("legal_terms_url")?.as_str(),
        _ => None,
    }
}

fn not_ocm(refusal: &ServiceError) -> String {
    let kind = refusal.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let begins = String::from_utf8_lossy(&refusal.raw_body()[..refusal.raw_body().len().min(SHOWN)]).into_owned();
    let what = format!("what answered is not OCM but sent {}", shown(kind.unwrap_or("something without a type")));
    if begins.is_empty() { what } else { format!("{what}, which begins {:?}", shown(&begins)) }
}

/// Short, and on one line.
fn shown(text: &str) -> String {
    text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
