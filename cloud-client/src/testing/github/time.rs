//! A clock that the test moves, and that moves by itself when somebody waits by it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use core_client::credentials::Clock;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use crate::github::Time;

/// Time that stands still until somebody waits: then it is at once as late as was waited for. Clones are one clock.
///
/// ```
/// use std::time::Duration;
/// use cloud_client::github::Time as _;
/// use cloud_client::testing::github::ManualTime;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let time = ManualTime::new();
/// time.sleep_until(Duration::from_secs(3600)).await;
/// assert_eq!(time.waits(), [Duration::from_secs(3600)]);
/// # });
/// ```
#[derive(Clone, Default)]
pub struct ManualTime(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    ticks: Duration,
    waits: Vec<Duration>,
}

/// When it begins: 2026-01-01 00:00:00 UTC.
const BEGINNING: i64 = 1_767_225_600;

// === impl ManualTime ===

impl ManualTime {
    /// The first moment of 2026.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets so much time pass.
    pub fn advance(&self, by: Duration) {
        self.inner().ticks += by;
    }

    /// How long was waited, each time that somebody had to, in order. Waits for a moment that is over are not among them.
    #[must_use]
    pub fn waits(&self) -> Vec<Duration> {
        self.inner().waits.clone()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualTime {
    fn now(&self) -> Timestamp {
        let ticks = SignedDuration::try_from(self.inner().ticks).unwrap_or(SignedDuration::ZERO);
        Timestamp::from_second(BEGINNING).and_then(|beginning| beginning.checked_add(ticks)).unwrap_or(Timestamp::MAX)
    }
}

impl Time for ManualTime {
    fn ticks(&self) -> Duration {
        self.inner().ticks
    }

    fn sleep_until(&self, ticks: Duration) -> BoxFuture<'static, ()> {
        let time = self.clone();
        Box::pin(async move {
            let mut inner = time.inner();
            if let Some(wait) = ticks.checked_sub(inner.ticks).filter(|wait| !wait.is_zero()) {
                inner.waits.push(wait);
                inner.ticks = ticks;
            }
        })
    }
}

impl fmt::Debug for ManualTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManualTime").field("ticks", &self.inner().ticks).finish_non_exhaustive()
    }
}
