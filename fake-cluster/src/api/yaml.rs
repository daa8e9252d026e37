//! JSON written as YAML, in the form that Go's `sigs.k8s.io/yaml` gives it. Knows nothing of kinds, and reads no YAML.
//!
//! What is plain and what is quoted follows YAML 1.1, as clients of that age read it; lines of more than 80 characters are folded.

mod scalars;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use serde_json::{Map, Value};

use super::Call;
use super::request::Target;
use crate::schema::text::go_float;
use scalars::{Looks, escaped, is_break, is_printable, says_something_else};

/// Lines are folded at the first space after this many characters.
const WIDTH: usize = 80;
/// A longer key stands on a line of its own.
const LONGEST_KEY: usize = 128;

/// An answer for a client that wants YAML; what is no object stays as it is.
pub(super) fn written(call: &Call, response: Response<Bytes>) -> Response<Bytes> {
    let speaks = match &call.target {
        Target::Resource(_) => true,
        Target::Path(path) => {
            path == "/api" || path == "/apis" || path.starts_with("/api/") || path.starts_with("/apis/")
        }
    };
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !is_json || !(speaks || response.status().is_client_error()) {
        return response;
    }
    let Ok(value) = serde_json::from_slice::<Value>(response.body()) else { return response };
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/yaml"));
    Response::from_parts(parts, Bytes::from(document(&value)))
}

/// A document.
pub(super) fn document(value: &Value) -> String {
    let mut writer = Writer { out: String::new(), column: 0 };
    match value {
        Value::Object(members) if !members.is_empty() => writer.members(members, 0, false),
        Value::Array(items) if !items.is_empty() => writer.items(items, 0, false),
        scalar => writer.scalar(scalar, 0),
    }
    if !writer.out.ends_with('\n') {
        writer.line(0);
    }
    writer.out
}

struct Writer {
    out: String,
    column: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    /// Begins a line, unless one has just begun.
    fn line(&mut self, indent: usize) {
        if self.column > 0 {
            self.out.push('\n');
            self.column = 0;
        }
        self.put(&" ".repeat(indent));
    }

    /// A map; `here` when its first member goes on a line that has begun.
    fn members(&mut self, members: &Map<String, Value>, indent: usize, here: bool) {
        let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
        sorted.sort_by(|(one, _), (two, _)| key_order(one, two));
        for (at, (key, value)) in sorted.into_iter().enumerate() {
            if at > 0 || !here {
                self.line(indent);
            }
            if key.contains('\n') || key.len() > LONGEST_KEY {
                self.put("? ");
                self.text(key, indent + 2, false);
                self.line(indent);
            } else {
                self.text(key, indent, true);
            }
            self.put(":");
            match value {
                Value::Object(below) if !below.is_empty() => self.members(below, indent + 2, false),
                // Items stand below the first letter of their key.
                Value::Array(items) if !items.is_empty() => self.items(items, indent, false),
                scalar => {
                    self.put(" ");
                    self.scalar(scalar, indent + 2);
                }
            }
        }
    }

    fn items(&mut self, items: &[Value], indent: usize, here: bool) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 || !here {
                self.line(indent);
            }
            self.put("- ");
            match item {
                Value::Object(below) if !below.is_empty() => self.members(below, indent + 2, true),
                Value::Array(items) if !items.is_empty() => self.items(items, indent + 2, true),
                scalar => self.scalar(scalar, indent + 2),
            }
        }
    }

    fn scalar(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Null => self.put("null"),
            Value::Bool(flag) => self.put(&flag.to_string()),
            Value::Number(number) => {
                let float = number.as_f64().filter(|_| number.is_f64());
                self.put(&float.map_or_else(|| number.to_string(), go_float));
            }
            Value::String(text) => self.text(text, indent, false),
            Value::Array(_) => self.put("[]"),
            Value::Object(_) => self.put("{}"),
        }
    }

    /// A text, in the plainest style that can be read again.
    fn text(&mut self, text: &str, indent: usize, is_key: bool) {
        let looks = Looks::of(text);
        let wanted = match text {
            text if text.contains('\n') => Style::Literal,
            text if says_something_else(text) => Style::Double,
            _ => Style::Plain,
        };
        let style = match wanted {
            Style::Literal if is_key || !looks.block => Style::Double,
            Style::Plain if !looks.plain && looks.single => Style::Single,
            Style::Plain if !looks.plain => Style::Double,
            style => style,
        };
        match style {
            Style::Plain => self.folded(text, indent, is_key, false),
            Style::Single => {
                self.put("'");
                self.folded(text, indent, is_key, true);
                self.put("'");
            }
            Style::Double => self.double(text, indent, is_key),
            Style::Literal => self.literal(text, indent),
        }
    }

    /// Words of a plain text, or of one in single quotes.
    fn folded(&mut self, text: &str, indent: usize, is_key: bool, quoted: bool) {
        let mut after_space = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            let within = !quoted || (at > 0 && next.is_some());
            if char == ' ' && !is_key && !after_space && self.column > WIDTH && within && next != Some(' ') {
                self.line(indent);
            } else if char == '\'' && quoted {
                self.put("''");
            } else {
                self.put(char.encode_utf8(&mut [0; 4]));
            }
            after_space = char == ' ';
        }
    }

    fn double(&mut self, text: &str, indent: usize, is_key: bool) {
        self.put("\"");
        let mut after_space = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            if char == ' ' && !is_key && !after_space && self.column > WIDTH && at > 0 && next.is_some() {
                self.line(indent);
                if next == Some(' ') {
                    self.put("\\");
                }
            } else if is_printable(char) && !is_break(char) && !matches!(char, '"' | '\\') {
                self.put(char.encode_utf8(&mut [0; 4]));
            } else {
                self.put(&escaped(char));
            }
            after_space = char == ' ';
        }
        self.put("\"");
    }

    fn literal(&mut self, text: &str, indent: usize) {
        let indent = indent.max(2);
        self.put("|");
        if text.starts_with([' ', '\n']) {
            self.put("2");
        }
        if !text.ends_with('\n') {
            self.put("-");
        } else if text == "\n" || text.ends_with("\n\n") {
            self.put("+");
        }
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            self.out.push('\n');
            self.column = 0;
            if !line.is_empty() {
                self.put(&" ".repeat(indent));
                self.put(line);
            }
        }
        if text.ends_with("\n\n") || text == "\n" {
            self.out.push('\n');
            self.column = 0;
        }
    }
}

#[derive(Clone, Copy)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// Letters go after everything else, and numbers by what they are worth.
fn key_order(one: &str, two: &str) -> Ordering {
    let (left, right): (Vec<char>, Vec<char>) = (one.chars().collect(), two.chars().collect());
    let Some(at) = left.iter().zip(&right).position(|(left, right)| left != right) else {
        return left.len().cmp(&right.len());
    };
    let (a, b) = (left.get(at).copied().unwrap_or_default(), right.get(at).copied().unwrap_or_default());
    match (a.is_alphabetic(), b.is_alphabetic()) {
        (true, true) => return a.cmp(&b),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let mut digits_before = left.iter().take(at).rev().take_while(|char| char.is_ascii_digit());
    // A zero within a number counts.
    let begun = u64::from((a == '0' || b == '0') && digits_before.any(|digit| *digit != '0'));
    let number = |chars: &[char]| {
        let digits = chars.iter().skip(at).map_while(|char| char.to_digit(10));
        digits.fold((begun, 0_usize), |(value, count), digit| {
            (value.wrapping_mul(10).wrapping_add(u64::from(digit)), count + 1)
        })
    };
    number(&left).cmp(&number(&right)).then(a.cmp(&b))
}
