//! When to stop trying to connect for a while. Pure: the time is an argument.

use std::time::Duration;

/// Counts connections in a row that did not come about.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Breaker {
    failures: u32,
    rests_until: Duration,
}

// === impl Breaker ===

impl Breaker {
    /// Whether to try now, and if not, for how long not. After a rest one tries, and the others wait for what becomes of it.
    pub(super) fn admit(&mut self, now: Duration, after: u32, rest: Duration) -> Result<(), (u32, Duration)> {
        if self.failures < after.max(1) {
            return Ok(());
        }
        match self.rests_until.checked_sub(now).filter(|left| !left.is_zero()) {
            Some(left) => Err((self.failures, left)),
            None => {
                self.rests_until = now.saturating_add(rest);
                Ok(())
            }
        }
    }

    pub(super) fn failed(&mut self, now: Duration, after: u32, rest: Duration) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= after.max(1) {
            self.rests_until = now.saturating_add(rest);
        }
    }

    pub(super) fn came_about(&mut self) {
        self.failures = 0;
    }

    pub(super) fn is_resting(&self, now: Duration, after: u32) -> bool {
        self.failures >= after.max(1) && self.rests_until > now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: Duration = Duration::from_secs(10);

    #[test]
    fn after_several_failures_nobody_tries_and_after_the_rest_one_does() {
        let (mut breaker, mut now) = (Breaker::default(), Duration::from_secs(1));
        for _ in 0..3 {
            assert_eq!(breaker.admit(now, 3, REST), Ok(()));
            breaker.failed(now, 3, REST);
        }
        assert_eq!(breaker.admit(now, 3, REST), Err((3, REST)));
        assert!(breaker.is_resting(now, 3));
        now += REST;
        assert_eq!(breaker.admit(now, 3, REST), Ok(()));
        assert_eq!(breaker.admit(now, 3, REST), Err((3, REST)), "the others wait");
        breaker.came_about();
        assert_eq!(breaker.admit(now, 3, REST), Ok(()));
    }
}
