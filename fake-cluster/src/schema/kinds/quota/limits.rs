//! What single objects of a namespace may ask for, and what they get when they ask for nothing. Knows no quotas.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::schema::check::resources::{self, For};
use crate::schema::defaults::pods::round;
use crate::schema::defaults::{Fields, child, each, text};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const LISTS: [&str; 5] = ["default", "defaultRequest", "max", "maxLimitRequestRatio", "min"];

/// What is not said follows from what is: the default from the maximum, the default request from the default or the minimum.
pub(super) fn fill(object: &mut Fields) {
    let Some(spec) = child(object, "spec") else { return };
    each(spec, "limits", |limit| {
        for list in LISTS {
            if let Some(list) = child(limit, list) {
                round(list);
            }
        }
        if text(limit, "type") != "Container" {
            return;
        }
        let list = |limit: &Fields, name: &str| limit.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        let complete = |into: &mut Map<String, Value>, from: Map<String, Value>| {
            for (name, amount) in from {
                into.entry(name).or_insert(amount);
            }
        };
        let (mut default, mut request) = (list(limit, "default"), list(limit, "defaultRequest"));
        complete(&mut default, list(limit, "max"));
        complete(&mut request, default.clone());
        complete(&mut request, list(limit, "min"));
        for (name, amounts) in [("default", default), ("defaultRequest", request)] {
            if !amounts.is_empty() {
                limit.insert(name.to_owned(), amounts.into());
            }
        }
    });
}

pub(super) fn check(object: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let at = Place::new("spec");
    let at = at.child("limits");
    let mut kinds = BTreeSet::new();
    for (index, limit) in object.get_or_null("spec").items("limits").iter().enumerate() {
        let at = at.index(index);
        let kind = limit.text("type");
        kind_of(kind, &at.child("type"), causes);
        if !kinds.insert(kind) {
            causes.duplicate(&at.child("type"), kind);
        }
        one(limit, kind, &at, causes);
    }
}

fn kind_of(kind: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let wrong = names::qualified(kind);
    if !wrong.is_empty() {
        causes.wrong(at, kind, wrong);
    } else if !kind.contains('/') && !matches!(kind, "Pod" | "Container" | "PersistentVolumeClaim") {
        causes.invalid(at, kind, "must be a standard limit type or fully qualified");
    }
}

fn one(limit: &Value, kind: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let whose = if matches!(kind, "Pod" | "Container") { For::Container } else { For::Any };
    let mut known = BTreeSet::new();
    let mut names = |list: &'static str, causes: &mut Vec<Cause>| {
        let at = at.child(list);
        for (name, _) in limit.entries(list) {
            resources::name(name, whose, &at.key(name), causes);
            known.insert(name.to_owned());
        }
    };
    names("max", causes);
    names("min", causes);
    for list in ["default", "defaultRequest"] {
        if kind != "Pod" {
            names(list, causes);
        } else if limit.entries(list).next().is_some() {
            causes.forbidden(&at.child(list), "may not be specified when `type` is 'Pod'");
        }
    }
    let storage = |list: &str| limit.get_or_null(list).has("storage");
    if kind == "PersistentVolumeClaim" && !storage("min") && !storage("max") {
        let why = "either minimum or maximum storage value is required, but neither was provided";
        causes.required(&at.child("limits"), why);
    }
    names("maxLimitRequestRatio", causes);
    for name in &known {
        amounts(limit, kind, name, at, causes);
    }
}

/// The amounts of one resource against each other.
fn amounts(limit: &Value, kind: &str, name: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let of = |list: &str| {
        let of_pods = kind == "Pod" && matches!(list, "default" | "defaultRequest");
        let text = limit.get_or_null(list).string(name).filter(|_| !of_pods)?;
        Some((text, resources::amount(&Value::from(text))?))
    };
    let (min, max, default, request) = (of("min"), of("max"), of("default"), of("defaultRequest"));
    let ratio = of("maxLimitRequestRatio");
    let exceeds = |low: &Option<_>, high: &Option<_>| match (low, high) {
        (Some((_, low)), Some((_, high))) => low > high,
        _ => false,
    };
    let said = |amount: &Option<(&str, _)>| amount.as_ref().map(|(text, _)| (*text).to_owned()).unwrap_or_default();
    let (low, high, usual, asked) = (said(&min), said(&max), said(&default), said(&request));
    let list = |name| at.child(name);
    let mut wrong = |list: &Place<'_>, value: &str, why: String| causes.invalid(&list.key(name), value, &why);
    if exceeds(&min, &max) {
        wrong(&list("min"), &low, format!("min value {low} is greater than max value {high}"));
    }
    if exceeds(&min, &request) {
        let why = format!("min value {low} is greater than default request value {asked}");
        wrong(&list("defaultRequest"), &asked, why);
    }
    if exceeds(&request, &max) {
        let why = format!("default request value {asked} is greater than max value {high}");
        wrong(&list("defaultRequest"), &asked, why);
    }
    if exceeds(&request, &default) {
        let why = format!("default request value {asked} is greater than default limit value {usual}");
        wrong(&list("defaultRequest"), &asked, why);
    }
    if exceeds(&min, &default) {
        wrong(&list("default"), &low, format!("min value {low} is greater than default value {usual}"));
    }
    if exceeds(&default, &max) {
        wrong(&list("default"), &high, format!("default value {usual} is greater than max value {high}"));
    }
    if let Some((text, ratio)) = &ratio {
        const ONE: i128 = 1_000_000_000;
        if ratio.worth() < ONE {
            wrong(&list("maxLimitRequestRatio"), text, format!("ratio {text} is less than 1"));
        }
        if let (Some((_, min)), Some((_, max))) = (&min, &max) {
            let widest = quotient(max.worth(), min.worth());
            if quotient(ratio.worth(), ONE) > widest {
                let why = format!("ratio {text} is greater than max/min = {widest:.6}");
                wrong(&list("maxLimitRequestRatio"), text, why);
            }
        }
    }
    let differ = matches!((&default, &request), (Some((_, default)), Some((_, request))) if default != request);
    if differ && !resources::may_overcommit(name) {
        let why = format!("default value {usual} must equal to defaultRequest value {asked} in {name}");
        wrong(&list("defaultRequest"), &asked, why);
    }
}

#[expect(clippy::cast_precision_loss, reason = "as the real server computes it")]
fn quotient(over: i128, under: i128) -> f64 {
    over as f64 / under as f64
}
