//! The client against a real server over real TLS. Nothing here waits for time to pass; everything waits for a state, with a bound.

mod bindings;
mod deadlines;
mod proxies;
mod refusals;
mod requests;
mod retries;
mod rotation;
mod secrecy;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use testkit::pki::{Ca, Leaf, Pair};
use testkit::server::{TlsServer, TlsServerBuilder};

use super::*;
use crate::credentials::{Bundle, Credentials, Identity, Trust};
use crate::options::{Endpoint, HttpOptions};

/// Authorities of servers and clients, and one client certificate.
struct World {
    servers: Ca,
    clients: Ca,
    pair: Pair,
}

impl World {
    fn new() -> Self {
        let clients = Ca::new("clients");
        let pair = clients.issue(Leaf::client("unikorn-region").serial(1));
        Self { servers: Ca::new("servers"), clients, pair }
    }

    fn server(&self) -> TlsServerBuilder {
        TlsServer::builder(&self.servers.issue(Leaf::server())).client_ca(&self.clients)
    }

    /// A server whose every answer is `{"id":"n1"}`.
    async fn friendly_server(&self) -> TlsServer {
        self.server().json(200, r#"{"id":"n1"}"#).start().await
    }

    fn bundle(&self) -> Bundle {
        self.bundle_of(&self.pair)
    }

    fn bundle_of(&self, pair: &Pair) -> Bundle {
        Bundle::new(Some(identity(pair)), trust(&self.servers))
    }

    fn client(&self, server: &TlsServer) -> HttpClient {
        self.client_with(server, quick())
    }

    fn client_with(&self, server: &TlsServer, options: ClientOptions) -> HttpClient {
        HttpClient::builder(endpoint(server), Credentials::fixed(self.bundle())).options(options).build().unwrap()
    }
}

fn identity(pair: &Pair) -> Identity {
    Identity::from_pem(pair.chain_pem().as_bytes(), pair.key_pem().as_bytes()).unwrap()
}

fn trust(ca: &Ca) -> Trust {
    Trust::from_pem(ca.pem().as_bytes()).unwrap()
}

fn endpoint(server: &TlsServer) -> Endpoint {
    HttpOptions::new("region").with_host(server.url()).endpoint().unwrap()
}

/// Retries without waits worth speaking of.
fn quick() -> ClientOptions {
    ClientOptions::default().with_retry(quick_retry())
}

fn quick_retry() -> RetryOptions {
    RetryOptions::default().with_backoff(Duration::from_millis(1), Duration::from_millis(2)).with_seed(7)
}

#[derive(Debug, serde::Deserialize, PartialEq)]
struct Network {
    id: String,
}

fn network() -> Network {
    Network { id: "n1".to_owned() }
}

/// The serial number of a certificate as servers print it.
fn serial(number: u8) -> String {
    format!("{number:02x}")
}

async fn get(http: &HttpClient) -> Result<Network, crate::error::Error> {
    http.get("/api/v2/networks/n1").operation("get_network").send().await?.json().await
}

/// Keeps compile-time promises honest.
#[test]
fn clients_and_contexts_are_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    fn sent<T: Send>(_: &T) {}
    shared::<HttpClient>();
    shared::<CallContext>();
    shared::<Arc<Generation>>();
    let world = World::new();
    let endpoint = HttpOptions::new("region").with_host("https://region.example").endpoint().unwrap();
    let http = HttpClient::builder(endpoint, Credentials::fixed(world.bundle())).build().unwrap();
    let call = CallContext::new(http.clone());
    let request = http.drawing_board().get("https://region.example").build().unwrap();
    sent(&call.exec(request, "get_network"));
    assert!(!format!("{call:?}").contains("PRIVATE"));
}
