use proptest::prelude::*;

use super::*;
use crate::cluster::{ConditionStatus, Conditions};

fn cluster(state: &str) -> Cluster {
    serde_json::from_value(json!({
        "id": "c1", "external_id": "e1", "state": "ready", "status": {"state": state, "description": "words"},
        "cloud_provider": {"id": "aws"}, "region": {"id": "us-east-1"}, "multi_az": true,
    }))
    .unwrap()
}

fn known(status: ClusterStatus) -> ClusterSpec {
    ClusterSpec::new(ProviderClusterId::new("c1").unwrap(), status)
}

fn looked(state: &str, before: ClusterStatus) -> (ClusterStatus, Conditions) {
    let spec = spec_of(&cluster(state), Some(&known(before))).unwrap();
    (spec.status, Conditions::from(spec.conditions))
}

#[test]
fn each_state_of_an_installation_has_its_status() {
    use ClusterStatus as S;
    for (state, status) in [
        ("waiting", S::Provisioning),
        ("validating", S::Provisioning),
        ("pending", S::Provisioning),
        ("installing", S::Provisioning),
        ("ready", S::Provisioned),
        ("updating", S::Provisioning),
        ("error", S::Failed),
        ("uninstalling", S::Failed),
        ("hibernating", S::Provisioning),
        ("powering_down", S::Provisioning),
        ("resuming", S::Provisioning),
        ("unknown", S::Provisioning),
        ("levitating", S::Provisioning),
    ] {
        assert_eq!(looked(state, S::Provisioning).0, status, "{state}");
    }
}

#[test]
fn a_cluster_that_is_set_up_does_not_go_back_and_says_what_is_wrong() {
    use ClusterStatus as S;
    for state in ["waiting", "installing", "ready", "updating", "error", "hibernating", "levitating"] {
        for before in [S::Provisioned, S::WaitingForAgent, S::Ready] {
            assert_eq!(looked(state, before).0, before, "{state}");
        }
    }
    let status = |state, kind| looked(state, S::Ready).1.get(kind).map(|condition| condition.status);
    assert_eq!(status("ready", Condition::AVAILABLE), Some(ConditionStatus::True));
    assert_eq!(status("error", Condition::AVAILABLE), Some(ConditionStatus::False));
    assert_eq!(status("installing", Condition::DRIFTED), Some(ConditionStatus::True));
    assert_eq!(status("updating", Condition::UPGRADING), Some(ConditionStatus::True));
    assert_eq!(status("updating", Condition::AVAILABLE), Some(ConditionStatus::True));
    assert_eq!(status("levitating", Condition::STATUS_UNKNOWN), Some(ConditionStatus::True));
    assert_eq!(status("waiting", Condition::USER_ACTION_REQUIRED), Some(ConditionStatus::True));
    let asleep = looked("hibernating", S::Ready).1;
    assert_eq!(asleep.get(Condition::AVAILABLE).unwrap().reason, "Hibernation");
}

#[test]
fn uninstalling_is_a_failure_unless_it_was_asked_for() {
    use ClusterStatus as S;
    assert_eq!(looked("uninstalling", S::Ready).0, S::Failed);
    assert_eq!(looked("uninstalling", S::Deprovisioning).0, S::Deprovisioning);
    let spec = spec_of(&cluster("uninstalling"), Some(&known(S::Ready))).unwrap();
    assert!(spec.status_details.unwrap().starts_with(UNINSTALLING_EXTERNALLY));
}

#[test]
fn a_failure_says_its_code_and_message() {
    let mut failed = cluster("error");
    failed.status.provision_error_code = Some("OCM3055".to_owned());
    failed.status.provision_error_message = Some("no such subnet".to_owned());
    let spec = spec_of(&failed, None).unwrap();
    assert_eq!(spec.status_details.as_deref(), Some("OCM3055: no such subnet"));
    let available = &spec.conditions[0];
    assert_eq!((available.reason.as_str(), available.message.as_str()), ("OCM3055", "no such subnet"));
}

#[test]
fn an_unhealthy_cluster_is_not_available() {
    let mut ill = cluster("ready");
    ill.health_state = Some("unhealthy".to_owned());
    assert_eq!(spec_of(&ill, None).unwrap().conditions[0].status, ConditionStatus::False);
}

/// W-20
#[test]
fn what_the_provider_wanted_to_hear_again_is_not_lost() {
    let before = known(ClusterStatus::Ready)
        .with_external_id("old")
        .with_additional_info(json!({"ours": 1, "hypershift": false, "console_url": "https://console"}));
    let mut now = cluster("ready");
    (now.external_id, now.hypershift.enabled) = (None, true);
    let spec = spec_of(&now, Some(&before)).unwrap();
    assert_eq!(spec.external_id.as_deref(), Some("old"));
    assert_eq!(spec.additional_info["ours"], 1);
    assert_eq!(spec.additional_info["console_url"], "https://console");
    assert_eq!(is_hosted(&spec), Some(true));
}

/// W-14
#[test]
fn an_answer_without_an_id_is_no_cluster() {
    assert!(spec_of(&Cluster::default(), None).is_err());
}

proptest! {
    #[test]
    fn conditions_are_the_same_set_whatever_the_state(state in "[a-z_]{0,12}", before in 0_usize..8) {
        let (_, conditions) = looked(&state, ClusterStatus::ALL[before]);
        prop_assert_eq!(conditions.iter().count(), 5);
    }

    #[test]
    fn only_ready_makes_a_cluster_provisioned(state in "[a-z_]{0,12}") {
        let (status, _) = looked(&state, ClusterStatus::Provisioning);
        prop_assert_eq!(status == ClusterStatus::Provisioned, state == "ready");
    }
}
