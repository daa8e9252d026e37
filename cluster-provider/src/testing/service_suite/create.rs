//! Creating.

use std::sync::Arc;
use std::time::Duration;

use super::{World, options};
use crate::cluster::{ClusterId, ClusterStatus, Condition, CreateToken, NewCluster, ProviderType};
use crate::provider::{CallContext, ClusterRequest, Provider as _, ProviderErrorKind, QuotaCost};
use crate::service::{ClusterService as _, Deregistration, QuotaNeed, ServiceError};
use crate::store::{ClusterStore, Fence};
use crate::testing::memory_provider::{MemoryFault, MemoryProvider};

/// And asking again is answered by the record.
pub async fn a_cluster_is_created_once(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.provisioning().await;
    assert_eq!(cluster.status, ClusterStatus::Provisioning);
    assert!(cluster.provider_cluster_id.is_some() && cluster.create_asked_at.is_some());
    assert_eq!((cluster.attempts, cluster.last_error.clone()), (0, None));
    let again = world.service.create(&world.call, &cluster.id).await.unwrap();
    assert_eq!((again, world.provider.created(), world.provider.count("create")), (cluster, 1, 1));
}

/// W-18
pub async fn a_lost_answer_is_found_and_not_asked_for_again(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    world.provider.fault("create", MemoryFault::LoseAnswer, 1);
    let cluster = world.provisioning().await;
    assert_eq!(cluster.status, ClusterStatus::Provisioning);
    assert_eq!((world.provider.created(), world.provider.count("create"), world.provider.count("find")), (1, 1, 1));
}

/// Also by another process, after this one is gone.
pub async fn a_cluster_found_later_is_the_one_that_was_asked_for(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    world.provider.fault("create", MemoryFault::LoseAnswer, 1);
    world.provider.fault("find", MemoryFault::Fail(ProviderErrorKind::Unavailable), 1);
    let cluster = world.accepted().await;
    let error = world.service.create(&world.call, &cluster.id).await.unwrap_err();
    assert!(error.provider().is_some_and(|error| error.is_ambiguous()), "{error}");
    let held = world.read(&cluster.id).await;
    assert!(held.status == ClusterStatus::Accepted && held.create_asked_at.is_some() && held.attempts == 1);
    let other = world.beside();
    let found = other.service.create(&other.call, &cluster.id).await.unwrap();
    assert_eq!(found.provider_cluster_id, Some(world.provider.clusters()[0].spec.internal_id.clone()));
    assert_eq!((world.provider.created(), world.provider.count("create")), (1, 1));
}

/// A provider may show late what it made.
pub async fn nothing_is_asked_for_again_before_a_cluster_had_time_to_be_found(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    world.provider.fault("create", MemoryFault::Fail(ProviderErrorKind::Timeout), 1);
    let cluster = world.accepted().await;
    for _ in 0..3 {
        let error = world.service.create(&world.call, &cluster.id).await.unwrap_err();
        assert!(error.is_retryable(), "{error}");
    }
    assert_eq!(world.provider.count("create"), 1);
    let held = world.read(&cluster.id).await;
    assert!(held.next_attempt_at > held.create_asked_at, "{held:?}");
}

/// What no grace can bring was not made.
pub async fn what_was_never_there_is_asked_for_again_after_that(store: Arc<dyn ClusterStore>) {
    let world = World::with(store, options(|options| options.create_grace = Duration::ZERO));
    world.provider.fault("create", MemoryFault::Fail(ProviderErrorKind::Timeout), 1);
    let cluster = world.accepted().await;
    world.service.create(&world.call, &cluster.id).await.unwrap_err();
    let made = world.service.create(&world.call, &cluster.id).await.unwrap();
    assert_eq!((made.status, world.provider.created()), (ClusterStatus::Provisioning, 1));
}

/// W-43
pub async fn a_refusal_is_the_end_and_keeps_its_kind(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    for kind in [ProviderErrorKind::Invalid, ProviderErrorKind::QuotaExceeded, ProviderErrorKind::TermsRequired] {
        world.provider.fault("create", MemoryFault::Fail(kind), 1);
        let cluster = world.accepted().await;
        let error = world.service.create(&world.call, &cluster.id).await.unwrap_err();
        assert_eq!(error.provider_kind(), Some(kind));
        let held = world.read(&cluster.id).await;
        assert_eq!((held.status, held.create_asked_at), (ClusterStatus::Failed, None));
        assert!(held.last_error.is_some() && held.status_details.is_some());
        assert!(!held.conditions.is_true(Condition::AVAILABLE) && held.conditions.get(Condition::AVAILABLE).is_some());
    }
}

/// W-6
pub async fn a_passing_failure_waits_longer_each_time_and_not_for_ever(store: Arc<dyn ClusterStore>) {
    let world = World::with(store, options(|options| options.max_create_attempts = 3));
    world.provider.fault("create", MemoryFault::Fail(ProviderErrorKind::Unavailable), 3);
    let cluster = world.accepted().await;
    for attempt in 1..3 {
        let now = world.store.now().await.unwrap();
        world.service.create(&world.call, &cluster.id).await.unwrap_err();
        let held = world.read(&cluster.id).await;
        assert_eq!((held.status, held.attempts), (ClusterStatus::Accepted, attempt));
        assert_eq!(held.create_asked_at, None, "it was surely not made");
        assert!(held.next_attempt_at.is_some_and(|next| next > now), "{held:?}");
    }
    world.service.create(&world.call, &cluster.id).await.unwrap_err();
    let held = world.read(&cluster.id).await;
    assert_eq!(held.status, ClusterStatus::Failed);
    assert!(held.status_details.is_some_and(|details| details.starts_with("CreateAttemptsExhausted")));
}

/// A cluster of that name with another token is somebody else's.
pub async fn a_name_that_another_has_is_not_taken(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let theirs = ClusterRequest::new(ClusterId::generate(), "taken", CreateToken::generate());
    world.provider.create(&world.call, &theirs).await.unwrap();
    let new = NewCluster::new("", "aws", "us-east-1").with_name("taken");
    let cluster = world.service.register(&world.call, new).await.unwrap();
    let error = world.service.create(&world.call, &cluster.id).await.unwrap_err();
    assert_eq!(error.provider_kind(), Some(ProviderErrorKind::AlreadyExists));
    let held = world.read(&cluster.id).await;
    assert_eq!((held.status, held.provider_cluster_id), (ClusterStatus::Failed, None));
}

/// Whoever loses the race finds what the other one made.
pub async fn two_services_create_one_cluster(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let other = world.beside();
    let cluster = world.accepted().await;
    let both =
        futures::join!(world.service.create(&world.call, &cluster.id), other.service.create(&other.call, &cluster.id));
    assert!(both.0.is_ok() || both.1.is_ok(), "{both:?}");
    assert_eq!(world.provider.created(), 1);
    assert_eq!(world.read(&cluster.id).await.status, ClusterStatus::Provisioning);
}

/// Else nobody could take it away.
pub async fn a_cluster_that_is_to_go_while_it_is_made_keeps_its_name(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let other = world.beside();
    let cluster = world.accepted().await;
    world.provider.fault("create", MemoryFault::Delay(Duration::from_millis(200)), 1);
    let deregister = async {
        while world.provider.count("create") == 0 {
            tokio::task::yield_now().await;
        }
        other.service.deregister(&other.call, &cluster.id, Deregistration::default()).await
    };
    let (made, gone) = futures::join!(world.service.create(&world.call, &cluster.id), deregister);
    assert_eq!(gone.unwrap().status, ClusterStatus::Deprovisioning);
    let made = made.unwrap();
    assert_eq!(made.status, ClusterStatus::Deprovisioning);
    assert!(made.provider_cluster_id.is_some());
    world.service.delete(&world.call, &cluster.id).await.unwrap();
    world.provider.advance();
    assert!(world.service.delete(&world.call, &cluster.id).await.unwrap().is_over());
    assert!(world.provider.clusters().is_empty());
}

/// Neither a caller that gives up nor a deadline leaves a cluster that nobody knows.
pub async fn whoever_stops_waiting_loses_nothing(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cancel = tokio_util::sync::CancellationToken::new();
    for number in 0..2 {
        world.provider.fault("create", MemoryFault::DoAndHang, 1);
        let cluster = world.accepted().await;
        let call = match number {
            0 => world.call.clone().with_cancel(cancel.clone()),
            _ => CallContext::within(Duration::from_secs(2)),
        };
        let give_up = async {
            while world.provider.count("create") == number {
                tokio::task::yield_now().await;
            }
            cancel.cancel();
        };
        let (outcome, ()) = futures::join!(world.service.create(&call, &cluster.id), give_up);
        assert!(outcome.unwrap_err().is_retryable());
        let held = world.read(&cluster.id).await;
        assert!(held.status == ClusterStatus::Accepted && held.create_asked_at.is_some(), "{held:?}");
        let found = world.service.create(&world.call, &cluster.id).await.unwrap();
        assert!(found.provider_cluster_id.is_some());
    }
    assert_eq!((world.provider.created(), world.provider.count("create")), (2, 2));
}

/// What is used up is known before anything is asked for.
pub async fn without_quota_nothing_is_asked_for(store: Arc<dyn ClusterStore>) {
    let provider = MemoryProvider::new(ProviderType::new("memory")).with_quota([QuotaCost::new("clusters", 5, 4)]);
    let cost = Arc::new(|cluster: &crate::cluster::Cluster| {
        vec![QuotaNeed::new("clusters", if cluster.multi_az { 3 } else { 1 })]
    });
    let world = World::over(store, provider, |builder| builder.quota_cost(cost));
    let mut big = NewCluster::new("", "aws", "us-east-1");
    big.multi_az = true;
    let big = world.service.register(&world.call, big).await.unwrap();
    let error = world.service.create(&world.call, &big.id).await.unwrap_err();
    assert!(matches!(error, ServiceError::Capacity { .. }), "{error}");
    let held = world.read(&big.id).await;
    assert_eq!((held.status, held.attempts, held.create_asked_at), (ClusterStatus::Accepted, 1, None));
    assert_eq!(world.provider.count("create"), 0);
    assert_eq!(world.provisioning().await.status, ClusterStatus::Provisioning);
}

/// The provider is not even asked.
pub async fn an_earlier_leader_creates_nothing(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.accepted().await;
    world.store.fence_raise(&Fence::new("manager", 2)).await.unwrap();
    let call = world.call.clone().with_fence(Fence::new("manager", 1));
    let error = world.service.create(&call, &cluster.id).await.unwrap_err();
    assert!(matches!(error, ServiceError::Fenced(_)), "{error}");
    assert_eq!((world.provider.count("create"), world.read(&cluster.id).await), (0, cluster));
}
