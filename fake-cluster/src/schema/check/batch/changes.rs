//! What of a job may change. Knows the job before and after.
use serde_json::Value;

use super::{IMMUTABLE, whole_spec};
use crate::schema::check::selector;
use crate::schema::place::Place;
use crate::schema::read::{Read as _, same};
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

/// What a change may do to a job, beyond [`job`].
pub(crate) fn job_update(new_job: &Value, old_job: &Value, causes: &mut Vec<Cause>) {
    let (new, old, at) = (new_job.get_or_null("spec"), old_job.get_or_null("spec"), Place::new("spec"));
    whole_spec(new, &at, causes);
    completions(new, old, &at.child("completions"), causes);
    if !same(new.get("selector"), old.get("selector")) {
        causes.invalid_as(&at.child("selector"), &selector::shown(new.sub("selector")), IMMUTABLE);
    }
    template_update(new, old_job, &at, causes);
    for field in ["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"] {
        if !same(new.get(field), old.get(field)) {
            let shown = match (field, new.sub(field)) {
                ("successPolicy", Some(policy)) => shown_success(policy),
                ("podFailurePolicy", Some(policy)) => shown_failure(policy),
                (_, value) => value.map_or_else(|| "null".to_owned(), Value::to_string),
            };
            causes.invalid_as(&at.child(field), &shown, IMMUTABLE);
        }
    }
}

fn shown_list(holder: &Value, key: &str, item: impl Fn(&Value) -> String) -> String {
    match holder.sub(key) {
        None => "null".to_owned(),
        Some(_) => format!("[{}]", holder.items(key).iter().map(item).collect::<Vec<_>>().join(",")),
    }
}

/// A success policy as Go prints the type that it has inside the server.
pub(super) fn shown_success(policy: &Value) -> String {
    let rules = shown_list(policy, "rules", |rule| {
        let (indexes, count) = (rule.get_or_null("succeededIndexes"), rule.get_or_null("succeededCount"));
        format!("{{\"SucceededIndexes\":{indexes},\"SucceededCount\":{count}}}")
    });
    format!("{{\"Rules\":{rules}}}")
}

/// A failure policy as Go prints the type that it has inside the server.
fn shown_failure(policy: &Value) -> String {
    let quoted = |holder: &Value, key: &str| Value::from(holder.text(key));
    let rules = shown_list(policy, "rules", |rule| {
        let codes = rule.sub("onExitCodes").map_or_else(
            || "null".to_owned(),
            |codes| {
                let (name, values) = (codes.get_or_null("containerName"), codes.get_or_null("values"));
                let operator = quoted(codes, "operator");
                format!("{{\"ContainerName\":{name},\"Operator\":{operator},\"Values\":{values}}}")
            },
        );
        let conditions = shown_list(rule, "onPodConditions", |pattern| {
            format!("{{\"Type\":{},\"Status\":{}}}", quoted(pattern, "type"), quoted(pattern, "status"))
        });
        format!("{{\"Action\":{},\"OnExitCodes\":{codes},\"OnPodConditions\":{conditions}}}", quoted(rule, "action"))
    });
    format!("{{\"Rules\":{rules}}}")
}

fn completions(new: &Value, old: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let after = new.number("completions");
    if after == old.number("completions") {
        return;
    }
    let shown = new.get_or_null("completions").clone();
    if new.text("completionMode") != "Indexed" {
        causes.invalid(at, shown, IMMUTABLE);
    } else if after.is_some() && after != new.number("parallelism") {
        let why = format!("can only be modified in tandem with {}", at.sibling("parallelism"));
        causes.invalid(at, shown, &why);
    }
}

/// Jobs that wait may be told other places and resources.
fn template_update(new: &Value, old_job: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (old, status) = (old_job.get_or_null("spec"), old_job.get_or_null("status"));
    let suspended = old.flag("suspend");
    let is_suspended = |condition: &Value| condition.text("type") == "Suspended" && condition.text("status") == "True";
    let rests = !status.has("startTime") || status.items("conditions").iter().any(is_suspended);
    let is_mutable = suspended && rests && status.int("active") == 0;
    let (template, mut before) = (new.get_or_null("template"), old.get_or_null("template").clone());
    if is_mutable {
        let after_spec = template.get_or_null("spec");
        let node = after_spec.get_or_null("affinity").sub("nodeAffinity").cloned();
        let spec = before.get_mut("spec").and_then(Value::as_object_mut);
        if let Some(spec) = spec {
            for field in ["nodeSelector", "tolerations", "schedulingGates"] {
                put(spec, field, after_spec.get(field));
            }
            let mut affinity = spec.get("affinity").and_then(Value::as_object).cloned().unwrap_or_default();
            put(&mut affinity, "nodeAffinity", node.as_ref());
            let keep = !affinity.is_empty() || after_spec.has("affinity");
            put(spec, "affinity", keep.then_some(Value::Object(affinity)).as_ref());
            for list in ["containers", "initContainers"] {
                let containers = after_spec.items(list);
                let Some(old) = spec.get_mut(list).and_then(Value::as_array_mut) else { continue };
                if containers.len() != old.len() {
                    continue;
                }
                for (container, old) in containers.iter().zip(old) {
                    if container.get("name") == old.get("name")
                        && let Some(old) = old.as_object_mut()
                    {
                        put(old, "resources", container.get("resources"));
                    }
                }
            }
        }
        if let Some(metadata) = before.get_mut("metadata").and_then(Value::as_object_mut) {
            for field in ["labels", "annotations"] {
                put(metadata, field, template.get_or_null("metadata").get(field));
            }
        }
        if template.get("spec") != before.get("spec") {
            causes.invalid(&at.child("template.spec"), template.get_or_null("spec").clone(), IMMUTABLE);
        }
    } else if *template != before {
        causes.invalid(&at.child("template"), template.clone(), IMMUTABLE);
    }
}

fn put(fields: &mut serde_json::Map<String, Value>, key: &str, value: Option<&Value>) {
    match value {
        Some(value) => {
            fields.insert(key.to_owned(), value.clone());
        }
        None => {
            fields.remove(key);
        }
    }
}
