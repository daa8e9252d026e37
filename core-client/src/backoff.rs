//! How long to wait after failures. Pure: whoever waits brings the chance, and nothing is known of what failed.

use std::time::Duration;

/// Waits that double from failure to failure, and differ for those who failed together.
///
/// Source: *Exponential Backoff and Jitter*, AWS Architecture Blog: [`Backoff::delay`] is its equal jitter, [`Backoff::full_jitter`] its
/// full jitter; [`Backoff::spread`] is full jitter above a least wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backoff {
    /// The longest wait after the first failure.
    pub first: Duration,
    /// The longest wait of all; when it is shorter than the first, it counts for all.
    pub longest: Duration,
}

impl Backoff {
    /// Waits from `first / 2` up to `longest`.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The longest wait after so many failures in a row; none after none.
    #[must_use]
    pub fn ceiling(&self, failures: u32) -> Duration {
        let Some(doublings) = failures.checked_sub(1) else { return Duration::ZERO };
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }

    /// Between half of the longest wait and all of it, by a chance from 0 to 1.
    #[must_use]
    pub fn delay(&self, failures: u32, chance: f64) -> Duration {
        let half = self.ceiling(failures) / 2;
        half.saturating_add(part(half, chance))
    }

    /// Between nothing and the longest wait, by a chance from 0 to 1.
    #[must_use]
    pub fn full_jitter(&self, failures: u32, chance: f64) -> Duration {
        part(self.ceiling(failures), chance)
    }

    /// Between the first wait and what the next failure could make of it, by a chance from 0 to 1: `first` is never undercut, and after one
    /// failure the wait is already somewhere between `first` and twice that.
    #[must_use]
    pub fn spread(&self, failures: u32, chance: f64) -> Duration {
        let least = self.first.min(self.longest);
        least.saturating_add(part(self.ceiling(failures.saturating_add(1)).saturating_sub(least), chance))
    }
}

/// What is no chance counts as none.
fn part(whole: Duration, chance: f64) -> Duration {
    if chance >= 1.0 {
        whole
    } else if chance > 0.0 {
        whole.mul_f64(chance)
    } else {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_double_up_to_the_longest(failures: u32, first in 1u64..5_000, longest in 1u64..400_000) {
            let backoff = Backoff::new(Duration::from_millis(first), Duration::from_millis(longest));
            let next = backoff.ceiling(failures.saturating_add(1));
            prop_assert!(backoff.ceiling(failures) <= next && next <= backoff.longest);
            let doubled = backoff.ceiling(failures).saturating_mul(2).min(backoff.longest);
            prop_assert!(failures == 0 || failures > 31 || next == doubled);
        }

        #[test]
        fn chance_takes_away_half_at_most_or_all(failures: u32, first: u64, longest: u64, chance: f64) {
            let backoff = Backoff::new(Duration::from_nanos(first), Duration::from_nanos(longest));
            let (ceiling, slack) = (backoff.ceiling(failures), Duration::from_nanos(2));
            let delay = backoff.delay(failures, chance);
            prop_assert!(delay + slack >= ceiling / 2 && delay <= ceiling);
            prop_assert!(backoff.full_jitter(failures, chance) <= ceiling);
        }

        #[test]
        fn a_spread_wait_is_never_less_than_the_first_nor_more_than_the_longest(failures: u32, first: u64, longest: u64, chance: f64) {
            let backoff = Backoff::new(Duration::from_nanos(first), Duration::from_nanos(longest));
            let wait = backoff.spread(failures, chance);
            prop_assert!(wait >= backoff.first.min(backoff.longest) && wait <= backoff.longest);
            prop_assert!(wait <= backoff.ceiling(failures.saturating_add(1)));
        }
    }

    #[test]
    fn nothing_overflows() {
        let endless = Backoff::new(Duration::MAX, Duration::MAX);
        for chance in [f64::NEG_INFINITY, -1.0, 0.0, 0.5, 1.0, f64::INFINITY, f64::NAN] {
            assert!(endless.delay(u32::MAX, chance) >= Duration::MAX / 2);
            assert!(endless.full_jitter(u32::MAX, chance) <= Duration::MAX);
            assert_eq!(endless.spread(u32::MAX, chance), Duration::MAX);
        }
    }

    #[test]
    fn a_crowd_that_failed_together_comes_back_spread_out() {
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(300));
        let mut seconds: Vec<u64> = (0..1000).map(|one| backoff.spread(6, f64::from(one) / 1000.0).as_secs()).collect();
        seconds.dedup();
        assert!(seconds.len() > 50, "{} different seconds of 63", seconds.len());
    }

    #[test]
    fn nothing_is_waited_for_after_no_failure() {
        assert_eq!(Backoff::new(Duration::from_secs(1), Duration::from_secs(9)).delay(0, 1.0), Duration::ZERO);
    }
}
