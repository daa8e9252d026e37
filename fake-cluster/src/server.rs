//! HTTPS on loopback: starting, reaching and stopping a cluster.
//!
//! It knows how bytes come and go, and nothing of what they mean: that is [`crate::api`].

mod asking;
mod body;
#[cfg(feature = "client")]
mod client;
mod connection;
mod content;
mod controlled;
mod counters;
mod identity;
mod inner;
mod kubeconfig;
mod pki;
#[cfg(test)]
mod tests;
mod tls;
mod trouble;
mod unwell;
mod watching;
mod wire;

use std::net::Ipv4Addr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use http::Method;
use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use counters::Counters;
pub use kubeconfig::Credential;
pub use pki::{Authority, PemPair};
pub use trouble::OldTrust;

pub(crate) use identity::Identity;
pub(crate) use inner::Inner;
pub(crate) use kubeconfig::kubeconfig;

use crate::api::{Api, Clock, ResourceQuotas, Status, User};
use crate::controllers::{self, Controllers, Progress};
use crate::faults::Faults;
use crate::storage::DEFAULT_HISTORY;
use inner::WatchOrder;
use wire::Wires;

/// A running cluster. It stops when it is dropped; [`FakeCluster::shutdown`] also waits until everything is gone.
#[derive(Debug)]
pub struct FakeCluster {
    inner: Arc<Inner>,
    admin: ArcSwap<PemPair>,
    /// The present accept loop and what stops it; nothing while the cluster does not listen.
    listening: Mutex<Option<(CancellationToken, JoinHandle<()>)>>,
}

/// How a cluster behaves. Everything has a default.
#[derive(Clone)]
#[non_exhaustive]
pub struct FakeClusterOptions {
    /// What kubeconfigs call the cluster. Default: `fake`.
    pub name: String,
    /// Where the server takes the time from, for timestamps, token and certificate expiry. Default: the system clock.
    pub clock: Clock,
    /// How often watches that ask for bookmarks get one. Default: 60 s, as in the real server.
    pub bookmark_interval: Duration,
    /// How many changes of each resource can be watched from; older ones are compacted. Default: 4096.
    pub history_limit: usize,
    /// The seed of the dice behind [faults](crate::faults). Default: 0.
    pub seed: u64,
    /// The port on loopback; 0 for one that is free. In a [fleet](crate::fleet) that of the first cluster, and each further one has the
    /// next. Default: 0.
    pub port: u16,
    /// How many requests the [audit log](crate::audit) keeps. Default: 0, which is no log.
    pub audit: usize,
    /// What runs beside the API server. Default: nothing, as behind a bare kube-apiserver.
    pub controllers: Controllers,
    /// Whether the LimitRanges of namespaces are followed, as a real cluster does. Default: no, they are objects like others.
    pub limit_ranges: bool,
    /// Who minds the ResourceQuotas of namespaces. Default: nobody, they are objects like others.
    pub resource_quotas: ResourceQuotas,
}

/// A cluster could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No port on loopback.
    #[error("could not listen on loopback")]
    Listen(#[source] std::io::Error),
    /// The port that was asked for is not to be had.
    #[error("could not listen on port {port} of loopback: choose another one, or 0")]
    Port {
        /// The port.
        port: u16,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A fleet needs more ports than there are behind its first one.
    #[error("there are no {clusters} ports from {first} on: choose a lower one, or 0")]
    NotEnoughPorts {
        /// The first port.
        first: u16,
        /// How many clusters there are to be.
        clusters: usize,
    },
    /// A certificate could not be made.
    #[error("could not make a certificate")]
    Certificate(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The TLS configuration was refused.
    #[error("could not configure TLS")]
    Tls(#[source] rustls::Error),
    /// A client certificate can name two groups at most; use a token for more.
    #[error("a client certificate can name two groups at most; use a token for more")]
    TooManyGroups,
}

// === impl FakeClusterOptions ===

impl Default for FakeClusterOptions {
    fn default() -> Self {
        Self {
            name: "fake".into(),
            clock: Arc::new(Timestamp::now),
            bookmark_interval: Duration::from_secs(60),
            history_limit: DEFAULT_HISTORY,
            seed: 0,
            port: 0,
            audit: 0,
            controllers: Controllers::none(),
            limit_ranges: false,
            resource_quotas: ResourceQuotas::default(),
        }
    }
}

impl std::fmt::Debug for FakeClusterOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FakeClusterOptions")
            .field("name", &self.name)
            .field("bookmark_interval", &self.bookmark_interval)
            .field("history_limit", &self.history_limit)
            .field("seed", &self.seed)
            .field("port", &self.port)
            .field("audit", &self.audit)
            .field("controllers", &self.controllers)
            .field("limit_ranges", &self.limit_ranges)
            .field("resource_quotas", &self.resource_quotas)
            .finish_non_exhaustive()
    }
}

impl FakeClusterOptions {
    /// Sets [`FakeClusterOptions::name`].
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets [`FakeClusterOptions::clock`].
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets [`FakeClusterOptions::bookmark_interval`].
    #[must_use]
    pub fn with_bookmark_interval(mut self, interval: Duration) -> Self {
        self.bookmark_interval = interval;
        self
    }

    /// Sets [`FakeClusterOptions::seed`].
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets [`FakeClusterOptions::limit_ranges`].
    #[must_use]
    pub fn with_limit_ranges(mut self, followed: bool) -> Self {
        self.limit_ranges = followed;
        self
    }

    /// Sets [`FakeClusterOptions::resource_quotas`]: [`ResourceQuotas::Followed`] is what a whole cluster does.
    #[must_use]
    pub fn with_resource_quotas(mut self, minded_by: ResourceQuotas) -> Self {
        self.resource_quotas = minded_by;
        self
    }

    /// Sets [`FakeClusterOptions::port`].
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets [`FakeClusterOptions::audit`].
    #[must_use]
    pub fn with_audit(mut self, requests: usize) -> Self {
        self.audit = requests;
        self
    }

    /// Sets [`FakeClusterOptions::controllers`].
    #[must_use]
    pub fn with_controllers(mut self, controllers: Controllers) -> Self {
        self.controllers = controllers;
        self
    }

    /// Sets [`FakeClusterOptions::history_limit`].
    #[must_use]
    pub fn with_history_limit(mut self, changes: usize) -> Self {
        self.history_limit = changes;
        self
    }
}

// === impl StartError ===

impl StartError {
    pub(crate) fn certificate(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Certificate(Box::new(error))
    }
}

// === impl FakeCluster ===

impl FakeCluster {
    /// Starts a cluster with default options and a certificate authority of its own.
    ///
    /// # Errors
    /// When there is no port or no randomness.
    pub async fn start() -> Result<Self, StartError> {
        Self::start_with(FakeClusterOptions::default()).await
    }

    /// Starts a cluster.
    ///
    /// # Errors
    /// When there is no port or no randomness.
    pub async fn start_with(options: FakeClusterOptions) -> Result<Self, StartError> {
        let identity = Identity::new(&options.name)?;
        Self::start_as(options, &identity).await
    }

    /// Starts a cluster with certificates that others may have too.
    pub(crate) async fn start_as(options: FakeClusterOptions, identity: &Identity) -> Result<Self, StartError> {
        let port = options.port;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|source| match port {
            0 => StartError::Listen(source),
            port => StartError::Port { port, source },
        })?;
        let stop = CancellationToken::new();
        let inner = Arc::new(Inner {
            api: Api::new(options.clock.clone(), options.history_limit)
                .with_audit(options.audit)
                .with_limit_ranges(options.limit_ranges)
                .with_resource_quotas(options.resource_quotas),
            tls: ArcSwap::new(identity.tls.clone()),
            counters: Counters::default(),
            faults: Faults::seeded(options.seed),
            address: listener.local_addr().map_err(StartError::Listen)?,
            wires: Arc::new(Wires::default()),
            mute: AtomicBool::new(false),
            services: ArcSwap::default(),
            watch_orders: watch::Sender::new(WatchOrder::Stay),
            progress: watch::Sender::new(Progress::default()),
            drain: stop.child_token(),
            stop,
            tasks: TaskTracker::new(),
            options,
        });
        let cluster = Self { inner, admin: ArcSwap::new(identity.admin.clone()), listening: Mutex::new(None) };
        cluster.inner.api.announce(cluster.url());
        cluster.accept_on(listener);
        if cluster.inner.options.controllers != Controllers::none() {
            cluster.inner.tasks.spawn(controllers::run(cluster.inner.clone()));
        }
        Ok(cluster)
    }

    fn accept_on(&self, listener: TcpListener) {
        let stop = self.inner.stop.child_token();
        let accepting = self.inner.tasks.spawn(connection::accept(self.inner.clone(), listener, stop.clone()));
        *self.listening.lock().unwrap_or_else(PoisonError::into_inner) = Some((stop, accepting));
    }

    /// What kubeconfigs call the cluster.
    pub fn name(&self) -> &str {
        &self.inner.options.name
    }

    /// The address of the listener.
    pub fn address(&self) -> std::net::SocketAddr {
        self.inner.address
    }

    /// Where the server listens, such as `https://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("https://{}", self.inner.address)
    }

    /// The certificate authority that clients must trust, in PEM.
    pub fn ca_pem(&self) -> String {
        self.inner.tls.load().authority.pem()
    }

    /// The client certificate of an administrator.
    pub fn admin(&self) -> PemPair {
        PemPair::clone(&self.admin.load())
    }

    /// A kubeconfig for an administrator.
    pub fn kubeconfig(&self) -> String {
        self.kubeconfig_for(&Credential::Certificate(self.admin()))
    }

    /// A kubeconfig for the holder of a credential.
    pub fn kubeconfig_for(&self, credential: &Credential) -> String {
        kubeconfig(self.name(), &self.url(), &self.ca_pem(), credential)
    }

    /// A client certificate for a user, valid from an hour ago for `lifetime`.
    ///
    /// # Errors
    /// When there are more than two groups.
    pub fn issue_client(&self, user: &str, groups: &[&str], lifetime: Duration) -> Result<PemPair, StartError> {
        self.inner.tls.load().authority.client(user, groups, pki::valid_for(self.inner.api.now(), lifetime))
    }

    /// A bearer token for a user, valid until it expires or is revoked.
    pub fn issue_token(&self, user: User, expires: Option<Timestamp>) -> String {
        let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        self.inner.api.access().add_token(&token, user, expires);
        token
    }

    /// The API behind the sockets: objects, resources, tokens and rules.
    pub fn api(&self) -> &Api {
        &self.inner.api
    }

    /// What is to go wrong.
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// How many connections are open.
    pub fn open_connections(&self) -> usize {
        self.inner.wires.open()
    }

    /// What happened on the wire.
    pub fn counters(&self) -> &Counters {
        &self.inner.counters
    }

    /// Creates an object as the administrator, without going over the wire.
    ///
    /// # Errors
    /// The refusal that a client would have got.
    pub fn create(&self, object: Value) -> Result<Value, Status> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
        let namespace = text(&object["metadata"]["namespace"]);
        let resource = self.api().registry().by_kind(&api_version, &kind).ok_or_else(Status::no_such_path)?;
        self.api().request(Method::POST, &resource.path(&namespace, ""), Some(&object))
    }

    /// Takes on nothing new: stops to listen, ends watches, and closes each connection behind the request that is in flight on it. Waits
    /// until all of that has ended, at most for `limit`, and says whether it did. [`FakeCluster::shutdown`] ends the rest.
    ///
    /// Cancel safe: what was begun goes on by itself.
    pub async fn drain(&self, limit: Duration) -> bool {
        self.stop_listening().await;
        self.inner.drain.cancel();
        self.inner.tasks.close();
        tokio::time::timeout(limit, self.inner.tasks.wait()).await.is_ok()
    }

    /// Stops accepting, closes all connections, and waits until every task of the cluster has ended.
    pub async fn shutdown(self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

impl Drop for FakeCluster {
    fn drop(&mut self) {
        // The tasks end on their own; only `shutdown` can wait for them.
        self.inner.stop.cancel();
    }
}
