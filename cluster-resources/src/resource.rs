//! One declared object, checked and immutable.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::id::{GroupKind, ObjectId, Origin, Scope};

/// A declared object: any kind, checked when it is made, never changed afterwards. Cheap to clone.
#[derive(Clone)]
pub struct Resource(Arc<Inner>);

struct Inner {
    body: Value,
    api_version: Arc<str>,
    kind: GroupKind,
    name: Arc<str>,
    namespace: Option<Arc<str>>,
    origin: Origin,
    caller: Option<Arc<str>>,
}

impl Resource {
    /// The object as it was declared.
    #[must_use]
    pub fn body(&self) -> &Value {
        &self.0.body
    }

    /// Group and version, such as `apps/v1`.
    #[must_use]
    pub fn api_version(&self) -> &str {
        &self.0.api_version
    }

    /// The kind within its group.
    #[must_use]
    pub fn kind_and_group(&self) -> &GroupKind {
        &self.0.kind
    }

    /// Its name, or for an object that is created anew each time what its `generateName` begins with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The namespace it declares, if any.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.0.namespace.as_deref()
    }

    /// Where it comes from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// On behalf of which caller it is declared.
    #[must_use]
    pub fn caller(&self) -> Option<&str> {
        self.0.caller.as_deref()
    }

    /// What it is called in a cluster.
    #[must_use]
    pub fn id(&self, cluster: &str, scope: Scope) -> ObjectId {
        ObjectId { cluster: cluster.into(), scope, kind: self.0.kind.clone(), name: self.0.name.clone() }
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body may hold secrets.
        f.debug_struct("Resource").field("kind", &self.0.kind).field("name", &self.0.name).finish_non_exhaustive()
    }
}
