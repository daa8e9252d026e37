//! Reads a JSON body as the real server's typed decoder would: checks types, drops what is not declared, writes every value
//! in its canonical form. Knows types, not kinds.
use std::fmt::Write as _;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map as Object, Value};

use crate::schema::quantity::Quantity;
use crate::schema::text::quote;
use crate::schema::time;
use crate::schema::types::{Field, Go, TypeId, Types};

/// Go's standard encoding: padding required, stray bits in the last character ignored.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// Brings `value` into canonical form; returns the paths of unknown fields, which are dropped.
///
/// # Errors
/// The decoder's message, without the sentence around it.
pub(crate) fn decode(types: &Types, root: TypeId, value: &mut Value) -> Result<Vec<String>, String> {
    let mut decoder = Decoder { types, unknown: Vec::new() };
    let place = Place { parent: None, step: Step::Root };
    decoder.value(root, value, &place)?;
    Ok(decoder.unknown)
}

/// The zero of a type: what Go writes for a value nobody set.
pub(crate) fn zero(types: &Types, id: TypeId) -> Value {
    let of = types.get(id);
    match of.go {
        Go::String | Go::Bytes => Value::String(String::new()),
        Go::Bool => Value::Bool(false),
        Go::Int32 | Go::Int64 | Go::Float | Go::IntOrString => Value::from(0),
        Go::Quantity => Value::from("0"),
        Go::PropsOrBool => Value::Bool(false),
        Go::Free | Go::Time | Go::MicroTime | Go::PropsOrArray | Go::PropsOrStrings | Go::List | Go::Map => Value::Null,
        Go::Struct => {
            let mut object = Object::new();
            complete(types, id, &mut object, false);
            Value::Object(object)
        }
    }
}

/// Adds the fields Go writes even when nobody set them and, for an object somebody wrote, those with a declared default.
fn complete(types: &Types, id: TypeId, object: &mut Object<String, Value>, written: bool) {
    let Some(map) = &types.get(id).map else { return };
    for field in &map.fields {
        if let (true, Some(default)) = (written, declared_default(field)) {
            if object.get(&*field.name).is_none_or(|value| is_zero(value))
                && !(field.pointer && object.contains_key(&*field.name))
            {
                object.insert(field.name.to_string(), default.clone());
                continue;
            }
        }
        if !is_omitted(types, field) && !object.contains_key(&*field.name) {
            let value = if field.pointer { Value::Null } else { zero(types, field.of) };
            object.insert(field.name.to_string(), value);
        }
    }
}

/// A default that makes a difference: pointers tell nothing from zero, the rest does not.
fn declared_default(field: &Field) -> Option<&Value> {
    field.key_default.as_ref().filter(|default| field.pointer || !is_zero(default))
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) | Value::Array(_) => false,
    }
}

/// Whether a field that nobody set is left out.
fn is_omitted(types: &Types, field: &Field) -> bool {
    if field.omit_zero {
        return true;
    }
    if !field.omit_empty {
        return false;
    }
    // Go never leaves out a struct held by value.
    field.pointer
        || !matches!(
            types.get(field.of).go,
            Go::Struct | Go::Time | Go::MicroTime | Go::Quantity | Go::IntOrString | Go::PropsOrBool
        )
}

/// Whether a field's decoded value is left out.
fn is_dropped(types: &Types, field: &Field, value: &Value) -> bool {
    match value {
        Value::Null => is_omitted(types, field),
        _ if field.pointer || !field.omit_empty => false,
        Value::Bool(flag) => !flag && types.get(field.of).go == Go::Bool,
        Value::Number(number) => {
            number.as_f64() == Some(0.0) && matches!(types.get(field.of).go, Go::Int32 | Go::Int64 | Go::Float)
        }
        Value::String(text) => text.is_empty() && matches!(types.get(field.of).go, Go::String | Go::Bytes),
        Value::Array(items) => items.is_empty() && types.get(field.of).go == Go::List,
        Value::Object(fields) => fields.is_empty() && types.get(field.of).go == Go::Map,
    }
}

/// Where the decoder is; printed only when something is wrong.
struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Root,
    /// A field of a struct, with the struct's Go name.
    Field(&'a str, &'a str),
    /// A key of a map.
    Key(&'a str),
    Index(usize),
}

impl Place<'_> {
    /// `spec.containers[0].name`.
    fn path(&self) -> String {
        let mut out = self.parent.map(Self::path).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Field(name, _) | Step::Key(name) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(name);
            }
            Step::Index(index) => {
                // Writing to a String cannot fail.
                let _infallible = write!(out, "[{index}]");
            }
        }
        out
    }

    /// The fields of structs on the way, as Go names them in type errors.
    fn fields(&self, out: &mut Vec<String>) {
        if let Some(parent) = self.parent {
            parent.fields(out);
        }
        if let Step::Field(name, _) = self.step {
            out.push(name.to_owned());
        }
    }

    fn owner(&self) -> Option<&str> {
        match self.step {
            Step::Field(_, owner) => Some(owner),
            _ => self.parent.and_then(Self::owner),
        }
    }
}

struct Decoder<'a> {
    types: &'a Types,
    unknown: Vec<String>,
}

impl Decoder<'_> {
    fn value(&mut self, id: TypeId, value: &mut Value, place: &Place<'_>) -> Result<(), String> {
        let of = self.types.get(id);
        match (of.go, &mut *value) {
            (Go::Free, _) => Ok(()),
            (Go::Struct, Value::Null) => {
                *value = zero(self.types, id);
                Ok(())
            }
            (Go::Struct, Value::Object(object)) => self.object(id, object, place),
            (Go::Map, Value::Object(object)) => {
                let element = of.map.as_ref().and_then(|map| map.element);
                for (key, value) in object.iter_mut() {
                    let here = Place { parent: Some(place), step: Step::Key(key) };
                    if let Some(element) = element {
                        self.element(element, value, &here)?;
                    }
                }
                Ok(())
            }
            (Go::List, Value::Array(items)) => {
                if let Some(list) = &of.list {
                    for (index, item) in items.iter_mut().enumerate() {
                        let here = Place { parent: Some(place), step: Step::Index(index) };
                        self.element(list.element, item, &here)?;
                    }
                }
                Ok(())
            }
            (Go::List | Go::Map, Value::Null) => Ok(()),
            (Go::PropsOrBool | Go::PropsOrArray | Go::PropsOrStrings, _) => self.props(value, of.go, place),
            (_, Value::Null) => {
                *value = zero(self.types, id);
                Ok(())
            }
            (go, value) => self.leaf(go, value).map_err(|problem| match problem {
                Problem::Type => self.mismatch(id, value, place),
                Problem::Text(text) => text,
            }),
        }
    }

    /// An item of a list or a value of a map; the zero of a slice or map is written as null there.
    fn element(&mut self, id: TypeId, value: &mut Value, place: &Place<'_>) -> Result<(), String> {
        self.value(id, value, place)
    }

    fn object(&mut self, id: TypeId, object: &mut Object<String, Value>, place: &Place<'_>) -> Result<(), String> {
        let of = self.types.get(id);
        let Some(map) = &of.map else { return Ok(()) };
        let owner = bare(&of.go_name);
        let mut failure = None;
        object.retain(|key, value| {
            let Some(field) = map.field(key) else {
                let here = Place { parent: Some(place), step: Step::Key(key) };
                self.unknown.push(here.path());
                return false;
            };
            if failure.is_some() {
                return true;
            }
            let here = Place { parent: Some(place), step: Step::Field(&field.name, owner) };
            if field.pointer && value.is_null() {
                return !is_dropped(self.types, field, value);
            }
            if let Err(message) = self.value(field.of, value, &here) {
                failure = Some(message);
                return true;
            }
            !is_dropped(self.types, field, value)
        });
        if let Some(message) = failure {
            return Err(message);
        }
        complete(self.types, id, object, true);
        Ok(())
    }

    fn props(&mut self, value: &mut Value, go: Go, place: &Place<'_>) -> Result<(), String> {
        let Some(schema) = self.types.json_schema() else { return Ok(()) };
        match (go, &mut *value) {
            (Go::PropsOrStrings, Value::Array(_)) | (Go::PropsOrBool, Value::Bool(_)) => Ok(()),
            (Go::PropsOrArray, Value::Array(items)) => {
                for item in items {
                    self.value(schema, item, place)?;
                }
                Ok(())
            }
            (_, Value::Object(_)) => self.value(schema, value, place),
            (Go::PropsOrBool, Value::Null) => {
                *value = Value::Bool(false);
                Ok(())
            }
            (Go::PropsOrBool, _) => Err("boolean or JSON schema expected".to_owned()),
            _ => {
                *value = Value::Null;
                Ok(())
            }
        }
    }

    #[expect(clippy::unused_self, reason = "reads as part of the decoder")]
    fn leaf(&self, go: Go, value: &mut Value) -> Result<(), Problem> {
        match (go, &*value) {
            (Go::String, Value::String(_)) | (Go::Bool, Value::Bool(_)) => Ok(()),
            (Go::Int32, Value::Number(number)) => match number.as_i64().map(i32::try_from) {
                Some(Ok(_)) => Ok(()),
                _ => Err(Problem::Type),
            },
            (Go::Int64, Value::Number(number)) if number.is_i64() => Ok(()),
            (Go::Float, Value::Number(number)) => {
                // Go writes 2.0 as 2.
                if let Some(float) = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0) {
                    if float.abs() < 9e15 {
                        #[expect(clippy::cast_possible_truncation, reason = "checked to be a small integer")]
                        let whole = float as i64;
                        *value = Value::from(whole);
                    }
                }
                Ok(())
            }
            (Go::Bytes, Value::String(text)) => {
                let bytes = base64(text).map_err(Problem::Text)?;
                if let Some(canonical) = bytes {
                    *value = Value::String(canonical);
                }
                Ok(())
            }
            (Go::Quantity, Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
                let text = match &*value {
                    Value::String(text) => text.trim().to_owned(),
                    other => other.to_string(),
                };
                let quantity = Quantity::parse(&text).map_err(|message| Problem::Text(message.to_owned()))?;
                let canonical = quantity.canonical(&text);
                if value.as_str() != Some(canonical.as_str()) {
                    *value = Value::String(canonical);
                }
                Ok(())
            }
            (Go::Quantity, _) => {
                let message = Quantity::parse("{").err().unwrap_or_default();
                Err(Problem::Text(message.to_owned()))
            }
            (Go::IntOrString, Value::String(_)) => Ok(()),
            (Go::IntOrString, Value::Number(number)) => match number.as_i64().map(i32::try_from) {
                Some(Ok(_)) => Ok(()),
                _ => Err(Problem::Text(format!("json: cannot unmarshal number {number} into Go value of type int32"))),
            },
            (Go::IntOrString, other) => {
                Err(Problem::Text(format!("json: cannot unmarshal {} into Go value of type int32", json_kind(other))))
            }
            (Go::Time, Value::String(text)) => {
                *value = Value::String(time::canonical_seconds(text).map_err(Problem::Text)?);
                Ok(())
            }
            (Go::MicroTime, Value::String(text)) => {
                *value = Value::String(time::canonical_micros(text).map_err(Problem::Text)?);
                Ok(())
            }
            (Go::Time | Go::MicroTime, other) if !other.is_string() => {
                Err(Problem::Text(format!("json: cannot unmarshal {} into Go value of type string", json_kind(other))))
            }
            _ => Err(Problem::Type),
        }
    }

    fn mismatch(&self, id: TypeId, value: &Value, place: &Place<'_>) -> String {
        let of = self.types.get(id);
        let found = match (of.go, value) {
            (Go::Int32 | Go::Int64 | Go::Float, Value::Number(number)) => format!("number {number}"),
            _ => json_kind(value).to_owned(),
        };
        let mut fields = Vec::new();
        place.fields(&mut fields);
        match place.owner() {
            Some(owner) => format!(
                "json: cannot unmarshal {found} into Go struct field {owner}.{} of type {}",
                fields.join("."),
                of.go_name
            ),
            None => format!("json: cannot unmarshal {found} into Go value of type {}", of.go_name),
        }
    }
}

enum Problem {
    Type,
    Text(String),
}

fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// `Container` of `v1.Container`.
fn bare(go_name: &str) -> &str {
    go_name.rsplit_once('.').map_or(go_name, |(_, name)| name)
}

/// The text in canonical base64 when it is not canonical already.
fn base64(text: &str) -> Result<Option<String>, String> {
    let stripped;
    let given = if text.contains(['\r', '\n']) {
        stripped = text.replace(['\r', '\n'], "");
        stripped.as_str()
    } else {
        text
    };
    match BASE64.decode(given) {
        Ok(bytes) => {
            let canonical = BASE64.encode(bytes);
            Ok((canonical != text).then_some(canonical))
        }
        Err(_) => Err(format!("illegal base64 data at input byte {}", illegal_byte(text))),
    }
}

/// Where Go's decoder stops reading.
fn illegal_byte(text: &str) -> usize {
    let bytes = text.as_bytes();
    let skip = |mut at: usize| {
        while matches!(bytes.get(at), Some(b'\r' | b'\n')) {
            at += 1;
        }
        at
    };
    let mut at = 0;
    loop {
        let mut quantum = 0;
        while quantum < 4 {
            at = skip(at);
            match bytes.get(at) {
                // Go reports the start of the incomplete group.
                None if quantum == 0 => return at,
                None => return at - quantum,
                Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/') => {
                    quantum += 1;
                    at += 1;
                }
                Some(b'=') if quantum == 3 => return skip(at + 1),
                Some(b'=') if quantum == 2 => {
                    at = skip(at + 1);
                    return match bytes.get(at) {
                        Some(b'=') => skip(at + 1),
                        Some(_) => at,
                        None => bytes.len(),
                    };
                }
                Some(_) => return at,
            }
        }
    }
}

/// One strict decoding error: `unknown field "spec.foo"`.
pub(crate) fn unknown_field(path: &str) -> String {
    format!("unknown field {}", quote(path))
}
