//! Connections and bodies: one pool for an instance, TLS as everywhere in the family, and no wait without an end. Knows nothing of what
//! is asked.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use core_client::credentials::{Bundle, CredentialError, Trust};
use core_client::error::DispatchKind;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use octocrab::OctoBody;
use tokio::time::{Instant, Sleep, sleep};

pub(super) type BoxError = Box<dyn Error + Send + Sync>;
/// The body of an answer.
pub(super) type Answer = BoxBody<Bytes, BoxError>;

const KEEPALIVE: Duration = Duration::from_secs(15);
const IDLE_CONNECTIONS: Duration = Duration::from_secs(60);

#[derive(Clone, Debug)]
pub(super) struct Transport {
    client: Client<HttpsConnector<HttpConnector>, OctoBody>,
    idle: Duration,
}

/// No usable answer, and how far the request got.
#[derive(Debug, Clone)]
pub(super) struct Lost {
    pub(super) kind: DispatchKind,
    pub(super) cause: Arc<dyn Error + Send + Sync>,
}

/// A body that may not come to a halt for long.
struct Lively {
    inner: Incoming,
    idle: Duration,
    patience: Pin<Box<Sleep>>,
    /// Whether the reader is waiting, since the patience was last reset.
    waiting: bool,
}

/// A body of which a part was read already.
struct Resumed {
    head: Option<Bytes>,
    rest: Answer,
}

/// A body, read as far as the limit goes.
pub(super) enum Read {
    Whole(Bytes),
    /// Larger than the limit; nothing is lost of it.
    Larger(Answer),
}

// === impl Transport ===

impl Transport {
    pub(super) fn new(
        trust: Trust,
        plain: bool,
        connect_timeout: Duration,
        idle: Duration,
    ) -> Result<Self, CredentialError> {
        let tls = core_client::tls::client_config(&Bundle::new(None, trust))?;
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_connect_timeout(Some(connect_timeout));
        let mut https = HttpsConnector::from((tcp, tls));
        if !plain {
            https.enforce_https();
        }
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_CONNECTIONS)
            .pool_timer(hyper_util::rt::TokioTimer::new())
            .build(https);
        Ok(Self { client, idle })
    }

    /// Sends a request and waits so long for its answer to begin.
    pub(super) async fn send(&self, request: Request<OctoBody>, within: Duration) -> Result<Response<Answer>, Lost> {
        let sent = tokio::time::timeout(within, self.client.request(request)).await;
        match sent {
            Ok(Ok(response)) => Ok(response.map(|body| Lively::new(body, self.idle).boxed())),
            Ok(Err(error)) => Err(Lost::of(error)),
            Err(_) => {
                Err(Lost { kind: DispatchKind::Timeout, cause: Arc::new(io::Error::from(io::ErrorKind::TimedOut)) })
            }
        }
    }
}

// === impl Lost ===

impl Lost {
    fn of(error: hyper_util::client::legacy::Error) -> Self {
        let kind = match (error.is_connect(), timed_out(&error)) {
            (true, true) => DispatchKind::ConnectTimeout,
            (true, false) => DispatchKind::Connect,
            (false, _) => DispatchKind::Closed,
        };
        Self { kind, cause: Arc::new(error) }
    }
}

fn timed_out(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return true;
        }
        next = error.source();
    }
    false
}

/// A body that is all there.
pub(super) fn whole(bytes: Bytes) -> Answer {
    Full::new(bytes).map_err(|never| match never {}).boxed()
}

/// Reads a body up to a limit.
pub(super) async fn read(mut body: Answer, limit: usize) -> Result<Read, BoxError> {
    if body.size_hint().lower() > limit as u64 {
        return Ok(Read::Larger(body));
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            bytes.extend_from_slice(&data);
        }
        if bytes.len() > limit {
            return Ok(Read::Larger(Resumed { head: Some(bytes.freeze()), rest: body }.boxed()));
        }
    }
    Ok(Read::Whole(bytes.freeze()))
}

// === impl Lively ===

impl Lively {
    fn new(inner: Incoming, idle: Duration) -> Self {
        Self { inner, idle, patience: Box::pin(sleep(idle)), waiting: false }
    }
}

impl Body for Lively {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = Pin::into_inner(self);
        match Pin::new(&mut this.inner).poll_frame(cx) {
            Poll::Ready(frame) => {
                this.waiting = false;
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending if !this.waiting => {
                // The time that the reader took is not the peer's.
                this.waiting = true;
                this.patience.as_mut().reset(Instant::now() + this.idle);
                this.patience.as_mut().poll(cx).map(|()| None)
            }
            Poll::Pending => this.patience.as_mut().poll(cx).map(|()| {
                Some(Err(io::Error::new(io::ErrorKind::TimedOut, "the body of the answer came to a halt").into()))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Body for Resumed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = Pin::into_inner(self);
        match this.head.take() {
            Some(head) => Poll::Ready(Some(Ok(Frame::data(head)))),
            None => Pin::new(&mut this.rest).poll_frame(cx),
        }
    }
}
