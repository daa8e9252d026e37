//! What single built-in kinds do differently, beyond their schema: tables taken from the real server's strategies.

use std::sync::Arc;

use serde_json::Value;

use super::resource::{Origin, Resource};
use super::{Api, definitions, services};
use crate::storage::Object;

/// What a delete does with dependents if the client does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DefaultPropagation {
    /// Nothing: they are found by the garbage collector.
    Background,
    /// They are kept.
    Orphan,
    /// The kind has no dependents, and finalizers for them are never set.
    Unsupported,
}

// === hooks ===

/// What follows from a committed write.
pub(super) fn committed(api: &Api, resource: &Resource, before: Option<&Arc<Object>>, after: Option<&Arc<Object>>) {
    match (resource.origin, resource.storage.as_str()) {
        (Origin::Builtin, definitions::STORAGE) => definitions::committed(api, before, after),
        (Origin::Builtin, "services") => {
            services::committed(api, before.map(|object| object.value()), after.map(|object| object.value()));
        }
        (Origin::Custom, _) if after.is_none() => definitions::instance_gone(api, resource),
        _ => {}
    }
}

// === tables ===

/// Whether a PUT creates what does not exist.
pub(super) fn creates_on_update(resource: &Resource) -> bool {
    resource.origin == Origin::Builtin
        && (resource.schema.strategy().is_some_and(|row| row.creates_on_update)
            || matches!(
                (resource.group.as_str(), resource.plural.as_str()),
                ("", "endpoints" | "events" | "services")
                    | ("events.k8s.io", "events")
                    | ("coordination.k8s.io", "leases")
                    | ("rbac.authorization.k8s.io", _)
            ))
}

/// Whether a PUT may leave out the resource version.
pub(super) fn allows_unconditional_update(resource: &Resource) -> bool {
    resource.origin == Origin::Builtin
        && resource.schema.strategy().map_or_else(
            || !matches!(resource.plural.as_str(), "customresourcedefinitions" | "leases"),
            |row| row.unconditional,
        )
}

/// Whether a delete is answered with the object rather than with a `Status`.
pub(super) fn shows_deleted(resource: &Resource) -> bool {
    resource.origin == Origin::Builtin
        && (resource.schema.strategy().is_some_and(|row| row.shows_deleted)
            || matches!(
                (resource.group.as_str(), resource.plural.as_str()),
                ("", "namespaces" | "persistentvolumeclaims" | "pods" | "services" | "serviceaccounts")
                    | ("storage.k8s.io", "storageclasses")
            ))
}

/// What a delete does with dependents by default.
pub(super) fn default_propagation(resource: &Resource) -> DefaultPropagation {
    match (resource.origin, resource.plural.as_str()) {
        (Origin::Builtin, "jobs") => DefaultPropagation::Orphan,
        (Origin::Builtin, "events") => DefaultPropagation::Unsupported,
        _ => DefaultPropagation::Background,
    }
}

/// How long a kind that ends gracefully is given to end; nothing for the others, which end at once.
pub(super) fn grace(resource: &Resource, object: &Value, wanted: Option<i64>) -> Option<i64> {
    if resource.origin != Origin::Builtin || resource.storage != "pods" {
        return None;
    }
    let unscheduled = object["spec"]["nodeName"].as_str().unwrap_or_default().is_empty();
    let ended = matches!(object["status"]["phase"].as_str(), Some("Failed" | "Succeeded"));
    if unscheduled || ended {
        return Some(0);
    }
    let period = wanted.or_else(|| object["spec"]["terminationGracePeriodSeconds"].as_i64()).unwrap_or_default();
    Some(if period < 0 { 1 } else { period })
}

/// The field of the stored object that a field selector means.
pub(super) fn selectable_field(resource: &Resource, field: &str) -> Result<String, String> {
    let given = || Ok(field.to_owned());
    if let Some(known) = resource.schema.strategy().and_then(|row| row.selectable) {
        return if known.contains(&field) { given() } else { unsupported_by(resource, field) };
    }
    match (resource.origin, resource.group.as_str(), resource.plural.as_str(), field) {
        (Origin::Builtin, "", "nodes" | "namespaces", "metadata.name") => given(),
        (Origin::Builtin, "", "nodes" | "namespaces", "metadata.namespace") => unsupported(field),
        (_, _, _, "metadata.name" | "metadata.namespace") => given(),
        (Origin::Custom, ..) if resource.selectable.iter().any(|known| known == field) => given(),
        (Origin::Custom, ..) => unsupported(field),
        (_, "", "pods", "spec.host") => Ok("spec.nodeName".into()),
        (
            _,
            "",
            "pods",
            "spec.nodeName"
            | "spec.restartPolicy"
            | "spec.schedulerName"
            | "spec.serviceAccountName"
            | "spec.hostNetwork"
            | "status.phase"
            | "status.podIP"
            | "status.podIPs"
            | "status.nominatedNodeName",
        )
        | (_, "", "secrets", "type")
        | (_, "", "namespaces", "status.phase")
        | (_, "", "nodes", "spec.unschedulable")
        | (_, "", "services", "spec.clusterIP" | "spec.type")
        | (
            _,
            "",
            "events",
            "involvedObject.kind"
            | "involvedObject.namespace"
            | "involvedObject.name"
            | "involvedObject.uid"
            | "involvedObject.apiVersion"
            | "involvedObject.resourceVersion"
            | "involvedObject.fieldPath"
            | "reason"
            | "reportingComponent"
            | "source"
            | "type",
        )
        | (_, "batch", "jobs", "status.successful")
        | (_, "events.k8s.io", "events", "reason" | "type") => given(),
        (_, "events.k8s.io", "events", "reportingController") => Ok("reportingComponent".into()),
        (_, "events.k8s.io", "events", field) if field.starts_with("regarding.") => {
            Ok(field.replacen("regarding", "involvedObject", 1))
        }
        (_, "", "pods" | "secrets" | "namespaces" | "nodes" | "services" | "events", _) | (_, "events.k8s.io", ..) => {
            unsupported(field)
        }
        (_, "batch", "jobs", _) => Err(format!("field label \"{field}\" not supported for Job")),
        _ => Err(format!("\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")),
    }
}

fn unsupported_by(resource: &Resource, field: &str) -> Result<String, String> {
    match resource.group.as_str() {
        "resource.k8s.io" => Err(format!("field label not supported for {}: {field}", resource.schema.gvk())),
        _ => unsupported(field),
    }
}

fn unsupported(field: &str) -> Result<String, String> {
    Err(format!("field label not supported: {field}"))
}

/// Where the real server keeps an object in etcd; some of its messages say so.
pub(super) fn etcd_key(resource: &Resource, key: &str) -> String {
    let place = match (resource.origin, resource.storage.as_str()) {
        (Origin::Custom, _) => format!("{}/{}", resource.group, resource.plural),
        (_, definitions::STORAGE) => format!("{}/{}", resource.group, resource.plural),
        (_, "services") => "services/specs".into(),
        (_, "nodes") => "minions".into(),
        (_, "endpoints") => "services/endpoints".into(),
        (_, "replicationcontrollers") => "controllers".into(),
        (_, "ingresses.networking.k8s.io") => "ingress".into(),
        (_, "apiservices.apiregistration.k8s.io") => format!("{}/{}", resource.group, resource.plural),
        _ => resource.plural.clone(),
    };
    format!("/registry/{place}/{key}")
}
