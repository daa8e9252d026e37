//! How many requests are in flight: to one cluster, and to all of them. Knows nothing of what is asked.
//!
//! A cluster that throttles gets half as much and a pause, once for all requests that it refuses together; what succeeds brings back one
//! more at a time. Those who wait for their share
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
    most_writes: usize,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    share: Share,
    in_flight: usize,
    writes: usize,
}

/// What a cluster stands, learnt from its answers: half as much after each wave of refusals, one more after as many successes as it stands.
/// Plain; whoever learns brings the time.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Share {
    most: usize,
    limit: usize,
    /// Successes since the limit changed.
    successes: usize,
    /// How often it was cut: requests that were under way then say nothing new.
    wave: u64,
    paused_until: Option<Instant>,
}

impl Share {
    fn new(most: usize) -> Self {
        Self { most, limit: most, successes: 0, wave: 0, paused_until: None }
    }

    /// A request that began in a wave was refused, and asks for a pause.
    fn throttled(&mut self, began: u64, until: Instant) {
        self.paused_until = Some(self.paused_until.map_or(until, |known| known.max(until)));
        self.successes = 0;
        if began >= self.wave {
            self.limit = (self.limit / 2).max(1);
            self.wave += 1;
        }
    }

    /// A request was answered as it should be. Whether there is room for one more.
    fn succeeded(&mut self) -> bool {
        if self.limit >= self.most {
            return false;
        }
        self.successes += 1;
        let enough = self.successes >= self.limit;
        if enough {
            self.successes = 0;
            self.limit += 1;
        }
        enough
    }

    /// Until when nothing begins; nothing when that is over.
    fn pause(&mut self, now: Instant) -> Option<Instant> {
        self.paused_until = self.paused_until.filter(|until| *until > now);
        self.paused_until
    }
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
    began: u64,
}

impl Permit {
    /// In which wave of answers the request began.
    pub(super) fn began(&self) -> u64 {
        self.began
    }
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
        let state = State { share: Share::new(most), in_flight: 0, writes: 0 };
        let most_writes = most_writes.clamp(1, most);
        Self(Arc::new(Inner { total, most_writes, state: Mutex::new(state), changed: Notify::new() }))
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
        let began = self.state().share.wave;
        Permit { _slot: slot, _total: total, began }
    }

    /// The cluster refused a request that began in this wave, and asks for a pause. Requests that were refused together count once.
    pub(super) fn throttled(&self, began: u64, pause: Duration) {
        self.state().share.throttled(began, Instant::now() + pause);
    }

    /// A request was answered as it should be.
    pub(super) fn succeeded(&self) {
        if self.state().share.succeeded() {
            self.0.changed.notify_waiters();
        }
    }

    fn turn(&self, what: Use) -> Turn {
        let mut state = self.state();
        if let Some(until) = state.share.pause(Instant::now()) {
            return Turn::Later(Some(until));
        }
        let full = state.in_flight >= state.share.limit || (what == Use::Write && state.writes >= self.0.most_writes);
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
    use proptest::prelude::*;

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
        limit.throttled(0, Duration::from_secs(3));
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
        assert_eq!(limit.state().share.limit, 4);
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

    proptest! {
        #[test]
        fn a_share_stays_within_bounds_and_a_wave_of_refusals_halves_it_once(
            most in 1usize..40, events in prop::collection::vec((any::<bool>(), 0u64..3), 0..120),
        ) {
            let mut share = Share::new(most);
            let now = Instant::now();
            for (refused, ago) in events {
                let before = share.clone();
                if refused {
                    let began = share.wave.saturating_sub(ago);
                    share.throttled(began, now);
                    let cut = began == before.wave;
                    prop_assert_eq!(share.limit, if cut { (before.limit / 2).max(1) } else { before.limit });
                } else {
                    let more = share.succeeded();
                    prop_assert_eq!(share.limit, before.limit + usize::from(more));
                }
                prop_assert!((1..=most).contains(&share.limit));
            }
            for _ in 0..most * most + most {
                share.succeeded();
            }
            prop_assert_eq!(share.limit, most, "it recovers whole");
            prop_assert_eq!(share.pause(now), None);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_were_refused_together_count_once() {
        let limit = limit(64, 8);
        let mut held = Vec::new();
        for _ in 0..8 {
            held.push(limit.clone().acquire(Use::Write).await);
        }
        held.iter().for_each(|permit| limit.throttled(permit.began(), Duration::from_secs(1)));
        assert_eq!(limit.state().share.limit, 4);
        drop(held);
        let next = limit.clone().acquire(Use::Write).await;
        limit.throttled(next.began(), Duration::from_secs(1));
        assert_eq!(limit.state().share.limit, 2);
    }
}
