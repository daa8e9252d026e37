//! What became of a pass, as a value.

use std::fmt;
use std::time::Duration;

use crate::cluster::ClusterId;

/// A part of a pass, in the order in which they are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Phase {
    /// Counts.
    Metrics,
    /// Compares what is recorded with what there should be.
    DesiredState,
    /// Takes clusters away: first, since that makes room.
    Delete,
    /// Asks for clusters that were accepted.
    Accepted,
    /// Looks at those that are being built.
    Provisioning,
    /// Fills those that are built.
    Terraform,
    /// Waits for what runs in them.
    AwaitAgent,
    /// Keeps those that are ready as they should be.
    Ready,
    /// Says elsewhere which ones there are.
    Publish,
}

/// One thing that did not work.
#[derive(Debug)]
#[non_exhaustive]
pub struct StepFailure {
    /// For which cluster, unless for all.
    pub cluster: Option<ClusterId>,
    /// In which part.
    pub phase: Phase,
    /// Why.
    pub error: Box<dyn std::error::Error + Send + Sync>,
}

/// What became of a phase.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct PhaseReport {
    /// How many clusters were read.
    pub seen: usize,
    /// For how many something was done.
    pub steps: usize,
    /// How many wait for a pause to be over.
    pub waiting: usize,
    /// How long it took.
    pub took: Duration,
    /// Whether its time was over before its work.
    pub cut_short: bool,
}

/// What became of a pass.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct PassReport {
    /// What became of each phase, as far as the pass came.
    pub phases: Vec<(Phase, PhaseReport)>,
    /// What did not work.
    pub failures: Vec<StepFailure>,
    /// Whether the manager stopped leading in the middle of it.
    pub interrupted: bool,
}

// === impl Phase ===

impl Phase {
    /// The word for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::DesiredState => "desired_state",
            Self::Delete => "delete",
            Self::Accepted => "accepted",
            Self::Provisioning => "provisioning",
            Self::Terraform => "terraform",
            Self::AwaitAgent => "await_agent",
            Self::Ready => "ready",
            Self::Publish => "publish",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

// === impl PassReport ===

impl PassReport {
    /// Whether everything worked and was finished.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.failures.is_empty() && !self.interrupted && self.phases.iter().all(|(_, phase)| !phase.cut_short)
    }

    /// For how many clusters something was done.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.phases.iter().map(|(_, phase)| phase.steps).sum()
    }

    /// One phase of it.
    #[must_use]
    pub fn phase(&self, wanted: Phase) -> Option<&PhaseReport> {
        self.phases.iter().find(|(phase, _)| *phase == wanted).map(|(_, report)| report)
    }
}

// === impl StepFailure ===

impl StepFailure {
    pub(crate) fn of(
        cluster: Option<&ClusterId>,
        phase: Phase,
        error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { cluster: cluster.cloned(), phase, error: error.into() }
    }
}
