//! What Secrets and ConfigMaps hold: keys and the form of values. Values are never quoted.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::Findings;
use crate::resource::names;
use crate::resource::place::Place;

impl Findings {
    pub(super) fn secret(&mut self, root: &Map<String, Value>) {
        self.entries(root, "data", true);
        self.entries(root, "stringData", false);
        if let Some(other) = root.get("type").filter(|value| !value.is_string()) {
            self.wrong(&Place::ROOT.key("type"), "a string", other);
        }
        self.immutable(root);
    }

    pub(super) fn config_map(&mut self, root: &Map<String, Value>) {
        let plain = self.entries(root, "data", false);
        let binary = self.entries(root, "binaryData", true);
        for key in plain.intersection(&binary) {
            self.add(&Place::ROOT.key("binaryData").key(key), "is in data too");
        }
        self.immutable(root);
    }

    fn entries<'a>(&mut self, root: &'a Map<String, Value>, part: &str, base64: bool) -> BTreeSet<&'a str> {
        let part_place = Place::ROOT.key(part);
        let mut keys = BTreeSet::new();
        for (key, value) in self.map(root.get(part), &part_place).into_iter().flatten() {
            let place = part_place.key(key);
            if !names::data_key(key) {
                self.add(&place, "is no key: at most 253 letters, digits, '-', '_' and '.'");
            }
            match value {
                Value::String(text) if base64 && !is_base64(text) => self.add(&place, "must be base64"),
                Value::String(_) => {}
                other => self.wrong(&place, "a string", other),
            }
            keys.insert(key.as_str());
        }
        keys
    }

    fn immutable(&mut self, root: &Map<String, Value>) {
        if let Some(other) = root.get("immutable").filter(|value| !value.is_boolean()) {
            self.wrong(&Place::ROOT.key("immutable"), "a boolean", other);
        }
    }
}

/// As the API server reads it, which overlooks line breaks.
fn is_base64(text: &str) -> bool {
    if text.contains(['\n', '\r']) {
        let joined: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
        return STANDARD.decode(joined).is_ok();
    }
    STANDARD.decode(text).is_ok()
}
