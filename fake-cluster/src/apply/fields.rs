//! `fieldsV1`: the JSON form of a set of paths. Knows nothing of managers.
use serde_json::{Map as Object, Value};

use crate::apply::path::{Element, json_text};
use crate::apply::set::Set;

/// Reads `fieldsV1`.
///
/// # Errors
/// A key is not a path element.
pub(crate) fn parse(value: &Value) -> Result<Set, String> {
    let mut set = Set::new();
    let Value::Object(fields) = value else {
        return match value {
            Value::Null => Ok(set),
            _ => Err("expect { or n".to_owned()),
        };
    };
    for (key, value) in fields {
        if key == "." {
            continue;
        }
        let Some(element) = Element::parse(key)? else { continue };
        let below = parse(value)?;
        // Nothing below means that the element itself is meant.
        let member = below.is_empty() || value.get(".").is_some();
        set.add(element, member, below);
    }
    Ok(set)
}

/// `fieldsV1` as JSON.
pub(crate) fn to_value(set: &Set) -> Value {
    let mut fields = Object::new();
    for entry in set.entries() {
        let mut below = match to_value(&entry.below) {
            Value::Object(below) => below,
            _ => Object::new(),
        };
        if entry.member && !entry.below.is_empty() {
            below.insert(".".to_owned(), Value::Object(Object::new()));
        }
        fields.insert(entry.element.serialize(), Value::Object(below));
    }
    Value::Object(fields)
}

/// `fieldsV1` as text, with the keys in the order in which the real server writes them.
#[must_use]
pub(crate) fn to_text(set: &Set) -> String {
    let mut out = String::new();
    write(set, false, &mut out);
    out
}

fn write(set: &Set, with_self: bool, out: &mut String) {
    out.push('{');
    let mut first = true;
    let mut comma = |out: &mut String| {
        if !std::mem::take(&mut first) {
            out.push(',');
        }
    };
    if with_self && !set.is_empty() {
        comma(out);
        out.push_str("\".\":{}");
    }
    for entry in set.entries() {
        comma(out);
        json_text(&entry.element.serialize(), out);
        out.push(':');
        write(&entry.below, entry.member, out);
    }
    out.push('}');
}
