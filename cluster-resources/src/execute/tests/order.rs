use serde_json::{Value, json};

use super::world::{World, config_map, item, path, results};
use crate::outcome::{Done, ExitStatus};
use crate::plan::{Action, PlanItem};

fn definition() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced",
            "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {
                    "type": "object", "properties": {"size": {"type": "integer"}},
                }}}},
            }],
        },
    })
}

#[tokio::test]
async fn a_definition_and_what_it_defines_are_made_in_one_run() {
    let mut world = World::new(1).await;
    let crd = world.declare("c0", definition());
    let widget = world.declare(
        "c0",
        json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": "default"}, "spec": {"size": 3}}),
    );
    // What is served is known from before.
    crate::clusters::Clusters::access(&world.clusters, "c0", false).await.unwrap().discovery.catalogue().await.unwrap();
    let crd = PlanItem { stage: 2, ..world.create(&crd) };
    let widget = PlanItem { stage: 7, after: vec![crd.id.clone()], ..world.create(&widget) };
    let outcome = world.run(vec![crd, widget]).await;
    assert_eq!(outcome.exit_status(), ExitStatus::Success, "{outcome:?}");
    let made = world.get(0, "/apis/example.com/v1/namespaces/default/widgets/w").await.unwrap();
    assert_eq!(made["spec"]["size"], 3);
    world.end().await;
}

#[tokio::test]
async fn a_namespace_and_what_is_in_it_are_made_in_one_run() {
    let mut world = World::new(1).await;
    let namespace = world.declare("c0", json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "new"}}));
    let mut body = config_map("one", "key", "value");
    body["metadata"]["namespace"] = json!("new");
    let inside = world.declare("c0", body);
    let namespace = PlanItem { stage: 1, ..world.create(&namespace) };
    let inside = PlanItem { after: vec![namespace.id.clone()], ..world.create(&inside) };
    let outcome = world.run(vec![namespace, inside]).await;
    assert_eq!(outcome.exit_status(), ExitStatus::Success, "{outcome:?}");
    world.end().await;
}

#[tokio::test]
async fn what_needs_a_failed_item_is_not_tried_and_everything_else_is() {
    let mut world = World::new(1).await;
    let invalid = world.declare(
        "c0",
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "bad", "namespace": "default"}, "spec": {"ports": [{"name": "UPPER", "port": 80}]}}),
    );
    let needing = world.declare("c0", config_map("needing", "key", "value"));
    let free = world.declare("c0", config_map("free", "key", "value"));
    let invalid = PlanItem { stage: 1, ..world.create(&invalid) };
    let needing = PlanItem { after: vec![invalid.id.clone()], ..world.create(&needing) };
    let free = world.create(&free);
    let outcome = world.run(vec![invalid, needing, free]).await;
    let results = results(&outcome);
    assert!(matches!(results["bad"], Done::Failed { .. }), "{outcome:?}");
    assert!(matches!(results["needing"], Done::NotAttempted(why) if why.contains("Service bad")), "{outcome:?}");
    assert!(matches!(results["free"], Done::Applied { .. }));
    let counts = outcome.counts();
    assert_eq!((counts.created, counts.failed, counts.not_attempted), (1, 1, 1));
    assert_eq!(world.get(0, &path("needing")).await, None);
    world.end().await;
}

#[tokio::test]
async fn a_cancelled_run_ends_what_it_began_and_says_what_it_did_not() {
    let mut world = World::new(1).await;
    world.options.per_cluster = 1;
    let ids: Vec<_> = (0..5).map(|at| world.declare("c0", config_map(&format!("m{at}"), "key", "value"))).collect();
    *world.seen.cancel_after_first.lock().unwrap() = Some(world.cancel.clone());
    let outcome = world.run(ids.iter().map(|id| world.create(id)).collect()).await;
    let counts = outcome.counts();
    assert_eq!(counts.created + counts.not_attempted, 5);
    assert!(counts.created >= 1 && counts.not_attempted >= 1, "{counts:?}");
    let mut there = 0;
    for at in 0..5 {
        there += usize::from(world.get(0, &path(&format!("m{at}"))).await.is_some());
    }
    assert_eq!(there, counts.created, "what is said to be made is there, and nothing else");
    world.end().await;
}

#[tokio::test]
async fn a_plan_that_has_an_object_twice_does_it_once() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    let outcome = world.run(vec![world.create(&id), world.create(&id)]).await;
    assert!(matches!(outcome.outcomes[0].result, Done::Applied { .. }));
    assert!(matches!(&outcome.outcomes[1].result, Done::Blocked(issue) if issue.message.contains("twice")));
    assert_eq!(world.writes(), 1);
    world.end().await;
}

#[tokio::test]
async fn a_circle_is_said_and_nobody_waits_for_it() {
    let mut world = World::new(1).await;
    let one = world.declare("c0", config_map("one", "key", "value"));
    let other = world.declare("c0", config_map("other", "key", "value"));
    let one = PlanItem { after: vec![other.clone()], ..world.create(&one) };
    let other = PlanItem { after: vec![one.id.clone()], ..world.create(&other) };
    let free = world.declare("c0", config_map("free", "key", "value"));
    let outcome = world.run(vec![one, other, world.create(&free)]).await;
    let results = results(&outcome);
    assert!(matches!(results["one"], Done::Blocked(_)) && results["other"].is_failure(), "{outcome:?}");
    assert!(matches!(results["free"], Done::Applied { .. }));
    world.end().await;
}

#[tokio::test]
async fn every_item_has_an_outcome_in_the_order_of_the_plan() {
    let mut world = World::new(2).await;
    let ids: Vec<_> =
        (0..6).map(|at| world.declare(["c0", "c1"][at % 2], config_map(&format!("m{at}"), "key", "value"))).collect();
    let mut items: Vec<PlanItem> = ids.iter().map(|id| world.create(id)).collect();
    items[3] = item(&ids[3], Action::Skip);
    let outcome = world.run(items).await;
    let got: Vec<_> = outcome.outcomes.iter().map(|outcome| outcome.id.clone()).collect();
    assert_eq!(got, ids);
    assert_eq!(world.seen.finished.lock().unwrap().len(), 6);
    world.end().await;
}

#[tokio::test]
async fn a_plan_for_another_field_manager_or_of_another_format_is_refused_whole() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    let mut other = super::world::plan(vec![world.create(&id)]);
    other.field_manager = "mooring/other".into();
    let mut old = super::world::plan(vec![world.create(&id)]);
    old.version = 0;
    for plan in [other, old] {
        let outcome = crate::execute::execute(
            &plan,
            &world.desired,
            &world.clusters,
            &world.policy,
            &world.options,
            &world.seen,
            world.cancel.clone(),
        )
        .await;
        assert!(matches!(&outcome.outcomes[0].result, Done::Blocked(issue) if issue.message.contains("plan again")));
    }
    assert_eq!(world.fakes[0].counters().all_requests(), 0);
    world.end().await;
}

/// A run can be a task of its own.
#[tokio::test]
async fn a_run_can_be_spawned() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    let items = vec![world.create(&id)];
    let outcome = tokio::spawn(async move { world.run(items).await }).await.unwrap();
    assert_eq!(outcome.counts().created, 1);
}
