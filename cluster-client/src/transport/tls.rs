//! Who is trusted and who we are, as TLS configurations. Opens nothing, and reads no files.
//!
//! rustls resumes a session only under the very verifier and the very resolver it was made with. So a verifier may be shared by all
//! clusters with the same authorities, and every identity has a resolver of its own: the old identity cannot come back in a resumed session.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use jiff::Timestamp;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::auth::{AuthError, Validity};
use crate::spec::SpecError;

/// Sessions that one configuration remembers. It talks to one server, and memory counts in a fleet.
const RESUMABLE_SESSIONS: usize = 4;

/// Verifiers of server certificates, each made once for all clusters that have the same authorities.
#[derive(Debug)]
pub(super) struct Verifiers {
    provider: Arc<CryptoProvider>,
    system: OnceLock<Arc<dyn ServerCertVerifier>>,
    anybody: Arc<dyn ServerCertVerifier>,
    roots: Mutex<HashMap<[u8; 32], Weak<WebPkiServerVerifier>>>,
}

/// A client certificate and its key, which belong together.
#[derive(Clone)]
pub(crate) struct Identity {
    certified: Arc<CertifiedKey>,
    pub(super) fingerprint: [u8; 32],
    pub(super) validity: Validity,
}

impl Verifiers {
    pub(super) fn new() -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let anybody = Arc::new(Anybody(Arc::clone(&provider)));
        Self { provider, system: OnceLock::new(), anybody, roots: Mutex::default() }
    }

    /// The authorities that this machine trusts. Reads them the first time, which takes some milliseconds.
    pub(super) fn system(&self) -> Result<Arc<dyn ServerCertVerifier>, SpecError> {
        if let Some(verifier) = self.system.get() {
            return Ok(Arc::clone(verifier));
        }
        let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(&self.provider))
            .map_err(|error| material("the authorities that this machine trusts", error))?;
        Ok(Arc::clone(self.system.get_or_init(|| Arc::new(verifier))))
    }

    /// No authority is needed.
    pub(super) fn anybody(&self) -> Arc<dyn ServerCertVerifier> {
        Arc::clone(&self.anybody)
    }

    /// These authorities, PEM, and no others.
    pub(super) fn roots(&self, pem: &[u8]) -> Result<Arc<dyn ServerCertVerifier>, SpecError> {
        const WHAT: &str = "certificate-authority";
        let fingerprint: [u8; 32] = Sha256::digest(pem).into();
        let mut known = self.roots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(verifier) = known.get(&fingerprint).and_then(Weak::upgrade) {
            return Ok(verifier);
        }
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| material(WHAT, error))?;
            roots.add(certificate).map_err(|error| material(WHAT, error))?;
        }
        if roots.is_empty() {
            return Err(material(WHAT, "it holds no certificate"));
        }
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .build()
            .map_err(|error| material(WHAT, error))?;
        known.retain(|_, verifier| verifier.strong_count() > 0);
        known.insert(fingerprint, Arc::downgrade(&verifier));
        Ok(verifier)
    }

    /// A configuration that shows `identity` and believes `verifier`. Nothing that was made before resumes under it.
    pub(super) fn config(
        &self,
        verifier: Arc<dyn ServerCertVerifier>,
        identity: Option<&Identity>,
    ) -> Result<Arc<ClientConfig>, rustls::Error> {
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let resolver = Arc::new(Resolver(identity.map(|identity| Arc::clone(&identity.certified))));
        let mut config = builder.with_client_cert_resolver(resolver);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.resumption = Resumption::in_memory_sessions(RESUMABLE_SESSIONS);
        Ok(Arc::new(config))
    }
}

fn material(what: &'static str, reason: impl fmt::Display) -> SpecError {
    SpecError::Material { what, reason: reason.to_string() }
}

// === impl Identity ===

impl Identity {
    /// Reads a chain, leaf first, and the key of the leaf.
    pub(super) fn from_pem(chain: &[u8], key: &SecretString) -> Result<Self, AuthError> {
        const WHAT: &str = "client certificate";
        let bad = |reason: &str| AuthError::Malformed { what: WHAT, reason: reason.to_owned() };
        let bad_key = |reason: &str| AuthError::Malformed { what: "client key", reason: reason.to_owned() };
        let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
            .map(|certificate| certificate.map(CertificateDer::into_owned))
            .collect::<Result<_, _>>()
            .map_err(|_| bad("it is no PEM"))?;
        let leaf = chain.first().ok_or_else(|| bad("it holds no certificate"))?;
        let fingerprint: [u8; 32] = Sha256::digest(leaf).into();
        let (_, facts) = X509Certificate::from_der(leaf).map_err(|_| bad("its leaf is no X.509 certificate"))?;
        // What is beyond the end of time, as the customary 99991231235959Z is, never comes.
        let from = Timestamp::from_second(facts.validity().not_before.timestamp()).unwrap_or(Timestamp::MIN);
        let until = Timestamp::from_second(facts.validity().not_after.timestamp()).unwrap_or(Timestamp::MAX);
        let validity = Validity { from, until };
        let key = PrivateKeyDer::from_pem_slice(key.expose_secret().as_bytes()).map_err(|_| bad_key("it is no PEM"))?;
        let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&key)
            .map_err(|_| bad_key("its type or content is not supported"))?;
        let certified = CertifiedKey::new(chain, key);
        certified.keys_match().map_err(|_| bad("it does not belong to the client key"))?;
        Ok(Self { certified: Arc::new(certified), fingerprint, validity })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("not_after", &self.validity.until).finish_non_exhaustive()
    }
}

/// Shows one certificate, or none; its address stands for the identity.
struct Resolver(Option<Arc<CertifiedKey>>);

impl ResolvesClientCert for Resolver {
    fn resolve(&self, _root_hint_subjects: &[&[u8]], _sigschemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resolver")
    }
}

/// Believes every certificate whose key the server holds.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
