//! Who is calling, and for whom: checked with libraries that the crates under test do not use for it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;
use x509_parser::prelude::{FromDer, X509Certificate};

/// The verified certificate at the other end of a connection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Peer {
    /// Subject common name.
    pub common_name: String,
    /// Serial number, lower-case hexadecimal.
    pub serial: String,
    /// The certificate.
    pub der: Vec<u8>,
}

impl Peer {
    /// Reads a certificate; `None` when it is not X.509.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let common_name = certificate.subject().iter_common_name().last()?.as_str().ok()?.to_owned();
        let serial = certificate.raw_serial().iter().map(|b| format!("{b:02x}")).collect();
        Some(Self { common_name, serial, der: der.to_vec() })
    }
}

/// How a principal travelled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Base64url of JSON.
    Plain,
    /// A compact JWS with this algorithm, verified against the certificate on the connection.
    Signed(String),
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No client certificate, and this service takes no bearer tokens.
    NoCertificate,
    /// `X-Principal` is missing, empty or there more than once.
    NoPrincipal,
    /// `X-Principal` cannot be decoded.
    BadPrincipal,
    /// The signature does not match the certificate on the connection.
    BadSignature,
    /// `X-Impersonate` without an actor to impersonate.
    NobodyToImpersonate,
    /// `traceparent` is not what W3C asks for.
    BadTrace,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoCertificate => "a client certificate is required",
            Self::NoPrincipal => "exactly one principal is required",
            Self::BadPrincipal => "the principal could not be decoded",
            Self::BadSignature => "the principal's signature does not verify",
            Self::NobodyToImpersonate => "there is nobody to impersonate",
            Self::BadTrace => "the trace context is malformed",
        })
    }
}

/// An accepted caller.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) principal: Value,
    pub(super) encoding: Encoding,
    pub(super) impersonated: bool,
}

pub(super) fn principal(headers: &HeaderMap, peer: Option<&Peer>) -> Result<Caller, Refusal> {
    let peer = peer.ok_or(Refusal::NoCertificate)?;
    trace(headers)?;
    let mut values = headers.get_all("x-principal").iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(Refusal::NoPrincipal) };
    let value = value.to_str().map_err(|_| Refusal::BadPrincipal)?;
    if value.is_empty() {
        return Err(Refusal::NoPrincipal);
    }
    let (payload, encoding) = if value.contains('.') { signed(value, peer)? } else { (plain(value)?, Encoding::Plain) };
    if !payload.is_object() {
        return Err(Refusal::BadPrincipal);
    }
    let impersonated =
        encoding == Encoding::Plain && headers.get("x-impersonate").is_some_and(|v| v.as_bytes() == b"true");
    if impersonated && payload["actor"].as_str().is_none_or(str::is_empty) {
        return Err(Refusal::NobodyToImpersonate);
    }
    Ok(Caller { principal: payload, encoding, impersonated })
}

fn plain(value: &str) -> Result<Value, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(value).map_err(|_| Refusal::BadPrincipal)?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::BadPrincipal)
}

fn signed(value: &str, peer: &Peer) -> Result<(Value, Encoding), Refusal> {
    let header = jsonwebtoken::decode_header(value).map_err(|_| Refusal::BadPrincipal)?;
    let (_, certificate) = X509Certificate::from_der(&peer.der).map_err(|_| Refusal::NoCertificate)?;
    let spki = &certificate.tbs_certificate.subject_pki;
    let key = &spki.subject_public_key.data;
    let (algorithm, key) = match spki.algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.1" => (Algorithm::PS512, DecodingKey::from_rsa_der(key)),
        "1.2.840.10045.2.1" if key.len() == 65 => (Algorithm::ES256, DecodingKey::from_ec_der(key)),
        "1.2.840.10045.2.1" => (Algorithm::ES384, DecodingKey::from_ec_der(key)),
        _ => (Algorithm::EdDSA, DecodingKey::from_ed_der(key)),
    };
    if header.alg != algorithm {
        return Err(Refusal::BadSignature);
    }
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let token = jsonwebtoken::decode::<Value>(value, &key, &validation).map_err(|_| Refusal::BadSignature)?;
    Ok((token.claims, Encoding::Signed(format!("{algorithm:?}"))))
}

fn trace(headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(value) = headers.get("traceparent") else { return Ok(()) };
    let parts: Vec<&str> = value.to_str().map_err(|_| Refusal::BadTrace)?.split('-').collect();
    let hex =
        |part: &str, len: usize| part.len() == len && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    match parts.as_slice() {
        ["00", trace, span, flags] if hex(trace, 32) && hex(span, 16) && hex(flags, 2) => Ok(()),
        _ => Err(Refusal::BadTrace),
    }
}
