//! Taking clusters away: that it is asked for is written down, the provider is asked, what it answered is written down; again until it is gone.

use super::DefaultClusterService;
use super::create::Found;
use super::records::is_absent;
use super::writing::{known, said};
use crate::cluster::{
    Cluster, ClusterId, ClusterPatch, ClusterStatus, Condition, ConditionStatus, DeletionPolicy, Ownership,
};
use crate::provider::{
    CallContext, DeleteOptions, DeleteOutcome, Provider, ProviderError, ProviderErrorKind, Remaining,
};
use crate::service::ServiceError;
use crate::service::failure::reason_of;
use crate::service::merge::is_over;

impl DefaultClusterService {
    pub(super) async fn delete_cluster(
        &self,
        call: &CallContext,
        id: &ClusterId,
    ) -> Result<DeleteOutcome, ServiceError> {
        let _turn = self.turn(call, id).await?;
        let mut record = self.read(call, id).await?;
        match record.status {
            ClusterStatus::Deprovisioning => {}
            ClusterStatus::Cleanup => return Ok(DeleteOutcome::Gone),
            status => {
                let why = format!("it is {status}, and not to go");
                return Err(ServiceError::Conflict { id: id.to_string(), why });
            }
        }
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        if record.provider_cluster_id.is_none() {
            record = match self.recover(call, record, &*provider).await? {
                Recovered::Record(record) => *record,
                Recovered::Outcome(outcome) => return Ok(outcome),
            };
        }
        let policy = policy(&record);
        let asked_before = is_sent(&record);
        if asked_before {
            self.still_leads(call, id.as_str()).await?;
        } else {
            self.still_empty(call, &record).await?;
            record = self.note_deletion(call, id, Condition::yes(Condition::DELETING).because(SENT, "")).await?;
        }
        if policy == DeletionPolicy::RemoveResourcesOnly {
            let (after, waits) = self.remove_recorded_sets(call, record, &*provider).await?;
            if let Some(outcome) = waits {
                return self.note_outcome(call, &after, outcome).await;
            }
            record = after;
        }
        let (step, spec) = (self.step(call), known(&record)?);
        let options = DeleteOptions::new(policy);
        let deletion = provider.delete(&step, &spec, &options);
        match self.asked(&step, &record.provider_type, "delete", deletion).await {
            Ok(DeleteOutcome::AlreadyGone) if asked_before => {
                self.note_outcome(call, &record, DeleteOutcome::Gone).await
            }
            Ok(outcome) => self.note_outcome(call, &record, outcome).await,
            // It cannot tell what is ours. What was recorded as ours is gone by now, where it can take that away.
            Err(error)
                if policy == DeletionPolicy::RemoveResourcesOnly && error.kind() == ProviderErrorKind::Unsupported =>
            {
                if record.applied_sets.is_empty() {
                    return self.note_outcome(call, &record, DeleteOutcome::Orphaned).await;
                }
                let left: Vec<_> = record.applied_sets.keys().map(String::as_str).collect();
                let why = format!(
                    "it cannot take out what was applied: {}; take it out by hand, or deregister with the policy Orphan to leave it there",
                    left.join(", ")
                );
                Err(self.note_refusal(call, &record, error.with_reason(why)).await)
            }
            Err(error) if is_absent(error.kind()) => {
                let outcome = if asked_before { DeleteOutcome::Gone } else { DeleteOutcome::AlreadyGone };
                self.note_outcome(call, &record, outcome).await
            }
            Err(error) => Err(self.note_refusal(call, &record, error).await),
        }
    }

    /// A record without a name at its provider may have a cluster all the same.
    async fn recover(
        &self,
        call: &CallContext,
        record: Cluster,
        provider: &dyn Provider,
    ) -> Result<Recovered, ServiceError> {
        if record.create_asked_at.is_none() {
            if record.deletion_policy == DeletionPolicy::Orphan {
                return Ok(Recovered::Outcome(DeleteOutcome::Orphaned));
            }
            if record.status_before == Some(ClusterStatus::Accepted) {
                // It was never asked for, or refused. What its provider finds under its name was there without it.
                return Ok(Recovered::Outcome(DeleteOutcome::Gone));
            }
        }
        match self.find_claimed(call, provider, &record).await? {
            Found::Cluster(spec) => {
                let id = record.id.clone();
                match self.record_created(call, record, provider, spec).await {
                    Ok(record) => Ok(Recovered::Record(Box::new(record))),
                    Err(ServiceError::Conflict { .. }) => {
                        let record = self.read(call, &id).await?;
                        match record.provider_cluster_id {
                            Some(_) => Ok(Recovered::Record(Box::new(record))),
                            // It is another record's, and not touched.
                            None => Ok(Recovered::Outcome(DeleteOutcome::Gone)),
                        }
                    }
                    Err(error) => Err(error),
                }
            }
            Found::Another(_) => Ok(Recovered::Outcome(DeleteOutcome::Gone)),
            Found::Nothing => {
                let now = self.now(call, record.id.as_str()).await?;
                let may_come = record.create_asked_at.is_some_and(|at| !is_over(at, self.options.create_grace, now));
                // Neither is written: nothing was asked to go, so that it can still be restored.
                let why = "its creation was asked for, and it may still come";
                let unclear = || DeleteOutcome::in_progress("CreationUnclear", why);
                Ok(Recovered::Outcome(if may_come { unclear() } else { DeleteOutcome::Gone }))
            }
        }
    }

    /// What was applied goes before the record does, the last first.
    async fn remove_recorded_sets(
        &self,
        call: &CallContext,
        mut record: Cluster,
        provider: &dyn Provider,
    ) -> Result<(Cluster, Option<DeleteOutcome>), ServiceError> {
        let mut sets: Vec<_> = record.applied_sets.iter().map(|(name, set)| (set.order, name.clone())).collect();
        sets.sort();
        let Some(applier) = provider.resource_sets().filter(|_| !sets.is_empty()) else { return Ok((record, None)) };
        for (_, name) in sets.into_iter().rev() {
            let (step, spec) = (self.step(call), known(&record)?);
            let removal = applier.remove(&step, &spec, &name);
            let report = match self.asked(&step, &record.provider_type, "remove_resources", removal).await {
                Ok(report) => report,
                Err(error) if error.is_retryable() => {
                    let outcome = DeleteOutcome::in_progress(reason_of(error.kind()), error.to_string());
                    return Ok((record, Some(outcome)));
                }
                Err(error) => return Err(self.note_refusal(call, &record, error).await),
            };
            if let Remaining::Objects(objects) = &report.remaining
                && !report.is_over()
            {
                let first = objects.first().map(|one| one.object.to_string()).unwrap_or_default();
                let message = format!("{} objects of set {name} are left, {first} among them", objects.len());
                return Ok((record, Some(DeleteOutcome::in_progress("ResourcesRemain", message))));
            }
            record = self.forget_set(&self.recording(call), &record.id, &name).await?;
        }
        Ok((record, None))
    }

    /// Workloads may have come since it was to go. Whoever did not mind them then does not mind them now.
    async fn still_empty(&self, call: &CallContext, record: &Cluster) -> Result<(), ServiceError> {
        let deleting = record.conditions.get(Condition::DELETING);
        let decided = deleting
            .is_some_and(|deleting| deleting.status == ConditionStatus::True || deleting.reason == Condition::FORCED);
        if decided {
            return Ok(());
        }
        let counts = self.counted_workloads(call, std::slice::from_ref(&record.id)).await?;
        match counts.get(&record.id).filter(|count| **count > 0) {
            Some(count) => {
                let why = format!("{count} workloads run in it");
                Err(ServiceError::Guarded { id: record.id.clone(), why })
            }
            None => Ok(()),
        }
    }

    async fn note_outcome(
        &self,
        call: &CallContext,
        record: &Cluster,
        outcome: DeleteOutcome,
    ) -> Result<DeleteOutcome, ServiceError> {
        let condition = Condition::yes(Condition::DELETING);
        let condition = match &outcome {
            DeleteOutcome::InProgress { reason, message } => condition.because(reason.as_str(), message.as_str()),
            DeleteOutcome::Gone => condition.because("Gone", ""),
            DeleteOutcome::AlreadyGone => condition.because("AlreadyGone", "it was gone before it was asked to go"),
            DeleteOutcome::Orphaned => condition.because("Orphaned", "it is left as it is"),
            DeleteOutcome::WouldDelete => return Ok(outcome),
        };
        self.note_deletion(&self.recording(call), &record.id, condition).await?;
        if outcome == DeleteOutcome::AlreadyGone {
            self.observer.on_already_gone(record);
            tracing::warn!(cluster = %record.id, "the cluster was gone before anybody here asked for that");
        }
        Ok(outcome)
    }

    /// A deletion that its provider refuses has not begun, and can be taken back.
    async fn note_refusal(&self, call: &CallContext, record: &Cluster, error: ProviderError) -> ServiceError {
        let refused = !error.is_retryable() && !error.is_ambiguous();
        if refused {
            let reason = error.reason().map_or_else(|| error.to_string(), str::to_owned);
            let condition = Condition::no(Condition::DELETING).because(reason_of(error.kind()), reason);
            match self.note_deletion(&self.recording(call), &record.id, condition).await {
                Ok(_) => {}
                Err(fenced @ ServiceError::Fenced(_)) => return fenced,
                Err(unwritten) => {
                    tracing::warn!(cluster = %record.id, error = %unwritten, "a refused deletion could not be recorded");
                }
            }
        }
        said(&record.id, "delete", error)
    }

    async fn note_deletion(
        &self,
        call: &CallContext,
        id: &ClusterId,
        condition: Condition,
    ) -> Result<Cluster, ServiceError> {
        let now = self.now(call, id.as_str()).await?;
        let written = self
            .change(call, id, |record| {
                if record.status != ClusterStatus::Deprovisioning {
                    let why = format!("it is {} by now, and not to go", record.status);
                    return Err(ServiceError::Conflict { id: record.id.to_string(), why });
                }
                let mut conditions = record.conditions.clone();
                conditions.set(condition.clone(), now);
                Ok(ClusterPatch::new().with_conditions(conditions))
            })
            .await?;
        Ok(written.after)
    }
}

enum Recovered {
    Record(Box<Cluster>),
    Outcome(DeleteOutcome),
}

/// The reason of `Deleting` from right before the provider is asked for the first time.
const SENT: &str = "Sent";

/// Whether the provider may have been asked by the service. Who else says that a cluster is being deleted, did not ask.
fn is_sent(record: &Cluster) -> bool {
    let deleting = record.conditions.get(Condition::DELETING);
    deleting.is_some_and(|deleting| deleting.status == ConditionStatus::True && deleting.reason != "Asked")
}

/// What goes with a record. A customer's cluster is never taken away.
fn policy(record: &Cluster) -> DeletionPolicy {
    match (record.ownership, record.deletion_policy) {
        (Ownership::Registered, DeletionPolicy::Delete) => DeletionPolicy::RemoveResourcesOnly,
        (_, policy) => policy,
    }
}
