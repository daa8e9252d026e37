//! What decodes, what can be made, and what is written: the generated types without a server.

use region_client::generated::types;
use serde_json::{Value, json};

/// Encodes what a builder made.
fn encoded<B, T>(builder: B) -> Value
where
    B: TryInto<T, Error: std::fmt::Debug>,
    T: serde::Serialize,
{
    serde_json::to_value(builder.try_into().unwrap()).unwrap()
}

fn metadata(name: &str) -> Value {
    json!({
        "name": name,
        "id": "9d2a0b0e-8f5d-4d5b-9d3a-3c5a1e6b7f10",
        "creationTime": "2025-11-21T14:08:00.123456Z",
        "organizationId": "o",
        "projectId": "p",
        "provisioningStatus": "provisioned",
        "healthStatus": "healthy",
    })
}

fn network() -> Value {
    json!({
        "metadata": metadata("net"),
        "spec": { "dnsNameservers": ["8.8.8.8"] },
        "status": { "regionId": "r", "prefix": "10.0.0.0/24" },
    })
}

// --- values a server adds

#[test]
fn an_unknown_enum_value_is_kept_and_written_back() {
    let mut value = network();
    value["metadata"]["provisioningStatus"] = "hibernating".into();
    let read: types::NetworkV2Read = serde_json::from_value(value).unwrap();
    let status = &read.metadata.provisioning_status;
    assert!(
        matches!(status, types::ResourceProvisioningStatus::Unrecognized(value) if value.as_str() == "hibernating")
    );
    assert_eq!(status.to_string(), "hibernating");
    assert_eq!(serde_json::to_value(status).unwrap(), "hibernating");
}

#[test]
fn an_unknown_enum_value_does_not_take_the_list_with_it() {
    let mut other = network();
    other["metadata"]["healthStatus"] = "poorly".into();
    let list: Vec<types::NetworkV2Read> = serde_json::from_value(json!([network(), other])).unwrap();
    assert_eq!(list[0].metadata.health_status, types::ResourceHealthStatus::Healthy);
    assert_eq!(list[1].metadata.health_status.as_str(), "poorly");
}

#[test]
fn an_enum_value_is_not_made_from_text_unless_it_is_listed() {
    assert_eq!("tcp".parse::<types::NetworkProtocol>().unwrap(), types::NetworkProtocol::Tcp);
    let error = "sctp".parse::<types::NetworkProtocol>().unwrap_err();
    assert_eq!(error.to_string(), "not one of `any`, `icmp`, `tcp`, `udp`, `vrrp`");
    let rule = types::SecurityGroupRuleV2::builder().direction("ingress").protocol("sctp");
    let error = types::SecurityGroupRuleV2::try_from(rule).unwrap_err();
    assert!(error.to_string().contains("protocol"), "{error}");
}

#[test]
fn the_status_that_later_servers_dropped_still_decodes() {
    let status: types::ResourceProvisioningStatus = serde_json::from_value("unknown".into()).unwrap();
    assert_eq!(status, types::ResourceProvisioningStatus::Unknown);
}

#[test]
fn unknown_members_are_ignored() {
    let mut value = network();
    value["metadata"]["provisioningStatusDetail"] = json!({ "reason": "Waiting", "message": "for a port" });
    value["extra"] = json!([1, 2, 3]);
    assert!(serde_json::from_value::<types::NetworkV2Read>(value).is_ok());
}

// --- relaxed on read, enforced on write

#[test]
fn an_image_whose_name_breaks_the_rules_decodes() {
    let image: types::Image = serde_json::from_value(json!({
        "metadata": {
            "name": "Ubuntu 24.04 (LTS)",
            "id": "img",
            "creationTime": "2025-11-21T14:08:00Z",
        },
        "spec": {
            "architecture": "x86_64",
            "sizeGiB": 20,
            "virtualization": "any",
            "os": { "kernel": "linux", "family": "debian", "distro": "ubuntu", "version": "24.04" },
            "softwareVersions": { "kubernetes": "1.33" },
        },
        "status": { "state": "ready" },
    }))
    .unwrap();
    assert_eq!(image.metadata.name, "Ubuntu 24.04 (LTS)");
    assert_eq!(image.spec.size_gib, 20);
}

#[test]
fn a_name_that_breaks_the_rules_is_not_written() {
    let metadata = types::ResourceWriteMetadata::builder().name("no spaces please");
    let error = types::ResourceWriteMetadata::try_from(metadata).unwrap_err();
    assert!(error.to_string().contains("name") && error.to_string().contains("pattern"), "{error}");
    assert_eq!(
        encoded::<_, types::ResourceWriteMetadata>(types::ResourceWriteMetadata::builder().name("fine-1.0_x")),
        json!({ "name": "fine-1.0_x" })
    );
}

#[test]
fn a_specification_that_breaks_the_rules_survives_reading_and_writing_back() {
    let value = json!({ "listeners": [{
        "name": "Made By Hand",
        "protocol": "tcp",
        "port": 0,
        "allowedCidrs": ["anywhere"],
        "pool": { "members": [] },
    }] });
    let spec: types::LoadBalancerV2Spec = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&spec).unwrap(), value);
    assert!("Made By Hand".parse::<types::LoadBalancerListenerNameV2>().is_err());
    assert!("web".parse::<types::LoadBalancerListenerNameV2>().is_ok());
}

#[test]
fn every_pattern_accepts_what_it_should() {
    assert!("v1.33.0".parse::<types::Semver>().is_ok());
    assert!("1.33.0".parse::<types::Semver>().is_err());
    assert!("10.0.0.0/8".parse::<types::LoadBalancerListenerV2AllowedCidrsItem>().is_ok());
    assert!("10.0.0.0/33".parse::<types::LoadBalancerListenerV2AllowedCidrsItem>().is_err());
    assert!("nightly".parse::<types::StorageSnapshotPolicyV2SpecName>().is_ok());
    assert!("a-name-that-is-too-long".parse::<types::StorageSnapshotPolicyV2SpecName>().is_err());
    assert!("23:59Z".parse::<types::StorageSnapshotScheduleV2SpecTimeOfDay>().is_ok());
    assert!("24:00Z".parse::<types::StorageSnapshotScheduleV2SpecTimeOfDay>().is_err());
    assert!("a".repeat(63).parse::<types::KubernetesLabelValue>().is_ok());
    assert!("a".repeat(64).parse::<types::KubernetesLabelValue>().is_err());
}

// --- facts that are easily got wrong

#[test]
fn rules_with_prefixes_decode() {
    let spec: types::SecurityGroupV2Spec = serde_json::from_value(json!({ "rules": [
        { "direction": "ingress", "protocol": "tcp", "port": 22, "prefix": "172.16.0.0/12" },
    ] }))
    .unwrap();
    assert_eq!(spec.rules[0].prefix.as_deref(), Some("172.16.0.0/12"));
    let rule: types::SecurityGroupRule =
        serde_json::from_value(json!({ "direction": "egress", "protocol": "any", "cidr": "0.0.0.0/0" })).unwrap();
    assert_eq!(rule.cidr.as_deref(), Some("0.0.0.0/0"));
}

#[test]
fn times_decode_with_any_offset_and_precision() {
    let mut value = network();
    value["metadata"]["creationTime"] = "2025-11-21T16:08:00.5+02:00".into();
    let read: types::NetworkV2Read = serde_json::from_value(value).unwrap();
    assert_eq!(read.metadata.creation_time.to_string(), "2025-11-21T14:08:00.5Z");
    assert_eq!(read.metadata.deletion_time, None);
}

#[test]
fn a_list_left_out_and_an_empty_list_differ_on_the_wire() {
    let spec = types::NetworkV2Spec::builder().dns_nameservers(Vec::new());
    assert_eq!(encoded::<_, types::NetworkV2Spec>(spec.clone()), json!({ "dnsNameservers": [] }));
    assert_eq!(
        encoded::<_, types::NetworkV2Spec>(spec.routes(Some(Vec::new()))),
        json!({ "dnsNameservers": [], "routes": [] })
    );
}

#[test]
fn a_list_left_out_and_an_empty_list_differ_when_read() {
    let routes =
        |value: Value| serde_json::from_value::<types::NetworkV2Spec>(value).unwrap().routes.map(|it| it.len());
    assert_eq!(routes(json!({ "dnsNameservers": [] })), None);
    assert_eq!(routes(json!({ "dnsNameservers": [], "routes": null })), None);
    assert_eq!(routes(json!({ "dnsNameservers": [], "routes": [] })), Some(0));
}

/// The service refuses an explicit null in an update of file storage.
#[test]
fn null_is_never_written() {
    let storage_type = types::StorageTypeV2Spec::builder()
        .nfs(types::Nfsv2Spec::try_from(types::Nfsv2Spec::builder().root_squash(true)).unwrap());
    let spec = types::StorageV2Spec::builder()
        .size_gib(100)
        .storage_type(types::StorageTypeV2Spec::try_from(storage_type).unwrap());
    let encoded = encoded::<_, types::StorageV2Spec>(spec);
    assert_eq!(encoded, json!({ "sizeGiB": 100, "storageType": { "NFS": { "rootSquash": true } } }));
}

#[test]
fn members_of_all_of_are_members_of_the_type() {
    let spec = types::StorageV2CreateSpec::builder()
        .organization_id("o")
        .project_id("p")
        .region_id("9d2a0b0e-8f5d-4d5b-9d3a-3c5a1e6b7f10")
        .storage_class_id("c")
        .size_gib(1)
        .storage_type(types::StorageTypeV2Spec::try_from(types::StorageTypeV2Spec::builder()).unwrap());
    let encoded = encoded::<_, types::StorageV2CreateSpec>(spec);
    assert_eq!(encoded["regionId"], "9d2a0b0e-8f5d-4d5b-9d3a-3c5a1e6b7f10");
    assert_eq!(encoded["storageType"], json!({}));
}

// --- secrets

#[test]
fn debug_shows_no_secret() {
    let key: types::SshKey = serde_json::from_value(json!({ "privateKey": "hunter2" })).unwrap();
    let region: types::RegionDetailKubernetes = serde_json::from_value(json!({ "kubeconfig": "hunter2" })).unwrap();
    let identity: types::IdentitySpecOpenStack =
        serde_json::from_value(json!({ "cloudConfig": "hunter2", "sshPrivateKey": "hunter2" })).unwrap();
    let console: types::ConsoleSession = serde_json::from_value(json!({ "url": "hunter2" })).unwrap();
    let builder = types::ServerV2Spec::builder().user_data(Some("hunter2".into()));
    let shown = format!("{key:?} {region:?} {identity:?} {console:?} {builder:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert_eq!(key.private_key.expose(), "hunter2");
}
