//! What was deleted, kept without secrets.

use std::fmt;

use serde_json::Value;

use crate::id::GroupKind;
use crate::plan::masked;
use crate::policy::Policy;

/// What stands where a secret value was.
const REDACTED: &str = "(redacted)";
/// It repeats the whole object, secrets and all.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The manifest of an object that was deleted: without status and bookkeeping, and the values of Secrets replaced.
#[derive(Clone, PartialEq)]
pub struct Backup(Value);

impl Backup {
    /// Of an object of this kind as it was read.
    #[must_use]
    pub fn of(kind: &GroupKind, live: &Value) -> Self {
        let mut manifest = live.clone();
        if let Some(object) = manifest.as_object_mut() {
            object.remove("status");
        }
        if let Some(meta) = manifest.get_mut("metadata").and_then(Value::as_object_mut) {
            for field in ["managedFields", "resourceVersion", "generation", "creationTimestamp", "selfLink"] {
                meta.remove(field);
            }
            if let Some(annotations) = meta.get_mut("annotations").and_then(Value::as_object_mut) {
                annotations.remove(LAST_APPLIED);
            }
        }
        if kind.is("", "Secret") {
            for field in ["data", "stringData"] {
                for value in manifest
                    .get_mut(field)
                    .and_then(Value::as_object_mut)
                    .into_iter()
                    .flat_map(|data| data.values_mut())
                {
                    *value = REDACTED.into();
                }
            }
        }
        Self(manifest)
    }

    /// The same without the secrets that a policy knows of.
    pub(crate) fn under(self, policy: &Policy, kind: &GroupKind) -> Self {
        Self(masked(policy, kind, &[], &self.0))
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Value {
        &self.0
    }
}

/// As JSON in one line, for notes.
impl fmt::Display for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Templates of pods may hold secrets of their own.
        f.debug_struct("Backup").finish_non_exhaustive()
    }
}
