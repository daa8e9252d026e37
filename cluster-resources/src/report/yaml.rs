//! Objects as text that reads like YAML, in one order, for people and for diffs. It is not meant to be read back.

use serde_json::{Map, Value};

use crate::report::value::{plain, speaks_for_itself};

/// Fields that come first, at any level.
const FIRST: [&str; 4] = ["apiVersion", "kind", "metadata", "name"];

/// The value, one field a line.
pub(super) fn yaml(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(members) if !members.is_empty() => fields(members, 0, &mut out),
        Value::Array(items) if !items.is_empty() => list(items, 0, &mut out),
        other => out.push_str(&format!("{}\n", scalar(other))),
    }
    out
}

fn fields(members: &Map<String, Value>, depth: usize, out: &mut String) {
    let rank = |key: &str| FIRST.iter().position(|first| *first == key).unwrap_or(FIRST.len());
    let mut keys: Vec<_> = members.iter().collect();
    keys.sort_by(|(a, _), (b, _)| (rank(a), a).cmp(&(rank(b), b)));
    for (at, (key, member)) in keys.into_iter().enumerate() {
        // The first field of an item stands behind its dash.
        if at > 0 || !out.ends_with("- ") {
            out.push_str(&"  ".repeat(depth));
        }
        out.push_str(&scalar(&Value::String(key.clone())));
        out.push(':');
        below(member, depth, out);
    }
}

fn list(items: &[Value], depth: usize, out: &mut String) {
    for item in items {
        out.push_str(&"  ".repeat(depth));
        match item {
            Value::Object(members) if !members.is_empty() => {
                out.push_str("- ");
                fields(members, depth + 1, out);
            }
            other => {
                out.push('-');
                below(other, depth, out);
            }
        }
    }
}

/// What stands behind a key or a dash.
fn below(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            out.push('\n');
            fields(members, depth + 1, out);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            list(items, depth + 1, out);
        }
        Value::String(text) if text.trim_end().contains('\n') => {
            out.push_str(if text.ends_with('\n') { " |\n" } else { " |-\n" });
            for line in text.lines() {
                out.push_str(&"  ".repeat(depth + 1));
                out.push_str(&plain(line));
                out.push('\n');
            }
        }
        other => {
            out.push(' ');
            out.push_str(&scalar(other));
            out.push('\n');
        }
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if speaks_for_itself(text) && !text.contains(": ") && !text.contains('\n') => plain(text),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        other => plain(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_reads_like_yaml() {
        let object = json!({
            "spec": { "containers": [{ "image": "a:1", "name": "app", "args": ["x", "1"], "env": [] }], "empty": {} },
            "kind": "Pod", "apiVersion": "v1",
            "metadata": { "name": "p", "labels": { "a.b/c": "true" } },
            "data": { "file": "one\n two\n" },
        });
        let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels:\n    a.b/c: \"true\"\ndata:\n  file: |\n    one\n     two\n\
                    spec:\n  containers:\n    - name: app\n      args:\n        - x\n        - \"1\"\n      env: []\n      image: a:1\n  empty: {}\n";
        assert_eq!(yaml(&object), text);
    }
}
