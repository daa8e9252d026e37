//! Where key pairs, tokens and private keys are read: an application brings its vault, which is whatever implements [`SecretReader`]. Knows
//! nothing of what they open.
//!
//! AWS accounts name a path of it ([`CredentialSource::keys`](crate::aws::CredentialSource::keys)), credentials of GitHub one
//! [`SecretValue`]. More that reads secrets is in [`core_client::secret`].

#[cfg(all(test, feature = "github"))]
mod tests;
#[cfg(feature = "github")]
mod value;

#[cfg(any(test, feature = "mock"))]
pub use core_client::secret::MockSecretReader;
pub use core_client::secret::{SecretData, SecretError, SecretFiles, SecretLocator, SecretReader, SecretsInMemory};

#[cfg(feature = "github")]
pub use self::value::SecretValue;
