//! The rules for the schema of a definition: every node, its defaults, and what this server does not do.
use serde_json::Value;

use super::extensions::check_extensions;
use crate::schema::custom::formats;
use crate::schema::custom::props::{Additional, Props};
use crate::schema::custom::validate;
use crate::schema::custom::{cel, prune, structural};
use crate::schema::place::Place;
use crate::schema::refusal::Cause;

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

const AT_ROOT_WITH_STATUS: [&str; 22] = [
    "description",
    "type",
    "format",
    "title",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "multipleOf",
    "required",
    "items",
    "properties",
    "externalDocs",
    "example",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
];

pub(super) fn check_schema(schema: &Value, has_status: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let root = Props::parse(schema);
    if has_status {
        let name = at.to_string();
        for key in &root.set {
            if *key == "type" && root.of != "object" {
                causes.push(Cause::invalid(
                    format!("{name}.type"),
                    &root.of.as_str().into(),
                    "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled",
                ));
                break;
            }
            if !AT_ROOT_WITH_STATUS.contains(key) {
                causes.push(Cause::invalid(
                    at,
                    schema,
                    "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are allowed at the root of the schema if the status subresource is enabled",
                ));
                break;
            }
        }
    }
    if root.nullable {
        causes.push(Cause::forbidden(&at.child("nullable"), "nullable cannot be true at the root"));
    }
    let before = causes.len();
    causes.extend(structural::check(&root, at));
    if causes.len() == before {
        check_defaults(&root, false, at, causes);
    }
    check_node(&root, Context { root: true, in_meta: false, old: true, no_default: None }, at, causes);
}

/// Defaults must be valid themselves and have no unknown fields.
fn check_defaults(props: &Props, in_meta: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if let Some(default) = props.default.as_ref().filter(|_| !in_meta) {
        let place = at.child("default");
        let mut pruned = default.clone();
        prune::prune_inner(&mut pruned, props);
        if pruned != *default {
            causes.push(Cause::invalid(&place, default, "must not have unknown fields"));
        }
        validate::check(props, default, None, &place.to_string(), causes);
    }
    if let Some(items) = &props.items {
        check_defaults(items, in_meta, &at.child("items"), causes);
    }
    for (name, below) in &props.properties {
        let place = at.child("properties");
        let meta = props.embedded && matches!(name.as_str(), "metadata" | "apiVersion" | "kind");
        check_defaults(below, in_meta || meta, &place.key(name), causes);
    }
}

#[derive(Clone, Copy)]
struct Context<'a> {
    root: bool,
    in_meta: bool,
    /// Whether it can be told what a value was before a change.
    old: bool,
    /// Why defaults are not allowed here.
    no_default: Option<&'a str>,
}

fn check_node(props: &Props, context: Context<'_>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if !props.of.is_empty() && !TYPES.contains(&props.of.as_str()) {
        causes.push(Cause::not_supported(&at.child("type"), &props.of.as_str().into(), &TYPES));
    }
    if let (Some(_), Some(reason)) = (&props.default, context.no_default) {
        causes.push(Cause::forbidden(&at.child("default"), &format!("must not be set {reason}")));
    }
    for (key, detail) in [
        ("id", "id is not supported"),
        ("additionalItems", "additionalItems is not supported"),
        ("patternProperties", "patternProperties is not supported"),
        ("definitions", "definitions is not supported"),
        ("dependencies", "dependencies is not supported"),
        ("$ref", "$ref is not supported"),
    ] {
        if props.has(key) {
            causes.push(Cause::forbidden(&at.child(key), detail));
        }
    }
    if props.of == "null" {
        causes.push(Cause::forbidden(&at.child("type"), "type cannot be set to null, use nullable as an alternative"));
    }
    if props.has("items[]") {
        causes.push(Cause::forbidden(&at.child("items"), "items must be a schema object and not an array"));
    }
    if context.in_meta && props.embedded {
        causes.push(Cause::forbidden(
            &at.child("x-kubernetes-embedded-resource"),
            "must not be used inside of resource meta",
        ));
    }
    if props.unique_items {
        causes.push(Cause::forbidden(
            &at.child("uniqueItems"),
            "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
        ));
    }
    cel::check(props, context.root, context.old, &at.child("x-kubernetes-validations").to_string(), causes);
    check_limits(props, at, causes);
    check_below(props, context, at, causes);
    check_extensions(props, at, causes);
}

/// What this server does not do, and therefore does not accept.
fn check_limits(props: &Props, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let format = formats::normalized(&props.format);
    if matches!(props.of.as_str(), "" | "string") && formats::UNCHECKED.contains(&format.as_str()) {
        causes.push(Cause::forbidden(
            &at.child("format"),
            &format!(
                "fake-cluster does not check the format {format}; leave it out, or run this on a real control plane"
            ),
        ));
    }
}

fn check_below(props: &Props, context: Context<'_>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let old = context.old && props.map_type.as_deref() != Some("atomic");
    let context = Context { old, ..context };
    if let Some(additional) = &props.additional {
        if !props.properties.is_empty() && !matches!(additional, Additional::Any(true)) {
            causes.push(Cause::forbidden(
                &at.child("additionalProperties"),
                "additionalProperties and properties are mutual exclusive",
            ));
        }
        if let Additional::Of(below) = additional {
            let no_default = if context.in_meta {
                Some("inside additionalProperties applying to object metadata")
            } else {
                context.no_default
            };
            let context = Context { root: false, no_default, ..context };
            check_node(below, context, &at.child("additionalProperties"), causes);
        }
    }
    for (name, below) in &props.properties {
        let is_meta = matches!(name.as_str(), "metadata" | "kind" | "apiVersion");
        let mut inner = Context { root: false, ..context };
        let reason;
        if (context.root || props.embedded) && is_meta {
            inner.in_meta = true;
            if context.root {
                reason = format!("in top-level {name}");
                inner.no_default = Some(&reason);
            }
            let place = at.child("properties");
            check_node(below, inner, &place.key(name), causes);
            continue;
        }
        let place = at.child("properties");
        check_node(below, inner, &place.key(name), causes);
    }
    let inner = Context { root: false, old: false, ..context };
    if let Some(part) = &props.not {
        check_node(part, inner, &at.child("not"), causes);
    }
    for (key, parts) in [("allOf", &props.all_of), ("oneOf", &props.one_of), ("anyOf", &props.any_of)] {
        for (index, part) in parts.iter().enumerate() {
            let place = at.child(key);
            check_node(part, inner, &place.index(index), causes);
        }
    }
    if let Some(items) = &props.items {
        let old = context.old && props.list_type.as_deref() == Some("map");
        check_node(items, Context { old, ..inner }, &at.child("items"), causes);
    }
}
