//! What is declared for a fleet, as a value; knows nothing of what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::id::{BucketId, ClusterName, ObjectId};
use crate::issue::Issue;
use crate::resource::Resource;

/// One declaration in its place.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Desired {
    /// What is declared.
    pub resource: Resource,
    /// Whether it is written with the privileged client of its cluster.
    pub privileged: bool,
    /// What must be there first, as the caller says.
    pub depends_on: Vec<ObjectId>,
}

/// The declarations of one kind in one place, and which names are managed there.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct DesiredBucket {
    /// The names that are managed; all of them when absent.
    pub managed_names: Option<BTreeSet<Arc<str>>>,
    /// Whether the privileged client lists and deletes here.
    pub privileged: bool,
    /// The declarations by name.
    pub objects: BTreeMap<Arc<str>, Desired>,
}

/// Everything that is declared, and what is managed though nothing is declared for it. Cheap to clone.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct DesiredSet {
    /// Every bucket that is managed.
    pub buckets: BTreeMap<BucketId, Arc<DesiredBucket>>,
    /// What was wrong with declarations; it is part of the plan.
    pub issues: Vec<Issue>,
}

impl Desired {
    /// A declaration that is written with the ordinary client and waits for nothing.
    #[must_use]
    pub fn new(resource: Resource) -> Self {
        Self { resource, privileged: false, depends_on: Vec::new() }
    }

    /// The same, written with the privileged client of its cluster (or not).
    #[must_use]
    pub fn privileged(mut self, privileged: bool) -> Self {
        self.privileged = privileged;
        self
    }

    /// The same, after this object.
    #[must_use]
    pub fn after(mut self, object: ObjectId) -> Self {
        self.depends_on.push(object);
        self
    }
}

impl DesiredBucket {
    /// Whether an object of this name is managed here.
    #[must_use]
    pub fn manages(&self, name: &str) -> bool {
        self.managed_names.as_ref().is_none_or(|names| names.contains(name))
    }
}

impl DesiredSet {
    /// The declarations of one kind in one place; `None` where nothing is managed.
    #[must_use]
    pub fn bucket(&self, id: &BucketId) -> Option<&DesiredBucket> {
        self.buckets.get(id).map(Arc::as_ref)
    }

    /// One declaration.
    #[must_use]
    pub fn get(&self, id: &ObjectId) -> Option<&Desired> {
        self.bucket(&id.bucket())?.objects.get(&id.name)
    }

    /// Every declaration, by cluster, place, kind and name.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectId, &Desired)> {
        self.buckets.iter().flat_map(|(id, bucket)| {
            bucket.objects.iter().map(move |(name, desired)| (id.object(name.clone()), desired))
        })
    }

    /// Names of the clusters in which anything is managed, each once, in order.
    pub fn clusters(&self) -> BTreeSet<&ClusterName> {
        self.buckets.keys().map(|id| &id.cluster).collect()
    }
}
