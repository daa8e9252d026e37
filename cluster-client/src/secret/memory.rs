//! Secrets that the application brings.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use secrecy::SecretString;

use super::{SecretData, SecretError, SecretLocator, SecretReader};

/// Secrets that the application brings, and may change while they are used.
#[derive(Default)]
pub struct SecretsInMemory(Mutex<HashMap<String, SecretData>>);

impl SecretsInMemory {
    /// No secrets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a secret at a path, in place of one that was there.
    pub fn put<K: Into<String>, V: Into<SecretString>>(
        &self,
        path: impl Into<String>,
        members: impl IntoIterator<Item = (K, V)>,
    ) {
        let data = members.into_iter().map(|(name, value)| (name, value.into())).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.into(), data);
    }
}

#[async_trait]
impl SecretReader for SecretsInMemory {
    async fn read(&self, secret: &SecretLocator) -> Result<SecretData, SecretError> {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.get(&secret.path).cloned().ok_or_else(|| SecretError::NotFound { path: secret.path.clone() })
    }
}

impl fmt::Debug for SecretsInMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_map().entries(secrets.iter()).finish()
    }
}
