//! Bodies in protobuf, which typed clients in Go send by default: read into JSON, for built-in kinds only. Answers stay JSON,
//! which the same clients take. Knows nothing of what the objects mean.

mod numbers;
mod wire;

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Api;
use super::openapi::models::{Field, MODELS};
use super::request::ResourcePath;
use super::resource::{Origin, api_version};
use super::status::Status;
use crate::schema::time;
use numbers::{NUMBERS, Slot};
use wire::{Reader, Wire};

const MEDIA_TYPE: &str = "application/vnd.kubernetes.protobuf";
/// What every body begins with; the rest is a `runtime.Unknown`.
const MAGIC: &[u8] = b"k8s\0";
/// How deep messages may be nested.
const DEPTH: usize = 64;

/// The bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Broken;

type Result<T> = std::result::Result<T, Broken>;

impl Api {
    /// The same request in JSON, if its body is protobuf and may be.
    pub(super) fn without_protobuf(
        &self,
        path: &ResourcePath,
        parts: &Parts,
        body: &Bytes,
    ) -> std::result::Result<Option<(Parts, Bytes)>, Status> {
        let media = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if media.split(';').next().unwrap_or_default().trim() != MEDIA_TYPE {
            return Ok(None);
        }
        let resource = self.registry.get(&api_version(&path.group, &path.version), &path.resource);
        if resource.is_some_and(|resource| resource.origin == Origin::Custom) {
            return Ok(None);
        }
        let json = match body.is_empty() {
            true => Bytes::new(),
            false => {
                let unread = |Broken| Status::bad_request("the body is no protobuf of a kind that the server knows");
                Bytes::from(object(body).map_err(unread)?.to_string())
            }
        };
        let mut parts = parts.clone();
        parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(Some((parts, json)))
    }
}

/// An object in its envelope.
fn object(body: &[u8]) -> Result<Value> {
    let envelope = body.strip_prefix(MAGIC).ok_or(Broken)?;
    let (mut version, mut kind, mut raw) = (String::new(), String::new(), &[][..]);
    for field in Reader::new(envelope) {
        match field? {
            (1, Wire::Bytes(meta)) => {
                for field in Reader::new(meta) {
                    match field? {
                        (1, Wire::Bytes(text)) => version = utf8(text)?,
                        (2, Wire::Bytes(text)) => kind = utf8(text)?,
                        _ => {}
                    }
                }
            }
            (2, Wire::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let (group, number) = version.split_once('/').unwrap_or(("", version.as_str()));
    let name = match kind.as_str() {
        "DeleteOptions" => "meta/v1.DeleteOptions",
        kind => MODELS.of(group, number, kind).ok_or(Broken)?,
    };
    let mut object = message(name, raw, DEPTH)?;
    object["apiVersion"] = json!(version);
    object["kind"] = json!(kind);
    Ok(object)
}

/// A message of a named type.
fn message(name: &str, bytes: &[u8], depth: usize) -> Result<Value> {
    let depth = depth.checked_sub(1).ok_or(Broken)?;
    let name = name.trim_end_matches("+granular");
    let fields = MODELS.fields(name);
    let mut out = Map::new();
    collect(name, fields, bytes, depth, &mut out)?;
    // Go writes what is not behind a pointer, set or not; as JSON it would not have.
    for field in fields {
        let is_empty = out.get(field.name).is_some_and(|value| match value {
            Value::Object(members) => field.flags.contains('z') && members.is_empty(),
            value => is_zero(value) && !field.flags.contains('p') && field.flags.contains(['o', 'z']),
        });
        if is_empty {
            out.remove(field.name);
        }
    }
    Ok(Value::Object(out))
}

/// Reads the fields of a message. What is embedded in Go is a message of its own here, and not in JSON.
fn collect(name: &str, fields: &[Field], bytes: &[u8], depth: usize, out: &mut Map<String, Value>) -> Result<()> {
    let slots = NUMBERS.get(name).ok_or(Broken)?;
    for read in Reader::new(bytes) {
        let (number, wire) = read?;
        match slots.get(&number) {
            Some(Slot::Embedded(below)) => {
                let depth = depth.checked_sub(1).ok_or(Broken)?;
                collect(below, fields, wire.bytes()?, depth, out)?;
            }
            Some(Slot::Field(json)) => {
                if let Some(field) = fields.iter().find(|field| field.name == *json) {
                    add(field.expression, wire, depth, out.entry(*json).or_insert(Value::Null))?;
                }
            }
            None => {}
        }
    }
    Ok(())
}

/// Adds one occurrence of a field to what was read of it.
fn add(expression: &'static str, wire: Wire<'_>, depth: usize, into: &mut Value) -> Result<()> {
    if let Some((_, rest)) = expression.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let element = unnamed(rest).trim_start_matches('*');
        let mut items = match into.take() {
            Value::Array(items) => items,
            _ => Vec::new(),
        };
        match (wire, is_varint(element)) {
            // Numbers may come packed.
            (Wire::Bytes(packed), true) => {
                for number in wire::packed(packed) {
                    items.push(single(element, Wire::Varint(number?), depth)?);
                }
            }
            (wire, _) => items.push(single(element, wire, depth)?),
        }
        *into = Value::Array(items);
        return Ok(());
    }
    if let Some((_, rest)) = expression.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        let element = unnamed(rest.trim_start_matches('!'));
        let (mut key, mut value) = (String::new(), Value::Null);
        for read in Reader::new(wire.bytes()?) {
            match read? {
                (1, wire) => key = utf8(wire.bytes()?)?,
                // A list inside of a map is a message around it.
                (2, wire) if element.starts_with('[') => {
                    value = json!([]);
                    for read in Reader::new(wire.bytes()?) {
                        add(element, read?.1, depth, &mut value)?;
                    }
                }
                (2, wire) => value = single(element, wire, depth)?,
                _ => {}
            }
        }
        if into.is_null() {
            *into = json!({});
        }
        into[key] = value;
        return Ok(());
    }
    *into = single(expression, wire, depth)?;
    Ok(())
}

/// A value that is neither a list nor a map.
fn single(expression: &'static str, wire: Wire<'_>, depth: usize) -> Result<Value> {
    if let Some(name) = expression.strip_prefix('#') {
        return message(name, wire.bytes()?, depth);
    }
    let base = expression.split_once('<').map_or(expression, |(base, _)| base);
    Ok(match base {
        "string" => json!(utf8(wire.bytes()?)?),
        "bool" => json!(wire.int()? != 0),
        "int32" | "int64" | "int" | "uint16" => json!(wire.int()?),
        "float64" => json!(wire.float()?),
        "bytes" => json!(base64(wire.bytes()?)),
        "quantity" => inner(wire.bytes()?, 1)?.map_or(Ok(json!("0")), |wire| Ok(json!(utf8(wire.bytes()?)?)))?,
        "intorstr" => match inner(wire.bytes()?, 1)?.map_or(Ok(0), |wire| wire.int())? {
            0 => json!(inner(wire.bytes()?, 2)?.map_or(Ok(0), |wire| wire.int())?),
            _ => json!(inner(wire.bytes()?, 3)?.map_or(Ok(String::new()), |wire| utf8(wire.bytes()?))?),
        },
        "time" | "microtime" => moment(wire.bytes()?, base == "microtime")?,
        "raw" | "fieldsv1" | "json" => match inner(wire.bytes()?, 1)? {
            Some(raw) => serde_json::from_slice(raw.bytes()?).map_err(|_| Broken)?,
            None => Value::Null,
        },
        "propsorbool" => match inner(wire.bytes()?, 2)? {
            Some(schema) => props(schema, depth)?,
            None => json!(inner(wire.bytes()?, 1)?.map_or(Ok(0), |wire| wire.int())? != 0),
        },
        "propsorarray" | "propsorstrings" => match inner(wire.bytes()?, 1)? {
            Some(schema) => props(schema, depth)?,
            None => {
                let mut items = Vec::new();
                for read in Reader::new(wire.bytes()?) {
                    let (_, item) = read?;
                    items.push(if base == "propsorarray" { props(item, depth)? } else { json!(utf8(item.bytes()?)?) });
                }
                Value::Array(items)
            }
        },
        _ => return Err(Broken),
    })
}

fn props(wire: Wire<'_>, depth: usize) -> Result<Value> {
    message("apiextensions/v1.JSONSchemaProps", wire.bytes()?, depth)
}

/// The last occurrence of a field.
fn inner(bytes: &[u8], wanted: u64) -> Result<Option<Wire<'_>>> {
    let mut found = None;
    for read in Reader::new(bytes) {
        let (number, wire) = read?;
        if number == wanted {
            found = Some(wire);
        }
    }
    Ok(found)
}

fn moment(bytes: &[u8], micros: bool) -> Result<Value> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let seconds = inner(bytes, 1)?.map_or(Ok(0), |wire| wire.int())?;
    let nanos = inner(bytes, 2)?.map_or(Ok(0), |wire| wire.int())?;
    let nanos = i32::try_from(nanos).map_err(|_| Broken)?;
    let at = Timestamp::new(seconds, nanos).map_err(|_| Broken)?;
    Ok(json!(if micros { at.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string() } else { time::seconds(at) }))
}

fn is_varint(expression: &str) -> bool {
    let base = expression.split_once('<').map_or(expression, |(base, _)| base);
    matches!(base, "bool" | "int32" | "int64" | "int" | "uint16")
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(_) => false,
    }
}

fn utf8(bytes: &[u8]) -> Result<String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Broken)
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// What follows the Go name of a type.
fn unnamed(text: &'static str) -> &'static str {
    text.strip_prefix('<').and_then(|rest| rest.split_once('>')).map_or(text, |(_, rest)| rest)
}

#[cfg(test)]
mod tests;
