//! Everything that can be told to be wrong with a declaration without asking a cluster.

mod data;
mod metadata;
mod pods;
mod rbac;

use serde_json::{Map, Value};

use super::invalid::Problem;
use super::names::Syntax;
use super::place::Place;
use super::prepare;

/// Deeper than this nothing is read.
const MAX_DEPTH: usize = 100;

/// What becomes of entries that are `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    Refused,
    Kept,
}

/// What identifies an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head<'a> {
    pub(super) api_version: &'a str,
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) generated: bool,
    pub(super) namespace: Option<&'a str>,
}

impl Head<'_> {
    fn group(&self) -> &str {
        self.api_version.rsplit_once('/').map_or("", |(group, _)| group)
    }
}

/// What was found: the head when it can be read, and everything that is wrong.
pub(super) struct Checked<'a> {
    pub(super) head: Option<Head<'a>>,
    pub(super) problems: Vec<Problem>,
}

impl Checked<'_> {
    fn refused(message: impl Into<String>) -> Self {
        Self { head: None, problems: vec![Problem::new("", message)] }
    }
}

pub(super) fn check(body: &Value, nulls: Nulls) -> Checked<'_> {
    let Value::Object(root) = body else {
        return Checked::refused("must be an object with apiVersion, kind and metadata");
    };
    if deeper_than(body, MAX_DEPTH) {
        return Checked::refused(format!("is nested deeper than {MAX_DEPTH} levels"));
    }
    let mut findings = Findings { nulls, problems: Vec::new() };
    let head = findings.head(root);
    if let Some(head) = &head {
        findings.content(root, head);
    }
    if nulls == Nulls::Refused {
        for (key, value) in root.iter().filter(|(key, value)| !prepare::dropped(root, key, value)) {
            findings.nulls(&Place::ROOT.key(key), key, value);
        }
    }
    Checked { head, problems: findings.problems }
}

/// Collects what is wrong.
struct Findings {
    nulls: Nulls,
    problems: Vec<Problem>,
}

impl Findings {
    fn add(&mut self, place: &Place<'_>, message: impl Into<String>) {
        self.problems.push(Problem::new(place.to_string(), message));
    }

    /// A non-empty string that must be there.
    fn text<'a>(&mut self, map: &'a Map<String, Value>, place: &Place<'_>, key: &str) -> Option<&'a str> {
        let place = place.key(key);
        match map.get(key) {
            None => self.add(&place, "is missing"),
            Some(Value::String(text)) if text.is_empty() => self.add(&place, "must not be empty"),
            Some(Value::String(text)) => return Some(text),
            Some(other) => self.wrong(&place, "a string", other),
        }
        None
    }

    /// Something of a type where another is needed. A `null` is said once, by whoever looks for those.
    fn wrong(&mut self, place: &Place<'_>, needed: &str, found: &Value) {
        let hint = match found {
            Value::Null if self.nulls == Nulls::Refused => return,
            Value::Number(_) | Value::Bool(_) if needed == "a string" => "; write it in quotes",
            _ => "",
        };
        self.add(place, format!("must be {needed}, not {}{hint}", type_of(found)));
    }

    /// The map that is there, if any.
    fn map<'a>(&mut self, value: Option<&'a Value>, place: &Place<'_>) -> Option<&'a Map<String, Value>> {
        match value? {
            Value::Object(map) => Some(map),
            other => {
                self.wrong(place, "an object", other);
                None
            }
        }
    }

    /// The items of the list that is there, if any.
    fn list<'a>(&mut self, value: Option<&'a Value>, place: &Place<'_>) -> &'a [Value] {
        match value {
            None => &[],
            Some(Value::Array(items)) => items,
            Some(other) => {
                self.wrong(place, "a list", other);
                &[]
            }
        }
    }

    fn head<'a>(&mut self, root: &'a Map<String, Value>) -> Option<Head<'a>> {
        let api_version = self.text(root, &Place::ROOT, "apiVersion");
        let kind = self.text(root, &Place::ROOT, "kind");
        if api_version.is_some_and(|text| !is_api_version(text)) {
            self.add(
                &Place::ROOT.key("apiVersion"),
                "must be a version such as v1, or a group and a version such as apps/v1",
            );
        }
        if kind.is_some_and(|text| !text.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            self.add(&Place::ROOT.key("kind"), "must be letters and digits");
        }
        let place = Place::ROOT.key("metadata");
        if !root.contains_key("metadata") {
            self.add(&place, "is missing");
        }
        let metadata = self.map(root.get("metadata"), &place)?;
        let group = api_version.and_then(|text| text.rsplit_once('/')).map_or("", |(group, _)| group);
        let syntax = Syntax::of(group, kind.unwrap_or_default());
        let name = self.name(metadata, &place, syntax);
        let namespace = self.metadata(metadata, &place);
        let ((name, generated), api_version, kind) = (name?, api_version?, kind?);
        Some(Head { api_version, kind, name, generated, namespace })
    }

    /// What is particular to kinds that are known everywhere.
    fn content(&mut self, root: &Map<String, Value>, head: &Head<'_>) {
        match (head.group(), head.kind) {
            ("", "Secret") => self.secret(root),
            ("", "ConfigMap") => self.config_map(root),
            ("", "Service") => self.service(root),
            ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => self.role(root),
            ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => self.binding(root),
            _ => self.pods(root, head),
        }
    }

    fn nulls(&mut self, place: &Place<'_>, key: &str, value: &Value) {
        match value {
            Value::Null if prepare::harmless_null(key, value) => {}
            Value::Null => self.add(place, "is null; write what is meant, or leave it out"),
            Value::Object(map) => {
                for (key, value) in map {
                    self.nulls(&place.key(key), key, value);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate().filter(|(_, item)| !item.is_null()) {
                    self.nulls(&place.index(index), "", item);
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn is_api_version(text: &str) -> bool {
    let (group, version) = text.split_once('/').map_or((None, text), |(group, version)| (Some(group), version));
    group.is_none_or(super::names::subdomain) && super::names::label(version)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Looks no deeper than it must, so that no input can exhaust the stack.
fn deeper_than(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(_) | Value::Object(_) if depth == 0 => true,
        Value::Array(items) => items.iter().any(|item| deeper_than(item, depth - 1)),
        Value::Object(map) => map.values().any(|item| deeper_than(item, depth - 1)),
        _ => false,
    }
}
