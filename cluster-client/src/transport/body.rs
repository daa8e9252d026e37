//! The body of an answer, with an end: every body ends when its time is up, and a watch ends as if the server had ended it, so that whoever
//! watches resumes where it was. Knows nothing of what is in it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep};

use super::stats::InFlight;
use crate::error::ConnectError;

/// How a body ends that does not end by itself.
pub(super) enum Limit {
    /// With an error at this moment, after so long.
    Whole(Pin<Box<Sleep>>, Duration),
    /// With an error when nothing came for so long.
    Idle(Pin<Box<Sleep>>, Duration),
    /// As if the server had ended it, when this is done.
    Quiet(Pin<Box<dyn Future<Output = ()> + Send>>),
    /// Not.
    Never,
}

/// The body of an answer. Counts as a request under way until it ended or was dropped.
pub(super) struct Flow<B> {
    /// Let go of at the end, so that its connection closes.
    inner: Option<B>,
    limit: Limit,
    server: Arc<str>,
    /// What is kept while the body lasts.
    held: Option<Held>,
}

/// What a request under way holds.
#[expect(dead_code, reason = "held and not read")]
pub(super) struct Held {
    pub(super) in_flight: InFlight,
    pub(super) turn: Option<OwnedSemaphorePermit>,
    /// The connection lives as long as its bodies.
    pub(super) owner: Arc<dyn Send + Sync>,
}

impl Limit {
    pub(super) fn whole(deadline: Instant, after: Duration) -> Self {
        Self::Whole(Box::pin(tokio::time::sleep_until(deadline)), after)
    }

    pub(super) fn idle(after: Duration) -> Self {
        Self::Idle(Box::pin(tokio::time::sleep(after)), after)
    }

    pub(super) fn quiet(end: impl Future<Output = ()> + Send + 'static) -> Self {
        Self::Quiet(Box::pin(end))
    }
}

impl<B> Flow<B> {
    pub(super) fn new(inner: B, limit: Limit, server: Arc<str>, held: Held) -> Self {
        Self { inner: Some(inner), limit, server, held: Some(held) }
    }

    fn end(&mut self) {
        self.inner = None;
        self.held = None;
        self.limit = Limit::Never;
    }

    /// What the limit says now: nothing, a quiet end, or an error.
    fn poll_limit(&mut self, cx: &mut Context<'_>) -> Poll<Option<ConnectError>> {
        let after = match &mut self.limit {
            Limit::Never => return Poll::Pending,
            Limit::Quiet(end) => return end.as_mut().poll(cx).map(|()| None),
            Limit::Whole(sleep, after) | Limit::Idle(sleep, after) => match sleep.as_mut().poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => *after,
            },
        };
        Poll::Ready(Some(ConnectError::Timeout { server: self.server.as_ref().to_owned(), after }))
    }
}

impl<B> Body for Flow<B>
where
    B: Body<Data = Bytes, Error = hyper::Error> + Unpin,
{
    type Data = Bytes;
    type Error = ConnectError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, ConnectError>>> {
        let this = &mut *self;
        if this.inner.is_none() {
            return Poll::Ready(None);
        }
        // The limit comes first: a body that always has more to say ends as well.
        if let Poll::Ready(outcome) = this.poll_limit(cx) {
            this.end();
            return Poll::Ready(outcome.map(Err));
        }
        let Some(inner) = &mut this.inner else { return Poll::Ready(None) };
        let frame = match Pin::new(inner).poll_frame(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(frame) => frame,
        };
        match &frame {
            Some(Ok(_)) => {
                if let Limit::Idle(sleep, after) = &mut this.limit {
                    sleep.as_mut().reset(Instant::now() + *after);
                }
            }
            Some(Err(_)) | None => this.end(),
        }
        let server = &this.server;
        Poll::Ready(frame.map(|frame| {
            frame
                .map_err(|error| ConnectError::Exchange { server: server.as_ref().to_owned(), source: Arc::new(error) })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
