//! Lists in strategic merge patches: items merged by key, scalars as sets, and the order that comes of it.
use serde_json::{Map as Object, Value};

use super::lookup::Place;
use super::{DIRECTIVE, ORDER, Problem, field_of, merge_maps, no_key, sort, without_directives, wrong_type};
use crate::schema::text::plain;

const MAP: &str = "map[string]interface {}";
const LIST: &str = "[]interface {}";

/// Follows `$setElementOrder`: the list that each one names is merged, and put into that order as far as it goes.
/// The patch loses both.
pub(super) fn put_in_order(
    original: &mut Object<String, Value>,
    patch: &mut Object<String, Value>,
    place: Place<'_>,
) -> Result<(), Problem> {
    let keys: Vec<String> = patch.keys().filter(|key| key.starts_with(ORDER)).cloned().collect();
    for key in keys {
        let order = match patch.remove(&key) {
            Some(Value::Array(order)) => order,
            Some(other) => return Err(wrong_type(LIST, &other)),
            None => continue,
        };
        let bad = Problem::BadRequest("invalid patch format of setElementOrder list");
        let name = field_of(&key, ORDER).ok_or(bad)?;
        let before = list_at(original, name)?;
        let change = list_at(patch, name)?;
        let (below, strategy) = place.items(name)?;
        if let Some(change) = &change {
            check_order(change, &order, strategy.key)?;
        }
        let merged = match (&before, &change) {
            (Some(before), None) => before.clone(),
            (None, Some(change)) => change.iter().cloned().filter_map(without_directives).collect(),
            (Some(before), Some(change)) if strategy.how == "merge" => {
                merge(before.clone(), &mut change.clone(), below, strategy.key, false)?
            }
            (Some(_), Some(change)) => change.clone(),
            (None, None) => continue,
        };
        let (said, others) = part(merged, &order, strategy.key)?;
        let before = before.unwrap_or_default();
        let maps = of_maps(&before, change.as_deref().unwrap_or_default())?;
        let all = arrange(said, others, &order, &before, strategy.key, maps)?;
        original.insert(name.to_owned(), Value::Array(all));
        patch.remove(name);
    }
    Ok(())
}

/// Two lists merged. Without a key, or of scalars, they are sets; `deletes` takes scalars away instead.
pub(super) fn merge(
    original: Vec<Value>,
    patch: &mut [Value],
    place: Place<'_>,
    key: &str,
    deletes: bool,
) -> Result<Vec<Value>, Problem> {
    if original.is_empty() && patch.is_empty() {
        return Ok(original);
    }
    if !of_maps(&original, patch)? {
        if deletes {
            return Ok(original.into_iter().filter(|item| !patch.contains(item)).collect());
        }
        let mut merged = original.clone();
        merged.extend_from_slice(patch);
        deduplicate(&mut merged);
        let (said, others) = match key {
            "" => merged.into_iter().partition(|item| patch.contains(item)),
            key => part(merged, patch, key)?,
        };
        return arrange(said, others, patch, &original, key, false);
    }
    if key.is_empty() {
        return Err(Problem::Internal(format!("cannot merge lists without merge key for {}", place.kind())));
    }
    let (original, mut patch) = follow_directives(original, patch, key)?;
    let mut merged = original.clone();
    for item in &mut patch {
        let Value::Object(item) = item else { return Err(wrong_type(MAP, item)) };
        let wanted = item.get(key).ok_or_else(|| no_key(item, key))?;
        match find(&merged, key, wanted)? {
            Some(at) => {
                if let Some(Value::Object(there)) = merged.get_mut(at) {
                    *there = merge_maps(std::mem::take(there), item, place)?;
                }
            }
            None => merged.push(Value::Object(item.clone())),
        }
    }
    let (said, others) = part(merged, &patch, key)?;
    arrange(said, others, &patch, &original, key, true)
}

/// Follows the items that are directives: what is deleted goes, and what is replaced begins with nothing.
fn follow_directives(
    mut original: Vec<Value>,
    patch: &[Value],
    key: &str,
) -> Result<(Vec<Value>, Vec<Value>), Problem> {
    let mut left = Vec::new();
    let mut replace = false;
    for item in patch {
        let Value::Object(members) = item else { return Err(wrong_type(MAP, item)) };
        let Some(directive) = members.get(DIRECTIVE) else {
            left.push(item.clone());
            continue;
        };
        match directive.as_str() {
            Some("delete") => {
                let gone = members.get(key).ok_or_else(|| no_key(members, key))?;
                while let Some(at) = find(&original, key, gone)? {
                    original.remove(at);
                }
            }
            Some("replace") => replace = true,
            Some("merge") => {
                return Err(Problem::Internal("merging lists cannot yet be specified in the patch".to_owned()));
            }
            _ => return Err(super::bad_directive(directive, members)),
        }
    }
    if replace {
        original.clear();
    }
    Ok((original, left))
}

/// Whether the items are maps.
///
/// # Errors
/// They are not all of one sort, they are lists, or there are none.
fn of_maps(original: &[Value], patch: &[Value]) -> Result<bool, Problem> {
    let mut items = original.iter().chain(patch);
    let Some(first) = items.next() else {
        return Err(Problem::Internal("no elements in any of the given slices".to_owned()));
    };
    if first.is_array() {
        return Err(Problem::Unprocessable);
    }
    if items.any(|item| sort(item) != sort(first)) {
        let shown = [original, patch].map(|items| plain(&Value::Array(items.to_vec()))).join(" ");
        return Err(Problem::Internal(format!("list element types are not identical: [{shown}]")));
    }
    Ok(first.is_object())
}

/// Go's way of dropping repeated scalars: the last one takes the place of one that is there already.
fn deduplicate(items: &mut Vec<Value>) {
    let mut at = 0;
    while at < items.len() {
        let mut other = at + 1;
        while other < items.len() {
            if items[at] == items[other] {
                items.swap_remove(other);
            } else {
                other += 1;
            }
        }
        at += 1;
    }
}

/// Where the item is that has this key.
fn find(items: &[Value], key: &str, wanted: &Value) -> Result<Option<usize>, Problem> {
    for (index, item) in items.iter().enumerate() {
        let Value::Object(members) = item else {
            return Err(Problem::Internal(format!("value for key {index} is not a map")));
        };
        if members.get(key) == Some(wanted) {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// Parts what the other list has from what it has not.
fn part(items: Vec<Value>, by: &[Value], key: &str) -> Result<(Vec<Value>, Vec<Value>), Problem> {
    if key.is_empty() {
        return Ok(items.into_iter().partition(|item| by.contains(item)));
    }
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    for item in items {
        let Value::Object(members) = &item else { return Err(wrong_type(MAP, &item)) };
        let wanted = members.get(key).ok_or_else(|| no_key(members, key))?;
        match find(by, key, wanted)? {
            Some(_) => inside.push(item),
            None => outside.push(item),
        }
    }
    Ok((inside, outside))
}

/// Checks that what a patch says of a list is named by the order it gives, in that order.
fn check_order(patch: &[Value], order: &[Value], key: &str) -> Result<(), Problem> {
    if patch.is_empty() || order.is_empty() {
        return Ok(());
    }
    let is_directive = |item: &Value| item.get(DIRECTIVE).is_some();
    if !key.is_empty()
        && let Some(bad) = patch.iter().find(|item| !item.is_object())
    {
        return Err(wrong_type(MAP, bad));
    }
    let mut left = patch.iter().filter(|item| !is_directive(item)).peekable();
    for named in order {
        let Some(item) = left.peek() else { return Ok(()) };
        if is_same(item, named, key)? {
            left.next();
        }
    }
    if left.peek().is_none() {
        return Ok(());
    }
    let shown = |items: &[Value]| plain(&Value::Array(items.to_vec()));
    Err(Problem::Internal(format!(
        "The order in patch list:\n{}\n doesn't match {ORDER} list:\n{}\n",
        shown(patch),
        shown(order)
    )))
}

fn is_same(left: &Value, right: &Value, key: &str) -> Result<bool, Problem> {
    if key.is_empty() {
        return Ok(left == right);
    }
    let of = |item: &Value| match item {
        Value::Object(members) => members.get(key).cloned().ok_or_else(|| no_key(members, key)),
        other => Err(wrong_type(MAP, other)),
    };
    Ok(of(left)? == of(right)?)
}

/// Puts what the patch says into the patch's order, the rest into the live order, and the rest in between where it was.
fn arrange(
    mut said: Vec<Value>,
    mut others: Vec<Value>,
    order: &[Value],
    live: &[Value],
    key: &str,
    maps: bool,
) -> Result<Vec<Value>, Problem> {
    if maps {
        for item in said.iter().chain(order).chain(&others).chain(live) {
            match item {
                Value::Object(members) if members.contains_key(key) => {}
                Value::Object(members) => return Err(no_key(members, key)),
                other => return Err(wrong_type(MAP, other)),
            }
        }
    }
    let index = |items: &[Value], wanted: &Value| {
        items.iter().position(|item| match maps {
            true => item.get(key) == wanted.get(key),
            false => item == wanted,
        })
    };
    put(&mut said, |item| index(order, item));
    put(&mut others, |item| index(live, item));
    let mut all = Vec::with_capacity(said.len() + others.len());
    let (mut said, mut others) = (said.into_iter().peekable(), others.into_iter().peekable());
    while let (Some(other), Some(next)) = (others.peek(), said.peek()) {
        let first = matches!((index(live, other), index(live, next)), (Some(other), Some(next)) if other < next);
        all.extend(if first { others.next() } else { said.next() });
    }
    all.extend(said);
    all.extend(others);
    Ok(all)
}

/// Sorts as Go does it: by insertion, where an item that has no place goes before whatever it meets.
fn put(items: &mut [Value], place: impl Fn(&Value) -> Option<usize>) {
    let places: Vec<Option<usize>> = items.iter().map(&place).collect();
    let mut order: Vec<usize> = (0..items.len()).collect();
    for end in 1..order.len() {
        let mut at = end;
        while at > 0 {
            let goes_first = match (places[order[at]], places[order[at - 1]]) {
                (Some(this), Some(before)) => this < before,
                _ => true,
            };
            if !goes_first {
                break;
            }
            order.swap(at, at - 1);
            at -= 1;
        }
    }
    let sorted: Vec<Value> = order.into_iter().map(|index| items[index].clone()).collect();
    items.clone_from_slice(&sorted);
}

fn list_at(members: &Object<String, Value>, name: &str) -> Result<Option<Vec<Value>>, Problem> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::Array(items)) => Ok(Some(items.clone())),
        Some(other) => Err(wrong_type(LIST, other)),
    }
}
