//! What is filled in for pods and for templates of pods. Knows no other kinds.
use serde_json::{Value, json};

use super::{FILE_MODE, Fields, child, each, ensure, missing, text, unset, zero};
use crate::schema::quantity::Quantity;

pub(crate) fn template_of(object: &mut Fields) {
    if let Some(template) = child(object, "spec").and_then(|spec| child(spec, "template")) {
        template_spec(template);
    }
}

pub(crate) fn template_spec(template: &mut Fields) {
    if let Some(spec) = child(template, "spec") {
        pod_spec(spec);
    }
}

pub(crate) fn pod_spec(spec: &mut Fields) {
    unset(spec, "dnsPolicy", "ClusterFirst");
    unset(spec, "restartPolicy", "Always");
    missing(spec, "securityContext", json!({}));
    missing(spec, "terminationGracePeriodSeconds", 30);
    unset(spec, "schedulerName", "default-scheduler");
    // The old name of the service account mirrors the new one.
    let account = match (text(spec, "serviceAccountName"), text(spec, "serviceAccount")) {
        ("", old) => old.to_owned(),
        (new, _) => new.to_owned(),
    };
    if !account.is_empty() {
        spec.insert("serviceAccountName".to_owned(), account.as_str().into());
        spec.insert("serviceAccount".to_owned(), account.into());
    }
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        each(spec, list, container);
    }
    each(spec, "volumes", volume);
    if let Some(overhead) = child(spec, "overhead") {
        round(overhead);
    }
}

fn container(container: &mut Fields) {
    if text(container, "imagePullPolicy").is_empty() {
        let policy = pull_policy(text(container, "image"));
        container.insert("imagePullPolicy".to_owned(), policy.into());
    }
    unset(container, "terminationMessagePath", "/dev/termination-log");
    unset(container, "terminationMessagePolicy", "File");
    each(container, "env", |variable| {
        if let Some(field) = child(variable, "valueFrom").and_then(|from| child(from, "fieldRef")) {
            unset(field, "apiVersion", "v1");
        }
    });
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = child(container, probe) {
            zero(probe, "timeoutSeconds", 1);
            zero(probe, "periodSeconds", 10);
            zero(probe, "successThreshold", 1);
            zero(probe, "failureThreshold", 3);
            http_get(probe);
        }
    }
    if let Some(lifecycle) = child(container, "lifecycle") {
        for hook in ["postStart", "preStop"] {
            if let Some(hook) = child(lifecycle, hook) {
                http_get(hook);
            }
        }
    }
    if let Some(resources) = child(container, "resources") {
        for list in ["limits", "requests"] {
            if let Some(list) = child(resources, list) {
                round(list);
            }
        }
    }
}

fn http_get(holder: &mut Fields) {
    if let Some(get) = child(holder, "httpGet") {
        unset(get, "path", "/");
        unset(get, "scheme", "HTTP");
    }
}

/// Amounts are kept to the thousandth.
pub(crate) fn round(list: &mut Fields) {
    for value in list.values_mut() {
        let Some(text) = value.as_str() else { continue };
        if let Ok(quantity) = Quantity::parse(text)
            && !quantity.is_milli()
        {
            *value = quantity.rounded_to_milli().into();
        }
    }
}

/// Images without a tag, and the latest ones, are pulled always.
pub(crate) fn pull_policy(image: &str) -> &'static str {
    let (name, digest) = image.split_once('@').map_or((image, ""), |(name, digest)| (name, digest));
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let (path, tag) = match name.get(slash..).and_then(|last| last.split_once(':')) {
        Some((last, tag)) => (name.get(..slash + last.len()).unwrap_or_default(), tag),
        None => (name, ""),
    };
    // The registry in front may have capital letters, the rest may not.
    let first = path.split_once('/').map_or("", |(first, _)| first);
    let has_registry = first.contains(['.', ':']) || first == "localhost" || first.chars().any(char::is_uppercase);
    let repository = if has_registry { path.get(first.len() + 1..).unwrap_or_default() } else { path };
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-/".contains(&byte);
    let host = first.split_once(':').map_or(first, |(host, _)| host);
    let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let is_host = host.split('.').all(|part| {
        let bytes = part.as_bytes();
        is_edge(bytes.first()) && is_edge(bytes.last()) && bytes.iter().all(|byte| is_edge(Some(byte)) || *byte == b'-')
    });
    let valid = !repository.is_empty()
        && (!has_registry || is_host)
        && repository.bytes().all(fits)
        && repository.split('/').all(|part| {
            part.starts_with(|first: char| first.is_ascii_alphanumeric())
                && part.ends_with(|last: char| last.is_ascii_alphanumeric())
        });
    let latest = tag == "latest" || (tag.is_empty() && digest.is_empty());
    if valid && latest { "Always" } else { "IfNotPresent" }
}

fn volume(volume: &mut Fields) {
    if volume.keys().all(|key| key == "name") {
        volume.insert("emptyDir".to_owned(), json!({}));
    }
    for source in ["secret", "configMap", "downwardAPI", "projected"] {
        if let Some(source) = child(volume, source) {
            missing(source, "defaultMode", FILE_MODE);
        }
    }
    if let Some(path) = child(volume, "hostPath") {
        missing(path, "type", "");
    }
    let field_version = |item: &mut Fields| {
        if let Some(field) = child(item, "fieldRef") {
            unset(field, "apiVersion", "v1");
        }
    };
    if let Some(api) = child(volume, "downwardAPI") {
        each(api, "items", field_version);
    }
    if let Some(projected) = child(volume, "projected") {
        each(projected, "sources", |source| {
            if let Some(token) = child(source, "serviceAccountToken") {
                missing(token, "expirationSeconds", 3600);
            }
            if let Some(api) = child(source, "downwardAPI") {
                each(api, "items", field_version);
            }
        });
    }
    if let Some(image) = child(volume, "image")
        && text(image, "pullPolicy").is_empty()
    {
        let policy = pull_policy(text(image, "reference"));
        image.insert("pullPolicy".to_owned(), policy.into());
    }
    if let Some(claim) = child(volume, "ephemeral").and_then(|of| child(of, "volumeClaimTemplate"))
        && let Some(spec) = child(claim, "spec")
    {
        claim_spec(spec);
    }
}

pub(crate) fn claim_spec(spec: &mut Fields) {
    missing(spec, "volumeMode", "Filesystem");
}

pub(crate) fn pod_only(spec: &mut Fields) {
    for list in ["containers", "initContainers"] {
        each(spec, list, |container| {
            let Some(resources) = child(container, "resources") else { return };
            let Some(limits) = resources.get("limits").and_then(Value::as_object).cloned() else { return };
            if let Some(requests) = ensure(resources, "requests") {
                for (name, amount) in limits {
                    requests.entry(name).or_insert(amount);
                }
            }
        });
    }
    missing(spec, "enableServiceLinks", true);
    if spec.get("hostNetwork") == Some(&Value::Bool(true)) {
        for list in ["containers", "initContainers"] {
            each(spec, list, |container| {
                each(container, "ports", |port| {
                    let number = port.get("containerPort").and_then(Value::as_i64).unwrap_or(0);
                    zero(port, "hostPort", number);
                });
            });
        }
    }
}
