//! What has to wait for what: said by declarations, inferred from references, by stages, and turned round for deletions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Context;
use super::model::{Action, PlanItem, Reason};
use crate::id::{GroupKind, ObjectId, Scope};
use crate::issue::{Issue, IssueClass, Reach};
use crate::validate::{pod_spec, references};

/// Annotation that names what must be there first: `Kind.group/name` or `Kind.group/namespace/name`, with commas between.
pub const DEPENDS_ON: &str = "mooring.dev/depends-on";

/// What an item waits for, by index.
#[derive(Debug, Default, Clone)]
struct Edges {
    /// It cannot be done without.
    hard: BTreeSet<usize>,
    /// It is better done afterwards.
    soft: BTreeSet<usize>,
}

/// Says of every item what it comes after, lifts it to the stage of what it needs, and blocks what needs something that cannot be done.
pub(crate) fn order(context: &Context<'_>, items: &mut [PlanItem], issues: &mut Vec<Issue>) {
    items.sort_by(|a, b| a.id.cmp(&b.id));
    let index: BTreeMap<ObjectId, usize> = items.iter().enumerate().map(|(at, item)| (item.id.clone(), at)).collect();
    let mut edges: Vec<Edges> = Vec::with_capacity(items.len());
    for at in 0..items.len() {
        let found = edges_of(context, items, &index, at, issues);
        edges.push(found);
    }
    let (sequence, circular) = sequence(&mut edges);
    for at in circular {
        let round = cycle(&edges, at).iter().map(|&at| items[at].id.to_string()).collect::<Vec<_>>().join(" → ");
        let why = format!("it comes after itself: {round}");
        // Deletions in a circle need no order.
        edges[at].hard.clear();
        if is_write(items[at].action) && items[at].action != Action::Delete {
            let mut issue = Issue::error(Reach::Object(items[at].id.clone()), IssueClass::Dependency, why.clone());
            issue.origin.clone_from(&items[at].origin);
            issues.push(issue);
            (items[at].action, items[at].reason) = (Action::Blocked, Reason::Issue(why));
        }
    }
    for &at in &sequence {
        let blocking = edges[at].hard.iter().copied().find(|&needed| holds_back(context, &items[needed]));
        if let Some(needed) = blocking
            && is_write(items[at].action)
            && items[at].action != Action::Delete
        {
            items[at].action = Action::Blocked;
            items[at].reason = Reason::DependencyBlocked(items[needed].id.clone());
        }
        let stage = edges[at].hard.iter().map(|&needed| items[needed].stage).max();
        items[at].stage = items[at].stage.max(stage.unwrap_or_default());
    }
    let mut after: Vec<Vec<ObjectId>> = vec![Vec::new(); items.len()];
    for (at, edges) in edges.iter().enumerate() {
        for &needed in edges.hard.iter().chain(&edges.soft) {
            let (one, other) = (&items[at], &items[needed]);
            // Stages come first where nothing says otherwise.
            let gives_way = edges.soft.contains(&needed) && other.stage > one.stage;
            if gives_way || !is_write(one.action) || !is_write(other.action) {
                continue;
            }
            match (one.action == Action::Delete, other.action == Action::Delete) {
                (false, false) => after[at].push(other.id.clone()),
                (true, true) => after[needed].push(one.id.clone()),
                _ => {}
            }
        }
    }
    for (item, mut after) in items.iter_mut().zip(after) {
        after.sort();
        after.dedup();
        item.after = after;
    }
    items.sort_by(|a, b| (a.stage, &a.id).cmp(&(b.stage, &b.id)));
}

fn is_write(action: Action) -> bool {
    action.writes() && action != Action::Detach
}

/// Whether what depends on an item cannot be done, because that is not and will not be there.
fn holds_back(context: &Context<'_>, needed: &PlanItem) -> bool {
    if needed.action != Action::Blocked {
        return false;
    }
    // What is there already, and stays, is enough for what lies in it or is of it.
    let container =
        matches!(&*needed.id.kind.kind, "Namespace" | "Project" | "ProjectRequest" | "CustomResourceDefinition");
    let there = context.observed.get(&needed.id).is_some() && needed.reason != Reason::Terminating;
    !(container && there)
}

fn edges_of(
    context: &Context<'_>,
    items: &mut [PlanItem],
    index: &BTreeMap<ObjectId, usize>,
    at: usize,
    issues: &mut Vec<Issue>,
) -> Edges {
    let mut edges = Edges::default();
    let id = items[at].id.clone();
    let find = |id: &ObjectId| index.get(id).copied().filter(|&found| found != at);
    if let Some(namespace) = id.namespace() {
        let kinds =
            [("", "Namespace"), ("project.openshift.io", "Project"), ("project.openshift.io", "ProjectRequest")];
        edges.hard.extend(
            kinds.iter().filter_map(|(group, kind)| {
                find(&other(&id, Scope::Cluster, GroupKind::new(*group, *kind), namespace))
            }),
        );
    }
    let annotations;
    if let Some(desired) = context.desired.get(&id) {
        let body = desired.resource.body();
        edges.hard.extend(context.definition_of(&id.cluster, &id.kind).as_ref().and_then(find));
        edges.hard.extend(desired.depends_on.iter().filter_map(find));
        soft(&id, body, &mut |id| edges.soft.extend(find(&id)));
        annotations = desired.resource.annotation(DEPENDS_ON).map(str::to_owned);
    } else {
        edges.hard.extend(definitions_of(items, &id).filter(|&found| found != at));
        let live = context.observed.get(&id).and_then(|live| live.value());
        let live = live.and_then(|live| live.get("metadata")?.get("annotations")?.get(DEPENDS_ON)?.as_str());
        annotations = live.map(str::to_owned);
    }
    for written in annotations.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty()) {
        match named(written, &id) {
            Some(ids) => match ids.iter().find_map(find) {
                Some(found) => drop(edges.hard.insert(found)),
                None if ids.iter().any(|id| context.observed.get(id).is_some()) || items[at].desired_hash.is_none() => {
                }
                None => {
                    let why =
                        format!("it depends on {written}, which is neither declared nor seen; it does not wait for it");
                    issues.push(Issue::warning(Reach::Object(id.clone()), IssueClass::Dependency, why));
                }
            },
            None if items[at].desired_hash.is_none() => {}
            None => {
                let why = format!(
                    "annotation {DEPENDS_ON} names {written:?}, which is no object; write Kind.group/name or Kind.group/namespace/name"
                );
                issues.push(Issue::error(Reach::Object(id.clone()), IssueClass::Invalid, why.clone()));
                if is_write(items[at].action) {
                    (items[at].action, items[at].reason) = (Action::Blocked, Reason::Issue(why));
                }
            }
        }
    }
    edges.soft.retain(|found| !edges.hard.contains(found));
    edges
}

fn other(id: &ObjectId, scope: Scope, kind: GroupKind, name: &str) -> ObjectId {
    ObjectId { cluster: id.cluster.clone(), scope, kind, name: name.into() }
}

/// What an object refers to without being impossible before it.
fn soft(id: &ObjectId, body: &Value, found: &mut impl FnMut(ObjectId)) {
    if let Some((path, pod)) = pod_spec(body) {
        for reference in references(pod, path) {
            found(other(id, id.scope.clone(), reference.to.kind(), &reference.name));
        }
    }
    if let Some(role) = body.get("roleRef") {
        let text = |key: &str| role.get(key).and_then(Value::as_str).unwrap_or_default();
        let scope = if text("kind") == "ClusterRole" { Scope::Cluster } else { id.scope.clone() };
        found(other(id, scope, GroupKind::new(&*id.kind.group, text("kind")), text("name")));
    }
    if id.kind.is("", "ServiceAccount") {
        for list in ["secrets", "imagePullSecrets"] {
            for secret in body.get(list).and_then(Value::as_array).into_iter().flatten() {
                let name = secret.get("name").and_then(Value::as_str).unwrap_or_default();
                found(other(id, id.scope.clone(), GroupKind::core("Secret"), name));
            }
        }
    }
}

/// Definitions that go, and that an object may be of: those of its group.
fn definitions_of<'i>(items: &'i [PlanItem], id: &'i ObjectId) -> impl Iterator<Item = usize> + 'i {
    let definition = GroupKind::new("apiextensions.k8s.io", "CustomResourceDefinition");
    let from = other(id, Scope::Cluster, definition.clone(), "");
    let start = items.partition_point(|item| item.id < from);
    items[start..]
        .iter()
        .enumerate()
        .take_while(move |(_, item)| item.id.kind == definition && item.id.cluster == id.cluster)
        .filter(|(_, item)| {
            !id.kind.group.is_empty() && item.id.name.split_once('.').is_some_and(|(_, group)| *group == *id.kind.group)
        })
        .map(move |(offset, _)| start + offset)
}

/// What an entry of the annotation may mean, the likeliest first.
fn named(written: &str, id: &ObjectId) -> Option<Vec<ObjectId>> {
    let mut parts = written.split('/');
    let kind: GroupKind = parts.next()?.parse().ok()?;
    match (parts.next()?, parts.next(), parts.next()) {
        ("", ..) | (_, Some(""), _) | (_, _, Some(_)) => None,
        (name, None, None) => {
            Some(vec![other(id, id.scope.clone(), kind.clone(), name), other(id, Scope::Cluster, kind, name)])
        }
        (namespace, Some(name), None) => Some(vec![other(id, Scope::Namespace(namespace.into()), kind, name)]),
    }
}

/// An order in which everything comes after what it waits for, and what is in no order because it waits for itself. What would be better
/// done afterwards gives way.
fn sequence(edges: &mut [Edges]) -> (Vec<usize>, Vec<usize>) {
    let mut done = vec![false; edges.len()];
    let mut sequence = Vec::with_capacity(edges.len());
    let mut circular = Vec::new();
    loop {
        let mut waiting: Vec<usize> = vec![0; edges.len()];
        let mut waiters: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
        for (at, own) in edges.iter().enumerate().filter(|(at, _)| !done[*at]) {
            for &needed in own.hard.union(&own.soft).filter(|needed| !done[**needed]) {
                waiting[at] += 1;
                waiters[needed].push(at);
            }
        }
        let mut ready: BTreeSet<usize> = (0..edges.len()).filter(|&at| !done[at] && waiting[at] == 0).collect();
        while let Some(at) = ready.pop_first() {
            done[at] = true;
            sequence.push(at);
            for &waiter in &waiters[at] {
                waiting[waiter] -= 1;
                if waiting[waiter] == 0 {
                    ready.insert(waiter);
                }
            }
        }
        let Some(left) = (0..edges.len()).find(|&at| !done[at]) else { return (sequence, circular) };
        let stuck: Vec<usize> = (left..edges.len()).filter(|&at| !done[at]).collect();
        let mut gave_way = false;
        for &at in &stuck {
            let before = edges[at].soft.len();
            edges[at].soft.retain(|&needed| done[needed]);
            gave_way |= edges[at].soft.len() < before;
        }
        if !gave_way {
            // Only those in the circle wait for themselves; what waits for them follows.
            let round = stuck.into_iter().filter(|&at| !cycle(edges, at).is_empty());
            for at in round.collect::<Vec<_>>() {
                done[at] = true;
                sequence.push(at);
                circular.push(at);
            }
        }
    }
}

/// The way from an item back to itself, itself at both ends; empty when there is none.
fn cycle(edges: &[Edges], at: usize) -> Vec<usize> {
    let mut from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut open: Vec<usize> = vec![at];
    while let Some(here) = open.pop() {
        for &needed in &edges[here].hard {
            if needed == at {
                let mut way = vec![at, here];
                let mut step = here;
                while step != at {
                    let Some(&before) = from.get(&step) else { break };
                    way.push(before);
                    step = before;
                }
                if here == at {
                    way.truncate(2);
                }
                way.reverse();
                return way;
            }
            if let std::collections::btree_map::Entry::Vacant(entry) = from.entry(needed) {
                entry.insert(here);
                open.push(needed);
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests;
