//! JSON as Python's `json.dumps(value, sort_keys=True)` writes it; knows nothing of objects.

use serde_json::{Number, Value};

/// Separators `", "` and `": "`, keys by code point, everything beyond ASCII as `\uXXXX` in UTF-16.
///
/// Integers are exact as far as [`Value`] holds them: 64 bits, or any size when serde_json's `arbitrary_precision` is on.
pub(super) fn dumps(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(2048);
    write(&mut out, value);
    out
}

fn write(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(it) => out.extend_from_slice(number(it).as_bytes()),
        Value::String(text) => write_string(out, text),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.extend_from_slice(b", ");
                }
                write(out, item);
            }
            out.push(b']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            out.push(b'{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.extend_from_slice(b", ");
                }
                write_string(out, key);
                out.extend_from_slice(b": ");
                write(out, value);
            }
            out.push(b'}');
        }
    }
}

fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for character in text.chars() {
        match character {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\u{8}' => out.extend_from_slice(b"\\b"),
            '\u{c}' => out.extend_from_slice(b"\\f"),
            ' '..='~' => out.push(character as u8),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                }
            }
        }
    }
    out.push(b'"');
}

/// A number as Python writes it: integers in full, floats as `repr` has them.
pub(super) fn number(number: &Number) -> String {
    let text = number.to_string();
    let digits = text.strip_prefix('-').unwrap_or(&text);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text;
    }
    number.as_f64().filter(|float| float.is_finite()).map_or(text, float)
}

/// `repr(float)`: the shortest digits that read back the same; positional from 1e-4 up to below 1e16, with an exponent of at least
/// two digits otherwise.
fn float(value: f64) -> String {
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{value}");
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_python_writes_them() {
        // As CPython 3.11 prints them.
        for (value, repr) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1e-7, "1e-07"),
            (1.5e-7, "1.5e-07"),
            (123_456_789.125, "123456789.125"),
            (9_007_199_254_740_992.0, "9007199254740992.0"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.234_567_890_123_456_8e17, "1.2345678901234568e+17"),
            (1e21, "1e+21"),
            (1e22, "1e+22"),
            (-2.5e100, "-2.5e+100"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (2.0_f64.powi(-44), "5.684341886080802e-14"),
            (0.1 + 0.2, "0.30000000000000004"),
        ] {
            assert_eq!(float(value), repr);
        }
    }

    #[test]
    fn text_is_escaped_as_python_escapes_it() {
        let text = Value::from("\u{0}\u{1f}\u{7f}é\u{2028}😀\"\\/<>&\u{8}\u{c}\n\r\t~");
        let expected = r#""\u0000\u001f\u007f\u00e9\u2028\ud83d\ude00\"\\/<>&\b\f\n\r\t~""#;
        assert_eq!(String::from_utf8(dumps(&text)).unwrap(), expected);
    }

    #[test]
    fn keys_are_sorted_by_code_point() {
        let value = serde_json::json!({"\u{10000}": 1, "\u{e000}": 2, "a": 3, "B": 4});
        assert_eq!(String::from_utf8(dumps(&value)).unwrap(), r#"{"B": 4, "a": 3, "\ue000": 2, "\ud800\udc00": 1}"#);
    }
}
