//! What runs pods: deployments, sets, jobs and their templates.

use serde_json::{Value, json};

use super::selector::{label_selector, labels, shown};
use super::{NONE, Row, UNSET, age, list, text};

/// The names and images of a template's containers.
fn containers(row: &Row<'_>, template: &str) -> [Value; 2] {
    let containers = row.list(&format!("{template}/spec/containers"));
    ["/name", "/image"].map(|part| {
        let all: Vec<&str> = containers.iter().map(|container| text(container, part)).collect();
        json!(all.join(","))
    })
}

fn with_containers(mut cells: Vec<Value>, row: &Row<'_>, template: &str) -> Vec<Value> {
    cells.extend(containers(row, template));
    cells
}

pub(super) fn pod_template(row: &Row<'_>) -> Vec<Value> {
    let [names, images] = containers(row, "/template");
    vec![row.name(), names, images, json!(labels(row.at("/template/metadata/labels")))]
}

pub(super) fn replication_controller(row: &Row<'_>) -> Vec<Value> {
    let mut cells = with_containers(counted(row), row, "/spec/template");
    cells.push(json!(labels(row.at("/spec/selector"))));
    cells
}

pub(super) fn replica_set(row: &Row<'_>) -> Vec<Value> {
    let mut cells = with_containers(counted(row), row, "/spec/template");
    cells.push(json!(shown(row.at("/spec/selector"))));
    cells
}

fn counted(row: &Row<'_>) -> Vec<Value> {
    let numbers = ["/spec/replicas", "/status/replicas", "/status/readyReplicas"].map(|at| json!(row.int(at)));
    let [desired, current, ready] = numbers;
    vec![row.name(), desired, current, ready, row.age()]
}

fn ready(row: &Row<'_>) -> Value {
    json!(format!("{}/{}", row.int("/status/readyReplicas"), row.int("/spec/replicas")))
}

pub(super) fn deployment(row: &Row<'_>) -> Vec<Value> {
    let updated = json!(row.int("/status/updatedReplicas"));
    let available = json!(row.int("/status/availableReplicas"));
    let cells = vec![row.name(), ready(row), updated, available, row.age()];
    let mut cells = with_containers(cells, row, "/spec/template");
    cells.push(json!(label_selector(row.at("/spec/selector")).unwrap_or_else(|()| "<invalid>".into())));
    cells
}

pub(super) fn stateful_set(row: &Row<'_>) -> Vec<Value> {
    with_containers(vec![row.name(), ready(row), row.age()], row, "/spec/template")
}

pub(super) fn daemon_set(row: &Row<'_>) -> Vec<Value> {
    let mut cells = vec![row.name()];
    for of in
        ["desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled", "numberAvailable"]
    {
        cells.push(json!(row.int(&format!("/status/{of}"))));
    }
    cells.extend([json!(labels(row.at("/spec/template/spec/nodeSelector"))), row.age()]);
    let mut cells = with_containers(cells, row, "/spec/template");
    cells.push(json!(shown(row.at("/spec/selector"))));
    cells
}

pub(super) fn controller_revision(row: &Row<'_>) -> Vec<Value> {
    let owners = row.list("/metadata/ownerReferences");
    let controller = owners.iter().find(|owner| owner.get("controller") == Some(&Value::Bool(true)));
    let controller = controller.map_or_else(
        || NONE.to_owned(),
        |owner| {
            let group = text(owner, "/apiVersion").split_once('/').map_or("", |(group, _)| group);
            let kind = text(owner, "/kind").to_lowercase();
            let dot = if group.is_empty() { "" } else { "." };
            format!("{kind}{dot}{}/{}", group.to_lowercase(), text(owner, "/name"))
        },
    );
    vec![row.name(), json!(controller), json!(row.int("/revision")), row.age()]
}

pub(super) fn job(row: &Row<'_>) -> Vec<Value> {
    let succeeded = row.int("/status/succeeded");
    let completions = match (row.at("/spec/completions").as_i64(), row.int("/spec/parallelism")) {
        (Some(wanted), _) => format!("{succeeded}/{wanted}"),
        (None, at_once @ 2..) => format!("{succeeded}/1 of {at_once}"),
        (None, _) => format!("{succeeded}/1"),
    };
    let (begun, ended) = (row.text("/status/startTime"), row.text("/status/completionTime"));
    let duration = match (begun, ended) {
        ("", _) => String::new(),
        (begun, "") => age::since(row.now, begun),
        (begun, ended) => age::between(begun, ended).unwrap_or_default(),
    };
    let holds = |of: &str| {
        let condition = row.list("/status/conditions").iter().find(|condition| text(condition, "/type") == of);
        condition.is_some_and(|condition| text(condition, "/status") == "True")
    };
    let status = if holds("Complete") {
        "Complete"
    } else if holds("Failed") {
        "Failed"
    } else if row.is_ending() {
        "Terminating"
    } else {
        let rest = ["Suspended", "FailureTarget", "SuccessCriteriaMet"];
        rest.into_iter().find(|of| holds(of)).unwrap_or("Running")
    };
    let cells = vec![row.name(), json!(status), json!(completions), json!(duration), row.age()];
    let mut cells = with_containers(cells, row, "/spec/template");
    cells.push(json!(shown(row.at("/spec/selector"))));
    cells
}

pub(super) fn cron_job(row: &Row<'_>) -> Vec<Value> {
    let last = match row.given("/status/lastScheduleTime") {
        Some(_) => row.since("/status/lastScheduleTime"),
        None => NONE.to_owned(),
    };
    let suspended = match row.at("/spec/suspend") {
        Value::Bool(true) => "True",
        Value::Bool(false) => "False",
        _ => UNSET,
    };
    let cells = vec![
        row.name(),
        json!(row.text("/spec/schedule")),
        json!(row.given("/spec/timeZone").unwrap_or(NONE)),
        json!(suspended),
        json!(list(row.object, "/status/active").len()),
        json!(last),
        row.age(),
    ];
    let mut cells = with_containers(cells, row, "/spec/jobTemplate/spec/template");
    cells.push(json!(shown(row.at("/spec/jobTemplate/spec/selector"))));
    cells
}
