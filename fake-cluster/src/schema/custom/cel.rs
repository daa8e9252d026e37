//! The rules of a definition (`x-kubernetes-validations`): read once, evaluated over every write. Knows nothing of requests.
//!
//! The evaluator is our own, for the reasons in `docs/decisions/0013-rules-of-definitions.md`: it has a budget, and reads values as a schema
//! says. A rule that it does not understand is refused with its definition.

mod condition;
mod eval;
mod functions;
mod infer;
mod parse;
mod program;
#[cfg(test)]
mod tests;
mod value;

use serde_json::Value;

use crate::schema::custom::props::Props;
use crate::schema::refusal::Cause;
pub(crate) use condition::{Broken, Condition};
use eval::{Answer, Stop};
use parse::Expr;
use program::Program;
use value::{Val, escaped, is_typed};

/// What the evaluation of all rules of an object may cost, as in the real server; ours counts steps.
const BUDGET: u64 = 10_000_000;
/// What the evaluation of one rule may cost.
const RULE_BUDGET: u64 = 1_000_000;

/// One rule.
#[derive(Debug)]
pub(crate) struct Rule {
    text: String,
    message: String,
    message_expression: Option<Result<Program, String>>,
    reason: Option<String>,
    field_path: String,
    optional_old_self: bool,
    program: Result<Program, String>,
    uses_old: bool,
}

impl Rule {
    pub(crate) fn parse(rule: &Value) -> Self {
        let text = |key: &str| rule.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let expression = text("messageExpression");
        let program = Program::read(&text("rule"));
        Self {
            uses_old: program.as_ref().is_ok_and(|program| program.expr().mentions("oldSelf")),
            program,
            text: text("rule"),
            message: text("message"),
            message_expression: (!expression.trim().is_empty()).then(|| Program::read(&expression)),
            reason: rule.get("reason").and_then(Value::as_str).map(str::to_owned),
            field_path: text("fieldPath").trim_start_matches('.').to_owned(),
            optional_old_self: rule.get("optionalOldSelf") == Some(&Value::Bool(true)),
        }
    }

    /// How messages name the rule.
    fn name(&self) -> &str {
        if self.message.is_empty() { self.text.trim() } else { self.message.trim() }
    }

    fn failure(&self, at: &str, props: &Props, value: &Value, detail: &str) -> Cause {
        let field = match (at, self.field_path.as_str()) {
            (at, "") => at.to_owned(),
            ("<nil>", path) => path.to_owned(),
            (at, path) => format!("{at}.{path}"),
        };
        let is_whole = matches!(props.of.as_str(), "object" | "array");
        match self.reason.as_deref() {
            Some("FieldValueForbidden") => Cause::forbidden(field, detail),
            Some("FieldValueRequired") => Cause::required(field, detail),
            Some("FieldValueDuplicate") if is_whole => Cause::new("FieldValueDuplicate", field, "Duplicate value"),
            Some("FieldValueDuplicate") => Cause::duplicate(field, value),
            _ if is_whole => Cause::new("FieldValueInvalid", field, format!("Invalid value: {detail}")),
            _ => Cause::invalid(field, value, detail),
        }
    }
}

// === Definitions ===

/// What is wrong with the rules of one node of a definition; `old` is whether a value before a change can be told.
pub(super) fn check(props: &Props, is_root: bool, old: bool, at: &str, causes: &mut Vec<Cause>) {
    for (index, rule) in props.rules.iter().enumerate() {
        let at = format!("{at}[{index}]");
        let shown = Value::from(rule.text.as_str());
        if rule.text.trim().is_empty() {
            causes.push(Cause::required(format!("{at}.rule"), "rule is not specified"));
            continue;
        }
        let refuse =
            |why: &str| Cause::invalid(format!("{at}.rule"), &shown, &format!("compilation failed: ERROR: {why}"));
        let checked =
            rule.program.as_ref().map_err(Clone::clone).and_then(|program| understood(program.expr(), props, is_root));
        match checked {
            Err(why) => causes.push(refuse(&why)),
            Ok(()) if rule.uses_old && !old => causes.push(Cause::invalid(
                format!("{at}.rule"),
                &shown,
                "oldSelf cannot be used on the uncorrelatable portion of the schema",
            )),
            Ok(()) => {}
        }
        let message = rule.message_expression.as_ref();
        let checked = message
            .map(|message| message.as_ref().map_err(Clone::clone).and_then(|it| understood(it.expr(), props, is_root)));
        if let Some(Err(why)) = checked {
            let place = format!("{at}.messageExpression");
            causes.push(Cause::invalid(place, &shown, &format!("messageExpression compilation failed: ERROR: {why}")));
        }
    }
}

/// Whether every name and function of an expression is known.
fn understood(expr: &Expr, props: &Props, is_root: bool) -> Result<(), String> {
    let of = Known { props: Some(props), is_root };
    let mut scope = vec![("self".to_owned(), of), ("oldSelf".to_owned(), of)];
    look(expr, &mut scope).map(drop)
}

/// What is known of the type of an expression.
#[derive(Clone, Copy, Default)]
struct Known<'a> {
    props: Option<&'a Props>,
    is_root: bool,
}

fn look<'a>(expr: &Expr, scope: &mut Vec<(String, Known<'a>)>) -> Result<Known<'a>, String> {
    match expr {
        Expr::Name(name) => {
            let known = scope.iter().rev().find(|(known, _)| known == name).map(|(_, known)| *known);
            let known = known.or_else(|| functions::type_named(name).map(|_| Known::default()));
            known.ok_or_else(|| format!("undeclared reference to '{name}' (in container '')"))
        }
        Expr::Member(of, name, _) | Expr::Has(of, name) => {
            let of = look(of, scope)?;
            let Some(props) = of.props else { return Ok(Known::default()) };
            if (of.is_root || props.embedded) && matches!(name.as_str(), "metadata" | "kind" | "apiVersion") {
                return Ok(Known::default());
            }
            if let Some(below) = props.additional_props() {
                return Ok(Known { props: Some(below), is_root: false });
            }
            let found = props
                .properties
                .iter()
                .find(|(known, below)| is_typed(below) && escaped(known).is_some_and(|known| known == *name));
            match found {
                Some((_, below)) => Ok(Known { props: Some(below), is_root: false }),
                None if props.int_or_string => Ok(Known::default()),
                None => Err(format!("undefined field '{name}'")),
            }
        }
        Expr::Index(of, index, _) => {
            look(index, scope)?;
            let of = look(of, scope)?;
            let below = of.props.and_then(|props| props.items.as_deref().or(props.additional_props()));
            Ok(Known { props: below, is_root: false })
        }
        Expr::Over(of, name, variables, bodies) => {
            let of = look(of, scope)?;
            let items = of.props.and_then(|props| props.items.as_deref()).filter(|_| variables.len() == 1);
            let is_optional = matches!(name.as_str(), "optMap" | "optFlatMap");
            let item = if is_optional { Known::default() } else { Known { props: items, is_root: false } };
            let before = scope.len();
            scope.extend(variables.iter().map(|variable| (variable.clone(), item)));
            let done = bodies.iter().try_for_each(|body| look(body, scope).map(drop));
            scope.truncate(before);
            done.map(|()| if name == "filter" { of } else { Known::default() })
        }
        Expr::Call(target, name, arguments) => {
            if !functions::is_known(name) {
                return Err(format!(
                    "fake-cluster does not know the function '{name}'; leave the rule out, or run this on a real control plane"
                ));
            }
            if let Some(target) = target.as_deref() {
                look(target, scope)?;
            }
            arguments.iter().try_for_each(|argument| look(argument, scope).map(drop))?;
            Ok(Known::default())
        }
        other => {
            other.parts().into_iter().try_for_each(|part| look(part, scope).map(drop))?;
            Ok(Known::default())
        }
    }
}

// === Objects ===

/// Evaluates the rules of a schema over an object; returns warnings, for broken rules over what did not change.
pub(super) fn evaluate(props: &Props, object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) -> Vec<String> {
    let mut walk = Walk { left: BUDGET, spent: false, causes: Vec::new(), warnings: Vec::new() };
    walk.node(props, object, old, old.is_some(), true, "");
    causes.extend(walk.causes);
    walk.warnings
}

/// Whether there is anything to evaluate.
pub(super) fn has_rules(props: &Props) -> bool {
    !props.rules.is_empty() || props.children().any(has_rules)
}

struct Walk {
    left: u64,
    spent: bool,
    causes: Vec<Cause>,
    warnings: Vec<String>,
}

impl Walk {
    fn node(&mut self, props: &Props, value: &Value, old: Option<&Value>, follows: bool, is_root: bool, at: &str) {
        if value.is_null() || self.spent {
            return;
        }
        self.rules(props, value, old, follows, is_root, at);
        for part in &props.all_of {
            self.node(part, value, old, false, is_root, at);
        }
        match value {
            Value::Object(members) => {
                let correlates = props.map_type.as_deref() != Some("atomic");
                for (name, value) in members {
                    let before = old.filter(|_| correlates).and_then(|old| old.get(name));
                    let (below, at) = match (props.additional_props(), props.properties.get(name)) {
                        (Some(below), _) => (below, format!("{at}[{name}]")),
                        (None, Some(below)) if at.is_empty() => (below, name.clone()),
                        (None, Some(below)) => (below, format!("{at}.{name}")),
                        _ => continue,
                    };
                    self.node(below, value, before, follows, false, &at);
                }
            }
            Value::Array(items) => {
                let Some(below) = props.items.as_deref() else { return };
                for (index, item) in items.iter().enumerate() {
                    let is_map = props.list_type.as_deref() == Some("map");
                    let same = |other: &&Value| props.list_keys.iter().all(|key| other.get(key) == item.get(key));
                    let others = old.filter(|_| is_map).and_then(Value::as_array);
                    let before = others.and_then(|others| others.iter().find(same));
                    self.node(below, item, before, follows, false, &format!("{at}[{index}]"));
                }
            }
            _ => {}
        }
    }

    fn rules(&mut self, props: &Props, value: &Value, old: Option<&Value>, follows: bool, is_root: bool, at: &str) {
        if props.rules.is_empty() {
            return;
        }
        let at = if at.is_empty() { "<nil>" } else { at };
        let kind = Value::from(props.of.as_str());
        let is_resource = is_root || props.embedded;
        let old = old.filter(|old| !old.is_null());
        let own = Val::read(value, props, is_resource);
        let before = old.map(|old| Val::read(old, props, is_resource));
        for rule in &props.rules {
            if rule.uses_old && old.is_none() && !rule.optional_old_self {
                continue;
            }
            let Ok(program) = &rule.program else { continue };
            let was = match (&before, rule.optional_old_self) {
                (was, true) => Val::Optional(was.clone().map(std::rc::Rc::new)),
                (Some(was), false) => was.clone(),
                (None, false) => Val::Null,
            };
            let variables = vec![("self".to_owned(), own.clone()), ("oldSelf".to_owned(), was)];
            let answer = self.run(program, variables.clone());
            let name = rule.name();
            match answer {
                Ok(Val::Bool(true)) => continue,
                Ok(_) => {}
                Err(Stop::Spent) => {
                    let why = format!(
                        "'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: {name}"
                    );
                    self.causes.push(Cause::invalid(at, &kind, &why));
                    self.spent = true;
                    return;
                }
                Err(Stop::Error(why)) if why == "no such overload" => {
                    let why = format!(
                        "'{why}': call arguments did not match a supported operator, function or macro signature for rule: {name}"
                    );
                    self.causes.push(Cause::invalid(at, &kind, &why));
                    continue;
                }
                Err(Stop::Error(why)) => {
                    self.causes.push(Cause::invalid(at, &kind, &format!("{why} evaluating rule: {name}")));
                    continue;
                }
            }
            let said = match &rule.message_expression {
                Some(Ok(expression)) => match self.run(expression, variables) {
                    Ok(Val::Text(text)) => Some(text.trim().to_owned()),
                    _ => None,
                },
                _ => None,
            };
            let said = said.filter(|said| !said.is_empty() && !said.contains(['\n', '\r']) && said.len() <= 5 * 1024);
            let detail = said.unwrap_or_else(|| match rule.message.is_empty() {
                true => format!("failed rule: {name}"),
                false => name.to_owned(),
            });
            let cause = rule.failure(at, props, value, &detail);
            if !rule.uses_old && follows && old == Some(value) {
                self.warnings.push(cause.to_string());
            } else {
                self.causes.push(cause);
            }
        }
    }

    fn run(&mut self, program: &Program, variables: Vec<(String, Val)>) -> Answer {
        let budget = self.left.min(RULE_BUDGET);
        let (answer, left) = program.run(variables, budget);
        self.left = self.left.saturating_sub(budget - left);
        answer
    }
}
