//! What becomes of fields that others hold: decided per field by the policy, and taken out of a body where they are left to others.
//! Plain functions.

use serde_json::Value;

use crate::classify::{FieldConflict, Operation};
use crate::id::GroupKind;
use crate::plan::{conflict_policy, declared_policy};
use crate::policy::{OnConflict, Policy};

/// What is done about the conflicts of one object.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Settled<'c> {
    /// These are taken.
    pub(super) taken: Vec<&'c FieldConflict>,
    /// These are left to those who hold them.
    pub(super) yielded: Vec<&'c FieldConflict>,
    /// These forbid to go on.
    pub(super) refused: Vec<&'c FieldConflict>,
}

/// Decides each conflict over what is declared.
pub(super) fn settle<'c>(
    policy: &Policy,
    kind: &GroupKind,
    declared: &Value,
    conflicts: &'c [FieldConflict],
) -> Settled<'c> {
    let mut settled = Settled::default();
    for conflict in conflicts {
        let operation = match conflict.operation {
            Operation::Apply => "Apply",
            Operation::Update => "Update",
        };
        let by_rule = || conflict_policy(policy, kind, &conflict.path, &conflict.manager, operation);
        let into = match declared_policy(declared).unwrap_or_else(by_rule) {
            OnConflict::Force => &mut settled.taken,
            OnConflict::Yield => &mut settled.yielded,
            OnConflict::Fail | OnConflict::TakeOverFrom(_) => &mut settled.refused,
        };
        into.push(conflict);
    }
    settled
}

/// A conflict for people: which field, who holds it, how and since when.
pub(super) fn describe(conflict: &FieldConflict) -> String {
    let how = match conflict.operation {
        Operation::Apply => "applied",
        Operation::Update => "updated",
    };
    let mut text = format!("{} is held by {:?} ({how}", conflict.path, conflict.manager);
    if let Some(subresource) = &conflict.subresource {
        text.push_str(&format!(" through {subresource}"));
    }
    if let Some(time) = &conflict.time {
        text.push_str(&format!(" at {time}"));
    }
    text.push(')');
    text
}

/// Takes a field out of a body. The path is the server's: `spec.ports[port=80,protocol="TCP"].name`, where names of fields stand as they
/// are, dots and all. False when the body has no such field.
pub(super) fn remove(body: &mut Value, path: &str) -> bool {
    match path.strip_prefix('.').unwrap_or(path) {
        "" => false,
        path => remove_at(body, path),
    }
}

fn remove_at(value: &mut Value, path: &str) -> bool {
    match value {
        Value::Object(map) => {
            // A name may have dots in it, so the longest that fits is the one that is meant.
            let fits = |name: &&String| {
                path.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            let Some(name) = map.keys().filter(fits).max_by_key(|name| name.len()).cloned() else { return false };
            let rest = path[name.len()..].trim_start_matches('.');
            if rest.is_empty() {
                map.remove(&name).is_some()
            } else {
                map.get_mut(&name).is_some_and(|below| remove_at(below, rest))
            }
        }
        Value::Array(items) => {
            let Some((keys, rest)) = path.strip_prefix('[').and_then(split_keys) else { return false };
            let Some(at) = items.iter().enumerate().position(|(at, item)| is_meant(keys, at, item)) else {
                return false;
            };
            let rest = rest.trim_start_matches('.');
            if rest.is_empty() {
                items.remove(at);
                true
            } else {
                remove_at(&mut items[at], rest)
            }
        }
        _ => false,
    }
}

/// Splits behind the bracket that ends a key, not looking into quotes.
fn split_keys(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

/// Whether an item is the one of `port=80,protocol="TCP"`, `="value"` or `2`.
fn is_meant(keys: &str, at: usize, item: &Value) -> bool {
    if let Some(value) = keys.strip_prefix('=') {
        return serde_json::from_str::<Value>(value).is_ok_and(|value| value == *item);
    }
    if keys.bytes().all(|byte| byte.is_ascii_digit()) {
        return keys.parse() == Ok(at);
    }
    split_pairs(keys).into_iter().all(|pair| {
        let Some((name, value)) = pair.split_once('=') else { return false };
        match (serde_json::from_str::<Value>(value), item.get(name)) {
            (Ok(value), Some(own)) => value == *own,
            // What a declaration leaves out, the server fills in.
            (Ok(value), None) => item.is_object() && name == "protocol" && value == "TCP",
            (Err(_), _) => false,
        }
    })
}

fn split_pairs(keys: &str) -> Vec<&str> {
    let (mut pairs, mut from, mut quoted) = (Vec::new(), 0, false);
    for (at, character) in keys.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                pairs.push(&keys[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    pairs.push(&keys[from..]);
    pairs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_found_by_the_servers_path() {
        let body = json!({
            "metadata": {"annotations": {"example.com/a": "1", "example.com/a.b": "2"}},
            "spec": {
                "replicas": 3,
                "ports": [{"port": 80, "name": "http"}, {"port": 80, "protocol": "UDP"}],
                "containers": [{"name": "app", "image": "i", "args": ["x", "y"]}],
                "finalizers": ["one", "two"],
            },
        });
        for (path, expected) in
            [(".spec.replicas", json!({"replicas": null})), ("spec.replicas", json!({"replicas": null}))]
        {
            let mut cut = body.clone();
            assert!(remove(&mut cut, path));
            assert_eq!(cut["spec"].get("replicas"), None, "{expected}");
        }
        let without = |path: &str| {
            let mut cut = body.clone();
            assert!(remove(&mut cut, path), "{path}");
            cut
        };
        assert_eq!(
            without("metadata.annotations.example.com/a.b")["metadata"]["annotations"],
            json!({"example.com/a": "1"})
        );
        assert_eq!(
            without("metadata.annotations.example.com/a")["metadata"]["annotations"],
            json!({"example.com/a.b": "2"})
        );
        assert_eq!(without(r#"spec.ports[port=80,protocol="TCP"].name"#)["spec"]["ports"][0], json!({"port": 80}));
        assert_eq!(without(r#"spec.ports[port=80,protocol="UDP"]"#)["spec"]["ports"].as_array().map(Vec::len), Some(1));
        assert_eq!(without(r#"spec.containers[name="app"].image"#)["spec"]["containers"][0].get("image"), None);
        assert_eq!(without(r#"spec.finalizers[="two"]"#)["spec"]["finalizers"], json!(["one"]));
        assert_eq!(without("spec.containers[0].args[1]")["spec"]["containers"][0]["args"], json!(["x"]));
    }

    #[test]
    fn what_is_not_there_is_not_taken_out() {
        let mut body = json!({"spec": {"containers": [{"name": "app"}]}});
        for path in [
            "",
            ".",
            "status",
            "spec.x",
            r#"spec.containers[name="other"]"#,
            "spec.containers[",
            "spec[0]",
            "spec.containers[9]",
        ] {
            assert!(!remove(&mut body, path), "{path}");
        }
        assert_eq!(body, json!({"spec": {"containers": [{"name": "app"}]}}));
    }

    proptest::proptest! {
        #[test]
        fn no_path_is_too_strange(path in ".{0,40}") {
            let mut body = json!({"a": {"b": [{"c": 1}, "x"]}, "": {"": 1}});
            remove(&mut body, &path);
        }
    }
}
