//! What a kind does to its own objects before they are checked: status and spec kept apart, generation moved.

mod stored;

use serde_json::{Map as Object, Value};

use crate::schema::catalog::Builtin;
use crate::schema::defaults;
use crate::schema::read::same;
use stored::{generate_selector, names_only, store_version};
pub(crate) use stored::{quality, store};

/// The system fields an update cannot change.
pub(crate) fn before_update(new: &mut Value, old: &Value) {
    let Some(before) = old.get("metadata") else { return };
    let Some(meta) = new.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let is_set = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
    put(meta, "generation", before.get("generation"));
    if !is_set(meta.get("uid")) {
        put(meta, "uid", before.get("uid"));
    }
    for key in ["creationTimestamp", "deletionTimestamp"] {
        if is_set(before.get(key)) {
            put(meta, key, before.get(key));
        }
    }
    if is_set(before.get("deletionGracePeriodSeconds")) && !is_set(meta.get("deletionGracePeriodSeconds")) {
        put(meta, "deletionGracePeriodSeconds", before.get("deletionGracePeriodSeconds"));
    }
}

fn put(object: &mut Object<String, Value>, key: &str, value: Option<&Value>) {
    match value {
        Some(value) => {
            object.insert(key.to_owned(), value.clone());
        }
        None => {
            object.remove(key);
        }
    }
}

/// Takes a top-level field over from the old object.
fn keep(new: &mut Value, old: &Value, key: &str) {
    if let Some(new) = new.as_object_mut() {
        put(new, key, old.get(key));
    }
}

fn meta_mut(object: &mut Value) -> Option<&mut Object<String, Value>> {
    object.get_mut("metadata")?.as_object_mut()
}

fn set_generation(object: &mut Value, generation: i64) {
    if let Some(meta) = meta_mut(object) {
        meta.insert("generation".to_owned(), generation.into());
    }
}

/// Keeps a new object from going away while it is used: the `StorageObjectInUseProtection` plugin.
pub(crate) fn hold(object: &mut Value, finalizer: &str) {
    let Some(finalizers) = list_mut(object, "metadata", "finalizers") else { return };
    if !finalizers.contains(&finalizer.into()) {
        finalizers.push(finalizer.into());
    }
}

pub(crate) fn bump(new: &mut Value, old: &Value) {
    let generation = old.pointer("/metadata/generation").and_then(Value::as_i64).unwrap_or(0);
    set_generation(new, generation + 1);
}

/// A new built-in object.
pub(crate) fn create(kind: Builtin, object: &mut Value, zero_status: Option<Value>) {
    use Builtin as K;
    // Nodes are created by whoever knows their status.
    if kind.has_status()
        && kind != K::Node
        && let Some(object) = object.as_object_mut()
    {
        put(object, "status", zero_status.as_ref());
    }
    match kind {
        K::Deployment | K::StatefulSet | K::DaemonSet | K::ReplicaSet | K::Job | K::CronJob => {
            set_generation(object, 1);
        }
        K::Tabled(row) => {
            if row.generation.is_some() {
                set_generation(object, 1);
            }
            (row.prepare)(object, None);
        }
        K::CustomResourceDefinition => {
            set_generation(object, 1);
            store_version(object);
        }
        K::Pod => {
            set_generation(object, 1);
            let class = quality(object);
            let mut status = Object::new();
            status.insert("phase".to_owned(), "Pending".into());
            status.insert("qosClass".to_owned(), class.into());
            if let Some(gates) = object.pointer("/spec/schedulingGates").and_then(Value::as_array)
                && !gates.is_empty()
            {
                status.insert("conditions".to_owned(), gated(object.pointer("/metadata/creationTimestamp")));
            }
            if let Some(object) = object.as_object_mut() {
                object.insert("status".to_owned(), Value::Object(status));
            }
        }
        K::Namespace => {
            if let Some(object) = object.as_object_mut() {
                object.insert("status".to_owned(), serde_json::json!({"phase": "Active"}));
            }
            let finalizers = list_mut(object, "spec", "finalizers");
            if let Some(finalizers) = finalizers.filter(|finalizers| !finalizers.contains(&"kubernetes".into())) {
                finalizers.push("kubernetes".into());
            }
        }
        K::PersistentVolumeClaim => {
            if let Some(object) = object.as_object_mut() {
                object.insert("status".to_owned(), serde_json::json!({"phase": "Pending"}));
            }
            settle_sources(object, None);
        }
        K::ServiceAccount => names_only(object),
        _ => {}
    }
    if kind == K::DaemonSet {
        let generation = defaults::template_generation(object).max(1);
        defaults::set_template_generation(object, generation);
    }
    if kind == K::Job {
        generate_selector(object);
        defaults::settle_labels(object, true);
    }
    if kind == K::StatefulSet {
        drop_max_unavailable(object, None);
    }
}

fn list_mut<'a>(object: &'a mut Value, outer: &str, inner: &str) -> Option<&'a mut Vec<Value>> {
    let outer = object.as_object_mut()?.entry(outer).or_insert_with(|| Value::Object(Object::new())).as_object_mut()?;
    let list = outer.entry(inner).or_insert_with(|| Value::Array(Vec::new()));
    if list.is_null() {
        *list = Value::Array(Vec::new());
    }
    list.as_array_mut()
}

fn gated(now: Option<&Value>) -> Value {
    serde_json::json!([{
        "type": "PodScheduled", "status": "False", "reason": "SchedulingGated", "lastProbeTime": null,
        "lastTransitionTime": now, "message": "Scheduling is blocked due to non-empty scheduling gates"
    }])
}

/// A changed built-in object.
pub(crate) fn update(kind: Builtin, new: &mut Value, old: &Value, subresource: Option<&str>) {
    use Builtin as K;
    if kind == K::Job {
        defaults::settle_labels(new, false);
    }
    match subresource {
        Some("status") => update_status(kind, new, old),
        Some("finalize") if kind == K::Namespace => keep(new, old, "status"),
        Some("ephemeralcontainers") if kind == K::Pod => {
            let ephemeral = new.pointer("/spec/ephemeralContainers").cloned();
            keep_all_but_managers(new, old);
            if let Some(spec) = new.get_mut("spec").and_then(Value::as_object_mut) {
                put(spec, "ephemeralContainers", ephemeral.as_ref());
            }
            if new.get("spec") != old.get("spec") {
                bump(new, old);
            }
        }
        Some("resize") if kind == K::Pod => {
            let wanted = new.get("spec").cloned().unwrap_or_default();
            keep_all_but_managers(new, old);
            if let Some(spec) = new.get_mut("spec").and_then(Value::as_object_mut) {
                resize(spec, &wanted);
            }
            if new.get("spec") != old.get("spec") {
                bump(new, old);
            }
        }
        _ => {
            if kind.has_status() {
                keep(new, old, "status");
            }
            update_main(kind, new, old);
        }
    }
}

/// Takes over what the containers and the pod as a whole ask for, and nothing else; containers that were not there are left to be refused.
fn resize(spec: &mut Object<String, Value>, wanted: &Value) {
    put(spec, "resources", wanted.get("resources"));
    for list in ["containers", "initContainers"] {
        let before = spec.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
        let Some(containers) = wanted.get(list).and_then(Value::as_array) else {
            spec.remove(list);
            continue;
        };
        let resized = containers.iter().map(|container| {
            let known = before.iter().find(|known| known.get("name") == container.get("name"));
            let Some(known) = known.and_then(Value::as_object) else { return container.clone() };
            let mut known = known.clone();
            for field in ["resources", "resizePolicy"] {
                put(&mut known, field, container.get(field));
            }
            Value::Object(known)
        });
        let resized = resized.collect();
        spec.insert(list.to_owned(), Value::Array(resized));
    }
}

fn update_main(kind: Builtin, new: &mut Value, old: &Value) {
    use Builtin as K;
    let changed = |new: &Value| new.get("spec") != old.get("spec");
    match kind {
        K::Deployment => {
            let annotations = |object: &Value| object.pointer("/metadata/annotations").cloned();
            if changed(new) || annotations(new) != annotations(old) {
                bump(new, old);
            }
        }
        K::StatefulSet | K::ReplicaSet | K::Job | K::CronJob => {
            if kind == K::StatefulSet {
                drop_max_unavailable(new, Some(old));
            }
            if changed(new) {
                bump(new, old);
            }
        }
        K::Tabled(row) => {
            let moves = row.generation.unwrap_or_default();
            if moves.iter().any(|field| !same(new.get(field), old.get(field))) {
                bump(new, old);
            }
            (row.prepare)(new, Some(old));
        }
        K::Pod if changed(new) => {
            bump(new, old);
        }
        K::DaemonSet => {
            let template = |object: &Value| object.pointer("/spec/template").cloned();
            let generation = defaults::template_generation(old);
            let moved = i64::from(template(new) != template(old));
            defaults::set_template_generation(new, generation + moved);
            if changed(new) {
                bump(new, old);
            }
        }
        K::CustomResourceDefinition => {
            if changed(new) {
                bump(new, old);
            }
            store_version(new);
        }
        K::Namespace => {
            let finalizers = old.pointer("/spec/finalizers").cloned();
            if let Some(spec) = new.get_mut("spec").and_then(Value::as_object_mut) {
                put(spec, "finalizers", finalizers.as_ref());
            }
        }
        K::Secret if new.get("type").is_none() => {
            keep(new, old, "type");
        }
        K::PersistentVolumeClaim => settle_sources(new, Some(old)),
        K::ServiceAccount => names_only(new),
        _ => {}
    }
}

fn update_status(kind: Builtin, new: &mut Value, old: &Value) {
    use Builtin as K;
    keep(new, old, "spec");
    let keep_meta = |new: &mut Value, key: &str| {
        if let Some(meta) = meta_mut(new) {
            put(meta, key, old.pointer(&format!("/metadata/{key}")));
        }
    };
    match kind {
        K::Deployment => keep_meta(new, "labels"),
        K::Tabled(row) => (row.prepare_status)(new, old),
        K::Pod => {
            keep_meta(new, "deletionTimestamp");
            keep_meta(new, "ownerReferences");
            let class = old.pointer("/status/qosClass");
            if let Some(status) = new.get_mut("status").and_then(Value::as_object_mut) {
                if !status.contains_key("qosClass") {
                    put(status, "qosClass", class);
                }
                if !status.contains_key("observedGeneration") {
                    put(status, "observedGeneration", old.pointer("/status/observedGeneration"));
                }
            }
        }
        _ => {}
    }
}

/// Everything as it was, but who manages what.
fn keep_all_but_managers(new: &mut Value, old: &Value) {
    let managers = new.pointer("/metadata/managedFields").cloned();
    *new = old.clone();
    if let Some(meta) = meta_mut(new) {
        put(meta, "managedFields", managers.as_ref());
    }
}

/// A new custom resource.
pub(crate) fn create_custom(object: &mut Value, has_status: bool) {
    if has_status && let Some(object) = object.as_object_mut() {
        object.remove("status");
    }
    set_generation(object, 1);
}

/// A changed custom resource.
pub(crate) fn update_custom(new: &mut Value, old: &Value, has_status: bool, subresource: Option<&str>) {
    if subresource == Some("status") {
        let status = new.get("status").cloned();
        keep_all_but_managers(new, old);
        if let Some(new) = new.as_object_mut() {
            put(new, "status", status.as_ref());
        }
        return;
    }
    if has_status {
        keep(new, old, "status");
    }
    let changed = |a: &Value, b: &Value| {
        a.as_object().into_iter().flatten().any(|(key, value)| key != "metadata" && b.get(key) != Some(value))
    };
    if changed(new, old) || changed(old, new) {
        bump(new, old);
    }
}

/// A feature that is off unless it was used before.
fn drop_max_unavailable(object: &mut Value, old: Option<&Value>) {
    let path = "/spec/updateStrategy/rollingUpdate";
    let used = |object: &Value| object.pointer(path).is_some_and(|rolling| rolling.get("maxUnavailable").is_some());
    if !old.is_some_and(used)
        && let Some(rolling) = object.pointer_mut(path).and_then(Value::as_object_mut)
    {
        rolling.remove("maxUnavailable");
    }
}

/// A claim's two ways of naming what it begins with say the same. KEP-1495.
fn settle_sources(claim: &mut Value, old: Option<&Value>) {
    let in_use = old.and_then(|old| old.get("spec")).is_some_and(|spec| {
        ["dataSource", "dataSourceRef"].iter().any(|field| spec.get(field).is_some_and(|source| !source.is_null()))
    });
    let Some(spec) = claim.get_mut("spec").and_then(Value::as_object_mut) else { return };
    let text = |source: &Value, key: &str| source.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let found = |spec: &Object<String, Value>, field: &str| spec.get(field).filter(|value| value.is_object()).cloned();
    // Sources in other namespaces are off.
    if !in_use && found(spec, "dataSourceRef").is_some_and(|source| !text(&source, "namespace").is_empty()) {
        spec.remove("dataSourceRef");
    }
    let known = |source: &Value| {
        matches!(
            (text(source, "apiGroup").as_str(), text(source, "kind").as_str()),
            ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
        )
    };
    if !in_use
        && found(spec, "dataSourceRef").is_none()
        && found(spec, "dataSource").is_some_and(|source| !known(&source))
    {
        spec.remove("dataSource");
    }
    match (found(spec, "dataSource"), found(spec, "dataSourceRef")) {
        (Some(source), None) => drop(spec.insert("dataSourceRef".into(), source)),
        (None, Some(source)) if text(&source, "namespace").is_empty() => drop(spec.insert("dataSource".into(), source)),
        _ => {}
    }
}
