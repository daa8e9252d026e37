//! A ready `kube::Client`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Credential, FakeCluster};

impl FakeCluster {
    /// A client for the administrator.
    ///
    /// # Errors
    /// When the client cannot be built.
    ///
    /// # Panics
    /// Outside of a Tokio runtime, as every `kube::Client`.
    pub fn client(&self) -> Result<kube::Client, kube::Error> {
        self.client_for(&Credential::Certificate(self.admin()))
    }

    /// A client for the holder of a credential.
    ///
    /// # Errors
    /// When the client cannot be built.
    ///
    /// # Panics
    /// Outside of a Tokio runtime, as every `kube::Client`.
    pub fn client_for(&self, credential: &Credential) -> Result<kube::Client, kube::Error> {
        kube::Client::try_from(self.client_config(credential)?)
    }

    /// The configuration of such a client.
    ///
    /// # Errors
    /// When the address is no URI, which cannot be.
    pub fn client_config(&self, credential: &Credential) -> Result<kube::Config, kube::Error> {
        let url = self.url().parse().map_err(http::Error::from).map_err(kube::Error::HttpError)?;
        let mut config = kube::Config::new(url);
        config.root_cert = Some(vec![self.inner.tls.load().authority.der().to_vec()]);
        match credential {
            Credential::Certificate(pair) => {
                config.auth_info.client_certificate_data = Some(STANDARD.encode(&pair.certificate));
                config.auth_info.client_key_data = Some(STANDARD.encode(&pair.key).into());
            }
            Credential::Token(token) => config.auth_info.token = Some(token.clone().into()),
        }
        Ok(config)
    }
}
