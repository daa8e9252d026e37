//! What a server remembers. Counting is one atomic a request, so that a load test measures the client.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method};

use crate::region::Peer;

/// One connection whose handshake finished.
#[derive(Clone, Debug)]
pub struct Connection(Arc<State>);

#[derive(Debug)]
struct State {
    number: usize,
    peer: Option<Peer>,
    resumed: bool,
    requests: AtomicUsize,
    open: AtomicBool,
}

/// One request, as it stood on the wire.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recorded {
    /// The method.
    pub method: Method,
    /// Path and query, not decoded.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The connection it came on.
    pub connection: Connection,
}

#[derive(Debug)]
pub(super) struct Log {
    keeps_requests: bool,
    connections: Mutex<Vec<Connection>>,
    requests: Mutex<Vec<Recorded>>,
    opened: AtomicUsize,
}

// === impl Connection ===

impl Connection {
    /// Position in the order of finished handshakes, from 0.
    pub fn number(&self) -> usize {
        self.0.number
    }

    /// The client certificate, if there was one.
    pub fn peer(&self) -> Option<&Peer> {
        self.0.peer.as_ref()
    }

    /// Serial number of the client certificate, lower-case hexadecimal.
    pub fn serial(&self) -> Option<&str> {
        self.peer().map(|peer| peer.serial.as_str())
    }

    /// Common name of the client certificate.
    pub fn common_name(&self) -> Option<&str> {
        self.peer().map(|peer| peer.common_name.as_str())
    }

    /// Whether the handshake resumed an earlier session.
    pub fn is_resumed(&self) -> bool {
        self.0.resumed
    }

    /// How many requests came on it.
    pub fn requests(&self) -> usize {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Whether it is still open.
    pub fn is_open(&self) -> bool {
        self.0.open.load(Ordering::Acquire)
    }

    pub(super) fn count_request(&self) {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn close(&self) {
        self.0.open.store(false, Ordering::Release);
    }
}

// === impl Recorded ===

impl Recorded {
    /// Method and target, as on the request line: `PUT /api/v2/networks/…`.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    /// A header as text; `None` when it is absent, not text, or there more than once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    }
}

// === impl Log ===

impl Log {
    pub(super) fn new(keeps_requests: bool) -> Self {
        Self { keeps_requests, connections: Mutex::default(), requests: Mutex::default(), opened: AtomicUsize::new(0) }
    }

    pub(super) fn keeps_requests(&self) -> bool {
        self.keeps_requests
    }

    pub(super) fn open(&self, peer: Option<Peer>, resumed: bool) -> Connection {
        let connection = Connection(Arc::new(State {
            number: self.opened.fetch_add(1, Ordering::Relaxed),
            peer,
            resumed,
            requests: AtomicUsize::new(0),
            open: AtomicBool::new(true),
        }));
        lock(&self.connections).push(connection.clone());
        connection
    }

    pub(super) fn record(&self, request: Recorded) {
        lock(&self.requests).push(request);
    }

    pub(super) fn connections(&self) -> Vec<Connection> {
        lock(&self.connections).clone()
    }

    pub(super) fn newest_serial(&self) -> Option<String> {
        lock(&self.connections).last().and_then(|connection| connection.serial().map(str::to_owned))
    }

    pub(super) fn requests(&self) -> Vec<Recorded> {
        lock(&self.requests).clone()
    }

    pub(super) fn forget(&self) {
        lock(&self.requests).clear();
        lock(&self.connections).retain(Connection::is_open);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
