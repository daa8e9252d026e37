//! Claims about leaders who are none any more.

use std::sync::Arc;
use std::time::Duration;

use super::{is_fenced, record, usual};
use crate::cluster::{ClusterPatch, ClusterStatus};
use crate::store::{ClusterQuery, ClusterStore, Expect, Fence, StoreError};

async fn two_leaders(store: &dyn ClusterStore) -> (Fence, Fence) {
    let first = store.lease_acquire("manager", "a", Duration::ZERO).await.unwrap().unwrap();
    let second = store.lease_acquire("manager", "b", Duration::from_secs(3600)).await.unwrap().unwrap();
    (first.fence(), second.fence())
}

/// None of the writes a leader makes, however right its reading was.
pub async fn nothing_is_written_for_a_leader_who_is_none_any_more(store: Arc<dyn ClusterStore>) {
    let one = record(&*store, usual()).await;
    let (old, new) = two_leaders(&*store).await;
    let expect = || Expect::version(1).fenced(Some(old.clone()));
    assert!(is_fenced(store.insert(usual(), Some(old.clone())).await));
    assert!(is_fenced(store.patch(&one.id, expect(), ClusterPatch::new()).await));
    assert!(is_fenced(store.soft_delete(&one.id, expect()).await));
    assert!(is_fenced(store.hard_delete(&one.id, expect()).await));
    let all = ClusterQuery::all();
    let many = store.transition_many(all, &ClusterStatus::ALL, ClusterStatus::Ready, Some(old.clone())).await;
    assert!(is_fenced(many));
    match store.fence_check(&old).await {
        Err(StoreError::Fenced { lease, epoch: 1, present: 2 }) => assert_eq!(lease, "manager"),
        other => panic!("{other:?}"),
    }
    assert_eq!(store.list(ClusterQuery::all()).await.unwrap().items, std::slice::from_ref(&one));
    store.fence_check(&new).await.unwrap();
    store.patch(&one.id, Expect::version(1).fenced(Some(new)), ClusterPatch::new()).await.unwrap();
}

/// The record itself remembers, where the lease is kept elsewhere.
pub async fn a_record_of_a_later_leader_is_not_written_by_an_earlier_one(store: Arc<dyn ClusterStore>) {
    let one = record(&*store, usual()).await;
    let by = |epoch| Expect::any().fenced(Some(Fence::new("elsewhere", epoch)));
    store.patch(&one.id, by(7), ClusterPatch::new()).await.unwrap();
    assert!(is_fenced(store.patch(&one.id, by(6), ClusterPatch::new()).await));
    assert!(is_fenced(store.soft_delete(&one.id, by(6)).await));
    assert!(is_fenced(store.hard_delete(&one.id, by(6)).await));
    store.patch(&one.id, by(7), ClusterPatch::new()).await.unwrap();
}

/// And a write that is nobody's leaves it.
pub async fn a_write_keeps_the_epoch_it_was_written_for(store: Arc<dyn ClusterStore>) {
    let fence = Fence::new("elsewhere", 3);
    let one = store.insert(usual(), Some(fence.clone())).await.unwrap();
    assert_eq!(one.epoch, 3);
    let later = Expect::any().fenced(Some(Fence::new("elsewhere", 5)));
    assert_eq!(store.patch(&one.id, later, ClusterPatch::new()).await.unwrap().epoch, 5);
    assert_eq!(store.patch(&one.id, Expect::any(), ClusterPatch::new()).await.unwrap().epoch, 5);
    assert!(is_fenced(store.patch(&one.id, Expect::any().fenced(Some(fence)), ClusterPatch::new()).await));
}

/// As Kubernetes gives them out; and what is over stays over.
pub async fn an_epoch_given_out_elsewhere_is_remembered(store: Arc<dyn ClusterStore>) {
    let one = record(&*store, usual()).await;
    let (old, new) = (Fence::new("k8s", 4), Fence::new("k8s", 9));
    store.fence_check(&old).await.unwrap();
    store.fence_raise(&old).await.unwrap();
    store.fence_raise(&old).await.unwrap();
    store.fence_raise(&new).await.unwrap();
    assert!(is_fenced(store.fence_raise(&old).await));
    assert!(is_fenced(store.fence_check(&old).await));
    assert!(is_fenced(store.patch(&one.id, Expect::any().fenced(Some(old)), ClusterPatch::new()).await));
    store.fence_check(&new).await.unwrap();
    store.patch(&one.id, Expect::any().fenced(Some(new)), ClusterPatch::new()).await.unwrap();
}

/// All of them or none.
pub async fn a_change_of_many_by_an_earlier_leader_changes_none(store: Arc<dyn ClusterStore>) {
    let (one, other) = (record(&*store, usual()).await, record(&*store, usual()).await);
    let by = |epoch| Some(Fence::new("elsewhere", epoch));
    let other = store.patch(&other.id, Expect::any().fenced(by(7)), ClusterPatch::new()).await.unwrap();
    let all = ClusterQuery::all;
    let (from, to) = ([ClusterStatus::Accepted], ClusterStatus::Deprovisioning);
    assert!(is_fenced(store.transition_many(all(), &from, to, by(6)).await));
    assert_eq!(store.get(&one.id).await.unwrap(), Some(one));
    assert_eq!(store.get(&other.id).await.unwrap(), Some(other.clone()));
    assert_eq!(store.transition_many(all(), &from, to, by(8)).await.unwrap().len(), 2);
    assert_eq!(store.get(&other.id).await.unwrap().unwrap().epoch, 8);
}
