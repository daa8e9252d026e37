//! W3C trace context: read from a caller, taken from the current span, written to the next service. No baggage, and no exporter.
//!
//! ```
//! use core_client::trace::TraceContext;
//!
//! let context = TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", Some("vendor=1"))?;
//! assert_eq!(context.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
//! let mut headers = http::HeaderMap::new();
//! context.inject(&mut headers);
//! assert_eq!(headers["traceparent"], "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
//! assert_eq!(headers["tracestate"], "vendor=1");
//! # Ok::<(), core_client::trace::TraceError>(())
//! ```

#[cfg(feature = "otel")]
mod otel;
mod state;

use ::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that names trace and span.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The header with what tracing systems tell each other.
pub const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Where in a trace a call belongs. Always valid: identifiers of zeros do not exist here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraceContext {
    trace_id: [u8; 16],
    span_id: [u8; 8],
    flags: u8,
    state: Box<str>,
}

/// A header that is not a trace context.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// Not `version-trace-span-flags` in lower-case hexadecimal.
    #[error("traceparent does not have the form of the W3C recommendation")]
    Form,
    /// The version is `ff`, which is reserved for never.
    #[error("traceparent has the forbidden version ff")]
    Version,
    /// The trace or the span is all zeros.
    #[error("traceparent has an identifier of zeros")]
    Zero,
}

// === impl TraceContext ===

impl TraceContext {
    /// A context without state. `None` when an identifier is all zeros, which means there is no trace.
    #[must_use]
    pub fn new(trace_id: [u8; 16], span_id: [u8; 8], sampled: bool) -> Option<Self> {
        Self::build(trace_id, span_id, u8::from(sampled), "").ok()
    }

    /// Reads the two headers. A `tracestate` that breaks the rules is dropped and the rest kept, as the recommendation says.
    ///
    /// # Errors
    /// When `traceparent` breaks the rules.
    pub fn parse(traceparent: &str, tracestate: Option<&str>) -> Result<Self, TraceError> {
        let bytes = traceparent.as_bytes();
        let version = byte(bytes, 0).ok_or(TraceError::Form)?;
        if version == 0xff {
            return Err(TraceError::Version);
        }
        let dashes = [2, 35, 52].iter().all(|at| bytes.get(*at) == Some(&b'-'));
        // Only versions to come may be longer, and then only behind another dash.
        let ends = bytes.len() == 55 || (version > 0 && bytes.get(55) == Some(&b'-'));
        if !dashes || !ends {
            return Err(TraceError::Form);
        }
        let trace_id = id(bytes, 3).ok_or(TraceError::Form)?;
        let span_id = id(bytes, 36).ok_or(TraceError::Form)?;
        let flags = byte(bytes, 53).ok_or(TraceError::Form)?;
        // Of the flags, later versions only promise the meaning of `sampled`.
        let flags = if version == 0 { flags } else { flags & 1 };
        Self::build(
            trace_id,
            span_id,
            flags,
            tracestate.map(str::trim).filter(|text| state::is_valid(text)).unwrap_or(""),
        )
    }

    fn build(trace_id: [u8; 16], span_id: [u8; 8], flags: u8, state: &str) -> Result<Self, TraceError> {
        if trace_id == [0; 16] || span_id == [0; 8] {
            return Err(TraceError::Zero);
        }
        Ok(Self { trace_id, span_id, flags, state: state.into() })
    }

    /// Reads the context of a request. `None` when there is none, or one that breaks the rules: then a new trace begins.
    #[must_use]
    pub fn extract(headers: &HeaderMap) -> Option<Self> {
        let mut parents = headers.get_all(TRACEPARENT).iter();
        let (Some(parent), None) = (parents.next(), parents.next()) else { return None };
        let states: Vec<&str> = headers.get_all(TRACESTATE).iter().filter_map(|value| value.to_str().ok()).collect();
        Self::parse(
            parent.to_str().ok()?,
            Some(&states.join(",")).filter(|state| !state.is_empty()).map(String::as_str),
        )
        .ok()
    }

    /// Context of the current `tracing` span. `None` when no OpenTelemetry layer gives it one, and without feature `otel`.
    #[must_use]
    pub fn current() -> Option<Self> {
        #[cfg(feature = "otel")]
        return otel::current();
        #[cfg(not(feature = "otel"))]
        return None;
    }

    /// Makes this context, which came from a caller, the parent of a span that has not been entered yet.
    ///
    /// Returns whether an OpenTelemetry layer took it.
    #[cfg(feature = "otel")]
    pub fn adopt(&self, span: &tracing::Span) -> bool {
        otel::adopt(self, span)
    }

    /// Writes the headers, replacing what is there. `tracestate` only when it is not empty.
    pub fn inject(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_bytes(&self.write()) {
            headers.insert(TRACEPARENT, value);
        }
        headers.remove(TRACESTATE);
        if let Ok(value) = HeaderValue::from_str(&self.state)
            && !self.state.is_empty()
        {
            headers.insert(TRACESTATE, value);
        }
    }

    /// The trace: 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> String {
        ascii(&self.write()[3..35])
    }

    /// The span: 16 hexadecimal digits.
    #[must_use]
    pub fn span_id(&self) -> String {
        ascii(&self.write()[36..52])
    }

    /// Whether the caller records the trace.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.flags & 1 == 1
    }

    /// The `traceparent` header, always of version 00.
    #[must_use]
    pub fn traceparent(&self) -> String {
        ascii(&self.write())
    }

    /// The `tracestate` header; empty when there is none.
    #[must_use]
    pub fn tracestate(&self) -> &str {
        &self.state
    }

    fn write(&self) -> [u8; 55] {
        let mut text = [b'-'; 55];
        put(&mut text, 0, &[0]);
        put(&mut text, 3, &self.trace_id);
        put(&mut text, 36, &self.span_id);
        put(&mut text, 53, &[self.flags]);
        text
    }
}

fn put(text: &mut [u8; 55], at: usize, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (place, byte) in text[at..].chunks_exact_mut(2).zip(bytes) {
        place[0] = DIGITS[usize::from(byte >> 4)];
        place[1] = DIGITS[usize::from(byte & 15)];
    }
}

fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn id<const N: usize>(text: &[u8], at: usize) -> Option<[u8; N]> {
    let mut id = [0; N];
    for (index, place) in id.iter_mut().enumerate() {
        *place = byte(text, at + index * 2)?;
    }
    Some(id)
}

/// Two lower-case hexadecimal digits.
fn byte(text: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| match text.get(at)? {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    Some(digit(at)? << 4 | digit(at + 1)?)
}

#[cfg(test)]
mod tests;
