//! A small language for what an object must say, such as `status.phase == "Ready" && status.replicas >= 1`; knows nothing of kinds.
//!
//! - A **path** names a field: `status.replicas`, `status.conditions[type=Ready].status` (the first item whose `type` is `Ready`),
//!   `spec.rules[0].host`, `metadata.annotations["example.com/done"]`, `status.ingress[*].host` (every one of them).
//! - A **value** is a number, a text in quotes (`"…"` with JSON's escapes, `'…'` without any), `true`, `false`, `null`, or a list
//!   `["a", "b"]`.
//! - Two of them are **compared** with `==`, `!=`, `<`, `<=`, `>`, `>=`, `in` (one of a list) and `matches` (a text in which `*` stands for
//!   anything). A field that is absent is `null`. Numbers are equal by value, and order holds among numbers and among texts; everything
//!   else is simply not so. With `[*]` one that compares is enough.
//! - `exists(path)` is true of a field that is there and not `null`; a path alone is true of a field that is `true`.
//! - `!`, `&&`, `||` and parentheses put them together, in the usual order.

mod compare;
mod lexer;
mod parser;
mod path;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

pub(super) use self::compare::{Comparison, compare};
pub use self::path::Path;

/// What an object must say, parsed. See the [module](self) for the language.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression(Node);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Or(Vec<Node>),
    And(Vec<Node>),
    Not(Box<Node>),
    Compare(Operand, Comparison, Operand),
    Exists(Path),
    True(Operand),
}

#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Value(Value),
    Path(Path),
}

/// What was written is no expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {position}: expected {expected}, found {found}")]
#[non_exhaustive]
pub struct ExpressionError {
    /// Where, in characters from 1.
    pub position: usize,
    /// What could stand there.
    pub expected: &'static str,
    /// What stands there.
    pub found: String,
}

impl Expression {
    /// Whether this object says it.
    #[must_use]
    pub fn holds(&self, object: &Value) -> bool {
        self.0.holds(object)
    }
}

impl Node {
    fn holds(&self, object: &Value) -> bool {
        match self {
            Self::Or(nodes) => nodes.iter().any(|node| node.holds(object)),
            Self::And(nodes) => nodes.iter().all(|node| node.holds(object)),
            Self::Not(node) => !node.holds(object),
            Self::Compare(left, comparison, right) => {
                let right = right.values(object);
                left.values(object).iter().any(|left| right.iter().any(|right| compare(left, *comparison, right)))
            }
            Self::Exists(path) => path.exists(object),
            Self::True(operand) => operand.values(object).iter().any(|value| **value == Value::Bool(true)),
        }
    }
}

impl Operand {
    fn values<'a>(&'a self, object: &'a Value) -> Vec<&'a Value> {
        match self {
            Self::Value(value) => vec![value],
            Self::Path(path) => path.values(object),
        }
    }
}

impl FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        parser::expression(text).map(Self)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No parentheses but those that must have been read: so what is written nests no deeper than what was read.
        let join = |f: &mut fmt::Formatter<'_>, nodes: &[Self], word: &str| {
            for (index, node) in nodes.iter().enumerate() {
                if index > 0 {
                    f.write_str(word)?;
                }
                match (self, node) {
                    (_, Self::Or(_)) | (Self::And(_), Self::And(_)) => write!(f, "({node})")?,
                    _ => node.fmt(f)?,
                }
            }
            Ok(())
        };
        match self {
            Self::Or(nodes) => join(f, nodes, " || "),
            Self::And(nodes) => join(f, nodes, " && "),
            Self::Not(node) if matches!(**node, Self::Or(_) | Self::And(_)) => write!(f, "!({node})"),
            Self::Not(node) => write!(f, "!{node}"),
            Self::Compare(left, comparison, right) => write!(f, "{left} {} {right}", comparison.as_str()),
            Self::Exists(path) => write!(f, "exists({path})"),
            Self::True(operand) => operand.fmt(f),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Path(path) => path.fmt(f),
        }
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
