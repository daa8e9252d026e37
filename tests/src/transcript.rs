//! What a scenario sent and what came back, comparable between servers; knows nothing of either server.

use serde_json::Value;
use std::fmt;

/// One request, watch or remark of a scenario.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// What was asked, normalised: `admin POST /api/v1/… `.
    pub asked: String,
    /// What came back, normalised: `{"status": 201, "body": {…}}`, `{"events": […]}` or the remark itself.
    pub answer: Value,
}

/// The steps of one scenario on one server.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Transcript {
    /// In the order in which they were made.
    pub steps: Vec<Step>,
}

/// One place where two transcripts part.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The step, counted from one.
    pub step: usize,
    /// What was asked.
    pub asked: String,
    /// Where in the answer, as a JSON pointer.
    pub pointer: String,
    /// The fake's value; `None` when it has none there.
    pub fake: Option<Value>,
    /// The real server's value; `None` when it has none there.
    pub real: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |value: &Option<Value>| value.as_ref().map_or_else(|| "(absent)".to_owned(), short);
        writeln!(f, "step {}: {}", self.step, self.asked)?;
        writeln!(f, "    at   {}", if self.pointer.is_empty() { "/" } else { &self.pointer })?;
        writeln!(f, "    real {}", show(&self.real))?;
        write!(f, "    fake {}", show(&self.fake))
    }
}

/// The beginning and the end: messages that quote an object say at their end what is wrong with it.
fn short(value: &Value) -> String {
    const MOST: usize = 400;
    let text = value.to_string();
    let ends = (text.char_indices().nth(MOST), text.char_indices().rev().nth(MOST - 1));
    match ends {
        (Some((head, _)), Some((tail, _))) if head < tail => {
            format!("{} … {} ({} bytes)", &text[..head], &text[tail..], text.len())
        }
        _ => text,
    }
}

/// Every place where the fake's transcript differs from the real one's.
pub fn compare(fake: &Transcript, real: &Transcript) -> Vec<Difference> {
    let mut found = Vec::new();
    for at in 0..fake.steps.len().max(real.steps.len()) {
        let (fake, real) = (fake.steps.get(at), real.steps.get(at));
        let asked = real.or(fake).map_or_else(String::new, |step| step.asked.clone());
        let mut here = Here { step: at + 1, asked, found: &mut found };
        if let (Some(fake), Some(real)) = (fake, real)
            && fake.asked != real.asked
        {
            here.push("/asked", Some(&fake.asked.clone().into()), Some(&real.asked.clone().into()));
        }
        here.answers(fake.map(|step| &step.answer), real.map(|step| &step.answer));
    }
    found
}

struct Here<'a> {
    step: usize,
    asked: String,
    found: &'a mut Vec<Difference>,
}

impl Here<'_> {
    fn push(&mut self, pointer: &str, fake: Option<&Value>, real: Option<&Value>) {
        self.found.push(Difference {
            step: self.step,
            asked: self.asked.clone(),
            pointer: pointer.to_owned(),
            fake: fake.cloned(),
            real: real.cloned(),
        });
    }

    /// Answers of different statuses are shown whole: their fields have nothing to do with each other.
    fn answers(&mut self, fake: Option<&Value>, real: Option<&Value>) {
        let status = |answer: Option<&Value>| answer.and_then(|answer| answer.get("status")).cloned();
        if status(fake) == status(real) {
            self.walk(String::new(), fake, real);
        } else {
            self.push("", fake, real);
        }
    }

    fn walk(&mut self, pointer: String, fake: Option<&Value>, real: Option<&Value>) {
        match (fake, real) {
            (Some(Value::Object(fake)), Some(Value::Object(real))) => {
                let mut keys: Vec<&String> = fake.keys().chain(real.keys()).collect();
                keys.sort();
                keys.dedup();
                for key in keys {
                    let escaped = key.replace('~', "~0").replace('/', "~1");
                    self.walk(format!("{pointer}/{escaped}"), fake.get(key), real.get(key));
                }
            }
            (Some(Value::Array(fake)), Some(Value::Array(real))) if fake.len() == real.len() => {
                for (at, (fake, real)) in fake.iter().zip(real).enumerate() {
                    self.walk(format!("{pointer}/{at}"), Some(fake), Some(real));
                }
            }
            (fake, real) if fake == real => {}
            (fake, real) => self.push(&pointer, fake, real),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(answer: Value) -> Transcript {
        Transcript { steps: vec![Step { asked: "admin GET /".into(), answer }] }
    }

    #[test]
    fn equal_transcripts_have_no_difference() {
        let transcript = one(json!({"status": 200, "body": {"a": [1, 2]}}));
        assert_eq!(compare(&transcript, &transcript), []);
    }

    #[test]
    fn a_difference_names_its_step_and_pointer() {
        let found = compare(&one(json!({"body": {"a": 1}})), &one(json!({"body": {"a": 2, "b/c": 3}})));
        let pointers: Vec<_> = found.iter().map(|difference| difference.pointer.as_str()).collect();
        assert_eq!(pointers, ["/body/a", "/body/b~1c"]);
        assert_eq!(found[0].step, 1);
        assert_eq!(found[1].fake, None);
    }

    #[test]
    fn a_missing_step_is_a_difference() {
        assert_eq!(compare(&Transcript::default(), &one(json!(1))).len(), 1);
    }
}
