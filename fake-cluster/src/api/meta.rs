//! The rules of `metadata` that all kinds share.

use rand::Rng as _;
use serde_json::{Value, json};

use super::names;
use super::resource::Resource;
use super::status::StatusCause;
use super::write::{metadata_mut, set_meta};
use crate::schema::Cause;

/// Everything wrong with the metadata of a new object.
pub(super) fn check(resource: &Resource, object: &Value) -> Vec<StatusCause> {
    let metadata = &object["metadata"];
    let text = |field: &str| metadata[field].as_str().unwrap_or_default();
    let mut causes = Vec::new();
    let (name, generate) = (text("name"), text("generateName"));
    if !generate.is_empty() {
        // A generated name may still grow: a trailing dash is completed by the suffix.
        let probe =
            if generate.ends_with('-') { format!("{}a", generate.trim_end_matches('-')) } else { generate.into() };
        for why in name_errors(resource, &probe) {
            causes.push(invalid("metadata.generateName", generate, &why));
        }
    }
    if name.is_empty() {
        let why = "Required value: name or generateName is required";
        causes.push(StatusCause::new("FieldValueRequired", why, "metadata.name"));
    } else {
        for why in name_errors(resource, name) {
            causes.push(invalid("metadata.name", name, &why));
        }
    }
    check_maps(object, &mut causes);
    causes
}

/// Everything wrong with the metadata of a changed object; system fields the client left out are filled in first.
pub(super) fn check_update(_resource: &Resource, new: &mut Value, old: &Value) -> Vec<StatusCause> {
    let before = &old["metadata"];
    for field in [
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "generateName",
        "selfLink",
    ] {
        // A client that drops these fields gets them back; they are not its to change.
        let fill = match field {
            "deletionTimestamp" | "deletionGracePeriodSeconds" | "creationTimestamp" => {
                new["metadata"][field].is_null()
            }
            "generation" => true,
            _ => false,
        };
        if fill {
            match &before[field] {
                Value::Null => drop(metadata_mut(new).and_then(|metadata| metadata.remove(field))),
                value => set_meta(new, field, value.clone()),
            }
        }
    }
    let mut causes = Vec::new();
    let after = &new["metadata"];
    for field in ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] {
        if after[field] != before[field] {
            let given = match &after[field] {
                Value::String(text) => format!("\"{text}\""),
                other => other.to_string(),
            };
            let why = format!("Invalid value: {given}: field is immutable");
            causes.push(StatusCause::new("FieldValueInvalid", why, format!("metadata.{field}")));
        }
    }
    if !before["deletionTimestamp"].is_null() {
        let known = finalizers(old);
        let extra: Vec<_> = finalizers(new).into_iter().filter(|f| !known.contains(f)).collect();
        if !extra.is_empty() {
            let list = extra.iter().map(|f| format!("\"{f}\"")).collect::<Vec<_>>().join(", ");
            let why = format!(
                "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{{{list}}}"
            );
            causes.push(StatusCause::new("FieldValueForbidden", why, "metadata.finalizers"));
        }
    }
    check_maps(new, &mut causes);
    causes
}

fn name_errors(resource: &Resource, name: &str) -> Vec<String> {
    let checked = match (resource.group.as_str(), resource.plural.as_str()) {
        ("", "namespaces") => names::label(name),
        ("", "services") => names::label_1035(name),
        ("rbac.authorization.k8s.io", _) => names::path_segment(name),
        _ => names::subdomain(name),
    };
    checked.err().unwrap_or_default()
}

fn invalid(field: &str, value: &str, why: &str) -> StatusCause {
    StatusCause::new("FieldValueInvalid", format!("Invalid value: \"{value}\": {why}"), field)
}

fn check_maps(object: &Value, causes: &mut Vec<StatusCause>) {
    let metadata = &object["metadata"];
    for (key, value) in metadata["labels"].as_object().into_iter().flatten() {
        for why in names::qualified_name_errors(key) {
            causes.push(invalid("metadata.labels", key, &why));
        }
        let value = value.as_str().unwrap_or_default();
        if let Err(why) = names::label_value(value) {
            causes.push(invalid("metadata.labels", value, &why));
        }
    }
    let mut size = 0;
    for (key, value) in metadata["annotations"].as_object().into_iter().flatten() {
        for why in names::qualified_name_errors(&key.to_lowercase()) {
            causes.push(invalid("metadata.annotations", key, &why));
        }
        size += key.len() + value.as_str().map_or(0, str::len);
    }
    if size > 256 * 1024 {
        causes.push(StatusCause::new(
            "FieldValueTooLong",
            "Too long: may not be more than 262144 bytes",
            "metadata.annotations",
        ));
    }
    for finalizer in finalizers(object) {
        for why in names::qualified_name_errors(finalizer) {
            causes.push(invalid("metadata.finalizers", finalizer, &why));
        }
    }
}

/// The finalizers of an object.
pub(super) fn finalizers(object: &Value) -> Vec<&str> {
    object["metadata"]["finalizers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether an object is deleted and nothing holds it any more.
pub(super) fn is_finished(object: &Value) -> bool {
    !object["metadata"]["deletionTimestamp"].is_null()
        && finalizers(object).is_empty()
        && object["metadata"]["deletionGracePeriodSeconds"].as_i64().unwrap_or_default() == 0
        && object["spec"]["finalizers"]
            .as_array()
            .is_none_or(|list| list.is_empty() || object["kind"] != json!("Namespace"))
}

/// A cause as the schema reports it.
pub(super) fn cause(cause: Cause) -> StatusCause {
    StatusCause::new(cause.reason, cause.message, cause.field)
}

/// What generated names end with: five letters and digits that cannot be read as words.
pub(super) fn random_suffix() -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut random = rand::rng();
    (0..5).map(|_| char::from(LETTERS.get(random.random_range(0..LETTERS.len())).copied().unwrap_or(b'x'))).collect()
}
