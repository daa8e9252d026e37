//! Labels and selectors as text.

use serde_json::Value;

use super::{NONE, at, list, or, text};

/// `a=b,c=d`, or `<none>`.
pub(super) fn labels(map: &Value) -> String {
    or(&joined(map), NONE).to_owned()
}

/// A label selector on one line; nothing for one that selects everything or that is not there.
///
/// # Errors
/// An operator that there is not.
pub(super) fn label_selector(selector: &Value) -> Result<String, ()> {
    let mut parts: Vec<(String, String)> = Vec::new();
    for (key, value) in at(selector, "/matchLabels").as_object().into_iter().flatten() {
        parts.push((key.clone(), format!("{key}={}", value.as_str().unwrap_or_default())));
    }
    for expression in list(selector, "/matchExpressions") {
        let key = text(expression, "/key");
        let mut values: Vec<&str> = list(expression, "/values").iter().filter_map(Value::as_str).collect();
        values.sort_unstable();
        let values = values.join(",");
        let shown = match text(expression, "/operator") {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "Exists" => key.to_owned(),
            "DoesNotExist" => format!("!{key}"),
            _ => return Err(()),
        };
        parts.push((key.to_owned(), shown));
    }
    parts.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(parts.into_iter().map(|(_, shown)| shown).collect::<Vec<_>>().join(","))
}

/// The same as a cell.
pub(super) fn shown(selector: &Value) -> String {
    match label_selector(selector) {
        Ok(selector) => or(&selector, NONE).to_owned(),
        Err(()) => "<error>".to_owned(),
    }
}

fn joined(map: &Value) -> String {
    let mut pairs: Vec<String> = map
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    pairs.sort_unstable();
    pairs.join(",")
}
