//! What is watched in every cluster, decided once and started for each; knows nothing of when clusters come and go.

use std::any::{Any, TypeId};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kube::core::ClusterResourceScope;
use kube::runtime::reflector::ObjectRef;
use kube::runtime::watcher;
use kube::{Api, Client};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::core::Core;
use super::events::RuntimeEvent;
use super::queue::Priority;
use super::request::{ClusterName, Request};
use super::store::{AnyStore, ClusterStore, IndexFn, Watched, same_selection};
use super::watch::{self, Sink, WatchError};

/// Everything that is watched in a cluster: each kind and selection once, whoever asked for it.
pub(super) struct Plan<K: Watched>(Vec<Box<dyn Template<K>>>);

/// Gives the requests that an object stands for.
pub(super) type Mapper<O, K> = Arc<dyn Fn(&Env<K>, &Arc<O>) -> Vec<Request<K>> + Send + Sync>;

/// Asks for everything in a store again that passes the filter.
pub(super) type Replay<K> = Box<dyn Fn(&(dyn Fn(&Request<K>) -> bool + Sync)) + Send + Sync>;

/// A watch that has not been spawned yet.
pub(super) struct Started<K: Watched> {
    pub(super) store: Arc<dyn AnyStore>,
    pub(super) replay: Replay<K>,
    pub(super) run: BoxFuture<'static, ()>,
}

/// Where a watch runs.
pub(super) struct Env<K: Watched> {
    pub(super) core: Arc<Core<K>>,
    pub(super) cluster: ClusterName,
    pub(super) client: Client,
    /// Whether what is seen is asked for; an engagement that prepares to take over keeps quiet.
    pub(super) live: Arc<AtomicBool>,
}

trait Template<K: Watched>: Any + Send + Sync {
    fn start(&self, env: Env<K>) -> Started<K>;
    fn copy(&self) -> Box<dyn Template<K>>;
    /// Takes in another one for the same kind and selection; whether it was.
    fn absorb(&mut self, other: &dyn Template<K>) -> bool;
}

/// One kind and selection.
pub(super) struct Watch<O, K: Watched> {
    config: watcher::Config,
    mappers: Vec<Mapper<O, K>>,
    indexes: Vec<IndexFn<O>>,
}

impl<K: Watched> Plan<K> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Watches a kind and selection for one more mapper. The first one to ask decides on page size, timeout and the like.
    pub(super) fn watch<O: Watched>(&mut self, config: watcher::Config, mapper: Mapper<O, K>) {
        let watch = Watch { config, mappers: vec![mapper], indexes: Vec::new() };
        self.add(Box::new(watch));
    }

    /// Keeps an index of a kind, wherever it is watched; whether it is.
    pub(super) fn index<O: Watched>(&mut self, index: &IndexFn<O>) -> bool {
        let watches = self.0.iter_mut().filter_map(|template| {
            let any: &mut dyn Any = template.as_mut();
            any.downcast_mut::<Watch<O, K>>()
        });
        watches.map(|watch| watch.indexes.push(index.clone())).count() > 0
    }

    /// Watches a kind for its index only.
    pub(super) fn watch_for_index<O: Watched>(&mut self, index: IndexFn<O>) {
        let config = watcher::Config::default();
        self.add(Box::new(Watch { config, mappers: Vec::new(), indexes: vec![index] }));
    }

    /// Everything of another plan as well.
    pub(super) fn extend(&mut self, other: &Self) {
        other.0.iter().for_each(|template| self.add(template.copy()));
    }

    fn add(&mut self, template: Box<dyn Template<K>>) {
        if !self.0.iter_mut().any(|known| known.absorb(template.as_ref())) {
            self.0.push(template);
        }
    }

    pub(super) fn start(&self, env: &Env<K>) -> Vec<Started<K>> {
        self.0.iter().map(|template| template.start(env.clone())).collect()
    }
}

impl<O: Watched, K: Watched> Template<K> for Watch<O, K> {
    fn start(&self, env: Env<K>) -> Started<K> {
        let store = ClusterStore::new(self.config.clone(), self.indexes.clone().into());
        let feed =
            Feed { env, store: store.clone(), mappers: self.mappers.clone().into(), listed: Vec::new(), lost: false };
        let again = feed.clone();
        let replay: Replay<K> = Box::new(move |wanted| {
            for object in again.store.state() {
                let requests = catch_unwind(AssertUnwindSafe(|| again.requests(&object).collect::<Vec<_>>()));
                match requests {
                    Ok(requests) => requests
                        .into_iter()
                        .filter(|request| wanted(request))
                        .for_each(|request| again.ask(request, Priority::List)),
                    // What it panics about is not asked for until it changes.
                    Err(_panic) => again.tell(WatchError::Panicked),
                }
            }
        });
        Started { store: Arc::new(store), replay, run: feed.watch(self.config.clone()).boxed() }
    }

    fn copy(&self) -> Box<dyn Template<K>> {
        Box::new(Self { config: self.config.clone(), mappers: self.mappers.clone(), indexes: self.indexes.clone() })
    }

    fn absorb(&mut self, other: &dyn Template<K>) -> bool {
        let other: &dyn Any = other;
        let Some(other) = other.downcast_ref::<Self>().filter(|other| same_selection(&self.config, &other.config))
        else {
            return false;
        };
        self.mappers.extend(other.mappers.iter().cloned());
        self.indexes.extend(other.indexes.iter().cloned());
        true
    }
}

impl<K: Watched> Clone for Env<K> {
    fn clone(&self) -> Self {
        let Self { core, cluster, client, live } = self;
        Self { core: core.clone(), cluster: cluster.clone(), client: client.clone(), live: live.clone() }
    }
}

/// Puts what a watch sees into the store and asks for what it stands for.
struct Feed<O: Watched, K: Watched> {
    env: Env<K>,
    store: ClusterStore<O>,
    mappers: Arc<[Mapper<O, K>]>,
    /// The list so far.
    listed: Vec<Arc<O>>,
    /// Whether the next list is asked for whole, because requests were lost.
    lost: bool,
}

impl<O: Watched, K: Watched> Clone for Feed<O, K> {
    fn clone(&self) -> Self {
        let Self { env, store, mappers, lost, .. } = self;
        Self { env: env.clone(), store: store.clone(), mappers: mappers.clone(), listed: Vec::new(), lost: *lost }
    }
}

impl<O: Watched, K: Watched> Feed<O, K> {
    async fn watch(mut self, config: watcher::Config) {
        let options = self.env.core.options.watch;
        let mut random = StdRng::seed_from_u64(self.env.core.seed());
        let mut panics = 0;
        loop {
            let api = Api::<O>::all(self.env.client.clone());
            let mut feed = self.clone();
            let watching = AssertUnwindSafe(watch::run(api, config.clone(), options, &mut random, &mut feed));
            if watching.catch_unwind().await.is_err() {
                // The application's own function panicked. Everything is listed again, so nothing of this kind is missed.
                feed.failed(WatchError::Panicked);
                self.lost = true;
                panics += 1;
                tokio::time::sleep(options.backoff.delay(panics, random.random())).await;
            }
        }
    }

    fn requests<'a>(&'a self, object: &'a Arc<O>) -> impl Iterator<Item = Request<K>> + 'a {
        self.mappers.iter().flat_map(|mapper| mapper(&self.env, object))
    }

    fn tell(&self, error: WatchError) {
        let (cluster, kind) = (self.env.cluster.clone(), self.store.kind());
        tracing::warn!(%cluster, %kind, error = %core_client::error::ErrorChain::new(&error), "watch failed");
        self.env.core.emit(RuntimeEvent::WatchFailed { cluster, kind, error: Arc::new(error) });
    }

    fn ask(&self, request: Request<K>, priority: Priority) {
        if self.env.live.load(Ordering::Acquire) {
            self.env.core.ask(request, priority);
        }
    }

    fn ask_for(&self, object: &Arc<O>, priority: Priority) {
        if self.env.live.load(Ordering::Acquire) {
            self.requests(object).for_each(|request| self.ask(request, priority));
        }
    }
}

impl<O: Watched, K: Watched> Sink<O> for Feed<O, K> {
    fn list_begins(&mut self) {
        self.listed = Vec::new();
    }

    fn listed(&mut self, object: O) {
        self.listed.push(Arc::new(object));
        self.store.clockwork().heard();
    }

    fn list_ends(&mut self) {
        let relist = self.store.replace(std::mem::take(&mut self.listed));
        // What a later list no longer has is as good as a deletion; what it has unchanged was asked for before.
        let priority = if relist.first { Priority::List } else { Priority::Change };
        relist.changed.iter().chain(&relist.gone).for_each(|object| self.ask_for(object, priority));
        if std::mem::take(&mut self.lost) {
            self.store.state().iter().for_each(|object| self.ask_for(object, Priority::List));
        }
    }

    fn applied(&mut self, object: O) {
        let object = Arc::new(object);
        self.store.clockwork().heard();
        // The object as it was may stand for other requests than the one that took its place.
        let was = self.store.apply(object.clone());
        self.ask_for(&object, Priority::Change);
        was.iter().for_each(|was| self.ask_for(was, Priority::Change));
    }

    fn deleted(&mut self, object: O) {
        self.store.clockwork().heard();
        let was = self.store.delete(&object);
        self.ask_for(&Arc::new(object), Priority::Change);
        was.iter().for_each(|was| self.ask_for(was, Priority::Change));
    }

    fn connected(&mut self) {
        self.store.clockwork().connected();
    }

    fn bookmark(&mut self) {
        self.store.clockwork().heard();
    }

    fn failed(&mut self, error: WatchError) {
        self.store.clockwork().disconnected();
        self.tell(error);
    }
}

/// The requests for the owners of an object that are of kind `K`, in the cluster and namespace of the object.
pub(super) fn owners<O: Watched, K: Watched>(cluster: &ClusterName, object: &O) -> Vec<Request<K>> {
    let meta = object.meta();
    let owners = meta.owner_references.iter().flatten();
    let owners = owners.filter_map(|owner| ObjectRef::from_owner_ref(meta.namespace.as_deref(), owner, ()));
    owners.map(|object| Request::new(cluster.clone(), object)).collect()
}

/// The one way to write a request: an object that is in no namespace has none, whatever the one that led to it has.
pub(super) fn normal<K: Watched>(mut request: Request<K>) -> Request<K> {
    if TypeId::of::<K::Scope>() == TypeId::of::<ClusterResourceScope>() {
        request.object.namespace = None;
    }
    request
}
