//! Checks a value against a definition's schema, with the messages of the real server. Knows nothing of requests.

mod lists;
mod scalars;
use serde_json::{Map as Object, Value};

use crate::schema::custom::formats;
use crate::schema::custom::props::{Additional, Props};
use crate::schema::refusal::Cause;
use crate::schema::text::quote;
pub(crate) use lists::check_lists;

/// Checks `value`; `at` is empty for a whole object, `status` for its status alone. With `old`, problems of values that
/// did not change are forgiven.
pub(crate) fn check(props: &Props, value: &Value, old: Option<&Value>, at: &str, causes: &mut Vec<Cause>) {
    let found = Walk { at }.node(props, value, old, "");
    causes.extend(found.problems.into_iter().map(|problem| problem.cause));
}

/// What a node found: its problems, and how many checks went through, which picks the most telling alternative.
#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
    passed: usize,
}

struct Problem {
    cause: Cause,
    /// What the problem is recognised by, so that nothing is said twice.
    message: String,
}

impl Found {
    fn add(&mut self, cause: Cause, message: String) {
        if !self.problems.iter().any(|known| known.message == message) {
            self.problems.push(Problem { cause, message });
        }
    }

    fn merge(&mut self, other: Self) {
        for problem in other.problems {
            self.add(problem.cause, problem.message);
        }
        self.passed += other.passed;
    }

    fn is_valid(&self) -> bool {
        self.problems.is_empty()
    }
}

struct Walk<'a> {
    at: &'a str,
}

impl Walk<'_> {
    /// The field a path within the checked value belongs to.
    fn field(&self, path: &str) -> String {
        let path = path.trim_start_matches('.');
        match (self.at, path) {
            ("", "") => "<nil>".to_owned(),
            (at, "") => at.to_owned(),
            ("", path) => path.to_owned(),
            (at, path) => format!("{at}.{path}"),
        }
    }

    fn invalid(&self, path: &str, value: &Value, message: String) -> Problem {
        Problem { cause: Cause::invalid(self.field(path), value, &message), message }
    }

    /// A problem the real server does not tie to a field.
    fn loose(&self, message: String) -> Problem {
        let field = if self.at.is_empty() { "<nil>" } else { self.at };
        Problem { cause: Cause::invalid(field, &Value::from(""), &message), message }
    }

    fn node(&self, props: &Props, value: &Value, old: Option<&Value>, path: &str) -> Found {
        let found = self.plain_node(props, value, old, path);
        // Unchanged values are not held against a change.
        if !found.is_valid() && old == Some(value) && !value.is_null() {
            return Found { problems: Vec::new(), passed: found.passed };
        }
        found
    }

    fn plain_node(&self, props: &Props, value: &Value, old: Option<&Value>, path: &str) -> Found {
        let mut found = Found::default();
        if value.is_null() {
            found.merge(self.of_type(props, value, path));
            found.merge(self.one_of_allowed(props, value, path));
            return found;
        }
        let mut apply = |part: Found| {
            found.merge(part);
            found.passed += 1;
        };
        if !props.of.is_empty() || props.int_or_string || !self.format(props).is_empty() {
            apply(self.of_type(props, value, path));
        }
        apply(self.alternatives(props, value, old, path));
        match value {
            Value::String(text) => {
                apply(self.text(props, text, path));
                let format = self.format(props);
                if formats::is_known(format) {
                    let mut part = Found::default();
                    if !formats::check(format, text) {
                        let message = format!("{path} in body must be of type {format}: {}", quote(text));
                        let cause = type_invalid(self.field(path), value, &message);
                        part.add(cause, message);
                    }
                    apply(part);
                }
            }
            Value::Number(number) => apply(self.number(props, number, path)),
            Value::Array(items) => apply(self.items(props, items, old, path)),
            _ => {}
        }
        apply(self.one_of_allowed(props, value, path));
        if let Value::Object(object) = value {
            apply(self.object(props, object, old, path));
        }
        found.passed += 1;
        found
    }

    /// A format that means nothing for the type is ignored.
    #[expect(clippy::unused_self, reason = "reads as part of the walk")]
    fn format<'p>(&self, props: &'p Props) -> &'p str {
        let counts = match props.of.as_str() {
            "" | "string" => !props.format.is_empty() && formats::is_known(&props.format),
            "integer" => matches!(props.format.as_str(), "int32" | "int64"),
            "number" => matches!(props.format.as_str(), "float" | "double"),
            _ => false,
        };
        if counts { &props.format } else { "" }
    }

    fn of_type(&self, props: &Props, value: &Value, path: &str) -> Found {
        let mut found = Found::default();
        let accepted: Vec<&str> = match (props.int_or_string, props.of.as_str()) {
            (true, _) => vec!["integer", "string"],
            (false, "") => Vec::new(),
            (false, one) => vec![one],
        };
        let format = self.format(props);
        let (actual, actual_format) = match value {
            Value::Null => ("null", ""),
            Value::Bool(_) => ("boolean", ""),
            Value::String(_) => ("string", ""),
            Value::Number(number) if number.is_f64() => ("number", "float64"),
            Value::Number(_) => ("integer", "int64"),
            Value::Array(_) => ("array", ""),
            Value::Object(_) => ("object", ""),
        };
        let mut refuse = |expected: &str, actual: &str| {
            let message = format!("{path} in body must be of type {expected}: {}", quote(actual));
            let cause = type_invalid(self.field(path), &Value::from(actual), &message);
            found.problems.push(Problem { cause, message });
        };
        if value.is_null() {
            if !accepted.is_empty() && !props.nullable {
                refuse(&accepted.join(","), "null");
            } else {
                found.passed += 1;
            }
            return found;
        }
        let whole = value.as_f64().is_some_and(|float| float.fract() == 0.0);
        let fits = accepted.contains(&actual)
            || (actual == "number" && whole && accepted.contains(&"integer"))
            || (actual == "integer" && accepted.contains(&"number"));
        let is_list_like = matches!(value, Value::String(_) | Value::Array(_));
        if !is_list_like && !format.is_empty() && !fits && actual_format != format {
            refuse(format, actual_format);
        } else if is_list_like && !format.is_empty() && !accepted.iter().any(|of| matches!(*of, "number" | "integer")) {
            found.passed += 1;
        } else if !fits {
            refuse(&accepted.join(","), actual);
        } else {
            found.passed += 1;
        }
        found
    }

    fn alternatives(&self, props: &Props, value: &Value, old: Option<&Value>, path: &str) -> Found {
        let mut found = Found::default();
        // The alternatives look at the value as a whole; what is unchanged inside them is still forgiven.
        let inner = |part: &Props| self.plain_node(part, value, old, path);
        if !props.any_of.is_empty() {
            let mut best: Option<Found> = None;
            let mut success = None;
            for part in &props.any_of {
                let result = inner(part);
                if result.is_valid() {
                    success = Some(result);
                    break;
                }
                if best.as_ref().is_none_or(|best| result.passed > best.passed) {
                    best = Some(result);
                }
            }
            match success {
                Some(success) => found.merge(success),
                None => {
                    let message = format!("{} must validate at least one schema (anyOf)", quote(path));
                    let problem = self.loose(message);
                    found.add(problem.cause, problem.message);
                    if let Some(best) = best {
                        found.merge(best);
                    }
                }
            }
        }
        if !props.one_of.is_empty() {
            let mut best: Option<Found> = None;
            let mut first = None;
            let mut valid = 0;
            for part in &props.one_of {
                let result = inner(part);
                if result.is_valid() {
                    valid += 1;
                    best = None;
                    first.get_or_insert(result);
                } else if valid == 0 && best.as_ref().is_none_or(|best| result.passed > best.passed) {
                    best = Some(result);
                }
            }
            match (valid, first) {
                (1, Some(first)) => found.merge(first),
                _ => {
                    let detail = if valid == 0 {
                        "Found none valid".to_owned()
                    } else {
                        format!("Found {valid} valid alternatives")
                    };
                    let message = format!("{} must validate one and only one schema (oneOf). {detail}", quote(path));
                    let problem = self.loose(message);
                    found.add(problem.cause, problem.message);
                    if let Some(best) = best {
                        found.merge(best);
                    }
                }
            }
        }
        if !props.all_of.is_empty() {
            let mut valid = 0;
            for part in &props.all_of {
                let result = inner(part);
                valid += usize::from(result.is_valid());
                found.merge(result);
            }
            if valid != props.all_of.len() {
                let detail = if valid == 0 { ". None validated" } else { "" };
                let message = format!("{} must validate all the schemas (allOf){detail}", quote(path));
                let problem = self.loose(message);
                found.add(problem.cause, problem.message);
            }
        }
        if let Some(part) = &props.not
            && inner(part).is_valid()
        {
            let message = format!("{} must not validate the schema (not)", quote(path));
            let problem = self.loose(message);
            found.add(problem.cause, problem.message);
        }
        found.passed += 1;
        found
    }

    fn items(&self, props: &Props, items: &[Value], old: Option<&Value>, path: &str) -> Found {
        let mut found = Found::default();
        if let Some(below) = &props.items {
            for (index, item) in items.iter().enumerate() {
                let before = counterpart(props, item, old);
                found.merge(self.node(below, item, before, &format!("{path}[{index}]")));
            }
        }
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        if let Some(limit) = props.min_items.filter(|limit| count < *limit) {
            let message = format!("{path} in body should have at least {limit} items");
            let problem = self.invalid(path, &Value::from(count), message);
            found.add(problem.cause, problem.message);
        }
        if let Some(limit) = props.max_items.filter(|limit| count > *limit) {
            let cause = Cause::too_many(self.field(path), count, limit);
            found.add(cause, format!("{path} in body should have at most {limit} items"));
        }
        found.passed += 1;
        found
    }

    fn object(&self, props: &Props, object: &Object<String, Value>, old: Option<&Value>, path: &str) -> Found {
        let mut found = Found::default();
        let count = i64::try_from(object.len()).unwrap_or(i64::MAX);
        if let Some(limit) = props.min_properties.filter(|limit| count < *limit) {
            let message = format!("{path} in body should have at least {limit} properties");
            let problem = self.invalid(path, &Value::from(count), message);
            found.add(problem.cause, problem.message);
        }
        if let Some(limit) = props.max_properties.filter(|limit| count > *limit) {
            let cause = Cause::too_many(self.field(path), count, limit);
            found.add(cause, format!("{path} in body should have at most {limit} properties"));
        }
        for (key, value) in object {
            let before = old.and_then(|old| old.get(key));
            let name = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match (props.properties.get(key), &props.additional) {
                (Some(below), _) => found.merge(self.node(below, value, before, &name)),
                (None, Some(Additional::Of(below))) => {
                    found.merge(self.node(below, value, before, &format!("{path}.{key}")));
                }
                (None, Some(Additional::Any(false))) => {
                    let message = format!("{path}.{key} in body is a forbidden property");
                    let problem = self.invalid(path, &Value::from(key.as_str()), message);
                    found.add(problem.cause, problem.message);
                }
                _ => {}
            }
        }
        for key in props.required.iter().filter(|key| !object.contains_key(*key)) {
            let cause = Cause::required(self.field(&format!("{path}.{key}")), "");
            found.add(cause, format!("{path}.{key} in body is required"));
        }
        found
    }

    fn one_of_allowed(&self, props: &Props, value: &Value, path: &str) -> Found {
        let mut found = Found::default();
        if props.allowed.is_empty() || props.allowed.iter().any(|allowed| crate::apply::path::equal(allowed, value)) {
            return found;
        }
        let allowed: Vec<String> =
            props.allowed.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
        let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
        let cause = Cause::not_supported(self.field(path), value, &allowed);
        found.add(cause, format!("{path} in body should be one of [{}]", allowed.join(" ")));
        found
    }
}

/// The item of the old list that has the same keys; only lists of that type can tell.
fn counterpart<'a>(props: &Props, item: &Value, old: Option<&'a Value>) -> Option<&'a Value> {
    if props.list_type.as_deref() != Some("map") {
        return None;
    }
    old?.as_array()?.iter().find(|old| props.list_keys.iter().all(|key| old.get(key) == item.get(key)))
}

fn type_invalid(field: String, value: &Value, message: &str) -> Cause {
    Cause { reason: "FieldValueTypeInvalid", ..Cause::invalid(field, value, message) }
}

#[expect(clippy::cast_possible_truncation, reason = "as the real server does")]
fn truncated(float: f64) -> i64 {
    float as i64
}
