//! A refusal by the service, with everything it said. Knows nothing of generated bindings.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::www_authenticate::Challenge;
use super::{ErrorBody, ErrorCode, RetryHint, Transport};
use crate::telemetry;

/// An answer that refuses: status, code, description, trace, headers and, when the body was not JSON, how it began.
///
/// Nothing of the upstream answer is dropped, so a service can pass it on to its own caller whole.
#[derive(Clone)]
pub struct ServiceError {
    status: StatusCode,
    code: Option<ErrorCode>,
    description: Option<String>,
    trace_id: Option<String>,
    headers: HeaderMap,
    body_prefix: Option<String>,
    body: Bytes,
    operation: String,
    host: String,
    hint: Option<RetryHint>,
}

/// Longest description that `Display` prints, in bytes. The accessor has all of it.
const SHOWN_DESCRIPTION_BYTES: usize = 512;

// === impl ServiceError ===

impl ServiceError {
    /// A refusal about which only the status is known.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            code: None,
            description: None,
            trace_id: None,
            headers: HeaderMap::new(),
            body_prefix: None,
            body: Bytes::new(),
            operation: String::new(),
            host: String::new(),
            hint: None,
        }
    }

    /// Adds what the body said.
    #[must_use]
    pub fn with_body(mut self, mut body: ErrorBody) -> Self {
        if let Some(transport) = body.take_transport() {
            self.operation = transport.operation;
            self.host = transport.host;
            self.body_prefix = Some(transport.body_prefix).filter(|prefix| !prefix.is_empty());
            self.hint = Some(transport.hint.into());
        }
        self.trace_id = body.trace_id().map(str::to_owned);
        self.code = Some(body.error).filter(|code| !code.as_str().is_empty());
        self.description = Some(body.error_description).filter(|text| !text.is_empty());
        self
    }

    /// Adds the code.
    #[must_use]
    pub fn with_code(mut self, code: ErrorCode) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds the description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds the headers of the answer.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Adds what was called and where.
    #[must_use]
    pub fn at(mut self, host: impl Into<String>, operation: impl Into<String>) -> Self {
        self.host = host.into();
        self.operation = operation.into();
        self
    }

    /// Replaces what the status alone would say about repeating the call.
    #[must_use]
    pub fn with_retry_hint(mut self, hint: RetryHint) -> Self {
        self.hint = Some(hint);
        self
    }

    pub(crate) fn with_body_prefix(mut self, prefix: Option<String>) -> Self {
        self.body_prefix = prefix;
        self
    }

    /// Adds the body as it was sent.
    #[must_use]
    pub fn with_raw_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Code in the body, if it had one.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.code.as_ref()
    }

    /// Description in the body, if it had one. For people; not a contract.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Trace of the request at the service, if there was one.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.trace_id.as_deref()
    }

    /// Headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// How a body that was not JSON began (at most 1 KiB, other bytes replaced); `None` when it was JSON or empty.
    #[must_use]
    pub fn body_prefix(&self) -> Option<&str> {
        self.body_prefix.as_deref()
    }

    /// The body as it was sent, its first 64 KiB; empty when there was none, and behind bindings. For services with an error shape of
    /// their own; in no `Debug`.
    #[must_use]
    pub fn raw_body(&self) -> &Bytes {
        &self.body
    }

    /// Operation that was called; empty when it is not known.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Host that was called; empty when it is not known.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The challenges of `WWW-Authenticate`, empty when there are none or they cannot be read.
    #[must_use]
    pub fn www_authenticate(&self) -> Vec<Challenge> {
        self.headers
            .get_all(http::header::WWW_AUTHENTICATE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .filter_map(|value| super::www_authenticate::parse(value).ok())
            .flatten()
            .collect()
    }

    /// What is known about repeating the call: what the client decided when it knew the operation, else what the status says
    /// (429, 502, 503 and 504 pass with time; everything else does not).
    #[must_use]
    pub fn retry_hint(&self) -> RetryHint {
        self.hint.unwrap_or(match self.status.as_u16() {
            429 | 502 | 503 | 504 => RetryHint::IfIdempotent,
            _ => RetryHint::Never,
        })
    }

    /// Everything but status and headers as a body that bindings decode.
    pub(crate) fn to_transport(&self) -> ErrorBody {
        let code = self.code.clone().unwrap_or_else(|| ErrorCode::from(""));
        let mut body = ErrorBody::new(code, self.description.clone().unwrap_or_default());
        body.trace_id.clone_from(&self.trace_id);
        body.with_transport(Transport {
            operation: self.operation.clone(),
            host: self.host.clone(),
            body_prefix: self.body_prefix.clone().unwrap_or_default(),
            hint: self.retry_hint().into(),
        })
    }

    /// The body to send on when this service has to refuse because another one did: same code and description, our trace.
    #[must_use]
    pub fn to_body(&self) -> ErrorBody {
        ErrorBody::new(
            self.code.clone().unwrap_or(ErrorCode::ServerError),
            self.description.clone().unwrap_or_else(|| "an upstream service refused the request".to_owned()),
        )
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "answered {}", self.status.as_u16())?;
        if let Some(code) = &self.code {
            write!(f, " {code}")?;
        }
        write_place(f, &self.operation, &self.host)?;
        if let Some(description) = &self.description {
            write!(f, ": {}", shorten(description))?;
        }
        Ok(())
    }
}

/// ` (operation at host)`, leaving out what is not known.
pub(super) fn write_place(f: &mut fmt::Formatter<'_>, operation: &str, host: &str) -> fmt::Result {
    match (operation.is_empty(), host.is_empty()) {
        (true, true) => Ok(()),
        (false, true) => write!(f, " ({operation})"),
        (true, false) => write!(f, " (at {host})"),
        (false, false) => write!(f, " ({operation} at {host})"),
    }
}

fn shorten(text: &str) -> &str {
    let mut end = text.len().min(SHOWN_DESCRIPTION_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceError")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("description", &self.description)
            .field("trace_id", &self.trace_id)
            .field("headers", &telemetry::LoggableHeaders::new(&self.headers))
            .field("body_prefix_bytes", &self.body_prefix.as_ref().map_or(0, String::len))
            .field("operation", &self.operation)
            .field("host", &self.host)
            .field("hint", &self.retry_hint())
            .finish()
    }
}

impl std::error::Error for ServiceError {}
