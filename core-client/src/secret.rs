//! Where keys, tokens and passwords are read that configurations point at: an application brings its vault. Knows nothing of what they open.
//!
//! A vault is whatever implements [`SecretReader`]. Here are [`SecretFiles`] (what Kubernetes mounts), [`KubernetesSecrets`],
//! [`EnvironmentSecrets`] and [`SecretsInMemory`]; with the feature `mock` there is a mock. A [`SecretLocator`] says which secret, as
//! inventories write it.
//!
//! ```
//! use core_client::secret::{SecretData, SecretError, SecretLocator, SecretReader};
//!
//! /// One secret with one member, whoever asks.
//! #[derive(Debug)]
//! struct Vault;
//!
//! #[async_trait::async_trait]
//! impl SecretReader for Vault {
//!     async fn read(&self, secret: &SecretLocator) -> Result<SecretData, SecretError> {
//!         match secret.path.as_str() {
//!             "github/bot" => Ok(SecretData::new().with("token", "ghp_…")),
//!             path => Err(SecretError::NotFound { path: path.to_owned() }),
//!         }
//!     }
//! }
//! ```

mod data;
mod environment;
mod error;
mod files;
mod kubernetes;
mod locator;
mod memory;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

pub use self::data::SecretData;
pub use self::environment::EnvironmentSecrets;
pub use self::error::SecretError;
pub use self::files::SecretFiles;
pub use self::kubernetes::KubernetesSecrets;
pub use self::locator::SecretLocator;
pub use self::memory::SecretsInMemory;

/// Reads secrets. Asked again whenever a credential has to be renewed or was refused, as secrets are rotated: it must not keep what it read
/// for long.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait SecretReader: fmt::Debug + Send + Sync + 'static {
    /// All members of a secret, whichever of them the locator names, as they were at one moment. Whoever asks bounds how long that may take.
    ///
    /// # Errors
    /// [`SecretError`]; nothing in it shows a value.
    ///
    /// # Cancel safety
    /// The future may be dropped; nobody waits for what it would have given.
    async fn read(&self, secret: &SecretLocator) -> Result<SecretData, SecretError>;
}

#[async_trait]
impl<R: SecretReader + ?Sized> SecretReader for Arc<R> {
    async fn read(&self, secret: &SecretLocator) -> Result<SecretData, SecretError> {
        (**self).read(secret).await
    }
}
