//! `apiregistration.k8s.io`: which server answers for a group. Requests are never passed on. Knows no other kinds.

use serde_json::{Value, json};

use crate::schema::check::META;
use crate::schema::defaults::{child, missing};
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::{Step, Strategy};
use crate::schema::text::quote;
use crate::schema::{meta, names};

pub(crate) static API_SERVICE: Strategy = Strategy {
    cluster: true,
    status: true,
    unconditional: false,
    kube_finalizers: false,
    status_keeps: &[&["spec"], &["metadata"]],
    on_create: &[Step::Rules],
    fill: |object| {
        if let Some(service) = child(object, "spec").and_then(|spec| child(spec, "service")) {
            missing(service, "port", 443);
        }
    },
    prepare: |object, old| {
        if old.is_none() && object.get_or_null("spec").sub("service").is_none() {
            let born = object.pointer("/metadata/creationTimestamp").cloned();
            object["status"] = json!({"conditions": [{
                "type": "Available", "status": "True", "lastTransitionTime": born, "reason": "Local",
                "message": "Local APIServices are always available",
            }]});
        }
    },
    rules: service,
    status_rules: |object, _, causes| {
        let at = Place::new("status");
        let at = at.child("conditions");
        for (index, condition) in object.get_or_null("status").items("conditions").iter().enumerate() {
            causes.any_of(&at.index(index).child("status"), condition.text("status"), &["True", "False", "Unknown"]);
        }
    },
    ..Strategy::of("apiregistration.k8s.io", "APIService")
};

fn service(object: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let (group, version) = (spec.text("group"), spec.text("version"));
    let wanted = format!("{version}.{group}");
    let rule = |name: &str, _: bool| match names::path_segment(name, false) {
        wrong if !wrong.is_empty() => wrong,
        _ if name != wanted => vec![format!("must be `spec.version+\".\"+spec.group`: {}", quote(&wanted))],
        _ => Vec::new(),
    };
    meta::check_with(object.get_or_null("metadata"), false, rule, &META, causes);
    if group.is_empty() && version != "v1" {
        causes.required(&at.child("group"), "only v1 may have an empty group and it better be legacy kube");
    }
    if !group.is_empty() {
        causes.wrong(&at.child("group"), group, names::subdomain(group));
    }
    causes.wrong(&at.child("version"), version, names::label_1035(version));
    for (field, limit) in [("groupPriorityMinimum", 20_000), ("versionPriority", 1000)] {
        let number = spec.int(field);
        if !(1..=limit).contains(&number) {
            causes.invalid(&at.child(field), number, &format!("must be positive and less than {limit}"));
        }
    }
    let bundle = spec.text("caBundle");
    let unverified = spec.flag("insecureSkipTLSVerify");
    let Some(service) = spec.sub("service") else {
        if !bundle.is_empty() {
            let padding = bundle.bytes().rev().take_while(|byte| *byte == b'=').count();
            let size = format!("{} bytes", bundle.len() / 4 * 3 - padding);
            causes.invalid(&at.child("caBundle"), size, "local APIServices may not have a caBundle");
        }
        if unverified {
            let why = "local APIServices may not have insecureSkipTLSVerify";
            causes.invalid(&at.child("insecureSkipTLSVerify"), true, why);
        }
        return;
    };
    let service_at = at.child("service");
    for field in ["namespace", "name"] {
        if service.text(field).is_empty() {
            causes.required(&service_at.child(field), "");
        }
    }
    let port = service.int("port");
    if let Some(why) = names::port_number(port) {
        causes.invalid(&service_at.child("port"), port, &format!("port is not valid: {why}"));
    }
    if unverified && !bundle.is_empty() {
        causes.invalid(&at.child("insecureSkipTLSVerify"), true, "may not be true if caBundle is present");
    }
}
