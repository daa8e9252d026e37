//! The JSON body of an error answer, as services write it and as clients read it. Knows nothing of how it travels.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{ErrorCode, RetryHint};

/// `{"error": …, "error_description": …, "trace_id": …}`.
///
/// Bindings generated for the family use this type for every documented error answer. When it came through
/// [`CallContext`](crate::http::CallContext) it also carries, unseen, what the transport knew (operation, host, the start of a body
/// that was not JSON), so that the conversion into [`Error`](super::Error) loses nothing.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorBody {
    /// The code. `Unknown("")` when the answer had none.
    #[serde(default = "no_code")]
    pub error: ErrorCode,
    /// For people; not a contract.
    #[serde(default)]
    pub error_description: String,
    /// Trace of the request at the service: 32 hexadecimal digits, `None` when there was no trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    #[serde(default, rename = "\u{1}transport", skip_serializing_if = "Option::is_none")]
    transport: Option<Box<Transport>>,
}

/// What the transport knew when it normalised an answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Transport {
    pub(crate) operation: String,
    pub(crate) host: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) body_prefix: String,
    pub(crate) hint: Hint,
}

/// [`RetryHint`] in a form that survives JSON.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Hint {
    Never,
    IfIdempotent,
    Safe,
    AfterMillis(u64),
}

fn no_code() -> ErrorCode {
    ErrorCode::Unknown(String::new())
}

/// The form services send when there is no trace.
const NO_TRACE: &str = "00000000000000000000000000000000";

// === impl ErrorBody ===

impl ErrorBody {
    /// A body with a code and a description and no trace.
    pub fn new(error: ErrorCode, error_description: impl Into<String>) -> Self {
        Self { error, error_description: error_description.into(), trace_id: None, transport: None }
    }

    /// Adds the trace; zeros, which services send when there is none, count as absent.
    #[must_use]
    pub fn with_trace_id(mut self, trace_id: impl Into<String>) -> Self {
        self.trace_id = Some(trace_id.into()).filter(|id| is_trace(id));
        self
    }

    /// The answer a service gives: this body with the content type and the cache rule the Go services send.
    ///
    /// Add `WWW-Authenticate` to a 401 with [`Challenge`](super::www_authenticate::Challenge).
    #[must_use]
    pub fn into_response(self, status: http::StatusCode) -> http::Response<Bytes> {
        let mut response = http::Response::new(Bytes::from(self.to_json()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
        headers.insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-cache"));
        response
    }

    /// The body as compact JSON, members in the documented order.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Strings and options of strings cannot fail to serialise.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The trace, unless it is the zeros that mean none.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.trace_id.as_deref().filter(|id| is_trace(id))
    }

    pub(crate) fn with_transport(mut self, transport: Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    pub(crate) fn take_transport(&mut self) -> Option<Box<Transport>> {
        self.transport.take()
    }
}

fn is_trace(id: &str) -> bool {
    !id.is_empty() && id != NO_TRACE
}

// Equality is about what the service said.
impl PartialEq for ErrorBody {
    fn eq(&self, other: &Self) -> bool {
        self.error == other.error
            && self.error_description == other.error_description
            && self.trace_id() == other.trace_id()
    }
}

impl Eq for ErrorBody {}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorBody")
            .field("error", &self.error)
            .field("error_description", &self.error_description)
            .field("trace_id", &self.trace_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error, self.error_description)
    }
}

// === impl Hint ===

impl From<RetryHint> for Hint {
    fn from(hint: RetryHint) -> Self {
        match hint {
            RetryHint::Never => Self::Never,
            RetryHint::IfIdempotent => Self::IfIdempotent,
            RetryHint::Safe => Self::Safe,
            RetryHint::After(wait) => Self::AfterMillis(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        }
    }
}

impl From<Hint> for RetryHint {
    fn from(hint: Hint) -> Self {
        match hint {
            Hint::Never => Self::Never,
            Hint::IfIdempotent => Self::IfIdempotent,
            Hint::Safe => Self::Safe,
            Hint::AfterMillis(millis) => Self::After(std::time::Duration::from_millis(millis)),
        }
    }
}
