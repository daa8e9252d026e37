//! What stands for a secret value in plans: a keyed fingerprint, by which equal and changed can be told and nothing else.

use std::borrow::Cow;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::path::{Step, glob, steps_of};
use crate::id::GroupKind;
use crate::policy::Policy;

/// Holds manifests whole, secrets included.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A value of an object as a plan may show it.
pub(crate) fn masked(policy: &Policy, kind: &GroupKind, path: &[Step<'_>], value: &Value) -> Value {
    let mut shown = masked_always(policy, kind, path, value);
    for steps in own_secrets(policy, kind) {
        let on_the_way = path.iter().zip(&steps).all(|(step, wanted)| glob(wanted, step.text()));
        if on_the_way {
            let below = steps.get(path.len()..).unwrap_or_default();
            each(below, &mut shown, &mut |value| *value = fingerprints(&policy.mask_key, value));
        }
    }
    shown
}

/// The texts in an object that the application says are secrets.
pub(crate) fn secret_texts(policy: &Policy, kind: &GroupKind, object: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for steps in own_secrets(policy, kind) {
        each(&steps, &mut object.clone(), &mut |value| texts(value, &mut found));
    }
    found
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(map) => map.values().for_each(|below| texts(below, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The paths of secrets that a policy has for a kind, step by step.
fn own_secrets<'p>(policy: &'p Policy, kind: &'p GroupKind) -> impl Iterator<Item = Vec<Cow<'p, str>>> {
    let rules = policy.secrets.iter().filter(move |(own, _)| own.as_ref().is_none_or(|own| own == kind));
    rules.map(|(_, path)| match path.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~").into()).collect(),
        None => steps_of(path),
    })
}

/// Does something with every value that steps lead to.
fn each(steps: &[Cow<'_, str>], value: &mut Value, then: &mut impl FnMut(&mut Value)) {
    let Some((wanted, rest)) = steps.split_first() else { return then(value) };
    match value {
        Value::Object(map) => {
            map.iter_mut().filter(|(name, _)| glob(wanted, name)).for_each(|(_, below)| each(rest, below, then));
        }
        Value::Array(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                if chooses(wanted, at, item) {
                    each(rest, item, then);
                }
            }
        }
        _ => {}
    }
}

/// Whether a step means an item of a list: `*`, its number, or what it is called (`name=app`).
fn chooses(wanted: &str, at: usize, item: &Value) -> bool {
    if wanted == "*" || wanted.parse() == Ok(at) {
        return true;
    }
    wanted.contains('=')
        && wanted.split(',').all(|pair| {
            let Some((name, wanted)) = pair.split_once('=') else { return false };
            match item.get(name) {
                Some(Value::String(text)) => glob(wanted, text),
                Some(other) => glob(wanted, &other.to_string()),
                None => false,
            }
        })
}

fn masked_always(policy: &Policy, kind: &GroupKind, path: &[Step<'_>], value: &Value) -> Value {
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
    fn secrets_of_the_application_are_found_at_above_and_below_their_paths() {
        let kind = GroupKind::new("example.com", "Database");
        let of = |path: &str| Policy::new(Actor::new("mooring", "tests", "1.0.0")).hiding(Some(kind.clone()), path);
        let object = json!({ "spec": { "users": [
            { "name": "a", "token": SENTINEL, "more": { "deep": SENTINEL } }, { "name": "b", "token": "open" },
        ] } });
        let whole = |path: &str| masked(&of(path), &kind, &[], &object).to_string();
        for path in ["spec.users.*.token", "spec.users[name=a].token", "/spec/users/0/token"] {
            let shown = whole(path);
            assert_eq!(shown.matches(SENTINEL).count(), 1, "{path}: {shown}");
            assert_eq!(shown.contains("open"), path != "spec.users.*.token", "{path}: {shown}");
        }
        assert!(!whole("spec").contains(SENTINEL) && !whole("spec.users").contains("open"));
        assert_eq!(whole("status.users"), object.to_string());
        let item = [Step::field("spec"), Step::field("users"), Step::Item("name=a".into(), Some(0))];
        let token = [&item[..], &[Step::field("token")]].concat();
        for path in ["spec.users", "spec.users.*.token", "spec.users[name=a]"] {
            let shown = masked(&of(path), &kind, &token, &json!(SENTINEL));
            assert!(!shown.to_string().contains(SENTINEL), "{path}");
        }
        assert!(
            !masked(&of("spec.users.*.*"), &kind, &item, &object["spec"]["users"][0]).to_string().contains(SENTINEL)
        );
        assert_eq!(masked(&of("spec"), &GroupKind::core("Pod"), &[], &object), object, "of another kind");
        assert_eq!(secret_texts(&of("spec.users.*.token"), &kind, &object), [SENTINEL, "open"]);
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
