//! From a way to an API server to connections that an HTTP client can use: dial, then TLS, within one deadline. TLS always ends at the
//! API server. Knows nothing of HTTP, credentials in headers, or Kubernetes.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Executor, Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use pin_project_lite::pin_project;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;
use tower::Service;

use super::stats::{Gauges, Lane};
use crate::path::{Dial, Io, PathError, Target};

/// Opens connections to one API server under one TLS configuration.
#[derive(Clone)]
pub(super) struct Wires {
    plan: Arc<Plan>,
    lane: Lane,
}

pub(super) struct Plan {
    pub(super) dial: Arc<dyn Dial>,
    pub(super) target: Target,
    /// Absent: plain HTTP, for tests.
    pub(super) tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    pub(super) within: Duration,
    pub(super) gauges: Arc<Gauges>,
}

/// Why there is no connection.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum NoWire {
    #[error("the way to the API server failed")]
    Path(#[source] PathError),
    #[error("TLS handshake failed")]
    Tls(#[source] Arc<io::Error>),
    #[error("no connection within {0:?}")]
    Timeout(Duration),
}

/// A connection, counted while it is open.
pub(super) struct Wire {
    io: TokioIo<Box<dyn Io>>,
    _open: Open,
}

struct Open {
    gauges: Arc<Gauges>,
    lane: Lane,
}

/// Runs the tasks of an HTTP client, and can end them.
#[derive(Debug, Clone)]
pub(super) struct Tasks {
    pub(super) tracker: TaskTracker,
    pub(super) kill: CancellationToken,
}

impl Wires {
    pub(super) fn new(plan: Plan) -> Self {
        Self { plan: Arc::new(plan), lane: Lane::Traffic }
    }

    /// The same, counted as connections of that lane.
    pub(super) fn of(&self, lane: Lane) -> Self {
        Self { plan: Arc::clone(&self.plan), lane }
    }
}

impl Plan {
    async fn connect(&self, lane: Lane) -> Result<Wire, NoWire> {
        let io = self.dial.dial(&self.target).await.map_err(NoWire::Path)?;
        let io: Box<dyn Io> = match &self.tls {
            None => io,
            Some((config, name)) => {
                let connecting = TlsConnector::from(Arc::clone(config)).connect(name.clone(), io);
                Box::new(connecting.await.map_err(|error| NoWire::Tls(Arc::new(error)))?)
            }
        };
        Ok(Wire { io: TokioIo::new(io), _open: Open::new(&self.gauges, lane) })
    }
}

impl Service<Uri> for Wires {
    type Response = Wire;
    type Error = NoWire;
    type Future = Pin<Box<dyn Future<Output = Result<Wire, NoWire>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), NoWire>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _uri: Uri) -> Self::Future {
        let (plan, lane) = (Arc::clone(&self.plan), self.lane);
        Box::pin(async move {
            tokio::time::timeout(plan.within, plan.connect(lane))
                .await
                .unwrap_or_else(|_elapsed| Err(NoWire::Timeout(plan.within)))
        })
    }
}

impl<F> Executor<F> for Tasks
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        let killed = self.kill.clone().cancelled_owned();
        self.tracker.spawn(Until { future, killed });
    }
}

pin_project! {
    /// A future until it is killed. Killed or done: either way there is nobody to tell.
    ///
    /// It is there once in memory; in nested `async` blocks it would be there as often as they are nested, for as long as the connection
    /// lives.
    struct Until<F> {
        #[pin]
        future: F,
        #[pin]
        killed: WaitForCancellationFutureOwned,
    }
}

impl<F: Future> Future for Until<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        if this.killed.poll(cx).is_ready() {
            return Poll::Ready(());
        }
        this.future.poll(cx).map(drop)
    }
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl Write for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }
}

impl Open {
    fn new(gauges: &Arc<Gauges>, lane: Lane) -> Self {
        gauges.open(lane).fetch_add(1, Ordering::Relaxed);
        Self { gauges: Arc::clone(gauges), lane }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.gauges.open(self.lane).fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_hardly_larger_than_what_it_runs() {
        let tasks = Tasks { tracker: TaskTracker::new(), kill: CancellationToken::new() };
        let future = std::future::ready([0_u8; 4096]);
        let (bare, kept) = (size_of_val(&future), Until { future, killed: tasks.kill.cancelled_owned() });
        assert!(size_of_val(&kept) <= bare + 128, "{} for {bare}", size_of_val(&kept));
    }

    #[tokio::test]
    async fn a_killed_task_ends_and_drops_what_it_ran() {
        let tasks = Tasks { tracker: TaskTracker::new(), kill: CancellationToken::new() };
        let held = Arc::new(());
        let keeps = Arc::clone(&held);
        tasks.execute(async move {
            std::future::pending::<()>().await;
            drop(keeps);
        });
        tasks.execute(std::future::ready(7));
        tasks.kill.cancel();
        tasks.tracker.close();
        tasks.tracker.wait().await;
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
