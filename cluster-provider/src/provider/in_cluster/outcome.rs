//! What became of a run, as a provider reports it. Pure.

use std::collections::{BTreeMap, HashMap};

use cluster_resources::id::ObjectId;
use cluster_resources::issue::{Issue, IssueClass, Reach, Severity};
use cluster_resources::outcome::{Applied, Done, Outcome, RunOutcome, Verified};
use cluster_resources::plan::{Action, Plan};

use crate::provider::{ApplyAction, ObjectOutcome, ObjectRef};

/// What became of every object.
pub(super) fn report(plan: &Plan, outcome: &RunOutcome) -> Vec<ObjectOutcome> {
    let named = names(plan);
    let told = outcome.outcomes.iter().map(|one| {
        let (action, message) = applied(one);
        ObjectOutcome::new(name(&named, &one.id), action, message)
    });
    told.collect()
}

/// What would become of the objects that would not stay as they are.
pub(super) fn forecast(plan: &Plan, outcome: &RunOutcome) -> Vec<ObjectOutcome> {
    let named = names(plan);
    let told = outcome.outcomes.iter().filter_map(|one| {
        let (action, message) = match (&one.result, one.action) {
            (Done::Planned(Verified::Refused(issue)), _)
            | (Done::Blocked(issue), _)
            | (Done::Failed { issue, .. }, _) => refused(issue),
            (_, Action::Create) => (ApplyAction::Created, String::new()),
            (_, Action::Update | Action::Replace | Action::TakeOver) => (ApplyAction::Configured, String::new()),
            (_, Action::Delete | Action::Detach) => (ApplyAction::Pruned, String::new()),
            _ => return None,
        };
        Some(ObjectOutcome::new(name(&named, &one.id), action, message))
    });
    told.collect()
}

/// What stopped the whole run, if anything did: an error that reaches the cluster, while no object was done.
pub(super) fn stopped(outcome: &RunOutcome) -> Option<&Issue> {
    let written = outcome.counts().written() > 0;
    let errors = outcome.issues.iter().filter(|issue| issue.severity == Severity::Error);
    errors.into_iter().find(|issue| !written && matches!(issue.reach, Reach::Cluster(_) | Reach::Run))
}

/// What an object is called in reports, in the version that it is written in.
pub(super) fn name(named: &HashMap<&ObjectId, &str>, id: &ObjectId) -> ObjectRef {
    let version = named.get(id).copied().unwrap_or(&id.kind.group);
    ObjectRef::new(version, &*id.kind.kind, id.namespace().map(str::to_owned), &*id.name)
}

pub(super) fn names(plan: &Plan) -> HashMap<&ObjectId, &str> {
    plan.items.iter().map(|item| (&item.id, &*item.api_version)).collect()
}

fn applied(one: &Outcome) -> (ApplyAction, String) {
    let noted = || one.notes.join("; ");
    match &one.result {
        Done::Applied { how: Applied::Created, .. } => (ApplyAction::Created, noted()),
        Done::Applied { how: Applied::Configured | Applied::Replaced, .. } => (ApplyAction::Configured, noted()),
        Done::Applied { how: Applied::Unchanged, .. } => (ApplyAction::Unchanged, noted()),
        Done::Deleted { .. } => (ApplyAction::Pruned, noted()),
        Done::Skipped(why) if one.action == Action::Unchanged => (ApplyAction::Unchanged, why.clone()),
        Done::Skipped(why) => (ApplyAction::Unchanged, format!("left as it is: {why}")),
        Done::Blocked(issue) | Done::Failed { issue, .. } | Done::Planned(Verified::Refused(issue)) => refused(issue),
        Done::NotAttempted(why) => (ApplyAction::Failed, format!("not attempted: {why}")),
        _ => (ApplyAction::Failed, "the run does not say what became of it".to_owned()),
    }
}

fn refused(issue: &Issue) -> (ApplyAction, String) {
    let action = match issue.class {
        IssueClass::Conflict | IssueClass::Ownership => ApplyAction::Conflict,
        _ => ApplyAction::Failed,
    };
    (action, issue.message.clone())
}

/// Counts of a report, for one line of a log.
pub(super) fn summary(objects: &[ObjectOutcome]) -> String {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for one in objects {
        let word = match one.action {
            ApplyAction::Created => "created",
            ApplyAction::Configured => "configured",
            ApplyAction::Unchanged => "unchanged",
            ApplyAction::Pruned => "pruned",
            ApplyAction::Conflict => "in conflict",
            ApplyAction::Failed => "failed",
            ApplyAction::Accepted => "accepted",
        };
        *counts.entry(word).or_default() += 1;
    }
    counts.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}
