//! Credentials in memory: for tests, and for applications that get them anew at their start.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{SecretData, SecretRef, SecretStore, SecretStoreError};

/// Credentials in memory, wiped when they are forgotten. `Debug` shows keys only.
#[derive(Default)]
pub struct MemorySecrets(Mutex<BTreeMap<SecretRef, SecretData>>);

impl MemorySecrets {
    /// Without credentials.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<SecretRef, SecretData>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SecretStore for MemorySecrets {
    async fn get(&self, reference: &SecretRef) -> Result<SecretData, SecretStoreError> {
        self.lock().get(reference).cloned().ok_or_else(|| SecretStoreError::NotFound(reference.clone()))
    }

    async fn put(&self, reference: &SecretRef, data: SecretData) -> Result<(), SecretStoreError> {
        self.lock().insert(reference.clone(), data);
        Ok(())
    }

    async fn delete(&self, reference: &SecretRef) -> Result<(), SecretStoreError> {
        self.lock().remove(reference);
        Ok(())
    }
}

impl fmt::Debug for MemorySecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.lock().keys()).finish()
    }
}
