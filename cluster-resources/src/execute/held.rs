//! Who holds what in an object, after the fact: fields of others that are to be taken away, and fields that an earlier tool of ours
//! holds. Plain functions over `managedFields`.

use serde_json::{Map, Value, json};

use crate::plan::{ForeignField, is_client_side};
use crate::policy::Foreign;

/// Written by `kubectl apply` and `oc apply` on the client's side.
pub(super) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What is to be taken away from an object, as it is now.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Removals {
    /// A JSON patch that tests the resource version first; empty when there is nothing to do.
    pub(super) patch: Vec<Value>,
    /// Fields that it takes away.
    pub(super) removed: Vec<String>,
    /// Fields that could not be found again where they were.
    pub(super) lost: Vec<String>,
}

/// The patch that takes away what the plan says is to be reverted. Only what the managers that were seen
/// still hold, and nobody else.
pub(super) fn removals(object: &Value, foreign: &[ForeignField]) -> Removals {
    let mut found = Removals::default();
    let mut pointers: Vec<Vec<String>> = Vec::new();
    for field in foreign.iter().filter(|field| field.policy == Foreign::Revert) {
        let holders = holders(object, &field.pointer);
        let there = object.pointer(&field.pointer).is_some();
        let seen = |holder: &str| *holder == *field.manager || field.also.iter().any(|name| **name == *holder);
        if there && holders.iter().all(|holder| seen(holder)) && !holders.is_empty() {
            pointers.push(tokens(&field.pointer));
            found.removed.push(field.path.clone());
        } else if there {
            found.lost.push(field.path.clone());
        }
    }
    if pointers.is_empty() {
        return found;
    }
    // Later items of a list go first, and what is inside before what it is in.
    pointers.sort_by(|one, other| backwards(one, other));
    pointers.dedup();
    found.patch.push(
        json!({"op": "test", "path": "/metadata/resourceVersion", "value": object["metadata"]["resourceVersion"]}),
    );
    found.patch.extend(pointers.iter().map(|tokens| json!({"op": "remove", "path": pointer(tokens)})));
    found
}

fn backwards(one: &[String], other: &[String]) -> std::cmp::Ordering {
    for (a, b) in one.iter().zip(other) {
        let order = match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => b.cmp(&a),
            _ => b.cmp(a),
        };
        if order.is_ne() {
            return order;
        }
    }
    other.len().cmp(&one.len())
}

fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

fn pointer(tokens: &[String]) -> String {
    tokens.iter().fold(String::new(), |path, token| path + "/" + &token.replace('~', "~0").replace('/', "~1"))
}

/// The managers that hold what is at a place.
fn holders<'o>(object: &'o Value, at: &str) -> Vec<&'o str> {
    let entries = object.pointer("/metadata/managedFields").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let tokens = tokens(at);
    let mut holders: Vec<&str> = entries
        .iter()
        .filter(|entry| entry.get("fieldsV1").is_some_and(|fields| holds(fields, object, &tokens)))
        .filter_map(|entry| entry["manager"].as_str())
        .collect();
    holders.dedup();
    holders
}

/// Whether a set of fields names a place, or something in it.
fn holds(fields: &Value, value: &Value, tokens: &[String]) -> bool {
    let Some((token, rest)) = tokens.split_first() else { return true };
    let Some(fields) = fields.as_object() else { return false };
    match value {
        Value::Object(map) => match (fields.get(&format!("f:{token}")), map.get(token)) {
            (Some(below), Some(value)) => holds(below, value, rest),
            _ => false,
        },
        Value::Array(items) => {
            let Some(item) = token.parse::<usize>().ok().and_then(|at| items.get(at)) else { return false };
            fields.iter().any(|(key, below)| names(key, token, item) && holds(below, item, rest))
        }
        _ => false,
    }
}

/// Whether a key of a set of fields (`k:`, `v:`, `i:`) names an item of a list.
fn names(key: &str, index: &str, item: &Value) -> bool {
    if let Some(keys) = key.strip_prefix("k:") {
        let keys = serde_json::from_str::<Map<String, Value>>(keys).unwrap_or_default();
        !keys.is_empty() && keys.iter().all(|(name, value)| item.get(name) == Some(value))
    } else if let Some(value) = key.strip_prefix("v:") {
        serde_json::from_str::<Value>(value).is_ok_and(|value| value == *item)
    } else {
        key.strip_prefix("i:") == Some(index)
    }
}

/// How the fields of earlier tools become ours.
#[derive(Debug, PartialEq)]
pub(super) struct Migration {
    /// A JSON patch that tests the resource version first.
    pub(super) patch: Vec<Value>,
    /// Entries that stay theirs, as they name fields in another version: `manager in version`.
    pub(super) left: Vec<String>,
}

/// The patch that hands the fields of earlier tools to us, on first contact: their entries become one of ours, and the note that
/// `kubectl apply` left is dropped. Nothing when we have applied the object before, or no such tool holds anything.
///
/// Without it, what those tools wrote would stay forever once it is no longer declared.
///
/// An entry names fields as the version names them in which it was written, and a manager has one entry for what it applies. So entries of
/// one version become ours and keep it, as the server converts them when we apply in another: those of the version that is declared, or
/// where there are none, of the one that was written last. The others stay as they are, and are told.
///
/// Source: `csaupgrade/upgrade.go` of k8s.io/client-go, and `BuildManagerIdentifier` of
/// k8s.io/apimachinery `util/managedfields/internal/managedfields.go`.
pub(super) fn migration(object: &Value, manager: &str, api_version: &str) -> Option<Migration> {
    let entries = object.pointer("/metadata/managedFields")?.as_array()?;
    let ours = |entry: &&Value| {
        entry["manager"] == manager && entry["operation"] == "Apply" && entry.get("subresource").is_none()
    };
    if entries.iter().any(|entry| ours(&entry)) {
        return None;
    }
    let earlier = |entry: &Value| {
        let named = entry["manager"].as_str().is_some_and(|name| is_client_side(name) || name == manager);
        named && entry["operation"] == "Update" && entry.get("subresource").is_none_or(|name| name == "")
    };
    let version = |entry: &Value| entry["apiVersion"].as_str().unwrap_or(api_version).to_owned();
    let holding = || {
        entries
            .iter()
            .filter(|entry| earlier(entry) && entry["fieldsV1"].as_object().is_some_and(|own| !own.is_empty()))
    };
    let latest = holding().max_by_key(|entry| entry["time"].as_str().unwrap_or_default());
    let declared = holding().find(|entry| version(entry) == api_version);
    let chosen = version(declared.or(latest)?);
    let mut fields = Map::new();
    let (mut kept, mut left) = (Vec::new(), Vec::new());
    let mut time = &Value::Null;
    for entry in entries {
        if earlier(entry) && version(entry) != chosen {
            left.push(format!("{} in {}", entry["manager"].as_str().unwrap_or_default(), version(entry)));
            kept.push(entry.clone());
        } else if earlier(entry) {
            if let Some(own) = entry["fieldsV1"].as_object() {
                unite(&mut fields, own);
            }
            time = &entry["time"];
        } else {
            kept.push(entry.clone());
        }
    }
    if fields.is_empty() {
        return None;
    }
    let last_applied = format!("f:{LAST_APPLIED}");
    if let Some(annotations) =
        fields.get_mut("f:metadata").and_then(|fields| fields.get_mut("f:annotations")).and_then(Value::as_object_mut)
    {
        annotations.remove(&last_applied);
    }
    let mut entry = json!({
        "manager": manager, "operation": "Apply", "apiVersion": chosen, "fieldsType": "FieldsV1", "fieldsV1": fields,
    });
    if let (Some(entry), false) = (entry.as_object_mut(), time.is_null()) {
        entry.insert("time".into(), time.clone());
    }
    kept.insert(0, entry);
    let mut patch = vec![
        json!({"op": "test", "path": "/metadata/resourceVersion", "value": object["metadata"]["resourceVersion"]}),
        json!({"op": "replace", "path": "/metadata/managedFields", "value": kept}),
    ];
    if object["metadata"]["annotations"].get(LAST_APPLIED).is_some() {
        let path = pointer(&["metadata".into(), "annotations".into(), LAST_APPLIED.into()]);
        patch.push(json!({"op": "remove", "path": path}));
    }
    Some(Migration { patch, left })
}

fn unite(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(key).and_then(Value::as_object_mut), value) {
            (Some(own), Value::Object(other)) => unite(own, other),
            _ => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests;
