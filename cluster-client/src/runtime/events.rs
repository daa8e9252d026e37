//! What a multi-cluster controller tells about itself while it runs; knows nothing of how the work is done.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

use super::request::ClusterName;
use super::watch::WatchError;

/// How many events a reader may be behind before it misses some.
pub(super) const BACKLOG: usize = 4096;

/// Something that happened in a running controller.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RuntimeEvent {
    /// Work in a cluster begins: its watches are being started.
    Engaged {
        /// Which cluster.
        cluster: ClusterName,
        /// Tells apart the engagements of one controller; never used twice.
        instance: u64,
    },
    /// Everything that was watched in a cluster is there; from now on it is reconciled.
    Synced {
        /// Which cluster.
        cluster: ClusterName,
        /// Which engagement.
        instance: u64,
        /// How long it took from the beginning of the engagement.
        took: Duration,
    },
    /// A watch failed; it is tried again by itself. What it watched is stale meanwhile.
    WatchFailed {
        /// Which cluster.
        cluster: ClusterName,
        /// Kind of what is watched.
        kind: Arc<str>,
        /// What failed.
        error: Arc<WatchError>,
    },
    /// Work in a cluster has ended: nothing of that engagement runs any more.
    Disengaged {
        /// Which cluster.
        cluster: ClusterName,
        /// Which engagement.
        instance: u64,
    },
}

/// Events in order. A reader that is more than 4096 behind misses the oldest. Ends with the controller.
#[derive(Debug)]
pub struct RuntimeEvents(BroadcastStream<RuntimeEvent>);

impl RuntimeEvents {
    pub(super) fn new(events: broadcast::Receiver<RuntimeEvent>) -> Self {
        Self(BroadcastStream::new(events))
    }
}

impl Stream for RuntimeEvents {
    type Item = RuntimeEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match self.0.poll_next_unpin(cx) {
                Poll::Ready(Some(Ok(event))) => return Poll::Ready(Some(event)),
                // What was missed is gone; the next event is there at once.
                Poll::Ready(Some(Err(_lagged))) => {}
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
