//! Environment variables of containers, and the fields of a pod they may show. Knows no pods.
use serde_json::Value;

use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::quantity::Quantity;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

/// Fields an environment variable may show, in the order in which messages list them.
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// Fields a file in a volume may show.
pub(crate) const FILE_FIELDS: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];
/// Fields that can be named at all.
const KNOWN: &[&str] =
    &["metadata.annotations", "metadata.labels", "spec.restartPolicy", "spec.schedulerName", "status.phase"];
const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];
const SIZES: &[&str] = &["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

/// Checks `env`.
pub(crate) fn variables(container: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for (index, variable) in container.items("env").iter().enumerate() {
        let at = at.index(index);
        let name = variable.text("name");
        if name.is_empty() {
            causes.required(&at.child("name"), "");
        } else {
            causes.wrong(&at.child("name"), name, names::environment(name));
        }
        if let Some(from) = variable.sub("valueFrom") {
            value_from(variable, from, &at.child("valueFrom"), causes);
        }
    }
}

fn value_from(variable: &Value, from: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut sources = 0;
    if let Some(field) = from.sub("fieldRef") {
        sources += 1;
        field_ref(field, FIELDS, &at.child("fieldRef"), causes);
    }
    if let Some(resource) = from.sub("resourceFieldRef") {
        sources += 1;
        resource_ref(resource, false, &at.child("resourceFieldRef"), causes);
    }
    for source in ["configMapKeyRef", "secretKeyRef"] {
        if let Some(key) = from.sub(source) {
            sources += 1;
            key_ref(key, &at.child(source), causes);
        }
    }
    if let Some(file) = from.sub("fileKeyRef") {
        sources += 1;
        file_ref(file, &at.child("fileKeyRef"), causes);
    }
    if sources == 0 {
        let options =
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
        causes.invalid(at, "", options);
    } else if !variable.text("value").is_empty() {
        causes.invalid(at, "", "may not be specified when `value` is not empty");
    } else if sources > 1 {
        causes.invalid(at, "", "may not have more than one field specified at a time");
    }
}

/// `metadata.labels['key']` as path and key.
fn subscript(path: &str) -> Option<(&str, &str)> {
    let (head, key) = path.strip_suffix("']")?.split_once("['")?;
    (!head.is_empty()).then_some((head, key))
}

/// Checks a reference to a field of the pod.
pub(crate) fn field_ref(field: &Value, allowed: &[&str], at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (version, path) = (field.text("apiVersion"), field.text("fieldPath"));
    if version.is_empty() {
        return causes.required(&at.child("apiVersion"), "");
    }
    if path.is_empty() {
        return causes.required(&at.child("fieldPath"), "");
    }
    let place = at.child("fieldPath");
    let unconverted = |causes: &mut Vec<Cause>, why: String| {
        causes.invalid(&place, path, &format!("error converting fieldPath: {why}"));
    };
    if version != "v1" {
        return unconverted(causes, format!("unsupported pod version: {version}"));
    }
    match subscript(path) {
        Some(("metadata.annotations", key)) => {
            causes.wrong(at, &key.to_lowercase(), names::qualified(&key.to_lowercase()))
        }
        Some(("metadata.labels", key)) => causes.wrong(at, key, names::qualified(key)),
        Some(_) => unconverted(causes, format!("field label does not support subscript: {path}")),
        None => {
            let path = if path == "spec.host" { "spec.nodeName" } else { path };
            if !FIELDS.contains(&path) && !KNOWN.contains(&path) {
                unconverted(causes, format!("field label not supported: {path}"));
            } else if !allowed.contains(&path) {
                causes.not_supported(&place, path, allowed);
            }
        }
    }
}

/// Checks a reference to a request or limit of a container.
pub(crate) fn resource_ref(reference: &Value, is_file: bool, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let resource = reference.text("resource");
    let is_huge = resource.starts_with("requests.hugepages-") || resource.starts_with("limits.hugepages-");
    if is_file && reference.text("containerName").is_empty() {
        causes.required(&at.child("containerName"), "");
    } else if resource.is_empty() {
        causes.required(&at.child("resource"), "");
    } else if !RESOURCES.contains(&resource) && !is_huge {
        causes.not_supported(&at.child("resource"), resource, RESOURCES);
    }
    let divisor = reference.text("divisor");
    if Quantity::parse(divisor).map_or(true, |divisor| divisor.is_zero()) {
        return;
    }
    let (allowed, what): (&[&str], &str) = match resource {
        "limits.cpu" | "requests.cpu" => (&["1m", "1"], "cpu"),
        "limits.memory" | "requests.memory" => (SIZES, "memory"),
        "limits.ephemeral-storage" | "requests.ephemeral-storage" => (SIZES, "local ephemeral storage"),
        _ if is_huge => (SIZES, "hugepages"),
        _ => return,
    };
    if !allowed.contains(&divisor) {
        let listed = if what == "cpu" { "1m and 1".to_owned() } else { allowed.join(", ") };
        let why = format!("only divisor's values {listed} are supported with the {what} resource");
        causes.invalid(&at.child("divisor"), resource, &why);
    }
}

fn key_ref(reference: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let (name, key) = (reference.text("name"), reference.text("key"));
    causes.wrong(&at.child("name"), name, names::subdomain(name));
    if key.is_empty() {
        causes.required(&at.child("key"), "");
    } else {
        causes.wrong(&at.child("key"), key, names::config_key(key));
    }
}

/// What is wrong with a text.
type Check<'a> = &'a dyn Fn(&str) -> Vec<String>;

fn file_ref(reference: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let checks: [(&str, Check<'_>); 3] = [
        ("key", &names::environment),
        ("volumeName", &names::label),
        ("path", &|path| names::no_backsteps(path).into_iter().collect()),
    ];
    for (field, check) in checks {
        let text = reference.text(field);
        if text.is_empty() {
            causes.required(&at.child(field), "");
        } else {
            causes.wrong(&at.child(field), text, check(text));
        }
    }
}

/// Checks `envFrom`.
pub(crate) fn sources(container: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for (index, source) in container.items("envFrom").iter().enumerate() {
        let place = at.index(index);
        let prefix = source.text("prefix");
        if !prefix.is_empty() {
            causes.wrong(&place.child("prefix"), prefix, names::environment(prefix));
        }
        let mut sources = 0;
        for kind in ["configMapRef", "secretRef"] {
            let Some(reference) = source.sub(kind) else { continue };
            sources += 1;
            let (at, name) = (place.child(kind), reference.text("name"));
            if name.is_empty() {
                causes.required(&at.child("name"), "");
            } else {
                causes.wrong(&at.child("name"), name, names::NameRule::Subdomain.check(name, true));
            }
        }
        match sources {
            0 => causes.invalid(at, "", "must specify one of: `configMapRef` or `secretRef`"),
            1 => {}
            _ => causes.invalid(at, "", "may not have more than one field specified at a time"),
        }
    }
}
