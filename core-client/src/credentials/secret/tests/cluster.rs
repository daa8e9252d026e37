//! The same source over HTTPS against an API server that knows more than Secrets.

use fake_cluster::server::FakeCluster;
use k8s_openapi::api::core::v1::Secret;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use kube::core::ObjectMeta;
use serde_json::json;

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

async fn snapshot(credentials: &Credentials, is_so: impl FnMut(&Arc<Snapshot>) -> bool) -> Arc<Snapshot> {
    let mut snapshots = credentials.subscribe();
    let found = timeout(PATIENCE, snapshots.wait_for(is_so)).await.expect("in time").expect("alive");
    Arc::clone(&found)
}

#[tokio::test]
async fn a_rotation_in_a_cluster_is_followed_from_creation_to_deletion() {
    let cluster = FakeCluster::start().await.unwrap();
    let client = cluster.client().unwrap();
    let namespace = k8s_openapi::api::core::v1::Namespace {
        metadata: ObjectMeta { name: Some("unikorn".to_owned()), ..ObjectMeta::default() },
        ..Default::default()
    };
    Api::all(client.clone()).create(&PostParams::default(), &namespace).await.unwrap();
    let secrets: Api<Secret> = Api::namespaced(client.clone(), "unikorn");
    let ca = Ca::new("root");
    let pair = super::client(&ca, 1);
    let other = super::client(&ca, 99).tls_secret("unikorn", "another");
    for secret in [pair.tls_secret("unikorn", CLIENT), ca.secret("unikorn", CA), other] {
        secrets.create(&PostParams::default(), &secret).await.unwrap();
    }

    let source = SecretSource::new()
        .with_client(SecretRef::new("unikorn", CLIENT))
        .with_ca(SecretRef::new("unikorn", CA))
        .with_reload_interval(never());
    let credentials = Credentials::from_secrets(client, source).await.unwrap();
    assert_eq!(serial(&credentials.current()), "01");

    let next = super::client(&ca, 2).tls_secret("unikorn", CLIENT);
    let data = Patch::Merge(json!({"data": next.data}));
    secrets.patch(CLIENT, &PatchParams::default(), &data).await.unwrap();
    snapshot(&credentials, |snapshot| serial(snapshot) == "02").await;

    let both = format!("{}{}", ca.pem(), Ca::new("next").pem());
    let data = Patch::Merge(json!({"data": {"tls.crt": ByteString(both.into_bytes())}}));
    secrets.patch(CA, &PatchParams::default(), &data).await.unwrap();
    let after = snapshot(&credentials, |snapshot| roots(snapshot).contains("certificates: 2")).await;
    assert_eq!((serial(&after), after.generation()), ("02", 3));

    // Created again with other content: the watch sees the deletion and the creation.
    secrets.delete(CLIENT, &DeleteParams::default()).await.unwrap();
    let again = super::client(&ca, 3).tls_secret("unikorn", CLIENT);
    secrets.create(&PostParams::default(), &again).await.unwrap();
    snapshot(&credentials, |snapshot| serial(snapshot) == "03").await;
    assert!(last_error(&credentials).is_none());

    credentials.shutdown().await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_secret_that_a_cluster_does_not_have_fails_construction() {
    let cluster = FakeCluster::start().await.unwrap();
    let source = SecretSource::new().with_client(SecretRef::new("default", "absent"));
    let error = Credentials::from_secrets(cluster.client().unwrap(), source).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    cluster.shutdown().await;
}
