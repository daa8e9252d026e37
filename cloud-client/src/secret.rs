//! Where key pairs, tokens and private keys are read: an application brings its vault. Knows nothing of what they open.
//!
//! A vault is whatever implements [`SecretReader`]; [`SecretFiles`] reads what Kubernetes mounts, [`SecretsInMemory`] has what it is given.
//! AWS accounts name a path of it ([`CredentialSource::keys`](crate::aws::CredentialSource::keys)), credentials of GitHub one
//! [`SecretValue`]. With the feature `mock` there is a mock of it.
//!
//! ```
//! use cloud_client::secret::{SecretData, SecretError, SecretReader};
//!
//! /// One secret with one member, whoever asks.
//! #[derive(Debug)]
//! struct Vault;
//!
//! #[async_trait::async_trait]
//! impl SecretReader for Vault {
//!     async fn read(&self, path: &str) -> Result<SecretData, SecretError> {
//!         match path {
//!             "github/bot" => Ok(SecretData::from_iter([("token", "ghp_…".into())])),
//!             _ => Err(SecretError::NotFound { path: path.to_owned() }),
//!         }
//!     }
//! }
//! ```

mod data;
mod error;
mod files;
mod memory;
#[cfg(test)]
mod tests;
#[cfg(feature = "github")]
mod value;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

pub use self::data::SecretData;
pub use self::error::SecretError;
pub use self::files::SecretFiles;
pub use self::memory::SecretsInMemory;
#[cfg(feature = "github")]
pub use self::value::SecretValue;

/// Reads secrets. Asked again now and then, and when a secret was refused, as secrets are rotated: it must not keep what it read for long.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait SecretReader: fmt::Debug + Send + Sync + 'static {
    /// All members of the secret at this path, as they were at one moment. Whoever asks bounds how long that may take.
    ///
    /// # Errors
    /// [`SecretError`]; nothing in it shows a value.
    ///
    /// # Cancel safety
    /// The future may be dropped; nobody waits for what it would have given.
    async fn read(&self, path: &str) -> Result<SecretData, SecretError>;
}

#[async_trait]
impl<R: SecretReader + ?Sized> SecretReader for Arc<R> {
    async fn read(&self, path: &str) -> Result<SecretData, SecretError> {
        (**self).read(path).await
    }
}
