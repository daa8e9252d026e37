//! Everything together: declared, observed, planned and carried out.

use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::world::{World, config_map, path};
use crate::execute::{RealizeOptions, Realized, realize};
use crate::outcome::{Applied, Done, ExitStatus, Quiet, Verified};
use crate::plan::Action;
use crate::policy::{InventoryConfig, Prune};

impl World {
    async fn realize(&self, options: &RealizeOptions) -> Realized {
        let mut options = options.clone();
        options.execute.first_pause = Duration::from_millis(10);
        realize(&self.desired, &self.clusters, &self.policy, &options, &Quiet, CancellationToken::new()).await
    }

    async fn wet(&self) -> Realized {
        self.realize(&RealizeOptions::wet()).await
    }

    pub(super) fn forget(&mut self, id: &crate::id::ObjectId) {
        let bucket = self.desired.buckets.get_mut(&id.bucket()).unwrap();
        let mut changed = crate::desired::DesiredBucket::clone(bucket);
        changed.objects.remove(&id.name);
        *bucket = std::sync::Arc::new(changed);
    }
}

fn mixed(world: &mut World, cluster: &str) {
    world.declare(cluster, config_map("settings", "key", "value"));
    world.declare(
        cluster,
        json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "password", "namespace": "default"},
            "stringData": {"password": "sentinel"},
        }),
    );
    world.declare(
        cluster,
        json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "default"},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "name": "http"}, {"port": 80, "protocol": "UDP", "name": "dns"}]},
        }),
    );
    world.declare(
        cluster,
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"},
            "spec": {
                "replicas": 2,
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{
                        "name": "app", "image": "example.com/app:1",
                        "resources": {"limits": {"cpu": "1000m", "memory": "1024Mi"}},
                    }]},
                },
            },
        }),
    );
    world.declare(
        cluster,
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "reader", "namespace": "default"},
            "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
        }),
    );
}

#[tokio::test]
async fn a_second_run_writes_nothing() {
    let mut world = World::new(2).await;
    for cluster in ["c0", "c1"] {
        mixed(&mut world, cluster);
    }
    let first = world.wet().await;
    assert_eq!(first.outcome.exit_status(), ExitStatus::Success, "{first:#?}");
    assert_eq!(first.outcome.counts().created, 10);
    let before = world.writes();
    assert_eq!(before, 10);
    let second = world.wet().await;
    assert_eq!(second.outcome.counts().unchanged, 10, "{:#?}", second.plan.items);
    assert_eq!(world.writes(), before);
    assert_eq!(second.outcome.exit_status(), ExitStatus::Success);
    let said = format!("{first:?}{}", serde_json::to_string(&first.plan).unwrap());
    assert!(!said.contains("sentinel") && !said.contains("c2VudGluZWw"), "no secret is in a plan or an outcome");
    world.end().await;
}

#[tokio::test]
async fn drift_is_reverted_and_then_there_is_none() {
    let mut world = World::new(1).await;
    mixed(&mut world, "c0");
    assert_eq!(world.wet().await.outcome.exit_status(), ExitStatus::Success);
    let role = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles/reader";
    world.edit(0, role, json!({"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]})).await;
    world.edit(0, &path("settings"), json!({"data": {"key": "changed", "backdoor": "1"}})).await;
    let shown = world.realize(&RealizeOptions::default()).await;
    assert_eq!(shown.outcome.exit_status(), ExitStatus::Differences, "{:#?}", shown.outcome);
    let done = world.wet().await;
    assert_eq!((done.outcome.counts().configured, done.outcome.counts().failed), (2, 0), "{:#?}", done.outcome);
    assert_eq!(world.get(0, role).await.unwrap()["rules"][0]["verbs"], json!(["get"]));
    assert_eq!(world.get(0, &path("settings")).await.unwrap()["data"], json!({"key": "value"}));
    let before = world.writes();
    assert_eq!(world.wet().await.outcome.counts().written(), 0);
    assert_eq!(world.writes(), before);
    world.end().await;
}

#[tokio::test]
async fn what_is_no_longer_declared_is_deleted_when_that_is_allowed() {
    let mut world = World::new(1).await;
    let kept = world.declare("c0", config_map("kept", "key", "value"));
    let gone = world.declare("c0", config_map("gone", "key", "value"));
    world.wet().await;
    world.forget(&gone);
    let off = world.wet().await;
    assert_eq!(off.outcome.counts().deleted, 0);
    assert!(world.get(0, &path("gone")).await.is_some());
    world.policy = world.policy.clone().with_prune(Prune { enabled: true, ..Prune::default() });
    let forbidden = RealizeOptions { override_enable_deletion: Some(false), ..RealizeOptions::wet() };
    assert_eq!(world.realize(&forbidden).await.outcome.counts().deleted, 0);
    let done = world.wet().await;
    assert_eq!(done.outcome.counts().deleted, 1, "{done:#?}");
    assert_eq!(world.get(0, &path("gone")).await, None);
    assert!(world.get(0, &path(&kept.name)).await.is_some());
    world.end().await;
}

#[tokio::test]
async fn a_dry_run_that_asks_nobody_writes_and_asks_nothing() {
    let mut world = World::new(1).await;
    world.declare("c0", config_map("one", "key", "value"));
    let options = RealizeOptions { verify: false, ..RealizeOptions::default() };
    let shown = world.realize(&options).await;
    assert_eq!(shown.outcome.outcomes[0].result, Done::Planned(Verified::NotAsked));
    assert_eq!((shown.outcome.exit_status(), world.writes()), (ExitStatus::Differences, 0));
    let asked = world.realize(&RealizeOptions::default()).await;
    assert_eq!(asked.outcome.outcomes[0].result, Done::Planned(Verified::Accepted));
    assert_eq!(world.get(0, &path("one")).await, None);
    world.end().await;
}

#[tokio::test]
async fn an_inventory_is_widened_before_anything_is_written_and_shrunk_after_pruning() {
    let mut world = World::new(1).await;
    world.policy = world
        .policy
        .clone()
        .with_inventory(InventoryConfig::new("default", "mooring-test"))
        .with_prune(Prune { enabled: true, ..Prune::default() });
    let parent = "/api/v1/namespaces/default/secrets/mooring-test";
    let kinds = async |world: &World| {
        let parent = world.get(0, parent).await.unwrap();
        parent["metadata"]["annotations"][crate::applyset::GROUP_KINDS].as_str().unwrap_or_default().to_owned()
    };
    world.declare("c0", config_map("one", "key", "value"));
    let role = world.declare("c0", json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "reader", "namespace": "default"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    }));
    let first = world.wet().await;
    assert_eq!(first.outcome.exit_status(), ExitStatus::Success, "{first:#?}");
    assert_eq!(kinds(&world).await, "ConfigMap,Role.rbac.authorization.k8s.io");
    let one = world.get(0, &path("one")).await.unwrap();
    assert!(one["metadata"]["labels"][crate::applyset::PART_OF].as_str().is_some_and(|id| id.starts_with("applyset-")));
    let before = world.writes();
    world.wet().await;
    assert_eq!(world.writes(), before, "a run without changes writes no inventory");
    world.forget(&role);
    let pruned = world.wet().await;
    assert_eq!(pruned.outcome.counts().deleted, 1, "{pruned:#?}");
    assert_eq!(kinds(&world).await, "ConfigMap");
    let leases = world.get(0, "/apis/coordination.k8s.io/v1/namespaces/default/leases").await.unwrap();
    assert_eq!(leases["items"].as_array().map(Vec::len), Some(1), "it was deleted under a lock");
    assert_eq!(leases["items"][0]["spec"]["holderIdentity"].as_str().unwrap_or_default(), "", "which was given back");
    world.end().await;
}

#[tokio::test]
async fn a_cluster_whose_inventory_belongs_to_another_tool_is_left_alone() {
    let mut world = World::new(2).await;
    world.policy = world.policy.clone().with_inventory(InventoryConfig::new("default", "mooring-test"));
    let id = crate::applyset::set_id("mooring-test", "default", "Secret", "");
    world.fakes[0]
        .create(json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {
                "name": "mooring-test", "namespace": "default",
                "labels": {crate::applyset::PARENT_ID: id},
                "annotations": {crate::applyset::TOOLING: "kubectl/v1.30.0"},
            },
        }))
        .unwrap();
    world.declare("c0", config_map("one", "key", "value"));
    world.declare("c1", config_map("one", "key", "value"));
    let writes = world.writes();
    let done = world.wet().await;
    assert_eq!(done.outcome.exit_status(), ExitStatus::Partial, "{done:#?}");
    assert_eq!(world.get(0, &path("one")).await, None);
    assert!(world.get(1, &path("one")).await.is_some());
    assert_eq!(world.writes() - writes, 2, "an inventory and an object of the other cluster");
    world.end().await;
}

#[tokio::test]
async fn an_object_that_waits_for_its_namespace_is_made_when_it_comes() {
    let mut world = World::new(1).await;
    let mut body = config_map("one", "key", "value");
    body["metadata"]["namespace"] = json!("later");
    world.declare("c0", body);
    let blocked = world.wet().await;
    assert_eq!(blocked.outcome.counts().blocked, 1, "{blocked:#?}");
    let waiting = RealizeOptions { wait_for_namespace: true, ..RealizeOptions::wet() };
    let comes = async {
        while world.fakes[0].counters().requests(fake_cluster::api::Verb::Patch) == 0 {
            tokio::task::yield_now().await;
        }
        world.fakes[0].create(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "later"}})).unwrap();
    };
    let (done, ()) = tokio::join!(world.realize(&waiting), comes);
    assert_eq!(done.outcome.counts().created, 1, "{done:#?}");
    world.end().await;
}

#[tokio::test]
async fn an_object_that_cannot_change_is_made_anew_when_its_kind_may() {
    let mut world = World::new(1).await;
    let binding = |role: &str| {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "b", "namespace": "default"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": role},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "u"}],
        })
    };
    world.declare("c0", binding("one"));
    assert_eq!(world.wet().await.outcome.exit_status(), ExitStatus::Success);
    world.declare("c0", binding("other"));
    let blocked = world.wet().await;
    assert_eq!(blocked.outcome.counts().blocked, 1, "{blocked:#?}");
    world.policy = world.policy.clone().with_recreate(crate::plan::default_recreate_kinds());
    let shown = world.realize(&RealizeOptions::default()).await;
    assert_eq!(shown.plan.items[0].action, Action::Replace);
    assert!(matches!(shown.outcome.outcomes[0].result, Done::Planned(Verified::Unverified(_))), "{shown:#?}");
    let done = world.wet().await;
    assert!(matches!(done.outcome.outcomes[0].result, Done::Applied { how: Applied::Replaced, .. }), "{done:#?}");
    let at = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings/b";
    assert_eq!(world.get(0, at).await.unwrap()["roleRef"]["name"], "other");
    let before = world.writes();
    world.wet().await;
    assert_eq!(world.writes(), before);
    world.end().await;
}

#[tokio::test]
async fn nothing_is_deleted_while_another_run_holds_the_lock() {
    let mut world = World::new(1).await;
    let config = InventoryConfig::new("default", "mooring-test");
    world.policy =
        world.policy.clone().with_inventory(config.clone()).with_prune(Prune { enabled: true, ..Prune::default() });
    let gone = world.declare("c0", config_map("gone", "key", "value"));
    world.declare("c0", config_map("kept", "key", "value"));
    assert_eq!(world.wet().await.outcome.exit_status(), ExitStatus::Success);
    world.forget(&gone);
    world.declare("c0", config_map("new", "key", "value"));
    let access = crate::clusters::Clusters::access(&world.clusters, "c0", false).await.unwrap();
    let actor = &world.policy.actor;
    let lock = crate::run_lock::RunLock::acquire(&"c0".into(), &access, &config, actor, "other", Default::default())
        .await
        .unwrap();
    let mut options = RealizeOptions::wet();
    options.execute.lock.wait = Duration::ZERO;
    let done = world.realize(&options).await;
    let counts = done.outcome.counts();
    assert_eq!((counts.created, counts.deleted, counts.blocked), (1, 0, 1), "{done:#?}");
    assert!(world.get(0, &path("gone")).await.is_some());
    lock.shutdown().await;
    assert_eq!(world.realize(&options).await.outcome.counts().deleted, 1);
    world.end().await;
}

#[tokio::test]
async fn a_cluster_that_was_brought_to_the_same_is_not_looked_at_until_the_time_is_up() {
    let mut world = World::new(2).await;
    world.declare("c0", config_map("one", "key", "value"));
    world.declare("c1", config_map("one", "key", "value"));
    world.fakes[1].create(config_map("one", "theirs", "1")).unwrap();
    world.policy = world.policy.clone().with_adoption(crate::policy::Adoption::Never);
    let first = world.wet().await;
    assert_eq!(first.outcome.exit_status(), ExitStatus::Partial, "{:#?}", first.outcome);
    let known: Vec<_> = first.settled.clusters().map(|name| &**name).collect();
    assert_eq!((known, first.skipped.len()), (vec!["c0"], 0), "only where everything is as declared");
    let stored = serde_json::to_string(&first.settled).unwrap();
    let hour = Duration::from_secs(3600);
    let with = |within| RealizeOptions::wet().with_previous(serde_json::from_str(&stored).unwrap(), within);
    let asked = |world: &World| world.fakes[0].counters().all_requests();

    let before = asked(&world);
    let next = world.realize(&with(hour)).await;
    assert_eq!((asked(&world), next.skipped.len()), (before, 1), "nothing was asked");
    assert!(next.outcome.outcomes.iter().all(|outcome| &*outcome.id.cluster == "c1"), "the other one was looked at");
    assert!(next.outcome.issues.iter().any(|issue| issue.message.contains("not looked at")), "and it is said");
    assert_eq!(next.settled, first.settled, "what was not looked at is no younger");

    let late = world.realize(&with(Duration::ZERO)).await;
    assert!(late.skipped.is_empty() && asked(&world) > before, "the time is up");
    world.declare("c0", config_map("one", "key", "other"));
    let changed = world.realize(&with(hour)).await;
    assert!(changed.skipped.is_empty() && changed.outcome.counts().configured == 1, "{:#?}", changed.outcome);
    world.policy = world.policy.clone().with_take_over();
    let policy = world.realize(&RealizeOptions::wet().with_previous(changed.settled, hour)).await;
    assert!(policy.skipped.is_empty(), "another policy may want something else");
    world.end().await;
}

#[tokio::test]
async fn what_was_held_back_or_only_shown_settles_nothing() {
    let mut world = World::new(1).await;
    let gone = world.declare("c0", config_map("gone", "key", "value"));
    world.declare("c0", config_map("kept", "key", "value"));
    let shown = world.realize(&RealizeOptions::default()).await;
    assert_eq!(shown.settled.clusters().count(), 0, "it was only shown");
    assert_eq!(world.wet().await.settled.clusters().count(), 1);
    world.forget(&gone);
    assert_eq!(world.wet().await.settled.clusters().count(), 0, "deleting is off, and something is to be deleted");
    world.end().await;
}

#[tokio::test]
async fn what_a_credential_may_not_do_is_one_issue_for_a_kind_in_a_place() {
    let mut world = World::new(1).await;
    for at in 0..5 {
        world.declare("c0", config_map(&format!("m{at}"), "key", "value"));
    }
    let refused = fake_cluster::api::Status::forbidden("", "configmaps", "m", "not allowed");
    let refused = fake_cluster::faults::Effect::Refuse(refused);
    world.fakes[0].faults().add(fake_cluster::faults::Fault::new(refused).on_verb(fake_cluster::api::Verb::Patch));
    let done = world.wet().await;
    assert_eq!(done.outcome.counts().failed, 5, "{:#?}", done.outcome);
    let forbidden: Vec<_> =
        done.outcome.issues.iter().filter(|issue| issue.class == crate::issue::IssueClass::Forbidden).collect();
    assert_eq!(forbidden.len(), 1, "{forbidden:#?}");
    assert!(forbidden[0].message.starts_with("5 objects are refused (m0, m1, m2, …)"), "{}", forbidden[0].message);
    assert!(matches!(forbidden[0].reach, crate::issue::Reach::Kind(_)));
    world.end().await;
}

#[tokio::test]
async fn secrets_of_the_application_are_in_no_plan_report_or_backup() {
    let mut world = World::new(1).await;
    let kind = crate::id::GroupKind::core("ConfigMap");
    world.policy = world.policy.clone().hiding(Some(kind.clone()), "data.password").with_recreate([kind]);
    let immutable = |password: &str| {
        let mut body = config_map("one", "password", password);
        body["data"]["open"] = json!("seen");
        body["immutable"] = json!(true);
        body
    };
    world.declare("c0", immutable("sentinel-one"));
    assert_eq!(world.wet().await.outcome.exit_status(), ExitStatus::Success);
    world.declare("c0", immutable("sentinel-two"));
    let done = world.wet().await;
    assert!(matches!(done.outcome.outcomes[0].result, Done::Applied { how: Applied::Replaced, .. }), "{done:#?}");
    assert!(done.plan.items[0].changes.iter().any(|change| change.path == "data.password"), "that it changed is told");
    let whole = crate::observe::ObserveOptions { whole: true, ..Default::default() };
    let observed = crate::observe::observe(&world.desired, &world.clusters, &world.policy, &whole, &Quiet).await;
    let secrets = crate::report::SecretValues::under(&world.policy, &world.desired, &observed);
    assert_eq!(secrets.hide("Invalid value: sentinel-two"), format!("Invalid value: {}", crate::report::HIDDEN));
    let report = crate::report::Report::new(&done.plan)
        .with_outcome(&done.outcome)
        .with_whole_objects(&world.desired, &observed, &world.policy)
        .document();
    let plan = serde_json::to_string(&done.plan).unwrap();
    let said = format!("{done:?}{plan}{}{}", report.json(), report.text(&Default::default()));
    assert!(!said.contains("sentinel"), "{said}");
    world.end().await;
}
