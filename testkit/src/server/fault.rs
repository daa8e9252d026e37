//! Ways to misbehave, and when.

use std::collections::VecDeque;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio_util::sync::CancellationToken;

/// What happens to one request instead of, or before, its answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The handler is not asked; this is the answer.
    Answer {
        /// The status.
        status: StatusCode,
        /// The headers, `content-type` included.
        headers: HeaderMap,
        /// The body.
        body: Bytes,
    },
    /// The answer comes this much later.
    Delay(Duration),
    /// The answer comes when the token is cancelled.
    Hold(CancellationToken),
    /// No answer ever comes.
    Never,
    /// The connection closes without an answer. The handler was asked.
    Close,
    /// The head and so many bytes of the body come, then the connection closes.
    CloseMidBody {
        /// The status.
        status: StatusCode,
        /// What comes of a JSON body that is announced to be 64 bytes longer.
        body: Bytes,
    },
    /// The head and the beginning of a JSON body come, and nothing more.
    StallMidBody(Bytes),
}

/// What happens to a new connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Accepting {
    /// It is served.
    #[default]
    Normally,
    /// It is accepted, and nothing is ever said.
    InSilence,
    /// It is closed at once.
    Closing,
}

#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) next: VecDeque<Fault>,
    pub(super) always: Option<Fault>,
    pub(super) accepting: Accepting,
}

// === impl Fault ===

impl Fault {
    /// A bare status with an empty body.
    pub fn status(status: u16) -> Self {
        Self::Answer {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// A status with a body of this type.
    pub fn body(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::status(status).with_header("content-type", content_type).with_body(body)
    }

    /// An error as the services write it.
    pub fn refusal(status: u16, code: &str, description: &str) -> Self {
        let body = serde_json::json!({
            "error": code, "error_description": description, "trace_id": "00000000000000000000000000000000",
        });
        Self::body(status, "application/json", body.to_string())
    }

    /// A redirect.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).with_header("location", location)
    }

    /// Adds a header to an [`Answer`](Self::Answer); others stay as they are.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self
            && let Ok(value) = HeaderValue::from_str(value)
        {
            headers.append(HeaderName::from_static(name), value);
        }
        self
    }

    fn with_body(mut self, content: impl Into<Bytes>) -> Self {
        if let Self::Answer { body, .. } = &mut self {
            *body = content.into();
        }
        self
    }
}

// === impl Plan ===

impl Plan {
    pub(super) fn take(&mut self) -> Option<Fault> {
        self.next.pop_front().or_else(|| self.always.clone())
    }
}

/// A response that announces more than comes; then the body fails, or waits for ever.
pub(super) fn partial(status: StatusCode, body: Bytes, stalls: bool) -> Response {
    let announced = body.len() + 64;
    let first = stream::iter([Ok::<_, std::io::Error>(body)]);
    let body = if stalls {
        Body::from_stream(futures::StreamExt::chain(first, stream::pending()))
    } else {
        // While the body is pending the server sends what it has; without the pause it would close before.
        let end = stream::once(async {
            tokio::task::yield_now().await;
            Err(std::io::Error::other("closed on purpose"))
        });
        Body::from_stream(futures::StreamExt::chain(first, end))
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(http::header::CONTENT_LENGTH, HeaderValue::from(announced));
    response
}
