//! What Go writes for what nobody set, and leaves out of what somebody did. Knows types, not values.
use serde_json::{Map as Object, Value};

use crate::schema::types::{Field, Go, TypeId, Types};

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
pub(super) fn complete(types: &Types, id: TypeId, object: &mut Object<String, Value>, written: bool) {
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
pub(super) fn is_dropped(types: &Types, field: &Field, value: &Value) -> bool {
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
