//! Why a request is refused, as a Kubernetes Status would say it; knows nothing of HTTP.
use std::fmt;

use serde_json::Value;

use crate::schema::text::quote;

/// One entry of `status.details.causes`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause {
    /// Machine-readable, `FieldValueRequired`.
    pub reason: &'static str,
    /// For people.
    pub message: String,
    /// JSON path of the field, `spec.containers[0].name`; empty when the cause has none.
    pub field: String,
}

impl Cause {
    /// A cause.
    pub fn new(reason: &'static str, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), field: field.into() }
    }
}

/// The causes of the real server's field errors.
impl Cause {
    pub(crate) fn required(field: impl Into<String>, detail: &str) -> Self {
        Self::new("FieldValueRequired", field, with("Required value".to_owned(), detail))
    }

    pub(crate) fn invalid(field: impl Into<String>, value: &Value, detail: &str) -> Self {
        Self::new("FieldValueInvalid", field, with(format!("Invalid value: {}", shown(value)), detail))
    }

    /// As [`Cause::invalid`], with the value as it is to be printed.
    pub(crate) fn invalid_as(field: impl Into<String>, shown: &str, detail: &str) -> Self {
        Self::new("FieldValueInvalid", field, with(format!("Invalid value: {shown}"), detail))
    }

    pub(crate) fn forbidden(field: impl Into<String>, detail: &str) -> Self {
        Self::new("FieldValueForbidden", field, with("Forbidden".to_owned(), detail))
    }

    pub(crate) fn duplicate(field: impl Into<String>, value: &Value) -> Self {
        Self::new("FieldValueDuplicate", field, format!("Duplicate value: {}", shown(value)))
    }

    /// As [`Cause::duplicate`], with the value as it is to be printed, and a reason.
    pub(crate) fn duplicate_as(field: impl Into<String>, shown: &str, detail: &str) -> Self {
        Self::new("FieldValueDuplicate", field, with(format!("Duplicate value: {shown}"), detail))
    }

    pub(crate) fn not_found(field: impl Into<String>, value: &Value) -> Self {
        Self::new("FieldValueNotFound", field, format!("Not found: {}", shown(value)))
    }

    pub(crate) fn not_found_because(field: impl Into<String>, value: &Value, detail: &str) -> Self {
        Self::new("FieldValueNotFound", field, with(format!("Not found: {}", shown(value)), detail))
    }

    pub(crate) fn too_long(field: impl Into<String>, limit: usize) -> Self {
        let unit = if limit == 1 { "byte" } else { "bytes" };
        Self::new("FieldValueTooLong", field, format!("Too long: may not be more than {limit} {unit}"))
    }

    pub(crate) fn too_many(field: impl Into<String>, count: i64, limit: i64) -> Self {
        let unit = if limit == 1 { "item" } else { "items" };
        Self::new("FieldValueTooMany", field, format!("Too many: {count}: must have at most {limit} {unit}"))
    }

    /// `allowed` in the order in which it is printed.
    pub(crate) fn not_supported(field: impl Into<String>, value: &Value, allowed: &[&str]) -> Self {
        Self::not_supported_as(field, &shown(value), allowed)
    }

    /// As [`Cause::not_supported`], with the value as it is to be printed.
    pub(crate) fn not_supported_as(field: impl Into<String>, shown: &str, allowed: &[&str]) -> Self {
        let mut text = format!("Unsupported value: {shown}");
        if !allowed.is_empty() {
            let quoted: Vec<String> = allowed.iter().map(|value| quote(value)).collect();
            text.push_str(": supported values: ");
            text.push_str(&quoted.join(", "));
        }
        Self::new("FieldValueNotSupported", field, text)
    }
}

fn with(mut text: String, detail: &str) -> String {
    if !detail.is_empty() {
        text.push_str(": ");
        text.push_str(detail);
    }
    text
}

/// Strings quoted as Go quotes them, everything else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text),
        other => other.to_string(),
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.field, self.message) }
    }
}

/// A refused request: what goes into `status.{code,reason,message,details.causes}`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct Refusal {
    /// HTTP status code.
    pub code: u16,
    /// `status.reason`, `Invalid`.
    pub reason: &'static str,
    /// `status.message`.
    pub message: String,
    /// `status.details.causes`.
    pub causes: Vec<Cause>,
}

impl Refusal {
    /// 400 `BadRequest`.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self { code: 400, reason: "BadRequest", message: message.into(), causes: Vec::new() }
    }

    /// 500 without a reason, what the real server answers for errors it does not classify.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self { code: 500, reason: "", message: message.into(), causes: Vec::new() }
    }

    /// 403 `Forbidden`, as an admission plugin refuses an object.
    pub(crate) fn forbidden(resource: &str, name: &str, why: &str) -> Self {
        let message = format!("{resource} {} is forbidden: {why}", quote(name));
        Self { code: 403, reason: "Forbidden", message, causes: Vec::new() }
    }

    /// 409 `Conflict` with causes.
    pub(crate) fn conflict(message: impl Into<String>, causes: Vec<Cause>) -> Self {
        Self { code: 409, reason: "Conflict", message: message.into(), causes }
    }

    /// 422 `Invalid`; `kind` is `Deployment.apps`, or `Pod` for core kinds.
    #[must_use]
    pub fn invalid(kind: &str, name: &str, causes: Vec<Cause>) -> Self {
        let mut lines: Vec<String> = Vec::new();
        for cause in &causes {
            let line = cause.to_string();
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let list = match lines.as_slice() {
            [] => String::new(),
            [one] => format!(": {one}"),
            many => format!(": [{}]", many.join(", ")),
        };
        Self { code: 422, reason: "Invalid", message: format!("{kind} {} is invalid{list}", quote(name)), causes }
    }
}
