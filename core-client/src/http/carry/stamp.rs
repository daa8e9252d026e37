//! Where an answer comes from, written as white space behind its JSON, which every JSON decoder skips. Knows nothing of requests.
//!
//! From the back: a mark, the length of the host, the host, the status, the length of the operation, the operation. Each byte is four
//! characters.

use bytes::Bytes;
use http::StatusCode;

/// Everything that JSON skips.
const SPACES: [u8; 4] = *b" \t\r\n";

/// Characters of white space for one byte.
const BYTE: usize = 4;

/// Ends a stamp; no JSON writer ends a text like this.
const MARK: &[u8] = b"\r\t\r\r\t\n";

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

/// Stamps the answers of one host.
#[derive(Debug)]
pub(in crate::http) struct Seal {
    /// What is the same for every answer; nothing when the host is too long.
    tail: Option<Box<[u8]>>,
}

/// What a stamp says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) status: StatusCode,
    pub(crate) operation: String,
    pub(crate) host: String,
}

// === impl Seal ===

impl Seal {
    pub(in crate::http) fn of(host: &str) -> Self {
        let tail = u8::try_from(host.len()).ok().map(|length| {
            let mut tail = Vec::new();
            whiten(&mut tail, host.as_bytes());
            whiten(&mut tail, &[length]);
            tail.extend_from_slice(MARK);
            tail.into_boxed_slice()
        });
        Self { tail }
    }

    /// The body with its stamp; without one when the operation is too long a word for it.
    pub(super) fn stamp(&self, body: Bytes, status: StatusCode, operation: &str) -> Bytes {
        let (Some(tail), Ok(length)) = (&self.tail, u8::try_from(operation.len())) else { return body };
        let [high, low] = status.as_u16().to_be_bytes();
        let numbers = [high, low, length];
        let mut stamped = Vec::with_capacity(body.len() + BYTE * (operation.len() + numbers.len()) + tail.len());
        stamped.extend_from_slice(&body);
        whiten(&mut stamped, operation.as_bytes());
        whiten(&mut stamped, &numbers);
        stamped.extend_from_slice(tail);
        stamped.into()
    }
}

/// The body as it was sent, and its stamp, if it has one.
pub(crate) fn unstamp(body: &[u8]) -> (&[u8], Option<Stamp>) {
    match read(body) {
        Some((body, stamp)) => (body, Some(stamp)),
        None => (body, None),
    }
}

fn read(stamped: &[u8]) -> Option<(&[u8], Stamp)> {
    let rest = stamped.strip_suffix(MARK)?;
    let (rest, [length]) = take_numbers(rest)?;
    let (rest, host) = take_word(rest, length)?;
    let (rest, [high, low, length]) = take_numbers(rest)?;
    let (body, operation) = take_word(rest, length)?;
    let status = StatusCode::from_u16(u16::from_be_bytes([high, low])).ok()?;
    Some((body, Stamp { status, operation, host }))
}

fn take_numbers<const N: usize>(from: &[u8]) -> Option<(&[u8], [u8; N])> {
    let (rest, bytes) = take(from, N)?;
    Some((rest, bytes.try_into().ok()?))
}

fn take_word(from: &[u8], length: u8) -> Option<(&[u8], String)> {
    let (rest, bytes) = take(from, usize::from(length))?;
    Some((rest, String::from_utf8(bytes).ok()?))
}

/// The last so many bytes, and what stands before them.
fn take(from: &[u8], bytes: usize) -> Option<(&[u8], Vec<u8>)> {
    let (rest, white) = from.split_at_checked(from.len().checked_sub(BYTE * bytes)?)?;
    let bits = |space: &u8| SPACES.iter().position(|known| known == space).and_then(|bits| u8::try_from(bits).ok());
    let byte = |spaces: &[u8]| spaces.iter().try_fold(0, |byte, space| Some(byte << 2 | bits(space)?));
    Some((rest, white.chunks(BYTE).map(byte).collect::<Option<_>>()?))
}

fn whiten(to: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        to.extend_from_slice(&WHITE[usize::from(*byte)]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stamp(body: &'static [u8], status: StatusCode, operation: &str, host: &str) -> Bytes {
        Seal::of(host).stamp(Bytes::from_static(body), status, operation)
    }

    #[test]
    fn the_stamp_survives_behind_the_body_and_the_body_still_decodes() {
        for status in [200u16, 201, 202, 226, 299] {
            let status = StatusCode::from_u16(status).unwrap();
            let stamped = stamp(b"{\"a\": 1}\n", status, "get_network", "[::1]:8443");
            assert_eq!(stamped.len(), 9 + 4 * (11 + 3 + 10 + 1) + 6);
            let stamp = Stamp { status, operation: "get_network".to_owned(), host: "[::1]:8443".to_owned() };
            assert_eq!(unstamp(&stamped), (b"{\"a\": 1}\n".as_slice(), Some(stamp)));
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&stamped).unwrap()["a"], 1);
        }
    }

    #[test]
    fn what_has_no_stamp_is_left_as_it_is() {
        assert_eq!(unstamp(b""), (b"".as_slice(), None));
        assert_eq!(unstamp(b"{\"b\": [1, 2]} \n"), (b"{\"b\": [1, 2]} \n".as_slice(), None));
        let (long, ok) = ("x".repeat(256), StatusCode::OK);
        assert_eq!(stamp(b"{}", ok, &long, "host"), b"{}".as_slice());
        assert_eq!(stamp(b"{}", ok, "get_network", &long), b"{}".as_slice());
    }

    proptest! {
        #[test]
        fn any_body_is_unstamped_without_a_panic(mut body: Vec<u8>, spaces in "[ \t\r\n]{0,40}") {
            body.extend_from_slice(spaces.as_bytes());
            body.extend_from_slice(MARK);
            let (rest, _) = unstamp(&body);
            prop_assert!(body.starts_with(rest));
        }

        #[test]
        fn any_stamp_is_read(body: Vec<u8>, operation in "[a-z_]{0,30}", host in "[a-z0-9.:-]{0,60}", status in 100u16..1000) {
            let status = StatusCode::from_u16(status).unwrap();
            let stamped = Seal::of(&host).stamp(Bytes::copy_from_slice(&body), status, &operation);
            prop_assert_eq!(unstamp(&stamped), (body.as_slice(), Some(Stamp { status, operation, host })));
        }
    }
}
