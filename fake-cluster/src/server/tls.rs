//! What the server shows and whom it trusts.
//!
//! As in the real server any client certificate may finish the handshake; whether it chains to the client CA, and
//! whether it is valid at this moment, is decided anew for each request.

use std::sync::Arc;

use ::aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ServerSessionMemoryCache, WebPkiClientVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig, SignatureScheme};
use rustls_pki_types::{CertificateDer, UnixTime};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::StartError;
use super::pki::{Authority, DerPair};
use crate::api::{Certificate, User};

/// Sessions that a server lets clients resume; the oldest go first. A client that has just been here finds its own among them.
const RESUMABLE_SESSIONS: usize = 8;

/// One generation of TLS material. Never changed in place: a rotation makes another one.
#[derive(Debug)]
pub(crate) struct Tls {
    /// Issues client certificates, and the serving certificate.
    pub(crate) authority: Arc<Authority>,
    pub(crate) server: Arc<ServerConfig>,
    /// Whose client certificates are good.
    pub(crate) trusted: Vec<CertificateDer<'static>>,
    clients: Arc<dyn ClientCertVerifier>,
}

/// What is known of the certificate of one connection.
#[derive(Debug, Default)]
pub(crate) struct Peer {
    chain: Vec<CertificateDer<'static>>,
    checked: Option<Checked>,
}

#[derive(Debug)]
struct Checked {
    /// The verifier that was asked.
    by: Arc<dyn ClientCertVerifier>,
    not_before: i64,
    not_after: i64,
    found: Arc<Certificate>,
}

// === impl Tls ===

impl Tls {
    /// Shows a certificate of `authority`, trusts clients of all `trusted`.
    pub(crate) fn new(authority: Arc<Authority>, trusted: Vec<CertificateDer<'static>>) -> Result<Self, StartError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let DerPair { certificate, key } = authority.serving()?;
        let mut roots = RootCertStore::empty();
        for root in &trusted {
            roots.add(root.clone()).map_err(StartError::Tls)?;
        }
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .build()
            .map_err(|error| StartError::Tls(rustls::Error::General(error.to_string())))?;
        let mut server = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(StartError::Tls)?
            .with_client_cert_verifier(Arc::new(AnyCertificate::new(&provider)))
            .with_single_cert(vec![certificate], key)
            .map_err(StartError::Tls)?;
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        // Each handshake leaves two sessions behind, with the client's chain in them. By default 256 are kept, which in a fleet of a
        // thousand servers whose clients change certificates is some hundred megabytes.
        server.session_storage = ServerSessionMemoryCache::new(RESUMABLE_SESSIONS);
        Ok(Self { authority, server: Arc::new(server), trusted, clients })
    }
}

// === impl Peer ===

impl Peer {
    pub(crate) fn new(chain: Option<&[CertificateDer<'_>]>) -> Self {
        let chain = chain.unwrap_or_default().iter().map(|c| c.clone().into_owned()).collect();
        Self { chain, checked: None }
    }

    /// What the certificate proves now. The chain is verified once per connection and trust, validity each time.
    pub(crate) fn certificate(&mut self, tls: &Tls, now: Timestamp) -> Arc<Certificate> {
        let Some((leaf, intermediates)) = self.chain.split_first() else { return Arc::default() };
        let now = now.as_second();
        match &self.checked {
            Some(known) if Arc::ptr_eq(&known.by, &tls.clients) => return known.at(now),
            _ => {}
        }
        let checked = check(tls, leaf, intermediates);
        let found = checked.at(now);
        self.checked = Some(checked);
        found
    }
}

impl Checked {
    fn at(&self, now: i64) -> Arc<Certificate> {
        if (self.not_before..=self.not_after).contains(&now) {
            self.found.clone()
        } else {
            Arc::new(Certificate::Invalid)
        }
    }
}

fn check(tls: &Tls, leaf: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Checked {
    let by = tls.clients.clone();
    let bad = Checked { by, not_before: i64::MIN, not_after: i64::MAX, found: Arc::new(Certificate::Invalid) };
    let Ok((_, parsed)) = X509Certificate::from_der(leaf) else { return bad };
    let (not_before, not_after) = (parsed.validity().not_before.timestamp(), parsed.validity().not_after.timestamp());
    // The chain is verified at a moment inside the leaf's own validity; the clock is compared on each request.
    let moment = u64::try_from(not_before).unwrap_or_default();
    let moment = UnixTime::since_unix_epoch(std::time::Duration::from_secs(moment.max(1)));
    let moments = [moment, UnixTime::now()];
    if !moments.iter().any(|moment| tls.clients.verify_client_cert(leaf, intermediates, *moment).is_ok()) {
        return bad;
    }
    let subject = parsed.subject();
    let name = subject.iter_common_name().next().and_then(|cn| cn.as_str().ok()).unwrap_or_default().to_owned();
    if name.is_empty() {
        return bad;
    }
    let groups = subject.iter_organization().filter_map(|o| o.as_str().ok()).map(str::to_owned).collect();
    let mut user = User { name, groups, ..User::default() };
    let fingerprint: String = digest(&SHA256, leaf).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let credential = format!("X509SHA256={fingerprint}");
    user.extra.insert("authentication.kubernetes.io/credential-id".into(), vec![credential]);
    Checked { not_before, not_after, found: Arc::new(Certificate::Valid(user.authenticated())), ..bad }
}

/// Lets every client finish the handshake that holds the key of its certificate.
#[derive(Debug)]
struct AnyCertificate {
    algorithms: WebPkiSupportedAlgorithms,
}

impl AnyCertificate {
    fn new(provider: &CryptoProvider) -> Self {
        Self { algorithms: provider.signature_verification_algorithms }
    }
}

impl ClientCertVerifier for AnyCertificate {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
