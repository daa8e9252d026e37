//! Volumes of the cluster. Of their sources, only how many there are is checked. Knows no claims.

use serde_json::{Value, json};

use crate::schema::check::{claims, resources};
use crate::schema::defaults::pods::round;
use crate::schema::defaults::{Fields, child, ensure, missing, unset};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::prepare::hold;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

/// The fields of a spec that are no source.
const PLAIN: &[&str] = &[
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
];
/// Sources that do nothing any more: field, what the real server says of them.
const RETIRED: &[(&str, &str)] = &[
    ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
    ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("storageos", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
];

pub(super) fn fill(object: &mut Fields) {
    if let Some(status) = ensure(object, "status") {
        unset(status, "phase", "Pending");
    }
    let Some(spec) = ensure(object, "spec") else { return };
    unset(spec, "persistentVolumeReclaimPolicy", "Retain");
    missing(spec, "volumeMode", "Filesystem");
    if let Some(capacity) = child(spec, "capacity") {
        round(capacity);
    }
    if let Some(path) = child(spec, "hostPath") {
        missing(path, "type", "");
    }
}

/// New volumes wait, and stay while they are used.
pub(super) fn prepare(object: &mut Value, old: Option<&Value>) {
    const HELD: &str = "kubernetes.io/pv-protection";
    if old.is_some() {
        return;
    }
    let born = object.pointer("/metadata/creationTimestamp").cloned();
    object["status"] = json!({"phase": "Pending", "lastPhaseTransitionTime": born});
    hold(object, HELD);
}

pub(super) fn prepare_status(new: &mut Value, old: &Value) {
    const TIME: &str = "lastPhaseTransitionTime";
    let phase = |object: &Value| object.pointer("/status/phase").cloned();
    let before = old.pointer("/status").and_then(|status| status.get(TIME)).cloned();
    let given = new.pointer("/status").and_then(|status| status.get(TIME)).cloned().filter(|time| !time.is_null());
    if phase(new) == phase(old) {
        if let (None, Some(before)) = (&given, before) {
            new["status"][TIME] = before;
        }
    } else if given.is_none() || given == before {
        new["status"][TIME] = written_at(new);
    }
}

/// When an object was written last: the newest time among those of its managers.
fn written_at(object: &Value) -> Value {
    let managers = object.get_or_null("metadata").items("managedFields");
    managers.iter().filter_map(|manager| manager.string("time")).max().into()
}

pub(super) fn check(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let modes_at = at.child("accessModes");
    if spec.items("accessModes").is_empty() {
        causes.required(&modes_at, "");
    }
    claims::modes(spec, &modes_at, causes);
    capacity(spec, &at.child("capacity"), causes);
    let policy = spec.text("persistentVolumeReclaimPolicy");
    causes.any_of(&at.child("persistentVolumeReclaimPolicy"), policy, &["Delete", "Recycle", "Retain"]);
    let sources: Vec<&str> =
        spec.as_object().into_iter().flatten().filter(|(_, v)| !v.is_null()).map(|(k, _)| k.as_str()).collect();
    let mut sources = sources.into_iter().filter(|field| !PLAIN.contains(field));
    if sources.next().is_none() {
        causes.required(&at, "must specify a volume type");
    }
    for second in sources {
        causes.forbidden(&at.child(second), "may not specify more than 1 volume type");
    }
    for field in ["storageClassName", "volumeAttributesClassName"] {
        let class = spec.text(field);
        if !class.is_empty() {
            causes.wrong(&at.child(field), class, names::subdomain(class));
        }
    }
    if let Some(mode) = spec.string("volumeMode") {
        causes.any_of(&at.child("volumeMode"), mode, &["Block", "Filesystem"]);
    }
    if let Some(old) = old.map(|old| old.get_or_null("spec"))
        && !same(spec.get("volumeMode"), old.get("volumeMode"))
    {
        causes.invalid(&Place::new("volumeMode"), spec.text("volumeMode"), "field is immutable");
    }
}

fn capacity(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let amounts: Vec<_> = spec.entries("capacity").collect();
    if amounts.is_empty() {
        causes.required(at, "");
    }
    if amounts.len() != 1 || amounts.iter().any(|(name, _)| *name != "storage") {
        causes.not_supported(at, spec.get_or_null("capacity").clone(), &["storage"]);
    }
    for (name, value) in amounts {
        let positive = resources::amount(value).is_some_and(|amount| !amount.is_negative() && !amount.is_zero());
        if !positive {
            causes.invalid(&at.key(name), value.clone(), "must be greater than zero");
        }
    }
}

pub(super) fn warnings(object: &Value, _: Option<&Value>) -> Vec<String> {
    let spec = object.get_or_null("spec");
    let annotations = object.get_or_null("metadata").get_or_null("annotations");
    let mut warnings = Vec::new();
    for (key, said) in [
        (
            "volume.beta.kubernetes.io/storage-class",
            r#"deprecated since v1.8; use "storageClassName" attribute instead"#,
        ),
        ("volume.beta.kubernetes.io/mount-options", r#"deprecated since v1.31; use "mountOptions" attribute instead"#),
    ] {
        if annotations.get(key).is_some() {
            warnings.push(format!("metadata.annotations[{key}]: {said}"));
        }
    }
    if spec.text("persistentVolumeReclaimPolicy") == "Recycle" {
        warnings.push("spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.".to_owned());
    }
    for (field, said) in RETIRED.iter().filter(|(field, _)| spec.has(field)) {
        let shown = if *field == "storageos" { "storageOS" } else { field };
        warnings.push(format!("spec.{shown}: {said}"));
    }
    warnings
}
