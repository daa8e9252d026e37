//! `storage.k8s.io`: drivers of storage, what they know of nodes, and what is attached to them. Knows no other kinds.

use serde_json::{Value, json};

use crate::schema::check::{resources, selector};
use crate::schema::defaults::{child, missing};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::prepare::{bump, hold};
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::{Step, Strategy};

const GROUP: &str = "storage.k8s.io";
const IMMUTABLE: &str = "field is immutable";

pub(crate) static DRIVER: Strategy = Strategy {
    cluster: true,
    unconditional: false,
    shows_deleted: true,
    fill: |object| {
        let Some(spec) = child(object, "spec") else { return };
        missing(spec, "attachRequired", true);
        for field in ["podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount"] {
            missing(spec, field, false);
        }
        missing(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
        if spec.get("volumeLifecycleModes").and_then(Value::as_array).is_none_or(Vec::is_empty) {
            spec.insert("volumeLifecycleModes".to_owned(), json!(["Persistent"]));
        }
    },
    // There is no generation before the first change.
    prepare: |new, old| {
        if let Some(old) = old.filter(|old| !same(new.get("spec"), old.get("spec"))) {
            bump(new, old);
        }
    },
    rules: driver,
    ..Strategy::of(GROUP, "CSIDriver")
};

pub(crate) static NODE: Strategy = Strategy {
    cluster: true,
    unconditional: false,
    shows_deleted: true,
    on_update: &[Step::Metadata, Step::Rules],
    store: |object| {
        // An empty list is not told apart from none once it is stored.
        if let Some(drivers) =
            object.pointer_mut("/spec/drivers").filter(|list| list.as_array().is_some_and(Vec::is_empty))
        {
            *drivers = Value::Null;
        }
    },
    rules: node,
    ..Strategy::of(GROUP, "CSINode")
};

pub(crate) static CAPACITY: Strategy =
    Strategy { unconditional: false, rules: capacity, ..Strategy::of(GROUP, "CSIStorageCapacity") };

pub(crate) static ATTACHMENT: Strategy = Strategy {
    cluster: true,
    status: true,
    unconditional: false,
    shows_deleted: true,
    status_keeps: &[&["metadata"], &["spec"]],
    on_update: &[Step::Metadata, Step::Rules],
    on_status: &[Step::Metadata, Step::Rules],
    prepare_status: |new, old| {
        for field in ["labels", "annotations", "finalizers", "ownerReferences"] {
            let before = old.get_or_null("metadata").get_or_null(field).clone();
            if let Some(metadata) = new.get_mut("metadata").and_then(Value::as_object_mut) {
                if before.is_null() {
                    metadata.remove(field);
                } else {
                    metadata.insert(field.to_owned(), before);
                }
            }
        }
    },
    rules: attachment,
    status_rules: attachment,
    ..Strategy::of(GROUP, "VolumeAttachment")
};

pub(crate) static ATTRIBUTES_CLASS: Strategy = Strategy {
    cluster: true,
    shows_deleted: true,
    prepare: |object, old| {
        if old.is_none() {
            hold(object, "kubernetes.io/vac-protection");
        }
    },
    rules: attributes_class,
    ..Strategy::of(GROUP, "VolumeAttributesClass")
};

fn driver(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    if let Some(policy) = spec.string("fsGroupPolicy") {
        causes.any_of(&at.child("fsGroupPolicy"), policy, &["File", "None", "ReadWriteOnceWithFSType"]);
    }
    token_requests(spec.items("tokenRequests"), &at.child("tokenRequests"), causes);
    for mode in spec.strings("volumeLifecycleModes") {
        causes.any_of(&at.child("volumeLifecycleModes"), mode, &["Persistent", "Ephemeral"]);
    }
    if let Some(seconds) = spec.number("nodeAllocatableUpdatePeriodSeconds").filter(|seconds| *seconds < 10) {
        let why = "must be greater than or equal to 10 seconds";
        causes.invalid(&at.child("nodeAllocatableUpdatePeriodSeconds"), seconds, why);
    }
    if let Some(wanted) =
        spec.boolean("serviceAccountTokenInSecrets").filter(|_| spec.items("tokenRequests").is_empty())
    {
        let why = "serviceAccountTokenInSecrets is set but no tokenRequests are specified";
        causes.invalid(&at.child("serviceAccountTokenInSecrets"), wanted, why);
    }
    let Some(old) = old.map(|old| old.get_or_null("spec")) else { return };
    for (field, shown) in [("attachRequired", "attachedRequired"), ("volumeLifecycleModes", "volumeLifecycleModes")] {
        if !same(spec.get(field), old.get(field)) {
            causes.invalid(&at.child(shown), spec.get_or_null(field).clone(), IMMUTABLE);
        }
    }
}

fn token_requests(requests: &[Value], at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut seen = Vec::new();
    for (index, request) in requests.iter().enumerate() {
        let at = at.index(index);
        let audience = request.text("audience");
        if seen.contains(&audience) {
            causes.duplicate(&at.child("audience"), audience);
            continue;
        }
        seen.push(audience);
        let Some(seconds) = request.number("expirationSeconds") else { continue };
        let at = at.child("expirationSeconds");
        if seconds < 600 {
            causes.invalid(&at, seconds, "may not specify a duration less than 10 minutes");
        }
        if seconds > 1 << 32 {
            causes.invalid(&at, seconds, "may not specify a duration larger than 2^32 seconds");
        }
    }
}

/// The name of a driver.
fn driver_name(name: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    const LONGEST: usize = 63;
    if name.is_empty() {
        return causes.required(at, "");
    }
    if name.len() > LONGEST {
        causes.too_long(at, LONGEST);
    }
    let lower = name.to_lowercase();
    causes.wrong(at, name, names::subdomain(&lower));
}

fn node(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    const LONGEST: usize = 192;
    let at = Place::new("spec");
    let at = at.child("drivers");
    let drivers = object.get_or_null("spec").items("drivers");
    let mut seen = Vec::new();
    for (index, driver) in drivers.iter().enumerate() {
        let at = at.index(index);
        let (name, id) = (driver.text("name"), driver.text("nodeID"));
        driver_name(name, &at.child("name"), causes);
        if id.is_empty() {
            causes.required(&at.child("nodeID"), "");
        }
        if id.len() > LONGEST {
            causes.invalid(&at.child("nodeID"), id, &format!("must be {LONGEST} characters or less"));
        }
        let count = driver.get_or_null("allocatable").number("count");
        causes.nonnegative(&at.child("allocatable").child("count"), count);
        if seen.contains(&name) {
            causes.duplicate(&at.child("name"), name);
        }
        seen.push(name);
        let mut keys = Vec::new();
        for key in driver.strings("topologyKeys") {
            if key.is_empty() {
                causes.required(&at, "");
            }
            if keys.contains(&key) {
                causes.duplicate(&at, key);
            }
            keys.push(key);
            causes.wrong(&at, key, names::qualified(key));
        }
    }
    for before in old.map(|old| old.get_or_null("spec").items("drivers")).unwrap_or_default() {
        for now in drivers.iter().filter(|driver| driver.text("name") == before.text("name")) {
            if !["nodeID", "topologyKeys"].iter().all(|field| same(now.get(*field), before.get(*field))) {
                causes.invalid_as(&at, &shown_driver(now), IMMUTABLE);
            }
        }
    }
}

/// A driver of a node with Go's names, without what it can hold.
fn shown_driver(driver: &Value) -> String {
    let field = |name: &str| driver.get_or_null(name);
    format!(
        "{{\"Name\":{},\"NodeID\":{},\"TopologyKeys\":{},\"Allocatable\":null}}",
        field("name"),
        field("nodeID"),
        field("topologyKeys")
    )
}

fn capacity(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (topology_at, class_at) = (Place::new("nodeTopology"), Place::new("storageClassName"));
    let (topology, class) = (object.sub("nodeTopology"), object.text("storageClassName"));
    if let Some(old) = old {
        if !same(topology, old.sub("nodeTopology")) {
            causes.invalid_as(&topology_at, &selector::shown(topology), IMMUTABLE);
        }
        if class != old.text("storageClassName") {
            causes.invalid(&class_at, class, IMMUTABLE);
        }
        return;
    }
    selector::check(topology, &topology_at, causes);
    causes.wrong(&class_at, class, names::subdomain(class));
    if let Some(amount) =
        object.sub("capacity").filter(|amount| resources::amount(amount).is_some_and(|a| a.is_negative()))
    {
        causes.invalid(&Place::new("capacity"), amount.clone(), "must be greater than or equal to 0");
    }
}

fn attachment(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    driver_name(spec.text("attacher"), &at.child("attacher"), causes);
    let (source, source_at) = (spec.get_or_null("source"), at.child("source"));
    let only = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
    match (source.sub("inlineVolumeSpec"), source.string("persistentVolumeName")) {
        (None, None) => causes.required(&source_at, only),
        (Some(_), Some(_)) => causes.forbidden(&source_at, only),
        (None, Some("")) => {
            causes.required(&source_at.child("persistentVolumeName"), "must specify non empty persistentVolumeName");
        }
        _ => {}
    }
    let node = spec.text("nodeName");
    causes.wrong(&at.child("nodeName"), node, names::subdomain(node));
    let status_at = Place::new("status");
    for field in ["attachError", "detachError"] {
        let at = status_at.child(field);
        let at = at.child("errorCode");
        if let Some(code) = object.get_or_null("status").get_or_null(field).number("errorCode").filter(|code| *code < 0)
        {
            causes.invalid(&at, code, &names::range(0, i64::from(i32::MAX)));
        }
    }
    if let Some(name) = source.string("persistentVolumeName") {
        causes.wrong(&Place::new("spec.source.persistentVolumeName"), name, names::subdomain(name));
    }
    if old.is_some_and(|old| !same(old.get("spec"), object.get("spec"))) {
        causes.invalid_as(&at, &shown_attachment(spec), IMMUTABLE);
    }
}

/// The spec of an attachment with Go's names.
fn shown_attachment(spec: &Value) -> String {
    let (attacher, node) = (spec.get_or_null("attacher"), spec.get_or_null("nodeName"));
    let source = spec.get_or_null("source");
    let (name, inline) = (source.get_or_null("persistentVolumeName"), source.get_or_null("inlineVolumeSpec"));
    format!(
        "{{\"Attacher\":{attacher},\"Source\":{{\"PersistentVolumeName\":{name},\"InlineVolumeSpec\":{inline}}},\"NodeName\":{node}}}"
    )
}

fn attributes_class(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    if let Some(old) = old {
        if object.text("driverName") != old.text("driverName") {
            causes.forbidden(&Place::new("driverName"), "updates to driverName are forbidden.");
        }
        if !same(object.get("parameters"), old.get("parameters")) {
            causes.forbidden(&Place::new("parameters"), "updates to parameters are forbidden.");
        }
        let metadata = object.get_or_null("metadata");
        crate::schema::meta::check(metadata, false, names::NameRule::Subdomain, &crate::schema::check::META, causes);
    }
    let (driver, at) = (object.text("driverName"), Place::new("driverName"));
    if driver.is_empty() {
        causes.required(&at, "");
    } else {
        let lower = driver.to_lowercase();
        causes.wrong(&at, &lower, names::qualified(&lower));
    }
    let at = Place::new("parameters");
    if object.entries("parameters").any(|(key, _)| key.is_empty()) {
        causes.invalid(&at, "", "field can not be empty.");
    }
    if object.entries("parameters").next().is_none() {
        causes.required(&at, "must contain at least one key/value pair");
    }
}
