use std::time::Duration;

use core_client::credentials::Bundle;
use core_client::error::ErrorChain;
use fake_cluster::server::FakeCluster;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::Api;
use kube::api::{Patch, PatchParams, PostParams};
use testkit::pki::{Ca, Leaf};
use testkit::server::TlsServer;

use super::*;
use crate::context::RequestContext;
use crate::principal::{Principal, Strictness};

const ORGANIZATIONS: &str = "[]";

struct Rig {
    cluster: FakeCluster,
    server: TlsServer,
    clients: Ca,
}

impl Rig {
    async fn start() -> Self {
        let (servers, clients) = (Ca::new("servers"), Ca::new("clients"));
        let cluster = FakeCluster::start().await.unwrap();
        let server = TlsServer::builder(&servers.issue(Leaf::server()))
            .client_ca(&clients)
            .json(200, ORGANIZATIONS)
            .start()
            .await;
        let rig = Self { cluster, server, clients };
        let pair = rig.clients.issue(Leaf::client("unikorn-compute").p256());
        rig.secrets().create(&PostParams::default(), &servers.secret("default", "ca")).await.unwrap();
        rig.secrets().create(&PostParams::default(), &pair.tls_secret("default", "certificate")).await.unwrap();
        rig
    }

    fn secrets(&self) -> Api<Secret> {
        Api::namespaced(self.cluster.client().unwrap(), "default")
    }

    async fn client(&self) -> Client {
        let options = Options::new().with_host(self.server.url()).with_ca_secret("default", "ca");
        let certificate = HttpClientOptions::new().with_certificate("default", "certificate");
        Client::new(self.cluster.client().unwrap(), &options, &certificate).await.unwrap()
    }
}

fn joe() -> RequestContext {
    RequestContext::new().with_principal(Principal::user("joe@acme.com"))
}

#[tokio::test]
async fn a_client_made_from_secrets_calls_for_users_and_controllers_over_one_connection() {
    let rig = Rig::start().await;
    let client = rig.client().await;
    let organizations = client.api_client(&joe()).unwrap().list_organizations().send().await.unwrap().into_inner();
    assert!(organizations.is_empty());

    let mut resource = ConfigMap::default();
    let owner = Principal::user("eve@acme.com");
    crate::stamp::created(&mut resource.metadata, crate::stamp::Placement::Global, "svc", &owner);
    client.controller_client(&resource).unwrap().list_organizations().send().await.unwrap();
    client.http_client().get("/api/v1/organizations").send().await.unwrap();

    let actors: Vec<_> = rig
        .server
        .requests()
        .iter()
        .map(|request| {
            let header = request.header("x-principal")?;
            Some(Principal::from_header(header.as_bytes(), 1000).unwrap().actor().to_owned())
        })
        .collect();
    assert_eq!(actors, [Some("joe@acme.com".to_owned()), Some("eve@acme.com".to_owned()), None]);
    assert_eq!(rig.server.connections().len(), 1);
    assert_eq!(rig.server.connections()[0].common_name(), Some("unikorn-compute"));
    client.shutdown().await;
    rig.cluster.shutdown().await;
}

/// W-04
#[tokio::test]
async fn clients_for_many_callers_share_connections_and_read_no_secret() {
    let rig = Rig::start().await;
    let client = rig.client().await;
    for number in 0..20 {
        let context = RequestContext::new().with_principal(Principal::user(format!("user-{number}")));
        client.clone().api_client(&context).unwrap().list_organizations().send().await.unwrap();
    }
    assert_eq!(rig.server.connections().len(), 1);
    client.shutdown().await;
    rig.cluster.shutdown().await;
}

/// W-01
#[tokio::test]
async fn a_rotated_secret_is_used_by_a_client_that_already_exists() {
    let rig = Rig::start().await;
    let client = rig.client().await;
    let api = client.api_client(&joe()).unwrap();
    api.list_organizations().send().await.unwrap();

    let next = rig.clients.issue(Leaf::client("unikorn-compute").p256());
    let before = client.http_client().generation().number();
    let mut generations = client.http_client().credentials().subscribe();
    let secret = next.tls_secret("default", "certificate");
    let patch = Patch::Merge(serde_json::json!({"data": secret.data}));
    rig.secrets().patch("certificate", &PatchParams::default(), &patch).await.unwrap();
    let rotated = generations.wait_for(|snapshot| snapshot.generation() > before);
    tokio::time::timeout(Duration::from_secs(20), rotated).await.unwrap().unwrap();

    api.list_organizations().send().await.unwrap();
    assert_eq!(rig.server.connections().last().unwrap().serial(), Some(next.serial_hex().as_str()));
    client.shutdown().await;
    rig.cluster.shutdown().await;
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_named() {
    let cluster = FakeCluster::start().await.unwrap();
    let options = Options::new().with_host("https://identity.example.com").with_ca_secret("default", "no-such-ca");
    let client = cluster.client().unwrap();
    let error = Client::new(client, &options, &HttpClientOptions::new()).await.unwrap_err();
    assert!(ErrorChain::new(&error).to_string().contains("default/no-such-ca"), "{}", ErrorChain::new(&error));
    cluster.shutdown().await;
}

/// W-07, W-08, W-13
#[tokio::test]
async fn half_configured_options_are_refused_before_anything_is_read() {
    let cluster = FakeCluster::start().await.unwrap();
    let good = Options::new().with_host("https://identity.example.com");
    let none = HttpClientOptions::new();
    for (options, certificate) in [
        (Options::new(), none.clone()),
        (Options::new().with_host("http://identity.example.com"), none.clone()),
        (good.clone().with_ca_secret("", "ca"), none.clone()),
        (good.clone().with_ca_secret("default", ""), none.clone()),
        (good.clone(), HttpClientOptions::new().with_certificate("default", "")),
        (good.clone(), HttpClientOptions::new().with_certificate("", "certificate")),
    ] {
        let error = Client::new(cluster.client().unwrap(), &options, &certificate).await.unwrap_err();
        assert!(matches!(error, Error::Construction(_)), "{options:?} {certificate:?} {error:?}");
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn delegation_options_apply_to_every_clone_made_afterwards() {
    let endpoint = HttpOptions::new("test").with_host("https://identity.example.com").endpoint().unwrap();
    let trust = core_client::credentials::Trust::from_pem(Ca::new("ca").pem().as_bytes()).unwrap();
    let base = BaseClient::from_parts(endpoint, Credentials::fixed(Bundle::new(None, trust))).unwrap();
    let strict = base.clone().with_delegation(DelegationOptions::new().with_strictness(Strictness::Strict));
    let mut nobody = ConfigMap::default();
    nobody.metadata.labels = Some(Default::default());
    nobody.metadata.annotations = Some(Default::default());
    assert!(base.context_for(&nobody).is_ok());
    assert!(Client::from_base(strict.clone()).controller_client(&nobody).is_err());
    assert!(strict.clone().context_for(&nobody).is_err());
}
