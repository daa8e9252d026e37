//! What a look at a cluster does to its record.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::cluster::{Conditions, ProviderClusterId};
use crate::testing::records::cluster;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn spec(status: ClusterStatus) -> ClusterSpec {
    ClusterSpec::new(ProviderClusterId::new("one").unwrap(), status)
}

/// What a store would make of a patch, as far as these tests look at it.
fn patched(mut record: Cluster, patch: ClusterPatch) -> Cluster {
    record.status = patch.status.unwrap_or(record.status);
    record.status_details = patch.status_details.unwrap_or(record.status_details);
    record.external_id = patch.external_id.unwrap_or(record.external_id);
    record.conditions = patch.conditions.unwrap_or(record.conditions);
    record.provider_info = patch.provider_info.unwrap_or(record.provider_info);
    record.cloud_provider = patch.cloud_provider.unwrap_or(record.cloud_provider);
    record.region = patch.region.unwrap_or(record.region);
    record.multi_az = patch.multi_az.unwrap_or(record.multi_az);
    record.attempts = patch.attempts.unwrap_or(record.attempts);
    record.next_attempt_at = patch.next_attempt_at.unwrap_or(record.next_attempt_at);
    record.last_error = patch.last_error.unwrap_or(record.last_error);
    record
}

fn statuses() -> impl Strategy<Value = ClusterStatus> {
    proptest::sample::select(&ClusterStatus::ALL[..])
}

fn specs() -> impl Strategy<Value = ClusterSpec> {
    let external = proptest::option::of("[ab]?");
    let details = proptest::option::of("[xy]?");
    let kinds = proptest::collection::vec(proptest::sample::select(vec!["Available", "Drifted", "Upgrading"]), 0..3);
    (statuses(), external, details, kinds, any::<bool>(), "[rs]?", "[cd]?").prop_map(
        |(status, external, details, kinds, info, region, cloud)| {
            let mut spec = spec(status);
            spec.external_id = external;
            spec.status_details = details;
            spec.conditions = kinds.into_iter().map(Condition::yes).collect();
            spec.additional_info = if info { json!({ "a": 1 }) } else { serde_json::Value::Null };
            (spec.region, spec.cloud_provider) = (region, cloud);
            spec
        },
    )
}

proptest! {
    #[test]
    fn the_same_look_again_changes_nothing(held in statuses(), spec in specs(), blank: bool) {
        let mut record = cluster(held);
        if blank {
            (record.cloud_provider, record.region) = (String::new(), String::new());
        }
        let record = patched(record.clone(), seen(&record, &spec, at(1)).patch);
        let record = patched(record.clone(), seen(&record, &spec, at(2)).patch);
        let again = seen(&record, &spec, at(3)).patch;
        prop_assert!(again.is_empty(), "{again:?}");
    }

    #[test]
    fn a_look_only_takes_the_steps_of_building(held in statuses(), spec in specs()) {
        let patch = seen(&cluster(held), &spec, at(1)).patch;
        if let Some(to) = patch.status {
            prop_assert!(held.step(to).is_ok());
            prop_assert!(matches!(held, ClusterStatus::Accepted | ClusterStatus::Provisioning));
            prop_assert!(matches!(to, ClusterStatus::Provisioning | ClusterStatus::Provisioned | ClusterStatus::Failed));
        }
    }

    #[test]
    fn a_recorded_second_name_is_never_replaced(held in statuses(), spec in specs()) {
        let mut record = cluster(held);
        record.external_id = Some("ours".to_owned());
        prop_assert_eq!(seen(&record, &spec, at(1)).patch.external_id, None);
    }
}

#[test]
fn what_was_lost_and_is_there_again_is_as_before() {
    for held in [ClusterStatus::Provisioning, ClusterStatus::Ready] {
        let record = cluster(held);
        let lost = patched(record.clone(), missing(&record, Duration::from_secs(60), at(10)));
        assert!(lost.conditions.is_true(Condition::PROVIDER_LOST));
        let back = patched(lost.clone(), seen(&lost, &spec(ClusterStatus::Provisioned), at(11)).patch);
        assert_eq!(back.conditions, Conditions::default());
    }
}

#[test]
fn missing_is_lost_after_the_grace_since_it_was_first_missed() {
    let grace = Duration::from_secs(60);
    let mut record = cluster(ClusterStatus::Provisioning);
    for now in [10, 40, 69] {
        record = patched(record.clone(), missing(&record, grace, at(now)));
        assert_eq!(record.status, ClusterStatus::Provisioning);
    }
    // A clock that goes back starts nothing anew.
    assert_eq!(missing(&record, grace, at(5)).status, None);
    assert_eq!(missing(&record, grace, at(70)).status, Some(ClusterStatus::Failed));
    for held in [ClusterStatus::WaitingForAgent, ClusterStatus::Ready, ClusterStatus::Deprovisioning] {
        assert_eq!(missing(&cluster(held), Duration::ZERO, at(70)).status, None);
    }
}

#[test]
fn a_built_cluster_that_is_said_to_be_unbuilt_has_drifted() {
    let record = cluster(ClusterStatus::Ready);
    let drifted = patched(record.clone(), seen(&record, &spec(ClusterStatus::Provisioning), at(1)).patch);
    assert!(drifted.status == ClusterStatus::Ready && drifted.conditions.is_true(Condition::DRIFTED));
    let back = patched(drifted.clone(), seen(&drifted, &spec(ClusterStatus::Provisioned), at(2)).patch);
    assert!(!back.conditions.is_true(Condition::DRIFTED));
}
