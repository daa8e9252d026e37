//! Creating, as a saga: that it is asked for is written down, the provider is asked, what it answered is written down.
//!
//! Whoever is interrupted in between leaves a record that says that the cluster may be there; the next one looks for it by token and name
//! before it asks again, and does not ask again before a cluster that is being made had time to be found.

use jiff::Timestamp;

use super::DefaultClusterService;
use super::writing::{refused, said};
use crate::cluster::{Cluster, ClusterId, ClusterPatch, ClusterStatus, DeletionPolicy};
use crate::provider::{
    CallContext, ClusterRequest, ClusterSpec, DeleteOptions, Provider, ProviderError, ProviderErrorKind,
};
use crate::service::ServiceError;
use crate::service::failure::{Verdict, after_failure, failed, later, reason_of, verdict, wait};
use crate::service::merge::{is_over, moved, seen};
use crate::store::{Expect, StoreError, UniqueKey};

impl DefaultClusterService {
    pub(super) async fn create_cluster(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError> {
        let _turn = self.turn(call, id).await?;
        let record = self.read(call, id).await?;
        match record.status {
            ClusterStatus::Accepted => {}
            status if status.is_valid() => return Ok(record),
            status => {
                let why = format!("it is {status}, and not to be created");
                return Err(ServiceError::Conflict { id: id.to_string(), why });
            }
        }
        if record.provider_cluster_id.is_some() {
            return self.look(call, record).await;
        }
        let provider = self.provider(id.as_str(), &record.provider_type)?;
        if record.create_asked_at.is_some() {
            let now = self.now(call, id.as_str()).await?;
            return match self.find_claimed(call, &*provider, &record).await? {
                Found::Cluster(spec) => self.record_created(call, record, &*provider, spec).await,
                Found::Another(error) => self.give_up(call, record, error).await,
                Found::Nothing => self.ask_again(call, record, &*provider, now).await,
            };
        }
        self.ask(call, record, &*provider).await
    }

    /// Nothing was found of what was asked for: wait while it may still come, then ask again, as long as that is worth it.
    async fn ask_again(
        &self,
        call: &CallContext,
        record: Cluster,
        provider: &dyn Provider,
        now: Timestamp,
    ) -> Result<Cluster, ServiceError> {
        let asked_at = record.create_asked_at.unwrap_or(now);
        if !provider.creates_repeatably() && !is_over(asked_at, self.options.create_grace, now) {
            let mut patch = ClusterPatch::new();
            let until = later(asked_at, self.options.create_grace);
            patch.next_attempt_at = Some(Some(record.next_attempt_at.map_or(until, |next| next.max(until))));
            self.change(call, &record.id, |_| Ok(patch.clone())).await?;
            let why = "its creation was asked for, and it may still come";
            let error = ProviderError::new(ProviderErrorKind::Timeout, &record.provider_type, "find");
            return Err(said(&record.id, "find", error.with_reason(why).ambiguous()));
        }
        if record.attempts >= self.options.max_create_attempts {
            let why = "its creation was asked for, and it was never there";
            let patch = failed(&record, "CreateAttemptsExhausted", why, now);
            self.swap(call, &record, patch).await?;
            let error = ProviderError::new(ProviderErrorKind::NotFound, &record.provider_type, "create");
            return Err(said(&record.id, "create", error.with_reason(why)));
        }
        self.ask(call, record, provider).await
    }

    /// Writes down that it is asked for, and asks.
    async fn ask(&self, call: &CallContext, record: Cluster, provider: &dyn Provider) -> Result<Cluster, ServiceError> {
        self.check_quota(call, &record, provider).await?;
        let now = self.now(call, record.id.as_str()).await?;
        let mut asking = ClusterPatch::new();
        asking.create_asked_at = Some(Some(now));
        // Whoever changed it meanwhile may not want it any more: then nothing is asked.
        let record = self.swap(call, &record, asking).await?;

        let (request, step) = (request(&record), self.step(call));
        let answer = self.asked(&step, &record.provider_type, "create", provider.create(&step, &request)).await;
        let error = match answer {
            Ok(spec) => return self.record_created(call, record, provider, spec).await,
            Err(error) => error,
        };
        if call.cancel().is_cancelled() {
            return Err(said(&record.id, "create", error));
        }
        let mut verdict = verdict(&error);
        if verdict == Verdict::Unclear {
            // With what is left of the time: it often is there already.
            match self.find_claimed(call, provider, &record).await {
                Ok(Found::Cluster(spec)) => return self.record_created(call, record, provider, spec).await,
                Ok(Found::Another(_)) => verdict = Verdict::Terminal,
                Ok(Found::Nothing) | Err(_) => {}
            }
        }
        self.record_failure(call, &record, verdict, error).await
    }

    async fn record_failure(
        &self,
        call: &CallContext,
        record: &Cluster,
        verdict: Verdict,
        error: ProviderError,
    ) -> Result<Cluster, ServiceError> {
        let call = &self.recording(call);
        let now = self.now(call, record.id.as_str()).await?;
        let (asked_at, chance) = (record.create_asked_at, rand::random());
        let written = self
            .change(call, &record.id, |record| {
                if record.create_asked_at != asked_at {
                    // Somebody has asked since, and this answer says nothing of theirs.
                    return Ok(ClusterPatch::new());
                }
                let mut patch = after_failure(record, verdict, &error, &self.options, now, chance);
                if record.status != ClusterStatus::Accepted {
                    // It is to go by now: only whether there is one counts.
                    patch = ClusterPatch { create_asked_at: patch.create_asked_at, ..ClusterPatch::new() };
                }
                Ok(patch)
            })
            .await;
        match written {
            Ok(_) => Err(said(&record.id, "create", error)),
            Err(ServiceError::Fenced(error)) => Err(ServiceError::Fenced(error)),
            Err(unwritten) => {
                tracing::warn!(cluster = %record.id, error = %unwritten, "a failed creation could not be recorded");
                Err(said(&record.id, "create", error))
            }
        }
    }

    /// The name is another's: it will never be ours.
    async fn give_up(
        &self,
        call: &CallContext,
        record: Cluster,
        error: ProviderError,
    ) -> Result<Cluster, ServiceError> {
        self.record_failure(call, &record, Verdict::Terminal, error).await
    }

    /// Looks for what was asked for.
    pub(super) async fn find_claimed(
        &self,
        call: &CallContext,
        provider: &dyn Provider,
        record: &Cluster,
    ) -> Result<Found, ServiceError> {
        let (claim, step) = (request(record).claim(), self.step(call));
        match self.asked(&step, &record.provider_type, "find", provider.find(&step, &claim)).await {
            Ok(Some(spec)) => Ok(Found::Cluster(spec)),
            Ok(None) => Ok(Found::Nothing),
            Err(error) if error.kind() == ProviderErrorKind::Conflict => Ok(Found::Another(error)),
            Err(error) => Err(said(&record.id, "find", error)),
        }
    }

    /// Writes down what the provider made, whatever became of the record meanwhile: a cluster that is to go by now goes by its name.
    pub(super) async fn record_created(
        &self,
        call: &CallContext,
        asked: Cluster,
        provider: &dyn Provider,
        spec: ClusterSpec,
    ) -> Result<Cluster, ServiceError> {
        let call = &self.recording(call);
        let id = &asked.id;
        let now = self.now(call, id.as_str()).await?;
        let mut left = self.options.max_write_attempts.max(1);
        loop {
            let found = self.stored(call, id.as_str(), "read", self.store.get_including_deleted(id)).await?;
            let Some(record) = found.filter(|record| record.deleted_at.is_none()) else {
                self.discard(call, &asked, provider, &spec).await;
                return Err(ServiceError::NotFound { id: id.to_string() });
            };
            if let Some(held) = record.provider_cluster_id.as_ref().filter(|held| **held != spec.internal_id) {
                self.observer.on_orphan(&record.provider_type);
                tracing::error!(cluster = %id, recorded = %held, other = %spec.internal_id, "a second cluster carries the token");
                let why = format!("its provider has {} for it besides the recorded {held}", spec.internal_id);
                return Err(ServiceError::Conflict { id: id.to_string(), why });
            }
            let patch = created(&record, &spec, now).beyond(&record);
            if patch.is_empty() {
                return Ok(record);
            }
            left -= 1;
            let expect = Expect::version(record.resource_version).fenced(call.fence().cloned());
            match call.bound(self.store.patch(id, expect, patch)).await {
                Ok(Ok(after)) => {
                    self.announce(&record, &after).await;
                    if after.status == ClusterStatus::Cleanup {
                        self.discard(call, &after, provider, &spec).await;
                    }
                    return Ok(after);
                }
                Ok(Err(StoreError::Conflict { .. } | StoreError::NotFound { .. })) if left > 0 => {}
                Ok(Err(
                    error @ StoreError::AlreadyExists { what: UniqueKey::ProviderClusterId | UniqueKey::ExternalId },
                )) => {
                    return self.belongs_to_another(call, &record, &error, now).await;
                }
                Ok(Err(error)) => return Err(refused(id.as_str(), "written", error)),
                Err(source) => return Err(ServiceError::Interrupted { id: id.to_string(), source }),
            }
        }
    }

    /// Another live record has this cluster, and keeps it.
    async fn belongs_to_another(
        &self,
        call: &CallContext,
        record: &Cluster,
        error: &StoreError,
        now: Timestamp,
    ) -> Result<Cluster, ServiceError> {
        self.change(call, &record.id, |record| {
            if record.status == ClusterStatus::Accepted {
                Ok(failed(record, "BelongsToAnother", &error.to_string(), now))
            } else {
                Ok(ClusterPatch { create_asked_at: Some(None), ..ClusterPatch::new() })
            }
        })
        .await?;
        Err(ServiceError::Conflict { id: record.id.to_string(), why: error.to_string() })
    }

    /// A cluster that was made for a record that does not want it any more, and has forgotten it: the last chance to take it away.
    async fn discard(&self, call: &CallContext, record: &Cluster, provider: &dyn Provider, spec: &ClusterSpec) {
        self.observer.on_orphan(&record.provider_type);
        if record.deletion_policy == DeletionPolicy::Orphan {
            return;
        }
        tracing::error!(cluster = %record.id, provider_id = %spec.internal_id, "a cluster was made for a record that is gone; it is taken away");
        let options = DeleteOptions::new(record.deletion_policy);
        let gone = self.asked(call, &record.provider_type, "delete", provider.delete(call, spec, &options)).await;
        if let Err(error) = gone {
            tracing::error!(cluster = %record.id, provider_id = %spec.internal_id, %error, "it could not be taken away: somebody has to do it");
        }
    }

    /// Checks that there is room, where the application says what a cluster needs and the provider what there is.
    async fn check_quota(
        &self,
        call: &CallContext,
        record: &Cluster,
        provider: &dyn Provider,
    ) -> Result<(), ServiceError> {
        let Some(cost) = &self.quota_cost else { return Ok(()) };
        let Some(quota) = provider.quota() else { return Ok(()) };
        let needs = cost(record);
        if needs.is_empty() {
            return Ok(());
        }
        let step = self.step(call);
        let costs = self.asked(&step, &record.provider_type, "quota", quota.costs(&step)).await;
        let (why, error) = match costs {
            Ok(costs) => {
                let left = |id: &str| {
                    let of_it = costs.iter().filter(|cost| cost.id == id);
                    of_it.map(|cost| cost.max_allowed.saturating_sub(cost.consumed)).sum::<i64>()
                };
                let Some(need) = needs.iter().find(|need| left(&need.id) < need.units) else { return Ok(()) };
                let why = format!("of {} there is {} left, and it needs {}", need.id, left(&need.id), need.units);
                (why.clone(), ServiceError::Capacity { id: record.id.clone(), why })
            }
            Err(error) => (error.to_string(), said(&record.id, "quota", error)),
        };
        // Room may come; nothing was asked for, so that this is no failed creation.
        let now = self.now(call, record.id.as_str()).await?;
        let chance = rand::random();
        self.change(call, &record.id, |record| {
            let waits = record.status == ClusterStatus::Accepted;
            let mut patch =
                if waits { wait(record, &why, None, &self.options, now, chance) } else { ClusterPatch::new() };
            // Not for ever either: what counts to the end is only what was asked for.
            patch.attempts =
                patch.attempts.map(|attempts| attempts.min(self.options.max_create_attempts.saturating_sub(1)));
            Ok(patch)
        })
        .await?;
        Err(error)
    }
}

/// What looking for a claim found.
#[derive(Debug)]
pub(super) enum Found {
    /// This.
    Cluster(ClusterSpec),
    /// The name is there, with another token.
    Another(ProviderError),
    /// Nothing.
    Nothing,
}

fn request(record: &Cluster) -> ClusterRequest {
    let mut request = ClusterRequest::new(record.id.clone(), record.name.clone(), record.create_token.clone())
        .at(record.cloud_provider.clone(), record.region.clone())
        .with_additional_spec(record.provider_spec.clone());
    request.multi_az = record.multi_az;
    request.tenant_id.clone_from(&record.tenant_id);
    request
}

/// The record of a cluster that was made.
fn created(record: &Cluster, spec: &ClusterSpec, now: Timestamp) -> ClusterPatch {
    let mut patch = seen(record, spec, now).patch;
    patch.provider_cluster_id = Some(Some(spec.internal_id.clone()));
    patch.last_checked_at = Some(Some(now));
    if record.status == ClusterStatus::Accepted {
        let to = patch.status.unwrap_or(ClusterStatus::Provisioning);
        patch = moved(patch, to);
        if to == ClusterStatus::Failed {
            patch.last_error =
                Some(spec.status_details.clone().or_else(|| Some(reason_of(ProviderErrorKind::Internal).to_owned())));
        }
    }
    patch
}
