//! Verifying with the public key of a certificate.
//! Knows nothing of trust: whether the certificate may be believed is settled before.

use std::fmt;

use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::CertificateDer;
use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, Visitor};
use x509_parser::prelude::{FromDer as _, SubjectPublicKeyInfo, X509Certificate};

use super::{Algorithm, JwsError};

/// The longest token a [`Verifier`] looks at unless told otherwise: 16 KiB, above any header a server accepts.
pub const DEFAULT_MAX_BYTES: usize = 16 * 1024;

const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";
const ED25519: &str = "1.3.101.112";
const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";
const P521: &str = "1.3.132.0.35";

/// Header members that bring a key along or ask for an extension; neither is ever followed.
const REFUSED_MEMBERS: [&str; 5] = ["crit", "jku", "jwk", "x5c", "x5u"];

/// Verifies compact tokens with the key of one certificate.
///
/// The key fixes the algorithm; the token is only asked whether it agrees. Unknown header members such as `typ` or
/// `kid` are ignored.
pub struct Verifier {
    key: ParsedPublicKey,
    algorithm: Algorithm,
    max_bytes: usize,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("algorithm", &self.algorithm)
            .field("max_bytes", &self.max_bytes)
            .finish_non_exhaustive()
    }
}

// === impl Verifier ===

impl Verifier {
    /// Takes the public key of a certificate. Neither its dates nor its issuer are looked at.
    ///
    /// # Errors
    /// [`JwsError::Certificate`] when it is not exactly one X.509 certificate, [`JwsError::PublicKey`] when its key is
    /// outside the [module's table](super).
    pub fn from_certificate(certificate: &CertificateDer<'_>) -> Result<Self, JwsError> {
        let (rest, certificate) =
            X509Certificate::from_der(certificate).map_err(|error| JwsError::Certificate(error.into()))?;
        if !rest.is_empty() {
            return Err(JwsError::Certificate("data follows the certificate".into()));
        }
        let (scheme, algorithm) = scheme(certificate.public_key()).ok_or(JwsError::PublicKey)?;
        let key = ParsedPublicKey::new(scheme, &certificate.public_key().subject_public_key.data)
            .map_err(|_| JwsError::PublicKey)?;
        Ok(Self { key, algorithm, max_bytes: DEFAULT_MAX_BYTES })
    }

    /// Sets the longest token looked at, in bytes. Default: [`DEFAULT_MAX_BYTES`].
    #[must_use]
    pub fn with_max_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// The only algorithm accepted: the one of the certificate's key.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Verifies a compact token and returns its payload.
    ///
    /// PSS signatures need a salt of 64 octets, as RFC 7518 says and the originals write.
    ///
    /// # Errors
    /// Every variant of [`JwsError`] from [`TooLong`](JwsError::TooLong) on.
    pub fn verify(&self, compact: &str) -> Result<Vec<u8>, JwsError> {
        if compact.len() > self.max_bytes {
            return Err(JwsError::TooLong { bytes: compact.len(), limit: self.max_bytes });
        }
        let (signed, signature) = compact.rsplit_once('.').ok_or(JwsError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JwsError::Malformed)?;
        self.check_header(&decode(header)?)?;
        // A fourth segment would leave a dot here, which is outside the alphabet.
        let payload = decode(payload)?;
        let signature = decode(signature)?;
        self.key.verify_sig(signed.as_bytes(), &signature).map_err(|_| JwsError::Signature)?;
        Ok(payload)
    }

    fn check_header(&self, json: &[u8]) -> Result<(), JwsError> {
        let mut reader = serde_json::Deserializer::from_slice(json);
        let header = reader.deserialize_map(HeaderVisitor).map_err(|_| JwsError::Header)?;
        reader.end().map_err(|_| JwsError::Header)?;
        if let Some(member) = header.refused {
            return Err(JwsError::HeaderMember { member });
        }
        if header.algorithm != self.algorithm.as_str() {
            return Err(JwsError::Algorithm { expected: self.algorithm });
        }
        Ok(())
    }
}

fn decode(segment: &str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(segment).map_err(|_| JwsError::Malformed)
}

/// The one way to verify with this key.
fn scheme(key: &SubjectPublicKeyInfo<'_>) -> Option<(&'static dyn VerificationAlgorithm, Algorithm)> {
    match key.algorithm.algorithm.to_id_string().as_str() {
        RSA => Some((&signature::RSA_PSS_2048_8192_SHA512, Algorithm::Ps512)),
        ED25519 => Some((&signature::ED25519, Algorithm::EdDsa)),
        EC => match key.algorithm.parameters.as_ref()?.as_oid().ok()?.to_id_string().as_str() {
            P256 => Some((&signature::ECDSA_P256_SHA256_FIXED, Algorithm::Es256)),
            P384 => Some((&signature::ECDSA_P384_SHA384_FIXED, Algorithm::Es384)),
            P521 => Some((&signature::ECDSA_P521_SHA512_FIXED, Algorithm::Es512)),
            _ => None,
        },
        _ => None,
    }
}

struct Header {
    algorithm: String,
    refused: Option<&'static str>,
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object with one algorithm")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Header, A::Error> {
        let (mut algorithm, mut refused) = (None, None);
        while let Some(name) = members.next_key::<String>()? {
            if name == "alg" {
                if algorithm.replace(members.next_value()?).is_some() {
                    return Err(A::Error::duplicate_field("alg"));
                }
                continue;
            }
            members.next_value::<IgnoredAny>()?;
            refused = refused.or_else(|| REFUSED_MEMBERS.into_iter().find(|member| *member == name));
        }
        let algorithm = algorithm.ok_or_else(|| A::Error::missing_field("alg"))?;
        Ok(Header { algorithm, refused })
    }
}
