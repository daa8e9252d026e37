//! What a provider may be able to do besides. Each is a trait of its own, and a provider that lacks one does not have it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Addon, AddonState, ApplyReport, CallContext, CloudProvider, CloudRegion, ClusterSpec, IdentityProvider,
    IdentityProviderId, MachinePool, MachinePoolRequest, Provider, ProviderError, QuotaCost, RemoveReport, ResourceSet,
    SetDiff,
};

/// The name of a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Capability {
    /// [`ResourceSets`].
    ResourceSets,
    /// [`IdentityProviders`].
    IdentityProviders,
    /// [`Addons`].
    Addons,
    /// [`MachinePools`].
    MachinePools,
    /// [`Clouds`].
    Clouds,
    /// [`Quota`].
    Quota,
    /// [`OwnershipCheck`].
    Ownership,
}

/// What a provider can do besides the mandatory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CapabilitySet(BTreeSet<Capability>);

/// Resource sets applied to clusters.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ResourceSets: Send + Sync {
    /// Makes a cluster hold what the set says, and lets go of what an earlier set of this name said.
    ///
    /// # Errors
    /// When nothing could be done; what happened to single objects is in the report.
    async fn apply(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        set: &ResourceSet,
    ) -> Result<ApplyReport, ProviderError>;

    /// Removes a set. One that is not there is removed already.
    ///
    /// # Errors
    /// When nothing could be done.
    async fn remove(&self, call: &CallContext, known: &ClusterSpec, name: &str) -> Result<RemoveReport, ProviderError>;

    /// What applying would do. Writes nothing.
    ///
    /// # Errors
    /// When it cannot be known.
    async fn diff(&self, call: &CallContext, known: &ClusterSpec, set: &ResourceSet) -> Result<SetDiff, ProviderError>;
}

/// Identity providers of clusters.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait IdentityProviders: Send + Sync {
    /// Makes a cluster know it: adds it, or changes the one of its name.
    ///
    /// # Errors
    /// [`Unsupported`](super::ProviderErrorKind::Unsupported) for a sort that the provider does not know.
    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        provider: &IdentityProvider,
    ) -> Result<IdentityProviderId, ProviderError>;

    /// Removes the one of this name. Whether it was there.
    ///
    /// # Errors
    /// When it could not be removed.
    async fn remove(&self, call: &CallContext, known: &ClusterSpec, name: &str) -> Result<bool, ProviderError>;

    /// All of a cluster.
    ///
    /// # Errors
    /// When the provider does not answer.
    async fn list(&self, call: &CallContext, known: &ClusterSpec) -> Result<Vec<IdentityProviderId>, ProviderError>;
}

/// Add-ons, or operators, in clusters.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Addons: Send + Sync {
    /// Makes a cluster have it, with these parameters. Asked again until it is [`Ready`](AddonState::Ready).
    ///
    /// # Errors
    /// When the provider does not do it.
    async fn ensure(&self, call: &CallContext, known: &ClusterSpec, addon: &Addon)
    -> Result<AddonState, ProviderError>;

    /// Removes it. Asked again until it is [`Absent`](AddonState::Absent).
    ///
    /// # Errors
    /// When the provider does not do it.
    async fn remove(&self, call: &CallContext, known: &ClusterSpec, id: &str) -> Result<AddonState, ProviderError>;
}

/// Machine pools of clusters. What is answered is what the provider made of the request, not the request.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait MachinePools: Send + Sync {
    /// One of them.
    ///
    /// # Errors
    /// When the provider does not answer; one that is not there is `None`.
    async fn get(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        id: &str,
    ) -> Result<Option<MachinePool>, ProviderError>;

    /// Makes one be as it is asked for: adds it, or changes what can be changed.
    ///
    /// # Errors
    /// [`Conflict`](super::ProviderErrorKind::Conflict) when there is one of that name with other machines.
    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        request: &MachinePoolRequest,
    ) -> Result<MachinePool, ProviderError>;

    /// Removes one. Whether it was there.
    ///
    /// # Errors
    /// When it could not be removed.
    async fn remove(&self, call: &CallContext, known: &ClusterSpec, id: &str) -> Result<bool, ProviderError>;
}

/// Clouds and regions where clusters can be.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Clouds: Send + Sync {
    /// The clouds.
    ///
    /// # Errors
    /// When the provider does not answer.
    async fn cloud_providers(&self, call: &CallContext) -> Result<Vec<CloudProvider>, ProviderError>;

    /// The regions of one, also those where nothing can be made at the moment.
    ///
    /// # Errors
    /// When the provider does not answer.
    async fn regions(&self, call: &CallContext, cloud_provider: &str) -> Result<Vec<CloudRegion>, ProviderError>;
}

/// What may be used, and is.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Quota: Send + Sync {
    /// All that is configured to be looked at.
    ///
    /// # Errors
    /// When the provider does not answer.
    async fn costs(&self, call: &CallContext) -> Result<Vec<QuotaCost>, ProviderError>;
}

/// Whose a cluster is.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait OwnershipCheck: Send + Sync {
    /// Checks that a cluster belongs to an organisation.
    ///
    /// # Errors
    /// [`Forbidden`](super::ProviderErrorKind::Forbidden) when it does not.
    async fn check(&self, call: &CallContext, organisation: &str, known: &ClusterSpec) -> Result<(), ProviderError>;
}

// === impl CapabilitySet ===

impl CapabilitySet {
    /// What this provider has.
    pub fn of<P: Provider + ?Sized>(provider: &P) -> Self {
        let has = [
            (Capability::ResourceSets, provider.resource_sets().is_some()),
            (Capability::IdentityProviders, provider.identity_providers().is_some()),
            (Capability::Addons, provider.addons().is_some()),
            (Capability::MachinePools, provider.machine_pools().is_some()),
            (Capability::Clouds, provider.clouds().is_some()),
            (Capability::Quota, provider.quota().is_some()),
            (Capability::Ownership, provider.ownership().is_some()),
        ];
        Self(has.into_iter().filter(|(_, has)| *has).map(|(capability, _)| capability).collect())
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn has(&self, capability: Capability) -> bool {
        self.0.contains(&capability)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Capability> {
        self.0.iter().copied()
    }
}
