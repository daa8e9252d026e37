use http::Method;
use serde_json::{Value, json};

use super::*;
use crate::api::Status;

mod counting;
mod rules;

/// An API whose quotas are minded.
struct Cluster(Api);

impl Cluster {
    fn with(mode: ResourceQuotas) -> Self {
        let noon = Timestamp::from_second(1_800_000_000).unwrap();
        Self(Api::new(Arc::new(move || noon), 64).with_resource_quotas(mode))
    }

    fn create(&self, plural: &str, object: &Value) -> Result<Value, Status> {
        self.0.request(Method::POST, &format!("/api/v1/namespaces/default/{plural}"), Some(object))
    }

    fn patch(&self, path: &str, patch: &Value) -> Result<Value, Status> {
        self.0.request(Method::PATCH, &format!("/api/v1/namespaces/default/{path}"), Some(patch))
    }

    fn delete(&self, path: &str) {
        self.0.request(Method::DELETE, &format!("/api/v1/namespaces/default/{path}"), None).unwrap();
    }

    fn quota(&self, name: &str, hard: &Value) {
        self.create("resourcequotas", &quota(name, hard)).unwrap();
    }

    fn status(&self, name: &str) -> Value {
        let path = format!("/api/v1/namespaces/default/resourcequotas/{name}");
        self.0.request(Method::GET, &path, None).unwrap()["status"].clone()
    }

    fn used(&self, name: &str) -> Value {
        self.status(name)["used"].clone()
    }
}

fn quota(name: &str, hard: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": {"hard": hard}})
}

fn pod(name: &str, cpu: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [
        {"name": "main", "image": "registry.example/main:1", "resources": {"requests": {"cpu": cpu}}},
    ]}})
}

fn config_map(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}})
}
