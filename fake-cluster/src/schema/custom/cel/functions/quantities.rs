//! Amounts of resources, compared and reckoned with. Knows no notation.

use super::super::eval::{Answer, error, no_overload};
use super::super::value::Val;
use crate::schema::quantity::Quantity;

pub(super) fn call(name: &str, own: &Quantity, rest: &[Val]) -> Option<Answer> {
    match (name, rest) {
        ("isGreaterThan", [Val::Quantity(other)]) => Some(Ok(Val::Bool(own > other))),
        ("isLessThan", [Val::Quantity(other)]) => Some(Ok(Val::Bool(own < other))),
        ("compareTo", [Val::Quantity(other)]) => Some(Ok(Val::Int(own.cmp(other) as i64))),
        ("isInteger", []) => Some(Ok(Val::Bool(own.exactly().is_some()))),
        ("asInteger", []) => Some(own.exactly().map(Val::Int).ok_or_else(|| error("cannot convert value to integer"))),
        ("asApproximateFloat", []) => Some(Ok(Val::Double(own.approximate()))),
        ("sign", []) => Some(Ok(Val::Int(match own {
            own if own.is_zero() => 0,
            own if own.is_negative() => -1,
            _ => 1,
        }))),
        ("add" | "sub", [other]) => Some(sum(name == "sub", own, other)),
        _ => None,
    }
}

fn sum(minus: bool, own: &Quantity, other: &Val) -> Answer {
    let other = match other {
        Val::Quantity(other) => *other,
        Val::Int(whole) => Quantity::of_units(*whole),
        _ => return Err(no_overload()),
    };
    Ok(Val::Quantity(if minus { own.minus(&other) } else { own.plus(&other) }))
}
