//! A region service in memory that checks what it receives, as strictly as the real one and a little more.
//!
//! It is a peer, not a double of our own code: it decodes principals and verifies signatures with other libraries than the
//! crates under test, resolves routes the way the Go router does (on the once-decoded path, with a second decoding of each
//! parameter), and remembers every call so that a test can ask what really arrived. It knows nothing of the clients.

mod networks;
mod verify;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};

pub use verify::{Encoding, Peer, Refusal};

/// One request as the service saw it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Seen {
    /// The method.
    pub method: Method,
    /// Path and query exactly as on the request line.
    pub target: String,
    /// Common name of the client certificate on the connection.
    pub peer: Option<String>,
    /// Serial number of the client certificate, lower-case hexadecimal.
    pub serial: Option<String>,
    /// The principal, once it was accepted.
    pub principal: Option<Value>,
    /// How the principal was encoded.
    pub encoding: Option<Encoding>,
    /// Whether the caller asked to act with the principal's authority.
    pub impersonated: bool,
    /// The `traceparent` header.
    pub traceparent: Option<String>,
    /// The relayed end-user certificate header, verbatim.
    pub relayed_certificate: Option<String>,
    /// What was answered.
    pub status: StatusCode,
}

#[derive(Default)]
struct State {
    networks: BTreeMap<String, networks::Network>,
    seen: Vec<Seen>,
    next_id: u64,
}

/// The service. Clones share one memory.
#[derive(Clone)]
pub struct RegionService {
    state: Arc<Mutex<State>>,
    record: bool,
}

impl std::fmt::Debug for RegionService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegionService").finish_non_exhaustive()
    }
}

impl Default for RegionService {
    fn default() -> Self {
        Self::new()
    }
}

impl RegionService {
    /// An empty service.
    #[must_use]
    pub fn new() -> Self {
        Self { state: Arc::default(), record: true }
    }

    /// The same service without a memory of its calls, for loads of many requests.
    #[must_use]
    pub fn without_record(mut self) -> Self {
        self.record = false;
        self
    }

    /// Every request so far, in order of arrival.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.lock().seen.clear();
    }

    /// The references that keep a network alive.
    #[must_use]
    pub fn references(&self, network: &str) -> Vec<String> {
        self.lock().networks.get(network).map(|n| n.references.iter().cloned().collect()).unwrap_or_default()
    }

    /// Answers one request that arrived on a connection with `peer`'s certificate.
    #[must_use]
    pub fn answer(&self, request: &Request<Bytes>, peer: Option<&Peer>) -> Response<Bytes> {
        let verdict = verify::principal(request.headers(), peer);
        let response = match &verdict {
            _ if is_public(request.uri().path()) => networks::protected_resource(request),
            Err(refusal) => refused(refusal),
            Ok(caller) => networks::route(&mut self.lock(), request, caller),
        };
        if self.record {
            let seen = seen(request, peer, verdict.ok(), response.status());
            self.lock().seen.push(seen);
        }
        response
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_public(path: &str) -> bool {
    path == "/.well-known/openid-protected-resource"
}

fn seen(request: &Request<Bytes>, peer: Option<&Peer>, caller: Option<verify::Caller>, status: StatusCode) -> Seen {
    let text = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let (principal, encoding, impersonated) = match caller {
        Some(caller) => (Some(caller.principal), Some(caller.encoding), caller.impersonated),
        None => (None, None, false),
    };
    Seen {
        method: request.method().clone(),
        target: request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
        peer: peer.map(|p| p.common_name.clone()),
        serial: peer.map(|p| p.serial.clone()),
        principal,
        encoding,
        impersonated,
        traceparent: text("traceparent"),
        relayed_certificate: text("unikorn-client-certificate"),
        status,
    }
}

fn refused(refusal: &Refusal) -> Response<Bytes> {
    let status = match refusal {
        Refusal::NoCertificate => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    };
    error(status, &refusal.to_string())
}

/// An error answer in the shape the Go services send.
fn error(status: StatusCode, description: &str) -> Response<Bytes> {
    let code = match status {
        StatusCode::UNAUTHORIZED => "access_denied",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::CONFLICT => "conflict",
        StatusCode::UNPROCESSABLE_ENTITY => "unprocessable_content",
        StatusCode::INTERNAL_SERVER_ERROR => "server_error",
        _ => "invalid_request",
    };
    let body = json!({"error": code, "error_description": description, "trace_id": "00000000000000000000000000000000"});
    let mut response = answer(status, Some(&body));
    response.headers_mut().insert(header::CACHE_CONTROL, http::HeaderValue::from_static("no-cache"));
    if status == StatusCode::UNAUTHORIZED {
        let challenge = http::HeaderValue::from_static("Bearer error=\"access_denied\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn answer(status: StatusCode, body: Option<&Value>) -> Response<Bytes> {
    let mut response = Response::new(body.map(|b| Bytes::from(b.to_string())).unwrap_or_default());
    *response.status_mut() = status;
    if body.is_some() {
        response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    }
    response
}
