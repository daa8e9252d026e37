//! A region service to call, and a client that calls it.

use core_client::credentials::{Bundle, Credentials, Identity, Trust};
use core_client::http::HttpClient;
use core_client::options::HttpOptions;
use identity_client::client::BaseClient;
use identity_client::context::RequestContext;
use identity_client::principal::Principal;
use k8s_openapi::api::networking::v1::Ingress;
use region_client::Client;
use region_client::generated;
use serde_json::json;
use testkit::pki::{Ca, Leaf};
use testkit::server::{TlsServer, TlsServerBuilder};

pub(crate) const NETWORK: &str = "9d2a0b0e-8f5d-4d5b-9d3a-3c5a1e6b7f10";

pub(crate) struct Peer {
    pub(crate) server: TlsServer,
    pub(crate) client: Client,
}

impl Peer {
    /// A server as `with` makes it, called at its URL with `suffix` behind.
    pub(crate) async fn start(suffix: &str, with: impl FnOnce(TlsServerBuilder) -> TlsServerBuilder) -> Self {
        let (servers, clients) = (Ca::new("servers"), Ca::new("clients"));
        let server = with(TlsServer::builder(&servers.issue(Leaf::server())).client_ca(&clients)).start().await;
        let pair = clients.issue(Leaf::client("unikorn-compute").p256());
        let identity = Identity::from_pem(pair.chain_pem().as_bytes(), pair.key_pem().as_bytes()).unwrap();
        let trust = Trust::from_pem(servers.pem().as_bytes()).unwrap();
        let endpoint = HttpOptions::new("region").with_host(server.url() + suffix).endpoint().unwrap();
        let credentials = Credentials::fixed(Bundle::new(Some(identity), trust));
        let http = HttpClient::builder(endpoint, credentials).build().unwrap();
        Self { server, client: Client::from_base(BaseClient::from_http(http)) }
    }

    /// A server that answers every request with this JSON.
    pub(crate) async fn answering(status: u16, body: &'static str) -> Self {
        Self::start("", |server| server.json(status, body)).await
    }

    /// The client of a user.
    pub(crate) fn api(&self) -> generated::Client {
        self.client.api_client(&context()).unwrap()
    }

    /// Request lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.server.requests().iter().map(testkit::server::Recorded::line).collect()
    }
}

pub(crate) fn context() -> RequestContext {
    RequestContext::new().with_principal(Principal::user("joe@acme.com"))
}

/// An object of a controller: `ingresses.networking.k8s.io/foo`.
pub(crate) fn ingress() -> Ingress {
    serde_json::from_value(json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "foo",
            "namespace": "default",
            "labels": {
                "unikorn-cloud.org/organization": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                "unikorn-cloud.org/project": "550e8400-e29b-41d4-a716-446655440000",
            },
            "annotations": { "unikorn-cloud.org/creator": "joe@acme.com" },
        },
    }))
    .unwrap()
}
