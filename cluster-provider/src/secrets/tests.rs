use std::time::Duration;

use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::*;

const SENTINEL: &str = "sentinel-0815";

fn members(data: &SecretData) -> Vec<(&str, &str)> {
    data.iter().map(|(name, value)| (name, value.expose_secret())).collect()
}

/// What every place for credentials keeps to.
async fn keeps(secrets: &dyn SecretStore) {
    let (one, other) = (SecretRef::new("clusters/1/agent"), SecretRef::new("clusters/2/agent ' %00 ü"));
    assert!(matches!(secrets.get(&one).await, Err(SecretStoreError::NotFound(missing)) if missing == one));
    let pair = SecretData::new().with("client_id", "a").with("client_secret", SENTINEL);
    secrets.put(&one, pair).await.unwrap();
    secrets.put(&other, SecretData::new().with("token", "ü\n")).await.unwrap();
    assert_eq!(members(&secrets.get(&one).await.unwrap()), [("client_id", "a"), ("client_secret", SENTINEL)]);
    assert_eq!(members(&secrets.get(&other).await.unwrap()), [("token", "ü\n")]);
    // In place of what was there, members that are not there any more included.
    secrets.put(&one, SecretData::new().with("client_id", "b")).await.unwrap();
    assert_eq!(members(&secrets.get(&one).await.unwrap()), [("client_id", "b")]);
    secrets.delete(&one).await.unwrap();
    secrets.delete(&one).await.unwrap();
    assert!(matches!(secrets.get(&one).await, Err(SecretStoreError::NotFound(_))));
    assert_eq!(members(&secrets.get(&other).await.unwrap()), [("token", "ü\n")]);
}

async fn kubernetes() -> (FakeCluster, KubernetesSecrets) {
    let cluster = FakeCluster::start().await.unwrap();
    let secrets = KubernetesSecrets::new(cluster.client().unwrap(), "default");
    (cluster, secrets)
}

#[tokio::test]
async fn memory_keeps_replaces_and_forgets() {
    keeps(&MemorySecrets::new()).await;
}

#[tokio::test]
async fn kubernetes_keeps_replaces_and_forgets() {
    let (cluster, secrets) = kubernetes().await;
    keeps(&secrets).await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_secret_of_somebody_else_is_neither_read_nor_touched() {
    let (cluster, secrets) = kubernetes().await;
    let reference = SecretRef::new("clusters/1");
    let name = KubernetesSecrets::secret_name(&reference);
    let theirs = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "default"}, "data": {"a": "YQ=="},
    });
    cluster.create(theirs).unwrap();
    let refused = [
        secrets.get(&reference).await.map(drop).unwrap_err(),
        secrets.put(&reference, SecretData::new().with("a", SENTINEL)).await.unwrap_err(),
        secrets.delete(&reference).await.unwrap_err(),
    ];
    for error in refused {
        assert!(matches!(error, SecretStoreError::Backend { .. }) && !error.is_retryable(), "{error:?}");
    }
    let api: Api<Secret> = Api::namespaced(cluster.client().unwrap(), "default");
    assert_eq!(api.get(&name).await.unwrap().data.unwrap()["a"].0, b"a");
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_a_member_is_refused_before_it_is_sent() {
    let (cluster, secrets) = kubernetes().await;
    let data = SecretData::new().with("client id", SENTINEL);
    let error = secrets.put(&SecretRef::new("clusters/1"), data).await.unwrap_err();
    assert!(matches!(error, SecretStoreError::Backend { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains(SENTINEL));
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_is_no_text_is_an_error_without_its_bytes() {
    let (cluster, secrets) = kubernetes().await;
    let reference = SecretRef::new("clusters/1");
    secrets.put(&reference, SecretData::new().with("a", "text")).await.unwrap();
    let api: Api<Secret> = Api::namespaced(cluster.client().unwrap(), "default");
    let bytes = json!({"data": {"a": "/3NlbnRpbmVsLTA4MTU="}});
    let name = KubernetesSecrets::secret_name(&reference);
    api.patch(&name, &kube::api::PatchParams::default(), &kube::api::Patch::Merge(bytes)).await.unwrap();
    let error = secrets.get(&reference).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(SENTINEL) && !shown.contains("115, 101, 110"), "{shown}");
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_in_time_and_may_be_asked_again() {
    let (cluster, secrets) = kubernetes().await;
    let reference = SecretRef::new("clusters/1");
    let silent = cluster.faults().add(Fault::new(Effect::latency(Duration::from_secs(3600))).on_resource("secrets"));
    let error = secrets.clone().timeout(Duration::from_millis(50)).get(&reference).await.unwrap_err();
    assert!(matches!(error, SecretStoreError::Timeout { .. }) && error.is_retryable(), "{error:?}");
    drop(silent);
    cluster.faults().clear();
    cluster.faults().add(Fault::new(Effect::internal_error("etcd")).on_resource("secrets"));
    let error = secrets.get(&reference).await.unwrap_err();
    assert!(matches!(error, SecretStoreError::Backend { .. }) && error.is_retryable(), "{error:?}");
    cluster.shutdown().await;
}

#[tokio::test]
async fn debug_shows_no_value() {
    let secrets = MemorySecrets::new();
    let data = SecretData::new().with("client_secret", SENTINEL);
    assert_eq!(format!("{data:?}"), "{\"client_secret\"}");
    secrets.put(&SecretRef::new("clusters/1"), data).await.unwrap();
    assert_eq!(format!("{secrets:?}"), "{SecretRef(\"clusters/1\")}");
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn no_credential_stands_in_a_row_in_clear() {
    use crate::cluster::{ClusterPatch, NewCluster};
    use crate::store::sqlite::{SqliteOptions, SqliteStore};
    use crate::store::{ClusterStore as _, Expect};

    let folder = tempfile::TempDir::new().unwrap();
    let store = SqliteStore::open(SqliteOptions::file(folder.path().join("clusters.db"))).await.unwrap();
    let secrets = MemorySecrets::new();
    let one = store.insert(NewCluster::new("ocm", "aws", "eu"), None).await.unwrap();
    let reference = SecretRef::new(format!("clusters/{}/agent", one.id));
    secrets.put(&reference, SecretData::new().with("client_secret", SENTINEL)).await.unwrap();
    let patch = ClusterPatch { credentials_ref: Some(Some(reference.clone())), ..ClusterPatch::default() };
    let one = store.patch(&one.id, Expect::version(1), patch).await.unwrap();
    let found = secrets.get(one.credentials_ref.as_ref().unwrap()).await.unwrap();
    assert_eq!(found.get("client_secret").unwrap().expose_secret(), SENTINEL);
    assert!(!serde_json::to_string(&one).unwrap().contains(SENTINEL));
    store.close().await;
    let (mut files, mut named) = (0, false);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!holds(SENTINEL));
        named |= holds(reference.as_str());
        files += 1;
    }
    assert!(named, "none of {files} files holds the record");
}
