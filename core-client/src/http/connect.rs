//! Bounds how many connections one client establishes at a time, and makes no more of them than somebody waits for.
//!
//! A request without a connection waits for two things at once: one that becomes free, and one of its own. When the first wins, the
//! HTTP library finishes the second in the background, for the pool. That is right once a handshake has begun. For a handshake that
//! still waits for its turn it would turn a moment without connections, such as a rotation, into one handshake per request. So a turn
//! that is no longer waited for by the request that asked for it is given up.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task;
use tokio_util::sync::PollSemaphore;
use tower::{Layer, Service};

type BoxError = Box<dyn StdError + Send + Sync>;

/// Lets connectors share a number of turns. Shared by all generations of a client.
#[derive(Clone, Debug)]
pub(super) struct ConnectLimit(Arc<Semaphore>);

/// A connector that waits for its turn.
///
/// The HTTP library clones it several times a request, nearly always to connect nowhere, so a clone is one count.
pub(super) struct Limited<S> {
    shared: Arc<Shared<S>>,
    waiting: Option<Box<Waiting<S>>>,
}

struct Shared<S> {
    connector: S,
    turns: Arc<Semaphore>,
}

/// A request that has no connection yet.
struct Waiting<S> {
    connector: S,
    turns: PollSemaphore,
    turn: Option<OwnedSemaphorePermit>,
    asked_by: Option<task::Id>,
}

/// Nobody waits for this connection any more.
#[derive(Debug)]
struct GivenUp;

// === impl ConnectLimit ===

impl ConnectLimit {
    pub(super) fn new(turns: usize) -> Self {
        Self(Arc::new(Semaphore::new(turns)))
    }
}

impl<S> Layer<S> for ConnectLimit {
    type Service = Limited<S>;

    fn layer(&self, connector: S) -> Limited<S> {
        Limited { shared: Arc::new(Shared { connector, turns: Arc::clone(&self.0) }), waiting: None }
    }
}

// === impl Limited ===

impl<S> Clone for Limited<S> {
    /// A turn belongs to one request and is not cloned.
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), waiting: None }
    }
}

impl<S: Clone> Limited<S> {
    fn waiting(&mut self) -> &mut Waiting<S> {
        self.waiting.get_or_insert_with(|| {
            Box::new(Waiting {
                connector: self.shared.connector.clone(),
                turns: PollSemaphore::new(Arc::clone(&self.shared.turns)),
                turn: None,
                asked_by: task::try_id(),
            })
        })
    }
}

impl<S, R> Service<R> for Limited<S>
where
    S: Service<R, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<S::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        let waiting = self.waiting();
        if waiting.turn.is_none() {
            // The background is another task. A request that moves between tasks while it waits sees a connect error, which is safe
            // to repeat and is repeated.
            if waiting.asked_by != task::try_id() {
                return Poll::Ready(Err(GivenUp.into()));
            }
            waiting.turn = ready!(waiting.turns.poll_acquire(cx));
        }
        waiting.connector.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        // Who calls has polled, so that this is the turn that was waited for.
        self.waiting();
        let called = self.waiting.take().map(|mut waiting| (waiting.connector.call(request), waiting.turn));
        Box::pin(async move {
            let Some((connecting, turn)) = called else { return Err(GivenUp.into()) };
            let connected = connecting.await;
            drop(turn);
            connected
        })
    }
}

impl<S> fmt::Debug for Limited<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limited").field("turns", &self.shared.turns).finish_non_exhaustive()
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
    use tower_test::mock;

    use super::*;

    #[tokio::test]
    async fn a_turn_is_waited_for_and_handed_on() {
        let limit = ConnectLimit::new(1);
        let (connector, mut other_end) = mock::pair::<u32, u32>();
        let connector = limit.layer(connector);
        let (mut first, mut second) = (connector.clone(), connector);
        std::future::poll_fn(|cx| first.poll_ready(cx)).await.unwrap();
        let connecting = first.call(1);
        assert!(futures::poll!(std::pin::pin!(std::future::poll_fn(|cx| second.poll_ready(cx)))).is_pending());
        let (request, answer) = other_end.next_request().await.unwrap();
        answer.send_response(request);
        assert_eq!(connecting.await.unwrap(), 1);
        std::future::poll_fn(|cx| second.poll_ready(cx)).await.unwrap();
    }

    #[tokio::test]
    async fn who_waits_in_the_background_gives_up() {
        let limit = ConnectLimit::new(1);
        let (connector, _other_end) = mock::pair::<u32, u32>();
        let connector = limit.layer(connector);
        let (mut first, mut second) = (connector.clone(), connector);
        std::future::poll_fn(|cx| first.poll_ready(cx)).await.unwrap();
        assert!(futures::poll!(std::pin::pin!(std::future::poll_fn(|cx| second.poll_ready(cx)))).is_pending());
        let background = tokio::spawn(async move { std::future::poll_fn(|cx| second.poll_ready(cx)).await });
        let given_up = background.await.unwrap().unwrap_err();
        assert!(given_up.is::<GivenUp>());
    }
}
