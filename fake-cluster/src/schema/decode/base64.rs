//! Bytes in JSON, as Go reads and writes them. Knows text only.
use ::base64::Engine as _;
use ::base64::alphabet;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Go's standard encoding: padding required, stray bits in the last character ignored.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// The text in canonical base64 when it is not canonical already.
pub(super) fn base64(text: &str) -> Result<Option<String>, String> {
    let stripped;
    let given = if text.contains(['\r', '\n']) {
        stripped = text.replace(['\r', '\n'], "");
        stripped.as_str()
    } else {
        text
    };
    match BASE64.decode(given) {
        Ok(bytes) => {
            let canonical = BASE64.encode(bytes);
            Ok((canonical != text).then_some(canonical))
        }
        Err(_) => Err(format!("illegal base64 data at input byte {}", illegal_byte(text))),
    }
}

/// Where Go's decoder stops reading.
fn illegal_byte(text: &str) -> usize {
    let bytes = text.as_bytes();
    let skip = |mut at: usize| {
        while matches!(bytes.get(at), Some(b'\r' | b'\n')) {
            at += 1;
        }
        at
    };
    let mut at = 0;
    loop {
        let mut quantum = 0;
        while quantum < 4 {
            at = skip(at);
            match bytes.get(at) {
                // Go reports the start of the incomplete group.
                None if quantum == 0 => return at,
                None => return at - quantum,
                Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/') => {
                    quantum += 1;
                    at += 1;
                }
                Some(b'=') if quantum == 3 => return skip(at + 1),
                Some(b'=') if quantum == 2 => {
                    at = skip(at + 1);
                    return match bytes.get(at) {
                        Some(b'=') => skip(at + 1),
                        Some(_) => at,
                        None => bytes.len(),
                    };
                }
                Some(_) => return at,
            }
        }
    }
}
