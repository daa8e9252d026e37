use fake_cluster::api::Verb;
use fake_cluster::faults::{Effect, Fault, FaultHandle};
use kube::ResourceExt as _;

use super::*;
use crate::runtime::store::{StaleReads, StoreError};

/// Counts lists of a resource.
fn lists(cluster: &FakeCluster, resource: &str) -> FaultHandle {
    let count = Fault::new(Effect::latency(Duration::ZERO));
    cluster.faults().add(count.on_verb(Verb::List).on_resource(resource))
}

#[tokio::test]
async fn changes_that_are_no_longer_kept_make_one_kind_in_one_cluster_be_listed_again() {
    let (fleet, provider) = two().await;
    let counts: Vec<_> =
        fleet.clusters().iter().map(|cluster| ["configmaps", "secrets"].map(|kind| lists(cluster, kind))).collect();
    let hits = || counts.iter().flatten().map(FaultHandle::hits).collect::<Vec<_>>();
    let calls = Calls::default();
    let running = noting(controller(&provider).owns::<Secret>(Config::default()), &calls);
    until("both are engaged", || synced(&running, "c0") && synced(&running, "c1")).await;
    until("all is watched", || fleet.totals().watches == 4).await;
    assert_eq!(hits(), [1, 1, 1, 1]);
    let first = &fleet.clusters()[0];
    first.faults().add(Fault::new(Effect::ExpiredWatch).on_verb(Verb::Watch).on_resource("configmaps").times(1));
    fleet.clusters().iter().for_each(FakeCluster::end_watches);
    until("it is listed again", || hits() == [2, 1, 1, 1]).await;
    first.create(map("a")).unwrap();
    until("it goes on", || calls.has("cluster://c0/default/a")).await;
    settle().await;
    assert_eq!(hits(), [2, 1, 1, 1]);
    running.shutdown().await;
}

#[tokio::test]
async fn a_watch_that_fails_delays_nothing_else() {
    let (fleet, provider) = two().await;
    let (broken, well) = (&fleet.clusters()[0], &fleet.clusters()[1]);
    broken.faults().add(Fault::new(Effect::internal_error("no")).on_resource("secrets"));
    let calls = Calls::default();
    let slow = WatchOptions::default().with_backoff(Backoff::new(Duration::from_secs(60), Duration::from_secs(60)));
    let controller = controller(&provider).watch_options(slow).owns::<Secret>(Config::default());
    let mut events = controller.events();
    let running = noting(controller, &calls);
    let failed = events.by_ref().filter_map(|event| async move {
        if let RuntimeEvent::WatchFailed { cluster, kind, error } = event { Some((cluster, kind, error)) } else { None }
    });
    let (cluster, kind, error) = within("it is told", std::pin::pin!(failed).next()).await.unwrap();
    assert_eq!((cluster, &*kind, error.to_string()), (fleet_name("c0"), "Secret", "list failed".to_owned()));
    well.create(map("a")).unwrap();
    until("the other cluster works", || calls.has("cluster://c1/default/a")).await;
    // In the cluster itself the other kind is watched on; nothing is reconciled from half of the picture.
    broken.create(map("a")).unwrap();
    until("it is seen", || running.stats().of(&fleet_name("c0")).is_some_and(|c0| c0.depth == 1)).await;
    assert!(!calls.has("cluster://c0/default/a"));
    running.shutdown().await;
}

#[tokio::test]
async fn after_a_restart_of_the_api_server_watches_go_on_where_they_were() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let (calls, listed) = (Calls::default(), lists(&cluster, "configmaps"));
    let note = calls.clone();
    let running = controller(&provider)
        .stale_reads(StaleReads::RefuseAfter(Duration::from_millis(30)))
        .run(move |request, ctx| {
            match ctx.store::<ConfigMap>() {
                Ok(store) => note.note(format!("{} of {}", request.object.name, store.len())),
                Err(StoreError::Stale { .. }) => note.note("stale"),
                Err(error) => note.note(error),
            }
            async { Ok::<_, Failed>(Action::requeue(Duration::from_millis(5))) }
        })
        .unwrap();
    until("it is reconciled", || calls.has("a of 1")).await;
    cluster.stop_listening().await;
    cluster.close_connections();
    until("reads are refused", || calls.has("stale")).await;
    cluster.create(map("b")).unwrap();
    cluster.listen_again().await.unwrap();
    until("what happened meanwhile is seen", || calls.has("b of 2")).await;
    assert_eq!((listed.hits(), instance(&running, "c")), (1, Some(1)), "without a new list or engagement");
    running.shutdown().await;
}

#[tokio::test]
async fn a_quiet_watch_is_known_to_be_connected_again() {
    let (cluster, provider) = one().await;
    provider.add("c", cluster.client().unwrap());
    let running = noting(controller(&provider), &Calls::default());
    let stale = || running.stats().of(&fleet_name("c")).map(|stats| stats.stale[0].1);
    until("it is connected", || stale() == Some(Duration::ZERO)).await;
    cluster.stop_listening().await;
    cluster.close_connections();
    until("it is not", || stale() > Some(Duration::ZERO)).await;
    cluster.listen_again().await.unwrap();
    until("it is again, though nothing happens", || stale() == Some(Duration::ZERO)).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_list_or_a_watch_that_is_never_answered_is_given_up() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    let list = cluster.faults().add(Fault::new(Effect::Hang).on_verb(Verb::List).times(1));
    let watch = cluster.faults().add(Fault::new(Effect::Hang).on_verb(Verb::Watch).times(1));
    provider.add("c", cluster.client().unwrap());
    let calls = Calls::default();
    let quick = Backoff::new(Duration::from_millis(5), Duration::from_millis(20));
    let deadline = Duration::from_millis(100);
    let options =
        WatchOptions::default().with_backoff(quick).with_list_deadline(deadline).with_start_deadline(deadline);
    let controller = controller(&provider).watch_options(options);
    let events = controller.events();
    let running = noting(controller, &calls);
    until("it is reconciled", || calls.has("cluster://c/default/a")).await;
    let failures = events.filter_map(|event| async move {
        if let RuntimeEvent::WatchFailed { error, .. } = event { Some(error.to_string()) } else { None }
    });
    let failures: Vec<_> = within("both are told", failures.take(2).collect()).await;
    assert_eq!(failures, ["no answer to a list within 100ms", "no answer to a watch within 100ms"]);
    assert_eq!((list.hits(), watch.hits()), (1, 1));
    cluster.create(map("b")).unwrap();
    until("and goes on", || calls.has("cluster://c/default/b")).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_mapper_that_panics_is_asked_again_and_harms_nothing_else() {
    let (fleet, provider) = two().await;
    for cluster in fleet.clusters() {
        let metadata = json!({ "name": "s", "namespace": "default" });
        cluster.create(json!({ "apiVersion": "v1", "kind": "Secret", "metadata": metadata })).unwrap();
        cluster.create(map("a")).unwrap();
    }
    let calls = Calls::default();
    let panics = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = panics.clone();
    let mapper = move |cluster: &ClusterName, secret: Arc<Secret>| {
        if *cluster == fleet_name("c0") && count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
            panic!("as it should");
        }
        vec![Request::new(cluster.clone(), ObjectRef::new(&secret.name_any()).within("default"))]
    };
    let running = noting(controller(&provider).watches::<Secret>(Config::default(), mapper), &calls);
    until("the other cluster works", || calls.has("cluster://c1/default/s")).await;
    until("and this one does at the second attempt", || calls.has("cluster://c0/default/s")).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_watch_that_ends_at_once_every_time_is_not_asked_for_in_a_hurry() {
    let (cluster, provider) = one().await;
    provider.add("c", cluster.client().unwrap());
    cluster.faults().add(Fault::new(Effect::ShortWatch(0)));
    let slow = WatchOptions::default().with_backoff(Backoff::new(Duration::from_millis(40), Duration::from_secs(60)));
    let running = noting(controller(&provider).watch_options(slow), &Calls::default());
    until("it has ended a few times", || cluster.counters().requests(Verb::Watch) >= 3).await;
    settle().await;
    assert!(cluster.counters().requests(Verb::Watch) <= 6, "waits grow");
    running.shutdown().await;
}
