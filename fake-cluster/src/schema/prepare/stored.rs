//! The form in which a kind stores its objects: fields it writes twice, selectors and classes it makes. Knows no updates.
use serde_json::{Map as Object, Value};

use super::list_mut;
use crate::schema::catalog::Builtin;
use crate::schema::defaults;

/// Lists that are empty are not told apart from none once they are stored.
pub(crate) fn store(kind: Builtin, object: &mut Value) {
    use Builtin as K;
    let nothing = |holder: &mut Value, list: &str| {
        if let Some(list) = holder.get_mut(list).filter(|list| list.as_array().is_some_and(Vec::is_empty)) {
            *list = Value::Null;
        }
    };
    let pods = match kind {
        K::Pod => Some("/spec"),
        K::Deployment | K::StatefulSet | K::DaemonSet | K::ReplicaSet | K::Job => Some("/spec/template/spec"),
        K::CronJob => Some("/spec/jobTemplate/spec/template/spec"),
        _ => None,
    };
    match kind {
        K::Role | K::ClusterRole => nothing(object, "rules"),
        K::Tabled(row) => (row.store)(object),
        K::Job | K::CronJob => {
            if kind == K::Job {
                defaults::inherit_labels(object);
            }
            let policy =
                if kind == K::Job { "/spec/podFailurePolicy" } else { "/spec/jobTemplate/spec/podFailurePolicy" };
            if let Some(policy) = object.pointer_mut(policy) {
                nothing(policy, "rules");
            }
        }
        _ => {}
    }
    if let Some(spec) = pods.and_then(|pods| object.pointer_mut(pods)) {
        for volume in spec.get_mut("volumes").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(projected) = volume.get_mut("projected") {
                nothing(projected, "sources");
            }
        }
    }
    if kind == Builtin::Service
        && object.pointer("/spec/type").and_then(Value::as_str) == Some("ExternalName")
        && let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut)
    {
        spec.remove("internalTrafficPolicy");
    }
}

/// The storage version is a stored version.
pub(super) fn store_version(object: &mut Value) {
    let storage = object
        .pointer("/spec/versions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .find(|version| version.get("storage") == Some(&Value::Bool(true)))
        .and_then(|version| version.get("name"))
        .cloned();
    if let (Some(name), Some(stored)) = (storage, list_mut(object, "status", "storedVersions"))
        && !stored.contains(&name)
    {
        stored.push(name);
    }
}

/// References to Secrets keep the name, nothing else.
pub(super) fn names_only(object: &mut Value) {
    for secret in object.get_mut("secrets").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(secret) = secret.as_object_mut() {
            secret.retain(|key, _| key == "name");
        }
    }
}

/// Labels and a selector that no other Job has.
pub(super) fn generate_selector(object: &mut Value) {
    if object.pointer("/spec/manualSelector") == Some(&Value::Bool(true)) {
        return;
    }
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (name, uid) = (text("/metadata/name"), text("/metadata/uid"));
    let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) else { return };
    let mut into = |path: &[&str], pairs: &[(&str, &str)]| {
        let mut here: &mut Object<String, Value> = spec;
        for name in path {
            let next = here.entry(*name).or_insert_with(|| Value::Object(Object::new()));
            if next.is_null() {
                *next = Value::Object(Object::new());
            }
            match next.as_object_mut() {
                Some(next) => here = next,
                None => return,
            }
        }
        for (key, value) in pairs {
            here.entry(*key).or_insert_with(|| (*value).into());
        }
    };
    into(
        &["template", "metadata", "labels"],
        &[
            ("job-name", &name),
            ("batch.kubernetes.io/job-name", &name),
            ("controller-uid", &uid),
            ("batch.kubernetes.io/controller-uid", &uid),
        ],
    );
    into(&["selector", "matchLabels"], &[("batch.kubernetes.io/controller-uid", &uid)]);
}

/// The quality of service class of a Pod.
pub(crate) fn quality(pod: &Value) -> &'static str {
    use crate::schema::quantity::Quantity;
    let amount = |value: Option<&Value>| {
        value.and_then(Value::as_str).and_then(|text| Quantity::parse(text).ok()).filter(|amount| !amount.is_zero())
    };
    let lists = ["/spec/containers", "/spec/initContainers"];
    let containers = lists.iter().filter_map(|list| pod.pointer(list)?.as_array()).flatten();
    let pod_level = pod.get("spec").filter(|spec| spec.get("resources").is_some());
    let mut any = false;
    let mut guaranteed = true;
    for container in containers.filter(|_| pod_level.is_none()).chain(pod_level) {
        for resource in ["cpu", "memory"] {
            let of = |kind: &str| amount(container.get("resources").and_then(|of| of.get(kind)?.get(resource)));
            let (limit, request) = (of("limits"), of("requests"));
            any |= limit.is_some() || request.is_some();
            // Requests are filled in from limits before.
            guaranteed &= limit.is_some() && limit == request;
        }
    }
    match (any, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}
