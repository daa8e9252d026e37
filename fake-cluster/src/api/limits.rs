//! What LimitRanges say of single objects: the admission plugin `LimitRanger`.
//!
//! It gives the containers of new pods their default requests and limits, and refuses pods and claims that ask for too little or too
//! much. It follows `plugin/pkg/admission/limitranger`, and knows nothing of sums over a namespace.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Api;
use super::amounts::{self, Amounts};
use super::cause::aggregated;
use super::meta;
use super::resource::{Origin, Resource};
use super::status::Status;
use crate::schema::quantity::Quantity;
use crate::storage::{Object, Select};

const RANGES: &str = "limitranges";
/// Tells which values a pod did not bring itself.
const ANNOTATION: &str = "kubernetes.io/limit-ranger";

/// What something asks for and what it may use at most.
struct Needs {
    requests: Amounts,
    limits: Amounts,
}

fn ranges(api: &Api, resource: &Resource, namespace: &str) -> Vec<Arc<Object>> {
    let concerned =
        resource.origin == Origin::Builtin && matches!(resource.storage.as_str(), "pods" | "persistentvolumeclaims");
    if !api.limit_ranges || !concerned {
        return Vec::new();
    }
    let prefix = format!("{namespace}/");
    let select = Select { prefix: &prefix, ..Select::default() };
    api.store.range(RANGES, select).map(|range| range.objects).unwrap_or_default()
}

fn limits_of<'a>(range: &'a Object, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    let limits = range.value()["spec"]["limits"].as_array().into_iter().flatten();
    limits.filter(move |limit| limit["type"].as_str() == Some(kind))
}

/// Gives the containers of a new pod what they do not ask for themselves.
pub(super) fn complete(api: &Api, resource: &Resource, namespace: &str, pod: &mut Value) {
    if resource.storage != "pods" {
        return;
    }
    for range in ranges(api, resource, namespace) {
        let (mut requests, mut limits) = (Map::new(), Map::new());
        for limit in limits_of(&range, "Container") {
            requests.extend(limit["defaultRequest"].as_object().cloned().unwrap_or_default());
            limits.extend(limit["default"].as_object().cloned().unwrap_or_default());
        }
        let mut set = Vec::new();
        for (list, what) in [("containers", "container"), ("initContainers", "init container")] {
            let containers = pod.pointer_mut(&format!("/spec/{list}")).and_then(Value::as_array_mut);
            for container in containers.into_iter().flatten() {
                let name = container["name"].as_str().unwrap_or_default().to_owned();
                for (field, defaults, word) in [("requests", &requests, "request"), ("limits", &limits, "limit")] {
                    let added = add_missing(container, field, defaults);
                    if !added.is_empty() {
                        set.push(format!("{} {word} for {what} {name}", added.join(", ")));
                    }
                }
            }
        }
        if !set.is_empty() {
            let said = format!("LimitRanger plugin set: {}", set.join("; "));
            let mut annotations = pod["metadata"]["annotations"].as_object().cloned().unwrap_or_default();
            annotations.insert(ANNOTATION.into(), json!(said));
            meta::set(pod, "annotations", Value::Object(annotations));
        }
    }
}

/// Adds what is missing, and says what that was.
fn add_missing(container: &mut Value, field: &str, defaults: &Map<String, Value>) -> Vec<String> {
    let mut has = container["resources"][field].as_object().cloned().unwrap_or_default();
    let missing: Vec<_> = defaults.iter().filter(|(name, _)| !has.contains_key(*name)).collect();
    let mut added: Vec<String> = missing.iter().map(|(name, _)| (*name).clone()).collect();
    added.sort();
    if !missing.is_empty() {
        has.extend(missing.into_iter().map(|(name, value)| (name.clone(), value.clone())));
        container["resources"][field] = Value::Object(has);
    }
    added
}

/// Refuses what is beyond the limits: new and resized pods, and new and changed claims.
pub(super) fn check(
    api: &Api,
    resource: &Resource,
    namespace: &str,
    object: &Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    let ends = old.is_some_and(|old| !old["metadata"]["deletionTimestamp"].is_null());
    if ends {
        return Ok(());
    }
    for range in ranges(api, resource, namespace) {
        let mut errors = Vec::new();
        if resource.storage == "pods" {
            for limit in range.value()["spec"]["limits"].as_array().into_iter().flatten() {
                match limit["type"].as_str() {
                    Some("Container") => {
                        for container in containers(object) {
                            bound("Container", limit, &Needs::of(container), &mut errors);
                        }
                    }
                    Some("Pod") => bound("Pod", limit, &Needs::of_pod(object), &mut errors),
                    _ => {}
                }
            }
        } else {
            let needs = Needs { limits: Amounts::new(), ..Needs::of(&object["spec"]) };
            for limit in limits_of(&range, "PersistentVolumeClaim") {
                for (name, enforced) in amounts::read(&limit["min"]) {
                    errors.extend(too_little("PersistentVolumeClaim", &name, &enforced, &needs));
                }
                for (name, enforced) in amounts::read(&limit["max"]) {
                    errors.extend(asks_too_much("PersistentVolumeClaim", &name, &enforced, &needs));
                }
            }
        }
        if !errors.is_empty() {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            return Err(Status::forbidden(&resource.group, &resource.plural, name, &aggregated(&errors)));
        }
    }
    Ok(())
}

fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    ["containers", "initContainers"].into_iter().flat_map(|list| pod["spec"][list].as_array().into_iter().flatten())
}

fn bound(kind: &str, limit: &Value, needs: &Needs, errors: &mut Vec<String>) {
    for (name, enforced) in amounts::read(&limit["min"]) {
        errors.extend(too_little(kind, &name, &enforced, needs));
    }
    for (name, enforced) in amounts::read(&limit["max"]) {
        errors.extend(too_much(kind, &name, &enforced, needs));
    }
    for (name, enforced) in amounts::read(&limit["maxLimitRequestRatio"]) {
        errors.extend(too_far_apart(kind, &name, &enforced, needs));
    }
}

impl Needs {
    fn of(holder: &Value) -> Self {
        let resources = &holder["resources"];
        Self { requests: amounts::read(&resources["requests"]), limits: amounts::read(&resources["limits"]) }
    }

    fn of_pod(pod: &Value) -> Self {
        Self { requests: amounts::of_pod(pod, "requests"), limits: amounts::of_pod(pod, "limits") }
    }
}

// === rules ===

fn too_little(kind: &str, name: &str, enforced: &Quantity, needs: &Needs) -> Option<String> {
    let rule = format!("minimum {name} usage per {kind} is {}", enforced.spelled());
    let Some(request) = needs.requests.get(name) else { return Some(format!("{rule}.  No request is specified")) };
    if request.worth() < enforced.worth() {
        return Some(format!("{rule}, but request is {}", request.spelled()));
    }
    let limit = needs.limits.get(name).filter(|limit| limit.worth() < enforced.worth())?;
    Some(format!("{rule}, but limit is {}", limit.spelled()))
}

fn too_much(kind: &str, name: &str, enforced: &Quantity, needs: &Needs) -> Option<String> {
    let rule = format!("maximum {name} usage per {kind} is {}", enforced.spelled());
    let Some(limit) = needs.limits.get(name) else { return Some(format!("{rule}.  No limit is specified")) };
    if limit.worth() > enforced.worth() {
        return Some(format!("{rule}, but limit is {}", limit.spelled()));
    }
    let request = needs.requests.get(name).filter(|request| request.worth() > enforced.worth())?;
    Some(format!("{rule}, but request is {}", request.spelled()))
}

fn asks_too_much(kind: &str, name: &str, enforced: &Quantity, needs: &Needs) -> Option<String> {
    let rule = format!("maximum {name} usage per {kind} is {}", enforced.spelled());
    let Some(request) = needs.requests.get(name) else { return Some(format!("{rule}.  No request is specified")) };
    (request.worth() > enforced.worth()).then(|| format!("{rule}, but request is {}", request.spelled()))
}

fn too_far_apart(kind: &str, name: &str, enforced: &Quantity, needs: &Needs) -> Option<String> {
    let rule = format!("{name} max limit to request ratio per {kind} is {}", enforced.spelled());
    let some = |amounts: &Amounts| amounts.get(name).filter(|amount| !amount.is_zero()).map(Quantity::worth);
    let Some(request) = some(&needs.requests) else {
        return Some(format!("{rule}, but no request is specified or request is 0"));
    };
    let Some(limit) = some(&needs.limits) else {
        return Some(format!("{rule}, but no limit is specified or limit is 0"));
    };
    #[expect(clippy::cast_precision_loss, reason = "the real server computes the ratio in floating point too")]
    let (ratio, most) = (limit as f64 / request as f64, enforced.worth() as f64 / 1e9);
    (ratio > most).then(|| format!("{rule}, but provided ratio is {ratio:.6}"))
}
