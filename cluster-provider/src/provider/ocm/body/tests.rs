use proptest::prelude::*;

use super::*;
use crate::cluster::{ClusterId, CreateToken};
use crate::provider::NodePool;
use crate::provider::ocm::options::ComputeOptions;

fn aws() -> SecretData {
    AWS_MEMBERS.iter().fold(SecretData::new(), |data, member| data.with(*member, format!("aws-{member}")))
}

fn gcp() -> SecretData {
    GCP_MEMBERS.iter().fold(SecretData::new(), |data, member| data.with(*member, format!("gcp-{member}")))
}

fn request(cloud: &str) -> ClusterRequest {
    let id = ClusterId::new("0190").unwrap();
    ClusterRequest::new(id, "mk-abcdefghijkl", CreateToken::new("token-1").unwrap()).at(cloud, "us-east-1")
}

fn options() -> OcmOptions {
    let mut options = OcmOptions::default();
    options.create.compute.insert("aws".to_owned(), ComputeOptions::new("m5.2xlarge", 3, 18));
    options.create.compute.insert("gcp".to_owned(), ComputeOptions::new("custom-8", 3, 18));
    options.create.version = Some("openshift-v4.15.2".to_owned());
    options
}

#[test]
fn every_field_of_a_cluster_in_aws_is_filled() {
    let mut request = request("aws");
    request.multi_az = true;
    request.tags.insert("team".to_owned(), "blue".to_owned());
    assert_eq!(
        create(&request, &options(), Some(&aws())).unwrap(),
        json!({
            "name": "mk-abcdefghijkl",
            "cloud_provider": {"id": "aws"},
            "region": {"id": "us-east-1"},
            "multi_az": true,
            "ccs": {"enabled": true},
            "managed": true,
            "version": {"id": "openshift-v4.15.2"},
            "aws": {"account_id": "aws-account_id", "access_key_id": "aws-access_key_id",
                "secret_access_key": "aws-secret_access_key"},
            "nodes": {"compute_machine_type": {"id": "m5.2xlarge"},
                "autoscale_compute": {"min_replicas": 3, "max_replicas": 18}},
            "properties": {"team": "blue", "mooring_create_token": "token-1"},
        })
    );
}

#[test]
fn every_field_of_a_cluster_in_gcp_is_filled() {
    let body = create(&request("gcp"), &options(), Some(&gcp())).unwrap();
    assert_eq!(body["gcp"].as_object().unwrap().len(), 10);
    assert_eq!(body["gcp"]["private_key"], "gcp-private_key");
    assert_eq!((&body["multi_az"], &body["aws"]), (&json!(false), &Value::Null));
    assert!(body["nodes"]["compute_machine_type"]["id"] == "custom-8");
}

#[test]
fn a_version_is_ocms_choice_unless_it_is_said() {
    let mut request = request("aws");
    let version = |request: &ClusterRequest, options: &OcmOptions| {
        create(request, options, Some(&aws())).unwrap()["version"]["id"].as_str().map(str::to_owned)
    };
    assert_eq!(version(&request, &OcmOptions::default()), None);
    request.version = Some("4.16.0".to_owned());
    assert_eq!(version(&request, &options()).as_deref(), Some("openshift-v4.16.0"));
}

#[test]
fn what_is_missing_is_said_and_no_secret_with_it() {
    let fails = |request: &ClusterRequest, data: Option<&SecretData>| create(request, &options(), data).unwrap_err();
    assert_eq!(fails(&request("aws"), None), Unfit::NoCredentials("aws".to_owned()));
    assert_eq!(fails(&request("gcp"), None), Unfit::NoCredentials("gcp".to_owned()));
    assert_eq!(fails(&request("azure"), Some(&aws())), Unfit::Cloud("azure".to_owned()));
    let half = SecretData::new().with("account_id", "1").with("access_key_id", "s3ntinel");
    let error = fails(&request("aws"), Some(&half));
    assert_eq!(error.to_string(), "the credentials for cloud aws have no secret_access_key");
    let nowhere = request("aws").at("aws", "");
    assert_eq!(fails(&nowhere, Some(&aws())), Unfit::Region);
    let mut unnamed = request("aws");
    unnamed.name = "Not A Name".to_owned();
    assert!(matches!(fails(&unnamed, Some(&aws())), Unfit::Name(_)));
}

/// W-15
#[test]
fn additional_settings_are_merged_and_cannot_hide_the_request() {
    let with = |spec: Value| create(&request("aws").with_additional_spec(spec), &options(), Some(&aws()));
    let body = with(json!({
        "hypershift": {"enabled": true}, "aws": {"subnet_ids": ["a"]}, "properties": {"more": "x"},
        "nodes": {"compute_labels": {"a": "b"}}, "domain_prefix": "shop",
    }))
    .unwrap();
    assert_eq!((&body["hypershift"]["enabled"], &body["domain_prefix"]), (&json!(true), &json!("shop")));
    assert_eq!(body["aws"]["subnet_ids"], json!(["a"]));
    assert_eq!(body["aws"]["account_id"], "aws-account_id");
    assert_eq!(body["properties"], json!({"more": "x", "mooring_create_token": "token-1"}));
    for hidden in [
        json!({"name": "other"}),
        json!({"aws": {"secret_access_key": "x"}}),
        json!({"gcp": {"private_key": "x"}}),
        json!({"properties": {"mooring_create_token": "other"}}),
        json!({"properties": "none"}),
        json!({"region": {"id": "elsewhere"}}),
    ] {
        assert!(matches!(with(hidden), Err(Unfit::NotAdditional(_))));
    }
    assert_eq!(with(json!([1])), Err(Unfit::NoObject));
}

#[test]
fn machines_of_the_request_win_and_fixed_numbers_are_fixed() {
    let mut request = request("aws");
    request.node_pools = vec![NodePool::new("worker", "c5.large", 4, 4)];
    let nodes = |request: &ClusterRequest| create(request, &options(), Some(&aws())).unwrap()["nodes"].clone();
    assert_eq!(nodes(&request), json!({"compute_machine_type": {"id": "c5.large"}, "compute": 4}));
    request.multi_az = true;
    assert_eq!(nodes(&request)["compute"], 6);
    request.node_pools.push(NodePool::default());
    assert_eq!(create(&request, &options(), Some(&aws())), Err(Unfit::ManyPools));
    request.node_pools = vec![NodePool::new("worker", "", 2, 1)];
    assert!(matches!(create(&request, &options(), Some(&aws())), Err(Unfit::Turned(_))));
}

proptest! {
    #[test]
    fn zones_get_the_same_number_and_nobody_fewer(nodes in 0_u32..1_000_000) {
        let all = in_zones(nodes);
        prop_assert!(all.is_multiple_of(ZONES) && all >= nodes && all < nodes + ZONES);
    }

    #[test]
    fn whatever_is_added_the_cluster_can_be_found_again(keys in prop::collection::btree_map("[a-z_]{1,14}", any::<i32>(), 0..6)) {
        let spec = serde_json::to_value(keys).unwrap();
        if let Ok(body) = create(&request("aws").with_additional_spec(spec), &options(), Some(&aws())) {
            prop_assert_eq!(&body["properties"]["mooring_create_token"], "token-1");
            prop_assert_eq!(&body["name"], "mk-abcdefghijkl");
            prop_assert_eq!(&body["aws"]["account_id"], "aws-account_id");
        }
    }
}
