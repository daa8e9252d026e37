//! Which clusters there should be, said from outside: a file, or anything that can be loaded.
//!
//! What is said is compared with what is recorded, and the difference is a [`DesiredPlan`] that can be read before anything is done. A source
//! owns the clusters that it recorded, and of them what it says: never their status once they are there. Taking away is slow on purpose: after
//! a while, a few at a time, and not at all when everything seems to be gone.
//!
//! Source: `internal/kafka/internal/config/dataplane_cluster_config.go` of kas-fleet-manager.

mod entry;
mod file;
mod keeper;
mod plan;

use async_trait::async_trait;
use futures::stream::BoxStream;

pub use self::entry::{DesiredCluster, DesiredClusters, InitialStatus, InvalidEntry};
pub use self::file::FileSource;
pub use self::keeper::{DesiredKeeper, Reconciled};
pub use self::plan::{Change, DesiredPlan, RemovalLimits, SOURCE_LABEL, WANTED, Wait, plan};

/// Why a source does not say which clusters there should be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// It cannot be read.
    #[error("desired clusters cannot be read from {place}")]
    #[non_exhaustive]
    Unreadable {
        /// From where.
        place: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What it says makes no sense.
    #[error("desired clusters in {place} are not valid")]
    #[non_exhaustive]
    Invalid {
        /// Where.
        place: String,
        /// What is wrong.
        #[source]
        source: InvalidEntry,
    },
}

/// Says which clusters there should be.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait DesiredStateSource: Send + Sync + 'static {
    /// Its name, under which it owns what it recorded.
    fn name(&self) -> String;

    /// All that should be there.
    ///
    /// # Errors
    /// When that cannot be known; then nothing is changed.
    async fn load(&self) -> Result<DesiredClusters, SourceError>;

    /// Says when it is worth loading again, besides every pass.
    fn changes(&self) -> BoxStream<'static, ()>;
}
