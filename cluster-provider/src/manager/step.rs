//! Does to one cluster what was decided. Every step may be cut off anywhere and made again.

mod errors;
mod fill;
mod leave;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_client::error::ErrorChain;
use jiff::Timestamp;

pub(super) use self::errors::StepError;
use super::decide::{Next, Rules, Seen, Step, is_due, next};
use super::publish::Publishing;
use super::{AgentBootstrap, ClusterPublisher, GateAnswer, ManagerOptions, ReadinessGate, Terraformer};
use crate::cluster::{Cluster, ClusterId, ClusterPatch, ClusterStatus, Condition};
use crate::metrics::ClusterMetrics;
use crate::provider::CallContext;
use crate::service::{ClusterService, ServiceError};

/// How often a note is written again when somebody else wrote in between.
const NOTE_ATTEMPTS: u32 = 5;

/// Everything a step needs. There is no way from here to a provider.
pub(super) struct Crew {
    pub(super) service: Arc<dyn ClusterService>,
    pub(super) terraformer: Option<Arc<dyn Terraformer>>,
    pub(super) gate: Option<Arc<dyn ReadinessGate>>,
    pub(super) agent: Option<Arc<dyn AgentBootstrap>>,
    pub(super) publisher: Option<Arc<dyn ClusterPublisher>>,
    pub(super) publishing: Publishing,
    pub(super) metrics: Option<ClusterMetrics>,
    pub(super) options: ManagerOptions,
    pub(super) clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    seen: Mutex<HashMap<ClusterId, Seen>>,
}

impl Crew {
    pub(super) fn new(
        service: Arc<dyn ClusterService>,
        options: ManagerOptions,
        clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> Self {
        Self {
            service,
            terraformer: None,
            gate: None,
            agent: None,
            publisher: None,
            publishing: Publishing::default(),
            metrics: None,
            options,
            clock,
            seen: Mutex::default(),
        }
    }

    fn memory(&self) -> MutexGuard<'_, HashMap<ClusterId, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has to happen to a cluster next.
    pub(super) fn decide(&self, cluster: &Cluster, now: Timestamp) -> Next {
        let revision = self.terraformer.as_ref().and_then(|terraformer| terraformer.revision(cluster));
        let rules = Rules {
            probe_every: self.options.probe_every,
            reapply_every: self.options.reapply_every,
            keep_ready: self.options.keep_ready,
        };
        let memory = self.memory();
        let nothing = Seen::default();
        next(cluster, memory.get(&cluster.id).unwrap_or(&nothing), revision.as_deref(), now, &rules)
    }

    /// Forgets what was done, so that it is done once more.
    pub(super) fn forget(&self) {
        self.memory().clear();
        self.publishing.forget();
    }

    /// Forgets clusters that are not there any more.
    pub(super) fn remember_only(&self, there: impl Fn(&ClusterId) -> bool) {
        self.memory().retain(|id, _| there(id));
    }

    fn remember(&self, id: &ClusterId, change: impl FnOnce(&mut Seen)) {
        change(self.memory().entry(id.clone()).or_default());
    }

    /// Does one step, and writes down when it did not work.
    pub(super) async fn carry_out(&self, call: &CallContext, cluster: Cluster, step: Step) -> Result<(), StepError> {
        let done = match self.attempt(call, &cluster, step).await {
            // Waiting for what is under way is no failure.
            Err(error @ StepError::NotYet { .. }) => {
                let waiting = Condition::no(Condition::SETTLED).because("Waiting", error.to_string());
                self.note(call, &cluster.id, waiting).await?;
                return Ok(());
            }
            done => done,
        };
        match &done {
            Ok(()) if cluster.attempts > 0 || cluster.last_error.is_some() => self.recovered(call, &cluster.id).await?,
            Ok(()) => {}
            // Nothing is known about the cluster then, or nothing may be written any more.
            Err(error) if error.says_nothing_of_the_cluster() => {}
            Err(error) => self.failed(call, &cluster, error).await?,
        }
        done
    }

    async fn attempt(&self, call: &CallContext, cluster: &Cluster, step: Step) -> Result<(), StepError> {
        if call.fence().is_some() {
            self.service.assert_leader(call).await?;
        }
        match step {
            Step::Create => self.service.create(call, &cluster.id).await.map(drop)?,
            Step::Admit => {
                self.service.update_status(call, &cluster.id, ClusterStatus::Provisioning).await?;
                self.service.check_status(call, &cluster.id).await?;
            }
            Step::Check => self.service.check_status(call, &cluster.id).await.map(drop)?,
            Step::Terraform => self.terraform(call, cluster).await?,
            Step::Await => self.wait_for_agent(call, cluster).await?,
            Step::Upkeep { probe, apply } => self.upkeep(call, cluster, probe, apply).await?,
            Step::Delete => self.delete(call, cluster).await?,
            Step::Cleanup => self.clean_up(call, cluster).await?,
        }
        Ok(())
    }

    async fn terraform(&self, call: &CallContext, cluster: &Cluster) -> Result<(), StepError> {
        self.fill(call, cluster).await?;
        let next = if self.gate.is_some() { ClusterStatus::WaitingForAgent } else { ClusterStatus::Ready };
        self.service.update_status(call, &cluster.id, next).await?;
        Ok(())
    }

    async fn wait_for_agent(&self, call: &CallContext, cluster: &Cluster) -> Result<(), StepError> {
        let seen = self.memory().get(&cluster.id).cloned().unwrap_or_default();
        if is_due(seen.applied_at, self.options.reapply_every, (self.clock)()) {
            self.fill(call, cluster).await?;
        }
        match self.ask_gate(cluster).await? {
            GateAnswer::Ready => {
                self.service.update_status(call, &cluster.id, ClusterStatus::Ready).await?;
                self.note(call, &cluster.id, Condition::yes(Condition::AGENT_READY)).await?;
            }
            GateAnswer::NotReady(why) => {
                let reason = if was_ready_before(cluster) { Condition::LOST } else { "NotReady" };
                self.note(call, &cluster.id, Condition::no(Condition::AGENT_READY).because(reason, why)).await?;
            }
        }
        Ok(())
    }

    async fn upkeep(&self, call: &CallContext, cluster: &Cluster, probe: bool, apply: bool) -> Result<(), StepError> {
        if probe {
            self.service.check_status(call, &cluster.id).await?;
            self.remember(&cluster.id, |seen| seen.probed_at = Some((self.clock)()));
            match self.ask_gate(cluster).await? {
                GateAnswer::NotReady(why) => {
                    let lost = Condition::no(Condition::AGENT_READY).because(Condition::LOST, why);
                    self.note(call, &cluster.id, lost).await?;
                    self.service.update_status(call, &cluster.id, ClusterStatus::WaitingForAgent).await?;
                    return Ok(());
                }
                GateAnswer::Ready if self.gate.is_some() && !cluster.conditions.is_true(Condition::AGENT_READY) => {
                    self.note(call, &cluster.id, Condition::yes(Condition::AGENT_READY)).await?;
                }
                GateAnswer::Ready => {}
            }
        }
        if apply { self.fill(call, cluster).await } else { Ok(()) }
    }

    async fn ask_gate(&self, cluster: &Cluster) -> Result<GateAnswer, StepError> {
        match &self.gate {
            Some(gate) => Ok(gate.check(cluster).await?),
            None => Ok(GateAnswer::Ready),
        }
    }

    /// Writes a condition down, unless it is there already.
    async fn note(&self, call: &CallContext, id: &ClusterId, condition: Condition) -> Result<(), StepError> {
        self.write(call, id, |cluster| {
            let mut conditions = cluster.conditions.clone();
            conditions.set(condition.clone(), (self.clock)()).then(|| ClusterPatch::new().with_conditions(conditions))
        })
        .await
    }

    async fn recovered(&self, call: &CallContext, id: &ClusterId) -> Result<(), StepError> {
        let cleared = self.write(call, id, |cluster| {
            (cluster.attempts > 0 || cluster.last_error.is_some()).then(|| ClusterPatch {
                attempts: Some(0),
                next_attempt_at: Some(None),
                last_error: Some(None),
                ..ClusterPatch::new()
            })
        });
        match cleared.await {
            // The last step of a life is over, and its record with it.
            Err(StepError::Service(ServiceError::NotFound { .. })) => Ok(()),
            other => other,
        }
    }

    /// Leaves the cluster alone for a while, unless the service has written that down already.
    async fn failed(&self, call: &CallContext, before: &Cluster, error: &StepError) -> Result<(), StepError> {
        let told = ErrorChain::new(error).to_string();
        let attempts = before.attempts.saturating_add(1);
        let pause = self.options.backoff.delay(attempts, rand::random());
        self.write(call, &before.id, |cluster| {
            let is_noted = cluster.attempts != before.attempts || cluster.next_attempt_at != before.next_attempt_at;
            let moved_on = cluster.status != before.status;
            (!is_noted && !moved_on).then(|| ClusterPatch {
                attempts: Some(attempts),
                next_attempt_at: Some((self.clock)().checked_add(pause).ok()),
                last_error: Some(Some(told.clone())),
                ..ClusterPatch::new()
            })
        })
        .await
    }

    /// Reads, changes and writes, again when somebody else wrote in between.
    async fn write(
        &self,
        call: &CallContext,
        id: &ClusterId,
        change: impl Fn(&Cluster) -> Option<ClusterPatch> + Send,
    ) -> Result<(), StepError> {
        let mut last = None;
        for _ in 0..NOTE_ATTEMPTS {
            let cluster = self.service.get(call, id).await?;
            let Some(patch) = change(&cluster) else { return Ok(()) };
            match self.service.update(call, id, Some(cluster.resource_version), patch).await {
                Ok(_) => return Ok(()),
                Err(error @ ServiceError::Conflict { .. }) => last = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
        last.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Whether the cluster took workloads already, and its agent was lost since.
pub(crate) fn was_ready_before(cluster: &Cluster) -> bool {
    cluster.conditions.get(Condition::AGENT_READY).is_some_and(|agent| agent.reason == Condition::LOST)
}
