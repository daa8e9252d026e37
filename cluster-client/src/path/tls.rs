//! TLS to an `https` proxy, with the proxy's own authorities and name. Knows nothing of clusters and their certificates.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;

use super::error::{Hop, PathSpecError};
use super::{HopError, Io, PathError};

/// The verifier of this machine's authorities; loading them takes milliseconds, so it is made once and only when it is needed.
#[derive(Debug, Default)]
pub(super) struct SystemRoots(Mutex<Option<Arc<dyn ServerCertVerifier>>>);

impl SystemRoots {
    fn get(
        &self,
        provider: &Arc<rustls::crypto::CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(verifier) = &*made {
            return Ok(verifier.clone());
        }
        let verifier: Arc<dyn ServerCertVerifier> = Arc::new(Verifier::new(provider.clone())?);
        *made = Some(verifier.clone());
        Ok(verifier)
    }
}

/// Speaks TLS to one proxy.
#[derive(Clone)]
pub(super) struct ProxyTls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl std::fmt::Debug for ProxyTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProxyTls").field("name", &self.name).finish_non_exhaustive()
    }
}

impl ProxyTls {
    pub(super) fn new(hop: &Hop, roots: Option<&[u8]>, system: &SystemRoots) -> Result<Self, PathSpecError> {
        let unusable = |source: Arc<dyn std::error::Error + Send + Sync>| PathSpecError::ProxyRoots {
            proxy: hop.at.clone(),
            source,
        };
        let name = ServerName::try_from(hop.at.host.clone()).map_err(|error| unusable(Arc::new(error)))?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(Arc::new(error)))?;
        let mut config = match roots {
            Some(pem) => {
                let mut store = RootCertStore::empty();
                for certificate in CertificateDer::pem_slice_iter(pem) {
                    let certificate = certificate.map_err(|error| unusable(Arc::new(error)))?;
                    store.add(certificate).map_err(|error| unusable(Arc::new(error)))?;
                }
                if store.is_empty() {
                    return Err(unusable(Arc::new(rustls::Error::NoCertificatesPresented)));
                }
                builder.with_root_certificates(store).with_no_client_auth()
            }
            None => {
                let verifier = system.get(&provider).map_err(|error| unusable(Arc::new(error)))?;
                builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
            }
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name })
    }

    /// Makes the handshake; the caller has the deadline.
    pub(super) async fn wrap(&self, hop: &Hop, stream: Box<dyn Io>) -> Result<Box<dyn Io>, PathError> {
        match self.connector.connect(self.name.clone(), stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(PathError::Hop { hop: hop.clone(), source: HopError::Tls(Arc::new(error)) }),
        }
    }
}
