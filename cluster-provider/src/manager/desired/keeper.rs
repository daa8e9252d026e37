//! Carries a plan out through the service: each item alone, and what did not work by name.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::{DesiredPlan, DesiredStateSource, RemovalLimits, SourceError, Wait, plan};
use crate::cluster::{Cluster, ClusterId};
use crate::manager::decide::is_due;
use crate::provider::{CallContext, Interrupted};
use crate::service::{ClusterService, Deregistration, ServiceError};
use crate::store::{ClusterQuery, Unreadable};

/// Keeps what is recorded as one source says.
pub struct DesiredKeeper {
    source: Arc<dyn DesiredStateSource>,
    limits: RemovalLimits,
    patience: Duration,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// When each of those was taken away that went within the window.
    gone: Mutex<Vec<Timestamp>>,
}

/// What was done, and what did not work.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Reconciled {
    /// How many clusters the source lists.
    pub seen: usize,
    /// What was planned.
    pub plan: DesiredPlan,
    /// How many records were written.
    pub written: usize,
    /// What did not work, and for which cluster where that is known: parts of the source and records that could not be read among it.
    pub failed: Vec<(Option<ClusterId>, BoxError)>,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeeperError {
    /// The source does not say what there should be.
    #[error("source {name} does not say which clusters there should be")]
    #[non_exhaustive]
    Source {
        /// Which one.
        name: String,
        /// Why.
        #[source]
        source: SourceError,
    },
    /// It was not waited for any longer.
    #[error("source {name} did not say in time which clusters there should be")]
    #[non_exhaustive]
    Interrupted {
        /// Which one.
        name: String,
        /// Why.
        #[source]
        source: Interrupted,
    },
    /// What is recorded cannot be read.
    #[error("the records cannot be compared with what source {name} lists")]
    #[non_exhaustive]
    Records {
        /// Which source.
        name: String,
        /// Why.
        #[source]
        source: ServiceError,
    },
}

impl DesiredKeeper {
    /// Keeps what this source says, within these limits.
    #[must_use]
    pub fn new(source: Arc<dyn DesiredStateSource>, limits: RemovalLimits) -> Self {
        Self {
            source,
            limits,
            patience: Duration::from_secs(30),
            clock: Arc::new(Timestamp::now),
            gone: Mutex::default(),
        }
    }

    /// With another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        self.clock = clock;
        self
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> &Arc<dyn DesiredStateSource> {
        &self.source
    }

    /// How long the source may take to answer; 30 seconds unless said otherwise, and never longer than the call.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How many were taken away within the window before now.
    fn gone(&self, now: Timestamp) -> usize {
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        gone.retain(|then| !is_due(Some(*then), self.limits.window, now));
        gone.len()
    }

    /// What would be done. Writes nothing.
    ///
    /// # Errors
    /// When the source or the records cannot be read, or workloads not be counted.
    pub async fn plan(&self, service: &dyn ClusterService, call: &CallContext) -> Result<Reconciled, KeeperError> {
        let name = self.source.name();
        let loaded = call.at_most(self.patience).bound(self.source.load()).await;
        let loaded = loaded.map_err(|source| KeeperError::Interrupted { name: name.clone(), source })?;
        let desired = loaded.map_err(|source| KeeperError::Source { name: name.clone(), source })?;
        for key in &desired.warnings {
            tracing::warn!(source = name, key, "an unknown key is ignored");
        }
        let records = |source| KeeperError::Records { name: name.clone(), source };
        let mut failed: Vec<(Option<ClusterId>, BoxError)> =
            desired.unread.iter().map(|part| (None, Arc::clone(part).into())).collect();
        let (recorded, unreadable) = everything(service, call).await.map_err(records)?;
        failed.extend(unreadable.into_iter().map(|one| (one.cluster_id(), one.into())));
        let ids: Vec<ClusterId> = recorded
            .iter()
            .filter(|cluster| cluster.labels.contains_key(super::SOURCE_LABEL) && !cluster.status.is_leaving())
            .map(|cluster| cluster.id.clone())
            .collect();
        let workloads =
            if ids.is_empty() { BTreeMap::new() } else { service.workloads(call, &ids).await.map_err(records)? };
        let count = |id: &ClusterId| workloads.get(id).copied().unwrap_or(0);
        let now = (self.clock)();
        let plan = plan(&name, &desired, &recorded, count, now, &self.limits, self.gone(now));
        for id in &plan.taken {
            tracing::warn!(
                source = name,
                cluster = id,
                "a listed cluster is recorded by somebody else, and left to them"
            );
        }
        Ok(Reconciled { seen: desired.clusters.len(), plan, written: 0, failed })
    }

    /// Does what has to be done. What fails is told, and holds nothing else up.
    ///
    /// # Errors
    /// When nothing could be planned; then nothing is done.
    pub async fn reconcile(&self, service: &dyn ClusterService, call: &CallContext) -> Result<Reconciled, KeeperError> {
        let mut done = self.plan(service, call).await?;
        let Reconciled { plan, written, failed, .. } = &mut done;
        let mut note = |id: Option<&ClusterId>, outcome: Result<(), ServiceError>| match outcome {
            Ok(()) => *written += 1,
            Err(error) => failed.push((id.cloned(), error.into())),
        };
        for new in &plan.adds {
            note(None, service.register(call, new.clone()).await.map(drop));
        }
        for id in &plan.restores {
            note(Some(id), service.restore(call, id).await.map(drop));
        }
        for change in &plan.changes {
            match service.update(call, &change.id, Some(change.version), change.patch.clone()).await {
                // A record that changed in between is looked at again in the next pass.
                Err(ServiceError::Conflict { .. } | ServiceError::NotFound { .. }) => {}
                outcome => note(Some(&change.id), outcome.map(drop)),
            }
        }
        for id in &plan.removals {
            match service.deregister(call, id, Deregistration::default()).await {
                Err(ServiceError::NotFound { .. } | ServiceError::Guarded { .. }) => {}
                outcome => {
                    if outcome.is_ok() {
                        self.gone.lock().unwrap_or_else(PoisonError::into_inner).push((self.clock)());
                    }
                    note(Some(id), outcome.map(drop));
                }
            }
        }
        let kept = |wait: &Wait| matches!(wait, Wait::EverythingGone | Wait::Unread);
        for (id, wait) in plan.waits.iter().filter(|(_, wait)| kept(wait)) {
            tracing::warn!(source = self.source.name(), cluster = id.as_str(), ?wait, "an unlisted cluster is kept");
        }
        Ok(done)
    }
}

impl fmt::Debug for DesiredKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DesiredKeeper")
            .field("source", &self.source.name())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// All records, and those that cannot be read.
async fn everything(
    service: &dyn ClusterService,
    call: &CallContext,
) -> Result<(Vec<Cluster>, Vec<Unreadable>), ServiceError> {
    let (mut all, mut unreadable) = (Vec::new(), Vec::new());
    let mut cursor = None;
    loop {
        let page = service.list(call, ClusterQuery::all().after(cursor).limit(ClusterQuery::LONGEST_LIMIT)).await?;
        all.extend(page.items);
        unreadable.extend(page.unreadable);
        cursor = page.next;
        if cursor.is_none() {
            return Ok((all, unreadable));
        }
    }
}
