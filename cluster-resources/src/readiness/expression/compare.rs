//! How two values compare.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::readiness) enum Comparison {
    Eq,
    Ne,
    Ge,
    Gt,
    Le,
    Lt,
    Matches,
    In,
}

impl Comparison {
    /// As it is written.
    pub(in crate::readiness) fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Ge => ">=",
            Self::Gt => ">",
            Self::Le => "<=",
            Self::Lt => "<",
            Self::Matches => "matches",
            Self::In => "in",
        }
    }
}

/// Whether the values compare like that.
pub(in crate::readiness) fn compare(left: &Value, comparison: Comparison, right: &Value) -> bool {
    let ordered = |wanted: fn(Ordering) -> bool| order(left, right).is_some_and(wanted);
    match comparison {
        Comparison::Eq => equal(left, right),
        Comparison::Ne => !equal(left, right),
        Comparison::Ge => ordered(Ordering::is_ge),
        Comparison::Gt => ordered(Ordering::is_gt),
        Comparison::Le => ordered(Ordering::is_le),
        Comparison::Lt => ordered(Ordering::is_lt),
        Comparison::In => right.as_array().is_some_and(|values| values.iter().any(|value| equal(left, value))),
        Comparison::Matches => match (left, right) {
            (Value::String(text), Value::String(pattern)) => matches(text, pattern),
            _ => false,
        },
    }
}

fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => order_numbers(left, right) == Some(Ordering::Equal),
        _ => left == right,
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => order_numbers(left, right),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn order_numbers(left: &Number, right: &Number) -> Option<Ordering> {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// Whether a text is like a pattern in which `*` stands for anything, in time proportional to the product of their lengths.
pub(super) fn matches(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at.saturating_add(part.len())..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}
