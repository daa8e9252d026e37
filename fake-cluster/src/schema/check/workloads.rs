//! Deployments, replica sets, stateful sets and daemon sets. Knows no pods but their templates.

mod stateful_set;

use serde_json::{Value, json};

use crate::schema::check::pod;
use crate::schema::check::selector::{self, Selector};
use crate::schema::defaults;
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
pub(crate) use stateful_set::stateful_set;

const MISMATCH: &str = "`selector` does not match template `labels`";
const IMMUTABLE: &str = "field is immutable";
fn number(spec: &Value, field: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    causes.nonnegative(&at.child(field), spec.number(field));
}

fn labels_of(spec: &Value) -> &Value {
    spec.get_or_null("template").get_or_null("metadata").get_or_null("labels")
}

/// A selector that must be there and select something.
fn strict_selector(spec: &Value, kind: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child("selector");
    match spec.sub("selector") {
        None => causes.required(&at, ""),
        Some(wanted) => {
            selector::check(Some(wanted), &at, causes);
            if selector::is_empty(wanted) {
                let why = format!("empty selector is invalid for {kind}");
                causes.invalid_as(&at, &selector::shown(Some(wanted)), &why);
            }
        }
    }
}

/// The template must be valid and selected.
fn selected_template(spec: &Value, malformed: &str, kind: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let wanted = spec.sub("selector");
    let Some(parsed) = Selector::of(wanted) else {
        return causes.invalid_as(&at.child("selector"), &selector::shown(wanted), malformed);
    };
    let at = at.child("template");
    if !parsed.is_everything() && !parsed.matches(labels_of(spec)) {
        causes.invalid(&at.child("metadata").child("labels"), labels_of(spec).clone(), MISMATCH);
    }
    pod::template(spec.get_or_null("template"), &at, causes);
    runs_forever(spec, kind, &at, causes);
}

/// Pods of most workloads are restarted, and never end by themselves.
pub(crate) fn runs_forever(spec: &Value, kind: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child("spec");
    let pods = spec.get_or_null("template").get_or_null("spec");
    let restart = pods.text("restartPolicy");
    if restart != "Always" {
        causes.not_supported(&at.child("restartPolicy"), restart, &["Always"]);
    }
    if pods.has("activeDeadlineSeconds") {
        let why = format!("activeDeadlineSeconds in {kind} is not Supported");
        causes.forbidden(&at.child("activeDeadlineSeconds"), &why);
    }
}

fn immutable_selector(new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    let of = |object: &'_ Value| object.get_or_null("spec").sub("selector").cloned();
    let (after, before) = (of(new), of(old));
    if !same(after.as_ref(), before.as_ref()) {
        causes.invalid_as(&Place::new("spec").child("selector"), &selector::shown(after.as_ref()), IMMUTABLE);
    }
}

/// Checks a deployment.
pub(crate) fn deployment(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    number(spec, "replicas", &at, causes);
    strict_selector(spec, "deployment", &at, causes);
    selected_template(spec, "invalid label selector", "ReplicaSet", &at, causes);
    strategy(spec.get_or_null("strategy"), &at.child("strategy"), causes);
    number(spec, "minReadySeconds", &at, causes);
    number(spec, "revisionHistoryLimit", &at, causes);
    if let Some(deadline) = spec.number("progressDeadlineSeconds") {
        number(spec, "progressDeadlineSeconds", &at, causes);
        if deadline <= spec.int("minReadySeconds") {
            causes.invalid(&at.child("progressDeadlineSeconds"), deadline, "must be greater than minReadySeconds");
        }
    }
    if let Some(old) = old {
        immutable_selector(object, old, causes);
    }
}

/// A strategy as Go prints the type that it has inside the server.
fn shown_strategy(strategy: &Value) -> String {
    let rolling = strategy.sub("rollingUpdate").map_or_else(
        || "null".to_owned(),
        |of| format!("{{\"MaxUnavailable\":{},\"MaxSurge\":{}}}", amount(of, "maxUnavailable"), amount(of, "maxSurge")),
    );
    format!("{{\"Type\":{},\"RollingUpdate\":{rolling}}}", Value::from(strategy.text("type")))
}

fn amount(holder: &Value, field: &str) -> Value {
    holder.sub(field).cloned().unwrap_or_else(|| json!(0))
}

fn strategy(strategy: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let rolling = strategy.sub("rollingUpdate");
    let place = at.child("rollingUpdate");
    match (strategy.text("type"), rolling) {
        ("Recreate", Some(_)) => {
            causes.forbidden(&place, "may not be specified when strategy `type` is 'Recreate'");
        }
        ("RollingUpdate", None) => causes.required(&place, "this should be defaulted and never be nil"),
        ("RollingUpdate", Some(rolling)) => {
            for field in ["maxUnavailable", "maxSurge"] {
                int_or_percent(&amount(rolling, field), &place.child(field), causes);
            }
            let unavailable = amount(rolling, "maxUnavailable");
            if is_zero(&unavailable) && is_zero(&amount(rolling, "maxSurge")) {
                let why = "may not be 0 when `maxSurge` is 0";
                causes.invalid(&place.child("maxUnavailable"), unavailable.clone(), why);
            }
            at_most_all(&unavailable, &place.child("maxUnavailable"), causes);
        }
        ("Recreate", None) => {}
        _ => causes.push(Cause::not_supported_as(at, &shown_strategy(strategy), &["Recreate", "RollingUpdate"])),
    }
}

fn percent(value: &Value) -> Option<i64> {
    let text = value.as_str()?;
    names::percent(text).is_none().then(|| text.trim_end_matches('%').parse().unwrap_or(i64::MAX))
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::String(text) => percent(value).or_else(|| text.parse().ok()).unwrap_or(0) == 0,
        other => other.as_i64().unwrap_or_default() == 0,
    }
}

/// A number or a percentage.
pub(crate) fn int_or_percent(value: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    match value.as_str() {
        Some(text) => causes.wrong(at, text, names::percent(text)),
        None => causes.nonnegative(at, value.as_i64()),
    }
}

/// A percentage may not be more than everything.
pub(crate) fn at_most_all(value: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if percent(value).is_some_and(|percent| percent > 100) {
        causes.invalid(at, value.clone(), "must not be greater than 100%");
    }
}

/// Checks a replica set.
pub(crate) fn replica_set(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    number(spec, "replicas", &at, causes);
    number(spec, "minReadySeconds", &at, causes);
    // The message is that of deployments, as in the real server.
    strict_selector(spec, "deployment", &at, causes);
    selected_template(spec, "invalid label selector", "ReplicaSet", &at, causes);
    if let Some(old) = old {
        immutable_selector(object, old, causes);
    }
}

/// Checks a daemon set.
pub(crate) fn daemon_set(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    if let Some(old) = old {
        template_generation(object, old, &at, causes);
        immutable_selector(object, old, causes);
    }
    let wanted = spec.sub("selector");
    selector::check(wanted, &at.child("selector"), causes);
    let template_at = at.child("template");
    if Selector::of(wanted).is_some_and(|parsed| !parsed.matches(labels_of(spec))) {
        causes.invalid(&template_at.child("metadata").child("labels"), labels_of(spec).clone(), MISMATCH);
    }
    if wanted.is_some_and(selector::is_empty) {
        let why = "empty selector is invalid for daemonset";
        causes.invalid_as(&at.child("selector"), &selector::shown(wanted), why);
    }
    pod::template(spec.get_or_null("template"), &template_at, causes);
    runs_forever(spec, "DaemonSet", &template_at, causes);
    number(spec, "minReadySeconds", &at, causes);
    causes.nonnegative(&at.child("templateGeneration"), Some(defaults::template_generation(object)));
    daemon_strategy(spec.get_or_null("updateStrategy"), &at.child("updateStrategy"), causes);
    number(spec, "revisionHistoryLimit", &at, causes);
}

fn template_generation(new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child("templateGeneration");
    let (after, before) = (defaults::template_generation(new), defaults::template_generation(old));
    let is_changed = new.pointer("/spec/template") != old.pointer("/spec/template");
    if after < before {
        causes.invalid(&at, after, "must not be decremented");
    }
    if after == before && is_changed {
        causes.invalid(&at, after, "must be incremented upon template update");
    } else if after > before && !is_changed {
        causes.invalid(&at, after, "must not be incremented without template update");
    }
}

fn daemon_strategy(strategy: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let place = at.child("rollingUpdate");
    match (strategy.text("type"), strategy.sub("rollingUpdate")) {
        ("OnDelete", _) => {}
        ("RollingUpdate", None) => causes.required(&place, ""),
        ("RollingUpdate", Some(rolling)) => {
            let fields = ["maxUnavailable", "maxSurge"];
            for field in fields {
                int_or_percent(&amount(rolling, field), &place.child(field), causes);
            }
            for field in fields {
                at_most_all(&amount(rolling, field), &place.child(field), causes);
            }
            let surge = amount(rolling, "maxSurge");
            match (is_zero(&amount(rolling, "maxUnavailable")), is_zero(&surge)) {
                (false, false) => {
                    let why = "may not be set when maxUnavailable is non-zero";
                    causes.invalid(&place.child("maxSurge"), surge, why);
                }
                (true, true) => causes.required(&place.child("maxUnavailable"), "cannot be 0 when maxSurge is 0"),
                _ => {}
            }
        }
        _ => causes.push(Cause::not_supported_as(at, &shown_strategy(strategy), &["RollingUpdate", "OnDelete"])),
    }
}

/// Checks the status of a workload. `counts` may not exceed `replicas`.
pub(crate) fn status(kind: &str, new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    let (status, before, at) = (new.get_or_null("status"), old.get_or_null("status"), Place::new("status"));
    let (numbers, bounded, available): (&[&str], &[&str], &str) = match kind {
        "Deployment" => (
            &[
                "observedGeneration",
                "replicas",
                "updatedReplicas",
                "readyReplicas",
                "availableReplicas",
                "unavailableReplicas",
                "terminatingReplicas",
                "collisionCount",
            ],
            &["updatedReplicas", "readyReplicas", "availableReplicas"],
            "cannot be greater than readyReplicas",
        ),
        "ReplicaSet" => (
            &[
                "replicas",
                "fullyLabeledReplicas",
                "readyReplicas",
                "availableReplicas",
                "observedGeneration",
                "terminatingReplicas",
            ],
            &["fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
            "cannot be greater than readyReplicas",
        ),
        "ReplicationController" => (
            &["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"],
            &["fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
            "cannot be greater than readyReplicas",
        ),
        "StatefulSet" => (
            &[
                "replicas",
                "readyReplicas",
                "currentReplicas",
                "updatedReplicas",
                "availableReplicas",
                "observedGeneration",
                "collisionCount",
            ],
            &["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"],
            "cannot be greater than status.readyReplicas",
        ),
        _ => (
            &[
                "currentNumberScheduled",
                "numberMisscheduled",
                "desiredNumberScheduled",
                "numberReady",
                "observedGeneration",
                "updatedNumberScheduled",
                "numberAvailable",
                "numberUnavailable",
                "collisionCount",
            ],
            &[],
            "",
        ),
    };
    for field in numbers {
        number(status, field, &at, causes);
    }
    for field in bounded {
        if status.int(field) > status.int("replicas") {
            causes.invalid(&at.child(field), status.int(field), "cannot be greater than status.replicas");
        }
    }
    if !available.is_empty() && status.int("availableReplicas") > status.int("readyReplicas") {
        causes.invalid(&at.child("availableReplicas"), status.int("availableReplicas"), available);
    }
    let (after, before) = (status.number("collisionCount"), before.number("collisionCount"));
    if kind != "ReplicaSet" && before.is_some() && after < before {
        causes.invalid(&at.child("collisionCount"), after.unwrap_or(0), "cannot be decremented");
    }
}
