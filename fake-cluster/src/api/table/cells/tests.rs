use serde_json::{Value, json};

use super::of;

fn cells(group: &str, kind: &str, object: Value) -> Vec<Value> {
    of(group, kind, &object, "2026-01-01T12:00:00Z".parse().unwrap())
}

fn pod(status: Value) -> Vec<Value> {
    let spec = json!({
        "containers": [{"name": "a"}, {"name": "b"}],
        "initContainers": [{"name": "once"}, {"name": "side", "restartPolicy": "Always"}],
    });
    let metadata = json!({"name": "p", "creationTimestamp": "2026-01-01T11:00:00Z"});
    let mut cells = cells("", "Pod", json!({"metadata": metadata, "spec": spec, "status": status}));
    cells.truncate(4);
    cells.split_off(1)
}

fn running(name: &str) -> Value {
    json!({"name": name, "ready": true, "started": true, "restartCount": 0, "state": {"running": {}}})
}

fn ended(name: &str, code: i64) -> Value {
    json!({"name": name, "restartCount": 2, "state": {"terminated": {"exitCode": code}}})
}

#[test]
fn an_object_without_anything_has_cells_all_the_same() {
    for (group, kind) in super::super::columns::kinds() {
        let columns = super::super::columns::of(group, kind).len();
        let found = cells(group, kind, json!({})).len();
        // The real server has one cell too many for addresses.
        let wanted = if kind == "IPAddress" { columns + 1 } else { columns };
        assert_eq!(found, wanted, "{group}/{kind}");
    }
}

#[test]
fn a_pod_says_how_far_its_beginning_has_come() {
    let waits = |reason: &str| json!({"name": "once", "state": {"waiting": {"reason": reason}}});
    assert_eq!(pod(json!({"phase": "Pending"})), [json!("0/3"), json!("Pending"), json!("0")]);
    for (status, shown) in [
        (waits("PodInitializing"), "Init:0/2"),
        (waits("CrashLoopBackOff"), "Init:CrashLoopBackOff"),
        (ended("once", 3), "Init:ExitCode:3"),
        (json!({"name": "once", "state": {"terminated": {"exitCode": 1, "signal": 9}}}), "Init:Signal:9"),
    ] {
        let cells = pod(json!({"phase": "Pending", "initContainerStatuses": [status]}));
        assert_eq!(cells[1], shown);
    }
}

#[test]
fn a_pod_counts_what_runs_and_what_was_restarted() {
    let mut flaky = running("b");
    flaky["restartCount"] = json!(4);
    flaky["lastState"] = json!({"terminated": {"exitCode": 1, "finishedAt": "2026-01-01T11:58:00Z"}});
    let status = json!({
        "phase": "Running",
        "initContainerStatuses": [ended("once", 0), running("side")],
        "containerStatuses": [running("a"), flaky],
    });
    assert_eq!(pod(status), [json!("3/3"), json!("Running"), json!("4 (2m ago)")]);
}

#[test]
fn a_pod_whose_containers_ended_says_how() {
    let done = json!({"name": "b", "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}});
    let both = |first: Value, conditions: Value| {
        pod(json!({"phase": "Running", "conditions": conditions, "containerStatuses": [done.clone(), first]}))[1]
            .clone()
    };
    let ready = json!([{"type": "Ready", "status": "True"}]);
    assert_eq!(both(running("a"), ready), "Running");
    assert_eq!(both(running("a"), json!([])), "NotReady");
    assert_eq!(both(ended("a", 7), json!([])), "ExitCode:7");
    let gated = json!([{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]);
    assert_eq!(pod(json!({"phase": "Pending", "conditions": gated}))[1], "SchedulingGated");
}

#[test]
fn ends_and_their_reasons_come_before_the_phase() {
    let object = |reason: &str| {
        json!({"metadata": {"name": "p", "deletionTimestamp": "2026-01-01T12:00:00Z"},
               "status": {"phase": "Running", "reason": reason}})
    };
    assert_eq!(cells("", "Pod", object(""))[2], "Terminating");
    assert_eq!(cells("", "Pod", object("NodeLost"))[2], "Unknown");
}

#[test]
fn services_say_where_they_are_reached() {
    let external =
        |spec: Value, status: Value| cells("", "Service", json!({"spec": spec, "status": status}))[3].clone();
    let balanced = json!({"loadBalancer": {"ingress": [{"ip": "2.2.2.2"}, {"hostname": "a.example"}]}});
    assert_eq!(external(json!({"type": "ClusterIP"}), json!({})), "<none>");
    assert_eq!(external(json!({"type": "LoadBalancer"}), json!({})), "<pending>");
    assert_eq!(
        external(json!({"type": "LoadBalancer", "externalIPs": ["1.1.1.1"]}), balanced),
        "2.2.2.2,a.example,1.1.1.1"
    );
    assert_eq!(external(json!({"type": "ExternalName", "externalName": "x.example"}), json!({})), "x.example");
    let ports = json!({"ports": [{"port": 80, "protocol": "TCP"}, {"port": 53, "nodePort": 30053, "protocol": "UDP"}]});
    assert_eq!(cells("", "Service", json!({"spec": ports}))[4], "80/TCP,53:30053/UDP");
}

#[test]
fn long_lists_are_cut_after_three() {
    let addresses: Vec<_> = (1..=5).map(|n| json!({"ip": format!("10.0.0.{n}")})).collect();
    let object = json!({"subsets": [{"addresses": addresses, "ports": [{"port": 80}]}]});
    assert_eq!(cells("", "Endpoints", object)[1], "10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...");
    let rules: Vec<_> = ["a", "b", "c", "d"].map(|host| json!({"host": host})).into();
    assert_eq!(cells("networking.k8s.io", "Ingress", json!({"spec": {"rules": rules}}))[2], "a,b,c + 1 more...");
}

#[test]
fn selectors_are_sorted_by_key() {
    let selector = json!({
        "matchLabels": {"b": "2", "a": "1"},
        "matchExpressions": [
            {"key": "c", "operator": "In", "values": ["y", "x"]},
            {"key": "d", "operator": "DoesNotExist"},
            {"key": "e", "operator": "Exists"},
        ],
    });
    let policy = cells("networking.k8s.io", "NetworkPolicy", json!({"spec": {"podSelector": selector}}));
    assert_eq!(policy[1], "a=1,b=2,c in (x,y),!d,e");
    let wrong = json!({"matchExpressions": [{"key": "c", "operator": "Near"}]});
    assert_eq!(cells("apps", "ReplicaSet", json!({"spec": {"selector": wrong}})).last(), Some(&json!("<error>")));
}

#[test]
fn jobs_say_what_became_of_them() {
    let job = |status: Value| cells("batch", "Job", json!({"spec": {"completions": 3}, "status": status}));
    let done = job(json!({
        "succeeded": 3, "startTime": "2026-01-01T11:00:00Z", "completionTime": "2026-01-01T11:00:50Z",
        "conditions": [{"type": "Complete", "status": "True"}],
    }));
    assert_eq!(done[1..4], [json!("Complete"), json!("3/3"), json!("50s")]);
    assert_eq!(job(json!({"conditions": [{"type": "Suspended", "status": "True"}]}))[1], "Suspended");
    assert_eq!(job(json!({}))[1..4], [json!("Running"), json!("0/3"), json!("")]);
}

#[test]
fn autoscalers_show_two_metrics() {
    let cpu = json!({"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}});
    let pods = json!({"type": "Pods", "pods": {"target": {"averageValue": "10"}}});
    let spec = json!({"metrics": [cpu, pods, {"type": "Odd"}]});
    let current = json!([{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 55}}}]);
    let shown =
        cells("autoscaling", "HorizontalPodAutoscaler", json!({"spec": spec, "status": {"currentMetrics": current}}));
    assert_eq!(shown[2], "cpu: 55%/80%, <unknown>/10 + 1 more...");
}
