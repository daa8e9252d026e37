//! What a fault does to a request or its answer.

use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use http::{HeaderValue, Response, StatusCode, header};

use super::body::Reply;
use super::connection::full;
use super::wire::Wire;
use crate::faults::Effect;

/// What the client gets instead of an answer; the effect comes back if it concerns the answer itself.
pub(super) async fn instead(effect: Effect, wire: &Wire) -> Result<Response<Reply>, Effect> {
    match effect {
        Effect::Refuse(status) => Ok(full(crate::api::failure(&status))),
        Effect::Reply { code, content_type, body } => {
            let mut response = Response::new(Bytes::from(body));
            *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
            if let Ok(value) = HeaderValue::from_str(&content_type) {
                response.headers_mut().insert(header::CONTENT_TYPE, value);
            }
            Ok(full(response))
        }
        Effect::Reset => {
            wire.reset();
            // The connection ends before this request does.
            std::future::pending().await
        }
        Effect::Hang => std::future::pending().await,
        other => Err(other),
    }
}

/// A complete answer, spoiled on its way.
pub(super) fn spoiled(response: Response<Bytes>, effect: Effect, wire: Arc<Wire>) -> Response<Reply> {
    match effect {
        Effect::Truncate(bytes) => {
            let (mut parts, body) = response.into_parts();
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
            let head = body.slice(..bytes.min(body.len()));
            Response::from_parts(parts, Reply::Stream(Box::pin(truncated(head, wire))))
        }
        Effect::Trickle { piece_bytes, pause } => {
            let size = piece_bytes.max(1);
            response.map(|body| {
                let pieces = futures::stream::unfold(body, move |mut rest| async move {
                    if rest.is_empty() {
                        return None;
                    }
                    tokio::time::sleep(pause).await;
                    let piece = rest.split_to(size.min(rest.len()));
                    Some((piece, rest))
                });
                Reply::Stream(Box::pin(pieces))
            })
        }
        _ => full(response),
    }
}

/// The beginning of a body, and then nothing but a broken connection.
fn truncated(head: Bytes, wire: Arc<Wire>) -> impl Stream<Item = Bytes> + Send {
    let end = futures::stream::once(async move {
        // What was written before reaches the peer first.
        tokio::task::yield_now().await;
        wire.reset();
        std::future::pending().await
    });
    futures::stream::iter([head]).chain(end)
}
