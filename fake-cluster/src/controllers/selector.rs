//! Label selectors as objects hold them. Knows nothing of who selects what.

use serde_json::Value;

use super::view::{text, texts};

/// Whether a selector selects these labels. An empty one selects everything, a missing one nothing; one that cannot be read selects
/// nothing.
pub(crate) fn selects(selector: &Value, labels: &Value) -> bool {
    let Some(selector) = selector.as_object() else { return false };
    let by_label = selector.get("matchLabels").and_then(Value::as_object);
    let expressions = selector.get("matchExpressions").and_then(Value::as_array);
    by_label.into_iter().flatten().all(|(key, wanted)| labels[key].as_str() == wanted.as_str())
        && expressions.into_iter().flatten().all(|expression| fits(expression, labels))
}

/// Whether one expression of a selector fits.
pub(super) fn fits(expression: &Value, labels: &Value) -> bool {
    let found = labels[text(&expression["key"])].as_str();
    let listed = || texts(&expression["values"]).any(|value| Some(value) == found);
    match text(&expression["operator"]) {
        "In" => listed(),
        "NotIn" => !listed(),
        "Exists" => found.is_some(),
        "DoesNotExist" => found.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::selects;
    use serde_json::{Value, json};

    #[test]
    fn nothing_selects_nothing_and_an_empty_selector_everything() {
        assert!(!selects(&Value::Null, &json!({"a": "b"})));
        assert!(selects(&json!({}), &json!({"a": "b"})));
        assert!(selects(&json!({}), &Value::Null));
    }

    #[test]
    fn every_term_has_to_fit() {
        let selector = json!({"matchLabels": {"a": "1"}, "matchExpressions": [
            {"key": "b", "operator": "In", "values": ["x", "y"]}, {"key": "c", "operator": "DoesNotExist"},
        ]});
        assert!(selects(&selector, &json!({"a": "1", "b": "y"})));
        assert!(!selects(&selector, &json!({"a": "1", "b": "z"})));
        assert!(!selects(&selector, &json!({"a": "1", "b": "y", "c": ""})));
        assert!(!selects(&selector, &json!({"b": "y"})));
    }
}
