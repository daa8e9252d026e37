//! Drops what a structural schema does not declare, and the nulls it does not allow. Knows nothing of validation.
use serde_json::Value;

use crate::schema::custom::props::{Additional, Props};

const META: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Drops unknown fields of a custom resource; returns their paths, sorted.
pub(crate) fn prune(object: &mut Value, root: &Props) -> Vec<String> {
    let mut unknown = Vec::new();
    let mut path = Vec::new();
    // The root is a resource, so its metadata stays.
    walk(object, Some(root), Mode { resource: true, keeps: root.keeps_unknown() }, &mut path, &mut unknown);
    unknown.sort();
    unknown
}

/// As [`prune`], for a value inside an object.
pub(crate) fn prune_inner(value: &mut Value, props: &Props) {
    walk(value, Some(props), Mode::of(Some(props)), &mut Vec::new(), &mut Vec::new());
}

#[derive(Clone, Copy)]
struct Mode {
    /// The value is a resource of its own: its metadata is not looked at.
    resource: bool,
    /// Unknown fields stay.
    keeps: bool,
}

impl Mode {
    fn of(props: Option<&Props>) -> Self {
        Self { resource: props.is_some_and(|props| props.embedded), keeps: props.is_some_and(Props::keeps_unknown) }
    }
}

fn walk(value: &mut Value, props: Option<&Props>, mode: Mode, path: &mut Vec<String>, unknown: &mut Vec<String>) {
    let Mode { resource, keeps } = mode;
    match value {
        Value::Object(object) => object.retain(|key, value| {
            if resource && META.contains(&key.as_str()) {
                return true;
            }
            let declared = props.and_then(|props| props.properties.get(key));
            let additional = props.and_then(|props| props.additional.as_ref());
            let next = match (declared, additional) {
                (Some(props), _) => Some(props),
                (None, Some(Additional::Of(props))) => Some(&**props),
                // Nothing declared below: everything below goes.
                (None, Some(Additional::Any(_))) => None,
                (None, None) if keeps => return true,
                (None, None) => {
                    if !path.is_empty() || !META.contains(&key.as_str()) {
                        path.push(if path.is_empty() { key.clone() } else { format!(".{key}") });
                        unknown.push(path.concat());
                        path.pop();
                    }
                    return false;
                }
            };
            path.push(if path.is_empty() { key.clone() } else { format!(".{key}") });
            walk(value, next, Mode::of(next), path, unknown);
            path.pop();
            true
        }),
        Value::Array(items) => {
            let next = props.and_then(|props| props.items.as_deref());
            if keeps && next.is_none() {
                return;
            }
            for (index, item) in items.iter_mut().enumerate() {
                path.push(format!("[{index}]"));
                // What is kept is kept in lists too.
                let mode = Mode::of(next);
                walk(item, next, Mode { keeps: keeps || mode.keeps, ..mode }, path, unknown);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Drops nulls that are neither allowed nor filled in by a default.
pub(crate) fn drop_nulls(value: &mut Value, props: Option<&Props>) {
    match value {
        Value::Object(object) => object.retain(|key, value| {
            let below = props.and_then(|props| props.properties.get(key).or_else(|| props.additional_props()));
            if value.is_null() && below.is_some_and(|below| !below.nullable && below.default.is_none()) {
                return false;
            }
            drop_nulls(value, below);
            true
        }),
        Value::Array(items) => {
            let below = props.and_then(|props| props.items.as_deref());
            for item in items {
                drop_nulls(item, below);
            }
        }
        _ => {}
    }
}

/// Fills in defaults.
pub(crate) fn default(value: &mut Value, props: &Props) {
    let refused_null = |value: &Value, props: &Props| value.is_null() && !props.nullable;
    match value {
        Value::Object(object) => {
            for (name, below) in &props.properties {
                let Some(filler) = &below.default else { continue };
                match object.get_mut(name) {
                    Some(there) if refused_null(there, below) => *there = filler.clone(),
                    Some(_) => {}
                    None => {
                        object.insert(name.clone(), filler.clone());
                    }
                }
            }
            for (name, value) in object.iter_mut() {
                if let Some(below) = props.properties.get(name) {
                    default(value, below);
                } else if let Some(below) = props.additional_props() {
                    if refused_null(value, below) {
                        *value = below.default.clone().unwrap_or_default();
                    }
                    default(value, below);
                }
            }
        }
        Value::Array(items) => {
            if let Some(below) = props.items.as_deref() {
                for item in items {
                    if refused_null(item, below) {
                        *item = below.default.clone().unwrap_or_default();
                    }
                    default(item, below);
                }
            }
        }
        _ => {}
    }
}
