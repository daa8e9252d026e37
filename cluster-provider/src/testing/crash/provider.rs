//! A provider whose caller dies.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::Crash;
use crate::cluster::{ProviderClusterId, ProviderType};
use crate::provider::{
    Addon, AddonState, Addons, ApplyReport, CallContext, Claim, CloudProvider, CloudRegion, Clouds, ClusterRequest,
    ClusterSpec, DeleteOptions, DeleteOutcome, IdentityProvider, IdentityProviderId, IdentityProviders, MachinePool,
    MachinePoolRequest, MachinePools, OwnershipCheck, Provider, ProviderError, Quota, QuotaCost, RemoveReport,
    ResourceSet, ResourceSets, SetDiff,
};

/// A provider as one process sees it that dies. Another process may use the same provider beside it.
pub struct CrashingProvider {
    provider: Arc<dyn Provider>,
    crash: Arc<Crash>,
}

/// One of its capabilities.
struct Crashing<T: ?Sized> {
    able: Arc<T>,
    crash: Arc<Crash>,
}

impl CrashingProvider {
    /// This provider, until then.
    #[must_use]
    pub fn new(provider: Arc<dyn Provider>, crash: Arc<Crash>) -> Self {
        Self { provider, crash }
    }

    fn of<T: ?Sized>(&self, able: Option<Arc<T>>) -> Option<Arc<Crashing<T>>> {
        able.map(|able| Arc::new(Crashing { able, crash: Arc::clone(&self.crash) }))
    }
}

impl fmt::Debug for CrashingProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let provider = self.provider.provider_type();
        f.debug_struct("CrashingProvider").field("provider", &provider).field("crash", &self.crash).finish()
    }
}

#[async_trait]
impl Provider for CrashingProvider {
    fn provider_type(&self) -> ProviderType {
        self.provider.provider_type()
    }

    async fn create(&self, call: &CallContext, request: &ClusterRequest) -> Result<ClusterSpec, ProviderError> {
        self.crash.pass(self.provider.create(call, request)).await
    }

    async fn find(&self, call: &CallContext, claim: &Claim) -> Result<Option<ClusterSpec>, ProviderError> {
        self.crash.pass(self.provider.find(call, claim)).await
    }

    async fn get(&self, call: &CallContext, id: &ProviderClusterId) -> Result<Option<ClusterSpec>, ProviderError> {
        self.crash.pass(self.provider.get(call, id)).await
    }

    async fn check_status(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        self.crash.pass(self.provider.check_status(call, known)).await
    }

    async fn delete(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        options: &DeleteOptions,
    ) -> Result<DeleteOutcome, ProviderError> {
        self.crash.pass(self.provider.delete(call, known, options)).await
    }

    async fn dns(&self, call: &CallContext, known: &ClusterSpec) -> Result<Option<String>, ProviderError> {
        self.crash.pass(self.provider.dns(call, known)).await
    }

    async fn connection(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError> {
        self.crash.pass(self.provider.connection(call, known)).await
    }

    fn creates_repeatably(&self) -> bool {
        self.provider.creates_repeatably()
    }

    fn resource_sets(&self) -> Option<Arc<dyn ResourceSets>> {
        self.of(self.provider.resource_sets()).map(|able| able as _)
    }

    fn identity_providers(&self) -> Option<Arc<dyn IdentityProviders>> {
        self.of(self.provider.identity_providers()).map(|able| able as _)
    }

    fn addons(&self) -> Option<Arc<dyn Addons>> {
        self.of(self.provider.addons()).map(|able| able as _)
    }

    fn machine_pools(&self) -> Option<Arc<dyn MachinePools>> {
        self.of(self.provider.machine_pools()).map(|able| able as _)
    }

    fn clouds(&self) -> Option<Arc<dyn Clouds>> {
        self.of(self.provider.clouds()).map(|able| able as _)
    }

    fn quota(&self) -> Option<Arc<dyn Quota>> {
        self.of(self.provider.quota()).map(|able| able as _)
    }

    fn ownership(&self) -> Option<Arc<dyn OwnershipCheck>> {
        self.of(self.provider.ownership()).map(|able| able as _)
    }
}

#[async_trait]
impl ResourceSets for Crashing<dyn ResourceSets> {
    async fn apply(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        set: &ResourceSet,
    ) -> Result<ApplyReport, ProviderError> {
        self.crash.pass(self.able.apply(call, known, set)).await
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, name: &str) -> Result<RemoveReport, ProviderError> {
        self.crash.pass(self.able.remove(call, known, name)).await
    }

    async fn diff(&self, call: &CallContext, known: &ClusterSpec, set: &ResourceSet) -> Result<SetDiff, ProviderError> {
        self.crash.pass(self.able.diff(call, known, set)).await
    }
}

#[async_trait]
impl IdentityProviders for Crashing<dyn IdentityProviders> {
    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        provider: &IdentityProvider,
    ) -> Result<IdentityProviderId, ProviderError> {
        self.crash.pass(self.able.ensure(call, known, provider)).await
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, name: &str) -> Result<bool, ProviderError> {
        self.crash.pass(self.able.remove(call, known, name)).await
    }

    async fn list(&self, call: &CallContext, known: &ClusterSpec) -> Result<Vec<IdentityProviderId>, ProviderError> {
        self.crash.pass(self.able.list(call, known)).await
    }
}

#[async_trait]
impl Addons for Crashing<dyn Addons> {
    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        addon: &Addon,
    ) -> Result<AddonState, ProviderError> {
        self.crash.pass(self.able.ensure(call, known, addon)).await
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, id: &str) -> Result<AddonState, ProviderError> {
        self.crash.pass(self.able.remove(call, known, id)).await
    }
}

#[async_trait]
impl MachinePools for Crashing<dyn MachinePools> {
    async fn get(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        id: &str,
    ) -> Result<Option<MachinePool>, ProviderError> {
        self.crash.pass(self.able.get(call, known, id)).await
    }

    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        request: &MachinePoolRequest,
    ) -> Result<MachinePool, ProviderError> {
        self.crash.pass(self.able.ensure(call, known, request)).await
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, id: &str) -> Result<bool, ProviderError> {
        self.crash.pass(self.able.remove(call, known, id)).await
    }
}

#[async_trait]
impl Clouds for Crashing<dyn Clouds> {
    async fn cloud_providers(&self, call: &CallContext) -> Result<Vec<CloudProvider>, ProviderError> {
        self.crash.pass(self.able.cloud_providers(call)).await
    }

    async fn regions(&self, call: &CallContext, cloud_provider: &str) -> Result<Vec<CloudRegion>, ProviderError> {
        self.crash.pass(self.able.regions(call, cloud_provider)).await
    }
}

#[async_trait]
impl Quota for Crashing<dyn Quota> {
    async fn costs(&self, call: &CallContext) -> Result<Vec<QuotaCost>, ProviderError> {
        self.crash.pass(self.able.costs(call)).await
    }
}

#[async_trait]
impl OwnershipCheck for Crashing<dyn OwnershipCheck> {
    async fn check(&self, call: &CallContext, organisation: &str, known: &ClusterSpec) -> Result<(), ProviderError> {
        self.crash.pass(self.able.check(call, organisation, known)).await
    }
}
