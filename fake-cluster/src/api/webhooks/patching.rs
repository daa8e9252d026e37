//! JSON patches of webhooks. Knows nothing of who made them.

use serde_json::Value;

use super::super::operations::{DoesNotApply, Operation};

/// Why a patch is none.
pub(super) enum Fault {
    /// It cannot be read.
    Undecodable(String),
    /// It does not fit the object.
    Unfit(String),
}

/// Applies a patch. Nothing means that it is empty.
pub(super) fn apply(object: &Value, patch: &[u8]) -> Result<Option<Value>, Fault> {
    let patch: Value = serde_json::from_slice(patch).map_err(|error| Fault::Undecodable(error.to_string()))?;
    let operations = match patch {
        Value::Array(operations) => operations,
        Value::Null => Vec::new(),
        other => {
            let found = super::super::operations::json_type(&other);
            let why = format!("json: cannot unmarshal {found} into Go value of type jsonpatch.Patch");
            return Err(Fault::Undecodable(why));
        }
    };
    if operations.is_empty() {
        return Ok(None);
    }
    let mut new = object.clone();
    for value in operations {
        let (kind, path) = (value["op"].clone(), value["path"].clone());
        let operation = Operation::read(value).map_err(Fault::Undecodable)?;
        let applied = operation.apply(&mut new);
        applied.map_err(|DoesNotApply| {
            let (kind, path) = (kind.as_str().unwrap_or_default(), path.as_str().unwrap_or_default());
            Fault::Unfit(unfit(&new, kind, path))
        })?;
    }
    Ok(Some(new))
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
