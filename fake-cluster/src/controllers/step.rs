//! One write of a controller: what it is, and how it is carried out. Knows nothing of why.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use crate::api::{Api, MASTERS, Resource, Status, User};
use crate::storage::Object;

/// Who is recorded as the manager of what controllers write.
const AGENT: &str = "kube-controller-manager/v1.36.3";

/// A write that comes next.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Who writes, such as `system:serviceaccount:kube-system:namespace-controller`.
    pub(super) actor: String,
    pub(super) resource: Arc<Resource>,
    pub(super) namespace: String,
    /// Empty for a collection.
    pub(super) name: String,
    pub(super) write: Write,
}

/// What is written.
#[derive(Clone, Debug)]
pub(super) enum Write {
    /// A new object.
    Create(Value),
    /// What is posted to a subresource.
    CreateIn(&'static str, Value),
    /// A new state, of the object or of a subresource; it names the revision that it was made from.
    Update(&'static str, Value),
    /// A merge patch.
    Patch(Value),
    /// A forced server-side apply, under the name of a field manager.
    Apply(&'static str, Value),
    /// A delete, with its options.
    Delete(Value),
    /// A delete of everything in the namespace, with its options.
    DeleteCollection(Value),
}

/// The name that a controller of the kube-controller-manager acts under.
pub(super) fn controller(name: &str) -> String {
    format!("system:serviceaccount:kube-system:{name}")
}

// === impl Step ===

impl Step {
    /// A write to an object.
    pub(super) fn to(actor: &str, resource: &Arc<Resource>, object: &Object, write: Write) -> Self {
        Self {
            actor: actor.to_owned(),
            resource: resource.clone(),
            namespace: object.meta_str("namespace").to_owned(),
            name: object.meta_str("name").to_owned(),
            write,
        }
    }

    /// A write to a collection.
    pub(super) fn within(actor: &str, resource: &Arc<Resource>, namespace: &str, write: Write) -> Self {
        Self {
            actor: actor.to_owned(),
            resource: resource.clone(),
            namespace: namespace.to_owned(),
            name: String::new(),
            write,
        }
    }

    /// Carries the write out.
    ///
    /// # Errors
    /// The refusal. A conflict means that the object changed since it was looked at.
    pub(super) fn carry_out(&self, api: &Api) -> Result<Value, Status> {
        let mut path = self.resource.path(&self.namespace, &self.name);
        let (method, body) = match &self.write {
            Write::Create(object) => (Method::POST, object),
            Write::CreateIn(subresource, object) => {
                path.extend(["/", subresource]);
                (Method::POST, object)
            }
            Write::Update(subresource, object) => {
                if !subresource.is_empty() {
                    path.extend(["/", subresource]);
                }
                (Method::PUT, object)
            }
            Write::Patch(patch) => (Method::PATCH, patch),
            Write::Apply(manager, object) => {
                path.extend(["?force=true&fieldManager=", manager]);
                (Method::PATCH, object)
            }
            Write::Delete(options) | Write::DeleteCollection(options) => (Method::DELETE, options),
        };
        let groups: &[&str] = match self.actor.strip_prefix("system:serviceaccount:") {
            Some(_) => &["system:serviceaccounts", "system:serviceaccounts:kube-system", MASTERS],
            None if self.actor.starts_with("system:node:") => &["system:nodes", MASTERS],
            None => &[MASTERS],
        };
        let content_type = match self.write {
            Write::Patch(_) => "application/merge-patch+json",
            Write::Apply(..) => "application/apply-patch+yaml",
            _ => "application/json",
        };
        api.request_as(User::new(self.actor.as_str(), groups), AGENT, method, &path, content_type, Some(body))
    }
}

// === impl Write ===

impl Write {
    /// A delete of just this object as it was seen.
    pub(super) fn delete_exactly(object: &Object, propagation: &str) -> Self {
        Self::Delete(json!({
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation,
            "preconditions": {"uid": object.meta_str("uid"), "resourceVersion": object.revision().to_string()},
        }))
    }

    /// A change of metadata, of just this object as it was seen.
    pub(super) fn patch_metadata(object: &Object, field: &str, value: Value) -> Self {
        Self::Patch(json!({"metadata": {
            "uid": object.meta_str("uid"), "resourceVersion": object.revision().to_string(), field: value,
        }}))
    }
}
