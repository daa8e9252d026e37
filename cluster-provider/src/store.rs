//! Where records of clusters are kept. Knows nothing of providers.
//!
//! Every write compares versions, every filter is a value and never text, and time is that of the database.

pub(crate) mod change;
pub mod memory;
#[cfg(feature = "postgres")]
pub mod postgres;
mod query;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod topics;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

pub use self::query::{ClusterQuery, Cursor, Page, SortBy, Unreadable};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub use self::sql::SchemaError;
use crate::cluster::{
    Cluster, ClusterId, ClusterPatch, ClusterStatus, CreateToken, NewCluster, ProviderClusterId, ProviderType,
};

/// For which leader something is written. A store refuses it when the lease has a later epoch, or when the record was written by a leader
/// with one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fence {
    /// Which lease.
    pub lease: String,
    /// Its epoch when this leader got it.
    pub epoch: i64,
}

/// Who leads, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// What is led.
    pub name: String,
    /// Who leads.
    pub holder: String,
    /// One more with each change of the leader.
    pub epoch: i64,
    /// When it ends, by the clock of the database.
    pub expires_at: Timestamp,
    /// How long that was when the answer left the database; what a holder goes by, with its own clock.
    pub remaining: Duration,
}

/// What has to be true of a record that is to be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expect {
    /// It has this version.
    pub version: Option<i64>,
    /// It has one of these states; any when empty.
    pub statuses: Vec<ClusterStatus>,
    /// It is written for this leader.
    pub fence: Option<Fence>,
}

/// Why a store did not do something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no such record.
    #[error("there is no cluster {id}")]
    #[non_exhaustive]
    NotFound {
        /// Its name.
        id: String,
    },
    /// There is one already.
    #[error("a cluster with this {what} is recorded already")]
    #[non_exhaustive]
    AlreadyExists {
        /// What has to differ.
        what: UniqueKey,
    },
    /// The record is not as it was thought to be.
    #[error("cluster {id} has changed: it is {status} in version {version}")]
    #[non_exhaustive]
    Conflict {
        /// Its name.
        id: ClusterId,
        /// Where it is now.
        status: ClusterStatus,
        /// In which version.
        version: i64,
    },
    /// Somebody else leads by now.
    #[error("epoch {epoch} of lease {lease} is over; the present one is {present}")]
    #[non_exhaustive]
    Fenced {
        /// Which lease.
        lease: String,
        /// Whose epoch was given.
        epoch: i64,
        /// Which one there is.
        present: i64,
    },
    /// A record cannot be read.
    #[error("cluster {id} has an unreadable {column}")]
    #[non_exhaustive]
    Corrupt {
        /// Its name.
        id: String,
        /// Which column.
        column: &'static str,
        /// What is wrong.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The schema is not one that this version knows.
    #[error("the schema of the database cannot be brought up to date")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database did not answer in time.
    #[error("the database did not answer within {0:?}")]
    Timeout(Duration),
    /// The database cannot be used at the moment.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database refused.
    #[error("the database refused to {action}")]
    #[non_exhaustive]
    Backend {
        /// What it should have done.
        action: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// What is unique among live records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UniqueKey {
    /// The id; unique for ever.
    Id,
    /// Provider and its name of the cluster.
    ProviderClusterId,
    /// Provider and its second name of the cluster.
    ExternalId,
    /// Provider and name.
    Name,
    /// The token of creation; unique for ever.
    CreateToken,
}

/// Keeps records of clusters, and leases. Live records only, where nothing else is said.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ClusterStore: Send + Sync + 'static {
    /// Writes a new record. All that [`NewCluster`] may leave open has to be filled in but the times.
    ///
    /// # Errors
    /// [`AlreadyExists`](StoreError::AlreadyExists) says what is not unique.
    async fn insert(&self, cluster: NewCluster, fence: Option<Fence>) -> Result<Cluster, StoreError>;

    /// Reads one.
    ///
    /// # Errors
    /// When the database does not answer; one that is not there is `None`.
    async fn get(&self, id: &ClusterId) -> Result<Option<Cluster>, StoreError>;

    /// Reads one, deleted or not.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn get_including_deleted(&self, id: &ClusterId) -> Result<Option<Cluster>, StoreError>;

    /// Reads the one that the provider calls so.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn get_by_provider_id(
        &self,
        provider: &ProviderType,
        id: &ProviderClusterId,
    ) -> Result<Option<Cluster>, StoreError>;

    /// Reads the one with this token, deleted or not.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn get_by_token(&self, token: &CreateToken) -> Result<Option<Cluster>, StoreError>;

    /// Changes columns of one record in one statement, and answers with the new record. A patch that changes nothing is written all the same.
    ///
    /// # Errors
    /// [`Conflict`](StoreError::Conflict) when the record is not as expected, [`Fenced`](StoreError::Fenced) when another leads.
    async fn patch(&self, id: &ClusterId, expect: Expect, patch: ClusterPatch) -> Result<Cluster, StoreError>;

    /// Changes the status of all that match and have one of `from` (nothing when that is empty), each in the same statement as the check.
    /// Order and paging of the query do not matter. Which ones changed, by id.
    ///
    /// # Errors
    /// [`Fenced`](StoreError::Fenced) when another leads, or one of them was written by a later leader, and when the database does not do
    /// it; nothing is changed then.
    async fn transition_many(
        &self,
        query: ClusterQuery,
        from: &[ClusterStatus],
        to: ClusterStatus,
        fence: Option<Fence>,
    ) -> Result<Vec<ClusterId>, StoreError>;

    /// Reads those that match, a page at a time, by `created_at` and `id` unless the query says otherwise. Records that cannot be read are
    /// [told](Page::unreadable) beside the others.
    ///
    /// # Errors
    /// When the database does not answer. [`Corrupt`](StoreError::Corrupt) only when it is not known where to go on, because not one record of
    /// a page has a readable place in the order.
    async fn list(&self, query: ClusterQuery) -> Result<Page<Cluster>, StoreError>;

    /// How many there are of each status that occurs.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn count_by_status(&self) -> Result<BTreeMap<ClusterStatus, u64>, StoreError>;

    /// How many match, for each cloud and region that occurs. Order and paging of the query do not matter.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn count_by_region(&self, query: ClusterQuery) -> Result<BTreeMap<(String, String), u64>, StoreError>;

    /// Which types of providers occur.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn provider_types(&self) -> Result<Vec<ProviderType>, StoreError>;

    /// Marks one as deleted.
    ///
    /// # Errors
    /// As for [`patch`](Self::patch).
    async fn soft_delete(&self, id: &ClusterId, expect: Expect) -> Result<(), StoreError>;

    /// Takes one away for good, deleted or not. Whether it was there.
    ///
    /// # Errors
    /// As for [`patch`](Self::patch).
    async fn hard_delete(&self, id: &ClusterId, expect: Expect) -> Result<bool, StoreError>;

    /// Takes away for good what was deleted before then. How many.
    ///
    /// # Errors
    /// When the database does not do it.
    async fn purge_deleted_before(&self, then: Timestamp) -> Result<u64, StoreError>;

    /// What time it is for the database.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn now(&self) -> Result<Timestamp, StoreError>;

    /// Takes a lease that is free, over, or one's own. `None` while another holds it. The epoch grows when the holder changes, or when
    /// the lease was over.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn lease_acquire(&self, name: &str, holder: &str, ttl: Duration) -> Result<Option<Lease>, StoreError>;

    /// Prolongs a lease that is still one's own. `None` when it is not.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn lease_renew(&self, lease: &Lease, ttl: Duration) -> Result<Option<Lease>, StoreError>;

    /// Gives a lease back; one that is another's is left alone.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn lease_release(&self, lease: &Lease) -> Result<(), StoreError>;

    /// Remembers an epoch that was given out elsewhere (by Kubernetes), so that earlier ones are refused.
    ///
    /// # Errors
    /// [`Fenced`](StoreError::Fenced) when there is a later one.
    async fn fence_raise(&self, fence: &Fence) -> Result<(), StoreError>;

    /// Checks that there is no later epoch.
    ///
    /// # Errors
    /// [`Fenced`](StoreError::Fenced) when there is one.
    async fn fence_check(&self, fence: &Fence) -> Result<(), StoreError>;

    /// Says that something happened, to all who listen at this database (all processes of PostgreSQL, this one of the others).
    ///
    /// # Errors
    /// When the database does not do it.
    async fn notify(&self, topic: &str) -> Result<(), StoreError>;

    /// Topics as they are notified. What is missed while the connection is down is made up by one empty topic.
    ///
    /// # Errors
    /// When nobody can listen.
    async fn subscribe(&self) -> Result<futures::stream::BoxStream<'static, String>, StoreError>;

    /// Ends what runs in the background and waits for it.
    async fn close(&self);
}

// === impl Fence ===

impl Fence {
    /// This epoch of that lease.
    pub fn new(lease: impl Into<String>, epoch: i64) -> Self {
        Self { lease: lease.into(), epoch }
    }
}

// === impl Lease ===

impl Lease {
    /// What its holder writes with.
    #[must_use]
    pub fn fence(&self) -> Fence {
        Fence::new(self.name.clone(), self.epoch)
    }
}

// === impl Expect ===

impl Expect {
    /// Anything.
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// This version.
    #[must_use]
    pub fn version(version: i64) -> Self {
        Self { version: Some(version), ..Self::default() }
    }

    /// And one of these states.
    #[must_use]
    pub fn in_status(mut self, statuses: impl IntoIterator<Item = ClusterStatus>) -> Self {
        self.statuses = statuses.into_iter().collect();
        self
    }

    /// And this leader.
    #[must_use]
    pub fn fenced(mut self, fence: Option<Fence>) -> Self {
        self.fence = fence;
        self
    }
}

// === impl UniqueKey ===

impl std::fmt::Display for UniqueKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Id => "id",
            Self::ProviderClusterId => "provider's id",
            Self::ExternalId => "external id",
            Self::Name => "name",
            Self::CreateToken => "create token",
        })
    }
}

// === impl StoreError ===

impl StoreError {
    /// Whether time alone may mend it.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Timeout(_) | Self::Unavailable(_))
    }
}
