//! Of several managers one works, and one that was replaced writes nothing.

use super::*;
use crate::manager::election::{Election as _, LeaseOptions, StoreElection};
use crate::service::ServiceError;

fn election(bed: &Bed, holder: &str) -> StoreElection {
    let options = LeaseOptions::default().with_ttl(Duration::from_secs(6));
    StoreElection::new(Arc::clone(&bed.service), "clusters", holder, options)
}

#[tokio::test]
async fn one_of_two_leads_and_the_other_follows_when_it_stops() {
    let bed = Bed::new();
    let start = |holder: &str| bed.manager().options(quick()).election(election(&bed, holder)).start();
    let first = start("a");
    first.leadership().wait_for(|leads| *leads).await.unwrap();
    let second = start("b");
    let id = bed.wanted().await;
    first.wake();
    first.passes().wait_for(|passes| *passes > 2).await.unwrap();
    assert!(first.leads() && !second.leads());
    assert_ne!(bed.get(&id).await.status, ClusterStatus::Accepted);
    first.shutdown().await;
    tokio::time::timeout(Duration::from_secs(10), second.leadership().wait_for(|leads| *leads)).await.unwrap().unwrap();
    second.shutdown().await;
}

#[tokio::test]
async fn what_an_earlier_leader_writes_is_refused() {
    let bed = Bed::new();
    let id = bed.wanted().await;
    let first = election(&bed, "a").lead().await;
    let old = call().with_fence(first.fence().unwrap().clone());
    first.resign(Duration::from_secs(5)).await;
    let second = election(&bed, "b").lead().await;
    assert!(second.fence().unwrap().epoch > old.fence().unwrap().epoch);
    let refused = bed.service.update_status(&old, &id, ClusterStatus::Deprovisioning).await;
    assert!(matches!(refused, Err(ServiceError::Fenced(_))), "{refused:?}");
    let refused = bed.service.create(&old, &id).await;
    assert!(matches!(refused, Err(ServiceError::Fenced(_))), "{refused:?}");
    assert_eq!(bed.provider.created(), 0);
    second.resign(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn what_another_leader_filled_a_cluster_with_is_not_taken_for_our_own() {
    let bed = Bed::new();
    let manager = |holder: &str, revision: &str| {
        bed.manager().election(election(&bed, holder)).terraformer(OneSet::new(revision)).build()
    };
    let (first, second) = (manager("a", "1"), manager("b", "2"));
    let id = bed.wanted().await;
    bed.until(&first, &id, ClusterStatus::Ready).await;
    first.reconcile_once().await;
    let hash = async || bed.get(&id).await.applied_sets["ext-base"].hash.clone();
    let ours = hash().await;
    second.reconcile_once().await;
    assert_ne!(hash().await, ours);
    first.reconcile_once().await;
    assert_eq!(hash().await, ours);
}

#[tokio::test]
async fn what_was_done_is_believed_while_nobody_else_leads() {
    let bed = Bed::new();
    let manager = bed.manager().election(election(&bed, "a")).terraformer(OneSet::new("1")).build();
    let id = bed.wanted().await;
    bed.until(&manager, &id, ClusterStatus::Ready).await;
    manager.reconcile_once().await;
    bed.provider.forget_calls();
    // Leadership is taken and given back each time.
    for _ in 0..3 {
        manager.reconcile_once().await;
    }
    assert_eq!(bed.provider.calls().len(), 0);
}

#[tokio::test]
async fn a_term_that_is_resigned_is_over_for_those_who_work_in_it() {
    let bed = Bed::new();
    let term = election(&bed, "a").lead().await;
    let token = term.token();
    term.resign(Duration::from_secs(5)).await;
    assert!(token.is_cancelled());
}

#[tokio::test]
async fn what_the_application_does_with_a_report_does_not_end_the_manager() {
    let bed = Bed::new();
    let told = |_: &crate::manager::PassReport| panic!("this application is broken");
    let manager = bed.manager().options(quick()).election(election(&bed, "a")).on_pass(told).start();
    let id = bed.wanted().await;
    let passed = tokio::time::timeout(Duration::from_secs(20), async {
        manager.passes().wait_for(|passes| *passes > 2).await.map(drop)
    });
    passed.await.unwrap().unwrap();
    assert_ne!(bed.get(&id).await.status, ClusterStatus::Accepted);
    manager.shutdown().await;
}

#[tokio::test]
async fn stopping_waits_for_the_step_that_is_under_way() {
    let bed = Bed::new();
    let manager = bed.manager().options(quick()).start();
    bed.provider.fault("create", crate::testing::memory_provider::MemoryFault::Delay(Duration::from_millis(200)), 1);
    let id = bed.wanted().await;
    while bed.provider.count("create") == 0 {
        tokio::task::yield_now().await;
    }
    manager.shutdown().await;
    assert_eq!(bed.get(&id).await.status, ClusterStatus::Provisioning);
    manager.shutdown().await;
}
