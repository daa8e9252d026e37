//! A clock that stands still until a test moves it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use core_client::credentials::Clock;
use jiff::Timestamp;

/// A clock that stands still until a test moves it. Clones are one clock: give one to the double and one to what is tested.
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<Timestamp>>);

impl TestClock {
    /// A clock that shows this time.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(time)))
    }

    /// Moves it on. It stays where it is when it cannot go so far.
    pub fn advance(&self, by: Duration) {
        let mut time = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *time = time.checked_add(by).unwrap_or(*time);
    }

    /// Another clock that goes wrong by so many seconds, and is moved by itself.
    #[must_use]
    pub fn off_by(&self, seconds: i64) -> Self {
        let now = self.now();
        Self::at(now.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(now))
    }
}

impl Default for TestClock {
    /// Noon on some day.
    fn default() -> Self {
        Self::at(Timestamp::constant(1_767_268_800, 0))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TestClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TestClock").field(&self.now()).finish()
    }
}
