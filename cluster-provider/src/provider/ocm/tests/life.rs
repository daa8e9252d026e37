//! From a create to a cluster that is gone.

use super::*;
use crate::cluster::{Condition, Conditions, DeletionPolicy};

#[tokio::test]
async fn a_cluster_is_made_as_it_was_asked_for_and_told_of() {
    let rig = Rig::new().await;
    let made = rig.provider.create(&call(), &request("aws")).await.unwrap();
    assert_eq!(made.status, ClusterStatus::Provisioning);
    assert_eq!((made.cloud_provider.as_str(), made.region.as_str()), ("aws", "us-east-1"));
    let held = rig.ocm.clusters_with(TOKEN_KEY, "token-1");
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].id.as_str(), held[0].name.as_str()), (made.internal_id.as_str(), "mk-abcdefghijkl"));
    let requests = rig.ocm.requests();
    let post = requests.iter().find(|one| one.is(&Method::POST, CLUSTERS)).unwrap();
    assert!(post.user_agent.starts_with("mooring-cluster-provider/"), "{}", post.user_agent);
    rig.end().await;
}

#[tokio::test]
async fn a_cluster_goes_from_installing_to_ready() {
    let rig = Rig::new().await;
    let made = rig.provider.create(&call(), &request("aws")).await.unwrap();
    let id = made.internal_id.clone();
    rig.ocm.set_state(id.as_str(), "installing");
    let building = rig.provider.check_status(&call(), &made).await.unwrap().unwrap();
    assert_eq!(building.status, ClusterStatus::Provisioning);
    rig.ocm.set_state(id.as_str(), "ready");
    let ready = rig.provider.get(&call(), &id).await.unwrap().unwrap();
    assert_eq!(ready.status, ClusterStatus::Provisioned);
    assert!(ready.external_id.is_some());
    assert!(Conditions::from(ready.conditions).is_true(Condition::AVAILABLE));
    rig.end().await;
}

#[tokio::test]
async fn a_failed_installation_says_why() {
    let rig = Rig::new().await;
    let made = rig.provider.create(&call(), &request("aws")).await.unwrap();
    rig.ocm.fail(made.internal_id.as_str(), "OCM3055", "no such subnet");
    let failed = rig.provider.check_status(&call(), &made).await.unwrap().unwrap();
    assert_eq!(failed.status, ClusterStatus::Failed);
    assert_eq!(failed.status_details.as_deref(), Some("OCM3055: no such subnet"));
    rig.end().await;
}

/// W-8
#[tokio::test]
async fn a_cluster_that_vanished_is_nothing_and_no_error() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    rig.ocm.vanish(known.internal_id.as_str());
    assert_eq!(rig.provider.check_status(&call(), &known).await.unwrap(), None);
    assert_eq!(rig.provider.get(&call(), &known.internal_id).await.unwrap(), None);
    let gone = rig.provider.delete(&call(), &known, &DeleteOptions::default()).await.unwrap();
    assert_eq!(gone, DeleteOutcome::AlreadyGone, "nobody here asked for that");
    rig.end().await;
}

/// W-14
#[tokio::test]
async fn a_name_that_is_no_id_is_refused_before_anybody_is_asked() {
    let rig = Rig::new().await;
    for wrong in ["a/b", "..", "a?b", "a b"] {
        let id = ProviderClusterId::new(wrong).unwrap();
        assert_eq!(kind(rig.provider.get(&call(), &id).await), ProviderErrorKind::Invalid, "{wrong}");
    }
    assert!(rig.ocm.requests().is_empty());
    rig.end().await;
}

#[tokio::test]
async fn a_delete_is_sent_once_and_looked_at_until_it_is_over() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let delete = async || rig.provider.delete(&call(), &known, &DeleteOptions::default()).await;
    for _ in 0..3 {
        assert!(matches!(delete().await.unwrap(), DeleteOutcome::InProgress { .. }));
    }
    assert_eq!(rig.ocm.clusters()[0].deletes, 1);
    rig.ocm.vanish(known.internal_id.as_str());
    assert_eq!(delete().await.unwrap(), DeleteOutcome::Gone);
    rig.end().await;
}

#[tokio::test]
async fn a_protected_cluster_is_not_deleted() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    rig.ocm.protect(known.internal_id.as_str(), true);
    let error = rig.provider.delete(&call(), &known, &DeleteOptions::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ProviderErrorKind::Forbidden, Some("DeleteProtection")));
    assert!(!error.is_retryable());
    assert_eq!(rig.ocm.clusters()[0].deletes, 0);
    rig.end().await;
}

#[tokio::test]
async fn a_dry_run_deletes_nothing_and_an_orphan_stays() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let delete = async |options: DeleteOptions| rig.provider.delete(&call(), &known, &options).await;
    assert_eq!(delete(DeleteOptions::default().dry_run()).await.unwrap(), DeleteOutcome::WouldDelete);
    assert_eq!(delete(DeleteOptions::new(DeletionPolicy::Orphan)).await.unwrap(), DeleteOutcome::Orphaned);
    let only = delete(DeleteOptions::new(DeletionPolicy::RemoveResourcesOnly)).await;
    assert_eq!(kind(only), ProviderErrorKind::Unsupported);
    assert_eq!((rig.ocm.clusters().len(), rig.ocm.clusters()[0].deletes), (1, 0));
    rig.end().await;
}

#[tokio::test]
async fn whichever_way_a_second_delete_is_refused_the_cluster_is_on_its_way() {
    for status in [400, 403, 404, 409] {
        let status = http::StatusCode::from_u16(status).unwrap();
        let rig = Rig::new().await;
        let known = rig.ready().await;
        let id = known.internal_id.as_str();
        // It was not uninstalling when it was looked at.
        rig.ocm.fault(Fault::refuse(status, "no").on_method(Method::DELETE).on_path(EVERY_CLUSTER).once());
        let outcome = rig.provider.delete(&call(), &known, &DeleteOptions::default()).await;
        match status.as_u16() {
            404 => assert_eq!(outcome.unwrap(), DeleteOutcome::Gone),
            _ => assert!(outcome.is_err(), "it is still there and not on its way"),
        }
        rig.ocm.set_state(id, "uninstalling");
        let outcome = rig.provider.delete(&call(), &known, &DeleteOptions::default()).await.unwrap();
        assert!(matches!(outcome, DeleteOutcome::InProgress { .. }));
        rig.end().await;
    }
}

#[tokio::test]
async fn the_domain_is_that_of_the_default_ingress() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let id = known.internal_id.as_str();
    let dns = async || rig.provider.dns(&call(), &known).await.unwrap();
    let ingress = |is_default: bool, name: &str| json!({"id": name, "default": is_default, "dns_name": name});
    rig.ocm.set_ingresses(id, vec![ingress(false, "one.example"), ingress(true, "two.example")]);
    assert_eq!(dns().await.as_deref(), Some("two.example"));
    rig.ocm.set_ingresses(id, vec![ingress(false, "one.example")]);
    assert_eq!(dns().await, None);
    rig.ocm.set_ingresses(id, vec![ingress(true, "")]);
    assert_eq!(dns().await, None, "an empty domain is none");
    rig.end().await;
}

const KUBECONFIG: &str = "
clusters: [{name: c, cluster: {server: 'https://api.shop.example:6443'}}]
users: [{name: admin, user: {token: s3ntinel-admin}}]
contexts: [{name: admin, context: {cluster: c, user: admin}}]
current-context: admin
";

#[tokio::test]
async fn a_kubeconfig_is_read_under_the_policy_for_those_that_others_write() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let id = known.internal_id.as_str();
    rig.ocm.set_kubeconfig(id, KUBECONFIG);
    let connection = rig.provider.connection(&call(), &known).await.unwrap();
    assert_eq!(connection.server.url.as_str(), "https://api.shop.example:6443/");
    rig.ocm.set_kubeconfig(id, KUBECONFIG.replace("token: s3ntinel-admin", "exec: {command: s3ntinel}"));
    let error = rig.provider.connection(&call(), &known).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Decode);
    rig.ocm.set_kubeconfig(id, "{{{ s3ntinel");
    let error = rig.provider.connection(&call(), &known).await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains("s3ntinel-admin"));
    rig.end().await;
}

#[tokio::test]
async fn a_request_that_cannot_be_is_refused_before_anybody_is_asked() {
    let rig = Rig::new().await;
    let mut unnamed = request("aws");
    unnamed.name = "Not A Name".to_owned();
    for wrong in [request("gcp"), request("azure"), unnamed, request("aws").with_additional_spec(json!({"name": "x"}))]
    {
        assert_eq!(kind(rig.provider.create(&call(), &wrong).await), ProviderErrorKind::Invalid);
    }
    assert!(rig.ocm.requests().is_empty());
    rig.end().await;
}
