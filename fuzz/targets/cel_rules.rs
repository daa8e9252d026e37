//! Rules of definitions: a rule, and, each after a NUL byte, a value that it is asked of and what that is changed into.
//!
//! A rule that is taken with its definition comes to an end over every value, says the same each time, and is no obstacle to reading.
#![no_main]

use std::sync::LazyLock;

use fuzz::Cluster;
use http::Method;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const RULED: &str = "/apis/example.com/v1/namespaces/default/ruled";

static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| Cluster::with(&[]));

fn definition(rule: &str) -> Value {
    let whole = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let spec = json!({"type": "object", "properties": {
        "size": {"type": "integer"},
        "share": {"type": "number"},
        "name": {"type": "string"},
        "flag": {"type": "boolean"},
        "wait": {"type": "string", "format": "duration"},
        "at": {"type": "string", "format": "date-time"},
        "bytes": {"type": "string", "format": "byte"},
        "list": {"type": "array", "items": {"type": "string"}},
        "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "integer"}},
        "items": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["key"], "items": {
            "type": "object", "required": ["key"], "properties": {"key": {"type": "string"}, "value": {"type": "integer"}},
        }},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
        "port": {"x-kubernetes-int-or-string": true},
        "any": whole,
    }, "x-kubernetes-validations": [
        {"rule": rule, "messageExpression": rule},
        {"rule": rule, "reason": "FieldValueForbidden", "fieldPath": ".name"},
    ]});
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "ruled.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": {"kind": "Ruled", "plural": "ruled"}, "versions": [{
            "name": "v1", "served": true, "storage": true,
            "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}},
        }]},
    })
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut parts = text.split('\0');
    let rule = parts.next().unwrap_or_default();
    CLUSTER.reset();
    let send = |method: Method, path: &str, body: &Value| {
        let told = CLUSTER.ask(method, path, "application/json", body.to_string().as_bytes());
        told.expect("a path that can be asked for")
    };
    let defined = send(Method::POST, DEFINITIONS, &definition(rule));
    if defined.code != 201 {
        assert_eq!(defined.code, 422, "{}", defined.body);
        return;
    }
    let mut there = false;
    for value in parts.take(3) {
        let Ok(spec) = serde_json::from_str::<Value>(value) else { return };
        let object = json!({"apiVersion": "example.com/v1", "kind": "Ruled", "metadata": {"name": "a"}, "spec": spec});
        let (method, path) = match there {
            false => (Method::POST, RULED.to_owned()),
            true => (Method::PUT, format!("{RULED}/a")),
        };
        let tried = send(method.clone(), &format!("{path}?dryRun=All"), &object);
        let told = send(method, &path, &object);
        assert_eq!(tried.code, told.code, "{} and then {}", tried.body, told.body);
        there |= told.code == 201;
        let names = CLUSTER.get(RULED);
        assert_eq!(names.names(), if there { &["a"][..] } else { &[] });
    }
});
