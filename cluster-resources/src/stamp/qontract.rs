//! The `qontract.*` marks of app-sre's qontract-reconcile, read and written as it does.

use serde_json::Value;

use super::native::annotations;

const INTEGRATION: &str = "qontract.integration";
const MARKS: [&str; 5] =
    [INTEGRATION, "qontract.integration_version", "qontract.sha256sum", "qontract.update", "qontract.caller_name"];

/// Whether an annotation is one of these marks.
pub(crate) fn is_mark(annotation: &str) -> bool {
    MARKS.contains(&annotation)
}

/// Which integration marked a live object.
pub(super) fn integration(live: &Value) -> Option<&str> {
    annotations(live)?.get(INTEGRATION)?.as_str()
}
