//! The few things that are done with Leases, and how they fail; knows nothing of what the Leases mean.

use async_trait::async_trait;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, DeleteParams, ListParams, PostParams, Preconditions};

/// Reads and writes Leases. The one for a cluster is [`KubeLeases`].
///
/// Callers bound how long each call may take; a call that is given up may still have had its effect.
#[async_trait]
pub trait LeaseApi: Send + Sync + 'static {
    /// Every Lease with these labels.
    ///
    /// # Errors
    /// [`LeaseError::Failed`].
    async fn list(&self, selector: &str) -> Result<Vec<Lease>, LeaseError>;

    /// One Lease, if it exists.
    ///
    /// # Errors
    /// [`LeaseError::Failed`].
    async fn get(&self, name: &str) -> Result<Option<Lease>, LeaseError>;

    /// Writes a Lease that must not exist.
    ///
    /// # Errors
    /// [`LeaseError::Conflict`] when it exists, [`LeaseError::Failed`].
    async fn create(&self, lease: Lease) -> Result<Lease, LeaseError>;

    /// Writes a Lease that must be at the `resourceVersion` given.
    ///
    /// # Errors
    /// [`LeaseError::Conflict`] when it is not or is gone, [`LeaseError::Failed`].
    async fn replace(&self, lease: Lease) -> Result<Lease, LeaseError>;

    /// Deletes a Lease that must be at the `resourceVersion` given.
    ///
    /// # Errors
    /// [`LeaseError::Conflict`] when it is not, [`LeaseError::Failed`]. One that is gone is no error.
    async fn delete(&self, lease: Lease) -> Result<(), LeaseError>;
}

/// Why nothing was read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LeaseError {
    /// Somebody else was there first.
    #[error("the lease was changed by somebody else")]
    Conflict,
    /// The API server could not be asked, or refuses.
    #[error(
        "leases cannot be read or written; check the network, and the permissions on leases in coordination.k8s.io"
    )]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The answer did not come in time.
    #[error("no answer within {after:?}")]
    Timeout {
        /// How long it was waited for.
        after: std::time::Duration,
    },
}

/// Leases in one namespace of a cluster.
///
/// Needs the verbs `list`, `get`, `create`, `update` and `delete` on `leases` of `coordination.k8s.io` there.
#[derive(Clone)]
pub struct KubeLeases(Api<Lease>);

impl KubeLeases {
    /// Leases in a namespace.
    #[must_use]
    pub fn new(client: kube::Client, namespace: &str) -> Self {
        Self(Api::namespaced(client, namespace))
    }
}

impl std::fmt::Debug for KubeLeases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KubeLeases").field(&self.0.resource_url()).finish()
    }
}

fn failed(error: kube::Error) -> LeaseError {
    match error {
        // AlreadyExists, Conflict, and NotFound of something that was there.
        kube::Error::Api(status) if matches!(status.code, 404 | 409) => LeaseError::Conflict,
        error => LeaseError::Failed(Box::new(error)),
    }
}

#[async_trait]
impl LeaseApi for KubeLeases {
    async fn list(&self, selector: &str) -> Result<Vec<Lease>, LeaseError> {
        let list = self.0.list(&ListParams::default().labels(selector)).await;
        // A namespace that does not exist has no list either; that is no race.
        Ok(list.map_err(|error| LeaseError::Failed(Box::new(error)))?.items)
    }

    async fn get(&self, name: &str) -> Result<Option<Lease>, LeaseError> {
        self.0.get_opt(name).await.map_err(|error| LeaseError::Failed(Box::new(error)))
    }

    async fn create(&self, lease: Lease) -> Result<Lease, LeaseError> {
        self.0.create(&PostParams::default(), &lease).await.map_err(|error| match error {
            // The namespace is missing.
            kube::Error::Api(status) if status.code == 404 => LeaseError::Failed(Box::new(kube::Error::Api(status))),
            error => failed(error),
        })
    }

    async fn replace(&self, lease: Lease) -> Result<Lease, LeaseError> {
        let name = lease.metadata.name.clone().unwrap_or_default();
        self.0.replace(&name, &PostParams::default(), &lease).await.map_err(failed)
    }

    async fn delete(&self, lease: Lease) -> Result<(), LeaseError> {
        let name = lease.metadata.name.clone().unwrap_or_default();
        let params = DeleteParams {
            preconditions: Some(Preconditions {
                resource_version: lease.metadata.resource_version,
                uid: lease.metadata.uid,
            }),
            ..DeleteParams::default()
        };
        match self.0.delete(&name, &params).await {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }
}
