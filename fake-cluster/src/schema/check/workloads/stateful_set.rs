//! Stateful sets. Knows no pods but their templates.
use serde_json::{Value, json};

use super::{MISMATCH, labels_of, number, runs_forever, strict_selector};
use crate::schema::check::selector::{self, Selector};
use crate::schema::check::{claims, pod};
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const SET_UPDATE: &str = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

/// Checks a stateful set.
pub(crate) fn stateful_set(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    match spec.text("podManagementPolicy") {
        "" => causes.required(&at.child("podManagementPolicy"), ""),
        "OrderedReady" | "Parallel" => {}
        other => causes.invalid(&at.child("podManagementPolicy"), other, "must be 'OrderedReady' or 'Parallel'"),
    }
    set_strategy(spec.get_or_null("updateStrategy"), &at.child("updateStrategy"), causes);
    if let Some(policy) = spec.sub("persistentVolumeClaimRetentionPolicy") {
        let at = at.child("persistentVolumeClaimRetentionPolicy");
        for field in ["whenDeleted", "whenScaled"] {
            causes.any_of(&at.child(field), policy.text(field), &["Retain", "Delete"]);
        }
    }
    if old.is_none() {
        let at = at.child("volumeClaimTemplates");
        for (index, claim) in spec.items("volumeClaimTemplates").iter().enumerate() {
            claims::spec(claim.get_or_null("spec"), &at.index(index).child("spec"), causes);
        }
    }
    number(spec, "replicas", &at, causes);
    number(spec, "minReadySeconds", &at, causes);
    causes.nonnegative(&at.child("ordinals.start"), spec.get_or_null("ordinals").number("start"));
    let service = spec.text("serviceName");
    if old.is_none() && !service.is_empty() {
        causes.wrong(&at.child("serviceName"), service, names::label(service));
    }
    strict_selector(spec, "statefulset", &at, causes);
    set_template(spec, &at, causes);
    runs_forever(spec, "StatefulSet", &at.child("template"), causes);
    if let Some(old) = old {
        set_update(spec, old.get_or_null("spec"), &at, causes);
    }
}

fn set_strategy(strategy: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let shown = |rolling: &Value| {
        let most = rolling.get_or_null("maxUnavailable");
        format!("{{\"Partition\":{},\"MaxUnavailable\":{most}}}", rolling.int("partition"))
    };
    let rolling = strategy.sub("rollingUpdate");
    let place = at.child("rollingUpdate");
    match (strategy.text("type"), rolling) {
        ("", _) => causes.required(at, ""),
        ("OnDelete", Some(rolling)) => {
            causes.invalid_as(&place, &shown(rolling), "only allowed for updateStrategy 'RollingUpdate'");
        }
        ("RollingUpdate", Some(rolling)) => number(rolling, "partition", &place, causes),
        ("OnDelete" | "RollingUpdate", None) => {}
        (kind, rolling) => {
            let rolling = rolling.map_or_else(|| "null".to_owned(), shown);
            let shown = format!("{{\"Type\":{},\"RollingUpdate\":{rolling}}}", Value::from(kind));
            causes.invalid_as(at, &shown, "must be 'RollingUpdate' or 'OnDelete'");
        }
    }
}

/// The template, with the volumes that the set makes from its claims.
fn set_template(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let wanted = spec.sub("selector");
    let Some(parsed) = Selector::of(wanted) else {
        return causes.invalid_as(&at.child("selector"), &selector::shown(wanted), "");
    };
    let at = at.child("template");
    if !parsed.is_everything() && !parsed.matches(labels_of(spec)) {
        causes.invalid(&at.child("metadata").child("labels"), labels_of(spec).clone(), MISMATCH);
    }
    let mut template = spec.get_or_null("template").clone();
    if let Some(pods) = template.get_mut("spec").and_then(Value::as_object_mut) {
        // Both are overwritten in each pod.
        pods.remove("subdomain");
        pods.remove("hostname");
        let claimed: Vec<&str> =
            spec.items("volumeClaimTemplates").iter().map(|claim| claim.get_or_null("metadata").text("name")).collect();
        if !claimed.is_empty() {
            let made = claimed
                .iter()
                .enumerate()
                .filter(|(index, name)| !claimed.iter().skip(index + 1).any(|later| later == *name))
                .map(|(_, name)| json!({"name": name, "persistentVolumeClaim": {"claimName": name}}));
            let own = pods.get("volumes").and_then(Value::as_array).into_iter().flatten();
            let kept = own.filter(|volume| !claimed.contains(&volume.text("name"))).cloned();
            let volumes: Vec<Value> = made.chain(kept).collect();
            pods.insert("volumes".to_owned(), volumes.into());
        }
    }
    pod::template(&template, &at, causes);
    // The metadata is checked once more.
    pod::template_metadata(&template, &at, causes);
}

fn set_update(new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    const MUTABLE: [&str; 7] = [
        "replicas",
        "template",
        "updateStrategy",
        "minReadySeconds",
        "ordinals",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
    ];
    let keys = |spec: &'_ Value| -> Vec<String> {
        spec.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
    };
    let all = keys(new).into_iter().chain(keys(old));
    let mut fixed = all.filter(|key| !MUTABLE.contains(&key.as_str()));
    if fixed.any(|key| !same(new.get(&key), old.get(&key))) {
        causes.forbidden(at, SET_UPDATE);
    }
}
