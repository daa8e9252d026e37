//! What a change makes of a record, as plain functions: what the databases do in one statement. Knows nothing of where records are kept.

use jiff::Timestamp;

use crate::cluster::patched_columns;
use crate::cluster::{
    Cluster, ClusterId, ClusterPatch, Conditions, CreateToken, DesiredState, DeterministicName, NamePrefix, NewCluster,
};

/// The moment as records hold it: whole microseconds, from the year 1 to the year 9999, so that its text sorts as it does.
pub(crate) fn moment(then: Timestamp) -> Timestamp {
    /// 0001-01-01T00:00:00Z.
    const FIRST: i64 = -62_135_596_800_000_000;
    let whole = Timestamp::from_microsecond(then.as_microsecond().max(FIRST));
    // What jiff calls its last moment is within the year 9999.
    whole.unwrap_or(then)
}

/// The record that is begun with this. What the caller left open is made here.
pub(crate) fn begin(new: NewCluster, epoch: i64, now: Timestamp) -> Cluster {
    let id = new.id.unwrap_or_else(ClusterId::generate);
    let name = new.name.unwrap_or_else(|| DeterministicName::of(&NamePrefix::default(), &id).into());
    Cluster {
        name,
        tenant_id: new.tenant_id,
        ownership: new.ownership,
        provider_type: new.provider_type,
        provider_cluster_id: new.provider_cluster_id,
        external_id: new.external_id,
        cloud_provider: new.cloud_provider,
        region: new.region,
        multi_az: new.multi_az,
        status: new.status,
        status_details: None,
        status_since: now,
        status_before: None,
        desired_state: DesiredState::Present,
        deletion_policy: new.deletion_policy,
        conditions: Conditions::default(),
        provider_spec: new.provider_spec,
        provider_info: serde_json::Value::Null,
        cluster_dns: new.cluster_dns,
        credentials_ref: None,
        workload_types: new.workload_types,
        capacity: new.capacity,
        schedulable: new.schedulable,
        labels: new.labels,
        applied_sets: std::collections::BTreeMap::new(),
        create_token: new.create_token.unwrap_or_else(CreateToken::generate),
        create_asked_at: None,
        attempts: 0,
        next_attempt_at: None,
        last_error: None,
        last_checked_at: None,
        epoch,
        resource_version: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        id,
    }
}

/// Writes what a patch names.
pub(crate) fn apply(cluster: &mut Cluster, mut patch: ClusterPatch, now: Timestamp) {
    if let Some(status) = patch.status
        && status != cluster.status
    {
        cluster.status = status;
        cluster.status_since = now;
    }
    for time in [&mut patch.create_asked_at, &mut patch.next_attempt_at, &mut patch.last_checked_at] {
        *time = time.map(|time| time.map(moment));
    }
    macro_rules! write {
        ($($column:ident),*) => { $(if let Some(value) = patch.$column { cluster.$column = value; })* };
    }
    patched_columns!(write);
}

/// Marks a record as written once more, for this leader when there is one.
pub(crate) fn written(cluster: &mut Cluster, epoch: Option<i64>, now: Timestamp) {
    cluster.resource_version += 1;
    cluster.updated_at = now;
    if let Some(epoch) = epoch {
        cluster.epoch = epoch;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_whole_microseconds_and_a_year_of_four_digits() {
        assert_eq!(moment(Timestamp::MIN).to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(moment(Timestamp::MAX).as_microsecond(), Timestamp::MAX.as_microsecond());
        let fine = Timestamp::from_nanosecond(1_700_000_000_123_456_789).unwrap();
        assert_eq!(moment(fine).as_nanosecond(), 1_700_000_000_123_456_000);
    }
}
