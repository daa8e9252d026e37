//! The comparison that qontract-reconcile's objects had before they were hashed: what is declared must be there, much else may be.
//!
//! Source: `OpenshiftResource.obj_intersect_equal` in qontract-reconcile, `reconcile/utils/openshift_resource.py`. That one changes
//! the live object on the way; this one does not.

use serde_json::{Map, Value};

use super::canonical::{is_controller_managed, is_empty};

const IGNORED: [&str; 7] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "creationTimestamp",
    "resourceVersion",
    "generation",
    "selfLink",
    "uid",
    "fieldRef",
];

/// Whether a live object has all that is declared, by the rules of the original.
#[must_use]
pub fn legacy_equal(live: &Value, desired: &Value) -> bool {
    let kind = desired.get("kind").and_then(Value::as_str).unwrap_or_default();
    equal(desired, live, kind, 0)
}

fn equal(desired: &Value, live: &Value, kind: &str, depth: usize) -> bool {
    match (desired, live) {
        (Value::Object(desired), Value::Object(live)) => {
            desired.iter().all(|(key, value)| equal_entry(key, value, live.get(key), kind, depth))
        }
        (Value::Array(desired), Value::Array(live)) => {
            desired.len() == live.len() && desired.iter().zip(live).all(|(a, b)| equal(a, b, kind, depth + 1))
        }
        (Value::Number(a), Value::Number(b)) => a.is_f64() == b.is_f64() && a == b,
        (a, b) => a == b,
    }
}

fn equal_entry(key: &str, desired: &Value, live: Option<&Value>, kind: &str, depth: usize) -> bool {
    let live = live.unwrap_or(&Value::Null);
    if live.is_null() && !is_empty(desired) {
        return false;
    }
    let ignored = IGNORED.contains(&key)
        || (key == "annotations" && desired.is_null())
        || (key == "divisor" && desired == "0")
        || (key == "status" && depth == 0);
    if ignored {
        return true;
    }
    match key {
        "labels" => equal_maps(desired, live, kind, depth, |label| is_controller_managed(kind, label)),
        "data" | "matchLabels" => equal_maps(desired, live, kind, depth, |key| key == "service-ca.crt"),
        "env" => equal(desired, &with_empty_values(live), kind, depth + 1),
        "cpu" => millicores(desired) == millicores(live),
        "apiVersion" => same_version(desired, live),
        "imagePullSecrets" => {
            let pulled = without_platform_secrets(live);
            (desired.is_null() && is_empty(&pulled)) || equal(desired, &pulled, kind, depth + 1)
        }
        _ => equal(desired, live, kind, depth + 1),
    }
}

/// Maps that may have nothing more than is declared, but for some keys.
fn equal_maps(desired: &Value, live: &Value, kind: &str, depth: usize, allowed: impl Fn(&str) -> bool) -> bool {
    let none = Map::new();
    let entries = |value: &Value| match value {
        Value::Object(map) => Some(map.clone()),
        Value::Null => Some(none.clone()),
        _ => None,
    };
    let (Some(desired_map), Some(live_map)) = (entries(desired), entries(live)) else {
        return equal(desired, live, kind, depth + 1);
    };
    live_map.keys().all(|key| desired_map.contains_key(key) || allowed(key))
        && equal(&Value::Object(desired_map), &Value::Object(live_map), kind, depth + 1)
}

/// A server leaves out an empty value: an entry with nothing but a name has one.
fn with_empty_values(live: &Value) -> Value {
    let Value::Array(items) = live else { return live.clone() };
    let filled = items.iter().map(|item| match item {
        Value::Object(entry) if entry.len() == 1 && entry.contains_key("name") => {
            let mut entry = entry.clone();
            entry.insert("value".into(), "".into());
            Value::Object(entry)
        }
        other => other.clone(),
    });
    Value::Array(filled.collect())
}

fn without_platform_secrets(live: &Value) -> Value {
    let of_platform =
        |item: &&Value| item.get("name").and_then(Value::as_str).is_some_and(|name| name.contains("-dockercfg-"));
    let items = live.as_array().into_iter().flatten().filter(|item| !of_platform(item));
    Value::Array(items.cloned().collect())
}

/// `2` and `2000m` alike; what is no number as it stands.
fn millicores(value: &Value) -> Value {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(it) => Some(f64::from(u8::from(*it))),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match number {
        // Adding zero takes the sign off a negative one.
        Some(number) if number.is_finite() => format!("{:.0}m", (number * 1000.0).trunc() + 0.0).into(),
        _ => value.clone(),
    }
}

fn same_version(desired: &Value, live: &Value) -> bool {
    matches!(
        (desired.as_str(), live.as_str()),
        (Some("apps/v1" | "networking.k8s.io/v1"), Some("extensions/v1beta1"))
            | (Some("extensions/v1beta1"), Some("apps/v1"))
    ) || desired == live
}
