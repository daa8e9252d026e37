//! The time of day and waiting, as an argument: limits are waited for by it, so that tests decide how long an hour is.

use std::fmt;
use std::time::Duration;

use core_client::credentials::Clock;
use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::time::Instant;

/// A clock that can also be waited by.
///
/// Limits, pauses between attempts and deadlines are reckoned by it. What the network does is bounded by the runtime's own clock beside
/// it, so that a clock that stands still makes nobody wait for a dead peer.
pub trait Time: Clock {
    /// Time since some moment, which never goes back.
    fn ticks(&self) -> Duration;

    /// Ends when [`ticks`](Self::ticks) has come this far.
    fn sleep_until(&self, ticks: Duration) -> BoxFuture<'static, ()>;
}

/// The clock of the machine and the timer of the runtime.
#[derive(Clone, Copy)]
pub struct SystemTime {
    origin: Instant,
}

// === impl SystemTime ===

impl SystemTime {
    /// Time as it is.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for SystemTime {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemTime {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

impl Time for SystemTime {
    fn ticks(&self) -> Duration {
        self.origin.elapsed()
    }

    fn sleep_until(&self, ticks: Duration) -> BoxFuture<'static, ()> {
        let until = self.origin.checked_add(ticks);
        Box::pin(async move {
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                // Further away than the clock reaches.
                None => std::future::pending().await,
            }
        })
    }
}

impl fmt::Debug for SystemTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemTime").finish_non_exhaustive()
    }
}
