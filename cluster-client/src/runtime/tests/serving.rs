use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::runtime::queue::Limits;
use crate::runtime::stats::ReconcileResult;

#[tokio::test]
async fn no_more_than_the_limits_is_reconciled_at_the_same_time() {
    let (fleet, provider) = two().await;
    for cluster in fleet.clusters() {
        (0..20).for_each(|n| drop(cluster.create(map(&format!("m{n}"))).unwrap()));
    }
    let now: Arc<Mutex<HashMap<ClusterName, usize>>> = Arc::default();
    let (most, total) = (Arc::new(Mutex::new((0, 0))), Arc::new(AtomicUsize::new(0)));
    let (counts, highest, done) = (now.clone(), most.clone(), total.clone());
    let running = controller(&provider)
        .limits(Limits::default().with_global(5).with_per_cluster(3))
        .run(move |request: Request<ConfigMap>, _| {
            let (counts, highest, done) = (counts.clone(), highest.clone(), done.clone());
            async move {
                {
                    let mut counts = counts.lock().unwrap();
                    *counts.entry(request.cluster.clone()).or_default() += 1;
                    let mut highest = highest.lock().unwrap();
                    highest.0 = counts.values().copied().max().max(Some(highest.0)).unwrap();
                    highest.1 = counts.values().sum::<usize>().max(highest.1);
                }
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                *counts.lock().unwrap().get_mut(&request.cluster).unwrap() -= 1;
                done.fetch_add(1, Ordering::SeqCst);
                Ok::<_, Failed>(Action::await_change())
            }
        })
        .unwrap();
    until("all are reconciled", || total.load(Ordering::SeqCst) == 40).await;
    let (one, all) = *most.lock().unwrap();
    assert!(one <= 3 && all <= 5, "{one} in one cluster, {all} in all");
    running.shutdown().await;
}

#[tokio::test]
async fn failures_and_panics_are_tried_again_and_counted() {
    let (cluster, provider) = one().await;
    ["fails", "panics", "is-judged", "comes-again"]
        .into_iter()
        .for_each(|name| drop(cluster.create(map(name)).unwrap()));
    provider.add("c", cluster.client().unwrap());
    let calls = Calls::default();
    let note = calls.clone();
    let reconcile = move |request: Request<ConfigMap>, _| {
        let note = note.clone();
        async move {
            let name = request.object.name.as_str();
            note.note(name);
            let first = note.count(name) == 1;
            match name {
                "fails" if first => Err(Failed),
                "panics" if first => panic!("as it should"),
                "is-judged" => Err(Failed),
                "comes-again" if first => Ok(Action::requeue(Duration::from_millis(10))),
                _ => Ok(Action::await_change()),
            }
        }
    };
    let judge = |request: &Request<ConfigMap>, _: &Failed, _: &Ctx<ConfigMap>| {
        if request.object.name == "is-judged" { Retry::Never } else { Retry::Backoff }
    };
    let running = controller(&provider).run_with(reconcile, judge).unwrap();
    until("all are reconciled", || {
        ["fails", "panics", "comes-again"].iter().all(|name| calls.count(name) == 2) && calls.has("is-judged")
    })
    .await;
    settle().await;
    assert_eq!(calls.all().len(), 7, "{:?}", calls.all());
    let stats = running.stats();
    let results = stats.of(&fleet_name("c")).unwrap().results;
    let counted = |result| results.count(result);
    assert_eq!(
        (counted(ReconcileResult::Success), counted(ReconcileResult::Error), counted(ReconcileResult::Panic)),
        (4, 2, 1)
    );
    assert_eq!((results.total(), stats.running), (7, 0));
    running.shutdown().await;
}

#[tokio::test]
async fn an_object_that_changes_while_it_is_reconciled_is_reconciled_again_afterwards() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let (calls, gate) = (Calls::default(), Arc::new(tokio::sync::Semaphore::new(0)));
    let (note, at) = (calls.clone(), gate.clone());
    let running = controller(&provider)
        .run(move |request, ctx| {
            let (note, at) = (note.clone(), at.clone());
            async move {
                at.acquire().await.unwrap().forget();
                let map = ctx.object(&request).unwrap().unwrap();
                note.note(format!("{:?}", map.data.iter().flatten().next().map(|(_, value)| value.clone())));
                Ok::<_, Failed>(Action::await_change())
            }
        })
        .unwrap();
    until("it is under way", || running.stats().running == 1).await;
    touch(&cluster, "a", "new");
    settle().await;
    assert_eq!(running.stats().running, 1);
    gate.add_permits(2);
    until("it is reconciled again", || calls.all().len() == 2).await;
    assert!(calls.has("Some(\"new\")"));
    running.shutdown().await;
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn series_of_a_cluster_appear_and_go_with_it() {
    use crate::runtime::metrics::RuntimeMetrics;
    use prometheus_client::registry::Registry;

    use crate::options::Cardinality;

    let (fleet, provider) = two().await;
    fleet.clusters().iter().for_each(|cluster| drop(cluster.create(map("a")).unwrap()));
    let (metrics, mut registry) = (RuntimeMetrics::default(), Registry::default());
    metrics.register(&mut registry);
    let text = |registry: &Registry| {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, registry).unwrap();
        text
    };
    assert!(!text(&registry).contains("cluster_client"));
    let calls = Calls::default();
    let running = noting(controller(&provider).named("maps").metrics(&metrics, Cardinality::PerCluster), &calls);
    until("both are counted", || {
        ["c0", "c1"].iter().all(|cluster| {
            let labels = format!("controller=\"maps\",cluster=\"{cluster}\"");
            text(&registry).contains(&format!("cluster_client_reconcile_total{{{labels},result=\"success\"}} 1\n"))
        })
    })
    .await;
    until("the watch is connected", || {
        let labels = "controller=\"maps\",cluster=\"c0\"";
        let now = text(&registry);
        now.contains(&format!("cluster_client_queue_depth{{{labels}}} 0\n"))
            && now.contains(&format!("cluster_client_queue_oldest_seconds{{{labels}}} 0.0\n"))
            && now.contains(&format!("cluster_client_watch_stale_seconds{{{labels},kind=\"ConfigMap\"}} 0.0\n"))
    })
    .await;
    provider.remove("c0");
    until("its series are gone", || !text(&registry).contains("cluster=\"c0\"")).await;
    assert!(text(&registry).contains("cluster=\"c1\""));
    running.shutdown().await;
    assert!(!text(&registry).contains("cluster_client"));
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn a_group_is_one_series_that_only_grows_and_goes_with_its_last_cluster() {
    use crate::options::Cardinality;
    use crate::runtime::metrics::RuntimeMetrics;

    let (fleet, provider) = two().await;
    fleet.clusters().iter().for_each(|cluster| drop(cluster.create(map("a")).unwrap()));
    ["c0", "c1"].iter().for_each(|name| provider.relabel(name, &[("tier", "prod")]));
    let (metrics, mut registry) = (RuntimeMetrics::default(), prometheus_client::registry::Registry::default());
    metrics.register(&mut registry);
    let has = |line: &str| {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        text.contains(&format!("cluster_client_{line}"))
    };
    let controller = controller(&provider).metrics(&metrics, Cardinality::PerGroup).metrics_group("tier");
    let running = noting(controller, &Calls::default());
    let two = "reconcile_total{controller=\"ConfigMap\",group=\"prod\",result=\"success\"} 2\n";
    until("both are counted", || has(two)).await;
    assert!(has("queue_depth{controller=\"ConfigMap\",group=\"prod\"} 0\n"));
    provider.remove("c0");
    until("one is gone", || running.stats().clusters.len() == 1).await;
    assert!(has(two), "a counter does not go back");
    provider.remove("c1");
    until("so is its group", || !has("")).await;
    assert!(running.stats().groups.is_empty());
    running.shutdown().await;
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn without_cardinality_the_fleet_is_one_series_that_only_grows() {
    use crate::options::Cardinality;
    use crate::runtime::metrics::RuntimeMetrics;

    let (fleet, provider) = two().await;
    fleet.clusters().iter().for_each(|cluster| drop(cluster.create(map("a")).unwrap()));
    let (metrics, mut registry) = (RuntimeMetrics::default(), prometheus_client::registry::Registry::default());
    metrics.register(&mut registry);
    let has = |line: &str| {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        text.contains(&format!("cluster_client_{line}\n"))
    };
    let running = noting(controller(&provider).metrics(&metrics, Cardinality::None), &Calls::default());
    let two = "reconcile_total{controller=\"ConfigMap\",result=\"success\"} 2";
    until("both are counted", || has(two)).await;
    assert!(has("queue_depth{controller=\"ConfigMap\"} 0"));
    until("both are watched", || has("watch_stale_seconds{controller=\"ConfigMap\",kind=\"ConfigMap\"} 0.0")).await;
    provider.remove("c0");
    until("one is gone", || running.stats().clusters.len() == 1 && running.stats().past.total() == 1).await;
    assert!(has(two));
    running.shutdown().await;
}
