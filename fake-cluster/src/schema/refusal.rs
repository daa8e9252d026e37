//! Why a request is refused, as a Kubernetes Status would say it; knows nothing of HTTP.
use std::fmt;

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
        Self { code: 422, reason: "Invalid", message: format!("{kind} {name:?} is invalid{list}"), causes }
    }
}
