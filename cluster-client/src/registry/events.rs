//! Events out of the registry, bounded: a slow reader misses some and is told so. Knows nothing of clusters.

use futures::{Stream, StreamExt as _, stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::provider::{ClusterEvent, ClusterEventKind};

/// The events of one reader. What was missed is told with the key of the first event after the gap.
pub(super) fn stream(receiver: Receiver<ClusterEvent>) -> impl Stream<Item = ClusterEvent> + Send {
    stream::unfold((receiver, false), |(mut receiver, mut missed)| async move {
        loop {
            match receiver.recv().await {
                Ok(event) => {
                    let gap = missed.then(|| ClusterEvent { key: event.key.clone(), kind: ClusterEventKind::Missed });
                    return Some((gap.into_iter().chain([event]), (receiver, false)));
                }
                Err(RecvError::Lagged(_)) => missed = true,
                Err(RecvError::Closed) => return None,
            }
        }
    })
    .flat_map(stream::iter)
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast;

    use super::*;
    use crate::key::ClusterKey;

    #[tokio::test]
    async fn a_slow_reader_is_told_that_it_missed_something_and_then_goes_on() {
        let (sender, receiver) = broadcast::channel(2);
        for n in 0..5 {
            let key = ClusterKey::new(format!("c{n}")).unwrap();
            sender.send(ClusterEvent { key, kind: ClusterEventKind::Removed }).unwrap();
        }
        drop(sender);
        let seen: Vec<_> = stream(receiver)
            .map(|event| (event.key.to_string(), matches!(event.kind, ClusterEventKind::Missed)))
            .collect()
            .await;
        assert_eq!(seen, [("c3".into(), true), ("c3".into(), false), ("c4".into(), false)]);
    }
}
