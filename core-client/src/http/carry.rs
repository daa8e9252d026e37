//! How a typed error and the status of an answer travel through generated bindings, whose types have no room for them.
//!
//! The bindings hand a response to a decoder and give back what it says. Three things would be lost on the way and are carried here:
//! an error of ours (a response with a status of its own and the error in its extensions), the operation (an extension), and where a
//! success comes from whose body does not decode (white space behind the JSON, which every JSON decoder skips).

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use reqwest::ResponseBuilderExt as _;
use url::Url;

use super::answer::{Answer, Content};
use crate::error::{Error, ErrorBody, ErrorChain, ErrorCode, ServiceError};

/// Status of a response that no server sent. Bindings do not document it, so it always comes back as an unexpected response.
pub(crate) const LOCAL_STATUS: u16 = 599;

/// Ends the white space that carries something; no JSON writer ends a text like this.
const MARK: &[u8] = b"\r\t\r\r\t\n";

/// Everything that JSON skips.
const SPACES: [u8; 4] = *b" \t\r\n";

/// Characters of white space for one byte.
const BYTE: usize = 4;

/// Bytes of the status and of the length of the words.
const NUMBERS: usize = 4;

/// Between operation and host, of which neither has it.
const SEPARATOR: u8 = b' ';

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
pub(super) fn success(answer: Answer, operation: Operation, host: &str, url: Url) -> reqwest::Response {
    let (head, content) = answer.into_parts();
    let body = match content {
        Content::Whole(body) => stamp(&body, head.status, operation.0, host).into(),
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

/// What is known about an answer whose body its bindings could not decode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) status: StatusCode,
    pub(crate) operation: String,
    pub(crate) host: String,
}

/// The body with where it came from behind it: status, operation, host and their length, each byte as four characters of white space.
fn stamp(body: &[u8], status: StatusCode, operation: &str, host: &str) -> Bytes {
    let words = [operation.as_bytes(), &[SEPARATOR], host.as_bytes()];
    let length = words.iter().map(|word| word.len()).sum::<usize>();
    let Ok(stated) = u16::try_from(length) else { return Bytes::copy_from_slice(body) };
    let mut stamped = Vec::with_capacity(body.len() + BYTE * (length + NUMBERS) + MARK.len());
    stamped.extend_from_slice(body);
    let numbers = [status.as_u16().to_be_bytes(), stated.to_be_bytes()];
    for byte in words.into_iter().flatten().chain(numbers.as_flattened()) {
        stamped.extend_from_slice(&WHITE[usize::from(*byte)]);
    }
    stamped.extend_from_slice(MARK);
    stamped.into()
}

/// The body as it was sent, and what is stamped on it, if anything is.
pub(crate) fn unstamp(body: &[u8]) -> (&[u8], Option<Stamp>) {
    match read_stamp(body) {
        Some((body, stamp)) => (body, Some(stamp)),
        None => (body, None),
    }
}

fn read_stamp(body: &[u8]) -> Option<(&[u8], Stamp)> {
    let rest = body.strip_suffix(MARK)?;
    let (rest, numbers) = rest.split_at_checked(rest.len().checked_sub(BYTE * NUMBERS)?)?;
    let [a, b, c, d] = <[u8; NUMBERS]>::try_from(unwhiten(numbers)?).ok()?;
    let length = usize::from(u16::from_be_bytes([c, d]));
    let (rest, words) = rest.split_at_checked(rest.len().checked_sub(BYTE * length)?)?;
    let words = String::from_utf8(unwhiten(words)?).ok()?;
    let (operation, host) = words.split_once(char::from(SEPARATOR))?;
    let status = StatusCode::from_u16(u16::from_be_bytes([a, b])).ok()?;
    Some((rest, Stamp { status, operation: operation.to_owned(), host: host.to_owned() }))
}

/// Four characters for each byte, two bits each, the high ones first.
const WHITE: [[u8; BYTE]; 256] = {
    let mut white = [[0; BYTE]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut at = 0;
        while at < BYTE {
            white[byte][at] = SPACES[byte >> (2 * (BYTE - 1 - at)) & 3];
            at += 1;
        }
        byte += 1;
    }
    white
};

fn unwhiten(white: &[u8]) -> Option<Vec<u8>> {
    let bits = |space: &u8| SPACES.iter().position(|known| known == space).and_then(|bits| u8::try_from(bits).ok());
    let byte = |spaces: &[u8]| spaces.iter().try_fold(0, |byte, space| Some(byte << 2 | bits(space)?));
    white.chunks(BYTE).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::ApiMisuse;

    #[test]
    fn where_a_body_comes_from_survives_behind_it_and_the_body_still_decodes() {
        for status in [200u16, 201, 202, 226, 299] {
            let status = StatusCode::from_u16(status).unwrap();
            let stamped = stamp(b"{\"a\": 1}\n", status, "get_network", "[::1]:8443");
            assert_eq!(stamped.len(), 9 + 4 * (11 + 1 + 10 + 4) + 6);
            let stamp = Stamp { status, operation: "get_network".to_owned(), host: "[::1]:8443".to_owned() };
            assert_eq!(unstamp(&stamped), (b"{\"a\": 1}\n".as_slice(), Some(stamp)));
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&stamped).unwrap()["a"], 1);
        }
        assert_eq!(unstamp(b""), (b"".as_slice(), None));
        assert_eq!(unstamp(b"{\"b\": [1, 2]}"), (b"{\"b\": [1, 2]}".as_slice(), None));
        let endless = stamp(b"{}", StatusCode::OK, &"x".repeat(1 << 16), "");
        assert_eq!(unstamp(&endless), (b"{}".as_slice(), None));
    }

    proptest! {
        #[test]
        fn any_body_is_unstamped_without_a_panic(body: Vec<u8>, spaces in "[ \t\r\n]{0,40}") {
            let mut body = body;
            body.extend_from_slice(spaces.as_bytes());
            body.extend_from_slice(MARK);
            let (rest, _) = unstamp(&body);
            prop_assert!(body.starts_with(rest));
        }

        #[test]
        fn any_stamp_is_read(body: Vec<u8>, operation in "[a-z_]{0,30}", host in "[a-z0-9.:-]{0,60}", status in 100u16..1000) {
            let status = StatusCode::from_u16(status).unwrap();
            let stamped = stamp(&body, status, &operation, &host);
            prop_assert_eq!(unstamp(&stamped), (body.as_slice(), Some(Stamp { status, operation, host })));
        }
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
