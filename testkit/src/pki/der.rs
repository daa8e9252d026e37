//! The few DER moves needed to write a PKCS#8 key in its older forms.
//! Knows nothing of certificates or of what a key is for.

/// INTEGER.
pub(super) const INTEGER: u8 = 0x02;
/// OCTET STRING.
pub(super) const OCTET_STRING: u8 = 0x04;
/// SEQUENCE.
pub(super) const SEQUENCE: u8 = 0x30;
/// The explicit context tag 0: the curve, in a SEC1 key.
pub(super) const CONTEXT_0: u8 = 0xa0;
/// The explicit context tag 1: the public key, in a SEC1 key.
pub(super) const CONTEXT_1: u8 = 0xa1;

/// Splits the first value off `input`: its tag, its content, and what follows it.
///
/// Returns `None` for anything that is not a short or long definite form of at most 65,535 octets.
pub(super) fn take(input: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = input.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81 => {
            let (&length, rest) = rest.split_first()?;
            (usize::from(length), rest)
        }
        0x82 => {
            let (length, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// Takes the first value off `input` when it has this tag: its content, and what follows it.
pub(super) fn expect(tag: u8, input: &[u8]) -> Option<(&[u8], &[u8])> {
    take(input).and_then(|(found, content, rest)| (found == tag).then_some((content, rest)))
}

/// Writes one value.
pub(super) fn put(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        short @ 0..=0x7f => out.push(short as u8),
        medium @ 0x80..=0xff => out.extend([0x81, medium as u8]),
        long => {
            out.push(0x82);
            out.extend((long as u16).to_be_bytes());
        }
    }
    out.extend_from_slice(content);
    out
}
