//! Finds the values of Secrets in texts and puts a mark in their place; knows nothing of where the texts come from.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::desired::DesiredSet;
use crate::id::GroupKind;
use crate::observed::Observed;
use crate::plan::secret_texts;
use crate::policy::Policy;

/// What stands where a secret value was.
pub const HIDDEN: &str = "‹hidden›";

/// Values are looked for from this length on, in bytes; shorter ones are in every other word.
pub const SHORTEST: usize = 6;

/// Lines of longer values are looked for alone from this length on, in bytes.
const SHORTEST_LINE: usize = 16;

/// What values are indexed by: their first bytes.
const INDEXED: usize = 4;

/// Values that must not be shown: those of the Secrets that are declared or were seen.
///
/// A plan holds none of them. Texts that come from elsewhere may: an API server quotes what it refuses, a path or a URL may
/// carry a token. Values of [`SHORTEST`] bytes and more are found, decoded and in base64, and so are the longer lines of values that
/// have several.
#[derive(Clone, Default)]
pub struct SecretValues {
    values: BTreeSet<String>,
    index: HashMap<[u8; INDEXED], Vec<String>, foldhash::fast::FixedState>,
}

// === impl SecretValues ===

impl SecretValues {
    /// Nothing to hide yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The values of the Secrets that are declared, and of those that were seen.
    #[must_use]
    pub fn of(desired: &DesiredSet, observed: &Observed) -> Self {
        let secret = GroupKind::core("Secret");
        let mut values = Self::new();
        for (_, bucket) in desired.buckets.iter().filter(|(id, _)| id.kind == secret) {
            bucket.objects.values().for_each(|declared| values.add_object(declared.resource.body()));
        }
        for (_, bucket) in observed.buckets.iter().filter(|(id, _)| id.kind == secret) {
            bucket.objects.values().filter_map(|live| live.value()).for_each(|live| values.add_object(live));
        }
        values
    }

    /// The same, and the values at the paths that a policy says are secrets ([`Policy::secrets`]).
    #[must_use]
    pub fn under(policy: &Policy, desired: &DesiredSet, observed: &Observed) -> Self {
        let mut values = Self::of(desired, observed);
        if policy.secrets.is_empty() {
            return values;
        }
        for (id, bucket) in &desired.buckets {
            for declared in bucket.objects.values() {
                secret_texts(policy, &id.kind, declared.resource.body()).iter().for_each(|text| values.add(text));
            }
        }
        for (id, bucket) in &observed.buckets {
            for live in bucket.objects.values().filter_map(|live| live.value()) {
                secret_texts(policy, &id.kind, live).iter().for_each(|text| values.add(text));
            }
        }
        values
    }

    /// Adds the values of a Secret: `data`, `stringData`, and what was applied last as `kubectl apply` notes it.
    pub fn add_object(&mut self, secret: &Value) {
        for encoded in texts(secret.get("data")) {
            self.add(encoded);
            if let Some(decoded) = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok())
            {
                self.add(&decoded);
            }
        }
        for plain in texts(secret.get("stringData")) {
            self.add(plain);
            self.add(&STANDARD.encode(plain));
        }
        let applied = secret
            .pointer("/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration")
            .and_then(Value::as_str)
            .and_then(|text| serde_json::from_str::<Value>(text).ok());
        // One level: nobody notes what was applied within what was applied.
        for encoded in
            applied.iter().flat_map(|applied| texts(applied.get("data")).chain(texts(applied.get("stringData"))))
        {
            self.add(encoded);
        }
    }

    /// Adds one value.
    pub fn add(&mut self, value: &str) {
        let value = value.trim();
        self.insert(value);
        if value.contains('\n') {
            for line in value.lines().map(str::trim).filter(|line| line.len() >= SHORTEST_LINE) {
                // The frame of PEM blocks is no secret.
                if !line.starts_with("-----") {
                    self.insert(line);
                }
            }
            // As JSON and as Go's %q write it.
            if let Ok(quoted) = serde_json::to_string(value) {
                self.insert(quoted.trim_matches('"'));
            }
        }
    }

    fn insert(&mut self, value: &str) {
        if value.len() < SHORTEST || self.values.contains(value) {
            return;
        }
        let Some(head) = head(value.as_bytes()) else { return };
        self.values.insert(value.to_owned());
        let bucket = self.index.entry(head).or_default();
        // The longest first: a value may begin with another.
        let at = bucket.partition_point(|other| other.len() >= value.len());
        bucket.insert(at, value.to_owned());
    }

    /// Whether there is nothing to hide.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The text with [`HIDDEN`] in the place of every value.
    #[must_use]
    pub fn hide(&self, text: &str) -> String {
        if self.is_empty() || text.len() < SHORTEST {
            return text.to_owned();
        }
        let (mut out, mut kept, mut at) = (String::new(), 0, 0);
        while let Some(head) = text.as_bytes().get(at..).and_then(head) {
            let found = self.index.get(&head).and_then(|values| {
                values
                    .iter()
                    .find(|value| text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(value.as_bytes())))
            });
            match found {
                Some(value) => {
                    // Both ends are at characters: values are whole strings.
                    out.push_str(text.get(kept..at).unwrap_or_default());
                    out.push_str(HIDDEN);
                    at += value.len();
                    kept = at;
                }
                None => at += 1,
            }
        }
        out.push_str(text.get(kept..).unwrap_or_default());
        out
    }

    /// The value with every text in it, and every key of its maps, hidden where it must be.
    #[must_use]
    pub fn hide_value(&self, value: &Value) -> Value {
        if self.is_empty() {
            return value.clone();
        }
        match value {
            Value::String(text) => Value::String(self.hide(text)),
            Value::Array(items) => items.iter().map(|item| self.hide_value(item)).collect(),
            Value::Object(members) => {
                members.iter().map(|(key, member)| (self.hide(key), self.hide_value(member))).collect()
            }
            other => other.clone(),
        }
    }
}

impl fmt::Debug for SecretValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretValues").field("count", &self.values.len()).finish_non_exhaustive()
    }
}

fn head(bytes: &[u8]) -> Option<[u8; INDEXED]> {
    bytes.first_chunk().copied()
}

fn texts(map: Option<&Value>) -> impl Iterator<Item = &str> {
    map.and_then(Value::as_object).into_iter().flat_map(serde_json::Map::values).filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_found_plain_encoded_and_line_by_line() {
        let mut values = SecretValues::new();
        values.add_object(&json!({
            "data": { "password": STANDARD.encode("correct horse"), "key": STANDARD.encode("-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END KEY-----\n") },
            "stringData": { "token": "tok-123456", "short": "abc" },
        }));
        assert_eq!(values.hide("invalid: \"correct horse\""), "invalid: \"‹hidden›\"");
        assert_eq!(values.hide(&STANDARD.encode("correct horse")), HIDDEN);
        assert_eq!(values.hide(&STANDARD.encode("tok-123456")), HIDDEN);
        assert_eq!(values.hide("?token=tok-123456&x=abc"), "?token=‹hidden›&x=abc");
        assert_eq!(values.hide("line MIIEvQIBADANBgkqhkiG of"), "line ‹hidden› of");
        assert_eq!(values.hide("-----BEGIN KEY-----"), "-----BEGIN KEY-----");
        assert_eq!(values.hide_value(&json!({ "a": ["tok-123456", 1] })), json!({ "a": [HIDDEN, 1] }));
    }

    #[test]
    fn the_longest_value_is_hidden_and_null_data_is_nothing() {
        let mut values = SecretValues::new();
        values.add("abcdefgh");
        values.add("abcdef");
        values.add_object(&json!({ "data": null, "stringData": [1] }));
        assert_eq!(values.hide("x abcdefgh y abcdef"), "x ‹hidden› y ‹hidden›");
        assert!(!format!("{values:?}").contains("abcdef"));
    }

    proptest! {
        #[test]
        fn no_value_is_left_wherever_it_stands(before in ".{0,12}", value in "[^‹›\\s]{6,20}", after in ".{0,12}") {
            let mut values = SecretValues::new();
            values.add(&value);
            let hidden = values.hide(&format!("{before}{value}{after}"));
            prop_assert!(!hidden.contains(&value) || HIDDEN.contains(&value), "{hidden}");
        }
    }
}
