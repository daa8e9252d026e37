//! Cluster API's clusters and their kubeconfig Secrets as clusters; knows nothing of other inventories.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kube::Client;
use kube::core::{ApiResource, GroupVersionKind};
use kube::runtime::watcher::DefaultBackoff;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::document::{Document, Id};
use super::follow::{Follow, Seen};
use super::held::{HeldSecrets, RELIST, follow_secrets};
use super::inventory::{Inventory, Ready, Unready};
use super::{ClusterSink, ClusterSource, SourceError};
use crate::kubeconfig::TrustPolicy;

#[cfg(test)]
mod tests;

const GROUP: &str = "cluster.x-k8s.io";
/// Newest first.
const VERSIONS: [&str; 2] = ["v1beta2", "v1beta1"];
const CLUSTER_NAME: &str = "cluster.x-k8s.io/cluster-name";
const SECRET_SUFFIX: &str = "-kubeconfig";
const DATA_KEY: &str = "value";
const ASK_WITHIN: Duration = Duration::from_secs(30);

/// Cluster API's `Cluster` objects: one whose control plane was initialized is a cluster, by its `<name>-kubeconfig` Secret.
///
/// The Secrets are watched themselves, so that one that is rotated alone is noticed. Keys are `<namespace>/<name>`; the labels of the `Cluster`
/// object are the cluster's. `v1beta2` is read where it is served, else `v1beta1`.
///
/// Needs the verbs `list` and `watch` on Secrets and on `clusters.cluster.x-k8s.io`.
///
/// Source: the `cluster-api` provider of multicluster-runtime, which watches neither the Secret nor for the loss of readiness, and the kubeconfig
/// Secret of Cluster API's contract.
#[derive(Clone)]
#[non_exhaustive]
pub struct ClusterApi {
    name: String,
    client: Client,
    namespace: Option<String>,
    selector: Option<String>,
    policy: TrustPolicy,
    ready: Ready,
    unready: Unready,
    relist: Duration,
}

impl ClusterApi {
    /// The clusters of all namespaces.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self {
            name: "cluster-api".into(),
            client,
            namespace: None,
            selector: None,
            policy: TrustPolicy::for_secrets(),
            ready: Arc::new(is_initialized),
            unready: Unready::Remove,
            relist: RELIST,
        }
    }

    /// Sets the name for logs and metrics. Default: `cluster-api`.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Looks in one namespace only.
    #[must_use]
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// Looks at `Cluster` objects that match a label selector only.
    #[must_use]
    pub fn with_selector(mut self, selector: impl Into<String>) -> Self {
        self.selector = Some(selector.into());
        self
    }

    /// Sets what the kubeconfigs may make this process do. Default: [`TrustPolicy::for_secrets`].
    #[must_use]
    pub fn with_policy(mut self, policy: TrustPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets when a cluster is ready, by its `Cluster` object. Default: `status.initialization.controlPlaneInitialized`, or in `v1beta1`
    /// `status.controlPlaneReady`.
    #[must_use]
    pub fn with_readiness(mut self, ready: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Self {
        self.ready = Arc::new(ready);
        self
    }

    /// Sets what becomes of a cluster that is not ready any more. Default: it is removed.
    #[must_use]
    pub fn with_unready(mut self, unready: Unready) -> Self {
        self.unready = unready;
        self
    }

    /// Sets how often everything is listed anew besides being watched. Default: 10 min; at least 10 s.
    #[must_use]
    pub fn with_relist_interval(mut self, interval: Duration) -> Self {
        self.relist = interval.max(Duration::from_secs(10));
        self
    }

    /// The newest version of `Cluster` that is served; asks until there is one.
    async fn discover(&self) -> ApiResource {
        let mut backoff = DefaultBackoff::default();
        let mut told = false;
        loop {
            let error = match tokio::time::timeout(ASK_WITHIN, self.client.list_api_groups()).await {
                Ok(Ok(groups)) => {
                    let group = groups.groups.into_iter().find(|group| group.name == GROUP);
                    let served: Vec<_> =
                        group.into_iter().flat_map(|group| group.versions).map(|version| version.version).collect();
                    match VERSIONS.iter().find(|version| served.iter().any(|served| served == *version)) {
                        Some(version) => {
                            let kind = GroupVersionKind::gvk(GROUP, version, "Cluster");
                            return ApiResource::from_gvk_with_plural(&kind, "clusters");
                        }
                        None => "the API server has no version of Cluster that is known here".to_owned(),
                    }
                }
                Ok(Err(kube::Error::SerdeError(_))) => "the answer cannot be understood".to_owned(),
                Ok(Err(error)) => error.to_string(),
                Err(_) => "no answer in time".to_owned(),
            };
            if !std::mem::replace(&mut told, true) {
                tracing::warn!(source = self.name, error, "Cluster API was not found; it is looked for again");
            }
            tokio::time::sleep(backoff.next().unwrap_or(ASK_WITHIN)).await;
        }
    }
}

impl fmt::Debug for ClusterApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterApi")
            .field("name", &self.name)
            .field("namespace", &self.namespace)
            .field("selector", &self.selector)
            .field("unready", &self.unready)
            .finish_non_exhaustive()
    }
}

/// Once the control plane has answered for the first time, it counts as initialized for good.
fn is_initialized(cluster: &Value) -> bool {
    let status = &cluster["status"];
    status["initialization"]["controlPlaneInitialized"] == true || status["controlPlaneReady"] == true
}

#[async_trait]
impl ClusterSource for ClusterApi {
    fn name(&self) -> &str {
        &self.name
    }

    async fn run(self: Arc<Self>, sink: ClusterSink, stop: CancellationToken) -> Result<(), SourceError> {
        let following = async {
            let kubeconfigs =
                HeldSecrets::new(DATA_KEY, &self.policy, cluster_of, |cluster| format!("{cluster}{SECRET_SUFFIX}"));
            let mut inventory = Inventory::new(&self.name, Arc::clone(&self.ready), self.unready, kubeconfigs, sink);
            let mut secrets = follow_secrets(&self.client, self.namespace.as_deref(), CLUSTER_NAME, self.relist);
            let mut clusters = self.follow_clusters().await;
            loop {
                tokio::select! {
                    // The version is not served any more, or not yet again.
                    seen = clusters.next() => match seen {
                        Seen::Failed(Some(404)) => clusters = self.follow_clusters().await,
                        seen => inventory.seen(seen),
                    },
                    seen = secrets.next() => {
                        let touched = inventory.descriptions.seen(seen);
                        inventory.touched(touched);
                    }
                }
            }
        };
        // Following never ends by itself.
        stop.run_until_cancelled(following).await.unwrap_or(Ok(()))
    }
}

impl ClusterApi {
    async fn follow_clusters(&self) -> Follow {
        let resource = self.discover().await;
        Follow::new(&self.client, &resource, self.namespace.as_deref(), self.selector.as_deref(), self.relist)
    }
}

/// The cluster whose kubeconfig a Secret is; `None` for the others that Cluster API keeps.
fn cluster_of(secret: &Document) -> Option<Id> {
    let name = secret.label(CLUSTER_NAME)?;
    let Id { namespace, name: secret_name } = secret.id();
    (secret_name.strip_suffix(SECRET_SUFFIX) == Some(name)).then(|| Id { namespace, name: name.to_owned() })
}
