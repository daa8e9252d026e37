//! An identity service in memory, and the exchange, the keys and the client credentials against it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use core_client::credentials::{Bundle, Clock, Credentials, Identity, Trust};
use core_client::http::{ClientOptions, HttpClient, RetryOptions, TokenSource as _};
use core_client::options::HttpOptions;
use http::{HeaderValue, Request, Response, StatusCode};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use testkit::pki::{Ca, Leaf, Pair};
use testkit::region::Peer;
use testkit::server::{Fault, TlsServer};

use super::jwks::tests::Issuer;
use super::passport::tests::{NOW, claims};
use super::*;
use crate::context::{RelayedCertificate, RequestContext};

#[derive(Debug, Default)]
pub(super) struct Hand(AtomicI64);

impl Hand {
    pub(super) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(NOW + self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// The fields of a form.
pub(super) fn form(body: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(body).into_owned().collect()
}

pub(super) fn answer(status: u16, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    response
}

/// A server and a client of it with a certificate that can be replaced.
pub(super) struct Rig {
    pub(super) server: TlsServer,
    pub(super) http: HttpClient,
    pub(super) credentials: Credentials,
    pub(super) clock: Arc<Hand>,
    server_ca: Ca,
    client_ca: Ca,
}

impl Rig {
    pub(super) async fn start(
        handler: impl Fn(Request<Bytes>) -> Response<Bytes> + Clone + Send + Sync + 'static,
    ) -> Self {
        let (server_ca, client_ca) = (Ca::new("servers"), Ca::new("clients"));
        let server =
            TlsServer::builder(&server_ca.issue(Leaf::server())).client_ca(&client_ca).handler(handler).start().await;
        let credentials = Credentials::fixed(bundle(&server_ca, &client_ca.issue(Leaf::client("svc").p256())));
        let endpoint = HttpOptions::new("identity").with_host(server.url()).endpoint().unwrap();
        let http = HttpClient::builder(endpoint, credentials.clone())
            .options(ClientOptions::default().with_retry(RetryOptions::none()))
            .build()
            .unwrap();
        Self { server, http, credentials, clock: Arc::default(), server_ca, client_ca }
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as Arc<dyn Clock>
    }

    fn rotate(&self) {
        self.credentials.replace(bundle(&self.server_ca, &self.client_ca.issue(Leaf::client("svc").p256())));
    }

    fn exchange(&self) -> IdentityExchange {
        IdentityExchange::new(self.http.clone()).with_clock(self.clock())
    }
}

fn bundle(server_ca: &Ca, pair: &Pair) -> Bundle {
    let identity = Identity::from_pem(pair.cert_pem().as_bytes(), pair.key_pem().as_bytes()).unwrap();
    Bundle::new(Some(identity), Trust::from_pem(server_ca.pem().as_bytes()).unwrap())
}

fn request() -> ExchangeRequest {
    ExchangeRequest::new(SecretString::from("raw-token")).with_scope(Some("o1"), Some("p1"))
}

fn issued(issuer: &Issuer) -> Value {
    json!({"access_token": issuer.issue(&claims()), "token_type": "Bearer", "expires_in": 60})
}

// === the exchange ===

#[tokio::test]
async fn a_token_is_exchanged_with_scope_certificate_and_trace_and_no_authorization() {
    let issuer = Arc::new(Issuer::new("k"));
    let rig = Rig::start(move |request| {
        assert_eq!(request.uri().path(), "/oauth2/v2/token");
        let fields = form(request.body());
        assert_eq!(fields["subject_token"], "raw-token");
        assert_eq!((fields["x_organization_id"].as_str(), fields["x_project_id"].as_str()), ("o1", "p1"));
        answer(200, &issued(&issuer))
    })
    .await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let context = RequestContext::new()
        .with_certificate(RelayedCertificate::new(HeaderValue::from_static("a%20b")))
        .with_trace(core_client::trace::TraceContext::parse(trace, None).unwrap());
    let passport = rig.exchange().exchange(&request().with_context(context)).await.unwrap();
    assert_eq!(passport.subject, "joe@acme.com");
    assert_eq!(passport.source_issuer, "https://login.acme.com");

    let seen = &rig.server.requests()[0];
    assert_eq!(seen.line(), "POST /oauth2/v2/token");
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seen.header("unikorn-client-certificate"), Some("a%20b"));
    assert_eq!(seen.header("traceparent"), Some(trace));
    assert_eq!(seen.header("authorization"), None);
    assert_eq!(seen.header("x-principal"), None);
}

#[tokio::test]
async fn every_outcome_of_the_exchange_has_the_class_of_the_original() {
    type Expected = fn(&ExchangeError) -> bool;
    let cases: [(u16, Value, Expected); 9] = [
        (401, json!({"error": "access_denied"}), |e| matches!(e, ExchangeError::Unauthorized)),
        (400, json!({"error": "invalid_scope", "error_description": "x"}), |e| matches!(e, ExchangeError::Forbidden)),
        (400, json!({"error": "invalid_request"}), |e| matches!(e, ExchangeError::Failed(_))),
        (400, json!("what"), |e| matches!(e, ExchangeError::Failed(_))),
        (404, json!({}), |e| matches!(e, ExchangeError::Failed(_))),
        (201, json!({"access_token": "x"}), |e| matches!(e, ExchangeError::Failed(_))),
        (302, json!({}), |e| matches!(e, ExchangeError::Failed(_))),
        (503, json!({"error": "server_error"}), |e| matches!(e, ExchangeError::Unavailable(Some(_)))),
        (200, json!({"token_type": "Bearer"}), |e| matches!(e, ExchangeError::MissingToken)),
    ];
    for (status, body, expected) in cases {
        let rig = Rig::start(move |_| answer(status, &body)).await;
        let error = rig.exchange().exchange(&request()).await.unwrap_err();
        assert!(expected(&error), "{status}: {error:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_json_is_invalid_and_a_passport_that_is_not_good_is_our_fault() {
    let rig = Rig::start(|_| Response::new(Bytes::from_static(b"<html>"))).await;
    let error = rig.exchange().exchange(&request()).await.unwrap_err();
    assert!(matches!(error, ExchangeError::InvalidResponse), "{error:?}");

    let rig = Rig::start(|_| answer(200, &json!({"access_token": "opaque"}))).await;
    let error = rig.exchange().exchange(&request()).await.unwrap_err();
    assert!(matches!(error, ExchangeError::Passport(PassportError::Malformed)), "{error:?}");
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_unavailable() {
    let rig = Rig::start(|_| answer(200, &json!({}))).await;
    rig.server.fail_always(Some(Fault::Never));
    let endpoint = rig.http.endpoint().clone();
    let options = ClientOptions::default().with_total_timeout(Duration::from_millis(50));
    let http = HttpClient::builder(endpoint, rig.credentials.clone()).options(options).build().unwrap();
    let error = IdentityExchange::new(http).exchange(&request()).await.unwrap_err();
    assert!(matches!(&error, ExchangeError::Unavailable(Some(cause)) if cause.is_timeout()), "{error:?}");
}

#[tokio::test]
async fn a_large_passport_is_read_whole() {
    let mut large = claims();
    large["org_ids"] = json!((0..1000).map(|index| format!("{index:032}")).collect::<Vec<_>>());
    let issuer = Issuer::new("k");
    let body = json!({"access_token": issuer.issue(&large)});
    let rig = Rig::start(move |_| answer(200, &body)).await;
    assert_eq!(rig.exchange().exchange(&request()).await.unwrap().organization_ids.len(), 1000);
}

#[tokio::test]
async fn two_calls_with_one_token_make_one_exchange() {
    let issuer = Issuer::new("k");
    let body = issued(&issuer);
    let rig = Rig::start(move |_| answer(200, &body)).await;
    let cached = CachedExchange::new(rig.exchange()).with_clock(rig.clock());
    for _ in 0..2 {
        cached.exchange(&request()).await.unwrap();
    }
    assert_eq!(rig.server.request_count(), 1);
}

// === verification ===

/// W-25
#[tokio::test]
async fn a_passport_that_the_identity_service_did_not_sign_is_refused_when_verification_is_on() {
    let (issuer, impostor) = (Arc::new(Issuer::new("k")), Issuer::new("k"));
    let (keys, forged) = (json!({"keys": [issuer.jwk()]}), issued(&impostor));
    let rig = Rig::start(move |request| match request.uri().path() {
        "/oauth2/v2/jwks" => answer(200, &keys),
        _ => answer(200, &forged),
    })
    .await;
    rig.exchange().exchange(&request()).await.unwrap();
    let error = rig.exchange().with_verification().exchange(&request()).await.unwrap_err();
    assert!(matches!(error, ExchangeError::Passport(PassportError::Signature)), "{error:?}");
}

/// W-25
#[tokio::test]
async fn keys_are_read_once_and_again_for_a_key_that_is_new_but_not_in_a_burst() {
    let issuers = [Issuer::new("one"), Issuer::new("two"), Issuer::new("unknown")];
    let bodies = issuers.each_ref().map(issued);
    let keys = Arc::new(Mutex::new(vec![issuers[0].jwk()]));
    let (current, fetches) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let rig = Rig::start({
        let (keys, current, fetches) = (Arc::clone(&keys), Arc::clone(&current), Arc::clone(&fetches));
        move |request| match request.uri().path() {
            "/oauth2/v2/jwks" => {
                fetches.fetch_add(1, Ordering::SeqCst);
                answer(200, &json!({"keys": *keys.lock().unwrap()}))
            }
            _ => answer(200, &bodies[current.load(Ordering::SeqCst)]),
        }
    })
    .await;
    let exchange = rig.exchange().with_verification();
    let fetches = || fetches.load(Ordering::SeqCst);
    for _ in 0..2 {
        exchange.exchange(&request()).await.unwrap();
    }
    assert_eq!(fetches(), 1);

    // A key joins the set: it is found, though not within ten seconds of the last look.
    keys.lock().unwrap().push(issuers[1].jwk());
    current.store(1, Ordering::SeqCst);
    let unknown = |outcome: Result<_, _>| matches!(outcome, Err(ExchangeError::Passport(PassportError::UnknownKey)));
    assert!(unknown(exchange.exchange(&request()).await));
    assert_eq!(fetches(), 1);
    rig.clock.advance(10);
    exchange.exchange(&request()).await.unwrap();
    assert_eq!(fetches(), 2);

    current.store(2, Ordering::SeqCst);
    for _ in 0..3 {
        assert!(unknown(exchange.exchange(&request()).await));
    }
    assert_eq!(fetches(), 2);
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_our_fault() {
    let issuer = Issuer::new("k");
    let body = issued(&issuer);
    let rig = Rig::start(move |request| match request.uri().path() {
        "/oauth2/v2/jwks" => answer(404, &json!({"error": "not_found"})),
        _ => answer(200, &body),
    })
    .await;
    let error = rig.exchange().with_verification().exchange(&request()).await.unwrap_err();
    assert!(matches!(error, ExchangeError::Keys(_)), "{error:?}");
}

// === client credentials ===

/// Issues numbered tokens, after answering discovery with its own address.
async fn issuing() -> (Rig, ClientCredentials) {
    let (base, count) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicUsize::new(0)));
    let rig = Rig::start({
        let base = Arc::clone(&base);
        move |request| match request.uri().path() {
            "/.well-known/openid-configuration" => {
                answer(200, &json!({"token_endpoint": format!("{}/oauth2/v2/token", base.lock().unwrap())}))
            }
            "/oauth2/v2/token" => {
                assert_eq!(request.body(), "grant_type=client_credentials");
                let serial = request.extensions().get::<Peer>().unwrap().serial.clone();
                let number = count.fetch_add(1, Ordering::SeqCst);
                answer(200, &json!({"access_token": format!("{number}-{serial}"), "expires_in": 3600}))
            }
            _ => answer(404, &json!({"error": "not_found"})),
        }
    })
    .await;
    *base.lock().unwrap() = rig.server.url();
    let source = ClientCredentials::new(rig.http.clone()).with_clock(rig.clock());
    (rig, source)
}

#[tokio::test]
async fn a_service_token_is_kept_until_a_minute_before_its_end() {
    let (rig, source) = issuing().await;
    let generation = rig.http.generation();
    let first = source.token(&generation).await.unwrap();
    rig.clock.advance(3600 - 61);
    assert_eq!(source.token(&generation).await.unwrap(), first);
    rig.clock.advance(1);
    assert_ne!(source.token(&generation).await.unwrap(), first);
}

#[tokio::test]
async fn a_burst_makes_one_request_for_a_token() {
    let (rig, source) = issuing().await;
    let generation = rig.http.generation();
    for token in futures::future::join_all((0..32).map(|_| source.token(&generation))).await {
        assert!(token.unwrap().expose().starts_with("0-"));
    }
    assert_eq!(rig.server.request_count(), 2);
}

#[tokio::test]
async fn a_token_is_never_used_with_another_certificate_than_its_own() {
    let (rig, source) = issuing().await;
    let first = source.token(&rig.http.generation()).await.unwrap();
    rig.rotate();
    let generation = rig.http.generation();
    let second = source.token(&generation).await.unwrap();
    assert_ne!(first, second);
    assert!(second.expose().ends_with(generation.identity().unwrap().serial()));
    assert_eq!(source.token(&generation).await.unwrap(), second);
}

#[tokio::test]
async fn a_token_got_across_a_rotation_is_not_kept() {
    let (rig, source) = issuing().await;
    let old = rig.http.generation();
    rig.rotate();
    // Asked for on the old generation, fetched on the new one.
    let stray = source.token(&old).await.unwrap();
    assert_ne!(source.token(&old).await.unwrap(), stray);
    let fresh = source.token(&rig.http.generation()).await.unwrap();
    assert_eq!(source.token(&rig.http.generation()).await.unwrap(), fresh);
}

#[tokio::test]
async fn a_refused_token_is_not_handed_out_again() {
    let (rig, source) = issuing().await;
    let generation = rig.http.generation();
    let first = source.token(&generation).await.unwrap();
    source.invalidate(&first);
    let second = source.token(&generation).await.unwrap();
    assert_ne!(first, second);
    source.invalidate(&first);
    assert_eq!(source.token(&generation).await.unwrap(), second);
}

#[tokio::test]
async fn a_token_endpoint_somewhere_else_is_refused() {
    let rig = Rig::start(|_| answer(200, &json!({"token_endpoint": "https://evil.example.com/token"}))).await;
    let source = ClientCredentials::new(rig.http.clone());
    let error = source.token(&rig.http.generation()).await.unwrap_err();
    assert!(core_client::error::ErrorChain::new(&error).to_string().contains("not below"), "{error:?}");
    assert_eq!(rig.server.request_count(), 1);
}

#[tokio::test]
async fn client_credentials_need_a_certificate() {
    let rig = Rig::start(|_| answer(200, &json!({}))).await;
    let bare = Credentials::fixed(Bundle::new(None, Trust::from_pem(rig.server_ca.pem().as_bytes()).unwrap()));
    let http = HttpClient::builder(rig.http.endpoint().clone(), bare).build().unwrap();
    let source = ClientCredentials::new(rig.http.clone());
    assert!(source.token(&http.generation()).await.is_err());
    assert_eq!(rig.server.request_count(), 0);
}

#[tokio::test]
async fn a_client_with_client_credentials_sends_them_and_renews_after_a_401() {
    let (rig, source) = issuing().await;
    let http = rig.http.clone().with_token_source(Arc::new(source));
    let error = http.get("/api").send().await.unwrap_err();
    assert!(error.is_not_found());
    rig.server.fail_next([Fault::status(401)]);
    assert!(http.get("/api").send().await.unwrap_err().is_not_found());
    let sent: Vec<_> = rig
        .server
        .requests()
        .iter()
        .filter(|request| request.line() == "GET /api")
        .map(|request| request.header("authorization").unwrap().split('-').next().unwrap().to_owned())
        .collect();
    assert_eq!(sent, ["Bearer 0", "Bearer 0", "Bearer 1"]);
}

/// W-15
#[tokio::test]
async fn sources_and_passports_show_no_token() {
    let (rig, source) = issuing().await;
    let token = source.token(&rig.http.generation()).await.unwrap();
    let shown = format!("{source:?} {token:?} {:?}", rig.exchange());
    assert!(!shown.contains(token.expose()), "{shown}");
    let pair = TokenPair::new("hunter2", "hunter3", Timestamp::UNIX_EPOCH);
    assert!(!format!("{pair:?}").contains("hunter"));
}
