//! Whether a connected cluster is well, judged from a row of looks at it; a pure state machine that knows nothing of clocks and sockets.
//!
//! Source: Tilt's `internal/controllers/core/cluster/monitor.go` (four failures in a row, one success clears), and the 401 fast path of
//! Cluster API's `controllers/clustercache`.

use crate::error::ErrorClass;

/// What the looks so far say.
///
/// Failures count in a row: one success clears them. A refused credential is not the same as a server that is down: it is told at once,
/// because waiting does not mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HealthState {
    failures: u32,
    degraded: Option<Trouble>,
}

/// The two kinds of trouble a reader acts on differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// The credential is refused: somebody must bring another.
    Credential,
    /// The server is away or unwell: it may come back.
    Server,
}

/// What a look changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HealthChange {
    /// From well to not well, or from one kind of trouble to the other.
    Degraded,
    /// Well again.
    Recovered,
}

impl HealthState {
    /// A cluster that was just connected: connecting looked at it, and it was well.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the outcome of one look; `threshold` failures in a row (0 counts as 1) mean degraded.
    ///
    /// Says only what changed: the same bad news twice is told once.
    pub fn observe(&mut self, outcome: Result<(), ErrorClass>, threshold: u32) -> Option<HealthChange> {
        let Err(class) = outcome else {
            self.failures = 0;
            return self.degraded.take().map(|_| HealthChange::Recovered);
        };
        self.failures = self.failures.saturating_add(1);
        let trouble = match class {
            ErrorClass::CredentialRejected => Trouble::Credential,
            _ => Trouble::Server,
        };
        let is_news = match self.degraded {
            None => trouble == Trouble::Credential || self.failures >= threshold.max(1),
            Some(known) => known != trouble,
        };
        if is_news {
            self.degraded = Some(trouble);
        }
        is_news.then_some(HealthChange::Degraded)
    }

    /// Whether the cluster counts as not well.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.degraded.is_some()
    }

    /// How many looks in a row have failed.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DOWN: Result<(), ErrorClass> = Err(ErrorClass::Unreachable);
    const REFUSED: Result<(), ErrorClass> = Err(ErrorClass::CredentialRejected);

    #[test]
    fn three_failures_are_nothing_and_the_fourth_is_told_once() {
        let mut health = HealthState::new();
        for _ in 0..3 {
            assert_eq!(health.observe(DOWN, 4), None);
        }
        assert_eq!(health.observe(DOWN, 4), Some(HealthChange::Degraded));
        assert_eq!(health.observe(Err(ErrorClass::Unhealthy), 4), None);
        assert!(health.is_degraded());
        assert_eq!(health.observe(Ok(()), 4), Some(HealthChange::Recovered));
        assert_eq!(health, HealthState::new());
    }

    #[test]
    fn a_failure_between_successes_never_shows() {
        let mut health = HealthState::new();
        for outcome in [DOWN, Ok(()), DOWN, DOWN, DOWN, Ok(()), DOWN] {
            assert_eq!(health.observe(outcome, 4), None);
        }
    }

    #[test]
    fn a_refused_credential_is_told_at_once_and_apart_from_a_server_that_is_down() {
        let mut health = HealthState::new();
        assert_eq!(health.observe(REFUSED, 4), Some(HealthChange::Degraded));
        assert_eq!(health.observe(REFUSED, 4), None);
        assert_eq!(health.observe(DOWN, 4), Some(HealthChange::Degraded), "another kind of trouble is news");
        assert_eq!(health.observe(Err(ErrorClass::Unhealthy), 4), None, "the same kind in other words is not");
        assert_eq!(health.observe(REFUSED, 4), Some(HealthChange::Degraded));
    }

    proptest! {
        #[test]
        fn what_is_told_is_what_is_true(looks in prop::collection::vec(0_u8..3, 0..64), threshold in 0_u32..6) {
            let mut health = HealthState::new();
            let (mut told_degraded, mut row) = (false, 0);
            for look in looks {
                let outcome = [Ok(()), DOWN, REFUSED][usize::from(look)];
                row = if outcome.is_ok() { 0 } else { row + 1 };
                match health.observe(outcome, threshold) {
                    Some(HealthChange::Degraded) => told_degraded = true,
                    Some(HealthChange::Recovered) => {
                        prop_assert!(told_degraded, "recovered from nothing");
                        told_degraded = false;
                    }
                    None => {}
                }
                prop_assert_eq!(health.is_degraded(), told_degraded);
                prop_assert_eq!(health.failures(), row);
                prop_assert!(outcome.is_err() || !told_degraded);
                prop_assert!(row < threshold.max(1) || told_degraded);
            }
        }
    }
}
