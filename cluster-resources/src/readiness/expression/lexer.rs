//! The words of the language.

use serde_json::{Number, Value};

use super::ExpressionError;

/// A word. What stands for itself is kept as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Value(Value),
    Sign(&'static str),
    End,
}

impl Token {
    /// As it is told in an error.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Name(name) => format!("`{name}`"),
            Self::Value(value) => format!("`{value}`"),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end".into(),
        }
    }
}

/// Longer signs come first.
const SIGNS: [&str; 16] = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "=", "(", ")", "[", "]", ".", ","];

/// Every word with its place, in characters from 1. The last one is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ExpressionError> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut position = 1_usize;
    loop {
        let trimmed = rest.trim_start();
        position = position.saturating_add(rest.chars().count().saturating_sub(trimmed.chars().count()));
        rest = trimmed;
        let Some(first) = rest.chars().next() else {
            found.push((position, Token::End));
            return Ok(found);
        };
        let (token, length) = match first {
            '"' | '\'' => {
                quoted(rest, first).ok_or_else(|| error(position, "a text that ends with its quote", rest))?
            }
            '-' | '0'..='9' => number(rest).ok_or_else(|| error(position, "a number", rest))?,
            '*' => (Token::Sign("*"), 1),
            first if first.is_alphabetic() || first == '_' => {
                let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
                (Token::Name(rest.get(..length).unwrap_or_default().into()), length)
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| error(position, "a path, a value or an operator", rest))?;
                (Token::Sign(sign), sign.len())
            }
        };
        let (taken, left) = rest.split_at_checked(length).unwrap_or((rest, ""));
        found.push((position, token));
        position = position.saturating_add(taken.chars().count());
        rest = left;
    }
}

fn error(position: usize, expected: &'static str, rest: &str) -> ExpressionError {
    let shown: String = rest.chars().take(12).collect();
    ExpressionError { position, expected, found: format!("`{shown}`") }
}

fn quoted(rest: &str, quote: char) -> Option<(Token, usize)> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if c == quote => {
                let length = at.saturating_add(1);
                let text = if quote == '"' {
                    serde_json::from_str(rest.get(..length)?).ok()?
                } else {
                    rest.get(1..at)?.to_owned()
                };
                return Some((Token::Value(Value::String(text)), length));
            }
            _ => {}
        }
    }
    None
}

fn number(rest: &str) -> Option<(Token, usize)> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
    let number: Number = serde_json::from_str(rest.get(..length)?).ok()?;
    Some((Token::Value(Value::Number(number)), length))
}
