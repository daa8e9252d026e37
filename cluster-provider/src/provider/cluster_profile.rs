//! Clusters that somebody else lists as `ClusterProfile` objects: adopted, never made and never deleted. And the other way round:
//! [`ClusterProfilePublisher`] lists clusters of any provider for others. Knows nothing of who manages the clusters.
//!
//! - **Adoption.** The profile that a request names exists: `additional_spec.profile` as `<namespace>/<name>`, or the request's own name in
//!   the namespace of the [options](ClusterProfileOptions). `internal_id` is `<namespace>/<name>`, `external_id` the cluster's own id where the
//!   profile says one (property `cluster.clusterset.k8s.io`, or the older `id.k8s.io`), and its UID otherwise; the one that a cluster was
//!   adopted with stays while the profile says it. Nothing is written, so that [`find`](Provider::find) goes by what the request names.
//! - **State** is the condition `ControlPlaneHealthy`. One that is absent or unknown says nothing, and the cluster stays as it was.
//! - **Connections** come from [`Connections`]; [`profile_connections`] follows profiles with the programs or Secrets that give access to them.
//! - **Deletion** takes away what was applied. The profile is its manager's.
//!
//! Source: `apis/v1alpha1` of cluster-inventory-api, KEP 4322 and KEP 5339.

mod build;
mod desired;
mod options;
mod publish;
mod read;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use cluster_client::source::{Access, ClusterProfiles};
use kube::Client;
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::Value;

pub use self::build::ClusterProfileProviderBuilder;
pub use self::desired::{Intent, PublisherOptions, access_provider, intent, profile, profile_name, profile_status};
pub use self::options::ClusterProfileOptions;
pub use self::publish::{ClusterProfilePublisher, Published, Synced};
pub use super::in_cluster::{Connections, ConnectionsError, InClusterOptions, RegionSource, SourceConnections};
use super::in_cluster::{Describe, Failing, Ground, Objects, Reach, place};
use super::{
    CallContext, Claim, Clouds, ClusterRequest, ClusterSpec, DeleteOptions, DeleteOutcome, Provider, ProviderError,
    ProviderErrorKind, ResourceSets,
};
use crate::cluster::{ProviderClusterId, ProviderType};

/// Clusters of `ClusterProfile` objects. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct ClusterProfileProvider(Arc<Inner>);

struct Inner {
    ground: Ground,
    core: Arc<Core>,
}

/// What all capabilities need.
struct Core {
    /// Of the cluster with the profiles.
    client: Client,
    connections: Arc<dyn Connections>,
    options: ClusterProfileOptions,
    reach: Arc<Reach>,
}

/// Follows the profiles of a cluster and what gives access to theirs, healthy or not. Has to be called within a Tokio runtime.
#[must_use]
pub fn profile_connections(client: Client, access: Access) -> SourceConnections {
    SourceConnections::start(Arc::new(ClusterProfiles::new(client, access).with_readiness(|_| true)))
}

fn profiles() -> ApiResource {
    let kind = GroupVersionKind::gvk("multicluster.x-k8s.io", "v1alpha1", "ClusterProfile");
    ApiResource::from_gvk_with_plural(&kind, "clusterprofiles")
}

// === impl ClusterProfileProvider ===

impl ClusterProfileProvider {
    /// Closes all connections, ends the source of descriptions, and waits for both.
    pub async fn shutdown(&self) {
        self.0.ground.shutdown().await;
        self.0.core.connections.shutdown().await;
    }
}

impl std::fmt::Debug for ClusterProfileProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClusterProfileProvider").field("options", &self.0.core.options).finish_non_exhaustive()
    }
}

#[async_trait]
impl Provider for ClusterProfileProvider {
    fn provider_type(&self) -> ProviderType {
        self.0.ground.provider_type()
    }

    async fn create(&self, call: &CallContext, request: &ClusterRequest) -> Result<ClusterSpec, ProviderError> {
        let core = &self.0.core;
        let failing = core.reach.failing("create", &request.name);
        let id = core.named(failing, &request.claim())?;
        let Some(mut adopted) = core.look(call, "create", &id, None).await? else {
            return Err(failing.with(ProviderErrorKind::NotFound, format!("there is no ClusterProfile {id}")));
        };
        for (said, into) in
            [(&request.region, &mut adopted.region), (&request.cloud_provider, &mut adopted.cloud_provider)]
        {
            if into.is_empty() {
                into.clone_from(said);
            }
        }
        adopted.multi_az |= request.multi_az;
        Ok(adopted)
    }

    /// Looks at the profile that the request names; the token stands nowhere in one that is somebody else's.
    async fn find(&self, call: &CallContext, claim: &Claim) -> Result<Option<ClusterSpec>, ProviderError> {
        let core = &self.0.core;
        let id = core.named(core.reach.failing("find", &claim.name), claim)?;
        core.look(call, "find", &id, None).await
    }

    async fn get(&self, call: &CallContext, id: &ProviderClusterId) -> Result<Option<ClusterSpec>, ProviderError> {
        self.0.core.look(call, "get", id, None).await
    }

    async fn check_status(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        self.0.core.look(call, "check_status", &known.internal_id, Some(known)).await
    }

    async fn delete(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        options: &DeleteOptions,
    ) -> Result<DeleteOutcome, ProviderError> {
        self.0.ground.retire(call, known, options).await
    }

    /// The property that holds the domain; see [`ClusterProfileOptions::dns_property`].
    async fn dns(&self, call: &CallContext, known: &ClusterSpec) -> Result<Option<String>, ProviderError> {
        let core = &self.0.core;
        let Some(property) = &core.options.dns_property else { return Ok(None) };
        let found = core.profile(call, "dns", &known.internal_id).await?;
        Ok(found.as_ref().and_then(|profile| read::property(profile, property)).map(str::to_owned))
    }

    async fn connection(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError> {
        self.0.ground.connection(call, known).await
    }

    /// Adopting twice is adopting once.
    fn creates_repeatably(&self) -> bool {
        true
    }

    fn resource_sets(&self) -> Option<Arc<dyn ResourceSets>> {
        self.0.ground.resource_sets()
    }

    fn clouds(&self) -> Option<Arc<dyn Clouds>> {
        self.0.ground.clouds()
    }
}

// === impl Core ===

impl Core {
    /// Which profile a request is about.
    fn named(&self, failing: Failing<'_>, claim: &Claim) -> Result<ProviderClusterId, ProviderError> {
        let named = match &claim.additional_spec["profile"] {
            Value::String(profile) => profile.clone(),
            _ => format!("{}/{}", self.options.namespace, claim.name),
        };
        ProviderClusterId::new(named).map_err(|error| failing.with(ProviderErrorKind::Invalid, error.to_string()))
    }

    async fn profile(
        &self,
        call: &CallContext,
        operation: &'static str,
        id: &ProviderClusterId,
    ) -> Result<Option<Value>, ProviderError> {
        let failing = self.reach.failing(operation, id.as_str());
        let (namespace, name) = place(failing, id)?;
        Objects { call, failing, client: &self.client }.get(&profiles(), Some(namespace), name).await
    }

    async fn look(
        &self,
        call: &CallContext,
        operation: &'static str,
        id: &ProviderClusterId,
        known: Option<&ClusterSpec>,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        let found = self.profile(call, operation, id).await?;
        Ok(found.map(|profile| read::cluster(id, &profile, known, &self.options)))
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
        let described = call.bound(self.connections.describe(&known.internal_id)).await;
        described.map_err(|why| failing.interrupted(why))?.map_err(|error| error.said_by(failing))
    }
}
