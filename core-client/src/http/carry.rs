//! How a typed error and the origin of an answer travel through generated bindings, whose types have no room for them.
//!
//! The bindings hand a response to a decoder and give back what it says. Three things would be lost on the way and are carried here:
//! an error of ours (a response with a status of its own and the error in its extensions), the operation (an extension), and where a
//! success comes from whose body does not decode (white space behind the JSON, which every JSON decoder skips).

mod stamp;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use reqwest::ResponseBuilderExt as _;
use url::Url;

pub(super) use self::stamp::Seal;
pub(crate) use self::stamp::unstamp;
use super::answer::{Answer, Content};
use crate::error::{Error, ErrorBody, ErrorChain, ErrorCode, ServiceError};

/// Status of a response that no server sent. Bindings do not document it, so it always comes back as an unexpected response.
pub(crate) const LOCAL_STATUS: u16 = 599;

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

/// A success. A body that has been read also carries where it came from.
pub(super) fn success(answer: Answer, operation: Operation, seal: &Seal, url: Url) -> reqwest::Response {
    let (head, content) = answer.into_parts();
    let body = match content {
        Content::Whole(body) => seal.stamp(body, head.status, operation.0).into(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ApiMisuse;

    #[test]
    fn an_error_travels_in_a_response() {
        let url: Url = "https://region.example/api".parse().unwrap();
        let mut response = local(ApiMisuse::new("wrong").into(), url.clone());
        assert_eq!((response.status().as_u16(), response.url()), (LOCAL_STATUS, &url));
        assert!(matches!(take_error(&mut response), Some(Error::ApiMisuse(_))));
        assert!(take_error(&mut response).is_none());
    }
}
