//! Removal, the end, sources, and what is left behind.

use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use super::double::{Mode, SENTINEL, Servers, key, next, rest, spec, spec_with_name, until};
use super::*;
use crate::error::ErrorClass;
use crate::source::ClusterSink;

#[tokio::test(start_paused = true)]
async fn removal_cancels_what_runs_on_the_handle_and_closes_when_it_has_ended() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let handle = registry.get(&key("a"), soon()).await.unwrap();
    let spawned = handle.spawn(std::future::pending::<()>());
    let alive = handle.alive().clone();
    handle.tasks().spawn(async move {
        alive.cancelled().await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    });
    let mut events = registry.events();
    registry.remove(&key("a"));
    assert_eq!(next(&mut events).await, "a removed");
    assert!(handle.alive().is_cancelled(), "cancelled before it is told");
    assert!(matches!(registry.peek(&key("a")), Err(ClientError::NotFound)));
    assert_eq!(spawned.await.unwrap(), None);
    assert_eq!(server.n_open(), 1, "it stays open while something runs on it");
    until("closed", || server.n_open() == 0).await;
    assert!(handle.tasks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_cluster_removed_while_it_is_connected_leaves_nothing_and_tells_who_waits() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    *server.slow.lock().unwrap() = Duration::from_secs(5);
    let registry = start(&servers);
    let mut events = registry.events();
    registry.upsert(key("a"), spec("a.test"));
    until("dialing", || server.n_dials() == 1).await;
    let waits = {
        let registry = registry.clone();
        tokio::spawn(async move { registry.get(&key("a"), soon()).await })
    };
    tokio::task::yield_now().await;
    registry.remove(&key("a"));
    assert!(matches!(waits.await.unwrap(), Err(ClientError::Removed)));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!((rest(&mut events), server.n_open()), (vec!["a removed".to_owned()], 0));
    assert!(registry.clusters().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_comes_under_the_same_name_is_not_touched_by_the_end_of_what_was_there() {
    let servers = Servers::new();
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let old = registry.get(&key("a"), soon()).await.unwrap();
    let stuck = old.tasks().spawn(std::future::pending::<()>());
    let mut events = registry.events();
    registry.remove(&key("a"));
    until("removed", || registry.peek(&key("a")).is_err()).await;
    registry.upsert(key("a"), spec("a.test"));
    let new = registry.get(&key("a"), soon()).await.unwrap();
    assert!(!new.same_as(&old));
    assert_eq!(rest(&mut events), ["a removed", "a added 2"], "numbers go on where they were");
    // The old one takes all of its drain to go.
    tokio::time::sleep(Duration::from_secs(60)).await;
    stuck.abort();
    assert!(registry.peek(&key("a")).unwrap().same_as(&new) && !new.alive().is_cancelled());
    assert_eq!(servers.server("a.test").n_open(), 1);
    assert!(rest(&mut events).is_empty());
}

#[tokio::test(start_paused = true)]
async fn removed_and_back_in_one_breath_is_another_connection_and_those_who_wait_get_that_one() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start_with(&servers, on_demand);
    registry.upsert(key("a"), spec("a.test"));
    server.set(Mode::Silent);
    let waits = {
        let registry = registry.clone();
        tokio::spawn(async move { registry.get(&key("a"), soon()).await })
    };
    until("dialing", || server.n_dials() == 1).await;
    let mut events = registry.events();
    registry.remove(&key("a"));
    registry.upsert(key("a"), spec("b.test"));
    let handle = waits.await.unwrap().unwrap();
    assert_eq!(handle.identity().unwrap().as_str(), "uid-of-b.test");
    assert_eq!(rest(&mut events), ["a removed", "a added 1"]);
}

#[tokio::test(start_paused = true)]
async fn shutdown_ends_everything_and_waits_for_it() {
    let servers = Servers::new();
    servers.server("dead.test").set(Mode::Silent);
    let source = Fixed::new(&["a.test", "b.test", "dead.test"], Ending::Stays);
    let registry = start(&servers);
    registry.add_source(source.clone());
    assert!(registry.until_synced(soon()).await);
    let handle = registry.get(&key("a.test"), soon()).await.unwrap();
    registry.get(&key("b.test"), soon()).await.unwrap();
    let task = handle.spawn(std::future::pending::<()>());
    let mut events = registry.events();
    registry.shutdown().await;
    assert!(task.is_finished());
    assert_eq!(source.running.load(SeqCst), 0);
    assert_eq!((servers.server("a.test").n_open(), servers.server("b.test").n_open()), (0, 0));
    assert!(futures::StreamExt::next(&mut events).await.is_none(), "the stream ends");
    registry.shutdown().await;
    // What still comes in is ignored, not kept.
    registry.upsert(key("c"), spec("c.test"));
    assert!(matches!(registry.peek(&key("c")), Err(ClientError::NotFound)));
    assert!(matches!(registry.get(&key("c"), soon()).await, Err(ClientError::NotFound)));
    assert!(futures::StreamExt::next(&mut registry.events()).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_clusters_that_come_and_go_leave_nothing_behind() {
    const TOGETHER: usize = 100;
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    tokio::task::yield_now().await;
    let (alive, held) = (tasks(), Arc::strong_count(&server));
    for cycle in 1..=100 {
        for n in 0..TOGETHER {
            registry.upsert(key(&format!("c{n}")), spec("a.test"));
        }
        for n in 0..TOGETHER {
            // Every tenth goes before anybody has seen it connected.
            if n % 10 != 0 {
                let handle = registry.get(&key(&format!("c{n}")), soon()).await.unwrap();
                drop(handle.spawn(std::future::pending::<()>()));
            }
            registry.remove(&key(&format!("c{n}")));
        }
        until("all are gone", || registry.clusters().is_empty() && server.n_open() == 0).await;
        until("their tasks have ended", || tasks() == alive).await;
        assert_eq!(Arc::strong_count(&server), held, "cycle {cycle}: something still holds a connection");
    }
    assert!(server.n_dials() >= 90 * 100);
    assert!(registry.outages().is_empty() && servers.most_dials_at_a_time.load(SeqCst) <= 32);
    registry.shutdown().await;
    assert_eq!(tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_registry_ends_what_runs_on_its_handles_and_its_sources() {
    let servers = Servers::new();
    let source = Fixed::new(&["a.test"], Ending::Stays);
    let registry = start(&servers);
    registry.add_source(source.clone());
    let handle = registry.get_when_told("a.test").await;
    let task = handle.spawn(std::future::pending::<()>());
    drop(registry);
    assert_eq!(task.await.unwrap(), None);
    until("the source ended", || source.running.load(SeqCst) == 0).await;
}

#[tokio::test(start_paused = true)]
async fn a_source_that_ends_and_says_the_same_again_changes_nothing() {
    let servers = Servers::new();
    let registry = start(&servers);
    registry.add_source(Fixed::new(&["a.test"], Ending::Ends));
    let handle = registry.get_when_told("a.test").await;
    let mut events = registry.events();
    registry.add_source(Fixed::new(&["a.test"], Ending::Ends));
    assert!(registry.until_synced(soon()).await);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(registry.peek(&key("a.test")).unwrap().same_as(&handle));
    assert!(rest(&mut events).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_source_that_gives_up_is_started_again_after_a_while() {
    let registry = start(&Servers::new());
    for ending in [Ending::Fails, Ending::Panics] {
        let source = Fixed::new(&[], ending);
        registry.add_source(source.clone());
        until("started three times", || source.starts.lock().unwrap().len() >= 3).await;
        let starts = source.starts.lock().unwrap().clone();
        assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= Duration::from_secs(1)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_of_events_is_told_that_it_missed_some() {
    let registry = start_with(&Servers::new(), |options| options.event_buffer = 4);
    let mut events = registry.events();
    for n in 0..20 {
        registry.upsert(key(&format!("c{n}")), spec("a.test"));
    }
    for n in 0..20 {
        registry.get(&key(&format!("c{n}")), soon()).await.unwrap();
    }
    let seen = rest(&mut events);
    assert!(seen[0].ends_with("missed") && seen.len() == 5, "{seen:?}");
    assert_eq!(registry.clusters().len(), 20);
}

#[cfg(feature = "metrics")]
#[tokio::test(start_paused = true)]
async fn series_go_with_their_cluster_and_hold_no_secret() {
    let servers = Servers::new();
    let metrics = ClusterMetrics::default();
    let mut exposed = prometheus_client::registry::Registry::default();
    metrics.register(&mut exposed);
    let text = || {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &exposed).unwrap();
        text
    };
    let registry = Registry::builder(servers.clone()).metrics(metrics.clone()).seed(1).start();
    servers.server("b.test").set(Mode::Fails(ErrorClass::CredentialRejected));
    registry.upsert(key("a"), spec("a.test"));
    registry.upsert(key("b"), spec("b.test"));
    registry.get(&key("a"), soon()).await.unwrap();
    registry.upsert(key("a"), double::with_token(spec("a.test"), "new"));
    until("exchanged", || servers.server("a.test").probes.load(SeqCst) > 0).await;
    registry.upsert(key("a"), spec_with_name("a.test", "other"));
    until("replaced", || registry.peek(&key("a")).is_ok_and(|handle| handle.revision().generation == 2)).await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    let seen = text();
    for line in [
        r#"cluster_client_state{cluster="a",state="connected"} 1"#,
        r#"cluster_client_state{cluster="b",state="failed"} 1"#,
        r#"cluster_client_generation{cluster="a"} 2"#,
        r#"cluster_client_connect_total{cluster="a",result="ok"} 2"#,
        r#"cluster_client_connect_total{cluster="b",result="credential_rejected"}"#,
        r#"cluster_client_probe_total{cluster="a",result="ok"}"#,
        r#"cluster_client_rotations_total{cluster="a",kind="credential",result="ok"} 1"#,
        r#"cluster_client_rotations_total{cluster="a",kind="connection",result="ok"} 1"#,
        r#"cluster_client_last_probe_success_seconds{cluster="a"} "#,
        "cluster_client_connect_seconds_count 2",
        r#"cluster_client_inflight{cluster="a",class="other"} 0"#,
        r#"cluster_client_connections{cluster="a",class="watch"} 0"#,
        r#"cluster_client_connections{cluster="a",class="probe"} 0"#,
        r#"cluster_client_connections{cluster="a",class="other"} 0"#,
        r#"cluster_client_trouble{cluster="b",class="credential_rejected"} 1"#,
        r#"cluster_client_auth_refresh_total{cluster="a",result="ok"} 0"#,
    ] {
        assert!(seen.contains(line), "{line} is not in\n{seen}");
    }
    let shown = format!("{seen} {registry:?} {:?} {:?}", registry.status(&key("b")), registry.clusters());
    assert!(!shown.contains(SENTINEL), "{shown}");
    for cluster in ["a", "b"] {
        registry.remove(&key(cluster));
    }
    until("removed", || registry.clusters().is_empty()).await;
    assert!(!text().contains("cluster=\""), "{}", text());
}

#[cfg(feature = "metrics")]
#[tokio::test(start_paused = true)]
async fn without_cardinality_the_fleet_is_one_series() {
    let servers = Servers::new();
    let metrics = ClusterMetrics::default();
    let mut exposed = prometheus_client::registry::Registry::default();
    metrics.register(&mut exposed);
    let options = RegistryOptions::default().with_metrics(crate::options::Cardinality::None);
    let registry = Registry::builder(servers.clone()).metrics(metrics.clone()).options(options).start();
    for n in 0..3 {
        registry.upsert(key(&format!("c{n}")), spec("a.test"));
        registry.get(&key(&format!("c{n}")), soon()).await.unwrap();
    }
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &exposed).unwrap();
    assert!(text.contains(r#"cluster_client_state{state="connected"} 3"#), "{text}");
    assert!(text.contains(r#"cluster_client_connect_total{result="ok"} 3"#), "{text}");
    assert!(!text.contains("cluster=") && !text.contains("cluster_client_generation"), "{text}");
}

#[cfg(feature = "metrics")]
#[tokio::test(start_paused = true)]
async fn groups_share_series_that_go_with_the_last_of_each() {
    let servers = Servers::new();
    let metrics = ClusterMetrics::default();
    let mut exposed = prometheus_client::registry::Registry::default();
    metrics.register(&mut exposed);
    let text = || {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &exposed).unwrap();
        text
    };
    let options =
        RegistryOptions::default().with_metrics(crate::options::Cardinality::PerGroup).with_metrics_group("tier");
    let registry = Registry::builder(servers.clone()).metrics(metrics.clone()).options(options).start();
    for (name, tier) in [("a", "prod"), ("b", "prod"), ("c", "test")] {
        registry.upsert(key(name), spec("a.test").with_label("tier", tier));
        registry.get(&key(name), soon()).await.unwrap();
    }
    registry.upsert(key("d"), spec("a.test"));
    registry.get(&key("d"), soon()).await.unwrap();
    let seen = text();
    for line in [
        r#"cluster_client_state{group="prod",state="connected"} 2"#,
        r#"cluster_client_state{group="",state="connected"} 1"#,
        r#"cluster_client_connect_total{group="prod",result="ok"} 2"#,
        r#"cluster_client_connect_total{group="test",result="ok"} 1"#,
    ] {
        assert!(seen.contains(line), "{line} is not in\n{seen}");
    }
    assert!(!seen.contains("cluster=") && !seen.contains("cluster_client_generation"), "{seen}");
    registry.remove(&key("a"));
    // The last one of its group goes to another.
    registry.upsert(key("c"), spec("a.test").with_label("tier", "prod"));
    until("its series are gone", || !text().contains(r#"group="test""#)).await;
    assert!(text().contains(r#"cluster_client_state{group="prod",state="connected"} 2"#), "{}", text());
    assert!(text().contains(r#"cluster_client_connect_total{group="prod",result="ok"} 2"#), "{}", text());
    for name in ["b", "c", "d"] {
        registry.remove(&key(name));
    }
    until("removed", || registry.clusters().is_empty()).await;
    assert!(!text().contains("group="), "{}", text());
}

impl Registry {
    async fn get_when_told(&self, name: &str) -> ClusterHandle {
        until("told", || !matches!(self.peek(&key(name)), Err(ClientError::NotFound))).await;
        self.get(&key(name), soon()).await.unwrap()
    }
}

/// A source that knows what it knows.
struct Fixed {
    hosts: Vec<&'static str>,
    ending: Ending,
    running: AtomicUsize,
    starts: Mutex<Vec<tokio::time::Instant>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Stays,
    Ends,
    Fails,
    Panics,
}

struct Leaves<'a>(&'a AtomicUsize);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Fixed {
    fn new(hosts: &[&'static str], ending: Ending) -> Arc<Self> {
        Arc::new(Self { hosts: hosts.to_vec(), ending, running: AtomicUsize::new(0), starts: Mutex::default() })
    }
}

#[async_trait]
impl ClusterSource for Fixed {
    fn name(&self) -> &str {
        "fixed"
    }

    async fn run(self: Arc<Self>, sink: ClusterSink, stop: CancellationToken) -> Result<(), SourceError> {
        self.running.fetch_add(1, SeqCst);
        let _leaves = Leaves(&self.running);
        self.starts.lock().unwrap().push(tokio::time::Instant::now());
        for host in &self.hosts {
            sink.upsert(key(host), spec(host));
        }
        sink.synced("fixed");
        match self.ending {
            Ending::Stays => stop.cancelled().await,
            Ending::Ends => {}
            Ending::Fails => {
                let error = crate::spec::SpecError::Unsupported { what: "x".into(), instead: "use y" };
                return Err(SourceError::Spec(error));
            }
            Ending::Panics => panic!("a bug in a source"),
        }
        Ok(())
    }
}
