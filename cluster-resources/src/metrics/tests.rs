use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use serde_json::{Value, json};

use super::*;
use crate::desired::{Desired, DesiredBucket, DesiredSet};
use crate::id::{BucketId, Origin};
use crate::issue::Severity;
use crate::observed::{Completeness, LiveObject, Observed, ObservedBucket};
use crate::plan::{Action, ForeignField, LiveVersion, PLAN_VERSION, Plan, PlanItem, Reason};
use crate::policy::{Actor, Foreign, Policy};
use crate::resource::Resource;

fn shown(registry: &Registry) -> String {
    let mut text = String::new();
    encode(&mut text, registry).unwrap();
    text
}

#[track_caller]
fn has(registry: &Registry, line: &str) {
    let text = shown(registry);
    assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
}

fn bucket(cluster: &str, namespace: Option<&str>, kind: &str) -> BucketId {
    BucketId::new(cluster, namespace, kind.parse().unwrap())
}

fn object(kind: &str, namespace: &str, name: &str, data: Value) -> Value {
    json!({ "apiVersion": "v1", "kind": kind, "metadata": { "name": name, "namespace": namespace, "uid": "u", "resourceVersion": "1" }, "data": data })
}

fn declare(set: &mut DesiredSet, at: &BucketId, name: &str) {
    let body = json!({ "apiVersion": "v1", "kind": &*at.kind.kind, "metadata": { "name": name } });
    let resource = Resource::new(body, Origin::default()).unwrap();
    let bucket = Arc::make_mut(set.buckets.entry(at.clone()).or_default());
    bucket.objects.insert(name.into(), Desired { resource, privileged: false, depends_on: Vec::new() });
}

fn see(observed: &mut Observed, at: &BucketId, live: Value) {
    let name = live["metadata"]["name"].as_str().unwrap().to_owned();
    let bucket = observed.buckets.entry(at.clone()).or_insert_with(|| ObservedBucket::new(Completeness::Complete));
    bucket.objects.insert(name.as_str().into(), LiveObject::new(live, true).unwrap());
}

fn item(at: &BucketId, name: &str, action: Action, reason: Reason) -> PlanItem {
    PlanItem {
        id: at.object(name),
        api_version: "v1".into(),
        stage: 5,
        action,
        reason,
        desired_hash: None,
        live: None,
        changes: Vec::new(),
        foreign: Vec::new(),
        after: Vec::new(),
        unverifiable: Vec::new(),
        privileged: false,
        origin: None,
    }
}

fn plan(items: Vec<PlanItem>) -> Plan {
    Plan {
        version: PLAN_VERSION,
        digest: String::new(),
        field_manager: String::new(),
        items,
        parents: Vec::new(),
        issues: Vec::new(),
    }
}

fn policy() -> Policy {
    Policy::new(Actor::new("mooring", "team_shop", "1.0.0"))
}

fn done(id: ObjectId, action: Action, result: Done) -> Event {
    Event::Finished(Arc::new(Outcome {
        id,
        action,
        result,
        attempts: 1,
        millis: 1,
        warnings: Vec::new(),
        notes: Vec::new(),
        predicted: None,
        privileged: false,
    }))
}

fn applied(how: Applied) -> Done {
    Done::Applied { how, version: LiveVersion::new("u", "1"), generation: None }
}

#[test]
fn a_publication_counts_what_is_declared_there_and_ours_and_replaces_the_one_before() {
    let mut registry = Registry::default();
    let metrics = ResourceMetrics::register(&mut registry, MetricsOptions::new("team_shop").with_compat());
    let policy = policy();
    let (config, roles) =
        (bucket("a", Some("shop"), "ConfigMap"), bucket("a", None, "ClusterRole.rbac.authorization.k8s.io"));
    let (mut desired, mut observed) = (DesiredSet::default(), Observed::default());
    declare(&mut desired, &config, "one");
    declare(&mut desired, &config, "two");
    desired.buckets.insert(roles.clone(), Arc::new(DesiredBucket::default()));
    let mut ours = object("ConfigMap", "shop", "one", json!({}));
    let resource = desired.buckets[&config].objects["one"].resource.clone();
    let marks: serde_json::Map<_, _> =
        policy.scheme.stamp(&resource).into_iter().map(|(key, value)| (key, value.into())).collect();
    ours["metadata"]["annotations"] = marks.into();
    see(&mut observed, &config, ours);
    see(&mut observed, &config, object("ConfigMap", "shop", "other", json!({})));
    let mut foreign = item(&config, "one", Action::Unchanged, Reason::InSync);
    foreign.foreign.push(ForeignField {
        path: "data.x".into(),
        pointer: "/data/x".into(),
        manager: "m".into(),
        also: Vec::new(),
        time: None,
        policy: Foreign::Report,
    });
    let items = vec![
        foreign,
        item(&config, "two", Action::Create, Reason::Missing),
        item(&config, "old", Action::Skip, Reason::PruneDisabled),
        item(&config, "older", Action::Delete, Reason::NotDeclared),
        item(&roles, "r", Action::Update, Reason::Drifted),
    ];
    metrics.publish_metrics(&desired, &observed, &plan(items), &policy);
    let place = r#"integration="team-shop",cluster="a",namespace="shop",group_kind="ConfigMap""#;
    for (family, word, count) in [
        ("objects", r#"state="desired""#, 2),
        ("objects", r#"state="live""#, 2),
        ("objects", r#"state="owned""#, 1),
        ("drift", r#"class="missing""#, 1),
        ("drift", r#"class="changed""#, 0),
        ("drift", r#"class="foreign""#, 1),
        ("drift", r#"class="orphaned""#, 2),
        ("blocked_deletions", r#"reason="pruneDisabled""#, 1),
    ] {
        has(&registry, &format!("cluster_resources_{family}{{{place},{word}}} {count}"));
    }
    has(
        &registry,
        r#"cluster_resources_drift{integration="team-shop",cluster="a",namespace="",group_kind="ClusterRole.rbac.authorization.k8s.io",class="changed"} 1"#,
    );
    has(
        &registry,
        r#"qontract_reconcile_openshift_resource_inventory{integration="team-shop",cluster="a",namespace="shop",kind="ConfigMap",state="current"} 2"#,
    );
    has(
        &registry,
        r#"qontract_reconcile_openshift_resource_inventory{integration="team-shop",cluster="a",namespace="shop",kind="ConfigMap",state="desired"} 2"#,
    );
    has(
        &registry,
        r#"qontract_reconcile_openshift_resource_inventory{integration="team-shop",cluster="a",namespace="cluster",kind="ClusterRole.rbac.authorization.k8s.io",state="desired"} 0"#,
    );
    // Nobody looked at the roles: how many there are is not known, and not nought.
    assert!(!shown(&registry).contains(r#"kind="ClusterRole.rbac.authorization.k8s.io",state="current""#));

    metrics.publish_metrics(&DesiredSet::default(), &Observed::default(), &plan(Vec::new()), &policy);
    assert_eq!(shown(&registry), "# EOF\n");
}

#[test]
fn too_many_places_are_counted_together() {
    let mut registry = Registry::default();
    let metrics = ResourceMetrics::register(&mut registry, MetricsOptions::new("i").with_max_places(3));
    let mut desired = DesiredSet::default();
    for number in 0..10 {
        declare(&mut desired, &bucket("a", Some(&format!("n{number}")), "ConfigMap"), "one");
    }
    metrics.publish_metrics(&desired, &Observed::default(), &plan(Vec::new()), &policy());
    has(
        &registry,
        r#"cluster_resources_objects{integration="i",cluster="a",namespace="*",group_kind="ConfigMap",state="desired"} 10"#,
    );
    assert!(!shown(&registry).contains("\"n1\""));
    metrics.event(&Event::Listed { bucket: bucket("a", Some("n1"), "ConfigMap"), objects: 1, last: true });
    has(
        &registry,
        r#"cluster_resources_list_pages_total{integration="i",cluster="a",namespace="*",group_kind="ConfigMap"} 1"#,
    );

    let metrics = ResourceMetrics::new(MetricsOptions::new("i").without_namespaces());
    let mut registry = Registry::default();
    metrics.expose(&mut registry);
    metrics.publish_metrics(&desired, &Observed::default(), &plan(Vec::new()), &policy());
    has(
        &registry,
        r#"cluster_resources_objects{integration="i",cluster="a",group_kind="ConfigMap",state="desired"} 10"#,
    );
}

#[tokio::test(start_paused = true)]
async fn events_count_what_was_done_and_how_long_it_took_to_be_ready() {
    let mut registry = Registry::default();
    let metrics = ResourceMetrics::register(&mut registry, MetricsOptions::new("i"));
    let at = bucket("a", Some("shop"), "Deployment.apps");
    let conflict = Issue::error(Reach::Object(at.object("web")), IssueClass::Conflict, "kubectl holds it");
    metrics.event(&done(at.object("web"), Action::Update, Done::Failed { issue: conflict.clone(), absent: false }));
    metrics.event(&done(at.object("web"), Action::Update, applied(Applied::Configured)));
    metrics.event(&done(at.object("api"), Action::Create, Done::Planned(Verified::Accepted)));
    metrics.event(&done(at.object("api"), Action::Create, Done::Planned(Verified::NotAsked)));
    metrics.event(&Event::Issue(conflict));
    metrics.took(Phase::Observe, Duration::from_millis(700));
    tokio::time::advance(Duration::from_secs(3)).await;
    for _ in 0..2 {
        metrics.event(&Event::Readiness { id: at.object("web"), status: "current", message: String::new() });
    }
    let place = r#"integration="i",cluster="a",namespace="shop",group_kind="Deployment.apps""#;
    has(
        &registry,
        &format!(r#"cluster_resources_actions_total{{{place},action="update",outcome="failed",class="conflict"}} 1"#),
    );
    has(
        &registry,
        &format!(r#"cluster_resources_actions_total{{{place},action="update",outcome="configured",class="none"}} 1"#),
    );
    has(
        &registry,
        &format!(r#"cluster_resources_actions_total{{{place},action="create",outcome="planned",class="none"}} 2"#),
    );
    has(&registry, &format!("cluster_resources_conflicts_total{{{place}}} 1"));
    has(&registry, r#"cluster_resources_dry_runs_total{integration="i",cluster="a",result="accepted"} 1"#);
    has(
        &registry,
        r#"cluster_resources_issues_total{integration="i",cluster="a",class="conflict",severity="error"} 1"#,
    );
    has(
        &registry,
        r#"cluster_resources_readiness_seconds_sum{integration="i",cluster="a",group_kind="Deployment.apps"} 3.0"#,
    );
    has(
        &registry,
        r#"cluster_resources_readiness_seconds_count{integration="i",cluster="a",group_kind="Deployment.apps"} 1"#,
    );
    has(&registry, r#"cluster_resources_phase_duration_seconds_sum{integration="i",phase="observe"} 0.7"#);
    // The cluster is not managed any more: what was counted for it goes.
    metrics.publish_metrics(&DesiredSet::default(), &Observed::default(), &plan(Vec::new()), &policy());
    assert!(!shown(&registry).contains("cluster=\"a\""), "{}", shown(&registry));
    assert!(shown(&registry).contains("phase=\"observe\""));
}

#[test]
fn only_clusters_in_which_nothing_failed_succeeded() {
    let mut registry = Registry::default();
    let metrics = ResourceMetrics::register(&mut registry, MetricsOptions::new("i"));
    let at = jiff::Timestamp::from_second(1_700_000_000).unwrap();
    let outcome = |cluster: &str, result| Outcome {
        id: bucket(cluster, None, "Namespace").object("x"),
        action: Action::Create,
        result,
        attempts: 1,
        millis: 1,
        warnings: Vec::new(),
        notes: Vec::new(),
        predicted: None,
        privileged: false,
    };
    let unreachable = Issue::error(Reach::Cluster("c".into()), IssueClass::Unreachable, "no route");
    let mut run = RunOutcome {
        outcomes: vec![
            outcome("a", applied(Applied::Created)),
            outcome("b", Done::NotAttempted("stopped".into())),
            outcome("c", applied(Applied::Created)),
        ],
        issues: vec![unreachable],
        dry_run: true,
        ..RunOutcome::default()
    };
    metrics.finished(&run, at);
    assert_eq!(shown(&registry), "# EOF\n");
    run.dry_run = false;
    metrics.finished(&run, at);
    has(&registry, r#"cluster_resources_last_success_timestamp_seconds{integration="i",cluster="a"} 1700000000.0"#);
    assert_eq!(shown(&registry).matches("last_success_timestamp_seconds{").count(), 1);
    run.issues.push(Issue { severity: Severity::Error, ..Issue::error(Reach::Run, IssueClass::Other, "x") });
    metrics.finished(&run, jiff::Timestamp::from_second(1_800_000_000).unwrap());
    has(&registry, r#"cluster_resources_last_success_timestamp_seconds{integration="i",cluster="a"} 1700000000.0"#);
}

#[test]
fn desired_objects_of_clusters_are_counted_per_cluster() {
    let counts = compat::get_state_count(["a", "b", "a"]);
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), [("a".to_owned(), 2), ("b".to_owned(), 1)]);
    assert!(compat::get_state_count(Vec::<String>::new()).is_empty());
    let mut registry = Registry::default();
    let metrics = ResourceMetrics::register(&mut registry, MetricsOptions::new("open_shift_groups").with_compat());
    let kind = GroupKind::core("Group");
    metrics.publish_cluster_desired_metrics_from_state(["a", "b", "a"], &kind);
    has(
        &registry,
        r#"qontract_reconcile_openshift_resource_inventory{integration="open-shift-groups",cluster="a",namespace="cluster",kind="Group",state="desired"} 2"#,
    );
    metrics.publish_cluster_desired_metrics_from_state(["b"], &kind);
    assert!(!shown(&registry).contains("cluster=\"a\""));
}

#[test]
fn nothing_an_object_holds_is_in_a_label() {
    const SENTINEL: &str = "s3cr3t-sentinel-value";
    let mut registry = Registry::default();
    let metrics = ResourceMetrics::register(&mut registry, MetricsOptions::new("i").with_compat());
    let at = bucket("a", Some("shop"), "Secret");
    let (desired, mut observed) = (DesiredSet::default(), Observed::default());
    see(&mut observed, &at, object("Secret", "shop", "one", json!({ "token": SENTINEL })));
    let mut refused = item(&at, "one", Action::Blocked, Reason::Issue(SENTINEL.into()));
    refused.foreign.push(ForeignField {
        path: SENTINEL.into(),
        pointer: SENTINEL.into(),
        manager: SENTINEL.into(),
        also: Vec::new(),
        time: None,
        policy: Foreign::Report,
    });
    metrics.publish_metrics(&desired, &observed, &plan(vec![refused]), &policy());
    let issue = Issue::error(Reach::Run, IssueClass::Refused, SENTINEL).at(SENTINEL);
    for result in [
        Done::Failed { issue: issue.clone(), absent: true },
        Done::Skipped(SENTINEL.into()),
        Done::Planned(Verified::DryRunUnsupported(Some(SENTINEL.into()))),
    ] {
        metrics.event(&done(at.object("one"), Action::Update, result));
    }
    metrics.event(&Event::Issue(issue));
    metrics.event(&Event::Readiness { id: at.object("one"), status: "failed", message: SENTINEL.into() });
    let text = shown(&registry);
    assert!(!text.contains(SENTINEL) && !format!("{metrics:?}").contains(SENTINEL), "{text}");
}
