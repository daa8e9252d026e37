//! Handovers that an earlier run began and did not end, of Deployments that are as declared by now: looked for before a plan is carried
//! out, as nothing in the Deployment itself tells.

use std::collections::{BTreeMap, BTreeSet};

use futures::{FutureExt as _, StreamExt as _};

use super::handover::pending_handovers;
use crate::clusters::Clusters;
use crate::id::{ClusterName, GroupKind, ObjectId};
use crate::issue::{Issue, IssueClass, Severity};
use crate::plan::{Action, Plan, Reason, digest};
use crate::policy::Policy;

/// Clusters that are looked at together.
const TOGETHER: usize = 8;

/// Makes an update of every Deployment that is left as it is and whose handover was not ended. Carrying the update out ends it.
///
/// Looks only where Deployments may be made anew ([`Policy::recreate`]): one list of metadata a cluster, or one a namespace where that is
/// all that is allowed. What could not be looked at is among the issues of the plan, as a warning.
///
/// # Cancel safety
/// Safe: it only reads, and changes the plan last.
pub async fn plan_handovers(plan: &mut Plan, clusters: &dyn Clusters, policy: &Policy) {
    let deployment = GroupKind::new("apps", "Deployment");
    if !policy.recreate.contains(&deployment) {
        return;
    }
    let mut settled: BTreeMap<(&ClusterName, bool), BTreeSet<&str>> = BTreeMap::new();
    for item in plan.items.iter().filter(|item| item.action == Action::Unchanged && item.id.kind == deployment) {
        settled.entry((&item.id.cluster, item.privileged)).or_default().extend(item.id.namespace());
    }
    let looks: Vec<_> = settled
        .into_iter()
        .map(|((cluster, privileged), namespaces)| look(clusters, cluster, privileged, namespaces).boxed())
        .collect();
    let looked: Vec<_> = futures::stream::iter(looks).buffer_unordered(TOGETHER).collect().await;
    let (mut pending, mut issues) = (BTreeSet::new(), Vec::new());
    for (found, wrong) in looked {
        pending.extend(found);
        issues.extend(wrong);
    }
    let unfinished =
        plan.items.iter_mut().filter(|item| item.action == Action::Unchanged && pending.contains(&item.id));
    for item in unfinished {
        (item.action, item.reason) = (Action::Update, Reason::Unfinished);
    }
    plan.digest = digest(&plan.field_manager, &plan.items);
    plan.issues.extend(issues);
    plan.issues.sort();
}

async fn look(
    clusters: &dyn Clusters,
    cluster: &ClusterName,
    privileged: bool,
    namespaces: BTreeSet<&str>,
) -> (Vec<ObjectId>, Vec<Issue>) {
    // Why there is no connection was said by whoever read the cluster.
    let Ok(access) = clusters.access(cluster, privileged).await else { return (Vec::new(), Vec::new()) };
    match pending_handovers(cluster, &access, None).await {
        Ok(found) => return (found, Vec::new()),
        Err(issue) if issue.class == IssueClass::Forbidden => {}
        Err(issue) => return (Vec::new(), vec![unsure(issue)]),
    }
    let (mut found, mut issues) = (Vec::new(), Vec::new());
    for namespace in namespaces {
        match pending_handovers(cluster, &access, Some(namespace)).await {
            Ok(more) => found.extend(more),
            Err(issue) => issues.push(unsure(issue)),
        }
    }
    (found, issues)
}

fn unsure(issue: Issue) -> Issue {
    let message = format!("it cannot be told whether Deployments were handed over to the end: {}", issue.message);
    Issue { severity: Severity::Warning, message, ..issue }
}
