//! Daemon sets: a pod on each node that it may be on. Knows nothing of who puts pods on nodes, but that an affinity says where.
//!
//! It follows `pkg/controller/daemon`, without surge.

use std::sync::Arc;

use serde_json::{Value, json};

use super::pods::fits_node;
use super::revisions::{LABEL, Revisions};
use super::{PODS, controlled, count, is_true, pod, share, status};
use crate::controllers::step::{Step, Write, controller};
use crate::controllers::view::{View, is_deleting, text};
use crate::storage::Object;

const STORAGE: &str = "daemonsets.apps";
/// What keeps other pods away, and these not.
const TOLERATED: [(&str, &str); 6] = [
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let (Some(resource), Some(pods)) = (view.resource(STORAGE), view.resource(PODS)) else { return Vec::new() };
    let actor = controller("daemon-set-controller");
    let mut steps = Vec::new();
    for set in view.objects(STORAGE) {
        let revisions = Revisions::of(view, set);
        steps.extend(revisions.steps(view, &actor, set, &[]));
        let all = controlled(view, PODS, set);
        let on = |node: &Object| -> Vec<&Arc<Object>> {
            all.iter().copied().filter(|pod| home(pod) == node.meta_str("name")).collect()
        };
        let template = with_tolerations(&set.value()["spec"]["template"]);
        let nodes: Vec<&Arc<Object>> = view
            .objects("nodes")
            .iter()
            .filter(|node| !is_deleting(node) && fits_node(&template["spec"], node))
            .collect();
        let is_latest = |pod: &Object| pod.metadata()["labels"][LABEL] == revisions.hash.as_str();
        let serves = |pod: &Object| is_true(pod, "Ready") && !is_deleting(pod);
        let ready = nodes.iter().filter(|node| on(node).iter().any(|pod| serves(pod))).count();
        if !is_deleting(set) {
            for node in nodes.iter().filter(|node| on(node).is_empty()).map(|node| node.meta_str("name")) {
                let mut pod = pod(set, &template);
                pod["metadata"]["generateName"] = json!(format!("{}-", set.meta_str("name")));
                pod["metadata"]["labels"][LABEL] = json!(revisions.hash);
                pod["metadata"]["labels"]["pod-template-generation"] = json!(set.metadata()["generation"].to_string());
                pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] = json!({
                    "nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}],
                });
                steps.push(Step::within(&actor, pods, set.meta_str("namespace"), Write::Create(pod)));
            }
            let misplaced = |pod: &Object| !nodes.iter().any(|node| node.meta_str("name") == home(pod));
            let mut gone: Vec<&Arc<Object>> = all.iter().copied().filter(|pod| misplaced(pod)).collect();
            let strategy = &set.value()["spec"]["updateStrategy"];
            if strategy["type"] != "OnDelete" {
                let spare = match &strategy["rollingUpdate"]["maxUnavailable"] {
                    Value::Null => 1,
                    given => share(given, nodes.len(), true).max(1),
                };
                let spare = spare.saturating_sub(nodes.len() - ready);
                gone.extend(all.iter().copied().filter(|pod| !is_latest(pod) && !misplaced(pod)).take(spare));
            }
            let gone = gone.into_iter().filter(|pod| !is_deleting(pod));
            steps.extend(gone.map(|pod| Step::to(&actor, pods, pod, Write::delete_exactly(pod, "Background"))));
        }
        let placed = nodes.iter().filter(|node| !on(node).is_empty()).count();
        let updated = nodes.iter().filter(|node| on(node).iter().any(|pod| is_latest(pod))).count();
        let mut new = set.value()["status"].clone();
        if !new.is_object() {
            new = json!({});
        }
        new["observedGeneration"] = set.metadata()["generation"].clone();
        new["desiredNumberScheduled"] = json!(nodes.len());
        new["currentNumberScheduled"] = json!(placed);
        new["numberMisscheduled"] = json!(0);
        new["numberReady"] = json!(ready);
        count(&mut new, "updatedNumberScheduled", updated);
        count(&mut new, "numberAvailable", ready);
        count(&mut new, "numberUnavailable", nodes.len() - ready);
        steps.extend(status(&actor, resource, set, new));
    }
    steps
}

/// The node that a pod is on, or is to be on.
fn home(pod: &Object) -> &str {
    let spec = &pod.value()["spec"];
    let affinity = &spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    match text(&spec["nodeName"]) {
        "" => text(&affinity["nodeSelectorTerms"][0]["matchFields"][0]["values"][0]),
        node => node,
    }
}

fn with_tolerations(template: &Value) -> Value {
    let mut template = template.clone();
    let mut tolerations = template["spec"]["tolerations"].as_array().cloned().unwrap_or_default();
    for (key, effect) in TOLERATED {
        let toleration = json!({"key": key, "operator": "Exists", "effect": effect});
        if !tolerations.contains(&toleration) {
            tolerations.push(toleration);
        }
    }
    template["spec"]["tolerations"] = Value::Array(tolerations);
    template
}
