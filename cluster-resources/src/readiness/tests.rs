use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::Status::{Current, Failed, InProgress, NotFound, Terminating};
use super::*;

fn now() -> Timestamp {
    "2026-01-02T00:01:00Z".parse().unwrap()
}

fn judged(object: &Value) -> (Status, String) {
    let found = readiness(object, &Rules::default(), now());
    assert!(!found.reason.is_empty() && !found.message.is_empty(), "{found:?}");
    (found.status, found.reason.into_owned())
}

/// Judges an object of a kind with these members, for each row.
fn table(api_version: &str, kind: &str, rows: &[(&str, Value, Status, &str)]) {
    for (what, members, status, reason) in rows {
        let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x", "generation": 2}});
        for (member, value) in members.as_object().unwrap() {
            match (member.as_str(), value) {
                ("metadata", Value::Object(more)) => object["metadata"].as_object_mut().unwrap().extend(more.clone()),
                _ => object[member] = value.clone(),
            }
        }
        assert_eq!(judged(&object), (*status, (*reason).to_owned()), "{kind}: {what}");
    }
}

fn conditions(all: &[(&str, &str, &str)]) -> Value {
    all.iter()
        .map(|(name, status, reason)| json!({"type": name, "status": status, "reason": reason, "message": "so it is"}))
        .collect()
}

#[test]
fn what_holds_for_every_kind() {
    table(
        "example.com/v1",
        "Thing",
        &[
            ("no status", json!({}), Current, "NoStatus"),
            ("a status that says nothing", json!({"status": {"x": 1}}), Current, "Current"),
            (
                "being deleted",
                json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}),
                Terminating,
                "Terminating",
            ),
            (
                "an old status",
                json!({"status": {"observedGeneration": 1, "conditions": conditions(&[("Ready", "True", "")])}}),
                InProgress,
                "LatestGenerationNotObserved",
            ),
            (
                "an old status that counts in text",
                json!({"status": {"observedGeneration": "1"}}),
                InProgress,
                "LatestGenerationNotObserved",
            ),
            (
                "seen",
                json!({"status": {"observedGeneration": 2, "conditions": conditions(&[("Ready", "True", "")])}}),
                Current,
                "Ready",
            ),
            (
                "not ready",
                json!({"status": {"conditions": conditions(&[("Ready", "False", "Waiting")])}}),
                InProgress,
                "Waiting",
            ),
            (
                "unknown",
                json!({"status": {"conditions": conditions(&[("Ready", "Unknown", "")])}}),
                InProgress,
                "NotReady",
            ),
            (
                "reconciling",
                json!({"status": {"conditions": conditions(&[("Ready", "True", ""), ("Reconciling", "True", "Again")])}}),
                InProgress,
                "Again",
            ),
            ("stalled", json!({"status": {"conditions": conditions(&[("Stalled", "True", "")])}}), Failed, "Stalled"),
            (
                "neither",
                json!({"status": {"conditions": conditions(&[("Stalled", "False", ""), ("Reconciling", "False", "")])}}),
                Current,
                "Current",
            ),
        ],
    );
}

#[test]
fn deployments_are_ready_when_every_pod_is_new_and_available() {
    let status = |replicas, updated, available, ready| {
        json!({
            "observedGeneration": 2, "replicas": replicas, "updatedReplicas": updated, "availableReplicas": available, "readyReplicas": ready,
            "conditions": conditions(&[("Progressing", "True", "NewReplicaSetAvailable"), ("Available", "True", "MinimumReplicasAvailable")]),
        })
    };
    let with = |status: Value| json!({"spec": {"replicas": 3}, "status": status});
    let said = |all: &[(&str, &str, &str)]| {
        let mut status = status(3, 3, 3, 3);
        status["conditions"] = conditions(all);
        with(status)
    };
    table(
        "apps/v1",
        "Deployment",
        &[
            ("never seen", json!({"spec": {"replicas": 3}}), InProgress, "NotObserved"),
            (
                "an old status",
                with(
                    json!({"observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3, "readyReplicas": 3}),
                ),
                InProgress,
                "LatestGenerationNotObserved",
            ),
            ("too few", with(status(2, 2, 2, 2)), InProgress, "LessReplicas"),
            ("old ones", with(status(3, 2, 3, 3)), InProgress, "LessUpdated"),
            ("too many", with(status(4, 3, 3, 3)), InProgress, "ExtraPods"),
            ("not available", with(status(3, 3, 2, 3)), InProgress, "LessAvailable"),
            ("not ready", with(status(3, 3, 3, 2)), InProgress, "LessReady"),
            ("all of it", with(status(3, 3, 3, 3)), Current, "Available"),
            ("one by default", json!({"spec": {}, "status": status(1, 1, 1, 1)}), Current, "Available"),
            (
                "too slow",
                said(&[("Progressing", "False", "ProgressDeadlineExceeded")]),
                Failed,
                "ProgressDeadlineExceeded",
            ),
            (
                "still rolling",
                said(&[("Progressing", "True", "ReplicaSetUpdated"), ("Available", "True", "")]),
                InProgress,
                "ReplicaSetNotAvailable",
            ),
            ("unavailable", said(&[("Available", "False", "")]), InProgress, "NotAvailable"),
            ("says nothing", said(&[]), InProgress, "NotAvailable"),
            (
                "none wanted",
                json!({"spec": {"replicas": 0}, "status": {"observedGeneration": 2}}),
                Current,
                "Available",
            ),
            (
                "none wanted, some there",
                json!({"spec": {"replicas": 0}, "status": {"observedGeneration": 2, "replicas": 1}}),
                InProgress,
                "ExtraPods",
            ),
            ("none wanted, never seen", json!({"spec": {"replicas": 0}}), InProgress, "NotObserved"),
        ],
    );
    let mut failing =
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 3}, "status": status(0, 0, 0, 0)});
    failing["status"]["conditions"] =
        json!([{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota"}]);
    let message = readiness(&failing, &Rules::default(), now()).message;
    assert_eq!(message, "0 of 3 pods exist: exceeded quota");
}

#[test]
fn stateful_sets_are_ready_when_their_revisions_agree() {
    let status = |replicas, ready, updated, current, revisions: (&str, &str)| {
        json!({"spec": {"replicas": 2}, "status": {
            "observedGeneration": 2, "replicas": replicas, "readyReplicas": ready, "updatedReplicas": updated, "currentReplicas": current,
            "currentRevision": revisions.0, "updateRevision": revisions.1,
        }})
    };
    let strategy = |strategy: Value, mut object: Value| {
        object["spec"]["updateStrategy"] = strategy;
        object
    };
    let partition = |partition: i64| json!({"type": "RollingUpdate", "rollingUpdate": {"partition": partition}});
    table(
        "apps/v1",
        "StatefulSet",
        &[
            ("never seen", json!({"spec": {"replicas": 2}}), InProgress, "NotObserved"),
            ("too few", status(1, 1, 1, 1, ("a", "a")), InProgress, "LessReplicas"),
            ("not ready", status(2, 1, 2, 2, ("a", "a")), InProgress, "LessReady"),
            ("too many", status(3, 3, 2, 2, ("a", "a")), InProgress, "ExtraPods"),
            ("rolling", status(2, 2, 1, 1, ("a", "b")), InProgress, "RevisionMismatch"),
            (
                "rolling with the partition that servers fill in",
                strategy(partition(0), status(2, 2, 1, 1, ("a", "b"))),
                InProgress,
                "RevisionMismatch",
            ),
            ("not current", status(2, 2, 2, 1, ("b", "b")), InProgress, "LessCurrent"),
            ("all of it", status(2, 2, 2, 2, ("b", "b")), Current, "Ready"),
            ("the part above", strategy(partition(1), status(2, 2, 1, 1, ("a", "b"))), Current, "PartitionRollout"),
            (
                "less than the part above",
                strategy(partition(1), status(2, 2, 0, 2, ("a", "b"))),
                InProgress,
                "PartitionRollout",
            ),
            ("nothing above", strategy(partition(9), status(2, 2, 0, 2, ("a", "b"))), Current, "PartitionRollout"),
            ("by hand", strategy(json!({"type": "OnDelete"}), status(0, 0, 0, 0, ("a", "b"))), Current, "OnDelete"),
            ("none wanted", json!({"spec": {"replicas": 0}, "status": {"observedGeneration": 2}}), Current, "Ready"),
        ],
    );
}

#[test]
fn daemon_sets_are_ready_on_every_node() {
    let status = |current, updated, available, ready| {
        json!({"status": {
            "observedGeneration": 2, "desiredNumberScheduled": 2, "currentNumberScheduled": current, "updatedNumberScheduled": updated,
            "numberAvailable": available, "numberReady": ready,
        }})
    };
    let mut by_hand = status(2, 0, 2, 2);
    by_hand["spec"] = json!({"updateStrategy": {"type": "OnDelete"}});
    table(
        "apps/v1",
        "DaemonSet",
        &[
            ("no generation", json!({"metadata": {"generation": null}}), InProgress, "NoGeneration"),
            ("never seen", json!({}), InProgress, "NotObserved"),
            ("not counted", json!({"status": {"observedGeneration": 2}}), InProgress, "NoDesiredNumber"),
            ("too few", status(1, 2, 2, 2), InProgress, "LessScheduled"),
            ("old ones", status(2, 1, 2, 2), InProgress, "LessUpdated"),
            ("unavailable", status(2, 2, 1, 2), InProgress, "LessAvailable"),
            ("not ready", status(2, 2, 2, 1), InProgress, "LessReady"),
            ("all of it", status(2, 2, 2, 2), Current, "Ready"),
            ("by hand", by_hand, Current, "Ready"),
            ("no node", json!({"status": {"observedGeneration": 2, "desiredNumberScheduled": 0}}), Current, "Ready"),
        ],
    );
}

#[test]
fn replica_sets_are_ready_when_all_are_labelled_and_available() {
    let status = |replicas, labelled, available, ready| {
        json!({"spec": {"replicas": 2}, "status": {
            "observedGeneration": 2, "replicas": replicas, "fullyLabeledReplicas": labelled, "availableReplicas": available,
            "readyReplicas": ready,
        }})
    };
    let failing = json!({"status": {"observedGeneration": 2, "conditions": conditions(&[("ReplicaFailure", "True", "FailedCreate")])}});
    let rows = [
        ("never seen", json!({}), InProgress, "NotObserved"),
        ("unlabelled", status(2, 1, 2, 2), InProgress, "LessLabelled"),
        ("unavailable", status(2, 2, 1, 2), InProgress, "LessAvailable"),
        ("not ready", status(2, 2, 2, 1), InProgress, "LessReady"),
        ("too many", status(3, 2, 2, 2), InProgress, "ExtraPods"),
        ("failing", failing, InProgress, "ReplicaFailure"),
        ("all of it", status(2, 2, 2, 2), Current, "Available"),
    ];
    table("apps/v1", "ReplicaSet", &rows);
    table("v1", "ReplicationController", &rows);
}

#[test]
fn pods_are_ready_when_they_say_so_or_are_done() {
    let waiting = |list: &str, reason: &str| json!({"status": {"phase": "Running", list: [{"name": "c", "state": {"waiting": {"reason": reason, "message": "back-off"}}}]}});
    let unscheduled = |created: &str| {
        json!({"metadata": {"creationTimestamp": created}, "status": {
            "phase": "Pending", "conditions": conditions(&[("PodScheduled", "False", "Unschedulable")]),
        }})
    };
    table(
        "v1",
        "Pod",
        &[
            ("not taken", json!({}), InProgress, "NoPhase"),
            ("done", json!({"status": {"phase": "Succeeded"}}), Current, "Completed"),
            ("ended badly", json!({"status": {"phase": "Failed"}}), Failed, "Failed"),
            (
                "evicted",
                json!({"status": {"phase": "Failed", "reason": "Evicted", "message": "no disk"}}),
                Failed,
                "Evicted",
            ),
            (
                "ready",
                json!({"status": {"phase": "Running", "conditions": conditions(&[("Ready", "True", "")])}}),
                Current,
                "Ready",
            ),
            (
                "not ready",
                json!({"status": {"phase": "Running", "conditions": conditions(&[("Ready", "False", "")])}}),
                InProgress,
                "NotReady",
            ),
            ("says nothing", json!({"status": {"phase": "Running"}}), InProgress, "NotReady"),
            ("crashing", waiting("containerStatuses", "CrashLoopBackOff"), Failed, "ContainerCrashLooping"),
            (
                "crashing at the start",
                waiting("initContainerStatuses", "CrashLoopBackOff"),
                Failed,
                "ContainerCrashLooping",
            ),
            ("pulling in vain", waiting("containerStatuses", "ImagePullBackOff"), InProgress, "NotReady"),
            ("starting", json!({"status": {"phase": "Pending"}}), InProgress, "Pending"),
            ("no room for ten seconds", unscheduled("2026-01-02T00:00:50Z"), InProgress, "Unschedulable"),
            ("no room for sixteen seconds", unscheduled("2026-01-02T00:00:44Z"), Failed, "Unschedulable"),
            ("no room since nobody knows", unscheduled("yesterday"), InProgress, "Unschedulable"),
        ],
    );
    let patient = Rules { unschedulable_after_seconds: 60, ..Rules::default() };
    let mut pod = unscheduled("2026-01-02T00:00:30Z");
    pod["apiVersion"] = json!("v1");
    pod["kind"] = json!("Pod");
    assert_eq!(readiness(&pod, &patient, now()).status, InProgress);
}

#[test]
fn jobs_are_ready_when_they_are_complete() {
    let with = |all: &[(&str, &str, &str)]| json!({"status": {"startTime": "2026-01-01T00:00:00Z", "conditions": conditions(all)}});
    let rows = [
        ("not started", json!({}), InProgress, "NotStarted"),
        ("complete", with(&[("Complete", "True", "")]), Current, "Complete"),
        ("failed", with(&[("Failed", "True", "BackoffLimitExceeded")]), Failed, "BackoffLimitExceeded"),
        ("about to fail", with(&[("FailureTarget", "True", "PodFailurePolicy")]), Failed, "PodFailurePolicy"),
        (
            "once said to have failed, and it has not",
            with(&[("Failed", "False", ""), ("Complete", "True", "")]),
            Current,
            "Complete",
        ),
        ("suspended", with(&[("Suspended", "True", "JobSuspended")]), Current, "Suspended"),
    ];
    table("batch/v1", "Job", &rows);
    table("batch/v1", "Job", &[("running", with(&[]), InProgress, "Running")]);
    let mut running = with(&[]);
    running["apiVersion"] = json!("batch/v1");
    running["kind"] = json!("Job");
    let started = readiness(&running, &Rules::default().with_started_jobs(), now());
    assert_eq!((started.status, &*started.reason), (Current, "Started"));
}

#[test]
fn kinds_that_run_no_pods() {
    table(
        "v1",
        "PersistentVolumeClaim",
        &[
            ("new", json!({}), InProgress, "NotBound"),
            ("pending", json!({"status": {"phase": "Pending"}}), InProgress, "NotBound"),
            ("bound", json!({"status": {"phase": "Bound"}}), Current, "Bound"),
            ("lost", json!({"status": {"phase": "Lost"}}), Failed, "Lost"),
        ],
    );
    let balancer =
        |ingress: Value| json!({"spec": {"type": "LoadBalancer"}, "status": {"loadBalancer": {"ingress": ingress}}});
    table(
        "v1",
        "Service",
        &[
            ("inside", json!({"spec": {"type": "ClusterIP"}}), Current, "Current"),
            ("no address", balancer(Value::Null), InProgress, "NoAddress"),
            ("an empty one", balancer(json!([{}])), InProgress, "NoAddress"),
            ("an address", balancer(json!([{"ip": "192.0.2.1"}])), Current, "AddressAssigned"),
            ("a name", balancer(json!([{"hostname": "lb.example.com"}])), Current, "AddressAssigned"),
        ],
    );
    table(
        "v1",
        "Namespace",
        &[
            ("new", json!({}), InProgress, "NoPhase"),
            ("active", json!({"status": {"phase": "Active"}}), Current, "Active"),
            ("going", json!({"status": {"phase": "Terminating"}}), Terminating, "Terminating"),
        ],
    );
    let said = |all: &[(&str, &str, &str)]| json!({"status": {"conditions": conditions(all)}});
    table(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        &[
            ("new", json!({}), InProgress, "Installing"),
            (
                "installing",
                said(&[("NamesAccepted", "True", ""), ("Established", "False", "Installing")]),
                InProgress,
                "Installing",
            ),
            ("names are taken", said(&[("NamesAccepted", "False", "ListKindConflict")]), Failed, "NamesNotAccepted"),
            (
                "refused",
                said(&[("NamesAccepted", "True", ""), ("Established", "False", "NotAccepted")]),
                Failed,
                "NotEstablished",
            ),
            (
                "established",
                said(&[("NamesAccepted", "True", ""), ("Established", "True", "")]),
                Current,
                "Established",
            ),
        ],
    );
    table(
        "apiregistration.k8s.io/v1",
        "APIService",
        &[
            ("new", json!({}), InProgress, "NotAvailable"),
            ("not available", said(&[("Available", "False", "MissingEndpoints")]), InProgress, "MissingEndpoints"),
            ("available", said(&[("Available", "True", "Passed")]), Current, "Available"),
        ],
    );
    table("batch/v1", "CronJob", &[("new", json!({}), Current, "Scheduled")]);
    table(
        "policy/v1",
        "PodDisruptionBudget",
        &[
            ("an old status", json!({"status": {"observedGeneration": 1}}), InProgress, "LatestGenerationNotObserved"),
            ("seen", json!({"status": {"observedGeneration": 2}}), Current, "Observed"),
        ],
    );
    table("v1", "ConfigMap", &[("there", json!({"data": {}}), Current, "Stored")]);
    table("v1", "Secret", &[("there", json!({"data": {}}), Current, "Stored")]);
}

#[test]
fn kinds_that_are_known_as_data() {
    let config = |spec: i64, replicas: i64, ready: i64, updated: i64| {
        json!({"spec": {"replicas": spec}, "status": {
            "observedGeneration": 2, "replicas": replicas, "readyReplicas": ready, "updatedReplicas": updated,
        }})
    };
    table(
        "apps.openshift.io/v1",
        "DeploymentConfig",
        &[
            ("new", json!({"spec": {"replicas": 1}}), InProgress, "Rule"),
            ("none wanted, never seen", json!({"spec": {"replicas": 0}}), InProgress, "Rule"),
            ("none wanted", config(0, 0, 0, 0), Current, "Rule"),
            ("rolling", config(2, 2, 2, 1), InProgress, "Rule"),
            ("not ready", config(2, 2, 1, 2), InProgress, "Rule"),
            ("all of it", config(2, 2, 2, 2), Current, "Rule"),
            (
                "too slow",
                json!({"status": {"conditions": conditions(&[("Progressing", "False", "ProgressDeadlineExceeded")])}}),
                Failed,
                "Rule",
            ),
        ],
    );
    table(
        "operators.coreos.com/v1alpha1",
        "Subscription",
        &[
            ("new", json!({}), InProgress, "Rule"),
            ("pending", json!({"status": {"state": "UpgradePending"}}), InProgress, "Rule"),
            ("latest", json!({"status": {"state": "AtLatestKnown"}}), Current, "Rule"),
            (
                "failed",
                json!({"status": {"state": "UpgradePending", "conditions": conditions(&[("InstallPlanFailed", "True", "")])}}),
                Failed,
                "Rule",
            ),
            ("failed by state", json!({"status": {"state": "UpgradeFailed"}}), Failed, "Rule"),
            (
                "not resolved",
                json!({"status": {"conditions": conditions(&[("ResolutionFailed", "True", "")])}}),
                InProgress,
                "Rule",
            ),
        ],
    );
    let admitted = |all: &[(&str, &str)]| {
        let ingress: Value = all
            .iter()
            .map(|(status, reason)| json!({"conditions": conditions(&[("Admitted", status, reason)])}))
            .collect();
        json!({"status": {"ingress": ingress}})
    };
    table(
        "route.openshift.io/v1",
        "Route",
        &[
            ("new", json!({}), InProgress, "Rule"),
            ("admitted", admitted(&[("True", "")]), Current, "Rule"),
            ("admitted by one router", admitted(&[("False", "HostAlreadyClaimed"), ("True", "")]), Current, "Rule"),
            ("taken", admitted(&[("False", "HostAlreadyClaimed")]), Failed, "Rule"),
            ("not yet", admitted(&[("False", "Pending")]), InProgress, "Rule"),
        ],
    );
    let deployments = |managed: i64, ready: i64| json!({"status": {"deployments": {"managedDeployments": managed, "readyDeployments": ready}}});
    table(
        "cloud.redhat.com/v1alpha1",
        "ClowdApp",
        &[
            ("new", json!({}), InProgress, "Rule"),
            ("no deployments told", json!({"status": {"ready": true}}), InProgress, "Rule"),
            ("some", deployments(2, 1), InProgress, "Rule"),
            ("all", deployments(2, 2), Current, "Rule"),
        ],
    );
    let jobs =
        |completed: bool, one: &str| json!({"status": {"completed": completed, "jobMap": {"a": "Complete", "b": one}}});
    table(
        "cloud.redhat.com/v1alpha1",
        "ClowdJobInvocation",
        &[
            ("new", json!({}), InProgress, "Rule"),
            ("running", jobs(false, "Invoked"), InProgress, "Rule"),
            ("failing, not done", jobs(false, "Failed"), InProgress, "Rule"),
            ("failed", jobs(true, "Failed"), Failed, "Rule"),
            ("complete", jobs(true, "Complete"), Current, "Rule"),
        ],
    );
    // The same word in another group is another kind.
    table("apps.open-cluster-management.io/v1", "Subscription", &[("there", json!({}), Current, "NoStatus")]);
}

#[test]
fn the_rules_that_are_built_in_as_data_are_well_formed() {
    let rules: Vec<KindRule> = serde_json::from_str(include_str!("built_in.json")).unwrap();
    assert_eq!(rules.len(), Rules::default().built_in.len());
    let kinds: Vec<String> = rules.iter().map(|rule| rule.kind.to_string()).collect();
    assert_eq!(
        kinds,
        [
            "DeploymentConfig.apps.openshift.io",
            "Subscription.operators.coreos.com",
            "Route.route.openshift.io",
            "ClowdApp.cloud.redhat.com",
            "ClowdJobInvocation.cloud.redhat.com",
        ]
    );
}

#[test]
fn rules_of_users_come_first_and_read_as_they_are_written() {
    let written = json!({
        "kinds": [{"kind": "Deployment.apps", "conditions": [
            {"path": "status.x", "operator": "ge", "value": 2, "then": "ready"},
            {"path": "status.broken", "then": "failed", "message": "status.broken"},
            {"expression": "status.phase matches \"Wait*\"", "then": "progressing"},
        ], "otherwise": "failed"}],
        "jobs": "started", "unschedulableAfterSeconds": 60, "withoutStatus": "progressing",
    });
    let rules: Rules = serde_json::from_value(written).unwrap();
    let again: Rules = serde_json::from_value(serde_json::to_value(&rules).unwrap()).unwrap();
    assert_eq!(again, rules);
    let judge = |status: Value| {
        let object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "status": status});
        let found = readiness(&object, &rules, now());
        (found.status, found.message)
    };
    assert_eq!(judge(json!({"x": 2})), (Current, "status.x >= 2".into()));
    assert_eq!(judge(json!({"x": 1, "broken": "the pump"})), (Failed, "the pump".into()));
    assert_eq!(judge(json!({"phase": "Waiting"})), (InProgress, "status.phase matches \"Wait*\"".into()));
    assert_eq!(judge(json!({})), (Failed, "no condition of its kind holds".into()));
    let nothing = readiness(&json!({"apiVersion": "example.com/v1", "kind": "Thing"}), &rules, now());
    assert_eq!(nothing.status, InProgress);
}

#[test]
fn rules_that_make_no_sense_are_refused_with_the_reason() {
    for (check, said) in [
        (json!({"then": "ready"}), "a condition has either a path or an expression"),
        (json!({"path": "a", "expression": "a", "then": "ready"}), "a condition has either a path or an expression"),
        (json!({"expression": "a", "value": 1, "then": "ready"}), "an expression has no operator and no value"),
        (json!({"expression": "a ==", "then": "ready"}), "at character 5"),
        (json!({"path": "a..b", "then": "ready"}), "at character 3"),
        (json!({"path": "a", "operator": "in", "value": 1, "then": "ready"}), "the value of `in` is a list"),
        (json!({"path": "a", "operator": "matches", "value": 1, "then": "ready"}), "the value of `matches` is a text"),
        (json!({"path": "a", "then": "done"}), "unknown variant"),
        (json!({"path": "a", "then": "ready", "when": 1}), "unknown field"),
    ] {
        let error = serde_json::from_value::<Check>(check.clone()).unwrap_err().to_string();
        assert!(error.contains(said), "{check}: {error}");
    }
}

#[test]
fn nothing_is_ready_before_what_was_applied_is_seen() {
    let object = |uid: &str, generation: i64, observed: i64| {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"uid": uid, "generation": generation},
            "spec": {"replicas": 0}, "status": {"observedGeneration": observed},
        })
    };
    let since = |object: &Value| {
        let found = readiness_since(object, &Baseline::new("u", Some(3)), &Rules::default(), now());
        (found.status, found.reason.into_owned())
    };
    assert_eq!(since(&object("u", 3, 3)), (Current, "Available".into()));
    assert_eq!(since(&object("other", 3, 3)), (NotFound, "Replaced".into()));
    assert_eq!(since(&object("u", 2, 2)), (InProgress, "EarlierGeneration".into()));
    assert_eq!(since(&object("u", 3, 2)), (InProgress, "LatestGenerationNotObserved".into()));
    assert_eq!(since(&object("u", 4, 4)).0, Current, "somebody changed it since, and it was seen");
    assert_eq!(since(&object("u", 4, 3)), (InProgress, "LatestGenerationNotObserved".into()));
    assert_eq!(since(&json!({})).0, NotFound);
    let any = readiness_since(&object("u", 2, 2), &Baseline::default(), &Rules::default(), now());
    assert_eq!(any.status, Current);
}

#[test]
fn only_what_holds_data_needs_no_watch() {
    let rules = Rules::default();
    for (kind, at_once) in [
        ("ConfigMap", true),
        ("Secret", true),
        ("ClusterRole.rbac.authorization.k8s.io", true),
        ("Deployment.apps", false),
        ("Namespace", false),
        ("Secret.example.com", false),
    ] {
        assert_eq!(is_ready_at_once(&kind.parse().unwrap(), &rules), at_once, "{kind}");
    }
    let watched = rules.with(KindRule::new(GroupKind::core("Secret"), Vec::new()));
    assert!(!is_ready_at_once(&GroupKind::core("Secret"), &watched));
}

proptest! {
    #[test]
    fn any_json_is_judged(mut object in any_json(), kind in 0_usize..17) {
        let kinds = [
            ("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("apps/v1", "ReplicaSet"), ("v1", "Pod"),
            ("v1", "PersistentVolumeClaim"), ("v1", "Service"), ("batch/v1", "Job"), ("v1", "Namespace"), ("example.com/v1", "Thing"),
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition"), ("apiregistration.k8s.io/v1", "APIService"),
            ("apps.openshift.io/v1", "DeploymentConfig"), ("operators.coreos.com/v1", "Subscription"), ("route.openshift.io/v1", "Route"),
            ("cloud.redhat.com/v1", "ClowdApp"), ("cloud.redhat.com/v1", "ClowdJobInvocation"),
        ];
        if let Some(members) = object.as_object_mut() {
            members.insert("apiVersion".into(), kinds[kind].0.into());
            members.insert("kind".into(), kinds[kind].1.into());
        }
        let found = readiness(&object, &Rules::default(), now());
        prop_assert!(!found.message.is_empty() || found.reason == "Rule");
        let since = readiness_since(&object, &Baseline::new("u", Some(i64::MAX)), &Rules::default(), now());
        prop_assert!(!since.is_ready(), "{}", since);
    }

    #[test]
    fn counts_of_any_size_are_compared(want in any::<i64>(), have in any::<i64>(), partition in any::<i64>()) {
        for kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] {
            let object = json!({
                "apiVersion": "apps/v1", "kind": kind, "metadata": {"generation": 1},
                "spec": {"replicas": want, "updateStrategy": {"rollingUpdate": {"partition": partition}}},
                "status": {"observedGeneration": 1, "replicas": have, "readyReplicas": have, "desiredNumberScheduled": want},
            });
            let found = readiness(&object, &Rules::default(), now());
            prop_assert!(!found.is_ready() || want <= have.max(0) || kind == "StatefulSet" && partition > 0, "{}", found);
        }
    }
}
