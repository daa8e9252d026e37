//! Where the secrets that inventories point at are read, as in [`core_client::secret`]. Knows nothing of clusters.

#[cfg(feature = "mock")]
pub use core_client::secret::MockSecretReader;
pub use core_client::secret::{
    EnvironmentSecrets, KubernetesSecrets, SecretData, SecretError, SecretFiles, SecretLocator, SecretReader,
    SecretsInMemory,
};
