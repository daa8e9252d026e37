//! Which clusters this replica may work in, and the right to do so; knows nothing of how replicas agree on it.

use std::fmt;
use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::key::ClusterKey;

/// The right of this replica to work in a cluster, for as long as `cancel` is not cancelled.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OwnershipToken {
    /// Cancelled when the right is lost. Work stops, and guarded clients refuse from then on.
    pub cancel: CancellationToken,
    /// Rises with every new owner of the cluster; writers that can check it refuse smaller ones.
    pub fencing: u64,
    /// Counted by whoever gave the right, until it is dropped.
    keep: Option<TaskTrackerToken>,
    check: Option<Check>,
}

/// Says whether the right is held at this moment.
#[derive(Clone)]
struct Check(Arc<dyn Fn() -> bool + Send + Sync>);

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Check")
    }
}

impl OwnershipToken {
    /// A right that ends when `cancel` is cancelled.
    #[must_use]
    pub fn new(cancel: CancellationToken, fencing: u64) -> Self {
        Self { cancel, fencing, keep: None, check: None }
    }

    /// Carries `keep` along: its tracker waits until every copy of this token is dropped, so that the right is not handed on while somebody
    /// still works with it.
    #[must_use]
    pub fn keeping(mut self, keep: TaskTrackerToken) -> Self {
        self.keep = Some(keep);
        self
    }

    /// Has `holds` asked as well before every request of a guarded client. It is for a right that ends at a moment by the clock: when the
    /// process was stopped and goes on, the task that cancels may get its turn after the one that writes.
    #[must_use]
    pub fn checked(mut self, holds: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.check = Some(Check(Arc::new(holds)));
        self
    }

    /// Whether the right is held at this moment.
    #[must_use]
    pub fn is_held(&self) -> bool {
        !self.cancel.is_cancelled() && self.check.as_ref().is_none_or(|check| (check.0)())
    }

    /// The same right for somebody who only looks at it, and whom nobody waits for.
    pub(super) fn watched(&self) -> Self {
        Self { keep: None, ..self.clone() }
    }
}

/// Says which clusters this replica owns.
///
/// What is asked must be known already: both methods answer at once.
pub trait ClusterOwnership: Send + Sync + 'static {
    /// The right to work in the cluster, if this replica has it. Asked again for every engagement and every change; the token of a
    /// right that goes on must be the same one (cancelling together) each time.
    fn owns(&self, key: &ClusterKey) -> Option<OwnershipToken>;

    /// Clusters for which another answer may be given from now on. A right that is lost is also told by its token.
    fn changes(&self) -> BoxStream<'static, ClusterKey>;
}

/// This replica owns every cluster: the answer where there is only one.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct AlwaysOwned;

impl AlwaysOwned {
    /// The right to everything.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl ClusterOwnership for AlwaysOwned {
    fn owns(&self, _key: &ClusterKey) -> Option<OwnershipToken> {
        Some(OwnershipToken::new(CancellationToken::new(), 0))
    }

    fn changes(&self) -> BoxStream<'static, ClusterKey> {
        stream::pending().boxed()
    }
}
