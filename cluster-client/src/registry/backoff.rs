//! How long to wait after attempts that failed; knows nothing of what was attempted.

use std::time::Duration;

use rand::Rng;

/// The wait after `failures` failed attempts in a row: anything between `min` and a ceiling that doubles with each failure up to `max`.
///
/// All of the span is used (full jitter), so that a thousand clusters which failed together do not come back together.
pub(super) fn wait_after(failures: u32, min: Duration, max: Duration, rng: &mut impl Rng) -> Duration {
    let doublings = failures.min(31);
    let ceiling = min.saturating_mul(1_u32 << doublings).clamp(min, max.max(min));
    if ceiling <= min { min } else { rng.random_range(min..=ceiling) }
}

/// Give or take a tenth.
pub(super) fn about(interval: Duration, rng: &mut impl Rng) -> Duration {
    interval.mul_f64(rng.random_range(0.9..1.1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    proptest! {
        #[test]
        fn waits_lie_between_the_bounds_and_their_ceiling_doubles(
            failures in 0_u32..u32::MAX, min in 1_u64..10_000, span in 0_u64..1_000_000, seed: u64,
        ) {
            let (min, max) = (Duration::from_millis(min), Duration::from_millis(min + span));
            let wait = wait_after(failures, min, max, &mut StdRng::seed_from_u64(seed));
            prop_assert!(wait >= min && wait <= max);
            let doubled = 2_u128.saturating_pow(failures.min(100)).saturating_mul(min.as_nanos());
            prop_assert!(wait.as_nanos() <= doubled);
        }

        #[test]
        fn an_interval_varies_by_a_tenth(millis in 1_u64..100_000, seed: u64) {
            let interval = Duration::from_millis(millis);
            let varied = about(interval, &mut StdRng::seed_from_u64(seed));
            prop_assert!(varied >= interval.mul_f64(0.899) && varied <= interval.mul_f64(1.101));
        }
    }

    #[test]
    fn a_crowd_that_failed_together_comes_back_spread_out() {
        let mut rng = StdRng::seed_from_u64(7);
        let (min, max) = (Duration::from_secs(1), Duration::from_secs(300));
        let mut seconds: Vec<u64> = (0..1000).map(|_| wait_after(6, min, max, &mut rng).as_secs()).collect();
        seconds.sort_unstable();
        seconds.dedup();
        assert!(seconds.len() > 50, "{} different seconds of 63", seconds.len());
    }
}
