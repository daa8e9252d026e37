//! Webhooks over HTTPS: a small server answers them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kube::api::PostParams;
use serde_json::Value;
use tokio_rustls::TlsAcceptor;

use super::*;

/// A webhook behind a certificate of its own authority, for one host name; it allows nothing.
struct Webhook {
    address: std::net::SocketAddr,
    ca: String,
    _serving: tokio_util::task::AbortOnDropHandle<()>,
}

impl Webhook {
    async fn start(name: &str) -> Self {
        let ca = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let ca = rcgen::CertifiedIssuer::self_signed(params, ca).unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        let leaf = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
        let key = rustls_pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(stream) = acceptor.accept(stream).await else { continue };
                let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| async {
                    assert_eq!(request.uri().query(), Some("timeout=10s"));
                    let review = request.into_body().collect().await?.to_bytes();
                    let review: Value = serde_json::from_slice(&review).unwrap();
                    let answer = json!({
                        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                        "response": {"uid": review["request"]["uid"], "allowed": false, "status": {"message": "never"}},
                    });
                    Ok::<_, hyper::Error>(hyper::Response::new(Full::new(Bytes::from(answer.to_string()))))
                });
                let connection = hyper::server::conn::http1::Builder::new();
                // A client that hangs up is no concern of this server.
                let _ended = connection.serve_connection(TokioIo::new(stream), service).await;
            }
        });
        Self { address, ca: STANDARD.encode(ca.pem()), _serving: tokio_util::task::AbortOnDropHandle::new(serving) }
    }
}

fn register(cluster: &FakeCluster, config: Value) {
    let configuration = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "never"},
        "webhooks": [{
            "name": "never.example.com", "clientConfig": config, "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}],
        }],
    });
    cluster.create(configuration).unwrap();
}

async fn refused(cluster: &FakeCluster) -> String {
    match within(maps(cluster).create(&PostParams::default(), &config_map("a", "1"))).await {
        Err(kube::Error::Api(status)) => status.message.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_webhook_is_asked_over_https() {
    let cluster = FakeCluster::start().await.unwrap();
    let webhook = Webhook::start("localhost").await;
    let url = format!("https://localhost:{}/path", webhook.address.port());
    register(&cluster, json!({"url": url, "caBundle": webhook.ca}));
    assert_eq!(refused(&cluster).await, "admission webhook \"never.example.com\" denied the request: never");
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_webhook_behind_a_service_is_asked_where_the_test_says_that_it_is() {
    let cluster = FakeCluster::start().await.unwrap();
    let webhook = Webhook::start("hooks.default.svc").await;
    let service = json!({"namespace": "default", "name": "hooks", "path": "/path"});
    register(&cluster, json!({"service": service, "caBundle": webhook.ca}));
    let lost = refused(&cluster).await;
    assert!(lost.ends_with("service \"hooks\" not found"), "{lost}");
    cluster.resolve_service("default", "hooks", webhook.address);
    assert_eq!(refused(&cluster).await, "admission webhook \"never.example.com\" denied the request: never");
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_webhook_that_nobody_vouches_for_is_not_believed() {
    let cluster = FakeCluster::start().await.unwrap();
    let webhook = Webhook::start("localhost").await;
    let url = format!("https://localhost:{}/path", webhook.address.port());
    register(&cluster, json!({"url": url, "caBundle": STANDARD.encode(cluster.ca_pem())}));
    let said = refused(&cluster).await;
    assert!(said.contains("certificate signed by unknown authority"), "{said}");
    cluster.shutdown().await;
}
