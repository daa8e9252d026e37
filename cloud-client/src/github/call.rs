//! The time one call has: by the clock that limits are reckoned by, and by the runtime's for what the network does.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::error::{GithubError, GithubErrorKind, Place};
use super::time::Time;

#[derive(Debug)]
pub(super) struct Call {
    time: Arc<dyn Time>,
    place: Place,
    deadline: Duration,
    until: Duration,
    begun: Instant,
}

// === impl Call ===

impl Call {
    pub(super) fn begin(time: Arc<dyn Time>, place: Place, deadline: Duration) -> Self {
        let until = time.ticks().saturating_add(deadline);
        Self { time, place, deadline, until, begun: Instant::now() }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.time.now()
    }

    pub(super) fn ticks(&self) -> Duration {
        self.time.ticks()
    }

    /// What is left of the deadline, by the clock that is further.
    pub(super) fn left(&self) -> Duration {
        let by_ticks = self.until.saturating_sub(self.time.ticks());
        by_ticks.min(self.deadline.saturating_sub(self.begun.elapsed()))
    }

    pub(super) async fn sleep(&self, wait: Duration) {
        self.time.sleep_until(self.time.ticks().saturating_add(wait)).await;
    }

    pub(super) async fn sleep_until(&self, moment: Timestamp) {
        self.sleep(self.until_then(moment)).await;
    }

    pub(super) fn until_then(&self, moment: Timestamp) -> Duration {
        Duration::try_from(moment.duration_since(self.now())).unwrap_or(Duration::ZERO)
    }

    /// Waits for something, but not beyond the deadline.
    pub(super) async fn bound<T>(&self, doing: &'static str, work: impl Future<Output = T>) -> Result<T, GithubError> {
        tokio::time::timeout(self.left(), work).await.map_err(|_| self.too_late(doing))
    }

    pub(super) fn too_late(&self, doing: &'static str) -> GithubError {
        GithubError::new(&self.place, GithubErrorKind::Deadline { after: self.deadline, doing })
    }
}
