//! Volumes, claims to them, and their classes and drivers.

use serde_json::{Value, json};

use super::network::named;
use super::{NONE, Row, UNSET, or, plain, texts};

/// The class of a volume or claim; an old annotation comes first.
fn class_of(row: &Row<'_>) -> Value {
    let annotated = row.annotation("volume.beta.kubernetes.io/storage-class");
    json!(annotated.unwrap_or_else(|| row.text("/spec/storageClassName")))
}

fn modes(modes: &[Value]) -> String {
    let short =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];
    let present = short.into_iter().filter(|(long, _)| modes.iter().any(|mode| mode == long));
    present.map(|(_, short)| short).collect::<Vec<_>>().join(",")
}

fn phase<'a>(row: &Row<'a>) -> &'a str {
    if row.is_ending() { "Terminating" } else { row.text("/status/phase") }
}

pub(super) fn volume(row: &Row<'_>) -> Vec<Value> {
    let claim = match row.at("/spec/claimRef") {
        Value::Null => String::new(),
        _ => format!("{}/{}", row.text("/spec/claimRef/namespace"), row.text("/spec/claimRef/name")),
    };
    vec![
        row.name(),
        json!(plain(row.at("/spec/capacity/storage"))),
        json!(modes(row.list("/spec/accessModes"))),
        json!(row.text("/spec/persistentVolumeReclaimPolicy")),
        json!(phase(row)),
        json!(claim),
        class_of(row),
        json!(row.given("/spec/volumeAttributesClassName").unwrap_or(UNSET)),
        json!(row.text("/status/reason")),
        row.age(),
        json!(row.given("/spec/volumeMode").unwrap_or(UNSET)),
    ]
}

pub(super) fn claim(row: &Row<'_>) -> Vec<Value> {
    let volume = row.text("/spec/volumeName");
    let (capacity, access) = match volume {
        "" => (String::new(), String::new()),
        _ => (plain(row.at("/status/capacity/storage")), modes(row.list("/status/accessModes"))),
    };
    vec![
        row.name(),
        json!(phase(row)),
        json!(volume),
        json!(capacity),
        json!(access),
        class_of(row),
        json!(row.given("/spec/volumeAttributesClassName").unwrap_or(UNSET)),
        row.age(),
        json!(row.given("/spec/volumeMode").unwrap_or(UNSET)),
    ]
}

pub(super) fn class(row: &Row<'_>) -> Vec<Value> {
    let annotations =
        ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
    let is_default = annotations.iter().any(|name| row.annotation(name) == Some("true"));
    vec![
        named(row, is_default),
        json!(row.text("/provisioner")),
        json!(row.given("/reclaimPolicy").unwrap_or("Delete")),
        json!(row.given("/volumeBindingMode").unwrap_or("Immediate")),
        json!(row.at("/allowVolumeExpansion").as_bool().unwrap_or(false)),
        row.age(),
    ]
}

pub(super) fn attributes_class(row: &Row<'_>) -> Vec<Value> {
    vec![row.name(), json!(row.text("/driverName")), row.age()]
}

pub(super) fn attachment(row: &Row<'_>) -> Vec<Value> {
    vec![
        row.name(),
        json!(row.text("/spec/attacher")),
        json!(row.text("/spec/source/persistentVolumeName")),
        json!(row.text("/spec/nodeName")),
        json!(row.at("/status/attached").as_bool().unwrap_or(false)),
        row.age(),
    ]
}

pub(super) fn csi_node(row: &Row<'_>) -> Vec<Value> {
    vec![row.name(), json!(row.list("/spec/drivers").len()), row.age()]
}

pub(super) fn csi_driver(row: &Row<'_>) -> Vec<Value> {
    let flag = |field: &str, absent: bool| json!(row.at(&format!("/spec/{field}")).as_bool().unwrap_or(absent));
    let modes: Vec<&str> = row.list("/spec/volumeLifecycleModes").iter().filter_map(Value::as_str).collect();
    let requests = match row.at("/spec/tokenRequests") {
        Value::Array(requests) => texts(requests, "/audience").join(","),
        _ => UNSET.to_owned(),
    };
    vec![
        row.name(),
        flag("attachRequired", true),
        flag("podInfoOnMount", false),
        flag("storageCapacity", false),
        json!(requests),
        flag("requiresRepublish", false),
        json!(or(&modes.join(","), NONE)),
        row.age(),
    ]
}
