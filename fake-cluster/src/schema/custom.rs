//! Custom resources: what one version of a definition says about its objects. Knows nothing of storage or discovery.
use std::sync::Arc;

use serde_json::{Map as Object, Value};

use crate::schema::catalog::CATALOG;
use crate::schema::custom::props::Props;
use crate::schema::decode::Slip;
use crate::schema::names::NameRule;
use crate::schema::outline::Outline;
use crate::schema::place::Place;
use crate::schema::refusal::Cause;
use crate::schema::types::{TypeId, Types};
use crate::schema::{decode, meta, names};

mod build;
mod cel;
pub(crate) mod definition;
mod formats;
mod pattern;
mod props;
mod prune;
mod structural;
mod validate;

pub(crate) use cel::{Broken, Condition};
pub(crate) use formats::is_ip;

/// One version of a definition.
#[derive(Debug)]
pub(crate) struct Version {
    /// `group/version`.
    pub(crate) api_version: String,
    pub(crate) types: Arc<Types>,
    pub(crate) root: TypeId,
    props: Props,
    pub(crate) has_status: bool,
    /// The warning of a deprecated version.
    pub(crate) deprecation: Option<String>,
    pub(crate) scale: Option<Scale>,
}

/// Writes down the warnings of the deprecated versions of a definition.
pub(crate) fn deprecate(versions: &mut [Version], definition: &Value) {
    let of = |version: &Value, key: &str| version.get(key) == Some(&Value::Bool(true));
    let listed = definition.pointer("/spec/versions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |pointer: &str| definition.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (group, kind) = (text("/spec/group"), text("/spec/names/kind"));
    let name = |version: &'_ Value| version.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    for version in listed.iter().filter(|version| of(version, "deprecated")) {
        let this = name(version);
        let api_version = format!("{group}/{this}");
        let Some(slot) = versions.iter_mut().find(|slot| slot.api_version == api_version) else { continue };
        let own = version.get("deprecationWarning").and_then(Value::as_str).map(str::to_owned);
        slot.deprecation = Some(own.unwrap_or_else(|| {
            let mut better: Vec<String> = listed
                .iter()
                .filter(|other| of(other, "served") && !of(other, "deprecated"))
                .map(name)
                .filter(|other| priority(other) > priority(&this))
                .collect();
            better.sort_by_key(|other| std::cmp::Reverse(priority(other)));
            let mut warning = format!("{api_version} {kind} is deprecated");
            if let Some(better) = better.first() {
                warning.push_str(&format!("; use {group}/{better} {kind}"));
            }
            warning
        }));
    }
}

/// How mature a version is: stable ones after betas after alphas after everything else, newer ones last.
fn priority(version: &str) -> (u8, u64, u64) {
    let Some(rest) = version.strip_prefix('v') else { return (0, 0, 0) };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let Ok(major) = rest.get(..digits).unwrap_or_default().parse() else { return (0, 0, 0) };
    let tail = rest.get(digits..).unwrap_or_default();
    let minor = |text: &str| text.parse::<u64>().ok();
    if tail.is_empty() {
        (3, major, 0)
    } else if let Some(minor) = tail.strip_prefix("beta").and_then(minor) {
        (2, major, minor)
    } else if let Some(minor) = tail.strip_prefix("alpha").and_then(minor) {
        (1, major, minor)
    } else {
        (0, 0, 0)
    }
}

/// Where a custom resource keeps its replica counts.
#[derive(Debug)]
pub(crate) struct Scale {
    pub(crate) spec: String,
    pub(crate) status: String,
    pub(crate) selector: String,
}

impl Version {
    pub(crate) fn parse(group: &str, version: &Value) -> Option<Self> {
        let name = version.get("name")?.as_str()?;
        let props = Props::parse(version.pointer("/schema/openAPIV3Schema").unwrap_or(&Value::Null));
        let (types, root) = build::build(&props);
        let subresources = version.get("subresources");
        let of = |key: &str| subresources.and_then(|of| of.get(key)).filter(|value| !value.is_null());
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(Self {
            api_version: format!("{group}/{name}"),
            types,
            root,
            props,
            has_status: of("status").is_some(),
            deprecation: None,
            scale: of("scale").map(|scale| Scale {
                spec: text(scale, "specReplicasPath"),
                status: text(scale, "statusReplicasPath"),
                selector: text(scale, "labelSelectorPath"),
            }),
        })
    }

    /// Drops what is not declared and fills in defaults; returns what was dropped.
    ///
    /// # Errors
    /// The decoder's message.
    pub(crate) fn read(&self, object: &mut Value, outline: Option<&Outline>) -> Result<Vec<Slip>, String> {
        let mut repeated = Vec::new();
        if let Some(outline) = outline {
            outline.repeated("", &mut repeated);
        }
        let mut slips: Vec<Slip> = repeated.into_iter().map(Slip::Repeated).collect();
        slips.extend(metadata(object, "")?);
        slips.extend(prune::prune(object, &self.props).into_iter().map(Slip::Unknown));
        prune::drop_nulls(object, Some(&self.props));
        let mut inner = Vec::new();
        embedded(object, &self.props, false, "", &mut inner)?;
        inner.sort_by_key(Slip::message);
        slips.extend(inner);
        prune::default(object, &self.props);
        Ok(slips)
    }

    /// Drops what is not declared.
    pub(crate) fn prune(&self, object: &mut Value) {
        prune::prune(object, &self.props);
    }

    /// Fills in defaults of an object that is known to fit.
    ///
    /// # Errors
    /// The decoder's message.
    pub(crate) fn settle(&self, object: &mut Value) -> Result<(), String> {
        metadata(object, "")?;
        prune::default(object, &self.props);
        Ok(())
    }

    /// Checks a new or changed object; returns warnings. `old` and `subresource` as in an update.
    pub(crate) fn check(
        &self,
        object: &Value,
        old: Option<&Value>,
        subresource: Option<&str>,
        namespaced: bool,
        causes: &mut Vec<Cause>,
    ) -> Vec<String> {
        let null = Value::Null;
        let at = Place::new("metadata");
        let metadata = object.get("metadata").unwrap_or(&null);
        match old {
            Some(old) => meta::check_update(metadata, old.get("metadata").unwrap_or(&null), &at, causes),
            None => meta::check(metadata, namespaced, NameRule::Subdomain, &at, causes),
        }
        if subresource == Some("status") {
            if let (Some(status), Some(props)) = (object.get("status"), self.props.properties.get("status")) {
                validate::check(props, status, old.and_then(|old| old.get("status")), "status", causes);
            }
        } else {
            validate::check(&self.props, object, old, "", causes);
            self.check_replicas(object, |scale| &scale.spec, causes);
        }
        self.check_replicas(object, |scale| &scale.status, causes);
        self.check_selector(object, causes);
        if subresource != Some("status") {
            check_embedded(object, &self.props, false, "", causes);
        }
        let mut lists = Vec::new();
        validate::check_lists(&self.props, object, "", &mut lists);
        let mut before = Vec::new();
        if let Some(old) = old.filter(|_| !lists.is_empty()) {
            validate::check_lists(&self.props, old, "", &mut before);
        }
        if before.is_empty() {
            causes.extend(lists);
        }
        const BLOCKING: [&str; 5] = [
            "FieldValueNotSupported",
            "FieldValueRequired",
            "FieldValueTooLong",
            "FieldValueTooMany",
            "FieldValueTypeInvalid",
        ];
        if !cel::has_rules(&self.props) {
            return Vec::new();
        }
        if causes.iter().any(|cause| BLOCKING.contains(&cause.reason)) {
            let why = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";
            causes.push(Cause::invalid("<nil>", &null, why));
            return Vec::new();
        }
        cel::evaluate(&self.props, object, old, causes)
    }

    fn check_replicas(&self, object: &Value, of: impl Fn(&Scale) -> &String, causes: &mut Vec<Cause>) {
        let Some(path) = self.scale.as_ref().map(of) else { return };
        let zero = Value::from(0);
        match number_at(object, path) {
            Err(why) => causes.push(Cause::invalid(path.as_str(), &zero, &why)),
            Ok(Some(count)) if count < 0 => {
                causes.push(Cause::invalid(path.as_str(), &count.into(), "should be a non-negative integer"));
            }
            Ok(Some(count)) if count > i64::from(i32::MAX) => {
                let why = "should be less than or equal to 2147483647";
                causes.push(Cause::invalid(path.as_str(), &count.into(), why));
            }
            Ok(_) => {}
        }
    }

    fn check_selector(&self, object: &Value, causes: &mut Vec<Cause>) {
        let Some(path) = self.scale.as_ref().map(|scale| &scale.selector).filter(|path| !path.is_empty()) else {
            return;
        };
        let wrong = match at_path(object, path) {
            Err(why) => Some(why),
            Ok(value) => value.filter(|value| !value.is_string()).map(|value| misfit(path, value, "string")),
        };
        if let Some(why) = wrong {
            causes.push(Cause::invalid(path.as_str(), &"".into(), &why));
        }
    }
}

fn misfit(path: &str, value: &Value, wanted: &str) -> String {
    let (shown, of) = (crate::schema::text::plain(value), crate::schema::text::go_type(value));
    format!("{path} accessor error: {shown} is of the type {of}, expected {wanted}")
}

fn number_at(object: &Value, path: &str) -> Result<Option<i64>, String> {
    match at_path(object, path)? {
        None => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or_else(|| misfit(path, value, "int64")),
    }
}

/// The value under a plain path, `.spec.replicas`.
fn at_path<'a>(object: &'a Value, path: &str) -> Result<Option<&'a Value>, String> {
    let mut value = object;
    let mut here = String::new();
    for name in path.split('.').filter(|name| !name.is_empty()) {
        here.push('.');
        here.push_str(name);
        match value {
            Value::Object(fields) => match fields.get(name) {
                Some(below) => value = below,
                None => return Ok(None),
            },
            Value::Null => return Ok(None),
            other => return Err(misfit(&here, other, "map[string]interface{}")),
        }
    }
    Ok(Some(value))
}

/// Brings an object's metadata into canonical form; returns what was dropped.
fn metadata(object: &mut Value, at: &str) -> Result<Vec<Slip>, String> {
    let Some(metadata) = object.get_mut("metadata") else { return Ok(Vec::new()) };
    if metadata.is_null() {
        *metadata = Value::Object(Object::new());
    }
    let dropped = decode::decode(&CATALOG.types, CATALOG.object_meta, metadata, None)?;
    let prefix = if at.is_empty() { "metadata".to_owned() } else { format!("{at}.metadata") };
    Ok(dropped.into_iter().map(|slip| slip.below(&prefix)).collect())
}

/// Brings the metadata of resources inside the object into canonical form.
fn embedded(value: &mut Value, props: &Props, resource: bool, at: &str, dropped: &mut Vec<Slip>) -> Result<(), String> {
    if resource && value.is_object() {
        for key in ["apiVersion", "kind"] {
            if let Some(bad) = value.get(key).filter(|value| !value.is_string()) {
                let cause = Cause::invalid(format!("{at}.{key}"), bad, "must be a string");
                return Err(cause.to_string());
            }
        }
        let before = value.get("metadata").cloned();
        match metadata(value, at) {
            Ok(paths) => dropped.extend(paths),
            Err(message) => {
                let shown = before.unwrap_or_default();
                return Err(Cause::invalid(format!("{at}.metadata"), &shown, &message).to_string());
            }
        }
    }
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                let name = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                if let Some(below) = props.properties.get(key).or_else(|| props.additional_props()) {
                    embedded(value, below, below.embedded, &name, dropped)?;
                }
            }
        }
        Value::Array(items) => {
            if let Some(below) = props.items.as_deref() {
                for (index, item) in items.iter_mut().enumerate() {
                    embedded(item, below, below.embedded, &format!("{at}[{index}]"), dropped)?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// Checks the kind, version and metadata of resources inside the object.
fn check_embedded(value: &Value, props: &Props, resource: bool, at: &str, causes: &mut Vec<Cause>) {
    if let (true, Value::Object(object)) = (resource, value) {
        for key in ["apiVersion", "kind"] {
            match object.get(key).and_then(Value::as_str) {
                None => causes.push(Cause::required(format!("{at}.{key}"), "")),
                Some("") => causes.push(Cause::invalid(format!("{at}.{key}"), &"".into(), "must not be empty")),
                Some(kind) if key == "kind" => {
                    let wrong = names::label_1035(&kind.to_lowercase());
                    if !wrong.is_empty() {
                        causes.push(Cause::invalid(
                            format!("{at}.{key}"),
                            &kind.into(),
                            &format!("may have mixed case, but should otherwise match: {}", wrong.join(",")),
                        ));
                    }
                }
                Some(version) if version.matches('/').count() > 1 => causes.push(Cause::invalid(
                    format!("{at}.{key}"),
                    &version.into(),
                    &format!("unexpected GroupVersion string: {version}"),
                )),
                Some(_) => {}
            }
        }
        if let Some(metadata) = object.get("metadata") {
            let mut named = metadata.clone();
            if let Some(named) = named.as_object_mut() {
                // A resource inside another needs no name.
                named.entry("name").or_insert_with(|| "fakename".into());
            }
            let namespaced = metadata.get("namespace").is_some();
            let name = format!("{at}.metadata");
            meta::check(&named, namespaced, NameRule::PathSegment, &Place::new(&name), causes);
        }
    }
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if let Some(below) = props.properties.get(key) {
                    let name = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                    check_embedded(value, below, below.embedded, &name, causes);
                } else if let Some(below) = props.additional_props() {
                    check_embedded(value, below, below.embedded, &format!("{at}[{key}]"), causes);
                }
            }
        }
        Value::Array(items) => {
            if let Some(below) = props.items.as_deref() {
                for (index, item) in items.iter().enumerate() {
                    check_embedded(item, below, below.embedded, &format!("{at}[{index}]"), causes);
                }
            }
        }
        _ => {}
    }
}
