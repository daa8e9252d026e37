//! Reads answers: successes whole, refusals by shape, both bounded. Knows nothing of retries.
//!
//! A refusal is understood by what its body looks like and not by what the operation documents: the services' own errors, RFC 9457
//! problems, and anything an ingress, a proxy or a crashed process may send instead.

use std::fmt;

use ::http::response::Parts;
use ::http::{HeaderMap, Response, StatusCode, header};
use bytes::Bytes;
use hyper::body::Body;
use serde_json::Value;
use tokio::time::Sleep;

use super::body::{self, Broken, End, Inflow};
use crate::error::{DecodeError, DecodeReason, ErrorBody, ErrorCode, ServiceError};

/// How much of a refusal's body is read, in bytes.
const REFUSAL_BYTES: usize = 64 * 1024;

/// How much of a body that makes no sense is kept, in bytes.
const PREFIX_BYTES: usize = 1024;

/// Longest code that is believed to be one, in bytes.
const CODE_BYTES: usize = 128;

/// A success.
pub(super) type Answer = Response<Content>;

/// The body of a success.
pub(super) enum Content {
    /// All of it.
    Whole(Bytes),
    /// It has yet to come; the timer of the call goes with it.
    Flowing(Inflow<Box<Sleep>>),
}

/// Whether a body with these headers is JSON, as far as they say. Answers without a content type count: some proxies strip it.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return true };
    if value == "application/json" {
        return true;
    }
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

/// Reads the body of a success to its end, unless it has more than `limit` bytes.
pub(super) async fn whole<B>(body: &mut B, status: StatusCode, limit: usize) -> Result<Bytes, DecodeError>
where
    B: Body<Data = Bytes, Error = Broken> + Unpin,
{
    let failed = |reason| DecodeError::new(Some(status), reason);
    if body.size_hint().lower() > limit as u64 {
        return Err(failed(DecodeReason::TooLarge));
    }
    let read = body::read(body, limit).await;
    match read.end {
        End::Whole => Ok(read.bytes),
        End::TooLarge => Err(failed(DecodeReason::TooLarge)),
        End::Broken(Broken::TimedOut) => Err(failed(DecodeReason::TimedOut)),
        End::Broken(Broken::Connection(error)) => Err(failed(DecodeReason::Truncated).with_source(error)),
    }
}

/// Reads a refusal. Never fails: what cannot be read is left out, the status and the headers are there in any case.
pub(super) async fn refusal<B>(head: Parts, mut body: B) -> ServiceError
where
    B: Body<Data = Bytes, Error = Broken> + Unpin,
{
    let read = body::read(&mut body, REFUSAL_BYTES).await;
    understand(head.status, head.headers, &read.bytes).with_raw_body(read.bytes)
}

/// What a refusal says. Pure.
pub(super) fn understand(status: StatusCode, headers: HeaderMap, body: &[u8]) -> ServiceError {
    let error = ServiceError::new(status).with_headers(headers);
    match serde_json::from_slice(body).ok().and_then(|value| by_shape(&value)) {
        Some(body) => error.with_body(body),
        None => error.with_body_prefix(prefix(body)),
    }
}

fn by_shape(body: &Value) -> Option<ErrorBody> {
    let text = |name: &str| body.get(name)?.as_str();
    let code = text("error").filter(|code| !code.is_empty() && code.len() <= CODE_BYTES);
    // The services' own member, then those of RFC 9457 problems, then what frameworks commonly write.
    let description = ["error_description", "detail", "title", "message"].iter().find_map(|name| text(name));
    if code.is_none() && description.is_none() {
        return None;
    }
    let body = ErrorBody::new(ErrorCode::from(code.unwrap_or_default()), description.unwrap_or_default());
    Some(match text("trace_id") {
        Some(trace_id) => body.with_trace_id(trace_id),
        None => body,
    })
}

fn prefix(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(PREFIX_BYTES)]);
    Some(text.into_owned()).filter(|text| !text.is_empty())
}

// === impl Content ===

impl Content {
    /// All of it, up to `limit` bytes.
    pub(super) async fn read(&mut self, status: StatusCode, limit: usize) -> Result<Bytes, DecodeError> {
        match self {
            Self::Whole(bytes) => Ok(bytes.clone()),
            Self::Flowing(body) => whole(body, status, limit).await,
        }
    }
}

impl fmt::Debug for Content {
    /// Never the body: it may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(bytes) => f.debug_tuple("Whole").field(&bytes.len()).finish(),
            Self::Flowing(_) => f.debug_tuple("Flowing").finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
mod tests {
    use ::http::HeaderValue;
    use http_body_util::BodyExt as _;
    use proptest::prelude::*;

    use super::*;

    fn read(status: u16, body: &str) -> ServiceError {
        understand(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), body.as_bytes())
    }

    /// W-28
    #[test]
    fn the_services_own_error_is_read_whatever_the_status() {
        let error = read(418, r#"{"error":"forbidden","error_description":"quota","trace_id":"4bf9","more":[1]}"#);
        assert_eq!(error.status(), StatusCode::IM_A_TEAPOT);
        assert_eq!((error.code(), error.description()), (Some(&ErrorCode::Forbidden), Some("quota")));
        assert_eq!((error.trace_id(), error.body_prefix()), (Some("4bf9"), None));
    }

    #[test]
    fn an_unknown_code_keeps_description_and_trace() {
        let error = read(400, r#"{"error":"brand_new","error_description":"why","trace_id":"7"}"#);
        assert_eq!(error.code(), Some(&ErrorCode::Unknown("brand_new".to_owned())));
        assert_eq!((error.description(), error.trace_id()), (Some("why"), Some("7")));
    }

    #[test]
    fn a_problem_gives_its_detail_and_no_code() {
        let error = read(404, r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"no such network"}"#);
        assert_eq!((error.code(), error.description()), (None, Some("no such network")));
    }

    #[test]
    fn what_is_not_an_error_body_is_kept_as_a_short_prefix() {
        assert_eq!(read(502, "<html>bad gateway").body_prefix(), Some("<html>bad gateway"));
        assert_eq!(read(502, "[1,2]").body_prefix(), Some("[1,2]"));
        assert_eq!(read(502, r#"{"error":{"code":7}}"#).body_prefix(), Some(r#"{"error":{"code":7}}"#));
        assert_eq!(read(502, "").body_prefix(), None);
        assert_eq!(read(502, &"x".repeat(5000)).body_prefix().unwrap().len(), PREFIX_BYTES);
    }

    #[tokio::test]
    async fn a_refusal_of_another_shape_is_there_whole() {
        let body = serde_json::json!({"kind": "Error", "reason": "x".repeat(5000)}).to_string();
        let (head, ()) = Response::builder().status(400).body(()).unwrap().into_parts();
        let sent = http_body_util::Full::new(Bytes::from(body.clone())).map_err(|_| Broken::TimedOut);
        let error = refusal(head, sent).await;
        assert_eq!(error.raw_body(), body.as_bytes());
        assert!(!format!("{error:?}").contains("xxx"));
    }

    #[test]
    fn json_is_told_by_its_content_type() {
        let with = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("content-type", HeaderValue::from_static(text));
            is_json(&headers)
        };
        assert!(is_json(&HeaderMap::new()));
        assert!(
            with("application/json") && with("application/json; charset=utf-8") && with("Application/Problem+JSON")
        );
        assert!(!with("text/html") && !with("application/octet-stream"));
    }

    proptest! {
        #[test]
        fn any_body_is_understood_as_something(body: Vec<u8>) {
            let error = understand(StatusCode::BAD_GATEWAY, HeaderMap::new(), &body);
            prop_assert!(error.body_prefix().is_none_or(|prefix| prefix.len() <= 3 * PREFIX_BYTES));
        }

        #[test]
        fn any_error_body_comes_through(code in "[a-z_]{1,20}", description: String, trace in "[0-9a-f]{1,32}") {
            let body = serde_json::json!({"error": code, "error_description": description, "trace_id": trace});
            let error = read(400, &body.to_string());
            prop_assert_eq!(error.code().map(ErrorCode::as_str), Some(code.as_str()));
            prop_assert_eq!(error.description().unwrap_or_default(), description);
        }
    }
}
