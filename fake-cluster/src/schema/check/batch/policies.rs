//! When a job has failed or succeeded: its policies and its indexes. Knows no pods.
use std::collections::BTreeSet;

use serde_json::Value;

use super::{EXIT_CODES, RULES};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

pub(super) fn one_of_listed(at: &Place<'_>, value: &str, allowed: &[&str], causes: &mut Vec<Cause>) {
    if value.is_empty() {
        let quoted: Vec<String> = allowed.iter().map(|value| format!("\"{value}\"")).collect();
        causes.required(at, &format!("valid values: [{}]", quoted.join(" ")));
    } else {
        causes.any_of(at, value, allowed);
    }
}

pub(super) fn failure_policy(spec: &Value, policy: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child("rules");
    let rules = policy.items("rules");
    if rules.len() > RULES {
        causes.too_many(&at, rules.len(), RULES);
    }
    let pods = spec.get_or_null("template").get_or_null("spec");
    let names: BTreeSet<&str> = pods
        .items("containers")
        .iter()
        .chain(pods.items("initContainers"))
        .map(|container| container.text("name"))
        .collect();
    for (index, rule) in rules.iter().enumerate() {
        let at = at.index(index);
        let action_at = at.child("action");
        if rule.text("action") == "FailIndex" {
            if !spec.has("backoffLimitPerIndex") {
                causes.invalid(&action_at, "FailIndex", "requires the backoffLimitPerIndex to be set");
            }
        } else {
            let actions = ["Count", "FailIndex", "FailJob", "Ignore"];
            one_of_listed(&action_at, rule.text("action"), &actions, causes);
        }
        let (codes, conditions) = (rule.sub("onExitCodes"), rule.items("onPodConditions"));
        if let Some(codes) = codes {
            exit_codes(codes, &names, &at.child("onExitCodes"), causes);
        }
        pod_conditions(conditions, &at.child("onPodConditions"), causes);
        let why = match (codes.is_some(), !conditions.is_empty()) {
            (true, true) => "specifying both OnExitCodes and OnPodConditions is not supported",
            (false, false) => "specifying one of OnExitCodes and OnPodConditions is required",
            _ => continue,
        };
        causes.push(Cause::new("FieldValueInvalid", &at, format!("Invalid value: {why}")));
    }
}

fn pod_conditions(conditions: &[Value], at: &Place<'_>, causes: &mut Vec<Cause>) {
    if conditions.len() > RULES {
        causes.too_many(at, conditions.len(), RULES);
    }
    for (index, pattern) in conditions.iter().enumerate() {
        let at = at.index(index);
        let kind = pattern.text("type");
        causes.wrong(&at.child("type"), kind, names::qualified(kind));
        one_of_listed(&at.child("status"), pattern.text("status"), &["False", "True", "Unknown"], causes);
    }
}

fn exit_codes(codes: &Value, names: &BTreeSet<&str>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let operator = codes.text("operator");
    one_of_listed(&at.child("operator"), operator, &["In", "NotIn"], causes);
    if let Some(name) = codes.string("containerName").filter(|name| !names.contains(name)) {
        let why = "must be one of the container or initContainer names in the pod template";
        causes.invalid(&at.child("containerName"), name, why);
    }
    let at = at.child("values");
    let values: Vec<i64> = codes.items("values").iter().filter_map(Value::as_i64).collect();
    if values.is_empty() {
        causes.invalid(&at, codes.get_or_null("values").clone(), "at least one value is required");
    } else if values.len() > EXIT_CODES {
        causes.too_many(&at, values.len(), EXIT_CODES);
    }
    let mut seen = BTreeSet::new();
    for (index, value) in values.iter().enumerate() {
        if operator == "In" && *value == 0 {
            causes.invalid(&at.index(index), 0, "must not be 0 for the In operator");
        }
        if !seen.insert(*value) {
            causes.duplicate(&at.index(index), *value);
        }
    }
    if !values.is_sorted() {
        causes.invalid(&at, codes.get_or_null("values").clone(), "must be ordered");
    }
}

pub(super) fn success_policy(spec: &Value, policy: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let at = at.child("rules");
    let rules = policy.items("rules");
    let completions = spec.int("completions");
    if rules.is_empty() {
        causes.required(&at, "at least one rules must be specified when the successPolicy is specified");
    }
    if rules.len() > RULES {
        causes.too_many(&at, rules.len(), RULES);
    }
    for (index, rule) in rules.iter().enumerate() {
        let at = at.index(index);
        let (count, indexes) = (rule.number("succeededCount"), rule.string("succeededIndexes"));
        if count.is_none() && indexes.is_none() {
            causes.required(&at, "at least one of succeededCount or succeededIndexes must be specified");
        }
        let mut total = None;
        if let Some(text) = indexes {
            let at = at.child("succeededIndexes");
            if text.len() > 64 * 1024 {
                causes.too_long(&at, 64 * 1024);
            }
            match count_indexes(text, completions) {
                Ok(count) => total = Some(count),
                Err(why) => {
                    total = Some(0);
                    causes.invalid(&at, text, &format!("error parsing succeededIndexes: {why}"));
                }
            }
        }
        let Some(count) = count else { continue };
        let at = at.child("succeededCount");
        causes.nonnegative(&at, Some(count));
        if count > completions {
            let why = format!("must be less than or equal to {completions} (the number of specified completions)");
            causes.invalid(&at, count, &why);
        }
        if let Some(total) = total.filter(|total| count > *total) {
            let why = format!(
                "must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
            );
            causes.invalid(&at, count, &why);
        }
    }
}

/// `1,3-5` as a number of indexes.
pub(crate) fn count_indexes(text: &str, completions: i64) -> Result<i64, String> {
    let mut total = 0;
    let mut last: Option<i64> = None;
    if text.is_empty() {
        return Ok(0);
    }
    for interval in text.split(',') {
        let parts: Vec<&str> = interval.split('-').collect();
        if parts.len() > 2 {
            return Err(format!(
                "the fragment \"{interval}\" violates the requirement that an index interval can have at most two parts separated by '-'"
            ));
        }
        let index = |text: &str| {
            let value: i64 =
                text.parse().map_err(|_| format!("cannot convert string to integer for index: \"{text}\""))?;
            if value >= completions {
                return Err(format!("too large index: \"{text}\""));
            }
            Ok(value)
        };
        let first = index(parts.first().copied().unwrap_or_default())?;
        if let Some(last) = last.filter(|last| *last >= first) {
            return Err(format!("non-increasing order, previous: {last}, current: {first}"));
        }
        let end = match parts.get(1) {
            None => first,
            Some(text) => {
                let end = index(text)?;
                if first >= end {
                    return Err(format!("non-increasing order, previous: {first}, current: {end}"));
                }
                end
            }
        };
        total += end - first + 1;
        last = Some(end);
    }
    Ok(total)
}
