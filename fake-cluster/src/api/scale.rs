//! The scale subresource: replicas seen through `autoscaling/v1`.

use std::sync::LazyLock;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::cause::{invalid, quote};
use super::ctx::{Ctx, Written};
use super::options::{Write, WriteOptions};
use super::patch::Patch;
use super::request::Verb;
use super::resource::{Resource, Scale};
use super::status::Status;
use super::warnings::warn;
use super::write::{Draft, Rewrite, duplicate_owners, warned};
use super::{json_value, meta};
use crate::apply;

const API_VERSION: &str = "autoscaling/v1";
const KIND: &str = "Scale";
/// What the real server takes for "not set" in the scale of a custom resource.
const UNSET: i64 = i32::MIN as i64;

/// A scale is a kind of its own, which is never stored.
static SCALES: LazyLock<Option<Resource>> = LazyLock::new(|| Resource::review("autoscaling", "scales", KIND));

/// How a new scale is given.
enum Body {
    Whole(Value),
    Patch(Patch),
}

impl Ctx<'_> {
    /// Reads or writes the scale of an object.
    pub(super) fn scale(&self, resource: &Resource) -> Result<Response<Bytes>, Status> {
        let (Some(scale), Some(scales)) = (&resource.scale, SCALES.as_ref()) else {
            return Err(Status::no_such_path());
        };
        let written = match self.call.verb {
            Verb::Get => {
                let key = self.key(resource);
                let live = self.api.store.get(&resource.storage, &key).ok_or_else(|| self.not_found(resource))?;
                return Ok(json_value(StatusCode::OK, &shown(resource, scale, live.value())?));
            }
            Verb::Update => self.update_scale(resource, scale, scales)?,
            Verb::Patch => self.patch_scale(resource, scale, scales)?,
            _ => return Err(Status::method_not_allowed()),
        };
        let mut response = json_value(StatusCode::OK, &view(scale, written.object.value()));
        warn(&mut response, &written.warnings);
        Ok(response)
    }

    fn update_scale(&self, resource: &Resource, scale: &Scale, scales: &Resource) -> Result<Written, Status> {
        let options = WriteOptions::parse(&self.call.query, Write::Update)?;
        let (mut new, warnings) =
            self.read_object(scales, options.validation).map_err(|status| match status.code() {
                // The real server looks for the kind among the custom ones before it says what is wrong.
                400 if resource.is_custom() => Status::bad_request(
                    "no kind is registered for the type v1.Scale in scheme \"pkg/runtime/scheme.go:111\"",
                ),
                _ => status,
            })?;
        warned(warnings, |_| {
            self.place(resource, &mut new)?;
            self.check_name(&new)?;
            let uid = new["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
            self.rescale(resource, scale, scales, &options, &uid, &Body::Whole(new))
        })
    }

    fn patch_scale(&self, resource: &Resource, scale: &Scale, scales: &Resource) -> Result<Written, Status> {
        let options = WriteOptions::parse(&self.call.query, self.patch_kind(resource)?)?;
        let patch = self.read_patch(options.validation)?;
        self.rescale(resource, scale, scales, &options, "", &Body::Patch(patch))
    }

    /// From the object to its scale, to the new scale, and back to the object.
    fn rescale(
        &self,
        resource: &Resource,
        scale: &Scale,
        scales: &Resource,
        options: &WriteOptions,
        uid: &str,
        body: &Body,
    ) -> Result<Written, Status> {
        let manager = self.manager(&options.manager);
        self.rewrite(resource, &Rewrite { options, uid, creates: false }, |live| {
            let live = live.ok_or_else(|| self.not_found(resource))?;
            let old = before(resource, scale, live);
            let mut new = match body {
                Body::Whole(new) => {
                    let mut new = new.clone();
                    apply::track(Some(&old), &mut new, &manager, self.subresource(), &scales.schema, self.now);
                    Draft::new(new, Vec::new())
                }
                Body::Patch(patch) => {
                    self.check_conversion(resource, scales, &old, None, patch)?;
                    let mut new = self.changed(scales, Some(&old), patch, options, &manager)?;
                    self.check_conversion(resource, scales, &old, Some(&new.object), patch)?;
                    self.place(resource, &mut new.object)?;
                    self.check_name(&new.object)?;
                    new
                }
            };
            new.warnings.extend(duplicate_owners(&mut new.object, true));
            Ok(Draft::new(self.after(resource, scale, live, &new.object)?, new.warnings))
        })
    }

    /// A configuration changes no scale of a custom resource: the real server cannot convert what it merged, and does not
    /// find out who owned a number that nobody owns.
    fn check_conversion(
        &self,
        resource: &Resource,
        scales: &Resource,
        old: &Value,
        new: Option<&Value>,
        patch: &Patch,
    ) -> Result<(), Status> {
        let Some(configuration) = patch.configuration().filter(|_| resource.is_custom()) else { return Ok(()) };
        let gvk = scales.schema.gvk();
        let what = match new {
            Some(new) if is_same(old, new) => return Ok(()),
            Some(_) => format!("failed to convert new object ({})", apply::named(configuration, &scales.schema)),
            None if !old["metadata"]["managedFields"].is_null() => return Ok(()),
            // What is no scale is refused as such.
            None if configuration["kind"] != KIND || configuration["apiVersion"] != API_VERSION => return Ok(()),
            None => {
                format!("failed to create manager for existing fields: failed to convert live object (/; {gvk})")
            }
        };
        let why = format!("{what} to proper version: request to convert CR to an invalid group/version: {API_VERSION}");
        Err(Status::bare(500, why))
    }

    /// The object that a new scale asks for.
    fn after(&self, resource: &Resource, scale: &Scale, live: &Value, new: &Value) -> Result<Value, Status> {
        let replicas = new["spec"]["replicas"].as_i64().unwrap_or_default();
        if resource.is_custom() {
            if replicas == UNSET {
                let why = format!("the spec replicas field {} cannot be empty", quote(&scale.spec_replicas));
                return Err(Status::bad_request(why));
            }
        } else {
            if replicas < 0 {
                let cause = invalid("spec.replicas", replicas, "must be greater than or equal to 0");
                return Err(Status::invalid("autoscaling", KIND, &self.path.name, vec![cause]));
            }
            let (given, found) = (&new["metadata"]["uid"], &live["metadata"]["uid"]);
            if given.as_str().is_some_and(|given| !given.is_empty()) && given != found {
                let text = |uid: &Value| uid.as_str().unwrap_or_default().to_owned();
                let why = format!(
                    "Precondition failed: UID in precondition: {}, UID in object meta: {}",
                    text(given),
                    text(found)
                );
                let plural = format!("{}/scale", resource.plural);
                return Err(Status::conflict(&resource.group, &plural, &self.path.name, &why));
            }
        }
        let mut object = live.clone();
        if let Some(given) = new["metadata"]["resourceVersion"].as_str().filter(|given| !given.is_empty()) {
            meta::set(&mut object, "resourceVersion", json!(given));
        }
        set(&mut object, &scale.spec_replicas, json!(replicas));
        let owners = apply::scale_to_parent(
            live["metadata"].get("managedFields"),
            new["metadata"].get("managedFields"),
            &resource.api_version,
            &scale.paths,
        );
        apply::set_managed_fields(&mut object, owners);
        Ok(object)
    }
}

/// Whether two scales differ in their owners at most.
fn is_same(old: &Value, new: &Value) -> bool {
    let without = |scale: &Value| {
        let mut scale = scale.clone();
        apply::set_managed_fields(&mut scale, None);
        scale
    };
    without(old) == without(new)
}

/// The scale that a write starts from.
fn before(resource: &Resource, scale: &Scale, live: &Value) -> Value {
    let mut old = view(scale, live);
    if resource.is_custom() && at(live, &scale.spec_replicas).is_null() {
        old["spec"]["replicas"] = json!(UNSET);
    }
    let owners = apply::scale_from_parent(live["metadata"].get("managedFields"), &scale.paths);
    apply::set_managed_fields(&mut old, owners);
    old
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
        labels if value["kind"] == "ReplicationController" => spelled(&json!({ "matchLabels": labels })),
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
