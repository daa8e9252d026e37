//! What a map hands out: one cluster in one role.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec};
use kube::api::PostParams;
use kube::{Api, Client};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::record::Role;
use crate::connect::{Connection, ConnectionControl};
use crate::discovery::Discovery;
use crate::error::ConnectError;
use crate::namespaces::Namespaces;
use crate::spec::ClusterUid;

/// How a cluster was found to be when it was last looked at.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ClusterHealth {
    /// When it last answered that it is well.
    pub last_success: Option<Timestamp>,
    /// When it last did not, and why.
    pub last_error: Option<(Timestamp, Arc<ConnectError>)>,
    /// How long the last look took.
    pub latency: Option<Duration>,
    /// When the credential stops being good, as far as that is known.
    pub credential_expires: Option<Timestamp>,
}

/// A connection to one cluster in one role. Cheap to clone.
#[derive(Clone)]
pub struct ClusterClient(Arc<Inner>);

struct Inner {
    name: String,
    role: Role,
    client: Client,
    control: Arc<dyn ConnectionControl>,
    identity: Option<ClusterUid>,
    server_version: Option<String>,
    discovery: Discovery,
    namespaces: Namespaces,
    admin: OnceCell<bool>,
    health: Mutex<ClusterHealth>,
}

impl ClusterClient {
    pub(super) fn new(name: String, role: Role, connection: Connection, discovery: Discovery) -> Self {
        let Connection { client, control, identity, server_version } = connection;
        let namespaces = Namespaces::new(client.clone(), discovery.clone());
        // Connecting was a look at it.
        let health = ClusterHealth { last_success: Some(Timestamp::now()), ..ClusterHealth::default() };
        Self(Arc::new(Inner {
            name,
            role,
            client,
            control,
            identity,
            server_version,
            discovery,
            namespaces,
            admin: OnceCell::new(),
            health: Mutex::new(health),
        }))
    }

    /// Name of the cluster.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// As whom it is used.
    #[must_use]
    pub fn role(&self) -> Role {
        self.0.role
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// UID of the cluster, when we may read it.
    #[must_use]
    pub fn identity(&self) -> Option<&ClusterUid> {
        self.0.identity.as_ref()
    }

    /// Version of the API server when the connection was made.
    #[must_use]
    pub fn server_version(&self) -> Option<&str> {
        self.0.server_version.as_deref()
    }

    /// Kinds that the cluster serves; shared by all roles of the cluster.
    #[must_use]
    pub fn discovery(&self) -> &Discovery {
        &self.0.discovery
    }

    /// Namespaces (or projects) of the cluster, as this role sees them.
    #[must_use]
    pub fn namespaces(&self) -> &Namespaces {
        &self.0.namespaces
    }

    /// Whether this role may do everything in the cluster: the API server is asked once (`SelfSubjectAccessReview`, verb, group and
    /// resource `*`).
    ///
    /// # Errors
    /// What the client says when the API server cannot be asked; the next call asks again.
    pub async fn is_cluster_admin(&self) -> Result<bool, kube::Error> {
        let asked = self.0.admin.get_or_try_init(|| async {
            let everything = ResourceAttributes {
                verb: Some("*".into()),
                group: Some("*".into()),
                resource: Some("*".into()),
                ..ResourceAttributes::default()
            };
            let spec = SelfSubjectAccessReviewSpec { resource_attributes: Some(everything), ..Default::default() };
            let review = SelfSubjectAccessReview { spec, ..Default::default() };
            let reviews: Api<SelfSubjectAccessReview> = Api::all(self.0.client.clone());
            let answer = reviews.create(&PostParams::default(), &review).await?;
            Ok(answer.status.is_some_and(|status| status.allowed))
        });
        asked.await.copied()
    }

    /// Looks whether the API server is alive and ready, and remembers what it found.
    ///
    /// # Errors
    /// [`ConnectError`] when it is not, or does not say so in time.
    pub async fn probe(&self, within: Duration) -> Result<(), Arc<ConnectError>> {
        let begun = Instant::now();
        let found = self.0.control.probe(within).await.map_err(Arc::new);
        let mut health = self.remembered();
        health.latency = Some(begun.elapsed());
        match &found {
            Ok(()) => health.last_success = Some(Timestamp::now()),
            Err(error) => health.last_error = Some((Timestamp::now(), Arc::clone(error))),
        }
        drop(health);
        found
    }

    /// How the cluster was when it was last looked at. Looks at nothing itself.
    #[must_use]
    pub fn health(&self) -> ClusterHealth {
        ClusterHealth { credential_expires: self.0.control.credential_expires(), ..self.remembered().clone() }
    }

    pub(super) async fn close(&self, drain: Duration) {
        self.0.control.close(drain).await;
    }

    fn remembered(&self) -> MutexGuard<'_, ClusterHealth> {
        self.0.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ClusterClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterClient").field("name", &self.0.name).field("role", &self.0.role).finish_non_exhaustive()
    }
}
