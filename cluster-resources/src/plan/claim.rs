//! Whether an object that is there may be written to: whose it is, and what the policy says of taking it.

use std::sync::Arc;

use serde_json::Value;

use super::membership::{Membership, part_of};
use super::model::Reason;
use crate::policy::{Adoption, Policy};
use crate::resource::Resource;
use crate::stamp::Ownership;

/// What may be done with an object that is there and declared.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Claim {
    /// It is ours.
    Ours,
    /// It becomes ours, for this reason.
    Take(Reason),
    /// It stays as it is: why, and what can be done about it.
    Refuse(Reason, String),
}

/// Whose an object is, and whether it may be taken.
///
/// | It is of | Taken when | Otherwise |
/// |---|---|---|
/// | our set, or this integration and caller | it is ours | |
/// | an earlier set of ours | always | |
/// | another set, integration or tool | the adoption policy names it, or is `Always` | an error |
/// | another caller of this integration | `take_over`, the adoption policy names it, or `all_callers` is known and lacks it | an error |
/// | nobody | `take_over`, or the adoption policy is not `Never` | an error |
///
/// An error reaches the object alone. Without `all_callers`, whether another caller is gone cannot be known, and its objects are left
/// alone whether or not they differ.
pub(crate) fn claim(live: &Value, resource: &Resource, policy: &Policy, own: Option<&Membership>) -> Claim {
    let named = |name: &str| match &policy.adoption {
        Adoption::Always => true,
        Adoption::From(names) => names.iter().any(|own| &**own == name),
        Adoption::IfUnowned | Adoption::Never => false,
    };
    let other = |name: &Arc<str>, what: &str| {
        if named(name) {
            Claim::Take(Reason::TakenFrom(name.clone()))
        } else {
            let why = format!(
                "it is of {what} {name}; delete the declaration here or there, or let the adoption policy name it"
            );
            Claim::Refuse(Reason::OwnedByOther(name.clone()), why)
        }
    };
    let mut member = false;
    if let Some(set) = part_of(live) {
        member = own.is_some_and(|own| *set == **own.id());
        if !member {
            let former = own.is_some_and(|own| own.is_former(set));
            let set: Arc<str> = set.into();
            return if former { Claim::Take(Reason::TakenFrom(set)) } else { other(&set, "set") };
        }
    }
    let caller = resource.caller().or(policy.actor.caller.as_deref());
    match policy.scheme.ownership(live, caller) {
        Ownership::Ours => Claim::Ours,
        Ownership::Nobody if member => Claim::Ours,
        Ownership::Other(name) => other(&name, "integration or tool"),
        Ownership::OtherCaller(theirs) => {
            let gone =
                policy.all_callers.as_ref().is_some_and(|all| theirs.as_ref().is_none_or(|name| !all.contains(name)));
            let name = theirs.unwrap_or_else(|| "no caller".into());
            if policy.take_over || gone { Claim::Take(Reason::TakenFrom(name)) } else { other(&name, "caller") }
        }
        Ownership::Nobody if policy.take_over || policy.adoption != Adoption::Never => Claim::Take(Reason::Adopted),
        Ownership::Nobody => Claim::Refuse(
            Reason::NotOurs,
            "it is there without marks and may not be adopted; let the adoption policy say so, or delete it".into(),
        ),
    }
}
