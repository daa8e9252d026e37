//! Reads `WWW-Authenticate` (RFC 9110, 11.6.1): challenges and parameters share the comma, and what follows tells which it was.

use super::Challenge;

/// Longest header that is read, in bytes.
pub const MAX_HEADER_BYTES: usize = 8 * 1024;

/// Why a header could not be read. Says where, never what.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Longer than [`MAX_HEADER_BYTES`].
    #[error("the header has {0} bytes, more than {MAX_HEADER_BYTES}")]
    TooLong(usize),
    /// Something other than a scheme or a parameter.
    #[error("the header makes no sense at byte {0}")]
    Syntax(usize),
}

/// Reads a header value.
///
/// A repeated parameter keeps its last value; the bare credentials of schemes such as `Negotiate` are read and not kept.
///
/// # Errors
/// When the value is too long or does not follow the grammar.
pub fn parse(value: &str) -> Result<Vec<Challenge>, ParseError> {
    if value.len() > MAX_HEADER_BYTES {
        return Err(ParseError::TooLong(value.len()));
    }
    let mut cursor = Cursor { text: value.as_bytes(), at: 0 };
    let mut challenges: Vec<Challenge> = Vec::new();
    loop {
        cursor.skip(|byte| matches!(byte, b' ' | b'\t' | b','));
        if cursor.is_done() {
            return Ok(challenges);
        }
        let word = cursor.token()?;
        match challenges.last_mut() {
            Some(challenge) if cursor.eat_equals() => {
                let value = cursor.value()?;
                challenge.parameters.insert(word.to_ascii_lowercase(), value);
            }
            _ => {
                challenges.push(Challenge::new(word));
                cursor.bare_credentials();
            }
        }
    }
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip(&mut self, skipped: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&skipped) {
            self.at += 1;
        }
    }

    fn token(&mut self) -> Result<String, ParseError> {
        let start = self.at;
        self.skip(is_token);
        if self.at == start {
            return Err(ParseError::Syntax(start));
        }
        Ok(self.text[start..self.at].iter().map(|byte| char::from(*byte)).collect())
    }

    /// Takes an `=` with optional space around it, or nothing.
    fn eat_equals(&mut self) -> bool {
        let start = self.at;
        self.skip(|byte| matches!(byte, b' ' | b'\t'));
        if self.peek() == Some(b'=') {
            self.at += 1;
            self.skip(|byte| matches!(byte, b' ' | b'\t'));
            return true;
        }
        self.at = start;
        false
    }

    fn value(&mut self) -> Result<String, ParseError> {
        if self.peek() != Some(b'"') {
            return self.token();
        }
        let open = self.at;
        self.at += 1;
        let mut value = Vec::new();
        loop {
            let byte = self.peek().ok_or(ParseError::Syntax(open))?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(value).map_err(|_| ParseError::Syntax(open)),
                b'\\' => {
                    value.push(self.peek().ok_or(ParseError::Syntax(open))?);
                    self.at += 1;
                }
                other => value.push(other),
            }
        }
    }

    /// After a scheme: base64 up to the next comma, when it is not the name of a parameter.
    fn bare_credentials(&mut self) {
        let start = self.at;
        self.skip(|byte| matches!(byte, b' ' | b'\t'));
        let body = self.at;
        self.skip(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte));
        let has_body = self.at > body;
        let padding = self.at;
        self.skip(|byte| byte == b'=');
        let has_padding = self.at > padding;
        self.skip(|byte| matches!(byte, b' ' | b'\t'));
        let ends = self.peek().is_none_or(|byte| byte == b',');
        if !(has_body && ends && (has_padding || start < body)) {
            self.at = start;
        }
    }
}

/// The characters of an RFC 9110 token.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
