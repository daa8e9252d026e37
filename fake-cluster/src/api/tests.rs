//! The API without sockets: requests as values, answers as values.

mod audits;
mod discovery;
mod hostile;
mod lists;
mod openapi;
mod patches;
mod scales;
mod statuses;
mod tokens;

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Answer, Api, Call, Certificate, MASTERS, Status, User};
use crate::storage::DEFAULT_HISTORY;

const MERGE: &str = "application/merge-patch+json";
const JSON_PATCH: &str = "application/json-patch+json";
const APPLY: &str = "application/apply-patch+yaml";
const CONFIG_MAPS: &str = "/api/v1/namespaces/default/configmaps";

/// An API, and who asks it.
struct Fixture {
    api: Api,
    caller: Certificate,
}

/// An answer with its body read.
#[derive(Debug)]
struct Told {
    code: u16,
    warnings: Vec<String>,
    content_type: String,
    body: Value,
}

impl Fixture {
    fn new() -> Self {
        let noon = Timestamp::from_second(1_800_000_000).unwrap();
        let api = Api::new(Arc::new(move || noon), DEFAULT_HISTORY);
        Self { api, caller: Certificate::Valid(User::new("admin", &[MASTERS])) }
    }

    fn caller(mut self, caller: Certificate) -> Self {
        self.caller = caller;
        self
    }

    fn send(&self, request: Request<Bytes>) -> Answer {
        let (parts, body) = request.into_parts();
        self.api.answer(&Call::of(&parts), &parts, &body, &self.caller)
    }

    fn ask(&self, method: Method, path: &str, content_type: &str, body: impl Into<Bytes>) -> Told {
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, content_type);
        told(self.send(request.body(body.into()).unwrap()))
    }

    fn get(&self, path: &str) -> Told {
        self.ask(Method::GET, path, "", Bytes::new())
    }

    fn post(&self, path: &str, body: &Value) -> Told {
        self.ask(Method::POST, path, "application/json", body.to_string())
    }

    fn put(&self, path: &str, body: &Value) -> Told {
        self.ask(Method::PUT, path, "application/json", body.to_string())
    }

    fn patch(&self, path: &str, content_type: &str, body: &Value) -> Told {
        self.ask(Method::PATCH, path, content_type, body.to_string())
    }

    fn delete(&self, path: &str) -> Told {
        self.ask(Method::DELETE, path, "", Bytes::new())
    }
}

fn told(answer: Answer) -> Told {
    let Answer::Full(response) = answer else { panic!("no answer") };
    of_response(&response)
}

fn of_response(response: &Response<Bytes>) -> Told {
    let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
    Told {
        code: response.status().as_u16(),
        warnings: response.headers().get_all(header::WARNING).iter().map(text).collect(),
        content_type: response.headers().get(header::CONTENT_TYPE).map(text).unwrap_or_default(),
        body: serde_json::from_slice(response.body()).unwrap_or(Value::Null),
    }
}

impl Told {
    #[track_caller]
    fn is(self, code: u16) -> Self {
        assert_eq!(self.code, code, "{}", self.body);
        self
    }

    #[track_caller]
    fn fails(self, code: u16, reason: &str) -> Self {
        let told = self.is(code);
        assert_eq!((&told.body["kind"], &told.body["reason"]), (&json!("Status"), &json!(reason)), "{}", told.body);
        told
    }

    fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    fn names(&self) -> Vec<&str> {
        self.body["items"].as_array().unwrap().iter().map(|item| item["metadata"]["name"].as_str().unwrap()).collect()
    }
}

fn config_map(name: &str, labels: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": labels}, "data": {"a": "1"}})
}

fn deployment(name: &str, replicas: u32) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {
        "replicas": replicas, "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}},
                     "spec": {"containers": [{"name": "main", "image": "registry.example/main:1"}]}}}})
}

fn definition(version: Value) -> Value {
    json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "versions": [version],
            "names": {"kind": "Widget", "listKind": "WidgetList", "plural": "widgets", "singular": "widget",
                      "shortNames": ["wd"]}}})
}

fn version() -> Value {
    json!({"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object",
        "properties": {"spec": {"type": "object", "properties": {
            "replicas": {"type": "integer"}, "size": {"type": "integer"}}}}}}})
}

/// The refusal of a request that never reaches a connection.
fn refusal(result: Result<Value, Status>) -> Status {
    result.expect_err("a refusal")
}
