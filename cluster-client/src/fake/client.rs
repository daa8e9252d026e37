//! A client with nothing behind it.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::Full;
use kube::Client;
use kube::client::Body;

const NOT_FOUND: &str = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"nothing is here","reason":"NotFound","code":404}"#;

/// A client of a cluster in which nothing is: every request is answered with 404 `NotFound`, and no socket is opened.
///
/// Needs a Tokio runtime, as every client does: call it within one.
#[must_use]
pub fn empty_client() -> Client {
    let service = tower::service_fn(|_: Request<Body>| {
        let mut response = Response::new(Full::new(Bytes::from_static(NOT_FOUND.as_bytes())));
        *response.status_mut() = StatusCode::NOT_FOUND;
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        std::future::ready(Ok::<_, Infallible>(response))
    });
    Client::new(service, "default")
}
