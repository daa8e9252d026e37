//! A client certificate, its key and the roots to trust as one validated, immutable unit; reads nothing itself.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest;
use jiff::Timestamp;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::sign::CertifiedKey;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use rustls_platform_verifier::Verifier as PlatformVerifier;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::error::{CredentialError, Origin};
use super::pem::{self, Block, Reason};
use crate::jws::Signer;
use crate::tls;

/// The key of the certificate chain in a TLS Secret.
pub(crate) const TLS_CRT: &str = "tls.crt";
/// The key of the private key in a TLS Secret.
pub(crate) const TLS_KEY: &str = "tls.key";

/// Who we are and whom we trust, checked together and never changed.
#[derive(Clone, Debug)]
pub struct Bundle {
    identity: Option<Identity>,
    trust: Trust,
}

/// A client certificate with its chain and its private key, which belong together. Cheap to clone.
///
/// `Debug` shows the common name, the serial number and the last day, nothing else.
#[derive(Clone)]
pub struct Identity(Arc<IdentityInner>);

struct IdentityInner {
    origin: Origin,
    certified_key: Arc<CertifiedKey>,
    signer: Option<Arc<Signer>>,
    facts: Facts,
    thumbprint: [u8; 32],
}

/// Whose server certificates are accepted: the platform's roots, or the given roots and nothing else.
///
/// Clones share what was loaded, so one value serves any number of connections pools.
#[derive(Clone)]
pub struct Trust(Arc<TrustInner>);

enum TrustInner {
    Platform { verifier: OnceLock<Arc<dyn ServerCertVerifier>> },
    Roots { origin: Origin, certificates: usize, verifier: Arc<WebPkiServerVerifier> },
}

/// What a certificate says about itself.
#[derive(Debug)]
struct Facts {
    common_name: Option<String>,
    serial: String,
    not_before: Timestamp,
    not_after: Timestamp,
}

// === impl Bundle ===

impl Bundle {
    /// Puts an identity, or none, and trust together.
    #[must_use]
    pub fn new(identity: Option<Identity>, trust: Trust) -> Self {
        Self { identity, trust }
    }

    /// The client certificate to present, or nothing.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// Whose server certificates are accepted.
    #[must_use]
    pub fn trust(&self) -> &Trust {
        &self.trust
    }
}

// === impl Identity ===

impl Identity {
    /// Reads a chain, leaf first, and the key of the leaf.
    ///
    /// The key is PKCS#1, PKCS#8 or SEC1, and any type TLS knows. Validity dates are not looked at: see
    /// [`ensure_valid_at`](Self::ensure_valid_at).
    ///
    /// # Errors
    ///
    /// [`CredentialError`] when either text cannot be read, or when the two do not belong together.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, CredentialError> {
        Self::parse(Origin::Memory, certificates, key)
    }

    pub(crate) fn parse(origin: Origin, certificates: &[u8], key: &[u8]) -> Result<Self, CredentialError> {
        let (chain, facts) = parse_chain(&origin, certificates)?;
        let key = parse_key(&origin, key)?;
        let thumbprint = sha256(&chain[0]);
        let bad_key =
            |reason: &str| CredentialError::BadKey { origin: origin.clone(), key: TLS_KEY, reason: reason.to_owned() };
        let private = PrivateKeyDer::try_from(&key.der[..]).map_err(|_| bad_key("it is in no known format"))?;
        let signing_key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&private)
            .map_err(|_| bad_key("its type or content is not supported"))?;
        // TLS may know more kinds of keys than signatures; such a key is good for calls without one.
        let signer = Signer::from_der(&private).ok().map(Arc::new);
        let certified_key = CertifiedKey::new(chain, signing_key);
        certified_key.keys_match().map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => CredentialError::Mismatch { origin: origin.clone() },
            other => CredentialError::Tls { origin: origin.clone(), source: Box::new(other) },
        })?;
        Ok(Self(Arc::new(IdentityInner { origin, certified_key: Arc::new(certified_key), signer, facts, thumbprint })))
    }

    /// Where the certificate came from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// The chain as it is presented, leaf first.
    #[must_use]
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.0.certified_key.cert
    }

    /// The chain and the key in the form TLS takes them.
    pub(crate) fn certified_key(&self) -> &Arc<CertifiedKey> {
        &self.0.certified_key
    }

    /// Signs with the key of this certificate; nothing when the key is of a kind that signatures do not know.
    #[must_use]
    pub fn signer(&self) -> Option<&Arc<Signer>> {
        self.0.signer.as_ref()
    }

    /// The subject's common name, by which services know the caller.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.0.facts.common_name.as_deref()
    }

    /// The serial number in lower-case hexadecimal.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.0.facts.serial
    }

    /// The first moment of validity.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.0.facts.not_before
    }

    /// The last moment of validity; dates beyond the year 9999 are cut to its end.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.0.facts.not_after
    }

    /// The SHA-256 digest of the leaf certificate.
    #[must_use]
    pub fn thumbprint_sha256(&self) -> &[u8; 32] {
        &self.0.thumbprint
    }

    /// The certificate is past its last moment at `now`.
    #[must_use]
    pub fn expired_at(&self, now: Timestamp) -> bool {
        now > self.0.facts.not_after
    }

    /// Refuses the certificate when it is past its last moment at `now`.
    ///
    /// # Errors
    ///
    /// [`CredentialError::Expired`], which names where the certificate came from.
    pub fn ensure_valid_at(&self, now: Timestamp) -> Result<(), CredentialError> {
        if self.expired_at(now) {
            return Err(CredentialError::Expired { origin: self.0.origin.clone(), not_after: self.0.facts.not_after });
        }
        Ok(())
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("common_name", &self.common_name())
            .field("serial", &self.serial())
            .field("not_after", &self.not_after())
            .finish_non_exhaustive()
    }
}

/// Every certificate of a client's chain; one that cannot be read spoils the chain.
fn parse_chain(origin: &Origin, text: &[u8]) -> Result<(Vec<CertificateDer<'static>>, Facts), CredentialError> {
    let bad = |line: usize, reason: String| CredentialError::BadCertificate {
        origin: origin.clone(),
        key: TLS_CRT,
        line,
        reason,
    };
    let mut chain = Vec::new();
    let mut leaf = None;
    let mut skipped = 0;
    for block in pem::split(text) {
        let block = block.map_err(|fault| bad(fault.line, fault.reason.to_string()))?;
        if block.label != "CERTIFICATE" {
            skipped += 1;
            continue;
        }
        let facts =
            Facts::of(&block).ok_or_else(|| bad(block.line, "the block is not an X.509 certificate".to_owned()))?;
        leaf.get_or_insert(facts);
        chain.push(CertificateDer::from(block.der.to_vec()));
    }
    match leaf {
        Some(facts) => Ok((chain, facts)),
        None => Err(CredentialError::NoCertificate { origin: origin.clone(), key: TLS_CRT, skipped }),
    }
}

/// The first private key; what else stands in the text, such as `EC PARAMETERS`, is passed over.
fn parse_key(origin: &Origin, text: &[u8]) -> Result<Block, CredentialError> {
    let bad = |reason: String| CredentialError::BadKey { origin: origin.clone(), key: TLS_KEY, reason };
    for block in pem::split(text) {
        match block {
            Ok(block) if block.label == "ENCRYPTED PRIVATE KEY" => {
                return Err(bad(Reason::Encrypted.to_string()));
            }
            Ok(block) if block.label == "PRIVATE KEY" || block.label.ends_with(" PRIVATE KEY") => {
                return Ok(block);
            }
            Ok(_) => {}
            Err(fault) => return Err(bad(format!("line {}: {}", fault.line, fault.reason))),
        }
    }
    Err(bad("there is no PRIVATE KEY block".to_owned()))
}

// === impl Trust ===

impl Trust {
    /// Trusts the roots of the platform.
    ///
    /// They are read once, when the first TLS configuration is made; clones share them.
    #[must_use]
    pub fn platform() -> Self {
        Self(Arc::new(TrustInner::Platform { verifier: OnceLock::new() }))
    }

    /// Trusts the certificates of a PEM bundle, and nothing else.
    ///
    /// Blocks that are not certificates or cannot be read are skipped, each with a warning in the log.
    ///
    /// # Errors
    ///
    /// [`CredentialError::NoCertificate`] when nothing usable is left.
    pub fn from_pem(bundle: &[u8]) -> Result<Self, CredentialError> {
        Self::parse(Origin::Memory, TLS_CRT, bundle)
    }

    pub(crate) fn parse(origin: Origin, key: &'static str, bundle: &[u8]) -> Result<Self, CredentialError> {
        let mut roots = RootCertStore::empty();
        let mut skipped = 0;
        for block in pem::split(bundle) {
            let (line, reason) = match block {
                Ok(block) if block.label != "CERTIFICATE" => (block.line, "the block is not a certificate".to_owned()),
                Ok(block) => match roots.add(CertificateDer::from(&block.der[..])) {
                    Ok(()) => continue,
                    Err(error) => (block.line, error.to_string()),
                },
                Err(fault) => (fault.line, fault.reason.to_string()),
            };
            skipped += 1;
            tracing::warn!(%origin, key, line, reason, "skipped a block of a CA bundle");
        }
        if roots.is_empty() {
            return Err(CredentialError::NoCertificate { origin, key, skipped });
        }
        let certificates = roots.len();
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), tls::provider())
            .build()
            .map_err(|source| tls_error(&origin, source))?;
        Ok(Self(Arc::new(TrustInner::Roots { origin, certificates, verifier })))
    }

    /// Where the roots came from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        match &*self.0 {
            TrustInner::Platform { .. } => &Origin::Platform,
            TrustInner::Roots { origin, .. } => origin,
        }
    }

    /// The verifier of server certificates, made once per value and its clones.
    pub(crate) fn verifier(&self) -> Result<Arc<dyn ServerCertVerifier>, CredentialError> {
        match &*self.0 {
            TrustInner::Roots { verifier, .. } => Ok(verifier.clone()),
            TrustInner::Platform { verifier } => {
                if let Some(verifier) = verifier.get() {
                    return Ok(verifier.clone());
                }
                let fresh =
                    PlatformVerifier::new(tls::provider()).map_err(|source| tls_error(&Origin::Platform, source))?;
                Ok(verifier.get_or_init(|| Arc::new(fresh)).clone())
            }
        }
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            TrustInner::Platform { .. } => f.write_str("Platform"),
            TrustInner::Roots { origin, certificates, .. } => {
                f.debug_struct("Roots").field("origin", origin).field("certificates", certificates).finish()
            }
        }
    }
}

fn tls_error(origin: &Origin, source: impl StdError + Send + Sync + 'static) -> CredentialError {
    CredentialError::Tls { origin: origin.clone(), source: Box::new(source) }
}

// === impl Facts ===

impl Facts {
    fn of(block: &Block) -> Option<Self> {
        let (rest, certificate) = X509Certificate::from_der(&block.der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        let validity = certificate.validity();
        Some(Self {
            // With several common names the last one counts, as it does for the Go services.
            common_name: certificate
                .subject()
                .iter_common_name()
                .last()
                .and_then(|name| name.as_str().ok())
                .map(str::to_owned),
            serial: hex(certificate.raw_serial()),
            not_before: timestamp(validity.not_before.timestamp()),
            not_after: timestamp(validity.not_after.timestamp()),
        })
    }
}

/// Seconds of the epoch; what is out of range, as the customary `99991231235959Z` is, becomes the nearest
/// moment that can be told.
fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// The serial number without the leading zero octet that keeps it positive.
fn hex(octets: &[u8]) -> String {
    use fmt::Write as _;

    let octets = match octets {
        [0, rest @ ..] if !rest.is_empty() => rest,
        octets => octets,
    };
    octets.iter().fold(String::new(), |mut text, octet| {
        // Writing to a String cannot fail.
        write!(text, "{octet:02x}").unwrap_or_default();
        text
    })
}

/// The SHA-256 digest of `bytes`.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

#[cfg(test)]
mod tests;
