//! `JSONSchemaProps`: one node of a definition's schema, read once.
use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

use crate::schema::custom::cel::Rule;
use crate::schema::custom::pattern;

/// One node. What is absent is empty.
#[derive(Debug, Default)]
pub(crate) struct Props {
    pub(crate) of: String,
    pub(crate) format: String,
    pub(crate) nullable: bool,
    pub(crate) default: Option<Value>,
    pub(crate) allowed: Vec<Value>,
    pub(crate) maximum: Option<f64>,
    pub(crate) minimum: Option<f64>,
    pub(crate) exclusive_maximum: bool,
    pub(crate) exclusive_minimum: bool,
    pub(crate) multiple_of: Option<f64>,
    pub(crate) max_length: Option<i64>,
    pub(crate) min_length: Option<i64>,
    pub(crate) max_items: Option<i64>,
    pub(crate) min_items: Option<i64>,
    pub(crate) max_properties: Option<i64>,
    pub(crate) min_properties: Option<i64>,
    pub(crate) unique_items: bool,
    pub(crate) pattern: Option<Pattern>,
    pub(crate) required: Vec<String>,
    pub(crate) properties: BTreeMap<String, Props>,
    pub(crate) additional: Option<Additional>,
    pub(crate) items: Option<Box<Props>>,
    pub(crate) all_of: Vec<Props>,
    pub(crate) one_of: Vec<Props>,
    pub(crate) any_of: Vec<Props>,
    pub(crate) not: Option<Box<Props>>,
    /// `Some(false)` is an error, and is reported.
    pub(crate) preserve_unknown: Option<bool>,
    pub(crate) embedded: bool,
    pub(crate) int_or_string: bool,
    pub(crate) list_type: Option<String>,
    pub(crate) list_keys: Vec<String>,
    pub(crate) map_type: Option<String>,
    /// CEL rules.
    pub(crate) rules: Vec<Rule>,
    /// The names of all keys that are set.
    pub(crate) set: Vec<&'static str>,
}

/// `additionalProperties`.
#[derive(Debug)]
pub(crate) enum Additional {
    Any(bool),
    Of(Box<Props>),
}

/// A regular expression, compiled when it is first used.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// `None` when it is no regular expression.
    pub(crate) fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| pattern::compile(&self.text).ok()).as_ref()
    }
}

/// The keys of a node, as they are written.
const KEYS: [&str; 45] = [
    "$ref",
    "$schema",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "definitions",
    "dependencies",
    "description",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "id",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "patternProperties",
    "properties",
    "required",
    "title",
    "type",
    "uniqueItems",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
    "items[]",
];

impl Props {
    /// Reads a node; what is not of the expected type counts as absent, the decoder has refused it before.
    pub(crate) fn parse(value: &Value) -> Self {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let flag = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or(false);
        let number = |key: &str| value.get(key).and_then(Value::as_f64);
        let count = |key: &str| value.get(key).and_then(Value::as_i64);
        let list = |key: &str| value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let texts = |key: &str| list(key).iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let nodes = |key: &str| list(key).iter().map(Self::parse).collect();
        let node = |key: &str| value.get(key).filter(|node| node.is_object()).map(|node| Box::new(Self::parse(node)));
        let properties = value
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, node)| (name.clone(), Self::parse(node)))
            .collect();
        let additional = value.get("additionalProperties").and_then(|value| match value {
            Value::Bool(any) => Some(Additional::Any(*any)),
            Value::Object(_) => Some(Additional::Of(Box::new(Self::parse(value)))),
            _ => None,
        });
        let mut set: Vec<&'static str> = KEYS
            .iter()
            .copied()
            // A reference is told from none even when it is empty.
            .filter(|key| is_set(value.get(key)) || (*key == "$ref" && value.get(key).is_some_and(Value::is_string)))
            .collect();
        if value.get("items").is_some_and(Value::is_array) {
            set.push("items[]");
        }
        Self {
            of: text("type").unwrap_or_default(),
            format: text("format").unwrap_or_default(),
            nullable: flag("nullable"),
            default: value.get("default").filter(|default| !default.is_null()).cloned(),
            allowed: list("enum").to_vec(),
            maximum: number("maximum"),
            minimum: number("minimum"),
            exclusive_maximum: flag("exclusiveMaximum"),
            exclusive_minimum: flag("exclusiveMinimum"),
            multiple_of: number("multipleOf"),
            max_length: count("maxLength"),
            min_length: count("minLength"),
            max_items: count("maxItems"),
            min_items: count("minItems"),
            max_properties: count("maxProperties"),
            min_properties: count("minProperties"),
            unique_items: flag("uniqueItems"),
            pattern: text("pattern")
                .filter(|text| !text.is_empty())
                .map(|text| Pattern { text, compiled: OnceLock::new() }),
            required: texts("required"),
            properties,
            additional,
            items: node("items"),
            all_of: nodes("allOf"),
            one_of: nodes("oneOf"),
            any_of: nodes("anyOf"),
            not: node("not"),
            preserve_unknown: value.get("x-kubernetes-preserve-unknown-fields").and_then(Value::as_bool),
            embedded: flag("x-kubernetes-embedded-resource"),
            int_or_string: flag("x-kubernetes-int-or-string"),
            list_type: text("x-kubernetes-list-type"),
            list_keys: texts("x-kubernetes-list-map-keys"),
            map_type: text("x-kubernetes-map-type"),
            rules: list("x-kubernetes-validations").iter().map(Rule::parse).collect(),
            set,
        }
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.set.contains(&key)
    }

    /// Whether unknown fields below are kept.
    pub(crate) fn keeps_unknown(&self) -> bool {
        self.preserve_unknown == Some(true)
    }

    /// The schema of undeclared properties.
    pub(crate) fn additional_props(&self) -> Option<&Self> {
        match &self.additional {
            Some(Additional::Of(props)) => Some(props),
            _ => None,
        }
    }

    /// The nodes directly below, those of value validation included.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Self> {
        self.properties
            .values()
            .chain(self.additional_props())
            .chain(self.items.as_deref())
            .chain(&self.all_of)
            .chain(&self.one_of)
            .chain(&self.any_of)
            .chain(self.not.as_deref())
    }
}

fn is_set(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) | Some(Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(_) | Value::Number(_) | Value::Bool(true)) => true,
    }
}
