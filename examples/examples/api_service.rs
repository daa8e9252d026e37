//! A service in the middle: it receives a principal safely and calls the region API on behalf of it.
//!
//! You learn where the inbound layer goes, how a handler gets its `RequestContext`, and that a client for it is made per request at no
//! cost. Run it with `cargo run -p examples --example api_service`: it starts a region service and itself on loopback, calls itself once
//! as another service would, prints what happened and stops.
#![expect(clippy::print_stdout, reason = "an example speaks to a person")]

use anyhow::{Result, ensure};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use core_client::credentials::{Bundle, Credentials, Identity, Trust};
use core_client::error::ErrorChain;
use core_client::options::HttpOptions;
use identity_client::client::BaseClient;
use identity_client::context::RequestContext;
use identity_client::inbound::InboundLayer;
use identity_client::principal::{DEFAULT_MAX_HEADER_BYTES, Principal};
use testkit::ingress::ingress;
use testkit::pki::{Ca, Leaf, Pair};
use testkit::region::{RegionService, Seen};
use testkit::server::TlsServer;

/// The part you would write: who is calling is known, and so is for whom.
async fn networks(
    State(region): State<region_client::Client>,
    Extension(context): Extension<RequestContext>,
) -> Result<Json<Vec<String>>, Failure> {
    let networks = region.api_client(&context)?.list_networks().send().await?;
    Ok(Json(networks.iter().map(|network| network.metadata.name.to_string()).collect()))
}

/// An upstream refusal keeps its status; everything else is our own fault.
struct Failure(region_client::Error);

impl<E: Into<region_client::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        tracing::warn!(error = %ErrorChain::new(&self.0), "the region API did not answer");
        self.0.status().unwrap_or(StatusCode::BAD_GATEWAY).into_response()
    }
}

fn app(region: region_client::Client) -> Router {
    Router::new().route("/networks", get(networks)).layer(InboundLayer::new()).with_state(region)
}

#[tokio::main]
async fn main() -> Result<()> {
    tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).init();
    let (servers, clients) = (Ca::new("example servers"), Ca::new("example clients"));

    // The region service, which is not ours.
    let service = RegionService::new();
    let upstream =
        TlsServer::builder(&servers.issue(Leaf::server())).client_ca(&clients).region(service.clone()).start().await;

    // Our service, behind an ingress that ends TLS.
    let region = region_client::Client::from_base(client(
        "region",
        &upstream,
        &servers,
        &clients.issue(Leaf::client("unikorn-compute").rsa()),
    )?);
    let us = TlsServer::builder(&servers.issue(Leaf::server()))
        .client_ca(&clients)
        .router(ingress(app(region.clone())))
        .start()
        .await;
    println!("listening on {}", us.url());

    // Another service calls us on behalf of a user.
    let caller = client("compute", &us, &servers, &clients.issue(Leaf::client("unikorn-kubernetes").p256()))?;
    let principal = Principal::user("joe@acme.com").to_header(DEFAULT_MAX_HEADER_BYTES)?;
    let response = caller.http_client().get("/networks").header("x-principal", principal).send().await?;
    let status = response.status();
    println!("GET /networks → {status} {}", String::from_utf8_lossy(&response.bytes().await?));

    let seen = service.seen();
    for seen in &seen {
        println!(
            "the region service saw {} {} from {:?} for {:?}",
            seen.method, seen.target, seen.peer, seen.principal
        );
    }
    let for_joe = |principal: &serde_json::Value| principal["actor"] == "joe@acme.com";
    let is_right =
        |call: &Seen| call.peer.as_deref() == Some("unikorn-compute") && call.principal.as_ref().is_some_and(for_joe);
    ensure!(!seen.is_empty() && seen.iter().all(is_right), "the region service was to be called by us, for joe");
    println!("so it was called with our certificate, for the user whom our caller named");
    caller.shutdown().await;
    region.shutdown().await;
    us.shutdown().await;
    upstream.shutdown().await;
    Ok(())
}

fn client(service: &str, server: &TlsServer, trust: &Ca, pair: &Pair) -> Result<BaseClient> {
    let endpoint = HttpOptions::new(service).with_host(server.url()).endpoint()?;
    let identity = Identity::from_pem(pair.chain_pem().as_bytes(), pair.key_pem().as_bytes())?;
    let bundle = Bundle::new(Some(identity), Trust::from_pem(trust.pem().as_bytes())?);
    Ok(BaseClient::from_parts(endpoint, Credentials::fixed(bundle))?)
}
