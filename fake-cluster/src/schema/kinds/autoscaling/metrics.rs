//! What autoscalers look at. Knows no replicas.

use serde_json::Value;

use super::{Group, reference};
use crate::schema::check::resources::{self, For};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const TYPES: &[&str] = &["ContainerResource", "External", "Object", "Pods", "Resource"];
/// Sources in the order in which they are looked at, and the types that they belong to.
const SOURCES: [(&str, &str); 5] = [
    ("object", "Object"),
    ("external", "External"),
    ("pods", "Pods"),
    ("resource", "Resource"),
    ("containerResource", "ContainerResource"),
];

/// The only metric that the older version has a field for.
pub(super) fn utilization(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if let Some(percent) = spec.number("targetCPUUtilizationPercentage").filter(|percent| *percent < 1) {
        let at = at.index(0);
        let at = at.child("resource");
        let at = at.child("target");
        causes.invalid(&at.child("averageUtilization"), percent, "must be greater than 0");
    }
}

/// Whether there are metrics that say something when nothing runs.
pub(super) fn reach_zero(spec: &Value) -> bool {
    spec.items("metrics").iter().any(|metric| matches!(metric.text("type"), "Object" | "External"))
}

pub(super) fn check(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for (index, metric) in spec.items("metrics").iter().enumerate() {
        one(metric, &at.index(index), causes);
    }
}

fn one(metric: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let kind = metric.text("type");
    if kind.is_empty() {
        causes.required(&at.child("type"), "must specify a metric source type");
    }
    causes.any_of(&at.child("type"), kind, TYPES);
    let mut given: Vec<&str> = Vec::new();
    for (field, of) in SOURCES {
        if let Some(found) = metric.sub(field) {
            given.push(field);
            if given.len() == 1 {
                source(of, found, &at.child(field), causes);
            }
        }
    }
    let expected = SOURCES.iter().find(|(_, of)| *of == kind).map(|(field, _)| *field);
    match expected {
        Some(field) if !given.contains(&field) => {
            causes.required(&at.child(field), "must populate information for the given metric source");
        }
        Some(_) => {}
        None => causes.any_of(&at.child("type"), kind, TYPES),
    }
    if given.len() != 1 {
        for field in given.into_iter().filter(|field| Some(*field) != expected) {
            causes.forbidden(&at.child(field), "must populate the given metric source only");
        }
    }
}

fn source(kind: &str, source: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (goal, goal_at) = (source.get_or_null("target"), at.child("target"));
    let has = |field: &str| goal.has(field);
    match kind {
        "Object" => {
            reference(source.get_or_null("describedObject"), Group::MayBeEmpty, &at.child("describedObject"), causes);
            identifier(source.get_or_null("metric"), &at.child("metric"), causes);
        }
        "External" | "Pods" => identifier(source.get_or_null("metric"), &at.child("metric"), causes),
        _ => {
            let (name, name_at) = (source.text("name"), at.child("name"));
            if name.is_empty() {
                causes.required(&name_at, "must specify a resource name");
            } else if kind == "ContainerResource" {
                resources::name(name, For::Container, &name_at, causes);
            }
            if kind == "ContainerResource" {
                let (container, at) = (source.text("container"), at.child("container"));
                if container.is_empty() {
                    causes.required(&at, "must specify a container");
                } else {
                    causes.wrong(&at, container, names::label(container));
                }
            }
        }
    }
    target(goal, &goal_at, causes);
    match kind {
        "Object" | "External" if !has("value") && !has("averageValue") => {
            let why = match kind {
                "Object" => "must set either a target value or averageValue",
                _ => "must set either a target value for metric or a per-pod target",
            };
            causes.required(&goal_at.child("averageValue"), why);
        }
        "External" if has("value") && has("averageValue") => {
            let why = "may not set both a target value for metric and a per-pod target";
            causes.forbidden(&goal_at.child("value"), why);
        }
        "Pods" if !has("averageValue") => {
            causes.required(&goal_at.child("averageValue"), "must specify a positive target averageValue");
        }
        "Resource" | "ContainerResource" => match (has("averageUtilization"), has("averageValue")) {
            (false, false) => {
                let why = "must set either a target raw value or a target utilization";
                causes.required(&goal_at.child("averageUtilization"), why);
            }
            (true, true) => {
                let why = "may not set both a target raw value and a target utilization";
                causes.forbidden(&goal_at.child("averageValue"), why);
            }
            _ => {}
        },
        _ => {}
    }
}

fn identifier(metric: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (name, at) = (metric.text("name"), at.child("name"));
    if name.is_empty() {
        causes.required(&at, "must specify a metric name");
    } else {
        causes.wrong(&at, name, names::path_segment(name, false));
    }
}

fn target(target: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let kind = target.text("type");
    if kind.is_empty() {
        causes.required(&at.child("type"), "must specify a metric target type");
    }
    if !matches!(kind, "Utilization" | "Value" | "AverageValue") {
        causes.invalid(&at.child("type"), kind, "must be either Utilization, Value, or AverageValue");
    }
    for field in ["value", "averageValue"] {
        let Some(value) = target.sub(field) else { continue };
        if resources::amount(value).is_some_and(|amount| amount.is_negative() || amount.is_zero()) {
            causes.invalid(&at.child(field), value.clone(), "must be positive");
        }
    }
    if let Some(percent) = target.number("averageUtilization").filter(|percent| *percent < 1) {
        causes.invalid(&at.child("averageUtilization"), percent, "must be greater than 0");
    }
}
