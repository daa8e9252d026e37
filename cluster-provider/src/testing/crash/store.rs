//! A store whose process dies.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use jiff::Timestamp;

use super::Crash;
use crate::cluster::{
    Cluster, ClusterId, ClusterPatch, ClusterStatus, CreateToken, NewCluster, ProviderClusterId, ProviderType,
};
use crate::store::{ClusterQuery, ClusterStore, Expect, Fence, Lease, Page, StoreError};

/// A store as one process sees it that dies. Another process may use the same store beside it.
pub struct CrashingStore {
    store: Arc<dyn ClusterStore>,
    crash: Arc<Crash>,
}

impl CrashingStore {
    /// This store, until then.
    #[must_use]
    pub fn new(store: Arc<dyn ClusterStore>, crash: Arc<Crash>) -> Self {
        Self { store, crash }
    }
}

impl fmt::Debug for CrashingStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CrashingStore").field("crash", &self.crash).finish_non_exhaustive()
    }
}

macro_rules! passing {
    ($(fn $name:ident($($arg:ident: $of:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl ClusterStore for CrashingStore {
            $(
                async fn $name(&self, $($arg: $of),*) -> $answer {
                    self.crash.pass(self.store.$name($($arg),*)).await
                }
            )*

            async fn close(&self) {
                self.store.close().await;
            }
        }
    };
}

passing! {
    fn insert(cluster: NewCluster, fence: Option<Fence>) -> Result<Cluster, StoreError>;
    fn get(id: &ClusterId) -> Result<Option<Cluster>, StoreError>;
    fn get_including_deleted(id: &ClusterId) -> Result<Option<Cluster>, StoreError>;
    fn get_by_provider_id(provider: &ProviderType, id: &ProviderClusterId) -> Result<Option<Cluster>, StoreError>;
    fn get_by_token(token: &CreateToken) -> Result<Option<Cluster>, StoreError>;
    fn patch(id: &ClusterId, expect: Expect, patch: ClusterPatch) -> Result<Cluster, StoreError>;
    fn transition_many(query: ClusterQuery, from: &[ClusterStatus], to: ClusterStatus, fence: Option<Fence>) -> Result<Vec<ClusterId>, StoreError>;
    fn list(query: ClusterQuery) -> Result<Page<Cluster>, StoreError>;
    fn count_by_status() -> Result<BTreeMap<ClusterStatus, u64>, StoreError>;
    fn count_by_region(query: ClusterQuery) -> Result<BTreeMap<(String, String), u64>, StoreError>;
    fn provider_types() -> Result<Vec<ProviderType>, StoreError>;
    fn soft_delete(id: &ClusterId, expect: Expect) -> Result<(), StoreError>;
    fn hard_delete(id: &ClusterId, expect: Expect) -> Result<bool, StoreError>;
    fn purge_deleted_before(then: Timestamp) -> Result<u64, StoreError>;
    fn now() -> Result<Timestamp, StoreError>;
    fn lease_acquire(name: &str, holder: &str, ttl: Duration) -> Result<Option<Lease>, StoreError>;
    fn lease_renew(lease: &Lease, ttl: Duration) -> Result<Option<Lease>, StoreError>;
    fn lease_release(lease: &Lease) -> Result<(), StoreError>;
    fn fence_raise(fence: &Fence) -> Result<(), StoreError>;
    fn fence_check(fence: &Fence) -> Result<(), StoreError>;
    fn notify(topic: &str) -> Result<(), StoreError>;
    fn subscribe() -> Result<BoxStream<'static, String>, StoreError>;
}
