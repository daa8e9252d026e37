//! Chooses operations; knows nothing of running them.

use super::objects::{Kind, metadata, pick};
use super::operation::{Operation, Uid, Version};
use http::Method;
use rand::Rng;
use serde_json::{Value, json};

const NAMES: [&str; 3] = ["one", "two", "three"];
const MANAGERS: [&str; 3] = ["alpha", "beta", "gamma"];
const MERGE: &str = "application/merge-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
const JSON: &str = "application/json-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

/// The next operation.
pub(super) fn operation(random: &mut impl Rng) -> Operation {
    let kind = pick(random, &Kind::ALL);
    let name = pick(random, &NAMES);
    match random.random_range(0..100) {
        0..14 => create(random, kind, name),
        14..20 => blank(Method::GET, kind, name),
        20..28 => list(random, kind),
        28..40 => replace(random, kind, name),
        40..54 => merge_patch(random, kind, name),
        54..60 => json_patch(random, kind, name),
        60..82 => apply(random, kind, name),
        82..87 => status(random, kind, name),
        87..92 => scale(random, name),
        92..99 => delete(random, kind, name),
        _ => delete_collection(random, kind),
    }
}

fn blank(method: Method, kind: Kind, name: &'static str) -> Operation {
    Operation {
        method,
        kind,
        name,
        subresource: "",
        query: Vec::new(),
        content_type: "application/json",
        body: None,
        version: Version::None,
        uid: Uid::None,
    }
}

/// Now and then a dry run; nearly always a named manager.
fn options(random: &mut impl Rng, operation: &mut Operation) {
    if random.random_bool(0.9) {
        operation.query.push(("fieldManager", pick(random, &MANAGERS).to_owned()));
    }
    if random.random_bool(0.1) {
        operation.query.push(("dryRun", "All".into()));
    }
}

fn create(random: &mut impl Rng, kind: Kind, name: &'static str) -> Operation {
    let mut operation = blank(Method::POST, kind, "");
    operation.body = Some(kind.object(random, name));
    options(random, &mut operation);
    operation
}

fn list(random: &mut impl Rng, kind: Kind) -> Operation {
    let mut operation = blank(Method::GET, kind, "");
    match random.random_range(0..6) {
        0 => operation
            .query
            .push(("labelSelector", pick(random, &["a=1", "a!=1", "a", "!b", "a in (1,2)", "a=1,b=2"]).to_owned())),
        1 => operation
            .query
            .push(("fieldSelector", pick(random, &["metadata.name=one", "metadata.name!=two"]).to_owned())),
        2 => operation.query.push(("limit", pick(random, &["1", "2", "500"]).to_owned())),
        _ => {}
    }
    operation
}

fn replace(random: &mut impl Rng, kind: Kind, name: &'static str) -> Operation {
    let mut operation = blank(Method::PUT, kind, name);
    operation.body = Some(kind.object(random, name));
    operation.version = pick(random, &[Version::Current, Version::Current, Version::None, Version::First]);
    options(random, &mut operation);
    operation
}

fn merge_patch(random: &mut impl Rng, kind: Kind, name: &'static str) -> Operation {
    let mut operation = blank(Method::PATCH, kind, name);
    let mut patch = if random.random_bool(0.6) { kind.content(random) } else { json!({}) };
    if random.random_bool(0.5) {
        patch["metadata"] = metadata(random);
    }
    if random.random_bool(0.15) {
        patch["metadata"]["finalizers"] = Value::Null;
    }
    if random.random_bool(0.1) {
        patch["metadata"]["labels"] = json!({"a": null});
    }
    if kind.may_be_empty() && random.random_bool(0.1) {
        let key = if patch["spec"].is_object() { "spec" } else { "data" };
        patch[key] = pick(random, &[Value::Null, json!({"x": null, "size": null, "replicas": null})]);
    }
    operation.body = Some(patch);
    operation.content_type = pick(random, &[MERGE, STRATEGIC]);
    operation.version = pick(random, &[Version::None, Version::None, Version::None, Version::Current, Version::First]);
    options(random, &mut operation);
    operation
}

fn json_patch(random: &mut impl Rng, kind: Kind, name: &'static str) -> Operation {
    let mut operation = blank(Method::PATCH, kind, name);
    let one = |random: &mut _| {
        pick(
            random,
            &[
                json!({"op": "add", "path": "/metadata/labels", "value": {"a": "1"}}),
                json!({"op": "remove", "path": "/metadata/labels"}),
                json!({"op": "test", "path": "/metadata/name", "value": "one"}),
                json!({"op": "remove", "path": "/metadata/finalizers/0"}),
                json!({"op": "add", "path": "/metadata/finalizers", "value": ["example.com/a"]}),
                json!({"op": "add", "path": "/metadata/finalizers/-", "value": "example.com/b"}),
                json!({"op": "add", "path": "/metadata/annotations", "value": {"note": "2"}}),
                json!({"op": "add", "path": "/spec/size", "value": 4}),
                json!({"op": "remove", "path": if kind.may_be_empty() { "/spec" } else { "/metadata/annotations" }}),
                json!({"op": "add", "path": "/data", "value": {}}),
            ],
        )
    };
    operation.body = Some((0..random.random_range(1..3)).map(|_| one(random)).collect());
    operation.content_type = JSON;
    options(random, &mut operation);
    operation
}

fn apply(random: &mut impl Rng, kind: Kind, name: &'static str) -> Operation {
    let mut operation = blank(Method::PATCH, kind, name);
    let mut object = kind.object(random, name);
    if kind.may_be_empty()
        && random.random_bool(0.2)
        && let Some(object) = object.as_object_mut()
    {
        // An applier that wants nothing but metadata.
        object.remove("spec");
        object.remove("data");
    }
    operation.body = Some(object);
    operation.content_type = APPLY;
    if random.random_bool(0.2) {
        operation.version = Version::First;
    }
    operation.query.push(("fieldManager", pick(random, &MANAGERS).to_owned()));
    if random.random_bool(0.4) {
        operation.query.push(("force", "true".into()));
    }
    if random.random_bool(0.1) {
        operation.query.push(("dryRun", "All".into()));
    }
    operation
}

fn status(random: &mut impl Rng, kind: Kind, name: &'static str) -> Operation {
    let kind = if kind.has_status() { kind } else { Kind::Widget };
    let status = kind.status(random);
    let mut operation = if random.random_bool(0.5) {
        let mut operation = apply(random, kind, name);
        if let Some(body) = &mut operation.body {
            if random.random_bool(0.8)
                && let Some(body) = body.as_object_mut()
            {
                body.remove("spec");
            }
            body["status"] = status;
        }
        operation
    } else {
        let mut operation = blank(Method::PATCH, kind, name);
        operation.body = Some(json!({"status": status}));
        operation.content_type = MERGE;
        options(random, &mut operation);
        operation
    };
    operation.subresource = "/status";
    operation
}

/// Few numbers, so that many scales change nothing.
fn scale(random: &mut impl Rng, name: &'static str) -> Operation {
    let mut operation = blank(Method::PATCH, Kind::Deployment, name);
    operation.subresource = "/scale";
    let replicas = pick(random, &[0, 1, 2, 3, 3, 4]);
    if random.random_bool(0.5) {
        operation.content_type = APPLY;
        operation.body = Some(json!({
            "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": name}, "spec": {"replicas": replicas},
        }));
        operation.query.push(("fieldManager", pick(random, &MANAGERS).to_owned()));
        if random.random_bool(0.6) {
            operation.query.push(("force", "true".into()));
        }
    } else {
        operation.content_type = MERGE;
        operation.body = Some(json!({"spec": {"replicas": replicas}}));
        options(random, &mut operation);
    }
    operation
}

fn delete(random: &mut impl Rng, kind: Kind, name: &'static str) -> Operation {
    let mut operation = blank(Method::DELETE, kind, name);
    let mut body = json!({"apiVersion": "v1", "kind": "DeleteOptions"});
    match random.random_range(0..8) {
        0 => body["propagationPolicy"] = pick(random, &["Foreground", "Orphan", "Background"]).into(),
        1 => operation.uid = pick(random, &[Uid::Current, Uid::First]),
        2 => operation.version = pick(random, &[Version::Current, Version::First]),
        3 => body["dryRun"] = json!(["All"]),
        _ => {}
    }
    operation.body = Some(body);
    operation
}

fn delete_collection(random: &mut impl Rng, kind: Kind) -> Operation {
    let mut operation = blank(Method::DELETE, kind, "");
    if random.random_bool(0.7) {
        operation.query.push(("labelSelector", pick(random, &["a=1", "b", "!a"]).to_owned()));
    }
    operation
}
