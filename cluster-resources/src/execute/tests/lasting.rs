//! What outlasts a run: inventories that shrink or could not, locks that are lost on the way, handovers that were begun.

use std::sync::Mutex;
use std::time::Duration;

use fake_cluster::api::{Status, Verb};
use fake_cluster::faults::{Effect, Fault};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::world::{World, config_map, path, results};
use crate::applyset::GROUP_KINDS;
use crate::execute::{RealizeOptions, Realized, realize};
use crate::id::{GroupKind, ObjectId};
use crate::issue::{Issue, IssueClass, Severity};
use crate::outcome::{Applied, Done, Event, EventSink, ExitStatus};
use crate::plan::{Action, Reason};
use crate::policy::{InventoryConfig, Prune};
use crate::run_lock::LockOptions;

const PARENT: &str = "/api/v1/namespaces/default/secrets/mooring-test";
const ROLE: &str = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles/reader";

fn role() -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "reader", "namespace": "default"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    })
}

/// Remembers what is said of no item.
#[derive(Default)]
struct Said(Mutex<Vec<Issue>>);

impl EventSink for Said {
    fn event(&self, event: &Event) {
        if let Event::Issue(issue) = event {
            self.0.lock().unwrap().push(issue.clone());
        }
    }
}

/// A lock that is lost soon when it cannot be renewed.
fn short() -> LockOptions {
    LockOptions {
        duration: Duration::from_secs(1),
        margin: Duration::from_millis(700),
        renew_every: Duration::from_millis(50),
        retry_after: Duration::from_millis(20),
        ..LockOptions::default()
    }
}

async fn bounded<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future).await.expect("it ends")
}

impl World {
    async fn pruned(&self, options: &RealizeOptions, said: &Said) -> Realized {
        let mut options = options.clone();
        options.execute.first_pause = Duration::from_millis(10);
        let stop = CancellationToken::new();
        realize(&self.desired, &self.clusters, &self.policy, &options, said, stop).await
    }

    /// A ConfigMap and a Role that are members, of which nothing is declared any more.
    async fn with_two_to_delete() -> (Self, [ObjectId; 2]) {
        let mut world = Self::new(1).await;
        let prune = Prune { allow_empty: true, ..Prune::enabled() };
        world.policy =
            world.policy.clone().with_inventory(InventoryConfig::new("default", "mooring-test")).with_prune(prune);
        let ids = [world.declare("c0", config_map("one", "key", "value")), world.declare("c0", role())];
        world.declare("c0", config_map("kept", "key", "value"));
        let made = world.pruned(&RealizeOptions::wet(), &Said::default()).await;
        assert_eq!(made.outcome.exit_status(), ExitStatus::Success, "{made:#?}");
        for id in &ids {
            world.forget(id);
        }
        (world, ids)
    }

    async fn kinds(&self) -> String {
        let parent = self.get(0, PARENT).await.unwrap();
        parent["metadata"]["annotations"][GROUP_KINDS].as_str().unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn an_inventory_shrinks_to_what_is_left_and_is_written_once_for_that() {
    let (world, _) = World::with_two_to_delete().await;
    assert_eq!(world.kinds().await, "ConfigMap,Role.rbac.authorization.k8s.io");
    let before = world.writes();
    let done = world.pruned(&RealizeOptions::wet(), &Said::default()).await;
    assert_eq!((done.outcome.counts().deleted, done.outcome.exit_status()), (2, ExitStatus::Success), "{done:#?}");
    assert_eq!(world.kinds().await, "ConfigMap");
    assert_eq!(world.writes() - before, 5, "two deletions, the lock taken and given back, and the inventory");
    let before = world.writes();
    world.pruned(&RealizeOptions::wet(), &Said::default()).await;
    assert_eq!(world.writes(), before);
    world.end().await;
}

#[tokio::test]
async fn an_inventory_that_cannot_shrink_is_said_and_shrinks_with_the_next_run() {
    let (world, _) = World::with_two_to_delete().await;
    let refused = Effect::Refuse(Status::forbidden("", "secrets", "mooring-test", "no"));
    let fault = world.fakes[0].faults().add(Fault::new(refused).on_verb(Verb::Patch).on_name("mooring-test"));
    let said = Said::default();
    let done = world.pruned(&RealizeOptions::wet(), &said).await;
    assert_eq!((done.outcome.counts().deleted, done.outcome.exit_status()), (2, ExitStatus::Success), "{done:#?}");
    assert!(done.outcome.issues.iter().any(|issue| issue.severity == Severity::Warning), "{:#?}", done.outcome.issues);
    assert!(!said.0.lock().unwrap().is_empty(), "it is told as it happens, too");
    assert_eq!(world.kinds().await, "ConfigMap,Role.rbac.authorization.k8s.io", "it says more than there is");
    fault.remove();
    world.pruned(&RealizeOptions::wet(), &said).await;
    assert_eq!(world.kinds().await, "ConfigMap");
    world.end().await;
}

#[tokio::test]
async fn an_inventory_that_cannot_be_written_for_a_moment_holds_nothing_up() {
    let mut world = World::new(1).await;
    world.policy = world.policy.clone().with_inventory(InventoryConfig::new("default", "mooring-test"));
    world.declare("c0", config_map("one", "key", "value"));
    let fault = Fault::new(Effect::unavailable()).on_verb(Verb::Create).on_resource("secrets").times(2);
    let fault = world.fakes[0].faults().add(fault);
    let done = world.pruned(&RealizeOptions::wet(), &Said::default()).await;
    assert_eq!((fault.hits(), done.outcome.exit_status()), (2, ExitStatus::Success), "{done:#?}");
    world.end().await;
}

#[tokio::test]
async fn nothing_is_deleted_once_the_lock_is_lost_and_the_run_says_so() {
    let (world, _) = World::with_two_to_delete().await;
    world.edit(0, &path("one"), json!({"metadata": {"finalizers": ["example.com/hold"]}})).await;
    // The Lease cannot be renewed, so the lock is lost while the first deletion waits.
    world.fakes[0].faults().add(Fault::new(Effect::unavailable()).on_verb(Verb::Update).on_resource("leases"));
    let mut options = RealizeOptions::wet();
    options.execute.lock = short();
    let said = Said::default();
    let release = async {
        while said.0.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        world.edit(0, &path("one"), json!({"metadata": {"finalizers": null}})).await;
    };
    let (done, ()) = bounded(async { tokio::join!(world.pruned(&options, &said), release) }).await;
    let results = results(&done.outcome);
    assert_eq!(results["one"], &Done::Deleted { already: false }, "what was begun is ended");
    assert!(matches!(results["reader"], Done::Blocked(issue) if issue.message.contains("lock")), "{done:#?}");
    assert!(world.get(0, ROLE).await.is_some(), "nothing was deleted afterwards");
    assert!(done.outcome.issues.iter().any(|issue| issue.class == IssueClass::Inventory), "{:#?}", done.outcome.issues);
    assert_eq!(done.outcome.exit_status(), ExitStatus::Error);
    assert_eq!(world.kinds().await, "ConfigMap,Role.rbac.authorization.k8s.io", "nor did the inventory shrink");
    world.fakes[0].faults().clear();
    let next = world.pruned(&RealizeOptions::wet(), &Said::default()).await;
    assert_eq!((next.outcome.counts().deleted, world.kinds().await), (1, "ConfigMap".into()), "{next:#?}");
    world.end().await;
}

#[tokio::test]
async fn a_deletion_that_is_tried_again_stops_when_the_lock_is_lost() {
    let (mut world, _) = World::with_two_to_delete().await;
    world.declare("c0", role());
    world.fakes[0].faults().add(Fault::new(Effect::unavailable()).on_verb(Verb::Update).on_resource("leases"));
    let broken = world.fakes[0].faults().add(Fault::new(Effect::unavailable()).on_verb(Verb::Delete));
    let mut options = RealizeOptions::wet();
    options.execute.retries = 1_000;
    options.execute.longest_pause = Duration::from_millis(20);
    options.execute.lock = short();
    let done = bounded(world.pruned(&options, &Said::default())).await;
    let results = results(&done.outcome);
    let one = results["one"];
    assert!(matches!(one, Done::Failed { absent: false, .. } | Done::Blocked(_)), "{one:?}");
    assert!(one.issue().is_some_and(|issue| issue.message.contains("lock")), "{one:?}");
    assert!(broken.hits() < 1_000 && world.get(0, &path("one")).await.is_some());
    world.end().await;
}

#[tokio::test]
async fn a_begun_handover_is_ended_though_the_deployment_is_as_declared() {
    const SETS: &str = "/apis/apps/v1/namespaces/default/replicasets/web-1";
    let mut world = World::new(1).await;
    world.policy = world.policy.clone().with_recreate([GroupKind::new("apps", "Deployment")]);
    let template = json!({
        "metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "app", "image": "example.com/app:1"}]},
    });
    world.declare(
        "c0",
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
        }),
    );
    assert_eq!(world.pruned(&RealizeOptions::wet(), &Said::default()).await.outcome.counts().created, 1);
    // A run that died had made the Deployment anew and not adopted what it marked.
    world.fakes[0]
        .create(json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {
                "name": "web-1", "namespace": "default",
                "labels": {"app": "web", "pod-template-hash": "1", crate::recover::HANDOVER: crate::recover::word("web")},
                "annotations": {crate::recover::HANDOVER_OF: "web"},
            },
            "spec": {"selector": {"matchLabels": {"app": "old", "pod-template-hash": "1"}}, "template": {
                "metadata": {"labels": {"app": "old", "pod-template-hash": "1"}}, "spec": template["spec"],
            }},
        }))
        .unwrap();
    let shown = world.pruned(&RealizeOptions::default(), &Said::default()).await;
    assert_eq!((shown.plan.items[0].action, &shown.plan.items[0].reason), (Action::Update, &Reason::Unfinished));
    assert_eq!(shown.outcome.exit_status(), ExitStatus::Differences, "{shown:#?}");
    let done = world.pruned(&RealizeOptions::wet(), &Said::default()).await;
    assert!(
        matches!(done.outcome.outcomes[0].result, Done::Applied { how: Applied::Configured, .. }),
        "{:#?}",
        done.outcome
    );
    let set = world.get(0, SETS).await.unwrap();
    assert!(set["metadata"]["labels"].get(crate::recover::HANDOVER).is_none(), "{set:#}");
    assert_eq!(set["metadata"]["ownerReferences"][0]["name"], "web");
    let before = world.writes();
    let again = world.pruned(&RealizeOptions::wet(), &Said::default()).await;
    assert_eq!((again.outcome.counts().unchanged, world.writes()), (1, before), "{again:#?}");
    world.end().await;
}

#[tokio::test]
async fn an_event_says_on_the_parent_what_became_of_a_cluster_when_that_is_asked_for() {
    const EVENTS: &str = "/api/v1/namespaces/default/events";
    let (world, _) = World::with_two_to_delete().await;
    let events = async |world: &World| world.get(0, EVENTS).await.unwrap()["items"].as_array().cloned().unwrap();
    assert_eq!(events(&world).await.len(), 0, "it was not asked for");
    let mut options = RealizeOptions::wet();
    options.execute.announce = true;
    let done = world.pruned(&options, &Said::default()).await;
    assert_eq!((done.outcome.counts().deleted, done.outcome.issues.len()), (2, 0), "{:#?}", done.outcome.issues);
    let [event] = &events(&world).await[..] else { panic!("one event") };
    assert_eq!((&event["type"], &event["reason"]), (&json!("Normal"), &json!("Realized")));
    let about = &event["involvedObject"];
    assert_eq!((&about["kind"], &about["name"]), (&json!("Secret"), &json!("mooring-test")));
    assert!(event["message"].as_str().is_some_and(|text| text.starts_with("2 deleted (plan ")), "{event:#}");
    world.pruned(&options, &Said::default()).await;
    assert_eq!(events(&world).await.len(), 1, "nothing happened");
    world.end().await;
}
