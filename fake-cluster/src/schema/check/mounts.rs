//! Where containers mount volumes. Knows no pods.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

/// The well-formed volumes of a pod by name.
pub(crate) type Volumes<'a> = BTreeMap<&'a str, &'a Value>;

/// Checks `volumeMounts`. Some places are those of the list rather than of the item, as in the real server.
pub(crate) fn mounts(container: &Value, volumes: &Volumes<'_>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let devices = container.items("volumeDevices");
    let mut paths = BTreeSet::new();
    for (index, mount) in container.items("volumeMounts").iter().enumerate() {
        let place = at.index(index);
        let (name, path) = (mount.text("name"), mount.text("mountPath"));
        let (name_at, path_at) = (place.child("name"), place.child("mountPath"));
        if name.is_empty() {
            causes.required(&name_at, "");
        }
        if !volumes.contains_key(name) {
            causes.not_found(&name_at, name);
        }
        if path.is_empty() {
            causes.required(&path_at, "");
        }
        if !paths.insert(path) {
            causes.invalid(&path_at, path, "must be unique");
        }
        if devices.iter().any(|device| device.text("name") == name) {
            causes.invalid(&name_at, name, "must not already exist in volumeDevices");
        }
        if devices.iter().any(|device| device.text("devicePath") == path) {
            causes.invalid(&path_at, path, "must not already exist as a path in volumeDevices");
        }
        let (below, expression) = (mount.text("subPath"), mount.text("subPathExpr"));
        if !below.is_empty() {
            causes.wrong(&at.child("subPath"), below, names::descending(below));
        }
        if !expression.is_empty() {
            if !below.is_empty() {
                let why = "subPathExpr and subPath are mutually exclusive";
                causes.invalid(&place.child("subPathExpr"), expression, why);
            }
            causes.wrong(&at.child("subPathExpr"), expression, names::descending(expression));
        }
        if let Some(mode) = mount.string("mountPropagation") {
            propagation(mode, container, &at.child("mountPropagation"), causes);
        }
        read_only(mount, &at.child("recursiveReadOnly"), causes);
    }
}

fn propagation(mode: &str, container: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    causes.any_of(at, mode, &["Bidirectional", "HostToContainer", "None"]);
    let privileged = container.sub("securityContext").is_some_and(|context| context.flag("privileged"));
    if mode == "Bidirectional" && !privileged {
        causes.forbidden(at, "Bidirectional mount propagation is available only to privileged containers");
    }
}

fn read_only(mount: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    match mount.string("recursiveReadOnly") {
        None | Some("Disabled") => {}
        Some("Enabled" | "IfPossible") => {
            if !mount.flag("readOnly") {
                causes.forbidden(at, "may only be specified when readOnly is true");
            }
            if !matches!(mount.string("mountPropagation"), None | Some("None")) {
                causes.forbidden(at, "may only be specified when mountPropagation is None or not specified");
            }
        }
        Some(other) => causes.not_supported(at, other, &["Disabled", "Enabled", "IfPossible"]),
    }
}

/// Checks `volumeDevices`.
pub(crate) fn devices(container: &Value, volumes: &Volumes<'_>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mounts = container.items("volumeMounts");
    let (mut names, mut paths) = (BTreeSet::new(), BTreeSet::new());
    for (index, device) in container.items("volumeDevices").iter().enumerate() {
        let place = at.index(index);
        let (name, path) = (device.text("name"), device.text("devicePath"));
        let (name_at, path_at) = (place.child("name"), place.child("devicePath"));
        if name.is_empty() {
            causes.required(&name_at, "");
        }
        if names.contains(name) {
            causes.invalid(&name_at, name, "must be unique");
        }
        match volumes.get(name) {
            None => causes.not_found(&name_at, name),
            Some(volume) if !volume.has("persistentVolumeClaim") && !volume.has("ephemeral") => {
                let why = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
                causes.invalid(&name_at, name, why);
            }
            Some(_) => {}
        }
        if path.is_empty() {
            causes.required(&path_at, "");
        }
        if paths.contains(path) {
            causes.invalid(&path_at, path, "must be unique");
        }
        if names::no_backsteps(path).is_some() {
            causes.invalid(&path_at, path, "can not contain backsteps ('..')");
        } else {
            paths.insert(path);
        }
        if mounts.iter().any(|mount| mount.text("name") == name) {
            causes.invalid(&name_at, name, "must not already exist in volumeMounts");
        }
        if mounts.iter().any(|mount| mount.text("mountPath") == path) {
            causes.invalid(&path_at, path, "must not already exist as a path in volumeMounts");
        }
        if !name.is_empty() {
            names.insert(name);
        }
    }
}
