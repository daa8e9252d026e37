//! Cuts the Common Expression Language into words: names, literals and signs. Knows no grammar.

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Name(String),
    Int(i64),
    /// One more than the greatest number: only with a minus before it.
    Least,
    Uint(u64),
    Double(f64),
    Text(String),
    Bytes(Vec<u8>),
    Sign(&'static str),
}

const SIGNS: [&str; 24] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]",
    "{", "}",
];

/// Cuts a text into words.
pub(super) fn lex(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
            continue;
        }
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (token, left) = if let Some(found) = quoted(rest)? {
            found
        } else if first.is_ascii_digit() {
            number(rest)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (name, left) = rest.split_at(end);
            (Token::Name(name.to_owned()), left)
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            let sign = sign.ok_or_else(|| format!("Syntax error: token recognition error at: '{first}'"))?;
            (Token::Sign(sign), rest.get(sign.len()..).unwrap_or_default())
        };
        tokens.push(token);
        rest = left;
    }
}

fn number(text: &str) -> Result<(Token, &str), String> {
    let bad = || "Syntax error: invalid number literal".to_owned();
    if let Some(hex) = text.strip_prefix("0x") {
        let end = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
        let (digits, left) = hex.split_at(end);
        if let Some(left) = left.strip_prefix(['u', 'U']) {
            return Ok((Token::Uint(u64::from_str_radix(digits, 16).map_err(|_| bad())?), left));
        }
        return Ok((Token::Int(i64::from_str_radix(digits, 16).map_err(|_| bad())?), left));
    }
    let digits = |from: usize| {
        let tail = text.get(from..).unwrap_or_default();
        from + tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len())
    };
    let mut end = digits(0);
    let mut is_float = false;
    let at = |index: usize| text.as_bytes().get(index).copied().unwrap_or_default();
    if at(end) == b'.' && at(end + 1).is_ascii_digit() {
        is_float = true;
        end = digits(end + 1);
    }
    if matches!(at(end), b'e' | b'E') {
        let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
        if at(end + 1 + sign).is_ascii_digit() {
            is_float = true;
            end = digits(end + 1 + sign);
        }
    }
    let (number, left) = text.split_at(end);
    if is_float {
        return Ok((Token::Double(number.parse().map_err(|_| bad())?), left));
    }
    if let Some(left) = left.strip_prefix(['u', 'U']) {
        return Ok((Token::Uint(number.parse().map_err(|_| bad())?), left));
    }
    let whole: u64 = number.parse().map_err(|_| bad())?;
    match i64::try_from(whole) {
        Ok(whole) => Ok((Token::Int(whole), left)),
        Err(_) if whole == 1 << 63 => Ok((Token::Least, left)),
        Err(_) => Err(bad()),
    }
}

/// A string or bytes literal, if the text begins with one.
fn quoted(text: &str) -> Result<Option<(Token, &str)>, String> {
    let (mut raw, mut bytes) = (false, false);
    let mut rest = text;
    for _ in 0..2 {
        match rest.chars().next() {
            Some('r' | 'R') if !raw => raw = true,
            Some('b' | 'B') if !bytes => bytes = true,
            _ => break,
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    let Some(mark) = ["\"\"\"", "'''", "\"", "'"].iter().find(|mark| rest.starts_with(**mark)) else {
        return Ok(None);
    };
    let mut rest = rest.get(mark.len()..).unwrap_or_default();
    let mut out: Vec<u8> = Vec::new();
    loop {
        if let Some(left) = rest.strip_prefix(mark) {
            if bytes {
                return Ok(Some((Token::Bytes(out), left)));
            }
            let text = String::from_utf8(out).map_err(|_| "Syntax error: invalid string literal".to_owned())?;
            return Ok(Some((Token::Text(text), left)));
        }
        let mut chars = rest.chars();
        match chars.next() {
            None => return Err("Syntax error: token recognition error: a string does not end".to_owned()),
            Some('\\') if !raw => {
                let used = escape(chars.as_str(), bytes, &mut out)
                    .ok_or_else(|| "Syntax error: invalid escape sequence".to_owned())?;
                rest = chars.as_str().get(used..).unwrap_or_default();
            }
            Some(char) => {
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                rest = chars.as_str();
            }
        }
    }
}

/// Reads what follows a backslash; how many bytes of it were used.
fn escape(text: &str, bytes: bool, out: &mut Vec<u8>) -> Option<usize> {
    let first = text.chars().next()?;
    let simple = match first {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' | '\'' | '"' | '`' | '?' => u8::try_from(first).ok()?,
        _ => 0,
    };
    if simple != 0 {
        out.push(simple);
        return Some(1);
    }
    let (skip, count, radix) = match first {
        'x' | 'X' => (1, 2, 16),
        'u' => (1, 4, 16),
        'U' => (1, 8, 16),
        '0'..='3' => (0, 3, 8),
        _ => return None,
    };
    let code = u32::from_str_radix(text.get(skip..skip + count)?, radix).ok()?;
    if bytes && count < 4 {
        out.push(u8::try_from(code).ok()?);
    } else {
        out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some(skip + count)
}
