//! Splits PEM text into blocks; knows nothing of what the blocks mean.
//!
//! Follows RFC 7468 as leniently as Go's `encoding/pem`: text between blocks is ignored, and a damaged block
//! does not hide the ones behind it. Everything decoded is wiped when dropped.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

const DASHES: &[u8] = b"-----";
const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";

/// One block, decoded.
pub(crate) struct Block {
    /// The word between the dashes, for example `CERTIFICATE`.
    pub(crate) label: String,
    /// The line of the `BEGIN`, from 1.
    pub(crate) line: usize,
    /// The decoded bytes, wiped when dropped.
    pub(crate) der: Zeroizing<Vec<u8>>,
}

/// One block that cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The word between the dashes.
    pub(crate) label: String,
    /// The line of the `BEGIN`, from 1.
    pub(crate) line: usize,
    /// What is wrong with it.
    pub(crate) reason: Reason,
}

/// Why a block cannot be decoded; says nothing of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Reason {
    #[error("the block has no matching end line")]
    NoEnd,
    #[error("the block is not base64")]
    NotBase64,
    #[error("the block has headers")]
    Headers,
    #[error("the block is encrypted")]
    Encrypted,
}

/// A block that was opened and not yet closed.
struct Open<'a> {
    label: String,
    line: usize,
    body: Vec<&'a [u8]>,
}

/// All blocks of `text`, good and bad, in order.
pub(crate) fn split(text: &[u8]) -> Vec<Result<Block, Fault>> {
    let mut found = Vec::new();
    let mut open: Option<Open<'_>> = None;
    for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        let line = line.trim_ascii();
        if let Some(label) = label(line, BEGIN) {
            if let Some(unclosed) = open.take() {
                found.push(Err(unclosed.fault(Reason::NoEnd)));
            }
            open = Some(Open { label, line: number, body: Vec::new() });
        } else if let Some(label) = label(line, END) {
            if let Some(closed) = open.take() {
                found.push(if closed.label == label { closed.decode() } else { Err(closed.fault(Reason::NoEnd)) });
            }
        } else if let Some(open) = &mut open {
            open.body.push(line);
        }
    }
    if let Some(unclosed) = open {
        found.push(Err(unclosed.fault(Reason::NoEnd)));
    }
    found
}

/// The label of a `BEGIN` or `END` line.
fn label(line: &[u8], prefix: &[u8]) -> Option<String> {
    let label = line.strip_prefix(prefix)?.strip_suffix(DASHES)?;
    // The label goes into messages, so it is kept short and plain.
    let plain = label.len() <= 64 && label.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    plain.then(|| String::from_utf8_lossy(label).into_owned())
}

// === impl Open ===

impl Open<'_> {
    fn fault(self, reason: Reason) -> Fault {
        Fault { label: self.label, line: self.line, reason }
    }

    fn decode(self) -> Result<Block, Fault> {
        if self.body.iter().any(|line| line.contains(&b':')) {
            let encrypted =
                self.body.iter().any(|line| line.starts_with(b"Proc-Type:") && line.ends_with(b"ENCRYPTED"));
            return Err(self.fault(if encrypted { Reason::Encrypted } else { Reason::Headers }));
        }
        // Both buffers get their final size at once: growing would leave copies behind that nobody wipes.
        let length: usize = self.body.iter().map(|line| line.len()).sum();
        let mut text = Zeroizing::new(Vec::with_capacity(length));
        for line in &self.body {
            text.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
        }
        let mut der = Zeroizing::new(vec![0; base64::decoded_len_estimate(text.len())]);
        match STANDARD.decode_slice(&text[..], &mut der) {
            Ok(length) => {
                der.truncate(length);
                Ok(Block { label: self.label, line: self.line, der })
            }
            // The decoder's own message would show a byte of what may be a key.
            Err(_) => Err(self.fault(Reason::NotBase64)),
        }
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block").field("label", &self.label).field("line", &self.line).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
