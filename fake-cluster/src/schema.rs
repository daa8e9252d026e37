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
use crate::schema::decode::Slip;
use crate::schema::outline::Outline;
use crate::schema::text::quote;
use crate::schema::types::{TypeId, Types};
use crate::schema::view::View;

mod admission;
pub(crate) mod catalog;
mod check;
mod custom;
mod data;
pub(crate) mod decode;
mod defaults;
mod meta;
pub(crate) mod names;
mod outline;
mod place;
mod prepare;
#[cfg(test)]
mod properties;
pub(crate) mod quantity;
mod read;
mod refusal;
mod report;
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
        let paths = |paths: &[&[&str]]| Untracked::Below(set_of(paths));
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

    /// Checks the types of a request body, drops unknown fields and fills in defaults; returns warnings for the client.
    ///
    /// # Errors
    /// 400 when a value has the wrong type, or, with [`FieldValidation::Strict`], when there are unknown fields.
    pub fn decode(&self, object: &mut Value, unknown: FieldValidation) -> Result<Vec<String>, Refusal> {
        self.decode_outlined(object, unknown, None)
    }

    /// As [`KindSchema::decode`], with the JSON text the object was read from: fields that are there twice are found too,
    /// and everything is reported in the order of the text.
    ///
    /// # Errors
    /// As for [`KindSchema::decode`].
    pub fn decode_text(
        &self,
        object: &mut Value,
        text: &[u8],
        unknown: FieldValidation,
    ) -> Result<Vec<String>, Refusal> {
        let is_strict = unknown != FieldValidation::Ignore;
        if !(is_strict && outline::has_repeated_keys(text)) {
            // Nearly always nothing is wrong, and then no order is needed.
            match self.decode_outlined(object, unknown, None) {
                Ok(told) if told.is_empty() => return Ok(told),
                _ => {}
            }
        }
        let text_of = |key: &str| object.get(key).cloned();
        let (api_version, kind) = (text_of("apiVersion"), text_of("kind"));
        let Ok(mut again) = serde_json::from_slice::<Value>(text) else {
            return self.decode_outlined(object, unknown, None);
        };
        if let Some(again) = again.as_object_mut() {
            for (key, value) in [("apiVersion", api_version), ("kind", kind)] {
                if let Some(value) = value {
                    again.insert(key.to_owned(), value);
                }
            }
        }
        *object = again;
        self.decode_outlined(object, unknown, Some(&Outline::of(text)))
    }

    fn decode_outlined(
        &self,
        object: &mut Value,
        unknown: FieldValidation,
        outline: Option<&Outline>,
    ) -> Result<Vec<String>, Refusal> {
        let slips = self.read_outlined(object, outline).map_err(|message| self.unreadable(object, &message))?;
        let told: Vec<String> = slips.iter().map(Slip::message).collect();
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

    /// Brings an object into the form in which it is stored; returns what was dropped.
    ///
    /// # Errors
    /// The decoder's message.
    pub(crate) fn read(&self, object: &mut Value) -> Result<Vec<Slip>, String> {
        self.read_outlined(object, None)
    }

    fn read_outlined(&self, object: &mut Value, outline: Option<&Outline>) -> Result<Vec<Slip>, String> {
        // An empty list of managers is a wish to forget them, which an absent one is not.
        let forget = object.pointer("/metadata/managedFields").and_then(Value::as_array).is_some_and(Vec::is_empty);
        let told = self.read_fields(object, outline)?;
        if forget {
            crate::apply::set_managed_fields(object, Some(Value::Array(Vec::new())));
        }
        Ok(told)
    }

    fn read_fields(&self, object: &mut Value, outline: Option<&Outline>) -> Result<Vec<Slip>, String> {
        let slips = match &self.model {
            Model::Builtin(builtin) => {
                let slips = decode::decode(&self.types, self.root, object, outline)?;
                self.stamp(object);
                defaults::fill(*builtin, object);
                slips
            }
            Model::Custom(custom) => {
                let slips = custom.own.read(object, outline)?;
                self.stamp(object);
                slips
            }
        };
        Ok(slips)
    }

    /// Brings an object that was merged from others into the form in which it is stored.
    ///
    /// # Errors
    /// The decoder's message.
    pub(crate) fn settle(&self, object: &mut Value) -> Result<(), String> {
        match &self.model {
            Model::Builtin(builtin) => {
                decode::convert(&self.types, self.root, object)
                    .map_err(|why| format!("unable to convert unstructured object to {}: {why}", self.gvk()))?;
                self.stamp(object);
                defaults::fill(*builtin, object);
                Ok(())
            }
            Model::Custom(custom) => custom.own.settle(object),
        }
    }

    /// Drops what this version of a custom resource does not declare.
    pub(crate) fn prune(&self, object: &mut Value) {
        if let Model::Custom(custom) = &self.model {
            custom.own.prune(object);
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
                Model::Custom(_) => Value::Object(serde_json::Map::new()),
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
        let mut causes = Vec::new();
        let warnings;
        match &self.model {
            Model::Builtin(builtin) => {
                admission::create(*builtin, object)?;
                prepare::create(*builtin, object, self.zero().get("status").cloned());
                (causes, warnings) = check::create(*builtin, object);
            }
            Model::Custom(custom) => {
                prepare::create_custom(object, custom.own.has_status);
                custom.own.check(object, None, None, self.scope == Scope::Namespaced, &mut causes);
                warnings = meta::finalizer_warnings(object.get("metadata").unwrap_or(&Value::Null), None);
            }
        }
        if causes.is_empty() && !matches!(self.model, Model::Builtin(Builtin::Other | Builtin::TokenRequest)) {
            check::common_create(object, self.scope == Scope::Namespaced, &mut causes);
        }
        let warnings = self.verdict(object, causes, warnings)?;
        if let Model::Builtin(builtin) = &self.model {
            prepare::store(*builtin, object);
        }
        Ok(warnings)
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
        let mut causes = Vec::new();
        let warnings;
        prepare::before_update(new, old);
        match &self.model {
            Model::Builtin(builtin) => {
                admission::update(*builtin, new, old, subresource);
                prepare::update(*builtin, new, old, subresource);
                (causes, warnings) = check::update(*builtin, new, old, subresource);
            }
            Model::Custom(custom) => {
                prepare::update_custom(new, old, custom.own.has_status, subresource);
                check::common_update(new, old, self.scope == Scope::Namespaced, &mut causes);
                custom.own.check(new, Some(old), subresource, self.scope == Scope::Namespaced, &mut causes);
                let null = Value::Null;
                let meta_of = |object: &'_ Value| object.get("metadata").cloned().unwrap_or_else(|| null.clone());
                warnings = meta::finalizer_warnings(&meta_of(new), Some(&meta_of(old)));
            }
        }
        let warnings = self.verdict(new, causes, warnings)?;
        if let Model::Builtin(builtin) = &self.model {
            prepare::store(*builtin, new);
        }
        crate::apply::keep_times(new, old);
        Ok(warnings)
    }

    fn verdict(&self, object: &Value, causes: Vec<Cause>, warnings: Vec<String>) -> Result<Vec<String>, Refusal> {
        if causes.is_empty() {
            return Ok(warnings);
        }
        let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        // Events are one kind in two groups, and the older group names it.
        let kind = match self.model {
            Model::Builtin(Builtin::NewEvent) => self.kind.clone(),
            _ => self.qualified_kind(),
        };
        Err(Refusal::invalid(&kind, name, causes))
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
