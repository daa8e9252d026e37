//! Conditions as most kinds have them in their status. Knows no kinds.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

/// Checks a list of conditions.
pub(crate) fn check(conditions: &[Value], at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, condition) in conditions.iter().enumerate() {
        let kind = condition.text("type");
        if first.contains_key(kind) {
            causes.duplicate(&at.index(index).child("type"), kind);
        } else {
            first.insert(kind, index);
        }
        one(condition, &at.index(index), causes);
    }
}

fn one(condition: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let kind = condition.text("type");
    causes.wrong(&at.child("type"), kind, names::qualified(kind));
    let status = condition.text("status");
    if !matches!(status, "True" | "False" | "Unknown") {
        causes.not_supported(&at.child("status"), status, &["False", "True", "Unknown"]);
    }
    if condition.int("observedGeneration") < 0 {
        let given = condition.int("observedGeneration");
        causes.invalid(&at.child("observedGeneration"), given, "must be greater than or equal to zero");
    }
    if condition.sub("lastTransitionTime").is_none() {
        causes.required(&at.child("lastTransitionTime"), "");
    }
    let reason = condition.text("reason");
    if reason.len() > 1024 {
        causes.too_long(&at.child("reason"), 1024);
    } else if reason.is_empty() {
        causes.required(&at.child("reason"), "");
    } else if let Some(why) = malformed_reason(reason) {
        causes.invalid(&at.child("reason"), reason, &why);
    }
    if condition.text("message").len() > 32 * 1024 {
        causes.too_long(&at.child("message"), 32 * 1024);
    }
}

fn malformed_reason(reason: &str) -> Option<String> {
    const FORM: &str = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
    let fits = reason.starts_with(|first: char| first.is_ascii_alphabetic())
        && reason.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b',' | b':'))
        && reason.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '_');
    (!fits).then(|| {
        format!(
            "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '{FORM}')"
        )
    })
}
