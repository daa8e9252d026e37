//! What is asked of providers besides, who leads, and who is told.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;

use super::World;
use crate::cluster::{Capacity, ClusterPatch, Condition, NewCluster, ProviderType};
use crate::factory::DefaultProviderFactory;
use crate::provider::{
    Addon, Autoscaling, Capability, CloudRegion, IdentityProvider, MachinePoolRequest, OpenIdProvider,
    ProviderErrorKind, ResourceSet,
};
use crate::service::{ClusterChange, ClusterService as _, DefaultClusterService, ServiceError};
use crate::store::{ClusterStore, Fence};
use crate::testing::memory_provider::{MemoryFault, MemoryProvider};

/// And forgotten when they are gone.
pub async fn resource_sets_are_remembered_in_their_order(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.ready().await;
    for name in ["zebra", "ant"] {
        let set = ResourceSet::new(name, Vec::new());
        world.service.apply_resources(&world.call, &cluster.id, &set).await.unwrap();
    }
    let held = world.read(&cluster.id).await;
    assert!(held.applied_sets["zebra"].order < held.applied_sets["ant"].order);
    assert!(held.applied_sets.values().all(|set| !set.hash.is_empty()));
    let removed = world.service.remove_resources(&world.call, &cluster.id, "zebra").await.unwrap();
    assert!(removed.is_over());
    assert_eq!(world.read(&cluster.id).await.applied_sets.keys().collect::<Vec<_>>(), ["ant"]);
    // One of which the answer was lost is remembered all the same, so that it is taken away with the cluster.
    world.provider.fault("apply_resources", MemoryFault::LoseAnswer, 1);
    let set = ResourceSet::new("lost", Vec::new());
    world.service.apply_resources(&world.call, &cluster.id, &set).await.unwrap_err();
    assert_eq!(world.read(&cluster.id).await.applied_sets["lost"].hash, "");
}

/// Nor is anything asked of its provider.
pub async fn nothing_is_put_into_a_cluster_that_goes(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.leaving().await;
    let set = ResourceSet::new("set", Vec::new());
    let error = world.service.apply_resources(&world.call, &cluster.id, &set).await.unwrap_err();
    assert!(matches!(error, ServiceError::Conflict { .. }), "{error}");
    let error = world.service.ensure_addon(&world.call, &cluster.id, &Addon::new("logging")).await.unwrap_err();
    assert!(matches!(error, ServiceError::Conflict { .. }), "{error}");
    assert_eq!(world.provider.count("apply_resources") + world.provider.count("ensure_addon"), 0);
}

/// W-13, W-62
pub async fn what_a_provider_cannot_do_is_said_by_kind(store: Arc<dyn ClusterStore>) {
    let provider = MemoryProvider::new(ProviderType::new("memory")).with_capabilities([Capability::Clouds]);
    let world = World::over(store, provider, |builder| builder);
    let cluster = world.provisioning().await;
    let (service, call, id) = (&world.service, &world.call, &cluster.id);
    let identities = IdentityProvider::OpenId(OpenIdProvider::new("sso", "client", "secret", "https://sso.example"));
    let pool = MachinePoolRequest::fixed("pool", "m5", 3);
    let errors = [
        service.apply_resources(call, id, &ResourceSet::new("set", Vec::new())).await.err(),
        service.remove_resources(call, id, "set").await.err(),
        service.diff_resources(call, id, &ResourceSet::new("set", Vec::new())).await.err(),
        service.configure_identity_provider(call, id, &identities).await.err(),
        service.remove_identity_provider(call, id, "sso").await.err(),
        service.ensure_addon(call, id, &Addon::new("logging")).await.err(),
        service.remove_addon(call, id, "logging").await.err(),
        service.ensure_machine_pool(call, id, &pool).await.err(),
        service.check_ownership(call, id, "ours").await.err(),
        service.resource_quota(call, &ProviderType::new("memory")).await.err(),
    ];
    for error in errors {
        let error = error.unwrap();
        assert_eq!(error.provider_kind(), Some(ProviderErrorKind::Unsupported), "{error}");
    }
    assert!(service.providers()[&ProviderType::new("memory")].has(Capability::Clouds));
    assert!(world.read(id).await.applied_sets.is_empty());
}

/// W-42
pub async fn a_recorded_tenant_owns_its_cluster_and_nobody_else_does(store: Arc<dyn ClusterStore>) {
    let provider = MemoryProvider::new(ProviderType::new("memory")).with_capabilities([]);
    let world = World::over(store, provider, |builder| builder);
    let mut new = NewCluster::new("", "aws", "us-east-1");
    new.tenant_id = Some("ours".to_owned());
    let cluster = world.service.register(&world.call, new).await.unwrap();
    world.service.check_ownership(&world.call, &cluster.id, "ours").await.unwrap();
    let error = world.service.check_ownership(&world.call, &cluster.id, "theirs").await.unwrap_err();
    assert_eq!(error.provider_kind(), Some(ProviderErrorKind::Forbidden));
}

/// W-26
pub async fn an_identity_provider_is_recorded_as_a_condition(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.ready().await;
    let identities = IdentityProvider::OpenId(OpenIdProvider::new("sso", "client", "s3ntinel", "https://sso.example"));
    let configure = || world.service.configure_identity_provider(&world.call, &cluster.id, &identities);
    world.provider.fault("*", MemoryFault::Fail(ProviderErrorKind::Invalid), 1);
    configure().await.unwrap_err();
    let held = world.read(&cluster.id).await;
    assert_eq!(held.conditions.get(Condition::IDENTITY_PROVIDER_CONFIGURED).unwrap().reason, "Invalid");
    configure().await.unwrap();
    let done = world.read(&cluster.id).await;
    assert!(done.conditions.is_true(Condition::IDENTITY_PROVIDER_CONFIGURED));
    assert!(!format!("{done:?}").contains("s3ntinel"));
    configure().await.unwrap();
    assert_eq!(world.read(&cluster.id).await.resource_version, done.resource_version);
    assert!(world.service.remove_identity_provider(&world.call, &cluster.id, "sso").await.unwrap());
    assert!(!world.read(&cluster.id).await.conditions.is_true(Condition::IDENTITY_PROVIDER_CONFIGURED));
}

/// As soon as it is known, the record knows it.
pub async fn the_domain_is_asked_for_once(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.provisioning().await;
    assert_eq!(world.service.dns(&world.call, &cluster.id).await.unwrap(), None);
    assert_eq!(world.read(&cluster.id).await.resource_version, cluster.resource_version);
    world.provider.advance();
    let dns = world.service.dns(&world.call, &cluster.id).await.unwrap();
    assert!(dns.is_some());
    assert_eq!(world.service.dns(&world.call, &cluster.id).await.unwrap(), dns);
    assert_eq!((world.provider.count("dns"), world.read(&cluster.id).await.cluster_dns), (2, dns));
}

/// W-40
pub async fn capacity_is_what_the_provider_made_of_it(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let cluster = world.ready().await;
    let mut patch = ClusterPatch::new();
    patch.capacity = Some([("standard".to_owned(), Capacity::new(1, 10, 10))].into());
    world.service.update(&world.call, &cluster.id, None, patch).await.unwrap();
    let mut request = MachinePoolRequest::autoscaled("standard", "m5", Autoscaling::new(2, 4));
    request.multi_az = true;
    let pool = world.service.ensure_machine_pool(&world.call, &cluster.id, &request).await.unwrap();
    let most = pool.effective.autoscaling.unwrap().max_nodes;
    let held = world.read(&cluster.id).await.capacity["standard"];
    assert_eq!((u32::try_from(held.max_nodes).unwrap(), held.max_units), (most, 10));
}

/// W-36
pub async fn clouds_are_asked_for_once_and_merged(store: Arc<dyn ClusterStore>) {
    let named = |name: &'static str| MemoryProvider::new(ProviderType::new(name));
    let mut off = CloudRegion::new("aws", "off", true);
    off.enabled = false;
    let one =
        named("one").with_regions([CloudRegion::new("aws", "east", false), CloudRegion::new("gcp", "north", true)]);
    let two =
        named("two").with_regions([CloudRegion::new("aws", "east", true), CloudRegion::new("aws", "west", true), off]);
    let factory = DefaultProviderFactory::builder()
        .register(Arc::new(one.clone()))
        .register(Arc::new(two.clone()))
        .default_type(ProviderType::new("one"))
        .build()
        .unwrap();
    let call = crate::provider::CallContext::within(Duration::from_secs(10));
    let service = DefaultClusterService::builder(Arc::new(factory), store).build();
    for _ in 0..2 {
        let clouds = service.cloud_providers(&call).await.unwrap();
        assert_eq!(clouds.iter().map(|cloud| cloud.id.as_str()).collect::<Vec<_>>(), ["aws", "gcp"]);
        let aws = service.regions(&call, "aws").await.unwrap();
        assert_eq!(aws.iter().map(|region| region.id.as_str()).collect::<Vec<_>>(), ["east", "west"]);
        assert!(aws[0].supports_multi_az);
        assert_eq!(service.regions(&call, "gcp").await.unwrap().len(), 1);
    }
    assert_eq!((one.count("cloud_providers"), one.count("regions")), (1, 2));
    // One that does not answer is left out, and asked again.
    two.fault("regions", MemoryFault::Fail(ProviderErrorKind::Unavailable), 1);
    assert!(service.regions(&call, "azure").await.unwrap().is_empty());
    service.regions(&call, "azure").await.unwrap();
    assert_eq!(two.count("regions"), 4);
    two.fault("regions", MemoryFault::Fail(ProviderErrorKind::Unavailable), 1);
    one.fault("regions", MemoryFault::Fail(ProviderErrorKind::Forbidden), 1);
    let error = service.regions(&call, "nowhere").await.unwrap_err();
    assert_eq!(error.provider_kind(), Some(ProviderErrorKind::Forbidden));
}

/// W-51
pub async fn one_leads_and_the_others_write_nothing(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let (service, call) = (&world.service, &world.call);
    let ttl = Duration::from_secs(60);
    let first = service.lead(call, "manager", "one", ttl).await.unwrap().unwrap();
    assert!(service.lead(call, "manager", "two", ttl).await.unwrap().is_none());
    let same = service.lead(call, "manager", "one", ttl).await.unwrap().unwrap();
    assert_eq!(same.epoch, first.epoch);
    service.resign(call, &same).await.unwrap();
    let second = service.lead(call, "manager", "two", ttl).await.unwrap().unwrap();
    assert!(second.epoch > first.epoch);
    let cluster = world.accepted().await;
    let (old, new) = (call.clone().with_fence(first.fence()), call.clone().with_fence(second.fence()));
    service.assert_leader(&new).await.unwrap();
    assert!(matches!(service.assert_leader(&old).await, Err(ServiceError::Fenced(_))));
    let patch = || ClusterPatch::new().with_labels([("a".to_owned(), "b".to_owned())].into());
    let error = service.update(&old, &cluster.id, None, patch()).await.unwrap_err();
    assert!(matches!(error, ServiceError::Fenced(_)), "{error}");
    service.update(&new, &cluster.id, None, patch()).await.unwrap();
    // An epoch that Kubernetes gave out is remembered, too.
    service.assert_leader(&call.clone().with_fence(Fence::new("elsewhere", 7))).await.unwrap();
    assert!(service.assert_leader(&call.clone().with_fence(Fence::new("elsewhere", 6))).await.is_err());
    assert!(service.lead(call, "", "one", ttl).await.is_err());
}

/// Each once.
pub async fn changes_are_told_here_and_elsewhere(store: Arc<dyn ClusterStore>) {
    let world = World::new(store);
    let other = world.beside();
    let (here, elsewhere) = (world.service.watch(), other.service.watch());
    // Listening to a store begins beside the first watcher: it hears from some moment on.
    let heard = async {
        let mut elsewhere = elsewhere;
        loop {
            let cluster = world.accepted().await;
            let told = async {
                while let Some(change) = elsewhere.next().await {
                    if change.id() == Some(&cluster.id) {
                        return Some(change);
                    }
                }
                None
            };
            match tokio::time::timeout(Duration::from_millis(500), told).await {
                Ok(change) => return change,
                Err(_) => continue,
            }
        }
    };
    let change = tokio::time::timeout(Duration::from_secs(20), heard).await.unwrap();
    let Some(ClusterChange::Recorded { id, .. }) = change else { panic!("{change:?}") };
    let here: Vec<_> = here.take(1).collect().await;
    assert!(matches!(here[0], ClusterChange::Recorded { .. }));
    world.service.update_status(&world.call, &id, crate::cluster::ClusterStatus::Failed).await.unwrap();
    world.service.shutdown().await;
    other.service.shutdown().await;
}
