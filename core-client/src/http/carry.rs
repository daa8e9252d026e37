//! How a typed error and the status of an answer travel through generated bindings, whose types have no room for them.
//!
//! The bindings hand a response to a decoder and give back what it says. Three things would be lost on the way and are carried here:
//! an error of ours (a response with a status of its own and the error in its extensions), the operation (an extension), and the
//! status of a success whose body does not decode (white space behind the JSON, which every JSON decoder skips).

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use reqwest::ResponseBuilderExt as _;
use url::Url;

use super::answer::{Answer, Content};
use crate::error::{Error, ErrorBody, ErrorChain, ErrorCode, ServiceError};

/// Status of a response that no server sent. Bindings do not document it, so it always comes back as an unexpected response.
pub(crate) const LOCAL_STATUS: u16 = 599;

/// Begins the white space that carries a status; no JSON writer ends a text like this.
const MARK: &[u8] = b"\r\t\r\r\t\n";

/// Bits of a status, one byte each.
const BITS: usize = 10;

/// An error on its way through the bindings.
#[derive(Clone)]
struct Carried(Error);

/// Operation that a response answers.
#[derive(Clone, Copy)]
pub(crate) struct Operation(pub(crate) &'static str);

/// A response that carries an error of ours to the other side of the bindings.
pub(crate) fn local(error: Error, url: Url) -> reqwest::Response {
    let status = StatusCode::from_u16(LOCAL_STATUS).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // For bindings that decode every status: at least the words arrive.
    let body = ErrorBody::new(ErrorCode::Unknown("local".to_owned()), ErrorChain::new(&error).to_string()).to_json();
    answer(status, HeaderMap::new(), body.into(), error, url)
}

/// A refusal with the status and the headers of the service, and a body that decodes whatever the service sent.
pub(crate) fn refusal(error: ServiceError, url: Url) -> reqwest::Response {
    answer(error.status(), error.headers().clone(), error.to_transport().to_json().into(), error.into(), url)
}

fn answer(status: StatusCode, headers: HeaderMap, body: Bytes, error: Error, url: Url) -> reqwest::Response {
    response(status, headers, body.into(), Carried(error), url)
}

/// A success. A body that has been read also carries the status.
pub(super) fn success(answer: Answer, operation: Operation, url: Url) -> reqwest::Response {
    let (head, content) = answer.into_parts();
    let body = match content {
        Content::Whole(body) => mark_status(body, head.status).into(),
        Content::Flowing(body) => reqwest::Body::wrap(body),
    };
    response(head.status, head.headers, body, operation, url)
}

fn response<T>(status: StatusCode, headers: HeaderMap, body: reqwest::Body, passenger: T, url: Url) -> reqwest::Response
where
    T: Clone + Send + Sync + 'static,
{
    // Without an address of its own a response made from parts gets one that has to be parsed. Only a builder can give it one.
    let mut builder = http::Response::builder().url(url).extension(passenger);
    let extensions = builder.extensions_mut().map(std::mem::take).unwrap_or_default();
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    *response.extensions_mut() = extensions;
    response.into()
}

/// Takes the error out of a response, if one travels in it.
pub(crate) fn take_error(response: &mut reqwest::Response) -> Option<Error> {
    response.extensions_mut().remove::<Carried>().map(|carried| carried.0)
}

/// Operation that a response answers; empty when it did not come through us.
pub(crate) fn operation_of(response: &reqwest::Response) -> &'static str {
    response.extensions().get::<Operation>().map_or("", |operation| operation.0)
}

/// The body with its status behind it. 200 goes without saying, and without a copy.
pub(crate) fn mark_status(body: Bytes, status: StatusCode) -> Bytes {
    if status == StatusCode::OK {
        return body;
    }
    let mut marked = BytesMut::with_capacity(body.len() + MARK.len() + BITS);
    marked.extend_from_slice(&body);
    marked.extend_from_slice(MARK);
    for bit in (0..BITS).rev() {
        marked.extend_from_slice(if status.as_u16() >> bit & 1 == 1 { b"\t" } else { b" " });
    }
    marked.freeze()
}

/// The body of a success as it was sent, and its status.
pub(crate) fn unmark(body: &[u8]) -> (&[u8], StatusCode) {
    let Some((text, bits)) = body.len().checked_sub(BITS).map(|at| body.split_at(at)) else {
        return (body, StatusCode::OK);
    };
    let Some(text) = text.strip_suffix(MARK) else { return (body, StatusCode::OK) };
    let status = bits.iter().fold(0, |status, bit| status << 1 | u16::from(*bit == b'\t'));
    (text, StatusCode::from_u16(status).unwrap_or(StatusCode::OK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ApiMisuse;

    #[test]
    fn the_status_survives_behind_the_body_and_the_body_still_decodes() {
        for status in [200u16, 201, 202, 204, 226, 299] {
            let status = StatusCode::from_u16(status).unwrap();
            let marked = mark_status(Bytes::from_static(b"{\"a\": 1}\n"), status);
            assert_eq!(unmark(&marked), (b"{\"a\": 1}\n".as_slice(), status));
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&marked).unwrap()["a"], 1);
        }
        assert_eq!(unmark(b""), (b"".as_slice(), StatusCode::OK));
        assert_eq!(unmark(b"{\"b\": [1, 2]}"), (b"{\"b\": [1, 2]}".as_slice(), StatusCode::OK));
    }

    #[test]
    fn an_error_travels_in_a_response() {
        let url: Url = "https://region.example/api".parse().unwrap();
        let mut response = local(ApiMisuse::new("wrong").into(), url.clone());
        assert_eq!((response.status().as_u16(), response.url()), (LOCAL_STATUS, &url));
        assert!(matches!(take_error(&mut response), Some(Error::ApiMisuse(_))));
        assert!(take_error(&mut response).is_none());
    }
}
