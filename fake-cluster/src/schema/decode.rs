//! Reads a JSON body as the real server's typed decoder would: checks types, drops what is not declared, writes every value
//! in its canonical form. Knows types, not kinds.

mod base64;
mod leaf;
mod position;
mod zero;

use serde_json::{Map as Object, Value};

use crate::schema::outline::Outline;
use crate::schema::text::quote;
use crate::schema::types::{Go, TypeId, Types};
use leaf::{Problem, copied, found, leaf};
use position::{Place, Step, mismatch};
pub(crate) use zero::zero;
use zero::{complete, is_dropped};

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

/// `Container` of `v1.Container`.
fn bare(go_name: &str) -> &str {
    go_name.rsplit_once('.').map_or(go_name, |(_, name)| name)
}
