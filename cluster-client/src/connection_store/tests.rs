use super::*;
use crate::fake::empty_client;

/// A client of another kind, which needs no Docker.
#[derive(Debug, Clone, PartialEq)]
struct Docker(u32);

impl ConnectionType for Docker {
    const KIND: &'static str = "docker";
}

/// Claims to be what it is not.
#[derive(Debug, Clone)]
struct Impostor;

impl ConnectionType for Impostor {
    const KIND: &'static str = "docker";
}

fn key(name: &str) -> ClusterKey {
    ClusterKey::new(name).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn text<T>(result: Result<T, ClientError>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

/// tilt internal/controllers/core/cluster/cache_test.go TestConnectionManager: kubernetes without error.
#[tokio::test]
async fn a_connection_is_handed_out_as_its_own_kind_only() {
    let store = ConnectionStore::new();
    let revision = store.connected(&key("k8s"), empty_client(), "1970-01-01T00:00:05.000000999Z".parse().unwrap());
    let (_, found) = store.get::<kube::Client>(&key("k8s")).unwrap();
    assert_eq!(found, revision);
    assert_eq!(store.created_at(&key("k8s")).unwrap().timestamp(), at(5));
    assert_eq!(
        text(store.get::<Docker>(&key("k8s"))),
        "incorrect cluster client type: got kubernetes, expected docker"
    );
}

/// tilt internal/controllers/core/cluster/cache_test.go TestConnectionManager: kubernetes with an init error.
#[tokio::test]
async fn a_failed_connection_says_its_kind_before_its_error() {
    let store = ConnectionStore::new();
    store.failed::<kube::Client>(&key("k8s"), "connection refused", at(9));
    assert_eq!(text(store.get::<kube::Client>(&key("k8s"))), "connection refused");
    assert_eq!(
        text(store.get::<Docker>(&key("k8s"))),
        "incorrect cluster client type: got kubernetes, expected docker"
    );
    assert_eq!(
        store.created_at(&key("k8s")).unwrap().timestamp(),
        at(9),
        "the next attempt counts from the failed one"
    );
}

/// tilt internal/controllers/core/cluster/cache_test.go TestConnectionManager: nothing stored.
#[test]
fn an_unknown_cluster_is_not_found_whatever_is_asked_for() {
    let store = ConnectionStore::new();
    assert_eq!(text(store.get::<kube::Client>(&key("k8s"))), "cluster client does not exist");
    assert_eq!(text(store.get::<Docker>(&key("k8s"))), "cluster client does not exist");
    assert_eq!((store.created_at(&key("k8s")), store.status(&key("k8s"))), (None, None));
}

/// tilt internal/controllers/core/cluster/cache_test.go TestConnectionManager: docker without error.
#[test]
fn a_connection_of_another_kind_is_no_kubernetes_client() {
    let store = ConnectionStore::new();
    store.connected(&key("docker"), Docker(1), at(1));
    assert_eq!(store.get::<Docker>(&key("docker")).unwrap().0, Docker(1));
    assert_eq!(
        text(store.get::<kube::Client>(&key("docker"))),
        "incorrect cluster client type: got docker, expected kubernetes"
    );
    assert!(matches!(store.get::<Impostor>(&key("docker")), Err(ClientError::WrongKind { .. })));
}

/// tilt internal/controllers/core/cluster/cache_test.go TestConnectionManager: docker with an init error.
#[test]
fn a_failed_connection_of_another_kind_says_so_to_those_who_want_kubernetes() {
    let store = ConnectionStore::new();
    store.failed::<Docker>(&key("docker"), "no socket", at(1));
    assert_eq!(text(store.get::<Docker>(&key("docker"))), "no socket");
    assert_eq!(
        text(store.get::<kube::Client>(&key("docker"))),
        "incorrect cluster client type: got docker, expected kubernetes"
    );
}

#[test]
fn a_connection_that_is_not_well_is_still_handed_out() {
    let store = ConnectionStore::new();
    let revision = store.connected(&key("a"), Docker(1), at(1));
    assert!(store.unwell(&key("a"), Some("cluster not ready")) && !store.unwell(&key("a"), Some("cluster not ready")));
    assert_eq!(store.get::<Docker>(&key("a")).unwrap(), (Docker(1), revision));
    let status = store.status(&key("a")).unwrap();
    assert_eq!(
        (status.connected_at, status.error.as_deref()),
        (Some(revision.connected_at), Some("cluster not ready"))
    );
    assert!(store.unwell(&key("a"), None));
    assert_eq!(store.status(&key("a")).unwrap().error, None);
}

#[test]
fn a_status_shows_the_time_of_a_connection_only() {
    let store = ConnectionStore::new();
    let facts = ClusterFacts { arch: Some("amd64".into()), ..Default::default() };
    assert!(!store.describe(&key("a"), facts.clone()), "of an unknown cluster nothing is kept");
    store.connected(&key("a"), Docker(1), at(1));
    assert!(store.describe(&key("a"), facts.clone()) && !store.describe(&key("a"), facts.clone()));
    store.unwell(&key("a"), Some("slow"));
    store.failed::<Docker>(&key("a"), "gone", at(2));
    assert!(!store.unwell(&key("a"), Some("slow")), "what has failed cannot be unwell");
    let status = store.status(&key("a")).unwrap();
    assert_eq!((status.connected_at, status.generation, status.error.as_deref()), (None, None, Some("gone")));
    assert_eq!(status.facts, facts);
}

#[test]
fn revisions_go_on_over_errors_removals_and_clocks_that_step_back() {
    let store = ConnectionStore::new();
    let first = store.connected(&key("a"), Docker(1), at(100));
    store.failed::<Docker>(&key("a"), "gone", at(50));
    let second = store.connected(&key("a"), Docker(2), at(50));
    assert!(second.generation > first.generation && second.connected_at > first.connected_at);
    assert!(store.remove(&key("a")) && !store.remove(&key("a")));
    store.failed::<Docker>(&key("a"), "not yet", at(60));
    let third = store.connected(&key("a"), Docker(3), at(60));
    assert!(third.generation > second.generation && third.connected_at > second.connected_at);
    assert_eq!(store.keys(), [key("a")]);
}

#[test]
fn readers_see_the_old_connection_or_the_new_one_and_never_a_gap() {
    let store = Arc::new(ConnectionStore::new());
    store.connected(&key("a"), Docker(0), at(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut last = 0;
                while last < 100 {
                    let (client, revision) = store.get::<Docker>(&key("a")).unwrap();
                    assert!(revision.generation >= last && u64::from(client.0) + 1 == revision.generation);
                    last = revision.generation;
                }
            });
        }
        scope.spawn(|| {
            for n in 1..100 {
                store.connected(&key("a"), Docker(n), at(0));
            }
        });
    });
}
