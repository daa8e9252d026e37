//! The rules of `metadata` that all kinds share, from `k8s.io/apimachinery/pkg/api/validation/objectmeta.go`.

use rand::Rng as _;
use serde_json::{Map, Value, json};

use super::cause::{forbidden, invalid, quote, required, too_long};
use super::names;
use super::options::check_manager;
use super::resource::Resource;
use super::status::StatusCause;

/// How much a name may be tested: whole, or as the beginning of a generated one.
type NameCheck = fn(&str, bool) -> Vec<String>;

/// Everything wrong with the metadata of a new object.
pub(super) fn check(resource: &Resource, object: &Value) -> Vec<StatusCause> {
    let mut causes = Vec::new();
    check_with(resource, name_check(resource), object, &mut causes);
    check_kubernetes_finalizers(resource, object, &mut causes);
    causes
}

fn check_with(resource: &Resource, check: NameCheck, object: &Value, causes: &mut Vec<StatusCause>) {
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
    let (name, generate, namespace) = (text("name"), text("generateName"), text("namespace"));
    if !generate.is_empty() {
        causes.extend(check(generate, true).iter().map(|why| invalid("metadata.generateName", quote(generate), why)));
    }
    if name.is_empty() {
        causes.push(required("metadata.name", "name or generateName is required"));
    } else {
        causes.extend(check(name, false).iter().map(|why| invalid("metadata.name", quote(name), why)));
    }
    if resource.namespaced {
        if namespace.is_empty() {
            causes.push(required("metadata.namespace", ""));
        } else {
            let wrong = names::label(namespace);
            causes.extend(wrong.iter().map(|why| invalid("metadata.namespace", quote(namespace), why)));
        }
    } else if !namespace.is_empty() {
        causes.push(forbidden("metadata.namespace", "not allowed on this type"));
    }
    if let Some(generation) = object["metadata"]["generation"].as_i64().filter(|generation| *generation < 0) {
        causes.push(invalid("metadata.generation", generation, "must be greater than or equal to 0"));
    }
    check_labels(object, causes);
    check_annotations(object, causes);
    check_owners(object, causes);
    check_finalizers(object, causes);
    check_managed_fields(object, causes);
}

/// Everything wrong with the metadata of a changed object.
pub(super) fn check_update(resource: &Resource, new: &Value, old: &Value) -> Vec<StatusCause> {
    let mut causes = Vec::new();
    check_with(resource, names::path_segment, new, &mut causes);
    check_change(new, old, &mut causes);
    // The kind's own validation runs the same checks again, and reports them again.
    if resource.plural != "events" {
        check_change(new, old, &mut causes);
    }
    if checks_whole_on_update(resource) {
        check_with(resource, name_check(resource), new, &mut causes);
        check_kubernetes_finalizers(resource, new, &mut causes);
    }
    causes
}

fn checks_whole_on_update(resource: &Resource) -> bool {
    matches!(
        (resource.group.as_str(), resource.plural.as_str()),
        ("", "configmaps" | "secrets" | "services" | "serviceaccounts" | "pods" | "events")
            | ("rbac.authorization.k8s.io", _)
    )
}

fn check_change(new: &Value, old: &Value, causes: &mut Vec<StatusCause>) {
    let (after, before) = (&new["metadata"], &old["metadata"]);
    if !before["deletionTimestamp"].is_null() {
        let known = finalizers(old);
        let mut extra: Vec<_> = finalizers(new).into_iter().filter(|f| !known.contains(f)).collect();
        extra.sort_unstable();
        extra.dedup();
        if !extra.is_empty() {
            let list = extra.iter().map(|f| quote(f)).collect::<Vec<_>>().join(", ");
            let why = format!(
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{list}}}"
            );
            causes.push(forbidden("metadata.finalizers", why));
        }
    }
    for field in ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] {
        if after[field] != before[field] {
            let given = match &after[field] {
                Value::String(text) => quote(text),
                Value::Null if matches!(field, "name" | "namespace" | "uid") => quote(""),
                other => other.to_string(),
            };
            causes.push(invalid(format!("metadata.{field}"), given, "field is immutable"));
        }
    }
    check_labels(new, causes);
    check_annotations(new, causes);
    check_owners(new, causes);
    check_managed_fields(new, causes);
}

fn name_check(resource: &Resource) -> NameCheck {
    match (resource.group.as_str(), resource.plural.as_str()) {
        ("", "namespaces") => |name, prefix| names::label(&masked(name, prefix)),
        ("", "services") => |name, prefix| names::label_1035(&masked(name, prefix)),
        ("rbac.authorization.k8s.io", _) => names::path_segment,
        _ => |name, prefix| names::subdomain(&masked(name, prefix)),
    }
}

/// A prefix that ends with a dash will be completed: only what stands before the dash counts.
fn masked(name: &str, prefix: bool) -> String {
    let bytes = name.len();
    match name.get(..bytes.saturating_sub(2)) {
        Some(head) if prefix && bytes > 1 && name.ends_with('-') => format!("{head}a"),
        _ => name.to_owned(),
    }
}

fn check_labels(object: &Value, causes: &mut Vec<StatusCause>) {
    for (key, value) in object["metadata"]["labels"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        causes.extend(names::key(key).iter().map(|why| invalid("metadata.labels", quote(key), why)));
        causes.extend(names::label_value(value).iter().map(|why| invalid("metadata.labels", quote(value), why)));
    }
}

fn check_annotations(object: &Value, causes: &mut Vec<StatusCause>) {
    const LIMIT: usize = 256 * 1024;
    let mut size = 0;
    for (key, value) in object["metadata"]["annotations"].as_object().into_iter().flatten() {
        let wrong = names::key(&key.to_lowercase());
        causes.extend(wrong.iter().map(|why| invalid("metadata.annotations", quote(key), why)));
        size += key.len() + value.as_str().map_or(0, str::len);
    }
    if size > LIMIT {
        causes.push(too_long("metadata.annotations", LIMIT));
    }
}

fn check_owners(object: &Value, causes: &mut Vec<StatusCause>) {
    const FIELD: &str = "metadata.ownerReferences";
    let owners = owners(object);
    let mut controller: Option<String> = None;
    for owner in owners {
        let text = |field: &str| owner[field].as_str().unwrap_or_default();
        let (api_version, kind, name) = (text("apiVersion"), text("kind"), text("name"));
        if api_version.is_empty() {
            causes.push(invalid(format!("{FIELD}.apiVersion"), quote(""), "version must not be empty"));
        }
        for field in ["kind", "name", "uid"] {
            if text(field).is_empty() {
                causes.push(invalid(format!("{FIELD}.{field}"), quote(""), "must not be empty"));
            }
        }
        if (api_version, kind) == ("v1", "Event") {
            causes.push(invalid(FIELD, spelled_owner(owner), "/v1, Kind=Event is disallowed from being an owner"));
        }
        if owner["controller"] == json!(true) {
            let this = format!("{kind}/{name}");
            match &controller {
                Some(first) => {
                    let all: Vec<_> = owners.iter().map(spelled_owner).collect();
                    let why = format!(
                        "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {this}"
                    );
                    causes.push(invalid(FIELD, format!("[{}]", all.join(",")), why));
                }
                None => controller = Some(this),
            }
        }
    }
}

/// An owner reference with its fields in the order in which Go declares them.
fn spelled_owner(owner: &Value) -> String {
    let fields = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"];
    let fields = fields.iter().enumerate().filter_map(|(n, field)| match &owner[*field] {
        Value::Null if n > 3 => None,
        Value::Null => Some(format!("\"{field}\":\"\"")),
        value => Some(format!("\"{field}\":{value}")),
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

fn check_finalizers(object: &Value, causes: &mut Vec<StatusCause>) {
    const FIELD: &str = "metadata.finalizers";
    let all = finalizers(object);
    for finalizer in &all {
        causes.extend(names::key(finalizer).iter().map(|why| invalid(FIELD, quote(finalizer), why)));
    }
    if all.contains(&"orphan") && all.contains(&"foregroundDeletion") {
        let spelled = Value::from(all).to_string();
        causes.push(invalid(FIELD, spelled, "finalizer orphan and foregroundDeletion cannot be both set"));
    }
}

/// Built-in kinds want finalizers to be known or to say whose they are.
fn check_kubernetes_finalizers(resource: &Resource, object: &Value, causes: &mut Vec<StatusCause>) {
    if resource.is_custom() || resource.group == "apiextensions.k8s.io" {
        return;
    }
    for (n, finalizer) in finalizers(object).into_iter().enumerate() {
        if !finalizer.contains('/') && !matches!(finalizer, "kubernetes" | "orphan" | "foregroundDeletion") {
            let why = "name is neither a standard finalizer name nor is it fully qualified";
            causes.push(invalid(format!("metadata.finalizers[{n}]"), quote(finalizer), why));
        }
    }
}

fn check_managed_fields(object: &Value, causes: &mut Vec<StatusCause>) {
    for (n, entry) in object["metadata"]["managedFields"].as_array().into_iter().flatten().enumerate() {
        let at = |field: &str| format!("metadata.managedFields[{n}].{field}");
        let text = |field: &str| entry[field].as_str().unwrap_or_default();
        if !matches!(text("operation"), "Apply" | "Update") {
            causes.push(invalid(at("operation"), quote(text("operation")), "must be `Apply` or `Update`"));
        }
        if !matches!(text("fieldsType"), "" | "FieldsV1") {
            causes.push(invalid(at("fieldsType"), quote(text("fieldsType")), "must be `FieldsV1`"));
        }
        check_manager(text("manager"), &at("manager"), causes);
        if text("subresource").len() > 256 {
            causes.push(too_long(at("subresource"), 256));
        }
    }
}

/// The finalizers of an object.
pub(super) fn finalizers(object: &Value) -> Vec<&str> {
    object["metadata"]["finalizers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn owners(object: &Value) -> &[Value] {
    object["metadata"]["ownerReferences"].as_array().map_or(&[], Vec::as_slice)
}

/// Drops repeated owner references, and says whose they were.
pub(super) fn deduplicate_owners(object: &mut Value) -> Vec<String> {
    let mut kept: Vec<Value> = Vec::new();
    let mut repeated = Vec::new();
    for owner in owners(object) {
        if kept.contains(owner) {
            repeated.push(owner["uid"].as_str().unwrap_or_default().to_owned());
        } else {
            kept.push(owner.clone());
        }
    }
    if !repeated.is_empty() {
        set(object, "ownerReferences", Value::Array(kept));
    }
    repeated
}

/// `metadata`, made if it is missing.
pub(super) fn of_mut(object: &mut Value) -> Option<&mut Map<String, Value>> {
    let object = object.as_object_mut()?;
    object.entry("metadata").or_insert_with(|| json!({})).as_object_mut()
}

/// Sets a member of `metadata`; null removes it.
pub(super) fn set(object: &mut Value, field: &str, value: Value) {
    if let Some(metadata) = of_mut(object) {
        match value {
            Value::Null => drop(metadata.remove(field)),
            value => drop(metadata.insert(field.into(), value)),
        }
    }
}

/// A time as the API server writes it: whole seconds.
pub(super) fn seconds(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A name made of `prefix`: cut so that it stays a label, and five letters and digits that cannot be read as words.
pub(super) fn generated_name(prefix: &str) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut random = rand::rng();
    let mut name: String = prefix.chars().take(58).collect();
    for _ in 0..5 {
        let at = random.random_range(0..LETTERS.len());
        name.push(char::from(LETTERS.get(at).copied().unwrap_or(b'x')));
    }
    name
}
