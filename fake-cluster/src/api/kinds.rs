//! What single kinds do beyond their schema: namespaces that end, definitions that begin to serve.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Api;
use super::resource::{Origin, Resource};
use super::status::{Status, StatusCause};
use super::write::{seconds, set_meta};
use crate::schema::Refusal;
use crate::storage::{Expected, Object};

const NAMESPACES: &str = "namespaces";
const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";

impl Api {
    /// Creates what every cluster begins with.
    pub(super) fn bootstrap(&self) {
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            let namespace = json!({
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": {
                    "name": name, "uid": uuid::Uuid::new_v4().to_string(),
                    "creationTimestamp": seconds(self.now()),
                    "labels": {"kubernetes.io/metadata.name": name},
                },
                "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
            });
            // The store is new: the key is free.
            drop(self.store.put(NAMESPACES, name, Expected::Absent, namespace));
        }
    }
}

/// Refuses new objects in namespaces that are missing or ending.
pub(super) fn namespace_accepts(api: &Api, resource: &Resource, namespace: &str, object: &Value) -> Result<(), Status> {
    if !resource.namespaced {
        return Ok(());
    }
    let Some(found) = api.store.get(NAMESPACES, namespace) else {
        return Err(Status::not_found("", NAMESPACES, namespace));
    };
    if found.value()["status"]["phase"] == "Terminating" || !found.metadata()["deletionTimestamp"].is_null() {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let why = format!("unable to create new content in namespace {namespace} because it is being terminated");
        let cause = StatusCause::new(
            "NamespaceTerminating",
            format!("namespace {namespace} is being terminated"),
            "metadata.namespace",
        );
        return Err(Status::forbidden(&resource.group, &resource.plural, name, &why).with_causes(vec![cause]));
    }
    Ok(())
}

/// The kind's own preparation of a new object, before its schema prepares and validates it.
pub(super) fn prepare_create(_api: &Api, resource: &Resource, object: &mut Value) -> Result<(), Refusal> {
    match resource.storage.as_str() {
        NAMESPACES => {
            object["status"] = json!({"phase": "Active"});
            let finalizers = &mut object["spec"]["finalizers"];
            match finalizers.as_array_mut() {
                Some(list) if list.iter().any(|f| f == "kubernetes") => {}
                Some(list) => list.push(json!("kubernetes")),
                None => *finalizers = json!(["kubernetes"]),
            }
            let name = object["metadata"]["name"].clone();
            label(object, "kubernetes.io/metadata.name", name);
        }
        DEFINITIONS => accept_definition(object),
        _ => {}
    }
    Ok(())
}

/// The kind's own preparation of a changed object.
pub(super) fn prepare_update(
    _api: &Api,
    resource: &Resource,
    new: &mut Value,
    old: &Value,
    subresource: Option<&str>,
) -> Result<(), Refusal> {
    match resource.storage.as_str() {
        NAMESPACES => {
            let name = new["metadata"]["name"].clone();
            label(new, "kubernetes.io/metadata.name", name);
            if subresource != Some("finalize") {
                new["spec"]["finalizers"] = old["spec"]["finalizers"].clone();
            }
            if subresource != Some("status") {
                new["status"] = old["status"].clone();
            }
        }
        DEFINITIONS if subresource.is_none() => {
            new["status"] = old["status"].clone();
            accept_definition(new);
        }
        _ => {}
    }
    Ok(())
}

/// What follows from a committed write.
pub(super) fn committed(api: &Api, resource: &Resource, _before: Option<&Arc<Object>>, after: Option<&Arc<Object>>) {
    if resource.storage != DEFINITIONS {
        return;
    }
    if let Some(definition) = after {
        api.registry.define(definition.key(), Resource::custom(definition.value()));
    } else if let Some(definition) = _before {
        api.registry.forget(definition.key());
    }
}

/// Whether a PUT creates what does not exist.
pub(super) fn creates_on_update(resource: &Resource) -> bool {
    resource.origin == Origin::Builtin
        && matches!(
            resource.plural.as_str(),
            "leases" | "events" | "roles" | "rolebindings" | "clusterroles" | "clusterrolebindings" | "services"
        )
}

/// Whether a PUT may leave out the resource version.
pub(super) fn allows_unconditional_update(resource: &Resource) -> bool {
    resource.origin == Origin::Builtin && !matches!(resource.plural.as_str(), "customresourcedefinitions" | "leases")
}

/// The fields that objects of the kind can be selected by, besides name and namespace.
pub(super) fn selectable_fields(resource: &Resource) -> &'static [&'static str] {
    match (resource.group.as_str(), resource.plural.as_str()) {
        ("", "pods") => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
        ("", "secrets") => &["type"],
        ("", "namespaces") => &["status.phase"],
        ("", "nodes") => &["spec.unschedulable"],
        ("", "services") => &["spec.clusterIP", "spec.type"],
        ("", "events") => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        ("batch", "jobs") => &["status.successful"],
        ("apps", "replicasets") => &["status.replicas"],
        _ => &[],
    }
}

fn label(object: &mut Value, key: &str, value: Value) {
    let mut labels = object["metadata"]["labels"].as_object().cloned().unwrap_or_default();
    labels.insert(key.into(), value);
    set_meta(object, "labels", Value::Object(labels));
}

/// A definition is accepted at once: names, conditions and stored versions.
fn accept_definition(object: &mut Value) {
    let names = &mut object["spec"]["names"];
    let kind = names["kind"].as_str().unwrap_or_default().to_owned();
    if names["singular"].as_str().unwrap_or_default().is_empty() {
        names["singular"] = json!(kind.to_lowercase());
    }
    if names["listKind"].as_str().unwrap_or_default().is_empty() {
        names["listKind"] = json!(format!("{kind}List"));
    }
    let names = names.clone();
    let at = object["metadata"]["creationTimestamp"].clone();
    let stored = object["spec"]["versions"].as_array().into_iter().flatten();
    let stored: Vec<_> = stored.filter(|v| v["storage"] == json!(true)).map(|v| v["name"].clone()).collect();
    let mut versions = object["status"]["storedVersions"].as_array().cloned().unwrap_or_default();
    versions.extend(stored.into_iter().filter(|v| !versions.contains(v)).collect::<Vec<_>>());
    object["status"] = json!({
        "acceptedNames": names,
        "storedVersions": versions,
        "conditions": [
            {"type": "NamesAccepted", "status": "True", "reason": "NoConflicts", "message": "no conflicts found", "lastTransitionTime": at},
            {"type": "Established", "status": "True", "reason": "InitialNamesAccepted", "message": "the initial names have been accepted", "lastTransitionTime": at},
        ],
    });
}

/// Whether a delete is answered with the object rather than a `Status`.
pub(super) fn shows_deleted(resource: &Resource) -> bool {
    resource.origin == Origin::Builtin
        && matches!(resource.plural.as_str(), "namespaces" | "pods" | "services" | "serviceaccounts")
}

/// Whether a deleted object stays until its own controller lets it go, with or without finalizers.
pub(super) fn holds_itself(resource: &Resource, object: &Value) -> bool {
    resource.storage == NAMESPACES && object["spec"]["finalizers"].as_array().is_some_and(|list| !list.is_empty())
}

/// What a deletion changes in an object that stays for its finalizers.
pub(super) fn mark_deleted(resource: &Resource, object: &mut Value) {
    if resource.storage == NAMESPACES {
        object["status"]["phase"] = json!("Terminating");
    }
}
