//! Takes a cluster away, then what it leaves elsewhere, then its record.

use super::{Crew, StepError};
use crate::cluster::{Cluster, ClusterStatus, Condition, Ownership};
use crate::provider::CallContext;

impl Crew {
    /// Ours is deleted by its provider; a customer's only loses what we put into it. One in which workloads appeared comes back.
    pub(super) async fn delete(&self, call: &CallContext, cluster: &Cluster) -> Result<(), StepError> {
        if !is_forced(cluster) {
            let workloads = self.service.workloads(call, std::slice::from_ref(&cluster.id)).await?;
            if workloads.values().any(|count| *count > 0) && !is_sent(cluster) {
                self.service.restore(call, &cluster.id).await?;
                return Ok(());
            }
        }
        if cluster.ownership == Ownership::Registered {
            let mut sets: Vec<_> = cluster.applied_sets.iter().map(|(name, set)| (set.order, name)).collect();
            sets.sort_unstable();
            for (_, name) in sets.into_iter().rev() {
                self.remove_set(call, cluster, name).await?;
            }
        } else {
            let outcome = self.service.delete(call, &cluster.id).await?;
            if !outcome.is_over() {
                return Ok(());
            }
        }
        self.service.update_status(call, &cluster.id, ClusterStatus::Cleanup).await?;
        Ok(())
    }

    pub(super) async fn clean_up(&self, call: &CallContext, cluster: &Cluster) -> Result<(), StepError> {
        if let Some(agent) = &self.agent {
            agent.remove_account(cluster).await?;
        }
        match cluster.ownership {
            Ownership::Managed => self.service.soft_delete(call, &cluster.id).await?,
            Ownership::Registered => self.service.hard_delete(call, &cluster.id).await?,
        }
        self.memory().remove(&cluster.id);
        Ok(())
    }
}

/// Whether somebody said that workloads do not keep it.
fn is_forced(cluster: &Cluster) -> bool {
    cluster.conditions.get(Condition::DELETING).is_some_and(|deleting| deleting.reason == Condition::FORCED)
}

/// Whether the provider is at it already, so that there is no way back.
fn is_sent(cluster: &Cluster) -> bool {
    cluster.conditions.is_true(Condition::DELETING)
}
