//! The rules for a `CustomResourceDefinition` itself. Knows nothing of its resources.
//!
//! Not served, and refused with a message that says so: rules (`x-kubernetes-validations`) with functions that are not known,
//! conversion webhooks, and the string formats listed in [`formats::UNCHECKED`]. What was wrong before a rule came may stay wrong on a real server; here
//! nothing was ever let in.

mod extensions;
mod schema;
mod version;

use serde_json::Value;

use crate::schema::custom::formats;
use crate::schema::custom::props::Props;
use crate::schema::meta;
use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::refusal::Cause;
use version::check_version;

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
    name_shared_schema(definition, &mut causes);
    causes
}

/// A schema that all versions share is one of the definition for the real server, and found wrong once.
fn name_shared_schema(definition: &Value, causes: &mut Vec<Cause>) {
    let versions = list(definition.get("spec").unwrap_or(&Value::Null), "versions");
    let schema = |version: &Value| version.pointer("/schema/openAPIV3Schema").cloned();
    if !versions.windows(2).all(|pair| matches!(pair, [one, two] if schema(one) == schema(two))) {
        return;
    }
    // Which version it is of, and where it is in its schema.
    let place = |cause: &Cause| {
        let (index, rest) = cause.field.strip_prefix("spec.versions[")?.split_once("].schema.openAPIV3Schema.")?;
        Some((index == "0", format!("spec.validation.openAPIV3Schema.{rest}")))
    };
    causes.retain_mut(|cause| match place(cause) {
        Some((is_first, name)) => {
            cause.field = name;
            is_first
        }
        None => true,
    });
}

/// Checks a changed definition.
pub(crate) fn check_update(new: &Value, old: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let metadata = |definition: &Value| definition.get("metadata").cloned().unwrap_or_default();
    meta::check_update(&metadata(new), &metadata(old), &Place::new("metadata"), &mut causes);
    check_spec(new, &mut causes);
    name_shared_schema(new, &mut causes);
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
        causes.push(Cause::invalid("status.storedVersions", &null, "must have at least one stored version"));
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
