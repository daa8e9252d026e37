//! Managers come and go under load, some of them killed: no provider is asked for anything on behalf of a leader that was replaced.
//!
//! Ten thousand steps and twenty leaders, on paused time; every call that reaches the provider says in which epoch it was made.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what cannot be set up fails the test, which tells how much it tried"
)]

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use cluster_provider::cluster::{NewCluster, ProviderClusterId, ProviderType};
use cluster_provider::factory::DefaultProviderFactory;
use cluster_provider::manager::election::{LeaseOptions, StoreElection};
use cluster_provider::manager::{ClusterManager, ManagerOptions};
use cluster_provider::provider::{
    CallContext, Claim, ClusterRequest, ClusterSpec, DeleteOptions, DeleteOutcome, Provider, ProviderError,
};
use cluster_provider::service::{ClusterService, DefaultClusterService};
use cluster_provider::store::memory::MemoryStore;
use cluster_provider::testing::memory_provider::{MemoryFault, MemoryProvider, Tempo};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

const STEPS: usize = 10_000;
const EPOCHS: i64 = 20;
const CLUSTERS: usize = 60;

/// Notes for whom it is asked.
struct Witness {
    provider: MemoryProvider,
    newest: AtomicI64,
    calls: AtomicUsize,
    late: Mutex<Vec<String>>,
}

impl Witness {
    fn sees(&self, operation: &str, call: &CallContext) {
        let epoch = call.fence().map_or(0, |fence| fence.epoch);
        let newest = self.newest.fetch_max(epoch, Ordering::SeqCst);
        self.calls.fetch_add(1, Ordering::SeqCst);
        if epoch < newest {
            self.late.lock().unwrap().push(format!("{operation} in epoch {epoch} after epoch {newest}"));
        }
    }
}

#[async_trait]
impl Provider for Witness {
    fn provider_type(&self) -> ProviderType {
        self.provider.provider_type()
    }

    async fn create(&self, call: &CallContext, request: &ClusterRequest) -> Result<ClusterSpec, ProviderError> {
        self.sees("create", call);
        self.provider.create(call, request).await
    }

    async fn find(&self, call: &CallContext, claim: &Claim) -> Result<Option<ClusterSpec>, ProviderError> {
        self.sees("find", call);
        self.provider.find(call, claim).await
    }

    async fn get(&self, call: &CallContext, id: &ProviderClusterId) -> Result<Option<ClusterSpec>, ProviderError> {
        self.sees("get", call);
        self.provider.get(call, id).await
    }

    async fn check_status(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        self.sees("check_status", call);
        self.provider.check_status(call, known).await
    }

    async fn delete(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        options: &DeleteOptions,
    ) -> Result<DeleteOutcome, ProviderError> {
        self.sees("delete", call);
        self.provider.delete(call, known, options).await
    }

    async fn dns(&self, call: &CallContext, known: &ClusterSpec) -> Result<Option<String>, ProviderError> {
        self.sees("dns", call);
        self.provider.dns(call, known).await
    }

    async fn connection(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError> {
        self.sees("connection", call);
        self.provider.connection(call, known).await
    }
}

struct Bed {
    witness: Arc<Witness>,
    service: Arc<dyn ClusterService>,
    steps: Arc<AtomicUsize>,
}

impl Bed {
    fn new() -> Self {
        let name = ProviderType::new("memory");
        let provider = MemoryProvider::new(name.clone()).with_tempo(Tempo::Looks(1));
        let witness = Arc::new(Witness {
            provider,
            newest: AtomicI64::new(0),
            calls: AtomicUsize::new(0),
            late: Mutex::default(),
        });
        let factory = DefaultProviderFactory::builder().register(Arc::clone(&witness) as _).default_type(name).build();
        let store = Arc::new(MemoryStore::new());
        let service = DefaultClusterService::builder(Arc::new(factory.unwrap()), store).build();
        Self { witness, service: Arc::new(service), steps: Arc::default() }
    }

    fn manager(&self, holder: &str) -> ClusterManager {
        let lease = LeaseOptions::default().with_ttl(Duration::from_secs(3));
        let steps = Arc::clone(&self.steps);
        // Always something to do: clusters that are ready are looked at in every pass.
        let options = ManagerOptions::default()
            .with_interval(Duration::from_millis(50))
            .with_upkeep(Duration::ZERO, Duration::from_secs(3_600));
        ClusterManager::builder(Arc::clone(&self.service))
            .options(options)
            .election(StoreElection::new(Arc::clone(&self.service), "clusters", holder, lease))
            .on_pass(move |report| {
                steps.fetch_add(report.steps(), Ordering::SeqCst);
            })
            .start()
    }
}

#[tokio::test(start_paused = true)]
async fn no_step_is_made_for_a_leader_that_was_replaced() {
    let bed = Bed::new();
    let mut chance = StdRng::seed_from_u64(7);
    for _ in 0..CLUSTERS {
        let call = CallContext::within(Duration::from_secs(10));
        bed.service.register(&call, NewCluster::new("memory", "aws", "us-east-1")).await.unwrap();
    }
    let mut managers: Vec<ClusterManager> = ["a", "b", "c"].map(|holder| bed.manager(holder)).into();
    let mut replaced = 0;
    while bed.steps.load(Ordering::SeqCst) < STEPS || bed.witness.newest.load(Ordering::SeqCst) < EPOCHS {
        tokio::time::sleep(Duration::from_millis(chance.random_range(20..2_000))).await;
        // Now and then the provider is so slow that a term ends while it is waited for.
        if chance.random_bool(0.3) {
            let pause = Duration::from_millis(chance.random_range(100..8_000));
            bed.witness.provider.fault("check_status", MemoryFault::Delay(pause), 1);
        }
        let one = chance.random_range(0..managers.len());
        let old = std::mem::replace(&mut managers[one], bed.manager(["a", "b", "c"][one]));
        replaced += 1;
        if chance.random_bool(0.5) {
            old.shutdown().await;
        }
        // Else it is killed: its lease runs out.
        drop(old);
    }
    for manager in &managers {
        manager.shutdown().await;
    }
    let late = bed.witness.late.lock().unwrap();
    assert_eq!(*late, Vec::<String>::new());
    let (epochs, calls) = (bed.witness.newest.load(Ordering::SeqCst), bed.witness.calls.load(Ordering::SeqCst));
    println!(
        "{} steps, {calls} calls, {replaced} managers replaced, {epochs} epochs",
        bed.steps.load(Ordering::SeqCst)
    );
    assert_eq!(bed.witness.provider.created(), CLUSTERS as u64);
}
