//! JSON paths as printer columns use them, with the habits of `k8s.io/client-go/util/jsonpath`: fields, keys, slices,
//! unions, wildcards, descent and filters. Knows nothing of tables.

mod parse;

use std::cmp::Ordering;

use serde_json::Value;

/// One path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    Slice { from: Option<i64>, to: To, step: Option<i64> },
    Wildcard,
    Descent,
    Union(Vec<Path>),
    Filter { left: Path, test: Option<(String, Path)> },
    Literal(Value),
}

/// Where a slice ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum To {
    End,
    Before(i64),
    /// There was no colon: one item.
    Next,
}

/// The path cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// The path does not fit the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Misfit;

impl Path {
    /// The first value that the path leads to.
    pub(super) fn first(&self, root: &Value) -> Option<Value> {
        self.walk(vec![root]).ok()?.first().map(|found| (*found).clone())
    }

    fn walk<'a>(&'a self, from: Vec<&'a Value>) -> Result<Vec<&'a Value>, Misfit> {
        let mut found = from;
        for step in &self.0 {
            found = step.walk(&found)?;
        }
        Ok(found)
    }
}

impl Step {
    fn walk<'a>(&'a self, from: &[&'a Value]) -> Result<Vec<&'a Value>, Misfit> {
        match self {
            Self::Field(name) => Ok(from.iter().filter_map(|value| value.as_object()?.get(name)).collect()),
            Self::Literal(value) => Ok(from.iter().map(|_| value).collect()),
            Self::Wildcard => Ok(from.iter().flat_map(|value| children(value)).collect()),
            Self::Descent => {
                let mut all = Vec::new();
                from.iter().for_each(|value| descend(value, &mut all));
                Ok(all)
            }
            Self::Union(paths) => {
                let found: Result<Vec<_>, _> = paths.iter().map(|path| path.walk(from.to_vec())).collect();
                Ok(found?.concat())
            }
            Self::Slice { from: start, to, step } => {
                let mut found = Vec::new();
                for value in from.iter().filter(|value| !value.is_null()) {
                    let items = value.as_array().ok_or(Misfit)?;
                    found.extend(slice(items, *start, *to, *step)?);
                }
                Ok(found)
            }
            Self::Filter { left, test } => {
                let mut found = Vec::new();
                for value in from {
                    for item in value.as_array().ok_or(Misfit)? {
                        if passes(item, left, test.as_ref())? {
                            found.push(item);
                        }
                    }
                }
                Ok(found)
            }
        }
    }
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    }
}

/// Everything that has something in it, from the outside in.
fn descend<'a>(value: &'a Value, all: &mut Vec<&'a Value>) {
    let below = children(value);
    if !below.is_empty() {
        all.push(value);
        below.into_iter().for_each(|value| descend(value, all));
    }
}

fn slice(items: &[Value], from: Option<i64>, to: To, step: Option<i64>) -> Result<Vec<&Value>, Misfit> {
    let length = i64::try_from(items.len()).map_err(|_| Misfit)?;
    let given = from.unwrap_or(0);
    let first = if given < 0 { given.saturating_add(length) } else { given };
    let end = match to {
        To::End => length,
        To::Before(end) if end < 0 => end.saturating_add(length),
        To::Before(end) => end,
        To::Next => match given.saturating_add(1) {
            end @ ..=0 => end.saturating_add(length),
            end => end,
        },
    };
    if first == end {
        return Ok(Vec::new());
    }
    if !(0..length).contains(&first) || !(0..=length).contains(&end) || first > end {
        return Err(Misfit);
    }
    let step = usize::try_from(step.unwrap_or(1)).ok().filter(|step| *step > 0).ok_or(Misfit)?;
    let place = |at: i64| usize::try_from(at).map_err(|_| Misfit);
    Ok(items.get(place(first)?..place(end)?).unwrap_or_default().iter().step_by(step).collect())
}

fn passes(item: &Value, left: &Path, test: Option<&(String, Path)>) -> Result<bool, Misfit> {
    let Some((operator, right)) = test else {
        return Ok(left.walk(vec![item]).is_ok_and(|found| !found.is_empty()));
    };
    let one = |path: &Path| match path.walk(vec![item])?.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some((*only).clone())),
        _ => Err(Misfit),
    };
    let (Some(left), Some(right)) = (one(left)?, one(right)?) else { return Ok(false) };
    let ordering = compare(&left, &right).ok_or(Misfit)?;
    match operator.as_str() {
        "==" => Ok(ordering == Ordering::Equal),
        "!=" => Ok(ordering != Ordering::Equal),
        // Truth has no order.
        _ if left.is_boolean() => Err(Misfit),
        "<" => Ok(ordering == Ordering::Less),
        "<=" => Ok(ordering != Ordering::Greater),
        ">" => Ok(ordering == Ordering::Greater),
        ">=" => Ok(ordering != Ordering::Less),
        _ => Err(Misfit),
    }
}

/// Values of one kind are comparable; whole numbers and fractions are not of one kind.
fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            (None, None) => left.as_f64()?.partial_cmp(&right.as_f64()?),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests;
