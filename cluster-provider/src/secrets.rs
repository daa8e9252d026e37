//! Where credentials are kept, so that no record holds one. Knows nothing of records.

mod kubernetes;
mod memory;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

pub use core_client::secret::SecretData;

pub use self::kubernetes::KubernetesSecrets;
pub use self::memory::MemorySecrets;

/// Under which key a store keeps a credential; itself no secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretRef(String);

/// Why a credential could not be read or kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretStoreError {
    /// There is none under this key.
    #[error("there is no secret {0}")]
    NotFound(SecretRef),
    /// The place where they are kept did not answer in time. It may have done what it was asked.
    #[error("secret {reference} could not be {action} within {wait:?}")]
    #[non_exhaustive]
    Timeout {
        /// Which one.
        reference: SecretRef,
        /// Read, written or deleted.
        action: &'static str,
        /// How long was waited.
        wait: Duration,
    },
    /// The place where they are kept did not do it.
    #[error("secret {reference} could not be {action}")]
    #[non_exhaustive]
    Backend {
        /// Which one.
        reference: SecretRef,
        /// Read, written or deleted.
        action: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Keeps credentials: a vault, Secrets of Kubernetes, memory.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait SecretStore: Send + Sync + 'static {
    /// Reads one.
    ///
    /// # Errors
    /// When there is none, or the place does not answer.
    async fn get(&self, reference: &SecretRef) -> Result<SecretData, SecretStoreError>;

    /// Keeps one under this key, in place of what was there.
    ///
    /// # Errors
    /// When the place does not do it.
    async fn put(&self, reference: &SecretRef, data: SecretData) -> Result<(), SecretStoreError>;

    /// Forgets one; what is not there is forgotten already.
    ///
    /// # Errors
    /// When the place does not do it.
    async fn delete(&self, reference: &SecretRef) -> Result<(), SecretStoreError>;
}

// === impl SecretStoreError ===

impl SecretStoreError {
    /// Whether time alone may mend it.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NotFound(_) => false,
            Self::Timeout { .. } => true,
            Self::Backend { source, .. } => match source.downcast_ref::<kube::Error>() {
                Some(kube::Error::Api(status)) => status.code == 429 || status.code >= 500,
                Some(kube::Error::HyperError(_) | kube::Error::Service(_)) => true,
                _ => false,
            },
        }
    }
}

// === impl SecretRef ===

impl SecretRef {
    /// This key.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests;
