mod whole;

use fake_cluster::server::FakeCluster;
use kube::api::{Api, DynamicObject, Patch, PatchParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::{Value, json};

use super::decide::{changes_at, is_rolled_by};
use super::*;
use crate::plan::{FieldChange, ForeignField, Reason};
use crate::policy::Foreign;

fn deployments(cluster: &FakeCluster) -> Api<DynamicObject> {
    let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("apps", "v1", "Deployment"), "deployments");
    Api::namespaced_with(cluster.client().unwrap(), "default", &resource)
}

fn deployment(name: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": {
            "metadata": {"labels": {"app": name}},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        }},
    })
}

fn uid(object: &Value) -> &str {
    object["metadata"]["uid"].as_str().unwrap()
}

fn config(kind: &str, name: &str) -> ObjectId {
    BucketId::new("one", Some("default"), GroupKind::core(kind)).object(name)
}

fn change(path: &str) -> FieldChange {
    FieldChange { path: path.into(), before: Some(json!("a")), after: Some(json!("b")), manager: None }
}

fn plan_item(id: ObjectId, action: Action, changes: Vec<FieldChange>) -> PlanItem {
    PlanItem {
        id,
        api_version: "v1".into(),
        stage: 5,
        action,
        reason: Reason::DeclarationChanged,
        desired_hash: None,
        live: None,
        changes,
        foreign: Vec::new(),
        after: Vec::new(),
        unverifiable: Vec::new(),
        privileged: false,
        origin: None,
    }
}

fn restart_of(name: &str, uid: &str) -> PlanItem {
    let id = BucketId::new("one", Some("default"), GroupKind::new("apps", "Deployment")).object(name);
    PlanItem {
        api_version: "apps/v1".into(),
        stage: STAGE,
        live: Some(LiveVersion::new(uid, "1")),
        ..plan_item(id, Action::Restart, Vec::new())
    }
}

fn annotations(object: &DynamicObject) -> Value {
    object.data.pointer("/spec/template/metadata/annotations").cloned().unwrap_or_default()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn only_changes_of_data_count_as_changes_of_content() {
    let data = |item: &PlanItem| changes_at(item, &["data", "binaryData"], &["/data", "/binaryData"]);
    let with = |path: &str| plan_item(config("Secret", "s"), Action::Update, vec![change(path)]);
    for path in ["data", "data.key", "data[\"a.b\"]", "binaryData.blob"] {
        assert!(data(&with(path)), "{path}");
    }
    for path in ["metadata.annotations[\"qontract.update\"]", "type", "database", "metadata.labels.data", "immutable"] {
        assert!(!data(&with(path)), "{path}");
    }
    let mut same = with("data.key");
    same.changes[0].after = same.changes[0].before.clone();
    assert!(!data(&same), "what is equal is no change");
    let mut foreign = with("type");
    foreign.foreign = vec![ForeignField {
        also: Vec::new(),
        path: "data.extra".into(),
        pointer: "/data/extra".into(),
        manager: "kubectl".into(),
        time: None,
        policy: Foreign::Revert,
    }];
    assert!(data(&foreign), "a key that is taken away changes the content");
    foreign.foreign[0].policy = Foreign::Report;
    assert!(!data(&foreign));
}

#[test]
fn a_workload_that_the_plan_rolls_is_known() {
    let id = BucketId::new("one", Some("default"), GroupKind::new("apps", "Deployment")).object("app");
    let rolled = |action, path: &str| is_rolled_by(&plan_item(id.clone(), action, vec![change(path)]));
    assert!(rolled(Action::Update, "spec.template.spec.containers[name=app].image"));
    assert!(rolled(Action::Create, ""));
    assert!(rolled(Action::Replace, "spec.selector"));
    assert!(!rolled(Action::Update, "spec.replicas"));
    assert!(!rolled(Action::Unchanged, "spec.template"));
}

#[test]
fn marks_ask_for_restarts_when_they_say_true() {
    let marked = |annotations: Value| asks_for_restarts(&json!({"metadata": {"annotations": annotations}}));
    assert!(marked(json!({"qontract.recycle": "true"})));
    assert!(marked(json!({"mooring.dev/restart": "true"})));
    assert!(!marked(json!({"mooring.dev/restart": "false"})));
    assert!(!marked(json!({"mooring.dev/restart": true})));
    assert!(!marked(Value::Null));
}

#[test]
fn the_controller_among_the_owners_is_the_one_that_counts() {
    let owners = json!({"ownerReferences": [
        {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "1"},
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "r", "uid": "2", "controller": true},
    ]});
    let owner = controller_of(&owners).unwrap();
    assert_eq!((owner.kind.to_string().as_str(), &*owner.name, &*owner.uid), ("ReplicaSet.apps", "r", "2"));
    let not_controlling = json!({"ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "1", "controller": false}]});
    assert_eq!(controller_of(&not_controlling), None);
    assert_eq!(controller_of(&json!({})), None);
    assert_eq!(controller_of(&json!({"ownerReferences": "?"})), None);
}

#[tokio::test]
async fn a_restart_touches_one_annotation_under_its_own_field_manager() {
    let cluster = FakeCluster::start().await.unwrap();
    let made = cluster.create(deployment("app")).unwrap();
    let access = ClusterAccess::new(cluster.client().unwrap());
    let item = restart_of("app", uid(&made));
    let done = restart(&access, &item, "mooring-restart", at("2026-01-02T03:04:05.6Z")).await.unwrap();
    assert_eq!(done.annotation, RESTARTED_AT);
    assert_eq!(&*done.version.uid, uid(&made));
    assert_eq!(done.generation, Some(2));
    let now = deployments(&cluster).get("app").await.unwrap();
    assert_eq!(annotations(&now), json!({RESTARTED_AT: "2026-01-02T03:04:05Z"}));
    let managers = now.metadata.managed_fields.unwrap_or_default();
    assert!(managers.iter().any(|entry| entry.manager.as_deref() == Some("mooring-restart")), "{managers:?}");

    let again = restart(&access, &item, "mooring-restart", at("2026-01-02T03:04:05Z")).await.unwrap();
    assert_eq!(again, done, "the same time restarts nothing twice");
    let later = restart(&access, &item, "mooring-restart", at("2026-01-02T03:05:00Z")).await.unwrap();
    assert_eq!(later.generation, Some(3));
    cluster.shutdown().await;
}

#[tokio::test]
async fn the_manager_of_declarations_does_not_fight_a_restart() {
    let cluster = FakeCluster::start().await.unwrap();
    let apply = async || {
        let params = PatchParams::apply("mooring/app");
        deployments(&cluster).patch("app", &params, &Patch::Apply(deployment("app"))).await.unwrap()
    };
    let made = apply().await;
    let access = ClusterAccess::new(cluster.client().unwrap());
    let item = restart_of("app", made.metadata.uid.as_deref().unwrap());
    let done = restart(&access, &item, "mooring-restart", at("2026-01-02T03:04:05Z")).await.unwrap();
    let now = apply().await;
    assert_eq!(now.metadata.resource_version.as_deref(), Some(&*done.version.resource_version), "nothing is written");
    assert_eq!(annotations(&now), json!({RESTARTED_AT: "2026-01-02T03:04:05Z"}));
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_restart_by_hand_is_left_alone_and_ours_is_written_beside_it() {
    let cluster = FakeCluster::start().await.unwrap();
    let made = cluster.create(deployment("app")).unwrap();
    let by_hand = json!({"spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: "2025-05-05T05:05:05Z"}}}}});
    let params = PatchParams { field_manager: Some("kubectl-rollout".into()), ..PatchParams::default() };
    deployments(&cluster).patch("app", &params, &Patch::Merge(by_hand)).await.unwrap();
    let access = ClusterAccess::new(cluster.client().unwrap());
    let done =
        restart(&access, &restart_of("app", uid(&made)), "mooring-restart", at("2026-01-02T03:04:05Z")).await.unwrap();
    assert_eq!(done.annotation, OWN_RESTARTED_AT);
    let now = deployments(&cluster).get("app").await.unwrap();
    let expected = json!({RESTARTED_AT: "2025-05-05T05:05:05Z", OWN_RESTARTED_AT: "2026-01-02T03:04:05Z"});
    assert_eq!(annotations(&now), expected);
    cluster.shutdown().await;
}

#[tokio::test]
async fn another_workload_of_the_same_name_is_not_restarted() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster.create(deployment("app")).unwrap();
    let access = ClusterAccess::new(cluster.client().unwrap());
    let now = at("2026-01-02T03:04:05Z");
    let error = restart(&access, &restart_of("app", "another"), "mooring-restart", now).await.unwrap_err();
    assert!(
        matches!(error.api_error(), Some(kube::Error::Api(status)) if matches!(status.code, 409 | 422)),
        "{error:?}"
    );
    let error = restart(&access, &restart_of("gone", "another"), "mooring-restart", now).await.unwrap_err();
    assert!(error.api_error().is_some(), "{error:?}");
    assert!(deployments(&cluster).get_opt("gone").await.unwrap().is_none(), "nothing is made");
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_is_no_workload_is_refused_before_anything_is_sent() {
    let cluster = FakeCluster::start().await.unwrap();
    let access = ClusterAccess::new(cluster.client().unwrap());
    let mut item = restart_of("app", "1");
    item.id.kind = GroupKind::core("ConfigMap");
    let error = restart(&access, &item, "mooring-restart", at("2026-01-02T03:04:05Z")).await.unwrap_err();
    assert_eq!(error.to_string(), "[one/default] ConfigMap app is no workload that can be restarted");
    assert_eq!(cluster.counters().all_requests(), 0);
    cluster.shutdown().await;
}

fn owned_by(owner: &Value, mut object: Value) -> Value {
    object["metadata"]["ownerReferences"] = json!([{
        "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"],
        "controller": true,
    }]);
    object
}

fn pod(name: &str, spec: Value) -> Value {
    let mut spec = spec;
    spec["containers"] = json!([{"name": "c", "image": "i"}]);
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"}, "spec": spec})
}

fn replica_set(name: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": {
            "metadata": {"labels": {"app": name}},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        }},
    })
}

fn mounts(secret: &str) -> Value {
    json!({"volumes": [{"name": "v", "projected": {"sources": [{"secret": {"name": secret}}]}}]})
}

fn place() -> Place {
    Place { cluster: "one".into(), namespace: "default".into(), privileged: false }
}

async fn found(cluster: &FakeCluster, changed: &[&PlanItem]) -> Result<Found, Issue> {
    let mut clusters = crate::clusters::MockClusters::new();
    let client = cluster.client().unwrap();
    clusters.expect_access().returning(move |_, _| Ok(ClusterAccess::new(client.clone())));
    look(&place(), changed, &clusters).await
}

fn names(found: &Found) -> Vec<String> {
    found.workloads.keys().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_secret_that_one_pod_uses_restarts_the_deployment_at_its_root_once() {
    let cluster = FakeCluster::start().await.unwrap();
    let app = cluster.create(deployment("app")).unwrap();
    let set = cluster.create(owned_by(&app, replica_set("app-1"))).unwrap();
    for name in ["app-1-a", "app-1-b"] {
        cluster.create(owned_by(&set, pod(name, mounts("db")))).unwrap();
    }
    let other = cluster.create(deployment("other")).unwrap();
    let set = cluster.create(owned_by(&other, replica_set("other-1"))).unwrap();
    cluster.create(owned_by(&set, pod("other-1-a", mounts("unrelated")))).unwrap();
    // Run by nobody, and run by a set that is gone: nothing to restart, and no trouble.
    cluster.create(pod("alone", mounts("db"))).unwrap();
    let gone = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "gone", "uid": "9"}});
    cluster.create(owned_by(&gone, pod("orphan", mounts("db")))).unwrap();

    let secret = plan_item(config("Secret", "db"), Action::Update, vec![change("data.password")]);
    let found = found(&cluster, &[&secret]).await.unwrap();
    assert_eq!(names(&found), ["[one/default] Deployment.apps app"]);
    assert!(found.issues.is_empty());
    let (id, workload) = found.workloads.into_iter().next().unwrap();
    assert_eq!(&*workload.live.uid, uid(&app));
    let item = item(id, workload, &empty_plan(Vec::new())).unwrap();
    assert_eq!(item.action, Action::Restart);
    assert_eq!(item.reason, Reason::ConfigChanged(secret.id.clone()));
    assert_eq!(item.after, [secret.id]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn an_owner_by_the_same_name_and_another_uid_is_another() {
    let cluster = FakeCluster::start().await.unwrap();
    let mut app = cluster.create(deployment("app")).unwrap();
    app["metadata"]["uid"] = json!("of-an-earlier-one");
    let set = cluster.create(owned_by(&app, replica_set("app-1"))).unwrap();
    cluster.create(owned_by(&set, pod("app-1-a", mounts("db")))).unwrap();
    let secret = plan_item(config("Secret", "db"), Action::Update, vec![change("data.password")]);
    assert!(found(&cluster, &[&secret]).await.unwrap().workloads.is_empty());
    cluster.shutdown().await;
}

#[tokio::test]
async fn an_object_that_is_made_restarts_only_pods_that_run_without_it() {
    let cluster = FakeCluster::start().await.unwrap();
    let app = cluster.create(deployment("app")).unwrap();
    let set = cluster.create(owned_by(&app, replica_set("app-1"))).unwrap();
    cluster.create(owned_by(&set, pod("app-1-a", mounts("db")))).unwrap();
    let secret = plan_item(config("Secret", "db"), Action::Create, Vec::new());
    assert!(found(&cluster, &[&secret]).await.unwrap().workloads.is_empty(), "the pod waits for it");
    let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("", "v1", "Pod"), "pods");
    let pods = Api::<DynamicObject>::namespaced_with(cluster.client().unwrap(), "default", &resource);
    let running = Patch::Merge(json!({"status": {"phase": "Running"}}));
    pods.patch_status("app-1-a", &PatchParams::default(), &running).await.unwrap();
    assert_eq!(names(&found(&cluster, &[&secret]).await.unwrap()), ["[one/default] Deployment.apps app"]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn pods_that_cannot_be_listed_are_an_issue_and_no_restart() {
    use fake_cluster::faults::{Effect, Fault};
    let cluster = FakeCluster::start().await.unwrap();
    cluster.faults().add(Fault::new(Effect::internal_error("broken")).on_resource("pods"));
    let secret = plan_item(config("Secret", "db"), Action::Update, vec![change("data.password")]);
    let issue = found(&cluster, &[&secret]).await.unwrap_err();
    assert_eq!(issue.reach.to_string(), "[one/default] Pod");
    assert!(issue.message.contains("broken"), "{}", issue.message);
    cluster.shutdown().await;
}

fn empty_plan(items: Vec<PlanItem>) -> Plan {
    Plan {
        version: crate::plan::PLAN_VERSION,
        digest: String::new(),
        field_manager: "mooring/app".into(),
        items,
        parents: Vec::new(),
        issues: Vec::new(),
    }
}

fn workload(because: &[&str]) -> Workload {
    Workload {
        api_version: "apps/v1".into(),
        live: LiveVersion::new("u", "1"),
        because: because.iter().map(|name| config("Secret", name)).collect(),
        privileged: false,
    }
}

#[test]
fn a_workload_is_restarted_once_after_all_that_changed_and_after_itself() {
    let id = BucketId::new("one", Some("default"), GroupKind::new("apps", "Deployment")).object("app");
    let own = plan_item(id.clone(), Action::Update, vec![change("spec.replicas")]);
    let item = item(id.clone(), workload(&["b", "a"]), &empty_plan(vec![own])).unwrap();
    assert_eq!(item.after, [config("Secret", "a"), config("Secret", "b"), id]);
    assert_eq!(item.stage, STAGE);
}

#[test]
fn a_workload_that_the_same_plan_rolls_is_not_restarted_besides() {
    let id = BucketId::new("one", Some("default"), GroupKind::new("apps", "Deployment")).object("app");
    let own = plan_item(id.clone(), Action::Update, vec![change("spec.template.spec.containers[name=c].image")]);
    assert_eq!(item(id, workload(&["a"]), &empty_plan(vec![own])), None);
}

#[test]
fn kinds_are_asked_for_with_their_version() {
    let asked = |group: &str, kind: &str, version| kind_query(&GroupKind::new(group, kind), version);
    assert_eq!(asked("apps", "Deployment", Some("apps/v1")), "Deployment.apps/v1");
    assert_eq!(asked("", "Pod", Some("v1")), "v1/Pod");
    assert_eq!(asked("apps", "Deployment", None), "Deployment.apps");
    for query in ["Deployment.apps/v1", "v1/Pod", "Pod"] {
        assert!(query.parse::<cluster_client::discovery::KindQuery>().is_ok(), "{query}");
    }
}

#[test]
fn only_kinds_with_rolling_pods_are_restartable() {
    for (group, kind, restartable) in [
        ("apps", "Deployment", true),
        ("apps", "StatefulSet", true),
        ("apps", "DaemonSet", true),
        ("apps.openshift.io", "DeploymentConfig", true),
        ("apps", "ReplicaSet", false),
        ("batch", "Job", false),
        ("example.com", "Deployment", false),
    ] {
        assert_eq!(is_restartable(&GroupKind::new(group, kind)), restartable, "{kind}.{group}");
    }
}

#[tokio::test]
async fn only_marked_objects_whose_data_changes_restart_what_reads_them() {
    use crate::clusters::StaticClusters;
    use crate::desired::{Desired, DesiredBucket, DesiredSet};
    use crate::id::Origin;
    use crate::policy::Actor;
    use crate::resource::Resource;

    let cluster = FakeCluster::start().await.unwrap();
    let clusters = StaticClusters::new().with("one", cluster.client().unwrap());
    let mut bucket = DesiredBucket::default();
    let mut items = Vec::new();
    for (name, annotation, action, path) in [
        ("marked", "true", Action::Update, "data.k"),
        ("unmarked", "false", Action::Update, "data.k"),
        ("relabelled", "true", Action::Update, "metadata.labels.team"),
        ("blocked", "true", Action::Blocked, "data.k"),
    ] {
        let app = cluster.create(deployment(&format!("uses-{name}"))).unwrap();
        let set = cluster.create(owned_by(&app, replica_set(&format!("uses-{name}-1")))).unwrap();
        cluster.create(owned_by(&set, pod(&format!("uses-{name}-1-a"), mounts(name)))).unwrap();
        let body = json!({
            "apiVersion": "v1", "kind": "Secret", "data": {"k": "dg=="},
            "metadata": {"name": name, "namespace": "default", "annotations": {"qontract.recycle": annotation}},
        });
        bucket.objects.insert(name.into(), Desired::new(Resource::new(body, Origin::default()).unwrap()));
        items.push(plan_item(config("Secret", name), action, vec![change(path)]));
    }
    let mut desired = DesiredSet::default();
    desired.buckets.insert(config("Secret", "x").bucket(), bucket.into());
    let plan = empty_plan(items);
    let policy = Policy::new(Actor::new("mooring", "app", "1.0.0"));
    let before = cluster.counters().writes();

    let restarts = plan_restarts(&plan, &desired, &clusters, &policy).await;
    let ids: Vec<String> = restarts.items.iter().map(|item| item.id.to_string()).collect();
    assert_eq!(ids, ["[one/default] Deployment.apps uses-marked"]);
    assert_eq!(restarts.issues, []);
    assert_eq!(cluster.counters().writes(), before, "planning writes nothing");

    let access = clusters.access("one", false).await.unwrap();
    let done = execute_restart(&access, &restarts.items[0], &policy, at("2026-01-02T03:04:05Z")).await.unwrap();
    assert_eq!(done.generation, Some(2));
    assert_eq!(field_manager(&policy), "mooring-restart");

    let off = plan_restarts(&plan, &desired, &clusters, &policy.without_restarts()).await;
    assert_eq!(off, Restarts::default());
    cluster.shutdown().await;
}

#[tokio::test]
async fn pods_are_listed_once_a_namespace_and_page_by_page() {
    let cluster = FakeCluster::start().await.unwrap();
    for index in 0..501 {
        cluster.create(pod(&format!("p{index}"), json!({}))).unwrap();
    }
    let access = ClusterAccess::new(cluster.client().unwrap());
    let before = cluster.counters().all_requests();
    assert_eq!(pods::list(&access, "default").await.unwrap().len(), 501);
    assert_eq!(cluster.counters().all_requests() - before, 2);
    cluster.shutdown().await;
}
