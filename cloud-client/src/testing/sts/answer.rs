//! Answers of STS in its XML, the good ones and the bad ones. Knows nothing of who gets which.

use std::time::Duration;

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;

/// What goes wrong when a test wants it to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StsFault {
    /// Too many calls: 400 `Throttling`, and how long to wait if that is said.
    Throttled(Option<Duration>),
    /// 403 `AccessDenied`, in words that name the caller.
    AccessDenied,
    /// 403 `ExpiredToken`.
    ExpiredToken,
    /// 403 `InvalidClientTokenId`.
    InvalidClientTokenId,
    /// 403 `SignatureDoesNotMatch`, in words that repeat what was signed, as STS does.
    SignatureDoesNotMatch,
    /// 403 `RegionDisabledException`.
    RegionDisabled,
    /// This status, with a page that is no XML.
    Status(u16),
    /// 200 with something that is no answer.
    Gibberish,
    /// 200 with a role's credentials in an account of somebody else's, `999999999999`.
    OtherAccount,
}

/// A refusal: status, code and words.
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) words: String,
    pub(super) retry_after: Option<Duration>,
}

/// Credentials as STS hands them out.
pub(super) struct Issued {
    pub(super) access_key_id: String,
    pub(super) secret: String,
    pub(super) token: String,
    pub(super) expires: Timestamp,
    /// The ARN and the id of the session, for roles.
    pub(super) role: Option<(String, String)>,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, words: impl Into<String>) -> Self {
        Self { status, code, words: words.into(), retry_after: None }
    }

    pub(super) fn into_response(self, request_id: &str) -> Response {
        let kind = if self.status >= 500 { "Receiver" } else { "Sender" };
        let mut response = xml(
            self.status,
            format!(
                "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{kind}</Type><Code>{}</Code><Message>{}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>",
                self.code,
                escaped(&self.words),
            ),
        );
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs()));
        }
        response
    }
}

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub(super) fn credentials(operation: &str, issued: &Issued, request_id: &str) -> Response {
    let role = issued.role.as_ref().map(|(arn, id)| {
        format!("<AssumedRoleUser><AssumedRoleId>{id}</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser>")
    });
    let result = format!(
        "<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey><SessionToken>{}</SessionToken><Expiration>{}</Expiration></Credentials>{}",
        issued.access_key_id,
        issued.secret,
        issued.token,
        issued.expires,
        role.unwrap_or_default(),
    );
    answered(operation, &result, request_id)
}

pub(super) fn identity(arn: &str, account: &str, user: &str, request_id: &str) -> Response {
    let result = format!("<Arn>{arn}</Arn><UserId>{user}</UserId><Account>{account}</Account>");
    answered("GetCallerIdentity", &result, request_id)
}

fn answered(operation: &str, result: &str, request_id: &str) -> Response {
    xml(
        200,
        format!(
            "<{operation}Response xmlns=\"{NAMESPACE}\"><{operation}Result>{result}</{operation}Result><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
        ),
    )
}

fn xml(status: u16, body: String) -> Response {
    page(status, "text/xml", body)
}

pub(super) fn page(status: u16, kind: &'static str, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}

/// `Date`, by the double's clock.
pub(super) fn date(now: Timestamp) -> Option<HeaderValue> {
    HeaderValue::try_from(now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
