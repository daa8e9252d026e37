//! Clouds, regions, quota and ownership.

use http::StatusCode;

use super::*;

const CLOUDS: &str = "/api/clusters_mgmt/v1/cloud_providers";
const REGIONS: &str = "/api/clusters_mgmt/v1/cloud_providers/*/regions";
const ACCOUNT: &str = "/api/accounts_mgmt/v1/current_account";

/// W-35
#[tokio::test]
async fn every_page_is_read_whatever_order_the_pages_have() {
    let rig = Rig::with(OcmSimulator::builder(), |options| options.page_size = 4).await;
    let ids: Vec<String> = (0..11).map(|n| format!("moon-{n:02}")).collect();
    rig.ocm.add_regions("moon", ids.clone());
    rig.ocm.fault(Fault::new(Effect::UnorderedPages));
    for _ in 0..5 {
        let regions = rig.provider.clouds().unwrap().regions(&call(), "moon").await.unwrap();
        let mut found: Vec<_> = regions.into_iter().map(|region| region.id).collect();
        found.sort();
        assert_eq!(found, ids);
    }
    let clouds = rig.provider.clouds().unwrap().cloud_providers(&call()).await.unwrap();
    assert!(clouds.iter().any(|cloud| cloud.id == "moon") && clouds.iter().any(|cloud| cloud.id == "aws"));
    rig.end().await;
}

/// W-36
#[tokio::test]
async fn clouds_and_regions_are_remembered_each_under_its_own_name() {
    let rig = Rig::with(OcmSimulator::builder(), |options| {
        options.catalog_ttl = GoDuration::from(Duration::from_secs(300));
    })
    .await;
    let clouds = rig.provider.clouds().unwrap();
    for _ in 0..3 {
        let aws = clouds.regions(&call(), "aws").await.unwrap();
        let gcp = clouds.regions(&call(), "gcp").await.unwrap();
        assert!(!aws.is_empty() && aws.iter().all(|region| region.cloud_provider_id == "aws"));
        assert!(gcp.iter().all(|region| region.cloud_provider_id == "gcp"));
        clouds.cloud_providers(&call()).await.unwrap();
    }
    assert_eq!((rig.ocm.count(&Method::GET, REGIONS), rig.ocm.count(&Method::GET, CLOUDS)), (2, 1));
    rig.end().await;
}

#[tokio::test]
async fn lists_that_fail_are_errors_and_not_empty() {
    let rig = Rig::new().await;
    let clouds = rig.provider.clouds().unwrap();
    rig.ocm.fault(Fault::refuse(StatusCode::FORBIDDEN, "no").on_path(CLOUDS));
    assert_eq!(kind(clouds.cloud_providers(&call()).await), ProviderErrorKind::Forbidden);
    assert_eq!(kind(clouds.regions(&call(), "a/b").await), ProviderErrorKind::Invalid);
    rig.end().await;
}

#[tokio::test]
async fn quota_is_that_which_the_filters_mean() {
    let rig = Rig::new().await;
    let ids = |costs: Vec<crate::provider::QuotaCost>| costs.into_iter().map(|cost| cost.id).collect::<Vec<_>>();
    let costs = rig.provider.quota().unwrap().costs(&call()).await.unwrap();
    assert_eq!(ids(costs.clone()), ["cluster|byoc|osd", "compute.node|byoc|osd"]);
    assert_eq!((costs[0].max_allowed, costs[1].consumed), (100, 6));
    let mut options = quick(&rig.ocm);
    options.quota.filters.clear();
    let all = builder_of(options, &rig.ocm).build().unwrap();
    assert_eq!(all.quota().unwrap().costs(&call()).await.unwrap().len(), 3);
    rig.ocm.set_quota(Vec::new());
    assert!(rig.provider.quota().unwrap().costs(&call()).await.unwrap().is_empty());
    rig.ocm.fault(Fault::refuse(StatusCode::FORBIDDEN, "no").on_path(ACCOUNT));
    assert_eq!(kind(rig.provider.quota().unwrap().costs(&call()).await), ProviderErrorKind::Forbidden);
    rig.end().await;
}

#[tokio::test]
async fn an_account_without_an_organisation_has_no_quota_to_show() {
    let rig = Rig::of(OcmSimulator::builder().organization(None)).await;
    rig.provider.quota().unwrap().costs(&call()).await.unwrap_err();
    rig.end().await;
}

/// W-42
#[tokio::test]
async fn a_cluster_belongs_to_those_it_belongs_to() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let ownership = rig.provider.ownership().unwrap();
    let ours = "simulated-external-organization";
    ownership.check(&call(), ours, &known).await.unwrap();
    for stranger in ["other", "x' or external_id = 'simulated-external-organization"] {
        assert_eq!(kind(ownership.check(&call(), stranger, &known).await), ProviderErrorKind::Forbidden, "{stranger}");
    }
    let other = ClusterSpec::new(ProviderClusterId::new("c' or 'a' = 'a").unwrap(), known.status);
    assert_eq!(kind(ownership.check(&call(), ours, &other).await), ProviderErrorKind::Forbidden);
    rig.ocm.forget_requests();
    ownership.check(&call(), ours, &known).await.unwrap();
    assert_eq!(rig.ocm.count(&Method::GET, "/api/accounts_mgmt/v1/organizations"), 0, "organisations are remembered");
    rig.end().await;
}
