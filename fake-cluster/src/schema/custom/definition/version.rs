//! The rules for one version of a definition: its columns, its selectable fields, its subresources.
use serde_json::Value;

use super::schema::check_schema;
use super::{list, text};
use crate::schema::custom::props::Props;
use crate::schema::place::Place;
use crate::schema::refusal::Cause;

const COLUMN_TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];

const COLUMN_FORMATS: [&str; 8] = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

pub(super) fn check_version(version: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
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
