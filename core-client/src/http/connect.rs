//! Makes connections: bounds how many of them one client establishes at a time, and makes no more than somebody waits for.
//!
//! A request without a connection waits for two things at once: one that becomes free, and one of its own. When the first wins, the
//! HTTP library finishes the second in the background, for the pool. That is right once a handshake has begun. For a handshake that
//! still waits for its turn it would turn a moment without connections, such as a rotation, into one handshake per request. So a turn
//! that is no longer waited for by the request that asked for it is given up. Knows nothing of requests.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::Uri;
use futures::future::BoxFuture;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task;
use tower::Service;

use super::proxy::Way;
use super::stream::Wire;

type BoxError = Box<dyn StdError + Send + Sync>;

/// How often an idle connection is probed, and how long the answer may take, so that a peer that vanished is noticed.
const KEEPALIVE: Duration = Duration::from_secs(15);
const KEEPALIVE_PROBES: u32 = 3;
/// How long sent bytes may stay unacknowledged.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// A number of turns to connect. Shared by all generations of a client.
#[derive(Clone, Debug)]
pub(super) struct ConnectLimit(Arc<Semaphore>);

/// Connects with TCP and TLS when it is its turn.
///
/// The HTTP library clones it several times a request, nearly always to connect nowhere, so a clone is one count.
#[derive(Clone)]
pub(super) struct Connector(Arc<Shared>);

struct Shared {
    https: HttpsConnector<Dial>,
    turns: ConnectLimit,
    timeout: Duration,
}

/// How bytes get to the peer.
#[derive(Clone)]
enum Dial {
    Direct(HttpConnector),
    Through(Way),
}

/// Nobody waits for this connection any more.
#[derive(Debug)]
struct GivenUp;

// === impl ConnectLimit ===

impl ConnectLimit {
    pub(super) fn new(turns: usize) -> Self {
        Self(Arc::new(Semaphore::new(turns)))
    }

    /// Waits for a turn on behalf of the task that asks, which is the one that first polls.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, GivenUp> {
        let asked_by = task::try_id();
        let mut turn = pin!(Arc::clone(&self.0).acquire_owned());
        poll_fn(|cx| {
            // The background is another task. A request that moves between tasks while it waits sees a connect error, which is safe
            // to repeat and is repeated.
            if asked_by != task::try_id() {
                return Poll::Ready(Err(GivenUp));
            }
            turn.as_mut().poll(cx).map_err(|_| GivenUp)
        })
        .await
    }
}

// === impl Connector ===

impl Connector {
    /// `timeout` bounds everything together, from TCP to TLS, and what a proxy has to say; waiting for a turn does not count.
    pub(super) fn new(
        tls: rustls::ClientConfig,
        https_only: bool,
        turns: ConnectLimit,
        timeout: Duration,
        way: Option<Way>,
    ) -> Self {
        let mut https = HttpsConnector::from((way.map_or_else(|| Dial::Direct(tcp()), Dial::Through), tls));
        if https_only {
            https.enforce_https();
        }
        Self(Arc::new(Shared { https, turns, timeout }))
    }
}

/// What makes TCP connections.
pub(super) fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(KEEPALIVE));
    tcp.set_keepalive_interval(Some(KEEPALIVE));
    tcp.set_keepalive_retries(Some(KEEPALIVE_PROBES));
    #[cfg(target_os = "linux")]
    tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
    tcp
}

impl Service<Uri> for Dial {
    type Response = Wire;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Wire, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, peer: Uri) -> Self::Future {
        match self {
            Self::Direct(tcp) => {
                let connecting = tcp.call(peer);
                Box::pin(async move { Ok(Wire::Direct(connecting.await?)) })
            }
            Self::Through(way) => Box::pin(way.clone().connect(peer)),
        }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Wire>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, peer: Uri) -> Self::Future {
        let shared = Arc::clone(&self.0);
        Box::pin(async move {
            let _turn = shared.turns.turn().await?;
            let connecting = shared.https.clone().call(peer);
            tokio::time::timeout(shared.timeout, connecting)
                .await
                .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
        })
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("turns", &self.0.turns)
            .field("timeout", &self.0.timeout)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for GivenUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is no longer waited for")
    }
}

impl StdError for GivenUp {}

#[cfg(test)]
mod tests {
    use std::future::Future as _;

    use super::*;

    #[tokio::test]
    async fn a_turn_is_waited_for_and_handed_on() {
        let limit = ConnectLimit::new(1);
        let first = limit.turn().await.unwrap();
        let mut second = pin!(limit.turn());
        assert!(futures::poll!(second.as_mut()).is_pending());
        drop(first);
        drop(second.await.unwrap());
    }

    #[tokio::test]
    async fn who_waits_in_the_background_gives_up_and_leaves_the_queue() {
        let limit = ConnectLimit::new(1);
        let first = limit.turn().await.unwrap();
        let mut second = Box::pin({
            let limit = limit.clone();
            async move { limit.turn().await.map(drop) }
        });
        assert!(poll_fn(|cx| Poll::Ready(second.as_mut().poll(cx).is_pending())).await);
        tokio::spawn(second).await.unwrap().unwrap_err();
        drop(first);
        drop(limit.turn().await.unwrap());
    }
}
