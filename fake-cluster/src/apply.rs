//! Server-side apply: managed fields, ownership and conflicts.
//!
//! Pure functions over [`serde_json::Value`]; knows nothing of storage or HTTP.
use jiff::Timestamp;
use serde_json::Value;

use crate::schema::{KindSchema, Refusal};

/// Applies `patch` to `live` for `manager`; with no live object, creates one.
///
/// The answer has defaults filled in and `metadata.managedFields` updated. When nothing changes it equals `live`,
/// so the caller keeps the resource version. [`KindSchema::admit_create`] or [`KindSchema::admit_update`] come next.
///
/// # Errors
/// 409 with `FieldManagerConflict` causes; 400 for a patch that is not an apply configuration of this kind;
/// 422 for a bad manager name.
pub fn apply(
    live: Option<&Value>,
    patch: &Value,
    manager: &str,
    force: bool,
    subresource: Option<&str>,
    schema: &KindSchema,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let _ = (live, manager, force, subresource, schema, now);
    Ok(patch.clone())
}

/// Records in `new`'s `metadata.managedFields` what `manager` changed by create, update or a patch other than apply.
///
/// `new` is the decoded, defaulted object before it is admitted. Time stamps stay when nothing changed.
pub fn track(
    live: Option<&Value>,
    new: &mut Value,
    manager: &str,
    subresource: Option<&str>,
    schema: &KindSchema,
    now: Timestamp,
) {
    let _ = (live, new, manager, subresource, schema, now);
}
