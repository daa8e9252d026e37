//! The conditions under which a schema is structural. Knows only schemas.
use std::collections::BTreeMap;

use crate::schema::custom::props::{Additional, Props};
use crate::schema::place::Place;
use crate::schema::refusal::Cause;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Item,
    Field,
}

/// Everything that keeps `root` from being structural, in the order of the real server.
pub(crate) fn check(root: &Props, at: &Place<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    invariants(root, Level::Root, at, &mut causes);
    complete(root, Some(root), at, at, &mut causes);
    causes.sort_by_key(ToString::to_string);
    causes
}

/// `anyOf: [{type: integer}, {type: string}]` and nothing else.
fn is_int_or_string_choice(any_of: &[Props]) -> bool {
    let only = |props: &Props, of: &str| props.of == of && props.set == ["type"];
    matches!(any_of, [first, second] if only(first, "integer") && only(second, "string"))
}

fn invariants(props: &Props, level: Level, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if props.of == "array" && props.items.is_none() {
        causes.push(Cause::required(&at.child("items"), "must be specified"));
    }
    if let Some(items) = &props.items {
        invariants(items, Level::Item, &at.child("items"), causes);
    }
    for (name, below) in &props.properties {
        invariants(below, Level::Field, &at.child("properties").key(name), causes);
    }
    if let Some(additional) = &props.additional {
        if level == Level::Root {
            causes.push(Cause::forbidden(&at.child("additionalProperties"), "must not be used at the root"));
        }
        if let Additional::Of(below) = additional {
            invariants(below, Level::Field, &at.child("additionalProperties"), causes);
        }
    }
    if props.int_or_string && props.keeps_unknown() {
        causes.push(Cause::invalid(
            &at.child("x-kubernetes-preserve-unknown-fields"),
            &true.into(),
            "must be false if x-kubernetes-int-or-string is true",
        ));
    }
    if props.int_or_string && props.embedded {
        causes.push(Cause::invalid(
            &at.child("x-kubernetes-embedded-resource"),
            &true.into(),
            "must be false if x-kubernetes-int-or-string is true",
        ));
    }
    let skip_any_of = is_int_or_string_choice(&props.any_of);
    let skip_first = props.all_of.first().is_some_and(|first| is_int_or_string_choice(&first.any_of));
    values(props, skip_any_of, skip_first, at, causes);
    types(props, level, at, causes);
    let is_resource = level == Level::Root || props.embedded;
    if is_resource {
        for name in ["kind", "apiVersion"] {
            if let Some(below) = props.properties.get(name).filter(|below| below.of != "string") {
                let place = at.child("properties");
                let place = place.key(name);
                causes.push(Cause::invalid(&place.child("type"), &below.of.as_str().into(), "must be string"));
            }
        }
    }
    if let Some(metadata) = props.properties.get("metadata") {
        let place = at.child("properties");
        let place = place.key("metadata");
        if is_resource && metadata.of != "object" {
            causes.push(Cause::invalid(&place.child("type"), &metadata.of.as_str().into(), "must be object"));
        }
        if level == Level::Root && !is_plain_metadata(metadata) {
            causes.push(Cause::forbidden(
                &place,
                "must not specify anything other than name and generateName, but metadata is implicitly specified",
            ));
        }
    }
    if props.embedded && !props.keeps_unknown() && props.properties.is_empty() {
        causes.push(Cause::required(
            &at.child("properties"),
            "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
        ));
    }
}

fn types(props: &Props, level: Level, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let place = at.child("type");
    if props.embedded && props.of != "object" {
        let detail = "must be object if x-kubernetes-embedded-resource is true";
        if props.of.is_empty() {
            causes.push(Cause::required(&place, detail));
        } else {
            causes.push(Cause::invalid(&place, &props.of.as_str().into(), detail));
        }
    } else if props.of.is_empty() && !props.int_or_string && !props.keeps_unknown() {
        causes.push(Cause::required(
            &place,
            match level {
                Level::Root => "must not be empty at the root",
                Level::Item => "must not be empty for specified array items",
                Level::Field => "must not be empty for specified object fields",
            },
        ));
    }
    if props.embedded && props.additional.is_some() {
        causes.push(Cause::forbidden(
            &at.child("additionalProperties"),
            "must not be used if x-kubernetes-embedded-resource is set",
        ));
    }
    if level == Level::Root && !props.of.is_empty() && props.of != "object" {
        causes.push(Cause::invalid(&place, &props.of.as_str().into(), "must be object at the root"));
    }
}

/// Metadata at the root may restrict the name, nothing else.
fn is_plain_metadata(props: &Props) -> bool {
    let names_only =
        |properties: &BTreeMap<String, Props>| properties.keys().all(|name| name == "name" || name == "generateName");
    props.set.iter().all(|key| matches!(*key, "type" | "default" | "properties")) && names_only(&props.properties)
}

fn values(props: &Props, skip_any_of: bool, skip_first: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if !skip_any_of {
        for (index, part) in props.any_of.iter().enumerate() {
            nested(part, false, &at.child("anyOf").index(index), causes);
        }
    }
    for (index, part) in props.all_of.iter().enumerate() {
        nested(part, skip_first && index == 0, &at.child("allOf").index(index), causes);
    }
    for (index, part) in props.one_of.iter().enumerate() {
        nested(part, false, &at.child("oneOf").index(index), causes);
    }
    if let Some(part) = &props.not {
        nested(part, false, &at.child("not"), causes);
    }
    if let Some(pattern) = props.pattern.as_ref().filter(|pattern| pattern.regex().is_none()) {
        causes.push(Cause::invalid(
            &at.child("pattern"),
            &pattern.text.as_str().into(),
            "must be a valid regular expression, but isn't",
        ));
    }
}

/// What may not be said inside `allOf`, `anyOf`, `oneOf` and `not`.
fn nested(props: &Props, skip_any_of: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
    values(props, skip_any_of, false, at, causes);
    if let Some(items) = &props.items {
        nested(items, false, &at.child("items"), causes);
    }
    for (name, below) in &props.properties {
        nested(below, false, &at.child("properties").key(name), causes);
    }
    for (key, detail) in [
        ("type", "must be empty to be structural"),
        ("additionalProperties", "must be undefined to be structural"),
        ("default", "must be undefined to be structural"),
        ("title", "must be empty to be structural"),
        ("description", "must be empty to be structural"),
        ("nullable", "must be false to be structural"),
        ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
        ("x-kubernetes-embedded-resource", "must be false to be structural"),
        ("x-kubernetes-int-or-string", "must be false to be structural"),
        ("x-kubernetes-list-map-keys", "must be empty to be structural"),
        ("x-kubernetes-list-type", "must be undefined to be structural"),
        ("x-kubernetes-map-type", "must be undefined to be structural"),
        ("x-kubernetes-validations", "must be empty to be structural"),
    ] {
        let is_set = props.has(key) || (key == "additionalProperties" && props.additional.is_some());
        if is_set {
            causes.push(Cause::forbidden(&at.child(key), detail));
        }
    }
    if props.properties.contains_key("metadata") {
        causes.push(Cause::forbidden(
            &at.child("properties").key("metadata"),
            "must not be specified in a nested context",
        ));
    }
}

/// What is said inside `allOf` and its like must be specified outside of them too.
fn complete(values: &Props, outside: Option<&Props>, outside_at: &Place<'_>, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut visit = |part: &Props, at: &Place<'_>| complete_nested(part, outside, outside_at, at, causes);
    if let Some(part) = &values.not {
        visit(part, &at.child("not"));
    }
    for (name, parts) in [("allOf", &values.all_of), ("anyOf", &values.any_of), ("oneOf", &values.one_of)] {
        for (index, part) in parts.iter().enumerate() {
            visit(part, &at.child(name).index(index));
        }
    }
}

fn complete_nested(
    values: &Props,
    outside: Option<&Props>,
    outside_at: &Place<'_>,
    at: &Place<'_>,
    causes: &mut Vec<Cause>,
) {
    let Some(outside) = outside else {
        causes.push(Cause::required(outside_at, &format!("because it is defined in {at}")));
        return;
    };
    complete(values, Some(outside), outside_at, at, causes);
    if let Some(items) = &values.items {
        complete_nested(items, outside.items.as_deref(), &outside_at.child("items"), &at.child("items"), causes);
    }
    for (name, below) in &values.properties {
        let (there, here) = (outside_at.child("properties"), at.child("properties"));
        complete_nested(below, outside.properties.get(name), &there.key(name), &here.key(name), causes);
    }
}
