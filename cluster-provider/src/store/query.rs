//! What is looked for among records, as a value. Nothing in it ever becomes part of a statement.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::cluster::{Cluster, ClusterId, ClusterStatus, DesiredState, Ownership, ProviderType};

/// What to look for. All that is said has to be true; what is not said may be anything, and `false` is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterQuery {
    /// One of these; any when empty.
    pub ids: Vec<ClusterId>,
    /// One of these; any when empty.
    pub statuses: Vec<ClusterStatus>,
    /// One of these; any when empty.
    pub cloud_providers: Vec<String>,
    /// One of these; any when empty.
    pub regions: Vec<String>,
    /// Spread over zones, or not.
    pub multi_az: Option<bool>,
    /// Of this provider.
    pub provider_type: Option<ProviderType>,
    /// Whose.
    pub ownership: Option<Ownership>,
    /// Of this tenant.
    pub tenant_id: Option<String>,
    /// Takes this class of workloads.
    pub workload_type: Option<String>,
    /// The provider's second name.
    pub external_id: Option<String>,
    /// This name.
    pub name: Option<String>,
    /// With (or without) a name of the provider.
    pub has_provider_id: Option<bool>,
    /// Should be there, or not.
    pub desired_state: Option<DesiredState>,
    /// Workloads may be placed in it, or not.
    pub schedulable: Option<bool>,
    /// With all these labels.
    pub labels: BTreeMap<String, String>,
    /// Waiting for nothing later than this.
    pub due_at: Option<Timestamp>,
    /// In which order.
    pub sort: SortBy,
    /// Behind this one.
    pub after: Option<Cursor>,
    /// At most so many; 500 when absent, and never more than 10,000.
    pub limit: Option<u32>,
}

/// In which order records are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SortBy {
    /// The oldest first; `id` decides between those of one moment.
    #[default]
    CreatedAt,
    /// By id.
    Id,
}

/// Where a page ended. Opaque to callers; may be kept and given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cursor {
    /// When the last one was recorded.
    pub created_at: Timestamp,
    /// Which one it was.
    pub id: ClusterId,
}

/// Some of those that match.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// These.
    pub items: Vec<T>,
    /// And these, of which nothing more is known than that they are there. One that cannot be read does not hide the others.
    pub unreadable: Vec<Unreadable>,
    /// Where to go on; `None` when that was all.
    pub next: Option<Cursor>,
}

/// A record that is there and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record of cluster {id} cannot be read: its {column} is wrong ({why})")]
#[non_exhaustive]
pub struct Unreadable {
    /// Its id as it stands there, at most 64 characters of it; empty when that cannot be read either.
    pub id: String,
    /// Which column is wrong; the first of them.
    pub column: &'static str,
    /// What is wrong with it.
    pub why: String,
}

// === impl ClusterQuery ===

impl ClusterQuery {
    /// How many there are in a page when nothing is said.
    pub const USUAL_LIMIT: u32 = 500;
    /// How many there are in a page at most.
    pub const LONGEST_LIMIT: u32 = 10_000;

    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// In one of these states.
    #[must_use]
    pub fn in_status(mut self, statuses: impl IntoIterator<Item = ClusterStatus>) -> Self {
        self.statuses = statuses.into_iter().collect();
        self
    }

    /// One of these.
    #[must_use]
    pub fn with_ids(mut self, ids: impl IntoIterator<Item = ClusterId>) -> Self {
        self.ids = ids.into_iter().collect();
        self
    }

    /// Behind this one.
    #[must_use]
    pub fn after(mut self, cursor: Option<Cursor>) -> Self {
        self.after = cursor;
        self
    }

    /// At most so many.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// How many there are in a page.
    #[must_use]
    pub fn page_size(&self) -> u32 {
        self.limit.unwrap_or(Self::USUAL_LIMIT).clamp(1, Self::LONGEST_LIMIT)
    }

    /// Whether a record is looked for, wherever a page begins. Deleted ones never are. What databases answer is held to this.
    #[must_use]
    pub fn matches(&self, cluster: &Cluster) -> bool {
        fn one_of<T: PartialEq>(wanted: &[T], is: &T) -> bool {
            wanted.is_empty() || wanted.contains(is)
        }
        fn as_said<T: PartialEq>(wanted: Option<&T>, is: &T) -> bool {
            wanted.is_none_or(|wanted| wanted == is)
        }
        cluster.deleted_at.is_none()
            && one_of(&self.ids, &cluster.id)
            && one_of(&self.statuses, &cluster.status)
            && one_of(&self.cloud_providers, &cluster.cloud_provider)
            && one_of(&self.regions, &cluster.region)
            && as_said(self.multi_az.as_ref(), &cluster.multi_az)
            && as_said(self.provider_type.as_ref(), &cluster.provider_type)
            && as_said(self.ownership.as_ref(), &cluster.ownership)
            && self.tenant_id.as_ref().is_none_or(|tenant| cluster.tenant_id.as_ref() == Some(tenant))
            && self.workload_type.as_ref().is_none_or(|class| cluster.workload_types.contains(class))
            && self.external_id.as_ref().is_none_or(|id| cluster.external_id.as_ref() == Some(id))
            && as_said(self.name.as_ref(), &cluster.name)
            && self.has_provider_id.is_none_or(|has| cluster.provider_cluster_id.is_some() == has)
            && as_said(self.desired_state.as_ref(), &cluster.desired_state)
            && as_said(self.schedulable.as_ref(), &cluster.schedulable)
            && self.labels.iter().all(|(name, value)| cluster.labels.get(name) == Some(value))
            && self.due_at.is_none_or(|due| cluster.next_attempt_at.is_none_or(|next| next <= due))
    }

    /// Whether a record stands behind the cursor, when there is one.
    pub(crate) fn is_behind(&self, cluster: &Cluster) -> bool {
        self.after.as_ref().is_none_or(|cursor| match self.sort {
            SortBy::CreatedAt => (cluster.created_at, &cluster.id) > (cursor.created_at, &cursor.id),
            SortBy::Id => cluster.id > cursor.id,
        })
    }

    /// Sorts as asked for.
    pub(crate) fn order(&self, left: &Cluster, right: &Cluster) -> std::cmp::Ordering {
        match self.sort {
            SortBy::CreatedAt => (left.created_at, &left.id).cmp(&(right.created_at, &right.id)),
            SortBy::Id => left.id.cmp(&right.id),
        }
    }
}

// === impl Cursor ===

impl Cursor {
    /// Behind this record.
    #[must_use]
    pub fn new(created_at: Timestamp, id: ClusterId) -> Self {
        Self { created_at, id }
    }
}

// === impl Page ===

impl<T> Page<T> {
    /// These, and where to go on.
    pub fn new(items: Vec<T>, next: Option<Cursor>) -> Self {
        Self { items, unreadable: Vec::new(), next }
    }

    /// And these, which cannot be read.
    #[must_use]
    pub fn with_unreadable(mut self, unreadable: Vec<Unreadable>) -> Self {
        self.unreadable = unreadable;
        self
    }
}

// === impl Unreadable ===

impl Unreadable {
    /// This column of that record, for this reason.
    pub fn new(id: impl Into<String>, column: &'static str, why: impl Into<String>) -> Self {
        Self { id: id.into(), column, why: why.into() }
    }

    /// Its id, when that is one.
    #[must_use]
    pub fn cluster_id(&self) -> Option<ClusterId> {
        ClusterId::new(self.id.clone()).ok()
    }
}

impl From<Unreadable> for StoreError {
    fn from(unreadable: Unreadable) -> Self {
        Self::Corrupt { id: unreadable.id, column: unreadable.column, source: unreadable.why.into() }
    }
}
