//! The macros: what a body says of every item of a list or map, or of what may be absent. Knows no functions but sorting.

use std::rc::Rc;

use super::super::functions;
use super::super::parse::Expr;
use super::super::value::{Val, entry};
use super::{Answer, Run, Stop, error, no_overload, truth};

impl Run<'_> {
    /// A macro: what it says of every item.
    pub(super) fn over(&mut self, of: &Val, name: &str, variables: &[String], bodies: &[Expr]) -> Answer {
        if matches!(name, "optMap" | "optFlatMap") {
            let (Val::Optional(inner), [variable], [body]) = (of, variables, bodies) else { return Err(no_overload()) };
            let Some(inner) = inner else { return Ok(Val::Optional(None)) };
            let value = self.within(&[(variable, (**inner).clone())], body)?;
            return Ok(if name == "optMap" { Val::Optional(Some(Rc::new(value))) } else { value });
        }
        let size = match of {
            Val::List(list) => list.items.len(),
            Val::Map(entries) => entries.len(),
            _ => return Err(no_overload()),
        };
        // Before they are copied.
        self.spend(size / 4)?;
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
        if name == "sortBy" {
            let items: Vec<Val> = pairs.into_iter().map(|(_, value)| value).collect();
            let [variable] = variables else { return Err(no_overload()) };
            let keys = items.iter().map(|item| self.within(&[(variable, item.clone())], first));
            let keys = keys.collect::<Result<Vec<Val>, Stop>>()?;
            return functions::sorted(self, &items, &keys);
        }
        if matches!(name, "transformMap" | "transformMapEntry") {
            return self.transform(name, pairs, variables, bodies);
        }
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

    /// Makes a map of what a body says of each key and value: a value for the key, or entries.
    fn transform(&mut self, name: &str, pairs: Vec<(Val, Val)>, variables: &[String], bodies: &[Expr]) -> Answer {
        let (filter, body) = match bodies {
            [body] => (None, body),
            [filter, body] => (Some(filter), body),
            _ => return Err(no_overload()),
        };
        let [one, two] = variables else { return Err(no_overload()) };
        let mut made: Vec<(Val, Val)> = Vec::new();
        for (key, value) in pairs {
            self.spend(1)?;
            let bound = [(one, key.clone()), (two, value)];
            if let Some(filter) = filter
                && !truth(self.within(&bound, filter))?
            {
                continue;
            }
            let value = self.within(&bound, body)?;
            let entries = match (name, value) {
                ("transformMap", value) => vec![(key, value)],
                (_, Val::Map(entries)) => entries.to_vec(),
                _ => return Err(no_overload()),
            };
            for (key, value) in entries {
                self.spend(1)?;
                if entry(&made, &key, 0, &mut self.budget)?.is_some() {
                    let key = functions::text_of(&key).unwrap_or_default();
                    return Err(error(format!("insert failed: key {key} already exists")));
                }
                made.push((key, value));
            }
        }
        Ok(Val::Map(Rc::new(made)))
    }

    fn within(&mut self, bound: &[(&String, Val)], body: &Expr) -> Answer {
        let before = self.scope.len();
        self.scope.extend(bound.iter().map(|(name, value)| ((*name).clone(), value.clone())));
        let value = self.value(body);
        self.scope.truncate(before);
        value
    }
}
