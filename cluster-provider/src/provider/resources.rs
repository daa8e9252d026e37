//! Resource sets and what became of them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Objects that are applied and removed together. Each has `apiVersion`, `kind` and `metadata.name`; values are not shown by `Debug`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResourceSet {
    /// Its name; one cluster has one set of a name.
    pub name: String,
    /// The objects, in the order of applying within a stage.
    pub resources: Vec<Value>,
    /// Take fields over from other managers.
    #[serde(default)]
    pub force: bool,
}

/// Which object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ObjectRef {
    /// Group and version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Namespace, unless it is in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
}

/// What became of one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ApplyAction {
    /// It was not there.
    Created,
    /// It was changed.
    Configured,
    /// It was as it should be.
    Unchanged,
    /// It is in the set no longer, and was deleted.
    Pruned,
    /// Somebody else owns a field.
    Conflict,
    /// It was not written.
    Failed,
    /// The provider took the set and does not say more.
    Accepted,
}

/// What became of one object, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ObjectOutcome {
    /// Which one.
    pub object: ObjectRef,
    /// What became of it.
    pub action: ApplyAction,
    /// Why, where that is not plain; free of secret values.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// What became of a set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApplyReport {
    /// Each object.
    pub objects: Vec<ObjectOutcome>,
    /// SHA-256 of the canonical content of the set, in hexadecimal.
    pub hash: String,
}

/// What is left after a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Remaining {
    /// Nothing.
    Nothing,
    /// These objects, some of them waiting for finalizers.
    Objects(Vec<ObjectOutcome>),
    /// The set is gone, and the provider does not say what became of its objects.
    Unknown,
}

/// What became of a set that was to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RemoveReport {
    /// Whether there was such a set.
    pub existed: bool,
    /// What is left of it.
    pub remaining: Remaining,
}

/// What applying a set would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SetDiff {
    /// Each object that would not stay as it is.
    pub objects: Vec<ObjectOutcome>,
    /// The same for people, as a unified diff with secret values masked.
    pub text: String,
}

// === impl ResourceSet ===

impl ResourceSet {
    /// These objects under this name.
    pub fn new(name: impl Into<String>, resources: Vec<Value>) -> Self {
        Self { name: name.into(), resources, force: false }
    }

    /// Take fields over from other managers.
    #[must_use]
    pub fn forced(mut self) -> Self {
        self.force = true;
        self
    }
}

impl fmt::Debug for ResourceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let objects: Vec<_> = self.resources.iter().map(ObjectRef::of).collect();
        f.debug_struct("ResourceSet")
            .field("name", &self.name)
            .field("resources", &objects)
            .field("force", &self.force)
            .finish()
    }
}

// === impl ObjectRef ===

impl ObjectRef {
    /// Names an object.
    pub fn new(
        api_version: impl Into<String>,
        kind: impl Into<String>,
        namespace: Option<String>,
        name: impl Into<String>,
    ) -> Self {
        Self { api_version: api_version.into(), kind: kind.into(), namespace, name: name.into() }
    }

    /// Who this object says it is; `None` when it does not say kind, version and name.
    #[must_use]
    pub fn of(object: &Value) -> Option<Self> {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
        Some(Self {
            api_version: text("/apiVersion")?.to_owned(),
            kind: text("/kind")?.to_owned(),
            namespace: text("/metadata/namespace").map(str::to_owned),
            name: text("/metadata/name")?.to_owned(),
        })
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.api_version, self.kind)?;
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}/")?;
        }
        f.write_str(&self.name)
    }
}

// === impl ApplyAction ===

impl ApplyAction {
    /// The word for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Configured => "configured",
            Self::Unchanged => "unchanged",
            Self::Pruned => "pruned",
            Self::Conflict => "conflict",
            Self::Failed => "failed",
            Self::Accepted => "accepted",
        }
    }
}

// === impl ObjectOutcome ===

impl ObjectOutcome {
    /// This became of it.
    pub fn new(object: ObjectRef, action: ApplyAction, message: impl Into<String>) -> Self {
        Self { object, action, message: message.into() }
    }
}

// === impl ApplyReport ===

impl ApplyReport {
    /// This became of a set with this content.
    pub fn new(objects: Vec<ObjectOutcome>, hash: impl Into<String>) -> Self {
        Self { objects, hash: hash.into() }
    }

    /// Whether everything is as the set says.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.objects.iter().all(|one| !matches!(one.action, ApplyAction::Conflict | ApplyAction::Failed))
    }

    /// Whether anything was written.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.objects.iter().any(|one| {
            matches!(
                one.action,
                ApplyAction::Created | ApplyAction::Configured | ApplyAction::Pruned | ApplyAction::Accepted
            )
        })
    }
}

// === impl RemoveReport ===

impl RemoveReport {
    /// A set that was there or not, and what is left of it.
    #[must_use]
    pub fn new(existed: bool, remaining: Remaining) -> Self {
        Self { existed, remaining }
    }

    /// Whether nothing is known to be left.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match &self.remaining {
            Remaining::Nothing | Remaining::Unknown => true,
            Remaining::Objects(objects) => objects.is_empty(),
        }
    }
}

// === impl SetDiff ===

impl SetDiff {
    /// These objects would change, and this is how that looks.
    pub fn new(objects: Vec<ObjectOutcome>, text: impl Into<String>) -> Self {
        Self { objects, text: text.into() }
    }
}
