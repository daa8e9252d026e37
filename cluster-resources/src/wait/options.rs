//! How to wait.

use std::sync::Arc;
use std::time::Duration;

use crate::readiness::Rules;

/// How to wait. Start from the default and change what you need.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WaitOptions {
    /// For how long at most, altogether; 10 minutes by default (as Deployments give themselves to progress).
    pub deadline: Duration,
    /// For how long at most for an object that has no deadline of its own; as long as altogether by default.
    pub per_object: Option<Duration>,
    /// Whether everything ends when one object has failed; false by default.
    pub fail_fast: bool,
    /// For how long an object must have been failed to count as failed; 10 seconds by default. A Job that failed counts at once.
    pub failed_for: Duration,
    /// Whether objects are waited for that the run found as they were declared; false by default.
    pub unchanged_too: bool,
    /// How readiness is judged.
    pub rules: Arc<Rules>,
    /// After how long a watch that broke is opened again, at first and at most; 500 ms and 15 s by default, doubling.
    pub retry_after: (Duration, Duration),
}

impl Default for WaitOptions {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(600),
            per_object: None,
            fail_fast: false,
            failed_for: Duration::from_secs(10),
            unchanged_too: false,
            rules: Arc::default(),
            retry_after: (Duration::from_millis(500), Duration::from_secs(15)),
        }
    }
}

impl WaitOptions {
    /// The same, no longer than this altogether.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The same, no longer than this for an object.
    #[must_use]
    pub fn with_per_object(mut self, deadline: Duration) -> Self {
        self.per_object = Some(deadline);
        self
    }

    /// The same, ending with the first object that has failed.
    #[must_use]
    pub fn with_fail_fast(mut self) -> Self {
        self.fail_fast = true;
        self
    }

    /// The same, with objects that count as failed when they have been so for this long.
    #[must_use]
    pub fn with_failed_for(mut self, failed_for: Duration) -> Self {
        self.failed_for = failed_for;
        self
    }

    /// The same, for objects too that were found as declared.
    #[must_use]
    pub fn with_unchanged(mut self) -> Self {
        self.unchanged_too = true;
        self
    }

    /// The same, judged by these rules.
    #[must_use]
    pub fn with_rules(mut self, rules: Rules) -> Self {
        self.rules = Arc::new(rules);
        self
    }
}
