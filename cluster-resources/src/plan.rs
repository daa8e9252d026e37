//! What has to happen for a fleet to be as declared: pure, deterministic, serialisable, without secrets.
//!
//! [`plan`] looks at what is declared, what was seen, and what the application decided, and says of every object what becomes of it and why.
//! It asks nobody: whether an object is as declared is told by who owns its fields ([`compare`]).

mod blockers;
mod claim;
mod compare;
mod conflict;
pub(crate) mod equal;
mod foreign;
pub mod managed;
mod mask;
mod membership;
pub mod model;
mod order;
mod parent;
mod path;
mod predict;
mod prune;
mod reduce;
mod stage;
mod upsert;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use self::blockers::Blockers;
pub use self::compare::{Comparison, compare};
pub(crate) use self::conflict::declared_policy;
pub use self::conflict::{CONFLICTS, conflict_policy, default_conflict_rules, is_client_side, is_human_tool};
pub use self::foreign::default_foreign_rules;
pub(crate) use self::mask::{masked, secret_texts};
pub(crate) use self::membership::Membership;
pub use self::model::*;
pub use self::order::DEPENDS_ON;
pub(crate) use self::path::{Step, steps_of};
pub(crate) use self::predict::{predicted, same_holders};
pub use self::prune::{DELETION, PRUNE};
pub use self::reduce::reduce;
pub(crate) use self::reduce::reduce_in;
pub use self::stage::{default_recreate_kinds, stage_of};
use crate::desired::DesiredSet;
use crate::id::{ClusterName, GroupKind, ObjectId};
use crate::issue::Issue;
use crate::observed::Observed;
use crate::policy::{Foreign, Policy};

/// What every decision looks at.
struct Context<'a> {
    desired: &'a DesiredSet,
    observed: &'a Observed,
    policy: &'a Policy,
    writes: Blockers<'a>,
    deletions: Blockers<'a>,
    /// Declared definitions by what they define.
    definitions: BTreeMap<(ClusterName, GroupKind), ObjectId>,
    /// The set that members belong to, where inventories are kept.
    set: Option<Membership>,
}

impl Context<'_> {
    /// Whether the inventory of a cluster is there and not for us to use.
    fn unusable_parent(&self, cluster: &ClusterName) -> bool {
        self.policy.inventory.is_some() && self.observed.parents.get(cluster).is_some_and(|parent| !parent.usable)
    }
}

/// Says what has to happen. Pure: the same input gives the same plan and digest, in whatever order it was put together. What was planned and
/// carried out needs no writing when it is planned again.
///
/// An error holds back what lies within its reach, and nothing else. What was not completely seen is not made and not deleted.
///
/// Whose objects may be written, by their marks (`take_over`, `all_callers` and `adoption` are of the [`Policy`]):
///
/// | Object is of | as declared | differs | no longer declared |
/// |---|---|---|---|
/// | our set, or this integration and caller | left | changed | deleted |
/// | another caller, and `take_over` or it is not among `all_callers` | taken | taken | left |
/// | another caller, otherwise | error | error | left |
/// | another integration, tool or set | error, unless adopted | the same | left |
/// | nobody | taken, unless adoption is `Never` | the same | left |
///
/// Without a caller, objects of all callers of the integration are ours. An object is deleted only when it is a member of our set (or marked
/// as ours, where no inventory is kept), nothing guards it, and deletions are on and within their bounds.
#[must_use]
pub fn plan(desired: &DesiredSet, observed: &Observed, policy: &Policy) -> Plan {
    let context = Context {
        desired,
        observed,
        policy,
        writes: Blockers::of_writes(desired, observed),
        deletions: Blockers::of_deletions(desired, observed),
        definitions: definitions(desired),
        set: Membership::of(policy),
    };
    let mut issues: Vec<Issue> = desired.issues.iter().chain(&observed.issues).cloned().collect();
    let mut items = Vec::new();
    for (bucket, declared) in &desired.buckets {
        for (name, one) in &declared.objects {
            items.push(upsert::upsert(&context, bucket, bucket.object(name.clone()), one, &mut issues));
        }
    }
    let gone = prune::prune(&context, &items, &mut issues);
    items.extend(gone);
    order::order(&context, &mut items, &mut issues);
    let parents = parent::parents(&context, &items);
    issues.sort();
    issues.dedup();
    let field_manager = policy.actor.field_manager();
    Plan { version: PLAN_VERSION, digest: digest(&field_manager, &items), field_manager, items, parents, issues }
}

/// Names what is to be done and on what grounds: SHA-256, in hexadecimal, of the canonical JSON of what is done to which objects in which
/// version with which declarations. Fingerprints of secrets, which differ from run to run, are no part of it.
#[must_use]
pub fn digest(field_manager: &str, items: &[PlanItem]) -> String {
    let items: Vec<Value> = items
        .iter()
        .map(|item| {
            let live = item.live.as_ref().map(|live| json!([&*live.uid, &*live.resource_version]));
            let reverted: Vec<_> =
                item.foreign.iter().filter(|f| f.policy == Foreign::Revert).map(|f| f.pointer.as_str()).collect();
            json!([item.id.to_string(), item.action.as_str(), item.desired_hash.as_deref(), live, reverted])
        })
        .collect();
    // Arrays of text alone: as serde_json writes them is canonical.
    let text = json!([PLAN_VERSION, field_manager, items]).to_string();
    mask::hex(&Sha256::digest(text))
}

/// The declared definitions, by what they define.
fn definitions(desired: &DesiredSet) -> BTreeMap<(ClusterName, GroupKind), ObjectId> {
    let mut found = BTreeMap::new();
    for (bucket, declared) in &desired.buckets {
        if !bucket.kind.is("apiextensions.k8s.io", "CustomResourceDefinition") {
            continue;
        }
        for (name, one) in &declared.objects {
            let body = one.resource.body();
            let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
            if let (Some(group), Some(kind)) = (text("/spec/group"), text("/spec/names/kind")) {
                found.insert((bucket.cluster.clone(), GroupKind::new(group, kind)), bucket.object(name.clone()));
            }
        }
    }
    found
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
