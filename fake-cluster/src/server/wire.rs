//! The socket below TLS, with a switch: it can stop to carry bytes, or break.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

const CARRIES: u8 = 0;
const FROZEN: u8 = 1;
const RESET: u8 = 2;
const CLOSED: u8 = 3;

/// The switch of one connection.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    mode: AtomicU8,
    broken: Notify,
    /// Who waits for a frozen wire to thaw.
    waiting: Mutex<Vec<Waker>>,
}

/// The open connections of a cluster.
#[derive(Debug, Default)]
pub(crate) struct Wires {
    open: Mutex<HashMap<u64, Arc<Wire>>>,
    next: AtomicU64,
}

/// A connection's place among the open ones; gives it back when dropped.
#[derive(Debug)]
pub(crate) struct Registered {
    wires: Arc<Wires>,
    id: u64,
    pub(crate) wire: Arc<Wire>,
}

/// A TCP stream that its wire can stop.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    wire: Arc<Wire>,
}

// === impl Wire ===

impl Wire {
    /// Breaks the connection: the peer gets a TCP RST.
    pub(crate) fn reset(&self) {
        self.turn(RESET);
        self.broken.notify_one();
    }

    fn close(&self) {
        self.turn(CLOSED);
        self.broken.notify_one();
    }

    /// Waits until the connection is to end.
    pub(crate) async fn broken(&self) {
        self.broken.notified().await;
    }

    fn turn(&self, mode: u8) {
        self.mode.store(mode, Ordering::SeqCst);
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Whether bytes pass; if not, the task is woken when they do again.
    fn poll_carries(&self, cx: &Context<'_>) -> Poll<()> {
        if self.mode.load(Ordering::SeqCst) != FROZEN {
            return Poll::Ready(());
        }
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(cx.waker().clone());
        // It may have thawed before the task began to wait.
        if self.mode.load(Ordering::SeqCst) == FROZEN { Poll::Pending } else { Poll::Ready(()) }
    }
}

// === impl Wires ===

impl Wires {
    pub(crate) fn register(self: &Arc<Self>) -> Registered {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let wire = Arc::new(Wire::default());
        self.lock().insert(id, wire.clone());
        Registered { wires: self.clone(), id, wire }
    }

    /// How many connections are open.
    pub(crate) fn open(&self) -> usize {
        self.lock().len()
    }

    /// Open connections carry nothing any more, in either direction, and do not end.
    pub(crate) fn freeze(&self) {
        self.each(|wire| wire.turn(FROZEN));
    }

    /// Frozen connections carry bytes again.
    pub(crate) fn thaw(&self) {
        self.each(|wire| wire.turn(CARRIES));
    }

    pub(crate) fn reset(&self) {
        self.each(Wire::reset);
    }

    pub(crate) fn close(&self) {
        self.each(Wire::close);
    }

    fn each(&self, act: impl Fn(&Wire)) {
        let open: Vec<_> = self.lock().values().cloned().collect();
        open.iter().for_each(|wire| act(wire));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Arc<Wire>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.wires.lock().remove(&self.id);
    }
}

// === impl Socket ===

impl Socket {
    pub(crate) fn new(stream: TcpStream, wire: Arc<Wire>) -> Self {
        Self { stream, wire }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.wire.mode.load(Ordering::SeqCst) == RESET {
            // If the option cannot be set the connection is already gone.
            drop(self.stream.set_zero_linger());
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let socket = self.get_mut();
        std::task::ready!(socket.wire.poll_carries(cx));
        Pin::new(&mut socket.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let socket = self.get_mut();
        std::task::ready!(socket.wire.poll_carries(cx));
        Pin::new(&mut socket.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let socket = self.get_mut();
        std::task::ready!(socket.wire.poll_carries(cx));
        Pin::new(&mut socket.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let socket = self.get_mut();
        std::task::ready!(socket.wire.poll_carries(cx));
        Pin::new(&mut socket.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let socket = self.get_mut();
        std::task::ready!(socket.wire.poll_carries(cx));
        Pin::new(&mut socket.stream).poll_shutdown(cx)
    }
}
