//! What travels with a call.

use std::time::Duration;

use core_client::trace::TraceContext;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Until when a call may take, who may end it, where in a trace it belongs, and for which leader it is made. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CallContext {
    deadline: Instant,
    cancel: CancellationToken,
    fence: Option<crate::store::Fence>,
    trace: Option<TraceContext>,
}

/// A call that was not waited for any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Interrupted {
    /// Its time was over.
    #[error("the deadline of the call passed")]
    DeadlinePassed,
    /// Whoever made it does not need it any more.
    #[error("the call was cancelled")]
    Cancelled,
}

impl CallContext {
    /// A call that may take so long, and that nobody else ends.
    #[must_use]
    pub fn within(wait: Duration) -> Self {
        let now = Instant::now();
        // A wait that no clock can show is a very long one.
        let deadline = now.checked_add(wait).unwrap_or_else(|| now + Duration::from_secs(60 * 60 * 24 * 365));
        Self { deadline, cancel: CancellationToken::new(), fence: None, trace: None }
    }

    /// Ends as well when this token is cancelled.
    #[must_use]
    pub fn with_cancel(mut self, cancel: CancellationToken) -> Self {
        self.cancel = cancel;
        self
    }

    /// Made for the leader of this epoch: what it writes is refused once there is a later one.
    #[must_use]
    pub fn with_fence(mut self, fence: crate::store::Fence) -> Self {
        self.fence = Some(fence);
        self
    }

    /// Belongs to this trace.
    #[must_use]
    pub fn with_trace(mut self, trace: TraceContext) -> Self {
        self.trace = Some(trace);
        self
    }

    /// The same call with at most so long left, for one step of several.
    #[must_use]
    pub fn at_most(&self, wait: Duration) -> Self {
        let step = Self::within(wait).deadline;
        Self { deadline: step.min(self.deadline), ..self.clone() }
    }

    /// Until when.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// How long that still is.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Who may end it.
    #[must_use]
    pub fn cancel(&self) -> &CancellationToken {
        &self.cancel
    }

    /// For which leader it is made.
    #[must_use]
    pub fn fence(&self) -> Option<&crate::store::Fence> {
        self.fence.as_ref()
    }

    /// Where in a trace it belongs.
    #[must_use]
    pub fn trace(&self) -> Option<&TraceContext> {
        self.trace.as_ref()
    }

    /// Waits for something, but not longer than the call may take.
    ///
    /// # Errors
    /// When the deadline passed or the call was cancelled; the future is dropped then.
    pub async fn bound<F: Future>(&self, work: F) -> Result<F::Output, Interrupted> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Interrupted::Cancelled),
            done = tokio::time::timeout_at(self.deadline, work) => done.map_err(|_| Interrupted::DeadlinePassed),
        }
    }
}
