//! From a record to a cluster that takes workloads, and away again.

use super::*;
use crate::cluster::Condition;
use crate::manager::{GateAnswer, MockReadinessGate, Phase};
use crate::provider::ProviderErrorKind;
use crate::service::Deregistration;
use crate::testing::memory_provider::MemoryFault;

#[tokio::test]
async fn a_recorded_cluster_is_made_filled_and_ready() {
    let bed = Bed::new();
    let manager = bed.manager().terraformer(OneSet::new("1")).build();
    let id = bed.wanted().await;
    let ready = bed.until(&manager, &id, ClusterStatus::Ready).await;
    assert_eq!(bed.provider.created(), 1);
    assert!(ready.applied_sets.contains_key("ext-base"));
    assert_eq!((ready.attempts, ready.last_error), (0, None));
}

#[tokio::test]
async fn a_cluster_that_is_to_go_is_taken_away_and_its_record_with_it() {
    let bed = Bed::new();
    let manager = bed.manager().build();
    let id = bed.wanted().await;
    bed.until(&manager, &id, ClusterStatus::Ready).await;
    bed.service.deregister(&call(), &id, Deregistration::default()).await.unwrap();
    for _ in 0..10 {
        manager.reconcile_once().await;
        bed.provider.advance();
    }
    assert!(bed.service.get(&call(), &id).await.is_err());
    assert_eq!((bed.provider.clusters().len(), bed.provider.deleted()), (0, 1));
}

#[tokio::test]
async fn a_provider_that_fails_is_left_alone_for_a_while() {
    let bed = Bed::new();
    let manager = bed.manager().build();
    let id = bed.wanted().await;
    bed.provider.fault("create", MemoryFault::Fail(ProviderErrorKind::Unavailable), 1);
    let report = manager.reconcile_once().await;
    assert_eq!(report.failures.len(), 1);
    let waiting = bed.get(&id).await;
    assert!(waiting.attempts == 1 && waiting.last_error.is_some() && waiting.next_attempt_at.is_some());

    let before = bed.provider.count("create");
    let report = manager.reconcile_once().await;
    assert_eq!(report.phase(Phase::Accepted).unwrap().waiting, 1);
    assert_eq!(bed.provider.count("create"), before);

    let ready = bed.until(&manager, &id, ClusterStatus::Ready).await;
    assert_eq!((ready.attempts, ready.next_attempt_at, ready.last_error), (0, None, None));
}

#[tokio::test]
async fn one_cluster_that_hangs_holds_up_no_other() {
    let bed = Bed::new();
    let options = quick().with_step_timeout(Duration::from_millis(50)).with_concurrency(2, 2);
    let manager = bed.manager().options(options).build();
    bed.provider.fault("create", MemoryFault::Hang, 1);
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(bed.wanted().await);
    }
    let report = manager.reconcile_once().await;
    assert_eq!(report.failures.len(), 1, "{report:?}");
    assert_eq!(bed.provider.created(), 3);
}

#[tokio::test]
async fn a_provider_that_hangs_leaves_room_for_the_others_unless_something_else_is_said() {
    let (hung, well) = (MemoryProvider::new(ProviderType::new("hung")), MemoryProvider::new(ProviderType::new("well")));
    let factory = DefaultProviderFactory::builder()
        .register(Arc::new(hung.clone()))
        .register(Arc::new(well.clone()))
        .default_type(ProviderType::new("well"));
    let store = Arc::new(MemoryStore::new());
    let service: Arc<dyn ClusterService> =
        Arc::new(DefaultClusterService::builder(Arc::new(factory.build().unwrap()), store).build());
    hung.fault("create", MemoryFault::Hang, 100);
    for _ in 0..20 {
        service.register(&call(), NewCluster::new("hung", "aws", "us-east-1")).await.unwrap();
    }
    service.register(&call(), NewCluster::new("well", "aws", "us-east-1")).await.unwrap();
    let manager = ClusterManager::builder(service).start();
    let made = async {
        while well.created() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), made).await.unwrap();
    drop(manager);
}

#[tokio::test]
async fn a_step_that_panics_is_one_failure_and_everything_else_goes_on() {
    struct Panics;
    #[async_trait::async_trait]
    impl Terraformer for Panics {
        fn revision(&self, _cluster: &Cluster) -> Option<String> {
            None
        }

        async fn blueprint(&self, cluster: &Cluster) -> Result<Blueprint, TerraformError> {
            assert!(!cluster.labels.contains_key("bad"), "this blueprint is broken");
            Ok(Blueprint::new())
        }
    }
    let bed = Bed::new();
    let manager = bed.manager().terraformer(Arc::new(Panics)).build();
    let bad = NewCluster::new(MEMORY, "aws", "us-east-1").with_label("bad", "yes");
    let bad = bed.service.register(&call(), bad).await.unwrap().id;
    let good = bed.wanted().await;
    bed.until(&manager, &good, ClusterStatus::Ready).await;
    assert_eq!(bed.get(&bad).await.status, ClusterStatus::Provisioned);
    let report = manager.reconcile_once().await;
    assert_eq!(report.failures.iter().map(|one| one.cluster.clone()).collect::<Vec<_>>(), [Some(bad)]);
}

#[tokio::test]
async fn a_set_that_is_not_applied_keeps_the_cluster_from_going_on() {
    let bed = Bed::new();
    let manager = bed.manager().terraformer(OneSet::new("1")).build();
    bed.provider.fault("apply_resources", MemoryFault::Fail(ProviderErrorKind::Unreachable), 3);
    let id = bed.wanted().await;
    while bed.provider.count("apply_resources") < 3 {
        assert_ne!(bed.get(&id).await.status, ClusterStatus::Ready);
        manager.reconcile_once().await;
        bed.provider.advance();
        bed.pass_time(Duration::from_secs(3_600));
    }
    assert_eq!(bed.get(&id).await.status, ClusterStatus::Provisioned);
    bed.until(&manager, &id, ClusterStatus::Ready).await;
}

#[tokio::test]
async fn a_gate_decides_when_a_cluster_is_ready_and_when_it_is_no_more() {
    let bed = Bed::new();
    let open = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let asked = Arc::clone(&open);
    let mut gate = MockReadinessGate::new();
    gate.expect_check().returning(move |_| {
        Ok(if asked.load(std::sync::atomic::Ordering::Relaxed) {
            GateAnswer::Ready
        } else {
            GateAnswer::NotReady("no report yet".to_owned())
        })
    });
    let manager = bed.manager().readiness_gate(Arc::new(gate)).build();
    let id = bed.wanted().await;
    bed.until(&manager, &id, ClusterStatus::WaitingForAgent).await;
    manager.reconcile_once().await;
    let waiting = bed.get(&id).await;
    assert_eq!(waiting.status, ClusterStatus::WaitingForAgent);
    assert_eq!(waiting.conditions.get(Condition::AGENT_READY).unwrap().message, "no report yet");
    open.store(true, std::sync::atomic::Ordering::Relaxed);
    bed.until(&manager, &id, ClusterStatus::Ready).await;
    open.store(false, std::sync::atomic::Ordering::Relaxed);
    bed.pass_time(Duration::from_secs(3_600));
    bed.until(&manager, &id, ClusterStatus::WaitingForAgent).await;
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_cluster() {
    let bed = Bed::new();
    let manager = bed.manager().build();
    bed.provider.fault("create", MemoryFault::LoseAnswer, 1);
    let id = bed.wanted().await;
    bed.until(&manager, &id, ClusterStatus::Ready).await;
    assert_eq!((bed.provider.created(), bed.provider.clusters().len()), (1, 1));
}
