//! Claims of storage, alone and as volumes and stateful sets hold them, and storage classes. Knows no volumes.
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
    self::modes(spec, &modes_at, causes);
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

/// Checks how a volume may be used.
pub(crate) fn modes(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let modes: Vec<&str> = spec.strings("accessModes").collect();
    for mode in &modes {
        causes.any_of(at, mode, MODES);
    }
    let is_single = |mode: &&str| *mode == "ReadWriteOncePod";
    if modes.iter().any(is_single) && modes.iter().any(|mode| !is_single(mode) && MODES.contains(mode)) {
        causes.forbidden(at, "may not use ReadWriteOncePod with other access modes");
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

/// What a change may do to a claim.
pub(crate) fn update(new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    const FIXED: &str =
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
    let (after, before) = (new.get_or_null("spec"), old.get_or_null("spec"));
    let bound = new.get_or_null("status").text("phase") == "Bound";
    let (mut wanted, mut had) = (after.clone(), before.clone());
    let take = |from: &Value, into: &mut Value, field: &str| {
        if let Some(into) = into.as_object_mut() {
            match from.get(field) {
                Some(value) => drop(into.insert(field.to_owned(), value.clone())),
                None => drop(into.remove(field)),
            }
        }
    };
    // A volume is given once, and a class where there was none.
    if before.text("volumeName").is_empty() {
        take(after, &mut had, "volumeName");
    }
    if before.sub("storageClassName").is_none() && after.sub("storageClassName").is_some() {
        take(after, &mut had, "storageClassName");
    }
    if bound {
        take(before, &mut wanted, "volumeAttributesClassName");
        let size = before.pointer("/resources/requests/storage").cloned().unwrap_or_default();
        if let Some(requests) = wanted.pointer_mut("/resources/requests").and_then(Value::as_object_mut) {
            requests.insert("storage".into(), size);
        }
    }
    if !same_spec(&wanted, &had) {
        causes.forbidden(&Place::new("spec"), FIXED);
    }
    let capacity = worth(old.pointer("/status/capacity/storage"));
    if let (Some(now), Some(then)) = (worth_of(after), worth_of(before))
        && now < then
        && now <= capacity.unwrap_or_default()
    {
        let at = Place::new("spec");
        let at = at.child("resources");
        let at = at.child("requests");
        causes.forbidden(&at.child("storage"), "field can not be less than status.capacity");
    }
    let mode = |spec: &Value| spec.string("volumeMode").map(str::to_owned);
    if mode(after) != mode(before) {
        causes.invalid(&Place::new("volumeMode"), after.text("volumeMode"), "field is immutable");
    }
}

/// Whether two specs say the same; amounts are compared by what they are worth.
fn same_spec(left: &Value, right: &Value) -> bool {
    let rest = |spec: &Value| {
        let mut spec = spec.clone();
        if let Some(requests) = spec.pointer_mut("/resources/requests").and_then(Value::as_object_mut) {
            requests.remove("storage");
        }
        spec
    };
    worth_of(left) == worth_of(right) && rest(left) == rest(right)
}

/// The storage that a spec asks for, in billionths.
fn worth_of(spec: &Value) -> Option<i128> {
    worth(spec.pointer("/resources/requests/storage"))
}

fn worth(amount: Option<&Value>) -> Option<i128> {
    resources::amount(amount?).map(|amount| amount.worth())
}

/// Checks a storage class, and what a change may do to it.
pub(crate) fn class(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let at = |field: &'static str| Place::new(field);
    if let Some(old) = old {
        for field in ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"] {
            if !same(object.get(field), old.get(field)) {
                causes.invalid(&at(field), object.get_or_null(field).clone(), "field is immutable");
            }
        }
        return;
    }
    let provisioner = object.text("provisioner");
    if provisioner.is_empty() {
        causes.required(&at("provisioner"), "");
    } else {
        let lower = provisioner.to_lowercase();
        causes.wrong(&at("provisioner"), &lower, names::qualified(&lower));
    }
    if object.entries("parameters").any(|(key, _)| key.is_empty()) {
        causes.invalid(&at("parameters"), "", "field can not be empty.");
    }
    causes.any_of(&at("reclaimPolicy"), object.text("reclaimPolicy"), &["Delete", "Retain"]);
    causes.any_of(&at("volumeBindingMode"), object.text("volumeBindingMode"), &["Immediate", "WaitForFirstConsumer"]);
}

/// What clients are warned of in a claim.
pub(crate) fn warnings(claim: &Value) -> Vec<String> {
    let mut warnings = Vec::new();
    warn(claim.get_or_null("spec"), &Place::new("spec"), &mut warnings);
    warnings
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
