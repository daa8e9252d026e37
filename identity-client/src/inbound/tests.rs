use std::convert::Infallible;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_client::error::{Error, ErrorCode, ServiceError};
use core_client::jws::Signer;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body_util::{BodyExt as _, Full};
use jiff::Timestamp;
use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use testkit::pki::{Ca, Leaf, Pair};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::*;
use crate::context::{Impersonation, RequestContext};
use crate::principal::{ActorType, DEFAULT_MAX_HEADER_BYTES, Principal};
use crate::token::{ExchangeError, ExchangeRequest, MockTokenExchange, Passport, PassportError, TokenExchange};

const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn pair(common_name: &str) -> Pair {
    Ca::new("clients").issue(Leaf::client(common_name).p256())
}

fn escaped(pair: &Pair) -> HeaderValue {
    testkit::ingress::escaped_certificate(pair.cert_der())
}

/// A request as it looks behind the ingress.
#[derive(Clone)]
struct Sent {
    path: &'static str,
    headers: HeaderMap,
}

impl Sent {
    fn new() -> Self {
        Self {
            path: "/api/v1/things",
            headers: HeaderMap::from_iter([(http::header::HOST, "acme.com".parse().unwrap())]),
        }
    }

    fn path(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        self
    }

    fn certificate(mut self, pair: &Pair) -> Self {
        self.headers.insert("ssl-client-cert", escaped(pair));
        self.header("ssl-client-verify", "SUCCESS")
    }

    fn relayed(mut self, pair: &Pair) -> Self {
        self.headers.insert("unikorn-client-certificate", escaped(pair));
        self
    }

    fn principal(mut self, principal: &Principal) -> Self {
        self.headers.insert("x-principal", principal.to_header(DEFAULT_MAX_HEADER_BYTES).unwrap());
        self
    }

    fn signed(mut self, principal: &Principal, pair: &Pair) -> Self {
        let signer = Signer::from_der(&pair.key_der()).unwrap();
        let compact = signer.sign(principal.to_json().as_bytes()).unwrap();
        self.headers.insert("x-principal", HeaderValue::from_str(&compact).unwrap());
        self
    }

    fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }
}

/// What the handler saw, or the answer it was spared.
#[derive(Debug)]
struct Reached {
    context: RequestContext,
    authorization: Option<Authorization>,
    headers: HeaderMap,
}

#[derive(Debug)]
struct Refused {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

async fn send(layer: &InboundLayer, sent: Sent) -> Result<Reached, Refused> {
    let (reached, mut handler) = tokio::sync::mpsc::unbounded_channel();
    let service = layer.layer(service_fn(move |request: Request<()>| {
        let (parts, ()) = request.into_parts();
        let context = RequestContext::from_extensions(&parts.extensions).unwrap().clone();
        let authorization = Authorization::from_extensions(&parts.extensions).ok().cloned();
        reached.send(Reached { context, authorization, headers: parts.headers }).unwrap();
        async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"handled")))) }
    }));
    let mut request = Request::get(sent.path).body(()).unwrap();
    *request.headers_mut() = sent.headers;
    let (parts, body) = service.oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    match handler.try_recv() {
        Ok(reached) => {
            assert_eq!(body, &b"handled"[..]);
            Ok(reached)
        }
        Err(_) => {
            Err(Refused { status: parts.status, headers: parts.headers, body: serde_json::from_slice(&body).unwrap() })
        }
    }
}

async fn refused(layer: &InboundLayer, sent: Sent) -> (u16, String) {
    let refused = send(layer, sent).await.unwrap_err();
    assert_eq!(refused.headers["content-type"], "application/json");
    assert_eq!(refused.headers["cache-control"], "no-cache");
    assert_eq!(refused.headers.contains_key("www-authenticate"), refused.status == 401);
    (refused.status.as_u16(), refused.body["error"].as_str().unwrap().to_owned())
}

fn passport(subject: &str, account_type: &str) -> Arc<Passport> {
    let claims = json!({
        "sub": subject, "exp": 1_800_000_060, "typ": "passport", "acctype": account_type, "source": "uni",
        "src_iss": "https://login.acme.com", "org_ids": ["o1", "o2"], "email": "joe@acme.com",
    });
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let compact = format!("{}.{}.", encode(json!({"alg": "ES512"})), encode(claims));
    Arc::new(Passport::decode_unverified(&compact, Timestamp::from_second(1_800_000_000).unwrap()).unwrap())
}

fn exchanging(outcome: Result<Arc<Passport>, ExchangeError>) -> InboundLayer {
    let mut exchange = MockTokenExchange::new();
    exchange.expect_exchange().returning(move |_| outcome.clone());
    InboundLayer::builder().exchange(exchange).build()
}

fn joe() -> Principal {
    Principal::user("joe@acme.com").with_organization("o1")
}

fn invalid() -> (u16, String) {
    (400, "invalid_request".to_owned())
}

fn denied() -> (u16, String) {
    (401, "access_denied".to_owned())
}

// === certificates ===

#[tokio::test]
async fn a_service_is_known_by_its_certificate_and_its_principal_is_attribution() {
    let service = pair("unikorn-region");
    let sent = Sent::new().certificate(&service).principal(&joe()).header("traceparent", TRACE);
    let reached = send(&InboundLayer::new(), sent).await.unwrap();
    let authorization = reached.authorization.unwrap();
    assert_eq!(authorization.subject(), "unikorn-region");
    assert_eq!(authorization.account_type(), &ActorType::System);
    assert!(authorization.is_system() && authorization.token().is_none() && authorization.issuer().is_empty());
    assert_eq!(reached.context.principal(), Some(&joe()));
    assert_eq!(reached.context.impersonation(), Impersonation::None);
    assert_eq!(reached.context.trace().unwrap().traceparent(), TRACE);
}

#[tokio::test]
async fn the_handler_gets_no_certificate_and_none_of_the_trust_headers() {
    let sent = Sent::new().certificate(&pair("svc")).principal(&joe()).header("accept", "text/plain");
    let reached = send(&InboundLayer::new(), sent).await.unwrap();
    assert!(reached.context.certificate().is_none());
    let names: Vec<_> = reached.headers.keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["host", "accept"]);
}

#[tokio::test]
async fn an_unverified_certificate_is_refused_on_every_route() {
    let public = InboundLayer::builder().routes(|_| Route::public()).build();
    let mut sent = Sent::new().certificate(&pair("svc")).principal(&joe());
    for verdict in ["FAILED:unable to verify", "NONE", "success", "SUCCESS "] {
        sent.headers.insert("ssl-client-verify", HeaderValue::from_str(verdict).unwrap());
        assert_eq!(refused(&InboundLayer::new(), sent.clone()).await, invalid(), "{verdict}");
        assert_eq!(refused(&public, sent.clone()).await, invalid(), "{verdict}");
    }
    sent.headers.remove("ssl-client-verify");
    assert_eq!(refused(&InboundLayer::new(), sent).await, invalid());
}

#[tokio::test]
async fn a_verified_certificate_that_cannot_be_read_is_refused_as_the_callers_fault() {
    let sent = Sent::new().header("ssl-client-cert", "rubbish").header("ssl-client-verify", "SUCCESS");
    assert_eq!(refused(&InboundLayer::new(), sent.principal(&joe())).await, invalid());
}

#[tokio::test]
async fn a_certificate_without_common_name_is_nobody() {
    let sent = Sent::new().certificate(&pair("")).principal(&joe());
    assert_eq!(refused(&InboundLayer::new(), sent).await, denied());
}

#[tokio::test]
async fn a_public_route_needs_no_caller() {
    let public = InboundLayer::builder().routes(|_| Route::public()).build();
    let reached = send(&public, Sent::new().principal(&joe())).await.unwrap();
    assert!(reached.authorization.is_none());
    assert!(reached.context.principal().is_none());
}

#[tokio::test]
async fn an_authorization_left_in_the_request_by_somebody_else_does_not_reach_the_handler() {
    let (parts, ()) = Request::get("/").body(()).unwrap().into_parts();
    let mut parts = parts;
    parts.extensions.insert(Authorization::system("eve"));
    admit(&mut parts, Authenticated { context: RequestContext::new(), authorization: None });
    assert!(parts.extensions.get::<Authorization>().is_none());
}

// === relayed certificates ===

#[tokio::test]
async fn a_relayed_certificate_without_mutual_tls_is_nobody() {
    let sent = Sent::new().relayed(&pair("unikorn-region")).principal(&joe());
    assert_eq!(refused(&InboundLayer::builder().relays(["unikorn-region"]).build(), sent).await, denied());
}

/// W-22
#[tokio::test]
async fn a_service_cannot_name_another_by_relaying_its_certificate() {
    let sent = Sent::new().certificate(&pair("mallory")).relayed(&pair("unikorn-region")).principal(&joe());
    for layer in [InboundLayer::new(), InboundLayer::builder().relays(["unikorn-compute"]).build()] {
        let reached = send(&layer, sent.clone()).await.unwrap();
        assert_eq!(reached.authorization.unwrap().subject(), "mallory");
    }
}

/// W-22
#[tokio::test]
async fn a_listed_relay_speaks_for_its_own_caller() {
    let layer = InboundLayer::builder().relays(["unikorn-region"]).build();
    let sent = Sent::new().certificate(&pair("unikorn-region")).relayed(&pair("unikorn-compute")).principal(&joe());
    let reached = send(&layer, sent).await.unwrap();
    assert_eq!(reached.authorization.unwrap().subject(), "unikorn-compute");

    let nameless = Sent::new().certificate(&pair("unikorn-region")).relayed(&pair("")).principal(&joe());
    assert_eq!(refused(&layer, nameless).await, denied());
    let rubbish = Sent::new().certificate(&pair("unikorn-region")).principal(&joe());
    assert_eq!(refused(&layer, rubbish.header("unikorn-client-certificate", "rubbish")).await, invalid());
}

/// W-23
#[tokio::test]
async fn an_end_user_cannot_relay_a_certificate_for_a_bound_token() {
    let mut exchange = MockTokenExchange::new();
    exchange.expect_exchange().never();
    let layer = InboundLayer::builder().exchange(exchange).relays(["unikorn-region"]).build();
    let sent = Sent::new().relayed(&pair("unikorn-region")).bearer("t");
    assert_eq!(refused(&layer, sent).await, invalid());
}

/// W-23
#[tokio::test]
async fn only_a_certificate_that_was_proven_goes_along_to_the_exchange() {
    let (region, compute) = (pair("unikorn-region"), pair("unikorn-compute"));
    let direct_or_relayed = [
        (InboundLayer::builder(), escaped(&region)),
        (InboundLayer::builder().relays(["unikorn-region"]), escaped(&compute)),
    ];
    for (builder, expected) in direct_or_relayed {
        let mut exchange = MockTokenExchange::new();
        exchange
            .expect_exchange()
            .withf(move |request| request.context.certificate().unwrap().header() == expected)
            .times(1)
            .returning(|_| Ok(passport("joe", "user")));
        let sent = Sent::new().certificate(&region).relayed(&compute).principal(&joe()).bearer("t");
        send(&builder.exchange(exchange).build(), sent).await.unwrap();
    }
}

// === principals ===

#[tokio::test]
async fn a_service_without_a_principal_is_refused() {
    let sent = Sent::new().certificate(&pair("svc"));
    assert_eq!(refused(&InboundLayer::new(), sent.clone()).await, invalid());
    for value in ["e30=", "e3 0", "W10", "eyJhY3RvciI6MX0", "e30geA", "", "a.b", "a.b.c", "\u{e9}"] {
        let mut sent = sent.clone();
        sent.headers.insert("x-principal", HeaderValue::from_bytes(value.as_bytes()).unwrap());
        assert_eq!(refused(&InboundLayer::new(), sent).await, invalid(), "{value}");
    }
}

#[tokio::test]
async fn a_signed_principal_is_believed_when_the_direct_caller_signed_it() {
    let (service, other) = (pair("unikorn-compute"), pair("unikorn-compute"));
    let signed = Sent::new().signed(&joe(), &service);
    let reached = send(&InboundLayer::new(), signed.clone().certificate(&service)).await.unwrap();
    assert_eq!(reached.authorization.unwrap().subject(), "unikorn-compute");
    assert_eq!(reached.context.principal(), Some(&joe()));
    assert_eq!(refused(&InboundLayer::new(), signed.clone().certificate(&other)).await, invalid());

    // Never the relayed certificate, even of a listed relay.
    let layer = InboundLayer::builder().relays(["unikorn-compute"]).build();
    assert_eq!(refused(&layer, signed.certificate(&other).relayed(&service)).await, invalid());
}

#[tokio::test]
async fn the_empty_principal_is_legal() {
    let reached = send(&InboundLayer::new(), Sent::new().certificate(&pair("svc")).header("x-principal", "e30")).await;
    assert!(reached.unwrap().context.principal().unwrap().is_empty());
}

#[tokio::test]
async fn a_principal_longer_than_the_limit_is_refused() {
    let long = "A".repeat(16 * 1024 + 1);
    let sent = Sent::new().certificate(&pair("svc")).header("x-principal", &long);
    assert_eq!(refused(&InboundLayer::new(), sent).await, invalid());
    let small = InboundLayer::builder().max_principal_bytes(3).build();
    let sent = Sent::new().certificate(&pair("svc"));
    assert!(send(&small, sent.clone().header("x-principal", "e30")).await.is_ok());
    assert_eq!(refused(&small, sent.header("x-principal", "bnVsbA")).await, invalid());
}

#[tokio::test]
async fn impersonation_is_marked_only_with_a_plain_principal_that_has_an_actor() {
    let service = pair("svc");
    let marked = Sent::new().certificate(&service).header("x-impersonate", "true");
    let reached = send(&InboundLayer::new(), marked.clone().principal(&joe())).await.unwrap();
    assert_eq!(reached.context.impersonation(), Impersonation::Marked);

    let signed = send(&InboundLayer::new(), marked.clone().signed(&joe(), &service)).await.unwrap();
    assert_eq!(signed.context.impersonation(), Impersonation::None);

    let nobody = marked.principal(&Principal::new().with_organization("o"));
    assert_eq!(refused(&InboundLayer::new(), nobody).await, invalid());

    let mumbled = Sent::new().certificate(&service).principal(&joe()).header("x-impersonate", "TRUE");
    let reached = send(&InboundLayer::new(), mumbled).await.unwrap();
    assert_eq!(reached.context.impersonation(), Impersonation::None);
}

/// W-24
#[tokio::test]
async fn a_bearer_cannot_bring_a_principal_of_its_own() {
    let layer = exchanging(Ok(passport("eve@acme.com", "user")));
    let forged = Sent::new().bearer("t").principal(&joe()).header("x-impersonate", "true");
    let reached = send(&layer, forged.clone()).await.unwrap();
    assert_eq!(reached.context.principal().unwrap().actor(), "eve@acme.com");
    assert_eq!(reached.context.impersonation(), Impersonation::None);

    // Neither with a certificate that nobody verified, nor by hiding that behind a relayed one.
    let mut unverified = forged.certificate(&pair("svc"));
    unverified.headers.remove("ssl-client-verify");
    assert_eq!(refused(&layer, unverified.clone()).await, invalid());
    assert_eq!(refused(&layer, unverified.relayed(&pair("svc"))).await, invalid());
}

// === tokens ===

#[tokio::test]
async fn a_user_is_its_own_principal_in_the_scope_of_the_path() {
    let mut exchange = MockTokenExchange::new();
    exchange
        .expect_exchange()
        .withf(|request: &ExchangeRequest| {
            request.token.expose_secret() == "t"
                && request.organization.as_deref() == Some("o1")
                && request.project.as_deref() == Some("p1")
                && request.context.trace().is_some()
        })
        .times(1)
        .returning(|_| Ok(passport("joe@acme.com", "user")));
    let layer = InboundLayer::builder().exchange(exchange).build();
    let sent = Sent::new().path("/api/v1/organizations/o1/projects/p1/x").bearer("t").header("traceparent", TRACE);
    let reached = send(&layer, sent).await.unwrap();
    assert_eq!(
        reached.context.principal().unwrap(),
        &Principal::user("joe@acme.com").with_organization("o1").with_project("p1").with_organizations(["o1", "o2"]),
    );
    let authorization = reached.authorization.unwrap();
    assert_eq!(authorization.token().unwrap().expose_secret(), "t");
    assert_eq!(authorization.email(), Some("joe@acme.com"));
    assert_eq!(authorization.issuer(), "https://login.acme.com");
    assert_eq!(authorization.organization_ids(), ["o1", "o2"]);
    assert!(!authorization.is_system());
}

#[tokio::test]
async fn a_service_account_is_a_service_and_everybody_else_a_user() {
    for (account, expected) in [("service", ActorType::Service), ("system", ActorType::User), ("odd", ActorType::User)]
    {
        let reached = send(&exchanging(Ok(passport("id", account))), Sent::new().bearer("t")).await.unwrap();
        assert_eq!(reached.context.principal().unwrap().actor_type(), Some(&expected));
    }
}

#[tokio::test]
async fn a_bearer_over_a_services_channel_is_known_by_token_and_attributed_by_header() {
    let layer = exchanging(Ok(passport("joe@acme.com", "user")));
    let sent = Sent::new().bearer("t").certificate(&pair("unikorn-region")).principal(&Principal::user("other"));
    let reached = send(&layer, sent).await.unwrap();
    assert_eq!(reached.authorization.unwrap().subject(), "joe@acme.com");
    assert_eq!(reached.context.principal().unwrap().actor(), "other");
}

#[tokio::test]
async fn missing_and_malformed_credentials_are_unauthenticated() {
    let layer = exchanging(Ok(passport("joe", "user")));
    assert_eq!(refused(&layer, Sent::new()).await, denied());
    for value in ["", "Bearer", "Bearer ", "Bearer a b", "Basic a", "bearer  a", "\u{e9} a"] {
        assert_eq!(refused(&layer, Sent::new().header("authorization", value)).await, denied(), "{value:?}");
    }
    for scheme in ["bearer", "BEARER"] {
        assert!(send(&layer, Sent::new().header("authorization", &format!("{scheme} t"))).await.is_ok());
    }
    // A malformed header is not saved by a good certificate.
    let sent = Sent::new().certificate(&pair("svc")).principal(&joe()).header("authorization", "Basic a");
    assert_eq!(refused(&layer, sent).await, denied());
    assert_eq!(refused(&InboundLayer::new(), Sent::new().bearer("t")).await, denied());
}

#[tokio::test]
async fn exchange_failures_fail_closed_with_the_statuses_of_the_original() {
    let unavailable = || ExchangeError::Unavailable(None);
    for (error, expected) in [
        (ExchangeError::Unauthorized, denied()),
        (ExchangeError::Failed(StatusCode::IM_A_TEAPOT), denied()),
        (ExchangeError::InvalidResponse, denied()),
        (ExchangeError::MissingToken, denied()),
        (unavailable(), denied()),
        (ExchangeError::Forbidden, (403, "forbidden".to_owned())),
        (ExchangeError::Passport(PassportError::Expired), (500, "server_error".to_owned())),
    ] {
        let layer = exchanging(Err(error.clone()));
        assert_eq!(refused(&layer, Sent::new().bearer("t")).await, expected, "{error}");
    }
}

// === access lists ===

#[derive(Debug)]
struct Lists(fn(&AclRequest) -> Result<Arc<Acl>, Error>);

#[async_trait]
impl AclSource for Lists {
    async fn acl(&self, request: &AclRequest) -> Result<Arc<Acl>, Error> {
        (self.0)(request)
    }
}

#[tokio::test]
async fn the_access_list_is_asked_for_with_everything_that_separates_it() {
    let layer = InboundLayer::builder()
        .acl(Lists(|request| {
            assert_eq!(request.subject, "svc");
            assert!(request.token.is_none() && request.issuer.is_empty());
            assert_eq!(request.organization.as_deref(), Some("o1"));
            assert_eq!(request.context.impersonation(), Impersonation::Marked);
            assert!(request.context.certificate().is_some());
            Ok(Arc::new(serde_json::from_str(r#"{"global":[{"name":"e","operations":["read"]}]}"#).unwrap()))
        }))
        .build();
    let sent = Sent::new()
        .path("/api/v1/organizations/o1")
        .certificate(&pair("svc"))
        .principal(&joe())
        .header("x-impersonate", "true");
    let reached = send(&layer, sent).await.unwrap();
    let authorization = reached.authorization.unwrap();
    assert!(authorization.acl().unwrap().allows("e", Operation::Read, Some("o1"), None));
    assert!(reached.context.certificate().is_none());
}

#[tokio::test]
async fn a_refusal_of_the_access_list_is_passed_on_and_everything_else_is_our_fault() {
    let sent = || Sent::new().certificate(&pair("svc")).principal(&joe());
    let forbidden = InboundLayer::builder()
        .acl(Lists(|_| {
            let error = ServiceError::new(StatusCode::FORBIDDEN);
            Err(error.with_code(ErrorCode::Forbidden).with_description("not yours").into())
        }))
        .build();
    let answer = send(&forbidden, sent()).await.unwrap_err();
    assert_eq!(answer.status, 403);
    assert_eq!(answer.body["error_description"], "not yours");

    let shapeless =
        InboundLayer::builder().acl(Lists(|_| Err(ServiceError::new(StatusCode::BAD_GATEWAY).into()))).build();
    assert_eq!(refused(&shapeless, sent()).await, (500, "server_error".to_owned()));
}

// === answers ===

/// W-27
#[tokio::test]
async fn an_unauthenticated_answer_is_written_exactly_and_its_challenge_cannot_be_broken() {
    let sent = Sent::new().header("traceparent", TRACE);
    let answer = send(&InboundLayer::new(), sent.clone()).await.unwrap_err();
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.body,
        json!({
            "error": "access_denied",
            "error_description": "no credentials were presented",
            "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        }),
    );
    assert_eq!(
        answer.headers["www-authenticate"],
        "Bearer error=\"access_denied\",error_description=\"no credentials were presented\",\
         resource_metadata=\"https://acme.com/.well-known/openid-protected-resource\"",
    );
    let mut hostile = sent;
    hostile.headers.insert("host", HeaderValue::from_static("a\",realm=\"b"));
    let answer = send(&InboundLayer::new(), hostile).await.unwrap_err();
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("https://a\\\",realm=\\\"b/.well-known"), "{challenge}");
}

#[tokio::test]
async fn without_a_trace_the_answer_has_zeros() {
    let answer = send(&InboundLayer::new(), Sent::new()).await.unwrap_err();
    assert_eq!(answer.body["trace_id"], "0".repeat(32));
}

#[tokio::test]
async fn deviating_headers_are_refused_by_default_and_tolerated_on_request() {
    let sent = Sent::new().certificate(&pair("svc")).principal(&joe());
    let original = InboundLayer::builder().headers(HeaderPolicy::Original).build();
    for deviating in [
        sent.clone().header("x-principal", "e30"),
        sent.clone().header("x_principal", "e30"),
        sent.clone().header("connection", "x-principal"),
        sent.clone().header("x-impersonate", ""),
    ] {
        assert_eq!(refused(&InboundLayer::new(), deviating.clone()).await, invalid());
        let reached = send(&original, deviating).await.unwrap();
        assert_eq!(reached.context.principal(), Some(&joe()));
    }
}

/// W-20
#[tokio::test]
async fn nothing_a_handler_gets_shows_the_token() {
    let layer = exchanging(Ok(passport("joe", "user")));
    let reached = send(&layer, Sent::new().bearer("hunter2")).await.unwrap();
    let shown = format!("{:?} {:?}", reached.context, reached.authorization);
    assert!(!shown.contains("hunter2"), "{shown}");
}

/// W-20
#[tokio::test]
async fn nothing_logged_on_the_way_shows_a_trust_header() {
    let (log, _guard) = crate::test_log::Log::capture();
    let (service, layer) = (pair("unikorn-region"), exchanging(Err(ExchangeError::Unauthorized)));
    let sent = Sent::new().certificate(&service).relayed(&pair("unikorn-compute")).principal(&joe());
    send(&layer, sent.clone()).await.unwrap();
    refused(&layer, sent.clone().bearer("hunter2")).await;
    refused(&layer, sent.clone().header("x-principal", "twice")).await;
    refused(&layer, Sent::new().signed(&joe(), &service).certificate(&pair("other"))).await;
    let text = log.text();
    assert!(text.contains("ignored a relayed certificate") && text.contains("refused a request"), "{text}");
    let principal = sent.headers["x-principal"].to_str().unwrap();
    for secret in ["hunter2", principal, "BEGIN", "eyJhbGci", "twice"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn a_body_keeps_its_length_on_the_way_out() {
    let refusal: ResponseBody<Full<Bytes>> = ResponseBody::refusal(Bytes::from_static(b"abc"));
    assert_eq!(refusal.size_hint().exact(), Some(3));
    let handler = ResponseBody::handler(Full::new(Bytes::from_static(b"abcd")));
    assert_eq!(handler.size_hint().exact(), Some(4));
    assert!(!handler.is_end_stream());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_header_makes_it_panic_or_admits_a_stranger(
        headers in prop::collection::vec(
            (prop::sample::select(vec![
                "authorization", "ssl-client-cert", "unikorn-client-certificate", "x-principal", "x-impersonate", "traceparent",
            ]), "[ -~]{0,64}"),
            0..8,
        ),
    ) {
        let mut sent = Sent::new();
        for (name, value) in headers {
            sent.headers.append(HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap());
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let outcome = runtime.block_on(send(&InboundLayer::new(), sent));
        prop_assert!(outcome.is_err());
    }
}

#[test]
fn the_layer_and_its_service_can_be_shared() {
    fn shareable<T: Clone + Send + Sync>(_: &T) {}
    let layer = InboundLayer::default();
    shareable(&layer);
    shareable(&layer.layer(()));
}

#[tokio::test]
async fn a_trait_object_is_an_exchange_too() {
    let exchange: Arc<dyn TokenExchange> = Arc::new(MockTokenExchange::new());
    let _layer = InboundLayer::builder().exchange(exchange).build();
}
