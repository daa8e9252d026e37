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
use crate::schema::catalog::{Builtin, CATALOG, Untracked};
use crate::schema::data::Listed;
use crate::schema::text::quote;
use crate::schema::types::{TypeId, Types};
use crate::schema::view::View;

pub(crate) mod catalog;
mod data;
pub(crate) mod decode;
pub(crate) mod quantity;
mod refusal;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod types;
pub(crate) mod view;

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

impl KindSchema {
    /// The schema of a built-in kind, shared and read once per process. `group` is empty for core kinds.
    #[must_use]
    pub fn builtin(group: &str, version: &str, kind: &str) -> Option<Arc<Self>> {
        CATALOG.kinds.get(&(group, version, kind)).map(Arc::clone)
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

    /// Checks the types of a request body, drops unknown fields and fills in defaults; returns warnings for the client.
    ///
    /// # Errors
    /// 400 when a value has the wrong type, or, with [`FieldValidation::Strict`], when there are unknown fields.
    pub fn decode(&self, object: &mut Value, unknown: FieldValidation) -> Result<Vec<String>, Refusal> {
        let told = self.read(object).map_err(|message| self.unreadable(object, &message))?;
        match unknown {
            FieldValidation::Ignore => Ok(Vec::new()),
            FieldValidation::Warn => Ok(told),
            FieldValidation::Strict if told.is_empty() => Ok(told),
            FieldValidation::Strict => {
                Err(self.unreadable(object, &format!("strict decoding error: {}", told.join(", "))))
            }
        }
    }

    fn unreadable(&self, object: &Value, message: &str) -> Refusal {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        let version = text("apiVersion").map_or(&*self.version, |group_version| {
            group_version.rsplit_once('/').map_or(group_version, |(_, version)| version)
        });
        Refusal::bad_request(format!(
            "{} in version {} cannot be handled as a {}: {message}",
            text("kind").unwrap_or(&self.kind),
            quote(version),
            self.kind
        ))
    }

    /// Brings an object into the form in which it is stored; returns what was dropped, as strict decoding errors.
    ///
    /// # Errors
    /// The decoder's message.
    pub(crate) fn read(&self, object: &mut Value) -> Result<Vec<String>, String> {
        match &self.model {
            Model::Builtin(_) => {
                let unknown = decode::decode(&self.types, self.root, object)?;
                self.stamp(object);
                Ok(unknown.iter().map(|path| decode::unknown_field(path)).collect())
            }
        }
    }

    /// Writes the kind and version.
    fn stamp(&self, object: &mut Value) {
        if let Value::Object(object) = object {
            let mut put = |key: &str, text: &str| match object.get_mut(key) {
                Some(Value::String(there)) if there == text => {}
                _ => {
                    object.insert(key.to_owned(), Value::from(text));
                }
            };
            put("apiVersion", &self.api_version);
            put("kind", &self.kind);
        }
    }

    /// An object of this kind in which nothing is set.
    pub(crate) fn zero(&self) -> &Value {
        self.zero.get_or_init(|| {
            let mut zero = match &self.model {
                Model::Builtin(_) => decode::zero(&self.types, self.root),
            };
            self.stamp(&mut zero);
            zero
        })
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
            Model::Builtin(_) => None,
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
            Model::Builtin(_) => None,
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
        }
    }
}
