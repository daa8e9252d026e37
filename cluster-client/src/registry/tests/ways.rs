//! Clusters behind proxies and jump hosts that go down and come back.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::double::{Mode, Servers, key, next, proxy, rest, spec, spec_behind, until};
use super::*;
use crate::error::ErrorClass;
use crate::path::{HopError, PathIncident, PathOptions, Paths, Route};
use crate::provider::ClusterState;
use crate::source::testing::Log;

const BEHIND: usize = 100;

fn host(n: usize) -> String {
    format!("c{n}.test")
}

fn set_all(servers: &Servers, mode: Mode) {
    (0..BEHIND).for_each(|n| servers.server(&host(n)).set(mode));
}

fn dials(servers: &Servers) -> usize {
    (0..BEHIND).map(|n| servers.server(&host(n)).n_dials()).sum()
}

fn connected(registry: &Registry) -> usize {
    (0..BEHIND).filter(|n| registry.peek(&key(&host(*n))).is_ok()).count()
}

fn down() -> PathIncident {
    PathIncident::Down { hop: proxy(), error: HopError::LoginRequired }
}

fn up() -> PathIncident {
    PathIncident::Up { hop: proxy(), after: Duration::from_secs(1) }
}

/// A hundred clusters behind a proxy that is down, and one that is not.
async fn start_behind(servers: &Arc<Servers>) -> Registry {
    set_all(servers, Mode::Fails(ErrorClass::PathDown));
    let registry = start(servers);
    for n in 0..BEHIND {
        registry.upsert(key(&host(n)), spec_behind(&host(n)));
    }
    registry.upsert(key("direct"), spec("direct.test"));
    registry.get(&key("direct"), soon()).await.unwrap();
    until("all are told no", || {
        registry.clusters().iter().filter(|one| one.state == ClusterState::Failed).count() == BEHIND
    })
    .await;
    registry
}

#[tokio::test(start_paused = true)]
async fn clusters_behind_a_dead_proxy_are_one_incident_and_are_tried_the_moment_it_is_back() {
    let paths = Paths::new(PathOptions::default());
    let servers = Servers::behind(&paths);
    let (log, _guard) = Log::start();
    let registry = start_behind(&servers).await;
    paths.tell(down());
    for n in 0..BEHIND {
        let error = registry.status(&key(&host(n))).unwrap().error.unwrap().1;
        assert_eq!((error.class(), error.hop()), (ErrorClass::PathDown, Some(&proxy())));
    }
    let outages = registry.outages();
    assert_eq!(
        (outages.len(), &outages[0].hop, outages[0].clusters, outages[0].waiting),
        (1, &proxy(), BEHIND, BEHIND)
    );
    // Those that were under way together found it dead, the others did not have to; then one of them tries now and then.
    let first = dials(&servers);
    assert!(first <= 32, "{first}");
    sleep(Duration::from_secs(3600)).await;
    assert!((1..=60).contains(&(dials(&servers) - first)), "{} tries in an hour", dials(&servers) - first);
    let lines = log.written();
    let warnings: Vec<_> = lines.lines().filter(|line| line.contains("WARN")).collect();
    assert!(
        matches!(warnings[..], [line] if line.contains("HTTP proxy proxy.test:3128") && line.contains("clusters=100")),
        "{warnings:?}"
    );

    set_all(&servers, Mode::Up);
    let before = Instant::now();
    paths.tell(up());
    until("all are there", || connected(&registry) == BEHIND).await;
    assert!(before.elapsed() <= Duration::from_secs(2), "{:?}", before.elapsed());
    let mut moments: Vec<_> =
        (0..BEHIND).map(|n| *servers.server(&host(n)).dials.lock().unwrap().last().unwrap()).collect();
    moments.sort_unstable();
    moments.dedup();
    assert!(moments.len() > BEHIND / 2, "they come spread out, {} moments", moments.len());
    assert!(servers.most_dials_at_a_time.load(SeqCst) <= 32);
    assert!(registry.outages().is_empty());
    assert_eq!(log.written().matches("the way to clusters is back").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn connections_through_a_proxy_that_is_back_are_looked_at_at_once() {
    let paths = Paths::new(PathOptions::default());
    let servers = Servers::behind(&paths);
    let (log, _guard) = Log::start();
    let registry = start(&servers);
    for n in 0..BEHIND {
        registry.upsert(key(&host(n)), spec_behind(&host(n)));
        registry.get(&key(&host(n)), soon()).await.unwrap();
    }
    set_all(&servers, Mode::Fails(ErrorClass::PathDown));
    paths.tell(down());
    let in_state = |state| registry.clusters().iter().filter(|one| one.state == state).count();
    until("all show it", || in_state(ClusterState::Degraded) == BEHIND).await;
    assert_eq!(registry.outages()[0].clusters, BEHIND);
    assert_eq!(log.written().matches("WARN").count(), 1, "one line");
    set_all(&servers, Mode::Up);
    let before = Instant::now();
    paths.tell(up());
    until("all are well", || in_state(ClusterState::Connected) == BEHIND).await;
    assert!(before.elapsed() <= Duration::from_secs(2), "{:?}", before.elapsed());
    assert!((0..BEHIND).all(|n| servers.server(&host(n)).n_dials() == 1), "the connections are the same");
}

#[tokio::test(start_paused = true)]
async fn when_nobody_tells_one_cluster_finds_out_for_all() {
    let servers = Servers::new();
    let registry = start_behind(&servers).await;
    let first = dials(&servers);
    sleep(Duration::from_secs(60)).await;
    assert!((1..=20).contains(&(dials(&servers) - first)), "{} tries in a minute", dials(&servers) - first);
    set_all(&servers, Mode::Up);
    until("all are there", || connected(&registry) == BEHIND).await;
    assert!(registry.outages().is_empty());
}

#[tokio::test(start_paused = true)]
async fn another_one_looks_when_the_one_that_looked_is_gone() {
    let servers = Servers::new();
    let registry = start_behind(&servers).await;
    for n in 0..BEHIND - 1 {
        registry.remove(&key(&host(n)));
    }
    until("removed", || registry.outages()[0].waiting == 1).await;
    let last = servers.server(&host(BEHIND - 1));
    last.set(Mode::Up);
    registry.get(&key(&host(BEHIND - 1)), Deadline::within(Duration::from_secs(600))).await.unwrap();
    // An outage ends with the last that is behind it.
    last.set(Mode::Fails(ErrorClass::PathDown));
    registry.upsert(key("x"), spec_behind(&host(BEHIND - 1)));
    until("down again", || registry.outages().len() == 1).await;
    registry.remove(&key("x"));
    until("nobody is behind it", || registry.outages().is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn another_way_is_taken_at_once_and_another_login_may_be_let_in() {
    let servers = Servers::new();
    let registry = start_behind(&servers).await;
    servers.server("c0.test").set(Mode::Up);
    registry.upsert(key("c0.test"), spec("c0.test"));
    registry.get(&key("c0.test"), Deadline::within(Duration::from_millis(10))).await.unwrap();
    assert_eq!(registry.outages()[0].waiting, BEHIND - 1);
    let other = spec("other.test").with_route(Route::from_proxy_url("http://me:too@proxy.test:3128").unwrap());
    registry.upsert(key("other"), other);
    registry.get(&key("other"), Deadline::within(Duration::from_millis(10))).await.unwrap();
    assert_eq!(registry.outages()[0].waiting, BEHIND - 1, "it says nothing about the others");
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_is_told_of_a_dead_way_needs_no_dial_and_no_place() {
    let servers = Servers::new();
    let registry = start_behind(&servers).await;
    let late = servers.server("late.test");
    *late.slow.lock().unwrap() = Duration::from_secs(9);
    registry.upsert(key("late"), spec_behind("late.test"));
    let mut events = registry.events();
    assert_eq!(next(&mut events).await, "late failed path_down");
    assert_eq!(late.n_dials(), 0);
}

#[tokio::test(start_paused = true)]
async fn time_that_runs_out_on_a_way_that_is_down_is_the_ways_fault() {
    let paths = Paths::new(PathOptions::default());
    let servers = Servers::behind(&paths);
    let registry = start(&servers);
    let server = servers.server("a.test");
    server.set(Mode::Silent);
    registry.upsert(key("a"), spec_behind("a.test"));
    until("dialing", || server.n_dials() == 1).await;
    paths.tell(down());
    let mut events = registry.events();
    assert_eq!(next(&mut events).await, "a failed path_down");
    assert_eq!(registry.outages()[0].waiting, 1);
    // Without an outage it is the cluster's own.
    paths.tell(up());
    assert_eq!(next(&mut events).await, "a failed unreachable");
}

#[tokio::test(start_paused = true)]
async fn a_failure_from_before_the_proxy_came_back_makes_no_new_incident() {
    let paths = Paths::new(PathOptions::default());
    let servers = Servers::behind(&paths);
    let registry = start(&servers);
    let server = servers.server("a.test");
    *server.slow.lock().unwrap() = Duration::from_secs(5);
    server.set(Mode::Fails(ErrorClass::PathDown));
    registry.upsert(key("a"), spec_behind("a.test"));
    until("dialing", || server.n_dials() == 1).await;
    paths.tell(down());
    paths.tell(up());
    let mut events = registry.events();
    assert_eq!(next(&mut events).await, "a failed path_down");
    assert!(registry.outages().is_empty());
    server.set(Mode::Up);
    assert_eq!(next(&mut events).await, "a added 1");
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_missed_incidents_asks_how_things_are() {
    let paths = Paths::new(PathOptions::default());
    let servers = Servers::behind(&paths);
    let registry = start_behind(&servers).await;
    paths.tell(down());
    set_all(&servers, Mode::Up);
    paths.tell(up());
    for _ in 0..300 {
        paths.tell(PathIncident::Missed { count: 0 });
    }
    let before = Instant::now();
    until("all are there", || connected(&registry) == BEHIND).await;
    assert!(before.elapsed() <= Duration::from_secs(2), "{:?}", before.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_hop_that_nothing_leads_through_any_more_is_no_outage() {
    let paths = Paths::new(PathOptions::default());
    let servers = Servers::behind(&paths);
    let registry = start(&servers);
    paths.tell(down());
    until("told", || registry.outages().len() == 1).await;
    paths.tell(PathIncident::Gone { hop: proxy() });
    until("gone", || registry.outages().is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_tried_for_nobody_when_a_proxy_is_back() {
    let paths = Paths::new(PathOptions::default());
    let servers = Servers::behind(&paths);
    set_all(&servers, Mode::Fails(ErrorClass::PathDown));
    let registry = start_with(&servers, on_demand);
    let (a, b) = (key("c0.test"), key("c1.test"));
    registry.upsert(a.clone(), spec_behind("c0.test"));
    registry.upsert(b.clone(), spec_behind("c1.test"));
    paths.tell(down());
    let gave_up = registry.get(&a, Deadline::within(Duration::from_secs(1))).await;
    assert!(matches!(gave_up, Err(ClientError::NotConnected { last: Some(_), .. })));
    let waits = tokio::spawn({
        let registry = registry.clone();
        async move { registry.get(&b, soon()).await }
    });
    sleep(Duration::from_secs(10)).await;
    let before = servers.server("c0.test").n_dials();
    set_all(&servers, Mode::Up);
    let mut events = registry.events();
    paths.tell(up());
    waits.await.unwrap().unwrap();
    sleep(Duration::from_secs(600)).await;
    assert_eq!(servers.server("c0.test").n_dials(), before);
    assert_eq!(rest(&mut events)[0], "c1.test added 1");
    registry.get(&a, soon()).await.unwrap();
}
