//! Trouble between a provider and clusters, on demand, on the near side of the wire: the same with a fake cluster and a real one. Knows nothing
//! of providers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use cluster_client::connect::{Connect, Connection, ConnectionControl};
use cluster_client::path::{PathOptions, Paths};
use cluster_client::spec::CredentialSpec;
use cluster_client::transport::{ConnectionStats, Connector, TransportOptions};
use cluster_client::{ClusterKey, ClusterSpec, ConnectError};
use http::{Method, Request, Response, StatusCode};
use kube::Client;
use kube::client::Body;
use serde_json::json;
use tokio::sync::watch;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Trouble that is switched on and off. Clones share it.
#[derive(Clone)]
pub(super) struct Faults(Arc<Inner>);

struct Inner {
    stalled: watch::Sender<bool>,
    next: Mutex<Vec<Next>>,
}

/// What happens to one request, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A POST to a collection whose path ends so is carried out, and its answer is lost.
    LosePost(&'static str),
    /// Whatever is asked first is answered with 500.
    Fail,
    /// Whoever connects or looks first is told that nobody knows them.
    Unknown,
}

// === impl Faults ===

impl Faults {
    pub(super) fn none() -> Self {
        Self(Arc::new(Inner { stalled: watch::Sender::new(false), next: Mutex::default() }))
    }

    /// From now on nothing is answered, until [`resume`](Self::resume).
    pub(super) fn stall(&self) {
        self.0.stalled.send_replace(true);
    }

    /// Everything is answered again, and what was to happen does not.
    pub(super) fn resume(&self) {
        self.0.stalled.send_replace(false);
        self.next().retain(|next| matches!(next, Next::LosePost(_)));
    }

    pub(super) fn add(&self, next: Next) {
        self.next().push(next);
    }

    /// Trouble that was asked for and never came.
    pub(super) fn left(&self) -> Vec<Next> {
        self.next().clone()
    }

    /// The same client, with trouble.
    pub(super) fn client(&self, inner: &Client) -> Client {
        let (faults, inner) = (self.clone(), inner.clone());
        let service = tower::service_fn(move |request: Request<Body>| {
            let (faults, inner) = (faults.clone(), inner.clone());
            async move { faults.send(&inner, request).await }
        });
        Client::new(service, "default")
    }

    /// Makes connections with trouble.
    pub(super) fn connector(&self) -> Arc<dyn Connect> {
        let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
        Arc::new(Troubled { connector, faults: self.clone() })
    }

    async fn send(&self, inner: &Client, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        self.answered().await;
        let path = request.uri().path().to_owned();
        let is_post = *request.method() == Method::POST;
        if self.take(|next| matches!(next, Next::LosePost(end) if is_post && path.ends_with(end))) {
            let answer = inner.send(request).await?;
            return Err(format!("the answer {} was lost", answer.status()).into());
        }
        if self.take(|next| next == Next::Fail) {
            let status = json!({
                "apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": "InternalError",
                "message": "no leader", "code": 500,
            });
            let answer = Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR);
            return Ok(answer.body(Body::from(status.to_string().into_bytes()))?);
        }
        Ok(inner.send(request).await?)
    }

    /// Waits while nothing is answered.
    async fn answered(&self) {
        // The sender is in `self`: it cannot be gone.
        drop(self.0.stalled.subscribe().wait_for(|stalled| !stalled).await);
    }

    fn take(&self, which: impl Fn(Next) -> bool) -> bool {
        let mut next = self.next();
        let at = next.iter().position(|next| which(*next));
        at.map(|at| next.remove(at)).is_some()
    }

    fn next(&self) -> std::sync::MutexGuard<'_, Vec<Next>> {
        self.0.next.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether whoever asks is known at the moment.
    fn known(&self, server: &str, path: &'static str) -> Result<(), ConnectError> {
        if self.take(|next| next == Next::Unknown) {
            return Err(ConnectError::Status { server: server.to_owned(), path, status: 401 });
        }
        Ok(())
    }
}

struct Troubled {
    connector: Connector,
    faults: Faults,
}

#[async_trait]
impl Connect for Troubled {
    async fn connect(&self, key: &ClusterKey, spec: &ClusterSpec) -> Result<Connection, ConnectError> {
        self.faults.answered().await;
        self.faults.known(spec.server.url.as_str(), "/version")?;
        let Connection { client, control, identity, server_version } = self.connector.connect(key, spec).await?;
        let server = spec.server.url.to_string();
        let control = Arc::new(Control { inner: control, faults: self.faults.clone(), server });
        Ok(Connection { client: self.faults.client(&client), control, identity, server_version })
    }
}

struct Control {
    inner: Arc<dyn ConnectionControl>,
    faults: Faults,
    server: String,
}

#[async_trait]
impl ConnectionControl for Control {
    async fn probe(&self, within: Duration) -> Result<(), ConnectError> {
        self.faults.answered().await;
        self.faults.known(&self.server, "/livez")?;
        self.inner.probe(within).await
    }

    async fn swap_credential(&self, credential: &CredentialSpec) -> Result<(), ConnectError> {
        self.inner.swap_credential(credential).await
    }

    fn in_flight(&self) -> usize {
        self.inner.in_flight()
    }

    fn credential_expires(&self) -> Option<jiff::Timestamp> {
        self.inner.credential_expires()
    }

    fn stats(&self) -> ConnectionStats {
        self.inner.stats()
    }

    async fn close(&self, drain: Duration) {
        self.inner.close(drain).await;
    }
}
