//! A mutual-TLS server on loopback that records what it receives and misbehaves on demand.
//! Knows nothing of the clients under test, nor of any particular API.
//!
//! ```
//! use testkit::pki::{Ca, Leaf};
//! use testkit::server::{Fault, TlsServer};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let (server_ca, client_ca) = (Ca::new("servers"), Ca::new("clients"));
//! let server = TlsServer::builder(&server_ca.issue(Leaf::server()))
//!     .client_ca(&client_ca)
//!     .json(200, r#"{"hello":"world"}"#)
//!     .start()
//!     .await;
//! assert!(server.url().starts_with("https://127.0.0.1:"));
//! server.fail_next([Fault::status(503), Fault::status(503)]);
//! // … let a client call `server.url()`, then ask what arrived:
//! assert!(server.requests().is_empty());
//! assert_eq!(server.connections().len(), 0);
//! server.shutdown().await;
//! # });
//! ```
//!
//! Handlers find the certificate of the connection as a [`Peer`] in the request's extensions.
#![expect(clippy::expect_used, reason = "a test whose server cannot be started has to stop")]

mod accept;
mod fault;
mod record;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::response::IntoResponse as _;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::pki::{Ca, Pair};
use crate::region::{Peer, RegionService};

pub use fault::{Accepting, Fault};
pub use record::{Connection, Recorded};

use record::Log;

/// Longest wait of [`TlsServer::wait_until`].
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server. Dropping it ends every task it owns; [`shutdown`](Self::shutdown) also waits for them.
#[derive(Debug)]
pub struct TlsServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What has to be decided before a server starts. Everything but the certificate has a default.
#[derive(Debug)]
#[must_use = "a server runs after `start`"]
pub struct TlsServerBuilder {
    tls: Tls,
    router: Router,
    record: bool,
}

/// What is read by every new connection and can be swapped while running.
#[derive(Debug, Clone)]
struct Tls {
    pair: Pair,
    client_roots: Vec<rustls_pki_types::CertificateDer<'static>>,
    anonymous: bool,
}

#[derive(Debug)]
pub(crate) struct Shared {
    tls: Mutex<Tls>,
    config: RwLock<Arc<rustls::ServerConfig>>,
    router: Router,
    faults: Mutex<fault::Plan>,
    log: Log,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Ends today's connections without stopping the server; replaced each time it is used.
    hang_up: Mutex<CancellationToken>,
    changed: watch::Sender<()>,
}

// === impl TlsServerBuilder ===

impl TlsServerBuilder {
    /// Accepts client certificates of this authority; may be called more than once. Without it no client certificate is asked for.
    pub fn client_ca(mut self, ca: &Ca) -> Self {
        self.tls.client_roots.push(ca.der().clone());
        self
    }

    /// Lets clients without a certificate in as well.
    pub fn anonymous_too(mut self) -> Self {
        self.tls.anonymous = true;
        self
    }

    /// Answers with this router.
    pub fn router(mut self, router: Router) -> Self {
        self.router = router;
        self
    }

    /// Answers every request with this JSON.
    pub fn json(self, status: u16, body: &'static str) -> Self {
        let status = StatusCode::from_u16(status).expect("a status has three digits");
        self.handler(move |_| {
            let mut response = Response::new(Bytes::from_static(body.as_bytes()));
            *response.status_mut() = status;
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        })
    }

    /// Answers with this function of the whole request.
    pub fn handler(self, handler: impl Fn(Request<Bytes>) -> Response<Bytes> + Clone + Send + Sync + 'static) -> Self {
        self.router(Router::new().fallback(move |request: axum::extract::Request| {
            let handler = handler.clone();
            async move {
                let (parts, body) = request.into_parts();
                match axum::body::to_bytes(body, 64 << 20).await {
                    Ok(body) => handler(Request::from_parts(parts, body)).map(axum::body::Body::from),
                    Err(_) => StatusCode::BAD_REQUEST.into_response(),
                }
            }
        }))
    }

    /// Answers as the region service does.
    pub fn region(self, service: RegionService) -> Self {
        self.handler(move |request| {
            let peer = request.extensions().get::<Peer>().cloned();
            service.answer(&request, peer.as_ref())
        })
    }

    /// Counts requests and connections without remembering each request, for loads of many.
    pub fn without_record(mut self) -> Self {
        self.record = false;
        self
    }

    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When the port or the TLS material cannot be used.
    pub async fn start(self) -> TlsServer {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::new(Shared {
            config: RwLock::new(self.tls.config()),
            tls: Mutex::new(self.tls),
            router: self.router,
            faults: Mutex::default(),
            log: Log::new(self.record),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            hang_up: Mutex::default(),
            changed: watch::Sender::new(()),
        });
        let task = tokio::spawn(accept::run(listener, Arc::clone(&shared)));
        TlsServer { address, shared, task: Mutex::new(Some(task)) }
    }
}

// === impl TlsServer ===

impl TlsServer {
    /// A server that presents this pair.
    pub fn builder(pair: &Pair) -> TlsServerBuilder {
        TlsServerBuilder {
            tls: Tls { pair: pair.clone(), client_roots: Vec::new(), anonymous: false },
            router: Router::new(),
            record: true,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `https://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// `https://localhost:<port>`.
    pub fn localhost_url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// Presents another pair from the next handshake on.
    pub fn set_pair(&self, pair: &Pair) {
        self.change(|tls| tls.pair = pair.clone());
    }

    /// Accepts the clients of these authorities, and no others, from the next handshake on.
    pub fn set_client_cas(&self, authorities: &[&Ca]) {
        self.change(|tls| tls.client_roots = authorities.iter().map(|ca| ca.der().clone()).collect());
    }

    fn change(&self, change: impl FnOnce(&mut Tls)) {
        let mut tls = lock(&self.shared.tls);
        change(&mut tls);
        *self.shared.config.write().unwrap_or_else(PoisonError::into_inner) = tls.config();
    }

    /// Lets the next requests, one each, fail like this; afterwards requests are answered again.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.shared.faults).next.extend(faults);
    }

    /// Lets every request fail like this until told otherwise; `None` heals.
    pub fn fail_always(&self, fault: Option<Fault>) {
        lock(&self.shared.faults).always = fault;
    }

    /// What happens to new connections.
    pub fn set_accepting(&self, accepting: Accepting) {
        lock(&self.shared.faults).accepting = accepting;
    }

    /// Closes every connection that is open now, also in the middle of an answer.
    pub fn hang_up(&self) {
        std::mem::take(&mut *lock(&self.shared.hang_up)).cancel();
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.log.requests()
    }

    /// How many requests have arrived, recorded or not.
    pub fn request_count(&self) -> usize {
        self.connections().iter().map(Connection::requests).sum()
    }

    /// Every connection that finished its handshake, closed ones included.
    pub fn connections(&self) -> Vec<Connection> {
        self.shared.log.connections()
    }

    /// Serial of the client certificate of the newest connection.
    pub fn newest_serial(&self) -> Option<String> {
        self.shared.log.newest_serial()
    }

    /// How many sockets are open, also those whose handshake has not finished.
    pub fn open_connections(&self) -> usize {
        self.shared.tasks.len()
    }

    /// How many requests came from each client certificate, by serial number.
    pub fn requests_by_serial(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for connection in self.connections() {
            *counts.entry(connection.serial().unwrap_or_default().to_owned()).or_default() += connection.requests();
        }
        counts
    }

    /// Forgets requests and closed connections.
    pub fn forget(&self) {
        self.shared.log.forget();
    }

    /// Waits until `condition` holds. It is checked after everything that happens here, and every few milliseconds besides.
    ///
    /// # Panics
    /// After 20 s.
    pub async fn wait_until(&self, what: &str, mut condition: impl FnMut(&Self) -> bool) {
        let mut changed = self.shared.changed.subscribe();
        let waiting = async {
            while !condition(self) {
                // A condition may also look at things that happen elsewhere.
                let _elapsed = tokio::time::timeout(Duration::from_millis(5), changed.changed()).await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "waited {PATIENCE:?} for {what}");
    }

    /// Closes everything and waits until no task is left. May be called more than once.
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        let task = lock(&self.task).take();
        if let Some(task) = task {
            task.await.expect("the server does not panic");
        }
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        // Every task of the server listens to this, so none outlives it by more than one poll.
        self.shared.stop.cancel();
    }
}

// === impl Tls ===

impl Tls {
    fn config(&self) -> Arc<rustls::ServerConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("the provider speaks TLS 1.3");
        let builder = if self.client_roots.is_empty() {
            builder.with_no_client_auth()
        } else {
            let mut roots = RootCertStore::empty();
            for root in &self.client_roots {
                roots.add(root.clone()).expect("an authority is a root");
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = if self.anonymous { verifier.allow_unauthenticated() } else { verifier };
            builder.with_client_cert_verifier(verifier.build().expect("there are roots"))
        };
        let mut config =
            builder.with_single_cert(self.pair.chain().to_vec(), self.pair.key_der()).expect("a pair belongs together");
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
