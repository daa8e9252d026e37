//! Whole objects before and after: what was seen, and what the plan makes of it. Knows no server, so that defaults of new objects are
//! not in it.

use serde_json::{Map, Value};

use crate::desired::DesiredSet;
use crate::observed::{LiveBody, Observed};
use crate::plan::{Action, PlanItem, Step, masked, steps_of};
use crate::policy::{Foreign, Policy};
use crate::report::build::KEPT_BY_SERVERS;
use crate::report::value::{self, DiffLine};
use crate::report::yaml::yaml;

/// At most so many lines of one object's diff.
const MOST_LINES: usize = 2_000;

/// The difference of the whole object; `None` where one side is not known, or where nothing would be seen.
pub(super) fn diff(item: &PlanItem, desired: &DesiredSet, observed: &Observed, policy: &Policy) -> Option<String> {
    let bucket = item.id.bucket();
    let live = || {
        let live = observed.buckets.get(&bucket)?.objects.get(&item.id.name)?;
        match &live.body {
            LiveBody::Full(value) => Some(shown(item, value, policy)),
            LiveBody::Metadata(_) | LiveBody::InSync { .. } => None,
        }
    };
    let (before, after) = match item.action {
        Action::Create => {
            let declared = desired.buckets.get(&bucket)?.objects.get(&item.id.name)?;
            let body = declared.resource.to_apply(&[], &[], item.id.namespace());
            (String::new(), yaml(&shown(item, &body, policy)))
        }
        Action::Update | Action::Replace | Action::TakeOver => {
            let before = live()?;
            let mut after = changed(item, &before)?;
            if let Some(metadata) = after.get_mut("metadata") {
                tidy(metadata, policy);
            }
            (yaml(&before), yaml(&after))
        }
        Action::Delete => (yaml(&live()?), String::new()),
        Action::Restart | Action::Detach | Action::Unchanged | Action::Skip | Action::Blocked => return None,
    };
    let lines = value::diff(&before, &after, MOST_LINES).into_iter().map(|line| match line {
        DiffLine::Hunk(text) | DiffLine::Note(text) => text,
        DiffLine::Same(text) => format!(" {text}"),
        DiffLine::Removed(text) => format!("-{text}"),
        DiffLine::Added(text) => format!("+{text}"),
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then_some(text)
}

/// The object without what servers keep and marks say, and with fingerprints for secrets.
fn shown(item: &PlanItem, object: &Value, policy: &Policy) -> Value {
    let mut shown = Map::new();
    for (field, value) in object.as_object().into_iter().flatten().filter(|(field, _)| *field != "status") {
        let mut value = masked(policy, &item.id.kind, &[Step::field(field)], value);
        if field == "metadata" {
            tidy(&mut value, policy);
        }
        shown.insert(field.clone(), value);
    }
    Value::Object(shown)
}

fn tidy(metadata: &mut Value, policy: &Policy) {
    let Some(metadata) = metadata.as_object_mut() else { return };
    metadata.retain(|field, _| !KEPT_BY_SERVERS.contains(&field.as_str()));
    for field in ["annotations", "labels"] {
        let Some(Value::Object(entries)) = metadata.get_mut(field) else { continue };
        entries.retain(|key, _| !super::build::MACHINERY.contains(&key.as_str()) && !policy.scheme.is_mark(key));
        if entries.is_empty() {
            metadata.remove(field);
        }
    }
}

/// The object as the plan makes it; `None` when one of the changes cannot be found in it.
fn changed(item: &PlanItem, before: &Value) -> Option<Value> {
    let mut after = before.clone();
    for change in &item.changes {
        let steps = steps_of(&change.path);
        set(&mut after, &steps.iter().map(|step| &**step).collect::<Vec<_>>(), change.after.as_ref())?;
    }
    // From the end, so that the places of items in lists stay what they are.
    let mut reverted: Vec<_> = item.foreign.iter().filter(|field| field.policy == Foreign::Revert).collect();
    reverted.sort_by_key(|field| std::cmp::Reverse(places(&field.pointer)));
    for field in reverted {
        remove(&mut after, &field.pointer);
    }
    Some(after)
}

/// A pointer as something to sort by.
fn places(pointer: &str) -> Vec<(usize, &str)> {
    pointer.split('/').map(|step| (step.parse().unwrap_or_default(), step)).collect()
}

fn remove(object: &mut Value, pointer: &str) {
    let Some((parent, last)) = pointer.rsplit_once('/') else { return };
    match object.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.remove(&last.replace("~1", "/").replace("~0", "~"))),
        Some(Value::Array(items)) => {
            if let Some(at) = last.parse().ok().filter(|at| *at < items.len()) {
                items.remove(at);
            }
        }
        _ => {}
    }
}

/// Sets or removes what is at the end of the steps.
fn set(target: &mut Value, steps: &[&str], to: Option<&Value>) -> Option<()> {
    let (step, rest) = steps.split_first()?;
    if target.is_null() {
        *target = if step.contains('=') { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
    }
    match target {
        Value::Object(members) if rest.is_empty() => {
            match to {
                Some(value) => drop(members.insert((*step).to_owned(), value.clone())),
                None => drop(members.remove(*step)),
            }
            Some(())
        }
        Value::Object(members) => match (members.contains_key(*step), to) {
            (false, None) => Some(()),
            _ => set(members.entry(*step).or_insert(Value::Null), rest, to),
        },
        Value::Array(items) => {
            let at = items
                .iter()
                .position(|item| is_called(item, step))
                .or_else(|| step.parse().ok().filter(|at| *at < items.len()));
            match (at, rest.is_empty(), to) {
                (Some(at), true, Some(value)) => *items.get_mut(at)? = value.clone(),
                (Some(at), true, None) => drop(items.remove(at)),
                (Some(at), false, _) => return set(items.get_mut(at)?, rest, to),
                (None, true, Some(value)) => items.push(value.clone()),
                (None, _, None) => {}
                (None, false, Some(_)) => {
                    let keys = step.split(',').map(|key| key.split_once('='));
                    let keys = keys.map(|key| key.map(|(name, value)| (name.to_owned(), value.into())));
                    let mut item = Value::Object(keys.collect::<Option<_>>()?);
                    set(&mut item, rest, to)?;
                    items.push(item);
                }
            }
            Some(())
        }
        _ => None,
    }
}

/// Whether an item of a list is called so: `name=app`, `port=80,protocol=TCP`, or its own value.
fn is_called(item: &Value, label: &str) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match item {
        // Keys that the item lacks do not count against it, as servers fill in defaults.
        Value::Object(members) => {
            let keys = || label.split(',').filter_map(|key| key.split_once('='));
            let is = |name: &str, wanted: &str| members.get(name).map(|value| text(value) == wanted);
            keys().any(|(name, wanted)| is(name, wanted) == Some(true))
                && keys().all(|(name, wanted)| is(name, wanted) != Some(false))
        }
        other => label.strip_prefix('=').is_some_and(|wanted| text(other) == wanted),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn apply(before: &Value, path: &str, to: Option<Value>) -> Option<Value> {
        let mut after = before.clone();
        let steps = steps_of(path);
        set(&mut after, &steps.iter().map(|step| &**step).collect::<Vec<_>>(), to.as_ref())?;
        Some(after)
    }

    #[test]
    fn a_change_is_made_where_its_path_says() {
        let before =
            json!({ "spec": { "c": [{ "name": "a", "i": 1 }, { "name": "b", "i": 1 }], "args": ["x", "y"] }, "n": 1 });
        for (path, to, pointer, expected) in [
            ("spec.c[name=b].i", Some(json!(2)), "/spec/c/1/i", Some(json!(2))),
            ("spec.c[name=a]", None, "/spec/c", Some(json!([{ "name": "b", "i": 1 }]))),
            ("spec.c[name=z].i", Some(json!(3)), "/spec/c/2", Some(json!({ "name": "z", "i": 3 }))),
            ("metadata.labels[a.b/c]", Some(json!("d")), "/metadata/labels", Some(json!({ "a.b/c": "d" }))),
            ("spec.args[=x]", None, "/spec/args", Some(json!(["y"]))),
            ("spec.gone.deep", None, "/spec/gone", None),
        ] {
            let after = apply(&before, path, to).unwrap();
            assert_eq!(after.pointer(pointer), expected.as_ref(), "{path}");
        }
        assert_eq!(apply(&before, "n.deep", Some(json!(1))), None);
        assert_eq!(apply(&before, "", Some(json!(1))), None);
    }

    proptest! {
        #[test]
        fn whatever_a_path_says_nothing_breaks(path in "[a-c.=\\[\\]0-2,]{0,16}", pointer in "[/0-2a~]{0,8}", to in prop::option::of(Just(json!(1)))) {
            let before = json!({ "a": [{ "b": 1 }, "c", { "b": [1, 2] }], "b": { "c": null } });
            drop(apply(&before, &path, to));
            let mut after = before;
            remove(&mut after, &pointer);
        }
    }
}
