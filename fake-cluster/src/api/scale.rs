//! The scale subresource: replicas seen through `autoscaling/v1`.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::cause::{invalid, quote};
use super::ctx::Ctx;
use super::operations::json_type;
use super::options::{Write, WriteOptions};
use super::patch::{Patch, unfit};
use super::request::Verb;
use super::resource::{Resource, Scale};
use super::status::Status;
use super::write::Rewrite;
use super::{json_value, meta};
use crate::apply;

impl Ctx<'_> {
    /// Reads or writes the scale of an object.
    pub(super) fn scale(&self, resource: &Resource) -> Result<Response<Bytes>, Status> {
        let Some(scale) = &resource.scale else { return Err(Status::no_such_path()) };
        let key = self.key(resource);
        let write = match self.call.verb {
            Verb::Get => {
                let live = self.api.store.get(&resource.storage, &key).ok_or_else(|| self.not_found(resource))?;
                return Ok(json_value(StatusCode::OK, &shown(resource, scale, live.value())?));
            }
            Verb::Update => Write::Update,
            Verb::Patch => Write::Patch,
            _ => return Err(Status::method_not_allowed()),
        };
        let options = WriteOptions::parse(&self.call.query, write)?;
        let body = match write {
            Write::Update => Body::Whole(self.read_scale()?),
            _ => Body::Patch(self.read_scale_patch()?),
        };
        let manager = self.manager(&options.manager);
        let rewrite = Rewrite { options: &options, uid: "", creates: false };
        let written = self.rewrite(resource, &rewrite, |live| {
            let live = live.ok_or_else(|| self.not_found(resource))?;
            let wanted = match &body {
                Body::Whole(scale) => scale.clone(),
                Body::Patch(patch) => patched(view(scale, live), patch)?,
            };
            self.check_name(&wanted)?;
            let replicas = match &wanted["spec"]["replicas"] {
                Value::Null if resource.is_custom() && at(live, &scale.spec_replicas).is_null() => {
                    let why = format!("the spec replicas field {} cannot be empty", quote(&scale.spec_replicas));
                    return Err(Status::bad_request(why));
                }
                replicas => replicas.as_i64().unwrap_or_default(),
            };
            if replicas < 0 && !resource.is_custom() {
                let cause = invalid("spec.replicas", replicas, "must be greater than or equal to 0");
                return Err(Status::invalid("autoscaling", "Scale", &self.path.name, vec![cause]));
            }
            let mut new = live.clone();
            if let Some(given) = wanted["metadata"]["resourceVersion"].as_str().filter(|given| !given.is_empty()) {
                meta::set(&mut new, "resourceVersion", json!(given));
            }
            set(&mut new, &scale.spec_replicas, json!(replicas));
            // Replicas that nobody manages stay so: managers are tracked from the first one on.
            if is_managed(live, &scale.spec_replicas) {
                apply::track(Some(live), &mut new, &manager, Some("scale"), &resource.schema, self.now);
                pass_through_scale(&mut new, replicas);
            }
            Ok((new, Vec::new()))
        })?;
        Ok(json_value(StatusCode::OK, &view(scale, written.object.value())))
    }

    /// The body of a PUT.
    fn read_scale(&self) -> Result<Value, Status> {
        let super::body::Body { object: scale, api_version, kind, .. } = self.read_any("Scale")?;
        let (api_version, kind) = (
            if api_version.is_empty() { API_VERSION } else { &api_version },
            if kind.is_empty() { KIND } else { &kind },
        );
        if (api_version, kind) != (API_VERSION, KIND) {
            return Err(self.wrong_kind(api_version, kind, KIND, "autoscaling.Scale"));
        }
        match fault(&scale) {
            None => Ok(scale),
            Some(why) => {
                let version = "v1";
                let why = format!("Scale in version \"{version}\" cannot be handled as a Scale: {why}");
                Err(Status::bad_request(why))
            }
        }
    }

    fn read_scale_patch(&self) -> Result<Patch, Status> {
        match self.content_type() {
            "application/merge-patch+json" | "application/json-patch+json" => self.read_patch(),
            "application/apply-patch+yaml" => Err(Status::not_supported("server-side apply to the scale subresource")),
            _ => Err(Status::generic(415, "UnsupportedMediaType", "415: Unsupported Media Type")),
        }
    }
}

const API_VERSION: &str = "autoscaling/v1";
const KIND: &str = "Scale";

/// How a new scale is given.
enum Body {
    Whole(Value),
    Patch(Patch),
}

fn patched(mut current: Value, patch: &Patch) -> Result<Value, Status> {
    patch.change.make(&mut current)?;
    match fault(&current) {
        None => Ok(current),
        Some(why) => Err(unfit(&current.to_string(), &why)),
    }
}

/// What keeps a value from being a scale.
fn fault(scale: &Value) -> Option<String> {
    match &scale["spec"]["replicas"] {
        Value::Null => None,
        Value::Number(number) if number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()) => None,
        Value::Number(number) => Some(cannot_hold(&format!("number {number}"))),
        other => Some(cannot_hold(json_type(other))),
    }
}

fn cannot_hold(found: &str) -> String {
    format!("json: cannot unmarshal {found} into Go struct field ScaleSpec.spec.replicas of type int32")
}

/// Whether any manager owns a field.
fn is_managed(object: &Value, path: &str) -> bool {
    let pointer: String = path.split('.').filter(|step| !step.is_empty()).map(|step| format!("/f:{step}")).collect();
    let mut entries = object["metadata"]["managedFields"].as_array().into_iter().flatten();
    entries.any(|entry| entry["fieldsV1"].pointer(&pointer).is_some())
}

/// The real server passes managed fields through the scale: their times are lost, and a scale that wants nothing
/// has no field to own.
fn pass_through_scale(object: &mut Value, replicas: i64) {
    let Some(entries) = object["metadata"]["managedFields"].as_array_mut() else { return };
    entries.retain(|entry| replicas != 0 || entry["subresource"] != "scale");
    for entry in entries {
        if entry["subresource"] == "scale"
            && let Some(entry) = entry.as_object_mut()
        {
            entry.remove("time");
        }
    }
}

/// The scale of an object; a custom one must say how many it wants.
fn shown(resource: &Resource, scale: &Scale, object: &Value) -> Result<Value, Status> {
    if resource.is_custom() && at(object, &scale.spec_replicas).is_null() {
        let why = format!("the spec replicas field {} does not exist", quote(&scale.spec_replicas));
        return Err(Status::internal(why));
    }
    Ok(view(scale, object))
}

fn view(scale: &Scale, value: &Value) -> Value {
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
    json!({"kind": KIND, "apiVersion": API_VERSION, "metadata": shown, "spec": spec, "status": status})
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
