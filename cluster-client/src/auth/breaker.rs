//! When a credential was refused so often that asking again is pointless for a while. Pure; time is an argument.

use std::time::Duration;

use tokio::time::Instant;

/// Refusals in a row that open it.
const STRIKES: u32 = 3;
/// Refusals of one and the same credential within this time count once: fifty requests may have been under way with it.
const SPACING: Duration = Duration::from_secs(1);
/// How long it is open the first time; twice as long each time that follows.
const FIRST: Duration = Duration::from_secs(30);
/// How long it is open at most.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// Whether requests are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Circuit {
    /// They are.
    #[default]
    Closed,
    /// They are not, for so long from now; probes are.
    Open(Duration),
}

#[derive(Debug, Default)]
pub(super) struct Breaker {
    strikes: u32,
    /// Which credential was refused last, and when.
    last: Option<(u64, Instant)>,
    /// How often it opened without a success in between.
    opened: u32,
    until: Option<Instant>,
}

impl Breaker {
    /// Counts a refusal of the credential with this serial number.
    pub(super) fn refused(&mut self, serial: u64, now: Instant) {
        if self.last.is_some_and(|(last, at)| last == serial && now.saturating_duration_since(at) < SPACING) {
            return;
        }
        self.last = Some((serial, now));
        self.strikes += 1;
        if self.strikes >= STRIKES && self.state(now) == Circuit::Closed {
            let factor = 1u32.checked_shl(self.opened).unwrap_or(u32::MAX);
            self.until = Some(now + FIRST.saturating_mul(factor).min(LONGEST));
            self.opened = self.opened.saturating_add(1);
            // After that time there is one refusal left before the refresh, and one after it.
            self.strikes = STRIKES - 2;
        }
    }

    /// Forgets everything: the credential was accepted, or is another one.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Whether there is anything to forget.
    pub(super) fn is_clean(&self) -> bool {
        self.strikes == 0 && self.until.is_none()
    }

    pub(super) fn state(&self, now: Instant) -> Circuit {
        match self.until {
            Some(until) if until > now => Circuit::Open(until - now),
            _ => Circuit::Closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn three_refusals_in_a_row_open_it_for_thirty_seconds() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        breaker.refused(1, now);
        breaker.refused(2, now);
        assert_eq!(breaker.state(now), Circuit::Closed);
        breaker.refused(3, now);
        assert_eq!(breaker.state(now), Circuit::Open(seconds(30)));
        assert_eq!(breaker.state(now + seconds(30)), Circuit::Closed);
    }

    #[test]
    fn fifty_requests_with_one_credential_are_one_refusal() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..50 {
            breaker.refused(1, now);
        }
        assert_eq!(breaker.strikes, 1);
        breaker.refused(1, now + seconds(1));
        breaker.refused(1, now + seconds(2));
        assert_eq!(breaker.state(now + seconds(2)), Circuit::Open(seconds(30)));
    }

    #[test]
    fn a_success_in_between_starts_anew() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        breaker.refused(1, now);
        breaker.refused(2, now);
        breaker.reset();
        breaker.refused(3, now);
        assert_eq!(breaker.state(now), Circuit::Closed);
    }

    #[test]
    fn it_opens_for_twice_as_long_each_time_and_for_five_minutes_at_most() {
        let mut now = Instant::now();
        let mut breaker = Breaker::default();
        let mut open = Vec::new();
        for serial in 0..40 {
            breaker.refused(serial, now);
            if let Circuit::Open(wait) = breaker.state(now) {
                open.push(wait.as_secs());
                now += wait;
            }
        }
        assert_eq!(open[..6], [30, 60, 120, 240, 300, 300]);
    }

    #[test]
    fn after_it_was_open_one_refresh_is_tried_before_it_opens_again() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for serial in 1..=3 {
            breaker.refused(serial, now);
        }
        let later = now + seconds(31);
        breaker.refused(3, later);
        assert_eq!(breaker.state(later), Circuit::Closed, "a refresh is due now");
        breaker.refused(4, later);
        assert_eq!(breaker.state(later), Circuit::Open(seconds(60)));
    }
}
