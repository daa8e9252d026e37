//! Desired and current objects as they are gathered, from many tasks at once; knows nothing of how either is come by.
//!
//! A [`ResourceInventory`] is told what is managed ([`ResourceInventory::initialize_resource_type`]), then what is desired, then what is
//! there. Whatever does not fit is an error for the caller and an [`Issue`] in the inventory: nothing is lost silently.
//!
//! # One kind, one bucket
//!
//! Kinds are written as people write them: `Deployment`, `Deployment.apps`, `Deployment.apps/v1`. All of these are one bucket:
//!
//! - A bare kind of the core group (`Secret`, `Service`, …) is that kind. The core group is closed, so this needs no cluster.
//! - Any other bare kind stands for a group that is not known yet. It becomes the qualified kind as soon as that is said: by a qualified
//!   spelling in the same place, by an object that is declared there, or by the cluster
//!   ([`ResourceInventory::resolve_kinds`]). The managed names of whichever spelling came first count.
//!
//! ```
//! use cluster_resources::inventory::ResourceInventory;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let inventory = ResourceInventory::new();
//! inventory.initialize_resource_type("prod-1", Some("shop"), "Deployment", None)?;
//! let bucket = inventory.initialize_resource_type("prod-1", Some("shop"), "Deployment.apps", None)?;
//! assert_eq!(bucket.to_string(), "[prod-1/shop] Deployment.apps");
//! assert_eq!(inventory.desired().buckets.len(), 1);
//! # Ok(()) }
//! ```
//!
//! Source: `ResourceInventory` of `qontract-reconcile` (`reconcile/utils/oc.py`, `reconcile/openshift_base.py`).

mod error;
mod state;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cluster_client::discovery::{Catalogue, KindError, KindQuery};

use self::state::{State, read_kind};
use crate::desired::{Desired, DesiredBucket, DesiredSet};
use crate::id::{BucketId, ClusterName, GroupKind, ObjectId};
use crate::issue::{Issue, Reach, Severity};
use crate::observed::{Completeness, LiveObject, Observed, ObservedBucket};
use crate::resource::Resource;

pub use self::error::InventoryError;

/// Desired and current objects as they are gathered. Share it by reference or in an `Arc`; every method locks for a moment only.
#[derive(Default)]
pub struct ResourceInventory(Mutex<State>);

/// One kind in one place, as [`ResourceInventory::items`] gives it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct InventoryItem {
    /// Which kind, where.
    pub bucket: BucketId,
    /// Whether it is managed; otherwise it was only seen.
    pub managed: bool,
    /// What is declared and managed. Shared, not copied.
    pub desired: Arc<DesiredBucket>,
    /// What was seen; `None` when nobody looked.
    pub current: Option<ObservedBucket>,
}

impl ResourceInventory {
    /// Nothing is managed, desired or seen.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says that objects of a kind are managed in a namespace, or in the cluster when there is none: all of them, or those with these
    /// names (none at all when there are no names in the list). Said again it changes nothing: the first names count.
    ///
    /// # Errors
    /// [`InventoryError::Kind`] when `kind` is no kind.
    pub fn initialize_resource_type(
        &self,
        cluster: &str,
        namespace: Option<&str>,
        kind: &str,
        managed_names: Option<&[&str]>,
    ) -> Result<BucketId, InventoryError> {
        let names = managed_names.map(|names| names.iter().map(|name| Arc::from(*name)).collect::<Vec<_>>());
        match place(cluster, namespace, kind) {
            Ok(at) => Ok(self.initialize_bucket(&at, names, false)),
            Err(error) => {
                self.register_error(error.issue());
                Err(error)
            }
        }
    }

    /// The same for a kind that is no longer text. `privileged`: it is listed, and deleted from, with the privileged client of its cluster.
    /// Returns under which kind it is kept.
    pub fn initialize_bucket(
        &self,
        at: &BucketId,
        managed_names: Option<impl IntoIterator<Item = Arc<str>>>,
        privileged: bool,
    ) -> BucketId {
        let mut state = self.state();
        let at = state.initialize(at, managed_names);
        if privileged && let Some(bucket) = state.bucket_mut(&at) {
            Arc::make_mut(&mut bucket.desired).privileged = true;
        }
        at
    }

    /// Says that a kind is listed and deleted with the privileged client of its cluster. Returns whether the kind is managed there.
    pub fn use_privileged(&self, bucket: &BucketId) -> bool {
        let mut state = self.state();
        let found = state.bucket_mut(bucket);
        found.map(|bucket| Arc::make_mut(&mut bucket.desired).privileged = true).is_some()
    }

    /// Adds a declaration to a kind that is managed. `privileged`: it is written with the privileged client of its cluster.
    ///
    /// # Errors
    /// [`InventoryError`]; there is an issue for it as well.
    pub fn add_desired(
        &self,
        cluster: &str,
        namespace: Option<&str>,
        kind: &str,
        value: Resource,
        privileged: bool,
    ) -> Result<ObjectId, InventoryError> {
        match place(cluster, namespace, kind) {
            Ok(at) => self.add(&at, Desired::new(value).privileged(privileged)),
            Err(error) => {
                self.register_error(error.issue());
                Err(error)
            }
        }
    }

    /// Adds a declaration to whatever kind it is of, under any spelling that was managed; the qualified one is preferred.
    ///
    /// # Errors
    /// [`InventoryError`]; there is an issue for it as well.
    pub fn add_desired_resource(
        &self,
        cluster: &str,
        namespace: Option<&str>,
        resource: Resource,
        privileged: bool,
    ) -> Result<ObjectId, InventoryError> {
        let at = BucketId::new(cluster, namespace, resource.kind_and_group().clone());
        self.add(&at, Desired::new(resource).privileged(privileged))
    }

    /// Adds a declaration with everything that is said of it.
    ///
    /// # Errors
    /// [`InventoryError`]; there is an issue for it as well.
    pub fn add(&self, at: &BucketId, desired: Desired) -> Result<ObjectId, InventoryError> {
        let mut state = self.state();
        state.add(at, desired).inspect_err(|error| state.issues.push(error.issue()))
    }

    /// Adds an object that is there. One of the same name is replaced. Returns whether its kind is managed there; it is not kept
    /// otherwise.
    ///
    /// The bucket counts as seen in part until [`ResourceInventory::record`] says more.
    pub fn add_current(&self, bucket: &BucketId, name: &str, live: LiveObject) -> bool {
        let mut state = self.state();
        let Some(bucket) = state.bucket_mut(bucket) else { return false };
        let seen = bucket.seen.get_or_insert_with(|| ObservedBucket::new(Completeness::Partial));
        seen.objects.insert(name.into(), live);
        true
    }

    /// Takes over everything that was observed, also of kinds that are not managed (any more): a cluster's inventory may remember them.
    /// What went wrong in these clusters while they were looked at before is forgotten.
    pub fn record(&self, observed: Observed) {
        let mut state = self.state();
        let mut clusters: BTreeSet<ClusterName> = observed.buckets.keys().map(|id| id.cluster.clone()).collect();
        clusters.extend(observed.parents.keys().cloned());
        clusters.extend(observed.issues.iter().filter_map(|issue| issue.reach.cluster().cloned()));
        state.seen_issues.retain(|issue| !issue.reach.cluster().is_some_and(|cluster| clusters.contains(cluster)));
        for (id, seen) in observed.buckets {
            state.record(id, seen);
        }
        state.parents.extend(observed.parents);
        state.seen_issues.extend(observed.issues);
    }

    /// A declaration.
    #[must_use]
    pub fn get_desired(&self, cluster: &str, namespace: Option<&str>, kind: &str, name: &str) -> Option<Desired> {
        self.get_desired_by_type(cluster, namespace, kind)?.objects.get(name).cloned()
    }

    /// The declarations of a kind, by name. Shared, not copied.
    #[must_use]
    pub fn get_desired_by_type(
        &self,
        cluster: &str,
        namespace: Option<&str>,
        kind: &str,
    ) -> Option<Arc<DesiredBucket>> {
        let at = place(cluster, namespace, kind).ok()?;
        self.state().bucket(&at).map(|bucket| Arc::clone(&bucket.desired))
    }

    /// An object that was seen.
    #[must_use]
    pub fn get_current(&self, cluster: &str, namespace: Option<&str>, kind: &str, name: &str) -> Option<LiveObject> {
        let at = place(cluster, namespace, kind).ok()?;
        self.state().bucket(&at)?.seen.as_ref()?.objects.get(name).cloned()
    }

    /// Whether anything is managed (or was seen) in a cluster.
    #[must_use]
    pub fn is_cluster_present(&self, cluster: &str) -> bool {
        self.state().clusters.contains_key(cluster)
    }

    /// Names of the clusters in which anything is managed.
    #[must_use]
    pub fn clusters(&self) -> Vec<ClusterName> {
        self.state().clusters.keys().cloned().collect()
    }

    /// Registers something that went wrong; it becomes part of the plan, and blocks what it reaches.
    pub fn register_error(&self, issue: Issue) {
        self.state().issues.push(issue);
    }

    /// Whether an error was registered: any at all, or one that lies in a cluster or reaches it.
    #[must_use]
    pub fn has_error_registered(&self, cluster: Option<&str>) -> bool {
        let state = self.state();
        let concerns = |issue: &Issue| match (cluster, &issue.reach) {
            (None, _) | (_, Reach::Run) => true,
            (Some(cluster), reach) => reach.cluster().is_some_and(|other| &**other == cluster),
        };
        let mut issues = state.issues.iter().chain(&state.seen_issues);
        issues.any(|issue| issue.severity == Severity::Error && concerns(issue))
    }

    /// Everything that went wrong so far.
    #[must_use]
    pub fn issues(&self) -> Vec<Issue> {
        let state = self.state();
        state.issues.iter().chain(&state.seen_issues).cloned().collect()
    }

    /// Every bucket as it is now, by cluster, place and kind.
    #[must_use]
    pub fn items(&self) -> Vec<InventoryItem> {
        let state = self.state();
        let item = |(bucket, kept): (BucketId, &state::Bucket)| InventoryItem {
            bucket,
            managed: kept.managed,
            desired: Arc::clone(&kept.desired),
            current: kept.seen.clone(),
        };
        state.iter().map(item).collect()
    }

    /// What is declared, as it is now.
    #[must_use]
    pub fn desired(&self) -> DesiredSet {
        let state = self.state();
        let managed = state.iter().filter(|(_, bucket)| bucket.managed);
        let buckets = managed.map(|(id, bucket)| (id, Arc::clone(&bucket.desired))).collect();
        DesiredSet { buckets, issues: state.issues.clone() }
    }

    /// What was seen, as it is now.
    #[must_use]
    pub fn observed(&self) -> Observed {
        let state = self.state();
        let seen = state.iter().filter_map(|(id, bucket)| Some((id, bucket.seen.clone()?)));
        let buckets: BTreeMap<_, _> = seen.collect();
        Observed { buckets, parents: state.parents.clone(), issues: state.seen_issues.clone() }
    }

    /// Makes bare kinds of a cluster the kinds they are there. One that the cluster does not serve stays as it was written; one that
    /// several groups serve gets an issue.
    pub fn resolve_kinds(&self, cluster: &str, catalogue: &Catalogue) {
        self.state().resolve_kinds(cluster, |bare| {
            let Ok(query) = bare.parse::<KindQuery>() else { return Ok(None) };
            match catalogue.resolve(&query) {
                Ok(found) => Ok(Some(GroupKind::new(found.resource.group, found.resource.kind))),
                Err(error @ KindError::Ambiguous { .. }) => Err(error.to_string()),
                Err(_) => Ok(None),
            }
        });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place(cluster: &str, namespace: Option<&str>, kind: &str) -> Result<BucketId, InventoryError> {
    match read_kind(kind) {
        Ok(kind) => Ok(BucketId::new(cluster, namespace, kind)),
        Err(source) => Err(InventoryError::Kind { cluster: cluster.into(), source }),
    }
}

impl IntoIterator for &ResourceInventory {
    type Item = InventoryItem;
    type IntoIter = std::vec::IntoIter<InventoryItem>;

    fn into_iter(self) -> Self::IntoIter {
        self.items().into_iter()
    }
}

impl fmt::Debug for ResourceInventory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("ResourceInventory")
            .field("clusters", &state.clusters.len())
            .field("issues", &state.issues.len())
            .finish_non_exhaustive()
    }
}
