//! Reading numbers, words and conditions from objects of any shape: what is not as expected is not there.

use std::borrow::Cow;

use serde_json::Value;

/// An integer, be it written as a number or, as some controllers do, as text.
pub(super) fn integer(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// An integer at a JSON pointer, or this one.
pub(super) fn integer_at(object: &Value, pointer: &str, otherwise: i64) -> i64 {
    integer(object.pointer(pointer)).unwrap_or(otherwise)
}

/// A word at a JSON pointer; empty when there is none.
pub(super) fn text_at<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The words of a list.
pub(super) fn strings<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = &'a str> {
    list(value.get(member)).filter_map(Value::as_str)
}

/// The items of a list; none if it is no list.
pub(super) fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// One of an object's conditions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a>(&'a Value);

/// The first condition of this type.
pub(super) fn condition<'a>(object: &'a Value, name: &str) -> Option<Found<'a>> {
    let mut conditions = list(object.pointer("/status/conditions"));
    conditions.find(|condition| condition.get("type").and_then(Value::as_str) == Some(name)).map(Found)
}

impl<'a> Found<'a> {
    fn text(self, member: &str) -> &'a str {
        self.0.get(member).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether its status is this.
    pub(super) fn is(self, status: &str) -> bool {
        self.text("status") == status
    }

    pub(super) fn reason(self) -> &'a str {
        self.text("reason")
    }

    pub(super) fn reason_or(self, otherwise: &str) -> Cow<'static, str> {
        let reason = self.reason();
        Cow::Owned(if reason.is_empty() { otherwise } else { reason }.to_owned())
    }

    /// What it says, in words.
    pub(super) fn message(self) -> String {
        let (message, reason) = (self.text("message"), self.reason());
        let name = self.text("type");
        match (message, reason) {
            ("", "") => format!("{name} is {}", self.text("status")),
            ("", reason) => format!("{name} is {}: {reason}", self.text("status")),
            (message, _) => message.into(),
        }
    }
}
