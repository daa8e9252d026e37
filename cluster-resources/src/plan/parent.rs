//! What the inventory of each cluster has to say: everything before the first write, what remains after the last deletion.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Context;
use super::membership::Membership;
use super::model::{Action, ParentPlan, PlanItem, Reason};
use crate::id::{ClusterName, GroupKind};
use crate::observed::Completeness;
use crate::policy::InventoryConfig;

type Place = Option<Arc<str>>;

/// What the inventories must say, cluster by cluster; nothing where none is kept or it cannot be used.
pub(crate) fn parents(context: &Context<'_>, items: &[PlanItem]) -> Vec<ParentPlan> {
    let (Some(inventory), Some(set)) = (&context.policy.inventory, &context.set) else { return Vec::new() };
    let mut clusters: BTreeSet<&ClusterName> = context.desired.clusters();
    clusters.extend(context.observed.parents.keys());
    clusters
        .into_iter()
        .filter(|cluster| !context.unusable_parent(cluster))
        .map(|cluster| parent(context, inventory, set, cluster, items))
        .collect()
}

fn parent(
    context: &Context<'_>,
    inventory: &InventoryConfig,
    set: &Membership,
    cluster: &ClusterName,
    items: &[PlanItem],
) -> ParentPlan {
    let state = context.observed.parents.get(cluster);
    let known_kinds = || state.into_iter().flat_map(|state| &state.group_kinds);
    let known_namespaces = || state.into_iter().flat_map(|state| &state.namespaces);
    let own = || items.iter().filter(|item| item.id.cluster == *cluster);

    // What is there when everything succeeds.
    let mut remaining: BTreeSet<(Place, GroupKind)> = BTreeSet::new();
    for item in own().filter(|item| !matches!(item.action, Action::Delete | Action::Detach)) {
        remaining.insert((item.id.namespace().map(Arc::from), item.id.kind.clone()));
    }
    let buckets = || context.observed.buckets.iter().filter(|(bucket, _)| bucket.cluster == *cluster);
    for (bucket, seen) in buckets() {
        let members = seen.objects.values().filter_map(|object| object.value()).any(|live| set.is_member(live));
        if seen.completeness == Completeness::Partial && (members || known_kinds().any(|kind| *kind == bucket.kind)) {
            remaining.insert((bucket.scope.namespace().map(Arc::from), bucket.kind.clone()));
        }
    }
    let mut final_kinds: BTreeSet<GroupKind> = remaining.iter().map(|(_, kind)| kind.clone()).collect();
    // A kind that was not looked at may have members still.
    let looked_at: BTreeSet<&GroupKind> = buckets().map(|(bucket, _)| &bucket.kind).collect();
    final_kinds.extend(known_kinds().filter(|kind| !looked_at.contains(kind)).cloned());
    let mut final_namespaces: BTreeSet<Arc<str>> = remaining.iter().filter_map(|(place, _)| place.clone()).collect();
    let seen_namespaces: BTreeSet<&str> = buckets().filter_map(|(bucket, _)| bucket.scope.namespace()).collect();
    final_namespaces.extend(known_namespaces().filter(|name| !seen_namespaces.contains(&***name)).cloned());
    final_namespaces.remove(&inventory.namespace);

    let mut widened_kinds = final_kinds.clone();
    widened_kinds.extend(known_kinds().cloned());
    widened_kinds.extend(own().map(|item| item.id.kind.clone()));
    let mut widened_namespaces = final_namespaces.clone();
    widened_namespaces.extend(known_namespaces().cloned());
    widened_namespaces.extend(own().filter_map(|item| item.id.namespace()).map(Arc::from));
    widened_namespaces.remove(&inventory.namespace);

    // What was reported stays so while something of it is left.
    let mut reported: BTreeSet<(Place, GroupKind)> = own()
        .filter(|item| item.action == Action::Skip && item.reason == Reason::DroppedFromScope)
        .map(|item| (item.id.namespace().map(Arc::from), item.id.kind.clone()))
        .collect();
    let managed: BTreeSet<(Place, GroupKind)> = own()
        .filter(|item| item.desired_hash.is_some())
        .map(|i| (i.id.namespace().map(Arc::from), i.id.kind.clone()))
        .collect();
    let before = state.into_iter().flat_map(|state| &state.reported);
    let unseen = |entry: &(Place, GroupKind)| {
        !buckets().any(|(bucket, _)| bucket.kind == entry.1 && bucket.scope.namespace() == entry.0.as_deref())
    };
    reported.extend(
        before.filter(|entry| (remaining.contains(entry) && !managed.contains(entry)) || unseen(entry)).cloned(),
    );

    ParentPlan {
        cluster: cluster.clone(),
        set_id: state.map_or_else(|| set.id().clone(), |state| state.set_id.clone()),
        widened_kinds: widened_kinds.into_iter().collect(),
        widened_namespaces: widened_namespaces.into_iter().collect(),
        final_kinds: final_kinds.into_iter().collect(),
        final_namespaces: final_namespaces.into_iter().collect(),
        reported: reported.into_iter().collect(),
    }
}
