//! The functions of lists: those of Kubernetes, sets, and cel-go's list extension. Knows no macros.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::eval::{Answer, Run, Stop, error, no_overload};
use super::super::value::Val;

pub(super) fn call(run: &mut Run<'_>, name: &str, items: &[Val], rest: &[Val]) -> Option<Answer> {
    let looks_at_each =
        matches!(name, "isSorted" | "sum" | "min" | "max" | "reverse" | "slice" | "optional.unwrap" | "unwrapOpt");
    if looks_at_each && let Err(stop) = items.iter().try_for_each(|item| run.spend(item.weight())) {
        return Some(Err(stop));
    }
    if let Some(answer) = plain(name, items, rest) {
        return Some(answer);
    }
    match (name, rest) {
        ("indexOf" | "lastIndexOf", [wanted]) => Some(place(run, name, items, wanted)),
        ("join", by) => Some(join(run, items, by)),
        ("sets.contains" | "sets.intersects" | "sets.equivalent", [Val::List(other)]) => {
            Some(sets(run, name, items, &other.items))
        }
        ("distinct", []) => Some(distinct(run, items)),
        ("sort", []) => Some(sorted(run, items, items)),
        ("flatten", []) => Some(flattened(run, items, 1)),
        ("flatten", [Val::Int(depth)]) => Some(flattened(run, items, *depth)),
        _ => None,
    }
}

fn plain(name: &str, items: &[Val], rest: &[Val]) -> Option<Answer> {
    let maybe = |item: Option<&Val>| Some(Ok(Val::Optional(item.map(|item| Rc::new(item.clone())))));
    match (name, rest) {
        ("isSorted", []) => {
            let rises = |pair: &[Val]| matches!(pair, [one, two] if one.order(two).is_some_and(Ordering::is_le));
            Some(Ok(Val::Bool(items.windows(2).all(rises))))
        }
        ("sum", []) => Some(sum(items)),
        ("min" | "max", []) => {
            let picks = |best: &Val, item: &Val| {
                item.order(best).is_some_and(|order| if name == "min" { order.is_lt() } else { order.is_gt() })
            };
            let best = items.iter().reduce(|best, item| if picks(best, item) { item } else { best });
            Some(best.cloned().ok_or_else(|| error(format!("{name} called on empty list"))))
        }
        ("first", []) => maybe(items.first()),
        ("last", []) => maybe(items.last()),
        ("reverse", []) => Some(Ok(Val::list(items.iter().rev().cloned().collect()))),
        ("slice", [Val::Int(from), Val::Int(to)]) => Some(slice(items, *from, *to)),
        ("optional.unwrap" | "unwrapOpt", []) => Some(
            items
                .iter()
                .filter_map(|item| match item {
                    Val::Optional(inner) => inner.as_deref().cloned().map(Ok),
                    _ => Some(Err(no_overload())),
                })
                .collect::<Result<_, _>>()
                .map(Val::list),
        ),
        _ => None,
    }
}

fn sum(items: &[Val]) -> Answer {
    let overflow = || error("integer overflow");
    let sum = items.iter().try_fold(None, |sum: Option<Val>, item| {
        Ok(Some(match (sum, item) {
            (None, item) => item.clone(),
            (Some(Val::Int(sum)), Val::Int(item)) => Val::Int(sum.checked_add(*item).ok_or_else(overflow)?),
            (Some(Val::Double(sum)), Val::Double(item)) => Val::Double(sum + item),
            (Some(Val::Duration(sum)), Val::Duration(item)) => {
                Val::Duration(sum.checked_add(*item).ok_or_else(overflow)?)
            }
            _ => return Err(no_overload()),
        }))
    });
    sum.map(|sum| sum.unwrap_or(Val::Int(0)))
}

fn place(run: &mut Run<'_>, name: &str, items: &[Val], wanted: &Val) -> Answer {
    let found = match name {
        "indexOf" => run.position(items.iter(), wanted)?,
        _ => run.position(items.iter().rev(), wanted)?.map(|behind| items.len() - 1 - behind),
    };
    Ok(Val::Int(found.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1)))
}

fn join(run: &mut Run<'_>, items: &[Val], by: &[Val]) -> Answer {
    let by = match by {
        [] => "",
        [Val::Text(by)] => by,
        _ => return Err(no_overload()),
    };
    let texts: Option<Vec<&str>> = items
        .iter()
        .map(|item| match item {
            Val::Text(text) => Some(&**text),
            _ => None,
        })
        .collect();
    let texts = texts.ok_or_else(no_overload)?;
    let length = texts.iter().fold(0_usize, |sum, text| sum.saturating_add(text.len()).saturating_add(by.len()));
    run.spend(length / 10)?;
    Ok(Val::text(texts.join(by)))
}

fn sets(run: &mut Run<'_>, name: &str, items: &[Val], others: &[Val]) -> Answer {
    Ok(Val::Bool(match name {
        "sets.contains" => overlap(run, items, others, true)?,
        "sets.intersects" => !overlap(run, items, others, false)?,
        _ => overlap(run, items, others, true)? && overlap(run, others, items, true)?,
    }))
}

/// Whether each of some items is in a list, or each is not.
fn overlap(run: &mut Run<'_>, items: &[Val], others: &[Val], wanted: bool) -> Result<bool, Stop> {
    for other in others {
        if run.has(items, other)? != wanted {
            return Ok(false);
        }
    }
    Ok(true)
}

fn slice(items: &[Val], from: i64, to: i64) -> Answer {
    let refused = |why: &str| Err(error(format!("cannot slice({from}, {to}), {why}")));
    if from < 0 || to < 0 {
        return refused("negative indexes not supported");
    }
    if from > to {
        return refused("start index must be less than or equal to end index");
    }
    let part = usize::try_from(from).ok().zip(usize::try_from(to).ok()).and_then(|(from, to)| items.get(from..to));
    part.map_or_else(|| refused(&format!("list is length {}", items.len())), |part| Ok(Val::list(part.to_vec())))
}

fn distinct(run: &mut Run<'_>, items: &[Val]) -> Answer {
    let mut unique: Vec<Val> = Vec::new();
    for item in items {
        if !run.has(&unique, item)? {
            unique.push(item.clone());
        }
    }
    Ok(Val::list(unique))
}

fn flattened(run: &mut Run<'_>, items: &[Val], depth: i64) -> Answer {
    if depth < 0 {
        return Err(error("level must be non-negative"));
    }
    let mut flat = Vec::new();
    flatten(run, items, depth, &mut flat)?;
    Ok(Val::list(flat))
}

fn flatten(run: &mut Run<'_>, items: &[Val], depth: i64, flat: &mut Vec<Val>) -> Result<(), Stop> {
    run.spend(items.len())?;
    for item in items {
        match item {
            Val::List(inner) if depth > 0 => flatten(run, &inner.items, depth - 1, flat)?,
            other => flat.push(other.clone()),
        }
    }
    Ok(())
}

/// Items in the order of their keys.
pub(in crate::schema::custom::cel) fn sorted(run: &mut Run<'_>, items: &[Val], keys: &[Val]) -> Answer {
    // Each is compared with some others.
    let rounds = keys.len().checked_ilog2().and_then(|rounds| usize::try_from(rounds).ok()).unwrap_or_default() + 1;
    keys.iter().try_for_each(|key| run.spend(key.weight().saturating_mul(rounds)))?;
    let Some(first) = keys.first() else { return Ok(Val::list(Vec::new())) };
    // Of numbers, one that is none has no place among the others.
    if keys.iter().any(|key| key.order(key).is_none()) {
        return Err(error("list elements must be comparable"));
    }
    if keys.iter().any(|key| key.type_name() != first.type_name()) {
        return Err(error("list elements must have the same type"));
    }
    let mut pairs: Vec<(&Val, &Val)> = keys.iter().zip(items).collect();
    pairs.sort_by(|(one, _), (two, _)| one.order(two).unwrap_or(Ordering::Equal));
    Ok(Val::list(pairs.into_iter().map(|(_, item)| item.clone()).collect()))
}

/// `lists.range(n)`.
pub(super) fn range(run: &mut Run<'_>, end: i64) -> Answer {
    run.spend(usize::try_from(end).unwrap_or_default())?;
    Ok(Val::list((0..end).map(Val::Int).collect()))
}
