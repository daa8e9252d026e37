use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::cluster::{ClusterId, ClusterStatus, CreateToken};
use crate::provider::CapabilitySet;

fn provider() -> MemoryProvider {
    MemoryProvider::new(ProviderType::new("memory"))
}

fn call() -> CallContext {
    CallContext::within(Duration::from_secs(10))
}

fn request(name: &str) -> ClusterRequest {
    ClusterRequest::new(ClusterId::generate(), name, CreateToken::generate()).at("memory", "north")
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_leaves_one_cluster_that_is_found() {
    let provider = provider();
    provider.fault("create", MemoryFault::LoseAnswer, 1);
    let request = request("one");
    assert!(provider.create(&call(), &request).await.unwrap_err().is_ambiguous());
    let found = provider.find(&call(), &request.claim()).await.unwrap().unwrap();
    assert_eq!(provider.create(&call(), &request).await.unwrap().internal_id, found.internal_id);
    assert_eq!(provider.created(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_by_hand_waits_for_the_hand() {
    let provider = provider().with_tempo(Tempo::ByHand);
    let made = provider.create(&call(), &request("one")).await.unwrap();
    for _ in 0..5 {
        let seen = provider.check_status(&call(), &made).await.unwrap().unwrap();
        assert_eq!(seen.status, ClusterStatus::Provisioning);
    }
    provider.advance();
    let seen = provider.check_status(&call(), &made).await.unwrap().unwrap();
    assert_eq!(seen.status, ClusterStatus::Provisioned);
    let delete = async || provider.delete(&call(), &made, &DeleteOptions::default()).await.unwrap();
    assert!(!delete().await.is_over());
    assert!(!delete().await.is_over());
    provider.advance();
    assert_eq!(delete().await, DeleteOutcome::Gone);
    assert_eq!(provider.deleted(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_vanished_was_gone_before_it_was_asked_to_go() {
    let provider = provider();
    let made = provider.create(&call(), &request("one")).await.unwrap();
    assert!(provider.vanish(&made.internal_id));
    let outcome = provider.delete(&call(), &made, &DeleteOptions::default()).await.unwrap();
    assert_eq!(outcome, DeleteOutcome::AlreadyGone);
    assert_eq!(provider.deleted(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_ends_with_its_deadline_or_its_caller() {
    let provider = provider();
    provider.fault("*", MemoryFault::Hang, 2);
    let late = provider.find(&call(), &request("one").claim()).await.unwrap_err();
    assert_eq!(late.kind(), ProviderErrorKind::Timeout);
    let cancel = CancellationToken::new();
    cancel.cancel();
    let ended = provider.create(&call().with_cancel(cancel), &request("one")).await.unwrap_err();
    assert_eq!(ended.kind(), ProviderErrorKind::Cancelled);
    assert_eq!(provider.created(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_says_for_which_leader_it_is() {
    let provider = provider();
    let fence = crate::store::Fence { lease: "manager".to_owned(), epoch: 7 };
    provider.create(&call().with_fence(fence.clone()), &request("one")).await.unwrap();
    assert_eq!(provider.calls()[0].fence, Some(fence));
}

#[test]
fn a_capability_that_was_taken_away_is_not_there() {
    let provider = provider().with_capabilities([Capability::Clouds]);
    assert!(provider.addons().is_none());
    let set: CapabilitySet = provider.capabilities();
    assert_eq!(set.iter().collect::<Vec<_>>(), [Capability::Clouds]);
}
