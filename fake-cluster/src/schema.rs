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
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::apply::set::Set;
use crate::schema::catalog::{Builtin, CATALOG, Untracked, set_of};
use crate::schema::custom::Version;
use crate::schema::data::Listed;
use crate::schema::types::{TypeId, Types};
use crate::schema::view::View;

mod admission;
mod admitting;
pub(crate) mod catalog;
mod check;
mod custom;
pub(crate) mod data;
pub(crate) mod decode;
mod defaults;
mod kinds;
mod meta;
pub(crate) mod names;
mod outline;
mod place;
mod prepare;
#[cfg(test)]
mod properties;
pub(crate) mod quantity;
mod read;
mod reading;
mod refusal;
mod report;
pub(crate) mod served;
pub(crate) mod strategic;
pub(crate) mod strategy;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod types;
pub(crate) mod view;

pub(crate) use custom::{Broken, Condition};
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
pub struct KindSchema {
    group: String,
    version: String,
    kind: String,
    api_version: String,
    scope: Scope,
    has_status: bool,
    types: Arc<Types>,
    root: TypeId,
    model: Model,
    untracked: Untracked,
    untracked_status: Untracked,
    zero: OnceLock<Value>,
}

/// Where a kind comes from.
enum Model {
    Builtin(Builtin),
    Custom(Box<Custom>),
}

/// One version of a definition, and the others that its objects may have been written in.
struct Custom {
    own: Version,
    others: Vec<Version>,
}

impl fmt::Debug for KindSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KindSchema").field("api_version", &self.api_version).field("kind", &self.kind).finish()
    }
}

/// The Kubernetes release whose kinds are built in, `v1.36.3`.
#[must_use]
pub fn release() -> &'static str {
    CATALOG.release
}

/// The priority classes that every cluster has: name, value and description.
pub(crate) fn system_priority_classes() -> impl Iterator<Item = (&'static str, i64, &'static str)> {
    kinds::SYSTEM_PRIORITIES.iter().copied()
}

impl KindSchema {
    /// The schema of a built-in kind, shared and read once per process. `group` is empty for core kinds.
    #[must_use]
    pub fn builtin(group: &str, version: &str, kind: &str) -> Option<Arc<Self>> {
        CATALOG.kinds.get(&(group, version, kind)).map(Arc::clone)
    }

    /// The schema of one entry of a definition's `spec.versions`; `definition` is the whole CustomResourceDefinition,
    /// which was admitted before.
    ///
    /// # Errors
    /// The definition has no such version.
    pub fn from_crd_version(definition: &Value, version: &str) -> Result<Arc<Self>, Vec<Cause>> {
        let text = |pointer: &str| definition.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let group = text("/spec/group");
        let api_version = format!("{group}/{version}");
        let versions = definition.pointer("/spec/versions").and_then(Value::as_array).into_iter().flatten();
        let mut others: Vec<Version> = versions.filter_map(|version| Version::parse(&group, version)).collect();
        custom::deprecate(&mut others, definition);
        let Some(at) = others.iter().position(|other| other.api_version == api_version) else {
            return Err(vec![Cause::not_found("spec.versions", &version.into())]);
        };
        let own = others.swap_remove(at);
        let paths = |paths: &[&[&str]]| Untracked(set_of(paths));
        Ok(Arc::new(Self {
            group,
            version: version.to_owned(),
            kind: text("/spec/names/kind"),
            api_version,
            scope: if text("/spec/scope") == "Namespaced" { Scope::Namespaced } else { Scope::Cluster },
            has_status: own.has_status,
            types: Arc::clone(&own.types),
            root: own.root,
            untracked: if own.has_status { paths(&[&["status"]]) } else { paths(&[]) },
            untracked_status: paths(&[&["metadata"], &["spec"]]),
            zero: OnceLock::new(),
            model: Model::Custom(Box::new(Custom { own, others })),
        }))
    }

    pub(crate) fn of_builtin(listed: &Listed, builtin: Builtin, types: Arc<Types>) -> Self {
        let api_version = match listed.group {
            "" => listed.version.to_owned(),
            group => format!("{group}/{}", listed.version),
        };
        Self {
            group: listed.group.to_owned(),
            version: listed.version.to_owned(),
            kind: listed.kind.to_owned(),
            api_version,
            scope: builtin.scope(),
            has_status: builtin.has_status(),
            types,
            root: listed.root,
            model: Model::Builtin(builtin),
            untracked: builtin.untracked(None),
            untracked_status: builtin.untracked(Some("status")),
            zero: OnceLock::new(),
        }
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
    pub fn api_version(&self) -> &str {
        &self.api_version
    }

    /// `Deployment.apps`, or `Pod` for core kinds: how messages name the kind.
    #[must_use]
    pub fn qualified_kind(&self) -> String {
        if self.group.is_empty() { self.kind.clone() } else { format!("{}.{}", self.kind, self.group) }
    }

    /// `apps/v1, Kind=Deployment`, as Go prints it.
    pub(crate) fn gvk(&self) -> String {
        format!("{}/{}, Kind={}", self.group, self.version, self.kind)
    }

    /// What clients of this version are warned of on every request, when it is deprecated.
    #[must_use]
    pub fn deprecation(&self) -> Option<&str> {
        match &self.model {
            Model::Builtin(Builtin::Endpoints) => {
                Some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
            }
            Model::Builtin(_) => None,
            Model::Custom(custom) => custom.own.deprecation.as_deref(),
        }
    }

    /// Whether objects live in namespaces.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Whether `/status` is written apart from the rest.
    #[must_use]
    pub const fn has_status_subresource(&self) -> bool {
        self.has_status
    }

    /// The row of the kind in the table of kinds; the oldest kinds, and custom ones, have none.
    pub(crate) const fn strategy(&self) -> Option<&'static strategy::Strategy> {
        match &self.model {
            Model::Builtin(Builtin::Tabled(strategy)) => Some(strategy),
            _ => None,
        }
    }

    pub(crate) const fn is_builtin(&self) -> bool {
        matches!(self.model, Model::Builtin(_))
    }

    pub(crate) fn view(&self) -> View<'_> {
        View { types: &self.types, root: self.root, api_version: &self.api_version }
    }

    /// This kind in another version; `None` when there is no such version.
    pub(crate) fn view_of(&self, api_version: &str) -> Option<View<'_>> {
        if api_version == self.api_version {
            return Some(self.view());
        }
        match &self.model {
            Model::Builtin(Builtin::Tabled(row)) => {
                let is_other = |schema: &&Arc<Self>| schema.kind == row.kind && schema.api_version == api_version;
                CATALOG.kinds.values().find(is_other).map(|schema| schema.view())
            }
            Model::Builtin(_) => None,
            Model::Custom(custom) => custom
                .others
                .iter()
                .find(|other| other.api_version == api_version)
                .map(|other| View { types: &other.types, root: other.root, api_version: &other.api_version }),
        }
    }

    /// `object`, which is in this version, in another.
    pub(crate) fn convert<'a>(&self, object: &'a Value, to: &str) -> Option<Cow<'a, Value>> {
        self.convert_between(&self.api_version, object, to)
    }

    pub(crate) fn convert_between<'a>(&self, from: &str, object: &'a Value, to: &str) -> Option<Cow<'a, Value>> {
        if from == to {
            return Some(Cow::Borrowed(object));
        }
        self.convert_from(from, object.clone(), to).map(Cow::Owned)
    }

    pub(crate) fn convert_from(&self, from: &str, object: Value, to: &str) -> Option<Value> {
        if from == to {
            return Some(object);
        }
        match &self.model {
            Model::Builtin(Builtin::Tabled(row)) => {
                let mut object = object;
                row.convert?(&mut object, to);
                Some(object)
            }
            Model::Builtin(_) => None,
            Model::Custom(_) => {
                // Versions of a definition differ in name only.
                let mut object = object;
                object.as_object_mut()?.insert("apiVersion".to_owned(), to.into());
                Some(object)
            }
        }
    }

    /// The paths of `set` that may be owned through an endpoint.
    pub(crate) fn tracked(&self, api_version: &str, subresource: Option<&str>, set: Set) -> Set {
        if api_version != self.api_version {
            return set;
        }
        match (subresource, &self.model) {
            (None, _) => self.untracked.filter(set),
            (Some("status"), _) => self.untracked_status.filter(set),
            (_, Model::Builtin(builtin)) => builtin.untracked(subresource).filter(set),
            (_, Model::Custom(_)) => set,
        }
    }
}
