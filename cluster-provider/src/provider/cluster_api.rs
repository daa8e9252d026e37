//! Clusters of Cluster API: `Cluster` objects in a management cluster, made from a ClusterClass or from a template. Knows nothing of records.
//!
//! # What `additional_spec` says
//!
//! Either a topology: `class` (required), `class_namespace`, `version` (or that of the request), `variables` (`[{name, value}]`), `workers`,
//! `control_plane`; or a template: `template`, a list of objects with exactly one `Cluster`, and `values`, a map of texts. In the texts of a
//! template `${CLUSTER_NAME}`, `${NAMESPACE}`, `${REGION}`, `${CLOUD_PROVIDER}`, `${KUBERNETES_VERSION}` and the names of `values` are
//! replaced; any other name is an error. Both may say `namespace`. A template says itself which machines and which network there are: a
//! request that says so too is refused.
//!
//! # What is what
//!
//! - `internal_id` is `<namespace>/<name>`, `external_id` the UID of the object. The create token is a label (hashed, to fit) and an annotation,
//!   so that a cluster is found by it.
//! - A cluster is provisioned when its control plane was initialized and it is available (`v1beta2`), or when its control plane and
//!   infrastructure are ready (`v1beta1`, which is used where nothing newer is served). Cluster API has no final failure any more: one that is
//!   not there after [`failure_after`](ClusterApiOptions::failure_after) has failed, unless it is paused.
//! - Deleting deletes the `Cluster` object of this UID and nothing else; Cluster API takes away what belongs to it.
//! - Machine pools are entries of the topology. Where there is none they are MachineDeployments called `<cluster>-<pool>`, or MachinePools that
//!   are there; what `instance_size` says is the name of what describes the infrastructure of the machines, and a new one is set up as another
//!   MachineDeployment of the cluster is.
//! - Connections come from the Secret `<name>-kubeconfig`, read for each call, so that a rotated certificate counts at once. It is meant for
//!   first access; give what runs for long a credential with fewer rights.
//!
//! Source: `api/core/v1beta2` of cluster-api and its contract for control planes.

mod build;
mod machines;
mod manifest;
mod options;
mod pool;
mod pools;
mod status;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use cluster_client::discovery::Discovery;
use cluster_client::kubeconfig;
use cluster_client::source::SourceError;
use k8s_openapi::api::core::v1::Secret;
use kube::Client;
use kube::core::ApiResource;
use serde_json::Value;

pub use self::build::ClusterApiProviderBuilder;
pub use self::options::ClusterApiOptions;
use self::status::{Seen, read};
use super::in_cluster::{ConnectionsError, Describe, Failing, Ground, Objects, Reach, place, served};
pub use super::in_cluster::{InClusterOptions, RegionSource};
use super::{
    CallContext, Claim, Clouds, ClusterRequest, ClusterSpec, DeleteOptions, DeleteOutcome, MachinePools, Provider,
    ProviderError, ProviderErrorKind, ResourceSets,
};
use crate::cluster::{DeletionPolicy, ProviderClusterId, ProviderType};

/// Clusters of Cluster API. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct ClusterApiProvider(Arc<Inner>);

struct Inner {
    ground: Ground,
    core: Arc<Core>,
    pools: Arc<pools::Pools>,
}

/// What all capabilities need.
struct Core {
    /// Of the management cluster.
    client: Client,
    discovery: Discovery,
    options: ClusterApiOptions,
    reach: Arc<Reach>,
    /// Which clusters were asked to go here and were there still, so that what is gone then did not go by itself.
    leaving: Mutex<HashSet<String>>,
}

/// The group of `Cluster`.
const GROUP: &str = "cluster.x-k8s.io";
/// Newest first.
const VERSIONS: [&str; 2] = ["v1beta2", "v1beta1"];

// === impl ClusterApiProvider ===

impl ClusterApiProvider {
    /// Closes all connections and waits for that.
    pub async fn shutdown(&self) {
        self.0.ground.shutdown().await;
    }

    async fn look(
        &self,
        call: &CallContext,
        operation: &'static str,
        id: &ProviderClusterId,
        known: Option<&ClusterSpec>,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        let core = &self.0.core;
        let failing = core.reach.failing(operation, id.as_str());
        let (namespace, name) = place(failing, id)?;
        let resource = core.clusters(call, failing).await?;
        let found = core.objects(call, failing).get(&resource, Some(namespace), name).await?;
        found.map(|cluster| core.seen(failing, &cluster, known)).transpose()
    }
}

impl std::fmt::Debug for ClusterApiProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClusterApiProvider").field("options", &self.0.core.options).finish_non_exhaustive()
    }
}

#[async_trait]
impl Provider for ClusterApiProvider {
    fn provider_type(&self) -> ProviderType {
        self.0.ground.provider_type()
    }

    async fn create(&self, call: &CallContext, request: &ClusterRequest) -> Result<ClusterSpec, ProviderError> {
        let core = &self.0.core;
        let failing = core.reach.failing("create", &request.name);
        let resource = core.clusters(call, failing).await?;
        let made = manifest::objects(request, &core.options, &resource.api_version)
            .map_err(|error| failing.with(ProviderErrorKind::Invalid, error.to_string()))?;
        let objects = core.objects(call, failing);
        let (namespace, name) = (Some(made.namespace.as_str()), request.name.as_str());
        if let Some(held) = objects.get(&resource, namespace, name).await? {
            return core.claimed(failing, request, &held);
        }
        let manager = core.options.in_cluster.actor.field_manager();
        for object in &made.others {
            let kind = core.kind_of(call, failing, object).await?;
            let place = kind.1.then_some(made.namespace.as_str());
            let called = object["metadata"]["name"].as_str().unwrap_or_default();
            objects.apply(&kind.0, place, called, object, &manager, false).await?;
        }
        // Made and not applied: whoever has taken the name meanwhile is told, and not merged with.
        match objects.create(&resource, namespace, &made.cluster, &manager).await {
            Ok(cluster) => core.echo(failing, request, &cluster),
            Err(error) if error.kind() == ProviderErrorKind::AlreadyExists => {
                match objects.get(&resource, namespace, name).await? {
                    Some(held) => core.claimed(failing, request, &held),
                    None => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn find(&self, call: &CallContext, claim: &Claim) -> Result<Option<ClusterSpec>, ProviderError> {
        let core = &self.0.core;
        let failing = core.reach.failing("find", &claim.name);
        let resource = core.clusters(call, failing).await?;
        let objects = core.objects(call, failing);
        let selector = format!("{}={}", manifest::TOKEN, manifest::token_label(&claim.token));
        let found = objects.list(&resource, None, Some(&selector)).await?;
        let ours = found.iter().find(|cluster| manifest::carries(cluster, &claim.token));
        if let Some(ours) = ours {
            return core.seen(failing, ours, None).map(Some);
        }
        let namespace = claim.additional_spec["namespace"].as_str().unwrap_or(&core.options.namespace);
        match objects.get(&resource, Some(namespace), &claim.name).await? {
            Some(_) => Err(failing.with(ProviderErrorKind::Conflict, "a cluster of this name carries another token")),
            None => Ok(None),
        }
    }

    async fn get(&self, call: &CallContext, id: &ProviderClusterId) -> Result<Option<ClusterSpec>, ProviderError> {
        self.look(call, "get", id, None).await
    }

    async fn check_status(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        self.look(call, "check_status", &known.internal_id, Some(known)).await
    }

    async fn delete(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        options: &DeleteOptions,
    ) -> Result<DeleteOutcome, ProviderError> {
        let core = &self.0.core;
        if options.policy != DeletionPolicy::Delete {
            return self.0.ground.retire(call, known, options).await;
        }
        let failing = core.reach.failing("delete", known.internal_id.as_str());
        let (namespace, name) = place(failing, &known.internal_id)?;
        let resource = core.clusters(call, failing).await?;
        let objects = core.objects(call, failing);
        let held = objects.get(&resource, Some(namespace), name).await?;
        let id = known.internal_id.as_str();
        let key = known.external_id.as_deref().unwrap_or(id);
        let ours = held.filter(|cluster| {
            let uid = cluster["metadata"]["uid"].as_str();
            known.external_id.is_none() || known.external_id.as_deref() == uid
        });
        let Some(cluster) = ours else {
            core.reach.forget(id);
            // What a process before this one asked for its record says.
            let asked = core.leaving().remove(key);
            return Ok(if asked { DeleteOutcome::Gone } else { DeleteOutcome::AlreadyGone });
        };
        if options.dry_run {
            return Ok(DeleteOutcome::WouldDelete);
        }
        if cluster["metadata"]["deletionTimestamp"].is_null() {
            objects.delete(&resource, Some(namespace), name, cluster["metadata"]["uid"].as_str()).await?;
            core.leaving().insert(key.to_owned());
        }
        match objects.get(&resource, Some(namespace), name).await? {
            Some(left) if left["metadata"]["uid"] == cluster["metadata"]["uid"] => Ok(status::deleting(&left)),
            _ => {
                core.leaving().remove(key);
                core.reach.forget(id);
                Ok(DeleteOutcome::Gone)
            }
        }
    }

    /// The value of the topology variable that holds the domain; see [`ClusterApiOptions::dns_variable`].
    async fn dns(&self, call: &CallContext, known: &ClusterSpec) -> Result<Option<String>, ProviderError> {
        let core = &self.0.core;
        let Some(variable) = &core.options.dns_variable else { return Ok(None) };
        let failing = core.reach.failing("dns", known.internal_id.as_str());
        let (namespace, name) = place(failing, &known.internal_id)?;
        let resource = core.clusters(call, failing).await?;
        let found = core.objects(call, failing).get(&resource, Some(namespace), name).await?;
        Ok(found.as_ref().and_then(|cluster| status::variable(cluster, variable)).map(str::to_owned))
    }

    async fn connection(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError> {
        self.0.ground.connection(call, known).await
    }

    /// Objects are made by name, and a name belongs to one token.
    fn creates_repeatably(&self) -> bool {
        true
    }

    fn resource_sets(&self) -> Option<Arc<dyn ResourceSets>> {
        self.0.ground.resource_sets()
    }

    fn machine_pools(&self) -> Option<Arc<dyn MachinePools>> {
        Some(Arc::<pools::Pools>::clone(&self.0.pools))
    }

    fn clouds(&self) -> Option<Arc<dyn Clouds>> {
        self.0.ground.clouds()
    }
}

// === impl Core ===

impl Core {
    fn leaving(&self) -> MutexGuard<'_, HashSet<String>> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn objects<'a>(&'a self, call: &'a CallContext, failing: Failing<'a>) -> Objects<'a> {
        Objects { call, failing, client: &self.client }
    }

    /// `Cluster` in the newest version that is served.
    async fn clusters(&self, call: &CallContext, failing: Failing<'_>) -> Result<ApiResource, ProviderError> {
        let why = "the management cluster serves no version of Cluster that is known here; is Cluster API installed?";
        let found = self.newest(call, failing, "Cluster").await?;
        found.ok_or_else(|| failing.with(ProviderErrorKind::Unavailable, why))
    }

    /// A kind of Cluster API in the newest version that is served, if any is.
    async fn newest(
        &self,
        call: &CallContext,
        failing: Failing<'_>,
        kind: &str,
    ) -> Result<Option<ApiResource>, ProviderError> {
        for version in VERSIONS {
            let query = format!("{kind}.{GROUP}/{version}");
            let look = call.bound(self.discovery.resolve(&query));
            let found = look.await.map_err(|why| failing.interrupted(why))?;
            if let Some(resource) = served(found, failing)? {
                return Ok(Some(resource));
            }
        }
        Ok(None)
    }

    /// The kind of an object of a template, and whether it lives in namespaces.
    async fn kind_of(
        &self,
        call: &CallContext,
        failing: Failing<'_>,
        object: &Value,
    ) -> Result<(ApiResource, bool), ProviderError> {
        let text = |field: &str| object[field].as_str().unwrap_or_default();
        let query = match text("apiVersion").split_once('/') {
            Some((group, version)) => format!("{}.{group}/{version}", text("kind")),
            None => text("kind").to_owned(),
        };
        let look = call.bound(self.discovery.resolve(&query));
        let found = look.await.map_err(|why| failing.interrupted(why))?.map_err(|error| failing.discovery(error))?;
        Ok((found.resource, found.namespaced))
    }

    /// A cluster as it is seen now; what was known of it and is not seen stays.
    fn seen(
        &self,
        failing: Failing<'_>,
        cluster: &Value,
        known: Option<&ClusterSpec>,
    ) -> Result<ClusterSpec, ProviderError> {
        let now = jiff::Timestamp::now();
        read(&Seen { cluster, known, options: &self.options, now })
            .map_err(|error| failing.with(ProviderErrorKind::Decode, error.to_string()))
    }

    /// A cluster that is there under the name of a request: the one that was asked for, or somebody else's.
    fn claimed(
        &self,
        failing: Failing<'_>,
        request: &ClusterRequest,
        held: &Value,
    ) -> Result<ClusterSpec, ProviderError> {
        if manifest::carries(held, &request.create_token) {
            return self.echo(failing, request, held);
        }
        let why = "a cluster of this name is there and carries another token";
        Err(failing.with(ProviderErrorKind::AlreadyExists, why))
    }

    fn echo(
        &self,
        failing: Failing<'_>,
        request: &ClusterRequest,
        cluster: &Value,
    ) -> Result<ClusterSpec, ProviderError> {
        let mut spec = self.seen(failing, cluster, None)?;
        spec.cloud_provider.clone_from(&request.cloud_provider);
        spec.region.clone_from(&request.region);
        spec.multi_az = request.multi_az;
        Ok(spec)
    }
}

#[async_trait]
impl Describe for Core {
    async fn describe(
        &self,
        call: &CallContext,
        operation: &'static str,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError> {
        let failing = self.reach.failing(operation, known.internal_id.as_str());
        let (namespace, name) = place(failing, &known.internal_id)?;
        let secret = format!("{name}-kubeconfig");
        let origin = format!("Secret {namespace}/{secret}");
        let secrets: kube::Api<Secret> = kube::Api::namespaced(self.client.clone(), namespace);
        let found = self.objects(call, failing).bound(secrets.get_opt(&secret)).await?;
        let content = found.and_then(|secret| secret.data?.remove("value")).filter(|content| !content.0.is_empty());
        let Some(content) = content else {
            let why = format!("{origin} does not exist yet, or has nothing under the key value");
            return Err(failing.with(ProviderErrorKind::NotFound, why).with_code("NoKubeconfig"));
        };
        let unusable = |error: SourceError| ConnectionsError::Unusable(error).said_by(failing);
        let config = kubeconfig::parse_as(&origin, &content.0, &self.options.policy, None)
            .map_err(|source| unusable(SourceError::Kubeconfig { origin: origin.clone(), source }))?;
        config.current().map_err(|error| unusable(error.into()))
    }
}
