//! One step into an object, as `fieldsV1` and conflict messages name it. Knows nothing of schemas.
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde_json::{Number, Value};

use crate::schema::text::quote;
use crate::schema::types::Name;

/// A path element. Order: fields, then keys, then values, then indices, as structured-merge-diff sorts them.
#[derive(Clone, Debug)]
pub(crate) enum Element {
    /// A field or map key, `f:name`.
    Field(Name),
    /// A list item by its merge keys, sorted by name, `k:{"name":"web"}`.
    Key(Arc<[(Name, Value)]>),
    /// A member of a set, `v:"a"`.
    Value(Arc<Value>),
    /// An item of an atomic list, `i:0`.
    Index(i64),
}

impl Element {
    pub(crate) fn field(name: &str) -> Self {
        Self::Field(name.into())
    }

    /// Reads `f:name`, `k:{…}`, `v:…` or `i:0`; `Ok(None)` for a kind of element a later release may know.
    ///
    /// # Errors
    /// The element is malformed.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, String> {
        let (kind, rest) = match text.as_bytes() {
            [_, b':', ..] => (text.get(..1).unwrap_or_default(), text.get(2..).unwrap_or_default()),
            [_, _, ..] => return Err(format!("missing colon: {text}")),
            _ => return Err("key must be 2 characters long:".to_owned()),
        };
        Ok(Some(match kind {
            "f" => Self::Field(rest.into()),
            "k" => Self::Key(parse_keys(rest)?),
            "v" => Self::Value(Arc::new(serde_json::from_str(rest).map_err(|error| error.to_string())?)),
            "i" => Self::Index(rest.parse().map_err(|_| format!("parsing {}: invalid syntax", quote(rest)))?),
            _ => return Ok(None),
        }))
    }

    /// The form in `fieldsV1`.
    pub(crate) fn serialize(&self) -> String {
        match self {
            Self::Field(name) => {
                let mut out = String::with_capacity(name.len() + 2);
                out.push_str("f:");
                out.push_str(name);
                out
            }
            Self::Key(keys) => {
                let mut out = String::with_capacity(32);
                out.push_str("k:{");
                for (index, (name, value)) in keys.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    json_text(name, &mut out);
                    out.push(':');
                    json(value, &mut out);
                }
                out.push('}');
                out
            }
            Self::Value(value) => {
                let mut out = String::from("v:");
                json(value, &mut out);
                out
            }
            Self::Index(index) => format!("i:{index}"),
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Field(_) => 0,
            Self::Key(_) => 1,
            Self::Value(_) => 2,
            Self::Index(_) => 3,
        }
    }
}

fn parse_keys(text: &str) -> Result<Arc<[(Name, Value)]>, String> {
    // The usual case, one string key, without building a map.
    if let Some(keys) = parse_single_key(text) {
        return Ok(keys);
    }
    let Value::Object(fields) = serde_json::from_str(text).map_err(|error| error.to_string())? else {
        return Err(format!("expect {{ or n, but found {}", text.chars().next().unwrap_or(' ')));
    };
    Ok(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn parse_single_key(text: &str) -> Option<Arc<[(Name, Value)]>> {
    let (name, rest) = text.strip_prefix("{\"")?.split_once("\":\"")?;
    let value = rest.strip_suffix("\"}")?;
    if name.contains(['"', '\\']) || value.contains(['"', '\\']) || value.bytes().any(|byte| byte < 0x20) {
        return None;
    }
    Some(Arc::new([(Name::from(name), Value::from(value))]))
}

impl Ord for Element {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Field(a), Self::Field(b)) => {
                // Names of declared fields are shared, which makes equality cheap.
                if Arc::ptr_eq(a, b) { Ordering::Equal } else { a.cmp(b) }
            }
            (Self::Key(a), Self::Key(b)) => {
                for ((a_name, a_value), (b_name, b_value)) in a.iter().zip(b.iter()) {
                    let order = a_name.cmp(b_name).then_with(|| compare(a_value, b_value));
                    if order != Ordering::Equal {
                        return order;
                    }
                }
                a.len().cmp(&b.len())
            }
            (Self::Value(a), Self::Value(b)) => compare(a, b),
            (Self::Index(a), Self::Index(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Element {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Element {}

/// As people read it: `.spec`, `[name="web"]`, `[="a"]`, `[0]`.
impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Key(keys) => {
                f.write_str("[")?;
                for (index, (name, value)) in keys.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(f, "{comma}{name}={}", readable(value))?;
                }
                f.write_str("]")
            }
            Self::Value(value) => write!(f, "[={}]", readable(value)),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

fn readable(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => go_number(number),
        Value::String(text) => quote(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(readable).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(fields) => fields.iter().map(|(key, value)| format!("{key}={}", readable(value))).collect(),
    }
}

/// A whole float is written without a fraction.
fn go_number(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e21 => format!("{float:.0}"),
        _ => number.to_string(),
    }
}

/// The total order structured-merge-diff gives values: numbers, strings, booleans, lists, maps, null.
pub(crate) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => compare_numbers(a, b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Array(a), Value::Array(b)) => {
            for (a, b) in a.iter().zip(b) {
                let order = compare(a, b);
                if order != Ordering::Equal {
                    return order;
                }
            }
            a.len().cmp(&b.len())
        }
        (Value::Object(a), Value::Object(b)) => {
            for ((a_key, a), (b_key, b)) in a.iter().zip(b) {
                let order = a_key.cmp(b_key).then_with(|| compare(a, b));
                if order != Ordering::Equal {
                    return order;
                }
            }
            a.len().cmp(&b.len())
        }
        (a, b) => rank(a).cmp(&rank(b)),
    }
}

/// Equality that does not tell 1 from 1.0.
pub(crate) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || compare_numbers(a, b) == Ordering::Equal,
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((a_key, a), (b_key, b))| a_key == b_key && equal(a, b))
        }
        (a, b) => a == b,
    }
}

fn compare_numbers(a: &Number, b: &Number) -> Ordering {
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => {
            let (a, b) = (a.as_f64().unwrap_or(f64::MAX), b.as_f64().unwrap_or(f64::MAX));
            a.partial_cmp(&b).unwrap_or(Ordering::Equal)
        }
    }
}

const fn rank(value: &Value) -> u8 {
    match value {
        Value::Number(_) => 0,
        Value::String(_) => 1,
        Value::Bool(_) => 2,
        Value::Array(_) => 3,
        Value::Object(_) => 4,
        Value::Null => 5,
    }
}

fn json(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&go_number(number)),
        Value::String(text) => json_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                json(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (index, (key, value)) in fields.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                json_text(key, out);
                out.push(':');
                json(value, out);
            }
            out.push('}');
        }
    }
}

/// A JSON string with the characters escaped that Go escapes.
pub(crate) fn json_text(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\u{0}'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            _ => out.push(char),
        }
    }
    out.push('"');
}
