//! Claims of storage, as volumes and stateful sets hold them. Knows no storage classes.
use serde_json::Value;

use crate::schema::check::{resources, selector};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::text::quote;

const MODES: &[&str] = &["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/// Checks the spec of a claim.
pub(crate) fn spec(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let modes_at = at.child("accessModes");
    let modes: Vec<&str> = spec.strings("accessModes").collect();
    if modes.is_empty() {
        causes.required(&modes_at, "at least 1 access mode is required");
    }
    selector::check(spec.sub("selector"), &at.child("selector"), causes);
    for mode in &modes {
        causes.any_of(&modes_at, mode, MODES);
    }
    let is_single = |mode: &&str| *mode == "ReadWriteOncePod";
    if modes.iter().any(is_single) && modes.iter().any(|mode| !is_single(mode) && MODES.contains(mode)) {
        causes.forbidden(&modes_at, "may not use ReadWriteOncePod with other access modes");
    }
    let resources_at = at.child("resources");
    let storage_at = resources_at.key("storage");
    match spec.pointer("/resources/requests/storage") {
        None => causes.required(&storage_at, ""),
        Some(storage) => {
            let is_positive = resources::amount(storage).is_some_and(|size| !size.is_negative() && !size.is_zero());
            if is_positive {
                resources::value("storage", storage, &storage_at, causes);
            } else {
                causes.invalid(&storage_at, storage.clone(), "must be greater than zero");
            }
        }
    }
    for field in ["storageClassName", "volumeAttributesClassName"] {
        let class = spec.text(field);
        if !class.is_empty() {
            causes.wrong(&at.child(field), class, names::subdomain(class));
        }
        if field == "storageClassName" {
            if let Some(mode) = spec.string("volumeMode") {
                causes.any_of(&at.child("volumeMode"), mode, &["Block", "Filesystem"]);
            }
            sources(spec, at, causes);
        }
    }
}

fn sources(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for field in ["dataSource", "dataSourceRef"] {
        let Some(source) = spec.sub(field) else { continue };
        let at = at.child(field);
        let (kind, group) = (source.text("kind"), source.text("apiGroup"));
        if source.text("name").is_empty() {
            causes.required(&at.child("name"), "");
        }
        if kind.is_empty() {
            causes.required(&at.child("kind"), "");
        }
        if group.is_empty() && kind != "PersistentVolumeClaim" {
            let why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            causes.invalid(&at, kind, why);
        }
        if !group.is_empty() {
            causes.wrong(&at.child("apiGroup"), group, names::subdomain(group));
        }
        let namespace = source.text("namespace");
        if field == "dataSourceRef" && !namespace.is_empty() {
            causes.wrong(&at.child("namespace"), namespace, names::label(namespace));
        }
    }
    let (Some(source), Some(reference)) = (spec.sub("dataSource"), spec.sub("dataSourceRef")) else { return };
    // The server prints the place as if it were the value.
    let path = quote(&at.child("dataSource").to_string());
    if !reference.text("namespace").is_empty() {
        causes.invalid_as(at, &path, "may not be specified when dataSourceRef.namespace is specified");
    } else if !["apiGroup", "kind", "name"].iter().all(|key| same(source.get(key), reference.get(key))) {
        causes.invalid_as(at, &path, "must match dataSourceRef");
    }
}

/// Warns of amounts of bytes that are not whole.
pub(crate) fn warn(spec: &Value, at: &Place<'_>, warnings: &mut Vec<String>) {
    let Some(wanted) = spec.sub("resources") else { return };
    let at = at.child("resources");
    for list in ["requests", "limits"] {
        if let Some(amounts) = wanted.sub(list) {
            resources::fractions(amounts, &at.child(list), &["storage"], warnings);
        }
    }
}
