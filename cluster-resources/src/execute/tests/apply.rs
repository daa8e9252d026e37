use serde_json::json;

use super::world::{MANAGER, World, config_map, path, results};
use crate::execute::MissingNamespace;
use crate::id::BucketId;
use crate::outcome::{Applied, Done, ExitStatus};
use crate::plan::{Action, FieldChange, ForeignField, PlanItem};
use crate::policy::{ConflictRule, Foreign, OnConflict};

fn how(done: &Done) -> Applied {
    match done {
        Done::Applied { how, .. } => *how,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_declared_is_made_once_and_marked() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    let outcome = world.run(vec![world.create(&id)]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Created);
    assert_eq!((outcome.outcomes[0].attempts, outcome.exit_status()), (1, ExitStatus::Success));
    let made = world.get(0, &path("one")).await.unwrap();
    assert_eq!(made["data"]["key"], "value");
    assert_eq!(made["metadata"]["managedFields"][0]["manager"], MANAGER);
    assert!(made["metadata"]["annotations"].as_object().is_some_and(|annotations| !annotations.is_empty()));
    assert_eq!(world.writes(), 1);
    world.end().await;
}

#[tokio::test]
async fn a_change_is_applied_and_applying_it_again_changes_nothing() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "old"));
    world.run(vec![world.create(&id)]).await;
    let live = world.get(0, &path("one")).await.unwrap();
    world.declare("c0", config_map("one", "other", "new"));
    let outcome = world.run(vec![world.update(&id, &live)]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Configured);
    let live = world.get(0, &path("one")).await.unwrap();
    assert_eq!(live["data"], json!({"other": "new"}), "what is no longer declared goes");
    let outcome = world.run(vec![world.update(&id, &live)]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Unchanged);
    world.end().await;
}

#[tokio::test]
async fn what_is_as_declared_is_not_asked_about() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    world.run(vec![world.create(&id)]).await;
    let live = world.get(0, &path("one")).await.unwrap();
    let before = world.fakes[0].counters().all_requests();
    let unchanged = PlanItem { action: Action::Unchanged, ..world.update(&id, &live) };
    let outcome = world.run(vec![unchanged]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Unchanged);
    assert_eq!(world.fakes[0].counters().all_requests(), before);
    world.end().await;
}

#[tokio::test]
async fn a_declaration_that_is_another_than_was_planned_is_refused() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "planned"));
    let planned = world.create(&id);
    world.declare("c0", config_map("one", "key", "changed"));
    let outcome = world.run(vec![planned]).await;
    assert!(matches!(&outcome.outcomes[0].result, Done::Blocked(issue) if issue.message.contains("plan again")));
    assert_eq!(world.writes(), 0);
    world.end().await;
}

#[tokio::test]
async fn an_object_that_was_made_anew_is_not_changed() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    world.fakes[0].create(config_map("one", "theirs", "1")).unwrap();
    let live = world.get(0, &path("one")).await.unwrap();
    world.ask(0, "DELETE", &path("one"), "", None).await.unwrap();
    let gone = world.run(vec![world.update(&id, &live)]).await;
    assert!(matches!(&gone.outcomes[0].result, Done::Blocked(issue) if issue.message.contains("gone")), "{gone:?}");
    world.fakes[0].create(config_map("one", "theirs", "2")).unwrap();
    let anew = world.run(vec![world.update(&id, &live)]).await;
    assert!(matches!(&anew.outcomes[0].result, Done::Blocked(issue) if issue.message.contains("anew")), "{anew:?}");
    assert_eq!(world.get(0, &path("one")).await.unwrap()["data"], json!({"theirs": "2"}));
    world.end().await;
}

#[tokio::test]
async fn an_object_that_somebody_made_meanwhile_is_not_overwritten() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "ours"));
    world
        .ask(
            0,
            "POST",
            "/api/v1/namespaces/default/configmaps?fieldManager=kubectl-create",
            "application/json",
            Some(config_map("one", "key", "theirs")),
        )
        .await
        .unwrap();
    let outcome = world.run(vec![world.create(&id)]).await;
    assert!(
        matches!(&outcome.outcomes[0].result, Done::Blocked(issue) if issue.message.contains("kubectl-create")),
        "{outcome:?}"
    );
    assert_eq!(world.get(0, &path("one")).await.unwrap()["data"]["key"], "theirs");
    world.end().await;
}

#[tokio::test]
async fn what_somebody_at_a_keyboard_changed_is_taken_back() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "declared"));
    world.run(vec![world.create(&id)]).await;
    let live = world.edit(0, &path("one"), json!({"data": {"key": "edited"}})).await;
    let outcome = world.run(vec![world.update(&id, &live)]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Configured);
    assert!(outcome.outcomes[0].notes.iter().any(|note| note.contains("kubectl-edit")), "{outcome:?}");
    assert_eq!(world.get(0, &path("one")).await.unwrap()["data"]["key"], "declared");
    world.end().await;
}

/// Somebody applies `data.key` in another way, so that it is theirs.
async fn contested(world: &World) -> serde_json::Value {
    let body = config_map("one", "key", "theirs");
    let path = format!("{}?fieldManager=other-operator&force=true", path("one"));
    world.ask(0, "PATCH", &path, "application/apply-patch+yaml", Some(body)).await.unwrap()
}

#[tokio::test]
async fn a_field_that_another_tool_declares_is_not_fought_over() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "ours"));
    world.run(vec![world.create(&id)]).await;
    let live = contested(&world).await;
    let outcome = world.run(vec![world.update(&id, &live)]).await;
    let Done::Failed { issue, absent: false } = &outcome.outcomes[0].result else { panic!("{outcome:?}") };
    for word in ["data.key", "other-operator", "applied"] {
        assert!(issue.message.contains(word), "{}", issue.message);
    }
    assert_eq!(outcome.exit_status(), ExitStatus::Error);
    assert_eq!(world.get(0, &path("one")).await.unwrap()["data"]["key"], "theirs");
    world.end().await;
}

#[tokio::test]
async fn a_field_may_be_left_to_another_or_taken_by_policy() {
    let mut world = World::new(1).await;
    let body = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one", "namespace": "default"},
        "data": {"key": "ours", "free": "1"},
    });
    let id = world.declare("c0", body.clone());
    world.run(vec![world.create(&id)]).await;
    let live = contested(&world).await;
    world.policy = world.policy.clone().with_conflict_rule(ConflictRule::new(OnConflict::Yield).for_path("data.key"));
    let outcome = world.run(vec![world.update(&id, &live)]).await;
    assert!(outcome.outcomes[0].notes.iter().any(|note| note.starts_with("left to others: data.key")), "{outcome:?}");
    let live = world.get(0, &path("one")).await.unwrap();
    assert_eq!(live["data"], json!({"key": "theirs", "free": "1"}));
    world.policy.conflicts = vec![ConflictRule::new(OnConflict::Force)];
    let outcome = world.run(vec![world.update(&id, &live)]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Configured);
    assert_eq!(world.get(0, &path("one")).await.unwrap()["data"]["key"], "ours");
    world.end().await;
}

#[tokio::test]
async fn what_somebody_added_is_taken_away_when_the_plan_says_so() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    world.run(vec![world.create(&id)]).await;
    let live = world.edit(0, &path("one"), json!({"data": {"backdoor": "1", "tolerated": "2"}})).await;
    let foreign = |key: &str, policy| ForeignField {
        also: Vec::new(),
        path: format!("data.{key}"),
        pointer: format!("/data/{key}"),
        manager: "kubectl-edit".into(),
        time: None,
        policy,
    };
    let mut planned = world.update(&id, &live);
    planned.foreign = vec![foreign("backdoor", Foreign::Revert), foreign("tolerated", Foreign::Report)];
    let outcome = world.run(vec![planned]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Configured);
    assert!(outcome.outcomes[0].notes.contains(&"reverted: data.backdoor".to_owned()), "{outcome:?}");
    assert_eq!(world.get(0, &path("one")).await.unwrap()["data"], json!({"key": "value", "tolerated": "2"}));
    world.end().await;
}

#[tokio::test]
async fn what_an_earlier_tool_applied_and_nobody_declares_any_more_goes() {
    let mut world = World::new(1).await;
    let mut body = config_map("one", "old", "1");
    body["metadata"]["annotations"] = json!({"kubectl.kubernetes.io/last-applied-configuration": "{}"});
    let at = "/api/v1/namespaces/default/configmaps?fieldManager=kubectl-client-side-apply";
    let live = world.ask(0, "POST", at, "application/json", Some(body)).await.unwrap();
    let id = world.declare("c0", config_map("one", "new", "2"));
    let taken = PlanItem { action: Action::TakeOver, ..world.update(&id, &live) };
    let outcome = world.run(vec![taken]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Configured, "{outcome:?}");
    let now = world.get(0, &path("one")).await.unwrap();
    assert_eq!(now["data"], json!({"new": "2"}));
    assert_eq!(now["metadata"]["annotations"].get("kubectl.kubernetes.io/last-applied-configuration"), None);
    assert_eq!(now["metadata"]["managedFields"].as_array().map(Vec::len), Some(1));
    world.end().await;
}

#[tokio::test]
async fn an_update_that_meets_fields_of_an_earlier_tool_takes_them_on_first_contact() {
    let mut world = World::new(1).await;
    let at = "/api/v1/namespaces/default/configmaps?fieldManager=oc";
    let live = world.ask(0, "POST", at, "application/json", Some(config_map("one", "old", "1"))).await.unwrap();
    let id = world.declare("c0", config_map("one", "new", "2"));
    let mut planned = world.update(&id, &live);
    planned.changes =
        vec![FieldChange { path: "data.old".into(), before: None, after: None, manager: Some("oc".into()) }];
    world.run(vec![planned]).await;
    assert_eq!(world.get(0, &path("one")).await.unwrap()["data"], json!({"new": "2"}));
    world.end().await;
}

#[tokio::test]
async fn a_name_that_the_server_chooses_is_asked_for_once() {
    let mut world = World::new(1).await;
    let mut body = config_map("x", "key", "value");
    body["metadata"] = json!({"generateName": "job-", "namespace": "default"});
    let id = world.declare("c0", body);
    let outcome = world.run(vec![world.create(&id)]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Created);
    assert!(outcome.outcomes[0].notes[0].starts_with("the server called it job-"), "{outcome:?}");
    let lost = fake_cluster::faults::Fault::new(fake_cluster::faults::Effect::Reset).on_resource("configmaps").times(1);
    world.fakes[0].faults().add(lost);
    let outcome = world.run(vec![world.create(&id)]).await;
    assert!(matches!(outcome.outcomes[0].result, Done::Failed { .. }));
    assert_eq!(outcome.outcomes[0].attempts, 1);
    assert!(outcome.outcomes[0].notes[0].contains("may have been made"), "{outcome:?}");
    world.end().await;
}

#[tokio::test]
async fn fields_that_the_server_does_not_know_are_refused_or_warned_of() {
    let mut world = World::new(1).await;
    // Server-side apply knows its fields in any case; what is created may not.
    let job = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"generateName": "web-", "namespace": "default"},
        "spec": {"ports": [{"port": 80}], "portz": 1},
    });
    let id = world.declare("c0", job);
    let outcome = world.run(vec![world.create(&id)]).await;
    assert!(matches!(outcome.outcomes[0].result, Done::Failed { .. }), "{outcome:?}");
    world.options.field_validation = crate::execute::FieldValidation::Warn;
    let outcome = world.run(vec![world.create(&id)]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Created, "{outcome:?}");
    assert!(outcome.outcomes[0].warnings.iter().any(|warning| warning.contains("portz")), "{outcome:?}");
    world.end().await;
}

#[tokio::test]
async fn a_missing_namespace_is_as_the_options_say() {
    let mut world = World::new(1).await;
    let mut body = config_map("one", "key", "value");
    body["metadata"]["namespace"] = json!("missing");
    let id = world.declare("c0", body);
    let blocked = world.run(vec![world.create(&id)]).await;
    assert!(matches!(blocked.outcomes[0].result, Done::Blocked(_)), "{blocked:?}");
    world.options.missing_namespace = MissingNamespace::Skip;
    let skipped = world.run(vec![world.create(&id)]).await;
    assert!(matches!(&skipped.outcomes[0].result, Done::Skipped(why) if why.contains("missing")), "{skipped:?}");
    world.options.missing_namespace = MissingNamespace::Wait(std::time::Duration::from_millis(30));
    let waited = world.run(vec![world.create(&id)]).await;
    assert!(
        matches!(&waited.outcomes[0].result, Done::Blocked(issue) if issue.message.contains("waited")),
        "{waited:?}"
    );
    world.options.missing_namespace = MissingNamespace::Create([("team".to_owned(), "a".to_owned())].into());
    let made = world.run(vec![world.create(&id)]).await;
    assert_eq!(how(&made.outcomes[0].result), Applied::Created, "{made:?}");
    assert_eq!(world.get(0, "/api/v1/namespaces/missing").await.unwrap()["metadata"]["labels"]["team"], "a");
    world.end().await;
}

#[tokio::test]
async fn a_server_that_takes_no_server_side_apply_is_written_to_as_before() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    let refuse = || {
        let status = fake_cluster::api::Status::unsupported_media_type(&[
            "application/json-patch+json",
            "application/merge-patch+json",
        ]);
        fake_cluster::faults::Fault::new(fake_cluster::faults::Effect::Refuse(status))
            .on_verb(fake_cluster::api::Verb::Patch)
    };
    world.fakes[0].faults().add(refuse());
    let outcome = world.run(vec![world.create(&id)]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Created, "{outcome:?}");
    let live = world.get(0, &path("one")).await.unwrap();
    world.declare("c0", config_map("one", "key", "other"));
    // Neither an apply nor a merge patch is taken.
    let outcome = world.run(vec![world.update(&id, &live)]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Configured, "{outcome:?}");
    let live = world.get(0, &path("one")).await.unwrap();
    assert_eq!(live["data"]["key"], "other");
    world.fakes[0].faults().clear();
    world.fakes[0].faults().add(refuse().times(1));
    world.declare("c0", config_map("one", "key", "third"));
    let outcome = world.run(vec![world.update(&id, &live)]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Configured, "{outcome:?}");
    assert_eq!(world.get(0, &path("one")).await.unwrap()["data"]["key"], "third");
    world.end().await;
}

#[tokio::test]
async fn letting_an_object_go_leaves_it_there_without_our_marks() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    world.run(vec![world.create(&id)]).await;
    let live = world.get(0, &path("one")).await.unwrap();
    assert!(!live["metadata"]["annotations"].is_null());
    let detach = PlanItem { action: Action::Detach, ..super::world::delete(&id, &live) };
    let outcome = world.run(vec![detach]).await;
    assert_eq!(how(&outcome.outcomes[0].result), Applied::Configured, "{outcome:?}");
    let now = world.get(0, &path("one")).await.unwrap();
    assert!(now["metadata"]["annotations"].as_object().is_none_or(serde_json::Map::is_empty), "{now}");
    assert_eq!(now["data"]["key"], "value");
    world.end().await;
}

#[tokio::test]
async fn what_a_plan_blocks_and_skips_is_said_and_not_done() {
    let world = World::new(1).await;
    let id = |name: &str| BucketId::new("c0", Some("default"), crate::id::GroupKind::core("ConfigMap")).object(name);
    let blocked = PlanItem { reason: crate::plan::Reason::NotOurs, ..super::world::item(&id("a"), Action::Blocked) };
    let skipped = PlanItem { reason: crate::plan::Reason::PruneDisabled, ..super::world::item(&id("b"), Action::Skip) };
    let outcome = world.run(vec![blocked, skipped]).await;
    let results = results(&outcome);
    assert!(matches!(results["a"], Done::Blocked(issue) if issue.class == crate::issue::IssueClass::Ownership));
    assert!(matches!(results["b"], Done::Skipped(why) if why == "deleting is off"));
    assert_eq!(world.fakes[0].counters().all_requests(), 0);
    world.end().await;
}
