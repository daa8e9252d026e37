//! What a careless receiver accepts, and this one refuses.

use anyhow::Result;
use axum::routing::get;
use axum::{Extension, Router};
use core_client::credentials::{Bundle, Credentials, Identity, Trust};
use core_client::error::ErrorChain;
use core_client::http::HttpClient;
use core_client::options::HttpOptions;
use identity_client::context::RequestContext;
use identity_client::inbound::{Authorization, InboundLayer};
use identity_client::principal::{DEFAULT_MAX_HEADER_BYTES, Principal};
use testkit::ingress::{escaped_certificate, ingress};
use testkit::pki::{Leaf, Pair};
use testkit::server::TlsServer;

use crate::narrate::Narrator;
use crate::world::World;

pub(crate) async fn is_refused(tell: &mut Narrator, world: &World) -> Result<()> {
    tell.say("The other side of the wire: a service of ours behind an ingress, with the inbound layer in front.");
    let layer = InboundLayer::new();
    let app = Router::new().route("/whoami", get(whoami)).layer(layer);
    let server = TlsServer::builder(&world.server_ca.issue(Leaf::server()))
        .client_ca(&world.client_ca)
        .anonymous_too()
        .router(ingress(app))
        .start()
        .await;
    let friend = Caller::new(world, &server, Some(&world.client_ca.issue(Leaf::client("unikorn-region").p256())))?;
    let stranger = Caller::new(world, &server, None)?;
    let principal = Principal::user("joe@acme.com").to_header(DEFAULT_MAX_HEADER_BYTES)?;
    let principal = principal.to_str()?;

    let (status, body) = friend.ask(&[("x-principal", principal)]).await?;
    tell.proves(
        format_args!("a service with a certificate is believed: {body}"),
        status == 200 && body.contains("joe@acme.com"),
    )?;

    let (status, _) = stranger.ask(&[("x-principal", principal)]).await?;
    tell.proves(format_args!("the same header without a certificate: {status}"), status == 401)?;

    let certificate = escaped_certificate(world.pair.cert_der());
    let relayed = [("x-principal", principal), ("unikorn-client-certificate", certificate.to_str()?)];
    let (_, body) = friend.ask(&relayed).await?;
    tell.proves(
        format_args!("naming another service by relaying its certificate changes nothing: {body}"),
        body.ends_with("through unikorn-region"),
    )?;

    let twins = [("x-principal", principal), ("x_principal", "e30")];
    let (status, _) = friend.ask(&twins).await?;
    tell.proves(format_args!("a twin header that a proxy might normalise into the real one: {status}"), status == 400)?;

    let forged = format!("eyJhbGciOiJub25lIn0.{principal}.");
    let (status, _) = friend.ask(&[("x-principal", &forged)]).await?;
    tell.proves(format_args!("a signed principal that asks for no signature: {status}"), status == 400)?;

    server.shutdown().await;
    Ok(())
}

async fn whoami(Extension(context): Extension<RequestContext>, Extension(caller): Extension<Authorization>) -> String {
    let actor = context.principal().map_or("nobody", Principal::actor);
    format!("{actor} through {}", caller.subject())
}

/// A client that sends whatever it is told to, as an attacker would.
struct Caller(HttpClient);

impl Caller {
    fn new(world: &World, server: &TlsServer, pair: Option<&Pair>) -> Result<Self> {
        let identity = match pair {
            Some(pair) => Some(Identity::from_pem(pair.chain_pem().as_bytes(), pair.key_pem().as_bytes())?),
            None => None,
        };
        let bundle = Bundle::new(identity, Trust::from_pem(world.server_ca.pem().as_bytes())?);
        let endpoint = HttpOptions::new("whoami").with_host(server.url()).endpoint()?;
        Ok(Self(HttpClient::builder(endpoint, Credentials::fixed(bundle)).build()?))
    }

    /// Status and body; an answer that refuses is an answer here.
    async fn ask(&self, headers: &[(&str, &str)]) -> Result<(u16, String)> {
        let mut request = self.0.get("/whoami");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match request.send().await {
            Ok(response) => {
                let status = response.status().as_u16();
                Ok((status, String::from_utf8_lossy(&response.bytes().await?).into_owned()))
            }
            Err(error) => match error.status() {
                Some(status) => Ok((status.as_u16(), ErrorChain::new(&error).to_string())),
                None => Err(error.into()),
            },
        }
    }
}
