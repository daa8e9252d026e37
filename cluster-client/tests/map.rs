//! A map of clusters over real connections.

use std::sync::Arc;
use std::time::Duration;

use cluster_client::map::{ClusterMap, ClusterRecord, MapError, NamespaceRecord, Role};
use cluster_client::path::{PathOptions, Paths};
use cluster_client::secret::{SecretLocator, SecretReader, SecretsInMemory};
use cluster_client::transport::{Connector, TransportOptions};
use fake_cluster::api::{Rule, User};
use fake_cluster::server::FakeCluster;
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;

fn record(name: &str, at: &FakeCluster) -> ClusterRecord {
    ClusterRecord::new(name)
        .with_server_url(at.url())
        .with_certificate_authority(at.ca_pem())
        .with_token(Role::Ordinary, SecretLocator::new(name))
        .with_token(Role::Privileged, SecretLocator::new(format!("admin/{name}")))
}

fn connector() -> Arc<Connector> {
    Arc::new(Connector::new(TransportOptions::default(), Paths::new(PathOptions::default())))
}

#[tokio::test]
async fn both_roles_of_a_cluster_are_who_their_tokens_say_and_one_that_is_down_takes_nobody_away() {
    let (up, down) = (FakeCluster::start().await.unwrap(), FakeCluster::start().await.unwrap());
    up.api().access().allow(Rule {
        subjects: vec!["robot".into()],
        verbs: vec!["get".into(), "list".into()],
        resources: vec!["namespaces".into()],
        namespaces: Vec::new(),
    });
    let secrets = SecretsInMemory::new();
    let robot = up.issue_token(User::new("robot", &[]), None);
    let admin = up.issue_token(User::new("admin", &["system:masters"]), None);
    secrets.put("up", [("token", robot), ("server", format!("{}/", up.url()))]);
    secrets.put("admin/up", [("token", admin), ("server", up.url())]);
    secrets.put("down", [("token", "t".to_owned()), ("server", down.url())]);
    let records = [
        NamespaceRecord::new("a", record("up", &up)).with_cluster_admin(),
        NamespaceRecord::new("b", record("down", &down)),
    ];
    down.shutdown().await;

    let map = ClusterMap::builder(connector(), Arc::new(secrets)).from_namespaces(records).unwrap();
    let report = map.warm().await;
    assert_eq!(report.ready.len(), 2, "{report:?}");
    assert!(
        matches!(&report.failed[..], [(Role::Ordinary, MapError::Unreachable { cluster, .. })] if cluster == "down")
    );
    let ordinary = map.get_cluster("up").await.unwrap();
    let privileged = map.get("up", Role::Privileged).await.unwrap();
    assert!(!ordinary.is_cluster_admin().await.unwrap());
    assert!(privileged.is_cluster_admin().await.unwrap());
    assert_eq!(ordinary.identity(), privileged.identity());
    assert!(ordinary.namespaces().exists("default").await.unwrap());
    assert!(privileged.discovery().supports("Deployment.apps/v1").await.unwrap());
    ordinary.probe(Duration::from_secs(5)).await.unwrap();
    map.close().await;
    assert!(Api::<Namespace>::all(ordinary.client().clone()).get("default").await.is_err(), "closed");
    up.shutdown().await;
}

#[tokio::test]
async fn a_token_that_is_refused_is_read_again_and_the_request_goes_through() {
    let cluster = FakeCluster::start().await.unwrap();
    let secrets = Arc::new(SecretsInMemory::new());
    let old = cluster.issue_token(User::new("admin", &["system:masters"]), None);
    secrets.put("c", [("token", old.clone()), ("server", cluster.url())]);
    let map = ClusterMap::builder(connector(), Arc::clone(&secrets) as Arc<dyn SecretReader>);
    let map = map.from_clusters([record("c", &cluster)]).unwrap();
    let client = map.get_cluster("c").await.unwrap().client().clone();
    let namespaces: Api<Namespace> = Api::all(client);
    namespaces.get("default").await.unwrap();

    let new = cluster.issue_token(User::new("admin", &["system:masters"]), None);
    secrets.put("c", [("token", new), ("server", cluster.url())]);
    cluster.revoke_token(&old);
    namespaces.get("default").await.unwrap();
    map.close().await;
    cluster.shutdown().await;
}
