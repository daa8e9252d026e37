//! Private keys in every encoding an issuer might write.
//! Knows nothing of certificates.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{KeyPair, RsaKeySize};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::der;

/// The kinds of key the family meets.
#[expect(clippy::exhaustive_enums, reason = "tests list them all")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// RSA of 2048 bits; slow to make, so make one and reuse it.
    Rsa2048,
    /// RSA of 3072 bits.
    Rsa3072,
    /// RSA of 4096 bits, what deployments use; takes seconds to make.
    Rsa4096,
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// ECDSA on P-521.
    P521,
    /// Ed25519.
    Ed25519,
}

/// A private key; clones share it, so one slow RSA key can serve many leaves.
#[derive(Clone)]
pub struct PrivateKey {
    kind: KeyKind,
    pair: Arc<KeyPair>,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("kind", &self.kind).finish_non_exhaustive()
    }
}

// === impl PrivateKey ===

impl PrivateKey {
    /// Makes a key.
    pub fn generate(kind: KeyKind) -> Self {
        let rsa = |size| KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, size);
        let pair = match kind {
            KeyKind::Rsa2048 => rsa(RsaKeySize::_2048),
            KeyKind::Rsa3072 => rsa(RsaKeySize::_3072),
            KeyKind::Rsa4096 => rsa(RsaKeySize::_4096),
            KeyKind::P256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
            KeyKind::P384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384),
            KeyKind::P521 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512),
            KeyKind::Ed25519 => KeyPair::generate_for(&rcgen::PKCS_ED25519),
        }
        .expect("the cryptography library makes keys of this kind");
        Self { kind, pair: Arc::new(pair) }
    }

    /// The kind of key.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    pub(super) fn pair(&self) -> &KeyPair {
        &self.pair
    }

    /// PKCS#8, for every kind.
    pub fn pkcs8_der(&self) -> Vec<u8> {
        self.pair.serialize_der()
    }

    /// PKCS#8 in the type rustls takes.
    pub fn der(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.pkcs8_der()).into()
    }

    /// PKCS#8 PEM (`PRIVATE KEY`), for every kind.
    pub fn pkcs8_pem(&self) -> String {
        pem("PRIVATE KEY", &self.pkcs8_der())
    }

    /// PKCS#1 (`RSAPrivateKey`), for RSA only.
    pub fn pkcs1_der(&self) -> Option<Vec<u8>> {
        let (_, inner) = self.rsa().then(|| split(&self.pkcs8_der())).flatten()?;
        Some(inner)
    }

    /// PKCS#1 PEM (`RSA PRIVATE KEY`), for RSA only.
    pub fn pkcs1_pem(&self) -> Option<String> {
        Some(pem("RSA PRIVATE KEY", &self.pkcs1_der()?))
    }

    /// SEC1 (`ECPrivateKey`) with its curve named, for ECDSA only.
    pub fn sec1_der(&self) -> Option<Vec<u8>> {
        let (curve, inner) = self.ec().then(|| split(&self.pkcs8_der())).flatten()?;
        // Inside PKCS#8 the curve stands in the algorithm; alone, the key has to name it.
        let (fields, _) = der::expect(der::SEQUENCE, &inner)?;
        let (version, fields) = der::expect(der::INTEGER, fields)?;
        let (scalar, fields) = der::expect(der::OCTET_STRING, fields)?;
        let mut out = der::put(der::INTEGER, version);
        out.extend(der::put(der::OCTET_STRING, scalar));
        out.extend(der::put(der::CONTEXT_0, &curve));
        let mut rest = fields;
        while let Some((tag, content, after)) = der::take(rest) {
            if tag == der::CONTEXT_1 {
                out.extend(der::put(tag, content));
            }
            rest = after;
        }
        Some(der::put(der::SEQUENCE, &out))
    }

    /// SEC1 PEM (`EC PRIVATE KEY`), for ECDSA only; what cert-manager writes for ECDSA keys by default.
    pub fn sec1_pem(&self) -> Option<String> {
        Some(pem("EC PRIVATE KEY", &self.sec1_der()?))
    }

    fn rsa(&self) -> bool {
        matches!(self.kind, KeyKind::Rsa2048 | KeyKind::Rsa3072 | KeyKind::Rsa4096)
    }

    fn ec(&self) -> bool {
        matches!(self.kind, KeyKind::P256 | KeyKind::P384 | KeyKind::P521)
    }
}

/// The algorithm's parameters (one DER value) and the key inside a PKCS#8 key.
fn split(pkcs8: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (fields, _) = der::expect(der::SEQUENCE, pkcs8)?;
    let (_version, fields) = der::expect(der::INTEGER, fields)?;
    let (algorithm, fields) = der::expect(der::SEQUENCE, fields)?;
    let (_, _oid, parameters) = der::take(algorithm)?;
    let (key, _) = der::expect(der::OCTET_STRING, fields)?;
    Some((parameters.to_vec(), key.to_vec()))
}

/// Writes PEM with lines of 64 characters.
pub fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}
