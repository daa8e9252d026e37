//! Processes that die between any two calls of the store and the provider, and the next ones that find what they left.

use std::sync::Arc;
use std::time::Duration;

use crate::cluster::{Cluster, ClusterStatus, CreateToken, DeletionPolicy, NewCluster, ProviderType};
use crate::factory::DefaultProviderFactory;
use crate::provider::{CallContext, Provider, ResourceSet};
use crate::service::{ClusterService, DefaultClusterService, Deregistration, ServiceOptions};
use crate::store::ClusterStore;
use crate::testing::crash::{Crash, CrashingProvider, CrashingStore, Moment};
use crate::testing::memory_provider::{MemoryProvider, Tempo};

/// One try: a provider of its own, a process that dies and one that comes after it.
struct Try {
    provider: MemoryProvider,
    token: CreateToken,
    dying: DefaultClusterService,
    crash: Arc<Crash>,
    next: DefaultClusterService,
    call: CallContext,
}

impl Try {
    fn new(store: &Arc<dyn ClusterStore>, crash: Arc<Crash>) -> Self {
        // A provider of its own for each try, so that records of earlier ones are not in the way.
        let name = ProviderType::from(CreateToken::generate().as_str());
        let provider = MemoryProvider::new(name.clone()).with_tempo(Tempo::Looks(1));
        let service = |store: Arc<dyn ClusterStore>, provider: Arc<dyn Provider>| {
            let factory = DefaultProviderFactory::builder().register(provider).default_type(name.clone()).build();
            // What is asked for is there or not as soon as somebody has died.
            let options = ServiceOptions { create_grace: Duration::ZERO, ..ServiceOptions::default() };
            DefaultClusterService::builder(Arc::new(factory.unwrap()), store).options(options).build()
        };
        let dying = service(
            Arc::new(CrashingStore::new(Arc::clone(store), Arc::clone(&crash))),
            Arc::new(CrashingProvider::new(Arc::new(provider.clone()), Arc::clone(&crash))),
        );
        let next = service(Arc::clone(store), Arc::new(provider.clone()));
        let call = CallContext::within(Duration::from_secs(60));
        Self { provider, token: CreateToken::generate(), dying, crash, next, call }
    }

    async fn register(&self, service: &DefaultClusterService) -> Cluster {
        let new = NewCluster::new("", "aws", "us-east-1").with_create_token(self.token.clone());
        service.register(&self.call, new).await.unwrap()
    }

    /// What a manager does until a cluster is ready, and holds two sets.
    async fn bring_up(&self, service: &DefaultClusterService) -> Cluster {
        let cluster = self.register(service).await;
        let id = &cluster.id;
        for _ in 0..20 {
            let cluster = service.get(&self.call, id).await.unwrap();
            match cluster.status {
                ClusterStatus::Accepted => {
                    service.create(&self.call, id).await.unwrap();
                }
                ClusterStatus::Provisioning => {
                    service.check_status(&self.call, id).await.unwrap();
                }
                ClusterStatus::Provisioned => {
                    for name in ["base", "agents"] {
                        let set = ResourceSet::new(name, Vec::new());
                        service.apply_resources(&self.call, id, &set).await.unwrap();
                    }
                    service.dns(&self.call, id).await.unwrap();
                    service.update_status(&self.call, id, ClusterStatus::Ready).await.unwrap();
                }
                _ => return cluster,
            }
        }
        panic!("it never became ready");
    }

    /// What a manager does until a cluster is gone, and its record with it.
    async fn take_down(&self, service: &DefaultClusterService, policy: DeletionPolicy) {
        if self.is_deleted(service).await {
            return;
        }
        let id = &self.register(service).await.id;
        let request = Deregistration::default().with_policy(policy);
        service.deregister(&self.call, id, request).await.unwrap();
        for _ in 0..20 {
            let cluster = service.get(&self.call, id).await.unwrap();
            match cluster.status {
                ClusterStatus::Deprovisioning => {
                    if service.delete(&self.call, id).await.unwrap().is_over() {
                        service.update_status(&self.call, id, ClusterStatus::Cleanup).await.unwrap();
                    }
                }
                _ => return service.soft_delete(&self.call, id).await.unwrap(),
            }
        }
        panic!("it never went");
    }

    /// Whether the record of this try is deleted, as its token says; makes it when there was none.
    async fn is_deleted(&self, service: &DefaultClusterService) -> bool {
        let new = NewCluster::new("", "aws", "us-east-1").with_create_token(self.token.clone());
        matches!(service.register(&self.call, new).await, Err(error) if error.to_string().contains("is deleted"))
    }
}

/// Every point of a life that `live` asks for anything, before and after it.
async fn at_every_point<F: Future<Output = ()>, G: Future<Output = ()>>(
    store: &Arc<dyn ClusterStore>,
    live: impl Fn(Arc<Try>) -> F,
    prove: impl Fn(Arc<Try>) -> G,
) -> usize {
    let whole = Arc::new(Try::new(store, Crash::never()));
    live(Arc::clone(&whole)).await;
    prove(Arc::clone(&whole)).await;
    let points = whole.crash.reached();
    for point in 0..points {
        for moment in [Moment::Before, Moment::After] {
            let one = Arc::new(Try::new(store, Crash::at(point, moment)));
            assert!(one.crash.run(live(Arc::clone(&one))).await.is_none(), "point {point} was not reached");
            prove(one).await;
        }
    }
    points
}

/// W-18: exactly one cluster, known by its record, with everything in it.
pub async fn a_life_that_dies_anywhere_is_gone_on_with(store: Arc<dyn ClusterStore>) {
    let live = |one: Arc<Try>| async move {
        one.bring_up(&one.dying).await;
    };
    let proof = |one: Arc<Try>| async move {
        let cluster = one.bring_up(&one.next).await;
        let there = one.provider.clusters();
        assert_eq!((there.len(), one.provider.created()), (1, 1));
        assert_eq!(cluster.provider_cluster_id.as_ref(), Some(&there[0].spec.internal_id));
        assert_eq!(there[0].sets, ["agents", "base"]);
        assert!(cluster.applied_sets.values().all(|set| !set.hash.is_empty()) && cluster.applied_sets.len() == 2);
    };
    assert!(at_every_point(&store, live, proof).await > 20);
}

/// A cluster that nobody wants any more after the crash is taken away, wherever its making was.
pub async fn a_life_that_dies_anywhere_can_be_ended(store: Arc<dyn ClusterStore>) {
    let live = |one: Arc<Try>| async move {
        one.bring_up(&one.dying).await;
    };
    at_every_point(&store, live, |one: Arc<Try>| async move {
        one.take_down(&one.next, DeletionPolicy::Delete).await;
        assert!(one.provider.clusters().is_empty(), "an orphan");
        assert_eq!(one.provider.created(), one.provider.deleted());
    })
    .await;
}

/// Neither a cluster nor what was put into it stays behind.
pub async fn an_end_that_dies_anywhere_is_ended(store: Arc<dyn ClusterStore>) {
    for policy in [DeletionPolicy::Delete, DeletionPolicy::RemoveResourcesOnly] {
        let live = |one: Arc<Try>| async move {
            one.bring_up(&one.next).await;
            one.take_down(&one.dying, policy).await;
        };
        at_every_point(&store, live, |one: Arc<Try>| async move {
            if !one.is_deleted(&one.next).await {
                one.take_down(&one.next, policy).await;
            }
            assert!(one.is_deleted(&one.next).await);
            let there = one.provider.clusters();
            assert_eq!(one.provider.created(), 1);
            match policy {
                DeletionPolicy::Delete => assert!(there.is_empty() && one.provider.deleted() == 1),
                _ => assert!(there.len() == 1 && there[0].sets.is_empty()),
            }
        })
        .await;
    }
}
