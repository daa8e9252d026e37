//! Whether a request is sent once more, and when. Pure but for the budget. Only what is known to change nothing is ever repeated.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::StatusCode;

/// What one retry costs; a request earns a tenth of it.
const RETRY: u32 = 100;
const EARNED: u32 = 10;
/// Retries that can be saved up, and are there to begin with.
const BURST: u32 = 10;
/// Bounds of the wait before a retry.
const BASE: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(2);

/// How many retries the requests of one cluster have earned, so that retries add a tenth to the load of a server in trouble.
#[derive(Debug)]
pub(super) struct Budget(AtomicU32);

/// How an attempt ended that may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Without an answer.
    NoAnswer,
    /// With this status, and what it asks for in `Retry-After`.
    Answer(StatusCode, Option<Duration>),
}

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(BURST * RETRY))
    }
}

impl Budget {
    pub(super) fn earn(&self) {
        if self.0.load(Ordering::Relaxed) < BURST * RETRY {
            let more = |balance: u32| Some((balance + EARNED).min(BURST * RETRY));
            let _before = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        }
    }

    pub(super) fn spend(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |balance| balance.checked_sub(RETRY)).is_ok()
    }
}

/// How long to wait before retry number `retry` (the first is 1); `None` when the outcome stands.
pub(super) fn wait(ended: Ended, retry: u32, random: f64) -> Option<Duration> {
    let least = match ended {
        Ended::NoAnswer => Duration::ZERO,
        Ended::Answer(
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT,
            after,
        ) => after.unwrap_or_default(),
        Ended::Answer(..) => return None,
    };
    let factor = 1u32.checked_shl(retry.saturating_sub(1)).unwrap_or(u32::MAX);
    // What was asked for is waited for whole, and a little more, so that clients do not come back together.
    Some(least + BASE.saturating_mul(factor).min(LONGEST).mul_f64(0.5 + 0.5 * random))
}

/// `Retry-After` in seconds, as API servers write it.
pub(super) fn retry_after(headers: &http::HeaderMap) -> Option<Duration> {
    let seconds = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_trouble_that_passes_is_repeated() {
        for status in [400, 401, 403, 404, 409, 410, 422, 500, 502] {
            assert_eq!(wait(Ended::Answer(StatusCode::from_u16(status).unwrap(), None), 1, 0.5), None, "{status}");
        }
        for status in [429, 503, 504] {
            assert!(wait(Ended::Answer(StatusCode::from_u16(status).unwrap(), None), 1, 0.5).is_some(), "{status}");
        }
    }

    #[test]
    fn what_the_server_asks_for_is_waited_for() {
        let asked = Duration::from_secs(7);
        let wait = wait(Ended::Answer(StatusCode::TOO_MANY_REQUESTS, Some(asked)), 1, 0.0).unwrap();
        assert!(wait >= asked && wait < asked + Duration::from_secs(1));
    }

    #[test]
    fn retries_are_earned() {
        let budget = Budget::default();
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 10);
        for _ in 0..25 {
            budget.earn();
        }
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 2);
    }

    proptest! {
        #[test]
        fn no_wait_of_ours_is_longer_than_two_seconds(retry in 0u32..1000, random in 0.0f64..1.0) {
            prop_assert!(wait(Ended::NoAnswer, retry, random).unwrap() <= LONGEST);
        }
    }
}
