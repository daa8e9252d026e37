//! Identity providers, add-ons and machine pools.

use http::StatusCode;

use super::*;
use crate::provider::{
    Addon, AddonState, Autoscaling, IdentityProvider, MachinePoolRequest, NodeTaint, OpenIdProvider, TaintEffect,
};
use crate::testing::ocm_simulator::Collection;

const LOGINS: &str = "/api/clusters_mgmt/v1/clusters/*/identity_providers";
const EVERY_LOGIN: &str = "/api/clusters_mgmt/v1/clusters/*/identity_providers/*";
const ADDONS: &str = "/api/clusters_mgmt/v1/clusters/*/addons";
const EVERY_ADDON: &str = "/api/clusters_mgmt/v1/clusters/*/addons/*";
const POOLS: &str = "/api/clusters_mgmt/v1/clusters/*/machine_pools";
const EVERY_POOL: &str = "/api/clusters_mgmt/v1/clusters/*/machine_pools/*";

fn open_id(secret: &str) -> IdentityProvider {
    IdentityProvider::OpenId(OpenIdProvider::new("sso", "client", secret.to_owned(), "https://sso.example"))
}

/// W-22
#[tokio::test]
async fn an_identity_provider_is_made_once_and_written_again_when_it_changes() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let logins = rig.provider.identity_providers().unwrap();
    let made = logins.ensure(&call(), &known, &open_id("s1")).await.unwrap();
    assert!(!made.id.is_empty());
    assert_eq!((made.name.as_str(), made.kind.as_str()), ("sso", "OpenIDIdentityProvider"));
    let same = logins.ensure(&call(), &known, &open_id("s1")).await.unwrap();
    assert_eq!(same.id, made.id);
    assert_eq!((rig.ocm.count(&Method::POST, LOGINS), rig.ocm.count(&Method::PATCH, EVERY_LOGIN)), (1, 0));
    logins.ensure(&call(), &known, &open_id("s2")).await.unwrap();
    assert_eq!((rig.ocm.count(&Method::POST, LOGINS), rig.ocm.count(&Method::PATCH, EVERY_LOGIN)), (1, 1));
    let held = rig.ocm.held(known.internal_id.as_str(), Collection::IdentityProviders, "sso").unwrap();
    assert_eq!(held["open_id"]["client_secret"], "s2", "the rotated secret arrives");
    assert_eq!(logins.list(&call(), &known).await.unwrap(), [made]);
    rig.end().await;
}

/// W-22
#[tokio::test]
async fn a_process_that_has_sent_no_secret_sends_it_once() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    rig.provider.identity_providers().unwrap().ensure(&call(), &known, &open_id("s1")).await.unwrap();
    let other = builder_of(quick(&rig.ocm), &rig.ocm).build().unwrap();
    for _ in 0..3 {
        other.identity_providers().unwrap().ensure(&call(), &known, &open_id("s1")).await.unwrap();
    }
    assert_eq!(rig.ocm.count(&Method::PATCH, EVERY_LOGIN), 1);
    rig.end().await;
}

/// W-21
#[tokio::test]
async fn an_identity_provider_that_is_there_after_all_is_found_by_name_whatever_the_refusal_says() {
    for fault in [
        Fault::refuse(StatusCode::BAD_REQUEST, "xyz"),
        Fault::refuse(StatusCode::CONFLICT, "xyz"),
        Fault::new(Effect::LoseAnswer),
    ] {
        let rig = Rig::new().await;
        let known = rig.ready().await;
        let logins = rig.provider.identity_providers().unwrap();
        let refused = fault.clone().on_method(Method::POST).on_path(LOGINS).once();
        rig.ocm.fault(refused);
        let first = logins.ensure(&call(), &known, &open_id("s1")).await;
        let is_there = rig.ocm.held(known.internal_id.as_str(), Collection::IdentityProviders, "sso").is_some();
        assert_eq!(first.is_ok(), is_there, "not listed: the first error stands");
        rig.end().await;
    }
}

#[tokio::test]
async fn one_of_another_sort_is_not_overwritten_and_can_be_removed() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let logins = rig.provider.identity_providers().unwrap();
    let github = json!({"type": "GithubIdentityProvider", "name": "sso", "mapping_method": "claim",
        "github": {"client_id": "x", "client_secret": "y"}});
    logins.ensure(&call(), &known, &IdentityProvider::Raw(github)).await.unwrap();
    assert_eq!(kind(logins.ensure(&call(), &known, &open_id("s1")).await), ProviderErrorKind::Conflict);
    assert!(logins.remove(&call(), &known, "sso").await.unwrap());
    assert!(!logins.remove(&call(), &known, "sso").await.unwrap());
    rig.end().await;
}

/// W-37
#[tokio::test]
async fn an_addon_is_installed_once_and_its_parameters_follow() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let addons = rig.provider.addons().unwrap();
    let id = known.internal_id.as_str();
    let with = |value: &str| Addon::new("addon-simulated").with_parameter("a", value).with_parameter("b", "1");
    let ensure = async |addon: &Addon| addons.ensure(&call(), &known, addon).await.unwrap();
    assert_eq!(ensure(&with("1")).await, AddonState::Installing);
    assert_eq!(ensure(&with("1")).await, AddonState::Installing);
    assert_eq!(rig.ocm.count(&Method::POST, ADDONS), 1);
    for _ in 0..4 {
        rig.ocm.advance_cluster(id);
    }
    assert_eq!(ensure(&with("1")).await, AddonState::Ready);
    assert_eq!(rig.ocm.count(&Method::PATCH, EVERY_ADDON), 0);
    ensure(&with("2")).await;
    assert_eq!(rig.ocm.count(&Method::PATCH, EVERY_ADDON), 1);
    // One less is a difference, too.
    for _ in 0..4 {
        rig.ocm.advance_cluster(id);
    }
    ensure(&Addon::new("addon-simulated").with_parameter("a", "2")).await;
    assert_eq!(rig.ocm.addon_parameters(id, "addon-simulated").unwrap().len(), 1);
    for _ in 0..4 {
        rig.ocm.advance_cluster(id);
    }
    rig.ocm.fail_addon(id, "addon-simulated", "no quota");
    assert!(matches!(ensure(&with("1")).await, AddonState::Failed { reason } if reason == "no quota"));
    assert_eq!(addons.remove(&call(), &known, "addon-simulated").await.unwrap(), AddonState::Deleting);
    rig.end().await;
}

#[tokio::test]
async fn an_addon_without_parameters_does_not_mention_them_and_one_that_is_absent_is_removed() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let addons = rig.provider.addons().unwrap();
    assert_eq!(addons.remove(&call(), &known, "addon-simulated").await.unwrap(), AddonState::Absent);
    rig.ocm.fault(Fault::new(Effect::LoseAnswer).on_method(Method::POST).on_path(ADDONS).once());
    let state = addons.ensure(&call(), &known, &Addon::new("addon-simulated")).await.unwrap();
    assert_eq!(state, AddonState::Installing);
    let requests = rig.ocm.requests();
    let post = requests.iter().find(|one| one.is(&Method::POST, ADDONS)).unwrap();
    assert!(post.body.get("parameters").is_none());
    assert_eq!(rig.ocm.count(&Method::POST, ADDONS), 1);
    rig.ocm.fault(Fault::refuse(StatusCode::FORBIDDEN, "no").on_path(ADDONS));
    assert_eq!(kind(addons.ensure(&call(), &known, &Addon::new("other")).await), ProviderErrorKind::Forbidden);
    rig.end().await;
}

/// W-39, W-40
#[tokio::test]
async fn a_machine_pool_is_answered_as_it_was_made() {
    let rig = Rig::new().await;
    let mut spread = request("aws");
    spread.multi_az = true;
    let known = rig.ready_as(&spread).await;
    let pools = rig.provider.machine_pools().unwrap();
    assert_eq!(pools.get(&call(), &known, "standard").await.unwrap(), None);
    let mut wanted = MachinePoolRequest::autoscaled("standard", "m5.xlarge", Autoscaling::new(2, 4));
    wanted.multi_az = true;
    wanted.node_labels.insert("k".to_owned(), "v".to_owned());
    wanted.node_taints = vec![NodeTaint::new(TaintEffect::NoExecute, "k", "v")];
    let made = pools.ensure(&call(), &known, &wanted).await.unwrap();
    assert_eq!(made.effective.autoscaling, Some(Autoscaling::new(3, 6)));
    let held = pools.get(&call(), &known, "standard").await.unwrap().unwrap();
    assert_eq!(held.effective.autoscaling, made.effective.autoscaling);
    assert_eq!(
        (held.effective.node_labels, held.effective.node_taints),
        (made.effective.node_labels, made.effective.node_taints)
    );
    pools.ensure(&call(), &known, &wanted).await.unwrap();
    assert_eq!((rig.ocm.count(&Method::POST, POOLS), rig.ocm.count(&Method::PATCH, EVERY_POOL)), (1, 0));
    wanted.autoscaling = None;
    wanted.replicas = Some(5);
    assert_eq!(pools.ensure(&call(), &known, &wanted).await.unwrap().effective.replicas, Some(6));
    assert_eq!(rig.ocm.count(&Method::PATCH, EVERY_POOL), 1);
    wanted.instance_size = "c5.large".to_owned();
    assert_eq!(kind(pools.ensure(&call(), &known, &wanted).await), ProviderErrorKind::Conflict);
    assert!(pools.remove(&call(), &known, "standard").await.unwrap());
    assert!(!pools.remove(&call(), &known, "standard").await.unwrap());
    rig.end().await;
}

#[tokio::test]
async fn a_pool_that_cannot_be_is_refused_and_one_that_is_there_after_all_is_found() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let pools = rig.provider.machine_pools().unwrap();
    let turned = MachinePoolRequest::autoscaled("p", "m5", Autoscaling::new(3, 2));
    assert_eq!(kind(pools.ensure(&call(), &known, &turned).await), ProviderErrorKind::Invalid);
    assert_eq!(rig.ocm.count(&Method::POST, POOLS), 0);
    rig.ocm.fault(Fault::new(Effect::LoseAnswer).on_method(Method::POST).on_path(POOLS).once());
    let mut wanted = MachinePoolRequest::fixed("p", "m5", 2);
    wanted.multi_az = true;
    let made = pools.ensure(&call(), &known, &wanted).await.unwrap();
    assert_eq!((made.effective.multi_az, made.effective.replicas), (false, Some(2)), "the cluster is in one zone");
    rig.ocm.fault(Fault::forbidden().on_method(Method::POST).on_path(POOLS));
    let refused = pools.ensure(&call(), &known, &MachinePoolRequest::fixed("q", "m5", 2)).await.unwrap_err();
    assert_eq!((refused.kind(), refused.status()), (ProviderErrorKind::Forbidden, Some(StatusCode::FORBIDDEN)));
    rig.end().await;
}

#[tokio::test]
async fn a_cluster_whose_control_plane_is_elsewhere_has_node_pools() {
    let rig = Rig::new().await;
    let known = rig.ready_with(json!({"hypershift": {"enabled": true}})).await;
    let pools = rig.provider.machine_pools().unwrap();
    let wanted = MachinePoolRequest::autoscaled("workers", "m5.xlarge", Autoscaling::new(1, 2));
    let made = pools.ensure(&call(), &known, &wanted).await.unwrap();
    assert_eq!(made.effective, wanted);
    assert_eq!(pools.get(&call(), &known, "workers").await.unwrap().unwrap().effective, wanted);
    assert_eq!(rig.ocm.count(&Method::POST, POOLS), 0);
    rig.end().await;
}

#[tokio::test]
async fn what_is_forbidden_a_short_time_after_a_create_is_asked_again_later() {
    let builder = OcmSimulator::builder().forbidden_after_create(Duration::from_secs(3600));
    let rig = Rig::with(builder, |options| options.settling = GoDuration::from_hours(1)).await;
    let known = rig.ready().await;
    let error = rig.provider.machine_pools().unwrap().get(&call(), &known, "p").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ProviderErrorKind::Unavailable, Some(StatusCode::FORBIDDEN)));
    assert!(error.is_retryable(), "{error}");
    // For somebody who did not make it, it is forbidden.
    let other = builder_of(quick(&rig.ocm), &rig.ocm).build().unwrap();
    assert_eq!(kind(other.machine_pools().unwrap().get(&call(), &known, "p").await), ProviderErrorKind::Forbidden);
    rig.end().await;
}
