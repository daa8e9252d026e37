//! Takes a cluster away, then what it leaves elsewhere, then its record.

use super::{Crew, StepError};
use crate::cluster::{Cluster, ClusterStatus, Ownership};
use crate::provider::CallContext;
use crate::service::ServiceError;

impl Crew {
    /// Ours is deleted by its provider; a customer's only loses what we put into it. One in which workloads appeared comes back.
    pub(super) async fn delete(&self, call: &CallContext, cluster: &Cluster) -> Result<(), StepError> {
        let outcome = match self.service.delete(call, &cluster.id).await {
            // Workloads came since it was to go, and the provider was not asked yet.
            Err(ServiceError::Guarded { .. }) => {
                self.service.restore(call, &cluster.id).await?;
                return Ok(());
            }
            outcome => outcome?,
        };
        if !outcome.is_over() {
            return Ok(());
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
