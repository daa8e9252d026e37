//! What a call sends, as often as it takes. Knows nothing of when that is.

use ::http::uri::PathAndQuery;
use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use bytes::Bytes;
use futures::FutureExt as _;
use http_body_util::BodyExt as _;
use reqwest::{Body, Request};
use url::{Position, Url};

use crate::error::{ConstructionError, ConstructionKind};

/// A request of the caller. The first attempt takes its headers; a list of them is kept when there may be a second.
pub(super) struct Message {
    request: Request,
    kept: Option<Vec<(HeaderName, HeaderValue)>>,
    payload: Payload,
}

enum Payload {
    Empty,
    /// Bytes, which can be sent again.
    Whole(Bytes),
    /// A stream, until it is sent.
    Once(Option<Body>),
}

// === impl Message ===

impl Message {
    /// `repeatable` says whether anybody would repeat it.
    pub(super) fn new(mut request: Request, repeatable: bool) -> Self {
        let payload = Payload::of(request.body_mut().take());
        let again = repeatable && !matches!(payload, Payload::Once(_));
        let kept = again.then(|| request.headers().iter().map(|(name, value)| (name.clone(), value.clone())).collect());
        Self { request, kept, payload }
    }

    /// Whether it can be sent again: a body that is a stream cannot.
    pub(super) fn is_repeatable(&self) -> bool {
        self.kept.is_some()
    }

    pub(super) fn method(&self) -> &Method {
        self.request.method()
    }

    pub(super) fn url(&self) -> &Url {
        self.request.url()
    }

    /// The part of the address behind the host.
    pub(super) fn path(&self) -> Result<PathAndQuery, ConstructionError> {
        let path = &self.url()[Position::BeforePath..Position::AfterQuery];
        PathAndQuery::from_maybe_shared(Bytes::copy_from_slice(path.as_bytes())).map_err(|error| {
            ConstructionError::new(ConstructionKind::Url, "the path cannot be requested").with_source(error)
        })
    }

    /// The caller's headers, for one attempt.
    pub(super) fn headers(&mut self) -> HeaderMap {
        let first = std::mem::take(self.request.headers_mut());
        match &self.kept {
            Some(kept) if first.len() != kept.len() => {
                let mut again = HeaderMap::with_capacity(kept.len() + super::transport::USUAL_HEADERS);
                for (name, value) in kept {
                    again.append(name, value.clone());
                }
                again
            }
            Some(_) | None => first,
        }
    }

    /// The body, for one attempt.
    pub(super) fn body(&mut self) -> Body {
        match &mut self.payload {
            Payload::Empty => Body::default(),
            Payload::Whole(bytes) => bytes.clone().into(),
            Payload::Once(body) => body.take().unwrap_or_default(),
        }
    }
}

// === impl Payload ===

impl Payload {
    fn of(body: Option<Body>) -> Self {
        let Some(mut body) = body else { return Self::Empty };
        if body.as_bytes().is_none() {
            return Self::Once(Some(body));
        }
        // A body of bytes gives them away as one frame and at once.
        match body.frame().now_or_never().flatten() {
            Some(Ok(frame)) => frame.into_data().map_or(Self::Empty, Self::Whole),
            Some(Err(_)) | None => Self::Empty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        let mut request = Request::new(Method::POST, "https://region.example/a%2Fb?c=d#e".parse().unwrap());
        request.headers_mut().append("x-a", HeaderValue::from_static("1"));
        request.headers_mut().append("x-a", HeaderValue::from_static("2"));
        request
    }

    #[test]
    fn the_second_time_is_like_the_first() {
        let mut request = request();
        *request.body_mut() = Some("body".into());
        let mut message = Message::new(request, true);
        assert!(message.is_repeatable());
        let first = message.headers();
        assert_eq!(first.get_all("x-a").iter().collect::<Vec<_>>(), ["1", "2"]);
        for _ in 0..2 {
            assert_eq!(message.headers(), first);
            assert_eq!(message.body().as_bytes(), Some(b"body".as_slice()));
            assert_eq!(message.path().unwrap(), "/a%2Fb?c=d");
        }
    }

    #[test]
    fn without_headers_there_are_none_to_lose() {
        let mut message = Message::new(Request::new(Method::GET, "https://region.example".parse().unwrap()), true);
        assert!(message.is_repeatable() && message.headers().is_empty() && message.headers().is_empty());
        assert_eq!(message.path().unwrap(), "/");
        assert_eq!(message.body().as_bytes(), Some(b"".as_slice()));
    }

    #[test]
    fn a_stream_is_sent_once() {
        let mut request = request();
        *request.body_mut() = Some(Body::wrap_stream(futures::stream::iter([Ok::<_, std::io::Error>("body")])));
        let mut message = Message::new(request, true);
        assert!(!message.is_repeatable());
        assert_eq!(message.body().as_bytes(), None);
        assert_eq!(message.headers().len(), 2);
    }
}
