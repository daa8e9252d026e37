//! What is sent of a declaration, and what never is; shared by what is applied and what is hashed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::stamp;

/// Entries of `metadata` that belong to the server.
pub(super) const SERVER_OWNED: [&str; 8] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Whether an annotation is left out: one that `kubectl apply` keeps for itself, or a mark of a former run.
pub(super) fn left_out(annotation: &str) -> bool {
    annotation == "kubectl.kubernetes.io/last-applied-configuration"
        || stamp::native::is_default_mark(annotation)
        || stamp::qontract::is_mark(annotation)
}

/// Whether a top-level entry is never sent: what the server says of the object, and the rules of an aggregated ClusterRole, which a
/// controller writes and Kubernetes' own tools put down as `null`.
pub(super) fn dropped(root: &Map<String, Value>, key: &str, value: &Value) -> bool {
    key == "status"
        || (key == "rules" && value.is_null() && root.contains_key("aggregationRule"))
        || harmless_null(key, value)
}

/// Whether an entry is one that Kubernetes' own tools write as `null` and nobody means: it is left out.
///
/// `kubectl create --dry-run -o yaml` writes `creationTimestamp: null` into objects and pod templates.
pub(super) fn harmless_null(key: &str, value: &Value) -> bool {
    key == "creationTimestamp" && value.is_null()
}

pub(super) fn to_apply(
    body: &Value,
    secret: bool,
    stamps: &[(String, String)],
    labels: &[(String, String)],
    namespace: Option<&str>,
) -> Value {
    let Value::Object(declared) = body else { return body.clone() };
    let mut sent = Map::new();
    for (key, value) in declared.iter().filter(|(key, value)| !dropped(declared, key, value)) {
        if key == "metadata" || (secret && key == "stringData") {
            continue;
        }
        sent.insert(key.clone(), without_harmless_nulls(value));
    }
    if secret && let Some(Value::Object(plain)) = declared.get("stringData") {
        let data = sent.entry("data").or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(data) = data {
            data.extend(plain.iter().map(|(key, value)| (key.clone(), Value::String(encoded(value)))));
        }
    }
    let mut metadata = Map::new();
    for (key, value) in declared.get("metadata").and_then(Value::as_object).into_iter().flatten() {
        if !SERVER_OWNED.contains(&key.as_str()) && key != "namespace" {
            metadata.insert(key.clone(), value.clone());
        }
    }
    merge(&mut metadata, "annotations", stamps, left_out);
    merge(&mut metadata, "labels", labels, |_| false);
    if let Some(namespace) = namespace {
        metadata.insert("namespace".into(), namespace.into());
    }
    sent.insert("metadata".into(), Value::Object(metadata));
    Value::Object(sent)
}

/// The value of an entry of `stringData`, as an entry of `data`.
pub(super) fn encoded(plain: &Value) -> String {
    STANDARD.encode(plain.as_str().unwrap_or_default())
}

fn merge(metadata: &mut Map<String, Value>, key: &str, added: &[(String, String)], left_out: impl Fn(&str) -> bool) {
    let mut entries = match metadata.remove(key) {
        Some(Value::Object(entries)) => entries,
        _ => Map::new(),
    };
    entries.retain(|name, _| !left_out(name));
    entries.extend(added.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))));
    if !entries.is_empty() {
        metadata.insert(key.into(), Value::Object(entries));
    }
}

fn without_harmless_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, value)| !harmless_null(key, value));
            Value::Object(kept.map(|(key, value)| (key.clone(), without_harmless_nulls(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_harmless_nulls).collect()),
        other => other.clone(),
    }
}
