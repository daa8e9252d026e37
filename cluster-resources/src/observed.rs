//! What was seen in a fleet, as a value that says how much of it was seen; knows nothing of how it was read.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{BucketId, ClusterName, GroupKind, ObjectId};
use crate::issue::Issue;

/// How much of a bucket was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Completeness {
    /// Everything that was asked for, from one consistent list.
    Complete,
    /// Something is missing: nothing may be concluded from absence. Why is among the issues.
    Partial,
    /// The cluster does not serve the kind (yet): nothing of it can be there.
    NotServed,
    /// The namespace does not exist (yet): nothing can be in it.
    NoNamespace,
}

/// How much was kept of an object.
#[derive(Clone)]
#[non_exhaustive]
pub enum LiveBody {
    /// All of it.
    Full(Arc<Value>),
    /// Its metadata alone (`apiVersion`, `kind`, `metadata`).
    Metadata(Arc<Value>),
    /// Nothing: it was compared while its page was read, with the declaration that has this hash, and is as declared.
    InSync {
        /// Hash of the declaration.
        hash: Arc<str>,
    },
}

impl fmt::Debug for LiveBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body may hold secrets, and so may annotations.
        f.write_str(match self {
            Self::Full(_) => "Full(..)",
            Self::Metadata(_) => "Metadata(..)",
            Self::InSync { .. } => "InSync",
        })
    }
}

/// One object that is there.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LiveObject {
    /// Its UID.
    pub uid: Arc<str>,
    /// Its resource version when it was read.
    pub resource_version: Arc<str>,
    /// What was kept of it.
    pub body: LiveBody,
}

impl LiveObject {
    /// An object as it was read, all of it or its metadata. `None` without UID and resource version.
    #[must_use]
    pub fn new(value: Value, whole: bool) -> Option<Self> {
        let meta = value.get("metadata")?;
        let text = |key: &str| meta.get(key).and_then(Value::as_str).map(Arc::from);
        let (uid, resource_version) = (text("uid")?, text("resourceVersion")?);
        let value = Arc::new(value);
        Some(Self {
            uid,
            resource_version,
            body: if whole { LiveBody::Full(value) } else { LiveBody::Metadata(value) },
        })
    }

    /// What was kept: all of it or its metadata; nothing of an object that is in sync.
    #[must_use]
    pub fn value(&self) -> Option<&Arc<Value>> {
        match &self.body {
            LiveBody::Full(value) | LiveBody::Metadata(value) => Some(value),
            LiveBody::InSync { .. } => None,
        }
    }
}

/// What was seen of one kind in one place.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ObservedBucket {
    /// How much of it.
    pub completeness: Completeness,
    /// The objects by name.
    pub objects: BTreeMap<Arc<str>, LiveObject>,
}

impl ObservedBucket {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(completeness: Completeness) -> Self {
        Self { completeness, objects: BTreeMap::new() }
    }
}

/// What the inventory of one cluster says: the parent object of an ApplySet.
///
/// Source: KEP-3659.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParentState {
    /// The set's id, `applyset-…-v1`.
    pub set_id: Arc<str>,
    /// UID and resource version of the parent; absent when there is none yet.
    pub version: Option<(Arc<str>, Arc<str>)>,
    /// Kinds that have or had members.
    pub group_kinds: Vec<GroupKind>,
    /// Namespaces that have or had members, besides the parent's own.
    pub namespaces: Vec<Arc<str>>,
    /// Buckets that were reported as dropped from scope by an earlier run: this run may prune them.
    pub reported: Vec<(Option<Arc<str>>, GroupKind)>,
    /// Whether the set's members can be trusted to be ours; false when the parent belongs to other tooling or cannot be read.
    pub usable: bool,
}

/// Everything that was seen.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Observed {
    /// Every bucket that was looked at. One that is absent was not looked at, which is not the same as empty.
    pub buckets: BTreeMap<BucketId, ObservedBucket>,
    /// The inventory of each cluster, where one is kept.
    pub parents: BTreeMap<ClusterName, ParentState>,
    /// What went wrong on the way.
    pub issues: Vec<Issue>,
}

impl Observed {
    /// What was seen of one kind in one place; `None` when nobody looked.
    #[must_use]
    pub fn bucket(&self, id: &BucketId) -> Option<&ObservedBucket> {
        self.buckets.get(id)
    }

    /// One object, if it was seen.
    #[must_use]
    pub fn get(&self, id: &ObjectId) -> Option<&LiveObject> {
        self.bucket(&id.bucket())?.objects.get(&id.name)
    }

    /// How many objects were seen.
    #[must_use]
    pub fn len(&self) -> usize {
        self.buckets.values().map(|bucket| bucket.objects.len()).sum()
    }

    /// Whether no object was seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.buckets.values().all(|bucket| bucket.objects.is_empty())
    }

    /// Adds what somebody else saw; what they saw of a bucket takes the place of what was known of it.
    pub fn absorb(&mut self, other: Self) {
        self.buckets.extend(other.buckets);
        self.parents.extend(other.parents);
        self.issues.extend(other.issues);
    }
}
