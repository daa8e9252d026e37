//! Collects what is wrong with an object. Knows no kinds.
use serde_json::Value;

use crate::schema::place::Place;
use crate::schema::refusal::Cause;

/// The kinds of fault the real server tells apart.
pub(crate) trait Report {
    fn required(&mut self, at: &Place<'_>, detail: &str);
    fn invalid(&mut self, at: &Place<'_>, value: impl Into<Value>, detail: &str);
    /// As [`Report::invalid`], with the value as it is to be printed.
    fn invalid_as(&mut self, at: &Place<'_>, shown: &str, detail: &str);
    fn forbidden(&mut self, at: &Place<'_>, detail: &str);
    fn duplicate(&mut self, at: &Place<'_>, value: impl Into<Value>);
    fn not_found(&mut self, at: &Place<'_>, value: &str);
    fn not_supported(&mut self, at: &Place<'_>, value: impl Into<Value>, allowed: &[&str]);
    fn too_long(&mut self, at: &Place<'_>, limit: usize);
    fn too_many(&mut self, at: &Place<'_>, count: usize, limit: usize);

    /// One fault for each message.
    fn wrong(&mut self, at: &Place<'_>, value: &str, messages: impl IntoIterator<Item = String>) {
        for message in messages {
            self.invalid(at, value, &message);
        }
    }

    /// A number that is set may not be negative.
    fn nonnegative(&mut self, at: &Place<'_>, value: Option<i64>) {
        if let Some(value) = value.filter(|value| *value < 0) {
            self.invalid(at, value, "must be greater than or equal to 0");
        }
    }

    /// A text must be one of `allowed`, and may not be empty.
    fn one_of(&mut self, at: &Place<'_>, value: &str, allowed: &[&str]) {
        if value.is_empty() {
            self.required(at, "");
        } else {
            self.any_of(at, value, allowed);
        }
    }

    /// A text must be one of `allowed`.
    fn any_of(&mut self, at: &Place<'_>, value: &str, allowed: &[&str]) {
        if !allowed.contains(&value) {
            self.not_supported(at, value, allowed);
        }
    }
}

impl Report for Vec<Cause> {
    fn required(&mut self, at: &Place<'_>, detail: &str) {
        self.push(Cause::required(at, detail));
    }

    fn invalid(&mut self, at: &Place<'_>, value: impl Into<Value>, detail: &str) {
        self.push(Cause::invalid(at, &value.into(), detail));
    }

    fn invalid_as(&mut self, at: &Place<'_>, shown: &str, detail: &str) {
        self.push(Cause::invalid_as(at, shown, detail));
    }

    fn forbidden(&mut self, at: &Place<'_>, detail: &str) {
        self.push(Cause::forbidden(at, detail));
    }

    fn duplicate(&mut self, at: &Place<'_>, value: impl Into<Value>) {
        self.push(Cause::duplicate(at, &value.into()));
    }

    fn not_found(&mut self, at: &Place<'_>, value: &str) {
        self.push(Cause::not_found(at, &Value::from(value)));
    }

    fn not_supported(&mut self, at: &Place<'_>, value: impl Into<Value>, allowed: &[&str]) {
        self.push(Cause::not_supported(at, &value.into(), allowed));
    }

    fn too_long(&mut self, at: &Place<'_>, limit: usize) {
        self.push(Cause::too_long(at, limit));
    }

    fn too_many(&mut self, at: &Place<'_>, count: usize, limit: usize) {
        let number = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
        self.push(Cause::too_many(at, number(count), number(limit)));
    }
}
