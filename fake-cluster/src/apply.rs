//! Server-side apply: managed fields, ownership and conflicts.
//!
//! Pure functions over [`serde_json::Value`]; knows nothing of storage or HTTP. The rules are those of
//! structured-merge-diff and of `k8s.io/apimachinery/pkg/util/managedfields`.

use std::sync::LazyLock;

use jiff::Timestamp;
use serde_json::{Map as Object, Value};

use crate::apply::managed::Manager;
use crate::apply::set::Set;
use crate::apply::update::{Change, Conflict, applier, updater};
use crate::schema::catalog::set_of;
use crate::schema::{Cause, KindSchema, Refusal, time};

mod compare;
mod fields;
mod managed;
mod merge;
pub(crate) mod path;
mod reconcile;
mod remove;
mod scale;
pub(crate) mod set;
mod tracking;
pub(crate) mod typed;
mod update;

pub use scale::{ReplicaPaths, scale_from_parent, scale_to_parent};
use tracking::record;
pub use tracking::track;

/// Update managers beyond this many are folded together, the oldest first.
const MAX_UPDATE_MANAGERS: usize = 10;
/// The manager of values set before the first tracked write.
const BEFORE_FIRST_APPLY: &str = "before-first-apply";
/// The manager that old updates are folded into.
const ANCIENT_CHANGES: &str = "ancient-changes";

/// Paths nobody ever owns.
static NEVER_OWNED: LazyLock<Set> = LazyLock::new(|| {
    set_of(&[
        &["apiVersion"],
        &["kind"],
        &["metadata"],
        &["metadata", "name"],
        &["metadata", "namespace"],
        &["metadata", "creationTimestamp"],
        &["metadata", "selfLink"],
        &["metadata", "uid"],
        &["metadata", "clusterName"],
        &["metadata", "generation"],
        &["metadata", "managedFields"],
        &["metadata", "resourceVersion"],
    ])
});

/// Applies `patch` to `live` for `manager`; with no live object, creates one.
///
/// The answer has defaults filled in and `metadata.managedFields` updated. When nothing changes it equals `live`,
/// so the caller keeps the resource version. [`KindSchema::admit_create`] or [`KindSchema::admit_update`] come next.
///
/// # Errors
/// 409 with `FieldManagerConflict` causes; 400 for a patch of another kind or with managed fields;
/// 422 for a bad manager name; 500, as the real server, for a patch that does not fit the kind's schema.
pub fn apply(
    live: Option<&Value>,
    patch: &Value,
    manager: &str,
    force: bool,
    subresource: Option<&str>,
    schema: &KindSchema,
    now: Timestamp,
) -> Result<Value, Refusal> {
    merged(live, patch, manager, force, subresource, schema, now).map(|merged| merged.object)
}

/// What applying comes to.
#[derive(Debug)]
pub(crate) struct Merged {
    pub(crate) object: Value,
    /// The object had empty metadata, which is stored but not shown.
    pub(crate) residue: bool,
}

/// As [`apply`], with what the object does not show.
///
/// # Errors
/// As for [`apply`].
pub(crate) fn merged(
    live: Option<&Value>,
    patch: &Value,
    manager: &str,
    force: bool,
    subresource: Option<&str>,
    schema: &KindSchema,
    now: Timestamp,
) -> Result<Merged, Refusal> {
    let mut causes = Vec::new();
    if manager.is_empty() {
        causes.push(Cause::required("fieldManager", "is required for apply patch"));
    }
    causes.extend(check_manager(manager));
    if !causes.is_empty() {
        return Err(Refusal::invalid("PatchOptions.meta.k8s.io", "", causes));
    }
    check_kind(patch, schema)?;
    let zero = schema.zero();
    let base = live.unwrap_or(zero);
    let mut managers = managed::decode(managed_fields(base))
        .map_err(|message| Refusal::internal(format!("failed to decode managed fields: {message}")))?;
    let change = Change { schema, subresource };
    let at = time::seconds(now);
    if managers.is_empty() && live.is_some() {
        let (_, mut own) = change.update(zero, base, Vec::new());
        own = own.difference(&NEVER_OWNED);
        record(&mut managers, updater(BEFORE_FIRST_APPLY, schema.api_version(), subresource), &own, &at);
    }
    if managed_fields(patch).is_some_and(Value::is_array) {
        return Err(Refusal::bad_request("metadata.managedFields must be nil"));
    }
    let view = schema.view();
    if let Err(misfits) = typed::validate(view.types, view.root, patch, false) {
        return Err(Refusal::internal(format!(
            "failed to create typed patch object ({}): {misfits}",
            named(patch, schema)
        )));
    }
    let own = applier(manager, schema.api_version(), subresource);
    let mut applied = change.apply(base, patch, managers.clone(), own.clone(), force);
    if let (Err(conflicts), "kubectl") = (&applied, manager)
        && kubectl::allows(base, schema, conflicts)
    {
        applied = change.apply(base, patch, managers, own.clone(), true);
    }
    let mut applied = applied.map_err(|conflicts| refuse(conflicts, manager, base, schema))?;
    let changed = applied.object.is_some();
    if let Some(entry) = applied.managers.iter_mut().find(|entry| entry.is(&own)) {
        entry.set = entry.set.difference(&NEVER_OWNED);
        if changed {
            entry.time = Some(at);
        }
    }
    applied.managers.retain(|entry| !entry.set.is_empty());
    let mut residue = false;
    let mut object = match applied.object {
        Some(mut object) => {
            residue = !schema.is_builtin() && has_empty_metadata(&object);
            schema.settle(&mut object).map_err(|message| {
                Refusal::internal(format!(
                    "failed to convert new object ({}) to proper version: {message}",
                    named(patch, schema)
                ))
            })?;
            object
        }
        None => base.clone(),
    };
    if manager == "kubectl" {
        kubectl::refresh(&mut object, patch);
    }
    set_managed_fields(&mut object, managed::encode(applied.managers));
    Ok(Merged { object, residue })
}

/// Whether the metadata has members that reading drops because they are empty.
fn has_empty_metadata(object: &Value) -> bool {
    ["labels", "annotations", "finalizers", "ownerReferences"].iter().any(|key| {
        object.get("metadata").and_then(|metadata| metadata.get(*key)).is_some_and(|value| match value {
            Value::Object(members) => members.is_empty(),
            Value::Array(items) => items.is_empty(),
            other => other.is_null(),
        })
    })
}

/// The `fieldsV1` of a manager as text, with its keys in the order in which the real server writes them.
///
/// # Errors
/// What cannot be read.
pub fn fields_text(fields: &Value) -> Result<String, String> {
    Ok(fields::to_text(&fields::parse(fields)?))
}

/// The rules for the name of a field manager: at most 128 bytes, printable.
#[must_use]
pub fn check_manager(manager: &str) -> Vec<Cause> {
    let mut causes = Vec::new();
    if manager.len() > 128 {
        causes.push(Cause::too_long("fieldManager", 128));
    }
    for (at, char) in manager.char_indices() {
        if char.is_control() || (char.is_whitespace() && char != ' ') {
            let shown = if char.is_control() { String::new() } else { format!(" '{char}'") };
            causes.push(Cause::invalid(
                "fieldManager",
                &Value::from(manager),
                &format!("invalid character U+{:04X}{shown} (at position {at})", u32::from(char)),
            ));
        }
    }
    causes
}

fn check_kind(patch: &Value, schema: &KindSchema) -> Result<(), Refusal> {
    let text = |key: &str| patch.get(key).and_then(Value::as_str).unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    if api_version == schema.api_version() && kind == schema.kind() {
        return Ok(());
    }
    let (group, version) = match api_version.split_once('/') {
        Some((group, version)) => (group, version),
        None => ("", api_version),
    };
    Err(Refusal::bad_request(format!("invalid object type: {group}/{version}, Kind={kind}")))
}

fn refuse(mut conflicts: Vec<Conflict>, manager: &str, live: &Value, schema: &KindSchema) -> Refusal {
    if manager == "kubectl" {
        kubectl::drop_allowed(&mut conflicts, live, schema);
    }
    let described: Vec<(String, Vec<String>)> =
        conflicts.iter().map(|conflict| (describe(&conflict.manager), conflict.set.paths())).collect();
    let causes: Vec<Cause> = described
        .iter()
        .flat_map(|(who, paths)| {
            paths
                .iter()
                .map(move |path| Cause::new("FieldManagerConflict", path.as_str(), format!("conflict with {who}")))
        })
        .collect();
    let message = match (described.as_slice(), causes.len()) {
        ([(who, paths)], 1) => format!("Apply failed with 1 conflict: conflict with {who}: {}", paths.join("")),
        (_, count) => {
            let mut lines = Vec::new();
            for (who, paths) in &described {
                lines.push(format!("conflicts with {who}:"));
                lines.extend(paths.iter().map(|path| format!("- {path}")));
            }
            format!("Apply failed with {count} conflicts: {}", lines.join("\n"))
        }
    };
    Refusal::conflict(message, causes)
}

/// `"kubectl" with subresource "status" using apps/v1`.
fn describe(manager: &Manager) -> String {
    let mut text = crate::schema::text::quote(&manager.name);
    if !manager.subresource.is_empty() {
        text.push_str(&format!(" with subresource {}", crate::schema::text::quote(&manager.subresource)));
    }
    if manager.operation == managed::Operation::Update {
        text.push_str(&format!(" using {}", manager.api_version));
    }
    text
}

/// `namespace/name; group/version, Kind=Kind` of a patch.
pub(crate) fn named(patch: &Value, schema: &KindSchema) -> String {
    let text = |pointer: &str| patch.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    format!("{}/{}; {}", text("/metadata/namespace"), text("/metadata/name"), schema.gvk())
}

/// Puts back the old time stamps when nothing but them changed.
pub(crate) fn keep_times(new: &mut Value, old: &Value) {
    let (Some(Value::Array(after)), Some(Value::Array(before))) = (managed_fields(new), managed_fields(old)) else {
        return;
    };
    let same_but_time = |a: &Value, b: &Value| match (a.as_object(), b.as_object()) {
        (Some(a), Some(b)) => {
            let rest = |entry: &'_ Object<String, Value>| entry.len() - usize::from(entry.contains_key("time"));
            rest(a) == rest(b) && a.iter().all(|(key, value)| key == "time" || b.get(key) == Some(value))
        }
        _ => false,
    };
    if after == before || after.len() != before.len() || !after.iter().zip(before).all(|(a, b)| same_but_time(a, b)) {
        return;
    }
    let kept = Value::Array(before.clone());
    let written = new.get_mut("metadata").and_then(|meta| meta.get_mut("managedFields"));
    let Some(written) = written.map(|entries| std::mem::replace(entries, kept)) else { return };
    if new != old {
        set_managed_fields(new, Some(written));
    }
}

fn managed_fields(object: &Value) -> Option<&Value> {
    object.get("metadata")?.get("managedFields")
}

pub(crate) fn set_managed_fields(object: &mut Value, entries: Option<Value>) {
    let Some(object) = object.as_object_mut() else { return };
    match entries {
        Some(entries) => {
            let metadata = object.entry("metadata").or_insert_with(|| Value::Object(Object::new()));
            if let Some(metadata) = metadata.as_object_mut() {
                metadata.insert("managedFields".to_owned(), entries);
            }
        }
        None => {
            if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
                metadata.remove("managedFields");
            }
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

mod kubectl;
