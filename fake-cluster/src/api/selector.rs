//! Label and field selectors: parsed once, then matched against objects.
//!
//! The grammar is that of `k8s.io/apimachinery/pkg/labels` and `pkg/fields`.

use serde_json::Value;

use super::status::Status;

/// A conjunction of requirements on labels. The empty selector matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operator {
    Exists,
    Absent,
    In(Vec<String>),
    NotIn(Vec<String>),
    Greater(i64),
    Less(i64),
}

/// A conjunction of requirements on fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSelector {
    /// Field, value, and whether they must be equal or different.
    pub(crate) requirements: Vec<(String, String, bool)>,
}

// === impl LabelSelector ===

impl LabelSelector {
    /// Parses the text of a `labelSelector` parameter.
    ///
    /// # Errors
    /// What is wrong with the text, in the words of the real parser.
    pub fn parse(text: &str) -> Result<Self, String> {
        Parser { rest: text }.selector().map(|requirements| Self { requirements })
    }

    /// Whether it matches everything.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether an object's labels match.
    pub fn matches(&self, object: &Value) -> bool {
        if self.requirements.is_empty() {
            return true;
        }
        let labels = &object["metadata"]["labels"];
        self.requirements.iter().all(|requirement| requirement.matches(labels[requirement.key.as_str()].as_str()))
    }
}

impl Requirement {
    fn matches(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match &self.operator {
            Operator::Exists => value.is_some(),
            Operator::Absent => value.is_none(),
            Operator::In(values) => value.is_some_and(|value| values.iter().any(|v| v == value)),
            Operator::NotIn(values) => value.is_none_or(|value| !values.iter().any(|v| v == value)),
            Operator::Greater(bound) => number().is_some_and(|number| number > *bound),
            Operator::Less(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn selector(mut self) -> Result<Vec<Requirement>, String> {
        let mut requirements = Vec::new();
        if self.peek().is_empty() {
            return Ok(requirements);
        }
        loop {
            requirements.push(self.requirement()?);
            match self.next() {
                "" => break,
                "," if !self.peek().is_empty() && self.peek() != "," => {}
                "," => return Err(format!("found '{}', expected: identifier after ','", self.peek())),
                other => return Err(format!("found '{other}', expected: ',' or 'end of string'")),
            }
        }
        requirements.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(requirements)
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let absent = self.peek() == "!";
        if absent {
            self.next();
        }
        let key = self.next();
        if key.is_empty() || is_symbol(key) {
            return Err(format!("found '{key}', expected: identifier"));
        }
        if let Err(why) = super::names::qualified_name(key) {
            return Err(format!("key: Invalid value: \"{key}\": {why}"));
        }
        let key = key.to_owned();
        if absent {
            return Ok(Requirement { key, operator: Operator::Absent });
        }
        let operator = match self.peek() {
            "" | "," => Operator::Exists,
            _ => match self.next() {
                "=" | "==" => Operator::In(vec![self.exact(&key)?]),
                "!=" => Operator::NotIn(vec![self.exact(&key)?]),
                ">" => Operator::Greater(self.bound()?),
                "<" => Operator::Less(self.bound()?),
                "in" => Operator::In(self.set(&key)?),
                "notin" => Operator::NotIn(self.set(&key)?),
                other => return Err(format!("found '{other}', expected: in, notin, =, ==, !=, gt, lt")),
            },
        };
        Ok(Requirement { key, operator })
    }

    fn exact(&mut self, key: &str) -> Result<String, String> {
        let value = match self.peek() {
            "" | "," => "",
            _ => self.next(),
        };
        if is_symbol(value) {
            return Err(format!("found '{value}', expected: identifier"));
        }
        checked(key, value)
    }

    fn bound(&mut self) -> Result<i64, String> {
        let value = self.next();
        value.parse().map_err(|_| "for 'Gt', 'Lt' operators, the value must be an integer".to_owned())
    }

    fn set(&mut self, key: &str) -> Result<Vec<String>, String> {
        match self.next() {
            "(" => {}
            other => return Err(format!("found '{other}' expected: '('")),
        }
        let mut values = Vec::new();
        loop {
            match self.next() {
                ")" => {
                    if values.is_empty() {
                        values.push(String::new());
                    }
                    return Ok(values);
                }
                "," => values.push(String::new()),
                "" => return Err("found '', expected: ',', or ')'".into()),
                value => {
                    values.push(checked(key, value)?);
                    if self.peek() == "," {
                        self.next();
                        if self.peek() == ")" {
                            values.push(String::new());
                        }
                    } else if self.peek() != ")" {
                        return Err(format!("found '{}', expected: ',', or ')'", self.peek()));
                    }
                }
            }
        }
    }

    fn peek(&self) -> &'a str {
        Parser { rest: self.rest }.next()
    }

    fn next(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        let end = match self.rest.as_bytes() {
            [] => 0,
            [b'=', b'=', ..] | [b'!', b'=', ..] => 2,
            [b'=' | b'!' | b'(' | b')' | b',' | b'<' | b'>', ..] => 1,
            _ => self.rest.find(|c: char| c.is_whitespace() || "=!(),<>".contains(c)).unwrap_or(self.rest.len()),
        };
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        token
    }
}

fn is_symbol(token: &str) -> bool {
    matches!(token, "=" | "==" | "!=" | "!" | "(" | ")" | "," | "<" | ">")
}

fn checked(key: &str, value: &str) -> Result<String, String> {
    match super::names::label_value(value) {
        Ok(()) => Ok(value.to_owned()),
        Err(why) => Err(format!("values[0][{key}]: Invalid value: \"{value}\": {why}")),
    }
}

// === impl FieldSelector ===

impl FieldSelector {
    /// Parses the text of a `fieldSelector` parameter.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut requirements = Vec::new();
        for term in split_terms(text) {
            if term.is_empty() {
                continue;
            }
            let (field, value, equal) = if let Some((field, value)) = split_operator(term, "!=") {
                (field, value, false)
            } else if let Some((field, value)) = split_operator(term, "==") {
                (field, value, true)
            } else if let Some((field, value)) = split_operator(term, "=") {
                (field, value, true)
            } else {
                return Err(format!("invalid selector: '{text}'; can't understand '{term}'"));
            };
            requirements.push((field.to_owned(), unescape(value)?, equal));
        }
        Ok(Self { requirements })
    }

    /// Whether it matches everything.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// The value that `metadata.name` must have, if one is asked for.
    pub(crate) fn name(&self) -> Option<&str> {
        self.requirements.iter().find(|(f, _, equal)| f == "metadata.name" && *equal).map(|(_, v, _)| v.as_str())
    }

    /// Refuses fields that the kind cannot be selected by.
    pub(crate) fn check(&self, supported: &[&str]) -> Result<(), Status> {
        for (field, _, _) in &self.requirements {
            if !matches!(field.as_str(), "metadata.name" | "metadata.namespace") && !supported.contains(&field.as_str())
            {
                return Err(Status::bad_request(format!("field label not supported: {field}")));
            }
        }
        Ok(())
    }

    /// Whether an object matches. An absent field is the empty string, as the real server has it.
    pub fn matches(&self, object: &Value) -> bool {
        self.requirements.iter().all(|(field, wanted, equal)| (field_of(object, field) == *wanted) == *equal)
    }
}

fn field_of(object: &Value, field: &str) -> String {
    let mut at = object;
    for step in field.split('.') {
        at = &at[step];
    }
    match at {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null if matches!(field, "spec.unschedulable" | "spec.hostNetwork") => "false".into(),
        Value::Null if matches!(field, "status.successful" | "status.terminatingReplicas" | "status.replicas") => {
            "0".into()
        }
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

fn split_operator<'a>(term: &'a str, operator: &str) -> Option<(&'a str, &'a str)> {
    let at = term.find(operator)?;
    Some((term.get(..at)?, term.get(at + operator.len()..)?))
}

fn unescape(text: &str) -> Result<String, String> {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c @ ('\\' | ',' | '=')) => plain.push(c),
                _ => return Err(format!("invalid field selector: invalid escape sequence in value: {text}")),
            },
            ',' | '=' => return Err(format!("invalid field selector: unescaped character in value: {text}")),
            c => plain.push(c),
        }
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matches(selector: &str, labels: Value) -> bool {
        LabelSelector::parse(selector).unwrap().matches(&json!({"metadata": {"labels": labels}}))
    }

    #[test]
    fn label_selectors_follow_the_upstream_grammar() {
        let labels = || json!({"app": "web", "tier": "1"});
        for yes in [
            "",
            "app",
            "app=web",
            "app==web",
            "app != db",
            "app in (web, db)",
            "tier notin (2)",
            "!gone",
            "tier>0",
            "tier<2",
            "gone!=x",
            "gone notin (a)",
            "app=web,tier=1",
            " app , tier ",
        ] {
            assert!(matches(yes, labels()), "{yes}");
        }
        for no in ["gone", "app=db", "app!=web", "app in (db)", "!app", "tier>1", "app=", "app=web,tier=2"] {
            assert!(!matches(no, labels()), "{no}");
        }
        for bad in
            ["app in web", "app in (web", "=web", "app=web,", "a b", "app=(", "-x=1", "tier>abc", ",app", "app=!!"]
        {
            assert!(LabelSelector::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn field_selectors_know_escapes_and_inequality() {
        let object = json!({"metadata": {"name": "a,b"}, "type": "Opaque", "spec": {}});
        let yes = |text: &str| FieldSelector::parse(text).unwrap().matches(&object);
        assert!(yes("metadata.name=a\\,b,type!=x") && yes("type==Opaque") && yes("spec.unschedulable=false"));
        assert!(!yes("type=x") && !yes("type!=Opaque"));
        assert!(FieldSelector::parse("nonsense").is_err());
        assert!(FieldSelector::parse("a=b=c").is_err());
        assert!(FieldSelector::parse("type=x").unwrap().check(&[]).is_err());
    }
}
