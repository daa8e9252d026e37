//! The manager over a real service, a store in memory and a provider in memory; and over a fake service alone.

mod alone;
mod desired;
mod leading;
mod life;
mod publish;
mod unreadable;
mod upkeep;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::{Blueprint, ClusterManager, ClusterManagerBuilder, ManagerOptions, TerraformError, Terraformer};
use crate::cluster::{Cluster, ClusterId, ClusterStatus, NewCluster, ProviderType};
use crate::factory::DefaultProviderFactory;
use crate::provider::{CallContext, ResourceSet};
use crate::service::{ClusterService, DefaultClusterService};
use crate::store::memory::MemoryStore;
use crate::testing::memory_provider::MemoryProvider;

const MEMORY: ProviderType = ProviderType::STANDALONE;

/// A provider, a service over it, and a clock that a test turns.
struct Bed {
    provider: MemoryProvider,
    service: Arc<dyn ClusterService>,
    clock: Arc<Mutex<Timestamp>>,
}

impl Bed {
    fn new() -> Self {
        let provider = MemoryProvider::new(MEMORY);
        let factory =
            DefaultProviderFactory::builder().register(Arc::new(provider.clone())).default_type(MEMORY).build();
        let store = Arc::new(MemoryStore::new());
        let service = DefaultClusterService::builder(Arc::new(factory.unwrap()), store).build();
        Self { provider, service: Arc::new(service), clock: Arc::new(Mutex::new(Timestamp::now())) }
    }

    fn manager(&self) -> ClusterManagerBuilder {
        let clock = Arc::clone(&self.clock);
        ClusterManager::builder(Arc::clone(&self.service)).clock(Arc::new(move || *clock.lock().unwrap()))
    }

    /// Time passes, for pauses in records.
    fn pass_time(&self, by: Duration) {
        let mut clock = self.clock.lock().unwrap();
        *clock = clock.checked_add(by).unwrap();
    }

    async fn wanted(&self) -> ClusterId {
        self.service.register(&call(), NewCluster::new(MEMORY, "aws", "us-east-1")).await.unwrap().id
    }

    async fn get(&self, id: &ClusterId) -> Cluster {
        self.service.get(&call(), id).await.unwrap()
    }

    /// Passes until the cluster is in that status; a cluster that does not get there fails the test.
    async fn until(&self, manager: &ClusterManager, id: &ClusterId, status: ClusterStatus) -> Cluster {
        for _ in 0..20 {
            let cluster = self.get(id).await;
            if cluster.status == status {
                return cluster;
            }
            manager.reconcile_once().await;
            self.provider.advance();
            self.pass_time(Duration::from_secs(3_600));
        }
        panic!("it never became {status}: {:#?}", self.get(id).await);
    }
}

fn call() -> CallContext {
    CallContext::within(Duration::from_secs(10))
}

fn quick() -> ManagerOptions {
    ManagerOptions::default().with_interval(Duration::from_millis(10))
}

/// One set of one ConfigMap, in a revision that a test turns.
struct OneSet(Mutex<String>);

impl OneSet {
    fn new(revision: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(revision.to_owned())))
    }
}

#[async_trait::async_trait]
impl Terraformer for OneSet {
    fn revision(&self, _cluster: &Cluster) -> Option<String> {
        Some(self.0.lock().unwrap().clone())
    }

    async fn blueprint(&self, _cluster: &Cluster) -> Result<Blueprint, TerraformError> {
        let map = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": { "name": "settings", "namespace": "default" },
            "data": { "revision": self.0.lock().unwrap().clone() },
        });
        Ok(Blueprint::new().with_set(ResourceSet::new("ext-base", vec![map])))
    }
}
