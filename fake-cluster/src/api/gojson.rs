//! What Go's JSON scanner says about text that is not JSON, and how Go spells objects: clients see both in the API
//! server's refusals.
//!
//! The states and messages are those of Go's `encoding/json` scanner; values are not built here.

use serde_json::Value;

use super::cause::quote;

/// How deep Go lets JSON be nested.
const MAX_DEPTH: usize = 10_000;

/// The complaint about `text`, or nothing if it is JSON.
pub(super) fn complaint(text: &[u8]) -> Option<String> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.document().err().map(|problem| match problem {
        Problem::End => "unexpected end of JSON input".into(),
        Problem::Depth => "exceeded max depth".into(),
        Problem::Char(c, context) => format!("invalid character {} {context}", quote_char(c)),
    })
}

/// The members of Go's structures come in the order of their declaration.
const METADATA: &[&str] = &[
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
];
const OWNER: &[&str] = &["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"];
const MANAGER: &[&str] = &["manager", "operation", "apiVersion", "time", "fieldsType", "fieldsV1", "subresource"];

/// An object as JSON whose metadata is in the order of the Go structure.
pub(super) fn spelled(object: &Value) -> String {
    members(object, &[], |name, value| match name {
        "metadata" => members(value, METADATA, |name, value| match name {
            "ownerReferences" => items(value, OWNER),
            "managedFields" => items(value, MANAGER),
            _ => value.to_string(),
        }),
        _ => value.to_string(),
    })
}

fn items(list: &Value, order: &[&str]) -> String {
    let all = list.as_array().into_iter().flatten().map(|item| members(item, order, |_, value| value.to_string()));
    format!("[{}]", all.collect::<Vec<_>>().join(","))
}

fn members(value: &Value, order: &[&str], spell: impl Fn(&str, &Value) -> String) -> String {
    let Some(object) = value.as_object() else { return value.to_string() };
    let mut all: Vec<_> = object.iter().collect();
    all.sort_by_key(|(name, _)| order.iter().position(|known| known == name).unwrap_or(order.len()));
    let all = all.into_iter().map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), spell(name, value)));
    format!("{{{}}}", all.collect::<Vec<_>>().join(","))
}

enum Problem {
    End,
    Depth,
    Char(u8, String),
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

enum Open {
    Object,
    Array,
}

impl Scanner<'_> {
    fn document(&mut self) -> Result<(), Problem> {
        let mut open: Vec<Open> = Vec::new();
        'value: loop {
            // A value begins here; containers are opened, anything else is read to its end.
            match self.begin()? {
                b'{' => {
                    if open.len() == MAX_DEPTH {
                        return Err(Problem::Depth);
                    }
                    if self.peek()? == b'}' {
                        self.at += 1;
                    } else {
                        self.key()?;
                        open.push(Open::Object);
                        continue 'value;
                    }
                }
                b'[' => {
                    if open.len() == MAX_DEPTH {
                        return Err(Problem::Depth);
                    }
                    if self.peek()? == b']' {
                        self.at += 1;
                    } else {
                        open.push(Open::Array);
                        continue 'value;
                    }
                }
                b'"' => self.string()?,
                b't' => self.literal("true")?,
                b'f' => self.literal("false")?,
                b'n' => self.literal("null")?,
                c @ (b'-' | b'0'..=b'9') => self.number(c)?,
                c => return Err(Problem::Char(c, "looking for beginning of value".into())),
            }
            // A value ended here: go on in, or close, what is around it.
            loop {
                let Some(around) = open.last() else { return self.end() };
                let c = self.peek()?;
                self.at += 1;
                match (around, c) {
                    (Open::Object, b',') => {
                        self.key()?;
                        continue 'value;
                    }
                    (Open::Array, b',') => continue 'value,
                    (Open::Object, b'}') | (Open::Array, b']') => drop(open.pop()),
                    (Open::Object, c) => return Err(Problem::Char(c, "after object key:value pair".into())),
                    (Open::Array, c) => return Err(Problem::Char(c, "after array element".into())),
                }
            }
        }
    }

    /// The next byte that is no space, which stays unread.
    fn peek(&mut self) -> Result<u8, Problem> {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.text.get(self.at).copied().ok_or(Problem::End)
    }

    fn begin(&mut self) -> Result<u8, Problem> {
        let c = self.peek()?;
        self.at += 1;
        Ok(c)
    }

    fn next(&mut self) -> Result<u8, Problem> {
        let c = self.text.get(self.at).copied().ok_or(Problem::End)?;
        self.at += 1;
        Ok(c)
    }

    fn end(&mut self) -> Result<(), Problem> {
        match self.peek() {
            Ok(c) => Err(Problem::Char(c, "after top-level value".into())),
            Err(_) => Ok(()),
        }
    }

    fn key(&mut self) -> Result<(), Problem> {
        match self.begin()? {
            b'"' => self.string()?,
            c => return Err(Problem::Char(c, "looking for beginning of object key string".into())),
        }
        match self.begin()? {
            b':' => Ok(()),
            c => Err(Problem::Char(c, "after object key".into())),
        }
    }

    fn string(&mut self) -> Result<(), Problem> {
        loop {
            match self.next()? {
                b'"' => return Ok(()),
                b'\\' => match self.next()? {
                    b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => {}
                    b'u' => {
                        for _ in 0..4 {
                            let c = self.next()?;
                            if !c.is_ascii_hexdigit() {
                                return Err(Problem::Char(c, "in \\u hexadecimal character escape".into()));
                            }
                        }
                    }
                    c => return Err(Problem::Char(c, "in string escape code".into())),
                },
                c if c < 0x20 => return Err(Problem::Char(c, "in string literal".into())),
                _ => {}
            }
        }
    }

    fn literal(&mut self, word: &str) -> Result<(), Problem> {
        for expected in word.bytes().skip(1) {
            let c = self.next()?;
            if c != expected {
                let context = format!("in literal {word} (expecting {})", quote_char(expected));
                return Err(Problem::Char(c, context));
            }
        }
        Ok(())
    }

    fn number(&mut self, first: u8) -> Result<(), Problem> {
        let mut first = first;
        if first == b'-' {
            first = self.next()?;
            if !first.is_ascii_digit() {
                return Err(Problem::Char(first, "in numeric literal".into()));
            }
        }
        if first != b'0' {
            self.digits();
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digit("after decimal point in numeric literal")?;
            self.digits();
        }
        if matches!(self.text.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.text.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digit("in exponent of numeric literal")?;
            self.digits();
        }
        Ok(())
    }

    fn digit(&mut self, context: &str) -> Result<(), Problem> {
        match self.next()? {
            c if c.is_ascii_digit() => Ok(()),
            c => Err(Problem::Char(c, context.into())),
        }
    }

    fn digits(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }
}

fn quote_char(c: u8) -> String {
    match c {
        b'\'' => "'\\''".into(),
        b'"' => "'\"'".into(),
        c => {
            // Go converts the byte to a rune of that number.
            let quoted = quote(&char::from(c).to_string());
            format!("'{}'", quoted.trim_matches('"'))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{complaint, spelled};

    #[test]
    fn metadata_is_spelled_in_the_order_of_go() {
        let object = json!({
            "kind": "A", "data": {"b": 1, "a": 2}, "metadata": {
                "uid": "u", "name": "n", "managedFields": [{"time": "t", "manager": "m"}],
                "ownerReferences": [{"uid": "u", "controller": true, "apiVersion": "v1"}],
            },
        });
        let text = r#"{"data":{"a":2,"b":1},"kind":"A","metadata":{"name":"n","uid":"u","ownerReferences":[{"apiVersion":"v1","uid":"u","controller":true}],"managedFields":[{"manager":"m","time":"t"}]}}"#;
        assert_eq!(spelled(&object), text);
    }

    #[test]
    fn complaints_are_those_of_go() {
        for (text, said) in [
            ("", "unexpected end of JSON input"),
            ("{", "unexpected end of JSON input"),
            ("hello", "invalid character 'h' looking for beginning of value"),
            ("{\"a\":1,}", "invalid character '}' looking for beginning of object key string"),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            ("{\"a\":1 2}", "invalid character '2' after object key:value pair"),
            ("[1 2]", "invalid character '2' after array element"),
            ("{} x", "invalid character 'x' after top-level value"),
            ("trux", "invalid character 'x' in literal true (expecting 'e')"),
            ("\"\\q\"", "invalid character 'q' in string escape code"),
            ("\"\n\"", "invalid character '\\n' in string literal"),
            ("-x", "invalid character 'x' in numeric literal"),
            ("1.x", "invalid character 'x' after decimal point in numeric literal"),
            ("01", "invalid character '1' after top-level value"),
            ("'", "invalid character '\\'' looking for beginning of value"),
        ] {
            assert_eq!(complaint(text.as_bytes()).as_deref(), Some(said), "{text}");
        }
        for good in ["{}", "[]", " [1, 2.5e-3, {\"a\": [null, true]}] ", "\"\\u00e9\"", "-0", "[[],{}]"] {
            assert_eq!(complaint(good.as_bytes()), None, "{good}");
        }
    }
}
