//! The end of a cluster that was only adopted: what was applied to it goes, the cluster stays. Knows nothing of who owns it.

use super::fail::is_out_of_reach;
use super::{Reach, Sets};
use crate::cluster::DeletionPolicy;
use crate::provider::{
    CallContext, ClusterSpec, DeleteOptions, DeleteOutcome, ProviderError, ProviderErrorKind, Remaining,
    ResourceSets as _,
};

/// Takes away what was applied to a cluster, the last set first, as the policy says. A cluster that cannot be reached is asked again, until
/// whoever asks does so with force; what is in it stays then.
pub(super) async fn retire(
    call: &CallContext,
    reach: &Reach,
    sets: &Sets,
    known: &ClusterSpec,
    options: &DeleteOptions,
) -> Result<DeleteOutcome, ProviderError> {
    if options.dry_run {
        return Ok(DeleteOutcome::WouldDelete);
    }
    let id = known.internal_id.as_str();
    if options.policy == DeletionPolicy::Orphan {
        reach.forget(id);
        return Ok(DeleteOutcome::Orphaned);
    }
    match empty(call, sets, known).await {
        Ok(None) => {}
        Ok(Some(waits)) => return Ok(waits),
        Err(error) if options.force => {
            tracing::warn!(cluster = id, error = %core_client::error::ErrorChain::new(&error), "a cluster is let go of with what was applied to it");
        }
        Err(error) if is_out_of_reach(&error) => {
            return Ok(DeleteOutcome::in_progress("Unreachable", error.to_string()));
        }
        Err(error) if error.kind() == ProviderErrorKind::NotFound => {
            return Ok(DeleteOutcome::in_progress("NoConnection", error.to_string()));
        }
        Err(error) => return Err(error),
    }
    reach.forget(id);
    Ok(DeleteOutcome::Gone)
}

/// Takes away every set; what is waited for, if anything is.
async fn empty(call: &CallContext, sets: &Sets, known: &ClusterSpec) -> Result<Option<DeleteOutcome>, ProviderError> {
    let mut left = Vec::new();
    for set in sets.names(call, "delete", known).await? {
        if let Remaining::Objects(objects) = sets.remove(call, known, &set).await?.remaining {
            let first =
                objects.first().map_or_else(String::new, |one| format!(", such as {}: {}", one.object, one.message));
            left.push(format!("{} of set {set}{first}", objects.len()));
        }
    }
    if left.is_empty() {
        return Ok(None);
    }
    Ok(Some(DeleteOutcome::in_progress("ResourcesRemain", format!("objects remain: {}", left.join("; ")))))
}
