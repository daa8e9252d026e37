//! Label and field selectors: parsed once, then matched against objects.
//!
//! The grammar is that of `k8s.io/apimachinery/pkg/labels` and `pkg/fields`.

mod fields;

use std::collections::BTreeSet;

use serde_json::Value;

use super::cause::quote;
use crate::schema::names;
pub use fields::FieldSelector;

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

/// A token of the selector language: a word, an operator, or the end (which is empty).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Symbol(&'a str),
    End,
}

impl<'a> Token<'a> {
    fn text(self) -> &'a str {
        match self {
            Self::Word(text) | Self::Symbol(text) => text,
            Self::End => "",
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn selector(mut self) -> Result<Vec<Requirement>, String> {
        let mut requirements = Vec::new();
        loop {
            match self.peek() {
                Token::End => break,
                Token::Word(_) | Token::Symbol("!") => {}
                token => return Err(format!("found '{}', expected: !, identifier, or 'end of string'", token.text())),
            }
            requirements.push(self.requirement().map_err(|why| format!("unable to parse requirement: {why}"))?);
            match self.next() {
                Token::End => break,
                Token::Symbol(",") => {
                    let token = self.peek();
                    if !matches!(token, Token::Word(_) | Token::Symbol("!")) {
                        return Err(format!("found '{}', expected: identifier after ','", token.text()));
                    }
                }
                token => return Err(format!("found '{}', expected: ',' or 'end of string'", token.text())),
            }
        }
        requirements.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(requirements)
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let absent = self.peek() == Token::Symbol("!");
        if absent {
            self.next();
        }
        let key = match self.next() {
            Token::Word(key) => key,
            token => return Err(format!("found '{}', expected: identifier", token.text())),
        };
        let wrong = names::qualified(key);
        if !wrong.is_empty() {
            return Err(format!("<nil>: Invalid value: {}: {}", quote(key), wrong.join("; ")));
        }
        if absent {
            return Ok(Requirement { key: key.to_owned(), operator: Operator::Absent });
        }
        if matches!(self.peek(), Token::End | Token::Symbol(",")) {
            return Ok(Requirement { key: key.to_owned(), operator: Operator::Exists });
        }
        let operator = self.next().text();
        let values = match operator {
            "in" | "notin" => self.set()?,
            "=" | "==" | "!=" | ">" | "<" => vec![self.exact()?],
            other => return Err(format!("found '{other}', expected: in, notin, =, ==, !=, gt, lt")),
        };
        let mut wrong = Vec::new();
        for (n, value) in values.iter().enumerate() {
            if matches!(operator, ">" | "<") && value.parse::<i64>().is_err() {
                let why = "for 'Gt', 'Lt' operators, the value must be an integer";
                wrong.push(format!("values[{n}]: Invalid value: {}: {why}", quote(value)));
            }
        }
        for (n, value) in values.iter().enumerate() {
            let found = names::label_value(value);
            if !found.is_empty() {
                wrong.push(format!("values[{n}][{key}]: Invalid value: {}: {}", quote(value), found.join("; ")));
            }
        }
        match wrong.as_slice() {
            [] => {}
            [one] => return Err(one.clone()),
            many => return Err(format!("[{}]", many.join(", "))),
        }
        let bound = || values.first().and_then(|value| value.parse().ok()).unwrap_or_default();
        let operator = match operator {
            "in" | "=" | "==" => Operator::In(values),
            ">" => Operator::Greater(bound()),
            "<" => Operator::Less(bound()),
            _ => Operator::NotIn(values),
        };
        Ok(Requirement { key: key.to_owned(), operator })
    }

    fn exact(&mut self) -> Result<String, String> {
        match self.peek() {
            Token::End | Token::Symbol(",") => Ok(String::new()),
            _ => match self.next() {
                Token::Word(value) => Ok(value.to_owned()),
                token => Err(format!("found '{}', expected: identifier", token.text())),
            },
        }
    }

    /// The values between parentheses, sorted and each once.
    fn set(&mut self) -> Result<Vec<String>, String> {
        match self.next() {
            Token::Symbol("(") => {}
            token => return Err(format!("found '{}' expected: '('", token.text())),
        }
        let mut values = BTreeSet::new();
        match self.peek() {
            Token::Symbol(")") => {
                self.next();
                return Ok(vec![String::new()]);
            }
            Token::Word(_) | Token::Symbol(",") => {}
            token => return Err(format!("found '{}', expected: ',', ')' or identifier", token.text())),
        }
        loop {
            match self.next() {
                Token::Word(value) => {
                    values.insert(value.to_owned());
                    match self.peek() {
                        Token::Symbol(",") => {}
                        Token::Symbol(")") => break,
                        token => return Err(format!("found '{}', expected: ',' or ')'", token.text())),
                    }
                }
                Token::Symbol(",") => {
                    if values.is_empty() {
                        values.insert(String::new());
                    }
                    match self.peek() {
                        Token::Symbol(")") => {
                            values.insert(String::new());
                            break;
                        }
                        Token::Symbol(",") => drop(values.insert(String::new())),
                        _ => {}
                    }
                }
                token => return Err(format!("found '{}', expected: ',', or identifier", token.text())),
            }
        }
        // The closing parenthesis was seen already.
        self.next();
        Ok(values.into_iter().collect())
    }

    fn peek(&self) -> Token<'a> {
        Parser { rest: self.rest }.next()
    }

    fn next(&mut self) -> Token<'a> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let symbol = match self.rest.as_bytes() {
            [] => return Token::End,
            [b'=', b'=', ..] | [b'!', b'=', ..] => 2,
            [b'=' | b'!' | b'(' | b')' | b',' | b'<' | b'>', ..] => 1,
            _ => 0,
        };
        let end = match symbol {
            0 => self.rest.find([' ', '\t', '\r', '\n', '=', '!', '(', ')', ',', '<', '>']).unwrap_or(self.rest.len()),
            length => length,
        };
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        if symbol > 0 { Token::Symbol(token) } else { Token::Word(token) }
    }
}

// === impl FieldSelector ===

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
    }
}
