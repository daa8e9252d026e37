//! How to reach a server and as whom; knows nothing of which server it is.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use kube::config::AuthInfo;
use secrecy::SecretString;
use std::time::Duration;

/// Who a request is made as.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Who {
    /// A member of `system:masters`, by client certificate.
    Admin,
    /// Nobody: no credential at all.
    Anonymous,
    /// A client certificate with this common name and organisation.
    User {
        /// The certificate's CN.
        name: String,
        /// The certificate's O.
        group: Option<String>,
    },
    /// A bearer token, sent as it is.
    Token(String),
}

impl Who {
    /// A user without a group.
    pub fn user(name: impl Into<String>) -> Self {
        Who::User { name: name.into(), group: None }
    }

    /// A user in a group.
    pub fn member(name: impl Into<String>, group: impl Into<String>) -> Self {
        Who::User { name: name.into(), group: Some(group.into()) }
    }

    /// How transcripts call this identity.
    pub fn label(&self) -> String {
        match self {
            Who::Admin => "admin".into(),
            Who::Anonymous => "anonymous".into(),
            Who::User { name, group: None } => name.clone(),
            Who::User { name, group: Some(group) } => format!("{name} of {group}"),
            Who::Token(_) => "token".into(),
        }
    }
}

/// A certificate and its key, in PEM.
#[derive(Clone)]
#[non_exhaustive]
pub struct Pair {
    /// The certificate chain.
    pub certificate: String,
    /// The private key.
    pub key: String,
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pair(…)")
    }
}

/// The credential a client presents.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// None.
    Anonymous,
    /// A client certificate.
    Certificate(Pair),
    /// A bearer token.
    Token(SecretString),
}

/// A client for `url`, trusting `ca` only, without retries: what the server says is what the caller sees.
///
/// # Errors
/// When the URL or a PEM block does not parse.
pub fn client(url: &str, ca: &str, credential: Credential) -> Result<kube::Client> {
    let mut config = kube::Config::new(url.parse().context("server URL")?);
    let ca = rustls_pem::certificates(ca).context("CA certificates")?;
    config.root_cert = Some(ca);
    config.default_retry = false;
    config.connect_timeout = Some(Duration::from_secs(10));
    config.read_timeout = Some(Duration::from_secs(60));
    config.auth_info = auth_info(credential);
    Ok(kube::Client::try_from(config)?)
}

fn auth_info(credential: Credential) -> AuthInfo {
    let encode = |pem: &str| base64::engine::general_purpose::STANDARD.encode(pem);
    let mut info = AuthInfo::default();
    match credential {
        Credential::Anonymous => {}
        Credential::Certificate(pair) => {
            info.client_certificate_data = Some(encode(&pair.certificate));
            info.client_key_data = Some(encode(&pair.key).into());
        }
        Credential::Token(token) => info.token = Some(token),
    }
    info
}

mod rustls_pem {
    use rustls_pki_types::{CertificateDer, pem::PemObject as _};

    pub(super) fn certificates(pem: &str) -> Result<Vec<Vec<u8>>, rustls_pki_types::pem::Error> {
        CertificateDer::pem_slice_iter(pem.as_bytes()).map(|der| der.map(|der| der.to_vec())).collect()
    }
}
