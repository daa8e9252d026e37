//! Names of spans, attributes and metrics, and the list of headers that may be written down. Knows nothing of exporters.
//!
//! Spans and attributes follow the OpenTelemetry semantic conventions for HTTP clients; nothing here holds a path, a body, a token or
//! a header that is not on the list. Metrics need feature `metrics`.

#[cfg(feature = "metrics")]
mod metrics;
#[cfg(feature = "metrics")]
mod recorder;
#[cfg(not(feature = "metrics"))]
#[path = "telemetry/no_recorder.rs"]
mod recorder;
pub(crate) mod span;

use std::fmt;

use ::http::{HeaderMap, HeaderName, Method, StatusCode};

use crate::error::Error;

#[cfg(feature = "metrics")]
pub use metrics::{ClientMetrics, RESERVOIR_BOUNDS_SECONDS};
pub(crate) use recorder::Recorder;

/// Attribute: method of the request.
pub const HTTP_REQUEST_METHOD: &str = "http.request.method";
/// Attribute: how many times the request has been sent before; absent the first time.
pub const HTTP_REQUEST_RESEND_COUNT: &str = "http.request.resend_count";
/// Attribute: status of the answer.
pub const HTTP_RESPONSE_STATUS_CODE: &str = "http.response.status_code";
/// Attribute: host of the service.
pub const SERVER_ADDRESS: &str = "server.address";
/// Attribute: port of the service.
pub const SERVER_PORT: &str = "server.port";
/// Attribute: low-cardinality name of what was called; operation ids stand for path templates here.
pub const URL_TEMPLATE: &str = "url.template";
/// Attribute: the status of an error answer, or one of a closed set of words.
pub const ERROR_TYPE: &str = "error.type";
/// Bridge field: name of the span, `{method} {operation}`.
pub const OTEL_NAME: &str = "otel.name";
/// Bridge field: kind of the span.
pub const OTEL_KIND: &str = "otel.kind";
/// Bridge field: `ERROR` when the call failed.
pub const OTEL_STATUS_CODE: &str = "otel.status_code";

/// A method as one of a closed set of words; `_OTHER` for the rest, as the conventions say.
pub(crate) fn method_name(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("_OTHER")
}

/// How an attempt ended in words of a closed set: a status if there was one, and what else went wrong.
pub(crate) fn outcome_of(outcome: Result<StatusCode, &Error>) -> (Option<StatusCode>, &'static str) {
    match outcome {
        Ok(status) => (Some(status), ""),
        Err(Error::Service(error)) => (Some(error.status()), ""),
        Err(Error::Decode(error)) => (error.status(), error.reason().as_str()),
        Err(Error::Dispatch(error)) => (None, error.kind().as_str()),
        Err(Error::Credential(_)) => (None, "credential"),
        Err(Error::Construction(_) | Error::ApiMisuse(_)) => (None, "construction"),
    }
}

/// Whether a header's value may appear in logs and traces. An allow-list: everything else is masked, the headers that carry trust
/// (`X-Principal`, `X-Impersonate`, `Unikorn-Client-Certificate`, `Ssl-Client-Cert`, `Authorization`, cookies) most of all.
#[must_use]
pub fn is_loggable(name: &HeaderName) -> bool {
    const LOGGABLE: [&str; 13] = [
        "allow",
        "cache-control",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "retry-after",
        "server",
        "traceparent",
        "transfer-encoding",
        "user-agent",
        "via",
        "x-request-id",
    ];
    LOGGABLE.contains(&name.as_str())
}

/// Headers for a log line or a `Debug` output: names all, values only when [`is_loggable`].
pub struct LoggableHeaders<'a>(&'a HeaderMap);

// === impl LoggableHeaders ===

impl<'a> LoggableHeaders<'a> {
    /// These headers, fit to be written down.
    #[must_use]
    pub fn new(headers: &'a HeaderMap) -> Self {
        Self(headers)
    }
}

impl fmt::Debug for LoggableHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in self.0 {
            if is_loggable(name) && !value.is_sensitive() {
                map.entry(name, value);
            } else {
                map.entry(name, &format_args!("<masked>"));
            }
        }
        map.finish()
    }
}

#[cfg(test)]
pub(crate) mod tests;
