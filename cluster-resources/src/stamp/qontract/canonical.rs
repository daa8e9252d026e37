//! What counts of an object for the hash of qontract-reconcile, rule by rule in its order, and the hash.
//!
//! Source: `OpenshiftResource.canonicalize` in qontract-reconcile, `reconcile/utils/openshift_resource.py`. Where the original fails on
//! what it finds (a null map, a RoleBinding without subjects), what is not there is left out here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{MARKS, python};

type Fields = Map<String, Value>;

/// SHA-256 of the canonical form as Python writes it, in hexadecimal.
#[must_use]
pub fn sha256sum(body: &Value) -> String {
    Sha256::digest(python::dumps(&canonicalize(body))).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The canonical form of an object, declared or live.
#[must_use]
pub fn canonicalize(body: &Value) -> Value {
    let Value::Object(body) = body else { return body.clone() };
    let mut body = body.clone();
    let kind = body.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut metadata = taken(&mut body, "metadata");
    let mut annotations = taken(&mut metadata, "annotations");
    for key in ["creationTimestamp", "resourceVersion", "generation", "selfLink", "uid", "namespace", "managedFields"] {
        metadata.remove(key);
    }
    annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    body.remove("status");
    if let Some(Value::Null) = metadata.get("labels") {
        metadata.remove("labels");
    }
    if let Some(Value::Object(labels)) = metadata.get_mut("labels") {
        labels.retain(|label, _| !is_controller_managed(&kind, label));
    }
    if matches!(kind.as_str(), "ConfigMap" | "Secret") && is(&body, "type", "Opaque") {
        body.remove("type");
    }
    by_kind(&kind, &mut body, &mut annotations);
    for mark in MARKS {
        annotations.remove(mark);
    }
    annotations.remove("external-resources/updated_at");
    metadata.insert("annotations".into(), Value::Object(annotations));
    body.insert("metadata".into(), Value::Object(metadata));
    Value::Object(body)
}

/// Labels that controllers set, whose presence says nothing about a declaration.
pub(super) fn is_controller_managed(kind: &str, label: &str) -> bool {
    // The original searches for a regular expression in which each dot stands for any character.
    const FEATURE: &[u8] = b"feature.open-cluster-management.io/";
    let feature = |text: &[u8]| {
        let fits = |(pattern, byte): (&u8, &u8)| pattern == byte || (*pattern == b'.' && *byte != b'\n');
        text.windows(FEATURE.len()).any(|window| FEATURE.iter().zip(window).all(fits))
    };
    kind == "ManagedCluster"
        && (matches!(label, "clusterID" | "managed-by" | "openshiftVersion") || feature(label.as_bytes()))
}

fn by_kind(kind: &str, body: &mut Fields, annotations: &mut Fields) {
    match kind {
        "Secret" => secret(body),
        "Deployment" => {
            annotations.remove("deployment.kubernetes.io/revision");
        }
        "Route" => route(body, annotations),
        "ServiceAccount" => service_account(body),
        "Role" => role(body),
        "OperatorGroup" => {
            annotations.remove("olm.providedAPIs");
        }
        "RoleBinding" => role_binding(body),
        "ClusterRoleBinding" => {
            body.remove("userNames");
            body.remove("groupNames");
            role_ref(body);
        }
        "Service" => service(body),
        _ => {}
    }
}

fn secret(body: &mut Fields) {
    let Some(Value::Object(plain)) = body.remove("stringData") else { return };
    if plain.is_empty() {
        return;
    }
    let mut data = taken(body, "data");
    data.extend(plain.into_iter().map(|(key, value)| (key, Value::String(STANDARD.encode(python_str(&value))))));
    body.insert("data".into(), Value::Object(data));
}

/// `str(value)` for what can stand in a manifest by mistake; JSON for lists and objects, which no server takes.
fn python_str(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(number) => python::number(number),
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn route(body: &mut Fields, annotations: &mut Fields) {
    let acme = annotations.contains_key("kubernetes.io/tls-acme");
    if acme {
        annotations.remove("kubernetes.io/tls-acme-awaiting-authorization-owner");
        annotations.remove("kubernetes.io/tls-acme-awaiting-authorization-at-url");
    }
    let Some(Value::Object(spec)) = body.get_mut("spec") else { return };
    if is(spec, "wildcardPolicy", "None") {
        spec.remove("wildcardPolicy");
    }
    if let (true, Some(Value::Object(tls))) = (acme, spec.get_mut("tls")) {
        tls.remove("key");
        tls.remove("certificate");
    }
    if spec.get("subdomain").is_some_and(is_empty) {
        spec.remove("subdomain");
    }
}

fn service_account(body: &mut Fields) {
    body.remove("secrets");
    if let Some(Value::Array(mut items)) = body.remove("imagePullSecrets") {
        let of_platform =
            |item: &Value| item.get("name").and_then(Value::as_str).is_some_and(|name| name.contains("-dockercfg-"));
        items.retain(|item| !of_platform(item));
        if !items.is_empty() {
            body.insert("imagePullSecrets".into(), Value::Array(items));
        }
    }
}

fn role(body: &mut Fields) {
    if let Some(Value::Null) = body.get("rules") {
        body.remove("rules");
    }
    for rule in objects(body, "rules") {
        for key in ["resources", "verbs"] {
            if let Some(Value::Array(items)) = rule.get_mut(key)
                && items.iter().all(Value::is_string)
            {
                items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
        }
        if rule.get("attributeRestrictions").is_some_and(is_empty) {
            rule.remove("attributeRestrictions");
        }
    }
}

fn role_binding(body: &mut Fields) {
    body.remove("groupNames");
    body.remove("userNames");
    role_ref(body);
    if let Some(Value::Object(role)) = body.get_mut("roleRef") {
        role.remove("namespace");
    }
    if let Some(Value::Null) = body.get("subjects") {
        body.remove("subjects");
    }
    let api_version = api_version(body);
    for subject in objects(body, "subjects") {
        subject.remove("namespace");
        if subject.get("apiGroup").is_some_and(|group| is_empty(group) || within(group, &api_version)) {
            subject.remove("apiGroup");
        }
    }
}

fn role_ref(body: &mut Fields) {
    let api_version = api_version(body);
    let Some(Value::Object(role)) = body.get_mut("roleRef") else { return };
    if role.get("apiGroup").is_some_and(|group| within(group, &api_version)) {
        role.remove("apiGroup");
    }
    role.remove("kind");
}

fn service(body: &mut Fields) {
    let Some(Value::Object(spec)) = body.get_mut("spec") else { return };
    if is(spec, "sessionAffinity", "None") {
        spec.remove("sessionAffinity");
    }
    if is(spec, "type", "ClusterIP") {
        spec.remove("clusterIP");
    }
}

/// The map under a key, taken out; an empty one when there is none.
fn taken(map: &mut Fields, key: &str) -> Fields {
    match map.remove(key) {
        Some(Value::Object(inner)) => inner,
        _ => Fields::new(),
    }
}

/// The maps in the list under a key.
fn objects<'a>(map: &'a mut Fields, key: &str) -> impl Iterator<Item = &'a mut Fields> {
    map.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}

fn is(map: &Fields, key: &str, text: &str) -> bool {
    map.get(key).and_then(Value::as_str) == Some(text)
}

fn api_version(body: &Fields) -> String {
    body.get("apiVersion").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn within(part: &Value, text: &str) -> bool {
    part.as_str().is_some_and(|part| text.contains(part))
}

/// What Python counts as false.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(it) => !it,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}
