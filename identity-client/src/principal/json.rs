//! The JSON form: written as Go's encoder writes it, read as Go's decoder reads it.
//!
//! Knows nothing of headers or signatures.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{ActorType, Principal};

impl Principal {
    /// The compact JSON form, byte-for-byte what the Go services write: members in a fixed order,
    /// empty ones left out, and `<`, `>`, `&`, U+2028 and U+2029 escaped.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut object = ObjectWriter::new();
        self.write_members(&mut object);
        object.finish()
    }

    /// Writes the members of this principal into an object under construction.
    pub(crate) fn write_members(&self, object: &mut ObjectWriter) {
        object.string("organizationId", &self.organization_id);
        object.strings("organizationIds", &self.organization_ids);
        object.string("projectId", &self.project_id);
        object.string("type", self.actor_type.as_ref().map_or("", ActorType::as_str));
        object.string("actor", &self.actor);
    }

    /// Reads the JSON form, with the tolerance of the original: unknown members are ignored,
    /// `null` means absent, the last of several equal members wins, names match in any case, and
    /// a whole `null` is the empty principal.
    pub(super) fn read_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice::<Option<Wire>>(json).map(|wire| wire.map(|wire| wire.0).unwrap_or_default())
    }
}

/// Writes one compact JSON object and leaves empty members out.
#[derive(Debug)]
pub(crate) struct ObjectWriter {
    text: String,
}

impl ObjectWriter {
    pub(crate) fn new() -> Self {
        Self { text: String::from("{") }
    }

    pub(crate) fn string(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.name(name);
            write_string(&mut self.text, value);
        }
    }

    pub(crate) fn strings(&mut self, name: &str, values: &[String]) {
        if values.is_empty() {
            return;
        }
        self.name(name);
        for (index, value) in values.iter().enumerate() {
            self.text.push(if index == 0 { '[' } else { ',' });
            write_string(&mut self.text, value);
        }
        self.text.push(']');
    }

    pub(crate) fn integer(&mut self, name: &str, value: i64) {
        self.name(name);
        self.text.push_str(&value.to_string());
    }

    /// An object with one string member.
    pub(crate) fn nested(&mut self, name: &str, member: &str, value: &str) {
        let mut inner = Self::new();
        inner.string(member, value);
        self.name(name);
        self.text.push_str(&inner.finish());
    }

    pub(crate) fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }

    fn name(&mut self, name: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        write_string(&mut self.text, name);
        self.text.push(':');
    }
}

/// Quotes a string as Go's `encoding/json` does with HTML escaping on (its default).
fn write_string(out: &mut String, value: &str) {
    out.push('"');
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// A principal while it is being read.
struct Wire(Principal);

impl<'de> Deserialize<'de> for Wire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WireVisitor)
    }
}

struct WireVisitor;

impl<'de> Visitor<'de> for WireVisitor {
    type Value = Wire;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a principal object or null")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Wire, A::Error> {
        let mut principal = Principal::default();
        while let Some(name) = map.next_key::<String>()? {
            match Member::named(&name) {
                // Go leaves a string untouched when it meets null, and clears a list.
                Some(Member::OrganizationId) => {
                    replace(&mut principal.organization_id, map.next_value()?);
                }
                Some(Member::OrganizationIds) => {
                    let ids: Option<Vec<Option<String>>> = map.next_value()?;
                    principal.organization_ids =
                        ids.unwrap_or_default().into_iter().map(Option::unwrap_or_default).collect();
                }
                Some(Member::ProjectId) => replace(&mut principal.project_id, map.next_value()?),
                Some(Member::Type) => {
                    if let Some(word) = map.next_value::<Option<String>>()? {
                        principal.actor_type = (!word.is_empty()).then(|| ActorType::from(word));
                    }
                }
                Some(Member::Actor) => replace(&mut principal.actor, map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Wire(principal))
    }
}

fn replace(field: &mut String, value: Option<String>) {
    if let Some(value) = value {
        *field = value;
    }
}

#[derive(Clone, Copy)]
enum Member {
    OrganizationId,
    OrganizationIds,
    ProjectId,
    Type,
    Actor,
}

impl Member {
    const ALL: [(&'static str, Self); 5] = [
        ("organizationid", Self::OrganizationId),
        ("organizationids", Self::OrganizationIds),
        ("projectid", Self::ProjectId),
        ("type", Self::Type),
        ("actor", Self::Actor),
    ];

    /// Matches a name in any case, by Go's simple folding (where U+017F is an `s`).
    fn named(name: &str) -> Option<Self> {
        let folded: String = name
            .chars()
            .map(|character| match character {
                '\u{17f}' => 's',
                other => other.to_ascii_lowercase(),
            })
            .collect();
        Self::ALL.into_iter().find(|(known, _)| *known == folded).map(|(_, member)| member)
    }
}
