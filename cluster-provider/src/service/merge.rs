//! What a provider says of a cluster, brought into its record. Pure; nothing that is as it was is written.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::cluster::{Cluster, ClusterPatch, ClusterStatus, Condition};
use crate::provider::ClusterSpec;

/// What is to be written after a look, and what is worth a warning.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Merged {
    /// Columns that are not so already.
    pub(super) patch: ClusterPatch,
    /// The provider's second name of it is not the recorded one.
    pub(super) other_external_id: bool,
}

/// Why a cluster is said not to be available by this module, and by nobody else.
const OURS: [&str; 2] = ["ProviderLost", "ProviderFailed"];

/// What a provider said, in the record.
pub(super) fn seen(record: &Cluster, spec: &ClusterSpec, now: Timestamp) -> Merged {
    let mut patch = ClusterPatch::new();
    let mut conditions = record.conditions.clone();
    conditions.remove(Condition::PROVIDER_LOST);

    let to = status(record.status, spec.status);
    if to != record.status {
        patch = moved(patch, to);
    }
    let details = spec.status_details.clone().filter(|details| !details.is_empty());
    if details.is_some() || to != ClusterStatus::Failed {
        patch.status_details = Some(details);
    }

    let other_external_id = match (&record.external_id, spec.external_id.as_ref().filter(|id| !id.is_empty())) {
        (None, Some(said)) => {
            patch.external_id = Some(Some(said.clone()));
            false
        }
        (Some(held), Some(said)) => held != said,
        _ => false,
    };
    let said = said(record, spec, other_external_id);
    let ours = |available: &Condition| OURS.contains(&available.reason.as_str());
    if !said.contains_key(Condition::AVAILABLE) && conditions.get(Condition::AVAILABLE).is_some_and(ours) {
        conditions.remove(Condition::AVAILABLE);
    }
    for condition in said.into_values() {
        conditions.set(condition, now);
    }

    if !spec.additional_info.is_null() {
        patch.provider_info = Some(spec.additional_info.clone());
    }
    if record.cloud_provider.is_empty() && !spec.cloud_provider.is_empty() {
        patch.cloud_provider = Some(spec.cloud_provider.clone());
        patch.multi_az = Some(spec.multi_az);
    }
    if record.region.is_empty() && !spec.region.is_empty() {
        patch.region = Some(spec.region.clone());
    }
    patch.conditions = Some(conditions);
    Merged { patch: patch.beyond(record), other_external_id }
}

/// A cluster that its provider does not have. `grace` is how long that may be so.
pub(super) fn missing(record: &Cluster, grace: Duration, now: Timestamp) -> ClusterPatch {
    let mut conditions = record.conditions.clone();
    let lost = Condition::yes(Condition::PROVIDER_LOST).because("NotFound", "the provider does not have it");
    conditions.set(lost, now);
    conditions.set(Condition::no(Condition::AVAILABLE).because(OURS[0], "the provider does not have it"), now);
    let since = conditions.get(Condition::PROVIDER_LOST).and_then(|lost| lost.last_transition_time).unwrap_or(now);
    let mut patch = ClusterPatch::new();
    let waits =
        matches!(record.status, ClusterStatus::Accepted | ClusterStatus::Provisioning | ClusterStatus::Provisioned);
    if waits && is_over(since, grace, now) {
        patch = moved(patch, ClusterStatus::Failed);
        patch.status_details = Some(Some("ProviderLost: the provider does not have it any more".to_owned()));
        patch.last_error = Some(Some("the provider does not have it any more".to_owned()));
    }
    patch.conditions = Some(conditions);
    patch.beyond(record)
}

/// A change of the status; whoever goes on begins anew with counting failures.
pub(super) fn moved(mut patch: ClusterPatch, to: ClusterStatus) -> ClusterPatch {
    patch.status = Some(to);
    patch.attempts.get_or_insert(0);
    patch.next_attempt_at.get_or_insert(None);
    patch.last_error.get_or_insert(None);
    patch
}

/// Whether so much time has passed. A clock that went back has passed nothing.
pub(super) fn is_over(since: Timestamp, wait: Duration, now: Timestamp) -> bool {
    now.duration_since(since) >= SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX)
}

/// Where a record goes when its provider says this. Only building is the provider's; what comes later, others decide.
fn status(held: ClusterStatus, said: ClusterStatus) -> ClusterStatus {
    use ClusterStatus as Status;
    let said = match said {
        Status::WaitingForAgent | Status::Ready => Status::Provisioned,
        Status::Accepted | Status::Deprovisioning | Status::Cleanup => Status::Provisioning,
        other => other,
    };
    match held {
        Status::Accepted | Status::Provisioning if held.step(said).is_ok() => said,
        _ => held,
    }
}

const fn is_built(status: ClusterStatus) -> bool {
    matches!(status, ClusterStatus::Provisioned | ClusterStatus::WaitingForAgent | ClusterStatus::Ready)
}

/// The conditions that a look makes, one of each type.
fn said(record: &Cluster, spec: &ClusterSpec, other_external_id: bool) -> BTreeMap<String, Condition> {
    let mut said = BTreeMap::new();
    let mut say = |condition: Condition| said.insert(condition.kind.clone(), condition);
    match drift(record.status, spec, other_external_id) {
        Some((reason, message)) => {
            say(Condition::yes(Condition::DRIFTED).because(reason, message));
        }
        None if record.conditions.get(Condition::DRIFTED).is_some() => {
            say(Condition::no(Condition::DRIFTED));
        }
        None => {}
    }
    if is_built(record.status) && spec.status == ClusterStatus::Failed {
        let message = spec.status_details.clone().unwrap_or_default();
        say(Condition::no(Condition::AVAILABLE).because(OURS[1], message));
    }
    // What the provider says itself counts most, but for one thing: it does not know what is recorded as the second name.
    for condition in &spec.conditions {
        if !(other_external_id && condition.kind == Condition::DRIFTED) {
            say(condition.clone());
        }
    }
    said
}

/// How what the provider says differs from what is recorded, where no status shows it.
fn drift(held: ClusterStatus, spec: &ClusterSpec, other_external_id: bool) -> Option<(&'static str, String)> {
    if other_external_id {
        let id = spec.external_id.as_deref().unwrap_or_default();
        return Some(("ExternalIdChanged", format!("the provider says {id}")));
    }
    let rebuilt = is_built(held) && matches!(spec.status, ClusterStatus::Provisioning | ClusterStatus::Accepted);
    rebuilt.then(|| ("NotBuilt", spec.status_details.clone().unwrap_or_default()))
}

#[cfg(test)]
mod tests;
