//! Clusters that are named one by one, and those that a source finds.

use cluster_client::ClusterKey;
use cluster_client::source::{Contexts, Fixed, KeyBy, KubeconfigFiles};
use fake_cluster::fleet::objects::kubeconfig_secret;

use super::*;
use crate::provider::in_cluster::testing::described;

#[tokio::test(flavor = "multi_thread")]
async fn entries_lead_to_files_secrets_and_descriptions() {
    let world = World::start().await;
    let (hub, spoke) = (&world.clusters[0], &world.clusters[1]);
    hub.create(kubeconfig_secret(spoke, "default")).unwrap();
    let entries = Entries::new()
        .with("file", Entry::kubeconfig(world.folder.path().join("kubeconfig"), "two"))
        .with("secret", Entry::secret(hub.client().unwrap(), "default", "two", "kubeconfig"))
        .with("wrong", Entry::secret(hub.client().unwrap(), "default", "two", "kubeconfig").in_context("nobody"))
        .with("missing", Entry::secret(hub.client().unwrap(), "default", "nothing", "kubeconfig"))
        .with("fixed", Entry::Fixed(Box::new(described(spoke))))
        .with_file_policy(TrustPolicy::for_secrets());
    let provider = StandaloneProvider::builder(connector(), Arc::new(entries)).options(options()).build();
    let uid = read(spoke, "/api/v1/namespaces/kube-system").unwrap()["metadata"]["uid"].clone();
    for name in ["file", "secret", "fixed"] {
        let adopted = provider.create(&call(), &request(name)).await.unwrap();
        assert_eq!(json!(adopted.external_id), uid, "{name}");
    }
    let kind = |name: &'static str| {
        let provider = provider.clone();
        async move { provider.create(&call(), &request(name)).await.unwrap_err() }
    };
    assert_eq!(kind("wrong").await.code(), Some("Context"));
    assert_eq!(kind("missing").await.code(), Some("NoKubeconfig"));
    assert_eq!(kind("nobody").await.kind(), ProviderErrorKind::NotFound);
    provider.shutdown().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_of_clusters_is_a_source_of_connections() {
    let world = World::start().await;
    let fixed = Fixed::new("own").with(ClusterKey::new("mine").unwrap(), described(&world.clusters[0]));
    let connections = SourceConnections::start(Arc::new(fixed));
    let id = |name: &str| ProviderClusterId::new(name).unwrap();
    assert!(connections.describe(&id("mine")).await.is_ok());
    assert!(matches!(connections.describe(&id("other")).await, Err(ConnectionsError::Unknown { .. })));
    connections.shutdown().await;

    let _ = (Contexts::All, KeyBy::Context);
    let files = KubeconfigFiles::new()
        .with_file(world.folder.path().join("kubeconfig"))
        .with_keys(KeyBy::Context)
        .with_policy(TrustPolicy::for_secrets());
    let connections = SourceConnections::start(Arc::new(files));
    assert!(connections.describe(&id("two")).await.is_ok());
    drop(connections);
    world.end().await;
}
