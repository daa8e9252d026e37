use fake_cluster::api::Verb;
use fake_cluster::faults::{Effect, Fault};

use super::*;
use crate::runtime::guard::refusal;

#[tokio::test]
async fn the_connections_of_old_watches_are_closed_after_a_reset() {
    let (cluster, provider) = one().await;
    let old = provider.add("c", cluster.client().unwrap());
    let running = noting(controller(&provider).owns::<Secret>(Config::default()), &Calls::default());
    until("it is engaged", || synced(&running, "c")).await;
    until("both are watched", || cluster.counters().requests(Verb::Watch) == 2).await;
    let first = instance(&running, "c");
    provider.replace("c", cluster.client().unwrap(), true);
    until("the new one is engaged", || instance(&running, "c") != first && synced(&running, "c")).await;
    until("the new one watches", || cluster.counters().requests(Verb::Watch) == 4).await;
    // The old client is still there: its watches are gone because they were ended, not because it was.
    assert!(old.client().apiserver_version().await.is_ok());
    until("the old watches are closed", || cluster.open_connections() <= 4).await;
    until("nothing of the old one runs", || old.tasks().is_empty()).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_successor_takes_over_only_when_it_has_seen_everything() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let (calls, running) = notes_generation(controller(&provider));
    until("it is reconciled", || calls.has("cluster://c/default/a 1 Some")).await;
    // The list of the new connection takes its time.
    let slow = cluster.faults().add(Fault::new(Effect::Hang).on_verb(Verb::List).times(1));
    provider.replace("c", cluster.client().unwrap(), false);
    until("it is asked", || slow.hits() == 1).await;
    assert_eq!(instance(&running, "c"), Some(1), "what is known is shown on");
    assert!(synced(&running, "c"));
    cluster.close_connections();
    until("it takes over", || instance(&running, "c") == Some(2)).await;
    until("everything is asked for anew", || calls.has("cluster://c/default/a 2 Some")).await;
    touch(&cluster, "a", "2");
    until("and changes are seen", || calls.count("cluster://c/default/a 2 Some") >= 2).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_successor_that_cannot_see_everything_takes_over_in_the_end_and_reconciles_nothing_before_it_can() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let (calls, running) = notes_generation(controller(&provider).switch_deadline(Duration::from_millis(80)));
    until("it is reconciled", || calls.has("cluster://c/default/a 1 Some")).await;
    let broken = cluster.faults().add(Fault::new(Effect::internal_error("no")).on_verb(Verb::List));
    provider.replace("c", cluster.client().unwrap(), false);
    until("it takes over", || instance(&running, "c") == Some(2)).await;
    calls.clear();
    assert!(!synced(&running, "c"));
    touch(&cluster, "a", "2");
    settle().await;
    assert_eq!(calls.all(), [""; 0]);
    broken.remove();
    until("it is reconciled when it is seen", || calls.has("cluster://c/default/a 2 Some")).await;
    running.shutdown().await;
}

#[tokio::test]
async fn after_a_reset_nothing_of_the_old_cluster_is_remembered() {
    let (fleet, provider) = two().await;
    let (before, after) = (&fleet.clusters()[0], &fleet.clusters()[1]);
    before.create(map("only-before")).unwrap();
    after.create(map("only-after")).unwrap();
    let provider_of_one = Clusters::new();
    drop(provider);
    provider_of_one.add("c", before.client().unwrap());
    let (calls, running) = notes_generation(controller(&provider_of_one));
    until("it is reconciled", || calls.has("cluster://c/default/only-before 1 Some")).await;
    provider_of_one.replace("c", after.client().unwrap(), true);
    until("the other one is reconciled", || calls.has("cluster://c/default/only-after 2 Some")).await;
    settle().await;
    assert_eq!(calls.all(), ["cluster://c/default/only-before 1 Some", "cluster://c/default/only-after 2 Some"]);
    running.shutdown().await;
}

#[tokio::test]
async fn what_vanished_between_two_connections_to_a_cluster_is_found_missing_by_its_reconciler() {
    let (cluster, provider) = one().await;
    ["a", "b"].into_iter().for_each(|name| drop(cluster.create(map(name)).unwrap()));
    provider.add("c", cluster.client().unwrap());
    let (calls, running) = notes_generation(controller(&provider));
    until("both are reconciled", || calls.all().len() == 2).await;
    // The watch breaks off, and what happens meanwhile is forgotten by the server.
    cluster.stop_listening().await;
    cluster.close_connections();
    delete(&cluster, "a");
    cluster.compact();
    cluster.listen_again().await.unwrap();
    until("the loss is noticed", || calls.has("cluster://c/default/a 1 None")).await;
    assert_eq!(calls.count("cluster://c/default/b 1 Some"), 1, "what is as it was is left alone");
    running.shutdown().await;
}

#[tokio::test]
async fn a_guarded_client_of_an_old_revision_says_that_it_is_stale() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let calls = Calls::default();
    let note = calls.clone();
    let running = controller(&provider)
        .run(move |_, ctx| {
            let note = note.clone();
            async move {
                let client = ctx.guarded_client();
                note.note(client.apiserver_version().await.is_ok());
                if ctx.handle().revision().generation == 1 {
                    ctx.cancelled().await;
                    match client.apiserver_version().await.map_err(|error| refusal(&error).cloned()) {
                        Err(Some(ClientError::Stale { held, current })) => {
                            note.note(format!("{:?} {}", held.and_then(|held| held.generation), current.generation));
                        }
                        other => note.note(format!("{other:?}")),
                    }
                }
                Ok::<_, Failed>(Action::await_change())
            }
        })
        .unwrap();
    until("it is under way", || calls.has("true")).await;
    provider.replace("c", cluster.client().unwrap(), false);
    until("it is refused", || calls.has("Some(1) 2")).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_request_under_way_is_given_up_when_the_cluster_is_removed() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let hang = cluster.faults().add(Fault::new(Effect::Hang).on_path("/version"));
    let calls = Calls::default();
    let note = calls.clone();
    let running = controller(&provider)
        .run(move |_, ctx| {
            let note = note.clone();
            async move {
                let error = ctx.guarded_client().apiserver_version().await.unwrap_err();
                note.note(format!("{:?}", refusal(&error)));
                Ok::<_, Failed>(Action::await_change())
            }
        })
        .unwrap();
    until("it is asked", || hang.hits() == 1).await;
    provider.remove("c");
    until("it is given up", || calls.has("Some(Removed)")).await;
    running.shutdown().await;
}

/// Notes each request, the generation of its connection, and whether the object is there.
fn notes_generation(controller: MultiClusterController<ConfigMap>) -> (Calls, Running) {
    let calls = Calls::default();
    let note = calls.clone();
    let running = controller.run(move |request, ctx| {
        let there = if ctx.object(&request).unwrap().is_some() { "Some" } else { "None" };
        note.note(format!("{request} {} {there}", ctx.handle().revision().generation));
        async { Ok::<_, Failed>(Action::await_change()) }
    });
    (calls, running.unwrap())
}
