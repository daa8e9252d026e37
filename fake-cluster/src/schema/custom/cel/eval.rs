//! Evaluates expressions, within a budget: every step costs, and who has spent it all is stopped. Knows no schemas.
use std::collections::HashMap;
use std::rc::Rc;

use regex::Regex;

use super::functions;
use super::parse::Expr;
use super::value::{List, Relation, Val, entry};

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

/// One evaluation: the variables, the patterns that were met, and what is left to spend.
pub(super) struct Run {
    scope: Vec<(String, Val)>,
    patterns: HashMap<String, Option<Regex>>,
    budget: Budget,
}

impl Run {
    pub(super) fn new(variables: Vec<(String, Val)>, budget: u64) -> Self {
        Self { scope: variables, patterns: HashMap::new(), budget: Budget(budget) }
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
    pub(super) fn position<'a>(
        &mut self,
        items: impl Iterator<Item = &'a Val>,
        wanted: &Val,
    ) -> Result<Option<usize>, Stop> {
        for (at, item) in items.enumerate() {
            if self.same(item, wanted)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// A pattern, compiled when it is met for the first time.
    pub(super) fn pattern(&mut self, text: &str) -> Result<Regex, Stop> {
        let bad = || error(format!("error parsing regexp: {text}"));
        if let Some(known) = self.patterns.get(text) {
            return known.clone().ok_or_else(bad);
        }
        self.spend(PATTERN)?;
        let regex = Regex::new(text).ok();
        self.patterns.insert(text.to_owned(), regex.clone());
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
            Expr::Text(text) => Ok(Val::text(text.as_str())),
            Expr::Bytes(bytes) => Ok(Val::Bytes(bytes.as_slice().into())),
            Expr::Name(name) => {
                let found = self.scope.iter().rev().find(|(known, _)| known == name);
                found.map(|(_, value)| value.clone()).ok_or_else(|| error(format!("no such attribute(s): {name}")))
            }
            Expr::Member(of, name, optional) => {
                let of = self.value(of)?;
                self.select(of, &Val::text(name.as_str()), *optional)
            }
            Expr::Has(of, name) => match self.value(of)? {
                Val::Optional(None) => Ok(Val::Bool(false)),
                Val::Optional(Some(inner)) => Ok(Val::Bool(inner.member(name).is_some())),
                other => Ok(Val::Bool(other.member(name).is_some())),
            },
            Expr::Index(of, index, optional) => {
                let of = self.value(of)?;
                let index = self.value(index)?;
                self.select(of, &index, *optional)
            }
            Expr::List(items) => {
                let items: Result<Vec<Val>, Stop> = items.iter().map(|item| self.value(item)).collect();
                Ok(Val::list(items?))
            }
            Expr::Map(entries) => {
                let mut all = Vec::new();
                for (key, value) in entries {
                    all.push((self.value(key)?, self.value(value)?));
                }
                Ok(Val::Map(Rc::new(all)))
            }
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

    fn call(&mut self, target: Option<&Expr>, name: &str, arguments: &[Expr]) -> Answer {
        // Functions of a library look like methods of a variable with the library's name.
        let library = match target {
            Some(Expr::Name(library)) if functions::LIBRARIES.contains(&library.as_str()) => Some(library.as_str()),
            _ => None,
        };
        let mut values = Vec::with_capacity(arguments.len() + 1);
        if let Some(target) = target.filter(|_| library.is_none()) {
            values.push(self.value(target)?);
        }
        for argument in arguments {
            values.push(self.value(argument)?);
        }
        match library {
            Some(library) => functions::call(self, &format!("{library}.{name}"), &values),
            None => functions::call(self, name, &values),
        }
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
                let shown = match key {
                    Val::Text(text) => text.to_string(),
                    other => functions::text_of(other).unwrap_or_default(),
                };
                let found = entry(entries, key, 0, &mut self.budget)?.cloned();
                found.ok_or_else(|| error(format!("no such key: {shown}")))
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

    /// A macro: what it says of every item.
    fn over(&mut self, of: &Val, name: &str, variables: &[String], bodies: &[Expr]) -> Answer {
        if matches!(name, "optMap" | "optFlatMap") {
            let (Val::Optional(inner), [variable], [body]) = (of, variables, bodies) else { return Err(no_overload()) };
            let Some(inner) = inner else { return Ok(Val::Optional(None)) };
            let value = self.within(&[(variable, (**inner).clone())], body)?;
            return Ok(if name == "optMap" { Val::Optional(Some(Rc::new(value))) } else { value });
        }
        let pairs: Vec<(Val, Val)> = match of {
            Val::List(list) => {
                (0_i64..).zip(&list.items).map(|(index, item)| (Val::Int(index), item.clone())).collect()
            }
            Val::Map(entries) => entries.to_vec(),
            _ => return Err(no_overload()),
        };
        let is_map = matches!(of, Val::Map(_));
        let (first, last) = match bodies {
            [only] => (only, only),
            [first, last] => (first, last),
            _ => return Err(no_overload()),
        };
        let mut picked = Vec::new();
        let mut failure = None;
        let mut count = 0_usize;
        for (key, value) in pairs {
            self.spend(1)?;
            let bound: Vec<(&String, Val)> = match variables {
                [one] => vec![(one, if is_map { key.clone() } else { value.clone() })],
                [one, two] => vec![(one, key.clone()), (two, value.clone())],
                _ => return Err(no_overload()),
            };
            let item = bound.first().map(|(_, item)| item.clone()).unwrap_or(Val::Null);
            match name {
                "all" | "exists" => {
                    let decides = name == "exists";
                    match truth(self.within(&bound, first)) {
                        Ok(flag) if flag == decides => return Ok(Val::Bool(decides)),
                        Ok(_) => {}
                        Err(Stop::Spent) => return Err(Stop::Spent),
                        Err(stop) => failure = failure.or(Some(stop)),
                    }
                }
                "exists_one" | "existsOne" => count += usize::from(truth(self.within(&bound, first))?),
                "filter" if truth(self.within(&bound, first))? => picked.push(item),
                "filter" => {}
                _ => {
                    if bodies.len() == 1 || truth(self.within(&bound, first))? {
                        picked.push(self.within(&bound, last)?);
                    }
                }
            }
        }
        match (name, failure) {
            (_, Some(failure)) => Err(failure),
            ("all", None) => Ok(Val::Bool(true)),
            ("exists", None) => Ok(Val::Bool(false)),
            ("exists_one" | "existsOne", None) => Ok(Val::Bool(count == 1)),
            _ => Ok(Val::list(picked)),
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

    fn within(&mut self, bound: &[(&String, Val)], body: &Expr) -> Answer {
        let before = self.scope.len();
        self.scope.extend(bound.iter().map(|(name, value)| ((*name).clone(), value.clone())));
        let value = self.value(body);
        self.scope.truncate(before);
        value
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
