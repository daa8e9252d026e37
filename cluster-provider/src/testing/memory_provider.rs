//! An honest provider in memory: clusters are born, watched and taken away as a test wants it, with faults on demand. Knows nothing of
//! HTTP, records and real time.
//!
//! It does what the contract of [`Provider`] says and no more: a create with the same claim is one cluster, a name belongs to one token, a
//! capability that was taken away is not there. What a fault says happens to a call, happens; what a call changed is counted truthfully.
//!
//! ```
//! # async fn example() -> Result<(), cluster_provider::provider::ProviderError> {
//! use std::time::Duration;
//! use cluster_provider::cluster::{ClusterId, CreateToken, ProviderType};
//! use cluster_provider::provider::{CallContext, ClusterRequest, Provider};
//! use cluster_provider::testing::memory_provider::{MemoryFault, MemoryProvider};
//!
//! let provider = MemoryProvider::new(ProviderType::new("memory"));
//! provider.fault("create", MemoryFault::LoseAnswer, 1);
//! let call = CallContext::within(Duration::from_secs(5));
//! let request = ClusterRequest::new(ClusterId::generate(), "mk-one", CreateToken::generate());
//! assert!(provider.create(&call, &request).await.is_err_and(|error| error.is_ambiguous()));
//! assert!(provider.find(&call, &request.claim()).await?.is_some());
//! assert_eq!(provider.created(), 1);
//! # Ok(()) }
//! ```

mod capabilities;
mod cloud;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use self::cloud::{Cloud, Rule};
pub use self::cloud::{MemoryCall, MemoryCluster};
use crate::cluster::{ProviderClusterId, ProviderType};
use crate::provider::{
    Addons, CallContext, Capability, Claim, CloudRegion, Clouds, ClusterRequest, ClusterSpec, DeleteOptions,
    DeleteOutcome, IdentityProviders, MachinePools, OwnershipCheck, Provider, ProviderError, ProviderErrorKind, Quota,
    QuotaCost, ResourceSets,
};

/// A provider in memory. Clones share one cloud.
#[derive(Clone)]
pub struct MemoryProvider {
    provider: ProviderType,
    cloud: Arc<Mutex<Cloud>>,
}

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryFault {
    /// Nothing is done, and the answer is an error of this kind.
    Fail(ProviderErrorKind),
    /// Nothing is done, and nothing is answered until the call is over.
    Hang,
    /// It is done, and the answer is lost at once: a timeout that says that it is ambiguous.
    LoseAnswer,
    /// It is done, and nothing is answered until the call is over.
    DoAndHang,
    /// It is done after this long.
    Delay(Duration),
}

/// How clusters, add-ons and deletions go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tempo {
    /// Only by [`MemoryProvider::advance`].
    ByHand,
    /// After having been looked at so often; 0 is at once.
    Looks(u32),
}

// === impl MemoryProvider ===

impl MemoryProvider {
    /// An empty cloud with all capabilities, where a cluster is there at the second look at the latest.
    #[must_use]
    pub fn new(provider: ProviderType) -> Self {
        Self { provider, cloud: Arc::new(Mutex::new(Cloud::new())) }
    }

    /// With these capabilities only.
    #[must_use]
    pub fn with_capabilities(self, capabilities: impl IntoIterator<Item = Capability>) -> Self {
        self.lock().capabilities = capabilities.into_iter().collect();
        self
    }

    /// With this tempo, also for what is under way.
    #[must_use]
    pub fn with_tempo(self, tempo: Tempo) -> Self {
        self.set_tempo(tempo);
        self
    }

    /// With these regions, and their clouds.
    #[must_use]
    pub fn with_regions(self, regions: impl IntoIterator<Item = CloudRegion>) -> Self {
        self.lock().regions = regions.into_iter().collect();
        self
    }

    /// With this quota.
    #[must_use]
    pub fn with_quota(self, quota: impl IntoIterator<Item = QuotaCost>) -> Self {
        self.lock().quota = quota.into_iter().collect();
        self
    }

    /// Says that a create may be repeated at once: a token is one cluster here, however often it is asked for.
    #[must_use]
    pub fn with_repeatable_creates(self) -> Self {
        self.lock().creates_repeatably = true;
        self
    }

    /// Hands out this connection for every cluster; without one, there are no credentials to be had.
    #[must_use]
    pub fn with_connection(self, connection: cluster_client::ClusterSpec) -> Self {
        self.lock().connection = Some(connection);
        self
    }

    /// Changes the tempo.
    pub fn set_tempo(&self, tempo: Tempo) {
        self.lock().tempo = tempo;
    }

    /// Does this to the next so many calls of an operation, for example `create` or `apply_resources`; `*` is every operation. Of several
    /// faults that fit, the first that was added and is not used up counts.
    pub fn fault(&self, operation: &'static str, fault: MemoryFault, times: u32) {
        self.lock().rules.push(Rule { operation, fault, left: times });
    }

    /// Forgets all faults.
    pub fn clear_faults(&self) {
        self.lock().rules.clear();
    }

    /// Everything under way goes one step on: clusters become ready, deletions end, add-ons become ready.
    pub fn advance(&self) {
        self.lock().advance();
    }

    /// A cluster is gone, and nobody here asked for that.
    pub fn vanish(&self, id: &ProviderClusterId) -> bool {
        self.lock().vanish(id)
    }

    /// A cluster cannot be deleted, or can again.
    pub fn protect(&self, id: &ProviderClusterId, protected: bool) -> bool {
        self.lock().change(id, |cluster| cluster.protected = protected)
    }

    /// A cluster fails, for this reason.
    pub fn fail(&self, id: &ProviderClusterId, reason: &str) -> bool {
        self.lock().change(id, |cluster| cluster.fail(reason))
    }

    /// The clusters there are, in the order they were made.
    #[must_use]
    pub fn clusters(&self) -> Vec<MemoryCluster> {
        self.lock().snapshot()
    }

    /// How many clusters were ever made.
    #[must_use]
    pub fn created(&self) -> u64 {
        self.lock().created
    }

    /// How many clusters were taken away because somebody asked for it.
    #[must_use]
    pub fn deleted(&self) -> u64 {
        self.lock().deleted
    }

    /// Every call so far, in the order of arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<MemoryCall> {
        self.lock().calls.clone()
    }

    /// How often an operation was asked for.
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        self.lock().calls.iter().filter(|call| call.operation == operation).count()
    }

    /// Forgets the calls so far.
    pub fn forget_calls(&self) {
        self.lock().calls.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Cloud> {
        self.cloud.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has(&self, capability: Capability) -> bool {
        self.lock().capabilities.contains(&capability)
    }

    /// One call: remembered, met by its fault, done or not done, within its time.
    async fn act<T>(
        &self,
        call: &CallContext,
        operation: &'static str,
        cluster: Option<&str>,
        work: impl FnOnce(&mut Cloud) -> Result<T, Trouble> + Send,
    ) -> Result<T, ProviderError> {
        let fault = self.lock().begin(operation, cluster, call.fence());
        let error = |kind| {
            let error = ProviderError::new(kind, &self.provider, operation);
            if let Some(cluster) = cluster { error.with_cluster(cluster) } else { error }
        };
        let hang = async || match call.bound(std::future::pending::<std::convert::Infallible>()).await {
            Ok(never) => match never {},
            Err(why) => {
                let error = ProviderError::interrupted(why, &self.provider, operation);
                if let Some(cluster) = cluster { error.with_cluster(cluster) } else { error }
            }
        };
        match fault {
            Some(MemoryFault::Hang) => return Err(hang().await),
            Some(MemoryFault::Fail(kind)) => return Err(error(kind).with_reason("a fault was asked for")),
            Some(MemoryFault::Delay(wait)) if call.bound(tokio::time::sleep(wait)).await.is_err() => {
                return Err(hang().await);
            }
            _ if call.cancel().is_cancelled() || call.remaining().is_zero() => return Err(hang().await),
            _ => {}
        }
        let done = work(&mut self.lock()).map_err(|(kind, reason)| error(kind).with_reason(reason));
        match fault {
            Some(MemoryFault::LoseAnswer) => {
                Err(error(ProviderErrorKind::Timeout).with_reason("the answer was lost").ambiguous())
            }
            Some(MemoryFault::DoAndHang) => Err(hang().await),
            _ => done,
        }
    }
}

/// What a cloud says: which kind of trouble, and in words.
type Trouble = (ProviderErrorKind, String);

impl std::fmt::Debug for MemoryProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryProvider").field("provider", &self.provider).finish_non_exhaustive()
    }
}

#[async_trait]
impl Provider for MemoryProvider {
    fn provider_type(&self) -> ProviderType {
        self.provider.clone()
    }

    async fn create(&self, call: &CallContext, request: &ClusterRequest) -> Result<ClusterSpec, ProviderError> {
        self.act(call, "create", Some(&request.name), |cloud| cloud.create(request)).await
    }

    async fn find(&self, call: &CallContext, claim: &Claim) -> Result<Option<ClusterSpec>, ProviderError> {
        self.act(call, "find", Some(&claim.name), |cloud| cloud.find(claim)).await
    }

    async fn get(&self, call: &CallContext, id: &ProviderClusterId) -> Result<Option<ClusterSpec>, ProviderError> {
        self.act(call, "get", Some(id.as_str()), |cloud| Ok(cloud.look(id))).await
    }

    async fn check_status(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "check_status", Some(id.as_str()), |cloud| Ok(cloud.look_again(known))).await
    }

    async fn delete(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        options: &DeleteOptions,
    ) -> Result<DeleteOutcome, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "delete", Some(id.as_str()), |cloud| cloud.delete(id, options)).await
    }

    async fn dns(&self, call: &CallContext, known: &ClusterSpec) -> Result<Option<String>, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "dns", Some(id.as_str()), |cloud| cloud.held(id).map(|cluster| cluster.dns())).await
    }

    async fn connection(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError> {
        let id = &known.internal_id;
        self.act(call, "connection", Some(id.as_str()), |cloud| cloud.connection(id)).await
    }

    fn creates_repeatably(&self) -> bool {
        self.lock().creates_repeatably
    }

    fn resource_sets(&self) -> Option<Arc<dyn ResourceSets>> {
        self.has(Capability::ResourceSets).then(|| Arc::new(self.clone()) as _)
    }

    fn identity_providers(&self) -> Option<Arc<dyn IdentityProviders>> {
        self.has(Capability::IdentityProviders).then(|| Arc::new(self.clone()) as _)
    }

    fn addons(&self) -> Option<Arc<dyn Addons>> {
        self.has(Capability::Addons).then(|| Arc::new(self.clone()) as _)
    }

    fn machine_pools(&self) -> Option<Arc<dyn MachinePools>> {
        self.has(Capability::MachinePools).then(|| Arc::new(self.clone()) as _)
    }

    fn clouds(&self) -> Option<Arc<dyn Clouds>> {
        self.has(Capability::Clouds).then(|| Arc::new(self.clone()) as _)
    }

    fn quota(&self) -> Option<Arc<dyn Quota>> {
        self.has(Capability::Quota).then(|| Arc::new(self.clone()) as _)
    }

    fn ownership(&self) -> Option<Arc<dyn OwnershipCheck>> {
        self.has(Capability::Ownership).then(|| Arc::new(self.clone()) as _)
    }
}
