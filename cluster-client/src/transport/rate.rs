//! How many requests a second one cluster is asked, on average. Pure; time is an argument.

use std::time::Duration;

use tokio::time::Instant;

/// A bucket that a request takes a token from. Requests that find none are told how long to wait, in the order they came.
#[derive(Debug)]
pub(super) struct Rate {
    every: Duration,
    /// How far ahead of its time the next request may be.
    slack: Duration,
    /// When the next request is due if all before it came at their time.
    due: Instant,
}

impl Rate {
    /// Nothing when there is no limit.
    pub(super) fn new(qps: u32, burst: u32, now: Instant) -> Option<Self> {
        let every = Duration::from_secs(1).checked_div(qps)?;
        Some(Self { every, slack: every.saturating_mul(burst.saturating_sub(1)), due: now })
    }

    /// How long the next request has to wait. Takes nothing when that is longer than `patience`.
    pub(super) fn take(&mut self, now: Instant, patience: Duration) -> Result<Duration, Duration> {
        let due = self.due.max(now);
        let wait = (due - now).saturating_sub(self.slack);
        if wait > patience {
            return Err(wait);
        }
        self.due = due + self.every;
        Ok(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOR_EVER: Duration = Duration::MAX;

    #[test]
    fn without_a_limit_there_is_no_bucket() {
        assert!(Rate::new(0, 30, Instant::now()).is_none());
    }

    #[test]
    fn a_burst_passes_at_once_and_the_rest_at_the_rate() {
        let now = Instant::now();
        let mut rate = Rate::new(20, 30, now).unwrap();
        let waits: Vec<_> = (0..50).map(|_| rate.take(now, FOR_EVER).unwrap().as_millis()).collect();
        assert!(waits[..30].iter().all(|&wait| wait == 0), "{waits:?}");
        assert_eq!(waits[30..33], [50, 100, 150]);
        assert_eq!(
            rate.take(now + Duration::from_secs(60), FOR_EVER),
            Ok(Duration::ZERO),
            "what is saved up is the burst"
        );
        let later = now + Duration::from_secs(60);
        assert_eq!((0..100).filter(|_| rate.take(later, Duration::ZERO).is_ok()).count(), 29);
    }

    #[test]
    fn who_cannot_wait_takes_nothing() {
        let now = Instant::now();
        let mut rate = Rate::new(1, 1, now).unwrap();
        assert_eq!(rate.take(now, Duration::ZERO), Ok(Duration::ZERO));
        for _ in 0..10 {
            assert_eq!(rate.take(now, Duration::ZERO), Err(Duration::from_secs(1)));
        }
        assert_eq!(rate.take(now, Duration::from_secs(1)), Ok(Duration::from_secs(1)));
    }
}
