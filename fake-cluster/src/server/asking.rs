//! Calls of admission webhooks over HTTPS, until a request can be answered.
//!
//! It knows how webhooks are reached, and nothing of what they are asked: that is [`crate::api`].

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::join_all;
use http::request::Parts;
use http::{Method, Request, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::rt::TokioIo;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::FakeCluster;
use super::inner::Inner;
use crate::api::{
    AdmissionCall, Answer, Call, Certificate, Hearing, MAX_REPLY_BYTES, MAX_ROUNDS, Outcome, Place, Status,
};

impl FakeCluster {
    /// Says where a service is that a webhook is behind: no packet gets to the cluster IP of a service here, so a call of
    /// `clientConfig.service` goes to this address. The webhook's server must prove to be `name.namespace.svc`, as in a real cluster.
    /// A service that nobody said this of is not found.
    pub fn resolve_service(&self, namespace: &str, name: &str, address: SocketAddr) {
        self.inner.services.rcu(|services| {
            let mut services = HashMap::clone(services);
            services.insert(format!("{namespace}/{name}"), address);
            services
        });
    }
}

/// Answers a request, and asks webhooks as long as it takes.
pub(super) async fn answer(
    inner: &Inner,
    call: &Call,
    parts: &Parts,
    body: &Bytes,
    certificate: &Certificate,
    hearing: &mut Hearing,
) -> Answer {
    let mut answer = inner.api.hear(call, parts, body, certificate, hearing);
    for _ in 0..MAX_ROUNDS {
        let Answer::Ask(asks) = answer else { return answer };
        let outcomes = join_all(asks.iter().map(|ask| ask_in_time(inner, ask))).await;
        for (ask, outcome) in asks.iter().zip(outcomes) {
            hearing.tell(ask, outcome);
        }
        answer = inner.api.hear(call, parts, body, certificate, hearing);
    }
    answer
}

/// What a request is answered that webhooks have never heard enough of.
pub(super) fn never_ending() -> Status {
    Status::too_many_requests("the object changes faster than webhooks can be asked about it, try again", 1)
}

async fn ask_in_time(inner: &Inner, call: &AdmissionCall) -> Outcome {
    let asked = tokio::time::timeout(call.timeout, ask(inner, call)).await;
    let failed = |why: &str| Outcome::Failed(format!("Post {:?}: {why}", call.url()));
    match asked {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(why)) => failed(&why),
        Err(_) => failed("context deadline exceeded"),
    }
}

async fn ask(inner: &Inner, call: &AdmissionCall) -> Result<Outcome, String> {
    let (host, port, path) = call.target()?;
    let stream = connect(inner, call, &host, port).await?;
    let name = ServerName::try_from(host.clone()).map_err(|error| error.to_string())?;
    let stream = TlsConnector::from(trusting(&call.ca_bundle)?).connect(name, stream).await.map_err(|e| spelled(&e))?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    let path = if path.is_empty() { "/".into() } else { path };
    let authority = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("{path}?timeout={}s", call.timeout.as_secs()))
        .header(header::HOST, authority)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json, */*")
        .header(header::USER_AGENT, "kube-apiserver-admission")
        .body(Full::new(call.body.clone()))
        .map_err(|error| error.to_string())?;
    let exchange = async {
        let response = sender.send_request(request).await.map_err(|error| broken(&error))?;
        let (parts, body) = response.into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let text = kind.is_empty() || kind.starts_with("text/");
        let body = Limited::new(body, MAX_REPLY_BYTES).collect().await.map_err(|error| error.to_string())?.to_bytes();
        Ok(Outcome::Answered { code: parts.status.as_u16(), body, text })
    };
    // The connection lives as long as the exchange, and no longer.
    tokio::pin!(exchange, connection);
    tokio::select! {
        biased;
        outcome = &mut exchange => outcome,
        ended = &mut connection => match ended {
            // The answer may still be on its way from the connection to the exchange.
            Ok(()) => exchange.await,
            Err(error) => Err(broken(&error)),
        },
    }
}

/// A connection to a webhook, by its address or by the one that its service is given.
async fn connect(inner: &Inner, call: &AdmissionCall, host: &str, port: u16) -> Result<TcpStream, String> {
    let dialled = |error: io::Error, to: &str| format!("dial tcp {to}: {}", go_error(&error));
    if let Place::Service { namespace, name, .. } = &call.place {
        let address = inner.service_address(namespace, name);
        let address = address.ok_or_else(|| format!("service {name:?} not found"))?;
        return TcpStream::connect(address).await.map_err(|error| dialled(error, &address.to_string()));
    }
    let to = match host.parse::<std::net::IpAddr>() {
        Ok(address) => SocketAddr::new(address, port).to_string(),
        Err(_) => format!("{host}:{port}"),
    };
    TcpStream::connect((host, port)).await.map_err(|error| dialled(error, &to))
}

fn trusting(pem: &str) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate =
            certificate.map_err(|_| "unable to load root certificates: unable to parse bytes as PEM block")?;
        roots.add(certificate).map_err(|error| format!("unable to load root certificates: {error}"))?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// A failed handshake, as Go words it where it has words for it.
fn spelled(error: &io::Error) -> String {
    use rustls::CertificateError as Bad;
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(Bad::UnknownIssuer)) => {
            "tls: failed to verify certificate: x509: certificate signed by unknown authority".into()
        }
        Some(rustls::Error::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. })) => {
            "tls: failed to verify certificate: x509: certificate has expired or is not yet valid".into()
        }
        Some(other) => format!("tls: {other}"),
        None => go_error(error),
    }
}

fn go_error(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connect: connection refused".into(),
        io::ErrorKind::ConnectionReset => "read: connection reset by peer".into(),
        io::ErrorKind::UnexpectedEof => "EOF".into(),
        _ => error.to_string(),
    }
}

fn broken(error: &hyper::Error) -> String {
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        "EOF".into()
    } else {
        error.to_string()
    }
}
