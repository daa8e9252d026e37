//! What all tasks of a running controller share; knows nothing of when clusters come and go.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use core_client::backoff::Backoff;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::sync::{Notify, broadcast};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::events::RuntimeEvent;
use super::plan::normal;
use super::queue::{FairQueue, Limits, Priority};
use super::request::{ClusterName, Request};
use super::stats::{ClusterStats, Counts, Groups, Observed, Stats};
use super::store::{StaleReads, Watched};
use super::view::View;
use super::watch::WatchOptions;
use crate::provider::ClientProvider;

pub(super) type Queue<K> = FairQueue<ClusterName, Arc<Request<K>>>;

#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) limits: Limits,
    pub(super) retry: Backoff,
    pub(super) watch: WatchOptions,
    pub(super) drain: Duration,
    pub(super) switch_deadline: Duration,
    pub(super) stale_reads: StaleReads,
    pub(super) seed: u64,
    /// The label of clusters that names their group, if they are told apart by it.
    pub(super) group: Option<Arc<str>>,
}

pub(super) struct Core<K: Watched> {
    pub(super) name: Arc<str>,
    pub(super) options: Options,
    /// Locked before `views` where both are.
    queue: Mutex<Queue<K>>,
    pub(super) wake: Notify,
    /// What reconcilers see of each engaged cluster.
    views: RwLock<HashMap<ClusterName, Arc<View<K>>>>,
    events: broadcast::Sender<RuntimeEvent>,
    random: Mutex<StdRng>,
    groups: Mutex<Groups>,
    /// How reconciles ended in clusters that are engaged no longer.
    pub(super) past: Counts,
    /// No more work is begun, and what is under way may end within the drain time.
    pub(super) stop: CancellationToken,
    /// What is under way ends at once.
    pub(super) kill: CancellationToken,
}

impl<K: Watched> Core<K> {
    pub(super) fn new(name: Arc<str>, options: Options, events: broadcast::Sender<RuntimeEvent>) -> Self {
        let mut random = StdRng::seed_from_u64(options.seed);
        Self {
            name,
            queue: Mutex::new(FairQueue::new(options.limits, options.retry, random.random())),
            wake: Notify::new(),
            views: RwLock::default(),
            events,
            random: Mutex::new(random),
            groups: Mutex::default(),
            past: Counts::default(),
            stop: CancellationToken::new(),
            kill: CancellationToken::new(),
            options,
        }
    }

    /// Asks for a reconcile; nothing comes of it unless the cluster is engaged.
    pub(super) fn ask(&self, request: Request<K>, priority: Priority) {
        let request = Arc::new(normal(request));
        self.with_queue(|queue| queue.add(&request.cluster.clone(), request, priority, Instant::now()));
    }

    /// Changes the queue, and has it looked at afterwards.
    pub(super) fn with_queue<T>(&self, change: impl FnOnce(&mut Queue<K>) -> T) -> T {
        let result = change(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner));
        self.wake.notify_one();
        result
    }

    /// Looks into the queue.
    pub(super) fn queue<T>(&self, look: impl FnOnce(&mut Queue<K>) -> T) -> T {
        look(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn view(&self, cluster: &ClusterName) -> Option<Arc<View<K>>> {
        self.views.read().unwrap_or_else(PoisonError::into_inner).get(cluster).cloned()
    }

    pub(super) fn views(&self) -> Vec<Arc<View<K>>> {
        self.views.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(super) fn publish(&self, view: Arc<View<K>>) {
        self.views.write().unwrap_or_else(PoisonError::into_inner).insert(view.cluster.clone(), view);
    }

    /// Takes a view away, unless another instance took its place.
    pub(super) fn retract(&self, view: &View<K>) {
        let mut views = self.views.write().unwrap_or_else(PoisonError::into_inner);
        if views.get(&view.cluster).is_some_and(|known| known.instance == view.instance) {
            views.remove(&view.cluster);
        }
    }

    /// Counts of a cluster that is engaged.
    pub(super) fn counts(&self, cluster: &ClusterName, provider: &dyn ClientProvider) -> Arc<Counts> {
        let Some(label) = &self.options.group else { return Arc::default() };
        let labels = cluster.key().and_then(|key| provider.labels(key)).unwrap_or_default();
        let group = labels.get(&**label).map_or("", String::as_str);
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).counts(group)
    }

    pub(super) fn emit(&self, event: RuntimeEvent) {
        // Nobody need listen.
        drop(self.events.send(event));
    }

    pub(super) fn seed(&self) -> u64 {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).random()
    }
}

impl<K: Watched> Observed for Core<K> {
    fn stats(&self) -> Stats {
        let (mut views, now) = (self.views(), Instant::now());
        views.sort_by(|one, other| one.cluster.cmp(&other.cluster));
        let clusters = self.queue(|queue| {
            let one = |view: &Arc<View<K>>| ClusterStats {
                cluster: view.cluster.clone(),
                instance: view.instance,
                group: view.counts.group().map(|(name, _)| name).unwrap_or_default(),
                synced: view.is_synced(),
                depth: queue.depth(&view.cluster),
                waiting: queue.waiting(&view.cluster),
                running: queue.running(&view.cluster),
                oldest: queue.oldest(&view.cluster, now),
                results: view.counts.read(),
                stale: view.staleness(),
            };
            views.iter().map(one).collect()
        });
        let running = self.queue(|queue| queue.running_in_all());
        let groups = views.iter().filter_map(|view| view.counts.group()).collect();
        Stats { controller: self.name.clone(), clusters, running, past: self.past.read(), groups }
    }

    fn events(&self) -> broadcast::Receiver<RuntimeEvent> {
        self.events.subscribe()
    }
}
