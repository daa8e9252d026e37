//! One request to one API server, with a deadline: written, sent, and its answer read to the end. Knows nothing of what it is for.

use std::fmt::Write as _;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER, WARNING};
use http::{HeaderMap, Method, Request, StatusCode};
use kube::Client;
use kube::client::Body;
use kube::core::ApiResource;
use kube::core::response::Status;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Where an object is served.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) resource: &'a ApiResource,
    pub(super) namespace: Option<&'a str>,
    pub(super) name: &'a str,
}

/// A request, ready to be sent any number of times.
#[derive(Clone)]
pub(super) struct Call {
    method: Method,
    path: String,
    content_type: Option<&'static str>,
    body: Vec<u8>,
}

/// An answer that is no refusal.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) warnings: Vec<String>,
    body: Vec<u8>,
}

/// Why there is no answer, or which refusal it is.
#[derive(Debug)]
pub(super) struct CallError {
    pub(super) error: kube::Error,
    /// How long the server asks to wait.
    pub(super) retry_after: Option<Duration>,
    /// Which priority level of the API server had no room, and for which flow schema, as it says itself.
    ///
    /// Source: `pkg/server/filters/priority-and-fairness.go` of k8s.io/apiserver.
    pub(super) level: Option<String>,
}

/// Parameters of a write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writing<'a> {
    pub(super) manager: &'a str,
    pub(super) validation: &'static str,
    pub(super) dry_run: bool,
}

impl Place<'_> {
    fn collection(&self) -> String {
        let ApiResource { group, version, plural, .. } = self.resource;
        let mut path = if group.is_empty() {
            format!("/api/{}", segment(version))
        } else {
            format!("/apis/{}/{}", segment(group), segment(version))
        };
        if let Some(namespace) = self.namespace {
            path.push_str("/namespaces/");
            path.push_str(&segment(namespace));
        }
        path.push('/');
        path.push_str(&segment(plural));
        path
    }

    fn object(&self) -> String {
        format!("{}/{}", self.collection(), segment(self.name))
    }
}

impl Writing<'_> {
    fn query(&self) -> String {
        let mut query = format!("?fieldManager={}&fieldValidation={}", segment(self.manager), self.validation);
        if self.dry_run {
            query.push_str("&dryRun=All");
        }
        query
    }
}

impl Call {
    fn new(method: Method, path: String, body: Option<(&'static str, &Value)>) -> Self {
        // A value that came from JSON or from strings can always be written.
        let written = body.map(|(_, body)| serde_json::to_vec(body).unwrap_or_default()).unwrap_or_default();
        Self { method, path, content_type: body.map(|(content_type, _)| content_type), body: written }
    }

    pub(super) fn get(place: Place<'_>) -> Self {
        Self::new(Method::GET, place.object(), None)
    }

    /// Server-side apply.
    pub(super) fn apply(place: Place<'_>, writing: Writing<'_>, force: bool, body: &Value) -> Self {
        let path = format!("{}{}&force={force}", place.object(), writing.query());
        Self::new(Method::PATCH, path, Some(("application/apply-patch+yaml", body)))
    }

    pub(super) fn json_patch(place: Place<'_>, writing: Writing<'_>, patch: &Value) -> Self {
        let path = format!("{}{}", place.object(), writing.query());
        Self::new(Method::PATCH, path, Some(("application/json-patch+json", patch)))
    }

    pub(super) fn merge_patch(place: Place<'_>, writing: Writing<'_>, patch: &Value) -> Self {
        let path = format!("{}{}", place.object(), writing.query());
        Self::new(Method::PATCH, path, Some(("application/merge-patch+json", patch)))
    }

    pub(super) fn create(place: Place<'_>, writing: Writing<'_>, body: &Value) -> Self {
        let path = format!("{}{}", place.collection(), writing.query());
        Self::new(Method::POST, path, Some(("application/json", body)))
    }

    pub(super) fn replace(place: Place<'_>, writing: Writing<'_>, body: &Value) -> Self {
        let path = format!("{}{}", place.object(), writing.query());
        Self::new(Method::PUT, path, Some(("application/json", body)))
    }

    pub(super) fn delete(place: Place<'_>, options: &Value) -> Self {
        Self::new(Method::DELETE, place.object(), Some(("application/json", options)))
    }

    /// Sends it and reads the answer.
    ///
    /// # Cancel safety
    /// Dropping it abandons the request; whether the server carried it out is not known then.
    pub(super) async fn send(&self, client: &Client, timeout: Duration) -> Result<Answer, CallError> {
        let mut request =
            Request::builder().method(self.method.clone()).uri(&self.path).header(ACCEPT, "application/json");
        if let Some(content_type) = self.content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let request =
            request.body(Body::from(self.body.clone())).map_err(kube::Error::HttpError).map_err(CallError::from)?;
        let exchange = async {
            let response = client.send(request).await?;
            let (head, body) = response.into_parts();
            Ok::<_, kube::Error>((head, body.collect_bytes().await?))
        };
        let (head, body) = match tokio::time::timeout(timeout, exchange).await {
            Ok(answered) => answered.map_err(CallError::from)?,
            Err(_) => return Err(CallError::unanswered(timeout)),
        };
        if head.status.is_success() {
            return Ok(Answer { status: head.status, warnings: warnings(&head.headers), body: body.to_vec() });
        }
        Err(refusal(head.status, &head.headers, &body))
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body may hold secrets.
        f.debug_struct("Call").field("method", &self.method).field("path", &self.path).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Answer {
    /// The part of the answer that `T` names.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, CallError> {
        serde_json::from_slice(&self.body).map_err(kube::Error::SerdeError).map_err(CallError::from)
    }
}

impl From<kube::Error> for CallError {
    fn from(error: kube::Error) -> Self {
        Self { error, retry_after: None, level: None }
    }
}

impl CallError {
    fn unanswered(timeout: Duration) -> Self {
        let error = std::io::Error::new(std::io::ErrorKind::TimedOut, format!("no answer within {timeout:?}"));
        Self::from(kube::Error::Service(error.into()))
    }

    /// What the server said, if it was the server that refused.
    #[cfg(test)]
    pub(super) fn status(&self) -> Option<&Status> {
        match &self.error {
            kube::Error::Api(status) => Some(status),
            _ => None,
        }
    }
}

fn refusal(code: StatusCode, headers: &HeaderMap, body: &[u8]) -> CallError {
    let status =
        serde_json::from_slice::<Status>(body).ok().filter(|status| status.code != 0 || !status.reason.is_empty());
    // Somebody on the way may have answered, in words of its own that are none of ours to repeat.
    let mut status = status.unwrap_or_else(|| Status::failure("the answer is not that of an API server", ""));
    if status.code == 0 || !(400..600).contains(&status.code) {
        status.code = code.as_u16();
    }
    let asked = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|value| value.parse().ok());
    let said =
        status.details.as_ref().map(|details| u64::from(details.retry_after_seconds)).filter(|seconds| *seconds > 0);
    let level = if code == StatusCode::TOO_MANY_REQUESTS { level(headers) } else { None };
    CallError { retry_after: asked.or(said).map(Duration::from_secs), error: kube::Error::Api(Box::new(status)), level }
}

/// What API Priority and Fairness says of a request: by UIDs, and nothing else is believed.
fn level(headers: &HeaderMap) -> Option<String> {
    const LONGEST: usize = 64;
    let uid = |name: &str| {
        let uid = headers.get(name)?.to_str().ok()?;
        let plain = uid.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (plain && !uid.is_empty() && uid.len() <= LONGEST).then_some(uid)
    };
    let level = uid("x-kubernetes-pf-prioritylevel-uid")?;
    let schema = uid("x-kubernetes-pf-flowschema-uid").unwrap_or("unknown");
    Some(format!("priority level {level} (flow schema {schema})"))
}

/// The texts of `Warning` headers: `299 - "text"`.
///
/// Source: RFC 7234, section 5.5, as apimachinery `util/net/http.go` reads it.
fn warnings(headers: &HeaderMap) -> Vec<String> {
    headers.get_all(WARNING).iter().filter_map(|value| warning(value.to_str().ok()?)).collect()
}

fn warning(header: &str) -> Option<String> {
    let quoted = header.split_once('"')?.1;
    let mut text = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next()? {
            '"' => return Some(text),
            '\\' => text.push(characters.next()?),
            other => text.push(other),
        }
    }
}

/// A segment of a path, or a value of a query.
fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            write!(out, "%{byte:02X}").unwrap_or_default();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use kube::core::GroupVersionKind;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_apply_is_a_patch_under_our_name() {
        let resource =
            ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("apps", "v1", "Deployment"), "deployments");
        let place = Place { resource: &resource, namespace: Some("app"), name: "web" };
        let writing = Writing { manager: "mooring/test", validation: "Strict", dry_run: true };
        let call = Call::apply(place, writing, false, &json!({}));
        assert_eq!(call.method, Method::PATCH);
        assert_eq!(
            call.path,
            "/apis/apps/v1/namespaces/app/deployments/web?fieldManager=mooring%2Ftest&fieldValidation=Strict&dryRun=All&force=false"
        );
        assert_eq!(call.content_type, Some("application/apply-patch+yaml"));
    }

    #[test]
    fn a_name_cannot_leave_its_place() {
        let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("", "v1", "Secret"), "secrets");
        let place = Place { resource: &resource, namespace: None, name: "a/../b?c" };
        assert_eq!(Call::get(place).path, "/api/v1/secrets/a%2F..%2Fb%3Fc");
    }

    #[test]
    fn warnings_are_unquoted() {
        let mut headers = HeaderMap::new();
        headers.append(WARNING, r#"299 - "unknown field \"spec.x\"""#.parse().unwrap());
        headers.append(WARNING, "nonsense".parse().unwrap());
        assert_eq!(warnings(&headers), [r#"unknown field "spec.x""#]);
    }

    #[test]
    fn an_answer_from_somebody_on_the_way_is_a_refusal_without_its_text() {
        let refused = refusal(StatusCode::BAD_GATEWAY, &HeaderMap::new(), b"<html>sentinel</html>");
        assert_eq!(refused.status().map(|status| status.code), Some(502));
        assert!(!format!("{refused:?}").contains("sentinel"));
    }

    #[test]
    fn a_pause_is_read_from_the_header_or_the_status() {
        let body = br#"{"kind":"Status","code":429,"reason":"TooManyRequests","details":{"retryAfterSeconds":7}}"#;
        let refused = refusal(StatusCode::TOO_MANY_REQUESTS, &HeaderMap::new(), body);
        assert_eq!(refused.retry_after, Some(Duration::from_secs(7)));
        let headers = HeaderMap::from_iter([(RETRY_AFTER, "2".parse().unwrap())]);
        assert_eq!(refusal(StatusCode::TOO_MANY_REQUESTS, &headers, body).retry_after, Some(Duration::from_secs(2)));
    }

    #[test]
    fn who_had_no_room_is_told_by_the_headers_of_a_429_alone() {
        let headers = |level: &'static str| {
            HeaderMap::from_iter([
                ("x-kubernetes-pf-prioritylevel-uid".parse::<http::HeaderName>().unwrap(), level.parse().unwrap()),
                ("x-kubernetes-pf-flowschema-uid".parse().unwrap(), "f-1".parse().unwrap()),
            ])
        };
        let said = |code, level| refusal(code, &headers(level), b"{}").level;
        let expected = "priority level l-1 (flow schema f-1)";
        assert_eq!(said(StatusCode::TOO_MANY_REQUESTS, "l-1").as_deref(), Some(expected));
        assert_eq!(said(StatusCode::SERVICE_UNAVAILABLE, "l-1"), None);
        assert_eq!(said(StatusCode::TOO_MANY_REQUESTS, "<b>l</b>"), None);
    }

    #[test]
    fn a_request_does_not_show_its_body() {
        let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("", "v1", "Secret"), "secrets");
        let place = Place { resource: &resource, namespace: Some("app"), name: "s" };
        let writing = Writing { manager: "m", validation: "Strict", dry_run: false };
        let call = Call::create(place, writing, &json!({"data": {"key": "sentinel"}}));
        assert!(!format!("{call:?}").contains("sentinel"));
    }
}
