//! Whether a merged document fits the types, in the words of Go's conversion from untyped values. Knows no merging.
use serde_json::Value;

use crate::schema::types::{Go, TypeId, Types};

/// Why a document does not fit. What has a reader of its own, and numbers that are too large, are left to whoever reads it.
pub(in crate::schema) fn misfit(types: &Types, id: TypeId, value: &Value) -> Option<String> {
    let of = types.get(id);
    let kind = kind(value);
    match (of.go, value) {
        (_, Value::Null)
        | (Go::String | Go::Bytes, Value::String(_))
        | (Go::Bytes, Value::Array(_))
        | (Go::Bool, Value::Bool(_))
        | (Go::Int32 | Go::Int64 | Go::Float, Value::Number(_)) => None,
        // Go turns whole numbers into characters, and does not want to.
        (Go::String, Value::Number(number)) if !number.is_f64() => {
            Some(format!("cannot convert int64 to {}", of.go_name))
        }
        (Go::String, _) => Some("unrecognized type: string".to_owned()),
        (Go::Bool, _) => Some("unrecognized type: bool".to_owned()),
        (Go::Int32, _) => Some("unrecognized type: int32".to_owned()),
        (Go::Int64, _) => Some("unrecognized type: int64".to_owned()),
        (Go::Float, _) => Some("unrecognized type: float64".to_owned()),
        (Go::List, Value::Array(items)) => {
            let element = of.list.as_ref()?.element;
            items.iter().find_map(|item| misfit(types, element, item))
        }
        (Go::List | Go::Bytes, _) => Some(format!("cannot restore slice from {kind}")),
        (Go::Map, Value::Object(members)) => {
            let element = of.map.as_ref()?.element?;
            members.values().find_map(|value| misfit(types, element, value))
        }
        (Go::Map, _) => Some(format!("cannot restore map from {kind}")),
        (Go::Struct, Value::Object(members)) => {
            let fields = &of.map.as_ref()?.fields;
            fields.iter().find_map(|field| misfit(types, field.of, members.get(&*field.name)?))
        }
        (Go::Struct, _) => Some(format!("cannot restore struct from: {kind}")),
        _ => None,
    }
}

/// What Go calls the sort of a value.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "invalid",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "slice",
        Value::Object(_) => "map",
    }
}
