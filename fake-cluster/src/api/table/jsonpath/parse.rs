//! Reads a path.

use serde_json::{Value, json};

use super::{Path, Step, To, Unreadable};

type Result<T> = std::result::Result<T, Unreadable>;

/// How many filters and unions may stand inside each other.
const DEPTH: usize = 8;

impl Path {
    /// Reads a path such as `.status.conditions[?(@.type=="Ready")].status`.
    pub(in crate::api::table) fn parse(text: &str) -> Result<Self> {
        read(text, DEPTH)
    }
}

fn read(text: &str, depth: usize) -> Result<Path> {
    let depth = depth.checked_sub(1).ok_or(Unreadable)?;
    let mut steps = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(inner) = rest.strip_prefix("[?(") {
            let end = end_of_filter(inner)?;
            steps.push(filter(inner.get(..end).ok_or(Unreadable)?, depth)?);
            rest = inner.get(end..).and_then(|rest| rest.strip_prefix(")]")).ok_or(Unreadable)?;
        } else if let Some(after) = rest.strip_prefix("..") {
            if steps.last() == Some(&Step::Descent) {
                return Err(Unreadable);
            }
            steps.push(Step::Descent);
            rest = after;
            if rest.starts_with(|c: char| c == '_' || c.is_alphanumeric()) {
                rest = field(rest, &mut steps);
            }
        } else {
            let after = rest.get(first.len_utf8()..).unwrap_or_default();
            rest = match first {
                ' ' | '@' | '$' => after,
                '.' => field(after, &mut steps),
                '[' => {
                    let (inside, after) =
                        after.split_once(']').filter(|(inside, _)| !inside.contains('\n')).ok_or(Unreadable)?;
                    bracket(inside, depth, &mut steps)?;
                    after
                }
                '"' | '\'' => {
                    let end = end_of_quote(after, first)?;
                    let (inside, after) = after.split_at(end);
                    steps.push(Step::Literal(json!(unquoted(inside, first)?)));
                    after.get(1..).unwrap_or_default()
                }
                '+' | '-' | '0'..='9' => number(rest, &mut steps)?,
                c if c == '_' || c.is_alphanumeric() => {
                    let end = rest.find(is_terminator).unwrap_or(rest.len());
                    let (word, after) = rest.split_at(end);
                    // Other words belong to templates, not to paths.
                    steps.push(Step::Literal(Value::Bool(word.parse().map_err(|_| Unreadable)?)));
                    after
                }
                _ => return Err(Unreadable),
            };
        }
    }
    Ok(Path(steps))
}

fn is_terminator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}

/// Takes a field name, in which a backslash keeps what ends names otherwise.
fn field<'a>(text: &'a str, steps: &mut Vec<Step>) -> &'a str {
    let mut escaped = false;
    let end = text.find(|c| {
        let ends = !escaped && is_terminator(c);
        escaped = !escaped && c == '\\';
        ends
    });
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    steps.push(if name == "*" { Step::Wildcard } else { Step::Field(name.replace('\\', "")) });
    rest
}

fn number<'a>(text: &'a str, steps: &mut Vec<Step>) -> Result<&'a str> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let length = digits.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(digits.len());
    let (number, rest) = text.split_at(text.len() - digits.len() + length);
    let whole = number.parse::<i64>().map(|whole| json!(whole));
    let value = whole.or_else(|_| number.parse::<f64>().map(|float| json!(float))).map_err(|_| Unreadable)?;
    steps.push(Step::Literal(value));
    Ok(rest)
}

fn bracket(inside: &str, depth: usize, steps: &mut Vec<Step>) -> Result<()> {
    if inside.contains(',') {
        let parts = inside.split(',').map(|part| read(&format!("[{}]", part.trim_matches(' ')), depth));
        steps.push(Step::Union(parts.collect::<Result<_>>()?));
        return Ok(());
    }
    if let Some(key) = inside.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''))
        && !key.contains('\'')
    {
        steps.extend(read(&format!(".{key}"), depth)?.0);
        return Ok(());
    }
    if inside == "*" {
        steps.push(Step::Slice { from: None, to: To::End, step: None });
        return Ok(());
    }
    let mut parts = inside.split(':');
    let mut bound = || match parts.next() {
        None => Ok(None),
        Some("") => Ok(Some(None)),
        Some(number) => number.parse().map(|number: i64| Some(Some(number))).map_err(|_| Unreadable),
    };
    let (from, to, step) = (bound()?.flatten(), bound()?, bound()?.flatten());
    if parts.next().is_some() {
        return Err(Unreadable);
    }
    let to = match to {
        None => To::Next,
        Some(None) => To::End,
        Some(Some(end)) => To::Before(end),
    };
    steps.push(Step::Slice { from, to, step });
    Ok(())
}

/// Where the parenthesis of a filter closes; those between quotes do not count.
fn end_of_filter(text: &str) -> Result<usize> {
    let (mut quote, mut before) = (None, ' ');
    for (at, c) in text.char_indices() {
        match (c, quote) {
            ('\n', _) => return Err(Unreadable),
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open && before != '\\' => quote = None,
            (')', None) => return Ok(at),
            _ => {}
        }
        before = c;
    }
    Err(Unreadable)
}

fn filter(text: &str, depth: usize) -> Result<Step> {
    let is_operator = |c: char| matches!(c, '!' | '<' | '>' | '=');
    let Some(at) = text.find(is_operator).filter(|at| *at > 0) else {
        return Ok(Step::Filter { left: read(text, depth)?, test: None });
    };
    let (left, rest) = text.split_at(at);
    let end = rest.find(|c| !is_operator(c)).ok_or(Unreadable)?;
    let (operator, right) = rest.split_at(end);
    let test = (operator.to_owned(), read(right, depth)?);
    Ok(Step::Filter { left: read(left, depth)?, test: Some(test) })
}

fn end_of_quote(text: &str, quote: char) -> Result<usize> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c == quote && before != '\\' {
            return Ok(at);
        }
        before = c;
    }
    Err(Unreadable)
}

/// A quoted text without its escapes.
fn unquoted(text: &str, quote: char) -> Result<String> {
    if !text.contains('\\') {
        return Ok(text.to_owned());
    }
    let escaped = if quote == '\'' { text.replace("\\'", "'").replace('"', "\\\"") } else { text.to_owned() };
    serde_json::from_str(&format!("\"{escaped}\"")).map_err(|_| Unreadable)
}
