//! The service as callers see it: each operation, and where it is done.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;

use super::DefaultClusterService;
use super::writing::refused;
use crate::cluster::{Cluster, ClusterId, ClusterPatch, ClusterStatus, NewCluster, ProviderClusterId, ProviderType};
use crate::provider::{
    Addon, AddonState, ApplyReport, CallContext, CapabilitySet, CloudProvider, CloudRegion, DeleteOutcome,
    IdentityProvider, IdentityProviderId, MachinePool, MachinePoolRequest, QuotaCost, RemoveReport, ResourceSet,
    SetDiff,
};
use crate::service::{ClusterChange, ClusterService, Deregistration, RegionCount, ServiceError};
use crate::store::{ClusterQuery, Lease, Page};

#[async_trait]
impl ClusterService for DefaultClusterService {
    async fn register(&self, call: &CallContext, cluster: NewCluster) -> Result<Cluster, ServiceError> {
        self.register_record(call, cluster).await
    }

    async fn adopt(&self, call: &CallContext, cluster: NewCluster) -> Result<Cluster, ServiceError> {
        self.adopt_record(call, cluster).await
    }

    async fn deregister(
        &self,
        call: &CallContext,
        id: &ClusterId,
        request: Deregistration,
    ) -> Result<Cluster, ServiceError> {
        self.retire(call, id, request).await
    }

    async fn restore(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError> {
        self.bring_back(call, id).await
    }

    async fn retry(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError> {
        self.try_again(call, id).await
    }

    async fn get(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError> {
        self.read(call, id).await
    }

    async fn find_by_provider_id(
        &self,
        call: &CallContext,
        provider: &ProviderType,
        id: &ProviderClusterId,
    ) -> Result<Option<Cluster>, ServiceError> {
        self.stored(call, id.as_str(), "read", self.store.get_by_provider_id(provider, id)).await
    }

    async fn find(&self, call: &CallContext, query: ClusterQuery) -> Result<Option<Cluster>, ServiceError> {
        let page = self.stored(call, "many", "read", self.store.list(query.limit(1))).await?;
        match (page.items.into_iter().next(), page.unreadable.into_iter().next()) {
            // There is one, and nobody can say what it is.
            (None, Some(wrong)) => Err(refused("the first that matches", "read", wrong.into())),
            (first, _) => Ok(first),
        }
    }

    async fn list(&self, call: &CallContext, query: ClusterQuery) -> Result<Page<Cluster>, ServiceError> {
        self.stored(call, "many", "read", self.store.list(query)).await
    }

    async fn update(
        &self,
        call: &CallContext,
        id: &ClusterId,
        version: Option<i64>,
        patch: ClusterPatch,
    ) -> Result<Cluster, ServiceError> {
        self.update_record(call, id, version, patch).await
    }

    async fn update_status(
        &self,
        call: &CallContext,
        id: &ClusterId,
        to: ClusterStatus,
    ) -> Result<Cluster, ServiceError> {
        self.update_record(call, id, None, ClusterPatch::new().with_status(to)).await
    }

    async fn update_status_of_many(
        &self,
        call: &CallContext,
        query: ClusterQuery,
        to: ClusterStatus,
    ) -> Result<Vec<ClusterId>, ServiceError> {
        self.move_many(call, query, to).await
    }

    async fn soft_delete(&self, call: &CallContext, id: &ClusterId) -> Result<(), ServiceError> {
        self.mark_deleted(call, id).await
    }

    async fn hard_delete(&self, call: &CallContext, id: &ClusterId) -> Result<(), ServiceError> {
        self.take_away(call, id).await
    }

    async fn count_by_status(
        &self,
        call: &CallContext,
        statuses: &[ClusterStatus],
    ) -> Result<BTreeMap<ClusterStatus, u64>, ServiceError> {
        self.counted_by_status(call, statuses).await
    }

    async fn count_by_region(&self, call: &CallContext, query: ClusterQuery) -> Result<Vec<RegionCount>, ServiceError> {
        self.counted_by_region(call, query).await
    }

    async fn workloads(&self, call: &CallContext, ids: &[ClusterId]) -> Result<BTreeMap<ClusterId, u64>, ServiceError> {
        self.counted_workloads(call, ids).await
    }

    async fn create(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError> {
        self.create_cluster(call, id).await
    }

    async fn check_status(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError> {
        self.check(call, id).await
    }

    async fn delete(&self, call: &CallContext, id: &ClusterId) -> Result<DeleteOutcome, ServiceError> {
        self.delete_cluster(call, id).await
    }

    async fn dns(&self, call: &CallContext, id: &ClusterId) -> Result<Option<String>, ServiceError> {
        self.domain(call, id).await
    }

    async fn connection(
        &self,
        call: &CallContext,
        id: &ClusterId,
    ) -> Result<cluster_client::ClusterSpec, ServiceError> {
        self.reach(call, id).await
    }

    async fn apply_resources(
        &self,
        call: &CallContext,
        id: &ClusterId,
        set: &ResourceSet,
    ) -> Result<ApplyReport, ServiceError> {
        self.apply_set(call, id, set).await
    }

    async fn remove_resources(
        &self,
        call: &CallContext,
        id: &ClusterId,
        name: &str,
    ) -> Result<RemoveReport, ServiceError> {
        self.remove_set(call, id, name).await
    }

    async fn diff_resources(
        &self,
        call: &CallContext,
        id: &ClusterId,
        set: &ResourceSet,
    ) -> Result<SetDiff, ServiceError> {
        self.diff_set(call, id, set).await
    }

    async fn configure_identity_provider(
        &self,
        call: &CallContext,
        id: &ClusterId,
        provider: &IdentityProvider,
    ) -> Result<IdentityProviderId, ServiceError> {
        self.introduce(call, id, provider).await
    }

    async fn remove_identity_provider(
        &self,
        call: &CallContext,
        id: &ClusterId,
        name: &str,
    ) -> Result<bool, ServiceError> {
        self.forget_identities(call, id, name).await
    }

    async fn ensure_addon(
        &self,
        call: &CallContext,
        id: &ClusterId,
        addon: &Addon,
    ) -> Result<AddonState, ServiceError> {
        self.install(call, id, addon).await
    }

    async fn remove_addon(&self, call: &CallContext, id: &ClusterId, addon: &str) -> Result<AddonState, ServiceError> {
        self.uninstall(call, id, addon).await
    }

    async fn ensure_machine_pool(
        &self,
        call: &CallContext,
        id: &ClusterId,
        request: &MachinePoolRequest,
    ) -> Result<MachinePool, ServiceError> {
        self.pool(call, id, request).await
    }

    async fn check_ownership(
        &self,
        call: &CallContext,
        id: &ClusterId,
        organisation: &str,
    ) -> Result<(), ServiceError> {
        self.whose(call, id, organisation).await
    }

    async fn resource_quota(
        &self,
        call: &CallContext,
        provider: &ProviderType,
    ) -> Result<Vec<QuotaCost>, ServiceError> {
        self.quota_of(call, provider).await
    }

    async fn cloud_providers(&self, call: &CallContext) -> Result<Vec<CloudProvider>, ServiceError> {
        self.all_clouds(call).await
    }

    async fn regions(&self, call: &CallContext, cloud_provider: &str) -> Result<Vec<CloudRegion>, ServiceError> {
        self.all_regions(call, cloud_provider).await
    }

    fn providers(&self) -> BTreeMap<ProviderType, CapabilitySet> {
        let able = |name: &ProviderType| self.factory.get(name).ok().map(|provider| provider.capabilities());
        self.factory.types().into_iter().filter_map(|name| able(&name).map(|able| (name, able))).collect()
    }

    async fn lead(
        &self,
        call: &CallContext,
        name: &str,
        holder: &str,
        ttl: Duration,
    ) -> Result<Option<Lease>, ServiceError> {
        if name.is_empty() || holder.is_empty() {
            return Err(ServiceError::Invalid {
                field: "lease",
                why: "it has no name, or nobody to hold it".to_owned(),
            });
        }
        self.stored(call, name, "written", self.store.lease_acquire(name, holder, ttl)).await
    }

    async fn resign(&self, call: &CallContext, lease: &Lease) -> Result<(), ServiceError> {
        self.stored(call, &lease.name, "written", self.store.lease_release(lease)).await
    }

    async fn assert_leader(&self, call: &CallContext) -> Result<(), ServiceError> {
        match call.fence() {
            Some(fence) => self.stored(call, &fence.lease, "written", self.store.fence_raise(fence)).await,
            None => Ok(()),
        }
    }

    fn watch(&self) -> BoxStream<'static, ClusterChange> {
        self.changes.watch()
    }
}
