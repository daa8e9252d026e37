//! Records.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::World;
use crate::cluster::{
    ClusterId, ClusterPatch, ClusterStatus, CreateToken, DesiredState, NewCluster, ProviderClusterId, ProviderType,
};
use crate::factory::DefaultProviderFactory;
use crate::provider::{ClusterRequest, Provider as _, ResourceSet};
use crate::service::{ClusterService as _, DefaultClusterService, Deregistration, ServiceError};
use crate::store::{ClusterQuery, ClusterStore};
use crate::testing::memory_provider::MemoryProvider;

fn new() -> NewCluster {
    NewCluster::new("", "aws", "us-east-1")
}

fn id(text: &str) -> ProviderClusterId {
    ProviderClusterId::new(text).unwrap()
}

/// A record says everything that a caller may leave open.
pub async fn what_is_not_said_is_filled_in(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.accepted().await;
    assert_eq!(cluster.status, ClusterStatus::Accepted);
    assert_eq!(cluster.provider_type, ProviderType::new("memory"));
    assert_eq!(cluster.workload_types, ["developer", "standard"].map(str::to_owned).into());
    assert!(cluster.name.starts_with("mk-") && cluster.name.len() == 15, "{}", cluster.name);
    assert_eq!(world.service.get(&world.call, &cluster.id).await.unwrap(), cluster);
}

/// A caller that keeps its token may repeat its request, and only that one.
pub async fn the_same_token_gives_the_same_record(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let token = CreateToken::generate();
    let first = world.service.register(&world.call, new().with_create_token(token.clone())).await.unwrap();
    let again = world.service.register(&world.call, new().with_create_token(token.clone())).await.unwrap();
    assert_eq!(first, again);
    let other = NewCluster::new("", "gcp", "east").with_create_token(token);
    let error = world.service.register(&world.call, other).await.unwrap_err();
    assert!(matches!(error, ServiceError::Conflict { .. }), "{error}");
}

/// W-3
pub async fn two_accepted_clusters_do_not_collide(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let (one, other) = (world.accepted().await, world.accepted().await);
    assert!(one.id != other.id && one.name != other.name && one.create_token != other.create_token);
}

/// W-4
pub async fn the_id_of_a_deleted_cluster_can_be_registered_again(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let register = || world.service.register(&world.call, new().with_provider_cluster_id(id("one")));
    let first = register().await.unwrap();
    for status in [ClusterStatus::Deprovisioning, ClusterStatus::Cleanup] {
        world.service.update_status(&world.call, &first.id, status).await.unwrap();
    }
    world.service.soft_delete(&world.call, &first.id).await.unwrap();
    world.service.soft_delete(&world.call, &first.id).await.unwrap();
    let second = register().await.unwrap();
    assert_ne!(first.id, second.id);
    world.service.hard_delete(&world.call, &first.id).await.unwrap();
    world.service.hard_delete(&world.call, &first.id).await.unwrap();
    let provider = ProviderType::new("memory");
    let found = world.service.find_by_provider_id(&world.call, &provider, &id("one")).await.unwrap();
    assert_eq!(found.map(|found| found.id), Some(second.id));
}

/// Registering what is registered is refused by type, and said in words.
pub async fn an_id_that_a_live_cluster_has_is_a_conflict(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    world.service.register(&world.call, new().with_provider_cluster_id(id("one"))).await.unwrap();
    let error = world.service.register(&world.call, new().with_provider_cluster_id(id("one"))).await.unwrap_err();
    assert!(matches!(error, ServiceError::Conflict { .. }), "{error}");
    assert!(error.to_string().contains("provider's id"), "{error}");
}

/// Neither does one without a name at its provider begin where only those with one can be.
pub async fn no_life_begins_at_its_end(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    for (status, field) in [
        (ClusterStatus::Failed, "status"),
        (ClusterStatus::Cleanup, "status"),
        (ClusterStatus::Provisioning, "provider_cluster_id"),
    ] {
        let mut cluster = new();
        cluster.status = status;
        let error = world.service.register(&world.call, cluster).await.unwrap_err();
        assert!(matches!(error, ServiceError::Invalid { field: said, .. } if said == field), "{error}");
    }
    let error = world.service.register(&world.call, new().with_name("")).await.unwrap_err();
    assert!(matches!(error, ServiceError::Invalid { field: "name", .. }), "{error}");
}

/// `aws_eks` is a word of the originals without a provider behind it.
pub async fn an_unknown_provider_is_refused_and_the_known_ones_are_named(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let error = world.service.register(&world.call, NewCluster::new("aws_eks", "aws", "x")).await.unwrap_err();
    let ServiceError::UnknownProvider { source, .. } = error else { panic!("{error}") };
    assert_eq!(source.known, [ProviderType::new("memory")]);
}

/// What the caller did not say, the provider says; what is not there is not adopted, and nothing twice.
pub async fn a_cluster_is_adopted_as_its_provider_has_it(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let request = ClusterRequest::new(ClusterId::generate(), "old", CreateToken::generate()).at("memory", "north");
    let made = world.provider.create(&world.call, &request).await.unwrap();
    world.provider.advance();
    let wanted = || NewCluster::new("memory", "", "").with_provider_cluster_id(made.internal_id.clone());
    let adopted = world.service.adopt(&world.call, wanted()).await.unwrap();
    assert_eq!(adopted.status, ClusterStatus::Provisioned);
    assert_eq!((adopted.cloud_provider.as_str(), adopted.region.as_str()), ("memory", "north"));
    assert!(adopted.external_id.is_some() && !adopted.provider_info.is_null());
    let twice = world.service.adopt(&world.call, wanted()).await.unwrap_err();
    assert!(matches!(twice, ServiceError::Conflict { .. }), "{twice}");
    let missing = NewCluster::new("memory", "", "").with_provider_cluster_id(id("nowhere"));
    let missing = world.service.adopt(&world.call, missing).await.unwrap_err();
    assert!(matches!(missing, ServiceError::NotFound { .. }), "{missing}");
}

/// W-46
pub async fn an_update_changes_what_it_names_and_may_empty_it(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.accepted().await;
    let mut patch = ClusterPatch::new();
    patch.cluster_dns = Some(Some("apps.example".to_owned()));
    patch.multi_az = Some(true);
    let changed = world.service.update(&world.call, &cluster.id, Some(cluster.resource_version), patch).await.unwrap();
    assert!(changed.multi_az && changed.cluster_dns.is_some() && changed.name == cluster.name);
    let mut patch = ClusterPatch::new();
    patch.cluster_dns = Some(None);
    patch.multi_az = Some(false);
    patch.workload_types = Some([].into());
    let emptied = world.service.update(&world.call, &cluster.id, None, patch).await.unwrap();
    assert!(!emptied.multi_az && emptied.cluster_dns.is_none() && emptied.workload_types.is_empty());
}

/// W-53
pub async fn an_update_that_changes_nothing_writes_nothing(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.accepted().await;
    let mut patch = ClusterPatch::new();
    patch.capacity = Some(BTreeMap::new());
    patch.schedulable = Some(cluster.schedulable);
    let same = world.service.update(&world.call, &cluster.id, None, patch).await.unwrap();
    assert_eq!(same.resource_version, cluster.resource_version);
}

/// With a version, a change is for that version only.
pub async fn a_stale_version_is_a_conflict(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.accepted().await;
    let labels = |value: &str| ClusterPatch::new().with_labels([("a".to_owned(), value.to_owned())].into());
    let version = Some(cluster.resource_version);
    world.service.update(&world.call, &cluster.id, version, labels("1")).await.unwrap();
    let error = world.service.update(&world.call, &cluster.id, version, labels("2")).await.unwrap_err();
    assert!(matches!(error, ServiceError::Conflict { .. }), "{error}");
    assert_eq!(world.read(&cluster.id).await.labels["a"], "1");
}

/// W-45
pub async fn a_late_update_does_not_bring_a_leaving_cluster_back(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let stale = world.ready().await;
    world.service.deregister(&world.call, &stale.id, Deregistration::default()).await.unwrap();
    let mut patch = ClusterPatch::new();
    patch.cluster_dns = Some(Some("apps.example".to_owned()));
    let after = world.service.update(&world.call, &stale.id, None, patch.clone()).await.unwrap();
    assert_eq!(after.status, ClusterStatus::Deprovisioning);
    // Who writes its old copy whole is told that it is old, or that there is no such step.
    let error = world.service.update(&world.call, &stale.id, None, patch.with_status(stale.status)).await.unwrap_err();
    assert!(matches!(error, ServiceError::Transition { .. }), "{error}");
}

/// Each status names where it may go; a refusal is a conflict that names both ends.
pub async fn a_step_that_no_life_has_is_refused(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.accepted().await;
    let error = world.service.update_status(&world.call, &cluster.id, ClusterStatus::Ready).await.unwrap_err();
    let ServiceError::Transition { source, .. } = &error else { panic!("{error}") };
    assert_eq!((source.from, source.to), (ClusterStatus::Accepted, ClusterStatus::Ready));
    assert_eq!(error.status(), http::StatusCode::CONFLICT);
}

/// Those for which it is no step stay; unknown ids are fine; all of them are not meant by saying nothing.
pub async fn many_go_on_where_that_is_a_step(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let (one, other) = (world.provisioning().await, world.accepted().await);
    let failed = ClusterStatus::Failed;
    let ids = [one.id.clone(), ClusterId::generate()];
    let gone_on = world.service.update_status_of_many(&world.call, ClusterQuery::all().with_ids(ids), failed).await;
    assert_eq!(gone_on.unwrap(), std::slice::from_ref(&one.id));
    assert_eq!(world.read(&other.id).await.status, ClusterStatus::Accepted);
    let again = ClusterQuery::all().with_ids([one.id.clone()]);
    assert!(world.service.update_status_of_many(&world.call, again, failed).await.unwrap().is_empty());
    let error = world.service.update_status_of_many(&world.call, ClusterQuery::all(), failed).await.unwrap_err();
    assert!(matches!(error, ServiceError::Invalid { .. }), "{error}");
}

/// So that each comes back to its own.
pub async fn many_that_are_to_go_remember_what_they_were(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let (one, other) = (world.ready().await, world.provisioning().await);
    let mut query = ClusterQuery::all();
    query.cloud_providers = vec!["aws".to_owned()];
    let mut went =
        world.service.update_status_of_many(&world.call, query, ClusterStatus::Deprovisioning).await.unwrap();
    went.sort();
    assert_eq!(went.len(), 2);
    for was in [one, other] {
        let now = world.read(&was.id).await;
        assert_eq!((now.status_before, now.desired_state), (Some(was.status), DesiredState::Absent));
        assert_eq!(world.service.restore(&world.call, &was.id).await.unwrap().status, was.status);
    }
}

/// A status without clusters is counted, and so is a cluster without workloads.
pub async fn counts_say_zero(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let (one, other) = (world.accepted().await, world.provisioning().await);
    let asked = [ClusterStatus::Accepted, ClusterStatus::Ready];
    let counts = world.service.count_by_status(&world.call, &asked).await.unwrap();
    assert_eq!(counts, [(ClusterStatus::Accepted, 1), (ClusterStatus::Ready, 0)].into());
    assert_eq!(world.service.count_by_status(&world.call, &[]).await.unwrap().len(), ClusterStatus::ALL.len());
    world.workloads.counts.lock().unwrap().insert(one.id.clone(), 3);
    let counts = world.service.workloads(&world.call, &[one.id.clone(), other.id.clone()]).await.unwrap();
    assert_eq!(counts, [(one.id, 3), (other.id, 0)].into());
    let regions = world.service.count_by_region(&world.call, ClusterQuery::all()).await.unwrap();
    assert_eq!((regions.len(), regions[0].count), (1, 2));
}

/// W-46, W-47
pub async fn clusters_are_listed_by_age_and_false_is_a_filter(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let mut spread = new();
    spread.multi_az = true;
    let ids = [
        world.accepted().await.id,
        world.service.register(&world.call, spread).await.unwrap().id,
        world.accepted().await.id,
    ];
    let listed = world.service.list(&world.call, ClusterQuery::all()).await.unwrap();
    assert_eq!(listed.items.iter().map(|one| one.id.clone()).collect::<Vec<_>>(), ids);
    let first = world.service.list(&world.call, ClusterQuery::all().limit(2)).await.unwrap();
    let rest = world.service.list(&world.call, ClusterQuery::all().limit(2).after(first.next)).await.unwrap();
    assert_eq!(rest.items.iter().map(|one| &one.id).collect::<Vec<_>>(), [&ids[2]]);
    let mut query = ClusterQuery::all();
    query.multi_az = Some(false);
    let narrow = world.service.list(&world.call, query.clone()).await.unwrap();
    assert_eq!(narrow.items.len(), 2);
    assert_eq!(world.service.find(&world.call, query).await.unwrap().map(|one| one.id), Some(ids[0].clone()));
}

/// W-44
pub async fn what_is_missing_is_said_to_be_missing(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let (service, call, nobody) = (&world.service, &world.call, ClusterId::generate());
    let errors = [
        service.get(call, &nobody).await.err(),
        service.create(call, &nobody).await.err(),
        service.check_status(call, &nobody).await.err(),
        service.delete(call, &nobody).await.err(),
        service.dns(call, &nobody).await.err(),
        service.update(call, &nobody, None, ClusterPatch::new()).await.err(),
        service.deregister(call, &nobody, Deregistration::default()).await.err(),
    ];
    for error in errors {
        assert!(matches!(&error, Some(ServiceError::NotFound { .. })), "{error:?}");
    }
    assert!(service.find(call, ClusterQuery::all()).await.unwrap().is_none());
}

/// By each of its names, and by class of workloads whole.
pub async fn a_cluster_is_found_by_what_is_known_of_it(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let (cluster, _) = (world.ready().await, world.ready().await);
    let mut by_external_id = ClusterQuery::all();
    by_external_id.external_id.clone_from(&cluster.external_id);
    let mut by_name = ClusterQuery::all();
    by_name.name = Some(cluster.name.clone());
    for query in [by_external_id, by_name] {
        let found = world.service.list(&world.call, query).await.unwrap().items;
        assert_eq!(found.iter().map(|one| &one.id).collect::<Vec<_>>(), [&cluster.id]);
    }
    for (class, count) in [("standard", 2), ("stand", 0)] {
        let mut query = ClusterQuery::all();
        query.workload_type = Some(class.to_owned());
        assert_eq!(world.service.list(&world.call, query).await.unwrap().items.len(), count);
    }
    assert_eq!(cluster.public_id(), cluster.external_id.as_deref());
}

/// Its clusters are still recorded, and nothing is done to them through another one.
pub async fn a_provider_that_is_not_there_any_more_is_named(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.provisioning().await;
    let other = MemoryProvider::new(ProviderType::new("other"));
    let factory = DefaultProviderFactory::builder()
        .register(Arc::new(other.clone()))
        .default_type(ProviderType::new("other"))
        .build()
        .unwrap();
    let service = DefaultClusterService::builder(Arc::new(factory), Arc::clone(&world.store)).build();
    for error in [
        service.check_status(&world.call, &cluster.id).await.err(),
        service.dns(&world.call, &cluster.id).await.err(),
        service.apply_resources(&world.call, &cluster.id, &ResourceSet::new("set", Vec::new())).await.err(),
    ] {
        assert!(matches!(&error, Some(ServiceError::UnknownProvider { .. })), "{error:?}");
    }
    assert_eq!(service.get(&world.call, &cluster.id).await.unwrap(), cluster);
    assert!(other.calls().is_empty());
}

/// And may answer later.
pub async fn a_store_that_does_not_answer_is_said_to(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.accepted().await;
    world.store.close().await;
    let error = world.service.create(&world.call, &cluster.id).await.unwrap_err();
    assert!(matches!(error, ServiceError::Store { .. }) && error.is_retryable(), "{error}");
    assert_eq!(error.status(), http::StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.provider.count("create"), 0);
}

/// Two processes write different columns and parts of one record: nothing of it is lost.
pub async fn writers_at_the_same_time_lose_nothing(store: Arc<dyn ClusterStore>) {
    let world = Arc::new(World::new(store));
    let other = Arc::new(world.beside());
    let cluster = world.ready().await;
    let tasks: Vec<_> = (0..8)
        .map(|number| {
            let world = Arc::clone(if number % 2 == 0 { &world } else { &other });
            let id = cluster.id.clone();
            tokio::spawn(async move {
                let set = ResourceSet::new(format!("set-{number}"), Vec::new());
                world.service.apply_resources(&world.call, &id, &set).await.unwrap();
                let mut patch = ClusterPatch::new();
                patch.cluster_dns = Some(Some(format!("apps-{number}.example")));
                world.service.update(&world.call, &id, None, patch).await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let after = world.read(&cluster.id).await;
    assert_eq!(after.applied_sets.len(), 8);
    let mut orders: Vec<_> = after.applied_sets.values().map(|set| set.order).collect();
    orders.sort_unstable();
    assert_eq!(orders, (0..8).collect::<Vec<_>>());
}
