//! Clusters that exist already: adopted by the name of a kubeconfig context or an entry, never made and never deleted. Knows nothing of records.
//!
//! - **Adoption** ([`create`](Provider::create)) looks at the cluster and answers at once: provisioned, with the UID of its `kube-system`
//!   namespace as the external id. From then on every call says so beforehand: another cluster under the same name is refused as a
//!   [`Conflict`](ProviderErrorKind::Conflict), before anything is sent to it.
//! - **Names.** `internal_id` is the name of the context or entry: `additional_spec.context` of the request, or else its name. Adoption writes
//!   nothing into the cluster, so there is no place for the token: [`find`](Provider::find) looks at the context that the request
//!   names. Adopting twice is the same as adopting once, and the store refuses a second record with the same external id.
//! - **Deletion** takes away what was applied, never the cluster; see [`DeletionPolicy`](crate::cluster::DeletionPolicy).
//! - A context that does not exist is [`NotFound`](ProviderErrorKind::NotFound) (code `Context`), no kubeconfig is
//!   [`Invalid`](ProviderErrorKind::Invalid) (code `NoKubeconfig`). The current context of a kubeconfig counts for nothing.
//!
//! Source: `internal/kafka/internal/clusters/standalone_provider.go` of kas-fleet-manager, which reports success where it does nothing.

mod build;
mod entries;
mod files;
mod identity;
mod oauth;
mod olm;
mod operator;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use cluster_client::spec::ClusterUid;
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::Value;

pub use self::build::StandaloneProviderBuilder;
pub use self::entries::{Entries, Entry};
pub use self::files::KubeconfigContexts;
pub use super::in_cluster::{Connections, ConnectionsError, InClusterOptions, RegionSource, SourceConnections};
use super::in_cluster::{Describe, Ground, Objects, Probe, Reach, is_out_of_reach, probe, served};
use super::{
    Addons, CallContext, Claim, Clouds, ClusterRequest, ClusterSpec, DeleteOptions, DeleteOutcome, IdentityProviders,
    Provider, ProviderError, ProviderErrorKind, ResourceSets,
};
use crate::cluster::{ClusterStatus, Condition, ProviderClusterId, ProviderType};
pub use crate::terraform::parts::OlmOperator;

/// Clusters that exist already. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct StandaloneProvider(Arc<Inner>);

struct Inner {
    ground: Ground,
    core: Arc<Core>,
    identities: Arc<identity::Identities>,
    operators: Option<Arc<olm::Operators>>,
}

/// What all capabilities need.
struct Core {
    connections: Arc<dyn Connections>,
    reach: Arc<Reach>,
    dns: BTreeMap<String, String>,
}

// === impl StandaloneProvider ===

impl StandaloneProvider {
    /// Closes all connections, ends the source of descriptions, and waits for both.
    pub async fn shutdown(&self) {
        self.0.ground.shutdown().await;
        self.0.core.connections.shutdown().await;
    }
}

impl std::fmt::Debug for StandaloneProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandaloneProvider").field("reach", &self.0.core.reach).finish_non_exhaustive()
    }
}

#[async_trait]
impl Provider for StandaloneProvider {
    fn provider_type(&self) -> ProviderType {
        self.0.ground.provider_type()
    }

    async fn create(&self, call: &CallContext, request: &ClusterRequest) -> Result<ClusterSpec, ProviderError> {
        let core = &self.0.core;
        let claim = request.claim();
        let failing = core.reach.failing("create", context_of(&claim));
        let id = core.named("create", &claim)?;
        let mut adopted = core.look(call, "create", ClusterSpec::new(id, ClusterStatus::Accepted)).await?;
        if adopted.status != ClusterStatus::Provisioned {
            return Err(failing.with(ProviderErrorKind::Unavailable, "the cluster is not ready to be adopted"));
        }
        if adopted.external_id.is_none() {
            let why = "it cannot be told from other clusters; allow to get the namespace kube-system";
            return Err(failing.with(ProviderErrorKind::Forbidden, why));
        }
        adopted.cloud_provider.clone_from(&request.cloud_provider);
        adopted.region.clone_from(&request.region);
        adopted.multi_az = request.multi_az;
        Ok(adopted)
    }

    /// Looks at the context or entry that the request names; the token stands nowhere in a cluster that was adopted.
    async fn find(&self, call: &CallContext, claim: &Claim) -> Result<Option<ClusterSpec>, ProviderError> {
        let id = self.0.core.named("find", claim)?;
        let look = self.0.core.look(call, "find", ClusterSpec::new(id, ClusterStatus::Accepted)).await;
        known_or_none(look)
    }

    async fn get(&self, call: &CallContext, id: &ProviderClusterId) -> Result<Option<ClusterSpec>, ProviderError> {
        known_or_none(self.0.core.look(call, "get", ClusterSpec::new(id.clone(), ClusterStatus::Accepted)).await)
    }

    /// Looks whether the cluster answers and is ready, in what version and how large. One that cannot be reached is there and not
    /// available; one that nothing is known of any more is not there.
    async fn check_status(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        match self.0.core.look(call, "check_status", known.clone()).await {
            Err(error) if is_out_of_reach(&error) && !call.remaining().is_zero() => {
                let condition = Condition::no(Condition::AVAILABLE).because("Unreachable", error.to_string());
                let mut seen = known.clone();
                seen.conditions.retain(|one| one.kind != Condition::AVAILABLE);
                seen.conditions.push(condition);
                seen.status = unwell(known.status);
                seen.status_details = Some(error.to_string());
                Ok(Some(seen))
            }
            look => known_or_none(look),
        }
    }

    async fn delete(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        options: &DeleteOptions,
    ) -> Result<DeleteOutcome, ProviderError> {
        self.0.ground.retire(call, known, options).await
    }

    /// The domain of the ingress of an OpenShift cluster, or else what was configured.
    async fn dns(&self, call: &CallContext, known: &ClusterSpec) -> Result<Option<String>, ProviderError> {
        self.0.core.dns(call, known).await
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

    fn identity_providers(&self) -> Option<Arc<dyn IdentityProviders>> {
        Some(Arc::<identity::Identities>::clone(&self.0.identities))
    }

    fn addons(&self) -> Option<Arc<dyn Addons>> {
        self.0.operators.clone().map(|operators| operators as Arc<dyn Addons>)
    }

    fn clouds(&self) -> Option<Arc<dyn Clouds>> {
        self.0.ground.clouds()
    }
}

/// The name of the context or entry that a request is about.
fn context_of(claim: &Claim) -> &str {
    claim.additional_spec["context"].as_str().unwrap_or(&claim.name)
}

/// A cluster of which nothing is known is not there.
fn known_or_none(look: Result<ClusterSpec, ProviderError>) -> Result<Option<ClusterSpec>, ProviderError> {
    match look {
        Ok(seen) => Ok(Some(seen)),
        Err(error) if error.kind() == ProviderErrorKind::NotFound && error.code() == Some("Context") => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where a cluster is that is not well: one that was provisioned once stays so, and says what is wrong in a condition.
fn unwell(before: ClusterStatus) -> ClusterStatus {
    match before {
        ClusterStatus::Accepted | ClusterStatus::Provisioning => ClusterStatus::Provisioning,
        _ => ClusterStatus::Provisioned,
    }
}

// === impl Core ===

impl Core {
    fn named(&self, operation: &'static str, claim: &Claim) -> Result<ProviderClusterId, ProviderError> {
        let name = context_of(claim);
        ProviderClusterId::new(name)
            .map_err(|error| self.reach.failing(operation, name).with(ProviderErrorKind::Invalid, error.to_string()))
    }

    async fn reached(
        &self,
        call: &CallContext,
        operation: &'static str,
        known: &ClusterSpec,
    ) -> Result<Arc<super::in_cluster::Reached>, ProviderError> {
        let spec = self.describe(call, operation, known).await?;
        self.reach.reach(call, operation, known.internal_id.as_str(), &spec).await
    }

    /// The connection to a cluster that serves a kind; `otherwise` says what it is when it does not.
    async fn serving(
        &self,
        call: &CallContext,
        operation: &'static str,
        known: &ClusterSpec,
        kind: &str,
        otherwise: &str,
    ) -> Result<Arc<super::in_cluster::Reached>, ProviderError> {
        let failing = self.reach.failing(operation, known.internal_id.as_str());
        let reached = self.reached(call, operation, known).await?;
        let found = call.bound(reached.discovery().resolve(kind)).await.map_err(|why| failing.interrupted(why))?;
        match served(found, failing)? {
            Some(_) => Ok(reached),
            None => Err(failing.unsupported(otherwise)),
        }
    }

    /// Looks at a cluster; what was known of it and is not seen stays.
    async fn look(
        &self,
        call: &CallContext,
        operation: &'static str,
        known: ClusterSpec,
    ) -> Result<ClusterSpec, ProviderError> {
        let call = &call.at_most(self.reach.options().probe_timeout);
        let reached = self.reached(call, operation, &known).await?;
        let failing = self.reach.failing(operation, known.internal_id.as_str());
        let found = probe(call, failing, &reached).await?;
        Ok(seen(known, &found))
    }

    async fn dns(&self, call: &CallContext, known: &ClusterSpec) -> Result<Option<String>, ProviderError> {
        let id = known.internal_id.as_str();
        let failing = self.reach.failing("dns", id);
        let reached = self.reached(call, "dns", known).await?;
        let look = call.bound(reached.discovery().resolve("Ingress.config.openshift.io/v1"));
        let found = look.await.map_err(|why| failing.interrupted(why))?;
        if served(found, failing)?.is_some() {
            let objects = Objects { call, failing, client: reached.client() };
            let ingress = objects.get(&openshift("Ingress", "ingresses"), None, "cluster").await?;
            let domain = ingress.as_ref().and_then(|ingress| ingress["spec"]["domain"].as_str());
            if let Some(domain) = domain.filter(|domain| !domain.is_empty()) {
                return Ok(Some(domain.to_owned()));
            }
        }
        Ok(self.dns.get(id).filter(|domain| !domain.is_empty()).cloned())
    }
}

#[async_trait]
impl Describe for Core {
    /// A cluster that was adopted is refused under its name when it is another one.
    async fn describe(
        &self,
        call: &CallContext,
        operation: &'static str,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError> {
        let failing = self.reach.failing(operation, known.internal_id.as_str());
        let described = call.bound(self.connections.describe(&known.internal_id)).await;
        let spec = described.map_err(|why| failing.interrupted(why))?.map_err(|error| error.said_by(failing))?;
        Ok(match &known.external_id {
            Some(uid) => spec.with_expected_uid(ClusterUid::new(uid)),
            None => spec,
        })
    }
}

/// What is known of a cluster after a look at it.
fn seen(mut known: ClusterSpec, found: &Probe) -> ClusterSpec {
    known.status = if found.trouble.is_none() { ClusterStatus::Provisioned } else { unwell(known.status) };
    known.status_details.clone_from(&found.trouble);
    if let Some(uid) = &found.uid {
        known.external_id = Some(uid.clone());
    }
    let info = found.info();
    match (known.additional_info.as_object_mut(), info) {
        (Some(held), Value::Object(info)) => held.extend(info),
        (_, info) => known.additional_info = info,
    }
    known.conditions.retain(|condition| condition.kind != Condition::AVAILABLE);
    known.with_condition(found.available())
}

/// A kind of the configuration of OpenShift.
fn openshift(kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("config.openshift.io", "v1", kind), plural)
}
