//! Connections to clusters, one each, kept while what is said of a cluster stays the same. Knows nothing of what is done over them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use cluster_client::connect::{Connect, Connection, ConnectionControl};
use cluster_client::discovery::Discovery;
use cluster_client::spec::{Change, ClusterUid};
use cluster_client::{ClusterKey, ClusterSpec};
use cluster_resources::clusters::{ClusterAccess, Clusters};
use cluster_resources::issue::Issue;
use kube::Client;
use tokio_util::task::TaskTracker;

use super::{Failing, InClusterOptions};
use crate::cluster::ProviderType;
use crate::provider::{CallContext, ProviderError};

/// The connections of one provider.
pub(in crate::provider) struct Reach {
    provider: ProviderType,
    connector: Arc<dyn Connect>,
    options: InClusterOptions,
    held: Mutex<HashMap<String, Held>>,
    closing: TaskTracker,
}

struct Held {
    /// What the connection was made from.
    spec: ClusterSpec,
    reached: Arc<Reached>,
}

/// A connection that was made and proven.
pub(in crate::provider) struct Reached {
    access: ClusterAccess,
    control: Arc<dyn ConnectionControl>,
    identity: Option<ClusterUid>,
    server_version: Option<String>,
}

// === impl Reach ===

impl Reach {
    pub(in crate::provider) fn new(
        provider: ProviderType,
        connector: Arc<dyn Connect>,
        options: InClusterOptions,
    ) -> Self {
        Self { provider, connector, options, held: Mutex::default(), closing: TaskTracker::new() }
    }

    pub(in crate::provider) fn provider(&self) -> &ProviderType {
        &self.provider
    }

    /// Doing this for that cluster fails.
    pub(in crate::provider) fn failing<'a>(&'a self, operation: &'static str, cluster: &'a str) -> Failing<'a> {
        Failing { provider: &self.provider, operation, cluster }
    }

    pub(in crate::provider) fn options(&self) -> &InClusterOptions {
        &self.options
    }

    /// The connection to a cluster that is described so: the one there is, with another credential where that is all that changed, or a
    /// new one.
    pub(in crate::provider) async fn reach(
        &self,
        call: &CallContext,
        operation: &'static str,
        id: &str,
        spec: &ClusterSpec,
    ) -> Result<Arc<Reached>, ProviderError> {
        let failing = self.failing(operation, id);
        let call = &call.at_most(self.options.connect_timeout);
        let (change, reached) = match self.lock().get(id) {
            Some(held) => (spec.change_from(&held.spec), Some(Arc::clone(&held.reached))),
            None => (Change::Connection, None),
        };
        if let (Change::None | Change::Labels, Some(reached)) = (change, &reached) {
            return Ok(Arc::clone(reached));
        }
        if let (Change::Credential, Some(reached)) = (change, reached) {
            let swap = reached.control.swap_credential(&spec.credential);
            call.bound(swap).await.map_err(|why| failing.interrupted(why))?.map_err(|error| failing.connect(error))?;
            self.keep(id, spec, &reached);
            return Ok(reached);
        }
        let key = ClusterKey::new(id)
            .map_err(|error| failing.with(crate::provider::ProviderErrorKind::Invalid, error.to_string()))?;
        let connection = call
            .bound(self.connector.connect(&key, spec))
            .await
            .map_err(|why| failing.interrupted(why))?
            .map_err(|error| failing.connect(error))?;
        let reached = Arc::new(Reached::from(connection));
        self.keep(id, spec, &reached);
        Ok(reached)
    }

    /// Closes the connection to a cluster, if there is one.
    pub(in crate::provider) fn forget(&self, id: &str) {
        let held = self.lock().remove(id);
        if let Some(held) = held {
            self.close(held.reached);
        }
    }

    /// Closes all connections, and waits for that.
    pub(in crate::provider) async fn shutdown(&self) {
        let held: Vec<Held> = self.lock().drain().map(|(_, held)| held).collect();
        for one in held {
            self.close(one.reached);
        }
        self.closing.close();
        self.closing.wait().await;
    }

    /// Keeps a connection for this description; the one before, if it is another, is closed in the background.
    fn keep(&self, id: &str, spec: &ClusterSpec, reached: &Arc<Reached>) {
        let held = Held { spec: spec.clone(), reached: Arc::clone(reached) };
        let before = self.lock().insert(id.to_owned(), held);
        if let Some(before) = before
            && !Arc::ptr_eq(&before.reached, reached)
        {
            self.close(before.reached);
        }
    }

    /// Ends by itself within the time for draining; [`Reach::shutdown`] waits for it.
    fn close(&self, reached: Arc<Reached>) {
        let drain = self.options.drain;
        self.closing.spawn(async move { reached.control.close(drain).await });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Reach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reach")
            .field("provider", &self.provider)
            .field("held", &self.lock().len())
            .finish_non_exhaustive()
    }
}

// === impl Reached ===

impl Reached {
    pub(in crate::provider) fn client(&self) -> &Client {
        &self.access.client
    }

    pub(in crate::provider) fn discovery(&self) -> &Discovery {
        &self.access.discovery
    }

    pub(in crate::provider) fn access(&self) -> &ClusterAccess {
        &self.access
    }

    pub(in crate::provider) fn control(&self) -> &dyn ConnectionControl {
        &*self.control
    }

    /// What the cluster said when the connection was made.
    pub(in crate::provider) fn identity(&self) -> Option<&ClusterUid> {
        self.identity.as_ref()
    }

    /// What the cluster said when the connection was made.
    pub(in crate::provider) fn server_version(&self) -> Option<&str> {
        self.server_version.as_deref()
    }
}

impl From<Connection> for Reached {
    fn from(connection: Connection) -> Self {
        let Connection { client, control, identity, server_version } = connection;
        Self { access: ClusterAccess::new(client), control, identity, server_version }
    }
}

/// The one cluster that a run is about, whatever it is called.
#[async_trait]
impl Clusters for Reached {
    async fn access(&self, _cluster: &str, _privileged: bool) -> Result<ClusterAccess, Issue> {
        Ok(self.access.clone())
    }
}
