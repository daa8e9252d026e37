//! Reading, writing by compare-and-swap, and asking providers: what every operation does it with.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::DefaultClusterService;
use crate::cluster::{Cluster, ClusterId, ClusterPatch, ClusterStatus, ProviderType};
use crate::provider::{CallContext, ClusterSpec, Provider, ProviderError, ProviderErrorKind};
use crate::service::locks::KeyedGuard;
use crate::service::{ClusterChange, ServiceError};
use crate::store::{Expect, StoreError};

/// For how long the clock of the store is carried on with the one of this process.
const CLOCK_GOOD_FOR: Duration = Duration::from_secs(5);

/// The time of the store, without asking it each time. For what is not decided by seconds.
#[derive(Debug, Default)]
pub(super) struct StoreClock {
    last: Mutex<Option<(Timestamp, Instant)>>,
}

/// A record before and after a change, which are the same when there was nothing to change.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) before: Cluster,
    pub(super) after: Cluster,
}

impl StoreClock {
    fn carried_on(&self) -> Option<Timestamp> {
        let (then, at) = (*self.last.lock().unwrap_or_else(PoisonError::into_inner))?;
        let passed = at.elapsed();
        if passed < CLOCK_GOOD_FOR { then.checked_add(SignedDuration::try_from(passed).ok()?).ok() } else { None }
    }

    fn set(&self, now: Timestamp) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Instant::now()));
    }
}

impl DefaultClusterService {
    /// Waits for the store, as long as the call may take.
    pub(super) async fn stored<T>(
        &self,
        call: &CallContext,
        id: &str,
        action: &'static str,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, ServiceError> {
        match call.bound(work).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(refused(id, action, error)),
            Err(source) => Err(ServiceError::Interrupted { id: id.to_owned(), source }),
        }
    }

    /// The record, or the error that says that there is none.
    pub(super) async fn read(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError> {
        let found = self.stored(call, id.as_str(), "read", self.store.get(id)).await?;
        found.ok_or_else(|| ServiceError::NotFound { id: id.to_string() })
    }

    /// The time of the store.
    pub(super) async fn now(&self, call: &CallContext, id: &str) -> Result<Timestamp, ServiceError> {
        let now = self.stored(call, id, "read", self.store.now()).await?;
        self.clock.set(now);
        Ok(now)
    }

    /// The time of the store, some seconds off when it was set in between.
    pub(super) async fn about_now(&self, call: &CallContext, id: &str) -> Result<Timestamp, ServiceError> {
        match self.clock.carried_on() {
            Some(now) => Ok(now),
            None => self.now(call, id).await,
        }
    }

    /// Its turn among those of this process who do something with this cluster.
    pub(super) async fn turn(&self, call: &CallContext, id: &ClusterId) -> Result<KeyedGuard, ServiceError> {
        let turn = call.bound(self.locks.lock(id)).await;
        turn.map_err(|source| ServiceError::Interrupted { id: id.to_string(), source })
    }

    /// A call with which the answer of a provider is written down, whatever becomes of the caller.
    pub(super) fn recording(&self, call: &CallContext) -> CallContext {
        let mut recording = CallContext::within(self.options.recording_timeout);
        if let Some(fence) = call.fence() {
            recording = recording.with_fence(fence.clone());
        }
        if let Some(trace) = call.trace() {
            recording = recording.with_trace(trace.clone());
        }
        recording
    }

    /// Writes one patch to the record as it was read, or says that it is not so any more.
    pub(super) async fn swap(
        &self,
        call: &CallContext,
        record: &Cluster,
        patch: ClusterPatch,
    ) -> Result<Cluster, ServiceError> {
        let expect = Expect::version(record.resource_version).fenced(call.fence().cloned());
        let id = record.id.as_str();
        let after = self.stored(call, id, "written", self.store.patch(&record.id, expect, patch)).await?;
        self.announce(record, &after).await;
        Ok(after)
    }

    /// Changes a record to what is decided from what it is, and decides again when somebody else was quicker. What is so already is not written.
    pub(super) async fn change(
        &self,
        call: &CallContext,
        id: &ClusterId,
        mut decide: impl FnMut(&Cluster) -> Result<ClusterPatch, ServiceError> + Send,
    ) -> Result<Written, ServiceError> {
        let mut left = self.options.max_write_attempts.max(1);
        loop {
            let before = self.read(call, id).await?;
            let patch = decide(&before)?.beyond(&before);
            if patch.is_empty() {
                return Ok(Written { after: before.clone(), before });
            }
            left -= 1;
            let expect = Expect::version(before.resource_version).fenced(call.fence().cloned());
            match call.bound(self.store.patch(id, expect, patch)).await {
                Ok(Ok(after)) => {
                    self.announce(&before, &after).await;
                    return Ok(Written { before, after });
                }
                Ok(Err(StoreError::Conflict { .. })) if left > 0 => {}
                Ok(Err(error)) => return Err(refused(id.as_str(), "written", error)),
                Err(source) => return Err(ServiceError::Interrupted { id: id.to_string(), source }),
            }
        }
    }

    /// Tells of a change that is written.
    pub(super) async fn announce(&self, before: &Cluster, after: &Cluster) {
        let id = after.id.clone();
        if before.status == after.status {
            self.changes.tell(ClusterChange::Updated { id }).await;
        } else if before.status == ClusterStatus::Deprovisioning && after.status != ClusterStatus::Cleanup {
            self.observer.on_restored(after);
            self.changes.tell(ClusterChange::Restored { id, to: after.status }).await;
        } else {
            self.observer.on_transition(before.status, after);
            self.changes.tell(ClusterChange::Moved { id, from: before.status, to: after.status }).await;
        }
    }

    /// Checks that whoever the call is made for still leads, right before something is done that cannot be taken back.
    pub(super) async fn still_leads(&self, call: &CallContext, id: &str) -> Result<(), ServiceError> {
        match call.fence() {
            Some(fence) => self.stored(call, id, "read", self.store.fence_check(fence)).await,
            None => Ok(()),
        }
    }

    /// The provider of a record.
    pub(super) fn provider(
        &self,
        id: &str,
        provider: &ProviderType,
    ) -> Result<std::sync::Arc<dyn Provider>, ServiceError> {
        self.factory.get(provider).map_err(|source| ServiceError::UnknownProvider { id: id.to_owned(), source })
    }

    /// One call of a provider may take so long.
    pub(super) fn step(&self, call: &CallContext) -> CallContext {
        call.at_most(self.options.provider_timeout)
    }

    /// Waits for a provider, as long as the step may take, and counts what it said.
    pub(super) async fn asked<T>(
        &self,
        step: &CallContext,
        provider: &ProviderType,
        operation: &'static str,
        work: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        let begun = Instant::now();
        let answer = match step.bound(work).await {
            Ok(answer) => answer,
            Err(why) => Err(ProviderError::interrupted(why, provider, operation)),
        };
        let outcome = answer.as_ref().err().map(ProviderError::kind);
        self.observer.on_provider_call(provider, operation, outcome, begun.elapsed());
        answer
    }
}

/// What is known of a cluster, as its provider wants to hear it.
pub(super) fn known(record: &Cluster) -> Result<ClusterSpec, ServiceError> {
    let Some(internal_id) = record.provider_cluster_id.clone() else {
        let why = "its provider has not said yet that there is one".to_owned();
        return Err(ServiceError::Conflict { id: record.id.to_string(), why });
    };
    let mut spec = ClusterSpec::new(internal_id, record.status);
    spec.external_id.clone_from(&record.external_id);
    spec.status_details.clone_from(&record.status_details);
    spec.additional_info = record.provider_info.clone();
    spec.region.clone_from(&record.region);
    spec.cloud_provider.clone_from(&record.cloud_provider);
    spec.multi_az = record.multi_az;
    Ok(spec)
}

/// What a provider said, for this cluster.
pub(super) fn said(id: impl ToString, operation: &'static str, source: ProviderError) -> ServiceError {
    ServiceError::Provider { id: id.to_string(), operation, source }
}

/// A provider that cannot do this.
pub(super) fn unsupported(id: impl ToString, provider: &ProviderType, operation: &'static str) -> ServiceError {
    said(id, operation, ProviderError::new(ProviderErrorKind::Unsupported, provider, operation))
}

/// What a store said, for this cluster.
pub(super) fn refused(id: &str, action: &'static str, error: StoreError) -> ServiceError {
    match error {
        StoreError::NotFound { id } => ServiceError::NotFound { id },
        StoreError::Conflict { ref id, .. } => ServiceError::Conflict { id: id.to_string(), why: error.to_string() },
        StoreError::AlreadyExists { .. } => ServiceError::Conflict { id: id.to_owned(), why: error.to_string() },
        StoreError::Fenced { .. } => ServiceError::Fenced(error),
        source => ServiceError::Store { id: id.to_owned(), action, source },
    }
}
