use std::time::Duration;

use fake_cluster::api::User;
use fake_cluster::server::Credential;
use serde_json::json;

use super::world::{World, config_map, delete, path, plain_client};
use crate::clusters::StaticClusters;
use crate::outcome::Done;
use crate::plan::PlanItem;

#[tokio::test]
async fn what_was_planned_is_deleted_and_nothing_that_came_since() {
    let mut world = World::new(1).await;
    let id = world.declare("c0", config_map("one", "key", "value"));
    world.run(vec![world.create(&id)]).await;
    let live = world.get(0, &path("one")).await.unwrap();
    world.ask(0, "DELETE", &path("one"), "", None).await.unwrap();
    world.fakes[0].create(config_map("one", "theirs", "1")).unwrap();
    let outcome = world.run(vec![delete(&id, &live)]).await;
    assert!(
        matches!(&outcome.outcomes[0].result, Done::Blocked(issue) if issue.message.contains("plan again")),
        "{outcome:?}"
    );
    let now = world.get(0, &path("one")).await.unwrap();
    assert_eq!(now["data"], json!({"theirs": "1"}), "the one that was made anew stays");
    let changed = world.edit(0, &path("one"), json!({"data": {"more": "2"}})).await;
    let outcome = world.run(vec![delete(&id, &now)]).await;
    assert!(matches!(outcome.outcomes[0].result, Done::Blocked(_)), "another resource version: {outcome:?}");
    let outcome = world.run(vec![delete(&id, &changed)]).await;
    assert_eq!(outcome.outcomes[0].result, Done::Deleted { already: false });
    let outcome = world.run(vec![delete(&id, &changed)]).await;
    assert_eq!(outcome.outcomes[0].result, Done::Deleted { already: true });
    world.end().await;
}

#[tokio::test]
async fn a_finalizer_that_holds_is_named() {
    let mut world = World::new(1).await;
    let mut body = config_map("one", "key", "value");
    body["metadata"]["finalizers"] = json!(["example.com/hold"]);
    world.fakes[0].create(body).unwrap();
    let live = world.get(0, &path("one")).await.unwrap();
    let id = world.declare("c0", config_map("one", "key", "value"));
    world.options.deletion_deadline = Duration::from_millis(50);
    let outcome = world.run(vec![delete(&id, &live)]).await;
    let Done::Failed { issue, .. } = &outcome.outcomes[0].result else { panic!("{outcome:?}") };
    assert!(issue.message.contains("example.com/hold"), "{}", issue.message);
    let now = world.get(0, &path("one")).await.unwrap();
    world.options.deletion_deadline = Duration::ZERO;
    let outcome = world.run(vec![delete(&id, &now)]).await;
    assert_eq!(outcome.outcomes[0].result, Done::Deleted { already: false });
    assert!(outcome.outcomes[0].notes[0].contains("example.com/hold"), "{outcome:?}");
    world.end().await;
}

#[tokio::test]
async fn a_deletion_ends_when_its_finalizer_is_taken_off() {
    let mut world = World::new(1).await;
    let mut body = config_map("one", "key", "value");
    body["metadata"]["finalizers"] = json!(["example.com/hold"]);
    world.fakes[0].create(body).unwrap();
    let live = world.get(0, &path("one")).await.unwrap();
    let id = world.declare("c0", config_map("one", "key", "value"));
    let release = async {
        while world.get(0, &path("one")).await.is_some_and(|now| now["metadata"]["deletionTimestamp"].is_null()) {
            tokio::task::yield_now().await;
        }
        world.edit(0, &path("one"), json!({"metadata": {"finalizers": null}})).await;
    };
    let (outcome, ()) = tokio::join!(world.run(vec![delete(&id, &live)]), release);
    assert_eq!(outcome.outcomes[0].result, Done::Deleted { already: false });
    world.end().await;
}

/// WR-6
#[tokio::test]
async fn a_privileged_object_is_deleted_with_the_privileged_connection() {
    let mut world = World::new(1).await;
    let fake = &world.fakes[0];
    let token = fake.issue_token(User::new("nobody", &[]), None);
    let ordinary = plain_client(fake, &Credential::Token(token));
    world.clusters = StaticClusters::new().with("c0", ordinary).with_privileged("c0", world.clients[0].clone());
    fake.create(config_map("one", "key", "value")).unwrap();
    let live = world.get(0, &path("one")).await.unwrap();
    let id = world.declare("c0", config_map("one", "key", "value"));
    let refused = world.run(vec![delete(&id, &live)]).await;
    assert!(matches!(refused.outcomes[0].result, Done::Failed { .. } | Done::Blocked(_)), "{refused:?}");
    let outcome = world.run(vec![PlanItem { privileged: true, ..delete(&id, &live) }]).await;
    assert_eq!(outcome.outcomes[0].result, Done::Deleted { already: false }, "{outcome:?}");
    assert!(outcome.outcomes[0].privileged);
    world.end().await;
}
