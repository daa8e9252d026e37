//! The first phase: what there is, gathered to be shown. Each part fails alone.

use std::collections::BTreeMap;

use super::election::Term;
use super::pass::{READ_TIMEOUT, call_of};
use super::report::{Phase, StepFailure};
use super::step::Crew;
use crate::cluster::{ClusterId, ClusterStatus};
use crate::metrics::{ClusterView, Snapshot};
use crate::provider::Capability;
use crate::store::ClusterQuery;

/// Gathers what is shown. Nothing is shown when records cannot be read.
pub(super) async fn gather(crew: &Crew, term: &Term, failures: &mut Vec<StepFailure>) -> Option<Snapshot> {
    // Zero is shown.
    let by_status = ClusterStatus::ALL.into_iter().map(|status| (status, 0)).collect();
    let mut snapshot = Snapshot { by_status, ..Snapshot::default() };
    let mut ids: Vec<ClusterId> = Vec::new();
    let mut cursor = None;
    loop {
        let query = ClusterQuery::all().after(cursor).limit(ClusterQuery::LONGEST_LIMIT);
        let page = match crew.service.list(&call_of(term, READ_TIMEOUT), query).await {
            Ok(page) => page,
            Err(error) => {
                failures.push(StepFailure::of(None, Phase::Metrics, error));
                return None;
            }
        };
        let now = (crew.clock)();
        for cluster in &page.items {
            *snapshot.by_status.entry(cluster.status).or_default() += 1;
        }
        let unreadable = page.unreadable.into_iter();
        failures.extend(unreadable.map(|one| StepFailure::of(one.cluster_id().as_ref(), Phase::Metrics, one)));
        snapshot.clusters.extend(page.items.iter().map(|cluster| ClusterView::of(cluster, now)));
        ids.extend(page.items.into_iter().map(|cluster| cluster.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    match crew.service.workloads(&call_of(term, READ_TIMEOUT), &ids).await {
        Ok(counts) => {
            for (view, id) in snapshot.clusters.iter_mut().zip(&ids) {
                view.workloads = counts.get(id).copied();
            }
        }
        Err(error) => failures.push(StepFailure::of(None, Phase::Metrics, error)),
    }
    let with_quota: BTreeMap<_, _> = crew.service.providers();
    for provider in with_quota.into_iter().filter(|(_, can)| can.has(Capability::Quota)).map(|(provider, _)| provider) {
        match crew.service.resource_quota(&call_of(term, READ_TIMEOUT), &provider).await {
            Ok(costs) => snapshot.quota.extend(costs.into_iter().map(|cost| (provider.to_string(), cost))),
            Err(error) => failures.push(StepFailure::of(None, Phase::Metrics, error)),
        }
    }
    Some(snapshot)
}
