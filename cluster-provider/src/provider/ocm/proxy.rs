//! Who the provider is to a proxy. Knows nothing of the proxy.

use async_trait::async_trait;
use core_client::http::ProxyLogin;
use secrecy::{ExposeSecret as _, SecretString};

use super::vault::Vault;

/// A login out of a vault.
#[derive(Debug)]
pub(super) struct VaultLogin(pub(super) Vault);

/// Half a login.
#[derive(Debug, thiserror::Error)]
#[error("the credential for the proxy has no {0}")]
struct Missing(&'static str);

#[async_trait]
impl ProxyLogin for VaultLogin {
    async fn login(&self) -> Result<(String, SecretString), Box<dyn std::error::Error + Send + Sync>> {
        let held = self.0.read().await?;
        let name = held.get("username").ok_or(Missing("username"))?.expose_secret().to_owned();
        Ok((name, held.get("password").ok_or(Missing("password"))?.clone()))
    }
}
