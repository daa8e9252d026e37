//! What a namespace may hold: quotas, and the limits of single objects. Knows no other kinds.

mod limits;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::schema::check::resources::{self, For};
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::{Step, Strategy};

pub(crate) static LIMIT_RANGE: Strategy = Strategy {
    creates_on_update: true,
    on_update: &[Step::Metadata, Step::Rules],
    fill: limits::fill,
    rules: limits::check,
    ..Strategy::of("", "LimitRange")
};

pub(crate) static RESOURCE_QUOTA: Strategy = Strategy {
    status: true,
    shows_deleted: true,
    fill: |object| {
        for (outer, lists) in [("spec", &["hard"][..]), ("status", &["hard", "used"])] {
            for list in lists {
                if let Some(list) = child(object, outer).and_then(|outer| child(outer, list)) {
                    round(list);
                }
            }
        }
    },
    rules: quota,
    status_rules: quota_status,
    warnings: quota_warnings,
    ..Strategy::of("", "ResourceQuota")
};

use crate::schema::defaults::child;
use crate::schema::defaults::pods::round;

const CONFLICTING: [[&str; 2]; 2] = [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];
const SCOPES: &[&str] = &[
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "VolumeAttributesClass",
    "CrossNamespacePodAffinity",
];

fn quota(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    amounts(spec, "hard", &at, causes);
    scopes(spec, &at.child("scopes"), causes);
    if let Some(selector) = spec.sub("scopeSelector") {
        scope_selector(spec, selector, &at.child("scopeSelector"), causes);
    }
    if let Some(old) = old {
        let set = |object: &Value| -> BTreeSet<String> {
            object.get_or_null("spec").strings("scopes").map(str::to_owned).collect()
        };
        if set(object) != set(old) {
            causes.invalid(&at.child("scopes"), list(spec), "field is immutable");
        }
    }
}

fn amounts(holder: &Value, field: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child(field);
    for (name, value) in holder.entries(field) {
        resources::name(name, For::Quota, &at.key(name), causes);
        resources::value(name, value, &at.key(name), causes);
    }
}

fn list(spec: &Value) -> Value {
    spec.get_or_null("scopes").clone()
}

/// Whether a scope says something of a resource.
fn applies(scope: &str, resource: &str) -> bool {
    let of_pods = |name: &str| {
        matches!(name, "pods" | "cpu" | "memory" | "limits.cpu" | "limits.memory" | "requests.cpu" | "requests.memory")
    };
    match scope {
        "BestEffort" => resource == "pods",
        "VolumeAttributesClass" => matches!(resource, "persistentvolumeclaims" | "requests.storage"),
        other if SCOPES.contains(&other) => of_pods(resource),
        _ => true,
    }
}

fn misapplied<'a>(spec: &'a Value, scope: &'a str) -> impl Iterator<Item = &'a str> {
    let names = spec.entries("hard").map(|(name, _)| name);
    names.filter(move |name| resources::counts_in_quotas(name) && !applies(scope, name))
}

fn conflicting(seen: &BTreeSet<&str>) -> usize {
    CONFLICTING.iter().filter(|pair| pair.iter().all(|scope| seen.contains(scope))).count()
}

fn scopes(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut seen = BTreeSet::new();
    for scope in spec.strings("scopes") {
        if !SCOPES.contains(&scope) {
            causes.invalid(at, list(spec), "unsupported scope");
        }
        for _ in misapplied(spec, scope) {
            causes.invalid(at, list(spec), "unsupported scope applied to resource");
        }
        seen.insert(scope);
    }
    for _ in 0..conflicting(&seen) {
        causes.invalid(at, list(spec), "conflicting scopes");
    }
}

fn scope_selector(spec: &Value, selector: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child("matchExpressions");
    let mut seen = BTreeSet::new();
    for expression in selector.items("matchExpressions") {
        let (scope, operator) = (expression.text("scopeName"), expression.text("operator"));
        if !SCOPES.contains(&scope) {
            causes.invalid(&at.child("scopeName"), scope, "unsupported scope");
        }
        for _ in misapplied(spec, scope) {
            causes.invalid_as(&at, &shown(selector), "unsupported scope applied to resource");
        }
        let is_plain = SCOPES.contains(&scope) && !matches!(scope, "PriorityClass" | "VolumeAttributesClass");
        if is_plain && operator != "Exists" {
            causes.invalid(&at.child("operator"), operator, "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
        }
        let values = expression.items("values");
        match operator {
            "In" | "NotIn" if values.is_empty() => {
                let why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
                causes.required(&at.child("values"), why);
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                let why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
                causes.invalid(&at.child("values"), expression.get_or_null("values").clone(), why);
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            _ => causes.invalid(&at.child("operator"), operator, "not a valid selector operator"),
        }
        seen.insert(scope);
    }
    for _ in 0..conflicting(&seen) {
        causes.invalid(&at, list(spec), "conflicting scopes");
    }
}

/// A selector of scopes with Go's names.
fn shown(selector: &Value) -> String {
    let expressions: Vec<String> = selector
        .items("matchExpressions")
        .iter()
        .map(|expression| {
            let field = |name: &str| expression.get_or_null(name);
            let (scope, operator, values) = (field("scopeName"), field("operator"), field("values"));
            format!("{{\"ScopeName\":{scope},\"Operator\":{operator},\"Values\":{values}}}")
        })
        .collect();
    format!("{{\"MatchExpressions\":[{}]}}", expressions.join(","))
}

fn quota_status(object: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let (status, at) = (object.get_or_null("status"), Place::new("status"));
    amounts(status, "hard", &at, causes);
    amounts(status, "used", &at, causes);
}

/// Requests that may be more than limits.
fn quota_warnings(object: &Value, old: Option<&Value>) -> Vec<String> {
    if old.is_some() {
        return Vec::new();
    }
    let hard = object.get_or_null("spec").get_or_null("hard");
    let mut warnings = Vec::new();
    for name in ["cpu", "memory", "storage", "ephemeral-storage"] {
        let mut request = format!("requests.{name}");
        if hard.sub(&request).is_none() && matches!(name, "cpu" | "memory") {
            name.clone_into(&mut request);
        }
        let limit = format!("limits.{name}");
        let (Some(asked), Some(allowed)) = (hard.sub(&request), hard.sub(&limit)) else { continue };
        if resources::amount(asked) > resources::amount(allowed) {
            let (asked, allowed) = (hard.text(&request), hard.text(&limit));
            warnings.push(format!("ResourceQuota {request} ({asked}) should be less than {limit} ({allowed})"));
        }
    }
    warnings
}
