//! A client made the way a process makes it: from options and Secrets of a cluster.

use core_client::error::{Error, ErrorChain};
use core_client::options::HttpClientOptions;
use fake_cluster::server::FakeCluster;
use region_client::{Client, Options};
use serde_json::json;
use testkit::pki::{Ca, Leaf};
use testkit::server::TlsServer;

use crate::peer::context;

fn options(host: &str) -> Options {
    Options::new().with_host(host).with_ca_secret("cert-manager", "unikorn-ca")
}

fn certificate() -> HttpClientOptions {
    HttpClientOptions::new().with_certificate("unikorn", "region-client-certificate")
}

#[tokio::test]
async fn certificate_and_trust_come_from_secrets() {
    let (servers, clients) = (Ca::new("servers"), Ca::new("clients"));
    let server = TlsServer::builder(&servers.issue(Leaf::server())).client_ca(&clients).json(200, "[]").start().await;
    let cluster = FakeCluster::start().await.unwrap();
    for namespace in ["cert-manager", "unikorn"] {
        cluster.create(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } })).unwrap();
    }
    let pair = clients.issue(Leaf::client("unikorn-compute").serial(7));
    for secret in
        [servers.secret("cert-manager", "unikorn-ca"), pair.tls_secret("unikorn", "region-client-certificate")]
    {
        cluster.create(serde_json::to_value(secret).unwrap()).unwrap();
    }

    let client = Client::new(cluster.client().unwrap(), &options(&server.url()), &certificate()).await.unwrap();
    client.api_client(&context()).unwrap().list_networks().send().await.unwrap();
    assert_eq!(server.connections()[0].serial(), Some("07"));
    client.shutdown().await;
    server.shutdown().await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_missing_secret_fails_the_construction_and_is_named() {
    let cluster = FakeCluster::start().await.unwrap();
    let error = Client::new(cluster.client().unwrap(), &options("https://region.example.com"), &certificate())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Credential(_)), "{}", ErrorChain::new(&error));
    let text = ErrorChain::new(&error).to_string();
    assert!(text.contains("unikorn/region-client-certificate") || text.contains("cert-manager/unikorn-ca"), "{text}");
    cluster.shutdown().await;
}

#[tokio::test]
async fn options_that_cannot_be_meant_fail_before_anything_is_read() {
    let cluster = FakeCluster::start().await.unwrap();
    for (options, flag) in [
        (Options::new(), "--region-host"),
        (Options::new().with_host("http://region.example.com"), "https"),
        (
            Options::new().with_host("https://region.example.com").with_ca_secret("", "ca"),
            "--region-ca-secret-namespace",
        ),
    ] {
        let error = Client::new(cluster.client().unwrap(), &options, &certificate()).await.unwrap_err();
        assert!(ErrorChain::new(&error).to_string().contains(flag), "{}", ErrorChain::new(&error));
    }
    cluster.shutdown().await;
}
