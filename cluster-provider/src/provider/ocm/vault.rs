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
        // What a store of the application's means by its errors, nobody here knows.
        matches!(self.source, SecretStoreError::Backend { .. } | SecretStoreError::Timeout { .. })
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

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::secrets::MockSecretStore;

    fn stored(error: impl Fn() -> SecretStoreError + Send + 'static) -> Vault {
        let mut store = MockSecretStore::new();
        store.expect_get().returning(move |_| Err(error()));
        Vault::Stored(Arc::new(store), SecretRef::new("ocm"))
    }

    #[tokio::test]
    async fn what_may_be_there_later_is_told_from_what_is_not_there() {
        let absent = stored(|| SecretStoreError::NotFound(SecretRef::new("ocm")));
        assert!(!absent.read().await.unwrap_err().is_transient());
        let (action, wait) = ("read", Duration::from_secs(1));
        let late = stored(move || SecretStoreError::Timeout { reference: SecretRef::new("ocm"), action, wait });
        assert!(late.read().await.unwrap_err().is_transient());
        let broken =
            stored(move || SecretStoreError::Backend { reference: SecretRef::new("ocm"), action, source: "no".into() });
        assert!(broken.read().await.unwrap_err().is_transient());
    }

    /// Never answers.
    struct Silent;

    #[async_trait::async_trait]
    impl SecretStore for Silent {
        async fn get(&self, _: &SecretRef) -> Result<SecretData, SecretStoreError> {
            std::future::pending().await
        }

        async fn put(&self, _: &SecretRef, _: SecretData) -> Result<(), SecretStoreError> {
            std::future::pending().await
        }

        async fn delete(&self, _: &SecretRef) -> Result<(), SecretStoreError> {
            std::future::pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_never_answers_is_given_up_and_may_answer_later() {
        let began = Instant::now();
        let error = Vault::Stored(Arc::new(Silent), SecretRef::new("ocm")).read().await.unwrap_err();
        assert!(error.is_transient() && began.elapsed() < 2 * PATIENCE, "{error:?}");
    }
}
