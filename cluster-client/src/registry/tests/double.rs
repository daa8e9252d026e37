//! API servers without sockets: what they answer is set by the test, and what was done to them is counted.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use kube::Client;
use kube::client::Body;
use tokio::sync::Notify;
use tokio::time::Instant;
use url::Url;

use crate::connect::{Connect, Connection, ConnectionControl};
use crate::error::{ConnectError, ErrorClass};
use crate::key::ClusterKey;
use crate::path::{Hop, HopError, HopKind, PathError, Paths, Route, Target};
use crate::provider::{ClusterEvent, ClusterEventKind, ClusterEventStream};
use crate::spec::{ClusterSpec, ClusterUid, CredentialSpec, ServerTrust};
use crate::transport::ConnectionStats;

pub(super) const SENTINEL: &str = "sentinel-of-a-secret";

/// Servers by host name; made when first asked for.
#[derive(Default)]
pub(super) struct Servers {
    by_host: Mutex<HashMap<String, Arc<Server>>>,
    dialing: AtomicUsize,
    pub(super) most_dials_at_a_time: AtomicUsize,
    /// What tells of proxies, when something does.
    paths: Option<Paths>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Up,
    Fails(ErrorClass),
    /// Fails the one that is waiting, and nobody after it.
    FailsOnce(ErrorClass),
    /// Takes connections and never answers.
    Silent,
    Panics,
}

pub(super) struct Server {
    mode: Mutex<Mode>,
    pub(super) uid: Mutex<Option<String>>,
    /// How long connecting takes.
    pub(super) slow: Mutex<Duration>,
    /// When it was dialed.
    pub(super) dials: Mutex<Vec<Instant>>,
    pub(super) probes: AtomicUsize,
    pub(super) swaps: AtomicUsize,
    pub(super) refuses_swaps: AtomicBool,
    pub(super) in_flight: AtomicUsize,
    pub(super) requests: AtomicU64,
    pub(super) open: AtomicUsize,
    pub(super) most_open: AtomicUsize,
    pub(super) changed: Notify,
}

struct Control {
    server: Arc<Server>,
    host: String,
    closed: AtomicBool,
}

impl Servers {
    pub(super) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Behind proxies that something tells of.
    pub(super) fn behind(paths: &Paths) -> Arc<Self> {
        Arc::new(Self { paths: Some(paths.clone()), ..Self::default() })
    }

    pub(super) fn server(&self, host: &str) -> Arc<Server> {
        let mut servers = self.by_host.lock().unwrap();
        let server = servers.entry(host.to_owned()).or_insert_with(|| {
            Arc::new(Server {
                mode: Mutex::new(Mode::Up),
                uid: Mutex::new(Some(format!("uid-of-{host}"))),
                slow: Mutex::default(),
                dials: Mutex::default(),
                probes: AtomicUsize::new(0),
                swaps: AtomicUsize::new(0),
                refuses_swaps: AtomicBool::new(false),
                in_flight: AtomicUsize::new(0),
                requests: AtomicU64::new(0),
                open: AtomicUsize::new(0),
                most_open: AtomicUsize::new(0),
                changed: Notify::new(),
            })
        });
        Arc::clone(server)
    }
}

impl Server {
    pub(super) fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
        self.changed.notify_waiters();
    }

    fn mode(&self) -> Mode {
        *self.mode.lock().unwrap()
    }

    pub(super) fn be(&self, uid: &str) {
        *self.uid.lock().unwrap() = Some(uid.to_owned());
    }

    pub(super) fn n_dials(&self) -> usize {
        self.dials.lock().unwrap().len()
    }

    pub(super) fn n_open(&self) -> usize {
        self.open.load(SeqCst)
    }

    async fn answer(&self, host: &str) -> Result<(), ConnectError> {
        loop {
            let changed = self.changed.notified();
            match self.mode() {
                Mode::Up => return Ok(()),
                Mode::Fails(class) => return Err(error_of(class, host)),
                Mode::FailsOnce(class) => {
                    self.set(Mode::Up);
                    return Err(error_of(class, host));
                }
                Mode::Silent => changed.await,
                Mode::Panics => panic!("a bug in whatever makes connections"),
            }
        }
    }
}

/// The hop of [`spec_behind`].
pub(super) fn proxy() -> Hop {
    Hop::new(HopKind::HttpProxy, Target::new("proxy.test", 3128))
}

/// A description of the cluster behind `host`, which is behind a proxy.
pub(super) fn spec_behind(host: &str) -> ClusterSpec {
    spec(host).with_route(Route::from_proxy_url("http://proxy.test:3128").unwrap())
}

pub(super) fn error_of(class: ErrorClass, host: &str) -> ConnectError {
    let server = host.to_owned();
    match class {
        ErrorClass::CredentialRejected => ConnectError::Status { server, path: "/readyz", status: 401 },
        ErrorClass::PathDown => {
            ConnectError::Path { server, source: PathError::Hop { hop: proxy(), source: HopError::LoginRequired } }
        }
        ErrorClass::Unhealthy => ConnectError::Status { server, path: "/readyz", status: 500 },
        _ => ConnectError::Timeout { server, after: Duration::from_secs(1) },
    }
}

struct Counted<'a>(&'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

#[async_trait]
impl Connect for Servers {
    async fn connect(&self, _: &ClusterKey, spec: &ClusterSpec) -> Result<Connection, ConnectError> {
        let host = spec.server.url.host_str().unwrap().to_owned();
        let server = self.server(&host);
        server.dials.lock().unwrap().push(Instant::now());
        let now = self.dialing.fetch_add(1, SeqCst) + 1;
        let _dialing = Counted(&self.dialing);
        self.most_dials_at_a_time.fetch_max(now, SeqCst);
        let slow = *server.slow.lock().unwrap();
        tokio::time::sleep(slow).await;
        server.answer(&host).await?;
        let open = server.open.fetch_add(1, SeqCst) + 1;
        server.most_open.fetch_max(open, SeqCst);
        let identity = server.uid.lock().unwrap().as_deref().map(ClusterUid::new);
        let control = Control { server: Arc::clone(&server), host, closed: AtomicBool::new(false) };
        let client = client_of(&server);
        Ok(Connection { client, control: Arc::new(control), identity, server_version: Some("v1.36.3".into()) })
    }

    fn paths(&self) -> Option<&Paths> {
        self.paths.as_ref()
    }
}

fn client_of(server: &Arc<Server>) -> Client {
    let server = Arc::clone(server);
    let service = tower::service_fn(move |_: http::Request<Body>| {
        let metadata = serde_json::json!({"name": "kube-system", "uid": *server.uid.lock().unwrap()});
        let body =
            serde_json::json!({"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": metadata});
        let response = http::Response::new(Body::from(serde_json::to_vec(&body).unwrap()));
        async move { Ok::<_, std::convert::Infallible>(response) }
    });
    Client::new(service, "default")
}

#[async_trait]
impl ConnectionControl for Control {
    async fn probe(&self, _: Duration) -> Result<(), ConnectError> {
        self.server.probes.fetch_add(1, SeqCst);
        self.server.answer(&self.host).await
    }

    async fn swap_credential(&self, _: &CredentialSpec) -> Result<(), ConnectError> {
        self.server.swaps.fetch_add(1, SeqCst);
        if self.server.refuses_swaps.load(SeqCst) {
            return Err(error_of(ErrorClass::CredentialRejected, &self.host));
        }
        Ok(())
    }

    fn in_flight(&self) -> usize {
        self.server.in_flight.load(SeqCst)
    }

    fn credential_expires(&self) -> Option<jiff::Timestamp> {
        Some(jiff::Timestamp::UNIX_EPOCH)
    }

    fn stats(&self) -> ConnectionStats {
        ConnectionStats {
            in_flight: self.in_flight(),
            requests: self.server.requests.load(SeqCst),
            ..ConnectionStats::default()
        }
    }

    async fn close(&self, _: Duration) {
        assert!(!self.closed.swap(true, SeqCst), "closed twice");
        self.server.open.fetch_sub(1, SeqCst);
        self.server.changed.notify_waiters();
    }
}

pub(super) fn key(name: &str) -> ClusterKey {
    ClusterKey::new(name).unwrap()
}

/// A description of the cluster behind `host`.
pub(super) fn spec(host: &str) -> ClusterSpec {
    let url = Url::parse(&format!("https://{host}")).unwrap();
    ClusterSpec::new(url, ServerTrust::System, CredentialSpec::Token(SENTINEL.into()))
}

/// The same cluster with another trust: another connection.
pub(super) fn spec_with_name(host: &str, name: &str) -> ClusterSpec {
    spec(host).with_tls_server_name(name)
}

pub(super) fn with_token(spec: ClusterSpec, token: &str) -> ClusterSpec {
    spec.with_credential(CredentialSpec::Token(token.into()))
}

/// The next event, in words.
pub(super) async fn next(events: &mut ClusterEventStream) -> String {
    let event = tokio::time::timeout(Duration::from_secs(3600), events.next()).await.expect("an event in time");
    words(&event.expect("the stream goes on"))
}

/// What has happened and was not read yet.
pub(super) fn rest(events: &mut ClusterEventStream) -> Vec<String> {
    std::iter::from_fn(|| futures::FutureExt::now_or_never(events.next()).flatten())
        .map(|event| words(&event))
        .collect()
}

fn words(event: &ClusterEvent) -> String {
    let key = &event.key;
    match &event.kind {
        ClusterEventKind::Added(handle) => format!("{key} added {}", handle.revision().generation),
        ClusterEventKind::Replaced { handle, was, reset } => {
            let reset = if *reset { " reset" } else { "" };
            format!("{key} replaced {} by {}{reset}", was.generation, handle.revision().generation)
        }
        ClusterEventKind::Degraded(error) => format!("{key} degraded {}", error.class().as_str()),
        ClusterEventKind::Recovered => format!("{key} recovered"),
        ClusterEventKind::Failed(error) => format!("{key} failed {}", error.class().as_str()),
        ClusterEventKind::Relabelled => format!("{key} relabelled"),
        ClusterEventKind::Removed => format!("{key} removed"),
        ClusterEventKind::Missed => format!("{key} missed"),
    }
}

/// Waits until something is so; the bound is of paused time.
pub(super) async fn until(what: &str, so: impl Fn() -> bool) {
    let mut step = Duration::from_millis(1);
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(3600) {
        if so() {
            return;
        }
        tokio::time::sleep(step).await;
        step = step.mul_f64(1.1).min(Duration::from_millis(100));
    }
    panic!("it never came true: {what}");
}
