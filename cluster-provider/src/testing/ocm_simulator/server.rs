//! The connection: reads requests, has faults decided and the world asked, and answers, or does not. Knows nothing of what is asked.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::faults::{Effect, Faults};
use super::log::{Log, LoggedRequest};
use super::tokens::TOKEN_PATH;
use super::wire::{Answer, Ask, Content, Refusal};
use super::world::World;

/// What the connections and the handle share.
pub(super) struct Shared {
    world: Mutex<World>,
    faults: Mutex<Faults>,
    log: Mutex<Log>,
    body_limit: usize,
}

impl Shared {
    pub(super) fn new(world: World, body_limit: usize) -> Self {
        Self { world: Mutex::new(world), faults: Mutex::default(), log: Mutex::default(), body_limit }
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until it is told to stop; all connections end then, also those that wait for something.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>, stop: CancellationToken) {
    let router = axum::Router::new().fallback(handle).with_state(shared);
    let make = router.into_make_service_with_connect_info::<Peer>();
    let lines = Lines { listener, stop: stop.clone() };
    let served = axum::serve(lines, make).with_graceful_shutdown(stop.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::warn!(%error, "the simulator stopped");
    }
}

async fn handle(State(shared): State<Arc<Shared>>, ConnectInfo(peer): ConnectInfo<Peer>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let read = axum::body::to_bytes(body, shared.body_limit).await;
    let path = parts.uri.path().to_owned();
    let asked = match &read {
        Ok(bytes) => understand(&parts.method, &parts.uri, &parts.headers, bytes),
        Err(_) => Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The request body is too large")),
    };
    let body = asked.as_ref().map_or(Value::Null, |ask| ask.body.clone());
    let entry = shared.log().begin(LoggedRequest::new(&parts.method, &parts.uri, &parts.headers, body));
    let effects = shared.faults().decide(&parts.method, &path);
    let answer = tokio::select! {
        biased;
        () = peer.cut.cancelled() => None,
        answer = answer(&shared, asked, &path, effects) => answer,
    };
    shared.log().end(entry, answer.as_ref().map(|answer| answer.status));
    match answer {
        Some(answer) => response(answer),
        None => {
            peer.cut.cancel();
            Response::new(Body::empty())
        }
    }
}

/// The answer to a request, after its effects; `None` when there is none and the connection ends.
async fn answer(shared: &Shared, asked: Result<Ask, Refusal>, path: &str, effects: Vec<Effect>) -> Option<Answer> {
    let (mut unordered, mut name_taken, mut lose, mut hang) = (false, false, false, false);
    for effect in effects {
        match effect {
            Effect::Slow(wait) => tokio::time::sleep(wait).await,
            Effect::UnorderedPages => unordered = true,
            Effect::NameTaken => name_taken = true,
            Effect::LoseAnswer => lose = true,
            Effect::DoAndHang => hang = true,
            Effect::LoseRequest => return None,
            Effect::Hang => std::future::pending().await,
            Effect::Html(status) => {
                let page = format!("<html><body><h1>{status}</h1></body></html>");
                return Some(Answer { status, retry_after: None, body: Content::Html(page) });
            }
            refuse @ Effect::Refuse { .. } => {
                let (refusal, retry_after) = refuse.refusal()?;
                let answer = shared.world().refuse(refusal, path, Instant::now());
                return Some(Answer { retry_after, ..answer });
            }
        }
    }
    let now = Instant::now();
    let answer = match asked {
        Ok(ask) => shared.world().answer(&Ask { unordered, ..ask }, name_taken, now),
        Err(refusal) => shared.world().refuse(refusal, path, now),
    };
    if hang {
        std::future::pending::<()>().await;
    }
    (!lose).then_some(answer)
}

/// A request as the world wants to hear it. Forms become objects of texts.
fn understand(method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Result<Ask, Refusal> {
    let pairs = |text: &[u8]| -> BTreeMap<String, String> { url::form_urlencoded::parse(text).into_owned().collect() };
    let body = if body.is_empty() {
        Value::Null
    } else if uri.path() == TOKEN_PATH {
        Value::Object(pairs(body).into_iter().map(|(key, value)| (key, value.into())).collect())
    } else {
        let json = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !json.is_some_and(|json| json.starts_with("application/json")) {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The content type has to be application/json",
            ));
        }
        serde_json::from_slice(body).map_err(|_| Refusal::invalid("The request body is not valid JSON"))?
    };
    Ok(Ask {
        method: method.clone(),
        path: uri.path().to_owned(),
        query: pairs(uri.query().unwrap_or_default().as_bytes()),
        headers: headers.clone(),
        body,
        unordered: false,
    })
}

fn response(answer: Answer) -> Response {
    let (content_type, body) = match answer.body {
        Content::Nothing => (None, Body::empty()),
        Content::Json(value) => (Some("application/json"), Body::from(value.to_string())),
        Content::Html(page) => (Some("text/html"), Body::from(page)),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    if let Some(content_type) = content_type {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if let Some(seconds) = answer.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

// === connections that can be cut ===

struct Lines {
    listener: TcpListener,
    stop: CancellationToken,
}

/// A connection that ends when its token says so.
struct Line {
    stream: TcpStream,
    cut: CancellationToken,
    is_cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

/// How a handler cuts the connection that it answers on.
#[derive(Clone)]
struct Peer {
    cut: CancellationToken,
}

impl Listener for Lines {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let cut = self.stop.child_token();
        (Line { stream, is_cut: Box::pin(cut.clone().cancelled_owned()), cut }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Lines>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        Self { cut: stream.io().cut.clone() }
    }
}

impl Line {
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.is_cut.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
