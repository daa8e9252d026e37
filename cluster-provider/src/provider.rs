//! What a provider of clusters is asked to do. Knows nothing of records, stores and the order in which things are asked.
//!
//! [`Provider`] is small on purpose: create, find, look, delete, where, how to reach. What not every provider can do is a capability of
//! its own: [`ResourceSets`], [`IdentityProviders`], [`Addons`], [`MachinePools`], [`Clouds`], [`Quota`], [`OwnershipCheck`]. One that
//! is missing is said to be [unsupported](ProviderErrorKind::Unsupported); nothing pretends.
//!
//! Source: `internal/kafka/internal/clusters/provider.go` of kas-fleet-manager.

mod capability;
pub mod cluster_api;
pub mod cluster_profile;
mod context;
mod error;
pub(crate) mod in_cluster;
pub mod ocm;
mod request;
mod resources;
pub mod standalone;
mod types;

use std::sync::Arc;

use async_trait::async_trait;

pub use self::capability::{
    Addons, Capability, CapabilitySet, Clouds, IdentityProviders, MachinePools, OwnershipCheck, Quota, ResourceSets,
};
#[cfg(any(test, feature = "mock"))]
pub use self::capability::{
    MockAddons, MockClouds, MockIdentityProviders, MockMachinePools, MockOwnershipCheck, MockQuota, MockResourceSets,
};
pub use self::context::{CallContext, Interrupted};
pub use self::error::{ProviderError, ProviderErrorKind};
pub use self::request::{Claim, ClusterRequest, DeleteOptions, DeleteOutcome, NodePool};
pub use self::resources::{
    ApplyAction, ApplyReport, ObjectOutcome, ObjectRef, Remaining, RemoveReport, ResourceSet, SetDiff,
};
pub use self::types::{
    Addon, AddonState, Autoscaling, CloudProvider, CloudRegion, ClusterSpec, IdentityProvider, IdentityProviderId,
    MachinePool, MachinePoolRequest, NodeTaint, OpenIdProvider, Parameter, QuotaCost, TaintEffect, merge_regions,
};
use crate::cluster::{ProviderClusterId, ProviderType};

/// One way to get clusters. Object-safe; an application registers as many as it has in a [factory](crate::factory).
///
/// Every call ends by the deadline of its [`CallContext`] and when that is cancelled. Nothing that was not asked for is repeated: a create
/// whose outcome is not known is answered with an error that says so ([`ProviderError::is_ambiguous`]), and the caller looks for the cluster
/// with [`find`](Self::find) before it asks again.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The name it is registered under.
    fn provider_type(&self) -> ProviderType;

    /// Begins to create a cluster, or adopts one that exists, as the provider is made. When one with the claim of the request is there
    /// already, that one is the answer.
    ///
    /// # Errors
    /// [`AlreadyExists`](ProviderErrorKind::AlreadyExists) when the name is taken by a cluster that does not carry the token.
    async fn create(&self, call: &CallContext, request: &ClusterRequest) -> Result<ClusterSpec, ProviderError>;

    /// Looks for the cluster that was asked for with this token and name.
    ///
    /// # Errors
    /// When the provider does not answer; a cluster that is not there is `None`. A cluster of that name with another token is
    /// [`Conflict`](ProviderErrorKind::Conflict).
    async fn find(&self, call: &CallContext, claim: &Claim) -> Result<Option<ClusterSpec>, ProviderError>;

    /// Looks at a cluster of which nothing is known but its name.
    ///
    /// # Errors
    /// When the provider does not answer; a cluster that is not there is `None`.
    async fn get(&self, call: &CallContext, id: &ProviderClusterId) -> Result<Option<ClusterSpec>, ProviderError>;

    /// Looks at a cluster again. What the provider said before is in `known`; where it has nothing new to say, that stays.
    ///
    /// # Errors
    /// When the provider does not answer; a cluster that is not there any more is `None`.
    async fn check_status(&self, call: &CallContext, known: &ClusterSpec)
    -> Result<Option<ClusterSpec>, ProviderError>;

    /// Begins to take a cluster away, or looks how far that is. Asked again until it is gone.
    ///
    /// # Errors
    /// [`Forbidden`](ProviderErrorKind::Forbidden) when it is protected.
    async fn delete(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        options: &DeleteOptions,
    ) -> Result<DeleteOutcome, ProviderError>;

    /// The domain of the applications in it; `None` while it is not known.
    ///
    /// # Errors
    /// When the provider does not answer.
    async fn dns(&self, call: &CallContext, known: &ClusterSpec) -> Result<Option<String>, ProviderError>;

    /// How to reach its API server, and as whom.
    ///
    /// # Errors
    /// [`Unsupported`](ProviderErrorKind::Unsupported) when the provider hands out no credentials, [`NotFound`](ProviderErrorKind::NotFound)
    /// while there are none yet.
    async fn connection(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError>;

    /// Whether the same request may be sent again at once although nobody knows what became of it: for those who adopt what is there, or make
    /// objects by name. Otherwise a cluster is looked for, for a while, before it is asked for again.
    fn creates_repeatably(&self) -> bool {
        false
    }

    /// What it can do besides.
    fn capabilities(&self) -> CapabilitySet {
        CapabilitySet::of(self)
    }

    /// Resource sets applied to clusters.
    fn resource_sets(&self) -> Option<Arc<dyn ResourceSets>> {
        None
    }

    /// Identity providers of clusters.
    fn identity_providers(&self) -> Option<Arc<dyn IdentityProviders>> {
        None
    }

    /// Add-ons, or operators, in clusters.
    fn addons(&self) -> Option<Arc<dyn Addons>> {
        None
    }

    /// Machine pools of clusters.
    fn machine_pools(&self) -> Option<Arc<dyn MachinePools>> {
        None
    }

    /// Clouds and regions where clusters can be.
    fn clouds(&self) -> Option<Arc<dyn Clouds>> {
        None
    }

    /// What may be used, and is.
    fn quota(&self) -> Option<Arc<dyn Quota>> {
        None
    }

    /// Whose a cluster is.
    fn ownership(&self) -> Option<Arc<dyn OwnershipCheck>> {
        None
    }
}
