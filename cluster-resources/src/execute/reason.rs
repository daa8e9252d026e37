//! Why an item is not worked on, in words and as a class of issues. Plain functions.

use crate::issue::IssueClass;
use crate::plan::Reason;

/// Of which class an issue is that says it.
pub(super) fn class(reason: &Reason) -> IssueClass {
    match reason {
        Reason::KindNotServed => IssueClass::UnknownKind,
        Reason::NamespaceMissing | Reason::DependencyBlocked(_) | Reason::Terminating => IssueClass::Dependency,
        Reason::OwnedByOther(_) | Reason::NotOurs | Reason::TakenFrom(_) | Reason::HasController(_) => {
            IssueClass::Ownership
        }
        Reason::Protected(_)
        | Reason::NeedsConfirmation
        | Reason::PruneDisabled
        | Reason::TooManyDeletions(_)
        | Reason::NothingDeclared => IssueClass::Guard,
        Reason::PartialView => IssueClass::PartialView,
        Reason::Immutable(_) => IssueClass::Refused,
        _ => IssueClass::Other,
    }
}

/// Why, for people.
pub(super) fn text(reason: &Reason) -> String {
    match reason {
        Reason::InSync => "it is as declared".into(),
        Reason::Immutable(path) => {
            format!("{path} cannot change, and objects of its kind are not made again unless it is allowed")
        }
        Reason::OwnedByOther(owner) => format!("it belongs to {owner}"),
        Reason::NotOurs => "it is there, and not ours".into(),
        Reason::HasController(owner) => format!("{owner} controls it"),
        Reason::Protected(by) => format!("{by} protects it"),
        Reason::NeedsConfirmation => "it is deleted only when that is confirmed".into(),
        Reason::PruneDisabled => "deleting is off".into(),
        Reason::TooManyDeletions(bound) => format!("too much would be deleted: {bound}"),
        Reason::NothingDeclared => {
            "nothing is declared for the cluster, and it is not emptied unless that is allowed".into()
        }
        Reason::PartialView => "not everything was seen".into(),
        Reason::Issue(message) => message.clone(),
        Reason::DependencyBlocked(id) => format!("it needs {id}, which cannot be done"),
        Reason::Terminating => "it, or its namespace, is being deleted".into(),
        Reason::KindNotServed => "the cluster does not serve its kind, and the plan does not change that".into(),
        Reason::NamespaceMissing => "its namespace does not exist, and the plan does not change that".into(),
        Reason::DroppedFromScope => "its kind or namespace is no longer managed; the next run deletes it".into(),
        Reason::Missing
        | Reason::DeclarationChanged
        | Reason::Drifted
        | Reason::ForeignFields
        | Reason::Adopted
        | Reason::TakenFrom(_)
        | Reason::NotDeclared
        | Reason::Unfinished
        | Reason::ConfigChanged(_) => "the plan leaves it as it is".into(),
    }
}
