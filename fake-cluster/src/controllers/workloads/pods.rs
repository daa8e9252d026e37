//! Pods: put on a node if there are any, and run there. This is what a scheduler and kubelets would do.
//!
//! Where there are no nodes, pods run nevertheless. Pods of jobs succeed at once; the others run until they are deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::{PODS, conditions, controller_of};
use crate::api::Resource;
use crate::controllers::selector::fits;
use crate::controllers::step::{Step, Write};
use crate::controllers::view::{View, is_deleting, text};
use crate::storage::Object;

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let Some(resource) = view.resource(PODS) else { return Vec::new() };
    let nodes = view.objects("nodes");
    let mut load: BTreeMap<&str, usize> = nodes.iter().map(|node| (node.meta_str("name"), 0)).collect();
    let mut taken = BTreeSet::new();
    for pod in view.objects(PODS) {
        if let Some(load) = load.get_mut(text(&pod.value()["spec"]["nodeName"])) {
            *load += 1;
        }
        taken.insert(text(&pod.value()["status"]["podIP"]).to_owned());
    }
    let mut addresses = (1_u32..).map(address).filter(|address| !taken.contains(address));
    let mut steps = Vec::new();
    for pod in view.objects(PODS) {
        let spec = &pod.value()["spec"];
        let node = text(&spec["nodeName"]);
        let kubelet = format!("system:node:{}", if node.is_empty() { "fake" } else { node });
        if is_deleting(pod) {
            if pod.metadata()["deletionGracePeriodSeconds"].as_i64().is_some_and(|seconds| seconds > 0) {
                let now = json!({
                    "apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0,
                    "preconditions": {"uid": pod.meta_str("uid")},
                });
                steps.push(Step::to(&kubelet, resource, pod, Write::Delete(now)));
            }
            continue;
        }
        if !matches!(text(&pod.value()["status"]["phase"]), "" | "Pending") {
            continue;
        }
        if spec["schedulingGates"].as_array().is_some_and(|gates| !gates.is_empty()) {
            steps.extend(waits(
                view,
                resource,
                pod,
                "SchedulingGated",
                "Scheduling is blocked due to non-empty scheduling gates",
            ));
            continue;
        }
        if node.is_empty() && !nodes.is_empty() {
            let open = nodes
                .iter()
                .filter(|node| is_open(node) || tolerates_cordon(spec))
                .filter(|node| fits_node(spec, node));
            let Some(chosen) = open.min_by_key(|node| load.get(node.meta_str("name")).copied().unwrap_or_default())
            else {
                let message = format!("0/{} nodes are available", nodes.len());
                steps.extend(waits(view, resource, pod, "Unschedulable", &message));
                continue;
            };
            let chosen = chosen.meta_str("name");
            if let Some(load) = load.get_mut(chosen) {
                *load += 1;
            }
            let binding = json!({
                "apiVersion": "v1", "kind": "Binding", "target": {"kind": "Node", "name": chosen},
                "metadata": {"name": pod.meta_str("name"), "uid": pod.meta_str("uid")},
            });
            steps.push(Step::to("system:kube-scheduler", resource, pod, Write::CreateIn("binding", binding)));
            continue;
        }
        let mut new = pod.value().clone();
        new["status"] = running(view, pod, addresses.next().unwrap_or_default());
        steps.push(Step::to(&kubelet, resource, pod, Write::Update("status", new)));
    }
    steps
}

/// The address with this number, in 10.244.0.0/16 and what follows.
fn address(number: u32) -> String {
    let start = u32::from(std::net::Ipv4Addr::new(10, 244, 0, 0));
    std::net::Ipv4Addr::from(start.wrapping_add(number)).to_string()
}

/// Whether a node takes new pods.
fn is_open(node: &Object) -> bool {
    node.value()["spec"]["unschedulable"] != true
}

fn tolerates_cordon(pod: &Value) -> bool {
    let tolerations = pod["tolerations"].as_array().into_iter().flatten();
    tolerations
        .filter(|toleration| toleration["operator"] == "Exists")
        .any(|toleration| matches!(text(&toleration["key"]), "" | "node.kubernetes.io/unschedulable"))
}

/// Whether a pod may be on a node: selector, required affinity and taints.
pub(super) fn fits_node(pod: &Value, node: &Object) -> bool {
    let labels = &node.metadata()["labels"];
    let chosen = pod["nodeSelector"].as_object().into_iter().flatten().all(|(key, wanted)| labels[key] == *wanted);
    let required = &pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let named = json!({"metadata.name": node.meta_str("name")});
    let terms = required["nodeSelectorTerms"].as_array();
    let wanted = terms.is_none_or(|terms| {
        terms.iter().any(|term| {
            let all = |field: &str, of: &Value| term[field].as_array().into_iter().flatten().all(|one| fits(one, of));
            all("matchExpressions", labels) && all("matchFields", &named)
        })
    });
    let taints = node.value()["spec"]["taints"].as_array().into_iter().flatten();
    let kept_away = taints.filter(|taint| taint["effect"] != "PreferNoSchedule").any(|taint| !tolerates(pod, taint));
    chosen && wanted && !kept_away
}

fn tolerates(pod: &Value, taint: &Value) -> bool {
    pod["tolerations"].as_array().into_iter().flatten().any(|toleration| {
        let (key, effect) = (text(&toleration["key"]), text(&toleration["effect"]));
        let exists = toleration["operator"] == "Exists";
        (effect.is_empty() || taint["effect"] == effect)
            && ((key.is_empty() && exists)
                || taint["key"] == key && (exists || text(&toleration["value"]) == text(&taint["value"])))
    })
}

/// Says why a pod is on no node.
fn waits(view: &View, resource: &Arc<Resource>, pod: &Object, reason: &str, message: &str) -> Option<Step> {
    let mut told = conditions(pod);
    super::condition(&mut told, &view.time(), "PodScheduled", ["False", reason, message]);
    let mut status = pod.value()["status"].clone();
    status["conditions"] = Value::Array(told);
    super::status("system:kube-scheduler", resource, pod, status)
}

/// The status of a pod that runs, or of one that is done already.
fn running(view: &View, pod: &Object, address: String) -> Value {
    let (spec, time) = (&pod.value()["spec"], view.time());
    let done = controller_of(pod).is_some_and(|owner| owner["kind"] == "Job");
    let mut status = pod.value()["status"].clone();
    let mut told = conditions(pod);
    let finished = if done { "PodCompleted" } else { "" };
    let serves = if done { "False" } else { "True" };
    condition_of_pod(&mut told, &time, "PodReadyToStartContainers", [serves, "", ""]);
    condition_of_pod(&mut told, &time, "Initialized", ["True", finished, ""]);
    condition_of_pod(&mut told, &time, "Ready", [serves, finished, ""]);
    condition_of_pod(&mut told, &time, "ContainersReady", [serves, finished, ""]);
    condition_of_pod(&mut told, &time, "PodScheduled", ["True", "", ""]);
    for gate in spec["readinessGates"].as_array().into_iter().flatten() {
        condition_of_pod(&mut told, &time, text(&gate["conditionType"]), ["True", "", ""]);
    }
    status["conditions"] = Value::Array(told);
    status["phase"] = json!(if done { "Succeeded" } else { "Running" });
    status["startTime"] = json!(time);
    status["podIP"] = json!(address);
    status["podIPs"] = json!([{"ip": address}]);
    if let Some(host) = host(view, text(&spec["nodeName"])) {
        status["hostIP"] = json!(host);
        status["hostIPs"] = json!([{"ip": host}]);
    }
    let uid = pod.meta_str("uid");
    let of = |container: &Value, ended: bool| {
        let (name, image) = (text(&container["name"]), text(&container["image"]));
        let id = format!("containerd://{}", super::hash(&json!([uid, name])));
        let state = match ended {
            true => json!({"terminated": {
                "exitCode": 0, "reason": "Completed", "startedAt": time, "finishedAt": time, "containerID": id,
            }}),
            false => json!({"running": {"startedAt": time}}),
        };
        json!({
            "name": name, "image": image, "imageID": image, "containerID": id, "restartCount": 0,
            "ready": !ended, "started": !ended, "state": state, "lastState": {},
        })
    };
    let containers = spec["containers"].as_array().into_iter().flatten();
    status["containerStatuses"] = containers.map(|container| of(container, done)).collect();
    if let Some(first) = spec["initContainers"].as_array().filter(|first| !first.is_empty()) {
        let statuses = first.iter().map(|container| {
            let ended = done || container["restartPolicy"] != "Always";
            let mut status = of(container, ended);
            // Those that ended well are ready.
            status["ready"] = json!(true);
            status
        });
        status["initContainerStatuses"] = statuses.collect();
    }
    status
}

fn condition_of_pod(told: &mut Vec<Value>, time: &str, kind: &str, said: [&str; 3]) {
    super::condition(told, time, kind, said);
    for known in told.iter_mut() {
        if known.get("lastProbeTime").is_none() {
            known["lastProbeTime"] = Value::Null;
        }
    }
}

/// The address of a node, if it says one.
fn host<'a>(view: &'a View, node: &str) -> Option<&'a str> {
    let addresses = view.get("nodes", node)?.value()["status"]["addresses"].as_array()?;
    let address = addresses.iter().find(|address| address["type"] == "InternalIP")?;
    address["address"].as_str()
}
