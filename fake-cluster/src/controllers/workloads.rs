//! Workloads: each gets its pods, and each pod is ready as soon as it is looked at. What all of them share stands here.
//!
//! They follow the controllers of `k8s.io/kubernetes/pkg/controller` in what they write, and leave out whatever needs time to pass:
//! pods never fail, `minReadySeconds`, deadlines and backoffs are over at once, schedules never come.

mod budgets;
mod daemon_sets;
mod deployments;
mod jobs;
mod nodes;
mod pods;
mod replica_sets;
mod revisions;
mod rolling;
mod stateful_sets;

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use super::owners::references;
use super::step::{Step, Write};
use super::view::{View, is_deleting, text};
use crate::api::Resource;
use crate::storage::Object;

/// What the store calls pods.
const PODS: &str = "pods";

/// How many pods of one owner are made or deleted at once: `BurstReplicas` and `MaxPodCreateDeletePerSync` of the real controllers.
const BURST: usize = 500;

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let mut steps = nodes::steps(view);
    steps.extend(deployments::steps(view));
    steps.extend(replica_sets::steps(view));
    steps.extend(stateful_sets::steps(view));
    steps.extend(daemon_sets::steps(view));
    steps.extend(jobs::steps(view));
    steps.extend(pods::steps(view));
    steps.extend(budgets::steps(view));
    steps
}

/// The objects of a stored resource that an owner controls.
fn controlled<'a>(view: &'a View, storage: &str, owner: &Object) -> Vec<&'a Arc<Object>> {
    let uid = owner.meta_str("uid").to_owned();
    let objects = view.within(storage, owner.meta_str("namespace")).iter();
    objects.filter(|object| controller_of(object).is_some_and(|found| found["uid"] == uid.as_str())).collect()
}

/// The reference to the controller of an object.
fn controller_of(object: &Object) -> Option<&Value> {
    references(object).iter().find(|reference| reference["controller"] == true)
}

/// A reference to a controller.
fn controlled_by(owner: &Object) -> Value {
    json!([{
        "apiVersion": owner.value()["apiVersion"], "kind": owner.value()["kind"], "name": owner.meta_str("name"),
        "uid": owner.meta_str("uid"), "controller": true, "blockOwnerDeletion": true,
    }])
}

/// Objects that nobody controls and that the owner selects become its own.
fn adopted(view: &View, actor: &str, storage: &str, owner: &Object, selector: &Value) -> Vec<Step> {
    let Some(resource) = view.resource(storage).filter(|_| !is_deleting(owner)) else { return Vec::new() };
    let loose = view.within(storage, owner.meta_str("namespace")).iter().filter(|object| {
        !is_deleting(object)
            && controller_of(object).is_none()
            && super::selector::selects(selector, &object.metadata()["labels"])
    });
    loose
        .map(|object| {
            let mut owners = references(object).to_vec();
            owners.extend(controlled_by(owner).as_array().into_iter().flatten().cloned());
            let write = Write::patch_metadata(object, "ownerReferences", Value::Array(owners));
            Step::to(actor, resource, object, write)
        })
        .collect()
}

/// A pod as a template describes it.
fn pod(owner: &Object, template: &Value) -> Value {
    let mut metadata = Map::new();
    for field in ["labels", "annotations", "finalizers"] {
        if !template["metadata"][field].is_null() {
            metadata.insert(field.into(), template["metadata"][field].clone());
        }
    }
    metadata.insert("namespace".into(), json!(owner.meta_str("namespace")));
    metadata.insert("ownerReferences".into(), controlled_by(owner));
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]})
}

/// A write of a new status, or nothing if it is the old one.
fn status(actor: &str, resource: &Arc<Resource>, object: &Object, status: Value) -> Option<Step> {
    if object.value()["status"] == status {
        return None;
    }
    let mut new = object.value().clone();
    new["status"] = status;
    Some(Step::to(actor, resource, object, Write::Update("status", new)))
}

/// Sets a member of a status to a count. Zeros are left out.
fn count(status: &mut Value, field: &str, count: usize) {
    match (status.as_object_mut(), count) {
        (Some(status), 0) => drop(status.remove(field)),
        (Some(status), count) => drop(status.insert(field.into(), json!(count))),
        (None, _) => {}
    }
}

/// Sets a condition. Its time stays as long as its status does.
fn condition(conditions: &mut Vec<Value>, time: &str, kind: &str, said: [&str; 3]) {
    let [status, reason, message] = said;
    let known = conditions.iter_mut().find(|condition| condition["type"] == kind);
    if known
        .as_ref()
        .is_some_and(|known| known["status"] == status && known["reason"] == reason && known["message"] == message)
    {
        return;
    }
    let since =
        known.as_ref().filter(|known| known["status"] == status).map(|known| known["lastTransitionTime"].clone());
    let mut new = json!({"type": kind, "status": status, "lastTransitionTime": since.unwrap_or_else(|| json!(time))});
    for (field, said) in [("reason", reason), ("message", message)] {
        if !said.is_empty() {
            new[field] = json!(said);
        }
    }
    match known {
        Some(known) => *known = new,
        None => conditions.push(new),
    }
}

fn conditions(object: &Object) -> Vec<Value> {
    object.value()["status"]["conditions"].as_array().cloned().unwrap_or_default()
}

/// Whether a condition of an object is true.
fn is_true(object: &Object, kind: &str) -> bool {
    let conditions = object.value()["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|condition| condition["type"] == kind && condition["status"] == "True")
}

/// Whether a pod is neither on its way out nor at its end.
fn is_active(pod: &Object) -> bool {
    !is_deleting(pod) && !matches!(text(&pod.value()["status"]["phase"]), "Succeeded" | "Failed")
}

/// A number that is never negative.
fn number(value: &Value) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
}

/// A name for a template: the same for the same template, in letters and digits that are no words.
fn hash(template: &Value) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let digest = digest(&SHA256, template.to_string().as_bytes());
    let letter = |byte: &u8| LETTERS.get(usize::from(*byte) % LETTERS.len()).copied().unwrap_or(b'x');
    digest.as_ref().iter().take(10).map(|byte| char::from(letter(byte))).collect()
}

/// A number or a percentage of a whole, rounded up or down.
fn share(value: &Value, whole: usize, up: bool) -> usize {
    let Some(percent) = value.as_str().and_then(|text| text.strip_suffix('%')) else { return number(value) };
    let percent: usize = percent.parse().unwrap_or_default();
    let share = percent.saturating_mul(whole);
    if up { share.div_ceil(100) } else { share / 100 }
}
