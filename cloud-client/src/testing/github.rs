//! A GitHub on loopback for tests: real HTTP on a port of its own, tokens and signatures checked, limits counted, faults on demand, every
//! call written down. Knows nothing of the client under test.
//!
//! ```
//! use cloud_client::testing::github::{GithubDouble, Repository};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let github = GithubDouble::start().await?;
//! github.change(|world| {
//!     world.accept_token("ghp_test");
//!     world.repository("acme", "infra", Repository::new().with_file("main", "README.md", "hello"));
//! });
//!
//! // … point the client under test at `github.url()` …
//! assert_eq!(github.calls().len(), 0);
//! github.shutdown().await;
//! # Ok::<(), std::io::Error>(()) }).unwrap();
//! ```
//!
//! What it is not: a judge of permissions. A token narrowed to repositories does not see others; what it may do there is not checked.

mod access;
mod answer;
mod faults;
mod limits;
mod organisation;
mod pages;
mod repository;
mod routes;
mod time;
mod world;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use core_client::credentials::{Clock, SystemClock};
use http::{HeaderMap, Method, StatusCode};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use self::access::{AppKey, InstallationSpec};
pub use self::faults::Fault;
pub use self::repository::Repository;
pub use self::time::ManualTime;
pub use self::world::World;

/// The largest request body it reads.
const MAX_BODY: usize = 64 << 20;

/// A running double. Ended by [`shutdown`](Self::shutdown), and aborted when it is dropped.
pub struct GithubDouble {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: CancellationToken,
    server: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    clock: Arc<dyn Clock>,
    /// What links in answers begin with.
    base: String,
    world: Mutex<World>,
    calls: Mutex<Vec<Call>>,
}

/// A call as it arrived, and what was answered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Call {
    /// Method of the request.
    pub method: Method,
    /// Path beneath the API, without `/api/v3`.
    pub path: String,
    /// Query, without the question mark; empty when there is none.
    pub query: String,
    /// Headers, credentials included: tests look at them.
    pub headers: HeaderMap,
    /// Body, whole.
    pub body: Bytes,
    /// What was answered; absent when the connection was cut, or the answer withheld.
    pub status: Option<StatusCode>,
    /// Whether it was counted towards the primary limit.
    pub counted: bool,
}

/// A request, taken apart for the routes.
struct Asked<'a> {
    method: &'a Method,
    path: &'a str,
    query: &'a str,
    headers: &'a HeaderMap,
    body: &'a [u8],
    base: &'a str,
    now: jiff::Timestamp,
}

// === impl GithubDouble ===

impl GithubDouble {
    /// Starts one by the clock of the machine.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub async fn start() -> io::Result<Self> {
        Self::start_with_clock(Arc::new(SystemClock::default())).await
    }

    /// Starts one by another clock: windows of limits, tokens and signatures end by it.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub async fn start_with_clock(clock: Arc<dyn Clock>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            clock,
            base: format!("http://{address}"),
            world: Mutex::default(),
            calls: Mutex::default(),
        });
        let stop = CancellationToken::new();
        let router = Router::new().fallback(serve).with_state(Arc::clone(&shared));
        let stopped = stop.clone().cancelled_owned();
        let server = tokio::spawn(async move {
            // What is under way is cut: a call that is never answered must not hold up the end of a test.
            tokio::select! {
                () = stopped => {}
                _ended = std::future::IntoFuture::into_future(axum::serve(listener, router)) => {}
            }
        });
        Ok(Self { address, shared, stop, server: Mutex::new(Some(server)) })
    }

    /// Where it listens, as the base of github.com's API: `http://127.0.0.1:port`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.shared.base
    }

    /// The same as the base of an Enterprise Server: `http://127.0.0.1:port/api/v3`.
    #[must_use]
    pub fn enterprise_url(&self) -> String {
        format!("{}/api/v3", self.shared.base)
    }

    /// Changes what there is.
    pub fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.shared.world())
    }

    /// The calls so far, in the order they arrived.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.calls().clone()
    }

    /// How many calls so far had this method and a path that begins so.
    #[must_use]
    pub fn count(&self, method: &Method, path: &str) -> usize {
        self.shared.calls().iter().filter(|call| call.method == method && call.path.starts_with(path)).count()
    }

    /// Forgets the calls so far.
    pub fn forget_calls(&self) {
        self.shared.calls().clear();
    }

    /// Ends it: connections are cut. May be called twice.
    pub async fn shutdown(&self) {
        self.stop.cancel();
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = server {
            // Cancelled or ended: either way it is gone.
            let _ended = server.await;
        }
    }
}

impl Drop for GithubDouble {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(server) = self.server.lock().unwrap_or_else(PoisonError::into_inner).take() {
            server.abort();
        }
    }
}

impl fmt::Debug for GithubDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GithubDouble").field("address", &self.address).finish_non_exhaustive()
    }
}

// === impl Shared ===

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn calls(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answered(&self, at: usize, status: StatusCode, counted: bool) {
        if let Some(call) = self.calls().get_mut(at) {
            (call.status, call.counted) = (Some(status), counted);
        }
    }
}

async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let whole = parts.uri.path();
    let (path, prefix) = match whole.strip_prefix("/api") {
        Some("/graphql") => ("/graphql", "/api"),
        Some(rest) if rest.starts_with("/v3/") => (&rest["/v3".len()..], "/api/v3"),
        _ => (whole, ""),
    };
    let query = parts.uri.query().unwrap_or_default();
    let at = {
        let mut calls = shared.calls();
        calls.push(Call {
            method: parts.method.clone(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: parts.headers.clone(),
            body: body.clone(),
            status: None,
            counted: false,
        });
        calls.len() - 1
    };
    let base = format!("{}{prefix}", shared.base);
    let asked = Asked {
        method: &parts.method,
        path,
        query,
        headers: &parts.headers,
        body: &body,
        base: &base,
        now: shared.clock.now(),
    };
    let fault = shared.world().faults.take(asked.method, asked.path);
    if matches!(fault, Some(Fault::Silence)) {
        std::future::pending::<()>().await;
    }
    if matches!(fault, Some(Fault::Cut)) {
        let broken = futures::stream::once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset)) });
        return Response::new(Body::from_stream(broken));
    }
    let (answer, counted) = shared.world().answer(&asked, fault);
    shared.answered(at, answer.status(), counted);
    answer
}

#[cfg(test)]
mod tests;
