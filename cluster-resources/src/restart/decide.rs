//! Which changes restart a workload, and how the restart stands in a plan. Plain functions.

use serde_json::Value;

use super::{RESTART_DUE, STAGE, TRIGGERS, Workload};
use crate::desired::DesiredSet;
use crate::id::ObjectId;
use crate::plan::{Action, FieldChange, Plan, PlanItem, Reason};
use crate::policy::Foreign;

/// Whether the item changes the data of an object that asks for restarts.
pub(super) fn triggers(item: &PlanItem, desired: &DesiredSet) -> bool {
    if !(item.id.kind.is("", "ConfigMap") || item.id.kind.is("", "Secret")) {
        return false;
    }
    desired.get(&item.id).is_some_and(|declared| asks_for_restarts(declared.resource.body()))
        && match item.action {
            Action::Create => true,
            Action::Update | Action::TakeOver | Action::Replace => changes_data(item) || owed_since(item).is_some(),
            _ => false,
        }
}

fn changes_data(item: &PlanItem) -> bool {
    changes_at(item, &["data", "binaryData"], &["/data", "/binaryData"])
}

/// The restart that an earlier run owed because of this object and did not make, by its time. One because of other data takes its place.
pub(crate) fn owed_since(item: &PlanItem) -> Option<&str> {
    let is_note = |path: &str| {
        let key = path.strip_prefix("metadata.annotations[").and_then(|rest| rest.strip_suffix(']'));
        key == Some(RESTART_DUE)
    };
    let note = item.changes.iter().find(|change| is_note(&change.path) && change.after.is_none())?;
    note.before.as_ref()?.as_str().filter(|_| !changes_data(item))
}

/// Whether an object is marked for restarts.
#[must_use]
pub fn asks_for_restarts(object: &Value) -> bool {
    TRIGGERS.iter().any(|trigger| {
        let annotations = object.get("metadata").and_then(|meta| meta.get("annotations"));
        annotations.and_then(|annotations| annotations.get(trigger)).and_then(Value::as_str) == Some("true")
    })
}

/// Whether the item changes anything at or below one of these paths, or takes away what somebody else put there.
pub(super) fn changes_at(item: &PlanItem, paths: &[&str], pointers: &[&str]) -> bool {
    let below = |path: &str, prefix: &str, steps: &[char]| {
        path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(steps))
    };
    let differs = |change: &FieldChange| change.before != change.after;
    item.changes.iter().any(|change| differs(change) && paths.iter().any(|path| below(&change.path, path, &['.', '['])))
        || item.foreign.iter().any(|field| {
            field.policy == Foreign::Revert && pointers.iter().any(|pointer| below(&field.pointer, pointer, &['/']))
        })
}

/// Whether the plan itself replaces the pods of this workload, or takes the workload away.
pub(super) fn is_rolled_by(item: &PlanItem) -> bool {
    match item.action {
        Action::Create | Action::Replace | Action::Delete => true,
        Action::Update | Action::TakeOver => changes_at(item, &["spec.template"], &["/spec/template"]),
        _ => false,
    }
}

/// The item that restarts a workload; `None` when the plan rolls it anyway.
pub(super) fn item(id: ObjectId, workload: Workload, plan: &Plan) -> Option<PlanItem> {
    let own = plan.items.iter().find(|item| item.id == id && item.action != Action::Restart);
    if own.is_some_and(is_rolled_by) {
        return None;
    }
    let reason = Reason::ConfigChanged(workload.because.first()?.clone());
    let mut after: Vec<ObjectId> = workload.because.into_iter().collect();
    if own.is_some() {
        after.push(id.clone());
    }
    Some(PlanItem {
        id,
        api_version: workload.api_version,
        stage: STAGE,
        action: Action::Restart,
        reason,
        desired_hash: None,
        live: Some(workload.live),
        changes: Vec::new(),
        foreign: Vec::new(),
        after,
        unverifiable: Vec::new(),
        privileged: own.map_or(workload.privileged, |own| own.privileged),
        origin: own.and_then(|own| own.origin.clone()),
    })
}
