//! Strategic merge patches of built-in kinds, as `k8s.io/apimachinery/pkg/util/strategicpatch` applies them: maps are merged
//! member by member, lists as their fields say, and directives in the patch say what cannot be said by values.
//!
//! Pure functions over [`Value`]. Knows nothing of requests, nor of who owns what.

mod fit;
mod lists;
mod lookup;
#[cfg(test)]
mod tests;

use serde_json::{Map as Object, Value};

use super::{KindSchema, Model};
use crate::schema::text::plain;
use crate::schema::types::{TypeId, Types};
pub(super) use fit::misfit;
use lookup::Place;
pub(crate) use lookup::{Strategies, Strategy, strategies};

/// Says what becomes of the map or item that it stands in: `replace`, `delete` or `merge`.
const DIRECTIVE: &str = "$patch";
/// The members that are left of the map that it stands in.
const RETAIN: &str = "$retainKeys";
/// Before a field's name: what is taken out of a list of scalars.
const DELETE_FROM: &str = "$deleteFromPrimitiveList";
/// Before a field's name: the order of a list.
const ORDER: &str = "$setElementOrder";

/// Why a patch cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// 400 with this message.
    BadRequest(&'static str),
    /// 422; the real server does not say why.
    Unprocessable,
    /// 500 with this message: the real server did not foresee it.
    Internal(String),
}

impl KindSchema {
    /// `live` with a strategic merge patch applied, not yet read; `None` for custom resources, whose fields have no
    /// strategies. What is left of the patch is as the real server shows it in messages.
    ///
    /// # Errors
    /// What is wrong with the patch.
    pub(crate) fn merge_strategically(&self, live: &Value, patch: &mut Value) -> Option<Result<Value, Problem>> {
        match self.model {
            Model::Builtin(_) => Some(merge(&self.types, self.root, live, patch)),
            Model::Custom(_) => None,
        }
    }
}

/// `live` with a patch applied.
///
/// # Errors
/// What is wrong with the patch.
fn merge(types: &Types, root: TypeId, live: &Value, patch: &mut Value) -> Result<Value, Problem> {
    match (live, patch) {
        (Value::Object(live), Value::Object(patch)) => {
            merge_maps(live.clone(), patch, Place::root(types, root)).map(Value::Object)
        }
        (live, Value::Null) => Ok(live.clone()),
        _ => Err(Problem::BadRequest("invalid JSON document")),
    }
}

/// A map with a patch merged into it. The patch loses what is done with.
fn merge_maps(
    mut original: Object<String, Value>,
    patch: &mut Object<String, Value>,
    place: Place<'_>,
) -> Result<Object<String, Value>, Problem> {
    if let Some(directive) = patch.get(DIRECTIVE) {
        return match directive.as_str() {
            Some("replace") => {
                patch.remove(DIRECTIVE);
                Ok(patch.clone())
            }
            Some("delete") => Ok(Object::new()),
            _ => Err(bad_directive(directive, patch)),
        };
    }
    retain(&mut original, patch)?;
    lists::put_in_order(&mut original, patch, place)?;
    let keys: Vec<String> = patch.keys().cloned().collect();
    for key in keys {
        let Some(value) = patch.get_mut(&key) else { continue };
        let (name, deletes) = if key.starts_with(DELETE_FROM) {
            let bad = Problem::BadRequest("invalid patch format of primitive list");
            (field_of(&key, DELETE_FROM).ok_or(bad)?, true)
        } else {
            (key.as_str(), false)
        };
        if value.is_null() {
            original.remove(name);
            continue;
        }
        match (original.get_mut(name), value) {
            (Some(Value::Object(before)), Value::Object(value)) => {
                let (below, strategy) = place.below(name)?;
                *before = match strategy.how {
                    "replace" => value.clone(),
                    _ => merge_maps(std::mem::take(before), value, below)?,
                };
            }
            (Some(Value::Array(before)), Value::Array(value)) => {
                let (below, strategy) = place.items(name)?;
                *before = if strategy.how == "merge" || deletes {
                    lists::merge(std::mem::take(before), value, below, strategy.key, deletes)?
                } else {
                    value.clone()
                };
            }
            (Some(before), value) if sort(before) == sort(value) => *before = value.clone(),
            (_, _) if deletes => {}
            (_, value) => {
                drop_nulls(value);
                match without_directives(value.clone()) {
                    Some(value) => drop(original.insert(name.to_owned(), value)),
                    None => drop(original.remove(name)),
                }
            }
        }
    }
    Ok(original)
}

/// Follows `$retainKeys`: whatever it does not name goes.
fn retain(original: &mut Object<String, Value>, patch: &mut Object<String, Value>) -> Result<(), Problem> {
    let Some(retained) = patch.remove(RETAIN) else { return Ok(()) };
    let bad = Problem::BadRequest("invalid patch format of retainKeys");
    let Value::Array(retained) = retained else { return Err(bad) };
    let is_retained = |key: &String| retained.iter().any(|name| name.as_str() == Some(key.as_str()));
    let is_said = |(key, value): (&String, &Value)| {
        value.is_null() || key.starts_with(DELETE_FROM) || key.starts_with(ORDER) || is_retained(key)
    };
    if !patch.iter().all(is_said) {
        return Err(bad);
    }
    original.retain(|key, _| is_retained(key));
    Ok(())
}

/// The field that a member is about: `finalizers` of `$setElementOrder/finalizers`.
fn field_of<'a>(key: &'a str, prefix: &str) -> Option<&'a str> {
    key.strip_prefix(prefix)?.strip_prefix('/')
}

/// Drops members that are null, at every depth.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// What a value comes to where nothing is to be merged with; nothing when it is a directive itself.
fn without_directives(value: Value) -> Option<Value> {
    match value {
        Value::Object(members) if members.contains_key(DIRECTIVE) => None,
        Value::Object(members) => {
            let kept = members.into_iter().filter_map(|(key, value)| Some((key, without_directives(value)?)));
            Some(Value::Object(kept.collect()))
        }
        Value::Array(items) => Some(items.into_iter().filter_map(without_directives).collect()),
        scalar => Some(scalar),
    }
}

/// Which values are of one Go type.
fn sort(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(number) if number.is_f64() => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
    }
}

fn bad_directive(directive: &Value, within: &Object<String, Value>) -> Problem {
    let shown = match directive {
        Value::String(text) => text.clone(),
        Value::Null => "%!s(<nil>)".into(),
        Value::Bool(flag) => format!("%!s(bool={flag})"),
        Value::Number(number) if number.is_f64() => format!("%!s(float64={number})"),
        Value::Number(number) => format!("%!s(int64={number})"),
        other => plain(other),
    };
    Problem::Internal(format!("unknown patch type: {shown} in map: {}", plain(&Value::Object(within.clone()))))
}

/// An item without the field that tells items apart.
fn no_key(item: &Object<String, Value>, key: &str) -> Problem {
    let shown = plain(&Value::Object(item.clone()));
    Problem::Internal(format!("map: {shown} does not contain declared merge key: {key}"))
}

/// A value of another type than the wanted one, as Go names them.
fn wrong_type(wanted: &str, found: &Value) -> Problem {
    let found = match found {
        Value::Null => "%!s(<nil>)",
        other => crate::schema::text::go_type(other),
    };
    Problem::Internal(format!("expected a {wanted}, but received a {found}"))
}
