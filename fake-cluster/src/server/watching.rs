//! A watch on the wire: waits for changes, bookmarks and the end.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, sleep_until};

use super::inner::{Inner, WatchOrder};
use super::wire::Wire;
use crate::api::{Status, Step, WatchStream};
use crate::faults::Effect;

/// How long a watch lasts if the client does not say.
const DEFAULT_DURATION: Duration = Duration::from_secs(45 * 60);

/// The pieces of a watch, until its time is over or the cluster stops.
pub(super) fn pieces(
    inner: Arc<Inner>,
    watch: WatchStream,
    effect: Option<Effect>,
    wire: Arc<Wire>,
) -> impl Stream<Item = Bytes> + Send {
    let now = Instant::now();
    let orders = inner.watch_orders.subscribe();
    let mut state = State {
        end: now + watch.timeout().unwrap_or(DEFAULT_DURATION),
        bookmark: now + inner.options.bookmark_interval,
        inner,
        watch,
        orders,
        silent: false,
        events_left: usize::MAX,
        bytes_left: usize::MAX,
        wire,
        failed: None,
    };
    match effect {
        Some(Effect::SilentWatch) => state.silent = true,
        Some(Effect::ExpiredWatch) => state.failed = Some(too_old()),
        Some(Effect::ShortWatch(events)) => state.events_left = events,
        Some(Effect::Truncate(bytes)) => state.bytes_left = bytes,
        _ => {}
    }
    futures::stream::unfold(state, |mut state| async move { state.next().await.map(|piece| (piece, state)) })
}

struct State {
    inner: Arc<Inner>,
    watch: WatchStream,
    end: Instant,
    bookmark: Instant,
    orders: Receiver<WatchOrder>,
    silent: bool,
    events_left: usize,
    bytes_left: usize,
    wire: Arc<Wire>,
    /// The watch ends with this.
    failed: Option<Status>,
}

impl State {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(status) = self.failed.take() {
            return Some(self.watch.fail(&status));
        }
        if self.bytes_left == 0 {
            self.wire.reset();
            return std::future::pending().await;
        }
        let piece = self.piece().await?;
        let piece = match self.events_left {
            usize::MAX => piece,
            left => {
                let (piece, sent) = first_events(&piece, left);
                self.events_left -= sent;
                piece
            }
        };
        let piece = piece.slice(..piece.len().min(self.bytes_left));
        if self.bytes_left != usize::MAX {
            self.bytes_left -= piece.len();
        }
        Some(piece)
    }

    async fn piece(&mut self) -> Option<Bytes> {
        if self.events_left == 0 {
            return None;
        }
        loop {
            if !self.silent {
                match self.watch.step(self.inner.api.store()) {
                    Step::Send(piece) => return Some(piece),
                    Step::End => return None,
                    Step::Wait => {}
                }
            }
            tokio::select! {
                changed = self.watch.changed().changed(), if !self.silent => changed.ok()?,
                () = sleep_until(self.bookmark), if !self.silent => {
                    self.bookmark += self.inner.options.bookmark_interval;
                    // Changes come before the bookmark that covers them.
                    match self.watch.step(self.inner.api.store()) {
                        Step::Send(piece) => return Some(piece),
                        Step::End => return None,
                        Step::Wait => {}
                    }
                    if let Some(piece) = self.watch.bookmark() {
                        return Some(piece);
                    }
                }
                ordered = self.orders.changed() => {
                    ordered.ok()?;
                    match *self.orders.borrow() {
                        WatchOrder::Stay => {}
                        WatchOrder::End => return None,
                        WatchOrder::Expire => return Some(self.watch.fail(&too_old())),
                    }
                }
                () = sleep_until(self.end) => return None,
                () = self.inner.drain.cancelled() => return None,
            }
        }
    }
}

fn too_old() -> Status {
    Status::expired("The resourceVersion for the provided watch is too old.")
}

/// The first events of a piece, and how many they are.
fn first_events(piece: &Bytes, limit: usize) -> (Bytes, usize) {
    let ends: Vec<usize> = piece.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1).collect();
    let sent = ends.len().min(limit);
    let end = sent.checked_sub(1).and_then(|last| ends.get(last)).copied().unwrap_or_default();
    (piece.slice(..end), sent)
}
