//! Waiting itself: what watches see, the passing of time and cancellation meet on the board.

use std::collections::HashMap;

use futures::stream::{BoxStream, SelectAll, StreamExt};
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::board::{Board, Seen};
use crate::outcome::EventSink;

/// Goes on until the board is done. A watch that is no longer needed ends.
pub(super) async fn drive(
    board: &mut Board,
    watches: Vec<(usize, BoxStream<'_, Seen>)>,
    sink: &dyn EventSink,
    cancel: &CancellationToken,
    clock: impl Fn() -> Timestamp,
) {
    let mut ends: HashMap<usize, CancellationToken> = HashMap::new();
    let mut streams = SelectAll::new();
    for (bucket, watch) in watches {
        let end = CancellationToken::new();
        ends.insert(bucket, end.clone());
        streams.push(watch.map(move |seen| (bucket, seen)).take_until(end.cancelled_owned()).boxed());
    }
    tell(board, sink);
    while !board.is_done() {
        let Some(wakes_at) = board.wakes_at() else { break };
        tokio::select! {
            // Being told to stop comes first, and what was seen before what is late: an object that got ready in time is.
            biased;
            () = cancel.cancelled() => board.cancel(Instant::now()),
            Some((bucket, seen)) = streams.next(), if !streams.is_empty() => board.see(bucket, seen, Instant::now(), clock()),
            () = tokio::time::sleep_until(wakes_at) => {}
        }
        // Objects that keep changing do not keep the others from being late.
        board.pass(Instant::now(), clock());
        tell(board, sink);
        for bucket in board.take_closed() {
            if let Some(end) = ends.remove(&bucket) {
                end.cancel();
            }
        }
    }
}

fn tell(board: &mut Board, sink: &dyn EventSink) {
    for event in board.take_events() {
        sink.event(&event);
    }
}
