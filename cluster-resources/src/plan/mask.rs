//! What stands for a secret value in plans: a keyed fingerprint, by which equal and changed can be told and nothing else.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::path::Step;
use crate::id::GroupKind;
use crate::policy::Policy;

/// Holds manifests whole, secrets included.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A value of an object as a plan may show it.
pub(crate) fn masked(policy: &Policy, kind: &GroupKind, path: &[Step<'_>], value: &Value) -> Value {
    let mut steps = path.iter().map(Step::text);
    let secret = kind.is("", "Secret");
    match (steps.next(), steps.next(), steps.next()) {
        (Some("data" | "stringData"), ..) if secret => fingerprints(&policy.mask_key, value),
        (Some("metadata"), Some("annotations"), Some(LAST_APPLIED)) => fingerprints(&policy.mask_key, value),
        (Some("metadata"), third, None) => {
            let mut value = value.clone();
            let annotations = if third.is_some() { Some(&mut value) } else { value.get_mut("annotations") };
            if let Some(manifest) = annotations.and_then(|map| map.get_mut(LAST_APPLIED)) {
                *manifest = fingerprints(&policy.mask_key, manifest);
            }
            value
        }
        _ => value.clone(),
    }
}

/// The same value with a fingerprint for every scalar in it.
fn fingerprints(key: &[u8; 16], value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), fingerprints(key, value))).collect(),
        Value::Array(list) => list.iter().map(|value| fingerprints(key, value)).collect(),
        Value::String(text) => fingerprint(key, text.as_bytes()).into(),
        Value::Bool(_) | Value::Number(_) => fingerprint(key, value.to_string().as_bytes()).into(),
    }
}

/// A short word that tells equal from different under one key.
fn fingerprint(key: &[u8; 16], value: &[u8]) -> String {
    let digest = Sha256::new().chain_update(key).chain_update(value).finalize();
    format!("<secret {}>", hex(&digest[..5]))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::Actor;

    const SENTINEL: &str = "c2VudGluZWw=";

    #[test]
    fn secret_values_are_told_apart_without_being_shown() {
        let policy = Policy::new(Actor::new("mooring", "tests", "1.0.0"));
        let secret = GroupKind::core("Secret");
        let data = [Step::field("data")];
        let key = [Step::field("data"), Step::field("password")];
        let shown = masked(&policy, &secret, &key, &json!(SENTINEL));
        assert_eq!(shown, masked(&policy, &secret, &key, &json!(SENTINEL)));
        assert_eq!(masked(&policy, &secret, &data, &json!({ "password": SENTINEL })), json!({ "password": shown }));
        assert_ne!(shown, masked(&policy, &secret, &key, &json!("b3RoZXI=")));
        assert!(!shown.to_string().contains(SENTINEL));
        let other_run = Policy::new(Actor::new("mooring", "tests", "1.0.0"));
        assert_ne!(shown, masked(&other_run, &secret, &key, &json!(SENTINEL)), "the key is drawn anew");
    }

    #[test]
    fn what_was_last_applied_is_a_secret_of_every_kind() {
        let policy = Policy::new(Actor::new("mooring", "tests", "1.0.0"));
        let kind = GroupKind::core("Pod");
        let annotations = json!({ LAST_APPLIED: SENTINEL, "a": "b" });
        for (path, value) in [
            (vec!["metadata"], json!({ "annotations": annotations })),
            (vec!["metadata", "annotations"], annotations.clone()),
            (vec!["metadata", "annotations", LAST_APPLIED], json!(SENTINEL)),
        ] {
            let steps: Vec<_> = path.iter().map(|step| Step::field(step)).collect();
            assert!(!masked(&policy, &kind, &steps, &value).to_string().contains(SENTINEL), "{path:?}");
        }
        let label = [Step::field("metadata"), Step::field("labels"), Step::field("a")];
        assert_eq!(masked(&policy, &kind, &label, &json!("b")), json!("b"));
    }
}
