//! Requests over several hops, on real TLS: a caller, a service with the inbound layer behind an ingress, and an identity
//! service that the layer asks.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use axum::routing::get;
use axum::{Extension, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use core_client::credentials::{Bundle, Credentials, Identity, Trust};
use core_client::error::Error;
use core_client::http::HttpClient;
use core_client::options::HttpOptions;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use identity_client::client::BaseClient;
use identity_client::context::{Impersonation, RequestContext};
use identity_client::inbound::{Authorization, CachedAcl, IdentityAcl, InboundLayer, Operation};
use identity_client::principal::Principal;
use identity_client::token::{CachedExchange, IdentityExchange};
use serde_json::{Value, json};
use testkit::ingress::{escaped_certificate, ingress};
use testkit::pki::{Ca, Leaf, Pair};
use testkit::server::{Fault, TlsServer};

/// One authority for servers and one for clients, an identity service, and a service that asks it.
struct World {
    server_ca: Ca,
    client_ca: Ca,
    identity: TlsServer,
    service: TlsServer,
    service_pair: Pair,
}

fn json_answer(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Accepts one token, and lets everybody read networks in the organization `o1`.
fn identity(request: Request<Bytes>) -> Response<Bytes> {
    let segment = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    match request.uri().path() {
        "/oauth2/v2/token" => {
            let fields: Vec<(String, String)> = form_urlencoded::parse(request.body()).into_owned().collect();
            if !fields.contains(&("subject_token".to_owned(), "good".to_owned())) {
                return json_answer(
                    StatusCode::UNAUTHORIZED,
                    &json!({"error": "access_denied", "error_description": ""}),
                );
            }
            let claims = json!({
                "typ": "passport", "sub": "joe@acme.com", "acctype": "user", "source": "acme", "exp": 4_000_000_000_i64,
                "src_iss": "https://login.acme.com", "org_ids": ["o1"],
            });
            let passport = format!("{}.{}.", segment(json!({"alg": "ES512"})), segment(claims));
            json_answer(StatusCode::OK, &json!({"access_token": passport}))
        }
        "/api/v1/acl" => json_answer(StatusCode::OK, &json!({})),
        "/api/v1/organizations/o1/acl" => json_answer(
            StatusCode::OK,
            &json!({"organizations": [{"id": "o1", "endpoints": [{"name": "networks", "operations": ["read"]}]}]}),
        ),
        _ => json_answer(
            StatusCode::FORBIDDEN,
            &json!({"error": "forbidden", "error_description": "no such organization", "trace_id": "0"}),
        ),
    }
}

async fn networks(
    Extension(context): Extension<RequestContext>,
    Extension(caller): Extension<Authorization>,
) -> Result<String, StatusCode> {
    assert!(context.certificate().is_none());
    let principal = context.principal().cloned().unwrap_or_default();
    let acl = caller.acl().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    if !acl.allows("networks", Operation::Read, Some("o1"), None) {
        return Err(StatusCode::FORBIDDEN);
    }
    let acting = context.impersonation() == Impersonation::Marked;
    Ok(format!("{} for {}, acting {acting}", caller.subject(), principal.actor()))
}

impl World {
    async fn start() -> Self {
        let (server_ca, client_ca) = (Ca::new("servers"), Ca::new("clients"));
        let identity =
            TlsServer::builder(&server_ca.issue(Leaf::server())).client_ca(&client_ca).handler(identity).start().await;
        let service_pair = client_ca.issue(Leaf::client("unikorn-region").p256());
        let asking = base_client(&server_ca, &service_pair, &identity);
        let layer = InboundLayer::builder()
            .exchange(CachedExchange::new(IdentityExchange::new(asking.http_client().clone())))
            .acl(CachedAcl::new(IdentityAcl::new(asking)))
            .build();
        let router = Router::new()
            .route("/api/v1/organizations/{organizationID}/networks", get(networks))
            .route("/api/v1/networks", get(networks))
            .layer(layer);
        let service = TlsServer::builder(&server_ca.issue(Leaf::server()))
            .client_ca(&client_ca)
            .anonymous_too()
            .router(ingress(router))
            .start()
            .await;
        Self { server_ca, client_ca, identity, service, service_pair }
    }

    /// A client of the service with a certificate of its own.
    fn caller(&self, common_name: &str) -> BaseClient {
        base_client(&self.server_ca, &self.client_ca.issue(Leaf::client(common_name).p256()), &self.service)
    }

    /// A client of the service without a certificate.
    fn anonymous(&self) -> HttpClient {
        let trust = Trust::from_pem(self.server_ca.pem().as_bytes()).unwrap();
        client(&self.service, Credentials::fixed(Bundle::new(None, trust)))
    }
}

fn client(server: &TlsServer, credentials: Credentials) -> HttpClient {
    let endpoint = HttpOptions::new("test").with_host(server.url()).endpoint().unwrap();
    HttpClient::builder(endpoint, credentials).build().unwrap()
}

fn base_client(server_ca: &Ca, pair: &Pair, server: &TlsServer) -> BaseClient {
    let identity = Identity::from_pem(pair.cert_pem().as_bytes(), pair.key_pem().as_bytes()).unwrap();
    let trust = Trust::from_pem(server_ca.pem().as_bytes()).unwrap();
    BaseClient::from_http(client(server, Credentials::fixed(Bundle::new(Some(identity), trust))))
}

const PATH: &str = "/api/v1/organizations/o1/networks";

async fn ask(base: &BaseClient, context: &RequestContext, path: &str) -> Result<String, Error> {
    let body = base.context(context)?.request(Method::GET, path).send().await?.bytes().await?;
    Ok(String::from_utf8(body.to_vec()).unwrap())
}

async fn ask_as_user(world: &World, token: &str) -> Result<String, Error> {
    let answer = world.anonymous().get(PATH).header(AUTHORIZATION, format!("Bearer {token}")).send().await?;
    Ok(String::from_utf8(answer.bytes().await?.to_vec()).unwrap())
}

#[tokio::test]
async fn a_users_token_is_exchanged_once_and_its_access_list_fetched_with_it() {
    let world = World::start().await;
    for _ in 0..2 {
        assert_eq!(ask_as_user(&world, "good").await.unwrap(), "joe@acme.com for joe@acme.com, acting false");
    }
    let asked = world.identity.requests();
    let lines: Vec<_> = asked.iter().map(testkit::server::Recorded::line).collect();
    assert_eq!(lines, ["POST /oauth2/v2/token", "GET /api/v1/organizations/o1/acl"]);
    assert_eq!(asked[1].header("authorization"), Some("bearer good"));
    assert_eq!(asked[1].header("unikorn-client-certificate"), None);
    let principal = Principal::from_header(asked[1].header("x-principal").unwrap().as_bytes(), 1000).unwrap();
    assert_eq!(principal, Principal::user("joe@acme.com").with_organization("o1").with_organizations(["o1"]));
}

#[tokio::test]
async fn a_token_the_identity_service_refuses_is_unauthenticated_with_a_challenge() {
    let world = World::start().await;
    let error = ask_as_user(&world, "bad").await.unwrap_err();
    assert!(error.is_unauthenticated());
    let challenges = error.as_service().unwrap().www_authenticate();
    assert_eq!(challenges[0].get("error"), Some("access_denied"));
    let metadata = challenges[0].get("resource_metadata").unwrap();
    assert_eq!(metadata, format!("{}/.well-known/openid-protected-resource", world.service.url()));
}

#[tokio::test]
async fn a_service_calls_for_a_user_and_its_certificate_is_relayed_to_the_identity_service_only() {
    let world = World::start().await;
    let caller = world.caller("unikorn-compute");
    let context = RequestContext::new().with_principal(Principal::user("joe@acme.com"));
    assert_eq!(ask(&caller, &context, PATH).await.unwrap(), "unikorn-compute for joe@acme.com, acting false");

    let asked = &world.identity.requests()[0];
    assert_eq!(asked.header("authorization"), None);
    assert_eq!(asked.header("x-impersonate"), None);
    // The layer asks with the certificate of its own service and names that of its caller.
    assert_eq!(world.identity.connections()[0].common_name(), Some(world.service_pair.common_name()));
    let pair = caller.http_client().generation();
    let leaf = pair.identity().unwrap().chain()[0].clone();
    assert_eq!(asked.header("unikorn-client-certificate"), escaped_certificate(&leaf).to_str().ok());
}

#[tokio::test]
async fn an_impersonated_list_is_asked_for_as_such_and_shared_with_nobody() {
    let world = World::start().await;
    let caller = world.caller("unikorn-compute");
    let context = RequestContext::new().with_principal(Principal::user("joe@acme.com"));
    let acting = context.clone().with_impersonation(Impersonation::Marked).forwarding_impersonation();
    for _ in 0..2 {
        assert!(ask(&caller, &context, PATH).await.unwrap().ends_with("acting false"));
        assert!(ask(&caller, &acting, PATH).await.unwrap().ends_with("acting true"));
    }
    let marks: Vec<_> =
        world.identity.requests().iter().map(|request| request.header("x-impersonate").map(str::to_owned)).collect();
    assert_eq!(marks, [None, Some("true".to_owned())]);
}

#[tokio::test]
async fn a_refused_access_list_reaches_the_caller_with_its_code_and_a_broken_one_as_our_fault() {
    let world = World::start().await;
    let caller = world.caller("unikorn-compute");
    let context = RequestContext::new().with_principal(Principal::user("joe@acme.com"));
    let error = ask(&caller, &context, "/api/v1/organizations/o%2F2/networks").await.unwrap_err();
    assert!(error.is_forbidden());
    assert_eq!(error.as_service().unwrap().description(), Some("no such organization"));
    assert_eq!(world.identity.requests()[0].line(), "GET /api/v1/organizations/o%2F2/acl");

    world.identity.fail_always(Some(Fault::body(400, "text/html", "<html>")));
    let error = ask(&caller, &context, "/api/v1/networks").await.unwrap_err();
    assert_eq!(error.status().unwrap(), 500);
}

#[tokio::test]
async fn a_list_that_allows_nothing_allows_nothing() {
    let world = World::start().await;
    let caller = world.caller("unikorn-compute");
    let context = RequestContext::new().with_principal(Principal::user("joe@acme.com"));
    assert!(ask(&caller, &context, "/api/v1/networks").await.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn nobody_gets_in_without_credentials_whatever_headers_they_send() {
    let world = World::start().await;
    let service = escaped_certificate(world.service_pair.cert_der());
    let forged = Principal::user("joe@acme.com").to_header(1000).unwrap();
    // The ingress drops what a client says about certificates, and the layer believes no relayed one.
    for name in ["ssl-client-cert", "unikorn-client-certificate", "x-unrelated"] {
        let call = world.anonymous().get(PATH).header(name, service.clone()).header("x-principal", forged.clone());
        assert!(call.send().await.unwrap_err().is_unauthenticated(), "{name}");
    }
    assert_eq!(world.identity.request_count(), 0);
}
