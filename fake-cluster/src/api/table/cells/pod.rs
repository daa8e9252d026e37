//! Pods: how many containers are ready, what the pod is doing, how often it was restarted.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{NONE, Row, at, list, or, text};
use crate::api::table::age;

/// How often containers were restarted, and when last.
#[derive(Clone, Copy, Debug, Default)]
struct Restarts {
    count: i64,
    last: Option<Timestamp>,
}

impl Restarts {
    fn add(&mut self, status: &Value) {
        self.count += at(status, "/restartCount").as_i64().unwrap_or_default();
        let ended = text(status, "/lastState/terminated/finishedAt").parse().ok();
        self.last = self.last.max(ended);
    }
}

pub(super) fn cells(row: &Row<'_>) -> Vec<Value> {
    let (ready, total, reason, restarts) = state(row);
    let restarts = match restarts.last {
        Some(last) if restarts.count != 0 => {
            format!("{} ({} ago)", restarts.count, age::since(row.now, &last.to_string()))
        }
        _ => restarts.count.to_string(),
    };
    let gates = row.list("/spec/readinessGates");
    let met = gates.iter().filter(|gate| {
        let condition = condition(row, text(gate, "/conditionType"));
        condition.is_some_and(|condition| text(condition, "/status") == "True")
    });
    let gates = if gates.is_empty() { NONE.to_owned() } else { format!("{}/{}", met.count(), gates.len()) };
    vec![
        row.name(),
        json!(format!("{ready}/{total}")),
        json!(reason),
        json!(restarts),
        row.age(),
        json!(or(row.text("/status/podIPs/0/ip"), NONE)),
        json!(or(row.text("/spec/nodeName"), NONE)),
        json!(or(row.text("/status/nominatedNodeName"), NONE)),
        json!(gates),
    ]
}

/// What the row of a pod that came to its end says besides.
pub(super) fn conditions(pod: &Value) -> Option<Value> {
    let phase = text(pod, "/status/phase");
    let message = match phase {
        "Succeeded" => "The pod has completed successfully.",
        "Failed" => "The pod failed.",
        _ => return None,
    };
    Some(json!([{"type": "Completed", "status": "True", "reason": phase, "message": message}]))
}

fn condition<'a>(row: &Row<'a>, of: &str) -> Option<&'a Value> {
    row.list("/status/conditions").iter().find(|condition| text(condition, "/type") == of)
}

fn holds(row: &Row<'_>, of: &str) -> bool {
    condition(row, of).is_some_and(|condition| text(condition, "/status") == "True")
}

/// Ready containers, all containers, the state in a word, and restarts.
fn state(row: &Row<'_>) -> (usize, usize, String, Restarts) {
    let phase = row.text("/status/phase");
    let mut reason = or(row.text("/status/reason"), phase).to_owned();
    let gated = |condition: &&Value| {
        text(condition, "/type") == "PodScheduled" && text(condition, "/reason") == "SchedulingGated"
    };
    if row.list("/status/conditions").iter().any(|condition| gated(&condition)) {
        "SchedulingGated".clone_into(&mut reason);
    }
    let init = row.list("/spec/initContainers");
    let is_sidecar =
        |name: &str| init.iter().any(|of| text(of, "/name") == name && text(of, "/restartPolicy") == "Always");
    let sidecars = init.iter().filter(|of| text(of, "/restartPolicy") == "Always").count();
    let total = row.list("/spec/containers").len() + sidecars;

    let (mut ready, mut restarts, mut of_sidecars) = (0, Restarts::default(), Restarts::default());
    let mut initializing = false;
    for (at_index, status) in row.list("/status/initContainerStatuses").iter().enumerate() {
        restarts.add(status);
        let sidecar = is_sidecar(text(status, "/name"));
        if sidecar {
            of_sidecars.add(status);
        }
        let ended = at(status, "/state/terminated");
        if !ended.is_null() && at(ended, "/exitCode").as_i64().unwrap_or_default() == 0 {
            continue;
        }
        if sidecar && at(status, "/started") == &Value::Bool(true) {
            ready += usize::from(at(status, "/ready") == &Value::Bool(true));
            continue;
        }
        let waits = text(status, "/state/waiting/reason");
        reason = if !ended.is_null() {
            format!("Init:{}", end(ended))
        } else if !matches!(waits, "" | "PodInitializing") {
            format!("Init:{waits}")
        } else {
            format!("Init:{at_index}/{}", init.len())
        };
        initializing = true;
        break;
    }
    if !initializing || holds(row, "Initialized") {
        restarts = of_sidecars;
        running(row, &mut reason, &mut ready, &mut restarts);
    }
    if row.is_ending() && row.text("/status/reason") == "NodeLost" {
        "Unknown".clone_into(&mut reason);
    } else if row.is_ending() && !matches!(phase, "Succeeded" | "Failed") {
        "Terminating".clone_into(&mut reason);
    }
    (ready, total, reason, restarts)
}

/// What the containers proper are doing.
fn running(row: &Row<'_>, reason: &mut String, ready: &mut usize, restarts: &mut Restarts) {
    let (mut any_runs, mut error) = (false, String::new());
    for status in list(row.object, "/status/containerStatuses").iter().rev() {
        restarts.add(status);
        let (waits, ended) = (text(status, "/state/waiting/reason"), at(status, "/state/terminated"));
        if !waits.is_empty() {
            waits.clone_into(reason);
        } else if !ended.is_null() {
            *reason = end(ended);
            if at(ended, "/exitCode").as_i64().unwrap_or_default() != 0 {
                error.clone_from(reason);
            }
        } else if at(status, "/ready") == &Value::Bool(true) && !at(status, "/state/running").is_null() {
            any_runs = true;
            *ready += 1;
        }
    }
    if reason == "Completed" {
        if any_runs && holds(row, "Ready") {
            "Running".clone_into(reason);
        } else if !error.is_empty() {
            *reason = error;
        } else if any_runs {
            "NotReady".clone_into(reason);
        }
    }
}

/// How a container ended: its reason, or the signal or exit code.
fn end(ended: &Value) -> String {
    let number = |pointer: &str| at(ended, pointer).as_i64().unwrap_or_default();
    match (text(ended, "/reason"), number("/signal")) {
        ("", 0) => format!("ExitCode:{}", number("/exitCode")),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}
