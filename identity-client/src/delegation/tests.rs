use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::routing::get;
use axum::{Extension, Router};
use core_client::credentials::{Bundle, Credentials, Identity, Trust};
use core_client::http::CallContext;
use core_client::options::{Endpoint, HttpOptions};
use http::{HeaderValue, Method};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use serde::Deserialize;
use testkit::ingress::ingress;
use testkit::pki::{Ca, Leaf, Pair};
use testkit::server::TlsServer;

use super::*;
use crate::client::BaseClient;
use crate::context::{Impersonation, RelayedCertificate};
use crate::inbound::{Authorization, InboundLayer, SignaturePolicy};
use crate::principal::Principal;
use crate::stamp;

const NOW: i64 = 1_800_000_000;

#[derive(Debug, Default)]
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(NOW + self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// A service behind an ingress that verifies principals, and a way to call it.
struct Rig {
    server: TlsServer,
    server_ca: Ca,
    client_ca: Ca,
    clock: Arc<Hand>,
}

async fn whoami(Extension(context): Extension<RequestContext>, Extension(caller): Extension<Authorization>) -> String {
    let principal = context.principal().cloned().unwrap_or_default();
    format!("{} {} {:?}", caller.subject(), principal.to_json(), context.impersonation())
}

impl Rig {
    async fn start(policy: SignaturePolicy) -> Self {
        let (server_ca, client_ca, clock) = (Ca::new("servers"), Ca::new("clients"), Arc::new(Hand::default()));
        let layer = InboundLayer::builder().signatures(policy).clock(Arc::clone(&clock) as Arc<dyn Clock>).build();
        let router = ingress(Router::new().route("/whoami", get(whoami)).layer(layer));
        let server =
            TlsServer::builder(&server_ca.issue(Leaf::server())).client_ca(&client_ca).router(router).start().await;
        Self { server, server_ca, client_ca, clock }
    }

    fn bundle(&self, pair: &Pair) -> Bundle {
        let identity = Identity::from_pem(pair.cert_pem().as_bytes(), pair.key_pem().as_bytes()).unwrap();
        Bundle::new(Some(identity), Trust::from_pem(self.server_ca.pem().as_bytes()).unwrap())
    }

    fn endpoint(&self) -> Endpoint {
        HttpOptions::new("test").with_host(self.server.url()).endpoint().unwrap()
    }

    fn client(&self, leaf: Leaf, options: DelegationOptions) -> BaseClient {
        let credentials = Credentials::fixed(self.bundle(&self.client_ca.issue(leaf)));
        BaseClient::from_parts(self.endpoint(), credentials)
            .unwrap()
            .with_delegation_and_clock(options, Arc::clone(&self.clock) as Arc<dyn Clock>)
    }

    fn principals(&self) -> Vec<String> {
        self.server.requests().iter().map(|request| request.header("x-principal").unwrap().to_owned()).collect()
    }
}

async fn ask(call: &CallContext) -> Result<String, Error> {
    let body = call.request(Method::GET, "/whoami").operation("whoami").send().await?.bytes().await?;
    Ok(String::from_utf8(body.to_vec()).unwrap())
}

fn resource() -> ConfigMap {
    let mut resource = ConfigMap::default();
    let principal = Principal::user("joe@acme.com").with_organization("o").with_project("p");
    stamp::created(&mut resource.metadata, stamp::Placement::project("o", "p"), "svc", &principal);
    resource
}

const OWNER: &str = r#"{"organizationId":"o","projectId":"p","actor":"joe@acme.com"}"#;

// === API path ===

#[tokio::test]
async fn a_service_calls_for_the_user_of_a_request() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let client = rig.client(Leaf::client("unikorn-compute").p256(), DelegationOptions::new());
    let context = RequestContext::new().with_principal(Principal::user("joe@acme.com"));
    let answer = ask(&client.context(&context).unwrap()).await.unwrap();
    assert_eq!(answer, r#"unikorn-compute {"type":"user","actor":"joe@acme.com"} None"#);
    assert_eq!(rig.principals(), ["eyJ0eXBlIjoidXNlciIsImFjdG9yIjoiam9lQGFjbWUuY29tIn0"]);
}

#[tokio::test]
async fn a_context_without_principal_is_refused_before_anything_is_sent() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let client = rig.client(Leaf::client("svc").p256(), DelegationOptions::new());
    let error = client.context(&RequestContext::new()).unwrap_err();
    assert!(matches!(&error, Error::Construction(inner) if inner.kind() == ConstructionKind::Context), "{error:?}");
    assert_eq!(rig.server.request_count(), 0);
}

#[tokio::test]
async fn impersonation_goes_on_only_when_the_handler_forwards_it() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let client = rig.client(Leaf::client("svc").p256(), DelegationOptions::new());
    let marked = RequestContext::new().with_principal(Principal::user("joe")).with_impersonation(Impersonation::Marked);
    assert!(ask(&client.context(&marked).unwrap()).await.unwrap().ends_with("None"));
    let forwarded = marked.forwarding_impersonation();
    assert!(ask(&client.context(&forwarded).unwrap()).await.unwrap().ends_with("Marked"));
    let sent: Vec<_> = rig.server.requests().iter().map(|r| r.header("x-impersonate").map(str::to_owned)).collect();
    assert_eq!(sent, [None, Some("true".to_owned())]);
}

#[tokio::test]
async fn trace_and_certificate_of_the_context_go_along_verbatim() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let client = rig.client(Leaf::client("svc").p256(), DelegationOptions::new());
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let context = RequestContext::new()
        .with_principal(Principal::new())
        .with_certificate(RelayedCertificate::new(HeaderValue::from_static("a%20b+c")))
        .with_trace(core_client::trace::TraceContext::parse(trace, Some("v=1")).unwrap());
    ask(&client.context(&context).unwrap()).await.unwrap();
    let request = &rig.server.requests()[0];
    assert_eq!(request.header("unikorn-client-certificate"), Some("a%20b+c"));
    assert_eq!(request.header("traceparent"), Some(trace));
    assert_eq!(request.header("tracestate"), Some("v=1"));
    assert_eq!(request.header("x-principal"), Some("e30"));
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn the_plain_client_says_nothing_about_who_the_call_is_for() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let client = rig.client(Leaf::client("svc").p256(), DelegationOptions::new());
    let error = client.http_client().get("/whoami").send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    let request = &rig.server.requests()[0];
    for name in ["x-principal", "x-impersonate", "unikorn-client-certificate", "traceparent", "authorization"] {
        assert_eq!(request.header(name), None, "{name}");
    }
}

// === controller path ===

#[tokio::test]
async fn a_controller_calls_for_the_owner_of_a_resource_and_signs_with_an_rsa_key() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let client = rig.client(Leaf::client("unikorn-compute").rsa(), DelegationOptions::new());
    let answer = ask(&client.context_for(&resource()).unwrap()).await.unwrap();
    assert_eq!(answer, format!("unikorn-compute {OWNER} None"));
    let header = &rig.principals()[0];
    assert!(header.starts_with("eyJhbGciOiJQUzUxMiJ9."), "{header}");
    assert_eq!(rig.server.requests()[0].header("x-impersonate"), None);
}

/// W-09
#[tokio::test]
async fn keys_the_originals_cannot_verify_sign_only_on_request() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    for leaf in
        [Leaf::client("a").p256(), Leaf::client("a").p384(), Leaf::client("a").p521(), Leaf::client("a").ed25519()]
    {
        for (encoding, signed) in [(PrincipalEncoding::Auto, false), (PrincipalEncoding::Signed, true)] {
            let client = rig.client(leaf.clone(), DelegationOptions::new().with_encoding(encoding));
            let answer = ask(&client.context_for(&resource()).unwrap()).await.unwrap();
            assert_eq!(answer, format!("a {OWNER} None"));
            assert_eq!(rig.principals().last().unwrap().contains('.'), signed, "{encoding:?}");
        }
    }
}

#[tokio::test]
async fn plain_is_plain_with_every_key() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let options = DelegationOptions::new().with_encoding(PrincipalEncoding::Plain);
    let client = rig.client(Leaf::client("a").rsa(), options);
    ask(&client.context_for(&resource()).unwrap()).await.unwrap();
    assert!(!rig.principals()[0].contains('.'));
}

#[tokio::test]
async fn signing_without_a_certificate_is_refused_and_says_what_to_configure() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let trust = Trust::from_pem(rig.server_ca.pem().as_bytes()).unwrap();
    let credentials = Credentials::fixed(Bundle::new(None, trust));
    let client = BaseClient::from_parts(rig.endpoint(), credentials)
        .unwrap()
        .with_delegation(DelegationOptions::new().with_encoding(PrincipalEncoding::Signed));
    let error = ask(&client.context_for(&resource()).unwrap()).await.unwrap_err();
    let Error::Construction(error) = error else { panic!("{error:?}") };
    assert_eq!(error.kind(), ConstructionKind::Signing);
    assert!(error.to_string().contains("configure a client certificate"));
}

#[tokio::test]
async fn a_resource_that_does_not_say_who_it_is_for_is_refused() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let client = rig.client(Leaf::client("a").p256(), DelegationOptions::new());
    let error = client.context_for(&ConfigMap::default()).unwrap_err();
    assert!(matches!(&error, Error::Construction(inner) if inner.kind() == ConstructionKind::Consistency), "{error:?}");

    let mut nobody = ConfigMap::default();
    nobody.metadata.labels = Some(Default::default());
    nobody.metadata.annotations = Some(Default::default());
    assert!(client.context_for(&nobody).is_ok());
    let strict = client.with_delegation(DelegationOptions::new().with_strictness(Strictness::Strict));
    assert!(strict.context_for(&nobody).is_err());
}

/// W-19
#[tokio::test]
async fn a_principal_too_long_for_a_header_is_refused_in_either_form() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    for encoding in [PrincipalEncoding::Plain, PrincipalEncoding::Signed] {
        let options = DelegationOptions::new().with_encoding(encoding).with_max_header_bytes(20);
        let client = rig.client(Leaf::client("a").p256(), options);
        let error = ask(&client.context_for(&resource()).unwrap()).await.unwrap_err();
        assert!(matches!(error, Error::Construction(_)), "{error:?}");
    }
    assert_eq!(rig.server.request_count(), 0);
}

#[tokio::test]
async fn a_signature_is_made_once_for_each_principal_and_key() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let client = rig.client(Leaf::client("a").rsa(), DelegationOptions::new());
    // All at once, and each with a hook of its own.
    let calls: Vec<_> = (0..16).map(|_| client.context_for(&resource()).unwrap()).collect();
    for answer in futures::future::join_all(calls.iter().map(ask)).await {
        answer.unwrap();
    }
    let mut other = resource();
    other.metadata.annotations.as_mut().unwrap().insert(stamp::PRINCIPAL_CREATOR.to_owned(), "eve".to_owned());
    ask(&client.context_for(&other).unwrap()).await.unwrap();
    let distinct: BTreeSet<_> = rig.principals().into_iter().collect();
    assert_eq!(distinct.len(), 2);
}

/// W-10
#[tokio::test]
async fn a_signature_comes_from_the_key_of_the_connection_it_travels_on() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let first = rig.client_ca.issue(Leaf::client("svc").rsa());
    let credentials = Credentials::fixed(rig.bundle(&first));
    let client = BaseClient::from_parts(rig.endpoint(), credentials.clone()).unwrap();
    let call = client.context_for(&resource()).unwrap();
    ask(&call).await.unwrap();
    for _ in 0..3 {
        let next = rig.client_ca.issue(Leaf::client("svc").rsa());
        credentials.replace(rig.bundle(&next));
        // The same call context: the receiver would refuse a signature of the former key.
        assert_eq!(ask(&call).await.unwrap(), format!("svc {OWNER} None"));
    }
    let distinct: BTreeSet<_> = rig.principals().into_iter().collect();
    assert_eq!(distinct.len(), 4);
    assert_eq!(rig.server.requests_by_serial().len(), 4);
}

/// W-16
#[tokio::test]
async fn claims_satisfy_a_receiver_that_asks_for_them() {
    let policy = SignaturePolicy::new()
        .with_max_age(Duration::from_secs(60))
        .with_audience("region")
        .with_single_use()
        .with_binding();
    let rig = Rig::start(policy).await;
    let signing = SigningOptions::new()
        .with_lifetime(Duration::from_secs(60))
        .with_audience("region")
        .with_single_use()
        .with_binding();
    for leaf in [Leaf::client("a").rsa(), Leaf::client("a").p256()] {
        let options = DelegationOptions::new().with_encoding(PrincipalEncoding::Signed).with_signing(signing.clone());
        let client = rig.client(leaf.clone(), options);
        for _ in 0..2 {
            ask(&client.context_for(&resource()).unwrap()).await.unwrap();
        }
        let bare = rig.client(leaf, DelegationOptions::new().with_encoding(PrincipalEncoding::Signed));
        assert_eq!(ask(&bare.context_for(&resource()).unwrap()).await.unwrap_err().status().unwrap(), 400);
    }
}

/// W-16
#[tokio::test]
async fn a_dated_signature_is_made_anew_before_it_expires() {
    let rig = Rig::start(SignaturePolicy::new().with_leeway(Duration::ZERO)).await;
    let signing = SigningOptions::new().with_lifetime(Duration::from_secs(50));
    for leaf in [Leaf::client("a").rsa(), Leaf::client("a").p256()] {
        let options = DelegationOptions::new().with_encoding(PrincipalEncoding::Signed).with_signing(signing.clone());
        let client = rig.client(leaf, options);
        let call = client.context_for(&resource()).unwrap();
        let mut seen = Vec::new();
        for seconds in [0, 39, 1, 39, 1] {
            rig.clock.0.fetch_add(seconds, Ordering::SeqCst);
            ask(&call).await.unwrap();
            seen.push(rig.principals().pop().unwrap());
        }
        assert_eq!(seen[0], seen[1]);
        assert_ne!(seen[1], seen[2]);
        assert_eq!(seen[2], seen[3]);
        assert_ne!(seen[3], seen[4]);
    }
}

#[tokio::test]
async fn the_signed_payload_of_the_vector_is_what_we_sign() {
    #[derive(Deserialize)]
    struct Vectors {
        signed_principal: Signed,
    }
    #[derive(Deserialize)]
    struct Signed {
        protected_header_segment: String,
        compact: String,
    }
    let vectors: Vectors = serde_json::from_str(include_str!("../../tests/data/vectors.json")).unwrap();
    let rig = Rig::start(SignaturePolicy::new()).await;
    let client = rig.client(Leaf::client("a").rsa(), DelegationOptions::new());
    let mut resource = ConfigMap::default();
    let placement =
        stamp::Placement::project("f47ac10b-58cc-4372-a567-0e02b2c3d479", "550e8400-e29b-41d4-a716-446655440000");
    stamp::created(&mut resource.metadata, placement, "svc", &Principal::new().with_actor("joe@acme.com"));
    ask(&client.context_for(&resource).unwrap()).await.unwrap();
    let sent = rig.principals().pop().unwrap();
    let (sent, _) = sent.rsplit_once('.').unwrap();
    let (expected, _) = vectors.signed_principal.compact.rsplit_once('.').unwrap();
    assert_eq!(sent, expected);
    assert!(sent.starts_with(&vectors.signed_principal.protected_header_segment));
}

/// W-20
#[tokio::test]
async fn debug_output_of_a_call_shows_no_header_value() {
    let rig = Rig::start(SignaturePolicy::new()).await;
    let client = rig.client(Leaf::client("a").rsa(), DelegationOptions::new());
    let certificate = RelayedCertificate::new(HeaderValue::from_static("relayed-pem"));
    let context = RequestContext::new().with_principal(Principal::user("joe")).with_certificate(certificate);
    let api = client.context(&context).unwrap();
    let controller = client.context_for(&resource()).unwrap();
    ask(&controller).await.unwrap();
    let shown = format!("{api:?} {controller:?} {client:?}");
    let encoded = Principal::user("joe").to_header(1000).unwrap();
    assert!(!shown.contains("relayed-pem") && !shown.contains(encoded.to_str().unwrap()), "{shown}");
    assert!(!shown.contains(rig.principals().last().unwrap()), "{shown}");
}
