//! Reads a JSON body as the real server's typed decoder would: checks types, drops what is not declared, writes every value
//! in its canonical form. Knows types, not kinds.
use std::fmt::Write as _;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map as Object, Value};

use crate::schema::outline::Outline;
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

/// What was wrong with a value that could be read all the same.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// The path of a field that is not declared; it is dropped.
    Unknown(String),
    /// The path of a field that was there twice; the last one counts.
    Repeated(String),
}

impl Slip {
    /// One strict decoding error: `unknown field "spec.foo"`.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Unknown(path) => format!("unknown field {}", quote(path)),
            Self::Repeated(path) => format!("duplicate field {}", quote(path)),
        }
    }

    /// The same below another path.
    pub(crate) fn below(self, prefix: &str) -> Self {
        match self {
            Self::Unknown(path) => Self::Unknown(format!("{prefix}.{path}")),
            Self::Repeated(path) => Self::Repeated(format!("{prefix}.{path}")),
        }
    }
}

/// The real server reports no more than this.
const SLIPS: usize = 100;

/// Brings `value` into canonical form; returns what was dropped. With the outline of its text, everything is found in
/// the order of the text, else in the order of the keys.
///
/// # Errors
/// The decoder's message, without the sentence around it.
pub(crate) fn decode(
    types: &Types,
    root: TypeId,
    value: &mut Value,
    outline: Option<&Outline>,
) -> Result<Vec<Slip>, String> {
    Decoder { types, slips: Vec::new(), mismatch: None, merged: false }.run(root, value, outline)
}

/// As [`decode`], for an object that was merged from others. The real server copies those field by field, not through
/// text: whole numbers fit any field of numbers, too large ones lose their upper half.
///
/// # Errors
/// As for [`decode`].
pub(crate) fn convert(types: &Types, root: TypeId, value: &mut Value) -> Result<Vec<Slip>, String> {
    Decoder { types, slips: Vec::new(), mismatch: None, merged: true }.run(root, value, None)
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
        if let (true, Some(default)) = (written, declared_default(field))
            && object.get(&*field.name).is_none_or(is_zero)
            && !(field.pointer && object.contains_key(&*field.name))
        {
            object.insert(field.name.to_string(), default.clone());
            continue;
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
        if let Step::Field(name, owner) = self.step {
            out.extend(embedding(owner, name).map(str::to_owned));
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

/// The struct through which Go reaches a field that is written as one of the struct around it.
fn embedding(owner: &str, field: &str) -> Option<&'static str> {
    match (owner, field) {
        ("Volume", "name") | ("EphemeralContainer", "targetContainerName") => None,
        ("Volume", _) => Some("VolumeSource"),
        ("EphemeralContainer", _) => Some("EphemeralContainerCommon"),
        ("Probe", "exec" | "httpGet" | "tcpSocket" | "grpc") => Some("ProbeHandler"),
        (
            "ConfigMapVolumeSource"
            | "ConfigMapProjection"
            | "SecretProjection"
            | "ConfigMapEnvSource"
            | "SecretEnvSource"
            | "ConfigMapKeySelector"
            | "SecretKeySelector",
            "name",
        ) => Some("LocalObjectReference"),
        _ => None,
    }
}

struct Decoder<'a> {
    types: &'a Types,
    slips: Vec<Slip>,
    /// The first value of a wrong type. Reading goes on: what stops it is told instead.
    mismatch: Option<String>,
    /// The value was merged from others.
    merged: bool,
}

impl Decoder<'_> {
    fn run(mut self, root: TypeId, value: &mut Value, outline: Option<&Outline>) -> Result<Vec<Slip>, String> {
        let place = Place { parent: None, step: Step::Root };
        self.value(root, value, &place, outline)?;
        match self.mismatch {
            None => Ok(self.slips),
            Some(message) => Err(message),
        }
    }

    fn value(
        &mut self,
        id: TypeId,
        value: &mut Value,
        place: &Place<'_>,
        outline: Option<&Outline>,
    ) -> Result<(), String> {
        let of = self.types.get(id);
        match (of.go, &mut *value) {
            (Go::Free, _) => Ok(()),
            (Go::Struct, Value::Null) => {
                *value = zero(self.types, id);
                Ok(())
            }
            (Go::Struct, Value::Object(object)) => self.object(id, object, place, outline),
            (Go::Map, Value::Object(object)) => {
                let element = of.map.as_ref().and_then(|map| map.element);
                let Some(element) = element else { return Ok(()) };
                match outline {
                    None => {
                        for (key, value) in object.iter_mut() {
                            let here = Place { parent: Some(place), step: Step::Key(key) };
                            self.value(element, value, &here, None)?;
                        }
                    }
                    Some(outline) => {
                        for (index, (key, below)) in outline.keys().iter().enumerate() {
                            let here = Place { parent: Some(place), step: Step::Key(key) };
                            self.repeated(outline, index, &here);
                            if let Some(value) = object.get_mut(key) {
                                self.value(element, value, &here, Some(below))?;
                            }
                        }
                    }
                }
                Ok(())
            }
            (Go::List, Value::Array(items)) => {
                if let Some(list) = &of.list {
                    for (index, item) in items.iter_mut().enumerate() {
                        let here = Place { parent: Some(place), step: Step::Index(index) };
                        self.value(list.element, item, &here, outline.and_then(|outline| outline.item(index)))?;
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
            (Go::Int32 | Go::Int64, Value::Number(number)) if self.merged => {
                if let Some(number) = copied(of.go, number)? {
                    *value = number;
                }
                Ok(())
            }
            (go, value) => match leaf(go, value) {
                Ok(()) => Ok(()),
                Err(Problem::Type) => {
                    let message = mismatch(&found(of.go, value), &of.go_name, place);
                    self.mismatch.get_or_insert(message);
                    Ok(())
                }
                Err(Problem::Item(found, wanted)) => {
                    let message = mismatch(&found, wanted, place);
                    self.mismatch.get_or_insert(message);
                    Ok(())
                }
                Err(Problem::Text(text)) if self.merged => Err(format!("error decoding from json: {text}")),
                Err(Problem::Text(text)) => {
                    self.mismatch.get_or_insert(text);
                    Ok(())
                }
                Err(Problem::Stop(text)) => Err(text),
                Err(Problem::StopType(wanted)) => {
                    let place = if self.merged { &Place { parent: None, step: Step::Root } } else { place };
                    Err(mismatch(&found(of.go, value), wanted, place))
                }
            },
        }
    }

    /// Reports a key that stood there before.
    fn repeated(&mut self, outline: &Outline, index: usize, place: &Place<'_>) {
        let keys = outline.keys();
        let key = keys.get(index).map(|(key, _)| key);
        if keys.iter().take(index).any(|(other, _)| Some(other) == key) {
            self.slip(Slip::Repeated(place.path()));
        }
    }

    fn slip(&mut self, slip: Slip) {
        if self.slips.len() < SLIPS && !self.slips.contains(&slip) {
            self.slips.push(slip);
        }
    }

    fn object(
        &mut self,
        id: TypeId,
        object: &mut Object<String, Value>,
        place: &Place<'_>,
        outline: Option<&Outline>,
    ) -> Result<(), String> {
        let types = self.types;
        let of = types.get(id);
        let Some(map) = &of.map else { return Ok(()) };
        let owner = bare(&of.go_name);
        if let Some(outline) = outline {
            for (index, (key, below)) in outline.keys().iter().enumerate() {
                match (map.field(key), object.get_mut(key)) {
                    (None, _) => {
                        let here = Place { parent: Some(place), step: Step::Key(key) };
                        self.slip(Slip::Unknown(here.path()));
                    }
                    (Some(field), value) => {
                        let here = Place { parent: Some(place), step: Step::Field(&field.name, owner) };
                        self.repeated(outline, index, &here);
                        if let Some(value) = value.filter(|value| !(field.pointer && value.is_null())) {
                            self.value(field.of, value, &here, Some(below))?;
                        }
                    }
                }
            }
            object.retain(|key, value| map.field(key).is_some_and(|field| !is_dropped(types, field, value)));
            complete(types, id, object, true);
            return Ok(());
        }
        let mut failure = None;
        object.retain(|key, value| {
            let Some(field) = map.field(key) else {
                let here = Place { parent: Some(place), step: Step::Key(key) };
                self.slip(Slip::Unknown(here.path()));
                return false;
            };
            if failure.is_some() {
                return true;
            }
            let here = Place { parent: Some(place), step: Step::Field(&field.name, owner) };
            if field.pointer && value.is_null() {
                return !is_dropped(types, field, value);
            }
            if let Err(message) = self.value(field.of, value, &here, None) {
                failure = Some(message);
                return true;
            }
            !is_dropped(types, field, value)
        });
        if let Some(message) = failure {
            return Err(message);
        }
        complete(types, id, object, true);
        Ok(())
    }

    fn props(&mut self, value: &mut Value, go: Go, place: &Place<'_>) -> Result<(), String> {
        let Some(schema) = self.types.json_schema() else { return Ok(()) };
        match (go, &mut *value) {
            (Go::PropsOrStrings, Value::Array(_)) | (Go::PropsOrBool, Value::Bool(_)) => Ok(()),
            (Go::PropsOrArray, Value::Array(items)) => {
                items.iter_mut().try_for_each(|item| self.apart(schema, item, place))
            }
            (_, Value::Object(_)) => self.apart(schema, value, place),
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

    /// These values read themselves: unknown fields go unnoticed, and the first wrong type ends all reading.
    fn apart(&mut self, id: TypeId, value: &mut Value, place: &Place<'_>) -> Result<(), String> {
        let mut inner = Decoder { types: self.types, slips: Vec::new(), mismatch: None, merged: false };
        inner.value(id, value, place, None)?;
        inner.mismatch.map_or(Ok(()), Err)
    }
}

/// A number as Go copies it into an integer; `None` when it stays as it is.
#[expect(clippy::cast_possible_truncation, reason = "Go drops the upper half too")]
fn copied(go: Go, number: &serde_json::Number) -> Result<Option<Value>, String> {
    let whole = match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => whole,
        // What does not fit becomes the least number, as on amd64.
        (None, Some(float)) if float.fract() == 0.0 => {
            if (-9.3e18..9.2e18).contains(&float) {
                float as i64
            } else {
                i64::MIN
            }
        }
        _ => {
            let wanted = if go == Go::Int32 { "int32" } else { "int64" };
            return Err(format!("cannot convert float64 to {wanted}"));
        }
    };
    let fitted = if go == Go::Int32 { i64::from(whole as i32) } else { whole };
    Ok((number.as_i64() != Some(fitted)).then(|| Value::from(fitted)))
}

fn leaf(go: Go, value: &mut Value) -> Result<(), Problem> {
    match (go, &*value) {
        (Go::String, Value::String(_)) | (Go::Bool, Value::Bool(_)) => Ok(()),
        (Go::Int32, Value::Number(number)) => match number.as_i64().map(i32::try_from) {
            Some(Ok(_)) => Ok(()),
            _ => Err(Problem::Type),
        },
        (Go::Int64, Value::Number(number)) if number.is_i64() => Ok(()),
        (Go::Float, Value::Number(number)) => {
            // Go writes 2.0 as 2.
            if let Some(float) = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0)
                && float.abs() < 9e15
            {
                #[expect(clippy::cast_possible_truncation, reason = "checked to be a small integer")]
                let whole = float as i64;
                *value = Value::from(whole);
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
        (Go::Bytes, Value::Array(items)) => {
            // Go also takes the bytes one by one.
            let byte = |item: &Value| match item {
                Value::Null => Ok(0),
                other => other
                    .as_u64()
                    .and_then(|byte| u8::try_from(byte).ok())
                    .ok_or_else(|| Problem::Item(found(Go::Int32, other), "uint8")),
            };
            let bytes: Result<Vec<u8>, Problem> = items.iter().map(byte).collect();
            *value = BASE64.encode(bytes?).into();
            Ok(())
        }
        (Go::Quantity, Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
            let text = match &*value {
                Value::String(text) => text.trim().to_owned(),
                other => other.to_string(),
            };
            let quantity = Quantity::parse(&text).map_err(|message| Problem::Stop(message.to_owned()))?;
            let canonical = quantity.canonical(&text);
            if value.as_str() != Some(canonical.as_str()) {
                *value = Value::String(canonical);
            }
            Ok(())
        }
        (Go::Quantity, _) => {
            let message = Quantity::parse("{").err().unwrap_or_default();
            Err(Problem::Stop(message.to_owned()))
        }
        (Go::IntOrString, Value::String(_)) => Ok(()),
        (Go::IntOrString, Value::Number(number)) => match number.as_i64().map(i32::try_from) {
            Some(Ok(_)) => Ok(()),
            _ => Err(Problem::StopType("int32")),
        },
        (Go::IntOrString, _) => Err(Problem::StopType("int32")),
        (Go::Time, Value::String(text)) => {
            *value = Value::String(time::canonical_seconds(text).map_err(Problem::Stop)?);
            Ok(())
        }
        (Go::MicroTime, Value::String(text)) => {
            *value = Value::String(time::canonical_micros(text).map_err(Problem::Stop)?);
            Ok(())
        }
        (Go::Time | Go::MicroTime, _) => Err(Problem::StopType("string")),
        _ => Err(Problem::Type),
    }
}

/// How Go's messages call a value that does not fit.
fn found(go: Go, value: &Value) -> String {
    match (go, value) {
        (Go::Int32 | Go::Int64 | Go::Float | Go::IntOrString, Value::Number(number)) => format!("number {number}"),
        _ => json_kind(value).to_owned(),
    }
}

fn mismatch(found: &str, wanted: &str, place: &Place<'_>) -> String {
    let mut fields = Vec::new();
    place.fields(&mut fields);
    match place.owner() {
        Some(owner) => {
            let path = fields.join(".");
            format!("json: cannot unmarshal {found} into Go struct field {owner}.{path} of type {wanted}")
        }
        None => format!("json: cannot unmarshal {found} into Go value of type {wanted}"),
    }
}

enum Problem {
    Type,
    /// What was found in a list, and what would have been right.
    Item(String, &'static str),
    Text(String),
    /// Ends the reading at once.
    Stop(String),
    /// Ends the reading at once: the value would have to be of this type.
    StopType(&'static str),
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
