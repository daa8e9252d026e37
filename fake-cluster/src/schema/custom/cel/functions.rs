//! The functions that rules may call: those of the language, of its extensions, and Kubernetes' libraries. Knows values, not
//! schemas.

mod formats;
mod lists;
mod net;
mod printing;
mod quantities;
mod semver;
mod texts;
mod times;
mod urls;

use std::rc::Rc;

use super::eval::{Answer, Run, error, no_overload};
use super::value::Val;
use crate::schema::quantity::Quantity;
use crate::schema::text::go_float;

pub(super) use lists::sorted;
pub(super) use semver::Semver;
pub(super) use urls::Url;

/// Every function there is; a rule that calls another is refused with its definition. Those with a dot belong to a library of
/// that name.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    // The language.
    "size", "contains", "startsWith", "endsWith", "matches", "string", "int", "uint", "double", "bool", "bytes", "dyn",
    "type", "timestamp", "duration", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear",
    "getHours", "getMinutes", "getSeconds", "getMilliseconds",
    // Texts.
    "charAt", "indexOf", "lastIndexOf", "lowerAscii", "upperAscii", "replace", "split", "substring", "trim", "join",
    "format", "strings.quote", "find", "findAll",
    // Lists and sets.
    "isSorted", "sum", "min", "max", "slice", "flatten", "sort", "reverse", "distinct", "lists.range",
    "sets.contains", "sets.equivalent", "sets.intersects",
    // What may be absent.
    "optional.of", "optional.none", "optional.ofNonZeroValue", "hasValue", "value", "orValue", "or", "first", "last",
    "optional.unwrap", "unwrapOpt",
    // Quantities and versions.
    "isQuantity", "quantity", "isGreaterThan", "isLessThan", "compareTo", "isInteger", "asInteger", "asApproximateFloat",
    "sign", "add", "sub", "semver", "isSemver", "major", "minor", "patch",
    // Addresses.
    "isIP", "ip", "ip.isCanonical", "family", "isUnspecified", "isLoopback", "isLinkLocalMulticast", "isLinkLocalUnicast",
    "isGlobalUnicast", "isCIDR", "cidr", "containsIP", "containsCIDR", "masked", "prefixLength",
    "isURL", "url", "getScheme", "getHost", "getHostname", "getPort", "getEscapedPath", "getQuery",
    // Formats.
    "format.named", "validate",
];

/// The names of types, which are values.
const TYPES: [&str; 10] = ["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"];

pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name) || name.strip_prefix("format.").is_some_and(|format| formats::named(format).is_some())
}

/// The type of a name.
pub(super) fn type_named(name: &str) -> Option<Val> {
    TYPES.iter().find(|known| **known == name).map(|known| Val::Type(known))
}

/// Calls a function; the target of a method is its first argument.
pub(super) fn call(run: &mut Run<'_>, name: &str, arguments: &[Val]) -> Answer {
    for argument in arguments {
        match argument {
            Val::Text(text) => run.spend(text.len() / 10)?,
            Val::Bytes(bytes) => run.spend(bytes.len() / 10)?,
            Val::List(list) => run.spend(list.items.len() / 4)?,
            _ => {}
        }
    }
    let [first, rest @ ..] = arguments else {
        return match name.strip_prefix("format.").and_then(formats::named) {
            Some(format) => Ok(format),
            None if name == "optional.none" => Ok(Val::Optional(None)),
            None => Err(no_overload()),
        };
    };
    let answer = match first {
        Val::Text(text) => texts::call(run, name, text, rest).or_else(|| of_text(run, name, text, rest)),
        Val::List(list) => lists::call(run, name, &list.items, rest),
        Val::Duration(nanos) => times::of_duration(name, *nanos, rest),
        Val::Time(time) => times::of_time(name, *time, rest),
        Val::Quantity(quantity) => quantities::call(name, quantity, rest),
        Val::Ip(ip) => net::of_ip(name, *ip, rest),
        Val::Cidr(ip, bits) => net::of_cidr(name, *ip, *bits, rest),
        Val::Url(url) => urls::call(run, name, url, rest),
        Val::Semver(version) => semver::call(name, version, rest),
        Val::Format(format) => formats::call(name, format, rest),
        Val::Optional(inner) => of_optional(name, inner.as_deref(), first, rest),
        Val::Int(end) if name == "lists.range" => Some(lists::range(run, *end)),
        _ => None,
    };
    answer.unwrap_or_else(|| of_any(name, arguments))
}

/// What Kubernetes' libraries make of a text.
fn of_text(run: &mut Run<'_>, name: &str, text: &str, rest: &[Val]) -> Option<Answer> {
    match (name, rest) {
        ("isQuantity", []) => Some(Ok(Val::Bool(Quantity::parse(text).is_ok()))),
        ("quantity", []) => Some(Quantity::parse(text).map(Val::Quantity).map_err(error)),
        ("format", [Val::List(list)]) => Some(printing::format(run, text, &list.items)),
        ("format.named", []) => Some(Ok(formats::looked_up(text))),
        _ => net::of_text(name, text, rest)
            .or_else(|| urls::of_text(name, text, rest))
            .or_else(|| semver::of_text(name, text, rest)),
    }
}

fn of_optional(name: &str, inner: Option<&Val>, own: &Val, rest: &[Val]) -> Option<Answer> {
    match (name, rest) {
        ("hasValue", []) => Some(Ok(Val::Bool(inner.is_some()))),
        ("value", []) => Some(inner.cloned().ok_or_else(|| error("optional.none() dereference"))),
        ("orValue", [otherwise]) => Some(Ok(inner.unwrap_or(otherwise).clone())),
        ("or", [otherwise @ Val::Optional(_)]) => Some(Ok(if inner.is_some() { own } else { otherwise }.clone())),
        _ => None,
    }
}

fn of_any(name: &str, arguments: &[Val]) -> Answer {
    match (name, arguments) {
        ("dyn", [value]) => Ok(value.clone()),
        ("type", [value]) => Ok(Val::Type(value.type_name())),
        ("size", [Val::List(list)]) => count(list.items.len()),
        ("size", [Val::Map(entries)]) => count(entries.len()),
        ("size", [Val::Bytes(bytes)]) => count(bytes.len()),
        ("string", [Val::Bytes(bytes)]) => std::str::from_utf8(bytes)
            .map(Val::text)
            .map_err(|_| error("invalid UTF-8 in bytes, cannot convert to string")),
        ("string", [value]) => text_of(value).map(Val::text).ok_or_else(no_overload),
        ("int" | "uint" | "double", [value]) => convert(name, value),
        ("timestamp", [Val::Int(seconds)]) => {
            jiff::Timestamp::from_second(*seconds).map(Val::Time).map_err(|_| error("timestamp overflow"))
        }
        ("timestamp", [Val::Time(_)])
        | ("duration", [Val::Duration(_)])
        | ("bool", [Val::Bool(_)])
        | ("bytes", [Val::Bytes(_)]) => arguments.first().cloned().ok_or_else(no_overload),
        ("optional.of", [value]) => Ok(Val::Optional(Some(Rc::new(value.clone())))),
        ("optional.ofNonZeroValue", [value]) => Ok(Val::Optional((!is_zero(value)).then(|| Rc::new(value.clone())))),
        _ => Err(no_overload()),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "checked to fit"
)]
fn convert(name: &str, value: &Val) -> Answer {
    let range = || error("range error converting");
    match (name, value) {
        ("int", Val::Int(_)) | ("uint", Val::Uint(_)) | ("double", Val::Double(_)) => Ok(value.clone()),
        ("int", Val::Uint(number)) => i64::try_from(*number).map(Val::Int).map_err(|_| range()),
        ("int", Val::Double(number)) if number.abs() < 9.2e18 => Ok(Val::Int(*number as i64)),
        ("int", Val::Time(time)) => Ok(Val::Int(time.as_second())),
        ("uint", Val::Int(number)) => u64::try_from(*number).map(Val::Uint).map_err(|_| range()),
        ("uint", Val::Double(number)) if (0.0..1.8e19).contains(number) => Ok(Val::Uint(*number as u64)),
        ("double", Val::Int(number)) => Ok(Val::Double(*number as f64)),
        ("double", Val::Uint(number)) => Ok(Val::Double(*number as f64)),
        (_, Val::Double(_)) => Err(range()),
        _ => Err(no_overload()),
    }
}

/// What `string()` makes of a value.
pub(super) fn text_of(value: &Val) -> Option<String> {
    match value {
        Val::Bool(flag) => Some(flag.to_string()),
        Val::Int(number) => Some(number.to_string()),
        Val::Uint(number) => Some(number.to_string()),
        Val::Double(number) => Some(go_float(*number)),
        Val::Text(text) => Some(text.to_string()),
        Val::Time(time) => Some(time.to_string()),
        Val::Ip(ip) => Some(ip.to_string()),
        Val::Cidr(ip, bits) => Some(format!("{ip}/{bits}")),
        #[expect(clippy::cast_precision_loss, reason = "Go prints seconds as a float too")]
        Val::Duration(nanos) => Some(format!("{}s", *nanos as f64 / 1e9)),
        _ => None,
    }
}

fn is_zero(value: &Val) -> bool {
    match value {
        Val::Null | Val::Optional(None) => true,
        Val::Bool(flag) => !flag,
        Val::Text(text) => text.is_empty(),
        Val::List(list) => list.items.is_empty(),
        Val::Map(entries) => entries.is_empty(),
        other => other.order(&Val::Int(0)) == Some(std::cmp::Ordering::Equal),
    }
}

fn count(count: usize) -> Answer {
    i64::try_from(count).map(Val::Int).map_err(|_| error("integer overflow"))
}
