//! What the server knows about kinds: their fields, list semantics, defaults and rules.
//!
//! Pure functions over [`serde_json::Value`]. Knows nothing of storage, HTTP or clusters.
//!
//! One write walks through here in this order, as in the real server:
//!
//! 1. [`KindSchema::decode`]: types are checked, unknown fields are dropped, defaults are filled in.
//! 2. [`crate::apply::track`] records who set what (server-side apply does this by itself).
//! 3. [`KindSchema::admit_create`] or [`KindSchema::admit_update`]: the kind's own preparation
//!    (status reset, generation) and validation.
use std::sync::Arc;

use serde_json::Value;

mod refusal;

pub use refusal::{Cause, Refusal};

/// What happens to unknown and duplicate fields, the `fieldValidation` query parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldValidation {
    /// Drop them silently.
    Ignore,
    /// Drop them and return one warning for each.
    #[default]
    Warn,
    /// Refuse the request with 400.
    Strict,
}

/// Whether objects of a kind live in namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "Kubernetes defines exactly these")]
pub enum Scope {
    /// Objects live in a namespace.
    Namespaced,
    /// Objects belong to the cluster.
    Cluster,
}

/// One kind in one version: built in, or from a custom resource definition.
#[derive(Debug)]
pub struct KindSchema {
    group: String,
    version: String,
    kind: String,
    scope: Scope,
    status_subresource: bool,
}

impl KindSchema {
    /// The schema of a built-in kind, shared and parsed once per process. `group` is empty for core kinds.
    #[must_use]
    pub fn builtin(group: &str, version: &str, kind: &str) -> Option<Arc<Self>> {
        let _ = (group, version, kind);
        None
    }

    /// The schema of one entry of a definition's `spec.versions`; `definition` is the whole CustomResourceDefinition.
    ///
    /// # Errors
    /// The causes the real server gives when it refuses to create the definition.
    pub fn from_crd_version(definition: &Value, version: &str) -> Result<Arc<Self>, Vec<Cause>> {
        let text = |pointer: &str| definition.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let scope = match text("/spec/scope").as_str() {
            "Namespaced" => Scope::Namespaced,
            _ => Scope::Cluster,
        };
        Ok(Arc::new(Self {
            group: text("/spec/group"),
            version: version.to_owned(),
            kind: text("/spec/names/kind"),
            scope,
            status_subresource: false,
        }))
    }

    /// The API group, empty for core kinds.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The version within the group, `v1`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The kind, `Deployment`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `group/version`, or only the version for core kinds.
    #[must_use]
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// Whether objects live in namespaces.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Whether `/status` is written apart from the rest.
    #[must_use]
    pub const fn has_status_subresource(&self) -> bool {
        self.status_subresource
    }

    /// Checks the types of a request body, drops unknown fields and fills in defaults; returns warnings for the client.
    ///
    /// # Errors
    /// 400 when a value has the wrong type, or, with [`FieldValidation::Strict`], when there are unknown fields.
    pub fn decode(&self, object: &mut Value, unknown: FieldValidation) -> Result<Vec<String>, Refusal> {
        let _ = (object, unknown);
        Ok(Vec::new())
    }

    /// Prepares and validates a new object; `metadata.name`, `namespace`, `uid` and `creationTimestamp` are already set.
    /// Returns warnings for the client.
    ///
    /// # Errors
    /// 422 with one cause per broken rule.
    pub fn admit_create(&self, object: &mut Value) -> Result<Vec<String>, Refusal> {
        let _ = object;
        Ok(Vec::new())
    }

    /// Prepares and validates a changed object: fields the (sub)resource may not change are put back,
    /// `metadata.generation` moves when the kind's desired state changed. Returns warnings for the client.
    ///
    /// # Errors
    /// 422 with one cause per broken rule.
    pub fn admit_update(
        &self,
        new: &mut Value,
        old: &Value,
        subresource: Option<&str>,
    ) -> Result<Vec<String>, Refusal> {
        let _ = (new, old, subresource);
        Ok(Vec::new())
    }
}
