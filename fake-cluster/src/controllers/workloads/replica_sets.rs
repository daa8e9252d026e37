//! Replica sets: as many pods as they want. Knows nothing of deployments.
//!
//! It follows `pkg/controller/replicaset`.

use std::sync::Arc;

use serde_json::json;

use super::{BURST, PODS, adopted, controlled, count, is_active, is_true, number, pod, status};
use crate::controllers::step::{Step, Write, controller};
use crate::controllers::view::{View, is_deleting};
use crate::storage::Object;

const STORAGE: &str = "replicasets.apps";

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let (Some(resource), Some(pods)) = (view.resource(STORAGE), view.resource(PODS)) else { return Vec::new() };
    let actor = controller("replicaset-controller");
    let mut steps = Vec::new();
    for set in view.objects(STORAGE) {
        let spec = &set.value()["spec"];
        steps.extend(adopted(view, &actor, PODS, set, &spec["selector"]));
        let all = controlled(view, PODS, set);
        let active: Vec<&Arc<Object>> = all.iter().copied().filter(|pod| is_active(pod)).collect();
        let wanted = number(&spec["replicas"]);
        if !is_deleting(set) {
            for _ in (active.len()..wanted).take(BURST) {
                let mut pod = pod(set, &spec["template"]);
                pod["metadata"]["generateName"] = json!(format!("{}-", set.meta_str("name")));
                steps.push(Step::within(&actor, pods, set.meta_str("namespace"), Write::Create(pod)));
            }
            let mut surplus = active.clone();
            // Those that serve nobody go first, then the youngest.
            surplus
                .sort_by_key(|pod| (is_true(pod, "Ready"), std::cmp::Reverse((pod.revision(), pod.key().to_owned()))));
            let gone = surplus.into_iter().take(active.len().saturating_sub(wanted).min(BURST));
            steps.extend(gone.map(|pod| Step::to(&actor, pods, pod, Write::delete_exactly(pod, "Background"))));
        }
        let ready = active.iter().filter(|pod| is_true(pod, "Ready")).count();
        let labels = spec["template"]["metadata"]["labels"].as_object();
        let labelled = |pod: &&&Arc<Object>| {
            labels.is_none_or(|labels| labels.iter().all(|(key, value)| pod.metadata()["labels"][key] == *value))
        };
        let mut new = set.value()["status"].clone();
        if !new.is_object() {
            new = json!({});
        }
        new["replicas"] = json!(active.len());
        new["observedGeneration"] = set.metadata()["generation"].clone();
        new["terminatingReplicas"] = json!(all.iter().filter(|pod| is_deleting(pod)).count());
        count(&mut new, "fullyLabeledReplicas", active.iter().filter(labelled).count());
        count(&mut new, "readyReplicas", ready);
        count(&mut new, "availableReplicas", ready);
        steps.extend(status(&actor, resource, set, new));
    }
    steps
}
