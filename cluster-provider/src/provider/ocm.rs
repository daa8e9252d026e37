//! Clusters of OpenShift Cluster Manager (OCM), through its REST API. Knows nothing of records and of when what is asked.
//!
//! # What holds
//!
//! - A create is sent once. The cluster is looked for by its token and its name before that, and again when there was no answer; one that
//!   carries the token is the one that was asked for.
//! - A cluster is gone when OCM says so itself. A gateway's 404 is an answer that cannot be understood.
//! - Kinds of errors come from status and code, never from text.
//! - Every list is read to its end, in an order that does not change between pages.
//! - Requests are paced for each host, repeated only where that is harmless, bounded by the deadline of the call, and not sent while nothing
//!   works.
//! - No secret is in `Debug`, errors and logs. TLS 1.3, no redirects, no proxy from the environment; one that is [named](ProxyOptions) sees
//!   ciphertext.
//! - A refresh token that came in place of another is used from then on, and outlives the process where it is
//!   [said](OcmOptions::rotated_token) where to keep it.
//!
//! # What a request can say besides
//!
//! [`ClusterRequest::additional_spec`] is an object in OCM's words that is merged into the body of the create: `hypershift.enabled`,
//! `product.id`, `domain_prefix`, `channel`, `api.listening`, `aws.subnet_ids`, `properties` and so on. It may not say what stands in the
//! request (name, cloud, region, zones) or is a secret.
//!
//! Sources: `internal/kafka/internal/clusters/ocm_provider.go` and `pkg/client/ocm` of kas-fleet-manager; the OpenAPI files of ocm-sdk-go;
//! `reconcile/utils/ocm_base_client.py` of qontract-reconcile for the order of pages.

mod addons;
mod body;
mod breaker;
mod build;
mod catalog;
mod client;
mod clusters;
mod create;
mod identity_providers;
mod jwt;
mod login;
mod memo;
mod options;
mod page;
mod pool_calls;
mod pools;
mod proxy;
mod quota;
mod refusal;
mod rotations;
mod search;
mod set_calls;
mod sets;
mod state;
mod token;
mod vault;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

pub use self::body::{AWS_MEMBERS, GCP_MEMBERS};
pub use self::build::{OcmBuildError, OcmProviderBuilder};
use self::client::OcmClient;
use self::memo::Memo;
pub use self::options::{
    ComputeOptions, CreateOptions, OcmOptions, OcmOptionsError, ProxyOptions, QuotaFilter, QuotaOptions,
};
use self::refusal::Deed;
pub use self::token::OcmCredentials;
use self::vault::Vault;
use super::{
    Addons, CallContext, Claim, CloudProvider, CloudRegion, Clouds, ClusterRequest, ClusterSpec, DeleteOptions,
    DeleteOutcome, IdentityProviders, MachinePools, OwnershipCheck, Provider, ProviderError, Quota, ResourceSets,
};
use crate::cluster::{ProviderClusterId, ProviderType};

/// Clusters of OCM. Clones share everything.
#[derive(Clone)]
pub struct OcmProvider(Arc<Ocm>);

/// What all parts share. The capabilities are implemented on it.
struct Ocm {
    client: OcmClient,
    clouds: BTreeMap<String, Vault>,
    /// Clusters that were asked to go, until they are gone.
    leaving: Mutex<BTreeSet<String>>,
    /// What was sent last of each identity provider, by cluster and name: OCM does not show secrets again.
    sent: Mutex<BTreeMap<(String, String), [u8; 32]>>,
    cloud_providers: Memo<Vec<CloudProvider>>,
    regions: Memo<Vec<CloudRegion>>,
    organizations: Memo<String>,
}

// === impl OcmProvider ===

impl OcmProvider {
    /// Begins with these settings.
    pub fn builder(options: OcmOptions) -> OcmProviderBuilder {
        OcmProviderBuilder::new(options)
    }

    /// Ends what goes on in the background, and waits for that. Nothing can be asked afterwards.
    pub async fn shutdown(&self) {
        self.0.client.close().await;
    }
}

#[async_trait]
impl Provider for OcmProvider {
    fn provider_type(&self) -> ProviderType {
        self.0.options().provider_type.clone()
    }

    async fn create(&self, call: &CallContext, request: &ClusterRequest) -> Result<ClusterSpec, ProviderError> {
        self.0.create(call, request).await
    }

    async fn find(&self, call: &CallContext, claim: &Claim) -> Result<Option<ClusterSpec>, ProviderError> {
        self.0.find(call, self.0.deed("find"), claim).await
    }

    async fn get(&self, call: &CallContext, id: &ProviderClusterId) -> Result<Option<ClusterSpec>, ProviderError> {
        self.0.look(call, self.0.deed("get").of(id.as_str()), id.as_str(), None).await
    }

    async fn check_status(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        let id = known.internal_id.as_str();
        self.0.look(call, self.0.deed("check_status").of(id), id, Some(known)).await
    }

    async fn delete(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        options: &DeleteOptions,
    ) -> Result<DeleteOutcome, ProviderError> {
        self.0.delete(call, known, options).await
    }

    async fn dns(&self, call: &CallContext, known: &ClusterSpec) -> Result<Option<String>, ProviderError> {
        self.0.dns(call, known).await
    }

    async fn connection(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError> {
        self.0.connection(call, known).await
    }

    fn resource_sets(&self) -> Option<Arc<dyn ResourceSets>> {
        Some(Arc::clone(&self.0) as _)
    }

    fn identity_providers(&self) -> Option<Arc<dyn IdentityProviders>> {
        Some(Arc::clone(&self.0) as _)
    }

    fn addons(&self) -> Option<Arc<dyn Addons>> {
        Some(Arc::clone(&self.0) as _)
    }

    fn machine_pools(&self) -> Option<Arc<dyn MachinePools>> {
        Some(Arc::clone(&self.0) as _)
    }

    fn clouds(&self) -> Option<Arc<dyn Clouds>> {
        Some(Arc::clone(&self.0) as _)
    }

    fn quota(&self) -> Option<Arc<dyn Quota>> {
        Some(Arc::clone(&self.0) as _)
    }

    fn ownership(&self) -> Option<Arc<dyn OwnershipCheck>> {
        Some(Arc::clone(&self.0) as _)
    }
}

impl fmt::Debug for OcmProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OcmProvider").field("options", self.0.options()).finish_non_exhaustive()
    }
}

// === impl Ocm ===

impl Ocm {
    fn options(&self) -> &OcmOptions {
        self.client.options()
    }

    /// Something that is done for no cluster in particular.
    fn deed(&self, operation: &'static str) -> Deed<'_> {
        Deed::new(&self.options().provider_type, operation)
    }

    /// Something that is done for this cluster, and where it is.
    fn for_cluster<'a>(
        &'a self,
        operation: &'static str,
        known: &'a ClusterSpec,
    ) -> Result<(Deed<'a>, String), ProviderError> {
        let id = known.internal_id.as_str();
        let deed = self.deed(operation).of(id);
        let path = clusters::path(deed, id)?;
        Ok((deed, path))
    }
}

/// A lock that outlives a panic elsewhere: what it guards is changed in one step.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
