//! JSON patches of webhooks. Knows nothing of who made them.

use serde_json::Value;

use super::super::operations::{DoesNotApply, MAX_COPIED, MAX_OPERATIONS, Operation, apply_all, json_type};

/// Why a patch is none.
pub(super) enum Fault {
    /// It cannot be read.
    Undecodable(String),
    /// It does not fit the object.
    Unfit(String),
    /// It is longer than this server follows.
    TooLong,
}

/// Applies a patch. Nothing means that it is empty.
pub(super) fn apply(object: &Value, patch: &[u8]) -> Result<Option<Value>, Fault> {
    let patch: Value = serde_json::from_slice(patch).map_err(|error| Fault::Undecodable(error.to_string()))?;
    let operations = match patch {
        Value::Array(operations) => operations,
        Value::Null => Vec::new(),
        other => {
            let found = json_type(&other);
            let why = format!("json: cannot unmarshal {found} into Go value of type jsonpatch.Patch");
            return Err(Fault::Undecodable(why));
        }
    };
    if operations.is_empty() {
        return Ok(None);
    }
    if operations.len() > MAX_OPERATIONS {
        return Err(Fault::TooLong);
    }
    let operations: Result<Vec<_>, _> = operations.into_iter().map(Operation::read).collect();
    let operations = operations.map_err(Fault::Undecodable)?;
    let mut new = object.clone();
    match apply_all(&operations, &mut new) {
        Ok(()) => Ok(Some(new)),
        Err((at, why)) => {
            let (kind, path) = operations.get(at).map(Operation::said).unwrap_or_default();
            Err(Fault::Unfit(match why {
                DoesNotApply::Unfit => unfit(&new, kind, path),
                DoesNotApply::CopiesTooMuch(copied) => format!(
                    "Unable to complete the copy, the accumulated size increase of copy is {copied}, exceeding the limit {MAX_COPIED}"
                ),
                DoesNotApply::TooDeep => "json: exceeded max depth".into(),
            }))
        }
    }
}

/// What the Go library says of an operation that does not apply.
fn unfit(object: &Value, kind: &str, path: &str) -> String {
    let (parent, key) = path.rsplit_once('/').unwrap_or_default();
    let placed = object.pointer(parent).is_some_and(|parent| parent.is_object() || parent.is_array());
    match kind {
        "remove" if placed => {
            format!("error in remove for path: '{path}': Unable to remove nonexistent key: {key}: missing value")
        }
        "add" if placed => {
            format!("error in add for path: '{path}': Unable to access invalid index: {key}: invalid index referenced")
        }
        "add" | "remove" => format!("{kind} operation does not apply: doc is missing path: \"{path}\": missing value"),
        "test" => format!("testing value {path} failed: test failed"),
        "replace" if placed => format!("replace operation does not apply: doc is missing key: {path}: missing value"),
        "replace" => format!("replace operation does not apply: doc is missing path: {path}: missing value"),
        "move" | "copy" => format!("{kind} operation does not apply: doc is missing from path: {path}: missing value"),
        other => format!("Unexpected kind: {other}"),
    }
}
