//! Takes out of an answer what no two servers share (uids, times, resource versions, random names); knows
//! nothing of requests.

use serde_json::{Map, Value};
use std::collections::HashMap;

/// Names for the values that differ between servers, in the order in which one transcript meets them.
///
/// Equal values get equal names, so that "the resource version did not change" and "the uid is a new one" stay
/// visible after normalising.
#[derive(Debug, Default)]
pub struct Normal {
    versions: HashMap<String, String>,
    uids: HashMap<String, String>,
    generated: Vec<(String, String)>,
}

impl Normal {
    /// The answer without what differs between servers.
    pub fn value(&mut self, value: &Value) -> Value {
        self.meet(value);
        self.walk(value)
    }

    /// The same for text that is no JSON, such as a path.
    pub fn text(&mut self, text: &str) -> String {
        let text = self.names(text);
        let text = replace_times(&replace_uuids(&text, &mut self.uids));
        let text = replace_continue(&text);
        if text.contains("esource version") || text.contains("esourceVersion") {
            return replace_numbers(&text, &self.versions);
        }
        text
    }

    /// Learns the names that a server made from `generateName`.
    fn meet(&mut self, value: &Value) {
        match value {
            Value::Object(map) => {
                if let (Some(prefix), Some(name)) =
                    (map.get("generateName").and_then(Value::as_str), map.get("name").and_then(Value::as_str))
                    && name.len() > prefix.len()
                    && name.starts_with(prefix)
                    && !self.generated.iter().any(|(known, _)| known == name)
                {
                    let label = format!("{prefix}<generated{}>", self.generated.len() + 1);
                    self.generated.push((name.to_owned(), label));
                }
                map.values().for_each(|value| self.meet(value));
            }
            Value::Array(items) => items.iter().for_each(|value| self.meet(value)),
            _ => {}
        }
    }

    fn walk(&mut self, value: &Value) -> Value {
        match value {
            Value::Object(map) => self.object(map),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.walk(item)).collect()),
            Value::String(text) if is_recent_time(text) => "<time>".into(),
            Value::String(text) => self.text(text).into(),
            other => other.clone(),
        }
    }

    fn object(&mut self, map: &Map<String, Value>) -> Value {
        let is_list = ["items", "rows"].iter().any(|of| map.get(*of).is_some_and(Value::is_array));
        let mut out = Map::new();
        for (key, value) in map {
            let value = match (key.as_str(), value) {
                ("metadata", Value::Object(metadata)) => self.metadata(metadata, is_list),
                ("clusterIP", Value::String(ip)) if ip.starts_with("10.0.") => "<ip>".into(),
                ("clusterIPs", Value::Array(ips))
                    if ips.iter().any(|ip| ip.as_str().is_some_and(|ip| ip != "None")) =>
                {
                    "<ips>".into()
                }
                ("nodePort", Value::Number(_)) => "<port>".into(),
                ("cells", Value::Array(cells)) => cells.iter().map(|cell| self.cell(cell)).collect(),
                ("causes", Value::Array(causes)) => self.causes(causes),
                // Recorded by itself, under its pointer.
                ("/metadata/managedFields", Value::Array(entries)) => self.managers(entries),
                _ => self.walk(value),
            };
            out.insert(self.text(key), value);
        }
        in_order(&mut out);
        Value::Object(out)
    }

    fn metadata(&mut self, metadata: &Map<String, Value>, of_list: bool) -> Value {
        let mut out = Map::new();
        for (key, value) in metadata {
            let value = match (key.as_str(), value) {
                // A list's version is the whole server's, which other tests move as well.
                ("resourceVersion", Value::String(_)) if of_list => "<version>".into(),
                ("resourceVersion", Value::String(version)) if !version.is_empty() && version != "0" => {
                    named("version", version, &mut self.versions).into()
                }
                ("continue", Value::String(token)) if !token.is_empty() => "<continue>".into(),
                ("managedFields", Value::Array(entries)) => self.managers(entries),
                _ => self.walk(value),
            };
            out.insert(key.clone(), value);
        }
        Value::Object(out)
    }

    /// A cell of a table: ages of seconds and addresses out of the cluster's range differ.
    fn cell(&mut self, cell: &Value) -> Value {
        let is_young = |text: &str| text.strip_suffix('s').is_some_and(|n| n.len() < 3 && n.parse::<u8>().is_ok());
        match cell {
            Value::String(text) if is_young(text) => "<age>".into(),
            Value::String(text) if text.starts_with("10.0.") => "<ip>".into(),
            other => self.walk(other),
        }
    }

    /// The real server names the managers of a conflict in no certain order.
    fn causes(&mut self, causes: &[Value]) -> Value {
        let mut causes: Vec<Value> = causes.iter().map(|cause| self.walk(cause)).collect();
        if causes.iter().all(|cause| cause["reason"] == "FieldManagerConflict") {
            causes.sort_by_cached_key(ToString::to_string);
        }
        Value::Array(causes)
    }

    /// Managers are ordered by time among others, and times are whole seconds: order them by what is sure.
    fn managers(&mut self, entries: &[Value]) -> Value {
        let mut entries: Vec<Value> = entries.iter().map(|entry| self.walk(entry)).collect();
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        entries.sort_by_cached_key(|entry| {
            ["operation", "manager", "apiVersion", "subresource"].map(|key| text(entry, key))
        });
        Value::Array(entries)
    }

    fn names(&self, text: &str) -> String {
        self.generated.iter().fold(text.to_owned(), |text, (name, label)| text.replace(name, label))
    }
}

fn named(kind: &str, value: &str, known: &mut HashMap<String, String>) -> String {
    let next = known.len() + 1;
    known.entry(value.to_owned()).or_insert_with(|| format!("<{kind}{next}>")).clone()
}

/// The real server goes through the members of a custom resource in no certain order, and names what is wrong as it meets it.
fn in_order(status: &mut Map<String, Value>) {
    let is_custom = status
        .get("details")
        .and_then(|details| details["group"].as_str())
        .is_some_and(|group| group.ends_with(".example.com"));
    let Some(Value::Array(causes)) = status.get_mut("details").and_then(|details| details.get_mut("causes")) else {
        return;
    };
    if !is_custom || causes.len() < 2 {
        return;
    }
    causes.sort_by_cached_key(ToString::to_string);
    let text = |cause: &Value, key: &str| cause[key].as_str().unwrap_or_default().to_owned();
    let mut spelled: Vec<String> =
        causes.iter().map(|cause| format!("{}: {}", text(cause, "field"), text(cause, "message"))).collect();
    spelled.dedup();
    if let Some(Value::String(message)) = status.get_mut("message")
        && let Some((head, _)) = message.split_once(" is invalid: [")
    {
        *message = format!("{head} is invalid: [{}]", spelled.join(", "));
    }
}

/// Within a day of now: a time that a test writes itself should be further away.
fn is_recent_time(text: &str) -> bool {
    text.len() >= 20
        && text.parse::<jiff::Timestamp>().is_ok_and(|time| {
            let distance = jiff::Timestamp::now().duration_since(time).unsigned_abs();
            distance < std::time::Duration::from_secs(24 * 3600)
        })
}

fn replace_uuids(text: &str, known: &mut HashMap<String, String>) -> String {
    const LENGTH: usize = 36;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match rest.get(..LENGTH) {
            Some(candidate) if is_uuid(candidate) => {
                out.push_str(&named("uid", candidate, known));
                rest = &rest[LENGTH..];
            }
            _ => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out
}

/// Continue tokens are opaque.
fn replace_continue(text: &str) -> String {
    const PARAMETER: &str = "continue=";
    match text.split_once(PARAMETER) {
        Some((before, after)) if after.len() > 20 => {
            let rest = after.find('&').map_or("", |end| &after[end..]);
            format!("{before}{PARAMETER}<token>{rest}")
        }
        _ => text.to_owned(),
    }
}

/// Times of now within a text, such as those of a conflict's message.
fn replace_times(text: &str) -> String {
    const LENGTH: usize = "2001-02-03T04:05:06Z".len();
    let mut out = text.to_owned();
    let found = text.match_indices('Z').filter_map(|(end, _)| text.get((end + 1).checked_sub(LENGTH)?..=end));
    for time in found.filter(|time| is_recent_time(time)) {
        out = out.replace(time, "<time>");
    }
    out
}

fn is_uuid(text: &str) -> bool {
    text.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
    })
}

/// Numbers in a text about resource versions are resource versions.
fn replace_numbers(text: &str, known: &HashMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut number = String::new();
    for char in text.chars().chain(['\0']) {
        if char.is_ascii_digit() {
            number.push(char);
            continue;
        }
        if !number.is_empty() {
            let small = number.len() == 1;
            let label = known.get(&number).map_or("<version>", String::as_str);
            out.push_str(if small { &number } else { label });
            number.clear();
        }
        if char != '\0' {
            out.push(char);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn equal_versions_keep_equal_names() {
        let mut normal = Normal::default();
        let object = |version: &str| json!({"metadata": {"resourceVersion": version}});
        assert_eq!(normal.value(&object("7"))["metadata"]["resourceVersion"], "<version1>");
        assert_eq!(normal.value(&object("9"))["metadata"]["resourceVersion"], "<version2>");
        assert_eq!(normal.value(&object("7"))["metadata"]["resourceVersion"], "<version1>");
    }

    #[test]
    fn generated_names_are_replaced_everywhere_after_they_are_met() {
        let mut normal = Normal::default();
        let made = normal.value(&json!({"metadata": {"generateName": "a-", "name": "a-x7k2p"}}));
        assert_eq!(made["metadata"]["name"], "a-<generated1>");
        assert_eq!(normal.text("/api/v1/configmaps/a-x7k2p"), "/api/v1/configmaps/a-<generated1>");
    }

    #[test]
    fn young_ages_in_tables_are_hidden() {
        let mut normal = Normal::default();
        let table = |age: &str| json!({"metadata": {"resourceVersion": "7"}, "rows": [{"cells": ["a", age, 3]}]});
        assert_eq!(normal.value(&table("12s")), normal.value(&table("3s")));
        assert_ne!(normal.value(&table("12s")), normal.value(&table("3m")));
    }

    #[test]
    fn managers_are_in_one_order_wherever_they_are_recorded() {
        let mut normal = Normal::default();
        let entries = json!([{"manager": "b", "operation": "Apply"}, {"manager": "a", "operation": "Apply"}]);
        let sorted = json!([{"manager": "a", "operation": "Apply"}, {"manager": "b", "operation": "Apply"}]);
        assert_eq!(normal.value(&json!({"/metadata/managedFields": entries}))["/metadata/managedFields"], sorted);
        assert_eq!(normal.value(&json!({"metadata": {"managedFields": entries}}))["metadata"]["managedFields"], sorted);
    }

    #[test]
    fn times_of_now_are_hidden_and_times_of_the_test_are_kept() {
        let mut normal = Normal::default();
        let now = jiff::Timestamp::now().to_string();
        let value = normal.value(&json!({"now": now, "then": "2001-02-03T04:05:06Z"}));
        assert_eq!(value, json!({"now": "<time>", "then": "2001-02-03T04:05:06Z"}));
    }
}
