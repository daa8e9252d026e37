//! How fresh a store is; knows nothing of what is in it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How fresh a store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Freshness {
    /// When the last list was complete; absent before the first one.
    pub synced_at: Option<Instant>,
    /// When the API server said something last: an event, a bookmark, a list.
    pub last_event_at: Option<Instant>,
    /// Since when the watch has not been connected; absent while it is.
    pub disconnected_since: Option<Instant>,
}

impl Freshness {
    /// For how long the watch has not been connected; zero while it is.
    #[must_use]
    pub fn stale_for(&self) -> Duration {
        self.disconnected_since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

/// Keeps a store's freshness up to date.
#[derive(Debug)]
pub(in super::super) struct Clockwork {
    freshness: Mutex<Freshness>,
    synced: CancellationToken,
}

impl Clockwork {
    pub(super) fn start() -> Self {
        let freshness = Freshness { synced_at: None, last_event_at: None, disconnected_since: Some(Instant::now()) };
        Self { freshness: Mutex::new(freshness), synced: CancellationToken::new() }
    }

    pub(in super::super) fn freshness(&self) -> Freshness {
        self.with(|freshness| *freshness)
    }

    /// Waits for the first complete list.
    pub(in super::super) fn first_sync(&self) -> impl Future<Output = ()> + Send + 'static {
        self.synced.clone().cancelled_owned()
    }

    /// A list is complete; whether it is the first one.
    pub(super) fn synced(&self) -> bool {
        let first = self.with(|freshness| {
            let now = Instant::now();
            freshness.last_event_at = Some(now);
            freshness.synced_at.replace(now).is_none()
        });
        self.synced.cancel();
        first
    }

    /// The API server said something.
    pub(in super::super) fn heard(&self) {
        self.with(|freshness| freshness.last_event_at = Some(Instant::now()));
    }

    /// The watch is connected.
    pub(in super::super) fn connected(&self) {
        self.with(|freshness| {
            freshness.last_event_at = Some(Instant::now());
            freshness.disconnected_since = None;
        });
    }

    /// The watch is not connected any more; it counts from the first time this is said.
    pub(in super::super) fn disconnected(&self) {
        self.with(|freshness| {
            freshness.disconnected_since.get_or_insert_with(Instant::now);
        });
    }

    fn with<T>(&self, f: impl FnOnce(&mut Freshness) -> T) -> T {
        f(&mut self.freshness.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
