//! The span of one attempt. Costs a static check when nobody listens.

use ::http::{Method, StatusCode};
use tracing::Span;
use tracing::field::Empty;

use super::{ERROR_TYPE, HTTP_RESPONSE_STATUS_CODE, OTEL_STATUS_CODE, method_name, outcome_of};
use crate::error::Error;
use crate::options::Endpoint;

/// A client span named `{method} {operation}`. Attributes are those of the semantic conventions that hold no path.
pub(crate) fn attempt(method: &Method, operation: &'static str, endpoint: &Endpoint, resend: u32) -> Span {
    let url = endpoint.url();
    tracing::info_span!(
        "request",
        otel.name = %Name(method, operation),
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = method_name(method),
        http.request.resend_count = (resend > 0).then_some(resend),
        http.response.status_code = Empty,
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        url.template = (!operation.is_empty()).then_some(operation),
        error.type = Empty,
    )
}

/// Writes down how the attempt ended. A 404 on a read or a delete is an answer that its caller may well expect.
pub(crate) fn finish(span: &Span, method: &Method, outcome: Result<StatusCode, &Error>) {
    if span.is_disabled() {
        return;
    }
    let (status, kind) = outcome_of(outcome);
    if let Some(status) = status {
        span.record(HTTP_RESPONSE_STATUS_CODE, status.as_u16());
    }
    if outcome.is_ok() {
        return;
    }
    match status {
        _ if !kind.is_empty() => span.record(ERROR_TYPE, kind),
        Some(status) => span.record(ERROR_TYPE, status.as_str()),
        None => span,
    };
    let expected =
        status == Some(StatusCode::NOT_FOUND) && matches!(*method, Method::GET | Method::HEAD | Method::DELETE);
    if !expected {
        span.record(OTEL_STATUS_CODE, "ERROR");
    }
}

struct Name<'a>(&'a Method, &'static str);

impl std::fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let method = method_name(self.0);
        // The conventions name a span after an unknown method just `HTTP`.
        let method = if method == "_OTHER" { "HTTP" } else { method };
        match self.1 {
            "" => f.write_str(method),
            operation => write!(f, "{method} {operation}"),
        }
    }
}
