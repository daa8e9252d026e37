//! The body of an answer on its way in, up to the end of the call. Knows nothing of what it says.

use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::Sleep;

/// A body that ends with an error when its timer does. The timer may be borrowed from the attempt or travel along.
pub(super) struct Inflow<T> {
    body: Incoming,
    timer: Pin<T>,
}

/// Why a body was not read to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("the deadline passed")]
    TimedOut,
    #[error("the connection failed")]
    Connection(#[from] hyper::Error),
}

/// What was read of a body.
pub(super) struct Read {
    pub(super) bytes: Bytes,
    pub(super) end: End,
}

/// Where reading stopped.
pub(super) enum End {
    Whole,
    /// It would have gone on beyond the limit.
    TooLarge,
    Broken(Broken),
}

// === impl Inflow ===

impl<T> Inflow<T> {
    pub(super) fn new(body: Incoming, timer: Pin<T>) -> Self {
        Self { body, timer }
    }

    /// The same body with another timer.
    pub(super) fn timed_by<U>(self, timer: Pin<U>) -> Inflow<U> {
        Inflow { body: self.body, timer }
    }
}

impl<T: DerefMut<Target = Sleep> + Unpin> Body for Inflow<T> {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Broken::from)));
        }
        ready!(self.timer.as_mut().poll(cx));
        Poll::Ready(Some(Err(Broken::TimedOut)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Reads up to `limit` bytes. Gives what there was also when it was not all.
pub(super) async fn read<B>(body: &mut B, limit: usize) -> Read
where
    B: Body<Data = Bytes, Error = Broken> + Unpin,
{
    let mut whole = Pieces::None;
    let end = loop {
        match body.frame().await {
            None => break End::Whole,
            Some(Err(broken)) => break End::Broken(broken),
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    let room = limit - whole.len();
                    whole.push(piece.slice(..piece.len().min(room)));
                    if piece.len() > room {
                        break End::TooLarge;
                    }
                }
            }
        }
    };
    Read { bytes: whole.finish(), end }
}

/// Most bodies come in one piece and are never copied.
enum Pieces {
    None,
    One(Bytes),
    More(BytesMut),
}

// === impl Pieces ===

impl Pieces {
    fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::One(piece) => piece.len(),
            Self::More(pieces) => pieces.len(),
        }
    }

    fn push(&mut self, piece: Bytes) {
        match self {
            Self::None => *self = Self::One(piece),
            Self::One(first) => {
                let mut pieces = BytesMut::from(std::mem::take(first));
                pieces.extend_from_slice(&piece);
                *self = Self::More(pieces);
            }
            Self::More(pieces) => pieces.extend_from_slice(&piece),
        }
    }

    fn finish(self) -> Bytes {
        match self {
            Self::None => Bytes::new(),
            Self::One(piece) => piece,
            Self::More(pieces) => pieces.freeze(),
        }
    }
}
