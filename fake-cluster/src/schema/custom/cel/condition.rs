//! Conditions of admission webhooks: expressions over a request and its objects, which are checked when they are written.
//!
//! They follow `k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions`. Knows nothing of webhooks.

use std::rc::Rc;

use serde_json::Value;

use super::eval::Stop;
use super::infer::{Type, infer};
use super::program::Program;
use super::value::Val;

/// What the evaluation of one condition may cost; ours counts steps.
const BUDGET: u64 = 1_000_000;

/// One condition.
#[derive(Debug)]
pub(crate) struct Condition<'a> {
    text: &'a str,
    program: Program,
}

/// What is wrong with a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// What a field error says of it.
    Invalid(String),
    /// It asks the authorizer, whom nobody asks here.
    AsksAuthorizer,
}

impl<'a> Condition<'a> {
    /// Reads and checks a condition.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(text: &'a str) -> Result<Self, Broken> {
        let refused = |why: String| Broken::Invalid(format!("compilation failed: ERROR: {why}"));
        let program = Program::read(text.trim()).map_err(refused)?;
        if program.expr().mentions("authorizer") {
            return Err(Broken::AsksAuthorizer);
        }
        let variables = vec![
            ("object".to_owned(), Type::Dyn),
            ("oldObject".to_owned(), Type::Dyn),
            ("namespaceObject".to_owned(), Type::Dyn),
            ("request".to_owned(), Type::Record(&super::infer::REQUEST)),
        ];
        match infer(program.expr(), variables).map_err(refused)? {
            Type::Bool | Type::Any => Ok(Self { text, program }),
            other => Err(Broken::Invalid(format!("must evaluate to bool but got {other}"))),
        }
    }

    /// Whether the condition holds for these variables.
    ///
    /// # Errors
    /// Why it says neither yes nor no.
    pub(crate) fn holds(&self, variables: &[(&str, Value)]) -> Result<bool, String> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), untyped(value))).collect();
        let failed = |why: &str| Err(format!("expression '{}' resulted in error: {why}", self.text));
        match self.program.run(variables, BUDGET).0 {
            Ok(Val::Bool(flag)) => Ok(flag),
            Ok(_) => failed("no such overload"),
            Err(Stop::Error(why)) => failed(&why),
            Err(Stop::Spent) => failed("operation cancelled: actual cost limit exceeded"),
        }
    }
}

/// Reads JSON without a schema.
fn untyped(value: &Value) -> Val {
    match value {
        Value::Null => Val::Null,
        Value::Bool(flag) => Val::Bool(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Val::Int(whole),
            None => Val::Double(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Val::text(text.as_str()),
        Value::Array(items) => Val::list(items.iter().map(untyped).collect()),
        Value::Object(fields) => {
            let entries = fields.iter().map(|(name, value)| (Val::text(name.as_str()), untyped(value)));
            Val::Map(Rc::new(entries.collect()))
        }
    }
}
