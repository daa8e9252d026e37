//! Clusters that are ready are kept as they should be, and left alone when they are.

use super::*;
use crate::cluster::Condition;
use crate::manager::Phase;

#[tokio::test]
async fn a_steady_cluster_costs_no_write_and_no_call() {
    let bed = Bed::new();
    let manager = bed.manager().terraformer(OneSet::new("1")).build();
    let id = bed.wanted().await;
    bed.until(&manager, &id, ClusterStatus::Ready).await;
    manager.reconcile_once().await;
    let before = bed.get(&id).await.resource_version;
    bed.provider.forget_calls();
    for _ in 0..5 {
        let report = manager.reconcile_once().await;
        assert_eq!(report.phase(Phase::Ready).unwrap().steps, 0);
    }
    assert_eq!(bed.get(&id).await.resource_version, before);
    assert_eq!(bed.provider.calls().len(), 0);
}

#[tokio::test]
async fn another_revision_is_applied_in_the_next_pass() {
    let bed = Bed::new();
    let sets = OneSet::new("1");
    let manager = bed.manager().terraformer(Arc::clone(&sets) as Arc<dyn Terraformer>).build();
    let id = bed.wanted().await;
    let before = bed.until(&manager, &id, ClusterStatus::Ready).await.applied_sets["ext-base"].hash.clone();
    "2".clone_into(&mut sets.0.lock().unwrap());
    manager.reconcile_once().await;
    assert_ne!(bed.get(&id).await.applied_sets["ext-base"].hash, before);
}

#[tokio::test]
async fn sets_are_applied_again_after_a_while_so_that_drift_is_found() {
    let bed = Bed::new();
    let manager = bed.manager().terraformer(OneSet::new("1")).build();
    let id = bed.wanted().await;
    bed.until(&manager, &id, ClusterStatus::Ready).await;
    manager.reconcile_once().await;
    bed.provider.forget_calls();
    bed.pass_time(Duration::from_secs(3_601));
    manager.reconcile_once().await;
    assert_eq!(bed.provider.count("apply_resources"), 1);
}

#[tokio::test]
async fn a_ready_cluster_that_vanished_is_noticed() {
    let bed = Bed::new();
    let manager = bed.manager().build();
    let id = bed.wanted().await;
    let ready = bed.until(&manager, &id, ClusterStatus::Ready).await;
    assert!(bed.provider.vanish(ready.provider_cluster_id.as_ref().unwrap()));
    bed.pass_time(Duration::from_secs(3_601));
    manager.reconcile_once().await;
    assert!(!bed.get(&id).await.conditions.is_true(Condition::AVAILABLE));
}

#[tokio::test]
async fn a_set_that_is_wanted_no_more_is_removed() {
    struct Nothing;
    #[async_trait::async_trait]
    impl Terraformer for Nothing {
        fn revision(&self, _cluster: &Cluster) -> Option<String> {
            Some("nothing".to_owned())
        }

        async fn blueprint(&self, _cluster: &Cluster) -> Result<Blueprint, TerraformError> {
            Ok(Blueprint::new())
        }
    }
    let bed = Bed::new();
    let first = bed.manager().terraformer(OneSet::new("1")).build();
    let id = bed.wanted().await;
    bed.until(&first, &id, ClusterStatus::Ready).await;
    let second = bed.manager().terraformer(Arc::new(Nothing)).build();
    second.reconcile_once().await;
    assert!(bed.get(&id).await.applied_sets.is_empty());
    assert_eq!(bed.provider.count("remove_resources"), 1);
}
