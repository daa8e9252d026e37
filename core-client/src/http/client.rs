//! The client: an endpoint, credentials, and the generation of connections in use. Spawns nothing.

use std::fmt;
use std::sync::Arc;

use ::http::Method;
use arc_swap::ArcSwap;

use super::carry::Seal;
use super::connect::{ConnectLimit, tcp};
use super::generation::{Generation, drawing_board};
use super::options::ClientOptions;
use super::proxy::Proxy;
use super::request::RequestBuilder;
use super::retry::Policy;
use super::token::TokenSource;
use super::transport::Peer;
use crate::credentials::{Clock, Credentials, Publish, Snapshot, SystemClock};
use crate::error::{Error, ErrorChain};
use crate::options::Endpoint;
use crate::telemetry::Recorder;

/// A client of one service.
///
/// Cheap to clone: clones share connections, retry budget and metrics. Dropping the last clone closes the connections that are not in
/// use; requests in flight are not cut. The client owns no task, so there is nothing to shut down; the
/// [`Credentials`] may own one.
///
/// # Rotation
///
/// Each attempt is sent with the generation that is current when it begins. New credentials swap the generation at once: attempts that
/// begin later make new connections, never one that resumes a session of the old identity; attempts that began earlier finish where
/// they are; the idle connections of the old identity close with the last of them.
#[derive(Clone)]
pub struct HttpClient {
    inner: Arc<Inner>,
    tokens: Option<Arc<dyn TokenSource>>,
}

pub(crate) struct Inner {
    pub(super) endpoint: Endpoint,
    pub(super) options: ClientOptions,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) policy: Policy,
    pub(super) recorder: Recorder,
    pub(super) seal: Seal,
    credentials: Credentials,
    generation: ArcSwap<Generation>,
    peer: Peer,
    connects: ConnectLimit,
    drawing_board: reqwest::Client,
}

/// Builds a client: endpoint and credentials are required, everything else has a default.
#[derive(Debug)]
#[must_use = "a client is made by `build`"]
pub struct HttpClientBuilder {
    endpoint: Endpoint,
    credentials: Credentials,
    options: ClientOptions,
    clock: Arc<dyn Clock>,
    proxy: Option<Proxy>,
    #[cfg(feature = "metrics")]
    metrics: crate::telemetry::ClientMetrics,
}

// === impl HttpClientBuilder ===

impl HttpClientBuilder {
    /// Replaces the limits.
    pub fn options(mut self, options: ClientOptions) -> Self {
        self.options = options;
        self
    }

    /// Tells the time by which certificates expire and dates in `Retry-After` are read. Default: the machine's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Connects through this proxy. Default: none, and none from the environment either.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Counts into these metrics, which several clients may share.
    #[cfg(feature = "metrics")]
    pub fn metrics(mut self, metrics: &crate::telemetry::ClientMetrics) -> Self {
        self.metrics = metrics.clone();
        self
    }

    /// Makes the client. Reads nothing and connects to nothing.
    ///
    /// # Errors
    /// When the options contradict each other, or the credentials cannot be put to use.
    pub fn build(self) -> Result<HttpClient, Error> {
        self.options.validate()?;
        let connects = ConnectLimit::new(self.options.max_concurrent_connects);
        let way = self.proxy.as_ref().map(|proxy| proxy.way(tcp())).transpose()?;
        let peer = Peer::of(&self.endpoint, way)?;
        let generation = Generation::new(self.credentials.current(), &peer, &self.options, &connects)?;
        #[cfg(feature = "metrics")]
        let recorder = Recorder::new(&self.metrics, self.endpoint.service());
        #[cfg(not(feature = "metrics"))]
        let recorder = Recorder;
        let inner = Arc::new(Inner {
            generation: ArcSwap::from_pointee(generation),
            policy: Policy::new(self.options.retry.clone()),
            drawing_board: drawing_board()?,
            seal: Seal::of(self.endpoint.authority()),
            endpoint: self.endpoint,
            options: self.options,
            clock: self.clock,
            credentials: self.credentials,
            recorder,
            peer,
            connects,
        });
        let weak = Arc::downgrade(&inner);
        inner.recorder.watch(weak.clone());
        inner.credentials.on_publish(weak);
        Ok(HttpClient { inner, tokens: None })
    }
}

// === impl HttpClient ===

impl HttpClient {
    /// A client of `endpoint` that presents and trusts what `credentials` say, now and after every rotation.
    pub fn builder(endpoint: Endpoint, credentials: Credentials) -> HttpClientBuilder {
        HttpClientBuilder {
            endpoint,
            credentials,
            options: ClientOptions::default(),
            clock: Arc::new(SystemClock),
            proxy: None,
            #[cfg(feature = "metrics")]
            metrics: crate::telemetry::ClientMetrics::default(),
        }
    }

    /// The same client, sharing everything, with an `Authorization` header on each request it sends.
    #[must_use]
    pub fn with_token_source(mut self, tokens: Arc<dyn TokenSource>) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// The service that is called.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// The limits of this client.
    #[must_use]
    pub fn options(&self) -> &ClientOptions {
        &self.inner.options
    }

    /// Where certificates and trust come from.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.inner.credentials
    }

    /// What an attempt that begins now is sent with. Holding on to it keeps its connections.
    #[must_use]
    pub fn generation(&self) -> Arc<Generation> {
        self.inner.generation()
    }

    /// A client for bindings to *build* requests with. It cannot send: it trusts nobody and presents nothing.
    #[must_use]
    pub fn drawing_board(&self) -> &reqwest::Client {
        &self.inner.drawing_board
    }

    /// Begins a GET of a path below the endpoint.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// Begins a POST to a path below the endpoint.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    /// Begins a PUT to a path below the endpoint.
    pub fn put(&self, path: &str) -> RequestBuilder {
        self.request(Method::PUT, path)
    }

    /// Begins a PATCH of a path below the endpoint.
    pub fn patch(&self, path: &str) -> RequestBuilder {
        self.request(Method::PATCH, path)
    }

    /// Begins a DELETE of a path below the endpoint.
    pub fn delete(&self, path: &str) -> RequestBuilder {
        self.request(Method::DELETE, path)
    }

    /// Begins a request. `path` is put behind the endpoint as it is: escape its parts before.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        RequestBuilder::new(super::CallContext::bare(self.clone()), method, path)
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub(super) fn tokens(&self) -> Option<&Arc<dyn TokenSource>> {
        self.tokens.as_ref()
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("endpoint", &self.inner.endpoint)
            .field("generation", &self.generation())
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

// === impl Inner ===

impl Inner {
    pub(super) fn generation(&self) -> Arc<Generation> {
        self.generation.load_full()
    }

    /// How this client's credentials are doing.
    #[cfg(feature = "metrics")]
    pub(crate) fn credential_status(&self) -> crate::credentials::CredentialStatus {
        self.credentials.status()
    }
}

impl Publish for Inner {
    fn publish(&self, snapshot: &Arc<Snapshot>) {
        if snapshot.generation() <= self.generation.load().number() {
            return;
        }
        match Generation::new(Arc::clone(snapshot), &self.peer, &self.options, &self.connects) {
            Ok(next) => {
                self.generation.store(Arc::new(next));
                self.recorder.rotated(true);
                tracing::info!(
                    service = self.endpoint.service(),
                    generation = snapshot.generation(),
                    "new credentials in use, idle connections of the old ones close",
                );
            }
            Err(error) => {
                self.recorder.rotated(false);
                tracing::error!(
                    service = self.endpoint.service(),
                    generation = snapshot.generation(),
                    error = %ErrorChain::new(&error),
                    "new credentials cannot be put to use, the old ones stay; check certificate and CA",
                );
            }
        }
    }
}
