//! The end of a call. Knows nothing of what is called.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{DispatchError, DispatchKind};

/// When a call has to be over. Runs on the runtime's clock, so that tests can move it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    start: Instant,
    total: Duration,
}

// === impl Deadline ===

impl Deadline {
    pub(super) fn after(total: Duration) -> Self {
        Self { start: Instant::now(), total }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    pub(super) fn remaining(&self) -> Duration {
        self.total.saturating_sub(self.elapsed())
    }

    /// Waits for something other than the transport, which has a timer of its own.
    pub(super) async fn bound<T>(&self, work: impl Future<Output = T>) -> Result<T, DispatchError> {
        tokio::time::timeout(self.remaining(), work).await.map_err(|_| DispatchError::new(DispatchKind::Timeout))
    }
}
