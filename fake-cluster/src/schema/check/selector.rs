//! Label selectors: checked, matched and printed. Knows no kinds.
use serde_json::Value;

use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::{meta, text::quote};

/// What a `LabelSelector` selects.
pub(crate) enum Selector<'a> {
    Nothing,
    /// What meets all requirements; everything when there are none.
    All(Vec<Requirement<'a>>),
}

pub(crate) struct Requirement<'a> {
    key: &'a str,
    operator: &'a str,
    values: Vec<&'a str>,
}

impl<'a> Selector<'a> {
    /// `None` when a requirement is malformed.
    pub(crate) fn of(selector: Option<&'a Value>) -> Option<Self> {
        let Some(selector) = selector else { return Some(Self::Nothing) };
        let mut all = Vec::new();
        for (key, value) in selector.entries("matchLabels") {
            all.push(Requirement { key, operator: "In", values: vec![value.as_str().unwrap_or_default()] });
        }
        for expression in selector.items("matchExpressions") {
            let values = expression.strings("values").collect();
            all.push(Requirement { key: expression.text("key"), operator: expression.text("operator"), values });
        }
        all.iter().all(Requirement::is_valid).then_some(Self::All(all))
    }

    pub(crate) fn is_everything(&self) -> bool {
        matches!(self, Self::All(all) if all.is_empty())
    }

    pub(crate) fn matches(&self, labels: &Value) -> bool {
        match self {
            Self::Nothing => false,
            Self::All(all) => all.iter().all(|requirement| requirement.matches(labels)),
        }
    }
}

impl Requirement<'_> {
    fn is_valid(&self) -> bool {
        let values = match self.operator {
            "In" | "NotIn" => !self.values.is_empty(),
            "Exists" | "DoesNotExist" => self.values.is_empty(),
            _ => false,
        };
        values
            && names::qualified(self.key).is_empty()
            && self.values.iter().all(|value| names::label_value(value).is_empty())
    }

    fn matches(&self, labels: &Value) -> bool {
        let value = labels.string(self.key);
        match self.operator {
            "In" => value.is_some_and(|value| self.values.contains(&value)),
            "NotIn" => value.is_none_or(|value| !self.values.contains(&value)),
            "Exists" => value.is_some(),
            _ => value.is_none(),
        }
    }
}

/// Checks a selector.
pub(crate) fn check(selector: Option<&Value>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(selector) = selector else { return };
    meta::labels(selector.get("matchLabels"), &at.child("matchLabels"), causes);
    let expressions = at.child("matchExpressions");
    for (index, expression) in selector.items("matchExpressions").iter().enumerate() {
        let at = expressions.index(index);
        let values = expression.items("values");
        match expression.text("operator") {
            "In" | "NotIn" if values.is_empty() => {
                causes.required(&at.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                causes.forbidden(
                    &at.child("values"),
                    "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                );
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            other => causes.invalid(&at.child("operator"), other, "not a valid selector operator"),
        }
        let key = expression.text("key");
        causes.wrong(&at.child("key"), key, names::qualified(key));
        for (index, value) in expression.strings("values").enumerate() {
            causes.wrong(&at.child("values").index(index), value, names::label_value(value));
        }
    }
}

/// The selector as Go prints it: fields in the order in which they are declared.
pub(crate) fn shown(selector: Option<&Value>) -> String {
    let Some(selector) = selector else { return "null".to_owned() };
    let mut parts = Vec::new();
    if let Some(labels) = selector.sub("matchLabels").filter(|labels| labels.as_object().is_some_and(|l| !l.is_empty()))
    {
        parts.push(format!("\"matchLabels\":{labels}"));
    }
    let expressions: Vec<String> = selector
        .items("matchExpressions")
        .iter()
        .map(|expression| {
            let values = match expression.items("values") {
                [] => String::new(),
                _ => format!(",\"values\":{}", expression.get_or_null("values")),
            };
            let (key, operator) = (quote(expression.text("key")), quote(expression.text("operator")));
            format!("{{\"key\":{key},\"operator\":{operator}{values}}}")
        })
        .collect();
    if !expressions.is_empty() {
        parts.push(format!("\"matchExpressions\":[{}]", expressions.join(",")));
    }
    format!("{{{}}}", parts.join(","))
}

/// Whether a selector selects by nothing at all.
pub(crate) fn is_empty(selector: &Value) -> bool {
    selector.entries("matchLabels").next().is_none() && selector.items("matchExpressions").is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn selectors_match_what_they_select() {
        let labels = json!({"app": "web", "tier": "front"});
        for (selector, matches) in [
            (json!({"matchLabels": {"app": "web"}}), true),
            (json!({"matchLabels": {"app": "db"}}), false),
            (json!({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["front", "back"]}]}), true),
            (json!({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["front"]}]}), false),
            (json!({"matchExpressions": [{"key": "zone", "operator": "NotIn", "values": ["a"]}]}), true),
            (json!({"matchExpressions": [{"key": "zone", "operator": "DoesNotExist"}]}), true),
            (json!({"matchExpressions": [{"key": "zone", "operator": "Exists"}]}), false),
            (json!({}), true),
        ] {
            assert_eq!(
                Selector::of(Some(&selector)).map(|parsed| parsed.matches(&labels)),
                Some(matches),
                "{selector}"
            );
        }
        assert!(Selector::of(None).is_some_and(|nothing| !nothing.matches(&labels)));
        assert!(Selector::of(Some(&json!({"matchExpressions": [{"key": "a", "operator": "In"}]}))).is_none());
    }
}
