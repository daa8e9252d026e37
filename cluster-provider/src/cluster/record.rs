//! The record of one cluster.
//!
//! Source: `pkg/api/cluster_types.go` of kas-fleet-manager; what was specific to its product is not here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    ClusterId, ClusterStatus, Conditions, CreateToken, DeletionPolicy, DesiredState, Ownership, ProviderClusterId,
    ProviderType,
};
use crate::secrets::SecretRef;

/// What is recorded of a cluster. Read it freely; it is changed through a [`ClusterPatch`](super::ClusterPatch).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cluster {
    /// Our own name of it.
    pub id: ClusterId,
    /// The name it has, or will have, at its provider; made from the id unless the caller chose one.
    pub name: String,
    /// Whose it is, where there are tenants.
    pub tenant_id: Option<String>,
    /// Ours, or a customer's.
    pub ownership: Ownership,
    /// Which provider it belongs to; never empty.
    pub provider_type: ProviderType,
    /// The provider's name of it, once it has answered.
    pub provider_cluster_id: Option<ProviderClusterId>,
    /// A second name that some providers hand out, often later (OCM: a UUID made by the installer; standalone: the UID of `kube-system`).
    pub external_id: Option<String>,
    /// In which cloud: `aws`, `gcp`, `azure`, or any word.
    pub cloud_provider: String,
    /// Where in that cloud.
    pub region: String,
    /// Whether it is spread over several zones.
    pub multi_az: bool,
    /// Where it is in its life.
    pub status: ClusterStatus,
    /// What the provider says about that.
    pub status_details: Option<String>,
    /// Since when it has had this status.
    pub status_since: Timestamp,
    /// Where it was before it was on its way out; only while it is.
    pub status_before: Option<ClusterStatus>,
    /// Whether it should be there.
    pub desired_state: DesiredState,
    /// What deleting it takes away.
    pub deletion_policy: DeletionPolicy,
    /// What else is true of it.
    pub conditions: Conditions,
    /// What the provider is told when it is created; each provider says what it understands.
    pub provider_spec: Value,
    /// What the provider said, and wants to hear again.
    pub provider_info: Value,
    /// The domain of the applications in it.
    pub cluster_dns: Option<String>,
    /// Where the credentials of what runs in it are kept.
    pub credentials_ref: Option<SecretRef>,
    /// Which classes of workloads it takes.
    pub workload_types: BTreeSet<String>,
    /// How much of each class.
    pub capacity: BTreeMap<String, Capacity>,
    /// Whether workloads may be placed in it.
    pub schedulable: bool,
    /// Whatever the application wants to find it by.
    pub labels: BTreeMap<String, String>,
    /// Which resource sets were applied to it.
    pub applied_sets: BTreeMap<String, AppliedSet>,
    /// What makes creating it repeatable.
    pub create_token: CreateToken,
    /// When the provider was last asked to create it, as long as it may have done so; absent: it was not asked, or has refused.
    pub create_asked_at: Option<Timestamp>,
    /// How often what it waits for has failed in a row.
    pub attempts: u32,
    /// Before this, nothing is tried.
    pub next_attempt_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When the provider, or the cluster, was last asked how it is.
    pub last_checked_at: Option<Timestamp>,
    /// The epoch of the leader that wrote it last; 0: nobody who was elected.
    pub epoch: i64,
    /// One more with each write; what compare-and-swap compares.
    pub resource_version: i64,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// When it was deleted; ordinary reads do not see it then.
    pub deleted_at: Option<Timestamp>,
}

/// How much a cluster takes of one class of workloads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Capacity {
    /// Nodes at most.
    pub max_nodes: i32,
    /// Units at most.
    pub max_units: i32,
    /// Units left.
    pub remaining_units: i32,
}

/// What is remembered of a resource set that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AppliedSet {
    /// SHA-256 of its canonical content, in hexadecimal.
    pub hash: String,
    /// When.
    pub applied_at: Timestamp,
    /// Its place in the order of applying; removal goes the other way.
    #[serde(default)]
    pub order: u32,
}

/// A cluster to be recorded. What is not said is filled in by the [service](crate::service).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct NewCluster {
    /// Our own name of it; generated when absent.
    pub id: Option<ClusterId>,
    /// Its name at the provider; made from the id when absent.
    pub name: Option<String>,
    /// Whose it is.
    pub tenant_id: Option<String>,
    /// Ours, or a customer's.
    pub ownership: Ownership,
    /// Which provider; the default one when empty.
    pub provider_type: ProviderType,
    /// The provider's name of it, when it exists already.
    pub provider_cluster_id: Option<ProviderClusterId>,
    /// The provider's second name of it.
    pub external_id: Option<String>,
    /// In which cloud.
    pub cloud_provider: String,
    /// Where in it.
    pub region: String,
    /// Whether it is spread over several zones.
    pub multi_az: bool,
    /// Where its life begins.
    pub status: ClusterStatus,
    /// What deleting it takes away.
    pub deletion_policy: DeletionPolicy,
    /// What the provider is told.
    pub provider_spec: Value,
    /// The domain of the applications in it.
    pub cluster_dns: Option<String>,
    /// Which classes of workloads it takes; all the service knows when empty.
    pub workload_types: BTreeSet<String>,
    /// How much of each.
    pub capacity: BTreeMap<String, Capacity>,
    /// Whether workloads may be placed in it.
    pub schedulable: bool,
    /// Whatever the application wants to find it by.
    pub labels: BTreeMap<String, String>,
    /// What makes creating repeatable; generated when absent. A caller that keeps one may repeat its own request.
    pub create_token: Option<CreateToken>,
}

// === impl Cluster ===

impl Cluster {
    /// The name by which callers know it: the second one of the provider when there is one, else the first.
    #[must_use]
    pub fn public_id(&self) -> Option<&str> {
        self.external_id.as_deref().or(self.provider_cluster_id.as_ref().map(ProviderClusterId::as_str))
    }
}

// === impl Capacity ===

impl Capacity {
    /// So many nodes, units and units left.
    #[must_use]
    pub const fn new(max_nodes: i32, max_units: i32, remaining_units: i32) -> Self {
        Self { max_nodes, max_units, remaining_units }
    }
}

// === impl AppliedSet ===

impl AppliedSet {
    /// Applied with this content, then, in this place.
    pub fn new(hash: impl Into<String>, applied_at: Timestamp, order: u32) -> Self {
        Self { hash: hash.into(), applied_at, order }
    }
}

// === impl NewCluster ===

impl Default for NewCluster {
    /// Accepted, ours, of the default provider, schedulable, nowhere.
    fn default() -> Self {
        Self {
            id: None,
            name: None,
            tenant_id: None,
            ownership: Ownership::default(),
            provider_type: ProviderType::new(""),
            provider_cluster_id: None,
            external_id: None,
            cloud_provider: String::new(),
            region: String::new(),
            multi_az: false,
            status: ClusterStatus::Accepted,
            deletion_policy: DeletionPolicy::default(),
            provider_spec: Value::Null,
            cluster_dns: None,
            workload_types: BTreeSet::new(),
            capacity: BTreeMap::new(),
            schedulable: true,
            labels: BTreeMap::new(),
            create_token: None,
        }
    }
}

impl NewCluster {
    /// A cluster of this provider, in this region of this cloud.
    pub fn new(
        provider_type: impl Into<ProviderType>,
        cloud_provider: impl Into<String>,
        region: impl Into<String>,
    ) -> Self {
        Self {
            provider_type: provider_type.into(),
            cloud_provider: cloud_provider.into(),
            region: region.into(),
            ..Self::default()
        }
    }

    /// With this name at the provider.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What the provider is told.
    #[must_use]
    pub fn with_provider_spec(mut self, spec: Value) -> Self {
        self.provider_spec = spec;
        self
    }

    /// It exists already, under this name of the provider.
    #[must_use]
    pub fn with_provider_cluster_id(mut self, id: ProviderClusterId) -> Self {
        self.provider_cluster_id = Some(id);
        self
    }

    /// What makes the request repeatable.
    #[must_use]
    pub fn with_create_token(mut self, token: CreateToken) -> Self {
        self.create_token = Some(token);
        self
    }

    /// Something to find it by.
    #[must_use]
    pub fn with_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(name.into(), value.into());
        self
    }
}
