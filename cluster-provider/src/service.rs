//! What is asked about clusters, and what becomes of it. Knows a factory and a store; knows no provider by name.
//!
//! [`ClusterService`] is what everything above sees: handlers of an API, the [manager](crate::manager), an application. There is no way
//! from it to a provider; what a provider may do besides creating and deleting is an operation here, and one that it cannot do is answered
//! with [`ServiceError::Provider`] of kind [`Unsupported`](crate::provider::ProviderErrorKind::Unsupported).
//!
//! Source: `internal/kafka/internal/services/clusters.go` of kas-fleet-manager.

mod cache;
mod changes;
mod default;
mod error;
mod failure;
mod locks;
mod merge;
mod observer;
mod options;
mod types;

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures::stream::BoxStream;

pub use self::default::{DefaultClusterService, DefaultClusterServiceBuilder};
pub use self::error::ServiceError;
pub use self::observer::ServiceObserver;
pub use self::options::{QuotaCostFn, QuotaNeed, ServiceOptions};
#[cfg(any(test, feature = "mock"))]
pub use self::types::MockWorkloadCounter;
pub use self::types::{ClusterChange, DeletionGuard, Deregistration, NoWorkloads, RegionCount, WorkloadCounter};
use crate::cluster::{Cluster, ClusterId, ClusterPatch, ClusterStatus, NewCluster, ProviderClusterId, ProviderType};
use crate::provider::{
    Addon, AddonState, ApplyReport, CallContext, CapabilitySet, CloudProvider, CloudRegion, DeleteOutcome,
    IdentityProvider, IdentityProviderId, MachinePool, MachinePoolRequest, QuotaCost, RemoveReport, ResourceSet,
    SetDiff,
};
use crate::store::{ClusterQuery, Lease, Page};

/// Everything that can be asked about clusters.
///
/// Every call takes a [`CallContext`]: it ends by its deadline and when it is cancelled, and what it writes is written for the leader whose
/// [fence](CallContext::fence) it carries. A write answers with the record as it is then.
///
/// Cancel safety: whoever drops a future may have had done what it was asked to do, or a part of it, and asks again: everything that is
/// asked of a provider is in the record before it is asked.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ClusterService: Send + Sync + 'static {
    // --- records ---

    /// Records a cluster that is to be made, or one that exists and is registered by its owner. The same token gives the same record.
    ///
    /// # Errors
    /// [`Invalid`](ServiceError::Invalid), [`Conflict`](ServiceError::Conflict) when name or id are taken.
    async fn register(&self, call: &CallContext, cluster: NewCluster) -> Result<Cluster, ServiceError>;

    /// Records a cluster that its provider has already: looks at it first, and takes over what the provider says. `cluster` names it by
    /// `provider_cluster_id`.
    ///
    /// # Errors
    /// [`NotFound`](ServiceError::NotFound) when the provider does not have it, [`Conflict`](ServiceError::Conflict) when it is recorded.
    async fn adopt(&self, call: &CallContext, cluster: NewCluster) -> Result<Cluster, ServiceError>;

    /// Wants a cluster gone: `deprovisioning`, unless the guard keeps it. One that is on its way out is left on it.
    ///
    /// # Errors
    /// [`Guarded`](ServiceError::Guarded) when workloads run in it, or it is another tenant's.
    async fn deregister(
        &self,
        call: &CallContext,
        id: &ClusterId,
        request: Deregistration,
    ) -> Result<Cluster, ServiceError>;

    /// Wants a cluster back that is being deprovisioned: it becomes what it was before, as long as the provider has not taken it away.
    ///
    /// # Errors
    /// [`Conflict`](ServiceError::Conflict) when it is not on its way out, or too far on it.
    async fn restore(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError>;

    /// Tries again with a cluster that failed: from the beginning when the provider has none, else by looking at it.
    ///
    /// # Errors
    /// [`Conflict`](ServiceError::Conflict) when it has not failed.
    async fn retry(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError>;

    /// Reads a record.
    ///
    /// # Errors
    /// [`NotFound`](ServiceError::NotFound) when there is none.
    async fn get(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError>;

    /// Reads the record of the cluster that the provider calls so; `None` when there is none.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn find_by_provider_id(
        &self,
        call: &CallContext,
        provider: &ProviderType,
        id: &ProviderClusterId,
    ) -> Result<Option<Cluster>, ServiceError>;

    /// The first that matches, the oldest first; `None` when none does.
    ///
    /// # Errors
    /// When the store does not answer, or that record cannot be read.
    async fn find(&self, call: &CallContext, query: ClusterQuery) -> Result<Option<Cluster>, ServiceError>;

    /// A page of those that match, the oldest first. Records that cannot be read are [told](Page::unreadable) beside the others.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn list(&self, call: &CallContext, query: ClusterQuery) -> Result<Page<Cluster>, ServiceError>;

    /// Changes columns. With a version, the record must still have it; without, the change is made to whatever it is by then. A change of the
    /// status has to be a [step](ClusterStatus::step) of a life.
    ///
    /// # Errors
    /// [`Conflict`](ServiceError::Conflict) when the record changed, or cannot go there.
    async fn update(
        &self,
        call: &CallContext,
        id: &ClusterId,
        version: Option<i64>,
        patch: ClusterPatch,
    ) -> Result<Cluster, ServiceError>;

    /// Goes to another status, from wherever that is a step.
    ///
    /// # Errors
    /// [`Conflict`](ServiceError::Conflict) when it is none.
    async fn update_status(
        &self,
        call: &CallContext,
        id: &ClusterId,
        to: ClusterStatus,
    ) -> Result<Cluster, ServiceError>;

    /// Takes all that match to another status, as far as that is a step. Which ones went.
    ///
    /// # Errors
    /// [`Invalid`](ServiceError::Invalid) when nothing is said of which ones.
    async fn update_status_of_many(
        &self,
        call: &CallContext,
        query: ClusterQuery,
        to: ClusterStatus,
    ) -> Result<Vec<ClusterId>, ServiceError>;

    /// Marks a record in `cleanup` as deleted; it can be read by those who ask for deleted ones. Gone already is fine.
    ///
    /// # Errors
    /// [`Conflict`](ServiceError::Conflict) when it is not in `cleanup`.
    async fn soft_delete(&self, call: &CallContext, id: &ClusterId) -> Result<(), ServiceError>;

    /// Takes a record in `cleanup`, or a deleted one, away for good. Gone already is fine.
    ///
    /// # Errors
    /// [`Conflict`](ServiceError::Conflict) when it is in another status.
    async fn hard_delete(&self, call: &CallContext, id: &ClusterId) -> Result<(), ServiceError>;

    /// How many there are of each of these; of all when none is named. Zero is said.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn count_by_status(
        &self,
        call: &CallContext,
        statuses: &[ClusterStatus],
    ) -> Result<BTreeMap<ClusterStatus, u64>, ServiceError>;

    /// How many match, for each cloud and region.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn count_by_region(&self, call: &CallContext, query: ClusterQuery) -> Result<Vec<RegionCount>, ServiceError>;

    /// How many workloads run in each of these clusters. Zero is said.
    ///
    /// # Errors
    /// When the counter does not answer.
    async fn workloads(&self, call: &CallContext, ids: &[ClusterId]) -> Result<BTreeMap<ClusterId, u64>, ServiceError>;

    // --- through the provider ---

    /// Asks the provider to make it, or finds that it did already. The request is in the record before it is sent, so that this may be
    /// repeated whatever happened.
    ///
    /// # Errors
    /// What the provider says. The record says how often that was, and when to ask again.
    async fn create(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError>;

    /// Asks the provider how it is, and records that. Nothing is written when nothing changed.
    ///
    /// # Errors
    /// What the provider says.
    async fn check_status(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError>;

    /// Asks the provider to take it away, or how far that is. The record stays in `deprovisioning`.
    ///
    /// # Errors
    /// What the provider says; [`Conflict`](ServiceError::Conflict) when it is not to go.
    async fn delete(&self, call: &CallContext, id: &ClusterId) -> Result<DeleteOutcome, ServiceError>;

    /// The domain of its applications: out of the record, else from the provider, and recorded then.
    ///
    /// # Errors
    /// What the provider says.
    async fn dns(&self, call: &CallContext, id: &ClusterId) -> Result<Option<String>, ServiceError>;

    /// How its API server is reached.
    ///
    /// # Errors
    /// What the provider says.
    async fn connection(&self, call: &CallContext, id: &ClusterId)
    -> Result<cluster_client::ClusterSpec, ServiceError>;

    /// Applies a resource set, and records what was applied.
    ///
    /// # Errors
    /// What the provider says; what happened to single objects is in the report.
    async fn apply_resources(
        &self,
        call: &CallContext,
        id: &ClusterId,
        set: &ResourceSet,
    ) -> Result<ApplyReport, ServiceError>;

    /// Removes a resource set, and forgets it when it is gone.
    ///
    /// # Errors
    /// What the provider says.
    async fn remove_resources(
        &self,
        call: &CallContext,
        id: &ClusterId,
        name: &str,
    ) -> Result<RemoveReport, ServiceError>;

    /// What applying a resource set would do.
    ///
    /// # Errors
    /// What the provider says.
    async fn diff_resources(
        &self,
        call: &CallContext,
        id: &ClusterId,
        set: &ResourceSet,
    ) -> Result<SetDiff, ServiceError>;

    /// Makes the cluster know an identity provider, and records that it does.
    ///
    /// # Errors
    /// What the provider says.
    async fn configure_identity_provider(
        &self,
        call: &CallContext,
        id: &ClusterId,
        provider: &IdentityProvider,
    ) -> Result<IdentityProviderId, ServiceError>;

    /// Makes the cluster forget an identity provider. Whether it knew it.
    ///
    /// # Errors
    /// What the provider says.
    async fn remove_identity_provider(
        &self,
        call: &CallContext,
        id: &ClusterId,
        name: &str,
    ) -> Result<bool, ServiceError>;

    /// Makes the cluster have an add-on.
    ///
    /// # Errors
    /// What the provider says.
    async fn ensure_addon(&self, call: &CallContext, id: &ClusterId, addon: &Addon)
    -> Result<AddonState, ServiceError>;

    /// Removes an add-on.
    ///
    /// # Errors
    /// What the provider says.
    async fn remove_addon(&self, call: &CallContext, id: &ClusterId, addon: &str) -> Result<AddonState, ServiceError>;

    /// Makes a machine pool be as it is asked for.
    ///
    /// # Errors
    /// What the provider says.
    async fn ensure_machine_pool(
        &self,
        call: &CallContext,
        id: &ClusterId,
        request: &MachinePoolRequest,
    ) -> Result<MachinePool, ServiceError>;

    /// Checks that a cluster belongs to an organisation.
    ///
    /// # Errors
    /// What the provider says.
    async fn check_ownership(&self, call: &CallContext, id: &ClusterId, organisation: &str)
    -> Result<(), ServiceError>;

    /// What may be used at a provider, and is.
    ///
    /// # Errors
    /// What the provider says.
    async fn resource_quota(&self, call: &CallContext, provider: &ProviderType)
    -> Result<Vec<QuotaCost>, ServiceError>;

    /// Clouds of all providers that know any, each once, sorted by id. Providers that did not answer are left out and logged, unless none did.
    ///
    /// # Errors
    /// When none answered.
    async fn cloud_providers(&self, call: &CallContext) -> Result<Vec<CloudProvider>, ServiceError>;

    /// Regions of a cloud, of all providers, each once, sorted by id.
    ///
    /// # Errors
    /// As for [`cloud_providers`](Self::cloud_providers).
    async fn regions(&self, call: &CallContext, cloud_provider: &str) -> Result<Vec<CloudRegion>, ServiceError>;

    /// Which providers there are, and what each can do.
    fn providers(&self) -> BTreeMap<ProviderType, CapabilitySet>;

    // --- leading, and being told ---

    /// Takes or prolongs the lease of this name. `None` while another holds it.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn lead(
        &self,
        call: &CallContext,
        name: &str,
        holder: &str,
        ttl: std::time::Duration,
    ) -> Result<Option<Lease>, ServiceError>;

    /// Gives a lease back.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn resign(&self, call: &CallContext, lease: &Lease) -> Result<(), ServiceError>;

    /// Checks that the leader of the call is still the leader, and remembers its epoch, so that earlier leaders are refused.
    ///
    /// # Errors
    /// [`Fenced`](ServiceError::Fenced) when another leads.
    async fn assert_leader(&self, call: &CallContext) -> Result<(), ServiceError>;

    /// Changes as they are made. One that cannot be told in time is told as [`ClusterChange::Missed`].
    fn watch(&self) -> BoxStream<'static, ClusterChange>;
}
