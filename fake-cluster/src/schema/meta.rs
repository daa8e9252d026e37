//! The rules for `metadata` that hold for every kind. Knows nothing of the rest of an object.
use serde_json::Value;

use crate::schema::names::{self, NameRule};
use crate::schema::place::Place;
use crate::schema::refusal::Cause;
use crate::schema::text::quote;

/// Annotations in total may not be larger, in bytes.
const ANNOTATIONS_LIMIT: usize = 256 * 1024;
const IMMUTABLE: &str = "field is immutable";

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn strings<'a>(object: &'a Value, key: &str) -> Vec<&'a str> {
    object.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Checks the metadata of a new object.
pub(crate) fn check(meta: &Value, namespaced: bool, rule: NameRule, at: &Place<'_>, causes: &mut Vec<Cause>) {
    check_with(meta, namespaced, |name, prefix| rule.check(name, prefix), at, causes);
}

/// As [`check`], with a rule for names of its own.
pub(crate) fn check_with(
    meta: &Value,
    namespaced: bool,
    rule: impl Fn(&str, bool) -> Vec<String>,
    at: &Place<'_>,
    causes: &mut Vec<Cause>,
) {
    let generate = text(meta, "generateName");
    if !generate.is_empty() {
        for message in rule(generate, true) {
            causes.push(Cause::invalid(&at.child("generateName"), &Value::from(generate), &message));
        }
    }
    let name = text(meta, "name");
    if name.is_empty() {
        causes.push(Cause::required(&at.child("name"), "name or generateName is required"));
    } else {
        for message in rule(name, false) {
            causes.push(Cause::invalid(&at.child("name"), &Value::from(name), &message));
        }
    }
    let namespace = text(meta, "namespace");
    if namespaced {
        if namespace.is_empty() {
            causes.push(Cause::required(&at.child("namespace"), ""));
        } else {
            for message in NameRule::Label.check(namespace, false) {
                causes.push(Cause::invalid(&at.child("namespace"), &Value::from(namespace), &message));
            }
        }
    } else if !namespace.is_empty() {
        causes.push(Cause::forbidden(&at.child("namespace"), "not allowed on this type"));
    }
    if let Some(generation) = meta.get("generation").filter(|value| value.as_i64().is_some_and(|value| value < 0)) {
        causes.push(Cause::invalid(&at.child("generation"), generation, "must be greater than or equal to 0"));
    }
    labels(meta.get("labels"), &at.child("labels"), causes);
    annotations(meta.get("annotations"), &at.child("annotations"), causes);
    owners(meta, &at.child("ownerReferences"), causes);
    finalizers(meta, &at.child("finalizers"), causes);
    managers(meta, &at.child("managedFields"), causes);
}

/// Checks the metadata of a changed object against what it was.
pub(crate) fn check_update(new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if old.get("deletionTimestamp").is_some_and(|value| !value.is_null()) {
        let before = strings(old, "finalizers");
        let mut extra: Vec<&str> =
            strings(new, "finalizers").into_iter().filter(|finalizer| !before.contains(finalizer)).collect();
        extra.sort_unstable();
        if !extra.is_empty() {
            let listed: Vec<String> = extra.iter().map(|finalizer| quote(finalizer)).collect();
            causes.push(Cause::forbidden(
                &at.child("finalizers"),
                &format!(
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
                    listed.join(", ")
                ),
            ));
        }
    }
    if text(new, "resourceVersion").is_empty() {
        causes.push(Cause::invalid(&at.child("resourceVersion"), &Value::from(""), "must be specified for an update"));
    }
    let generation = |meta: &Value| meta.get("generation").and_then(Value::as_i64).unwrap_or(0);
    if generation(new) < generation(old) {
        causes.push(Cause::invalid(&at.child("generation"), &Value::from(generation(new)), "must not be decremented"));
    }
    for key in ["name", "namespace", "uid"] {
        if text(new, key) != text(old, key) {
            causes.push(Cause::invalid(&at.child(key), &Value::from(text(new, key)), IMMUTABLE));
        }
    }
    for key in ["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] {
        let value = |meta: &Value| meta.get(key).cloned().unwrap_or_default();
        if value(new) != value(old) {
            causes.push(Cause::invalid(&at.child(key), &value(new), IMMUTABLE));
        }
    }
    labels(new.get("labels"), &at.child("labels"), causes);
    annotations(new.get("annotations"), &at.child("annotations"), causes);
    owners(new, &at.child("ownerReferences"), causes);
    managers(new, &at.child("managedFields"), causes);
}

fn managers(meta: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let entries = meta.get("managedFields").and_then(Value::as_array).into_iter().flatten();
    for (index, entry) in entries.enumerate() {
        let at = at.index(index);
        let operation = text(entry, "operation");
        if !matches!(operation, "Apply" | "Update") {
            causes.push(Cause::invalid(&at.child("operation"), &operation.into(), "must be `Apply` or `Update`"));
        }
        let kind = text(entry, "fieldsType");
        if !matches!(kind, "" | "FieldsV1") {
            causes.push(Cause::invalid(&at.child("fieldsType"), &kind.into(), "must be `FieldsV1`"));
        }
        let named = crate::apply::check_manager(text(entry, "manager"));
        causes.extend(named.into_iter().map(|cause| Cause { field: at.child("manager").to_string(), ..cause }));
        if text(entry, "subresource").len() > 256 {
            causes.push(Cause::too_long(&at.child("subresource"), 256));
        }
    }
}

/// Checks a map of labels.
pub(crate) fn labels(labels: Option<&Value>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for (key, value) in labels.and_then(Value::as_object).into_iter().flatten() {
        for message in names::qualified(key) {
            causes.push(Cause::invalid(at, &Value::from(key.as_str()), &message));
        }
        for message in names::label_value(value.as_str().unwrap_or_default()) {
            causes.push(Cause::invalid(at, value, &message));
        }
    }
}

/// Checks a map of annotations.
pub(crate) fn annotations(annotations: Option<&Value>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut size = 0;
    for (key, value) in annotations.and_then(Value::as_object).into_iter().flatten() {
        for message in names::qualified(&key.to_lowercase()) {
            causes.push(Cause::invalid(at, &Value::from(key.as_str()), &message));
        }
        size += key.len() + value.as_str().map_or(0, str::len);
    }
    if size > ANNOTATIONS_LIMIT {
        causes.push(Cause::too_long(at, ANNOTATIONS_LIMIT));
    }
}

fn owners(meta: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(owners) = meta.get("ownerReferences").and_then(Value::as_array) else { return };
    let mut controller: Option<String> = None;
    for owner in owners {
        let api_version = text(owner, "apiVersion");
        if api_version.is_empty() || api_version.ends_with('/') || api_version.matches('/').count() > 1 {
            causes.push(Cause::invalid(
                &at.child("apiVersion"),
                &Value::from(api_version),
                "version must not be empty",
            ));
        }
        for key in ["kind", "name", "uid"] {
            if text(owner, key).is_empty() {
                causes.push(Cause::invalid(&at.child(key), &Value::from(""), "must not be empty"));
            }
        }
        if api_version == "v1" && text(owner, "kind") == "Event" {
            causes.push(Cause::invalid(at, owner, "/v1, Kind=Event is disallowed from being an owner"));
        }
        if owner.get("controller") == Some(&Value::Bool(true)) {
            let this = format!("{}/{}", text(owner, "kind"), text(owner, "name"));
            match &controller {
                Some(first) => causes.push(Cause::invalid(
                    at,
                    &Value::Array(owners.clone()),
                    &format!(
                        "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {this}"
                    ),
                )),
                None => controller = Some(this),
            }
        }
    }
}

fn finalizers(meta: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let finalizers = strings(meta, "finalizers");
    for finalizer in &finalizers {
        for message in names::qualified(finalizer) {
            causes.push(Cause::invalid(at, &Value::from(*finalizer), &message));
        }
    }
    if finalizers.contains(&"orphan") && finalizers.contains(&"foregroundDeletion") {
        causes.push(Cause::invalid(
            at,
            &Value::from(finalizers),
            "finalizer orphan and foregroundDeletion cannot be both set",
        ));
    }
}

/// The warnings for finalizers of a custom resource that are new.
pub(crate) fn finalizer_warnings(new: &Value, old: Option<&Value>) -> Vec<String> {
    let before = old.map(|old| strings(old, "finalizers")).unwrap_or_default();
    let mut added: Vec<&str> =
        strings(new, "finalizers").into_iter().filter(|finalizer| !before.contains(finalizer)).collect();
    added.sort_unstable();
    added.dedup();
    let mut warnings = Vec::new();
    for finalizer in added {
        let mut warn = |message: &str| warnings.push(format!("metadata.finalizers: {}: {message}", quote(finalizer)));
        for message in names::qualified(finalizer) {
            warn(&message);
        }
        if !finalizer.contains('/') && !matches!(finalizer, "orphan" | "foregroundDeletion" | "kubernetes") {
            let with_path = if finalizer.contains('.') { " including a path (/)" } else { "" };
            warn(&format!(
                "prefer a domain-qualified finalizer name{with_path} to avoid accidental conflicts with other finalizer writers"
            ));
        }
    }
    warnings
}
