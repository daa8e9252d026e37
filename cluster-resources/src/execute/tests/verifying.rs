use fake_cluster::api::{Status, Verb};
use fake_cluster::faults::{Effect, Fault};
use serde_json::json;

use super::world::{World, config_map, delete, path, results};
use crate::outcome::{Applied, Done, ExitStatus, Outcome, Verified};
use crate::plan::{FieldChange, ForeignField, PlanItem};
use crate::policy::Foreign;

#[tokio::test]
async fn a_dry_run_asks_for_everything_and_changes_nothing() {
    let mut world = World::new(1).await;
    let kept = world.declare("c0", config_map("kept", "key", "old"));
    world.run(vec![world.create(&kept)]).await;
    let live = world.get(0, &path("kept")).await.unwrap();
    let gone = world.declare("c0", config_map("gone", "key", "value"));
    world.run(vec![world.create(&gone)]).await;
    let doomed = world.get(0, &path("gone")).await.unwrap();
    world.declare("c0", config_map("kept", "key", "new"));
    let new = world.declare("c0", config_map("new", "key", "value"));
    let outcome = world.verify(vec![world.create(&new), world.update(&kept, &live), delete(&gone, &doomed)]).await;
    assert!(outcome.dry_run);
    for done in &outcome.outcomes {
        assert_eq!(done.result, Done::Planned(Verified::Accepted), "{}", done.id);
    }
    assert_eq!(outcome.exit_status(), ExitStatus::Differences);
    assert_eq!(world.get(0, &path("kept")).await, Some(live));
    assert_eq!(world.get(0, &path("gone")).await, Some(doomed));
    assert_eq!(world.get(0, &path("new")).await, None);
    world.end().await;
}

#[tokio::test]
async fn what_would_be_refused_is_found_before_and_holds_up_only_what_needs_it() {
    let mut world = World::new(1).await;
    let bad = world.declare(
        "c0",
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "bad", "namespace": "default"}, "spec": {"ports": [{"name": "UPPER", "port": 80}]}}),
    );
    let needing = world.declare("c0", config_map("needing", "key", "value"));
    let free = world.declare("c0", config_map("free", "key", "value"));
    let needing = PlanItem { after: vec![bad.clone()], ..world.create(&needing) };
    let outcome = world.verify(vec![world.create(&bad), needing, world.create(&free)]).await;
    let results = results(&outcome);
    assert!(matches!(results["bad"], Done::Planned(Verified::Refused(_))), "{outcome:?}");
    assert!(matches!(results["needing"], Done::NotAttempted(_)));
    assert_eq!(*results["free"], Done::Planned(Verified::Accepted));
    assert_eq!(outcome.exit_status(), ExitStatus::Error);
    world.end().await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_never_shown_as_accepted() {
    let mut world = World::new(1).await;
    let namespace = world.declare("c0", json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "new"}}));
    let mut body = config_map("inside", "key", "value");
    body["metadata"]["namespace"] = json!("new");
    let inside = world.declare("c0", body);
    let inside =
        PlanItem { unverifiable: vec![namespace.clone()], after: vec![namespace.clone()], ..world.create(&inside) };
    let outcome = world.verify(vec![world.create(&namespace), inside]).await;
    let results = results(&outcome);
    assert_eq!(*results["new"], Done::Planned(Verified::Accepted));
    assert_eq!(*results["inside"], Done::Planned(Verified::Unverified(vec![namespace])));
    world.end().await;
}

#[tokio::test]
async fn a_webhook_that_takes_no_dry_run_is_named() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    let message = "admission webhook \"check.example.com\" does not support dry run";
    world.fakes[0].faults().add(Fault::new(Effect::Refuse(Status::bad_request(message))).on_verb(Verb::Patch));
    let outcome = world.verify(vec![world.create(&id)]).await;
    let Done::Planned(Verified::DryRunUnsupported(webhook)) = &outcome.outcomes[0].result else {
        panic!("{outcome:?}")
    };
    assert_eq!(webhook.as_deref(), Some("check.example.com"));
    world.end().await;
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_is_no_refusal() {
    let mut world = World::new(1).await;
    world.options.retries = 0;
    let id = world.declare("c0", config_map("one", "key", "value"));
    world.fakes[0].faults().add(Fault::new(Effect::unavailable()).on_verb(Verb::Patch));
    let outcome = world.verify(vec![world.create(&id)]).await;
    assert!(matches!(outcome.outcomes[0].result, Done::Failed { absent: false, .. }), "{outcome:?}");
    world.end().await;
}

#[tokio::test]
async fn a_dry_run_tells_what_the_server_would_change_and_not_what_was_guessed() {
    let mut world = World::new(1).await;
    let service = |port: u16| {
        json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "default"},
            "spec": {"ports": [{"port": port, "name": "http"}]},
        })
    };
    let id = world.declare("c0", service(80));
    world.run(vec![world.create(&id)]).await;
    let live = world.get(0, "/api/v1/namespaces/default/services/web").await.unwrap();
    world.declare("c0", service(81));
    let outcome = world.verify(vec![world.update(&id, &live)]).await;
    assert_eq!(outcome.outcomes[0].result, Done::Planned(Verified::Accepted));
    let told: Vec<&str> = outcome.outcomes[0].predicted.iter().flatten().map(|change| change.path.as_str()).collect();
    assert!(told.contains(&"spec.ports[name=http].port"), "{told:?}");
    assert!(told.contains(&"spec.ports[name=http].targetPort"), "what the server fills in is told, too: {told:?}");
    let outcome = world.run(vec![world.update(&id, &live)]).await;
    assert_eq!(outcome.outcomes[0].predicted, None, "what is done needs no prediction");
    world.end().await;
}

#[tokio::test]
async fn what_the_server_does_not_keep_is_no_difference_and_is_said() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    world.run(vec![world.create(&id)]).await;
    let live = world.get(0, &path("one")).await.unwrap();
    let change = FieldChange { path: "data.bogus".into(), before: None, after: Some(json!("1")), manager: None };
    let item = PlanItem { changes: vec![change], ..world.update(&id, &live) };
    for outcome in [world.verify(vec![item.clone()]).await, world.run(vec![item.clone()]).await] {
        let Outcome { result, notes, .. } = &outcome.outcomes[0];
        assert!(matches!(result, Done::Applied { how: Applied::Unchanged, .. }), "{outcome:?}");
        assert!(notes.iter().any(|note| note.contains("data.bogus")), "{notes:?}");
        assert_eq!((outcome.exit_status(), outcome.counts().unchanged), (ExitStatus::Success, 1));
    }
    let taken = ForeignField {
        path: "data.more".into(),
        pointer: "/data/more".into(),
        manager: "kubectl".into(),
        also: Vec::new(),
        time: None,
        policy: Foreign::Revert,
    };
    let reverts = world.verify(vec![PlanItem { foreign: vec![taken], ..item }]).await;
    assert_eq!(
        reverts.outcomes[0].result,
        Done::Planned(Verified::Accepted),
        "what is taken away is not in the answer"
    );
    world.end().await;
}
