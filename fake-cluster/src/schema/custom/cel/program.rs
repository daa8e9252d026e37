//! An expression that is ready to run: names of libraries resolved, patterns compiled. Knows no schemas.

use std::collections::HashMap;

use regex::Regex;

use super::eval::{Answer, Run};
use super::functions;
use super::parse::{self, Expr};
use super::value::{Val, duration};
use crate::schema::custom::pattern;
use crate::schema::time;

/// The patterns that stand in an expression, compiled.
pub(super) type Patterns = HashMap<String, Regex>;

/// An expression, and what was made of it when it was read.
#[derive(Debug)]
pub(super) struct Program {
    expr: Expr,
    patterns: Patterns,
}

impl Program {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, or with a pattern, time or duration that stands in it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut expr = parse::parse(text)?;
        resolve(&mut expr);
        let mut patterns = Patterns::new();
        literals(&expr, &mut patterns)?;
        Ok(Self { expr, patterns })
    }

    pub(super) fn expr(&self) -> &Expr {
        &self.expr
    }

    /// Evaluates it; what is left of the budget comes with the answer.
    pub(super) fn run(&self, variables: Vec<(String, Val)>, budget: u64) -> (Answer, u64) {
        let mut run = Run::new(variables, &self.patterns, budget);
        let answer = run.value(&self.expr);
        (answer, run.left())
    }
}

/// `sets.contains(x, y)` looks like a method of a variable; functions of a library go first.
fn resolve(expr: &mut Expr) {
    if let Expr::Call(target, name, _) = expr
        && let Some(Expr::Name(library)) = target.as_deref()
    {
        let whole = format!("{library}.{name}");
        if functions::is_known(&whole) {
            *name = whole;
            *target = None;
        }
    }
    for part in expr.parts_mut() {
        resolve(part);
    }
}

/// Compiles the patterns that stand in an expression, and reads its times and durations.
fn literals(expr: &Expr, patterns: &mut Patterns) -> Result<(), String> {
    if let Expr::Call(target, name, arguments) = expr {
        let at = usize::from(target.is_none());
        let literal = |at: usize| match arguments.get(at) {
            Some(Expr::Text(text)) => Some(text),
            _ => None,
        };
        match name.as_str() {
            "matches" | "find" | "findAll" => {
                if let Some(text) = literal(at) {
                    let regex = pattern::compile(text).map_err(|_| format!("invalid {name} argument"))?;
                    patterns.insert(text.clone(), regex);
                }
            }
            "duration" if literal(0).is_some_and(|text| duration(text).is_none()) => {
                return Err("invalid duration argument".to_owned());
            }
            "timestamp" if literal(0).is_some_and(|text| time::parse_seconds(text).is_err()) => {
                return Err("invalid timestamp argument".to_owned());
            }
            _ => {}
        }
    }
    expr.parts().into_iter().try_for_each(|part| literals(part, patterns))
}
