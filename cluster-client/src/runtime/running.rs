//! A controller that runs: its numbers, its events, and its end; knows nothing of what it does.

use std::fmt;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::events::RuntimeEvents;
use super::stats::{Observed, Stats};

/// A running controller. It stops when this is dropped; [`Running::shutdown`] also lets work end in order and waits for it.
#[must_use = "a controller stops when its handle is dropped"]
pub struct Running {
    pub(super) observed: Arc<dyn Observed>,
    pub(super) stop: CancellationToken,
    pub(super) kill: CancellationToken,
    pub(super) tasks: TaskTracker,
}

impl Running {
    /// How it is doing.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.observed.stats()
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> RuntimeEvents {
        RuntimeEvents::new(self.observed.events())
    }

    /// Begins no more work, ends all watches, gives reconciles the drain time to end, drops those that have not, and waits until nothing
    /// of the controller runs any more: no longer than a little more than the drain time.
    ///
    /// # Cancel safety
    /// When it is dropped, the controller ends at once, and nobody waits for it.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
        self.kill.cancel();
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
