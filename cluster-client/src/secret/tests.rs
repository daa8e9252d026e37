use fake_cluster::server::FakeCluster;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::*;

fn value<'a>(data: &'a SecretData, member: &str) -> Option<&'a str> {
    data.get(member).map(|value| value.expose_secret())
}

#[test]
fn a_locator_is_read_as_inventories_write_it() {
    let read = |text: &str| serde_json::from_str::<SecretLocator>(text).unwrap();
    assert_eq!(read(r#"{"path": "a/b"}"#), SecretLocator::new("a/b"));
    let full = read(r#"{"path": "a/b", "field": "pw", "version": 3, "format": null}"#);
    assert_eq!((full.field.as_str(), full.version, full.format), ("pw", Some(3), None));
    assert_eq!(read(r#"{"path": "a/b", "field": null}"#).field, "token");
}

#[tokio::test]
async fn a_secret_in_kubernetes_is_read_by_namespace_and_name() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster
        .create(json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "prod", "namespace": "default" },
            "stringData": { "token": "t0p", "server": "https://prod" }, "data": { "binary": "//8=" },
        }))
        .unwrap();
    let secrets = KubernetesSecrets::new(cluster.client().unwrap());
    for path in ["default/prod", "prod"] {
        let data = secrets.read(&SecretLocator::new(path)).await.unwrap();
        assert_eq!(value(&data, "token"), Some("t0p"));
        assert_eq!(value(&data, "server"), Some("https://prod"));
        assert_eq!(value(&data, "binary"), None);
    }
    let missing = secrets.read(&SecretLocator::new("default/none")).await.unwrap_err();
    assert_eq!(missing.to_string(), r#"secret "default/none" is not there"#);
    for path in ["", "/", "a/b/c", "a/../b", "a/b?x=y", "A/b"] {
        assert!(matches!(secrets.read(&SecretLocator::new(path)).await, Err(SecretError::Malformed { .. })), "{path}");
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_secret_in_files_is_a_folder_with_a_file_for_each_member() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("clusters/prod");
    std::fs::create_dir_all(folder.join("..data")).unwrap();
    std::fs::write(folder.join("token"), "t0p\n").unwrap();
    std::fs::write(folder.join("server"), "https://prod").unwrap();
    std::fs::write(folder.join(".hidden"), "x").unwrap();
    let secrets = SecretFiles::new(root.path());
    let data = secrets.read(&SecretLocator::new("clusters/prod")).await.unwrap();
    assert_eq!(data.names().collect::<Vec<_>>(), ["server", "token"]);
    assert_eq!(value(&data, "token"), Some("t0p"));
    let missing = secrets.read(&SecretLocator::new("clusters/none")).await;
    assert!(matches!(missing, Err(SecretError::NotFound { .. })));
    for path in ["", "..", "clusters/../../etc", "/etc"] {
        assert!(matches!(secrets.read(&SecretLocator::new(path)).await, Err(SecretError::Malformed { .. })), "{path}");
    }
    std::fs::write(folder.join("token"), [0xff, 0xfe]).unwrap();
    assert!(matches!(secrets.read(&SecretLocator::new("clusters/prod")).await, Err(SecretError::Malformed { .. })));
}

#[tokio::test]
async fn a_secret_in_the_environment_is_a_family_of_variables() {
    let secrets = EnvironmentSecrets::with_variables("MOORING", || {
        vec![
            ("MOORING_CLUSTERS_PROD_1_TOKEN".into(), "t0p".into()),
            ("MOORING_CLUSTERS_PROD_1_SERVER".into(), "https://prod".into()),
            ("MOORING_CLUSTERS_PROD_2_TOKEN".into(), "other".into()),
        ]
    });
    let data = secrets.read(&SecretLocator::new("clusters/prod-1")).await.unwrap();
    assert_eq!(data.names().collect::<Vec<_>>(), ["server", "token"]);
    let missing = secrets.read(&SecretLocator::new("clusters/prod-3")).await.unwrap_err();
    assert_eq!(missing.to_string(), r#"secret "MOORING_CLUSTERS_PROD_3_*" is not there"#);
}

#[tokio::test]
async fn nothing_shows_a_value() {
    let secrets = SecretsInMemory::new();
    secrets.put("a", [("token", "s3ntinel")]);
    let data = secrets.read(&SecretLocator::new("a")).await.unwrap();
    let environment = EnvironmentSecrets::with_variables("A", || vec![("A_B_C".into(), "s3ntinel".into())]);
    let shown = format!("{secrets:?} {data:?} {environment:?} {:#?}", data.get("token"));
    assert!(!shown.contains("s3ntinel"), "{shown}");
    assert!(shown.contains("token"));
}
