//! The manager called `kubectl` upgrades objects that were applied on the client side before. Knows only that annotation.
use serde_json::Value;

use crate::apply::compare::compare;
use crate::apply::set::Set;
use crate::apply::typed::{field_set, validate};
use crate::apply::update::Conflict;
use crate::schema::KindSchema;

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Annotations in total may not be larger, in bytes.
const ANNOTATIONS_LIMIT: usize = 256 * 1024;

fn last_applied(object: &Value) -> Option<&str> {
    object.get("metadata")?.get("annotations")?.get(LAST_APPLIED)?.as_str().filter(|text| !text.is_empty())
}

/// The paths that client-side apply set and that still have the value it set.
fn unchanged(live: &Value, schema: &KindSchema) -> Option<Set> {
    let applied: Value = serde_json::from_str(last_applied(live)?).ok()?;
    if applied.get("apiVersion")?.as_str()? != schema.api_version() {
        return None;
    }
    let view = schema.view();
    validate(view.types, view.root, &applied, false).ok()?;
    let set = field_set(view.types, view.root, &applied);
    let found = compare(view.types, view.root, &applied, live);
    Some(set.difference(&found.modified).difference(&found.added).difference(&found.removed))
}

/// Whether every conflict is with a value that client-side apply set itself.
pub(crate) fn allows(live: &Value, schema: &KindSchema, conflicts: &[Conflict]) -> bool {
    unchanged(live, schema).is_some_and(|allowed| conflicts.iter().all(|conflict| conflict.set.is_subset(&allowed)))
}

/// Leaves only the conflicts that client-side apply does not explain.
pub(crate) fn drop_allowed(conflicts: &mut Vec<Conflict>, live: &Value, schema: &KindSchema) {
    if let Some(allowed) = unchanged(live, schema) {
        for conflict in conflicts.iter_mut() {
            conflict.set = conflict.set.difference(&allowed);
        }
        conflicts.retain(|conflict| !conflict.set.is_empty());
    }
}

/// Keeps the annotation of client-side apply in step with what was applied now.
pub(crate) fn refresh(object: &mut Value, patch: &Value) {
    if last_applied(object).is_none() {
        return;
    }
    let mut applied = patch.clone();
    if let Some(annotations) = applied.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        annotations.remove(LAST_APPLIED);
    }
    // The encoder of the real server ends its output with a line feed.
    let text = format!("{applied}\n");
    let Some(annotations) = object.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) else { return };
    annotations.insert(LAST_APPLIED.to_owned(), Value::from(text));
    let size: usize = annotations.iter().map(|(key, value)| key.len() + value.as_str().map_or(0, str::len)).sum();
    if size > ANNOTATIONS_LIMIT {
        annotations.remove(LAST_APPLIED);
    }
}
