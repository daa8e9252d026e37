//! What is deleted: members that are no longer declared, completely seen, unguarded and within bounds. Knows nothing of order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::Context;
use super::compare::controller;
use super::membership::part_of;
use super::model::{Action, PlanItem, Reason};
use super::stage::stage_of;
use super::upsert::{generate_name, is_being_deleted, version_of};
use crate::id::{BucketId, ClusterName, ObjectId};
use crate::issue::{Issue, IssueClass, Reach};
use crate::observed::{Completeness, LiveObject, ObservedBucket};
use crate::policy::Prune;
use crate::stamp::{Ownership, tracked_by};

/// Annotation by which an object is never deleted.
pub const PRUNE: &str = "mooring.dev/prune";
/// Annotation that says how an object is deleted: `detach` leaves it there without our marks, `confirm` waits for a confirmation.
pub const DELETION: &str = "mooring.dev/deletion";

/// Decides about everything that is ours and not declared.
pub(crate) fn prune(context: &Context<'_>, kept: &[PlanItem], issues: &mut Vec<Issue>) -> Vec<PlanItem> {
    let mut items = Vec::new();
    for (bucket, seen) in &context.observed.buckets {
        let declared = context.desired.bucket(bucket);
        let generated: BTreeSet<_> = declared
            .into_iter()
            .flat_map(|bucket| bucket.objects.values())
            .filter(|desired| desired.resource.is_generated())
            .filter_map(|desired| generate_name(desired.resource.body()))
            .collect();
        for (name, object) in &seen.objects {
            if declared.is_some_and(|bucket| bucket.objects.contains_key(name)) {
                continue;
            }
            let Some(live) = object.value() else { continue };
            if generate_name(live).is_some_and(|prefix| generated.contains(prefix)) || !context.is_own(live) {
                continue;
            }
            let dropped = declared.is_none_or(|bucket| !bucket.manages(name));
            if dropped && context.policy.inventory.is_none() {
                // Without an inventory the buckets say what is managed.
                continue;
            }
            let candidate = Candidate { id: bucket.object(name.clone()), bucket, seen, object, live, dropped };
            items.push(candidate.item(context, issues));
        }
    }
    bound(context, kept, &mut items, issues);
    items
}

struct Candidate<'a> {
    id: ObjectId,
    bucket: &'a BucketId,
    seen: &'a ObservedBucket,
    object: &'a LiveObject,
    live: &'a Value,
    /// Its kind, namespace or name is no longer managed.
    dropped: bool,
}

impl Candidate<'_> {
    fn item(self, context: &Context<'_>, issues: &mut Vec<Issue>) -> PlanItem {
        let (action, reason) = self.decide(context, issues);
        let declared = context.desired.bucket(self.bucket);
        let privileged = declared.map_or_else(|| context.is_privileged(&self.id), |bucket| bucket.privileged);
        PlanItem {
            api_version: self.live.get("apiVersion").and_then(Value::as_str).unwrap_or_default().into(),
            stage: stage_of(&self.id.kind, context.is_custom(&self.id.kind), &context.policy.stages),
            action,
            reason,
            desired_hash: None,
            live: Some(version_of(self.object)),
            changes: Vec::new(),
            foreign: Vec::new(),
            after: Vec::new(),
            unverifiable: Vec::new(),
            privileged,
            origin: None,
            id: self.id,
        }
    }

    fn annotation(&self, name: &str) -> Option<&str> {
        self.live.get("metadata")?.get("annotations")?.get(name)?.as_str()
    }

    /// Why it stays, or that it goes: the first reason counts.
    fn decide(&self, context: &Context<'_>, issues: &mut Vec<Issue>) -> (Action, Reason) {
        let skip = |reason| (Action::Skip, reason);
        let prune = &context.policy.prune;
        if is_being_deleted(self.live) {
            return skip(Reason::Terminating);
        }
        if self.seen.completeness != Completeness::Complete {
            return skip(Reason::PartialView);
        }
        if let Some(issue) = context.deletions.find(&self.id, self.bucket) {
            return skip(Reason::Issue(issue.message.clone()));
        }
        if context.unusable_parent(&self.id.cluster) {
            return skip(Reason::Issue("the inventory of the cluster cannot be used".into()));
        }
        if self.dropped && !context.was_reported(self.bucket) {
            return skip(Reason::DroppedFromScope);
        }
        match context.policy.scheme.ownership(self.live, context.policy.actor.caller.as_deref()) {
            Ownership::Other(name) => return skip(Reason::OwnedByOther(name)),
            Ownership::OtherCaller(name) => {
                return skip(Reason::OwnedByOther(name.unwrap_or_else(|| "no caller".into())));
            }
            Ownership::Ours | Ownership::Nobody => {}
        }
        if let Some(tool) = tracked_by(self.live) {
            let why = format!("it is marked as ours and tracked by {tool}; it is left alone");
            issues.push(Issue::warning(Reach::Object(self.id.clone()), IssueClass::Ownership, why));
            return skip(Reason::OwnedByOther(tool.into()));
        }
        if let Some(controller) = controller(self.live) {
            return skip(Reason::HasController(controller.into()));
        }
        self.guards(prune).unwrap_or((Action::Delete, Reason::NotDeclared))
    }

    fn guards(&self, prune: &Prune) -> Option<(Action, Reason)> {
        let confirmed = prune.confirmed.contains(&self.id.to_string());
        let skip = |reason| Some((Action::Skip, reason));
        for (name, value) in [(PRUNE, "disabled"), ("helm.sh/resource-policy", "keep")] {
            if self.annotation(name) == Some(value) {
                return skip(Reason::Protected(format!("annotation {name}: {value}")));
            }
        }
        match self.annotation(DELETION) {
            Some("detach") if prune.enabled => return Some((Action::Detach, Reason::NotDeclared)),
            Some("confirm") if !confirmed => return skip(Reason::NeedsConfirmation),
            _ => {}
        }
        if prune.protected_kinds.contains(&self.id.kind) && !confirmed {
            return skip(Reason::Protected(format!("kind {}, unless an object is confirmed", self.id.kind)));
        }
        if !prune.enabled {
            return skip(Reason::PruneDisabled);
        }
        None
    }
}

/// Holds back all deletions of a cluster when they are too many, when nothing is declared for it, or when objects of a definition stay.
fn bound(context: &Context<'_>, kept: &[PlanItem], items: &mut [PlanItem], issues: &mut Vec<Issue>) {
    keep_definitions_in_use(context, items);
    let prune = &context.policy.prune;
    let mut members: BTreeMap<ClusterName, usize> = BTreeMap::new();
    for item in kept.iter().filter(|item| item.live.is_some() && item.action != Action::Blocked).chain(&*items) {
        *members.entry(item.id.cluster.clone()).or_default() += 1;
    }
    let declared: BTreeSet<_> = kept.iter().map(|item| &item.id.cluster).collect();
    for (cluster, members) in members {
        let goes =
            |item: &PlanItem| item.id.cluster == cluster && matches!(item.action, Action::Delete | Action::Detach);
        let count = items.iter().filter(|item| goes(item)).count();
        let empty = !declared.contains(&cluster);
        let reason = if count == 0 {
            continue;
        } else if empty && !prune.allow_empty {
            Reason::NothingDeclared
        } else if count > prune.max_count {
            Reason::TooManyDeletions(format!(
                "{count} of {members} members, and at most {} are deleted in a run",
                prune.max_count
            ))
        } else if !empty && members > 10 && count * 100 > members.saturating_mul(prune.max_percent.into()) {
            Reason::TooManyDeletions(format!(
                "{count} of {members} members, and at most {} % are deleted in a run",
                prune.max_percent
            ))
        } else {
            continue;
        };
        let why = match &reason {
            Reason::TooManyDeletions(how) => format!("nothing is deleted: {how}; raise the bound if this is meant"),
            _ => format!(
                "nothing is deleted: nothing is declared for the cluster, which has {count} members; allow it to be emptied if this is meant"
            ),
        };
        issues.push(Issue::error(Reach::Cluster(cluster.clone()), IssueClass::Guard, why));
        for item in items.iter_mut().filter(|item| goes(item)) {
            (item.action, item.reason) = (Action::Skip, reason.clone());
        }
    }
}

/// A definition goes only when no object of its group is left: with it the server deletes them all.
fn keep_definitions_in_use(context: &Context<'_>, items: &mut [PlanItem]) {
    let going: BTreeSet<ObjectId> =
        items.iter().filter(|item| item.action == Action::Delete).map(|item| item.id.clone()).collect();
    for item in items.iter_mut().filter(|item| item.action == Action::Delete) {
        if !item.id.kind.is("apiextensions.k8s.io", "CustomResourceDefinition") {
            continue;
        }
        let Some((_, group)) = item.id.name.split_once('.') else { continue };
        let left = context
            .observed
            .buckets
            .iter()
            .filter(|(bucket, _)| bucket.cluster == item.id.cluster && *bucket.kind.group == *group)
            .flat_map(|(bucket, seen)| seen.objects.keys().map(|name| bucket.object(name.clone())))
            .find(|id| !going.contains(id));
        if let Some(left) = left {
            item.action = Action::Skip;
            item.reason = Reason::Protected(format!("objects of its group remain, such as {left}"));
        }
    }
}

impl Context<'_> {
    /// Whether an object is ours to delete: a member of our set, or marked as ours where there are no sets. Never one without marks.
    fn is_own(&self, live: &Value) -> bool {
        match &self.set {
            Some(set) => set.is_member(live),
            // Marks stay on an object that a set took since.
            None => {
                part_of(live).is_none()
                    && self.policy.scheme.ownership(live, self.policy.actor.caller.as_deref()) == Ownership::Ours
            }
        }
    }

    /// Whether an earlier run said that a bucket was dropped.
    fn was_reported(&self, bucket: &BucketId) -> bool {
        let place: Option<Arc<str>> = bucket.scope.namespace().map(Arc::from);
        self.observed
            .parents
            .get(&bucket.cluster)
            .is_some_and(|parent| parent.reported.iter().any(|(at, kind)| *at == place && *kind == bucket.kind))
    }

    /// Whether an object of a bucket that is no longer managed is deleted with the privileged client: when its like is, or when anything
    /// outside of namespaces is, and it is there too.
    fn is_privileged(&self, id: &ObjectId) -> bool {
        self.desired.buckets.iter().any(|(own, bucket)| {
            own.cluster == id.cluster && bucket.privileged && (own.kind == id.kind || own.scope == id.scope)
        })
    }
}
