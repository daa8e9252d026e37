//! A change of some columns of a record. What is not named stays as it is, and what is named may be written empty.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    AppliedSet, Capacity, Cluster, ClusterStatus, Conditions, DeletionPolicy, DesiredState, ProviderClusterId,
};
use crate::secrets::SecretRef;

/// Which columns change, and to what. Version, epoch and times of writing are the store's; the token of creation and the identity never change.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ClusterPatch {
    /// Where it is in its life. The store writes `status_since` when it changes.
    pub status: Option<ClusterStatus>,
    /// What the provider says about that.
    pub status_details: Option<Option<String>>,
    /// Where it was before it was on its way out.
    pub status_before: Option<Option<ClusterStatus>>,
    /// Its name at the provider.
    pub name: Option<String>,
    /// Whose it is.
    pub tenant_id: Option<Option<String>>,
    /// The provider's name of it.
    pub provider_cluster_id: Option<Option<ProviderClusterId>>,
    /// The provider's second name of it.
    pub external_id: Option<Option<String>>,
    /// In which cloud.
    pub cloud_provider: Option<String>,
    /// Where in it.
    pub region: Option<String>,
    /// Whether it is spread over several zones.
    pub multi_az: Option<bool>,
    /// Whether it should be there.
    pub desired_state: Option<DesiredState>,
    /// What deleting it takes away.
    pub deletion_policy: Option<DeletionPolicy>,
    /// All of its conditions.
    pub conditions: Option<Conditions>,
    /// What the provider is told.
    pub provider_spec: Option<Value>,
    /// What the provider wants to hear again.
    pub provider_info: Option<Value>,
    /// The domain of the applications in it.
    pub cluster_dns: Option<Option<String>>,
    /// Where credentials are kept.
    pub credentials_ref: Option<Option<SecretRef>>,
    /// Which classes of workloads it takes.
    pub workload_types: Option<BTreeSet<String>>,
    /// How much of each.
    pub capacity: Option<BTreeMap<String, Capacity>>,
    /// Whether workloads may be placed in it.
    pub schedulable: Option<bool>,
    /// What to find it by.
    pub labels: Option<BTreeMap<String, String>>,
    /// Which resource sets were applied to it.
    pub applied_sets: Option<BTreeMap<String, AppliedSet>>,
    /// When the provider was last asked to create it, as long as it may have done so.
    pub create_asked_at: Option<Option<Timestamp>>,
    /// How often what it waits for has failed in a row.
    pub attempts: Option<u32>,
    /// Before this, nothing is tried.
    pub next_attempt_at: Option<Option<Timestamp>>,
    /// Why the last attempt failed.
    pub last_error: Option<Option<String>>,
    /// When it was last asked how it is.
    pub last_checked_at: Option<Option<Timestamp>>,
}

/// Gives a macro the names of all columns but the status, with which its time changes.
macro_rules! patched_columns {
    ($with:ident) => {
        $with!(
            status_details,
            status_before,
            name,
            tenant_id,
            provider_cluster_id,
            external_id,
            cloud_provider,
            region,
            multi_az,
            desired_state,
            deletion_policy,
            conditions,
            provider_spec,
            provider_info,
            cluster_dns,
            credentials_ref,
            workload_types,
            capacity,
            schedulable,
            labels,
            applied_sets,
            create_asked_at,
            attempts,
            next_attempt_at,
            last_error,
            last_checked_at
        )
    };
}
pub(crate) use patched_columns;

impl ClusterPatch {
    /// Changes nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What of it is not so already.
    #[must_use]
    pub fn beyond(self, record: &Cluster) -> Self {
        macro_rules! beyond {
            ($($column:ident),*) => {
                Self {
                    status: self.status.filter(|value| *value != record.status),
                    $($column: self.$column.filter(|value| *value != record.$column)),*
                }
            };
        }
        patched_columns!(beyond)
    }

    /// Where it is in its life.
    #[must_use]
    pub fn with_status(mut self, status: ClusterStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Its conditions.
    #[must_use]
    pub fn with_conditions(mut self, conditions: Conditions) -> Self {
        self.conditions = Some(conditions);
        self
    }

    /// What to find it by.
    #[must_use]
    pub fn with_labels(mut self, labels: BTreeMap<String, String>) -> Self {
        self.labels = Some(labels);
        self
    }
}
