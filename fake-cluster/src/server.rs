//! HTTPS on loopback: starting, reaching and stopping a cluster.
//!
//! It knows how bytes come and go, and nothing of what they mean: that is [`crate::api`].

mod body;
mod connection;
mod counters;
mod inner;
mod kubeconfig;
mod pki;
#[cfg(test)]
mod tests;
mod tls;
mod watching;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use http::Method;
use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use counters::Counters;
pub use kubeconfig::Credential;
pub use pki::{Authority, PemPair};

use crate::api::{Api, Clock, MASTERS, Status, User};
use crate::storage::DEFAULT_HISTORY;
use inner::Inner;
use tls::Tls;

/// A running cluster. It stops when it is dropped; [`FakeCluster::shutdown`] also waits until everything is gone.
#[derive(Debug)]
pub struct FakeCluster {
    inner: Arc<Inner>,
    admin: PemPair,
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
}

/// A cluster could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No port on loopback.
    #[error("could not listen on loopback")]
    Listen(#[source] std::io::Error),
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
        }
    }
}

impl std::fmt::Debug for FakeClusterOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FakeClusterOptions")
            .field("name", &self.name)
            .field("bookmark_interval", &self.bookmark_interval)
            .field("history_limit", &self.history_limit)
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
        let authority = Arc::new(Authority::new(&format!("{} CA", options.name))?);
        let trusted = [authority.der().clone()];
        let tls = Tls::new(authority.clone(), &trusted)?;
        let valid = pki::valid_for(Timestamp::now(), Duration::from_secs(365 * 24 * 3600));
        let admin = authority.client("kubernetes-admin", &[MASTERS], valid)?;
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(StartError::Listen)?;
        let inner = Arc::new(Inner {
            api: Api::new(options.clock.clone(), options.history_limit),
            tls: ArcSwap::from_pointee(tls),
            counters: Counters::default(),
            address: listener.local_addr().map_err(StartError::Listen)?,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            options,
        });
        inner.tasks.spawn(connection::accept(inner.clone(), listener));
        Ok(Self { inner, admin })
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
    pub fn admin(&self) -> &PemPair {
        &self.admin
    }

    /// A kubeconfig for an administrator.
    pub fn kubeconfig(&self) -> String {
        self.kubeconfig_for(&Credential::Certificate(self.admin.clone()))
    }

    /// A kubeconfig for the holder of a credential.
    pub fn kubeconfig_for(&self, credential: &Credential) -> String {
        kubeconfig::kubeconfig(&self.inner.options.name, &self.url(), &self.ca_pem(), credential)
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

#[cfg(feature = "client")]
impl FakeCluster {
    /// A client for the administrator.
    ///
    /// # Errors
    /// When the client cannot be built.
    ///
    /// # Panics
    /// Outside of a Tokio runtime, as every `kube::Client`.
    pub fn client(&self) -> Result<kube::Client, kube::Error> {
        self.client_for(&Credential::Certificate(self.admin.clone()))
    }

    /// A client for the holder of a credential.
    ///
    /// # Errors
    /// When the client cannot be built.
    ///
    /// # Panics
    /// Outside of a Tokio runtime, as every `kube::Client`.
    pub fn client_for(&self, credential: &Credential) -> Result<kube::Client, kube::Error> {
        kube::Client::try_from(self.client_config(credential)?)
    }

    /// The configuration of such a client.
    ///
    /// # Errors
    /// When the address is no URI, which cannot be.
    pub fn client_config(&self, credential: &Credential) -> Result<kube::Config, kube::Error> {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;

        let url = self.url().parse().map_err(http::Error::from).map_err(kube::Error::HttpError)?;
        let mut config = kube::Config::new(url);
        config.root_cert = Some(vec![self.inner.tls.load().authority.der().to_vec()]);
        match credential {
            Credential::Certificate(pair) => {
                config.auth_info.client_certificate_data = Some(STANDARD.encode(&pair.certificate));
                config.auth_info.client_key_data = Some(STANDARD.encode(&pair.key).into());
            }
            Credential::Token(token) => config.auth_info.token = Some(token.clone().into()),
        }
        Ok(config)
    }
}
