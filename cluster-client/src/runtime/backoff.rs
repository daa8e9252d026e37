//! How long to wait after the n-th failure; knows nothing of what failed.

use std::time::Duration;

use rand::Rng;
use tokio::time::Instant;

/// Waits that double from `first` to `longest`, each cut by up to half at random so that many do not wake at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backoff {
    /// The longest wait after the first failure.
    pub first: Duration,
    /// The longest wait of all.
    pub longest: Duration,
}

impl Backoff {
    /// Waits between `first / 2` and `longest`; when `longest` is the shorter one, it counts for all.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The wait after so many failures in a row; none after none.
    #[must_use]
    pub fn delay(&self, failures: u32, random: &mut impl Rng) -> Duration {
        let Some(doublings) = failures.checked_sub(1) else { return Duration::ZERO };
        let full = 2u32.checked_pow(doublings).and_then(|factor| self.first.checked_mul(factor));
        let full = full.unwrap_or(self.longest).min(self.longest);
        full.mul_f64(random.random_range(0.5..=1.0))
    }
}

/// A moment so far from `now`; what no clock can show is a year away.
pub(super) fn after(now: Instant, wait: Duration) -> Instant {
    now.checked_add(wait).unwrap_or_else(|| now + Duration::from_secs(60 * 60 * 24 * 365))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    proptest! {
        #[test]
        fn waits_double_up_to_the_longest_and_lose_half_at_most(failures in 1u32..200, seed: u64, first in 1u64..5_000) {
            let backoff = Backoff::new(Duration::from_millis(first), Duration::from_secs(300));
            let full = Duration::from_secs_f64((first as f64 / 1000.0) * 2f64.powi(failures.min(60) as i32 - 1)).min(backoff.longest);
            let wait = backoff.delay(failures, &mut StdRng::seed_from_u64(seed));
            let slack = Duration::from_millis(1);
            prop_assert!(wait + slack >= full / 2 && wait <= full + slack, "{wait:?} of {full:?}");
        }
    }

    #[test]
    fn nothing_is_waited_for_after_no_failure() {
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(2));
        assert_eq!(backoff.delay(0, &mut StdRng::seed_from_u64(0)), Duration::ZERO);
    }
}
