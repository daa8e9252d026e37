//! Which clusters there should be, said from outside: a file, a directory of files, a URL, a ConfigMap, or anything that can be loaded.
//!
//! What is said is compared with what is recorded, and the difference is a [`DesiredPlan`] that can be read before anything is done. A source
//! owns the clusters that it recorded, and of them what it says: never their status once they are there. Taking away is slow on purpose: after
//! a while, a few in a while, and not at all when everything seems to be gone.
//!
//! Source: `internal/kafka/internal/config/dataplane_cluster_config.go` of kas-fleet-manager.

mod config_map;
mod entry;
mod file;
mod keeper;
mod parts;
mod plan;
mod remote;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use futures::stream::BoxStream;

pub use self::config_map::ConfigMapSource;
pub use self::entry::{DesiredCluster, DesiredClusters, InitialStatus, InvalidEntry};
pub use self::file::{DirectorySource, FileSource};
pub use self::keeper::{DesiredKeeper, KeeperError, Reconciled};
pub use self::plan::{Change, DesiredPlan, RemovalLimits, SOURCE_LABEL, WANTED, Wait, plan};
pub use self::remote::{HttpSource, InvalidUrl};

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

/// Work that ended in a panic.
#[derive(Debug, thiserror::Error)]
#[error("reading it was cut off")]
struct CutOff;

/// Reads from a place where neither a disk nor a long text holds anybody up.
async fn aside<T: Send + 'static>(
    place: String,
    read: impl FnOnce(&str) -> Result<T, SourceError> + Send + 'static,
) -> Result<T, SourceError> {
    let at = place.clone();
    let done = tokio::task::spawn_blocking(move || read(&at)).await;
    done.unwrap_or_else(|_| Err(SourceError::Unreadable { place, source: CutOff.into() }))
}

/// Says which clusters there should be.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait DesiredStateSource: Send + Sync + 'static {
    /// Its name, under which it owns what it recorded.
    fn name(&self) -> String;

    /// All that should be there. What is made of several parts may lack some: they are [told](DesiredClusters::unread), and as long as there
    /// are any, nothing is taken away.
    ///
    /// # Errors
    /// When that cannot be known; then nothing is changed.
    async fn load(&self) -> Result<DesiredClusters, SourceError>;

    /// Says when it is worth loading again, besides every pass.
    fn changes(&self) -> BoxStream<'static, ()>;
}
