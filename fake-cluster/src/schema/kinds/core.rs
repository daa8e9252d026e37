//! Core kinds that few clients write: volumes of the cluster, templates of pods, and the controller before replica sets.
//! Knows no other kinds.

mod volume;

use serde_json::Value;

use crate::schema::check::{META, pod, warn, workloads};
use crate::schema::defaults::pods::template_spec;
use crate::schema::defaults::{Fields, child, ensure, missing};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::{Step, Strategy};

pub(crate) static PERSISTENT_VOLUME: Strategy = Strategy {
    cluster: true,
    status: true,
    shows_deleted: true,
    fill: volume::fill,
    prepare: volume::prepare,
    prepare_status: volume::prepare_status,
    on_update: &[Step::Metadata, Step::Rules, Step::Metadata, Step::Rules],
    rules: volume::check,
    warnings: volume::warnings,
    ..Strategy::of("", "PersistentVolume")
};

pub(crate) static POD_TEMPLATE: Strategy = Strategy {
    generation: Some(&["template"]),
    shows_deleted: true,
    fill: |object| {
        if let Some(template) = ensure(object, "template") {
            ensure(template, "spec");
            template_spec(template);
        }
    },
    rules: |object, _, causes| pod::template(object.get_or_null("template"), &Place::new("template"), causes),
    warnings: |object, old| {
        if moved(object, old) {
            return warn::pod(object.get_or_null("template"), &Place::new("template"), true);
        }
        Vec::new()
    },
    ..Strategy::of("", "PodTemplate")
};

pub(crate) static REPLICATION_CONTROLLER: Strategy = Strategy {
    status: true,
    generation: Some(&["spec"]),
    selectable: Some(&["metadata.name", "metadata.namespace", "status.replicas"]),
    fill: controller,
    rules: check_controller,
    status_rules: |new, old, causes| {
        workloads::status("ReplicationController", new, old.unwrap_or(&Value::Null), causes);
    },
    warnings: controller_warnings,
    ..Strategy::of("", "ReplicationController")
};

/// Whether an object is new, or of another generation.
fn moved(new: &Value, old: Option<&Value>) -> bool {
    old.is_none_or(|old| new.pointer("/metadata/generation") != old.pointer("/metadata/generation"))
}

fn controller(object: &mut Fields) {
    let Some(spec) = child(object, "spec") else { return };
    let template = child(spec, "template");
    let labels = template.and_then(|template| {
        template_spec(template);
        template.get("metadata")?.get("labels").cloned()
    });
    missing(spec, "replicas", 1);
    let Some(labels) = labels.filter(|labels| !labels.is_null()) else { return };
    let is_empty = |of: &Fields, key: &str| of.get(key).and_then(Value::as_object).is_none_or(|map| map.is_empty());
    if is_empty(spec, "selector") {
        spec.insert("selector".to_owned(), labels.clone());
    }
    if let Some(metadata) = ensure(object, "metadata")
        && is_empty(metadata, "labels")
    {
        metadata.insert("labels".to_owned(), labels);
    }
}

fn check_controller(object: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    causes.nonnegative(&at.child("minReadySeconds"), spec.number("minReadySeconds"));
    if spec.entries("selector").next().is_none() {
        causes.required(&at.child("selector"), "");
    }
    causes.nonnegative(&at.child("replicas"), spec.number("replicas"));
    let at = at.child("template");
    let Some(template) = spec.sub("template") else { return causes.required(&at, "") };
    let labels = template.get_or_null("metadata").get_or_null("labels");
    if spec.entries("selector").any(|(key, value)| labels.get(key) != Some(value)) {
        let at = at.child("metadata");
        causes.invalid(&at.child("labels"), labels.clone(), "`selector` does not match template `labels`");
    }
    pod::template(template, &at, causes);
    workloads::runs_forever(spec, "ReplicationController", &at, causes);
}

fn controller_warnings(object: &Value, old: Option<&Value>) -> Vec<String> {
    let mut warnings = Vec::new();
    if old.is_none() {
        let wrong = names::label(object.get_or_null("metadata").text("name"));
        if !wrong.is_empty() {
            warnings.push(format!(
                "{}: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [{}]",
                META.child("name"),
                wrong.join(" ")
            ));
        }
    }
    if moved(object, old) {
        let at = Place::new("spec");
        warnings.extend(warn::pod(object.get_or_null("spec").get_or_null("template"), &at.child("template"), true));
    }
    warnings
}
