//! `autoscaling`: how many replicas a workload should have, in two versions. Knows no other kinds.

mod convert;
mod metrics;

use serde_json::{Value, json};

use crate::schema::defaults::{Fields, child, ensure, missing, text};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::Strategy;

pub(crate) static AUTOSCALER: Strategy = Strategy {
    status: true,
    fill,
    convert: Some(convert::convert),
    prepare: |new, old| {
        if let Some(old) = old.filter(|_| new.text("apiVersion") == convert::OLD) {
            convert::keep_status(new, old);
        }
    },
    rules: check,
    status_rules: |object, _, causes| {
        let (status, at) = (object.get_or_null("status"), Place::new("status"));
        for field in ["currentReplicas", "desiredReplicas"] {
            causes.nonnegative(&at.child(field), status.number(field));
        }
    },
    ..Strategy::of("autoscaling", "HorizontalPodAutoscaler")
};

const NEW: &str = "autoscaling/v2";

fn fill(object: &mut Fields) {
    let is_old = text(object, "apiVersion") == convert::OLD;
    let Some(spec) = child(object, "spec") else { return };
    missing(spec, "minReplicas", 1);
    if is_old {
        // The real server keeps the newer form in mind: what it would say of this one counts as said by the client.
        let mut whole = Value::Object(std::mem::take(object));
        convert::convert(&mut whole, NEW);
        convert::convert(&mut whole, convert::OLD);
        if let Value::Object(whole) = whole {
            *object = whole;
        }
        return;
    }
    if spec.get("metrics").and_then(Value::as_array).is_none_or(Vec::is_empty) {
        spec.insert(
            "metrics".to_owned(),
            json!([{"type": "Resource", "resource": {
                "name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80},
            }}]),
        );
    }
    let Some(behavior) = child(spec, "behavior") else { return };
    let period = |kind: &str, value: i64| json!({"type": kind, "value": value, "periodSeconds": 15});
    for (direction, policies, window) in [
        ("scaleUp", json!([period("Pods", 4), period("Percent", 100)]), Some(0)),
        ("scaleDown", json!([period("Percent", 100)]), None),
    ] {
        let Some(rules) = ensure(behavior, direction) else { continue };
        missing(rules, "selectPolicy", "Max");
        if let Some(window) = window {
            missing(rules, "stabilizationWindowSeconds", window);
        }
        missing(rules, "policies", policies);
    }
}

fn check(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let (least, most) = (spec.number("minReplicas"), spec.int("maxReplicas"));
    let most_at = at.child("maxReplicas");
    if let Some(least) = least.filter(|least| *least < 1) {
        causes.invalid(&at.child("minReplicas"), least, "must be greater than or equal to 1");
    }
    if most == 0 {
        causes.required(&most_at, "must be set and greater than 0");
    } else if most < 0 {
        causes.invalid(&most_at, most, "must be greater than or equal to 1");
    }
    if least.is_some_and(|least| most < least) {
        causes.invalid(&most_at, most, "must be greater than or equal to `minReplicas`");
    }
    let target = spec.get_or_null("scaleTargetRef");
    let before = old.map(|old| old.get_or_null("spec").get_or_null("scaleTargetRef"));
    let unchanged =
        before.is_some_and(|old| ["apiVersion", "kind"].iter().all(|field| old.text(field) == target.text(field)));
    let version = match unchanged {
        true => Group::Any,
        false if target.text("kind") == "ReplicationController" => Group::MayBeEmpty,
        false => Group::Needed,
    };
    reference(target, version, &at.child("scaleTargetRef"), causes);
    if object.text("apiVersion") == convert::OLD {
        metrics::utilization(spec, &at.child("metrics"), causes);
    } else {
        metrics::check(spec, &at.child("metrics"), causes);
    }
    if least == Some(0) && !metrics::reach_zero(spec) {
        let why = "must specify at least one Object or External metric to support scaling to zero replicas";
        causes.forbidden(&at.child("metrics"), why);
    }
    if let Some(behavior) = spec.sub("behavior") {
        let at = at.child("behavior");
        for direction in ["scaleUp", "scaleDown"] {
            if let Some(rules) = behavior.sub(direction) {
                scaling(rules, &at.child(direction), causes);
            }
        }
    }
}

/// What is asked of the version in a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Any,
    MayBeEmpty,
    Needed,
}

fn reference(reference: &Value, group: Group, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for field in ["kind", "name"] {
        let text = reference.text(field);
        if text.is_empty() {
            causes.required(&at.child(field), "");
        } else {
            causes.wrong(&at.child(field), text, names::path_segment(text, false));
        }
    }
    let version = reference.text("apiVersion");
    let why = match version.matches('/').count() {
        _ if group == Group::Any => return,
        0 if group == Group::Needed => "apiVersion must specify API group".to_owned(),
        0 | 1 => return,
        _ => format!("unexpected GroupVersion string: {version}"),
    };
    causes.invalid(&at.child("apiVersion"), version, &why);
}

fn scaling(rules: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    const LONGEST_WINDOW: i64 = 3600;
    const LONGEST_PERIOD: i64 = 1800;
    let window_at = at.child("stabilizationWindowSeconds");
    match rules.number("stabilizationWindowSeconds") {
        Some(window) if window < 0 => causes.invalid(&window_at, window, "must be greater than or equal to zero"),
        Some(window) if window > LONGEST_WINDOW => {
            causes.invalid(&window_at, window, &format!("must be less than or equal to {LONGEST_WINDOW}"));
        }
        _ => {}
    }
    if let Some(policy) = rules.string("selectPolicy") {
        causes.any_of(&at.child("selectPolicy"), policy, &["Disabled", "Max", "Min"]);
    }
    let policies_at = at.child("policies");
    if rules.items("policies").is_empty() {
        causes.required(&policies_at, "must specify at least one Policy");
    }
    for (index, policy) in rules.items("policies").iter().enumerate() {
        let at = policies_at.index(index);
        causes.any_of(&at.child("type"), policy.text("type"), &["Percent", "Pods"]);
        for field in ["value", "periodSeconds"] {
            let number = policy.int(field);
            if number <= 0 {
                causes.invalid(&at.child(field), number, "must be greater than zero");
            }
        }
        let period = policy.int("periodSeconds");
        if period > LONGEST_PERIOD {
            let why = format!("must be less than or equal to {LONGEST_PERIOD}");
            causes.invalid(&at.child("periodSeconds"), period, &why);
        }
    }
    if let Some(tolerance) = rules.sub("tolerance") {
        crate::schema::check::resources::value("", tolerance, &at.child("tolerance"), causes);
    }
}
