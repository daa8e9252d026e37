//! The scale subresource: replicas seen through `autoscaling/v1`.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::body::parsed;
use super::cause::invalid;
use super::ctx::Ctx;
use super::options::{Write, WriteOptions};
use super::request::Verb;
use super::resource::{Resource, Scale};
use super::status::Status;
use super::write::Rewrite;
use super::{json_value, meta};
use crate::apply;
use crate::storage::Object;

impl Ctx<'_> {
    /// Reads or writes the scale of an object.
    pub(super) fn scale(&self, resource: &Resource) -> Result<Response<Bytes>, Status> {
        let Some(scale) = &resource.scale else { return Err(Status::no_such_path()) };
        let key = self.key(resource);
        let write = match self.call.verb {
            Verb::Get => {
                let live = self.api.store.get(&resource.storage, &key).ok_or_else(|| self.not_found(resource))?;
                return Ok(json_value(StatusCode::OK, &view(scale, &live)));
            }
            Verb::Update => Write::Update,
            Verb::Patch => Write::Patch,
            _ => return Err(Status::method_not_allowed()),
        };
        let options = WriteOptions::parse(&self.call.query, write)?;
        let manager = self.manager(&options.manager);
        let rewrite = Rewrite { options: &options, uid: "", creates: false };
        let written = self.rewrite(resource, &rewrite, |live| {
            let live = live.ok_or_else(|| self.not_found(resource))?;
            let current = view_of(scale, live);
            let wanted = match write {
                Write::Update => parse(self.body)?,
                _ => self.patched_scale(current)?,
            };
            let name = wanted["metadata"]["name"].as_str().unwrap_or_default();
            if name != self.path.name {
                self.check_name(&wanted)?;
            }
            let replicas = wanted["spec"]["replicas"].as_i64().unwrap_or_default();
            if replicas < 0 {
                let why = "must be greater than or equal to 0";
                let cause = invalid("spec.replicas", replicas, why);
                return Err(Status::invalid("autoscaling", "Scale", &self.path.name, vec![cause]));
            }
            let mut new = live.clone();
            if let Some(given) = wanted["metadata"]["resourceVersion"].as_str().filter(|given| !given.is_empty()) {
                meta::set(&mut new, "resourceVersion", json!(given));
            }
            set(&mut new, &scale.spec_replicas, json!(replicas));
            apply::track(Some(live), &mut new, &manager, Some("scale"), &resource.schema, self.now);
            Ok((new, Vec::new()))
        })?;
        Ok(json_value(StatusCode::OK, &view(scale, &written.object)))
    }

    fn patched_scale(&self, mut current: Value) -> Result<Value, Status> {
        let bad = |error: serde_json::Error| Status::bad_request(format!("error decoding patch: {error}"));
        match self.content_type() {
            "application/merge-patch+json" => json_patch::merge(&mut current, &parse(self.body)?),
            "application/json-patch+json" => {
                let patch: json_patch::Patch = serde_json::from_slice(self.body).map_err(bad)?;
                json_patch::patch(&mut current, &patch).map_err(|error| Status::bad_request(error.to_string()))?;
            }
            "application/apply-patch+yaml" => {
                return Err(Status::not_supported("server-side apply to the scale subresource"));
            }
            _ => {
                return Err(Status::unsupported_media_type(&[
                    "application/json-patch+json",
                    "application/merge-patch+json",
                ]));
            }
        }
        Ok(current)
    }
}

fn parse(body: &[u8]) -> Result<Value, Status> {
    parsed(body, false).map_err(Status::bad_request)
}

fn view(scale: &Scale, object: &Object) -> Value {
    view_of(scale, object.value())
}

fn view_of(scale: &Scale, value: &Value) -> Value {
    let metadata = &value["metadata"];
    let selector = at(value, &scale.selector);
    let mut status = json!({"replicas": at(value, &scale.status_replicas).as_i64().unwrap_or_default()});
    let selector = match selector {
        Value::String(text) => text.clone(),
        labels => spelled(labels),
    };
    if !selector.is_empty() {
        status["selector"] = json!(selector);
    }
    let mut shown = json!({
        "name": metadata["name"], "uid": metadata["uid"],
        "resourceVersion": metadata["resourceVersion"], "creationTimestamp": metadata["creationTimestamp"],
    });
    if metadata["namespace"].is_string() {
        shown["namespace"] = metadata["namespace"].clone();
    }
    let mut spec = json!({});
    match at(value, &scale.spec_replicas).as_i64().unwrap_or_default() {
        0 => {}
        replicas => spec["replicas"] = json!(replicas),
    }
    json!({"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": shown, "spec": spec, "status": status})
}

/// A label selector as text.
fn spelled(selector: &Value) -> String {
    let mut terms: Vec<String> = selector["matchLabels"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    for expression in selector["matchExpressions"].as_array().into_iter().flatten() {
        let key = expression["key"].as_str().unwrap_or_default();
        let values: Vec<&str> =
            expression["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let values = values.join(",");
        match expression["operator"].as_str().unwrap_or_default() {
            "Exists" => terms.push(key.to_owned()),
            "DoesNotExist" => terms.push(format!("!{key}")),
            "NotIn" => terms.push(format!("{key} notin ({values})")),
            _ => terms.push(format!("{key} in ({values})")),
        }
    }
    terms.sort();
    terms.join(",")
}

fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').filter(|step| !step.is_empty()).fold(value, |value, step| &value[step])
}

fn set(value: &mut Value, path: &str, to: Value) {
    let mut at = value;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        if !at.is_object() {
            *at = json!({});
        }
        at = &mut at[step];
    }
    *at = to;
}
