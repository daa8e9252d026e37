//! What is declared for a fleet, as a value; knows nothing of what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::id::{BucketId, ObjectId};
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
