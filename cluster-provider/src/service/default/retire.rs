//! Wanting a cluster gone, wanting it back, and trying again with one that failed. No provider is asked.

use super::DefaultClusterService;
use super::records::completed;
use crate::cluster::{Cluster, ClusterId, ClusterPatch, ClusterStatus, Condition, DesiredState};
use crate::provider::CallContext;
use crate::service::merge::moved;
use crate::service::{Deregistration, ServiceError};

impl DefaultClusterService {
    pub(super) async fn retire(
        &self,
        call: &CallContext,
        id: &ClusterId,
        request: Deregistration,
    ) -> Result<Cluster, ServiceError> {
        let record = self.read(call, id).await?;
        owned(&record, &request)?;
        if !record.status.is_leaving() && !request.guard.ignore_workloads {
            let counts = self.counted_workloads(call, std::slice::from_ref(id)).await?;
            if let Some(count) = counts.get(id).filter(|count| **count > 0) {
                let why = format!("{count} workloads run in it");
                return Err(ServiceError::Guarded { id: id.clone(), why });
            }
        }
        let now = self.about_now(call, id.as_str()).await?;
        let written = self
            .change(call, id, |record| {
                owned(record, &request)?;
                let mut patch = ClusterPatch::new();
                if !record.status.is_leaving() {
                    patch = completed(record, patch.with_status(ClusterStatus::Deprovisioning))?;
                }
                let forced = request.guard.ignore_workloads && !record.conditions.is_true(Condition::DELETING);
                if forced && record.status != ClusterStatus::Cleanup {
                    let mut conditions = record.conditions.clone();
                    let why = "workloads in it do not keep it";
                    conditions.set(Condition::no(Condition::DELETING).because(Condition::FORCED, why), now);
                    patch.conditions = Some(conditions);
                }
                if record.status != ClusterStatus::Cleanup {
                    patch.deletion_policy = request.policy;
                }
                Ok(patch)
            })
            .await?;
        Ok(written.after)
    }

    pub(super) async fn bring_back(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError> {
        // A deletion that is being asked for right now is waited for: it may have begun by then.
        let _turn = self.turn(call, id).await?;
        let written = self
            .change(call, id, |record| {
                if record.status != ClusterStatus::Deprovisioning {
                    let why = format!("it is {}, and not on its way out", record.status);
                    return Err(ServiceError::Conflict { id: record.id.to_string(), why });
                }
                if record.conditions.is_true(Condition::DELETING) {
                    let why = "its deletion has begun at its provider".to_owned();
                    return Err(ServiceError::Conflict { id: record.id.to_string(), why });
                }
                let mut patch = moved(ClusterPatch::new(), before(record));
                let mut conditions = record.conditions.clone();
                conditions.remove(Condition::DELETING);
                patch.conditions = Some(conditions);
                patch.status_before = Some(None);
                patch.desired_state = Some(DesiredState::Present);
                Ok(patch)
            })
            .await?;
        Ok(written.after)
    }

    pub(super) async fn try_again(&self, call: &CallContext, id: &ClusterId) -> Result<Cluster, ServiceError> {
        let written = self
            .change(call, id, |record| {
                if record.status != ClusterStatus::Failed {
                    let why = format!("it is {}, and has not failed", record.status);
                    return Err(ServiceError::Conflict { id: record.id.to_string(), why });
                }
                let to = beginning(record);
                let mut conditions = record.conditions.clone();
                conditions.remove(Condition::PROVIDER_LOST);
                conditions.remove(Condition::AVAILABLE);
                let mut patch = moved(ClusterPatch::new(), to).with_conditions(conditions);
                patch.status_details = Some(None);
                Ok(patch)
            })
            .await?;
        Ok(written.after)
    }
}

fn owned(record: &Cluster, request: &Deregistration) -> Result<(), ServiceError> {
    match &request.guard.tenant_id {
        Some(tenant) if record.tenant_id.as_ref() != Some(tenant) => {
            let why = "it belongs to another tenant".to_owned();
            Err(ServiceError::Guarded { id: record.id.clone(), why })
        }
        _ => Ok(()),
    }
}

/// Where a cluster was before it was to go. What it could not go on as is not where it comes back to.
fn before(record: &Cluster) -> ClusterStatus {
    match record.status_before.filter(|before| !before.is_leaving()) {
        // The provider answered meanwhile.
        Some(ClusterStatus::Accepted) | None => beginning(record),
        Some(before) => before,
    }
}

/// Where a life begins for a cluster that its provider has, or has not.
fn beginning(record: &Cluster) -> ClusterStatus {
    if record.provider_cluster_id.is_some() { ClusterStatus::Provisioning } else { ClusterStatus::Accepted }
}
