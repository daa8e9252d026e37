//! What became of every item, recorded after the fact; counts and exit status come from here alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::ObjectId;
use crate::issue::{Issue, Severity};
use crate::plan::{Action, FieldChange, LiveVersion};

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
    /// What the server said it would change, where it was asked in a dry run and what was there is known. Values of secrets are fingerprints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted: Option<Vec<FieldChange>>,
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
        /// Which objects. Of a list over all namespaces, the kind in the cluster.
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
#[expect(clippy::exhaustive_structs, reason = "it holds nothing, and users write it where a sink is asked for")]
pub struct Quiet;

impl EventSink for Quiet {
    fn event(&self, _: &Event) {}
}

/// How many items came to what. Every item is counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Counts {
    /// Made.
    pub created: usize,
    /// Changed.
    pub configured: usize,
    /// As declared, or found so by the server.
    pub unchanged: usize,
    /// Deleted and made again.
    pub replaced: usize,
    /// Deleted, or gone already.
    pub deleted: usize,
    /// Would be done; the server was not asked, accepted, or could not be asked.
    pub planned: usize,
    /// Would be refused by the server.
    pub refused: usize,
    /// Left as they are, on purpose.
    pub skipped: usize,
    /// Could not be done as planned; nothing was changed.
    pub blocked: usize,
    /// Tried, and failed.
    pub failed: usize,
    /// Not tried.
    pub not_attempted: usize,
}

impl Counts {
    pub(crate) fn add(&mut self, done: &Done) {
        let count = match done {
            Done::Planned(Verified::Refused(_)) => &mut self.refused,
            Done::Planned(_) => &mut self.planned,
            Done::Applied { how: Applied::Created, .. } => &mut self.created,
            Done::Applied { how: Applied::Configured, .. } => &mut self.configured,
            Done::Applied { how: Applied::Unchanged, .. } => &mut self.unchanged,
            Done::Applied { how: Applied::Replaced, .. } => &mut self.replaced,
            Done::Deleted { .. } => &mut self.deleted,
            Done::Skipped(_) => &mut self.skipped,
            Done::Blocked(_) => &mut self.blocked,
            Done::Failed { .. } => &mut self.failed,
            Done::NotAttempted(_) => &mut self.not_attempted,
        };
        *count += 1;
    }

    /// How many objects were written.
    #[must_use]
    pub fn written(&self) -> usize {
        self.created + self.configured + self.replaced + self.deleted
    }
}

impl Done {
    /// Whether the item is not as it was declared to be after all, and the run is no success because of it.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::Blocked(_) | Self::Failed { .. } | Self::NotAttempted(_) | Self::Planned(Verified::Refused(_))
        )
    }

    /// What went wrong, where something did.
    #[must_use]
    pub fn issue(&self) -> Option<&Issue> {
        match self {
            Self::Blocked(issue) | Self::Failed { issue, .. } | Self::Planned(Verified::Refused(issue)) => Some(issue),
            Self::Planned(_)
            | Self::Applied { .. }
            | Self::Deleted { .. }
            | Self::Skipped(_)
            | Self::NotAttempted(_) => None,
        }
    }
}

impl RunOutcome {
    /// How many items came to what.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for outcome in &self.outcomes {
            counts.add(&outcome.result);
        }
        counts
    }

    /// How the run ended. Derived from what became of the items and from issues that are errors, and from nothing else.
    ///
    /// A failure in some clusters but not in others is [`ExitStatus::Partial`]; clusters count that have items or issues. An error
    /// that reaches everything is [`ExitStatus::Error`].
    #[must_use]
    pub fn exit_status(&self) -> ExitStatus {
        let errors = || self.issues.iter().filter(|issue| issue.severity == Severity::Error);
        if errors().any(|issue| issue.reach.cluster().is_none()) {
            return ExitStatus::Error;
        }
        let mut failed: BTreeSet<&str> =
            errors().filter_map(|issue| issue.reach.cluster()).map(|name| &**name).collect();
        let mut seen: BTreeSet<&str> =
            self.issues.iter().filter_map(|issue| issue.reach.cluster()).map(|name| &**name).collect();
        for outcome in &self.outcomes {
            seen.insert(&outcome.id.cluster);
            if outcome.result.is_failure() {
                failed.insert(&outcome.id.cluster);
            }
        }
        if failed.is_empty() {
            let differs = self.outcomes.iter().any(|outcome| matches!(outcome.result, Done::Planned(_)));
            if differs { ExitStatus::Differences } else { ExitStatus::Success }
        } else if failed.len() < seen.len() {
            ExitStatus::Partial
        } else {
            ExitStatus::Error
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{BucketId, GroupKind};
    use crate::issue::{IssueClass, Reach};

    fn outcome(cluster: &str, result: Done) -> Outcome {
        let id = BucketId::new(cluster, Some("app"), GroupKind::core("ConfigMap")).object("one");
        Outcome {
            id,
            action: Action::Create,
            result,
            attempts: 1,
            millis: 1,
            warnings: Vec::new(),
            notes: Vec::new(),
            predicted: None,
            privileged: false,
        }
    }

    fn applied() -> Done {
        Done::Applied { how: Applied::Created, version: LiveVersion::new("u", "1"), generation: None }
    }

    fn failed(cluster: &str) -> Done {
        let issue = Issue::error(Reach::Cluster(cluster.into()), IssueClass::Refused, "no");
        Done::Failed { issue, absent: false }
    }

    fn run(outcomes: Vec<Outcome>) -> RunOutcome {
        RunOutcome { outcomes, ..RunOutcome::default() }
    }

    #[test]
    fn a_run_ends_as_its_items_did() {
        assert_eq!(run(Vec::new()).exit_status(), ExitStatus::Success);
        assert_eq!(run(vec![outcome("a", applied())]).exit_status(), ExitStatus::Success);
        assert_eq!(run(vec![outcome("a", Done::Planned(Verified::NotAsked))]).exit_status(), ExitStatus::Differences);
        assert_eq!(run(vec![outcome("a", applied()), outcome("a", failed("a"))]).exit_status(), ExitStatus::Error);
        assert_eq!(run(vec![outcome("a", applied()), outcome("b", failed("b"))]).exit_status(), ExitStatus::Partial);
        let held_back = Done::NotAttempted("the run was cancelled".into());
        assert_eq!(run(vec![outcome("a", held_back)]).exit_status(), ExitStatus::Error);
    }

    #[test]
    fn an_error_of_a_cluster_without_items_is_no_success() {
        let issue = |reach| Issue::error(reach, IssueClass::Unreachable, "no connection");
        let mut partial = run(vec![outcome("a", applied())]);
        partial.issues.push(issue(Reach::Cluster("b".into())));
        assert_eq!(partial.exit_status(), ExitStatus::Partial);
        partial.issues.push(issue(Reach::Run));
        assert_eq!(partial.exit_status(), ExitStatus::Error);
        let mut warned = run(vec![outcome("a", applied())]);
        warned.issues.push(Issue::warning(Reach::Run, IssueClass::Guard, "held back"));
        assert_eq!(warned.exit_status(), ExitStatus::Success);
    }

    #[test]
    fn every_item_is_counted_once() {
        let refused = Done::Planned(Verified::Refused(Issue::error(Reach::Run, IssueClass::Refused, "no")));
        let counts = run(vec![
            outcome("a", applied()),
            outcome("a", failed("a")),
            outcome("a", refused),
            outcome("a", Done::Deleted { already: true }),
        ])
        .counts();
        assert_eq!((counts.created, counts.failed, counts.refused, counts.deleted), (1, 1, 1, 1));
        assert_eq!(counts.written(), 2);
    }
}
