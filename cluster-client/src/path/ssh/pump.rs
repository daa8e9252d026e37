//! One stream through a session: reads its channel into a buffer, so that a slow reader breaks its own stream and not the session.
//! Knows nothing of how the channel was opened.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use russh::client::Msg;
use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf, ReadHalf, SimplexStream, WriteHalf, simplex};
use tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;

/// A stream to an API server through a session.
pub(super) struct ChannelIo {
    read: ReadHalf<SimplexStream>,
    write: Pin<Box<dyn AsyncWrite + Send>>,
    /// The stream ended without the other side saying so.
    broken: Arc<AtomicBool>,
    over: Pin<Box<WaitForCancellationFutureOwned>>,
    _close: DropGuard,
}

/// Limits of one stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) backlog_bytes: usize,
    pub(super) longest_stall: Duration,
}

/// Makes a stream of a channel. `kept` lives until the channel is closed; `ended` says that the session is over.
pub(super) fn stream<K: Send + 'static>(
    channel: Channel<Msg>,
    ended: CancellationToken,
    limits: Limits,
    tracker: &TaskTracker,
    kept: K,
) -> ChannelIo {
    let (from, to) = channel.split();
    let (read, into) = simplex(limits.backlog_bytes.max(1));
    let (close, broken, over) = (CancellationToken::new(), Arc::new(AtomicBool::new(false)), ended.cancelled_owned());
    let write = Box::pin(to.make_writer());
    let pump = Pump { from, into, limits, broken: broken.clone() };
    let closed = close.clone();
    tracker.spawn(async move {
        // The reader has gone, or the channel has ended.
        closed.run_until_cancelled(pump.run()).await;
        closing(&to).await;
        drop(kept);
    });
    ChannelIo { read, write, broken, over: Box::pin(over), _close: close.drop_guard() }
}

async fn closing(channel: &ChannelWriteHalf<Msg>) {
    // A session that is over has closed it already; one that is stuck ends by its keepalive.
    drop(channel.close().await);
}

struct Pump {
    from: ChannelReadHalf,
    into: WriteHalf<SimplexStream>,
    limits: Limits,
    broken: Arc<AtomicBool>,
}

impl Pump {
    async fn run(mut self) {
        let mut all_read = false;
        let broken = loop {
            match self.from.wait().await {
                Some(ChannelMsg::Data { data }) => {
                    let written = self.into.write_all(&data);
                    if !matches!(tokio::time::timeout(self.limits.longest_stall, written).await, Ok(Ok(()))) {
                        break true;
                    }
                }
                Some(ChannelMsg::Eof) => {
                    // The other direction goes on until somebody closes the channel.
                    all_read = true;
                    drop(self.into.shutdown().await);
                }
                Some(ChannelMsg::Close) => break false,
                Some(_) => {}
                None => break !all_read,
            }
        };
        self.broken.store(broken, Ordering::Release);
        // What is in the buffer can be read to its end; then comes the end, or the error.
        drop(self.into.shutdown().await);
    }
}

impl AsyncRead for ChannelIo {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.read).poll_read(cx, buf) {
            Poll::Ready(Ok(())) if buf.filled().len() == before && self.broken.load(Ordering::Acquire) => {
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
            other => other,
        }
    }
}

impl AsyncWrite for ChannelIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        // A writer that waits for the other side to make room would wait for ever.
        if self.broken.load(Ordering::Acquire) || self.over.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        self.write.as_mut().poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.over.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        self.write.as_mut().poll_shutdown(cx)
    }
}
