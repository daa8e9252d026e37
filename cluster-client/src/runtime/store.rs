//! What a watch has seen: objects, their indexes, and how fresh they are; knows nothing of how they are watched.
//!
//! One lock holds objects and indexes, so that a reader never sees one without the other; `kube`'s reflector store has no indexes, and
//! does not say what a new list no longer contains.

mod data;
mod freshness;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use kube::Resource;
use kube::runtime::reflector::ObjectRef;
use kube::runtime::watcher;
use serde::de::DeserializeOwned;

pub use freshness::Freshness;

pub(super) use data::{IndexFn, Relist};
pub(super) use freshness::Clockwork;

use data::{Data, Name};

/// What can be watched: every `k8s_openapi` type, every derived custom resource, `PartialObjectMeta` of either, and kinds without a type as
/// [`Dynamic`](crate::runtime::Dynamic).
pub trait Watched:
    Resource<DynamicType = (), Scope: 'static> + Clone + DeserializeOwned + fmt::Debug + Send + Sync + 'static
{
}

impl<O> Watched for O where
    O: Resource<DynamicType = (), Scope: 'static> + Clone + DeserializeOwned + fmt::Debug + Send + Sync + 'static
{
}

/// What a reconciler reads when the watch behind a store is not connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum StaleReads {
    /// What was seen last.
    #[default]
    Serve,
    /// What was seen last for this time, and then [`StoreError::Stale`].
    RefuseAfter(Duration),
}

/// Why there is no store to read from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The controller does not watch this kind; add it with `owns` or `watches`.
    #[error("{kind} is not watched by this controller")]
    NotWatched {
        /// The kind.
        kind: Arc<str>,
    },
    /// The first list has not come to its end.
    #[error("{kind} has not been listed yet")]
    NotSynced {
        /// The kind.
        kind: Arc<str>,
    },
    /// The watch has not been connected for longer than the controller's policy accepts.
    #[error("{kind} is not watched since {stale_for:?}")]
    Stale {
        /// The kind.
        kind: Arc<str>,
        /// For how long.
        stale_for: Duration,
    },
    /// No index of that name was declared for this kind.
    #[error("{kind} has no index {index:?}")]
    NoIndex {
        /// The kind.
        kind: Arc<str>,
        /// The name that was asked for.
        index: String,
    },
}

/// Objects of one kind in one cluster, as a watch sees them. One reference count; clone it freely.
///
/// Objects are never changed in place, only replaced. The store keeps what it has when its cluster is disengaged, and gets no more.
pub struct ClusterStore<O>(Arc<Shared<O>>);

struct Shared<O> {
    kind: Arc<str>,
    config: watcher::Config,
    data: RwLock<Data<O>>,
    clockwork: Clockwork,
}

impl<O: Watched> ClusterStore<O> {
    pub(super) fn new(config: watcher::Config, indexes: Arc<[IndexFn<O>]>) -> Self {
        Self(Arc::new(Shared {
            kind: O::kind(&()).into(),
            config,
            data: RwLock::new(Data::new(indexes)),
            clockwork: Clockwork::start(),
        }))
    }

    /// The object of that name, if it is there.
    #[must_use]
    pub fn get(&self, object: &ObjectRef<O>) -> Option<Arc<O>> {
        self.find(object.namespace.as_deref(), &object.name)
    }

    /// The object of that namespace and name, if it is there.
    #[must_use]
    pub fn find(&self, namespace: Option<&str>, name: &str) -> Option<Arc<O>> {
        self.read(|data| data.get(&Name::new(namespace, name)))
    }

    /// All objects, in no order.
    #[must_use]
    pub fn state(&self) -> Vec<Arc<O>> {
        self.read(Data::all)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read(Data::len)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An index that was declared with the controller.
    ///
    /// # Errors
    /// [`StoreError::NoIndex`].
    pub fn index(&self, name: &str) -> Result<Index<O>, StoreError> {
        let number = self.read(|data| data.index(name));
        let number = number.ok_or_else(|| StoreError::NoIndex { kind: self.0.kind.clone(), index: name.into() })?;
        Ok(Index { store: self.clone(), number })
    }

    /// How fresh the objects are.
    #[must_use]
    pub fn freshness(&self) -> Freshness {
        self.0.clockwork.freshness()
    }

    /// For how long the watch has not been connected; zero while it is.
    #[must_use]
    pub fn stale_for(&self) -> Duration {
        self.freshness().stale_for()
    }

    /// Gives the store to a reader, unless the policy refuses.
    pub(super) fn under(&self, policy: StaleReads) -> Result<Self, StoreError> {
        let freshness = self.freshness();
        if freshness.synced_at.is_none() {
            return Err(StoreError::NotSynced { kind: self.0.kind.clone() });
        }
        match policy {
            StaleReads::RefuseAfter(limit) if freshness.stale_for() > limit => {
                Err(StoreError::Stale { kind: self.0.kind.clone(), stale_for: freshness.stale_for() })
            }
            _ => Ok(self.clone()),
        }
    }

    pub(super) fn shows(&self, config: &watcher::Config) -> bool {
        same_selection(&self.0.config, config)
    }

    /// Takes an object in; gives what was there before.
    pub(super) fn apply(&self, object: Arc<O>) -> Option<Arc<O>> {
        self.write(|data| data.insert(object))
    }

    /// Takes an object out; gives what was there.
    pub(super) fn delete(&self, object: &O) -> Option<Arc<O>> {
        self.write(|data| data.remove(&Name::of(object)))
    }

    /// Puts a whole list in the place of everything, at once.
    pub(super) fn replace(&self, objects: Vec<Arc<O>>) -> Relist<O> {
        let fresh = Data::filled(self.read(Data::indexes), objects);
        let old = self.write(|data| std::mem::replace(data, fresh));
        let first = self.0.clockwork.synced();
        let mut relist = self.read(|data| data.compare(&old));
        relist.first = first;
        relist
    }

    fn read<T>(&self, look: impl FnOnce(&Data<O>) -> T) -> T {
        look(&self.0.data.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Data<O>) -> T) -> T {
        change(&mut self.0.data.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<O> Clone for ClusterStore<O> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<O> fmt::Debug for ClusterStore<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterStore")
            .field("kind", &self.0.kind)
            .field("freshness", &self.0.clockwork.freshness())
            .finish_non_exhaustive()
    }
}

/// Objects by the keys that a function gave them, always those of the store at the moment of the question.
#[derive(Debug)]
pub struct Index<O> {
    store: ClusterStore<O>,
    number: usize,
}

impl<O: Watched> Index<O> {
    /// Objects with this key, in the order of their names.
    #[must_use]
    pub fn get(&self, key: &str) -> Vec<Arc<O>> {
        self.store.read(|data| data.select(self.number, key))
    }

    /// All keys, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.store.read(|data| data.keys(self.number))
    }
}

/// Whether two configurations ask for the same objects.
pub(super) fn same_selection(one: &watcher::Config, other: &watcher::Config) -> bool {
    one.label_selector == other.label_selector && one.field_selector == other.field_selector
}

/// A store of any kind.
pub(super) trait AnyStore: Any + Send + Sync {
    fn kind(&self) -> Arc<str>;
    fn clockwork(&self) -> &Clockwork;
}

impl<O: Watched> AnyStore for ClusterStore<O> {
    fn kind(&self) -> Arc<str> {
        self.0.kind.clone()
    }

    fn clockwork(&self) -> &Clockwork {
        &self.0.clockwork
    }
}
