//! Nodes: one of which nobody says how it is becomes ready, and one that is ready takes pods. This is what its kubelet and
//! `pkg/controller/nodelifecycle` would do.

use serde_json::{Value, json};

use super::{condition, conditions, is_true, status};
use crate::controllers::step::{Step, Write, controller};
use crate::controllers::view::{View, is_deleting, text};

const STORAGE: &str = "nodes";
/// What the API server gives each new node, to keep pods away until it is ready.
const NOT_READY: &str = "node.kubernetes.io/not-ready";
/// What a kubelet says of a node that is well: type, status, reason, message.
const WELL: [[&str; 4]; 4] = [
    ["MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
    ["DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
    ["PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
    ["Ready", "True", "KubeletReady", "kubelet is posting ready status"],
];

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let Some(resource) = view.resource(STORAGE) else { return Vec::new() };
    let mut steps = Vec::new();
    for node in view.objects(STORAGE).iter().filter(|node| !is_deleting(node)) {
        let mut told = conditions(node);
        if !told.iter().any(|known| known["type"] == "Ready") {
            for [kind, said, reason, message] in WELL {
                condition(&mut told, &view.time(), kind, [said, reason, message]);
            }
            for known in &mut told {
                if known["lastHeartbeatTime"].is_null() {
                    known["lastHeartbeatTime"] = json!(view.time());
                }
            }
            let mut new = node.value()["status"].clone();
            if !new.is_object() {
                new = json!({});
            }
            new["conditions"] = Value::Array(told);
            let kubelet = format!("system:node:{}", node.meta_str("name"));
            steps.extend(status(&kubelet, resource, node, new));
            continue;
        }
        let taints = node.value()["spec"]["taints"].as_array().cloned().unwrap_or_default();
        let kept: Vec<&Value> = taints.iter().filter(|taint| text(&taint["key"]) != NOT_READY).collect();
        if is_true(node, "Ready") && kept.len() < taints.len() {
            let mut new = node.value().clone();
            new["spec"]["taints"] = json!(kept);
            steps.push(Step::to(&controller("node-controller"), resource, node, Write::Update("", new)));
        }
    }
    steps
}
