//! The canonical form of a declaration (RFC 8785), written straight from it without a copy, and its hash.
//!
//! Source: RFC 8785. Integers beyond 2^53, which it leaves to the sender, are written exactly, so that no two are the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

use super::prepare;

/// `v1:sha256:<hexadecimal>` of the canonical form.
pub(super) fn hash(body: &Value, secret: bool) -> Arc<str> {
    let digest = Sha256::digest(canonical(body, secret));
    let mut text = String::with_capacity(74);
    text.push_str("v1:sha256:");
    for byte in digest {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from(HEX[usize::from(nibble)]));
        }
    }
    text.into()
}

const HEX: [u8; 16] = *b"0123456789abcdef";

pub(super) fn canonical(body: &Value, secret: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(2048);
    match body {
        Value::Object(root) => write_root(&mut out, root, secret),
        other => write_value(&mut out, other),
    }
    out
}

/// What stands for one entry of the root.
enum Entry<'a> {
    Value(&'a Value),
    Metadata(&'a Map<String, Value>),
    Data(BTreeMap<&'a str, Datum<'a>>),
}

enum Datum<'a> {
    Declared(&'a Value),
    Encoded(String),
}

fn write_root(out: &mut Vec<u8>, root: &Map<String, Value>, secret: bool) {
    let mut entries: Vec<(&str, Entry<'_>)> = Vec::with_capacity(root.len());
    let plain = root.get("stringData").and_then(Value::as_object).filter(|_| secret);
    for (key, value) in root {
        match (key.as_str(), value) {
            _ if prepare::dropped(root, key, value) => {}
            ("stringData", _) if secret => {}
            ("data", _) if plain.is_some() => {}
            ("metadata", Value::Object(metadata)) => entries.push((key, Entry::Metadata(metadata))),
            _ => entries.push((key, Entry::Value(value))),
        }
    }
    if let Some(plain) = plain {
        let mut data: BTreeMap<&str, Datum<'_>> = BTreeMap::new();
        let declared = root.get("data").and_then(Value::as_object).into_iter().flatten();
        data.extend(declared.map(|(key, value)| (key.as_str(), Datum::Declared(value))));
        data.extend(plain.iter().map(|(key, value)| (key.as_str(), Datum::Encoded(prepare::encoded(value)))));
        entries.push(("data", Entry::Data(data)));
    }
    write_entries(out, entries, |out, _, entry| match entry {
        Entry::Value(value) => write_value(out, value),
        Entry::Metadata(metadata) => write_metadata(out, metadata),
        Entry::Data(data) => write_entries(out, data.into_iter().collect(), |out, _, datum| match datum {
            Datum::Declared(value) => write_value(out, value),
            Datum::Encoded(text) => write_string(out, &text),
        }),
    });
}

fn write_metadata(out: &mut Vec<u8>, metadata: &Map<String, Value>) {
    let kept = metadata.iter().filter(|(key, value)| match (key.as_str(), value) {
        // Where an object lives is part of its identity, not of its content.
        ("namespace", _) => false,
        ("labels", Value::Object(labels)) => !labels.is_empty(),
        ("annotations", Value::Object(annotations)) => annotations.keys().any(|name| !prepare::left_out(name)),
        (key, _) => !prepare::SERVER_OWNED.contains(&key),
    });
    write_entries(out, kept.map(|(key, value)| (key.as_str(), value)).collect(), |out, key, value| match value {
        Value::Object(annotations) if key == "annotations" => {
            let kept = annotations.iter().filter(|(name, _)| !prepare::left_out(name));
            write_entries(out, kept.map(|(name, value)| (name.as_str(), value)).collect(), |out, _, value| {
                write_value(out, value);
            });
        }
        value => write_value(out, value),
    });
}

fn write_entries<T>(out: &mut Vec<u8>, mut entries: Vec<(&str, T)>, mut write: impl FnMut(&mut Vec<u8>, &str, T)) {
    if !entries.is_sorted_by(|(a, _), (b, _)| before(a, b)) {
        entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    }
    out.push(b'{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_string(out, key);
        out.push(b':');
        write(out, key, value);
    }
    out.push(b'}');
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(out, number),
        Value::String(text) => write_string(out, text),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(out, item);
            }
            out.push(b']');
        }
        Value::Object(map) => write_object(out, map),
    }
}

/// Written in the order it comes in, which nearly always is the right one; begun anew when it turns out not to be.
fn write_object(out: &mut Vec<u8>, map: &Map<String, Value>) {
    let begin = out.len();
    out.push(b'{');
    let mut last: Option<&str> = None;
    for (key, value) in map.iter().filter(|(key, value)| !prepare::harmless_null(key, value)) {
        match last {
            Some(last) if before(last, key) => out.push(b','),
            Some(_) => {
                out.truncate(begin);
                let kept = map.iter().filter(|(key, value)| !prepare::harmless_null(key, value));
                write_entries(out, kept.map(|(key, value)| (key.as_str(), value)).collect(), |out, _, value| {
                    write_value(out, value);
                });
                return;
            }
            None => {}
        }
        last = Some(key);
        write_string(out, key);
        out.push(b':');
        write_value(out, value);
    }
    out.push(b'}');
}

/// Whether a key comes before another by UTF-16 code units.
///
/// That is the order of their bytes, but that U+E000 to U+FFFF (lead bytes EE and EF) come after what is beyond (from F0).
fn before(a: &str, b: &str) -> bool {
    match a.bytes().zip(b.bytes()).find(|(a, b)| a != b) {
        Some((a, b)) if a < 0xee || b < 0xee => a < b,
        Some(_) => a.encode_utf16().lt(b.encode_utf16()),
        None => a.len() < b.len(),
    }
}

fn write_number(out: &mut Vec<u8>, number: &Number) {
    if let Some(positive) = number.as_u64() {
        write_integer(out, positive);
    } else if let Some(negative) = number.as_i64() {
        out.push(b'-');
        write_integer(out, negative.unsigned_abs());
    } else {
        let begin = out.len();
        if serde_json_canonicalizer::to_writer(number, out).is_err() {
            // A number that no double can hold.
            out.truncate(begin);
            out.extend_from_slice(number.to_string().as_bytes());
        }
    }
}

fn write_integer(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut begin = digits.len();
    loop {
        begin -= 1;
        digits[begin] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[begin..]);
}

fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    // Nearly always there is nothing to escape, and to look at every byte is quicker than to stop at the first that is.
    if !bytes.iter().fold(false, |found, &byte| found | is_escaped(byte)) {
        out.extend_from_slice(bytes);
        out.push(b'"');
        return;
    }
    let mut plain = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        if !is_escaped(byte) {
            continue;
        }
        out.extend_from_slice(&bytes[plain..index]);
        plain = index + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            other => {
                out.extend_from_slice(b"\\u00");
                out.extend([other >> 4, other & 15].map(|nibble| HEX[usize::from(nibble)]));
            }
        }
    }
    out.extend_from_slice(&bytes[plain..]);
    out.push(b'"');
}

fn is_escaped(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}
