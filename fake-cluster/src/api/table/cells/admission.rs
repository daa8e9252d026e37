//! What decides about writes: webhooks, policies and their bindings.

use serde_json::{Value, json};

use super::{Row, UNSET, at, list, text};

pub(super) const GROUP: &str = "admissionregistration.k8s.io";

pub(super) fn webhooks(row: &Row<'_>) -> Vec<Value> {
    vec![row.name(), json!(row.list("/webhooks").len()), row.age()]
}

/// A policy, with how many rules it has.
pub(super) fn policy(row: &Row<'_>, rules: &str) -> Vec<Value> {
    let kind = match row.at("/spec/paramKind") {
        Value::Null => UNSET.to_owned(),
        kind => format!("{}/{}", text(kind, "/apiVersion"), text(kind, "/kind")),
    };
    vec![row.name(), json!(row.list(rules).len()), json!(kind), row.age()]
}

pub(super) fn policy_binding(row: &Row<'_>) -> Vec<Value> {
    let reference = row.at("/spec/paramRef");
    let parameter = match (text(reference, "/name"), at(reference, "/selector")) {
        ("", Value::Null) => UNSET.to_owned(),
        ("", selector) => selector_as_go_prints_it(selector),
        (name, _) => match text(reference, "/namespace") {
            "" => format!("*/{name}"),
            namespace => format!("{namespace}/{name}"),
        },
    };
    vec![row.name(), json!(row.text("/spec/policyName")), json!(parameter), row.age()]
}

/// The generated `String` of a `metav1.LabelSelector`.
fn selector_as_go_prints_it(selector: &Value) -> String {
    let mut labels: Vec<_> = at(selector, "/matchLabels").as_object().into_iter().flatten().collect();
    labels.sort_by_key(|(key, _)| *key);
    let labels: String =
        labels.iter().map(|(key, value)| format!("{key}: {},", value.as_str().unwrap_or_default())).collect();
    let expressions: String = list(selector, "/matchExpressions")
        .iter()
        .map(|expression| {
            let values: Vec<&str> = list(expression, "/values").iter().filter_map(Value::as_str).collect();
            format!(
                "LabelSelectorRequirement{{Key:{},Operator:{},Values:[{}],}},",
                text(expression, "/key"),
                text(expression, "/operator"),
                values.join(" ")
            )
        })
        .collect();
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )
}
