//! A watch on the wire: waits for changes, bookmarks and the end.

use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use tokio::time::{Instant, sleep_until};

use super::inner::Inner;
use crate::api::{Step, WatchStream};

/// How long a watch lasts if the client does not say.
const DEFAULT_SECONDS: u64 = 45 * 60;

/// The pieces of a watch, until its time is over or the cluster stops.
pub(super) fn pieces(inner: Arc<Inner>, watch: WatchStream) -> impl Stream<Item = Bytes> + Send {
    let lasts = watch.timeout().unwrap_or(std::time::Duration::from_secs(DEFAULT_SECONDS));
    let now = Instant::now();
    let state = State { end: now + lasts, bookmark: now + inner.options.bookmark_interval, inner, watch };
    futures::stream::unfold(state, |mut state| async move { state.next().await.map(|piece| (piece, state)) })
}

struct State {
    inner: Arc<Inner>,
    watch: WatchStream,
    end: Instant,
    bookmark: Instant,
}

impl State {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            match self.watch.step(self.inner.api.store()) {
                Step::Send(piece) => return Some(piece),
                Step::End => return None,
                Step::Wait => {}
            }
            tokio::select! {
                changed = self.watch.changed().changed() => changed.ok()?,
                () = sleep_until(self.bookmark) => {
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
                () = sleep_until(self.end) => return None,
                () = self.inner.stop.cancelled() => return None,
            }
        }
    }
}
