//! Evaluates expressions, within a budget: every step costs, and who has spent it all is stopped. Knows no schemas.
mod macros;

use std::collections::HashMap;
use std::rc::Rc;

use regex::Regex;

use super::functions;
use super::parse::Expr;
use super::program::Patterns;
use super::value::{List, Relation, Val, entry};
use crate::schema::custom::pattern;

/// Why there is no value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stop {
    /// The expression has none: `no such key: x`.
    Error(String),
    /// The budget is spent.
    Spent,
}

pub(super) type Answer = Result<Val, Stop>;

pub(super) fn error(why: impl Into<String>) -> Stop {
    Stop::Error(why.into())
}

pub(super) fn no_overload() -> Stop {
    error("no such overload")
}

/// What is left to spend.
#[derive(Debug)]
pub(super) struct Budget(u64);

impl Budget {
    pub(super) fn spend(&mut self, cost: usize) -> Result<(), Stop> {
        self.0 = self.0.checked_sub(cost as u64).ok_or(Stop::Spent)?;
        Ok(())
    }
}

/// What it costs to compile a pattern; to look for it costs less.
const PATTERN: usize = 1_000;

/// How much memory may be taken by a pattern that is made of values, of which an evaluation can make a thousand; and how much to look
/// for it.
const MADE_PATTERN: usize = 1 << 20;

/// One evaluation: the variables, the patterns that are compiled, and what is left to spend.
pub(super) struct Run<'a> {
    scope: Vec<(String, Val)>,
    /// Those that stand in the rule.
    patterns: &'a Patterns,
    /// Those that it has made of values.
    met: HashMap<String, Option<Regex>>,
    budget: Budget,
}

impl<'a> Run<'a> {
    pub(super) fn new(variables: Vec<(String, Val)>, patterns: &'a Patterns, budget: u64) -> Self {
        Self { scope: variables, patterns, met: HashMap::new(), budget: Budget(budget) }
    }

    pub(super) fn left(&self) -> u64 {
        self.budget.0
    }

    pub(super) fn spend(&mut self, cost: usize) -> Result<(), Stop> {
        self.budget.spend(cost)
    }

    /// Whether two values are the same.
    pub(super) fn same(&mut self, left: &Val, right: &Val) -> Result<bool, Stop> {
        left.equals(right, &mut self.budget)
    }

    /// Whether one of these is the wanted one.
    pub(super) fn has(&mut self, items: &[Val], wanted: &Val) -> Result<bool, Stop> {
        self.position(items.iter(), wanted).map(|at| at.is_some())
    }

    /// How many come before the wanted one.
    pub(super) fn position<'i>(
        &mut self,
        items: impl Iterator<Item = &'i Val>,
        wanted: &Val,
    ) -> Result<Option<usize>, Stop> {
        for (at, item) in items.enumerate() {
            if self.same(item, wanted)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// A pattern: compiled with the rule, or when it is met for the first time.
    pub(super) fn pattern(&mut self, text: &str) -> Result<Regex, Stop> {
        let bad = || error(format!("error parsing regexp: {text}"));
        if let Some(known) = self.patterns.get(text) {
            return Ok(known.clone());
        }
        if let Some(known) = self.met.get(text) {
            return known.clone().ok_or_else(bad);
        }
        self.spend(PATTERN)?;
        let regex = pattern::compile_within(text, MADE_PATTERN).ok();
        self.met.insert(text.to_owned(), regex.clone());
        regex.ok_or_else(bad)
    }

    pub(super) fn value(&mut self, expr: &Expr) -> Answer {
        self.spend(1)?;
        match expr {
            Expr::Null => Ok(Val::Null),
            Expr::Bool(flag) => Ok(Val::Bool(*flag)),
            Expr::Int(number) => Ok(Val::Int(*number)),
            Expr::Uint(number) => Ok(Val::Uint(*number)),
            Expr::Double(number) => Ok(Val::Double(*number)),
            Expr::Text(text) => {
                self.spend(text.len() / 10)?;
                Ok(Val::text(text.as_str()))
            }
            Expr::Bytes(bytes) => {
                self.spend(bytes.len() / 10)?;
                Ok(Val::Bytes(bytes.as_slice().into()))
            }
            Expr::Name(name) => {
                let found = self.scope.iter().rev().find(|(known, _)| known == name);
                let found = found.map(|(_, value)| value.clone()).or_else(|| functions::type_named(name));
                found.ok_or_else(|| error(format!("no such attribute(s): {name}")))
            }
            Expr::Member(of, name, optional) => {
                let of = self.value(of)?;
                self.select(of, &Val::text(name.as_str()), *optional)
            }
            Expr::Has(of, name) => {
                let of = self.value(of)?;
                let of = match &of {
                    Val::Optional(Some(inner)) => inner,
                    other => other,
                };
                let Val::Map(entries) = of else { return Ok(Val::Bool(false)) };
                entry(entries, &Val::text(name.as_str()), 0, &mut self.budget).map(|found| Val::Bool(found.is_some()))
            }
            Expr::Index(of, index, optional) => {
                let of = self.value(of)?;
                let index = self.value(index)?;
                self.select(of, &index, *optional)
            }
            Expr::List(items) => {
                let mut all = Vec::with_capacity(items.len());
                for item in items {
                    all.extend(self.entry(item)?);
                }
                Ok(Val::list(all))
            }
            Expr::Map(entries) => {
                let mut all = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let key = self.value(key)?;
                    all.extend(self.entry(value)?.map(|value| (key, value)));
                }
                Ok(Val::Map(Rc::new(all)))
            }
            Expr::Maybe(_) => Err(no_overload()),
            Expr::Not(inner) => Ok(Val::Bool(!truth(self.value(inner))?)),
            Expr::Negative(inner) => match self.value(inner)? {
                Val::Int(number) => number.checked_neg().map(Val::Int).ok_or_else(|| error("integer overflow")),
                Val::Double(number) => Ok(Val::Double(-number)),
                _ => Err(no_overload()),
            },
            Expr::And(left, right) => self.logic(left, right, false),
            Expr::Or(left, right) => self.logic(left, right, true),
            Expr::If(condition, yes, no) => {
                let chosen = if truth(self.value(condition))? { yes } else { no };
                self.value(chosen)
            }
            Expr::Binary(operator, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                self.binary(operator, left, right)
            }
            Expr::Call(target, name, arguments) => self.call(target.as_deref(), name, arguments),
            Expr::Over(of, name, variables, bodies) => {
                let of = self.value(of)?;
                self.over(&of, name, variables, bodies)
            }
        }
    }

    /// What stands in a list or map: nothing, when it is optional and there is none.
    fn entry(&mut self, expr: &Expr) -> Result<Option<Val>, Stop> {
        let Expr::Maybe(inner) = expr else { return self.value(expr).map(Some) };
        match self.value(inner)? {
            Val::Optional(found) => Ok(found.as_deref().cloned()),
            _ => Err(no_overload()),
        }
    }

    fn call(&mut self, target: Option<&Expr>, name: &str, arguments: &[Expr]) -> Answer {
        let mut values = Vec::with_capacity(arguments.len() + 1);
        if let Some(target) = target {
            let value = self.value(target)?;
            match (name, &value) {
                // What stands in for a value is looked at when there is none.
                ("orValue", Val::Optional(Some(inner))) => return Ok((**inner).clone()),
                ("or", Val::Optional(Some(_))) => return Ok(value),
                _ => values.push(value),
            }
        }
        for argument in arguments {
            values.push(self.value(argument)?);
        }
        functions::call(self, name, &values)
    }

    /// One side alone may decide, even if the other has no value.
    fn logic(&mut self, left: &Expr, right: &Expr, decides: bool) -> Answer {
        let first = truth(self.value(left));
        match first {
            Ok(flag) if flag == decides => return Ok(Val::Bool(decides)),
            Err(Stop::Spent) => return Err(Stop::Spent),
            _ => {}
        }
        match truth(self.value(right)) {
            Ok(flag) if flag == decides => Ok(Val::Bool(decides)),
            Err(Stop::Spent) => Err(Stop::Spent),
            second => first.and(second).map(Val::Bool),
        }
    }

    fn select(&mut self, of: Val, key: &Val, optional: bool) -> Answer {
        let (of, optional_chain) = match of {
            Val::Optional(None) => return Ok(Val::Optional(None)),
            Val::Optional(Some(inner)) => ((*inner).clone(), true),
            plain => (plain, false),
        };
        let found = match (&of, key) {
            (Val::Map(entries), key) => {
                let found = entry(entries, key, 0, &mut self.budget)?.cloned();
                found.ok_or_else(|| error(format!("no such key: {}", functions::text_of(key).unwrap_or_default())))
            }
            (Val::List(list), Val::Int(index)) => {
                let found = usize::try_from(*index).ok().and_then(|index| list.items.get(index)).cloned();
                found.ok_or_else(|| error(format!("index out of bounds: {index}")))
            }
            (Val::List(_), _) => return Err(no_overload()),
            // What is no map has no members.
            (_, Val::Text(name)) => Err(error(format!("no such key: {name}"))),
            _ => return Err(no_overload()),
        };
        if optional || optional_chain {
            return Ok(Val::Optional(found.ok().map(Rc::new)));
        }
        found
    }

    fn binary(&mut self, operator: &str, left: Val, right: Val) -> Answer {
        let size = |value: &Val| match value {
            Val::Text(text) => text.len() / 10,
            Val::Bytes(bytes) => bytes.len() / 10,
            Val::List(list) => list.items.len(),
            Val::Map(entries) => entries.len(),
            _ => 0,
        };
        self.spend(size(&left) + size(&right))?;
        match operator {
            "==" => self.same(&left, &right).map(Val::Bool),
            "!=" => self.same(&left, &right).map(|same| Val::Bool(!same)),
            "<" | "<=" | ">" | ">=" => {
                let order = left.order(&right);
                let is_number = |value: &Val| matches!(value, Val::Double(_));
                if order.is_none() && !(is_number(&left) && is_number(&right)) {
                    return Err(no_overload());
                }
                Ok(Val::Bool(order.is_some_and(|order| match operator {
                    "<" => order.is_lt(),
                    "<=" => order.is_le(),
                    ">" => order.is_gt(),
                    _ => order.is_ge(),
                })))
            }
            "in" => match &right {
                Val::List(list) => self.has(&list.items, &left).map(Val::Bool),
                Val::Map(entries) => entry(entries, &left, 0, &mut self.budget).map(|found| Val::Bool(found.is_some())),
                _ => Err(no_overload()),
            },
            "+" => self.plus(left, right),
            other => arithmetic(other, left, right),
        }
    }

    fn plus(&mut self, left: Val, right: Val) -> Answer {
        match (left, right) {
            (Val::Text(left), Val::Text(right)) => Ok(Val::text(format!("{left}{right}"))),
            (Val::Bytes(left), Val::Bytes(right)) => Ok(Val::Bytes([&*left, &*right].concat().into())),
            (Val::List(left), Val::List(right)) => {
                let mut items = left.items.clone();
                for item in &right.items {
                    match self.namesake(&items, item, &left.relation)?.and_then(|at| items.get_mut(at)) {
                        Some(there) => *there = item.clone(),
                        None => items.push(item.clone()),
                    }
                }
                Ok(Val::List(Rc::new(List { items, relation: left.relation.clone() })))
            }
            (left, right) => arithmetic("+", left, right),
        }
    }

    /// Which item of a list another one takes the place of when they are joined.
    fn namesake(&mut self, items: &[Val], item: &Val, relation: &Relation) -> Result<Option<usize>, Stop> {
        let keys = match relation {
            Relation::Atomic => return Ok(None),
            Relation::Set => return self.position(items.iter(), item),
            Relation::Keys(keys) => keys,
        };
        let own: Vec<Option<Val>> = keys.iter().map(|key| item.member(key)).collect();
        for (at, there) in items.iter().enumerate() {
            let mut same = true;
            for (key, own) in keys.iter().zip(&own) {
                same = same
                    && match (there.member(key), own) {
                        (Some(there), Some(own)) => self.same(&there, own)?,
                        (there, own) => there.is_none() && own.is_none(),
                    };
            }
            if same {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}

fn truth(value: Answer) -> Result<bool, Stop> {
    match value? {
        Val::Bool(flag) => Ok(flag),
        _ => Err(no_overload()),
    }
}

fn arithmetic(operator: &str, left: Val, right: Val) -> Answer {
    let overflow = || error("integer overflow");
    let by_zero = || error(if operator == "%" { "modulus by zero" } else { "division by zero" });
    match (left, right) {
        (Val::Int(_), Val::Int(0)) | (Val::Uint(_), Val::Uint(0)) if matches!(operator, "/" | "%") => Err(by_zero()),
        (Val::Int(left), Val::Int(right)) => {
            let done = match operator {
                "+" => left.checked_add(right),
                "-" => left.checked_sub(right),
                "*" => left.checked_mul(right),
                "/" => left.checked_div(right),
                _ => left.checked_rem(right),
            };
            done.map(Val::Int).ok_or_else(overflow)
        }
        (Val::Uint(left), Val::Uint(right)) => {
            let done = match operator {
                "+" => left.checked_add(right),
                "-" => left.checked_sub(right),
                "*" => left.checked_mul(right),
                "/" => left.checked_div(right),
                _ => left.checked_rem(right),
            };
            done.map(Val::Uint).ok_or_else(|| error("unsigned integer overflow"))
        }
        (Val::Double(left), Val::Double(right)) if operator != "%" => Ok(Val::Double(match operator {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            _ => left / right,
        })),
        (Val::Duration(left), Val::Duration(right)) if matches!(operator, "+" | "-") => {
            let done = if operator == "+" { left.checked_add(right) } else { left.checked_sub(right) };
            done.map(Val::Duration).ok_or_else(overflow)
        }
        (Val::Time(left), Val::Time(right)) if operator == "-" => {
            let nanos = left.as_nanosecond() - right.as_nanosecond();
            i64::try_from(nanos).map(Val::Duration).map_err(|_| overflow())
        }
        (Val::Time(time), Val::Duration(by)) | (Val::Duration(by), Val::Time(time)) if operator == "+" => {
            time.checked_add(jiff::SignedDuration::from_nanos(by)).map(Val::Time).map_err(|_| overflow())
        }
        (Val::Time(time), Val::Duration(by)) if operator == "-" => {
            time.checked_sub(jiff::SignedDuration::from_nanos(by)).map(Val::Time).map_err(|_| overflow())
        }
        _ => Err(no_overload()),
    }
}
