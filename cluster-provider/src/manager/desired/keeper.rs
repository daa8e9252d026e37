//! Carries a plan out through the service: each item alone, and what did not work by name.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::{DesiredPlan, DesiredStateSource, RemovalLimits, Wait, plan};
use crate::cluster::{Cluster, ClusterId};
use crate::provider::CallContext;
use crate::service::{ClusterService, Deregistration, ServiceError};
use crate::store::ClusterQuery;

/// Keeps what is recorded as one source says.
pub struct DesiredKeeper {
    source: Arc<dyn DesiredStateSource>,
    limits: RemovalLimits,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Reconciled {
    /// How many clusters the source lists.
    pub seen: usize,
    /// What was planned, all of which was done.
    pub plan: DesiredPlan,
}

type Failures = Vec<(Option<ClusterId>, Box<dyn std::error::Error + Send + Sync>)>;

impl Reconciled {
    /// How many records were written.
    #[must_use]
    pub fn written(&self) -> usize {
        let DesiredPlan { adds, changes, restores, removals, .. } = &self.plan;
        adds.len() + changes.len() + restores.len() + removals.len()
    }
}

impl DesiredKeeper {
    /// Keeps what this source says, within these limits.
    #[must_use]
    pub fn new(source: Arc<dyn DesiredStateSource>, limits: RemovalLimits) -> Self {
        Self { source, limits, clock: Arc::new(Timestamp::now) }
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

    /// What would be done. Writes nothing.
    ///
    /// # Errors
    /// When the source or the records cannot be read, or workloads not be counted.
    pub async fn plan(
        &self,
        service: &dyn ClusterService,
        call: &CallContext,
    ) -> Result<Reconciled, Box<dyn std::error::Error + Send + Sync>> {
        let desired = self.source.load().await?;
        for key in &desired.warnings {
            tracing::warn!(source = self.source.name(), key, "an unknown key is ignored");
        }
        let recorded = everything(service, call).await?;
        let ids: Vec<ClusterId> = recorded
            .iter()
            .filter(|cluster| cluster.labels.contains_key(super::SOURCE_LABEL) && !cluster.status.is_leaving())
            .map(|cluster| cluster.id.clone())
            .collect();
        let workloads = if ids.is_empty() { BTreeMap::new() } else { service.workloads(call, &ids).await? };
        let count = |id: &ClusterId| workloads.get(id).copied().unwrap_or(0);
        let plan = plan(&self.source.name(), &desired, &recorded, count, (self.clock)(), &self.limits);
        Ok(Reconciled { seen: desired.clusters.len(), plan })
    }

    /// Does what has to be done. What fails is told, and holds nothing else up.
    ///
    /// # Errors
    /// All that did not work; the rest is done.
    pub async fn reconcile(&self, service: &dyn ClusterService, call: &CallContext) -> Result<Reconciled, Failures> {
        let done = self.plan(service, call).await.map_err(|error| vec![(None, error)])?;
        let mut failures: Failures = Vec::new();
        let mut note = |id: Option<&ClusterId>, error: ServiceError| failures.push((id.cloned(), error.into()));
        for new in &done.plan.adds {
            if let Err(error) = service.register(call, new.clone()).await {
                note(None, error);
            }
        }
        for id in &done.plan.restores {
            if let Err(error) = service.restore(call, id).await {
                note(Some(id), error);
            }
        }
        for change in &done.plan.changes {
            // A record that changed in between is looked at again in the next pass.
            match service.update(call, &change.id, Some(change.version), change.patch.clone()).await {
                Ok(_) | Err(ServiceError::Conflict { .. } | ServiceError::NotFound { .. }) => {}
                Err(error) => note(Some(&change.id), error),
            }
        }
        for id in &done.plan.removals {
            match service.deregister(call, id, Deregistration::default()).await {
                Ok(_) | Err(ServiceError::NotFound { .. } | ServiceError::Guarded { .. }) => {}
                Err(error) => note(Some(id), error),
            }
        }
        for (id, wait) in done.plan.waits.iter().filter(|(_, wait)| *wait == Wait::EverythingGone) {
            tracing::warn!(source = self.source.name(), cluster = id.as_str(), ?wait, "an unlisted cluster is kept");
        }
        if failures.is_empty() { Ok(done) } else { Err(failures) }
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

async fn everything(service: &dyn ClusterService, call: &CallContext) -> Result<Vec<Cluster>, ServiceError> {
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let page = service.list(call, ClusterQuery::all().after(cursor).limit(ClusterQuery::LONGEST_LIMIT)).await?;
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}
