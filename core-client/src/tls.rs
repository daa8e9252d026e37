//! From a validated bundle to a TLS client configuration; opens no connection.
//!
//! TLS 1.3 only, aws-lc-rs only, HTTP/1.1 only. A session may be resumed only under the identity and the
//! roots it was made with, so every configuration has a resumption store, a resolver and a verifier of its
//! own: rustls compares their addresses before it resumes.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, Resumption};
use rustls::crypto::CryptoProvider;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, DistinguishedName, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::credentials::{Bundle, CredentialError, Origin};

/// Sessions that one configuration remembers; one service has few addresses.
const RESUMABLE_SESSIONS: usize = 32;

/// Makes a TLS client configuration that presents the bundle's identity and trusts the bundle's roots.
///
/// Nothing in it is shared with another configuration but immutable data, so that a session made with an
/// earlier bundle cannot be resumed with this one.
///
/// # Errors
///
/// [`CredentialError::Tls`] when the platform's roots cannot be read.
pub fn client_config(bundle: &Bundle) -> Result<ClientConfig, CredentialError> {
    let verifier = Arc::new(OwnVerifier(bundle.trust().verifier()?));
    let builder = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|source| CredentialError::Tls {
            origin: bundle.identity().map_or(Origin::Memory, |identity| identity.origin().clone()),
            source: Box::new(source),
        })?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match bundle.identity() {
        Some(identity) => {
            builder.with_client_cert_resolver(Arc::new(OwnResolver(Arc::clone(identity.certified_key()))))
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = Resumption::in_memory_sessions(RESUMABLE_SESSIONS);
    Ok(config)
}

/// The one crypto provider, always passed and never installed for the process.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// Presents one certificate; its address stands for the generation.
struct OwnResolver(Arc<CertifiedKey>);

/// Asks a shared verifier; its own address stands for the generation.
struct OwnVerifier(Arc<dyn ServerCertVerifier>);

// === impl OwnResolver ===

impl ResolvesClientCert for OwnResolver {
    fn resolve(&self, _root_hint_subjects: &[&[u8]], _sigschemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl fmt::Debug for OwnResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnResolver").finish_non_exhaustive()
    }
}

// === impl OwnVerifier ===

impl ServerCertVerifier for OwnVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.0.requires_raw_public_keys()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.0.root_hint_subjects()
    }
}

impl fmt::Debug for OwnVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnVerifier").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
