//! What it takes to delete an object and make it again.

use serde_json::Value;

use super::step::{Refusal, Step};
use crate::policy::Propagation;

/// The steps that remain to replace the object with this UID by a new one.
///
/// # Errors
/// [`Refusal`] when there is another object by now.
pub fn plan_replacement(live: Option<&Value>, uid: &str, propagation: Propagation) -> Result<Vec<Step>, Refusal> {
    // An earlier run deleted it.
    let Some(live) = live else { return Ok(vec![Step::Create]) };
    let found = uid_of(live);
    if found != uid {
        return Err(Refusal(format!("there is another object by now ({found}, not {uid}); the next run looks at it")));
    }
    let mut steps = Vec::new();
    // What is being deleted already will be gone whatever the server thinks of the new one.
    if !is_terminating(live) {
        steps.extend([Step::Check, Step::Delete { uid: uid.into(), propagation }]);
    }
    steps.extend([Step::AwaitGone { uid: uid.into() }, Step::Create]);
    Ok(steps)
}

pub(super) fn uid_of(object: &Value) -> &str {
    meta(object, "uid").and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn name_of(object: &Value) -> &str {
    meta(object, "name").and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn is_terminating(object: &Value) -> bool {
    meta(object, "deletionTimestamp").is_some_and(|time| !time.is_null())
}

pub(super) fn meta<'a>(object: &'a Value, field: &str) -> Option<&'a Value> {
    object.get("metadata")?.get(field)
}
