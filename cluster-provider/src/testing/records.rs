//! Records to test with.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::cluster::{
    Cluster, ClusterId, ClusterStatus, Conditions, CreateToken, DeletionPolicy, DesiredState, Ownership, ProviderType,
};

/// A record in this status, of no particular provider, written at the beginning of 1970.
#[must_use]
pub fn cluster(status: ClusterStatus) -> Cluster {
    Cluster {
        id: ClusterId::generate(),
        name: "test".to_owned(),
        tenant_id: None,
        ownership: Ownership::Managed,
        provider_type: ProviderType::new("test"),
        provider_cluster_id: None,
        external_id: None,
        cloud_provider: "aws".to_owned(),
        region: "us-east-1".to_owned(),
        multi_az: false,
        status,
        status_details: None,
        status_since: Timestamp::UNIX_EPOCH,
        status_before: None,
        desired_state: DesiredState::Present,
        deletion_policy: DeletionPolicy::Delete,
        conditions: Conditions::default(),
        provider_spec: Value::Null,
        provider_info: Value::Null,
        cluster_dns: None,
        credentials_ref: None,
        workload_types: BTreeSet::new(),
        capacity: BTreeMap::new(),
        schedulable: true,
        labels: BTreeMap::new(),
        applied_sets: BTreeMap::new(),
        create_token: CreateToken::generate(),
        create_asked_at: None,
        attempts: 0,
        next_attempt_at: None,
        last_error: None,
        last_checked_at: None,
        epoch: 0,
        resource_version: 1,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        deleted_at: None,
    }
}
