//! Token exchange (RFC 8693): a presented bearer token becomes a [`Passport`].
//!
//! Knows nothing of inbound requests; the statuses at the edge are decided by the layer.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::digest::{Context, SHA256};
use core_client::error::{DecodeError, DecodeReason, Error, ErrorCode};
use core_client::http::Token;
use form_urlencoded::Serializer;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use super::passport::{Passport, PassportError};
use super::refresh::TokenPair;
use crate::context::RequestContext;

/// Turns presented tokens into passports. Clones of an implementation share caches.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait TokenExchange: fmt::Debug + Send + Sync {
    /// Exchanges one token for one scope.
    ///
    /// # Errors
    ///
    /// [`ExchangeError`], classed by who can do something about it.
    ///
    /// # Cancel safety
    ///
    /// A dropped call has no effect beyond a request that may have been sent; exchanging again is harmless.
    async fn exchange(&self, request: &ExchangeRequest) -> Result<Arc<Passport>, ExchangeError>;
}

/// A token to exchange, and the scope it is wanted for.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct ExchangeRequest {
    /// The token as the caller presented it.
    pub token: SecretString,
    /// Organization of the route.
    pub organization: Option<String>,
    /// Project of the route; needs the organization.
    pub project: Option<String>,
    /// Who the passport is for, when that has to be narrowed.
    pub audience: Option<String>,
    /// The resource it is for: an absolute URI without fragment.
    pub resource: Option<String>,
    /// Trace, and the certificate of the caller to relay.
    pub context: RequestContext,
}

/// Why there is no passport.
#[non_exhaustive]
#[derive(Clone, Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The identity service does not accept the token.
    #[error("the identity service does not accept the token")]
    Unauthorized,
    /// The token is good, but not for this organization or project.
    #[error("the token is not valid for the requested scope")]
    Forbidden,
    /// The identity service answered something else than a passport or a known refusal.
    #[error("the identity service answered the token exchange with status {}", .0.as_u16())]
    Failed(StatusCode),
    /// The answer is not JSON.
    #[error("the answer to the token exchange is not valid")]
    InvalidResponse,
    /// The answer holds no token.
    #[error("the answer to the token exchange holds no token")]
    MissingToken,
    /// The identity service could not be asked. Asking later may work.
    #[error("the identity service could not be asked")]
    Unavailable(#[source] Option<Error>),
    /// The exchange worked, and the passport it gave cannot be used.
    #[error("the passport cannot be used")]
    Passport(#[source] PassportError),
    /// The keys to verify the passport with could not be had.
    #[error("the keys of the identity service could not be read")]
    Keys(#[source] Error),
    /// A project was given without its organization.
    #[error("a project scope needs its organization")]
    ProjectWithoutOrganization,
}

#[async_trait]
impl<E: TokenExchange + ?Sized> TokenExchange for Arc<E> {
    async fn exchange(&self, request: &ExchangeRequest) -> Result<Arc<Passport>, ExchangeError> {
        (**self).exchange(request).await
    }
}

// === impl ExchangeRequest ===

impl ExchangeRequest {
    /// A token for no particular scope.
    #[must_use]
    pub fn new(token: SecretString) -> Self {
        Self {
            token,
            organization: None,
            project: None,
            audience: None,
            resource: None,
            context: RequestContext::new(),
        }
    }

    /// Sets the scope of the route. Empty values are absent.
    #[must_use]
    pub fn with_scope(mut self, organization: Option<&str>, project: Option<&str>) -> Self {
        let present = |id: Option<&str>| id.filter(|id| !id.is_empty()).map(str::to_owned);
        self.organization = present(organization);
        self.project = present(project);
        self
    }

    /// Sets trace and certificate to relay.
    #[must_use]
    pub fn with_context(mut self, context: RequestContext) -> Self {
        self.context = context;
        self
    }

    /// Sets who the passport is for.
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sets the resource the passport is for.
    #[must_use]
    pub fn with_resource(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// The body of the exchange, `application/x-www-form-urlencoded`. Holds the token: treat it as a secret.
    pub(super) fn form(&self) -> Result<SecretString, ExchangeError> {
        if self.project.is_some() && self.organization.is_none() {
            return Err(ExchangeError::ProjectWithoutOrganization);
        }
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
            .append_pair("requested_token_type", "urn:nscale:params:oauth:token-type:passport")
            .append_pair("subject_token", self.token.expose_secret())
            .append_pair("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
        for (name, value) in [
            ("x_organization_id", &self.organization),
            ("x_project_id", &self.project),
            ("audience", &self.audience),
            ("resource", &self.resource),
        ] {
            if let Some(value) = value {
                form.append_pair(name, value);
            }
        }
        Ok(SecretString::from(form.finish()))
    }

    /// Names the outcome of this request in a cache: token, scope and the certificate that was presented with it, since a
    /// token can be bound to one. A digest, so that a cache never holds tokens.
    pub(super) fn key(&self) -> ExchangeKey {
        let parts = [
            Some(self.token.expose_secret().as_bytes()),
            self.organization.as_deref().map(str::as_bytes),
            self.project.as_deref().map(str::as_bytes),
            self.audience.as_deref().map(str::as_bytes),
            self.resource.as_deref().map(str::as_bytes),
            self.context.certificate().map(|certificate| certificate.header().as_bytes()),
        ];
        let mut digest = Context::new(&SHA256);
        for part in parts {
            digest.update(&[u8::from(part.is_some())]);
            let part = part.unwrap_or_default();
            digest.update(&(part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let mut key = [0; 32];
        key.copy_from_slice(digest.finish().as_ref());
        ExchangeKey(key)
    }
}

/// See [`ExchangeRequest::key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ExchangeKey([u8; 32]);

// === impl ExchangeError ===

impl ExchangeError {
    /// Whether the identity service said no, so that asking again right away is useless.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            Self::Unauthorized | Self::Forbidden | Self::ProjectWithoutOrganization => true,
            Self::Failed(status) => status.is_client_error(),
            Self::InvalidResponse | Self::MissingToken | Self::Unavailable(_) | Self::Passport(_) | Self::Keys(_) => {
                false
            }
        }
    }

    /// The class of an answer that is not a success.
    pub(super) fn classify(status: StatusCode, code: Option<&ErrorCode>) -> Self {
        match (status.as_u16(), code) {
            (401, _) => Self::Unauthorized,
            (400, Some(ErrorCode::InvalidScope)) => Self::Forbidden,
            (500.., _) => Self::Unavailable(None),
            _ => Self::Failed(status),
        }
    }
}

/// The members of a token answer this crate reads.
#[derive(serde::Deserialize)]
pub(super) struct TokenAnswer {
    #[serde(default, deserialize_with = "secret")]
    pub(super) access_token: Option<SecretString>,
    pub(super) expires_in: Option<i64>,
    #[serde(default, deserialize_with = "secret")]
    pub(super) refresh_token: Option<SecretString>,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.filter(|text| !text.is_empty()).map(SecretString::from))
}

impl TokenAnswer {
    /// The token of a successful exchange.
    pub(super) fn passport(body: &[u8]) -> Result<SecretString, ExchangeError> {
        let answer: Self = serde_json::from_slice(body).map_err(|_| ExchangeError::InvalidResponse)?;
        answer.access_token.ok_or(ExchangeError::MissingToken)
    }

    /// A token and how long it lives.
    pub(super) fn token(body: &[u8]) -> Result<(Token, SignedDuration), Error> {
        let answer = Self::decode(body)?;
        let token = answer.access_token.ok_or_else(|| lacks("access_token"))?;
        Ok((Token::new(token), lifetime(answer.expires_in)))
    }

    /// A new pair, obtained at `now`.
    pub(super) fn pair(body: &[u8], now: Timestamp) -> Result<TokenPair, Error> {
        let answer = Self::decode(body)?;
        let access = answer.access_token.ok_or_else(|| lacks("access_token"))?;
        let refresh = answer.refresh_token.ok_or_else(|| lacks("refresh_token"))?;
        let expires_at = now.checked_add(lifetime(answer.expires_in)).unwrap_or(Timestamp::MAX);
        Ok(TokenPair::new(access, refresh, expires_at))
    }

    fn decode(body: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(body).map_err(|error| DecodeError::json(Some(StatusCode::OK), body, &error).into())
    }
}

fn lacks(member: &str) -> Error {
    DecodeError::new(Some(StatusCode::OK), DecodeReason::MissingMember(member.to_owned())).into()
}

/// A token that does not say how long it lives is not kept.
fn lifetime(expires_in: Option<i64>) -> SignedDuration {
    SignedDuration::from_secs(expires_in.unwrap_or(0).max(0))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use http::HeaderValue;
    use serde::Deserialize;

    use super::*;
    use crate::context::RelayedCertificate;

    fn request(token: &str) -> ExchangeRequest {
        ExchangeRequest::new(SecretString::from(token))
    }

    #[test]
    fn the_form_is_the_one_of_the_vector() {
        #[derive(Deserialize)]
        struct Vectors {
            token_exchange: Vector,
        }
        #[derive(Deserialize)]
        struct Vector {
            form: String,
        }
        let vectors: Vectors = serde_json::from_str(include_str!("../../tests/data/vectors.json")).unwrap();
        let form = request("raw-token").with_scope(Some("org-1"), Some("proj-1")).form().unwrap();
        assert_eq!(form.expose_secret(), vectors.token_exchange.form);
    }

    #[test]
    fn optional_fields_appear_only_when_given() {
        let form =
            request("t").with_audience("a").with_resource("https://r").with_scope(Some(""), None).form().unwrap();
        let fields: BTreeMap<_, _> = form_urlencoded::parse(form.expose_secret().as_bytes()).into_owned().collect();
        assert_eq!(fields["audience"], "a");
        assert_eq!(fields["resource"], "https://r");
        assert!(!fields.contains_key("x_organization_id") && !fields.contains_key("x_project_id"));
    }

    #[test]
    fn a_project_without_organization_is_refused_before_anything_is_sent() {
        let error = request("t").with_scope(None, Some("p")).form().unwrap_err();
        assert!(matches!(error, ExchangeError::ProjectWithoutOrganization));
    }

    #[test]
    fn keys_separate_token_scope_and_certificate_and_forge_no_boundary() {
        let certificate = RelayedCertificate::new(HeaderValue::from_static("pem"));
        let requests = [
            request("t"),
            request("t2"),
            request("t").with_scope(Some("o"), None),
            request("t").with_scope(Some("o"), Some("p")),
            request("t").with_scope(Some("op"), None),
            request("to"),
            request("t").with_audience("o"),
            request("t").with_resource("o"),
            request("t").with_context(RequestContext::new().with_certificate(certificate)),
        ];
        for (index, first) in requests.iter().enumerate() {
            assert_eq!(first.key(), first.clone().key());
            for second in &requests[index + 1..] {
                assert_ne!(first.key(), second.key(), "{first:?} {second:?}");
            }
        }
    }

    #[test]
    fn answers_are_classed_as_the_original_classes_them() {
        let classify = |status: u16, code: Option<&str>| {
            let code = code.map(ErrorCode::from);
            ExchangeError::classify(StatusCode::from_u16(status).unwrap(), code.as_ref())
        };
        assert!(matches!(classify(401, None), ExchangeError::Unauthorized));
        assert!(matches!(classify(401, Some("invalid_scope")), ExchangeError::Unauthorized));
        assert!(matches!(classify(400, Some("invalid_scope")), ExchangeError::Forbidden));
        assert!(matches!(classify(400, Some("invalid_grant")), ExchangeError::Failed(_)));
        assert!(matches!(classify(400, None), ExchangeError::Failed(_)));
        assert!(matches!(classify(403, None), ExchangeError::Failed(_)));
        for status in [201, 204, 302, 404, 429] {
            assert!(matches!(classify(status, None), ExchangeError::Failed(_)), "{status}");
        }
        for status in [500, 502, 503, 504] {
            assert!(matches!(classify(status, None), ExchangeError::Unavailable(None)), "{status}");
        }
    }

    #[test]
    fn a_success_needs_json_with_a_token() {
        assert_eq!(TokenAnswer::passport(br#"{"access_token":"p"}"#).unwrap().expose_secret(), "p");
        assert!(matches!(TokenAnswer::passport(b"<html>"), Err(ExchangeError::InvalidResponse)));
        for body in [&br#"{}"#[..], br#"{"access_token":""}"#, br#"{"access_token":null}"#] {
            assert!(matches!(TokenAnswer::passport(body), Err(ExchangeError::MissingToken)));
        }
    }

    #[test]
    fn a_request_does_not_show_its_token() {
        assert!(!format!("{:?}", request("hunter2")).contains("hunter2"));
    }
}
