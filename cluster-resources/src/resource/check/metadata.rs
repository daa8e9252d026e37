//! What every object has: name, namespace, labels, annotations, owners.

use serde_json::{Map, Value};

use super::Findings;
use crate::resource::names::{self, Syntax};
use crate::resource::place::Place;

/// Source: `TotalAnnotationSizeLimitB` in apimachinery, `pkg/api/validation/objectmeta.go`.
const MAX_ANNOTATION_BYTES: usize = 256 * 1024;

impl Findings {
    /// The name, and whether the server completes it.
    pub(super) fn name<'a>(
        &mut self,
        metadata: &'a Map<String, Value>,
        place: &Place<'_>,
        syntax: Syntax,
    ) -> Option<(&'a str, bool)> {
        if metadata.contains_key("name") || !metadata.contains_key("generateName") {
            let name = self.text(metadata, place, "name")?;
            if !syntax.accepts(name) {
                self.add(&place.key("name"), syntax.rule());
            }
            return Some((name, false));
        }
        let base = self.text(metadata, place, "generateName")?;
        let stem = base.trim_end_matches(['-', '.']);
        // The server appends letters and digits.
        if stem.is_empty() || !syntax.accepts(stem) {
            self.add(&place.key("generateName"), syntax.rule());
        }
        Some((if stem.is_empty() { base } else { stem }, true))
    }

    /// Everything but the name. The namespace, if there is one.
    pub(super) fn metadata<'a>(&mut self, metadata: &'a Map<String, Value>, place: &Place<'_>) -> Option<&'a str> {
        self.labels_and_annotations(metadata, place);
        self.owners(metadata, place);
        let finalizers = place.key("finalizers");
        for (index, item) in self.list(metadata.get("finalizers"), &finalizers).iter().enumerate() {
            if !item.is_string() {
                self.wrong(&finalizers.index(index), "a string", item);
            }
        }
        match metadata.get("namespace")? {
            Value::String(namespace) if namespace.is_empty() => None,
            Value::String(namespace) => {
                if !Syntax::Label.accepts(namespace) {
                    self.add(&place.key("namespace"), Syntax::Label.rule());
                }
                Some(namespace)
            }
            other => {
                self.wrong(&place.key("namespace"), "a string", other);
                None
            }
        }
    }

    /// Labels and annotations of an object or of a template.
    pub(super) fn labels_and_annotations(&mut self, metadata: &Map<String, Value>, place: &Place<'_>) {
        let labels = place.key("labels");
        for (key, value) in self.map(metadata.get("labels"), &labels).into_iter().flatten() {
            let place = labels.key(key);
            if !names::qualified(key) {
                self.add(&place, "is no name for a label: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'");
            }
            match value {
                Value::String(text) if names::label_value(text) => {}
                Value::String(_) => self.add(
                    &place,
                    "must be at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
                ),
                other => self.wrong(&place, "a string", other),
            }
        }
        let annotations = place.key("annotations");
        let mut bytes = 0;
        for (key, value) in self.map(metadata.get("annotations"), &annotations).into_iter().flatten() {
            let place = annotations.key(key);
            // The API server compares them in lower case.
            if !names::qualified(&key.to_lowercase()) {
                self.add(&place, "is no name for an annotation: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'");
            }
            match value {
                Value::String(text) => bytes += key.len() + text.len(),
                other => self.wrong(&place, "a string", other),
            }
        }
        if bytes > MAX_ANNOTATION_BYTES {
            self.add(&annotations, format!("has {bytes} bytes; at most {MAX_ANNOTATION_BYTES} are allowed"));
        }
    }

    fn owners(&mut self, metadata: &Map<String, Value>, place: &Place<'_>) {
        let list = place.key("ownerReferences");
        let mut controllers = 0;
        for (index, item) in self.list(metadata.get("ownerReferences"), &list).iter().enumerate() {
            let place = list.index(index);
            let Some(owner) = self.map(Some(item), &place) else { continue };
            for key in ["apiVersion", "kind", "name", "uid"] {
                self.text(owner, &place, key);
            }
            controllers += usize::from(owner.get("controller") == Some(&Value::Bool(true)));
        }
        if controllers > 1 {
            self.add(&list, format!("names {controllers} controllers; there can be one"));
        }
    }
}
