//! Who hands out connections, and what it tells about them; knows nothing of consumers and their state.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::Stream;
use tokio::time::Instant;

use crate::error::{ClientError, ConnectError};
use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
use crate::revision::Revision;

/// Until when a caller is willing to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    #[must_use]
    pub fn within(wait: Duration) -> Self {
        let now = Instant::now();
        // A wait that no clock can show is a very long one.
        Self(now.checked_add(wait).unwrap_or_else(|| now + Duration::from_secs(60 * 60 * 24 * 365)))
    }

    /// At this moment.
    #[must_use]
    pub fn at(moment: Instant) -> Self {
        Self(moment)
    }

    /// The moment.
    #[must_use]
    pub fn instant(self) -> Instant {
        self.0
    }
}

/// What happened to a cluster.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClusterEvent {
    /// Which cluster.
    pub key: ClusterKey,
    /// What happened.
    pub kind: ClusterEventKind,
}

/// What happened to a cluster.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ClusterEventKind {
    /// It is connected for the first time (or again, after it was removed).
    Added(ClusterHandle),
    /// Another revision took the place of an old one.
    Replaced {
        /// The new one.
        handle: ClusterHandle,
        /// The old one.
        was: Revision,
        /// Another cluster answers now: whatever is remembered of the old one describes something else.
        reset: bool,
    },
    /// It is connected and not well; the client is still handed out.
    Degraded(Arc<ConnectError>),
    /// It is well again.
    Recovered,
    /// An attempt to connect failed; it will be tried again.
    Failed(Arc<ConnectError>),
    /// Its labels changed.
    Relabelled,
    /// It is gone; the handle's `alive` is cancelled before this is said.
    Removed,
    /// The reader was too slow and missed something: look at [`ClientProvider::clusters`] again. The key is that of the first event after the gap.
    Missed,
}

/// Events, in order for each cluster. Ends when the provider ends.
pub type ClusterEventStream = Pin<Box<dyn Stream<Item = ClusterEvent> + Send>>;

/// Where a cluster stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ClusterState {
    /// Known, and nobody has asked for a connection.
    Registered,
    /// A first connection is being made.
    Connecting,
    /// The last attempt failed; another one is due.
    Failed,
    /// Connected and well.
    Connected,
    /// Connected and not well; the client is handed out all the same.
    Degraded,
}

impl ClusterState {
    /// The word for metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Connecting => "connecting",
            Self::Failed => "failed",
            Self::Connected => "connected",
            Self::Degraded => "degraded",
        }
    }
}

/// One cluster in a list of what a provider knows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClusterSummary {
    /// Which cluster.
    pub key: ClusterKey,
    /// Its labels.
    pub labels: Arc<BTreeMap<String, String>>,
    /// Where it stands.
    pub state: ClusterState,
    /// The last error and when it happened, while it matters.
    pub error: Option<(crate::revision::MicroTime, Arc<ConnectError>)>,
    /// The handle, when there is a connection.
    pub handle: Option<ClusterHandle>,
}

impl ClusterSummary {
    /// A summary of a cluster that is known and nothing else; members are filled in afterwards.
    #[must_use]
    pub fn new(key: ClusterKey, state: ClusterState) -> Self {
        Self { key, labels: Arc::default(), state, error: None, handle: None }
    }
}

/// Hands out connections to clusters.
///
/// Source: Tilt's `ClientProvider` (`internal/controllers/apis/cluster/client.go`), the `Provider` of multicluster-runtime.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ClientProvider: Send + Sync + 'static {
    /// The connection as it is now. Never blocks and never waits for anything.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] for an unknown cluster, [`ClientError::NotConnected`] with the last error while there is no connection,
    /// [`ClientError::WrongKind`].
    fn peek(&self, key: &ClusterKey) -> Result<ClusterHandle, ClientError>;

    /// The connection, waiting for the first one to be made until the deadline.
    ///
    /// Giving up does not stop the attempt that is under way.
    ///
    /// # Errors
    /// As [`ClientProvider::peek`]; [`ClientError::NotConnected`] carries the last error when the deadline passes.
    async fn get(&self, key: &ClusterKey, wait: Deadline) -> Result<ClusterHandle, ClientError>;

    /// What happens from now on. Look at [`ClientProvider::clusters`] after subscribing to miss nothing.
    fn events(&self) -> ClusterEventStream;

    /// Everything known now, in the order of the keys.
    fn clusters(&self) -> Vec<ClusterSummary>;

    /// The labels of a cluster, if it is known. Worth an own implementation where [`clusters`](Self::clusters) is long.
    fn labels(&self, key: &ClusterKey) -> Option<Arc<BTreeMap<String, String>>> {
        self.clusters().into_iter().find(|summary| summary.key == *key).map(|summary| summary.labels)
    }
}

#[async_trait]
impl<P: ClientProvider + ?Sized> ClientProvider for Arc<P> {
    fn peek(&self, key: &ClusterKey) -> Result<ClusterHandle, ClientError> {
        (**self).peek(key)
    }

    async fn get(&self, key: &ClusterKey, wait: Deadline) -> Result<ClusterHandle, ClientError> {
        (**self).get(key, wait).await
    }

    fn events(&self) -> ClusterEventStream {
        (**self).events()
    }

    fn clusters(&self) -> Vec<ClusterSummary> {
        (**self).clusters()
    }

    fn labels(&self, key: &ClusterKey) -> Option<Arc<BTreeMap<String, String>>> {
        (**self).labels(key)
    }
}
