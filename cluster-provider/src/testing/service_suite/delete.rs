//! Deleting, and not deleting.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt as _;

use super::{World, options};
use crate::cluster::{
    ClusterStatus, Condition, DeletionPolicy, DesiredState, NewCluster, Ownership, ProviderClusterId,
};
use crate::provider::{DeleteOutcome, ProviderErrorKind, ResourceSet};
use crate::service::{ClusterChange, ClusterService as _, Deregistration, ServiceError};
use crate::store::ClusterStore;
use crate::testing::memory_provider::MemoryFault;

/// Unless it is said that they do not.
pub async fn workloads_keep_a_cluster(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.ready().await;
    world.workloads.counts.lock().unwrap().insert(cluster.id.clone(), 1);
    let error = world.service.deregister(&world.call, &cluster.id, Deregistration::default()).await.unwrap_err();
    assert!(matches!(error, ServiceError::Guarded { .. }), "{error}");
    assert_eq!(world.read(&cluster.id).await, cluster);
    // It may be on its way out when they come.
    world.service.update_status(&world.call, &cluster.id, ClusterStatus::Deprovisioning).await.unwrap();
    let error = world.service.delete(&world.call, &cluster.id).await.unwrap_err();
    assert!(matches!(error, ServiceError::Guarded { .. }), "{error}");
    assert_eq!(world.provider.count("delete"), 0);
    let forced = world.service.deregister(&world.call, &cluster.id, Deregistration::default().forced()).await.unwrap();
    assert_eq!(forced.conditions.get(Condition::DELETING).unwrap().reason, Condition::FORCED);
    world.service.delete(&world.call, &cluster.id).await.unwrap();
    assert_eq!(world.provider.count("delete"), 1);
}

/// A provider that does not know what is ours is left with its cluster, once what is recorded is gone.
pub async fn resources_go_where_the_provider_cannot_tell_them(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.ready().await;
    world.service.apply_resources(&world.call, &cluster.id, &ResourceSet::new("ours", Vec::new())).await.unwrap();
    let request = Deregistration::default().with_policy(DeletionPolicy::RemoveResourcesOnly);
    world.service.deregister(&world.call, &cluster.id, request).await.unwrap();
    world.provider.fault("delete", MemoryFault::Fail(ProviderErrorKind::Unsupported), 1);
    assert_eq!(world.service.delete(&world.call, &cluster.id).await.unwrap(), DeleteOutcome::Orphaned);
    let there = world.provider.clusters();
    assert!(there.len() == 1 && there[0].sets.is_empty());
}

/// What is left in a cluster is not said to be gone, and the record stays until somebody decides.
pub async fn what_nobody_can_take_out_of_a_cluster_keeps_its_record(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.ready().await;
    world.service.apply_resources(&world.call, &cluster.id, &ResourceSet::new("ours", Vec::new())).await.unwrap();
    let request = Deregistration::default().with_policy(DeletionPolicy::RemoveResourcesOnly);
    world.service.deregister(&world.call, &cluster.id, request).await.unwrap();
    // Its provider could apply sets once, and can no longer.
    drop(world.provider.clone().with_capabilities([]));
    world.provider.fault("delete", MemoryFault::Fail(ProviderErrorKind::Unsupported), 1);
    let error = world.service.delete(&world.call, &cluster.id).await.unwrap_err();
    assert_eq!(error.provider_kind(), Some(ProviderErrorKind::Unsupported));
    let held = world.read(&cluster.id).await;
    let deleting = held.conditions.get(Condition::DELETING).unwrap();
    assert!(deleting.message.contains("ours"), "{deleting:?}");
    assert!(!held.conditions.is_true(Condition::DELETING) && held.applied_sets.contains_key("ours"));
    // It can be left as it is, when that is what is wanted.
    let request = Deregistration::default().with_policy(DeletionPolicy::Orphan);
    world.service.deregister(&world.call, &cluster.id, request).await.unwrap();
    assert_eq!(world.service.delete(&world.call, &cluster.id).await.unwrap(), DeleteOutcome::Orphaned);
}

/// What cannot be known is not guessed.
pub async fn a_counter_that_fails_deletes_nothing(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.ready().await;
    *world.workloads.broken.lock().unwrap() = true;
    let error = world.service.deregister(&world.call, &cluster.id, Deregistration::default()).await.unwrap_err();
    assert!(matches!(error, ServiceError::Workloads(_)) && error.is_retryable(), "{error}");
    assert_eq!(world.read(&cluster.id).await, cluster);
}

/// A tenant that is named has to be the right one.
pub async fn another_tenant_deletes_nothing(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let mut new = NewCluster::new("", "aws", "us-east-1");
    new.tenant_id = Some("ours".to_owned());
    let cluster = world.service.register(&world.call, new).await.unwrap();
    let theirs = Deregistration::default().of_tenant("theirs");
    let error = world.service.deregister(&world.call, &cluster.id, theirs).await.unwrap_err();
    assert!(matches!(error, ServiceError::Guarded { .. }), "{error}");
    let ours = Deregistration::default().of_tenant("ours");
    let leaving = world.service.deregister(&world.call, &cluster.id, ours).await.unwrap();
    assert_eq!(leaving.status, ClusterStatus::Deprovisioning);
}

/// W-9
pub async fn a_restored_cluster_is_what_it_was(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let mut changes = world.service.watch();
    let cluster = world.provisioning().await;
    world.service.deregister(&world.call, &cluster.id, Deregistration::default()).await.unwrap();
    let back = world.service.restore(&world.call, &cluster.id).await.unwrap();
    assert_eq!((back.status, back.status_before), (ClusterStatus::Provisioning, None));
    assert_eq!(back.desired_state, DesiredState::Present);
    assert_eq!(world.tally.went_ready.load(Ordering::SeqCst), 0);
    assert_eq!(world.tally.restored.load(Ordering::SeqCst), 1);
    let told = ClusterChange::Restored { id: cluster.id.clone(), to: ClusterStatus::Provisioning };
    let heard = async { while changes.next().await.is_some_and(|change| change != told) {} };
    tokio::time::timeout(Duration::from_secs(10), heard).await.unwrap();
    assert!(world.service.restore(&world.call, &cluster.id).await.is_err());
}

/// From when the provider may have been asked.
pub async fn what_has_begun_to_go_does_not_come_back(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.leaving().await;
    world.provider.fault("delete", MemoryFault::LoseAnswer, 1);
    world.service.delete(&world.call, &cluster.id).await.unwrap_err();
    let error = world.service.restore(&world.call, &cluster.id).await.unwrap_err();
    assert!(matches!(error, ServiceError::Conflict { .. }), "{error}");
}

/// Asked again until it is gone; each answer is in the record.
pub async fn a_cluster_goes_and_then_its_record(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let standing = world.ready().await;
    let error = world.service.delete(&world.call, &standing.id).await.unwrap_err();
    assert!(matches!(error, ServiceError::Conflict { .. }), "{error}");
    let cluster = world.leaving().await;
    let outcome = world.service.delete(&world.call, &cluster.id).await.unwrap();
    assert!(matches!(outcome, DeleteOutcome::InProgress { .. }));
    let version = world.read(&cluster.id).await.resource_version;
    world.service.delete(&world.call, &cluster.id).await.unwrap();
    assert_eq!(world.read(&cluster.id).await.resource_version, version, "nothing new was said");
    world.provider.advance();
    assert_eq!(world.service.delete(&world.call, &cluster.id).await.unwrap(), DeleteOutcome::Gone);
    assert!(world.service.soft_delete(&world.call, &cluster.id).await.is_err());
    world.service.update_status(&world.call, &cluster.id, ClusterStatus::Cleanup).await.unwrap();
    assert_eq!(world.service.delete(&world.call, &cluster.id).await.unwrap(), DeleteOutcome::Gone);
    world.service.soft_delete(&world.call, &cluster.id).await.unwrap();
    assert!(world.service.get(&world.call, &cluster.id).await.is_err());
    assert_eq!(world.provider.deleted(), 1);
}

/// Protection is a condition, and the cluster is as it was.
pub async fn a_refused_deletion_is_told_and_can_be_taken_back(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.leaving().await;
    world.provider.protect(cluster.provider_cluster_id.as_ref().unwrap(), true);
    let error = world.service.delete(&world.call, &cluster.id).await.unwrap_err();
    assert_eq!(error.provider_kind(), Some(ProviderErrorKind::Forbidden));
    let held = world.read(&cluster.id).await;
    let deleting = held.conditions.get(Condition::DELETING).unwrap();
    assert_eq!((deleting.reason.as_str(), held.status), ("Forbidden", ClusterStatus::Deprovisioning));
    assert_eq!(world.service.restore(&world.call, &cluster.id).await.unwrap().status, ClusterStatus::Ready);
}

/// It makes a difference whether we did it.
pub async fn a_cluster_that_was_gone_already_is_told_of(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.leaving().await;
    world.provider.vanish(cluster.provider_cluster_id.as_ref().unwrap());
    assert_eq!(world.service.delete(&world.call, &cluster.id).await.unwrap(), DeleteOutcome::AlreadyGone);
    assert_eq!(world.tally.already_gone.load(Ordering::SeqCst), 1);
    assert_eq!(world.read(&cluster.id).await.conditions.get(Condition::DELETING).unwrap().reason, "AlreadyGone");
}

/// Only what was put into it is.
pub async fn a_customers_cluster_is_never_taken_away(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let theirs = world.provisioning().await;
    let provider_id = theirs.provider_cluster_id.clone().unwrap();
    // Their cluster was made by somebody else; here, by a record that is forgotten.
    world.store.hard_delete(&theirs.id, crate::store::Expect::any()).await.unwrap();
    world.provider.advance();
    let mut new = NewCluster::new("", "", "").with_provider_cluster_id(provider_id);
    new.ownership = Ownership::Registered;
    let cluster = world.service.adopt(&world.call, new).await.unwrap();
    for name in ["first", "second"] {
        let set = ResourceSet::new(name, Vec::new());
        world.service.apply_resources(&world.call, &cluster.id, &set).await.unwrap();
    }
    world.service.deregister(&world.call, &cluster.id, Deregistration::default()).await.unwrap();
    assert!(world.service.delete(&world.call, &cluster.id).await.unwrap().is_over());
    assert_eq!((world.provider.deleted(), world.provider.clusters().len()), (0, 1));
    assert_eq!(world.provider.clusters()[0].sets, Vec::<String>::new());
    assert!(world.read(&cluster.id).await.applied_sets.is_empty());
}

/// As the record says, or as it is said when it is to go.
pub async fn an_orphan_is_left_as_it_is(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.ready().await;
    let request = Deregistration::default().with_policy(DeletionPolicy::Orphan);
    world.service.deregister(&world.call, &cluster.id, request).await.unwrap();
    assert_eq!(world.service.delete(&world.call, &cluster.id).await.unwrap(), DeleteOutcome::Orphaned);
    assert_eq!(world.provider.clusters().len(), 1);
}

/// There is nothing to take away.
pub async fn a_cluster_that_was_never_made_is_gone_at_once(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.accepted().await;
    world.service.deregister(&world.call, &cluster.id, Deregistration::default()).await.unwrap();
    assert_eq!(world.service.delete(&world.call, &cluster.id).await.unwrap(), DeleteOutcome::Gone);
    assert_eq!(world.provider.count("delete") + world.provider.count("find"), 0);
}

/// And one that may still come is waited for.
pub async fn a_cluster_without_a_name_is_found_before_it_goes(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    for (fault, made) in [(MemoryFault::LoseAnswer, true), (MemoryFault::Fail(ProviderErrorKind::Timeout), false)] {
        world.provider.fault("create", fault, 1);
        world.provider.fault("find", MemoryFault::Fail(ProviderErrorKind::Unavailable), 1);
        let cluster = world.accepted().await;
        world.service.create(&world.call, &cluster.id).await.unwrap_err();
        world.service.deregister(&world.call, &cluster.id, Deregistration::default()).await.unwrap();
        let outcome = world.service.delete(&world.call, &cluster.id).await.unwrap();
        assert!(matches!(outcome, DeleteOutcome::InProgress { .. }), "{outcome:?}");
        assert_eq!(world.read(&cluster.id).await.provider_cluster_id.is_some(), made);
        world.provider.advance();
        let later = World::over(
            Arc::clone(&world.store),
            world.provider.clone(),
            options(|options| {
                options.create_grace = Duration::ZERO;
            }),
        );
        assert_eq!(later.service.delete(&later.call, &cluster.id).await.unwrap(), DeleteOutcome::Gone);
    }
    assert!(world.provider.clusters().is_empty());
    assert!(ProviderClusterId::new("").is_err());
}
