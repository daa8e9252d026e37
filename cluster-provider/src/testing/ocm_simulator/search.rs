//! The `search` parameter of lists: a small language like the `where` of SQL, read into a value and asked of objects. Pure; never panics,
//! and knows nothing of HTTP.
//!
//! What is understood: `field = 'text'`, `!=`, `<>`, `<`, `<=`, `>`, `>=`, `like`, `ilike`, `in ('a', 'b')`, `not`, `and`, `or`, brackets,
//! numbers, `true` and `false`. A quote inside a text is written twice. Anything else is an error, as it is there.

mod lexer;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use serde_json::Value;

use self::lexer::{Token, Tokens};

/// Longer ones are refused, as a gateway would.
const LONGEST: usize = 8 * 1024;

/// Brackets and `not`s inside one another.
const DEEPEST: usize = 32;

/// Why a search is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SearchError {
    /// More text than anybody writes.
    #[error("the search is longer than {LONGEST} bytes")]
    TooLong,
    /// More brackets than anybody writes.
    #[error("the search is nested more than {DEEPEST} levels deep")]
    TooDeep,
    /// A text without an end.
    #[error("the quoted text that begins at byte {at} has no end")]
    OpenQuote {
        /// Where it begins.
        at: usize,
    },
    /// Something that nobody expected there.
    #[error("unexpected {found} at byte {at}; expected {expected}")]
    Unexpected {
        /// Where.
        at: usize,
        /// What.
        found: String,
        /// What would have been understood.
        expected: &'static str,
    },
}

/// A search that was understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Search(Expression);

#[derive(Debug, Clone, PartialEq)]
enum Expression {
    /// Every object: what an empty search finds.
    Everything,
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Is {
        field: String,
        test: Test,
    },
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Compare(Operator, Literal),
    Like { pattern: String, ignore_case: bool },
    In(Vec<Literal>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Number(f64),
    Bool(bool),
}

// === impl Search ===

impl Search {
    /// Reads a search.
    ///
    /// # Errors
    /// When it is not in the language.
    pub(super) fn parse(text: &str) -> Result<Self, SearchError> {
        if text.len() > LONGEST {
            return Err(SearchError::TooLong);
        }
        let mut tokens = Tokens::new(text)?;
        if tokens.is_empty() {
            return Ok(Self(Expression::Everything));
        }
        let expression = any_of(&mut tokens, 0)?;
        match tokens.next() {
            None => Ok(Self(expression)),
            Some(_) => Err(tokens.unexpected("and, or, or the end")),
        }
    }

    /// Whether an object is found. As in SQL, nothing is known of a field that is not there, not even that it is different.
    pub(super) fn finds(&self, object: &Value) -> bool {
        self.0.evaluate(object) == Some(true)
    }

    /// The fields that are asked about.
    pub(super) fn fields(&self) -> Vec<&str> {
        let mut fields = Vec::new();
        self.0.fields(&mut fields);
        fields
    }
}

// === reading ===

fn any_of(tokens: &mut Tokens, depth: usize) -> Result<Expression, SearchError> {
    let first = all_of(tokens, depth)?;
    let mut terms = vec![first];
    while tokens.take_word("or") {
        terms.push(all_of(tokens, depth)?);
    }
    Ok(one_or(terms, Expression::Any))
}

fn all_of(tokens: &mut Tokens, depth: usize) -> Result<Expression, SearchError> {
    let first = factor(tokens, depth)?;
    let mut terms = vec![first];
    while tokens.take_word("and") {
        terms.push(factor(tokens, depth)?);
    }
    Ok(one_or(terms, Expression::All))
}

fn one_or(mut terms: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match (terms.len(), terms.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            terms.push(last);
            many(terms)
        }
        (_, None) => Expression::Everything,
    }
}

fn factor(tokens: &mut Tokens, depth: usize) -> Result<Expression, SearchError> {
    if depth >= DEEPEST {
        return Err(SearchError::TooDeep);
    }
    if tokens.take_word("not") {
        return Ok(Expression::Not(Box::new(factor(tokens, depth + 1)?)));
    }
    if tokens.take(&Token::Open) {
        let inner = any_of(tokens, depth + 1)?;
        return if tokens.take(&Token::Close) { Ok(inner) } else { Err(tokens.next_unexpected("a closing bracket")) };
    }
    let field = match tokens.next() {
        Some(Token::Word(word)) if !is_reserved(&word) => word,
        _ => return Err(tokens.unexpected("the name of a field")),
    };
    let negated = tokens.take_word("not");
    let test = match tokens.next() {
        Some(Token::Operator(operator)) if !negated => Test::Compare(operator, literal(tokens)?),
        Some(Token::Word(word)) if word.eq_ignore_ascii_case("like") || word.eq_ignore_ascii_case("ilike") => {
            let ignore_case = word.eq_ignore_ascii_case("ilike");
            match tokens.next() {
                Some(Token::Text(pattern)) => Test::Like { pattern, ignore_case },
                _ => return Err(tokens.unexpected("a quoted pattern")),
            }
        }
        Some(Token::Word(word)) if word.eq_ignore_ascii_case("in") => Test::In(literals(tokens)?),
        _ => return Err(tokens.unexpected("a comparison, like or in")),
    };
    let is = Expression::Is { field, test };
    Ok(if negated { Expression::Not(Box::new(is)) } else { is })
}

fn literals(tokens: &mut Tokens) -> Result<Vec<Literal>, SearchError> {
    if !tokens.take(&Token::Open) {
        return Err(tokens.next_unexpected("an opening bracket"));
    }
    let mut literals = vec![literal(tokens)?];
    while tokens.take(&Token::Comma) {
        literals.push(literal(tokens)?);
    }
    if tokens.take(&Token::Close) { Ok(literals) } else { Err(tokens.next_unexpected("a comma or a closing bracket")) }
}

fn literal(tokens: &mut Tokens) -> Result<Literal, SearchError> {
    match tokens.next() {
        Some(Token::Text(text)) => Ok(Literal::Text(text)),
        Some(Token::Number(number)) => Ok(Literal::Number(number)),
        Some(Token::Word(word)) if word.eq_ignore_ascii_case("true") => Ok(Literal::Bool(true)),
        Some(Token::Word(word)) if word.eq_ignore_ascii_case("false") => Ok(Literal::Bool(false)),
        _ => Err(tokens.unexpected("a quoted text, a number, true or false")),
    }
}

fn is_reserved(word: &str) -> bool {
    ["and", "or", "not", "in", "like", "ilike", "true", "false"].iter().any(|held| word.eq_ignore_ascii_case(held))
}

// === asking ===

impl Expression {
    /// True, false, or nobody knows.
    fn evaluate(&self, object: &Value) -> Option<bool> {
        match self {
            Self::Everything => Some(true),
            Self::All(terms) => terms
                .iter()
                .try_fold(true, |so_far, term| match term.evaluate(object) {
                    Some(false) => Err(Some(false)),
                    Some(true) => Ok(so_far),
                    None => Ok(false),
                })
                .map_or_else(|known| known, |certain| certain.then_some(true)),
            Self::Any(terms) => terms
                .iter()
                .try_fold(true, |so_far, term| match term.evaluate(object) {
                    Some(true) => Err(Some(true)),
                    Some(false) => Ok(so_far),
                    None => Ok(false),
                })
                .map_or_else(|known| known, |certain| certain.then_some(false)),
            Self::Not(inner) => inner.evaluate(object).map(|is| !is),
            Self::Is { field, test } => test.evaluate(lookup(object, field)?),
        }
    }

    fn fields<'a>(&'a self, into: &mut Vec<&'a str>) {
        match self {
            Self::Everything => {}
            Self::All(terms) | Self::Any(terms) => terms.iter().for_each(|term| term.fields(into)),
            Self::Not(inner) => inner.fields(into),
            Self::Is { field, .. } => into.push(field),
        }
    }
}

impl Test {
    fn evaluate(&self, value: &Value) -> Option<bool> {
        match self {
            Self::Compare(operator, literal) => Some(operator.holds(literal.order(value)?)),
            Self::Like { pattern, ignore_case: false } => Some(like(pattern, value.as_str()?)),
            Self::Like { pattern, ignore_case: true } => {
                Some(like(&pattern.to_lowercase(), &value.as_str()?.to_lowercase()))
            }
            Self::In(literals) => Some(literals.iter().any(|literal| literal.order(value) == Some(Ordering::Equal))),
        }
    }
}

impl Operator {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Literal {
    /// How a value stands to this; `None` when the two cannot be compared. Texts `'true'` and `'3'` also stand for what they say.
    fn order(&self, value: &Value) -> Option<Ordering> {
        match (self, value) {
            (Self::Text(text), Value::String(value)) => Some(value.as_str().cmp(text)),
            (Self::Text(text), Value::Bool(value)) => Some(value.cmp(&text.parse().ok()?)),
            (Self::Text(text), Value::Number(value)) => value.as_f64()?.partial_cmp(&text.parse().ok()?),
            (Self::Bool(wanted), Value::Bool(value)) => Some(value.cmp(wanted)),
            (Self::Bool(wanted), Value::String(value)) => Some(value.parse::<bool>().ok()?.cmp(wanted)),
            (Self::Number(wanted), Value::Number(value)) => value.as_f64()?.partial_cmp(wanted),
            _ => None,
        }
    }
}

/// Follows a path of names with dots. A name may itself hold dots, as keys of properties do.
fn lookup<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    if let Some(value) = object.get(path) {
        return Some(value).filter(|value| !value.is_null());
    }
    path.match_indices('.').find_map(|(at, _)| lookup(object.get(&path[..at])?, &path[at + 1..]))
}

/// `%` is anything, `_` is one character. Takes time in proportion to the product of the lengths at worst.
fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut in_text) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some('%') => {
                retry = Some((at + 1, in_text));
                at += 1;
            }
            Some(wanted) if *wanted == '_' || *wanted == text[in_text] => {
                at += 1;
                in_text += 1;
            }
            _ => match retry {
                Some((after, from)) => {
                    retry = Some((after, from + 1));
                    (at, in_text) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|rest| *rest == '%')
}
