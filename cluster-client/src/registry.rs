//! Holds the fleet: connects what sources find, looks whether it is well, exchanges credentials in place, and lets go what is gone. Knows
//! nothing of TLS, paths and kubeconfigs: [`Connect`] makes the connections, [`ClusterSource`]s bring the descriptions.
//!
//! One task owns every cluster and decides everything, so that events come in one order for each cluster. Readers never wait for it:
//! [`ClientProvider::peek`] on a [`Registry`] is one atomic load, one look into a table and one reference count. Reading takes a lock only for a key that is
//! not in the map while clusters are arriving, and then only as long as it takes to look into the list of those.
//!
//! What holds:
//! - Once `upsert` has returned, `peek` says [`ClientError::NotConnected`] and not [`ClientError::NotFound`]. Removals take effect a
//!   moment after `remove` has returned.
//! - A connected cluster has a handle at every moment while its connection is replaced, unless another cluster takes its place: then the
//!   old handle is cancelled, and everything that was spawned on it has ended (or had its time to), before the new one is handed out.
//! - A revision is never followed by an earlier one under the same key, not even after the cluster was removed and came back.
//! - A description that cannot be connected does not take a connection away that can.
//! - A removed cluster's end does not touch what comes under the same name.
//!
//! Sources: Tilt's `ConnectionManager` and cluster reconciler (`internal/controllers/core/cluster`), Cluster API's
//! `controllers/clustercache`, multicluster-runtime's `pkg/clusters`.

mod cluster;
mod events;
mod gate;
mod outages;
mod owner;
mod past;
mod places;
mod shared;
mod slot;
mod timetable;
mod work;

use std::collections::BTreeMap;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream;
use tokio::sync::broadcast;
use tokio::task::AbortHandle;
use tokio::time::timeout_at;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use self::outages::PathOutage;
use self::owner::Owner;
use self::shared::{Lookup, Shared};
pub use self::slot::ClusterStatus;
use self::slot::Slot;
use crate::connect::Connect;
use crate::error::ClientError;
use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
#[cfg(feature = "metrics")]
use crate::metrics::ClusterMetrics;
use crate::options::{RegistryOptions, Settings};
use crate::provider::{ClientProvider, ClusterEventStream, ClusterSummary, Deadline};
use crate::revision::MicroTime;
use crate::source::{ClusterSource, SinkTarget, SourceError};
use crate::spec::ClusterSpec;

/// Live connections to a fleet of clusters.
///
/// Cheap to clone; clones are the same registry. [`shutdown`](Self::shutdown) ends it in good order; when the last clone is dropped it is
/// aborted: handles are cancelled, and sockets close without waiting for requests in flight.
#[derive(Clone)]
pub struct Registry(Arc<Running>);

/// What is decided before a registry starts.
pub struct RegistryBuilder {
    connect: Arc<dyn Connect>,
    options: RegistryOptions,
    #[cfg(feature = "metrics")]
    metrics: Option<ClusterMetrics>,
    sources: Vec<Arc<dyn ClusterSource>>,
    seed: Option<u64>,
}

struct Running {
    shared: Arc<Shared>,
    task: AbortHandle,
    stop: CancellationToken,
    ended: CancellationToken,
}

// === impl Registry ===

impl Registry {
    /// A registry whose connections `connect` makes; everything else has a default.
    #[must_use]
    pub fn builder(connect: Arc<dyn Connect>) -> RegistryBuilder {
        RegistryBuilder {
            connect,
            options: RegistryOptions::default(),
            #[cfg(feature = "metrics")]
            metrics: None,
            sources: Vec::new(),
            seed: None,
        }
    }

    /// Runs a source for as long as the registry lives. One that fails is started again, after 1 s to 5 min as for connections; one that
    /// ends well has said everything.
    pub fn add_source(&self, source: Arc<dyn ClusterSource>) {
        self.0.shared.add_source(source);
    }

    /// Waits until every source that was added has pushed what it found at its start; `false` when the deadline passes first.
    ///
    /// Cancel safe.
    pub async fn until_synced(&self, wait: Deadline) -> bool {
        let synced = async {
            loop {
                let mut told = pin!(self.0.shared.published.notified());
                told.as_mut().enable();
                if self.0.shared.all_synced() {
                    return;
                }
                told.await;
            }
        };
        timeout_at(wait.instant(), synced).await.is_ok()
    }

    /// Where a cluster stands, in full. Never blocks; `None` for one that is unknown, or not in the map yet.
    #[must_use]
    pub fn status(&self, key: &ClusterKey) -> Option<ClusterStatus> {
        match self.0.shared.look_up(key) {
            Lookup::Known(slot) => Some(slot.status()),
            Lookup::Arriving | Lookup::Unknown => None,
        }
    }

    /// The proxies and jump hosts that are down, with how many clusters are behind each. Those clusters say
    /// [`ErrorClass::PathDown`](crate::error::ErrorClass::PathDown) and are tried the moment the hop is back. Never blocks.
    #[must_use]
    pub fn outages(&self) -> Vec<PathOutage> {
        self.0.shared.outages.load().to_vec()
    }

    /// Ends everything and waits for it: sources stop, attempts are abandoned, handles are cancelled; what runs on them and requests in
    /// flight have [`RegistryOptions::drain`] to end, then every socket is closed. Event streams end; `peek` says
    /// [`ClientError::NotFound`].
    ///
    /// May be called more than once, and from several places. Cancelling the wait does not stop the end.
    pub async fn shutdown(&self) {
        self.0.stop.cancel();
        self.0.ended.cancelled().await;
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("clusters", &self.0.shared.places.len()).finish_non_exhaustive()
    }
}

/// Waits until there is a handle in a slot, or there will never be one.
async fn wait_for(slot: &Slot, wait: Deadline) -> Result<ClusterHandle, ClientError> {
    loop {
        let mut changed = pin!(slot.changed.notified());
        changed.as_mut().enable();
        match slot.peek() {
            Err(ClientError::NotConnected { .. }) => {}
            outcome => return outcome,
        }
        if timeout_at(wait.instant(), changed).await.is_err() {
            return slot.peek();
        }
    }
}

#[async_trait]
impl ClientProvider for Registry {
    fn peek(&self, key: &ClusterKey) -> Result<ClusterHandle, ClientError> {
        self.0.shared.peek(key)
    }

    /// Cancel safe. With [`OnDemand`](crate::options::ConnectPolicy::OnDemand) this is what wakes a cluster. [`ClientError::Removed`]
    /// when the cluster goes while it is waited for.
    async fn get(&self, key: &ClusterKey, wait: Deadline) -> Result<ClusterHandle, ClientError> {
        let shared = &self.0.shared;
        // Those that are there are had without any of what follows.
        if let Ok(handle) = shared.peek(key) {
            return Ok(handle);
        }
        let mut was_there = false;
        loop {
            let mut published = pin!(shared.published.notified());
            published.as_mut().enable();
            let slot = match shared.look_up(key) {
                Lookup::Known(slot) => slot,
                Lookup::Unknown if was_there => return Err(ClientError::Removed),
                Lookup::Unknown => return Err(ClientError::NotFound),
                Lookup::Arriving => match timeout_at(wait.instant(), published).await {
                    Ok(()) => continue,
                    Err(_) => return Err(ClientError::NotConnected { since: MicroTime::now(), last: None }),
                },
            };
            was_there = true;
            let _waiting = slot.wait();
            shared.want(key);
            match wait_for(&slot, wait).await {
                // It may have come back under the same name, and be in the map in a moment.
                Err(ClientError::Removed) if shared.still_has(key, &slot) => {
                    if timeout_at(wait.instant(), published).await.is_err() {
                        return Err(ClientError::Removed);
                    }
                }
                Err(ClientError::Removed) => {}
                outcome => return outcome,
            }
        }
    }

    fn events(&self) -> ClusterEventStream {
        match self.0.shared.events.upgrade() {
            Some(events) => Box::pin(events::stream(events.subscribe())),
            None => Box::pin(stream::empty()),
        }
    }

    fn clusters(&self) -> Vec<ClusterSummary> {
        let mut clusters = self.0.shared.places.all(|key, slot| slot.summary(key.clone()));
        clusters.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        clusters
    }

    fn labels(&self, key: &ClusterKey) -> Option<Arc<BTreeMap<String, String>>> {
        self.0.shared.places.slot(key).map(|slot| Arc::clone(&slot.facts().labels))
    }
}

impl SinkTarget for Registry {
    fn upsert(&self, key: ClusterKey, spec: ClusterSpec) {
        self.0.shared.upsert(key, spec);
    }

    fn remove(&self, key: &ClusterKey) {
        self.0.shared.remove(key);
    }

    fn reject(&self, key: ClusterKey, error: SourceError) {
        self.0.shared.reject(key, error);
    }

    fn synced(&self, source: &str) {
        self.0.shared.synced(source);
    }
}

// === impl RegistryBuilder ===

impl RegistryBuilder {
    /// Sets the options.
    #[must_use]
    pub fn options(mut self, options: RegistryOptions) -> Self {
        self.options = options;
        self
    }

    /// Counts into these metrics.
    #[cfg(feature = "metrics")]
    #[must_use]
    pub fn metrics(mut self, metrics: ClusterMetrics) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// Adds a source; see [`Registry::add_source`].
    #[must_use]
    pub fn source(mut self, source: Arc<dyn ClusterSource>) -> Self {
        self.sources.push(source);
        self
    }

    /// Makes the jitter of waits repeatable, for tests.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Starts the registry.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime.
    #[must_use]
    pub fn start(self) -> Registry {
        let settings = Settings::from(&self.options);
        let (events, _) = broadcast::channel(settings.event_buffer);
        let shared = Arc::new(Shared::new(events.downgrade(), settings.hibernate_after.is_some()));
        #[cfg(feature = "metrics")]
        let recorder = {
            let grouping = crate::metrics::Grouping::new(settings.metrics, &self.options.metrics_group);
            let recorder = self.metrics.unwrap_or_default().recorder(grouping);
            if let Some(paths) = self.connect.paths() {
                recorder.watch_paths(paths.downgrade());
            }
            let fleet: Arc<dyn crate::metrics::Fleet> = Arc::clone(&shared) as _;
            recorder.watch(Arc::downgrade(&fleet));
            recorder
        };
        #[cfg(not(feature = "metrics"))]
        let recorder = crate::metrics::Recorder;
        let (stop, ended) = (CancellationToken::new(), CancellationToken::new());
        let owner = Owner::new(Arc::clone(&shared), self.connect, settings, recorder, events, stop.clone(), self.seed);
        // However the task ends, those who wait for its end hear it.
        let end: DropGuard = ended.clone().drop_guard();
        let task = tokio::spawn(async move {
            let _end = end;
            owner.run().await;
        })
        .abort_handle();
        for source in self.sources {
            shared.add_source(source);
        }
        Registry(Arc::new(Running { shared, task, stop, ended }))
    }
}

impl fmt::Debug for RegistryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryBuilder")
            .field("options", &self.options)
            .field("sources", &self.sources.len())
            .finish_non_exhaustive()
    }
}

// === impl Running ===

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
        self.task.abort();
        self.shared.close();
    }
}

#[cfg(feature = "metrics")]
impl crate::metrics::Fleet for Shared {
    fn standings(&self) -> Vec<crate::metrics::Standing> {
        let standing = |key: &ClusterKey, slot: &Slot| {
            let facts = slot.facts();
            crate::metrics::Standing {
                key: key.clone(),
                labels: Arc::clone(&facts.labels),
                state: facts.state,
                trouble: facts.error.as_ref().map(|(_, error)| error.class()),
                generation: facts.handle.as_ref().map(|handle| handle.revision().generation),
                last_success: slot.last_success(),
                stats: facts.control.as_ref().map(|control| control.stats()),
            }
        };
        self.places.all(standing)
    }
}

#[cfg(test)]
mod tests;
