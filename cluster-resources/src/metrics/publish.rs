//! Gauges out of what is declared, seen and planned: plain counting.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::desired::DesiredSet;
use crate::id::BucketId;
use crate::metrics::store::{Family, Labels};
use crate::metrics::{ResourceMetrics, compat};
use crate::observed::{LiveBody, LiveObject, Observed};
use crate::plan::{Action, Plan, PlanItem, Reason};
use crate::policy::{Foreign, Policy};
use crate::stamp::Ownership;

/// Label that a member of an ApplySet carries, with the id of the set.
const PART_OF: &str = "/metadata/labels/applyset.kubernetes.io~1part-of";

impl ResourceMetrics {
    /// Publishes what is declared, what was seen, and what the plan makes of it, and forgets what was published before: series of what is
    /// gone are gone. Give it the whole of what the integration manages in this process.
    pub fn publish_metrics(&self, desired: &DesiredSet, observed: &Observed, plan: &Plan, policy: &Policy) {
        let buckets: BTreeSet<&BucketId> = desired.buckets.keys().chain(observed.buckets.keys()).collect();
        let crowded = buckets.len() > self.0.options.max_places;
        let mut gauges: BTreeMap<(Family, Labels), i64> = BTreeMap::new();
        let mut add = |family, bucket: &BucketId, word: (&'static str, &str), count: usize| {
            let place = (&bucket.cluster, &bucket.scope, &bucket.kind);
            let labels = self.place(crowded, place, [(word.0, word.1.to_owned())]);
            *gauges.entry((family, labels)).or_default() += i64::try_from(count).unwrap_or(i64::MAX);
        };
        for bucket in &buckets {
            let declared = desired.buckets.get(*bucket).map_or(0, |bucket| bucket.objects.len());
            add(Family::Objects, bucket, ("state", "desired"), declared);
            // A bucket that nobody looked at is not empty, it is unknown.
            let Some(seen) = observed.buckets.get(*bucket) else { continue };
            add(Family::Objects, bucket, ("state", "live"), seen.objects.len());
            let set = observed.parents.get(&bucket.cluster).map(|parent| &*parent.set_id);
            let owned = seen.objects.values().filter(|live| is_owned(live, set, policy)).count();
            add(Family::Objects, bucket, ("state", "owned"), owned);
        }
        for item in &plan.items {
            let bucket = item.id.bucket();
            if let Some(class) = drift(item) {
                add(Family::Drift, &bucket, ("class", class), 1);
            }
            if item.foreign.iter().any(|field| field.policy != Foreign::Ignore) {
                add(Family::Drift, &bucket, ("class", "foreign"), 1);
            }
            if let Some(reason) = held_back(item) {
                add(Family::BlockedDeletions, &bucket, ("reason", reason), 1);
            }
        }
        // What drifts not at all says so.
        for bucket in &buckets {
            for class in ["missing", "changed", "foreign", "orphaned"] {
                add(Family::Drift, bucket, ("class", class), 0);
            }
        }
        let clusters: BTreeSet<&str> = buckets.iter().map(|bucket| &*bucket.cluster).collect();
        let inventory = if self.0.options.compat {
            compat::inventory(&self.0.integration, desired, observed)
        } else {
            BTreeMap::new()
        };
        let mut state = self.state();
        state.crowded = crowded;
        state.store.published = gauges;
        state.store.inventory = inventory;
        state.store.retain_clusters(|cluster| clusters.contains(cluster));
        state.awaited.retain(|id, _| clusters.contains(&*id.cluster));
    }
}

fn is_owned(live: &LiveObject, set: Option<&str>, policy: &Policy) -> bool {
    let value = match &live.body {
        LiveBody::InSync { .. } => return true,
        LiveBody::Full(value) | LiveBody::Metadata(value) => value,
    };
    let member = value.pointer(PART_OF).and_then(Value::as_str);
    (member.is_some() && member == set)
        || policy.scheme.ownership(value, policy.actor.caller.as_deref()) == Ownership::Ours
}

/// How an object is not as declared.
fn drift(item: &PlanItem) -> Option<&'static str> {
    match item.action {
        Action::Create => Some("missing"),
        Action::Update | Action::Replace | Action::TakeOver => Some("changed"),
        Action::Delete | Action::Detach => Some("orphaned"),
        Action::Skip | Action::Blocked => held_back(item).map(|_| "orphaned"),
        Action::Restart | Action::Unchanged => None,
    }
}

/// Why an object is not deleted that would be.
fn held_back(item: &PlanItem) -> Option<&'static str> {
    if !matches!(item.action, Action::Skip | Action::Blocked) || item.desired_hash.is_some() {
        return None;
    }
    match item.reason {
        Reason::PruneDisabled => Some("pruneDisabled"),
        Reason::TooManyDeletions(_) => Some("tooManyDeletions"),
        Reason::NothingDeclared => Some("nothingDeclared"),
        Reason::PartialView => Some("partialView"),
        Reason::NeedsConfirmation => Some("needsConfirmation"),
        Reason::Protected(_) => Some("protected"),
        Reason::HasController(_) => Some("hasController"),
        Reason::DroppedFromScope => Some("droppedFromScope"),
        Reason::Issue(_) => Some("issue"),
        Reason::DependencyBlocked(_) => Some("dependency"),
        Reason::Terminating => Some("terminating"),
        _ => None,
    }
}
