use std::sync::atomic::{AtomicUsize, Ordering};

use kube::Api;
use kube::api::PostParams;
use tokio::sync::Notify;

use super::*;
use crate::runtime::guard::refusal;
use crate::runtime::stats::ReconcileResult;

fn written(name: &str) -> ConfigMap {
    let mut map = ConfigMap::default();
    map.metadata.name = Some(name.into());
    map
}

#[tokio::test]
async fn a_reconcile_under_way_when_its_cluster_is_removed_is_dropped_and_writes_nothing() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let (begun, told) = (Arc::new(Notify::new()), Calls::default());
    let controller = controller(&provider).drain(Duration::from_millis(100));
    let mut events = controller.events();
    let (at, note) = (begun.clone(), told.clone());
    let running = controller
        .run(move |request, ctx| {
            let (at, note) = (at.clone(), note.clone());
            async move {
                note.note(&request);
                let maps: Api<ConfigMap> = Api::default_namespaced(ctx.guarded_client());
                maps.create(&PostParams::default(), &written("early")).await.unwrap();
                at.notify_one();
                ctx.cancelled().await;
                let refused = maps.create(&PostParams::default(), &written("late")).await.unwrap_err();
                note.note(format!("{:?}", refusal(&refused)));
                // It does not end by itself, and must not outlive the drain time.
                std::future::pending::<Result<Action, Failed>>().await
            }
        })
        .unwrap();
    within("it begins", begun.notified()).await;
    let writes = cluster.counters().writes();
    provider.remove("c");
    let disengaged = events.by_ref().any(|event| async move { matches!(event, RuntimeEvent::Disengaged { .. }) });
    assert!(within("it is disengaged", disengaged).await);
    assert_eq!(told.all(), ["cluster://c/default/a", "Some(Removed)"]);
    assert_eq!(cluster.counters().writes(), writes, "nothing was written after the removal");
    let stats = running.stats();
    assert!(stats.clusters.is_empty() && stats.running == 0, "{stats:?}");
    settle().await;
    assert_eq!(told.count("cluster://c/default/a"), 1, "it is not tried again");
    running.shutdown().await;
}

#[tokio::test]
async fn the_queue_of_a_removed_cluster_is_empty_and_stays_so() {
    let (fleet, provider) = two().await;
    (0..50).for_each(|n| drop(fleet.clusters()[0].create(map(&format!("m{n}"))).unwrap()));
    let (calls, gate) = (Calls::default(), Arc::new(Notify::new()));
    let (note, at) = (calls.clone(), gate.clone());
    let running = controller(&provider)
        .drain(Duration::from_millis(20))
        .run(move |request: Request<ConfigMap>, _| {
            let (note, at) = (note.clone(), at.clone());
            async move {
                note.note(&request);
                at.notified().await;
                Ok::<_, Failed>(Action::requeue(Duration::ZERO))
            }
        })
        .unwrap();
    until("it is full", || running.stats().of(&fleet_name("c0")).is_some_and(|c0| c0.depth == 46)).await;
    provider.remove("c0");
    until("it is gone", || running.stats().of(&fleet_name("c0")).is_none() && running.stats().running == 0).await;
    assert_eq!(calls.all().len(), 4, "no other one was begun");
    fleet.clusters()[1].create(map("a")).unwrap();
    until("the other cluster goes on", || calls.has("cluster://c1/default/a")).await;
    running.shutdown().await;
}

#[tokio::test]
async fn an_object_is_never_reconciled_twice_at_once_also_when_its_cluster_comes_back() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let (calls, at_once, most) = (Calls::default(), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (note, now, highest) = (calls.clone(), at_once.clone(), most.clone());
    let running = controller(&provider)
        .drain(Duration::from_millis(150))
        .run(move |request: Request<ConfigMap>, ctx| {
            let (note, now, highest) = (note.clone(), now.clone(), highest.clone());
            async move {
                struct Out(Arc<AtomicUsize>);
                impl Drop for Out {
                    fn drop(&mut self) {
                        self.0.fetch_sub(1, Ordering::SeqCst);
                    }
                }
                highest.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let _out = Out(now);
                note.note(format!("{request} {}", ctx.handle().revision().generation));
                // It ignores that it is cancelled for as long as it is let.
                std::future::pending::<Result<Action, Failed>>().await
            }
        })
        .unwrap();
    until("it begins", || calls.has("cluster://c/default/a 1")).await;
    provider.remove("c");
    provider.add("c", cluster.client().unwrap());
    until("the new instance is engaged", || synced(&running, "c")).await;
    assert_eq!(calls.all().len(), 1, "the old one is still at it");
    until("it is its turn", || calls.has("cluster://c/default/a 2")).await;
    assert_eq!(most.load(Ordering::SeqCst), 1);
    running.shutdown().await;
}

#[tokio::test]
async fn a_cluster_that_comes_back_at_once_is_not_hit_by_the_end_of_its_predecessor() {
    let (cluster, provider) = one().await;
    provider.add("c", cluster.client().unwrap());
    let calls = Calls::default();
    let controller = controller(&provider).drain(Duration::from_millis(30));
    let mut events = controller.events();
    let running = noting(controller, &calls);
    until("it is engaged", || synced(&running, "c")).await;
    let first = instance(&running, "c").unwrap();
    provider.remove("c");
    let handle = provider.add("c", cluster.client().unwrap());
    let ended = events.by_ref().filter_map(|event| async move {
        if let RuntimeEvent::Disengaged { instance, .. } = event { Some(instance) } else { None }
    });
    let ended = within("the old one ends", std::pin::pin!(ended).next()).await;
    assert_eq!(ended, Some(first));
    until("the new one is engaged", || synced(&running, "c")).await;
    assert!(!handle.alive().is_cancelled() && instance(&running, "c") > Some(first));
    cluster.create(map("a")).unwrap();
    until("and works", || calls.has("cluster://c/default/a")).await;
    running.shutdown().await;
}

#[tokio::test]
async fn the_provider_can_wait_for_everything_that_was_started_on_a_handle() {
    let (cluster, provider) = one().await;
    let handle = provider.add("c", cluster.client().unwrap());
    let running = noting(controller(&provider).owns::<Secret>(Config::default()), &Calls::default());
    until("it is engaged", || synced(&running, "c")).await;
    assert!(handle.tasks().len() >= 2);
    provider.remove("c");
    handle.tasks().close();
    within("all of it ends", handle.tasks().wait()).await;
    running.shutdown().await;
}

#[tokio::test]
async fn shutdown_waits_for_reconciles_and_no_longer_than_it_may() {
    let (fleet, provider) = two().await;
    fleet.clusters().iter().for_each(|cluster| drop(cluster.create(map("a")).unwrap()));
    let (calls, note) = (Calls::default(), Calls::default());
    let running = {
        let (calls, note) = (calls.clone(), note.clone());
        controller(&provider)
            .drain(Duration::from_millis(200))
            .run(move |request: Request<ConfigMap>, ctx| {
                let (calls, note) = (calls.clone(), note.clone());
                async move {
                    calls.note(&request);
                    ctx.cancelled().await;
                    if request.cluster == fleet_name("c0") {
                        // In order: it writes to its end and says so.
                        let maps: Api<ConfigMap> = Api::default_namespaced(ctx.guarded_client());
                        maps.create(&PostParams::default(), &written("farewell")).await.unwrap();
                        note.note("farewell");
                        return Ok::<_, Failed>(Action::await_change());
                    }
                    std::future::pending().await
                }
            })
            .unwrap()
    };
    until("both are under way", || calls.all().len() == 2).await;
    let began = std::time::Instant::now();
    let observed = running.observed.clone();
    within("it stops", running.shutdown()).await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert!(note.has("farewell"), "who can end in order may");
    let stats = observed.stats();
    assert!(stats.clusters.is_empty() && stats.running == 0);
    for cluster in fleet.clusters() {
        until("no watch is left", || cluster.open_connections() <= 1).await;
    }
}

#[tokio::test]
async fn a_controller_that_is_dropped_ends_at_once() {
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let calls = Calls::default();
    let note = calls.clone();
    let running = controller(&provider)
        .run(move |request: Request<ConfigMap>, _| {
            note.note(&request);
            std::future::pending::<Result<Action, Failed>>()
        })
        .unwrap();
    until("it is under way", || calls.has("cluster://c/default/a")).await;
    drop(running);
    provider.remove("c");
    drop(provider);
    within("the cluster ends", cluster.shutdown()).await;
    until("no task is left", || tokio::runtime::Handle::current().metrics().num_alive_tasks() <= before).await;
}

#[tokio::test]
async fn what_was_discarded_is_counted_as_such() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let calls = Calls::default();
    let note = calls.clone();
    let running = controller(&provider)
        .run(move |request: Request<ConfigMap>, ctx| {
            note.note(&request);
            let first = ctx.handle().revision().generation == 1;
            async move {
                if first {
                    ctx.cancelled().await;
                }
                Ok::<_, Failed>(Action::await_change())
            }
        })
        .unwrap();
    until("it is under way", || calls.all().len() == 1).await;
    provider.replace("c", cluster.client().unwrap(), false);
    until("it is reconciled by the successor", || calls.all().len() >= 2).await;
    until("both are counted", || {
        running.stats().of(&fleet_name("c")).is_some_and(|c| {
            c.results.count(ReconcileResult::Discarded) == 1 && c.results.count(ReconcileResult::Success) >= 1
        })
    })
    .await;
    running.shutdown().await;
}
