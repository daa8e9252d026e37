//! What a fake provider sends: events, and errors that stand for a connection's.

use std::sync::Arc;

use futures::StreamExt;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

use crate::error::ConnectError;
use crate::key::ClusterKey;
use crate::provider::{ClusterEvent, ClusterEventKind, ClusterEventStream};

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Said(Box<str>);

/// The error of a connection of which only a text is known.
pub(super) fn error(key: &ClusterKey, text: &str) -> Arc<ConnectError> {
    Arc::new(ConnectError::Exchange { server: key.to_string(), source: Arc::new(Said(text.into())) })
}

/// Events as they are sent; a reader that is too slow learns that it missed some.
pub(super) fn stream(events: broadcast::Receiver<ClusterEvent>) -> ClusterEventStream {
    // A gap has no cluster of its own. The event after it names one, so it is told together with that.
    let mut missed = false;
    Box::pin(BroadcastStream::new(events).flat_map(move |event| {
        futures::stream::iter(match event {
            Err(BroadcastStreamRecvError::Lagged(_)) => {
                missed = true;
                Vec::new()
            }
            Ok(event) if std::mem::take(&mut missed) => {
                vec![ClusterEvent { key: event.key.clone(), kind: ClusterEventKind::Missed }, event]
            }
            Ok(event) => vec![event],
        })
    }))
}
