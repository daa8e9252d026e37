//! The words and signs of a report; knows nothing of layout.

use crate::outcome::Applied;
use crate::plan::{Action, Reason};
use crate::policy::Foreign;
use crate::report::document::{Item, ItemResult, ResultState, Verification, Why};

/// The sign in front of an object.
pub(super) fn sign(action: Action) -> &'static str {
    match action {
        Action::Create => "+",
        Action::Update | Action::TakeOver | Action::Restart | Action::Detach => "~",
        Action::Replace => "±",
        Action::Delete => "-",
        Action::Unchanged => "=",
        Action::Skip => "·",
        Action::Blocked => "!",
    }
}

/// What is done, as in “3 to create”.
pub(super) fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Replace => "replace",
        Action::TakeOver => "take over",
        Action::Delete => "delete",
        Action::Restart => "restart",
        Action::Detach => "detach",
        Action::Unchanged => "unchanged",
        Action::Skip => "left alone",
        Action::Blocked => "blocked",
    }
}

pub(super) fn why(reason: &Reason) -> Why {
    let (code, detail) = match reason {
        Reason::Missing => ("missing", None),
        Reason::InSync => ("inSync", None),
        Reason::DeclarationChanged => ("declarationChanged", None),
        Reason::Drifted => ("drifted", None),
        Reason::ForeignFields => ("foreignFields", None),
        Reason::Unfinished => ("unfinished", None),
        Reason::Immutable(path) => ("immutable", Some(path.clone())),
        Reason::Adopted => ("adopted", None),
        Reason::TakenFrom(owner) => ("takenFrom", Some(owner.to_string())),
        Reason::NotDeclared => ("notDeclared", None),
        Reason::DroppedFromScope => ("droppedFromScope", None),
        Reason::ConfigChanged(id) => ("configChanged", Some(id.to_string())),
        Reason::OwnedByOther(owner) => ("ownedByOther", Some(owner.to_string())),
        Reason::NotOurs => ("notOurs", None),
        Reason::HasController(owner) => ("hasController", Some(owner.to_string())),
        Reason::Protected(by) => ("protected", Some(by.clone())),
        Reason::NeedsConfirmation => ("needsConfirmation", None),
        Reason::PruneDisabled => ("pruneDisabled", None),
        Reason::TooManyDeletions(bound) => ("tooManyDeletions", Some(bound.clone())),
        Reason::NothingDeclared => ("nothingDeclared", None),
        Reason::PartialView => ("partialView", None),
        Reason::Issue(message) => ("issue", Some(message.clone())),
        Reason::DependencyBlocked(id) => ("dependencyBlocked", Some(id.to_string())),
        Reason::Terminating => ("terminating", None),
        Reason::KindNotServed => ("kindNotServed", None),
        Reason::NamespaceMissing => ("namespaceMissing", None),
    };
    let of = detail.as_deref().unwrap_or_default();
    let text = match reason {
        Reason::Missing => "it is declared and not there".to_owned(),
        Reason::InSync => "it is as declared".to_owned(),
        Reason::DeclarationChanged => "the declaration changed".to_owned(),
        Reason::Drifted => "somebody changed it".to_owned(),
        Reason::ForeignFields => "fields that somebody else added are taken away".to_owned(),
        Reason::Unfinished => "an earlier run began to hand its pods over and did not end".to_owned(),
        Reason::Immutable(_) => format!("{of} cannot change"),
        Reason::Adopted => "nobody claims it; it is adopted".to_owned(),
        Reason::TakenFrom(_) => format!("taken over from {of}"),
        Reason::NotDeclared => "it is ours and no longer declared".to_owned(),
        Reason::DroppedFromScope => "its kind or namespace is no longer managed; the next run deletes it".to_owned(),
        Reason::ConfigChanged(_) => format!("{of} changed, and it reads it"),
        Reason::OwnedByOther(_) => format!("it belongs to {of}"),
        Reason::NotOurs => "it is there without a mark of ours".to_owned(),
        Reason::HasController(_) => format!("{of} controls it"),
        Reason::Protected(_) => format!("it is protected: {of}"),
        Reason::NeedsConfirmation => "its deletion waits for a confirmation".to_owned(),
        Reason::PruneDisabled => "it is no longer declared, and deleting is off".to_owned(),
        Reason::TooManyDeletions(_) => format!("too many deletions: {of}"),
        Reason::NothingDeclared => "nothing at all is declared for the cluster".to_owned(),
        Reason::PartialView => "not everything was seen".to_owned(),
        Reason::Issue(_) => of.to_owned(),
        Reason::DependencyBlocked(_) => format!("it needs {of}, which cannot be done"),
        Reason::Terminating => "it is being deleted".to_owned(),
        Reason::KindNotServed => "the cluster does not serve its kind".to_owned(),
        Reason::NamespaceMissing => "its namespace does not exist".to_owned(),
    };
    Why { code: code.to_owned(), detail, text }
}

/// Why an item is as it is, where its sign alone does not say it.
pub(super) fn reason(item: &Item) -> Option<String> {
    match item.action {
        Action::Create if item.reason.code == "missing" => None,
        Action::TakeOver | Action::Restart | Action::Detach | Action::Replace => {
            Some(format!("{}: {}", verb(item.action), item.reason.text))
        }
        _ => Some(item.reason.text.clone()),
    }
}

/// What became of an item, unless there was nothing that could have become of it.
pub(super) fn shown_result(item: &Item) -> Option<&ItemResult> {
    let idle = |state| matches!(state, ResultState::Planned | ResultState::Skipped | ResultState::Blocked);
    let asked = |result: &ItemResult| !matches!(result.verified, Some(Verification::NotAsked));
    item.result.as_ref().filter(|result| asked(result) && (item.action.writes() || !idle(result.state)))
}

/// What is done about a foreign field.
pub(super) fn foreign(policy: Foreign) -> &'static str {
    match policy {
        Foreign::Ignore => "left alone",
        Foreign::Report => "reported",
        Foreign::Revert => "taken away",
    }
}

/// What became of an item, in a few words.
pub(super) fn result(result: &ItemResult) -> String {
    let words = match (result.state, result.how) {
        (ResultState::Planned, _) => match &result.verified {
            None | Some(Verification::NotAsked) => "planned; the server was not asked".to_owned(),
            Some(Verification::Accepted) => "planned; the server would take it".to_owned(),
            Some(Verification::Unverified { .. }) => "planned; the server cannot be asked yet".to_owned(),
            Some(Verification::DryRunUnsupported { webhook }) => format!(
                "planned; the server cannot be asked: {} knows no dry run",
                webhook.as_deref().map_or_else(|| "a webhook".to_owned(), |name| format!("webhook {name}"))
            ),
            Some(Verification::Refused { .. }) => "planned".to_owned(),
        },
        (ResultState::Refused, _) => match &result.verified {
            Some(Verification::Refused { message, .. }) => format!("the server would refuse it: {message}"),
            _ => "the server would refuse it".to_owned(),
        },
        (ResultState::Applied, how) => match how {
            Some(Applied::Created) => "created",
            Some(Applied::Configured) | None => "configured",
            Some(Applied::Unchanged) => "applied; the server found nothing to change",
            Some(Applied::Replaced) => "deleted and made again",
        }
        .to_owned(),
        (ResultState::Deleted, _) if result.already => "gone already".to_owned(),
        (ResultState::Deleted, _) => "deleted".to_owned(),
        (ResultState::Skipped, _) => "left as it is".to_owned(),
        (ResultState::Blocked, _) => "blocked".to_owned(),
        (ResultState::Failed, _) if result.absent => "FAILED, AND THE OBJECT IS ABSENT NOW".to_owned(),
        (ResultState::Failed, _) => "failed".to_owned(),
        (ResultState::NotAttempted, _) => "not attempted".to_owned(),
    };
    match &result.message {
        Some(message) => format!("{words}: {message}"),
        None => words,
    }
}

/// As it is written in tables.
pub(super) fn state(state: ResultState) -> &'static str {
    match state {
        ResultState::Planned => "planned",
        ResultState::Refused => "refused",
        ResultState::Applied => "applied",
        ResultState::Deleted => "deleted",
        ResultState::Skipped => "skipped",
        ResultState::Blocked => "blocked",
        ResultState::Failed => "failed",
        ResultState::NotAttempted => "not attempted",
    }
}
