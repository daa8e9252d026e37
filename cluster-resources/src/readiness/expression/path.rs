//! Where a field is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{ExpressionError, parser};

/// Where a field is in an object, such as `status.conditions[type=Ready].status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub(super) Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A member of a map.
    Member(String),
    /// An item of a list.
    Index(usize),
    /// Every item of a list, or every value of a map.
    Each,
    /// The first item of a list whose member is that text.
    Where(String, String),
}

/// What a field is that is not there.
const ABSENT: &Value = &Value::Null;
/// So much of a value is told.
const TOLD: usize = 512;

impl Path {
    /// Every value there is at the path. Without `[*]` there is always one: `null` when the field is absent.
    pub(in crate::readiness) fn values<'a>(&self, object: &'a Value) -> Vec<&'a Value> {
        let mut found = vec![object];
        for step in &self.0 {
            found = found.into_iter().flat_map(|value| step.take(value)).collect();
        }
        found
    }

    /// Whether anything is there that is not `null`.
    #[must_use]
    pub fn exists(&self, object: &Value) -> bool {
        self.values(object).iter().any(|value| !value.is_null())
    }

    /// What is there, for people: the first that is not `null`, and no more than 512 characters of it.
    #[must_use]
    pub fn text(&self, object: &Value) -> Option<String> {
        let value = self.values(object).into_iter().find(|value| !value.is_null())?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some(text.chars().take(TOLD).collect())
    }
}

impl Step {
    fn take<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        let one = |found: Option<&'a Value>| vec![found.unwrap_or(ABSENT)];
        match self {
            Self::Member(name) => one(value.get(name)),
            Self::Index(index) => one(value.get(index)),
            Self::Where(member, text) => one(value
                .as_array()
                .and_then(|items| items.iter().find(|item| item.get(member).and_then(Value::as_str) == Some(text)))),
            Self::Each => match value {
                Value::Array(items) => items.iter().collect(),
                Value::Object(members) => members.values().collect(),
                _ => Vec::new(),
            },
        }
    }
}

/// Whether a word can stand in a path without quotes.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Member(name) if index == 0 => f.write_str(name)?,
                Step::Member(name) if is_name(name) => write!(f, ".{name}")?,
                Step::Member(name) => write!(f, "[{}]", Value::from(name.as_str()))?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Each => f.write_str("[*]")?,
                Step::Where(member, text) if is_name(text) => write!(f, "[{member}={text}]")?,
                Step::Where(member, text) => write!(f, "[{member}={}]", Value::from(text.as_str()))?,
            }
        }
        Ok(())
    }
}

impl FromStr for Path {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        parser::path(text)
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
