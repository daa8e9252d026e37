//! Namespaces: what they accept, and how they begin to end.
//!
//! Emptying a namespace is the work of the namespace controller, which is no part of an API server: as behind a bare
//! kube-apiserver, a deleted namespace stays `Terminating` until somebody finalizes it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::ctx::Ctx;
use super::options::DeleteOptions;
use super::resource::Resource;
use super::status::{Status, StatusCause};
use super::{Api, meta};
use crate::storage::{Expected, Object};

/// What the store calls namespaces.
pub(super) const STORAGE: &str = "namespaces";

/// The namespaces that every cluster begins with.
const INITIAL: &[&str] = &["default", "kube-node-lease", "kube-public", "kube-system"];

/// Creates the initial namespaces in an empty store.
pub(super) fn bootstrap(api: &Api) {
    for name in INITIAL {
        let namespace = json!({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {
                "name": name, "uid": uuid::Uuid::new_v4().to_string(), "creationTimestamp": meta::seconds(api.now()),
                "labels": {"kubernetes.io/metadata.name": name},
            },
            "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
        });
        // The store is new: the key is free.
        drop(api.store.put(STORAGE, name, Expected::Absent, namespace));
    }
}

/// The namespaces that are never deleted.
const IMMORTAL: &[&str] = &["default", "kube-public", "kube-system"];

/// Refuses to delete the namespaces that a cluster cannot be without.
pub(super) fn mortal(name: &str) -> Result<(), Status> {
    if IMMORTAL.contains(&name) {
        return Err(Status::forbidden("", STORAGE, name, "this namespace may not be deleted"));
    }
    Ok(())
}

/// Refuses new objects in namespaces that are missing or ending.
pub(super) fn accept(api: &Api, resource: &Resource, namespace: &str, object: &Value) -> Result<(), Status> {
    if resource.ends {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let why = "create not allowed while custom resource definition is terminating";
        return Err(Status::forbidden(&resource.group, &resource.plural, name, why));
    }
    if !resource.namespaced {
        return Ok(());
    }
    let Some(found) = api.store.get(STORAGE, namespace) else {
        return Err(Status::not_found("", STORAGE, namespace));
    };
    if found.value()["status"]["phase"] != "Terminating" && found.metadata()["deletionTimestamp"].is_null() {
        return Ok(());
    }
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let why = format!("unable to create new content in namespace {namespace} because it is being terminated");
    let said = format!("namespace {namespace} is being terminated");
    let cause = StatusCause::new("NamespaceTerminating", said, "metadata.namespace");
    Err(Status::forbidden(&resource.group, &resource.plural, name, &why).with_causes(vec![cause]))
}

/// Whether a deleted namespace still waits for its controller.
pub(super) fn is_held(resource: &Resource, object: &Value) -> bool {
    resource.storage == STORAGE && object["spec"]["finalizers"].as_array().is_some_and(|list| !list.is_empty())
}

impl Ctx<'_> {
    /// The first delete of a namespace only marks it. Nothing means: go on as with any other object.
    pub(super) fn begin_end_of_namespace(
        &self,
        resource: &Resource,
        live: &Arc<Object>,
        options: &DeleteOptions,
    ) -> Result<Option<Value>, Status> {
        let name = &self.path.name;
        self.check_delete_precondition(resource, live, options, |what, wanted, found| {
            let why = format!("Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {found}");
            Status::conflict("", STORAGE, name, &why)
        })?;
        let mut new = live.value().clone();
        if !live.metadata()["deletionTimestamp"].is_null() {
            return Ok(is_held(resource, &new).then_some(new));
        }
        meta::set(&mut new, "deletionTimestamp", json!(meta::seconds(self.now)));
        new["status"]["phase"] = json!("Terminating");
        let orphan = options.orphan.unwrap_or(options.propagation.as_deref() == Some("Orphan"));
        let foreground = options.orphan.is_none() && options.propagation.as_deref() == Some("Foreground");
        let mut finalizers: Vec<String> = meta::finalizers(&new).into_iter().map(str::to_owned).collect();
        for (finalizer, wanted) in [("orphan", orphan), ("foregroundDeletion", foreground)] {
            let has = finalizers.iter().any(|f| f == finalizer);
            if wanted && !has {
                finalizers.push(finalizer.into());
            } else if !wanted && has && (options.orphan.is_some() || options.propagation.is_some()) {
                finalizers.retain(|f| f != finalizer);
            }
        }
        let finalizers = if finalizers.is_empty() { Value::Null } else { json!(finalizers) };
        meta::set(&mut new, "finalizers", finalizers);
        Ok(Some(new))
    }
}
