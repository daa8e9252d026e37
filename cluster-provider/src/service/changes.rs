//! Changes told to those who watch, here and in other processes. Knows nothing of how changes are made.

use std::sync::{Arc, Mutex, PoisonError};

use futures::stream::{BoxStream, StreamExt as _};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::ClusterChange;
use crate::store::ClusterStore;

/// How topics of changes begin; the rest is a [`Telling`] in JSON.
const TOPIC: &str = "cluster-change:";

/// How long to wait before listening again, when the store lets nobody listen.
const LISTEN_AGAIN: std::time::Duration = std::time::Duration::from_secs(5);

/// Tells changes, and hears of those that others make.
pub(super) struct Changes {
    origin: String,
    sender: broadcast::Sender<ClusterChange>,
    store: Arc<dyn ClusterStore>,
    listening: Mutex<Listening>,
}

/// The task that hears what others tell.
#[derive(Debug, Default)]
struct Listening {
    task: Option<JoinHandle<()>>,
    cancel: CancellationToken,
}

/// A change on its way through a store.
#[derive(Debug, Serialize, Deserialize)]
struct Telling {
    origin: String,
    #[serde(flatten)]
    change: ClusterChange,
}

// === impl Changes ===

impl Changes {
    pub(super) fn new(capacity: usize, store: Arc<dyn ClusterStore>) -> Self {
        let (sender, _) = broadcast::channel(capacity.clamp(1, 1 << 20));
        Self { origin: Uuid::new_v4().to_string(), sender, store, listening: Mutex::default() }
    }

    /// Tells a change that is written down. Who is not reached, hears of it by looking.
    pub(super) async fn tell(&self, change: ClusterChange) {
        // Nobody listens: nobody misses it.
        drop(self.sender.send(change.clone()));
        let told = match serde_json::to_string(&Telling { origin: self.origin.clone(), change }) {
            Ok(text) => self.store.notify(&format!("{TOPIC}{text}")).await.map_err(Into::into),
            Err(error) => Err(Box::<dyn std::error::Error + Send + Sync>::from(error)),
        };
        if let Err(error) = told {
            tracing::debug!(
                error = &*error,
                "other processes were not told of a change; they will see it when they look"
            );
        }
    }

    /// Changes from now on.
    pub(super) fn watch(&self) -> BoxStream<'static, ClusterChange> {
        let receiver = self.sender.subscribe();
        self.listen();
        BroadcastStream::new(receiver).map(|change| change.unwrap_or(ClusterChange::Missed)).boxed()
    }

    /// Begins to listen to the store, once, where there is a runtime to do it in.
    fn listen(&self) {
        let mut listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        if listening.task.is_some() || listening.cancel.is_cancelled() {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let ear = Ear { origin: self.origin.clone(), sender: self.sender.clone(), store: Arc::clone(&self.store) };
        let cancel = listening.cancel.clone();
        listening.task = Some(runtime.spawn(async move {
            cancel.run_until_cancelled(ear.run()).await;
        }));
    }

    pub(super) async fn shutdown(&self) {
        let task = {
            let mut listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
            listening.cancel.cancel();
            listening.task.take()
        };
        if let Some(task) = task
            && let Err(error) = task.await
            && error.is_panic()
        {
            tracing::error!("listening for changes ended in a panic");
        }
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        let listening = self.listening.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = &listening.task {
            task.abort();
        }
    }
}

/// Hears what is told through the store.
struct Ear {
    origin: String,
    sender: broadcast::Sender<ClusterChange>,
    store: Arc<dyn ClusterStore>,
}

impl Ear {
    async fn run(self) {
        loop {
            match self.store.subscribe().await {
                Ok(mut topics) => {
                    while let Some(topic) = topics.next().await {
                        if let Some(change) = heard(&self.origin, &topic) {
                            drop(self.sender.send(change));
                        }
                    }
                    // What was told since then is not known.
                    drop(self.sender.send(ClusterChange::Missed));
                }
                Err(error) => tracing::warn!(%error, "changes of other processes cannot be heard"),
            }
            tokio::time::sleep(LISTEN_AGAIN).await;
        }
    }
}

/// What a topic says to those who are not its origin.
fn heard(origin: &str, topic: &str) -> Option<ClusterChange> {
    if topic.is_empty() {
        return Some(ClusterChange::Missed);
    }
    let text = topic.strip_prefix(TOPIC)?;
    match serde_json::from_str::<Telling>(text) {
        Ok(telling) if telling.origin == origin => None,
        Ok(telling) => Some(telling.change),
        // A later version may tell what this one does not know.
        Err(_) => Some(ClusterChange::Missed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{ClusterId, ClusterStatus};

    fn topic(origin: &str, change: ClusterChange) -> String {
        format!("{TOPIC}{}", serde_json::to_string(&Telling { origin: origin.to_owned(), change }).unwrap())
    }

    #[test]
    fn what_others_tell_is_heard_and_what_was_told_here_is_not_heard_twice() {
        let change = ClusterChange::Moved {
            id: ClusterId::generate(),
            from: ClusterStatus::Accepted,
            to: ClusterStatus::Provisioning,
        };
        assert_eq!(heard("me", &topic("you", change.clone())), Some(change.clone()));
        assert_eq!(heard("me", &topic("me", change)), None);
    }

    #[test]
    fn what_cannot_be_understood_or_was_lost_is_missed_and_what_is_not_ours_is_nothing() {
        assert_eq!(heard("me", ""), Some(ClusterChange::Missed));
        assert_eq!(heard("me", "cluster-change:{\"change\":\"split\"}"), Some(ClusterChange::Missed));
        assert_eq!(heard("me", "reconcile:cluster"), None);
    }
}
