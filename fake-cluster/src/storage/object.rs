//! One stored object: an immutable value, its key and revision, and its JSON text, written once on first use.

use std::sync::OnceLock;

use bytes::Bytes;
use serde_json::Value;

/// An object as it was at one revision.
#[derive(Debug)]
pub struct Object {
    key: Box<str>,
    revision: u64,
    value: Value,
    json: OnceLock<Bytes>,
}

// === impl Object ===

impl Object {
    /// Makes an object; its `metadata.resourceVersion` becomes `revision`.
    pub fn new(key: Box<str>, revision: u64, mut value: Value) -> Self {
        if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert("resourceVersion".into(), Value::String(revision.to_string()));
        }
        Self { key, revision, value, json: OnceLock::new() }
    }

    /// An object that is not stored: it has no revision and its value stays as it is.
    pub(crate) fn unversioned(key: Box<str>, value: Value) -> Self {
        Self { key, revision: 0, value, json: OnceLock::new() }
    }

    /// Where the object is stored: `namespace/name`, or `name` for a cluster-wide resource.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The revision of the write that produced it.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The object itself.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The object as JSON. The text is made on first use and shared from then on.
    pub fn json(&self) -> Bytes {
        self.json.get_or_init(|| Bytes::from(self.value.to_string())).clone()
    }

    /// `metadata`, or null.
    pub fn metadata(&self) -> &Value {
        &self.value["metadata"]
    }

    /// A string below `metadata`, or an empty one.
    pub fn meta_str(&self, field: &str) -> &str {
        self.value["metadata"][field].as_str().unwrap_or_default()
    }
}
