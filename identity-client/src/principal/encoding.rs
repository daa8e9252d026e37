//! The plain header form of a principal, and the reasons a header is refused.
//!
//! Knows nothing of keys. The signed form wraps the same JSON and lives with the request hooks.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::HeaderValue;

use super::Principal;

/// Default limit for an outbound principal header, in bytes. Ingress-nginx and many others read a
/// header line into 8 KiB; the difference is room for the name.
pub const DEFAULT_MAX_HEADER_BYTES: usize = 8 * 1024 - 64;

/// Default limit for an inbound principal header, in bytes.
pub const MAX_INBOUND_HEADER_BYTES: usize = 16 * 1024;

/// base64url without padding, decoding as Go does: padding is refused, non-zero trailing bits are
/// not looked at.
const WIRE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Why a principal could not be written to a header or read from one.
///
/// Says where the trouble is and never repeats what the header held.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrincipalError {
    /// There is no value. An empty header counts as an absent one.
    #[error("the principal is missing")]
    Missing,
    /// The value is longer than the configured limit.
    #[error(
        "the principal takes {size} bytes as a header, more than the limit of {limit}; \
         name fewer organizations or raise the limit"
    )]
    #[non_exhaustive]
    TooLarge {
        /// Length of the header value, in bytes.
        size: usize,
        /// The configured limit, in bytes.
        limit: usize,
    },
    /// The value is not base64url without padding.
    #[error("the principal is not base64url without padding")]
    NotBase64,
    /// The decoded bytes are not a JSON object of the expected shape.
    #[error("the principal is not valid JSON, at line {line} column {column}")]
    #[non_exhaustive]
    NotJson {
        /// Line of the first offending byte, from 1.
        line: usize,
        /// Column of the first offending byte, from 1.
        column: usize,
    },
}

impl Principal {
    /// The plain form, as the API path sends it in `X-Principal`, unless it is longer than
    /// `limit` bytes. The value is marked sensitive, so that it is not printed.
    ///
    /// # Errors
    ///
    /// [`PrincipalError::TooLarge`]: an unbounded list of organizations does not belong in a
    /// header.
    pub fn to_header(&self, limit: usize) -> Result<HeaderValue, PrincipalError> {
        let encoded = WIRE.encode(self.to_json());
        if encoded.len() > limit {
            return Err(PrincipalError::TooLarge { size: encoded.len(), limit });
        }
        sensitive(&encoded)
    }

    /// Reads the plain form.
    ///
    /// # Errors
    ///
    /// [`PrincipalError`], when the value is empty, longer than `limit` bytes, padded, not
    /// base64url, or not the JSON form of a principal.
    pub fn from_header(value: &[u8], limit: usize) -> Result<Self, PrincipalError> {
        if value.is_empty() {
            return Err(PrincipalError::Missing);
        }
        if value.len() > limit {
            return Err(PrincipalError::TooLarge { size: value.len(), limit });
        }
        let json = WIRE.decode(value).map_err(|_| PrincipalError::NotBase64)?;
        Self::from_json(&json)
    }

    /// Reads the JSON form, for instance the payload of a verified signature.
    ///
    /// # Errors
    ///
    /// [`PrincipalError::NotJson`] for arrays, for members of another type than string, and for
    /// anything after the object.
    pub fn from_json(json: &[u8]) -> Result<Self, PrincipalError> {
        Self::read_json(json).map_err(|error| PrincipalError::NotJson { line: error.line(), column: error.column() })
    }
}

/// A header value that is not shown in `Debug` output nor kept in a compression table.
pub(crate) fn sensitive(text: &str) -> Result<HeaderValue, PrincipalError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| PrincipalError::NotBase64)?;
    value.set_sensitive(true);
    Ok(value)
}
