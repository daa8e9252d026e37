//! Controllers over a bare API, without a runtime: rounds are made by hand.

mod collecting;
mod emptying;
mod giving;
mod running;

use std::sync::Arc;

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Controllers;
use super::view::View;
use crate::api::Api;
use crate::storage::DEFAULT_HISTORY;

/// An API whose clock stands still.
pub(super) fn api() -> Api {
    Api::new(Arc::new(|| Timestamp::from_second(1_700_000_000).unwrap()), DEFAULT_HISTORY)
}

/// Makes rounds until nothing is left to do, and says how many wrote something.
pub(super) fn settle(api: &Api, controllers: Controllers) -> usize {
    for round in 0..1_000 {
        let view = View::of(api, "ca".into());
        let before = view.revision;
        for step in controllers.steps(&view) {
            drop(step.carry_out(api));
        }
        if api.store().revision() == before {
            return round;
        }
    }
    panic!("the controllers never rest");
}

/// Creates an object and returns it.
pub(super) fn create(api: &Api, object: Value) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let resource = api.registry().by_kind(&text(&object["apiVersion"]), &text(&object["kind"])).unwrap();
    api.request(Method::POST, &resource.path(&text(&object["metadata"]["namespace"]), ""), Some(&object)).unwrap()
}

/// A ConfigMap in `default` with owners.
pub(super) fn config_map(name: &str, owners: &[Value]) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default", "ownerReferences": owners},
    })
}

/// A reference to an owner.
pub(super) fn owned_by(owner: &Value, block: bool) -> Value {
    json!({
        "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"], "blockOwnerDeletion": block,
    })
}

pub(super) fn get(api: &Api, path: &str) -> Option<Value> {
    api.request(Method::GET, path, None).ok()
}

pub(super) fn path(name: &str) -> String {
    format!("/api/v1/namespaces/default/configmaps/{name}")
}

/// Deletes with a propagation policy.
pub(super) fn delete(api: &Api, path: &str, propagation: &str) {
    let options = json!({"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation});
    api.request(Method::DELETE, path, Some(&options)).unwrap();
}
