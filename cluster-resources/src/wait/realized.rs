//! Waiting for what a run changed.

use std::collections::BTreeMap;

use tokio_util::sync::CancellationToken;

use super::{ReadyOutcome, Target, WaitOptions, wait_ready};
use crate::clusters::Clusters;
use crate::id::ObjectId;
use crate::outcome::{Applied, Done, EventSink, RunOutcome};
use crate::plan::Action;
use crate::readiness::Baseline;

/// What there is to wait for after a run: what it applied or restarted, each object once, from the latest version on that the run made.
/// Objects that were found as declared only with [`WaitOptions::unchanged_too`].
#[must_use]
pub fn targets_of(outcome: &RunOutcome, options: &WaitOptions) -> Vec<Target> {
    let mut targets: BTreeMap<&ObjectId, Target> = BTreeMap::new();
    for outcome in &outcome.outcomes {
        let target = match &outcome.result {
            Done::Applied { how, version, generation } => {
                if *how == Applied::Unchanged && !options.unchanged_too {
                    continue;
                }
                Target::new(outcome.id.clone()).since(Baseline::new(version.uid.clone(), *generation))
            }
            _ if outcome.action == Action::Unchanged && options.unchanged_too => Target::new(outcome.id.clone()),
            _ => continue,
        };
        let target = target.privileged(outcome.privileged);
        let known = targets.entry(&outcome.id).or_insert_with(|| target.clone());
        // A workload that was applied and then restarted is judged from the restart on.
        if target.baseline.generation > known.baseline.generation {
            *known = target;
        }
    }
    targets.into_values().collect()
}

/// Waits until what a run changed is ready; see [`targets_of`] and [`wait_ready`]. [`ReadyOutcome::issue`] says what is wrong.
///
/// # Cancel safety
/// As [`wait_ready`].
pub async fn validate_realized_data(
    outcome: &RunOutcome,
    clusters: &dyn Clusters,
    options: &WaitOptions,
    sink: &dyn EventSink,
    cancel: &CancellationToken,
) -> Vec<ReadyOutcome> {
    if outcome.dry_run {
        return Vec::new();
    }
    wait_ready(&targets_of(outcome, options), clusters, options, sink, cancel).await
}
