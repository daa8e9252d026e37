//! The functions that rules may call: those of the language, and Kubernetes' libraries for strings, lists, regular
//! expressions, quantities, addresses and sets. Knows values, not schemas.
use std::net::IpAddr;
use std::rc::Rc;

use regex::Regex;

use super::eval::{Answer, Run, Stop, error, no_overload};
use super::value::{Val, duration};
use crate::schema::quantity::Quantity;
use crate::schema::text::go_float;
use crate::schema::time;

/// The names before the dot that are libraries, not variables.
pub(super) const LIBRARIES: [&str; 2] = ["sets", "optional"];

/// Every function there is; a rule that calls another is refused with its definition.
pub(super) const KNOWN: [&str; 62] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "string",
    "int",
    "uint",
    "double",
    "bool",
    "bytes",
    "dyn",
    "timestamp",
    "duration",
    "charAt",
    "indexOf",
    "lastIndexOf",
    "lowerAscii",
    "upperAscii",
    "replace",
    "split",
    "substring",
    "trim",
    "join",
    "reverse",
    "isSorted",
    "sum",
    "min",
    "max",
    "find",
    "findAll",
    "isQuantity",
    "quantity",
    "isGreaterThan",
    "isLessThan",
    "compareTo",
    "isInteger",
    "sign",
    "isIP",
    "isCIDR",
    "sets.contains",
    "sets.equivalent",
    "sets.intersects",
    "optional.of",
    "optional.none",
    "optional.ofNonZeroValue",
    "hasValue",
    "value",
    "orValue",
    "or",
    "getSeconds",
    "getMinutes",
    "getHours",
    "getMilliseconds",
    "getFullYear",
    "all",
    "exists",
    "exists_one",
    "existsOne",
    "map",
    "filter",
    "transformList",
];

/// Calls a function; the target of a method is its first argument.
pub(super) fn call(run: &mut Run, name: &str, arguments: &[Val]) -> Answer {
    for argument in arguments {
        match argument {
            Val::Text(text) => run.spend(text.len() / 10)?,
            Val::List(list) => run.spend(list.items.len() / 4)?,
            _ => {}
        }
    }
    match arguments {
        [Val::Text(text), rest @ ..] => match on_text(run, name, text, rest) {
            Some(answer) => answer,
            None => other(run, name, arguments),
        },
        _ => other(run, name, arguments),
    }
}

fn on_text(run: &mut Run, name: &str, text: &str, rest: &[Val]) -> Option<Answer> {
    let chars = || text.chars().collect::<Vec<char>>();
    let made = |text: String| Some(Ok(Val::text(text)));
    match (name, rest) {
        ("size", []) => Some(count(text.chars().count())),
        ("contains", [Val::Text(part)]) => Some(Ok(Val::Bool(text.contains(&**part)))),
        ("startsWith", [Val::Text(part)]) => Some(Ok(Val::Bool(text.starts_with(&**part)))),
        ("endsWith", [Val::Text(part)]) => Some(Ok(Val::Bool(text.ends_with(&**part)))),
        ("matches", [Val::Text(pattern)]) => {
            Some(searching(run, text, pattern).map(|regex| Val::Bool(regex.is_match(text))))
        }
        ("find", [Val::Text(pattern)]) => Some(
            searching(run, text, pattern).map(|regex| Val::text(regex.find(text).map_or("", |found| found.as_str()))),
        ),
        ("findAll", [Val::Text(pattern), limit @ ..]) => {
            let limit = match limit {
                [] => usize::MAX,
                [Val::Int(limit)] => usize::try_from(*limit).unwrap_or(usize::MAX),
                _ => return None,
            };
            Some(searching(run, text, pattern).and_then(|regex| {
                let found = regex.find_iter(text).take(limit);
                let found = found.map(|found| run.spend(1).map(|()| Val::text(found.as_str())));
                found.collect::<Result<_, _>>().map(Val::list)
            }))
        }
        ("lowerAscii", []) => made(text.to_ascii_lowercase()),
        ("upperAscii", []) => made(text.to_ascii_uppercase()),
        ("trim", []) => made(text.trim().to_owned()),
        ("reverse", []) => made(text.chars().rev().collect()),
        ("charAt", [Val::Int(index)]) => {
            let chars = chars();
            let at = usize::try_from(*index).ok().filter(|at| *at <= chars.len());
            Some(match at {
                Some(at) => Ok(Val::text(chars.get(at).map(char::to_string).unwrap_or_default())),
                None => Err(error(format!("index out of range: {index}"))),
            })
        }
        ("substring", [Val::Int(from), to @ ..]) => {
            let chars = chars();
            let to = match to {
                [] => Some(chars.len()),
                [Val::Int(to)] => usize::try_from(*to).ok(),
                _ => return None,
            };
            let part = usize::try_from(*from).ok().zip(to).and_then(|(from, to)| chars.get(from..to));
            Some(match part {
                Some(part) => Ok(Val::text(part.iter().collect::<String>())),
                None => Err(error(format!("index out of range: {from}"))),
            })
        }
        ("indexOf" | "lastIndexOf", [Val::Text(part)]) => {
            let found = if name == "indexOf" { text.find(&**part) } else { text.rfind(&**part) };
            let before = found.and_then(|at| text.get(..at)).map(|before| before.chars().count());
            Some(Ok(Val::Int(before.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1))))
        }
        ("replace", [Val::Text(from), Val::Text(to), limit @ ..]) => {
            let limit = match limit {
                [] => usize::MAX,
                [Val::Int(limit)] => usize::try_from(*limit).unwrap_or(usize::MAX),
                _ => return None,
            };
            // A text that is made of others costs what it will hold.
            let found = text.matches(&**from).take(limit).count();
            let length = text.len().saturating_add(found.saturating_mul(to.len()));
            Some(run.spend(length / 10).map(|()| Val::text(text.replacen(&**from, to, limit))))
        }
        ("split", [Val::Text(by), limit @ ..]) => {
            let limit = match limit {
                [] => usize::MAX,
                [Val::Int(limit)] => usize::try_from(*limit).unwrap_or(usize::MAX),
                _ => return None,
            };
            let parts: Result<Vec<Val>, Stop> = if by.is_empty() {
                text.chars().map(|char| run.spend(1).map(|()| Val::text(char.to_string()))).collect()
            } else {
                text.splitn(limit, &**by).map(|part| run.spend(1).map(|()| Val::text(part))).collect()
            };
            Some(parts.map(Val::list))
        }
        ("string" | "dyn", []) => made(text.to_owned()),
        ("int", []) => Some(text.parse().map(Val::Int).map_err(|_| error(unreadable(text, "int")))),
        ("uint", []) => Some(text.parse().map(Val::Uint).map_err(|_| error(unreadable(text, "uint")))),
        ("double", []) => Some(text.parse().map(Val::Double).map_err(|_| error(unreadable(text, "double")))),
        ("bool", []) => Some(match text {
            "true" | "True" | "TRUE" | "t" | "1" => Ok(Val::Bool(true)),
            "false" | "False" | "FALSE" | "f" | "0" => Ok(Val::Bool(false)),
            _ => Err(error(unreadable(text, "bool"))),
        }),
        ("bytes", []) => Some(Ok(Val::Bytes(text.as_bytes().into()))),
        ("timestamp", []) => Some(time::parse_seconds(text).map(Val::Time).map_err(error)),
        ("duration", []) => {
            Some(duration(text).map(Val::Duration).ok_or_else(|| error(format!("time: invalid duration {text:?}"))))
        }
        ("isQuantity", []) => Some(Ok(Val::Bool(Quantity::parse(text).is_ok()))),
        ("quantity", []) => Some(Quantity::parse(text).map(Val::Quantity).map_err(error)),
        ("isIP", []) => Some(Ok(Val::Bool(crate::schema::custom::is_ip(text)))),
        ("isCIDR", []) => Some(Ok(Val::Bool(is_cidr(text)))),
        _ => None,
    }
}

fn other(run: &mut Run, name: &str, arguments: &[Val]) -> Answer {
    match (name, arguments) {
        ("dyn", [value]) => Ok(value.clone()),
        ("size", [Val::List(list)]) => count(list.items.len()),
        ("size", [Val::Map(entries)]) => count(entries.len()),
        ("size", [Val::Bytes(bytes)]) => count(bytes.len()),
        ("string", [Val::Bytes(bytes)]) => std::str::from_utf8(bytes)
            .map(Val::text)
            .map_err(|_| error("invalid UTF-8 in bytes, cannot convert to string")),
        ("string", [value]) => text_of(value).map(Val::text).ok_or_else(no_overload),
        ("int" | "uint" | "double", [value]) => convert(name, value),
        ("timestamp", [Val::Time(_)]) | ("duration", [Val::Duration(_)]) | ("bool", [Val::Bool(_)]) => {
            arguments.first().cloned().ok_or_else(no_overload)
        }
        ("getFullYear", [Val::Time(time)]) => Ok(Val::Int(i64::from(time.to_zoned(jiff::tz::TimeZone::UTC).year()))),
        ("getHours", [Val::Duration(nanos)]) => Ok(Val::Int(nanos / 3_600_000_000_000)),
        ("getMinutes", [Val::Duration(nanos)]) => Ok(Val::Int(nanos / 60_000_000_000)),
        ("getSeconds", [Val::Duration(nanos)]) => Ok(Val::Int(nanos / 1_000_000_000)),
        ("getMilliseconds", [Val::Duration(nanos)]) => Ok(Val::Int(nanos / 1_000_000 % 1000)),
        ("isGreaterThan", [Val::Quantity(left), Val::Quantity(right)]) => Ok(Val::Bool(left > right)),
        ("isLessThan", [Val::Quantity(left), Val::Quantity(right)]) => Ok(Val::Bool(left < right)),
        ("compareTo", [Val::Quantity(left), Val::Quantity(right)]) => Ok(Val::Int(left.cmp(right) as i64)),
        ("isInteger", [Val::Quantity(quantity)]) => Ok(Val::Bool(quantity.is_whole())),
        ("sign", [Val::Quantity(quantity)]) => Ok(Val::Int(if quantity.is_zero() {
            0
        } else if quantity.is_negative() {
            -1
        } else {
            1
        })),
        ("optional.none", []) => Ok(Val::Optional(None)),
        ("optional.of", [value]) => Ok(Val::Optional(Some(Rc::new(value.clone())))),
        ("optional.ofNonZeroValue", [value]) => Ok(Val::Optional((!is_zero(value)).then(|| Rc::new(value.clone())))),
        ("hasValue", [Val::Optional(inner)]) => Ok(Val::Bool(inner.is_some())),
        ("value", [Val::Optional(inner)]) => {
            inner.as_deref().cloned().ok_or_else(|| error("optional.none() dereference"))
        }
        ("orValue", [Val::Optional(inner), otherwise]) => {
            Ok(inner.as_deref().cloned().unwrap_or_else(|| otherwise.clone()))
        }
        ("or", [Val::Optional(Some(_)), _]) => arguments.first().cloned().ok_or_else(no_overload),
        ("or", [Val::Optional(None), otherwise @ Val::Optional(_)]) => Ok(otherwise.clone()),
        (_, [Val::List(list), rest @ ..]) => on_list(run, name, &list.items, rest),
        _ => Err(no_overload()),
    }
}

fn on_list(run: &mut Run, name: &str, items: &[Val], rest: &[Val]) -> Answer {
    if matches!(name, "isSorted" | "min" | "max") {
        items.iter().try_for_each(|item| run.spend(item.weight()))?;
    }
    match (name, rest) {
        ("isSorted", []) => {
            Ok(Val::Bool(items.windows(2).all(|pair| pair[0].order(&pair[1]).is_some_and(std::cmp::Ordering::is_le))))
        }
        ("sum", []) => items
            .iter()
            .try_fold(None, |sum: Option<Val>, item| match (sum, item) {
                (None, item) => Ok(Some(item.clone())),
                (Some(Val::Int(sum)), Val::Int(item)) => {
                    sum.checked_add(*item).map(|sum| Some(Val::Int(sum))).ok_or_else(|| error("integer overflow"))
                }
                (Some(Val::Double(sum)), Val::Double(item)) => Ok(Some(Val::Double(sum + item))),
                (Some(Val::Duration(sum)), Val::Duration(item)) => {
                    sum.checked_add(*item).map(|sum| Some(Val::Duration(sum))).ok_or_else(|| error("integer overflow"))
                }
                _ => Err(no_overload()),
            })
            .map(|sum| sum.unwrap_or(Val::Int(0))),
        ("min" | "max", []) => {
            let picks = |best: &Val, item: &Val| {
                item.order(best).is_some_and(|order| if name == "min" { order.is_lt() } else { order.is_gt() })
            };
            let best = items.iter().reduce(|best, item| if picks(best, item) { item } else { best });
            best.cloned().ok_or_else(|| error(format!("{name} called on empty list")))
        }
        ("indexOf" | "lastIndexOf", [wanted]) => {
            let found = match name {
                "indexOf" => run.position(items.iter(), wanted)?,
                _ => run.position(items.iter().rev(), wanted)?.map(|behind| items.len() - 1 - behind),
            };
            Ok(Val::Int(found.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1)))
        }
        ("join", by) => {
            let by = match by {
                [] => "",
                [Val::Text(by)] => by,
                _ => return Err(no_overload()),
            };
            let texts: Option<Vec<&str>> = items
                .iter()
                .map(|item| match item {
                    Val::Text(text) => Some(&**text),
                    _ => None,
                })
                .collect();
            let texts = texts.ok_or_else(no_overload)?;
            let length =
                texts.iter().fold(0_usize, |sum, text| sum.saturating_add(text.len()).saturating_add(by.len()));
            run.spend(length / 10)?;
            Ok(Val::text(texts.join(by)))
        }
        ("sets.contains" | "sets.intersects" | "sets.equivalent", [Val::List(other)]) => {
            let others = &other.items;
            Ok(Val::Bool(match name {
                "sets.contains" => overlap(run, items, others, true)?,
                "sets.intersects" => !overlap(run, items, others, false)?,
                _ => overlap(run, items, others, true)? && overlap(run, others, items, true)?,
            }))
        }
        _ => Err(no_overload()),
    }
}

/// Whether each of some items is in a list, or each is not.
fn overlap(run: &mut Run, items: &[Val], others: &[Val], wanted: bool) -> Result<bool, Stop> {
    for other in others {
        if run.has(items, other)? != wanted {
            return Ok(false);
        }
    }
    Ok(true)
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

fn unreadable(text: &str, wanted: &str) -> String {
    format!("type conversion error from 'string' to '{wanted}': {text:?}")
}

/// A pattern to look for in a text: the price is that of the real server.
fn searching(run: &mut Run, text: &str, pattern: &str) -> Result<Regex, Stop> {
    run.spend((text.len() / 10).saturating_mul(pattern.len() / 4))?;
    run.pattern(pattern)
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let plain = !bits.is_empty() && bits.len() <= 3 && bits.bytes().all(|byte| byte.is_ascii_digit());
    match (address.parse(), bits.parse::<u8>()) {
        (Ok(IpAddr::V4(_)), Ok(bits)) => plain && bits <= 32,
        (Ok(IpAddr::V6(_)), Ok(bits)) => plain && bits <= 128,
        _ => false,
    }
}
