//! Which requests a webhook wants to hear of: rules, scopes, selectors. Knows nothing of what it says then.

use serde_json::Value;

use super::review::Reviewed;
use crate::controllers::selects;

/// Whether one of the rules of a webhook means a resource in a version.
pub(super) fn ruled(hook: &Value, reviewed: &Reviewed<'_>, group: &str, version: &str, resource: &str) -> bool {
    let rules = hook["rules"].as_array().into_iter().flatten();
    let mut rules = rules.map(|rule| {
        in_scope(rule, reviewed, group, resource)
            && listed(&rule["operations"], reviewed.operation)
            && listed(&rule["apiGroups"], group)
            && listed(&rule["apiVersions"], version)
            && texts(&rule["resources"]).any(|entry| {
                let (name, sub) = entry.split_once('/').unwrap_or((entry, ""));
                matches(name, resource) && matches(sub, reviewed.subresource)
            })
    });
    rules.any(|fits| fits)
}

fn in_scope(rule: &Value, reviewed: &Reviewed<'_>, group: &str, resource: &str) -> bool {
    // A namespace is not in itself.
    let namespaced = !reviewed.namespace.is_empty() && (group, resource) != ("", "namespaces");
    match rule["scope"].as_str().unwrap_or("*") {
        "*" => true,
        "Namespaced" => namespaced,
        "Cluster" => !namespaced,
        _ => false,
    }
}

fn matches(entry: &str, wanted: &str) -> bool {
    entry == "*" || entry == wanted
}

fn listed(list: &Value, wanted: &str) -> bool {
    texts(list).any(|entry| matches(entry, wanted))
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Whether a selector of a webhook selects everything: here one that is not there does so too.
pub(super) fn is_empty(selector: &Value) -> bool {
    let none = |field: &str| match &selector[field] {
        Value::Array(terms) => terms.is_empty(),
        Value::Object(labels) => labels.is_empty(),
        _ => true,
    };
    none("matchLabels") && none("matchExpressions")
}

/// Whether the object selector of a webhook selects the object before or after the request.
pub(super) fn selects_object(hook: &Value, object: Option<&Value>, old: Option<&Value>) -> bool {
    let selector = &hook["objectSelector"];
    is_empty(selector)
        || [object, old].into_iter().flatten().any(|object| selects(selector, &object["metadata"]["labels"]))
}
