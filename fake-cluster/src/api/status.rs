//! The `Status` object: how a Kubernetes API server says no, word for word.
//!
//! The constructors mirror `k8s.io/apimachinery/pkg/api/errors`; they know nothing of requests or storage.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::cause::quote;

/// One reason why a request was refused, pointing at a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StatusCause {
    /// The machine-readable reason, such as `FieldValueInvalid`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The human-readable reason.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The path of the field.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
}

/// A refusal, as the API server sends it.
#[derive(Clone, Debug)]
pub struct Status(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    code: u16,
    reason: &'static str,
    message: String,
    name: String,
    group: String,
    kind: String,
    uid: String,
    causes: Vec<StatusCause>,
    retry_after_seconds: u64,
    continue_token: String,
    /// Whether `details` is there even if it is empty.
    details: bool,
    warnings: Vec<String>,
    /// The whole of it, as a webhook told it.
    told: Option<Value>,
}

// === impl StatusCause ===

impl StatusCause {
    /// A cause.
    pub fn new(reason: impl Into<String>, message: impl Into<String>, field: impl Into<String>) -> Self {
        Self { reason: reason.into(), message: message.into(), field: field.into() }
    }
}

// === impl Status ===

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Status {}

impl Status {
    fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            reason,
            message: message.into(),
            name: String::new(),
            group: String::new(),
            kind: String::new(),
            uid: String::new(),
            causes: Vec::new(),
            retry_after_seconds: 0,
            continue_token: String::new(),
            details: false,
            warnings: Vec::new(),
            told: None,
        }))
    }

    fn about(mut self, group: &str, kind: &str, name: &str) -> Self {
        self.0.group = group.into();
        self.0.kind = kind.into();
        self.0.name = name.into();
        self
    }

    /// 404: the object does not exist.
    pub fn not_found(group: &str, resource: &str, name: &str) -> Self {
        let message = format!("{} {} not found", qualified(group, resource), quote(name));
        Self::new(404, "NotFound", message).about(group, resource, name)
    }

    /// 409: an object of that name exists, which perhaps was generated.
    pub(super) fn already_exists(group: &str, resource: &str, name: &str, generated: bool) -> Self {
        let mut message = format!("{} {} already exists", qualified(group, resource), quote(name));
        if generated {
            message.push_str(", the server was not able to generate a unique name for the object");
        }
        let status = Self::new(409, "AlreadyExists", message).about(group, resource, name);
        if generated { status.with_retry_after(1) } else { status }
    }

    /// 409: the write was computed from another state than the stored one.
    pub fn conflict(group: &str, resource: &str, name: &str, why: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {} {}: {why}", qualified(group, resource), quote(name));
        Self::new(409, "Conflict", message).about(group, resource, name)
    }

    /// 409: the object changed since it was read.
    pub fn modified(group: &str, resource: &str, name: &str) -> Self {
        let why = "the object has been modified; please apply your changes to the latest version and try again";
        Self::conflict(group, resource, name, why)
    }

    /// 409: other managers own fields of an apply.
    pub fn apply_conflict(message: impl Into<String>, causes: Vec<StatusCause>) -> Self {
        Self::new(409, "Conflict", message).with_causes(causes)
    }

    /// 403: the authorizer or an admission rule said no.
    pub fn forbidden(group: &str, resource: &str, name: &str, why: &str) -> Self {
        let message = match (resource.is_empty(), name.is_empty()) {
            (true, _) => format!("forbidden: {why}"),
            (false, true) => format!("{} is forbidden: {why}", qualified(group, resource)),
            (false, false) => format!("{} {} is forbidden: {why}", qualified(group, resource), quote(name)),
        };
        Self::new(403, "Forbidden", message).about(group, resource, name)
    }

    /// 401: the credentials were missing, unknown or expired.
    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    /// 400.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 422: fields of the object are not valid.
    pub fn invalid(group: &str, kind: &str, name: &str, causes: Vec<StatusCause>) -> Self {
        let message = match causes.as_slice() {
            [] => format!("{} {} is invalid", qualified(group, kind), quote(name)),
            [one] => format!("{} {} is invalid: {}", qualified(group, kind), quote(name), spelled(one)),
            many => {
                let mut all: Vec<_> = Vec::with_capacity(many.len());
                for text in many.iter().map(spelled) {
                    if !all.contains(&text) {
                        all.push(text);
                    }
                }
                match all.as_slice() {
                    [one] => format!("{} {} is invalid: {one}", qualified(group, kind), quote(name)),
                    all => format!("{} {} is invalid: [{}]", qualified(group, kind), quote(name), all.join(", ")),
                }
            }
        };
        Self::new(422, "Invalid", message).about(group, kind, name).with_causes(causes)
    }

    /// What the real server's router says by itself, with empty details.
    pub(super) fn generic(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        let mut status = Self::new(code, reason, message);
        status.0.details = true;
        status
    }

    /// A failure that the real server did not foresee: a message without a reason.
    pub(super) fn bare(code: u16, message: impl Into<String>) -> Self {
        Self::new(code, "", message)
    }

    /// 404: the path leads nowhere.
    pub fn no_such_path() -> Self {
        Self::generic(404, "NotFound", "the server could not find the requested resource")
    }

    /// 405, from the router.
    pub fn method_not_allowed() -> Self {
        Self::generic(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    }

    /// 405, from the handler of a resource.
    pub(super) fn method_not_supported(group: &str, resource: &str, qualified: &str, verb: &str) -> Self {
        let message = format!("{verb} is not supported on resources of kind {}", quote(qualified));
        Self::new(405, "MethodNotAllowed", message).about(group, resource, "")
    }

    /// 406: no representation that the client accepts.
    pub fn not_acceptable(accepted: &[&str]) -> Self {
        let message = format!("only the following media types are accepted: {}", accepted.join(", "));
        Self::new(406, "NotAcceptable", message)
    }

    /// 406 for another reason.
    pub(super) fn not_acceptable_because(message: impl Into<String>) -> Self {
        Self::new(406, "NotAcceptable", message)
    }

    /// 415: the body is in a format that is not understood.
    pub fn unsupported_media_type(accepted: &[&str]) -> Self {
        let message = format!(
            "the body of the request was in an unknown format - accepted media types include: {}",
            accepted.join(", ")
        );
        Self::new(415, "UnsupportedMediaType", message)
    }

    /// 410: the revision asked for is compacted.
    pub fn expired(message: impl Into<String>) -> Self {
        Self::new(410, "Expired", message)
    }

    /// 413.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(413, "RequestEntityTooLarge", message)
    }

    /// 429, with the seconds after which to try again.
    pub fn too_many_requests(message: impl Into<String>, retry_after_seconds: u64) -> Self {
        let mut status = Self::new(429, "TooManyRequests", message);
        status.0.retry_after_seconds = retry_after_seconds;
        status
    }

    /// 500.
    pub fn internal(message: impl fmt::Display) -> Self {
        let mut status = Self::new(500, "InternalError", format!("Internal error occurred: {message}"));
        status.0.causes.push(StatusCause::new("", message.to_string(), ""));
        status
    }

    /// 504 with a reason of its own: the revision asked for is not reached yet.
    pub fn revision_too_large(asked: u64, current: u64) -> Self {
        let message = format!("Timeout: Too large resource version: {asked}, current: {current}");
        let mut status = Self::new(504, "Timeout", message);
        status.0.retry_after_seconds = 1;
        status.0.causes.push(StatusCause::new("ResourceVersionTooLarge", "Too large resource version", ""));
        status
    }

    /// 501: a real API server can do this, this one cannot. The message names the limit.
    pub fn not_supported(what: impl fmt::Display) -> Self {
        Self::new(501, "NotImplemented", format!("fake-cluster does not support {what}"))
    }

    /// Any other failure, for faults.
    pub fn other(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, reason, message)
    }

    /// A refusal as a webhook told it, with the message of this server.
    pub(super) fn told(code: u16, message: String, status: Value) -> Self {
        let mut refusal = Self::new(code, known(status["reason"].as_str().unwrap_or_default()), message);
        let seconds = status["details"]["retryAfterSeconds"].as_u64();
        refusal.0.retry_after_seconds = seconds.unwrap_or_default();
        refusal.0.told = Some(status);
        refusal
    }

    /// A webhook has to be asked first. This is never shown.
    pub(super) fn unanswered() -> Self {
        Self::new(500, "", "a webhook has to be asked")
    }

    /// Shows `details` even if they are empty.
    #[must_use]
    pub(super) fn with_details(mut self) -> Self {
        self.0.details = true;
        self
    }

    /// Puts something before the message.
    #[must_use]
    pub(super) fn prefixed(mut self, prefix: &str) -> Self {
        self.0.message.insert_str(0, prefix);
        self
    }

    /// Adds the causes.
    #[must_use]
    pub fn with_causes(mut self, causes: Vec<StatusCause>) -> Self {
        self.0.causes = causes;
        self
    }

    /// Adds what the client is warned of besides, in front of what is there.
    #[must_use]
    pub(super) fn with_warnings(mut self, warnings: &[String]) -> Self {
        self.0.warnings.splice(..0, warnings.iter().cloned());
        self
    }

    /// Adds `metadata.continue`.
    #[must_use]
    pub fn with_continue(mut self, token: String) -> Self {
        self.0.continue_token = token;
        self
    }

    /// Adds `details.retryAfterSeconds`, and the `Retry-After` header with it.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after_seconds = seconds;
        self
    }

    /// What the client is warned of besides.
    pub(super) fn warnings(&self) -> &[String] {
        &self.0.warnings
    }

    /// The HTTP status code.
    pub fn code(&self) -> u16 {
        self.0.code
    }

    /// The machine-readable reason.
    pub fn reason(&self) -> &'static str {
        self.0.reason
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The seconds after which to try again; 0 if not said.
    pub fn retry_after_seconds(&self) -> u64 {
        self.0.retry_after_seconds
    }

    /// The `Status` object.
    pub fn to_value(&self) -> Value {
        let inner = &*self.0;
        if let Some(told) = &inner.told {
            let mut status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}});
            for field in ["status", "message", "reason", "details", "code"] {
                if !told[field].is_null() {
                    status[field] = told[field].clone();
                }
            }
            return status;
        }
        let mut metadata = Map::new();
        if !inner.continue_token.is_empty() {
            metadata.insert("continue".into(), json!(inner.continue_token));
        }
        let mut status = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure",
            "message": inner.message, "code": inner.code,
        });
        if !inner.reason.is_empty() {
            status["reason"] = json!(inner.reason);
        }
        let mut details = Map::new();
        for (key, text) in [("name", &inner.name), ("group", &inner.group), ("kind", &inner.kind), ("uid", &inner.uid)]
        {
            if !text.is_empty() {
                details.insert(key.into(), json!(text));
            }
        }
        if !inner.causes.is_empty() {
            details.insert("causes".into(), json!(inner.causes));
        }
        if inner.retry_after_seconds != 0 {
            details.insert("retryAfterSeconds".into(), json!(inner.retry_after_seconds));
        }
        if inner.details || !details.is_empty() {
            status["details"] = Value::Object(details);
        }
        status
    }
}

/// One of the reasons that this server knows too, or nothing.
fn known(reason: &str) -> &'static str {
    const REASONS: [&str; 15] = [
        "Unauthorized",
        "Forbidden",
        "NotFound",
        "AlreadyExists",
        "Conflict",
        "Gone",
        "Invalid",
        "Timeout",
        "TooManyRequests",
        "BadRequest",
        "MethodNotAllowed",
        "NotAcceptable",
        "RequestEntityTooLarge",
        "InternalError",
        "ServiceUnavailable",
    ];
    REASONS.into_iter().find(|known| *known == reason).unwrap_or_default()
}

/// The success `Status` that a delete is answered with.
pub(crate) fn deleted(group: &str, resource: &str, name: &str, uid: &str) -> Value {
    let mut details = Map::new();
    for (key, text) in [("name", name), ("group", group), ("kind", resource), ("uid", uid)] {
        if !text.is_empty() {
            details.insert(key.into(), json!(text));
        }
    }
    json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details })
}

/// `resource` or `resource.group`.
pub(crate) fn qualified(group: &str, resource: &str) -> String {
    if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") }
}

fn spelled(cause: &StatusCause) -> String {
    if cause.field.is_empty() { cause.message.clone() } else { format!("{}: {}", cause.field, cause.message) }
}
