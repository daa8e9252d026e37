//! What became of every item, recorded after the fact; counts and exit status come from here alone.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::ObjectId;
use crate::issue::Issue;
use crate::plan::{Action, LiveVersion};

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Outcome {
    /// Which object.
    pub id: ObjectId,
    /// What was to be done.
    pub action: Action,
    /// What became of it.
    pub result: Done,
    /// Requests that were made for it.
    pub attempts: u32,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// What the server warned of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What had to be done besides, such as leaving a field to its manager, for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// With the privileged client.
    #[serde(default)]
    pub privileged: bool,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Done {
    /// Dry run: it would be done. With the server's answer when it was asked.
    Planned(Verified),
    /// It is applied.
    #[non_exhaustive]
    Applied {
        /// How.
        how: Applied,
        /// The object as it is now; readiness is judged from this version on.
        version: LiveVersion,
        /// Its generation now.
        generation: Option<i64>,
    },
    /// It is gone, or was gone already.
    #[non_exhaustive]
    Deleted {
        /// Whether it was gone before it was asked for.
        already: bool,
    },
    /// It was left as it is.
    Skipped(String),
    /// It could not be done as planned, and nothing was changed.
    Blocked(Issue),
    /// It was tried and failed.
    #[non_exhaustive]
    Failed {
        /// Why.
        issue: Issue,
        /// The object is absent now though it was there: it was deleted to be made again.
        absent: bool,
    },
    /// It was not tried: the run ended before, or something before it failed.
    NotAttempted(String),
}

/// How an object was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Applied {
    /// It was made.
    Created,
    /// It was changed.
    Configured,
    /// The server found nothing to change.
    Unchanged,
    /// It was deleted and made again.
    Replaced,
}

/// What a server said of an item in a dry run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Verified {
    /// It was not asked.
    NotAsked,
    /// It would take it.
    Accepted,
    /// It cannot be asked: something it needs is made by this same plan.
    Unverified(Vec<ObjectId>),
    /// A webhook cannot be asked without effect; its name when it is known.
    DryRunUnsupported(Option<String>),
    /// It would refuse.
    Refused(Issue),
}

/// What became of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RunOutcome {
    /// Digest of the plan that was carried out.
    pub plan_digest: String,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// What became of every item, in the order of the plan.
    pub outcomes: Vec<Outcome>,
    /// What went wrong: of the plan, and of the run.
    pub issues: Vec<Issue>,
}

/// How a run ended, for the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ExitStatus {
    /// 0: nothing to do, or everything done.
    Success,
    /// 2: a dry run found differences.
    Differences,
    /// 1: something failed.
    Error,
    /// 3: some clusters failed, others did not.
    Partial,
}

impl ExitStatus {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Error => 1,
            Self::Differences => 2,
            Self::Partial => 3,
        }
    }
}

/// What happens in a run, as it happens: feeds logs, metrics, progress bars and tests.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A page of a list was read.
    #[non_exhaustive]
    Listed {
        /// Which objects.
        bucket: crate::id::BucketId,
        /// How many were in the page.
        objects: usize,
        /// Whether it was the last page.
        last: bool,
    },
    /// An item is being worked on.
    Started(ObjectId, Action),
    /// An item is done.
    Finished(Arc<Outcome>),
    /// An object's readiness changed.
    #[non_exhaustive]
    Readiness {
        /// Which object.
        id: ObjectId,
        /// What it is now, in a word.
        status: &'static str,
        /// Why.
        message: String,
    },
    /// Something went wrong.
    Issue(Issue),
}

/// Takes events. Called from many tasks; must not block.
pub trait EventSink: Send + Sync {
    /// Something happened.
    fn event(&self, event: &Event);
}

/// Takes no notice.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Quiet;

impl EventSink for Quiet {
    fn event(&self, _: &Event) {}
}
