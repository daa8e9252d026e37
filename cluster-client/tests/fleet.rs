//! A registry over real connections to API servers inside this process.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cluster_client::path::{PathOptions, Paths, Route};
use cluster_client::source::SinkTarget as _;
use cluster_client::spec::{CredentialSpec, ServerTrust};
use cluster_client::transport::{Connector, TransportOptions};
use cluster_client::{
    ClientProvider as _, ClusterEventKind, ClusterEventStream, ClusterHandle, ClusterKey, ClusterSpec, ClusterState,
    Deadline, ErrorClass, Registry, RegistryOptions,
};
use fake_cluster::api::{MASTERS, User};
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::{FakeCluster, OldTrust};
use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::PostParams;
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Api, ResourceExt as _};
use testkit::proxy::Proxy;

fn registry() -> Registry {
    let options = RegistryOptions::default()
        .with_probe_interval(Duration::from_millis(100))
        .with_probe_timeout(Duration::from_secs(2))
        .with_backoff_min(Duration::from_millis(50))
        .with_drain(Duration::from_secs(5));
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    Registry::builder(Arc::new(connector)).options(options).start()
}

fn key() -> ClusterKey {
    ClusterKey::new("edge").unwrap()
}

fn token(cluster: &FakeCluster) -> String {
    cluster.issue_token(User::new("root", &[MASTERS]), None)
}

fn spec(cluster: &FakeCluster, token: &str) -> ClusterSpec {
    let trust = ServerTrust::Roots(cluster.ca_pem().into_bytes().into());
    ClusterSpec::new(cluster.url().parse().unwrap(), trust, CredentialSpec::Token(token.into()))
}

fn soon() -> Deadline {
    Deadline::within(Duration::from_secs(30))
}

async fn next(events: &mut ClusterEventStream) -> ClusterEventKind {
    let event = tokio::time::timeout(Duration::from_secs(30), events.next()).await;
    event.expect("an event in time").expect("the stream goes on").kind
}

/// Waits for something that happens soon.
async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), waiting).await.is_ok(), "waited for {what}");
}

fn config_maps(handle: &ClusterHandle) -> Api<ConfigMap> {
    Api::namespaced(handle.client().clone(), "default")
}

async fn create(handle: &ClusterHandle, name: &str) {
    let mut map = ConfigMap::default();
    map.metadata.name = Some(name.into());
    config_maps(handle).create(&PostParams::default(), &map).await.unwrap();
}

/// What a watch on the handle saw; `Init` is a list.
fn watch(handle: &ClusterHandle) -> Arc<Mutex<Vec<String>>> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&seen);
    let events = watcher(config_maps(handle), watcher::Config::default()).default_backoff();
    handle.spawn(async move {
        let mut events = std::pin::pin!(events);
        loop {
            match events.try_next().await {
                Ok(Some(watcher::Event::Init)) => notes.lock().unwrap().push("list".to_owned()),
                Ok(Some(watcher::Event::Apply(map))) => notes.lock().unwrap().push(map.name_any()),
                Ok(None) => return,
                Ok(Some(_)) | Err(_) => {}
            }
        }
    });
    seen
}

#[tokio::test]
async fn a_restart_of_the_api_server_is_an_outage_and_not_another_connection() {
    let cluster = FakeCluster::start().await.unwrap();
    let registry = registry();
    registry.upsert(key(), spec(&cluster, &token(&cluster)));
    let handle = registry.get(&key(), soon()).await.unwrap();
    let seen = watch(&handle);
    create(&handle, "before").await;
    eventually("the watch", || seen.lock().unwrap().contains(&"before".to_owned())).await;
    let mut events = registry.events();

    cluster.stop_listening().await;
    cluster.reset_connections();
    let ClusterEventKind::Degraded(error) = next(&mut events).await else { panic!("not degraded") };
    assert_eq!(error.class(), ErrorClass::Unreachable);
    let status = registry.status(&key()).unwrap();
    assert_eq!((status.state, status.revision), (ClusterState::Degraded, Some(handle.revision())));

    cluster.listen_again().await.unwrap();
    assert!(matches!(next(&mut events).await, ClusterEventKind::Recovered));
    assert!(registry.peek(&key()).unwrap().same_as(&handle) && !handle.alive().is_cancelled());
    create(&handle, "after").await;
    eventually("the watch to go on", || seen.lock().unwrap().contains(&"after".to_owned())).await;
    let lists = seen.lock().unwrap().iter().filter(|note| *note == "list").count();
    assert_eq!(lists, 1, "it goes on where it was");
    registry.shutdown().await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn another_cluster_under_the_same_name_is_a_reset() {
    let (old, new) = (FakeCluster::start().await.unwrap(), FakeCluster::start().await.unwrap());
    let registry = registry();
    registry.upsert(key(), spec(&old, &token(&old)));
    let before = registry.get(&key(), soon()).await.unwrap();
    let seen = watch(&before);
    create(&before, "in-the-old-one").await;
    eventually("the watch", || seen.lock().unwrap().contains(&"in-the-old-one".to_owned())).await;
    let mut events = registry.events();

    registry.upsert(key(), spec(&new, &token(&new)));
    let ClusterEventKind::Replaced { handle, was, reset } = next(&mut events).await else { panic!("not replaced") };
    assert!(reset && was == before.revision() && handle.revision().generation == was.generation + 1);
    assert!(before.alive().is_cancelled() && before.tasks().is_empty(), "ended before the new one was told");
    assert_ne!(before.identity(), handle.identity());
    assert!(config_maps(&handle).get_opt("in-the-old-one").await.unwrap().is_none());
    eventually("no socket to the old one", || old.open_connections() == 0).await;
    // The old client is closed, not redirected.
    assert!(config_maps(&before).list(&Default::default()).await.is_err());
    registry.shutdown().await;
    old.shutdown().await;
    new.shutdown().await;
}

#[tokio::test]
async fn removal_ends_watches_and_closes_every_socket() {
    let cluster = FakeCluster::start().await.unwrap();
    let registry = registry();
    registry.upsert(key(), spec(&cluster, &token(&cluster)));
    let handle = registry.get(&key(), soon()).await.unwrap();
    let seen = watch(&handle);
    create(&handle, "one").await;
    eventually("the watch", || seen.lock().unwrap().contains(&"one".to_owned())).await;
    assert!(registry.status(&key()).unwrap().in_flight >= 1 && cluster.open_connections() >= 2);
    let mut events = registry.events();
    registry.remove(&key());
    assert!(matches!(next(&mut events).await, ClusterEventKind::Removed));
    eventually("no socket", || cluster.open_connections() == 0).await;
    assert!(handle.tasks().is_empty());
    registry.shutdown().await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_revoked_token_is_told_at_once_and_a_new_one_goes_beneath_the_same_client() {
    let cluster = FakeCluster::start().await.unwrap();
    let registry = registry();
    let old = token(&cluster);
    registry.upsert(key(), spec(&cluster, &old));
    let handle = registry.get(&key(), soon()).await.unwrap();
    let mut events = registry.events();
    assert!(cluster.revoke_token(&old));
    let ClusterEventKind::Degraded(error) = next(&mut events).await else { panic!("not degraded") };
    assert_eq!(error.class(), ErrorClass::CredentialRejected);
    registry.upsert(key(), spec(&cluster, &token(&cluster)));
    assert!(matches!(next(&mut events).await, ClusterEventKind::Recovered));
    assert!(registry.peek(&key()).unwrap().same_as(&handle));
    create(&handle, "with-the-new-one").await;
    registry.shutdown().await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_token_that_is_refused_does_not_take_the_place_of_one_that_is_not() {
    let cluster = FakeCluster::start().await.unwrap();
    let registry = registry();
    registry.upsert(key(), spec(&cluster, &token(&cluster)));
    let handle = registry.get(&key(), soon()).await.unwrap();
    registry.upsert(key(), spec(&cluster, "nobody-knows-this-one"));
    eventually("the error", || registry.status(&key()).unwrap().error.is_some()).await;
    let status = registry.status(&key()).unwrap();
    assert_eq!(status.error.unwrap().1.class(), ErrorClass::CredentialRejected);
    create(&handle, "with-the-old-one").await;
    assert_eq!(status.state, ClusterState::Connected);
    registry.shutdown().await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn shutdown_leaves_no_socket_in_a_fleet() {
    let fleet = fake_cluster::fleet::Fleet::start(20).await.unwrap();
    let registry = registry();
    for cluster in fleet.clusters() {
        registry.upsert(ClusterKey::new(cluster.name()).unwrap(), spec(cluster, &token(cluster)));
    }
    for cluster in fleet.clusters() {
        let handle = registry.get(&ClusterKey::new(cluster.name()).unwrap(), soon()).await.unwrap();
        create(&handle, "here").await;
    }
    registry.shutdown().await;
    for cluster in fleet.clusters() {
        eventually("no socket", || cluster.open_connections() == 0).await;
    }
    fleet.shutdown().await;
}

#[tokio::test]
async fn a_load_balancer_that_answers_503_for_ever_is_told_soon_to_callers_and_by_looks() {
    let cluster = FakeCluster::start().await.unwrap();
    let options = RegistryOptions::default().with_probe_interval(Duration::from_millis(100)).with_probe_threshold(3);
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    let registry = Registry::builder(Arc::new(connector)).options(options).start();
    registry.upsert(key(), spec(&cluster, &token(&cluster)));
    let handle = registry.get(&key(), soon()).await.unwrap();
    let mut events = registry.events();
    let content_type = "text/html".to_owned();
    let balancer = Effect::Reply { code: 503, content_type, body: "<h1>no upstream</h1>".into() };
    let looks = cluster.faults().add(Fault::new(balancer.clone()).on_path("/livez"));
    let others = cluster.faults().add(Fault::new(balancer).on_path("/api"));
    let began = std::time::Instant::now();
    assert!(config_maps(&handle).list(&Default::default()).await.is_err());
    assert!(began.elapsed() < Duration::from_secs(20), "long before its deadline: {:?}", began.elapsed());
    assert!(others.hits() <= 3);
    let ClusterEventKind::Degraded(error) = next(&mut events).await else { panic!("not degraded") };
    assert_eq!(error.class(), ErrorClass::Unhealthy);
    assert!(looks.hits() >= 3, "it takes three looks");
    assert!(registry.peek(&key()).unwrap().same_as(&handle));
    cluster.faults().clear();
    assert!(matches!(next(&mut events).await, ClusterEventKind::Recovered));
    registry.shutdown().await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn after_a_change_of_authorities_a_cluster_is_down_until_they_are_told_and_no_longer() {
    let cluster = FakeCluster::start().await.unwrap();
    let registry = registry();
    let token = token(&cluster);
    registry.upsert(key(), spec(&cluster, &token));
    let before = registry.get(&key(), soon()).await.unwrap();
    let mut events = registry.events();
    cluster.rotate_authority(OldTrust::Keep).unwrap();
    cluster.close_connections();
    let ClusterEventKind::Degraded(error) = next(&mut events).await else { panic!("not degraded") };
    assert_eq!(error.class(), ErrorClass::Tls);
    // The bundle arrives.
    registry.upsert(key(), spec(&cluster, &token));
    let ClusterEventKind::Replaced { handle, reset, .. } = next(&mut events).await else { panic!("not replaced") };
    assert!(!reset && handle.identity() == before.identity(), "it is the same cluster");
    create(&handle, "under-the-new-one").await;
    registry.shutdown().await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn clusters_behind_a_proxy_that_restarts_are_one_outage_and_come_back_with_it() {
    let fleet = fake_cluster::fleet::Fleet::start(8).await.unwrap();
    let proxy = Proxy::http().start().await;
    // Long enough that nothing but the proxy's own return brings them back.
    let minutes = Duration::from_secs(300);
    let options = RegistryOptions::default().with_backoff_min(minutes).with_probe_interval(minutes);
    let mut paths = PathOptions::default();
    paths.first_backoff = Duration::from_millis(20);
    let paths = Paths::new(paths);
    let connector = Connector::new(TransportOptions::default(), paths.clone());
    let registry = Registry::builder(Arc::new(connector)).options(options).start();
    let route = Route::from_proxy_url(&proxy.url()).unwrap();

    proxy.stop().await;
    for cluster in fleet.clusters() {
        let spec = spec(cluster, &token(cluster)).with_route(route.clone());
        registry.upsert(ClusterKey::new(cluster.name()).unwrap(), spec);
    }
    eventually("all wait", || registry.outages().iter().any(|one| one.waiting == 8)).await;
    let outages = registry.outages();
    assert_eq!((outages.len(), outages[0].clusters, &outages[0].hop), (1, 8, &route.hops()[0]));
    for summary in registry.clusters() {
        assert_eq!(summary.error.unwrap().1.class(), ErrorClass::PathDown);
    }

    proxy.restart().await;
    for cluster in fleet.clusters() {
        registry.get(&ClusterKey::new(cluster.name()).unwrap(), soon()).await.unwrap();
    }
    assert!(registry.outages().is_empty());
    registry.shutdown().await;
    paths.shutdown().await;
    proxy.shutdown().await;
    fleet.shutdown().await;
}
