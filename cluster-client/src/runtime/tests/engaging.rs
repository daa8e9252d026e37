use fake_cluster::api::Verb;
use fake_cluster::faults::{Effect, Fault};
use k8s_openapi::api::core::v1::Namespace;
use kube::ResourceExt as _;
use kube::core::PartialObjectMeta;

use super::*;

#[tokio::test]
async fn objects_of_the_same_name_in_two_clusters_are_two() {
    let (fleet, provider) = two().await;
    let calls = Calls::default();
    let running = noting(controller(&provider), &calls);
    fleet.clusters().iter().for_each(|cluster| drop(cluster.create(map("a")).unwrap()));
    until("both are reconciled", || calls.has("cluster://c0/default/a") && calls.has("cluster://c1/default/a")).await;
    calls.clear();
    delete(&fleet.clusters()[0], "a");
    until("the deletion is reconciled", || calls.has("cluster://c0/default/a")).await;
    settle().await;
    assert!(!calls.has("cluster://c1/default/a"), "the other one is left alone");
    running.shutdown().await;
}

#[tokio::test]
async fn an_instance_that_is_engaged_is_not_engaged_again() {
    let (cluster, provider) = one().await;
    let handle = provider.add("c", cluster.client().unwrap());
    let running = noting(controller(&provider), &Calls::default());
    until("it is engaged", || synced(&running, "c")).await;
    until("it is watched", || cluster.counters().requests(Verb::Watch) == 1).await;
    let (before, watches) = (instance(&running, "c"), cluster.counters().requests(Verb::Watch));
    provider.say(handle.key(), ClusterEventKind::Added(handle.clone()));
    provider.say(handle.key(), ClusterEventKind::Relabelled);
    provider.say(handle.key(), ClusterEventKind::Missed);
    settle().await;
    assert_eq!((instance(&running, "c"), cluster.counters().requests(Verb::Watch)), (before, watches));
    running.shutdown().await;
}

#[tokio::test]
async fn a_cluster_is_engaged_and_disengaged_as_its_labels_change() {
    let (cluster, provider) = one().await;
    let calls = Calls::default();
    provider.add_labelled("c", cluster.client().unwrap(), &[("tier", "test")]);
    let controller =
        controller(&provider).filter(|cluster| cluster.labels.get("tier").is_some_and(|tier| tier == "prod"));
    let mut events = controller.events();
    let running = noting(controller, &calls);
    cluster.create(map("a")).unwrap();
    settle().await;
    assert!(running.stats().clusters.is_empty() && calls.all().is_empty());
    provider.relabel("c", &[("tier", "prod")]);
    until("it is reconciled", || calls.has("cluster://c/default/a")).await;
    provider.relabel("c", &[("tier", "test")]);
    let names = |event: &RuntimeEvent| match event {
        RuntimeEvent::Engaged { .. } => "engaged",
        RuntimeEvent::Synced { .. } => "synced",
        RuntimeEvent::Disengaged { .. } => "disengaged",
        RuntimeEvent::WatchFailed { .. } => "failed",
    };
    let told: Vec<_> = within("it is disengaged", events.by_ref().take(3).map(|event| names(&event)).collect()).await;
    assert_eq!(told, ["engaged", "synced", "disengaged"]);
    until("its connections are closed", || cluster.open_connections() <= 1).await;
    assert!(running.stats().clusters.is_empty());
    running.shutdown().await;
}

#[tokio::test]
async fn an_index_is_kept_on_a_cluster_that_is_added_later() {
    let (fleet, provider) = two().await;
    provider.remove("c1");
    let found = Calls::default();
    let controller = controller(&provider)
        .index::<Namespace>("team", |namespace| namespace.labels().get("team").cloned().into_iter().collect());
    let note = found.clone();
    let running = controller
        .run(move |request, ctx| {
            let names: Vec<_> =
                ctx.index::<Namespace>("team").unwrap().get("blue").iter().map(|n| n.name_any()).collect();
            note.note(format!("{request} {names:?}"));
            async { Ok::<_, Failed>(Action::await_change()) }
        })
        .unwrap();
    until("the first one is engaged", || synced(&running, "c0")).await;
    let later = &fleet.clusters()[1];
    let metadata = json!({ "name": "n", "labels": { "team": "blue" } });
    later.create(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata })).unwrap();
    later.create(map("a")).unwrap();
    provider.add("c1", later.client().unwrap());
    until("it is found by its index", || found.has("cluster://c1/default/a [\"n\"]")).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_kind_and_selection_is_watched_once_whoever_asks_for_it() {
    let (cluster, provider) = one().await;
    provider.add("c", cluster.client().unwrap());
    let calls = Calls::default();
    let to_a = |cluster: &ClusterName, _| {
        vec![Request::new(cluster.clone(), ObjectRef::<ConfigMap>::new("a").within("default"))]
    };
    let controller = controller(&provider)
        .owns::<Secret>(Config::default())
        .watches::<Secret>(Config::default(), to_a)
        .index::<Secret>("type", |secret| secret.type_.clone().into_iter().collect());
    let running = noting(controller, &calls);
    until("it is engaged", || synced(&running, "c")).await;
    until("both are watched", || cluster.counters().requests(Verb::Watch) == 2).await;
    assert_eq!(cluster.counters().requests(Verb::List), 2);
    let owner = cluster.create(map("owner")).unwrap();
    let owner = json!([{ "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"] }]);
    until("the owner is known", || calls.has("cluster://c/default/owner")).await;
    calls.clear();
    let metadata = json!({ "name": "s", "namespace": "default", "ownerReferences": owner });
    cluster.create(json!({ "apiVersion": "v1", "kind": "Secret", "metadata": metadata })).unwrap();
    until("both mappers were asked", || calls.has("cluster://c/default/owner") && calls.has("cluster://c/default/a"))
        .await;
    running.shutdown().await;
}

#[tokio::test]
async fn only_metadata_is_fetched_of_what_is_watched_for_metadata() {
    let (cluster, provider) = one().await;
    provider.add("c", cluster.client().unwrap());
    let metadata = json!({ "name": "s", "namespace": "default" });
    cluster
        .create(json!({ "apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": { "k": "v" } }))
        .unwrap();
    let found = Calls::default();
    let to_it = |cluster: &ClusterName, secret: Arc<PartialObjectMeta<Secret>>| {
        vec![Request::new(cluster.clone(), ObjectRef::<ConfigMap>::new(&secret.name_any()).within("default"))]
    };
    let note = found.clone();
    let running = controller(&provider)
        .watches_metadata::<Secret>(Config::default(), to_it)
        .run(move |request, ctx| {
            let whole = ctx.store::<Secret>().map(|_| ()).map_err(|error| error.to_string());
            let part = ctx.store::<PartialObjectMeta<Secret>>().unwrap().find(Some("default"), "s").unwrap();
            note.note(format!("{request} {whole:?} {}", part.name_any()));
            async { Ok::<_, Failed>(Action::await_change()) }
        })
        .unwrap();
    until("it is asked for", || found.has("cluster://c/default/s Err(\"Secret is not watched by this controller\") s"))
        .await;
    running.shutdown().await;
}

#[tokio::test]
async fn streamed_lists_are_complete_lists() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let calls = Calls::default();
    let quick = Backoff::new(Duration::from_millis(5), Duration::from_millis(20));
    let controller = MultiClusterController::<ConfigMap>::new(provider.clone())
        .watch_options(WatchOptions::default().with_backoff(quick))
        .watches_main(shop().streaming_lists());
    let running = noting(controller, &calls);
    until("it is reconciled", || calls.has("cluster://c/default/a")).await;
    assert_eq!(cluster.counters().requests(Verb::List), 0);
    cluster.create(map("b")).unwrap();
    until("changes follow", || calls.has("cluster://c/default/b")).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_cluster_that_never_answers_does_not_delay_another_one() {
    let (fleet, provider) = two().await;
    fleet.clusters()[0].accept_only(true);
    let calls = Calls::default();
    let running = noting(controller(&provider).drain(Duration::from_millis(50)), &calls);
    fleet.clusters()[1].create(map("a")).unwrap();
    until("the other one is reconciled", || calls.has("cluster://c1/default/a")).await;
    assert!(!synced(&running, "c0"));
    within("it can be stopped", running.shutdown()).await;
}

#[tokio::test]
async fn events_that_were_missed_are_made_up_for() {
    let fleet = Fleet::start_with(3, fake_cluster::fleet::FleetOptions::default().with_prefix("c")).await.unwrap();
    let provider = Clusters::with_backlog(1);
    let client = |n: usize| fleet.clusters()[n].client().unwrap();
    provider.add("c0", client(0));
    let running = noting(controller(&provider), &Calls::default());
    until("the first one is engaged", || synced(&running, "c0")).await;
    let before = instance(&running, "c0");
    // More at once than the reader can take.
    provider.add("c1", client(1));
    provider.remove("c0");
    provider.add("c0", client(0));
    provider.add("c2", client(2));
    provider.remove("c1");
    until("what is there now is engaged", || {
        synced(&running, "c0") && synced(&running, "c2") && running.stats().clusters.len() == 2
    })
    .await;
    assert_ne!(instance(&running, "c0"), before);
    running.shutdown().await;
}

#[tokio::test]
async fn a_page_at_a_time_makes_a_whole_list() {
    let (cluster, provider) = one().await;
    (0..25).for_each(|n| drop(cluster.create(map(&format!("m{n}"))).unwrap()));
    provider.add("c", cluster.client().unwrap());
    let calls = Calls::default();
    // The second page fails once; the list begins again.
    let failed = cluster.faults().add(Fault::new(Effect::internal_error("no")).on_verb(Verb::List).after(1).times(1));
    let quick = Backoff::new(Duration::from_millis(5), Duration::from_millis(20));
    let controller = MultiClusterController::<ConfigMap>::new(provider.clone())
        .watch_options(WatchOptions::default().with_backoff(quick))
        .watches_main(shop().page_size(10));
    let running = noting(controller, &calls);
    until("all are reconciled", || calls.all().len() == 25).await;
    assert_eq!((failed.hits(), cluster.counters().requests(Verb::List)), (1, 5));
    running.shutdown().await;
}

#[test]
fn a_controller_says_what_is_missing() {
    let build = |controller: MultiClusterController<ConfigMap>| {
        controller.run(|_, _| async { Ok::<_, Failed>(Action::await_change()) }).map(drop).unwrap_err()
    };
    let plain = || MultiClusterController::<ConfigMap>::new(Clusters::new());
    assert_eq!(build(plain()), BuildError::NothingToWatch);
    assert_eq!(build(plain().watches_main(shop()).engage_home(true)), BuildError::NoHome);
    assert_eq!(build(plain().watches_local::<Secret>(Config::default(), |_, _| vec![])), BuildError::NoHome);
}
