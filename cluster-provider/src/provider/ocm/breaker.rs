//! Leaves a service alone for a while that has not answered usefully several times in a row. Knows nothing of what is asked.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Counts failures in a row.
#[derive(Debug)]
pub(super) struct Breaker {
    most: u32,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    failures: u32,
    until: Option<Instant>,
}

impl Breaker {
    /// Pauses for so long after so many failures; never after none.
    pub(super) fn new(most: u32, pause: Duration) -> Self {
        Self { most, pause, state: Mutex::default() }
    }

    /// Whether something may be asked now, or how long that still takes. After the pause one may ask, and the others wait for what comes of it
    /// or for another pause.
    pub(super) fn admit(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.until {
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                state.until = now.checked_add(self.pause);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// There was an answer, whatever it said.
    pub(super) fn answered(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    /// There was none, or one that says that nothing works.
    pub(super) fn failed(&self, now: Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures = state.failures.saturating_add(1);
        if self.most > 0 && state.failures >= self.most {
            state.until = now.checked_add(self.pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(30);

    #[test]
    fn failures_in_a_row_make_a_pause_and_one_tries_after_it() {
        let (breaker, start) = (Breaker::new(3, PAUSE), Instant::now());
        for _ in 0..2 {
            breaker.failed(start);
        }
        breaker.answered();
        for _ in 0..3 {
            assert_eq!(breaker.admit(start), Ok(()));
            breaker.failed(start);
        }
        assert_eq!(breaker.admit(start), Err(PAUSE));
        let later = start + PAUSE;
        assert_eq!(breaker.admit(later), Ok(()));
        assert_eq!(breaker.admit(later), Err(PAUSE), "the others wait for what comes of it");
        breaker.answered();
        assert_eq!(breaker.admit(later), Ok(()));
    }

    #[test]
    fn without_a_number_there_is_no_pause() {
        let (breaker, now) = (Breaker::new(0, PAUSE), Instant::now());
        (0..100).for_each(|_| breaker.failed(now));
        assert_eq!(breaker.admit(now), Ok(()));
    }
}
