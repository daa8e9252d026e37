//! One value that is neither object nor list, brought into the form in which Go writes it. Knows no place.
use ::base64::Engine as _;
use serde_json::Value;

use super::base64::{BASE64, base64};
use crate::schema::quantity::Quantity;
use crate::schema::time;
use crate::schema::types::Go;

/// A number as Go copies it into an integer; `None` when it stays as it is.
#[expect(clippy::cast_possible_truncation, reason = "Go drops the upper half too")]
pub(super) fn copied(go: Go, number: &serde_json::Number) -> Result<Option<Value>, String> {
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

pub(super) fn leaf(go: Go, value: &mut Value) -> Result<(), Problem> {
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
pub(super) fn found(go: Go, value: &Value) -> String {
    match (go, value) {
        (Go::Int32 | Go::Int64 | Go::Float | Go::IntOrString, Value::Number(number)) => format!("number {number}"),
        _ => json_kind(value).to_owned(),
    }
}

pub(super) enum Problem {
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
