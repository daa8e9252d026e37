//! How many requests are in flight: to one cluster, and to all of them. Knows nothing of what is asked.
//!
//! A cluster that throttles gets half as much and a pause; what succeeds brings back one more at a time. Those who wait for their share
//! of the whole stand in one queue, each cluster with few of its own, so that clusters take turns.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// The share of one cluster. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct ClusterLimit(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    total: Arc<Semaphore>,
    most: usize,
    most_writes: usize,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    limit: usize,
    in_flight: usize,
    writes: usize,
    /// Successes since the limit changed.
    successes: usize,
    paused_until: Option<Instant>,
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Write,
}

/// One request may be in flight for as long as this lives.
#[derive(Debug)]
pub(super) struct Permit {
    _slot: Slot,
    _total: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
struct Slot {
    of: ClusterLimit,
    what: Use,
}

enum Turn {
    Mine,
    Later(Option<Instant>),
}

impl ClusterLimit {
    pub(super) fn new(total: Arc<Semaphore>, most: usize, most_writes: usize) -> Self {
        let most = most.max(1);
        let state = State { limit: most, in_flight: 0, writes: 0, successes: 0, paused_until: None };
        let most_writes = most_writes.clamp(1, most);
        Self(Arc::new(Inner { total, most, most_writes, state: Mutex::new(state), changed: Notify::new() }))
    }

    /// Waits for its turn. Dropping the future gives up the place.
    pub(super) async fn acquire(self, what: Use) -> Permit {
        loop {
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match self.turn(what) {
                Turn::Mine => break,
                Turn::Later(None) => changed.await,
                Turn::Later(Some(then)) => tokio::select! {
                    () = changed => {}
                    () = sleep_until(then) => {}
                },
            }
        }
        let slot = Slot { of: self.clone(), what };
        // It is never closed.
        let total = Arc::clone(&self.0.total).acquire_owned().await.ok();
        Permit { _slot: slot, _total: total }
    }

    /// The cluster asked for fewer requests, and for a pause.
    pub(super) fn throttled(&self, pause: Duration) {
        let mut state = self.state();
        state.limit = (state.limit / 2).max(1);
        state.successes = 0;
        let until = Instant::now() + pause;
        state.paused_until = Some(state.paused_until.map_or(until, |known| known.max(until)));
    }

    /// A request was answered as it should be.
    pub(super) fn succeeded(&self) {
        let mut state = self.state();
        if state.limit < self.0.most {
            state.successes += 1;
            if state.successes >= state.limit {
                state.successes = 0;
                state.limit += 1;
                drop(state);
                self.0.changed.notify_waiters();
            }
        }
    }

    fn turn(&self, what: Use) -> Turn {
        let mut state = self.state();
        if let Some(until) = state.paused_until {
            if until > Instant::now() {
                return Turn::Later(Some(until));
            }
            state.paused_until = None;
        }
        let full = state.in_flight >= state.limit || (what == Use::Write && state.writes >= self.0.most_writes);
        if full {
            return Turn::Later(None);
        }
        state.in_flight += 1;
        state.writes += usize::from(what == Use::Write);
        Turn::Mine
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        {
            let mut state = self.of.state();
            state.in_flight = state.in_flight.saturating_sub(1);
            state.writes = state.writes.saturating_sub(usize::from(self.what == Use::Write));
        }
        self.of.0.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn limit(total: usize, most: usize) -> ClusterLimit {
        ClusterLimit::new(Arc::new(Semaphore::new(total)), most, most)
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_are_in_flight_than_allowed() {
        let limit = limit(64, 2);
        let first = limit.clone().acquire(Use::Write).await;
        let _second = limit.clone().acquire(Use::Write).await;
        let mut third = Box::pin(limit.clone().acquire(Use::Write));
        assert!((&mut third).now_or_never().is_none());
        drop(first);
        assert!(third.now_or_never().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn writes_leave_room_for_reads() {
        let limit = ClusterLimit::new(Arc::new(Semaphore::new(64)), 2, 1);
        let _write = limit.clone().acquire(Use::Write).await;
        assert!(limit.clone().acquire(Use::Write).now_or_never().is_none());
        assert!(limit.clone().acquire(Use::Read).now_or_never().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_cluster_that_throttles_gets_half_and_a_pause_and_recovers() {
        let limit = limit(64, 4);
        limit.throttled(Duration::from_secs(3));
        let began = Instant::now();
        let held = (limit.clone().acquire(Use::Write).await, limit.clone().acquire(Use::Write).await);
        assert_eq!(began.elapsed(), Duration::from_secs(3));
        assert!(limit.clone().acquire(Use::Write).now_or_never().is_none(), "the limit is halved");
        limit.succeeded();
        limit.succeeded();
        assert!(limit.clone().acquire(Use::Write).now_or_never().is_some(), "two successes bring one more");
        drop(held);
        for _ in 0..100 {
            limit.succeeded();
        }
        assert_eq!(limit.state().limit, 4);
    }

    #[tokio::test(start_paused = true)]
    async fn clusters_take_turns_for_the_whole() {
        let total = Arc::new(Semaphore::new(1));
        let big = ClusterLimit::new(Arc::clone(&total), 2, 2);
        let small = ClusterLimit::new(total, 2, 2);
        let held = big.clone().acquire(Use::Write).await;
        let mut of_big = Box::pin(big.clone().acquire(Use::Write));
        assert!((&mut of_big).now_or_never().is_none());
        let mut of_small = Box::pin(small.acquire(Use::Write));
        assert!((&mut of_small).now_or_never().is_none());
        drop(held);
        drop(of_big.await);
        assert!(of_small.now_or_never().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_waiting_leaves_no_trace() {
        let limit = limit(1, 2);
        let held = limit.clone().acquire(Use::Read).await;
        let mut waiting = Box::pin(limit.clone().acquire(Use::Read));
        assert!((&mut waiting).now_or_never().is_none());
        drop(waiting);
        drop(held);
        assert_eq!(limit.state().in_flight, 0);
        assert!(limit.clone().acquire(Use::Read).now_or_never().is_some());
    }
}
