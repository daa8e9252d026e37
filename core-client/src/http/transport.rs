//! One pool of connections to one peer, and how a message becomes a request on it. Follows no redirect, repeats nothing that
//! was begun. Knows nothing of deadlines, hooks and credentials.

use std::fmt;

use ::http::uri::{Authority, PathAndQuery, Scheme};
use ::http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, header};
use bytes::Bytes;
use hyper::body::Incoming;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connect::{ConnectLimit, Connector};
use super::generation::USER_AGENT;
use super::options::ClientOptions;
use super::proxy::Way;
use crate::error::{ConstructionError, ConstructionKind};
use crate::options::Endpoint;

/// What headers we add ourselves: `host`, `user-agent`, `accept`; and a few for whoever calls.
pub(super) const USUAL_HEADERS: usize = 6;

/// The peer as it appears in every request. Made once.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    scheme: Scheme,
    authority: Authority,
    host: HeaderValue,
    /// Through what it is reached, when that is not directly.
    way: Option<Way>,
}

pub(super) struct Transport {
    client: Client<Connector, reqwest::Body>,
    peer: Peer,
}

// === impl Peer ===

impl Peer {
    pub(super) fn of(endpoint: &Endpoint, way: Option<Way>) -> Result<Self, ConstructionError> {
        let url = endpoint.url();
        let unfit = || ConstructionError::new(ConstructionKind::Url, "the endpoint's host cannot be called");
        let scheme = Scheme::try_from(url.scheme()).map_err(|error| unfit().with_source(error))?;
        let authority = Bytes::copy_from_slice(endpoint.authority().as_bytes());
        Ok(Self {
            scheme,
            host: HeaderValue::from_maybe_shared(authority.clone()).map_err(|error| unfit().with_source(error))?,
            authority: Authority::from_maybe_shared(authority).map_err(|error| unfit().with_source(error))?,
            way,
        })
    }

    pub(super) fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Where a request for this path goes.
    fn uri(&self, path: PathAndQuery) -> Result<Uri, ::http::Error> {
        Uri::builder().scheme(self.scheme.clone()).authority(self.authority.clone()).path_and_query(path).build()
    }
}

// === impl Transport ===

impl Transport {
    pub(super) fn new(tls: rustls::ClientConfig, peer: Peer, options: &ClientOptions, connects: &ConnectLimit) -> Self {
        let timeout = options.connect_timeout;
        let connector = Connector::new(tls, peer.is_https(), connects.clone(), timeout, peer.way.clone());
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(options.pool_idle_timeout)
            .pool_max_idle_per_host(options.pool_max_idle)
            .set_host(false)
            .build(connector);
        Self { client, peer }
    }

    /// A request with the headers that each has to have and `headers` does not.
    pub(super) fn request(
        &self,
        method: Method,
        path: PathAndQuery,
        headers: HeaderMap,
        body: reqwest::Body,
    ) -> Result<Request<reqwest::Body>, ConstructionError> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = self.peer.uri(path).map_err(|error| {
            ConstructionError::new(ConstructionKind::Url, "the path cannot be requested").with_source(error)
        })?;
        *request.headers_mut() = headers;
        let headers = request.headers_mut();
        headers.entry(header::HOST).or_insert_with(|| self.peer.host.clone());
        headers.entry(header::ACCEPT).or_insert(const { HeaderValue::from_static("*/*") });
        headers.entry(header::USER_AGENT).or_insert(const { HeaderValue::from_static(USER_AGENT) });
        Ok(request)
    }

    /// Sends it, and waits for the head of the answer.
    pub(super) async fn send(&self, request: Request<reqwest::Body>) -> Result<Response<Incoming>, legacy::Error> {
        self.client.request(request).await
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("peer", &self.peer).finish_non_exhaustive()
    }
}
