//! Writes of a fake cluster: steps with a NUL byte between them, each a line such as `apply configmaps/a?force=true`, and a body below it.
//!
//! Whatever is sent, the answer is one of an API server; what was refused changed nothing; what was accepted can be read and listed.
#![no_main]

use std::sync::LazyLock;

use fuzz::{Cluster, Told};
use http::Method;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

/// How many steps of an input are taken.
const STEPS: usize = 6;
/// What there is to write, and below which path.
const KINDS: &[(&str, &str)] = &[
    ("configmaps", "/api/v1/namespaces/default"),
    ("secrets", "/api/v1/namespaces/default"),
    ("services", "/api/v1/namespaces/default"),
    ("pods", "/api/v1/namespaces/default"),
    ("namespaces", "/api/v1"),
    ("deployments", "/apis/apps/v1/namespaces/default"),
    ("jobs", "/apis/batch/v1/namespaces/default"),
    ("roles", "/apis/rbac.authorization.k8s.io/v1/namespaces/default"),
    ("customresourcedefinitions", "/apis/apiextensions.k8s.io/v1"),
    ("widgets", "/apis/example.com/v1/namespaces/default"),
];

static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
    let template = json!({
        "metadata": {"labels": {"app": "a"}},
        "spec": {"containers": [{"name": "main", "image": "example.com/main:1", "ports": [{"containerPort": 80}]}]},
    });
    let widget = json!({"type": "object", "properties": {
        "replicas": {"type": "integer", "default": 1, "minimum": 0},
        "list": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
        "map": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["key"], "items": {
            "type": "object", "required": ["key"], "properties": {"key": {"type": "string"}, "value": {"x-kubernetes-int-or-string": true}},
        }},
        "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
    }});
    let of = |kind: &str, spec: serde_json::Value| {
        json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec})
    };
    Cluster::with(&[
        ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "widgets.example.com"},
            "spec": {"group": "example.com", "scope": "Namespaced", "names": {"kind": "Widget", "plural": "widgets"}, "versions": [{
                "name": "v1", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": widget, "status": widget}}},
                "subresources": {"status": {}, "scale": {
                    "specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas",
                }},
            }]},
        })),
        ("/api/v1/namespaces/default/configmaps", json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": {"x": "1"}}, "data": {"a": "1"},
        })),
        ("/api/v1/namespaces/default/services", of("Service", json!({"selector": {"app": "a"}, "ports": [{"port": 80}]}))),
        ("/api/v1/namespaces/default/pods", of("Pod", template["spec"].clone())),
        ("/apis/apps/v1/namespaces/default/deployments", json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"},
            "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "a"}}, "template": template},
        })),
        ("/apis/example.com/v1/namespaces/default/widgets", json!({
            "apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"},
            "spec": {"list": ["x"], "map": [{"key": "k", "value": 1}]},
        })),
    ])
});

fuzz_target!(|data: &[u8]| {
    CLUSTER.reset();
    for step in data.split(|byte| *byte == 0).take(STEPS) {
        let (head, body) = match step.iter().position(|byte| *byte == b'\n') {
            Some(at) => (&step[..at], &step[at + 1..]),
            None => (step, &b""[..]),
        };
        let Ok(head) = std::str::from_utf8(head) else { return };
        let Some((how, what)) = head.split_once(' ') else { return };
        let kind = what.split(['/', '?']).next().unwrap_or_default();
        let Some((_, below)) = KINDS.iter().find(|(known, _)| *known == kind) else { return };
        if let Some(told) = write(how, &format!("{below}/{what}"), body) {
            can_be_read(&told, &format!("{below}/{what}"), &format!("{below}/{kind}"));
        }
        let listed = CLUSTER.get(&format!("{below}/{kind}"));
        // A definition may have been changed so that nothing is served any more.
        if listed.code != 404 || kind != "widgets" {
            drop(listed.names());
        }
    }
});

fn write(how: &str, path: &str, body: &[u8]) -> Option<Told> {
    let json = "application/json";
    let (method, content_type) = match how {
        "create" => (Method::POST, json),
        "update" => (Method::PUT, json),
        "apply" => (Method::PATCH, "application/apply-patch+yaml"),
        "merge" => (Method::PATCH, "application/merge-patch+json"),
        "strategic" => (Method::PATCH, "application/strategic-merge-patch+json"),
        "json" => (Method::PATCH, "application/json-patch+json"),
        "delete" => (Method::DELETE, json),
        _ => return None,
    };
    let told = CLUSTER.ask(method, path, content_type, body)?;
    // What is deleted, or only tried, is not there to be read.
    (matches!(told.code, 200 | 201) && how != "delete" && !path.contains("dryRun")).then_some(told)
}

/// An object that was written is there, and as it was told to be.
fn can_be_read(told: &Told, path: &str, collection: &str) {
    let metadata = &told.body["metadata"];
    let Some(name) = metadata["name"].as_str().filter(|name| !name.is_empty()) else { return };
    let read = CLUSTER.get(&format!("{collection}/{name}"));
    if read.code == 404 {
        // The last that held up a deletion may have been taken away, and of the claims for a token or a review nothing is kept.
        let is_subresource = path.trim_start_matches(collection).trim_start_matches('/').contains('/');
        assert!(metadata.get("deletionTimestamp").is_some() || is_subresource, "{path}: {} is not there", told.body);
        return;
    }
    assert_eq!(read.code, 200, "{path}: {}", read.body);
    // What follows from a definition is written into its status at once.
    let is_the_same = read.body["kind"] == told.body["kind"] && read.body["metadata"]["uid"] == metadata["uid"];
    if is_the_same && told.body["kind"] != "CustomResourceDefinition" {
        assert_eq!(read.body, told.body, "{path}");
    }
    let listed = CLUSTER.get(collection);
    assert!(listed.names().contains(&name), "{path}: {name} is not listed");
}
