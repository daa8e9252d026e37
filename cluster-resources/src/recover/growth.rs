//! What it takes to change a StatefulSet where it cannot change, and to let its claims grow.

use std::collections::BTreeMap;

use serde_json::Value;

use super::handover::selector;
use super::replace::{is_terminating, name_of, uid_of};
use super::step::{Refusal, Step};
use crate::id::ObjectId;
use crate::plan::equal::quantity;
use crate::policy::Propagation;

/// The steps that remain to change a StatefulSet. `claims` are the claims of its namespace; `classes` says of each storage class whether its
/// volumes can grow.
///
/// # Errors
/// [`Refusal`] when storage would shrink, a claim cannot grow, the selector changes, or somebody else is deleting it.
pub fn plan_growth(
    id: &ObjectId,
    desired: &Value,
    live: Option<&Value>,
    claims: &[Value],
    classes: &BTreeMap<String, bool>,
) -> Result<Vec<Step>, Refusal> {
    // An earlier run let the claims grow and deleted it.
    let Some(live) = live else { return Ok(vec![Step::Create]) };
    let uid = uid_of(live);
    if selector(live) != selector(desired) {
        return Err(Refusal(
            "its selector changes, and its pods would stay in the way of new ones; delete it by hand, or declare it under another name".into(),
        ));
    }
    let before = templates(live);
    let mut steps = if is_terminating(live) { Vec::new() } else { vec![Step::Check] };
    let mut refused = Vec::new();
    for (template, wanted) in templates(desired) {
        let Some(more) = quantity(wanted) else {
            refused.push(format!("claim template {template} asks for {wanted:?}, which is no quantity"));
            continue;
        };
        let Some(less) = before.get(template).and_then(|old| quantity(old)) else { continue };
        if more < less {
            refused.push(format!("claim template {template} would shrink, and storage cannot"));
        }
        if more <= less {
            continue;
        }
        for claim in claims.iter().filter(|claim| is_of(name_of(claim), template, &id.name)) {
            if storage(claim.get("spec")).and_then(quantity).is_some_and(|has| has >= more) {
                continue;
            }
            match obstacle(claim, classes) {
                Some(why) => refused.push(format!("claim {} cannot grow: {why}", name_of(claim))),
                None => steps.push(Step::Grow {
                    claim: name_of(claim).into(),
                    uid: uid_of(claim).into(),
                    to: wanted.to_owned(),
                }),
            }
        }
    }
    if !refused.is_empty() {
        return Err(Refusal(refused.join("; ")));
    }
    // A deletion that is under way already may be ours: what is done is the same.
    if !is_terminating(live) {
        steps.push(Step::Delete { uid: uid.into(), propagation: Propagation::Orphan });
    }
    steps.extend([Step::AwaitGone { uid: uid.into() }, Step::Create]);
    Ok(steps)
}

/// Storage that each claim template asks for, by name.
fn templates(object: &Value) -> BTreeMap<&str, &str> {
    let templates = object.get("spec").and_then(|spec| spec.get("volumeClaimTemplates")?.as_array());
    templates
        .into_iter()
        .flatten()
        .filter_map(|template| Some((name_of(template), storage(template.get("spec"))?)))
        .collect()
}

fn storage(spec: Option<&Value>) -> Option<&str> {
    spec?.get("resources")?.get("requests")?.get("storage")?.as_str()
}

/// Whether a claim was made from a template of a StatefulSet: `<template>-<set>-<number>`.
pub(super) fn is_of(claim: &str, template: &str, set: &str) -> bool {
    let number = claim
        .strip_prefix(template)
        .and_then(|rest| rest.strip_prefix('-'))
        .and_then(|rest| rest.strip_prefix(set))
        .and_then(|rest| rest.strip_prefix('-'));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
}

/// The storage class of a claim.
pub(super) fn class_of(claim: &Value) -> Option<&str> {
    claim.get("spec")?.get("storageClassName")?.as_str().filter(|class| !class.is_empty())
}

fn obstacle(claim: &Value, classes: &BTreeMap<String, bool>) -> Option<String> {
    let phase = claim.get("status").and_then(|status| status.get("phase")?.as_str()).unwrap_or("Pending");
    if phase != "Bound" {
        return Some(format!("it is {phase}, not Bound"));
    }
    let Some(class) = class_of(claim) else { return Some("it has no storage class".into()) };
    match classes.get(class) {
        Some(true) => None,
        Some(false) => Some(format!("storage class {class} does not allow it")),
        None => Some(format!("storage class {class} does not exist")),
    }
}
