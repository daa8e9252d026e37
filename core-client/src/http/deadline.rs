//! The end of a call. Knows nothing of what is called.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, Sleep};

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

    /// Ends when the call has to. One does for everything an attempt waits for, in turn; it costs nothing until it is polled.
    pub(super) fn timer(&self) -> Sleep {
        match self.start.checked_add(self.total) {
            Some(end) => tokio::time::sleep_until(end),
            // Later than clocks go.
            None => tokio::time::sleep(self.total),
        }
    }
}

/// Waits for `work`, but no longer than for `timer`.
pub(super) async fn bound<T>(mut timer: Pin<&mut Sleep>, work: impl Future<Output = T>) -> Result<T, DispatchError> {
    let mut work = pin!(work);
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Ok(done)),
        Poll::Pending => timer.as_mut().poll(cx).map(|()| Err(DispatchError::new(DispatchKind::Timeout))),
    })
    .await
}
