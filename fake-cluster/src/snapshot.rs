//! The content of a cluster as a value: taken from one, kept as text, put into the same or another one.
//!
//! It knows the format and nothing of what objects mean; [`Api::restore`](crate::api::Api::restore) checks them. A snapshot holds all
//! objects with uid, resource version and managed fields. It does not hold what is no object: bearer tokens, allow rules, certificates,
//! faults, and the history of changes.
//!
//! ```
//! use fake_cluster::server::FakeCluster;
//! use fake_cluster::snapshot::Snapshot;
//! use serde_json::json;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let one = FakeCluster::start().await?;
//! let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}});
//! let created = one.create(map).map_err(|refusal| refusal.message().to_owned())?;
//! let text = one.snapshot().to_json();
//!
//! let other = FakeCluster::start().await?;
//! other.restore(&Snapshot::from_json(&text)?)?;
//! let found = other.api().request(http::Method::GET, "/api/v1/namespaces/default/configmaps/a", None);
//! assert_eq!(found.ok(), Some(created));
//! # Ok(())
//! # }
//! ```

#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::storage::{Content, Object};

/// The format that is written, and the only one that is read.
pub const FORMAT: &str = "fake-cluster/1";

/// All objects of a cluster at one moment. Cloning it is cheap, and clusters that are restored from it share its objects.
#[derive(Clone)]
pub struct Snapshot {
    revision: u64,
    items: Arc<[Item]>,
}

/// One object, and what the store calls its resource.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) resource: Box<str>,
    pub(crate) object: Arc<Object>,
}

/// A snapshot could not be read or restored. No message tells anything of what objects hold.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The text is no JSON.
    #[error("the snapshot is no JSON")]
    Json(#[source] serde_json::Error),
    /// The text is JSON, and no snapshot.
    #[error("the text is no snapshot of a fake cluster: {missing} is missing")]
    NoSnapshot {
        /// What should be there.
        missing: &'static str,
    },
    /// The snapshot is in another format.
    #[error("the snapshot has the format {found:?}, and this version reads {FORMAT:?}: take the snapshot anew")]
    Format {
        /// The format that the text names.
        found: String,
    },
    /// Objects cannot be restored; nothing was changed.
    #[error("{} of the snapshot's objects cannot be restored, such as {}", .0.len(), first(.0))]
    Items(Vec<ItemError>),
}

/// One object of a snapshot cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("item {index} ({resource} {key}): {problem}")]
#[non_exhaustive]
pub struct ItemError {
    /// The place of the item in the snapshot, from 0.
    pub index: usize,
    /// What the snapshot calls the resource, such as `deployments.apps`.
    pub resource: String,
    /// `namespace/name`, or `name`; empty as far as they are missing.
    pub key: String,
    /// What is wrong.
    pub problem: ItemProblem,
}

/// What is wrong with one object of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemProblem {
    /// The item has no resource or no object.
    #[error("the item needs a resource and an object")]
    Incomplete,
    /// Neither Kubernetes nor a definition in the snapshot knows the resource.
    #[error("neither the server nor a definition in the snapshot has that resource")]
    UnknownResource,
    /// The object is of another kind or version than the resource stores.
    #[error("the resource stores {expected}, and this is {found}")]
    WrongKind {
        /// Version and kind that the resource stores.
        expected: String,
        /// Version and kind of the object.
        found: String,
    },
    /// The object has no name.
    #[error("the object has no name")]
    NoName,
    /// The object has a namespace though its kind is cluster-wide, or none though it is not.
    #[error("the object has a namespace and must not, or must and has not")]
    Misplaced,
    /// The object has no uid.
    #[error("the object has no uid")]
    NoUid,
    /// `metadata.resourceVersion` is no positive number, or beyond the revision of the snapshot.
    #[error("the resource version is no number between 1 and the snapshot's revision")]
    Version,
    /// The object is there twice.
    #[error("the object is there twice")]
    Twice,
}

fn first(items: &[ItemError]) -> String {
    items.first().map(ToString::to_string).unwrap_or_default()
}

// === impl Snapshot ===

impl Snapshot {
    pub(crate) fn of(content: Content) -> Self {
        let items = content.resources.into_iter().flat_map(|(resource, objects)| {
            objects.into_iter().map(move |object| Item { resource: resource.clone(), object })
        });
        Self { revision: content.revision, items: items.collect() }
    }

    /// The revision of the cluster when the snapshot was taken.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are no objects.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The objects in the order of resources and keys, each with what the store calls its resource, such as `configmaps` or
    /// `deployments.apps`.
    pub fn objects(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.items.iter().map(|item| (item.resource.as_ref(), item.object.value()))
    }

    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }
}

impl fmt::Debug for Snapshot {
    /// Secrets are among the objects: only their numbers are shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for item in self.items.iter() {
            *counts.entry(&item.resource).or_default() += 1;
        }
        f.debug_struct("Snapshot").field("revision", &self.revision).field("objects", &counts).finish()
    }
}

impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&Item, &Item)| {
            a.resource == b.resource
                && a.object.key() == b.object.key()
                && a.object.has_residue() == b.object.has_residue()
                && a.object.value() == b.object.value()
        };
        self.revision == other.revision
            && self.items.len() == other.items.len()
            && self.items.iter().zip(other.items.iter()).all(same)
    }
}

// === impl ItemError ===

impl ItemError {
    pub(crate) fn new(index: usize, item: &Item, problem: ItemProblem) -> Self {
        Self { index, resource: item.resource.to_string(), key: item.object.key().to_owned(), problem }
    }
}
