//! The truth table of the manager row by row, then the same manager against a model under random histories.

mod model;
mod scenarios;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use kube::Client;

use super::*;
use crate::fake::empty_client;
use crate::provider::{ClusterEventStream, ClusterSummary, Deadline};
use crate::revision::MicroTime;

/// A provider that knows one answer, and counts how often it is asked.
struct Scripted {
    answer: Mutex<Result<ClusterHandle, ClientError>>,
    asked: AtomicUsize,
}

#[async_trait]
impl ClientProvider for Scripted {
    fn peek(&self, _: &ClusterKey) -> Result<ClusterHandle, ClientError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.answer.lock().unwrap().clone()
    }

    async fn get(&self, key: &ClusterKey, _: Deadline) -> Result<ClusterHandle, ClientError> {
        self.peek(key)
    }

    fn events(&self) -> ClusterEventStream {
        Box::pin(futures::stream::empty())
    }

    fn clusters(&self) -> Vec<ClusterSummary> {
        Vec::new()
    }
}

fn cluster() -> ClusterKey {
    ClusterKey::new("prod").unwrap()
}

fn object() -> ObjectKey {
    ObjectKey::new("Deployment", Some("shop"), "web")
}

fn revision(generation: u64) -> Revision {
    let micros = 1_000_000 * i64::try_from(generation).unwrap();
    Revision { generation, connected_at: MicroTime::from_timestamp(Timestamp::from_microsecond(micros).unwrap()) }
}

fn handle(client: &Client, generation: u64) -> ClusterHandle {
    ClusterHandle::new(cluster(), client.clone(), revision(generation), None)
}

/// One row: what was handed out last (O), what the cluster's object shows (C), what the provider has (P; `None` is an error).
struct Row {
    name: &'static str,
    held: Option<u64>,
    shown: Option<u64>,
    provided: Option<u64>,
    outcome: &'static str,
    held_after: Option<u64>,
    asked: bool,
}

/// A manager in the state of the row, and its provider. The provider is not counted for getting there.
fn set_up(row: &Row, client: &Client, match_by: MatchBy) -> (ClientManager<Arc<Scripted>>, ConnectedCluster) {
    let provider = Arc::new(Scripted { answer: Mutex::new(Err(ClientError::NotFound)), asked: AtomicUsize::new(0) });
    let manager = ClientManager::new(provider.clone()).match_by(match_by);
    if let Some(held) = row.held {
        *provider.answer.lock().unwrap() = Ok(handle(client, held));
        manager.get(&object(), Some(&ConnectedCluster::new(cluster(), revision(held)))).unwrap();
    }
    *provider.answer.lock().unwrap() = match row.provided {
        Some(provided) => Ok(handle(client, provided)),
        None => Err(ClientError::Other("connection refused".into())),
    };
    provider.asked.store(0, Ordering::Relaxed);
    let shown = row.shown.map(|shown| match match_by {
        MatchBy::Generation => revision(shown).into(),
        MatchBy::Timestamp => StatusRevision::timestamp(revision(shown).connected_at),
    });
    (manager, ConnectedCluster { key: cluster(), revision: shown })
}

fn check(row: &Row, manager: &ClientManager<Arc<Scripted>>, outcome: &str, match_by: MatchBy) {
    let name = format!("{} by {match_by:?}", row.name);
    assert_eq!(outcome, row.outcome, "{name}");
    assert_eq!(
        manager.known_revision(&object(), &cluster()),
        row.held_after.map(revision),
        "{name}: what is held after"
    );
    assert_eq!(manager.known(), usize::from(row.held_after.is_some()), "{name}: nothing else is held");
    assert_eq!(
        manager.provider().asked.load(Ordering::Relaxed) > 0,
        row.asked,
        "{name}: whether the provider is asked"
    );
}

fn row(
    name: &'static str,
    (held, shown, provided): (Option<u64>, Option<u64>, Option<u64>),
    outcome: &'static str,
    held_after: Option<u64>,
    asked: bool,
) -> Row {
    Row { name, held, shown, provided, outcome, held_after, asked }
}

#[tokio::test]
async fn get_follows_the_truth_table() {
    let rows = [
        row("G1, nothing held", (None, Some(1), None), "connection refused", None, true),
        row("G1, what is held survives", (Some(1), Some(1), None), "connection refused", Some(1), true),
        row("G1, whatever is shown", (Some(1), None, None), "connection refused", Some(1), true),
        row("G2, the object lags", (None, Some(1), Some(2)), "stale", None, true),
        row("G2, the object lags and something is held", (Some(1), Some(1), Some(2)), "stale", Some(1), true),
        row("G2, the object is ahead", (None, Some(3), Some(2)), "stale", None, true),
        row("G2, the object shows no connection", (Some(2), None, Some(2)), "stale", Some(2), true),
        row("G3, first time", (None, Some(2), Some(2)), "client", Some(2), true),
        row("G4, again", (Some(2), Some(2), Some(2)), "client", Some(2), true),
        row("G5, without a refresh", (Some(1), Some(2), Some(2)), "stale", Some(1), true),
        row("G5, whichever is newer", (Some(3), Some(2), Some(2)), "stale", Some(3), true),
    ];
    let client = empty_client();
    for row in &rows {
        for match_by in [MatchBy::Generation, MatchBy::Timestamp] {
            let (manager, shown) = set_up(row, &client, match_by);
            let outcome = match manager.get(&object(), Some(&shown)) {
                Ok(handle) => {
                    assert_eq!(Some(handle.revision()), row.provided.map(revision));
                    "client".to_owned()
                }
                Err(ClientError::Stale { current, .. }) => {
                    assert_eq!(Some(current), row.provided.map(revision));
                    "stale".to_owned()
                }
                Err(error) => error.to_string(),
            };
            check(row, &manager, &outcome, match_by);
        }
    }
}

#[tokio::test]
async fn without_a_cluster_object_there_is_no_client_and_nobody_is_asked() {
    let row = row("G0", (None, None, Some(1)), "cluster client does not exist", None, false);
    let (manager, _) = set_up(&row, &empty_client(), MatchBy::Generation);
    let outcome = manager.get(&object(), None).unwrap_err().to_string();
    check(&row, &manager, &outcome, MatchBy::Generation);
}

#[tokio::test]
async fn refresh_follows_the_truth_table() {
    // In R2 to R4 the answer is the same whatever the provider says, so it is not asked there either.
    let rows = [
        row("R1, all agree", (Some(1), Some(1), Some(1)), "unchanged", Some(1), false),
        row("R1, the provider is ahead", (Some(1), Some(1), Some(2)), "unchanged", Some(1), false),
        row("R1, the provider has an error", (Some(1), Some(1), None), "unchanged", Some(1), false),
        row("R2, an error and the object shows it", (Some(1), None, None), "reset", None, false),
        row("R2, an error and the object is ahead", (Some(1), Some(2), None), "reset", None, false),
        row("R3, the object is between", (Some(1), Some(2), Some(3)), "reset", None, false),
        row("R3, the object shows no connection", (Some(1), None, Some(1)), "reset", None, false),
        row("R4, the object has caught up", (Some(1), Some(2), Some(2)), "reset", None, false),
        row("R4, backwards", (Some(3), Some(2), Some(2)), "reset", None, false),
        row("R5, nothing held and an error", (None, Some(1), None), "unchanged", None, true),
        row("R5, and nothing shown", (None, None, None), "unchanged", None, true),
        row("R6, nothing held and the object lags", (None, Some(1), Some(2)), "unchanged", None, true),
        row("R6, nothing held and nothing shown", (None, None, Some(2)), "unchanged", None, true),
        row("R7, nothing held and both agree", (None, Some(2), Some(2)), "unchanged", Some(2), true),
    ];
    let client = empty_client();
    for row in &rows {
        for match_by in [MatchBy::Generation, MatchBy::Timestamp] {
            let (manager, shown) = set_up(row, &client, match_by);
            let outcome = match manager.refresh(&object(), &shown) {
                Refresh::Unchanged => "unchanged",
                Refresh::Reset { was } => {
                    assert_eq!(Some(was), row.held.map(revision), "{}", row.name);
                    "reset"
                }
            };
            check(row, &manager, outcome, match_by);
        }
    }
}

#[tokio::test]
async fn an_absent_cluster_object_is_a_reset_if_anything_was_handed_out() {
    for (held, outcome) in [(Some(1), "reset"), (None, "unchanged")] {
        let row = row("R8", (held, None, Some(1)), outcome, None, false);
        let (manager, _) = set_up(&row, &empty_client(), MatchBy::Generation);
        let refresh = manager.refresh_absent(&object(), &cluster());
        check(&row, &manager, if refresh.is_reset() { "reset" } else { "unchanged" }, MatchBy::Generation);
        assert_eq!(manager.refresh_absent(&object(), &cluster()), Refresh::Unchanged, "it is said once");
    }
}

#[tokio::test]
async fn stale_tells_what_is_shown_or_held_and_what_is_there() {
    let client = empty_client();
    let lagging = row("", (None, Some(1), Some(2)), "", None, true);
    let (manager, shown) = set_up(&lagging, &client, MatchBy::Generation);
    match manager.get(&object(), Some(&shown)).unwrap_err() {
        ClientError::Stale { held, current } => {
            assert_eq!((held, current), (Some(revision(1).into()), revision(2)));
        }
        other => panic!("{other}"),
    }
    let skipped = row("", (Some(1), Some(2), Some(2)), "", None, true);
    let (manager, shown) = set_up(&skipped, &client, MatchBy::Generation);
    let error = manager.get(&object(), Some(&shown)).unwrap_err();
    assert_eq!(error.to_string(), "cluster revision is stale");
    assert!(matches!(error, ClientError::Stale { held: Some(held), .. } if held == revision(1).into()));
}

/// A status that was written before this process started may show its generation, which counted something else.
#[tokio::test]
async fn a_generation_of_an_earlier_process_does_not_match() {
    let (manager, _) = set_up(&row("", (None, None, Some(1)), "", None, true), &empty_client(), MatchBy::Generation);
    let earlier = Revision { generation: 1, connected_at: revision(7).connected_at };
    let error = manager.get(&object(), Some(&ConnectedCluster::new(cluster(), earlier))).unwrap_err();
    assert!(matches!(error, ClientError::Stale { .. }));
}

#[tokio::test]
async fn a_status_with_a_time_only_is_matched_by_time_when_told_so() {
    let shown = ConnectedCluster::new(cluster(), StatusRevision::timestamp(revision(2).connected_at));
    let row = row("", (None, None, Some(2)), "", None, true);
    let (by_time, _) = set_up(&row, &empty_client(), MatchBy::Timestamp);
    assert!(by_time.get(&object(), Some(&shown)).is_ok());
    assert_eq!(by_time.refresh(&object(), &shown), Refresh::Unchanged);
    let foreign = StatusRevision { generation: Some(77), connected_at: revision(2).connected_at };
    assert!(by_time.get(&object(), Some(&ConnectedCluster::new(cluster(), foreign))).is_ok(), "others count otherwise");
    let (by_generation, _) = set_up(&row, &empty_client(), MatchBy::Generation);
    assert!(matches!(by_generation.get(&object(), Some(&shown)), Err(ClientError::Stale { .. })));
}

#[tokio::test]
async fn a_handle_stands_for_its_own_cluster() {
    let client = empty_client();
    let (manager, _) = set_up(&row("", (None, None, Some(1)), "", None, true), &client, MatchBy::Generation);
    assert!(manager.get(&object(), Some(&handle(&client, 1))).is_ok());
    assert!(manager.refresh(&object(), &handle(&client, 2)).is_reset());
}

#[tokio::test]
async fn a_cluster_without_a_name_is_refused() {
    let (manager, _) = set_up(&row("", (None, None, Some(1)), "", None, true), &empty_client(), MatchBy::Generation);
    let nameless = k8s_openapi::api::core::v1::Secret::default();
    let error = manager.get(&object(), Some(&Annotated(&nameless))).unwrap_err();
    assert_eq!(error.to_string(), "cluster key cannot be empty");
    assert_eq!(manager.refresh(&object(), &Annotated(&nameless)), Refresh::Unchanged);
    assert_eq!(manager.provider().asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn what_is_forgotten_takes_no_room() {
    const OBJECTS: usize = 100_000;
    let client = empty_client();
    let (manager, _) = set_up(&row("", (None, None, Some(1)), "", None, true), &client, MatchBy::Generation);
    let shown = ConnectedCluster::new(cluster(), revision(1));
    let keys = |n: usize| ObjectKey::new("Pod", Some("shop"), &format!("web-{n}"));
    for n in 0..OBJECTS {
        manager.get(&keys(n), Some(&shown)).unwrap();
        manager.forget_object(&keys(n));
    }
    assert_eq!(manager.known(), 0);
    assert!(room(&manager) < 1000, "what came and went one by one left room for {}", room(&manager));

    (0..OBJECTS).for_each(|n| drop(manager.get(&keys(n), Some(&shown)).unwrap()));
    assert_eq!(manager.known(), OBJECTS);
    manager.forget_cluster(&ClusterKey::new("another").unwrap());
    assert_eq!(manager.known(), OBJECTS);
    manager.forget_cluster(&cluster());
    assert_eq!((manager.known(), room(&manager)), (0, 0));
}

fn room<P>(manager: &ClientManager<P>) -> usize {
    manager.shards.iter().map(|shard| lock(shard).capacity()).sum()
}

/// Many objects, many threads, one change: each object hears of it once.
#[tokio::test]
async fn every_object_hears_of_a_change_once_however_many_ask() {
    let client = empty_client();
    let (manager, _) = set_up(&row("", (None, None, Some(1)), "", None, true), &client, MatchBy::Generation);
    let before = ConnectedCluster::new(cluster(), revision(1));
    let after = ConnectedCluster::new(cluster(), revision(2));
    let objects: Vec<_> = (0..500).map(|n| ObjectKey::new("Pod", None, &n.to_string())).collect();
    objects.iter().for_each(|object| drop(manager.get(object, Some(&before)).unwrap()));
    *manager.provider().answer.lock().unwrap() = Ok(handle(&client, 2));
    let resets = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let heard = objects.iter().filter(|object| manager.refresh(object, &after).is_reset()).count();
                resets.fetch_add(heard, Ordering::Relaxed);
            });
        }
    });
    assert_eq!(resets.into_inner(), objects.len());
}

/// A provider may take its time; nobody else waits for it.
#[tokio::test]
async fn no_lock_is_held_while_the_provider_is_asked() {
    struct Reentrant(std::sync::OnceLock<std::sync::Weak<ClientManager<Reentrant>>>);

    #[async_trait]
    impl ClientProvider for Reentrant {
        fn peek(&self, _: &ClusterKey) -> Result<ClusterHandle, ClientError> {
            // Every shard can be locked from here.
            let manager = self.0.get().unwrap().upgrade().unwrap();
            manager.retain(|_, _| true);
            Err(ClientError::NotFound)
        }

        async fn get(&self, key: &ClusterKey, _: Deadline) -> Result<ClusterHandle, ClientError> {
            self.peek(key)
        }

        fn events(&self) -> ClusterEventStream {
            Box::pin(futures::stream::empty())
        }

        fn clusters(&self) -> Vec<ClusterSummary> {
            Vec::new()
        }
    }

    let manager = Arc::new(ClientManager::new(Reentrant(std::sync::OnceLock::new())));
    manager.provider().0.set(Arc::downgrade(&manager)).unwrap();
    let shown = ConnectedCluster::new(cluster(), revision(1));
    assert!(manager.get(&object(), Some(&shown)).is_err());
    assert_eq!(manager.refresh(&object(), &shown), Refresh::Unchanged);
}
