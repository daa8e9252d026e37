//! The functions of texts: those of the language and of cel-go's string extension. Knows no formats of Kubernetes.

use super::super::eval::{Answer, Run, Stop, error};
use super::super::value::{Val, duration};
use crate::schema::time;

pub(super) fn call(run: &mut Run<'_>, name: &str, text: &str, rest: &[Val]) -> Option<Answer> {
    let made = |text: String| Some(Ok(Val::text(text)));
    match (name, rest) {
        ("size", []) => Some(super::count(text.chars().count())),
        ("contains", [Val::Text(part)]) => Some(Ok(Val::Bool(text.contains(&**part)))),
        ("startsWith", [Val::Text(part)]) => Some(Ok(Val::Bool(text.starts_with(&**part)))),
        ("endsWith", [Val::Text(part)]) => Some(Ok(Val::Bool(text.ends_with(&**part)))),
        ("matches" | "find", [Val::Text(_)]) | ("findAll", [Val::Text(_), ..]) => matched(run, name, text, rest),
        ("lowerAscii", []) => made(text.to_ascii_lowercase()),
        ("upperAscii", []) => made(text.to_ascii_uppercase()),
        ("trim", []) => made(text.trim().to_owned()),
        ("charAt", [Val::Int(index)]) => {
            let chars: Vec<char> = text.chars().collect();
            let at = usize::try_from(*index).ok().filter(|at| *at <= chars.len());
            Some(match at {
                Some(at) => Ok(Val::text(chars.get(at).map(char::to_string).unwrap_or_default())),
                None => Err(error(format!("index out of range: {index}"))),
            })
        }
        ("substring", [Val::Int(from)]) => Some(substring(text, *from, None)),
        ("substring", [Val::Int(from), Val::Int(to)]) => Some(substring(text, *from, Some(*to))),
        ("indexOf" | "lastIndexOf", [Val::Text(part), offset @ ..]) => {
            let offset = match offset {
                [] => None,
                [Val::Int(offset)] => Some(*offset),
                _ => return None,
            };
            let price = (text.len() / 10).saturating_mul(1 + part.len() / 10);
            Some(run.spend(price).and_then(|()| place(text, part, offset, name == "lastIndexOf")))
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
            Some(split(run, text, by, limit).map(Val::list))
        }
        ("string" | "dyn", []) => made(text.to_owned()),
        _ => converted(name, text, rest),
    }
}

/// What is made of a text that says it.
fn converted(name: &str, text: &str, rest: &[Val]) -> Option<Answer> {
    if !rest.is_empty() {
        return None;
    }
    Some(match name {
        "int" => text.parse().map(Val::Int).map_err(|_| unreadable(text, "int")),
        "uint" => text.parse().map(Val::Uint).map_err(|_| unreadable(text, "uint")),
        "double" => text.parse().map(Val::Double).map_err(|_| unreadable(text, "double")),
        "bool" => match text {
            "true" | "True" | "TRUE" | "t" | "1" => Ok(Val::Bool(true)),
            "false" | "False" | "FALSE" | "f" | "0" => Ok(Val::Bool(false)),
            _ => Err(unreadable(text, "bool")),
        },
        "bytes" => Ok(Val::Bytes(text.as_bytes().into())),
        "timestamp" => time::parse_seconds(text).map(Val::Time).map_err(error),
        "duration" => {
            duration(text).map(Val::Duration).ok_or_else(|| error(format!("time: invalid duration {text:?}")))
        }
        "strings.quote" => Ok(Val::text(quoted(text))),
        _ => return None,
    })
}

fn unreadable(text: &str, wanted: &str) -> Stop {
    error(format!("type conversion error from 'string' to '{wanted}': {text:?}"))
}

fn matched(run: &mut Run<'_>, name: &str, text: &str, rest: &[Val]) -> Option<Answer> {
    let (pattern, limit) = match rest {
        [Val::Text(pattern)] => (pattern, usize::MAX),
        [Val::Text(pattern), Val::Int(limit)] if name == "findAll" => {
            (pattern, usize::try_from(*limit).unwrap_or(usize::MAX))
        }
        _ => return None,
    };
    // The price is that of the real server.
    let price = (text.len() / 10).saturating_mul(pattern.len() / 4);
    let regex = match run.spend(price).and_then(|()| run.pattern(pattern)) {
        Ok(regex) => regex,
        Err(stop) => return Some(Err(stop)),
    };
    Some(match name {
        "matches" => Ok(Val::Bool(regex.is_match(text))),
        "find" => Ok(Val::text(regex.find(text).map_or("", |found| found.as_str()))),
        _ => {
            let found = regex.find_iter(text).take(limit);
            let found = found.map(|found| run.spend(1).map(|()| Val::text(found.as_str())));
            found.collect::<Result<_, _>>().map(Val::list)
        }
    })
}

fn substring(text: &str, from: i64, to: Option<i64>) -> Answer {
    let chars: Vec<char> = text.chars().collect();
    let within = |at: i64| usize::try_from(at).ok().filter(|at| *at <= chars.len());
    let outside = |at: i64| error(format!("index out of range: {at}"));
    if let Some(to) = to.filter(|to| from > *to) {
        return Err(error(format!("invalid substring range. start: {from}, end: {to}")));
    }
    let first = within(from).ok_or_else(|| outside(from))?;
    let last = to.map_or(Ok(chars.len()), |to| within(to).ok_or_else(|| outside(to)))?;
    Ok(Val::text(chars.get(first..last).unwrap_or_default().iter().collect::<String>()))
}

/// Where a part stands, counted in characters: the first from an offset on, or the last that begins before it.
fn place(text: &str, part: &str, offset: Option<i64>, last: bool) -> Answer {
    let length = text.chars().count();
    if part.is_empty() {
        return offset.map_or_else(|| if last { super::count(length) } else { Ok(Val::Int(0)) }, |at| Ok(Val::Int(at)));
    }
    let outside = |at: i64| error(format!("index out of range: {at}"));
    let bound = offset.map(|at| usize::try_from(at).map_err(|_| outside(at))).transpose()?;
    if bound.is_some_and(|bound| bound >= length) {
        return Ok(Val::Int(-1));
    }
    let mut places = text
        .char_indices()
        .enumerate()
        .filter(|(_, (byte, _))| text.get(*byte..).is_some_and(|rest| rest.starts_with(part)));
    let found = if last {
        places.take_while(|(at, _)| bound.is_none_or(|bound| *at <= bound)).last()
    } else {
        places.find(|(at, _)| bound.is_none_or(|bound| *at >= bound))
    };
    found.map_or(Ok(Val::Int(-1)), |(at, _)| super::count(at))
}

fn split(run: &mut Run<'_>, text: &str, by: &str, limit: usize) -> Result<Vec<Val>, Stop> {
    if !by.is_empty() {
        return text.splitn(limit, by).map(|part| run.spend(1).map(|()| Val::text(part))).collect();
    }
    // Character by character; the last part has all that is left.
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next().filter(|_| parts.len() < limit) {
        run.spend(1)?;
        let end = if parts.len() + 1 == limit { rest.len() } else { first.len_utf8() };
        let (part, left) = rest.split_at(end);
        parts.push(Val::text(part));
        rest = left;
    }
    Ok(parts)
}

/// As it stands in an expression.
fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for char in text.chars() {
        match char {
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            char => out.push(char),
        }
    }
    out.push('"');
    out
}
