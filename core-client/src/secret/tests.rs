use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use secrecy::ExposeSecret as _;
use serde_json::json;
use tower::BoxError;

use super::*;
use crate::ErrorChain;

const SENTINEL: &str = "SENTINEL-value";

async fn read(reader: &dyn SecretReader, path: &str) -> Result<SecretData, SecretError> {
    reader.read(&SecretLocator::new(path)).await
}

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
        let data = read(&secrets, path).await.unwrap();
        assert_eq!(value(&data, "token"), Some("t0p"));
        assert_eq!(value(&data, "server"), Some("https://prod"));
        assert_eq!(value(&data, "binary"), None);
    }
    let missing = read(&secrets, "default/none").await.unwrap_err();
    assert_eq!(missing.to_string(), r#"secret "default/none" is not there"#);
    for path in ["", "/", "a/b/c", "a/../b", "a/.", "../a", "a/b?x=y", "A/b"] {
        assert!(matches!(read(&secrets, path).await, Err(SecretError::Malformed { .. })), "{path}");
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_an_api_server_says_tells_whether_asking_again_can_help() {
    let cluster = FakeCluster::start().await.unwrap();
    let secrets = KubernetesSecrets::new(cluster.client().unwrap());
    let refused = cluster.faults().add(Fault::new(Effect::unauthorized()).on_resource("secrets"));
    let error = read(&secrets, "default/prod").await.unwrap_err();
    assert!(matches!(error, SecretError::Forbidden { .. }) && !error.is_transient(), "{error:?}");
    assert_eq!(error.to_string(), "secret \"default/prod\" may not be read by this process: grant it access");
    refused.remove();
    for trouble in [Effect::unavailable(), Effect::bad_gateway()] {
        cluster.faults().clear();
        cluster.faults().add(Fault::new(trouble).on_resource("secrets"));
        let error = read(&secrets, "default/prod").await.unwrap_err();
        assert!(matches!(error, SecretError::Unreadable { .. }) && error.is_transient(), "{error:?}");
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn an_answer_that_is_no_secret_is_told_without_its_bytes() {
    let answering = |body: &'static [u8]| {
        let answer = move |_: http::Request<kube::client::Body>| async move {
            Ok::<_, BoxError>(http::Response::new(kube::client::Body::from(body.to_vec())))
        };
        KubernetesSecrets::new(kube::Client::new(tower::service_fn(answer), "default"))
    };
    let cut = read(&answering(br#"{"data": {"token": "SENTINEL-va"#), "prod").await.unwrap_err();
    assert!(matches!(cut, SecretError::Malformed { .. }) && !cut.is_transient(), "{cut:?}");
    let bytes = read(&answering(b"SENTINEL-\xff"), "prod").await.unwrap_err();
    assert!(matches!(bytes, SecretError::Unreadable { .. }), "{bytes:?}");
    for error in [cut, bytes] {
        let shown = format!("{error:?} {error:#?} {}", ErrorChain::new(&error));
        // Neither as text nor as a list of bytes.
        assert!(!shown.contains("SENTINEL") && !shown.contains("83, 69"), "{shown}");
    }
}

#[tokio::test]
async fn a_mounted_folder_is_a_secret_and_a_file_is_one_with_one_member() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("clusters/prod");
    std::fs::create_dir_all(folder.join("..folder")).unwrap();
    std::fs::write(folder.join("token"), "one\n").unwrap();
    std::fs::write(folder.join("key"), "two\n\r\n").unwrap();
    std::fs::write(folder.join("server"), "https://prod").unwrap();
    std::fs::write(folder.join(".hidden"), "three").unwrap();
    let files = SecretFiles::new(root.path());
    let data = read(&files, "clusters/prod").await.unwrap();
    assert_eq!(data.names().collect::<Vec<_>>(), ["key", "server", "token"]);
    // One newline at the end does not count; others do.
    let values = ["key", "server", "token"].map(|member| value(&data, member));
    assert_eq!(values, [Some("two\n"), Some("https://prod"), Some("one")]);
    let alone = read(&files, "clusters/prod/token").await.unwrap();
    assert_eq!((alone.names().collect::<Vec<_>>(), value(&alone, "token")), (vec!["token"], Some("one")));
    let by_its_path = read(&SecretFiles::anywhere(), folder.join("token").to_str().unwrap()).await.unwrap();
    assert_eq!(value(&by_its_path, "token"), Some("one"));
    std::fs::write(folder.join("token"), "exchanged").unwrap();
    assert_eq!(value(&read(&files, "clusters/prod").await.unwrap(), "token"), Some("exchanged"));
}

#[cfg(unix)]
#[tokio::test]
async fn what_the_kubelet_leaves_beside_the_members_disturbs_nobody() {
    use std::os::unix::fs::symlink;

    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("..version")).unwrap();
    std::fs::write(root.path().join("..version/token"), "one").unwrap();
    symlink("..version", root.path().join("..data")).unwrap();
    symlink("..data/token", root.path().join("token")).unwrap();
    symlink("..gone", root.path().join("..data_tmp")).unwrap();
    let data = read(&SecretFiles::anywhere(), root.path().to_str().unwrap()).await.unwrap();
    assert_eq!((data.names().collect::<Vec<_>>(), value(&data, "token")), (vec!["token"], Some("one")));
}

/// A Secret as the kubelet mounts it.
#[cfg(unix)]
struct Mounted(tempfile::TempDir);

#[cfg(unix)]
impl Mounted {
    fn new(members: &[(&str, &str)]) -> Self {
        let mounted = Self(tempfile::tempdir().unwrap());
        mounted.update("..1", members);
        mounted
    }

    /// Another version takes the place of the one before, which goes.
    fn update(&self, version: &str, members: &[(&str, &str)]) {
        use std::os::unix::fs::symlink;

        let (root, link) = (self.0.path(), self.0.path().join("..data"));
        let old = std::fs::read_link(&link).ok();
        std::fs::create_dir(root.join(version)).unwrap();
        for (name, value) in members {
            std::fs::write(root.join(version).join(name), value).unwrap();
            if root.join(name).symlink_metadata().is_err() {
                symlink(format!("..data/{name}"), root.join(name)).unwrap();
            }
        }
        symlink(version, root.join("..data_tmp")).unwrap();
        std::fs::rename(root.join("..data_tmp"), link).unwrap();
        if let Some(old) = old {
            std::fs::remove_dir_all(root.join(old)).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn members_never_come_from_different_versions_and_none_is_missed() {
    for place in ["", "id"] {
        let mounted = Mounted::new(&[("id", "1"), ("key", "1")]);
        // The link moves between the moment the path is resolved and the moment the files are read.
        let moved = std::cell::Cell::new(false);
        let look = |path: &std::path::Path| {
            let version = crate::mount::resolve(path);
            if !moved.replace(true) {
                mounted.update("..2", &[("id", "2"), ("key", "2")]);
            }
            version
        };
        let data = files::read_at(&mounted.0.path().join(place), look).unwrap();
        let read: Vec<_> = data.iter().map(|(name, value)| (name, value.expose_secret())).collect();
        assert_eq!(read, [("id", "2"), ("key", "2")][..if place.is_empty() { 2 } else { 1 }]);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_neither_a_folder_nor_a_file_is_refused_and_not_waited_for() {
    let root = tempfile::tempdir().unwrap();
    let pipe = root.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::fs::write(root.path().join("token"), "one").unwrap();
    let files = SecretFiles::new(root.path());
    let error = read(&files, "pipe").await.unwrap_err();
    assert_eq!(error.to_string(), "secret \"pipe\" cannot be used: it is neither a folder nor a regular file");
    let beside = read(&SecretFiles::anywhere(), root.path().to_str().unwrap()).await.unwrap();
    assert_eq!(beside.names().collect::<Vec<_>>(), ["token"]);
}

#[tokio::test]
async fn what_is_no_secret_is_told_with_its_path_and_no_content() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("folder")).unwrap();
    std::fs::write(root.path().join("folder/bytes"), [0xff, 0xfe]).unwrap();
    std::fs::write(root.path().join("large"), SENTINEL.repeat(1 << 17)).unwrap();
    std::fs::write(root.path().join("bytes"), [SENTINEL.as_bytes(), &[0xff]].concat()).unwrap();
    std::fs::write(root.path().join("empty"), " \n").unwrap();
    let files = SecretFiles::new(root.path());
    let unfit = "cannot be used: a member is larger than 1 MiB or no text";
    let outside = "cannot be used: the path leads out of the folder of secrets";
    for (path, words) in [
        ("gone", "is not there"),
        ("large", unfit),
        ("bytes", unfit),
        ("folder", unfit),
        ("../bytes", outside),
        ("..", outside),
        ("folder/../../etc", outside),
        ("/etc/passwd", outside),
        ("", outside),
    ] {
        let error = read(&files, path).await.unwrap_err();
        assert_eq!(error.to_string(), format!("secret {path:?} {words}"));
        assert_eq!((error.path(), error.is_transient()), (path, false));
        assert!(!format!("{error:?}").contains(SENTINEL));
    }
    let empty = read(&files, "empty").await.unwrap();
    let error = empty.expose_needed("empty", "empty").unwrap_err();
    assert_eq!(error.to_string(), "secret \"empty\" has no \"empty\"");
}

#[test]
fn a_member_that_is_needed_comes_without_the_white_space_around_it() {
    let data = SecretData::new().with("token", " one\n").with("blank", "\t");
    assert_eq!(data.expose_needed("a", "token").unwrap(), "one");
    for member in ["blank", "none"] {
        let error = data.expose_needed("a", member).unwrap_err();
        assert_eq!((error.to_string(), error.is_transient()), (format!("secret \"a\" has no {member:?}"), false));
    }
    let members: Vec<_> = data.iter().map(|(name, value)| (name, value.expose_secret())).collect();
    assert_eq!(members, [("blank", "\t"), ("token", " one\n")]);
    let again: SecretData = data.clone().into_iter().collect();
    assert!(again.names().eq(data.names()) && value(&again, "token") == Some(" one\n"));
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
    let data = read(&secrets, "clusters/prod-1").await.unwrap();
    assert_eq!(data.names().collect::<Vec<_>>(), ["server", "token"]);
    let missing = read(&secrets, "clusters/prod-3").await.unwrap_err();
    assert_eq!(missing.to_string(), r#"secret "MOORING_CLUSTERS_PROD_3_*" is not there"#);
}

#[tokio::test]
async fn what_is_put_in_memory_is_seen_through_all_clones() {
    let secrets = SecretsInMemory::new().with("a", [("token", "one")]);
    let reader: Arc<dyn SecretReader> = Arc::new(secrets.clone());
    assert_eq!(value(&read(&reader, "a").await.unwrap(), "token"), Some("one"));
    secrets.put("a", SecretData::new().with("token", "two"));
    assert_eq!(value(&read(&reader, "a").await.unwrap(), "token"), Some("two"));
    assert!(matches!(read(&reader, "b").await, Err(SecretError::NotFound { path }) if path == "b"));
}

#[tokio::test]
async fn members_are_shown_by_name_and_values_by_nothing() {
    let data = SecretData::from_iter([("token", SENTINEL.into())]);
    let secrets = SecretsInMemory::new().with("github/bot", data.clone());
    let environment = EnvironmentSecrets::with_variables("A", || vec![("A_B_C".into(), SENTINEL.into())]);
    let shown = format!("{data:?} {secrets:?} {environment:?} {:#?} {:?}", data.get("token"), data.clone().into_iter());
    assert!(shown.contains("token") && shown.contains("github/bot") && !shown.contains(SENTINEL), "{shown}");
}

#[tokio::test]
async fn a_mocked_vault_answers_as_it_is_told() {
    let mut vault = MockSecretReader::new();
    vault
        .expect_read()
        .withf(|secret| secret.path == "aws/hub")
        .once()
        .returning(|secret| Err(SecretError::unreadable(&secret.path, "sealed")));
    let error = read(&Arc::new(vault), "aws/hub").await.unwrap_err();
    assert!(error.is_transient());
    assert_eq!(ErrorChain::new(&error).to_string(), "secret \"aws/hub\" cannot be read: sealed");
}
