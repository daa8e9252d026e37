//! The rules for a `CustomResourceDefinition` itself. Knows nothing of its resources.
//!
//! Not served, and refused with a message that says so: CEL rules (`x-kubernetes-validations`), conversion webhooks, and
//! the string formats listed in [`formats::UNCHECKED`].
use serde_json::Value;

use crate::schema::custom::formats;
use crate::schema::custom::props::{Additional, Props};
use crate::schema::custom::validate;
use crate::schema::custom::{prune, structural};
use crate::schema::meta;
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::refusal::Cause;

/// What was allowed to be wrong before stays allowed: only new definitions meet every rule. Ours are never wrong.
const COLUMN_TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
const COLUMN_FORMATS: [&str; 8] = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];
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

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Checks a new definition.
pub(crate) fn check(definition: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let spec = definition.get("spec").unwrap_or(&Value::Null);
    let required = format!("{}.{}", text(spec.get("names").unwrap_or(&Value::Null), "plural"), text(spec, "group"));
    let rule = |name: &str, prefix: bool| {
        let mut wrong = names::NameRule::Subdomain.check(name, prefix);
        if name != required {
            wrong.push("must be spec.names.plural+\".\"+spec.group".to_owned());
        }
        wrong
    };
    let metadata = definition.get("metadata").unwrap_or(&Value::Null);
    meta::check_with(metadata, false, rule, &Place::new("metadata"), &mut causes);
    check_spec(definition, &mut causes);
    causes
}

/// Checks a changed definition.
pub(crate) fn check_update(new: &Value, old: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let metadata = |definition: &Value| definition.get("metadata").cloned().unwrap_or_default();
    meta::check_update(&metadata(new), &metadata(old), &Place::new("metadata"), &mut causes);
    check_spec(new, &mut causes);
    let field = |definition: &Value, pointer: &str| definition.pointer(pointer).cloned().unwrap_or_default();
    let is_established = list(old.get("status").unwrap_or(&Value::Null), "conditions")
        .iter()
        .any(|condition| text(condition, "type") == "Established" && text(condition, "status") == "True");
    let always = [("/spec/group", "spec.group"), ("/spec/names/plural", "spec.names.plural")];
    let when_established = [("/spec/scope", "spec.scope"), ("/spec/names/kind", "spec.names.kind")];
    let checked = when_established.iter().filter(|_| is_established).chain(&always);
    for (pointer, name) in checked {
        if field(new, pointer) != field(old, pointer) {
            causes.push(Cause::invalid(*name, &field(new, pointer), "field is immutable"));
        }
    }
    causes
}

fn check_spec(definition: &Value, causes: &mut Vec<Cause>) {
    let null = Value::Null;
    let spec = definition.get("spec").unwrap_or(&null);
    let at = Place::new("spec");
    let group = text(spec, "group");
    let wrong = names::subdomain(group);
    if group.is_empty() {
        causes.push(Cause::required(&at.child("group"), ""));
    } else if !wrong.is_empty() {
        causes.push(Cause::invalid(&at.child("group"), &group.into(), &wrong.join(",")));
    } else if !group.contains('.') {
        causes.push(Cause::invalid(&at.child("group"), &group.into(), "should be a domain with at least one dot"));
    }
    match text(spec, "scope") {
        "" => causes.push(Cause::required(&at.child("scope"), "")),
        "Cluster" | "Namespaced" => {}
        other => causes.push(Cause::not_supported(&at.child("scope"), &other.into(), &["Cluster", "Namespaced"])),
    }
    let versions = list(spec, "versions");
    for (index, version) in versions.iter().enumerate() {
        if version.pointer("/schema/openAPIV3Schema").is_none_or(Value::is_null) {
            let place = at.child("versions");
            let place = place.index(index);
            let place = place.child("schema");
            causes.push(Cause::required(&place.child("openAPIV3Schema"), ""));
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    let mut unique = true;
    for (index, version) in versions.iter().enumerate() {
        let name = text(version, "name");
        unique &= !seen.contains(&name);
        seen.push(name);
        let place = at.child("versions");
        let place = place.index(index);
        let wrong = names::label_1035(name);
        if !wrong.is_empty() {
            causes.push(Cause::invalid(&place.child("name"), &name.into(), &wrong.join(",")));
        }
        check_version(version, &place, causes);
    }
    if !unique {
        let shown = Value::Array(versions.to_vec());
        causes.push(Cause::invalid(&at.child("versions"), &shown, "must contain unique version names"));
    }
    if versions.iter().filter(|version| version.get("storage") == Some(&Value::Bool(true))).count() != 1 {
        let shown = Value::Array(versions.to_vec());
        causes.push(Cause::invalid(
            &at.child("versions"),
            &shown,
            "must have exactly one version marked as storage version",
        ));
    }
    check_names(spec.get("names").unwrap_or(&null), &at.child("names"), causes);
    check_conversion(spec, &at, causes);
    check_stored(definition, versions, causes);
    check_approval(definition, group, causes);
    if spec.get("preserveUnknownFields") == Some(&Value::Bool(true)) {
        causes.push(Cause::invalid(
            &at.child("preserveUnknownFields"),
            &true.into(),
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead",
        ));
    }
}

fn check_names(names_of: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for key in ["plural", "singular", "kind", "listKind"] {
        if text(names_of, key).is_empty() {
            causes.push(Cause::required(&at.child(key), ""));
        }
    }
    for key in ["plural", "singular"] {
        let name = text(names_of, key);
        let wrong = names::label_1035(name);
        if !name.is_empty() && !wrong.is_empty() {
            causes.push(Cause::invalid(&at.child(key), &name.into(), &wrong.join(",")));
        }
    }
    for key in ["kind", "listKind"] {
        let name = text(names_of, key);
        let wrong = names::label_1035(&name.to_lowercase());
        if !name.is_empty() && !wrong.is_empty() {
            let detail = format!("may have mixed case, but should otherwise match: {}", wrong.join(","));
            causes.push(Cause::invalid(&at.child(key), &name.into(), &detail));
        }
    }
    let check_each = |key: &str, causes: &mut Vec<Cause>| {
        for (index, name) in list(names_of, key).iter().enumerate() {
            let wrong = names::label_1035(name.as_str().unwrap_or_default());
            if !wrong.is_empty() {
                causes.push(Cause::invalid(&at.child(key).index(index), name, &wrong.join(",")));
            }
        }
    };
    check_each("shortNames", causes);
    let kind = text(names_of, "kind");
    if !kind.is_empty() && kind == text(names_of, "listKind") {
        causes.push(Cause::invalid(&at.child("listKind"), &kind.into(), "kind and listKind may not be the same"));
    }
    check_each("categories", causes);
}

fn check_conversion(spec: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(conversion) = spec.get("conversion").filter(|conversion| !conversion.is_null()) else { return };
    let place = at.child("conversion");
    match text(conversion, "strategy") {
        "" => causes.push(Cause::required(&place.child("strategy"), "")),
        "None" => {
            if conversion.get("webhook").is_some_and(|webhook| !webhook.is_null()) {
                causes.push(Cause::forbidden(
                    &place.child("webhookClientConfig"),
                    "should not be set when strategy is not set to Webhook",
                ));
            }
        }
        "Webhook" => causes.push(Cause::forbidden(
            &place.child("strategy"),
            "fake-cluster does not call conversion webhooks; use None",
        )),
        other => {
            causes.push(Cause::not_supported(&place.child("strategy"), &other.into(), &["None", "Webhook"]));
        }
    }
}

fn check_stored(definition: &Value, versions: &[Value], causes: &mut Vec<Cause>) {
    let null = Value::Null;
    let status = definition.get("status").unwrap_or(&null);
    let stored = list(status, "storedVersions");
    let shown = Value::Array(stored.to_vec());
    if stored.is_empty() {
        causes.push(Cause::invalid("status.storedVersions", &shown, "must have at least one stored version"));
        return;
    }
    for version in versions {
        let is_storage = version.get("storage") == Some(&Value::Bool(true));
        if is_storage && !stored.iter().any(|stored| stored == &version["name"]) {
            let detail = format!("must have the storage version {}", text(version, "name"));
            causes.push(Cause::invalid("status.storedVersions", &shown, &detail));
        }
    }
    for (index, name) in stored.iter().enumerate() {
        if !versions.iter().any(|version| version.get("name") == Some(name)) {
            let name = name.as_str().unwrap_or_default();
            causes.push(Cause::invalid(
                format!("status.storedVersions[{index}]"),
                &name.into(),
                &format!(
                    "missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions"
                ),
            ));
        }
    }
}

/// Groups of the Kubernetes community need an annotation that links to their approval.
fn check_approval(definition: &Value, group: &str, causes: &mut Vec<Cause>) {
    let protected = |domain: &str| group == domain || group.ends_with(&format!(".{domain}"));
    if !protected("k8s.io") && !protected("kubernetes.io") {
        return;
    }
    let annotation = definition
        .pointer("/metadata/annotations")
        .and_then(|annotations| annotations.get("api-approved.kubernetes.io"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let field = "metadata.annotations[api-approved.kubernetes.io]";
    if annotation.is_empty() {
        causes.push(Cause::required(
            field,
            "protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111",
        ));
    } else if !annotation.starts_with("unapproved") && !annotation.contains("://") {
        causes.push(Cause::invalid(
            field,
            &annotation.into(),
            "protected groups must have approval annotation \"api-approved.kubernetes.io\" with either a URL or a reason starting with \"unapproved\", see https://github.com/kubernetes/enhancements/pull/1111",
        ));
    }
}

fn check_version(version: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let null = Value::Null;
    if let Some(warning) = version.get("deprecationWarning").and_then(Value::as_str) {
        let mut wrong: Vec<&str> = Vec::new();
        if version.get("deprecated") != Some(&Value::Bool(true)) {
            wrong.push("can only be set for deprecated versions");
        } else {
            if warning.len() > 256 {
                wrong.push("must be <= 256 characters long");
            }
            if warning.is_empty() {
                wrong.push("must not be an empty string");
            }
        }
        for detail in wrong {
            causes.push(Cause::invalid(&at.child("deprecationWarning"), &warning.into(), detail));
        }
    }
    let subresources = version.get("subresources").unwrap_or(&null);
    let has_status = subresources.get("status").is_some_and(|status| !status.is_null());
    if let Some(schema) = version.pointer("/schema/openAPIV3Schema").filter(|schema| schema.is_object()) {
        let place = at.child("schema");
        check_schema(schema, has_status, &place.child("openAPIV3Schema"), causes);
    }
    check_scale(subresources, &at.child("subresources"), causes);
    for (index, column) in list(version, "additionalPrinterColumns").iter().enumerate() {
        let place = at.child("additionalPrinterColumns");
        check_column(column, &place.index(index), causes);
    }
    if !list(version, "selectableFields").is_empty() {
        check_selectable(version, &at.child("selectableFields"), causes);
    }
}

fn check_selectable(version: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(schema) = version.pointer("/schema/openAPIV3Schema").filter(|schema| schema.is_object()) else {
        // The message says the opposite of what is meant, as in the real server.
        let why = "may only be set when `version.schema.openAPIV3Schema` is not included";
        causes.push(Cause::invalid(at, &"".into(), why));
        return;
    };
    let root = Props::parse(schema);
    let fields = list(version, "selectableFields");
    let mut seen: Vec<&str> = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let path = text(field, "jsonPath");
        let place = at.index(index);
        let place = place.child("jsonPath");
        if path.is_empty() {
            causes.push(Cause::required(&place, ""));
            continue;
        }
        let mut found = path.starts_with('.').then_some(&root);
        for name in path.trim_start_matches('.').split('.') {
            found = found.and_then(|props| props.properties.get(name));
        }
        match found {
            None => {
                causes.push(Cause::invalid(&place, &path.into(), "is an invalid path: does not refer to a valid field"))
            }
            Some(_) if path.starts_with(".metadata") => {
                causes.push(Cause::invalid(&place, &path.into(), "must not point to fields in metadata"));
            }
            Some(props) if !matches!(props.of.as_str(), "string" | "boolean" | "integer") => {
                causes.push(Cause::invalid(
                    &place,
                    &path.into(),
                    "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.",
                ));
            }
            Some(_) if seen.contains(&path) => causes.push(Cause::duplicate(&place, &path.into())),
            Some(_) => seen.push(path),
        }
    }
    if seen.len() > 8 {
        causes.push(Cause::too_many(at, i64::try_from(seen.len()).unwrap_or(i64::MAX), 8));
    }
}

fn check_column(column: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if text(column, "name").is_empty() {
        causes.push(Cause::required(&at.child("name"), ""));
    }
    let of = text(column, "type");
    let detail = format!("must be one of {}", COLUMN_TYPES.join(","));
    if of.is_empty() {
        causes.push(Cause::required(&at.child("type"), &detail));
    } else if !COLUMN_TYPES.contains(&of) {
        causes.push(Cause::invalid(&at.child("type"), &of.into(), &detail));
    }
    let format = text(column, "format");
    if !format.is_empty() && !COLUMN_FORMATS.contains(&format) {
        let detail = format!("must be one of {}", COLUMN_FORMATS.join(","));
        causes.push(Cause::invalid(&at.child("format"), &format.into(), &detail));
    }
    let path = text(column, "jsonPath");
    if path.is_empty() {
        causes.push(Cause::required(&at.child("JSONPath"), ""));
    } else if !path.starts_with('.') {
        causes.push(Cause::invalid(&at.child("JSONPath"), &path.into(), "must be a simple json path starting with ."));
    }
}

fn check_scale(subresources: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(scale) = subresources.get("scale").filter(|scale| !scale.is_null()) else { return };
    for (key, prefixes, required, detail) in [
        ("specReplicasPath", &[".spec."][..], true, "should be a json path under .spec"),
        ("statusReplicasPath", &[".status."][..], true, "should be a json path under .status"),
        (
            "labelSelectorPath",
            &[".spec.", ".status."][..],
            false,
            "should be a json path under either .spec or .status",
        ),
    ] {
        let path = text(scale, key);
        let name = format!("scale.{key}");
        let place = at.child(&name);
        if path.is_empty() {
            if required {
                causes.push(Cause::required(&place, ""));
            }
        } else if !path.starts_with('.') {
            causes.push(Cause::invalid(&place, &path.into(), "must be a simple json path starting with ."));
        } else if !prefixes.iter().any(|prefix| path.starts_with(prefix)) {
            causes.push(Cause::invalid(&place, &path.into(), detail));
        }
    }
}

fn check_schema(schema: &Value, has_status: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
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
    check_node(&root, Context { root: true, in_meta: false, no_default: None }, at, causes);
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
    check_limits(props, at, causes);
    check_below(props, context, at, causes);
    check_extensions(props, at, causes);
}

/// What this server does not do, and therefore does not accept.
fn check_limits(props: &Props, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if props.rules > 0 {
        causes.push(Cause::forbidden(
            &at.child("x-kubernetes-validations"),
            "fake-cluster does not evaluate CEL rules; leave x-kubernetes-validations out, or run this on a real control plane",
        ));
    }
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
    let inner = Context { root: false, ..context };
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
        check_node(items, inner, &at.child("items"), causes);
    }
}

fn check_extensions(props: &Props, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let of = Value::from(props.of.as_str());
    if props.preserve_unknown == Some(false) {
        causes.push(Cause::invalid(
            &at.child("x-kubernetes-preserve-unknown-fields"),
            &false.into(),
            "must be true or undefined",
        ));
    }
    if let Some(map_type) = &props.map_type {
        let detail = "must be object if x-kubernetes-map-type is specified";
        if props.of.is_empty() {
            causes.push(Cause::required(&at.child("type"), detail));
        } else if props.of != "object" {
            causes.push(Cause::invalid(&at.child("type"), &of, detail));
        }
        if !matches!(map_type.as_str(), "atomic" | "granular") {
            let place = at.child("x-kubernetes-map-type");
            causes.push(Cause::not_supported(&place, &map_type.as_str().into(), &["atomic", "granular"]));
        }
    }
    let Some(list_type) = &props.list_type else {
        if !props.list_keys.is_empty() {
            causes.push(Cause::required(
                &at.child("x-kubernetes-list-type"),
                "must be map if x-kubernetes-list-map-keys is non-empty",
            ));
        }
        return;
    };
    let detail = "must be array if x-kubernetes-list-type is specified";
    if props.of.is_empty() {
        causes.push(Cause::required(&at.child("type"), detail));
    } else if props.of != "array" {
        causes.push(Cause::invalid(&at.child("type"), &of, detail));
    } else if let (Some(items), "set") = (&props.items, list_type.as_str()) {
        let detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
        let place = at.child("items");
        let shown = items.list_type.as_deref().map_or(Value::Null, Value::from);
        let is_open_list = items.of == "array" && items.list_type.as_deref().is_some_and(|of| of != "atomic");
        let is_open_map = items.of == "object" && items.map_type.as_deref() != Some("atomic");
        if is_open_list {
            causes.push(Cause::invalid(&place.child("x-kubernetes-list-type"), &shown, detail));
        }
        if is_open_map {
            causes.push(Cause::invalid(&place.child("x-kubernetes-map-type"), &shown, detail));
        }
    }
    if !matches!(list_type.as_str(), "atomic" | "set" | "map") {
        let place = at.child("x-kubernetes-list-type");
        causes.push(Cause::not_supported(&place, &list_type.as_str().into(), &["atomic", "set", "map"]));
    }
    if !props.list_keys.is_empty() && list_type != "map" {
        causes.push(Cause::invalid(
            &at.child("x-kubernetes-list-type"),
            &list_type.as_str().into(),
            "must be map if x-kubernetes-list-map-keys is non-empty",
        ));
    }
    if list_type == "map" {
        check_map_list(props, at, causes);
    }
    if let (Some(items), "set" | "map") = (&props.items, list_type.as_str())
        && items.nullable
    {
        let place = at.child("items");
        causes.push(Cause::forbidden(
            &place.child("nullable"),
            &format!("cannot be nullable when x-kubernetes-list-type is {list_type}"),
        ));
    }
}

fn check_map_list(props: &Props, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if props.list_keys.is_empty() {
        causes.push(Cause::required(
            &at.child("x-kubernetes-list-map-keys"),
            "must not be empty if x-kubernetes-list-type is map",
        ));
    }
    let Some(items) = &props.items else {
        causes.push(Cause::required(&at.child("items"), "must have a schema if x-kubernetes-list-type is map"));
        return;
    };
    let items_at = at.child("items");
    if items.of != "object" {
        causes.push(Cause::invalid(
            &items_at.child("type"),
            &items.of.as_str().into(),
            "must be object if parent array's x-kubernetes-list-type is map",
        ));
        return;
    }
    let shown = Value::from(props.list_keys.clone());
    let properties_at = items_at.child("properties");
    for (index, key) in props.list_keys.iter().enumerate() {
        let key_at = properties_at.key(key);
        match items.properties.get(key) {
            Some(below) if matches!(below.of.as_str(), "array" | "object") => causes.push(Cause::invalid(
                &key_at.child("type"),
                &items.of.as_str().into(),
                "must be a scalar type if parent array's x-kubernetes-list-type is map",
            )),
            Some(_) => {}
            None => causes.push(Cause::invalid(
                &at.child("x-kubernetes-list-map-keys"),
                &shown,
                "entries must all be names of item properties",
            )),
        }
        if props.list_keys.get(..index).unwrap_or_default().contains(key) {
            causes.push(Cause::invalid(
                &at.child("x-kubernetes-list-map-keys"),
                &shown,
                "must not contain duplicate entries",
            ));
        }
    }
    for key in &props.list_keys {
        let Some(below) = items.properties.get(key) else { continue };
        let key_at = properties_at.key(key);
        if !items.required.contains(key) && below.default.is_none() {
            causes.push(Cause::required(
                &key_at.child("default"),
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
            ));
        }
        if below.nullable {
            causes.push(Cause::forbidden(
                &key_at.child("nullable"),
                "this property is in x-kubernetes-list-map-keys, so it cannot be nullable",
            ));
        }
    }
}

/// The warnings for formats that mean nothing.
pub(crate) fn warnings(definition: &Value, old: Option<&Value>) -> Vec<String> {
    let of = |definition: &Value| {
        let mut found = Vec::new();
        for version in list(definition.get("spec").unwrap_or(&Value::Null), "versions") {
            if let Some(schema) = version.pointer("/schema/openAPIV3Schema") {
                unrecognized(&Props::parse(schema), &mut found);
            }
        }
        found
    };
    let before = old.map(of).unwrap_or_default();
    of(definition)
        .into_iter()
        .filter(|format| !before.contains(format))
        .map(|format| format!("unrecognized format {}", crate::schema::text::quote(&format)))
        .collect()
}

fn unrecognized(props: &Props, found: &mut Vec<String>) {
    let format = props.format.as_str();
    let known = match props.of.as_str() {
        "" | "string" => formats::is_known(format),
        "integer" => matches!(format, "int32" | "int64"),
        "number" => matches!(format, "float" | "double"),
        _ => false,
    };
    if !format.is_empty() && !known {
        found.push(format.to_owned());
    }
    for below in props.children() {
        unrecognized(below, found);
    }
}
