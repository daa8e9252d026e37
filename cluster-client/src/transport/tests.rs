use std::time::Duration;

use fake_cluster::api::{MASTERS, User};
use fake_cluster::server::FakeCluster;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use kube::api::PostParams;
use secrecy::SecretString;

use super::*;
use crate::connect::{Connect as _, Connection};
use crate::error::ConnectError;
use crate::key::ClusterKey;
use crate::path::{PathOptions, Paths};
use crate::spec::{ClusterSpec, CredentialSpec, ServerTrust};

mod basics;

fn connector() -> Connector {
    connector_with(TransportOptions::default())
}

fn connector_with(options: TransportOptions) -> Connector {
    Connector::new(options, Paths::new(PathOptions::default()))
}

fn key() -> ClusterKey {
    ClusterKey::new("one").unwrap()
}

fn root() -> User {
    User::new("root", &[MASTERS])
}

fn token(cluster: &FakeCluster) -> String {
    cluster.issue_token(root(), None)
}

fn token_spec(token: &str) -> CredentialSpec {
    CredentialSpec::Token(SecretString::from(token))
}

fn spec(cluster: &FakeCluster, credential: CredentialSpec) -> ClusterSpec {
    let trust = ServerTrust::Roots(cluster.ca_pem().into_bytes().into());
    ClusterSpec::new(cluster.url().parse().unwrap(), trust, credential)
}

async fn connect(connector: &Connector, cluster: &FakeCluster, credential: CredentialSpec) -> Connection {
    connector.connect(&key(), &spec(cluster, credential)).await.unwrap()
}

fn config_maps(connection: &Connection) -> Api<ConfigMap> {
    Api::namespaced(connection.client.clone(), "default")
}

fn config_map(name: &str) -> ConfigMap {
    let mut map = ConfigMap::default();
    map.metadata.name = Some(name.into());
    map
}

/// What our stack says is wrong, out of kube's error.
fn cause(error: &kube::Error) -> &ConnectError {
    match error {
        kube::Error::Service(error) => error.downcast_ref().unwrap(),
        other => panic!("not ours: {other:?}"),
    }
}

/// Waits for something that happens soon.
async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(20), waiting).await.is_ok(), "waited for {what}");
}
