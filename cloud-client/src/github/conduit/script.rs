//! A request as something that can be made again: with its body as often as that can be had, and never with an empty one instead.

use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use http_body_util::BodyExt as _;
use octocrab::OctoBody;

use crate::github::decide;

/// A request that can be made as often as its body allows.
pub(super) struct Script {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Replay,
}

pub(super) enum Replay {
    Empty,
    Kept(OctoBody),
    /// Can be sent once; gone afterwards.
    Once(Option<OctoBody>),
}

// === impl Script ===

impl Script {
    /// The request once more; nothing when its body is gone.
    pub(super) fn next(&mut self, authorization: Option<HeaderValue>) -> Option<Request<OctoBody>> {
        let body = match &mut self.body {
            Replay::Empty => OctoBody::empty(),
            Replay::Kept(body) => body.try_clone()?,
            Replay::Once(body) => body.take()?,
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        if let Some(authorization) = authorization {
            request.headers_mut().insert(header::AUTHORIZATION, authorization);
        }
        Some(request)
    }

    /// Whether it changes something. Of a GraphQL request the body is looked at.
    pub(super) async fn change(&self, path: &str) -> bool {
        let copy = match &self.body {
            Replay::Kept(body) if path == "/graphql" => body.try_clone(),
            _ => None,
        };
        let body = match copy {
            Some(copy) => copy.collect().await.ok().map(http_body_util::Collected::to_bytes),
            None => None,
        };
        decide::is_mutation(&self.method, path, body.as_deref())
    }
}

// === impl Replay ===

impl Replay {
    pub(super) fn of(body: OctoBody) -> Self {
        if http_body::Body::is_end_stream(&body) {
            Self::Empty
        } else if body.try_clone().is_some() {
            Self::Kept(body)
        } else {
            Self::Once(Some(body))
        }
    }

    pub(super) fn is_replayable(&self) -> bool {
        !matches!(self, Self::Once(_))
    }
}
