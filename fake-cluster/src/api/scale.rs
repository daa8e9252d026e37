//! The scale subresource: replicas seen through `autoscaling/v1`.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::ctx::{Ctx, parse_json};
use super::request::Verb;
use super::resource::{Resource, Scale};
use super::status::{Status, StatusCause};
use super::write::seconds;
use super::{json_value, negotiate};
use crate::apply;
use crate::storage::Object;

impl Ctx<'_> {
    /// Reads or writes the scale of an object.
    pub(super) fn scale(&self, resource: &Resource) -> Result<Response<Bytes>, Status> {
        let Some(scale) = &resource.scale else { return Err(Status::no_such_path()) };
        let key = self.key(resource);
        loop {
            let live = self.api.store.get(&resource.storage, &key).ok_or_else(|| self.not_found(resource))?;
            let current = view(scale, &live);
            let wanted = match self.call.verb {
                Verb::Get => return Ok(json_value(StatusCode::OK, &current)),
                Verb::Update => self.decode_body()?,
                Verb::Patch => self.patched_scale(current)?,
                _ => return Err(Status::method_not_allowed()),
            };
            let replicas = wanted["spec"]["replicas"].as_i64().unwrap_or_default();
            if replicas < 0 {
                let why = format!("Invalid value: {replicas}: must be greater than or equal to 0");
                let cause = StatusCause::new("FieldValueInvalid", why, "spec.replicas");
                return Err(Status::invalid("autoscaling", "Scale", &self.path.name, vec![cause]));
            }
            let given = wanted["metadata"]["resourceVersion"].as_str().unwrap_or_default();
            if !given.is_empty() && given != live.revision().to_string() {
                return Err(Status::modified(&resource.group, &resource.plural, &self.path.name));
            }
            let mut new = negotiate::shown(resource, live.value());
            set(&mut new, &scale.spec_replicas, json!(replicas));
            let old = negotiate::shown(resource, live.value());
            apply::track(Some(&old), &mut new, &self.manager(), Some("scale"), &resource.schema, self.now);
            if let Some(written) = self.replace(resource, &live, new, self.dry_run()?)? {
                return Ok(json_value(StatusCode::OK, &view(scale, &written.object)));
            }
        }
    }

    fn patched_scale(&self, mut current: Value) -> Result<Value, Status> {
        let bad = |error: serde_json::Error| Status::bad_request(format!("error decoding patch: {error}"));
        match self.content_type() {
            "application/merge-patch+json" => json_patch::merge(&mut current, &parse_json(self.body)?),
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

fn view(scale: &Scale, object: &Object) -> Value {
    let value = object.value();
    let metadata = object.metadata();
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
    if shown["creationTimestamp"].is_null() {
        shown["creationTimestamp"] = json!(seconds(jiff::Timestamp::UNIX_EPOCH));
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
