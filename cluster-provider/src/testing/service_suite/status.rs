//! Looking.

use std::sync::Arc;
use std::time::Duration;

use super::{World, options};
use crate::cluster::{ClusterPatch, ClusterStatus, Condition, ConditionStatus};
use crate::service::ClusterService as _;
use crate::store::ClusterStore;

/// Status, second name and conditions come with the look that finds them.
pub async fn what_a_provider_says_is_recorded(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.provisioning().await;
    world.provider.advance();
    let after = world.service.check_status(&world.call, &cluster.id).await.unwrap();
    assert_eq!(after.status, ClusterStatus::Provisioned);
    assert!(after.external_id.is_some() && after.conditions.is_true(Condition::AVAILABLE));
    assert!(after.status_since > cluster.status_since && after.last_checked_at.is_some());
    let failing = world.provisioning().await;
    world.provider.fail(failing.provider_cluster_id.as_ref().unwrap(), "no such zone");
    let failed = world.service.check_status(&world.call, &failing.id).await.unwrap();
    assert_eq!((failed.status, failed.status_details.as_deref()), (ClusterStatus::Failed, Some("no such zone")));
}

/// W-20
pub async fn what_the_provider_wants_to_hear_again_is_kept(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.provisioning().await;
    let mut info = cluster.provider_info.clone();
    assert!(info.is_object());
    info["kept"] = "by us".into();
    let mut patch = ClusterPatch::new();
    patch.provider_info = Some(info.clone());
    world.service.update(&world.call, &cluster.id, None, patch).await.unwrap();
    world.provider.advance();
    let after = world.service.check_status(&world.call, &cluster.id).await.unwrap();
    assert_eq!((after.status, after.provider_info), (ClusterStatus::Provisioned, info));
}

/// W-53
pub async fn a_look_that_finds_nothing_new_writes_nothing(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.ready().await;
    for _ in 0..3 {
        let after = world.service.check_status(&world.call, &cluster.id).await.unwrap();
        assert_eq!(after.resource_version, cluster.resource_version);
    }
    let often = options(|options| options.check_recorded_every = Duration::ZERO);
    let again = World::over(Arc::clone(&world.store), world.provider.clone(), often);
    let after = again.service.check_status(&again.call, &cluster.id).await.unwrap();
    assert!(after.last_checked_at > cluster.last_checked_at);
}

/// W-8
pub async fn a_vanished_cluster_has_failed_after_a_while(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.provisioning().await;
    world.provider.vanish(cluster.provider_cluster_id.as_ref().unwrap());
    let missing = world.service.check_status(&world.call, &cluster.id).await.unwrap();
    assert_eq!(missing.status, ClusterStatus::Provisioning);
    assert!(missing.conditions.is_true(Condition::PROVIDER_LOST));
    let now = options(|options| options.lost_grace = Duration::ZERO);
    let impatient = World::over(Arc::clone(&world.store), world.provider.clone(), now);
    let lost = impatient.service.check_status(&impatient.call, &cluster.id).await.unwrap();
    assert_eq!(lost.status, ClusterStatus::Failed);
    assert!(lost.status_details.is_some_and(|details| details.starts_with("ProviderLost")));
}

/// What people use is not declared dead by an answer.
pub async fn a_ready_cluster_only_gets_conditions(store: Arc<dyn ClusterStore>) {
    let world = World::with(store, options(|options| options.lost_grace = Duration::ZERO));
    let cluster = world.ready().await;
    let id = cluster.provider_cluster_id.clone().unwrap();
    world.provider.fail(&id, "meteor");
    let hit = world.service.check_status(&world.call, &cluster.id).await.unwrap();
    assert_eq!((hit.status, hit.status_details.as_deref()), (ClusterStatus::Ready, Some("meteor")));
    world.provider.vanish(&id);
    let lost = world.service.check_status(&world.call, &cluster.id).await.unwrap();
    assert_eq!(lost.status, ClusterStatus::Ready);
    assert_eq!(lost.conditions.get(Condition::AVAILABLE).map(|one| one.status), Some(ConditionStatus::False));
    assert!(lost.conditions.is_true(Condition::PROVIDER_LOST));
}

/// Neither is it hidden.
pub async fn another_second_name_is_drift_and_not_taken_over(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.provisioning().await;
    let mut patch = ClusterPatch::new();
    patch.external_id = Some(Some("ours".to_owned()));
    world.service.update(&world.call, &cluster.id, None, patch).await.unwrap();
    world.provider.advance();
    let after = world.service.check_status(&world.call, &cluster.id).await.unwrap();
    assert_eq!(after.external_id.as_deref(), Some("ours"));
    assert!(after.conditions.is_true(Condition::DRIFTED));
    // One that another cluster is known by is not recorded either.
    let second = world.provisioning().await;
    let taken = format!("external-{}", second.provider_cluster_id.as_ref().unwrap());
    let mut patch = ClusterPatch::new();
    patch.external_id = Some(Some(taken));
    world.service.update(&world.call, &cluster.id, None, patch).await.unwrap();
    world.provider.advance();
    let after = world.service.check_status(&world.call, &second.id).await.unwrap();
    assert_eq!((after.status, after.external_id), (ClusterStatus::Provisioned, None));
    assert!(after.conditions.is_true(Condition::DRIFTED));
}

/// W-10
pub async fn failure_is_tried_again_where_it_began(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let (unmade, made) = (world.accepted().await, world.provisioning().await);
    assert!(world.service.retry(&world.call, &made.id).await.is_err());
    for id in [&unmade.id, &made.id] {
        world.service.update_status(&world.call, id, ClusterStatus::Failed).await.unwrap();
    }
    assert_eq!(world.service.retry(&world.call, &unmade.id).await.unwrap().status, ClusterStatus::Accepted);
    assert_eq!(world.service.retry(&world.call, &made.id).await.unwrap().status, ClusterStatus::Provisioning);
    world.provider.advance();
    let after = world.service.check_status(&world.call, &made.id).await.unwrap();
    assert_eq!((after.status, world.provider.created()), (ClusterStatus::Provisioned, 1));
}
