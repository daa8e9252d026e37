//! The rules for list and map types in a definition's schema. Knows one node at a time.
use serde_json::Value;

use crate::schema::custom::props::Props;
use crate::schema::place::Place;
use crate::schema::refusal::Cause;

pub(super) fn check_extensions(props: &Props, at: &Place<'_>, causes: &mut Vec<Cause>) {
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
