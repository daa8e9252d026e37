//! From the text of a search to its words.

use super::{Operator, SearchError};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Word(String),
    Text(String),
    Number(f64),
    Operator(Operator),
    Open,
    Close,
    Comma,
}

/// The words of one search, and where the reader is.
pub(super) struct Tokens {
    tokens: Vec<(usize, Token)>,
    next: usize,
    end: usize,
}

impl Tokens {
    pub(super) fn new(text: &str) -> Result<Self, SearchError> {
        let mut tokens = Vec::new();
        let mut rest = text;
        loop {
            rest = rest.trim_start();
            let at = text.len() - rest.len();
            let Some(first) = rest.chars().next() else {
                return Ok(Self { tokens, next: 0, end: text.len() });
            };
            let (token, length) = token(rest, first, at)?;
            tokens.push((at, token));
            rest = rest.get(length..).unwrap_or_default();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.next).map(|(_, token)| token.clone());
        self.next += 1;
        token
    }

    pub(super) fn take(&mut self, wanted: &Token) -> bool {
        let is = self.tokens.get(self.next).is_some_and(|(_, token)| token == wanted);
        self.next += usize::from(is);
        is
    }

    pub(super) fn take_word(&mut self, wanted: &str) -> bool {
        let next = self.tokens.get(self.next);
        let is = next.is_some_and(|(_, token)| matches!(token, Token::Word(w) if w.eq_ignore_ascii_case(wanted)));
        self.next += usize::from(is);
        is
    }

    /// The word that was just taken was not expected.
    pub(super) fn unexpected(&self, expected: &'static str) -> SearchError {
        self.error(self.next.saturating_sub(1), expected)
    }

    /// The word that comes next is not expected.
    pub(super) fn next_unexpected(&self, expected: &'static str) -> SearchError {
        self.error(self.next, expected)
    }

    fn error(&self, index: usize, expected: &'static str) -> SearchError {
        match self.tokens.get(index) {
            Some((at, token)) => SearchError::Unexpected { at: *at, found: token.describe(), expected },
            None => SearchError::Unexpected { at: self.end, found: "end".to_owned(), expected },
        }
    }
}

impl Token {
    /// Free of what stands in quotes.
    fn describe(&self) -> String {
        match self {
            Self::Word(word) => format!("word {word:?}"),
            Self::Text(_) => "quoted text".to_owned(),
            Self::Number(number) => format!("number {number}"),
            Self::Operator(operator) => format!("operator {operator:?}"),
            Self::Open | Self::Close => "bracket".to_owned(),
            Self::Comma => "comma".to_owned(),
        }
    }
}

/// The word that `rest` begins with, and its length in bytes.
fn token(rest: &str, first: char, at: usize) -> Result<(Token, usize), SearchError> {
    let operators = [
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<>", Operator::NotEqual),
        ("!=", Operator::NotEqual),
        ("=", Operator::Equal),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ];
    if let Some((sign, operator)) = operators.iter().find(|(sign, _)| rest.starts_with(sign)) {
        return Ok((Token::Operator(*operator), sign.len()));
    }
    match first {
        '(' => Ok((Token::Open, 1)),
        ')' => Ok((Token::Close, 1)),
        ',' => Ok((Token::Comma, 1)),
        '\'' => quoted(rest).ok_or(SearchError::OpenQuote { at }),
        '-' | '0'..='9' => number(rest).ok_or_else(|| strange(first, at)),
        first if first.is_ascii_alphabetic() || first == '_' => {
            let inside = |letter: char| letter.is_ascii_alphanumeric() || "_.-/".contains(letter);
            let length = rest.find(|letter| !inside(letter)).unwrap_or(rest.len());
            Ok((Token::Word(rest[..length].to_owned()), length))
        }
        _ => Err(strange(first, at)),
    }
}

fn strange(first: char, at: usize) -> SearchError {
    SearchError::Unexpected { at, found: format!("character {first:?}"), expected: "a field, a value or an operator" }
}

fn quoted(rest: &str) -> Option<(Token, usize)> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != '\'' {
            text.push(letter);
        } else if letters.next_if(|(_, next)| *next == '\'').is_some() {
            text.push('\'');
        } else {
            return Some((Token::Text(text), at + 1));
        }
    }
    None
}

fn number(rest: &str) -> Option<(Token, usize)> {
    let digits = rest.strip_prefix('-').unwrap_or(rest);
    let sign = rest.len() - digits.len();
    let length = sign + digits.find(|digit: char| !digit.is_ascii_digit() && digit != '.').unwrap_or(digits.len());
    Some((Token::Number(rest[..length].parse().ok()?), length))
}
