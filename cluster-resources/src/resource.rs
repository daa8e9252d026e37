//! One declared object, checked and immutable; knows nothing of clusters, nor of what is there.

mod canonical;
mod check;
mod invalid;
mod manifests;
mod names;
mod place;
mod prepare;
mod secret;

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};

pub use self::invalid::{InvalidResource, Problem};
pub use self::manifests::manifests;
pub use self::secret::{InvalidSecretKeys, SECRET_MAX_KEY_LENGTH, build_secret, check_secret_keys};
use crate::id::{GroupKind, ObjectId, Origin, Scope};

/// A declared object: any kind, checked when it is made, never changed afterwards. Cheap to clone.
#[derive(Clone)]
pub struct Resource {
    declared: Arc<Declared>,
    origin: Arc<Origin>,
    caller: Option<Arc<str>>,
}

struct Declared {
    body: Value,
    api_version: Arc<str>,
    kind: GroupKind,
    name: Arc<str>,
    generated: bool,
    namespace: Option<Arc<str>>,
    hash: OnceLock<Arc<str>>,
}

impl Resource {
    /// An object as it was read from a file or built by code. The caller is the origin's, if it names one.
    ///
    /// Nothing is filled in and nothing is mended: what is refused here is what the API server would refuse, and what would be read
    /// differently from how it was meant. Entries that are `null` are refused too, but for those that Kubernetes' own tools write:
    /// [`Resource::with_nulls`] takes them.
    ///
    /// # Errors
    /// [`InvalidResource`] with everything that is wrong, each with its place.
    pub fn new(body: Value, origin: Origin) -> Result<Self, InvalidResource> {
        Self::checked(body, origin, check::Nulls::Refused)
    }

    /// The same with entries that are `null` on purpose, as some custom resources have them.
    ///
    /// # Errors
    /// [`InvalidResource`], as for [`Resource::new`].
    pub fn with_nulls(body: Value, origin: Origin) -> Result<Self, InvalidResource> {
        Self::checked(body, origin, check::Nulls::Kept)
    }

    fn checked(body: Value, origin: Origin, nulls: check::Nulls) -> Result<Self, InvalidResource> {
        let checked = check::check(&body, nulls);
        let (Some(head), true) = (checked.head, checked.problems.is_empty()) else {
            return Err(InvalidResource::new(&body, origin, checked.problems));
        };
        let declared = Declared {
            api_version: head.api_version.into(),
            kind: GroupKind::of(head.api_version, head.kind),
            name: head.name.into(),
            generated: head.generated,
            namespace: head.namespace.map(Arc::from),
            hash: OnceLock::new(),
            body,
        };
        let caller = origin.caller.clone();
        Ok(Self { declared: Arc::new(declared), origin: Arc::new(origin), caller })
    }

    /// The same on behalf of a caller.
    #[must_use]
    pub fn with_caller(mut self, caller: impl Into<Arc<str>>) -> Self {
        self.caller = Some(caller.into());
        self
    }

    /// The same from elsewhere. The caller stays.
    #[must_use]
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = Arc::new(origin);
        self
    }

    /// The object as it was declared.
    #[must_use]
    pub fn body(&self) -> &Value {
        &self.declared.body
    }

    /// Group and version, such as `apps/v1`.
    #[must_use]
    pub fn api_version(&self) -> &str {
        &self.declared.api_version
    }

    /// The kind within its group.
    #[must_use]
    pub fn kind_and_group(&self) -> &GroupKind {
        &self.declared.kind
    }

    /// Its name, or for an object that is created anew each time what its `generateName` begins with, without hyphens at the end.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.declared.name
    }

    /// Whether the server is to choose its name, so that it is created anew each time and never changed.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        self.declared.generated
    }

    /// The namespace it declares, if any.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.declared.namespace.as_deref()
    }

    /// Where it comes from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// On behalf of which caller it is declared.
    #[must_use]
    pub fn caller(&self) -> Option<&str> {
        self.caller.as_deref()
    }

    /// What it is called in a cluster.
    #[must_use]
    pub fn id(&self, cluster: &str, scope: Scope) -> ObjectId {
        ObjectId { cluster: cluster.into(), scope, kind: self.declared.kind.clone(), name: self.declared.name.clone() }
    }

    /// Whether it is a Secret of the core group, whose content no report may show.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.declared.kind.is("", "Secret")
    }

    /// Its annotations, by name.
    pub fn annotations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.strings("annotations")
    }

    /// One of its annotations.
    #[must_use]
    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.metadata("annotations")?.get(name)?.as_str()
    }

    /// Its labels, by name.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.strings("labels")
    }

    /// One of its labels.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&str> {
        self.metadata("labels")?.get(name)?.as_str()
    }

    /// What it names as its owners.
    #[must_use]
    pub fn owner_references(&self) -> &[Value] {
        self.metadata("ownerReferences").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Whether it has an owner.
    #[must_use]
    pub fn has_owner_reference(&self) -> bool {
        !self.owner_references().is_empty()
    }

    /// Whether one of its owners controls it.
    #[must_use]
    pub fn has_controller(&self) -> bool {
        self.owner_references().iter().any(|owner| owner.get("controller") == Some(&Value::Bool(true)))
    }

    /// The body that is sent to apply it: without what belongs to the server, without marks of a former run, with these marks as
    /// annotations, these labels, and in this namespace (in none when absent). A Secret's `stringData` becomes `data`.
    #[must_use]
    pub fn to_apply(&self, stamps: &[(String, String)], labels: &[(String, String)], namespace: Option<&str>) -> Value {
        prepare::to_apply(self.body(), self.is_secret(), stamps, labels, namespace)
    }

    /// Names what is declared: `v1:sha256:` and the hash of the declaration's canonical form (RFC 8785), in hexadecimal.
    ///
    /// The same for declarations that are applied the same: what belongs to the server and marks of this family do not count, nor
    /// does the namespace, which is part of the object's identity. `stringData` counts as `data`, empty labels and annotations as none.
    /// Everything else counts, be it empty or a default. Computed once.
    #[must_use]
    pub fn hash(&self) -> &Arc<str> {
        self.declared.hash.get_or_init(|| canonical::hash(self.body(), self.is_secret()))
    }

    /// The canonical form that [`Resource::hash`] is of. It may hold secrets.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        canonical::canonical(self.body(), self.is_secret())
    }

    fn metadata(&self, key: &str) -> Option<&Value> {
        self.body().get("metadata")?.get(key)
    }

    fn strings(&self, key: &str) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.metadata(key).and_then(Value::as_object).into_iter().flat_map(Map::iter);
        entries.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body may hold secrets.
        f.debug_struct("Resource")
            .field("kind", &self.declared.kind)
            .field("name", &self.declared.name)
            .field("namespace", &self.declared.namespace)
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
