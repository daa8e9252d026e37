//! What is to be done after a reconcile; knows nothing of who does it.

use std::time::Duration;

use super::queue::Outcome;

/// What is to be done after a reconcile that succeeded.
///
/// As `kube::runtime::controller::Action`, which keeps its time to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action(Option<Duration>);

impl Action {
    /// Reconcile again after this time, or sooner if something changes.
    #[must_use]
    pub const fn requeue(after: Duration) -> Self {
        Self(Some(after))
    }

    /// Reconcile again when something changes.
    #[must_use]
    pub const fn await_change() -> Self {
        Self(None)
    }

    pub(super) fn outcome(self) -> Outcome {
        self.0.map_or(Outcome::Done, Outcome::After)
    }
}

/// What is to be done after a reconcile that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Retry {
    /// Try again after a wait that doubles with every failure of the object in a row.
    #[default]
    Backoff,
    /// Try again after this time.
    After(Duration),
    /// Wait for a change.
    Never,
}

impl Retry {
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Backoff => Outcome::Failed,
            Self::After(wait) => Outcome::After(wait),
            Self::Never => Outcome::Done,
        }
    }
}
