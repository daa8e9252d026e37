//! Secrets that the application brings.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use secrecy::SecretString;

use super::{SecretData, SecretError, SecretLocator, SecretReader};

/// Secrets in memory: for tests, and for applications that read them in ways of their own. They may change while they are used: all clones
/// hold the same ones.
#[derive(Clone, Default)]
pub struct SecretsInMemory(Arc<Mutex<BTreeMap<String, SecretData>>>);

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
        self.lock().insert(path.into(), data);
    }

    /// [`put`](Self::put), for chains.
    #[must_use]
    pub fn with<K: Into<String>, V: Into<SecretString>>(
        self,
        path: impl Into<String>,
        members: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.put(path, members);
        self
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, SecretData>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SecretReader for SecretsInMemory {
    async fn read(&self, secret: &SecretLocator) -> Result<SecretData, SecretError> {
        let found = self.lock().get(&secret.path).cloned();
        found.ok_or_else(|| SecretError::NotFound { path: secret.path.clone() })
    }
}

impl fmt::Debug for SecretsInMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.lock().iter()).finish()
    }
}
