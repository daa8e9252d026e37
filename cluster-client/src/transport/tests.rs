use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use fake_cluster::api::{MASTERS, User};
use fake_cluster::server::{FakeCluster, PemPair};
use futures::StreamExt as _;
use http_body_util::BodyExt as _;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use kube::api::{ListParams, PostParams};
use kube::runtime::watcher;
use secrecy::SecretString;
use tokio::task::JoinSet;

use super::*;
use crate::auth::{AuthError, Credential, CredentialProvider, Material};
use crate::connect::{Connect as _, Connection};
use crate::error::{ConnectError, ErrorClass};
use crate::key::ClusterKey;
use crate::path::{PathOptions, Paths};
use crate::spec::{ClusterSpec, CredentialSpec, ServerTrust};

mod basics;
mod certificates;
mod failures;
mod secrecy_sweep;
mod tokens;

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

fn certificate_spec(pair: PemPair) -> CredentialSpec {
    CredentialSpec::Certificate { chain: pair.certificate.into_bytes().into(), key: SecretString::from(pair.key) }
}

fn certificate(pair: PemPair) -> Credential {
    Credential::new(Material::Certificate {
        chain: pair.certificate.into_bytes().into(),
        key: SecretString::from(pair.key),
        token: None,
    })
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

fn status(error: &kube::Error) -> u16 {
    match error {
        kube::Error::Api(status) => status.code,
        other => panic!("no answer: {other:?}"),
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

/// Hands out whatever a function makes, and counts.
struct Issuer {
    calls: AtomicUsize,
    make: Box<dyn Fn(usize) -> Result<Credential, AuthError> + Send + Sync>,
}

impl Issuer {
    fn new(make: impl Fn(usize) -> Result<Credential, AuthError> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { calls: AtomicUsize::new(0), make: Box::new(make) })
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn spec(self: &Arc<Self>) -> CredentialSpec {
        CredentialSpec::Custom(Arc::clone(self) as Arc<dyn CredentialProvider>)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Issuer")
    }
}

#[async_trait]
impl CredentialProvider for Issuer {
    async fn credential(&self) -> Result<Credential, AuthError> {
        (self.make)(self.calls.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

/// A watcher of config maps that runs until it is dropped.
struct Watching {
    _task: JoinSet<()>,
    seen: Arc<Seen>,
}

/// What a watcher saw.
#[derive(Debug, Default)]
struct Seen {
    lists: AtomicUsize,
    applied: AtomicUsize,
    errors: AtomicUsize,
}

impl Seen {
    fn lists(&self) -> usize {
        self.lists.load(Ordering::SeqCst)
    }

    fn applied(&self) -> usize {
        self.applied.load(Ordering::SeqCst)
    }

    fn errors(&self) -> usize {
        self.errors.load(Ordering::SeqCst)
    }
}

impl Watching {
    async fn start(connection: &Connection) -> Self {
        Self::of(config_maps(connection)).await
    }

    async fn of<K>(api: Api<K>) -> Self
    where
        K: kube::Resource + Clone + fmt::Debug + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let seen = Arc::new(Seen::default());
        let mut task = JoinSet::new();
        let record = Arc::clone(&seen);
        task.spawn(async move {
            let mut events = watcher(api, watcher::Config::default()).boxed();
            while let Some(event) = events.next().await {
                match event {
                    Ok(watcher::Event::InitDone) => record.lists.fetch_add(1, Ordering::SeqCst),
                    Ok(watcher::Event::Apply(_)) => record.applied.fetch_add(1, Ordering::SeqCst),
                    Ok(_) => 0,
                    Err(_) => {
                        // As a watcher with a backoff.
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        record.errors.fetch_add(1, Ordering::SeqCst)
                    }
                };
            }
        });
        eventually("the first list", || seen.lists() == 1).await;
        Self { _task: task, seen }
    }
}

/// Opens a watch and gives back its body.
async fn open_watch(connection: &Connection, query: &str) -> kube::client::Body {
    let request = http::Request::get(format!("/api/v1/namespaces/default/configmaps?watch=1{query}"));
    let response = connection.client.send(request.body(kube::client::Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body()
}
