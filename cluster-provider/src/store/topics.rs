//! What is notified within one process. Knows nothing of what it is about.

use std::sync::{Mutex, PoisonError};

use futures::stream::{self, BoxStream, StreamExt as _};
use tokio::sync::broadcast::{self, error::RecvError};

/// How many topics somebody may be behind before they are made up by an empty one.
const BEHIND: usize = 256;

/// Topics on their way to whoever listens; nothing any more once it is closed.
#[derive(Debug)]
pub(crate) struct Topics(Mutex<Option<broadcast::Sender<String>>>);

impl Default for Topics {
    fn default() -> Self {
        Self(Mutex::new(Some(broadcast::channel(BEHIND).0)))
    }
}

impl Topics {
    pub(crate) fn send(&self, topic: &str) {
        if let Some(sender) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            // Nobody listens: nobody misses it.
            drop(sender.send(topic.to_owned()));
        }
    }

    /// All topics from now on. Ends when it is closed.
    pub(crate) fn subscribe(&self) -> BoxStream<'static, String> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = &*held else { return stream::empty().boxed() };
        stream::unfold(sender.subscribe(), |mut receiver| async move {
            match receiver.recv().await {
                Ok(topic) => Some((topic, receiver)),
                Err(RecvError::Lagged(_)) => Some((String::new(), receiver)),
                Err(RecvError::Closed) => None,
            }
        })
        .boxed()
    }

    pub(crate) fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_is_far_behind_hears_one_empty_topic_for_what_was_missed() {
        let topics = Topics::default();
        let mut slow = topics.subscribe();
        for _ in 0..=BEHIND {
            topics.send("a");
        }
        assert_eq!(slow.next().await.as_deref(), Some(""));
        assert_eq!(slow.next().await.as_deref(), Some("a"));
    }

    #[tokio::test]
    async fn closing_ends_every_stream() {
        let topics = Topics::default();
        let mut stream = topics.subscribe();
        topics.close();
        assert_eq!(stream.next().await, None);
        assert_eq!(topics.subscribe().next().await, None);
    }
}
