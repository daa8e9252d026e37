//! Secrets that the application brings.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{SecretData, SecretError, SecretReader};

/// Secrets in memory: for tests, and for applications that read them in ways of their own.
#[derive(Debug, Clone, Default)]
pub struct SecretsInMemory(BTreeMap<String, SecretData>);

impl SecretsInMemory {
    /// Adds a secret, or replaces it.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, data: SecretData) -> Self {
        self.0.insert(path.into(), data);
        self
    }
}

#[async_trait]
impl SecretReader for SecretsInMemory {
    async fn read(&self, path: &str) -> Result<SecretData, SecretError> {
        self.0.get(path).cloned().ok_or_else(|| SecretError::NotFound { path: path.to_owned() })
    }
}
