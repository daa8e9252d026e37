//! The members of `metadata` that the server reads and writes itself. Knows no rules for them.

use serde_json::{Map, Value, json};

/// The finalizers of an object.
pub(super) fn finalizers(object: &Value) -> Vec<&str> {
    object["metadata"]["finalizers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn owners(object: &Value) -> &[Value] {
    object["metadata"]["ownerReferences"].as_array().map_or(&[], Vec::as_slice)
}

/// Drops repeated owner references, and says whose they were.
pub(super) fn deduplicate_owners(object: &mut Value) -> Vec<String> {
    let mut kept: Vec<Value> = Vec::new();
    let mut repeated = Vec::new();
    for owner in owners(object) {
        if kept.contains(owner) {
            repeated.push(owner["uid"].as_str().unwrap_or_default().to_owned());
        } else {
            kept.push(owner.clone());
        }
    }
    if !repeated.is_empty() {
        set(object, "ownerReferences", Value::Array(kept));
    }
    repeated
}

/// `metadata`, made if it is missing.
pub(super) fn of_mut(object: &mut Value) -> Option<&mut Map<String, Value>> {
    let object = object.as_object_mut()?;
    object.entry("metadata").or_insert_with(|| json!({})).as_object_mut()
}

/// Sets a member of `metadata`; null removes it.
pub(super) fn set(object: &mut Value, field: &str, value: Value) {
    if let Some(metadata) = of_mut(object) {
        match value {
            Value::Null => drop(metadata.remove(field)),
            value => drop(metadata.insert(field.into(), value)),
        }
    }
}

/// A time as the API server writes it: whole seconds.
pub(super) fn seconds(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A name made of `prefix`: cut so that it stays a label, and five letters and digits that cannot be read as words.
pub(super) fn generated_name(prefix: &str, drawn: [u8; 16]) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut name: String = prefix.chars().take(58).collect();
    let mut drawn = u128::from_be_bytes(drawn);
    for _ in 0..5 {
        let count = LETTERS.len() as u128;
        let at = usize::try_from(drawn % count).unwrap_or_default();
        drawn /= count;
        name.push(char::from(LETTERS.get(at).copied().unwrap_or(b'x')));
    }
    name
}
