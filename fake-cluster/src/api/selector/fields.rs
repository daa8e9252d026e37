//! Field selectors: a few paths, compared as text. Knows nothing of labels.

use serde_json::Value;

use crate::api::status::Status;

/// A conjunction of requirements on fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSelector {
    /// Field, value, and whether they must be equal or different.
    pub(crate) requirements: Vec<(String, String, bool)>,
}

impl FieldSelector {
    /// Parses the text of a `fieldSelector` parameter.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut requirements = Vec::new();
        let mut terms = split_terms(text);
        terms.sort_unstable();
        for term in terms.into_iter().filter(|term| !term.is_empty()) {
            let (field, value, equal) =
                split_term(term).ok_or_else(|| format!("invalid selector: '{text}'; can't understand '{term}'"))?;
            requirements.push((field.to_owned(), unescape(value)?, equal));
        }
        Ok(Self { requirements })
    }

    /// Whether it matches everything.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// The value that `metadata.name` must have, if one is asked for.
    pub fn name(&self) -> Option<&str> {
        self.requirements.iter().find(|(f, _, equal)| f == "metadata.name" && *equal).map(|(_, v, _)| v.as_str())
    }

    /// Puts every field into the words of the stored objects; `translate` refuses those that the kind cannot be
    /// selected by.
    pub(crate) fn translated(mut self, translate: impl Fn(&str) -> Result<String, String>) -> Result<Self, Status> {
        for (field, _, _) in &mut self.requirements {
            *field = translate(field).map_err(Status::bad_request)?;
        }
        Ok(self)
    }

    /// Whether an object matches. An absent field is the empty string, as the real server has it.
    pub fn matches(&self, object: &Value) -> bool {
        self.requirements.iter().all(|(field, wanted, equal)| (field_of(object, field) == *wanted) == *equal)
    }
}

/// The text of a field as the real server's field sets have it.
fn field_of(object: &Value, field: &str) -> String {
    let first = |list: &Value| list[0]["ip"].as_str().unwrap_or_default().to_owned();
    match field {
        "status.podIP" => return first(&object["status"]["podIPs"]),
        "source" => {
            let component = object["source"]["component"].as_str().filter(|component| !component.is_empty());
            return component.or_else(|| object["reportingComponent"].as_str()).unwrap_or_default().to_owned();
        }
        "status.successful" => return object["status"]["succeeded"].as_i64().unwrap_or_default().to_string(),
        "spec.hostNetwork" | "spec.unschedulable" => {
            let (_, leaf) = field.split_at("spec.".len());
            return object["spec"][leaf].as_bool().unwrap_or_default().to_string();
        }
        _ => {}
    }
    match field.split('.').fold(object, |at, step| &at[step]) {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn split_terms(text: &str) -> Vec<&str> {
    let mut terms = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => {
                terms.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    terms.push(text.get(start..).unwrap_or_default());
    terms
}

/// Field, value and whether they must be equal: split at the first operator.
fn split_term(term: &str) -> Option<(&str, &str, bool)> {
    term.char_indices().find_map(|(at, _)| {
        let (field, rest) = term.split_at(at);
        let operators = [("!=", false), ("==", true), ("=", true)];
        operators.iter().find_map(|(operator, equal)| rest.strip_prefix(operator).map(|value| (field, value, *equal)))
    })
}

fn unescape(text: &str) -> Result<String, String> {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c @ ('\\' | ',' | '=')) => plain.push(c),
                Some(c) => return Err(format!("invalid field selector: invalid escape sequence: \\{c}")),
                None => return Err("invalid field selector: invalid escape sequence: \\".into()),
            },
            ',' | '=' => {
                return Err(format!("invalid field selector: unescaped character in value: {}", u32::from(c)));
            }
            c => plain.push(c),
        }
    }
    Ok(plain)
}
