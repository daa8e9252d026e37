//! What a pod may be resized to. Knows no nodes.
//!
//! It follows `ValidatePodResize` in `k8s.io/kubernetes/pkg/apis/core/validation`.

use serde_json::Value;

use super::pod_update::{NOWHERE, fixed_annotations};
use crate::schema::check::{annotations, pod};
use crate::schema::place::Place;
use crate::schema::prepare;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const LISTS: [&str; 2] = ["requests", "limits"];

pub(super) fn check(new_pod: &Value, old_pod: &Value, causes: &mut Vec<Cause>) {
    pod::metadata_and_spec(new_pod, causes);
    fixed_annotations(new_pod, old_pod, causes);
    let annotated = old_pod.get_or_null("metadata").get_or_null("annotations");
    let (new, old) = (new_pod.get_or_null("spec"), old_pod.get_or_null("spec"));
    for (never, who) in
        [(annotated.has(annotations::MIRROR), "static"), (old.get_or_null("os").text("name") == "windows", "windows")]
    {
        if never {
            causes.clear();
            return causes.push(Cause::forbidden(NOWHERE, &format!("{who} pods cannot be resized")));
        }
    }
    let at = Place::new("spec");
    let class = old_pod.get_or_null("status").text("qosClass");
    if class != prepare::quality(new_pod) {
        causes.invalid(&at, class, "Pod QOS Class may not change as a result of resizing");
    }
    let before = causes.len();
    for list in ["containers", "initContainers"] {
        order(new.items(list), old.items(list), list, &at.child(list), causes);
    }
    if causes.len() > before {
        return;
    }
    removed(new, old, "pod-level resource", &at, causes);
    for list in ["initContainers", "containers"] {
        let at = at.child(list);
        for (index, (new, old)) in new.items(list).iter().zip(old.items(list)).enumerate() {
            removed(new, old, "resource", &at.index(index), causes);
        }
    }
    for (new, old) in new.items("containers").iter().zip(old.items("containers")) {
        if fixed(new) != fixed(old) {
            causes.forbidden(&at, "only cpu and memory resources are mutable");
        }
    }
    let first_at = at.child("initContainers");
    for (index, (new, old)) in new.items("initContainers").iter().zip(old.items("initContainers")).enumerate() {
        if fixed(new) != fixed(old) {
            let why = "only cpu and memory resources for init or sidecar containers are mutable";
            causes.forbidden(&first_at.index(index), why);
        }
    }
    if rest_of(new.get_or_null("resources")) != rest_of(old.get_or_null("resources")) {
        causes.forbidden(&at, "only cpu and memory resources are mutable at pod-level");
    }
}

fn order(new: &[Value], old: &[Value], list: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if new.len() != old.len() {
        return causes.forbidden(at, &format!("{list} may not be added or removed on resize"));
    }
    for (index, (new, old)) in new.iter().zip(old).enumerate() {
        if new.text("name") != old.text("name") {
            let why = format!("{list} may not be renamed or reordered on resize");
            causes.forbidden(&at.index(index).child("name"), &why);
        }
    }
}

/// Requests and limits can be changed, not taken away.
fn removed(new: &Value, old: &Value, what: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (new, old) = (new.get_or_null("resources"), old.get_or_null("resources"));
    for list in LISTS {
        let kept = new.get_or_null(list);
        if old.entries(list).any(|(name, _)| !kept.has(name)) {
            causes.forbidden(&at.child("resources").child(list), &format!("{what} {list} cannot be removed"));
        }
    }
}

/// What of a container cannot be changed.
fn fixed(container: &Value) -> Value {
    let mut container = container.clone();
    let rest = rest_of(container.get_or_null("resources"));
    if let Some(fields) = container.as_object_mut() {
        fields.insert("resources".to_owned(), rest);
    }
    container
}

/// Resources without cpu and memory.
fn rest_of(resources: &Value) -> Value {
    let mut fields = resources.as_object().cloned().unwrap_or_default();
    for list in LISTS {
        if let Some(amounts) = fields.get_mut(list).and_then(Value::as_object_mut) {
            amounts.retain(|name, _| !matches!(name.as_str(), "cpu" | "memory"));
        }
    }
    fields.retain(|_, list| list.as_object().is_none_or(|list| !list.is_empty()));
    Value::Object(fields)
}
