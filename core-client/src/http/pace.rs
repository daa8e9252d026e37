//! No more attempts a second than a service wants to see. Knows nothing of what is sent.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::http::HeaderMap;
use tokio::time::Instant;

use super::Generation;
use super::hook::{Hooked, RequestHook};

/// A token bucket that every attempt takes from, repetitions included: so many at once, then so many a second, first come first served.
///
/// It is a [`RequestHook`], so waiting counts against the deadline of the call. An attempt that is given up while it waits leaves its turn
/// to the next. Clones share the bucket; give one to all clients of a host.
#[derive(Clone)]
pub struct Pace(Arc<Shared>);

struct Shared {
    every: Duration,
    burst: u32,
    turns: Mutex<Turns>,
}

#[derive(Default)]
struct Turns {
    /// When the last turn given out so far comes, if that is not in the past by more than the burst.
    last: Option<Instant>,
    /// Turns that were given up before they came.
    returned: VecDeque<Instant>,
}

/// A turn that is waited for. Goes back when nobody waits any more.
struct Turn<'a> {
    pace: &'a Pace,
    at: Option<Instant>,
}

// === impl Pace ===

impl Pace {
    /// `burst` attempts at once, and one more every `every`. No burst counts as one.
    #[must_use]
    pub fn new(every: Duration, burst: u32) -> Self {
        Self(Arc::new(Shared { every, burst: burst.max(1), turns: Mutex::default() }))
    }

    /// So many a second and `burst` at once. What is no rate counts as one a second.
    #[must_use]
    pub fn per_second(rate: f64, burst: u32) -> Self {
        let rate = if rate.is_finite() && rate > 0.0 { rate } else { 1.0 };
        Self::new(Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::from_secs(1)), burst)
    }

    /// Waits for a turn.
    ///
    /// # Cancel safety
    /// A dropped call gives its turn to somebody else.
    pub async fn turn(&self) {
        let mut turn = Turn { pace: self, at: Some(self.take(Instant::now())) };
        if let Some(at) = turn.at {
            tokio::time::sleep_until(at).await;
        }
        turn.at = None;
    }

    /// The next turn that is free: now, or later.
    fn take(&self, now: Instant) -> Instant {
        let mut turns = self.0.turns.lock().unwrap_or_else(PoisonError::into_inner);
        // One that came long ago is among those the bucket saves by itself.
        turns.returned.retain(|at| now.saturating_duration_since(*at) < self.0.every);
        if let Some(at) = turns.returned.pop_front() {
            return at.max(now);
        }
        // The bucket as one number (generic cell rate algorithm): a turn is due one interval after the last, at the earliest so that a
        // whole burst fits until now.
        let saved = self.0.every.saturating_mul(self.0.burst - 1);
        let earliest = now.checked_sub(saved).unwrap_or(now);
        let due = match turns.last {
            Some(last) => last.checked_add(self.0.every).unwrap_or(now).max(earliest),
            None => earliest,
        };
        turns.last = Some(due);
        due.max(now)
    }

    fn give_back(&self, at: Instant) {
        let mut turns = self.0.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let place = turns.returned.partition_point(|held| *held <= at);
        turns.returned.insert(place, at);
    }
}

impl RequestHook for Pace {
    fn apply<'a>(&'a self, _: &'a Arc<Generation>, _: &mut HeaderMap) -> Hooked<'a> {
        Hooked::Later(Box::pin(async move {
            self.turn().await;
            Ok(HeaderMap::new())
        }))
    }
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace").field("every", &self.0.every).field("burst", &self.0.burst).finish_non_exhaustive()
    }
}

// === impl Turn ===

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(at) = self.at {
            self.pace.give_back(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_and_the_rest_one_by_one() {
        let (pace, start) = (Pace::per_second(5.0, 10), Instant::now());
        for _ in 0..10 {
            assert!(pace.turn().now_or_never().is_some());
        }
        for more in 1..=5 {
            pace.turn().await;
            assert_eq!(start.elapsed().as_millis() / 200, more);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_not_used_is_saved_up_to_the_burst() {
        let pace = Pace::per_second(5.0, 3);
        pace.turn().await;
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!((0..10).filter(|_| pace.turn().now_or_never().is_some()).count(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_nobody_waits_for_is_somebody_elses() {
        let (pace, start) = (Pace::new(Duration::from_secs(10), 1), Instant::now());
        pace.turn().await;
        for _ in 0..100 {
            assert!(tokio::time::timeout(Duration::from_millis(1), pace.turn()).await.is_err());
        }
        pace.turn().await;
        assert_eq!(start.elapsed().as_secs(), 10);
    }

    #[test]
    fn nothing_overflows() {
        for pace in [Pace::new(Duration::MAX, u32::MAX), Pace::new(Duration::ZERO, 0), Pace::per_second(f64::NAN, 1)] {
            let now = Instant::now();
            assert!((0..5).all(|_| pace.take(now) >= now), "{pace:?}");
        }
    }
}
