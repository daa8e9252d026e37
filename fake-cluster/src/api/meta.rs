//! The rules of `metadata` that all kinds share, from `k8s.io/apimachinery/pkg/api/validation/objectmeta.go`.

use rand::Rng as _;
use serde_json::{Map, Value, json};

use super::cause::{invalid, quote, too_long};
use super::options::check_manager;
use super::resource::Resource;
use super::status::StatusCause;
use crate::schema::meta as rules;
use crate::schema::names::{NameRule, path_segment};
use crate::schema::place::Place;

/// Everything wrong with the metadata of a new object whose kind does not look at it.
pub(super) fn check_create(resource: &Resource, object: &Value) -> Vec<StatusCause> {
    let rule = match (resource.group.as_str(), resource.plural.as_str()) {
        _ if resource.is_custom() => return Vec::new(),
        ("apiextensions.k8s.io", _) => return Vec::new(),
        ("", "namespaces") => NameRule::Label,
        ("", "services") => NameRule::Label1035,
        ("rbac.authorization.k8s.io", _) => NameRule::PathSegment,
        _ => NameRule::Subdomain,
    };
    let mut causes = Vec::new();
    rules::check(&object["metadata"], resource.namespaced, rule, &Place::new("metadata"), &mut causes);
    causes.into_iter().map(Into::into).collect()
}

/// Everything wrong with the metadata of a changed object, as the generic checks find it; the kind's own checks come
/// after them, and find much of it again.
pub(super) fn check_update(resource: &Resource, new: &Value, old: &Value) -> Vec<StatusCause> {
    let (at, mut causes) = (Place::new("metadata"), Vec::new());
    let (after, before) = (&new["metadata"], &old["metadata"]);
    rules::check_with(after, resource.namespaced, path_segment, &at, &mut causes);
    let mut managed = Vec::new();
    check_managed_fields(new, &mut managed);
    let mut changed = Vec::new();
    rules::check_update(after, before, &at, &mut changed);
    let mut all: Vec<StatusCause> = causes.into_iter().map(Into::into).collect();
    all.append(&mut managed);
    all.extend(changed.into_iter().map(StatusCause::from));
    all
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
