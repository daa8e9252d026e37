//! Snapshots as JSON: one format, named in the text. Knows nothing of what the objects are.
//!
//! No error tells what an object holds, so everything is read into plain JSON first.

use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::{FORMAT, Item, ItemError, ItemProblem, Snapshot, SnapshotError};
use crate::storage::Object;

impl Snapshot {
    /// The snapshot as text, indented, so that two of them can be compared line by line.
    ///
    /// It holds the content of every Secret: keep it where Secrets may be kept.
    pub fn to_json(&self) -> String {
        let mut text = format!("{:#}", self.to_value());
        text.push('\n');
        text
    }

    /// Reads a snapshot from its text. What the objects are is found out when they are restored.
    ///
    /// # Errors
    /// When the text is no JSON, no snapshot, or in another format, and for items without a resource or an object.
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        Self::from_value(serde_json::from_str(text).map_err(SnapshotError::Json)?)
    }

    fn to_value(&self) -> Value {
        let item = |item: &Item| {
            let mut value = json!({"resource": item.resource, "object": item.object.value()});
            if item.object.has_residue() {
                value["residue"] = json!(true);
            }
            value
        };
        json!({
            "format": FORMAT, "kubernetes": crate::api::VERSION, "revision": self.revision,
            "items": self.items.iter().map(item).collect::<Vec<_>>(),
        })
    }

    fn from_value(mut value: Value) -> Result<Self, SnapshotError> {
        match value["format"].as_str() {
            Some(FORMAT) => {}
            Some(other) => return Err(SnapshotError::Format { found: other.chars().take(40).collect() }),
            None => return Err(SnapshotError::NoSnapshot { missing: "format" }),
        }
        // There has to be room for what is written later.
        let revision = value["revision"].as_i64().and_then(|revision| u64::try_from(revision).ok());
        let revision =
            revision.filter(|revision| *revision > 0).ok_or(SnapshotError::NoSnapshot { missing: "revision" })?;
        let Value::Array(found) = value["items"].take() else {
            return Err(SnapshotError::NoSnapshot { missing: "items" });
        };
        let mut items = Vec::with_capacity(found.len());
        let mut broken = Vec::new();
        for (index, found) in found.into_iter().enumerate() {
            match read(found) {
                Some(item) => items.push(item),
                None => broken.push(ItemError {
                    index,
                    resource: String::new(),
                    key: String::new(),
                    problem: ItemProblem::Incomplete,
                }),
            }
        }
        if !broken.is_empty() {
            return Err(SnapshotError::Items(broken));
        }
        Ok(Self { revision, items: items.into() })
    }
}

fn read(item: Value) -> Option<Item> {
    let Value::Object(mut item) = item else { return None };
    let Some(Value::String(resource)) = item.remove("resource") else { return None };
    let Some(Value::Object(object)) = item.remove("object") else { return None };
    let residue = item.get("residue") == Some(&Value::Bool(true));
    let key = key_of(&object);
    let version = object.get("metadata").and_then(|metadata| metadata["resourceVersion"].as_str());
    let version = version.map(str::parse::<u64>);
    let object = Value::Object(object);
    let object = match version {
        Some(Ok(revision)) => Object::new(key, revision, object).with_residue(residue),
        // Revision 0 is refused when it is restored.
        _ => Object::unversioned(key, object),
    };
    Some(Item { resource: resource.into(), object: Arc::new(object) })
}

fn key_of(object: &Map<String, Value>) -> Box<str> {
    let text = |field: &str| {
        object.get("metadata").and_then(|metadata| metadata[field].as_str()).unwrap_or_default().to_owned()
    };
    match text("namespace") {
        namespace if namespace.is_empty() => text("name").into(),
        namespace => format!("{namespace}/{}", text("name")).into(),
    }
}

impl Serialize for Snapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Snapshot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
