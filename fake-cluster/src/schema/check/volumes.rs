//! Volumes of pods. Knows no storage.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::check::mounts::Volumes;
use crate::schema::check::{claims, environment, resources};
use crate::schema::meta;
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const FILE_MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";
const MODES: std::ops::RangeInclusive<i64> = 0..=0o777;
const CONFLICT: &str = "conflicting duplicate paths";
const HOST_TYPES: &[&str] =
    &["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

/// The sources of volumes in the order in which the server looks for them, and what each cannot do without.
const SOURCES: &[(&str, &[&str])] = &[
    ("emptyDir", &[]),
    ("hostPath", &["path"]),
    ("gitRepo", &["repository"]),
    ("gcePersistentDisk", &["pdName"]),
    ("awsElasticBlockStore", &["volumeID"]),
    ("secret", &["secretName"]),
    ("nfs", &["server", "path"]),
    ("iscsi", &["targetPortal", "iqn"]),
    ("glusterfs", &["endpoints", "path"]),
    ("flocker", &[]),
    ("persistentVolumeClaim", &["claimName"]),
    ("rbd", &["monitors", "image"]),
    ("cinder", &["volumeID"]),
    ("cephfs", &["monitors"]),
    ("quobyte", &["registry", "volume"]),
    ("downwardAPI", &[]),
    ("fc", &[]),
    ("flexVolume", &["driver"]),
    ("configMap", &["name"]),
    ("azureFile", &["secretName", "shareName"]),
    ("vsphereVolume", &["volumePath"]),
    ("photonPersistentDisk", &["pdID"]),
    ("portworxVolume", &["volumeID"]),
    ("azureDisk", &["diskName", "diskURI"]),
    ("storageos", &["volumeName"]),
    ("projected", &[]),
    ("scaleIO", &["gateway", "system", "volumeName"]),
    ("csi", &["driver"]),
    ("ephemeral", &["volumeClaimTemplate"]),
    ("image", &[]),
];

/// Checks `volumes` and returns the good ones; `pod` is the name of the pod, where there is one.
pub(crate) fn check<'a>(spec: &'a Value, pod: Option<&str>, at: &Place<'_>, causes: &mut Vec<Cause>) -> Volumes<'a> {
    let mut good = Volumes::new();
    let list = spec.items("volumes");
    let pod_name = pod.filter(|name| !name.is_empty());
    for (index, volume) in list.iter().enumerate() {
        let at = at.index(index);
        let before = causes.len();
        let name = volume.text("name");
        source(volume, pod, &at, causes);
        let name_at = at.child("name");
        if name.is_empty() {
            causes.required(&name_at, "");
        } else {
            causes.wrong(&name_at, name, names::label(name));
        }
        if good.contains_key(name) {
            causes.duplicate(&name_at, name);
        }
        if causes.len() == before {
            good.insert(name, volume);
        }
        let claim = volume.get_or_null("persistentVolumeClaim").text("claimName");
        let is_made = |pod: &str| {
            let made = |other: &Value| format!("{pod}-{}", other.text("name")) == claim;
            list.iter().any(|other| other.has("ephemeral") && made(other))
        };
        if !claim.is_empty() && pod_name.is_some_and(is_made) {
            let why = "must not reference a PVC that gets created for an ephemeral volume";
            causes.invalid(&at.child("persistentVolumeClaim").child("claimName"), claim, why);
        }
    }
    good
}

fn source(volume: &Value, pod: Option<&str>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut found = 0;
    for (kind, required) in SOURCES {
        let Some(source) = volume.sub(kind) else { continue };
        found += 1;
        // Both names are as the real server has them.
        let (one, other) = match *kind {
            "downwardAPI" => ("downwardAPI", "downwarAPI"),
            "gcePersistentDisk" => ("persistentDisk", "gcePersistentDisk"),
            "cephfs" => ("cephfs", "cephFS"),
            kind => (kind, kind),
        };
        if found > 1 {
            causes.forbidden(&at.child(other), "may not specify more than 1 volume type");
            continue;
        }
        let at = at.child(one);
        for field in *required {
            let is_set = match source.sub(field) {
                Some(Value::String(text)) => !text.is_empty(),
                Some(Value::Array(items)) => !items.is_empty(),
                Some(_) => true,
                None => false,
            };
            if !is_set {
                let detail = if *field == "registry" {
                    "must be a host:port pair or multiple pairs separated by commas"
                } else {
                    ""
                };
                causes.required(&at.child(field), detail);
            }
        }
        details(kind, source, pod, &at, causes);
        if *kind == "ephemeral" {
            ephemeral_name(volume, pod, &at, causes);
        }
    }
    if found == 0 {
        causes.required(at, "must specify a volume type");
    }
}

fn ephemeral_name(volume: &Value, pod: Option<&str>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let name = volume.text("name");
    let Some(pod) = pod.filter(|pod| !pod.is_empty() && !name.is_empty()) else { return };
    let claim = format!("{pod}-{name}");
    for why in names::subdomain(&claim) {
        // The name is that of the volume, one level up.
        causes.invalid(&at.sibling("name"), name, &format!("PVC name \"{claim}\": {why}"));
    }
}

fn details(kind: &str, source: &Value, pod: Option<&str>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    match kind {
        "emptyDir" if source.sub("sizeLimit").and_then(resources::amount).is_some_and(|size| size.is_negative()) => {
            causes.forbidden(&at.child("sizeLimit"), "SizeLimit field must be a valid resource quantity");
        }
        "hostPath" => {
            let path = source.text("path");
            if !path.is_empty() {
                causes.wrong(&at.child("path"), path, names::no_backsteps(path));
                causes.any_of(&at.child("type"), source.text("type"), HOST_TYPES);
            }
        }
        "gitRepo" => {
            let directory = source.text("directory");
            causes.wrong(&at.child("directory"), directory, names::descending(directory));
        }
        "gcePersistentDisk" | "awsElasticBlockStore" => {
            let partition = source.int("partition");
            if !(0..=255).contains(&partition) {
                causes.invalid(&at.child("partition"), partition, &names::range(1, 255));
            }
        }
        "nfs" => {
            let path = source.text("path");
            if !path.starts_with('/') {
                causes.invalid(&at.child("path"), path, "must be an absolute path");
            }
        }
        "secret" | "configMap" => {
            default_mode(source, at, causes);
            items(source, at, causes);
        }
        "downwardAPI" => {
            default_mode(source, at, causes);
            for file in source.items("items") {
                downward(file, at, causes);
            }
        }
        "projected" => {
            default_mode(source, at, causes);
            projected(source, at, causes);
        }
        "ephemeral" => {
            if let Some(template) = source.sub("volumeClaimTemplate") {
                let at = at.child("volumeClaimTemplate");
                let metadata = template.get_or_null("metadata");
                let meta_at = at.child("metadata");
                meta::annotations(metadata.get("annotations"), &meta_at.child("annotations"), causes);
                meta::labels(metadata.get("labels"), &meta_at.child("labels"), causes);
                let fields = metadata.as_object().into_iter().flatten();
                for (field, value) in fields {
                    let is_allowed = matches!(field.as_str(), "annotations" | "labels");
                    if !is_allowed && !value.is_null() {
                        causes.forbidden(&meta_at.child(field), "cannot be set");
                    }
                }
                claims::spec(template.get_or_null("spec"), &at.child("spec"), causes);
            }
        }
        "csi" => {
            let driver = source.text("driver");
            let at_driver = at.child("driver");
            if driver.len() > 63 {
                causes.too_long(&at_driver, 63);
            }
            if !driver.is_empty() {
                causes.wrong(&at_driver, driver, names::subdomain(&driver.to_lowercase()));
            }
        }
        "image" => {
            if pod.is_some() && source.text("reference").is_empty() {
                causes.required(&at.child("reference"), "");
            }
            let policy = source.text("pullPolicy");
            causes.one_of(&at.child("pullPolicy"), policy, &["Always", "IfNotPresent", "Never"]);
        }
        _ => {}
    }
}

fn mode(holder: &Value, field: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if let Some(mode) = holder.number(field).filter(|mode| !MODES.contains(mode)) {
        causes.invalid(&at.child(field), mode, FILE_MODE);
    }
}

fn default_mode(source: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    mode(source, "defaultMode", at, causes);
}

fn items(source: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child("items");
    for (index, item) in source.items("items").iter().enumerate() {
        key_to_path(item, &at.index(index), causes);
    }
}

fn key_to_path(item: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for field in ["key", "path"] {
        if item.text(field).is_empty() {
            causes.required(&at.child(field), "");
        }
    }
    let path = item.text("path");
    causes.wrong(&at.child("path"), path, names::unreserved(path));
    mode(item, "mode", at, causes);
}

fn downward(file: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let path = file.text("path");
    if path.is_empty() {
        causes.required(&at.child("path"), "");
    }
    causes.wrong(&at.child("path"), path, names::unreserved(path));
    match (file.sub("fieldRef"), file.sub("resourceFieldRef")) {
        (Some(field), resource) => {
            environment::field_ref(field, environment::FILE_FIELDS, &at.child("fieldRef"), causes);
            if resource.is_some() {
                let why = "fieldRef and resourceFieldRef can not be specified simultaneously";
                causes.invalid(at, "resource", why);
            }
        }
        (None, Some(resource)) => {
            environment::resource_ref(resource, true, &at.child("resourceFieldRef"), causes);
        }
        (None, None) => causes.required(at, "one of fieldRef and resourceFieldRef is required"),
    }
    mode(file, "mode", at, causes);
}

fn projected(source: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut paths = BTreeSet::new();
    let list = at.child("sources");
    for (index, projection) in source.items("sources").iter().enumerate() {
        let place = list.index(index);
        let mut found = 0;
        for kind in ["secret", "configMap"] {
            let Some(source) = projection.sub(kind) else { continue };
            found += 1;
            let (here, name) = (place.child(kind), source.text("name"));
            if name.is_empty() {
                causes.required(&here.child("name"), "");
            }
            let items_at = here.child("items");
            for (index, item) in source.items("items").iter().enumerate() {
                key_to_path(item, &items_at.index(index), causes);
                let path = item.text("path");
                if !path.is_empty() && !paths.insert(path) {
                    causes.invalid(at, name, CONFLICT);
                }
            }
        }
        if let Some(api) = projection.sub("downwardAPI") {
            found += 1;
            for file in api.items("items") {
                downward(file, &place.child("downwardAPI"), causes);
                let path = file.text("path");
                if !path.is_empty() && !paths.insert(path) {
                    causes.invalid(at, path, CONFLICT);
                }
            }
        }
        if let Some(token) = projection.sub("serviceAccountToken") {
            found += 1;
            service_account_token(token, at, &place.child("serviceAccountToken"), causes);
        }
        if found > 1 {
            causes.forbidden(&place, "may not specify more than 1 volume type per source");
        }
    }
}

/// The path is reported one level up, as in the real server.
fn service_account_token(token: &Value, outer: &Place<'_>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let seconds = token.int("expirationSeconds");
    if seconds < 600 {
        let why = "may not specify a duration less than 10 minutes";
        causes.invalid(&at.child("expirationSeconds"), seconds, why);
    }
    if seconds > 1 << 32 {
        let why = "may not specify a duration larger than 2^32 seconds";
        causes.invalid(&at.child("expirationSeconds"), seconds, why);
    }
    let path = token.text("path");
    if path.is_empty() {
        causes.required(&outer.child("path"), "");
    } else {
        causes.wrong(&outer.child("path"), path, names::unreserved(path));
    }
}
