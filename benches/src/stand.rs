//! What the figures about calls stand on: a service that answers at once, our client, and a bare reqwest client with the same TLS.
#![expect(clippy::expect_used, reason = "a figure that cannot be set up cannot be measured")]

use core_client::credentials::{Bundle, Credentials, Identity, Trust};
use core_client::options::HttpOptions;
use identity_client::client::BaseClient;
use identity_client::context::RequestContext;
use identity_client::principal::Principal;
use k8s_openapi::api::core::v1::ConfigMap;
use serde_json::json;
use testkit::pki::{Ca, KeyKind, Leaf, Pair, PrivateKey};
use testkit::server::TlsServer;

/// An organization like the deployments name them.
pub const ORGANIZATION: &str = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
/// A project of it.
pub const PROJECT: &str = "550e8400-e29b-41d4-a716-446655440000";
/// The network every request asks for.
pub const NETWORK: &str = "9d2a0b0e-8f5d-4d5b-9d3a-3c5a1e6b7f10";

/// Server, certificates and clients.
#[derive(Debug)]
#[non_exhaustive]
pub struct Stand {
    /// Answers every request with one network.
    pub server: TlsServer,
    /// Signs server certificates.
    pub server_ca: Ca,
    /// Signs client certificates.
    pub client_ca: Ca,
    /// What our client presents.
    pub pair: Pair,
    /// Our client.
    pub region: region_client::Client,
}

const ANSWER: &str = r#"{"metadata":{"id":"9d2a0b0e-8f5d-4d5b-9d3a-3c5a1e6b7f10","name":"bench","creationTime":"2026-01-01T00:00:00Z","createdBy":"joe@acme.com","organizationId":"f47ac10b-58cc-4372-a567-0e02b2c3d479","projectId":"550e8400-e29b-41d4-a716-446655440000","provisioningStatus":"provisioned","healthStatus":"healthy"},"spec":{"dnsNameservers":["10.0.0.1"]},"status":{"regionId":"7c9e6679-7425-40de-944b-e07fc1f90ae7","prefix":"10.0.0.0/24"}}"#;

impl Stand {
    /// Starts the server and makes the clients. The client's key is RSA of 2048 bits, so that controllers sign.
    pub async fn start() -> Self {
        let (server_ca, client_ca) = (Ca::new("bench servers"), Ca::new("bench clients"));
        let key = PrivateKey::generate(KeyKind::Rsa2048);
        let pair = client_ca.issue(Leaf::client("unikorn-bench").key(&key));
        let server = TlsServer::builder(&server_ca.issue(Leaf::server()))
            .client_ca(&client_ca)
            .json(200, ANSWER)
            .without_record()
            .start()
            .await;
        let endpoint = HttpOptions::new("region").with_host(server.url()).endpoint().expect("an endpoint");
        let credentials = Credentials::fixed(bundle(&server_ca, &pair));
        let base = BaseClient::from_parts(endpoint, credentials).expect("a client");
        Self { server, server_ca, client_ca, pair, region: region_client::Client::from_base(base) }
    }

    /// Reqwest with the same TLS configuration and a pool, and nothing else.
    #[must_use]
    pub fn bare(&self) -> reqwest::Client {
        let tls = core_client::tls::client_config(&bundle(&self.server_ca, &self.pair)).expect("a TLS configuration");
        reqwest::Client::builder().tls_backend_preconfigured(tls).http1_only().no_proxy().build().expect("a client")
    }

    /// Where the network is.
    #[must_use]
    pub fn network_url(&self) -> String {
        format!("{}/api/v2/networks/{NETWORK}", self.server.url())
    }
}

/// Certificate, key and trust as our client takes them.
#[must_use]
pub fn bundle(server_ca: &Ca, pair: &Pair) -> Bundle {
    let identity = Identity::from_pem(pair.chain_pem().as_bytes(), pair.key_pem().as_bytes()).expect("a pair");
    Bundle::new(Some(identity), Trust::from_pem(server_ca.pem().as_bytes()).expect("roots"))
}

/// A user of the organization.
#[must_use]
pub fn user() -> RequestContext {
    RequestContext::new()
        .with_principal(Principal::user("joe@acme.com").with_organization(ORGANIZATION).with_project(PROJECT))
}

/// An object of that user.
#[must_use]
pub fn object() -> ConfigMap {
    serde_json::from_value(json!({"metadata": {
        "name": "bench",
        "namespace": "default",
        "labels": {"unikorn-cloud.org/organization": ORGANIZATION, "unikorn-cloud.org/project": PROJECT},
        "annotations": {"unikorn-cloud.org/creator": "joe@acme.com"},
    }}))
    .expect("an object")
}
