//! ClusterProfile objects as clusters; knows nothing of other inventories.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kube::Client;
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

mod access;
#[cfg(test)]
mod tests;

use self::access::Accessed;
pub use self::access::{AccessConfig, ProfileArgs, ProfileVariables};
use super::document::{Document, Id};
use super::follow::Follow;
use super::held::{HeldSecrets, RELIST, follow_secrets};
use super::inventory::{Inventory, Ready, Unready};
use super::{ClusterSink, ClusterSource, SourceError};
use crate::kubeconfig::TrustPolicy;

const GROUP: &str = "multicluster.x-k8s.io";
const VERSION: &str = "v1alpha1";
const CONSUMER: &str = "x-k8s.io/cluster-inventory-consumer";
const PROFILE: &str = "x-k8s.io/cluster-profile";
const DATA_KEY: &str = "Config";

/// How the clusters of profiles are reached.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Access {
    /// By the address in the profile and a program of this process's configuration that prints the credential.
    Providers(AccessConfig),
    /// By the kubeconfig under the key `Config` of a Secret in the profile's namespace, labelled with the consumer
    /// (`x-k8s.io/cluster-inventory-consumer`) and the profile's name (`x-k8s.io/cluster-profile`). The Secrets are watched.
    Secrets {
        /// Who this process is in the label.
        consumer: String,
    },
}

/// ClusterProfile objects (`multicluster.x-k8s.io/v1alpha1`): one that is healthy is a cluster.
///
/// Keys are `<namespace>/<name>`; the labels of the profile are the cluster's. Needs the verbs `list` and `watch` on
/// `clusterprofiles.multicluster.x-k8s.io`, and on Secrets for [`Access::Secrets`].
///
/// Source: the `cluster-inventory-api` provider of multicluster-runtime, KEP 4322.
#[derive(Clone)]
#[non_exhaustive]
pub struct ClusterProfiles {
    name: String,
    client: Client,
    namespace: Option<String>,
    selector: Option<String>,
    access: Access,
    policy: TrustPolicy,
    ready: Ready,
    unready: Unready,
    relist: Duration,
}

impl ClusterProfiles {
    /// The profiles of all namespaces.
    #[must_use]
    pub fn new(client: Client, access: Access) -> Self {
        Self {
            name: "cluster-profiles".into(),
            client,
            namespace: None,
            selector: None,
            access,
            policy: TrustPolicy::for_secrets(),
            ready: Arc::new(is_healthy),
            unready: Unready::Remove,
            relist: RELIST,
        }
    }

    /// Sets the name for logs and metrics. Default: `cluster-profiles`.
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

    /// Looks at profiles that match a label selector only, such as `x-k8s.io/cluster-manager=kubefleet`.
    #[must_use]
    pub fn with_selector(mut self, selector: impl Into<String>) -> Self {
        self.selector = Some(selector.into());
        self
    }

    /// Sets what profiles and kubeconfigs may make this process do. The programs of [`AccessConfig`] are this process's own and need no leave.
    /// Default: [`TrustPolicy::for_secrets`].
    #[must_use]
    pub fn with_policy(mut self, policy: TrustPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets when a cluster is ready, by its profile. Default: its condition `ControlPlaneHealthy` is `True`.
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

    async fn follow_access(&self, config: &AccessConfig, mut profiles: Follow, sink: ClusterSink) {
        let accessed = Accessed::new(config, &self.policy);
        let mut inventory = Inventory::new(&self.name, Arc::clone(&self.ready), self.unready, accessed, sink);
        loop {
            let seen = profiles.next().await;
            inventory.seen(seen);
        }
    }

    async fn follow_secrets(&self, consumer: &str, mut profiles: Follow, sink: ClusterSink) {
        let missing = |profile: &Id| {
            format!("in namespace {} with {CONSUMER}={consumer},{PROFILE}={}", profile.namespace, profile.name)
        };
        let kubeconfigs = HeldSecrets::new(DATA_KEY, &self.policy, profile_of, missing);
        let mut inventory = Inventory::new(&self.name, Arc::clone(&self.ready), self.unready, kubeconfigs, sink);
        let selector = format!("{CONSUMER}={consumer},{PROFILE}");
        let mut secrets = follow_secrets(&self.client, self.namespace.as_deref(), &selector, self.relist);
        loop {
            tokio::select! {
                seen = profiles.next() => inventory.seen(seen),
                seen = secrets.next() => {
                    let touched = inventory.descriptions.seen(seen);
                    inventory.touched(touched);
                }
            }
        }
    }
}

impl fmt::Debug for ClusterProfiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterProfiles")
            .field("name", &self.name)
            .field("namespace", &self.namespace)
            .field("selector", &self.selector)
            .field("access", &self.access)
            .field("unready", &self.unready)
            .finish_non_exhaustive()
    }
}

/// The profile whose kubeconfig a Secret is.
fn profile_of(secret: &Document) -> Option<Id> {
    Some(Id { namespace: secret.id().namespace, name: secret.label(PROFILE)?.to_owned() })
}

fn is_healthy(profile: &Value) -> bool {
    let conditions = profile["status"]["conditions"].as_array().into_iter().flatten();
    conditions.into_iter().any(|one| one["type"] == "ControlPlaneHealthy" && one["status"] == "True")
}

#[async_trait]
impl ClusterSource for ClusterProfiles {
    fn name(&self) -> &str {
        &self.name
    }

    async fn run(self: Arc<Self>, sink: ClusterSink, stop: CancellationToken) -> Result<(), SourceError> {
        let kind = GroupVersionKind::gvk(GROUP, VERSION, "ClusterProfile");
        let resource = ApiResource::from_gvk_with_plural(&kind, "clusterprofiles");
        let selector = self.selector.as_deref();
        let profiles = Follow::new(&self.client, &resource, self.namespace.as_deref(), selector, self.relist);
        let following = async {
            match &self.access {
                Access::Providers(config) => self.follow_access(config, profiles, sink).await,
                Access::Secrets { consumer } => self.follow_secrets(consumer, profiles, sink).await,
            }
        };
        // Following never ends by itself.
        stop.run_until_cancelled(following).await;
        Ok(())
    }
}
