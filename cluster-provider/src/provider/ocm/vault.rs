//! One credential: given at start, or read from a store whenever it is needed. Knows nothing of what it is for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::secrets::{SecretData, SecretRef, SecretStore, SecretStoreError};

/// How long a store may take. Who waits for a token waits for this too.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Where one credential is.
#[derive(Clone)]
pub(super) enum Vault {
    /// Here.
    Given(SecretData),
    /// There.
    Stored(Arc<dyn SecretStore>, SecretRef),
}

/// Why it could not be read.
#[derive(Debug, thiserror::Error)]
#[error("secret {reference} cannot be used")]
pub(super) struct VaultError {
    reference: SecretRef,
    #[source]
    source: SecretStoreError,
}

/// Waits for a store, and not for ever.
pub(super) async fn in_time<T>(
    reference: &SecretRef,
    action: &'static str,
    work: impl Future<Output = Result<T, SecretStoreError>>,
) -> Result<T, SecretStoreError> {
    let late = || SecretStoreError::Timeout { reference: reference.clone(), action, wait: PATIENCE };
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| Err(late()))
}

impl Vault {
    /// The credential as it is now, within [`PATIENCE`].
    pub(super) async fn read(&self) -> Result<SecretData, VaultError> {
        match self {
            Self::Given(data) => Ok(data.clone()),
            Self::Stored(store, reference) => {
                let read = in_time(reference, "read", store.get(reference)).await;
                read.map_err(|source| VaultError { reference: reference.clone(), source })
            }
        }
    }
}

impl VaultError {
    /// Whether it may be there later.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self.source, SecretStoreError::Backend { .. })
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(data) => f.debug_tuple("Given").field(data).finish(),
            Self::Stored(_, reference) => f.debug_tuple("Stored").field(reference).finish(),
        }
    }
}
