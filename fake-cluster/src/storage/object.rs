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
    residue: bool,
    json: OnceLock<Text>,
}

/// The JSON of an object, which begins with kind and apiVersion.
#[derive(Debug)]
struct Text {
    json: Bytes,
    /// Where the rest begins.
    tail: usize,
}

// === impl Object ===

impl Object {
    /// Makes an object; its `metadata.resourceVersion` becomes `revision`.
    pub fn new(key: Box<str>, revision: u64, mut value: Value) -> Self {
        if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert("resourceVersion".into(), Value::String(revision.to_string()));
        }
        Self { key, revision, value, residue: false, json: OnceLock::new() }
    }

    /// Says that a real server would have stored more than it ever shows: empty metadata, which goes when it is read.
    /// A write that changes nothing else takes it away.
    #[must_use]
    pub fn with_residue(mut self, residue: bool) -> Self {
        self.residue = residue;
        self
    }

    /// Whether more was stored than is shown.
    pub fn has_residue(&self) -> bool {
        self.residue
    }

    /// An object that is not stored: it has no revision and its value stays as it is.
    pub(crate) fn unversioned(key: Box<str>, value: Value) -> Self {
        Self { key, revision: 0, value, residue: false, json: OnceLock::new() }
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
        self.text().json.clone()
    }

    /// The object as JSON, and where in it the members behind kind and apiVersion begin.
    pub(crate) fn parts(&self) -> (&[u8], usize) {
        let text = self.text();
        (&text.json, text.tail)
    }

    fn text(&self) -> &Text {
        self.json.get_or_init(|| {
            let mut json = format!("{{\"kind\":{},\"apiVersion\":{}", self.value["kind"], self.value["apiVersion"]);
            let mut tail = json.len();
            for (key, value) in self.value.as_object().into_iter().flatten() {
                if matches!(key.as_str(), "kind" | "apiVersion") {
                    continue;
                }
                json.push(',');
                if json.len() == tail + 1 {
                    tail += 1;
                }
                json.push_str(&Value::String(key.clone()).to_string());
                json.push(':');
                json.push_str(&value.to_string());
            }
            json.push('}');
            Text { json: Bytes::from(json), tail }
        })
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
