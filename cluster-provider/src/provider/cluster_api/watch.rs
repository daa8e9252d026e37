//! Which clusters are worth a look because something changed: a `Cluster` object, or the Secret with its kubeconfig. Knows nothing of what is
//! done then.

use futures::stream::{BoxStream, StreamExt as _};
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::DynamicObject;
use kube::core::PartialObjectMeta;
use kube::runtime::{WatchStreamExt as _, watcher};

use super::machines::CLUSTER_NAME;
use super::status::is_paused;
use super::{CallContext, ClusterApiProvider, ProviderError};
use crate::cluster::ProviderClusterId;

const SUFFIX: &str = "-kubeconfig";

// === impl ClusterApiProvider ===

impl ClusterApiProvider {
    /// Clusters as they change: made, changed, deleted, or with another kubeconfig. Paused ones are left out, until they go on. Each is told at
    /// least once, and again after the watch was broken; failures are logged, waited after and repeated.
    ///
    /// Needs the verbs `list` and `watch` on `clusters.cluster.x-k8s.io` and on Secrets. The stream never ends by itself; dropping it ends
    /// its watches.
    ///
    /// # Errors
    /// When the management cluster does not say which version of `Cluster` it serves.
    pub async fn changes(&self, call: &CallContext) -> Result<BoxStream<'static, ProviderClusterId>, ProviderError> {
        let core = &self.0.core;
        let resource = core.clusters(call, core.reach.failing("changes", "(all)")).await?;
        let clusters: Api<DynamicObject> = Api::all_with(core.client.clone(), &resource);
        let clusters = watcher(clusters, watcher::Config::default())
            .default_backoff()
            .filter_map(|event| async move { changed(event)?.of_cluster() });
        let secrets: Api<PartialObjectMeta<Secret>> = Api::all(core.client.clone());
        let secrets = watcher(secrets, watcher::Config::default().labels(CLUSTER_NAME))
            .default_backoff()
            .filter_map(|event| async move { of_secret(&changed(event)?.0.metadata) });
        Ok(futures::stream::select(clusters.boxed(), secrets.boxed()).boxed())
    }
}

/// The object that an event is about.
struct Changed<T>(T);

fn changed<T>(event: Result<watcher::Event<T>, watcher::Error>) -> Option<Changed<T>> {
    match event {
        Ok(watcher::Event::Apply(object) | watcher::Event::InitApply(object) | watcher::Event::Delete(object)) => {
            Some(Changed(object))
        }
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(error = %core_client::error::ErrorChain::new(&error), "clusters of Cluster API cannot be watched; it is tried again");
            None
        }
    }
}

impl Changed<DynamicObject> {
    fn of_cluster(self) -> Option<ProviderClusterId> {
        let metadata = &self.0.metadata;
        let id = id(metadata.namespace.as_deref()?, metadata.name.as_deref()?);
        let object = serde_json::to_value(&self.0).ok()?;
        if is_paused(&object) && metadata.deletion_timestamp.is_none() { None } else { id }
    }
}

fn of_secret(metadata: &kube::api::ObjectMeta) -> Option<ProviderClusterId> {
    let cluster = metadata.labels.as_ref()?.get(CLUSTER_NAME)?;
    let name = metadata.name.as_deref()?.strip_suffix(SUFFIX)?;
    if name == cluster { id(metadata.namespace.as_deref()?, name) } else { None }
}

fn id(namespace: &str, name: &str) -> Option<ProviderClusterId> {
    ProviderClusterId::new(format!("{namespace}/{name}")).ok()
}
