//! Objects and their indexes, changed together; knows nothing of locks or time.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use kube::Resource;

type Keys<O> = Arc<dyn Fn(&O) -> Vec<String> + Send + Sync>;

/// A function that gives an object the keys it is found by.
pub(in super::super) struct IndexFn<O> {
    pub(in super::super) name: Arc<str>,
    pub(in super::super) keys: Keys<O>,
}

impl<O> Clone for IndexFn<O> {
    fn clone(&self) -> Self {
        Self { name: self.name.clone(), keys: self.keys.clone() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Name {
    namespace: Option<Box<str>>,
    name: Box<str>,
}

impl Name {
    pub(super) fn new(namespace: Option<&str>, name: &str) -> Self {
        Self { namespace: namespace.map(Into::into), name: name.into() }
    }

    pub(super) fn of<O: Resource>(object: &O) -> Self {
        let meta = object.meta();
        Self::new(meta.namespace.as_deref(), meta.name.as_deref().unwrap_or_default())
    }
}

pub(super) struct Data<O> {
    objects: HashMap<Name, Arc<O>>,
    indexes: Arc<[IndexFn<O>]>,
    /// One map for each index.
    found: Vec<HashMap<String, BTreeSet<Name>>>,
}

/// What a new list changed.
pub(in super::super) struct Relist<O> {
    /// It was the first list.
    pub(in super::super) first: bool,
    /// What is new, or is another version than before.
    pub(in super::super) changed: Vec<Arc<O>>,
    /// What is there no longer, or what another version took the place of.
    pub(in super::super) gone: Vec<Arc<O>>,
}

impl<O> Data<O> {
    pub(super) fn new(indexes: Arc<[IndexFn<O>]>) -> Self {
        let found = indexes.iter().map(|_| HashMap::new()).collect();
        Self { objects: HashMap::new(), indexes, found }
    }

    pub(super) fn indexes(&self) -> Arc<[IndexFn<O>]> {
        self.indexes.clone()
    }

    pub(super) fn get(&self, name: &Name) -> Option<Arc<O>> {
        self.objects.get(name).cloned()
    }

    pub(super) fn all(&self) -> Vec<Arc<O>> {
        self.objects.values().cloned().collect()
    }

    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.indexes.iter().position(|index| &*index.name == name)
    }

    pub(super) fn select(&self, index: usize, key: &str) -> Vec<Arc<O>> {
        let names = self.found.get(index).and_then(|found| found.get(key));
        names.into_iter().flatten().filter_map(|name| self.get(name)).collect()
    }

    pub(super) fn keys(&self, index: usize) -> Vec<String> {
        let mut keys: Vec<_> = self.found.get(index).into_iter().flat_map(HashMap::keys).cloned().collect();
        keys.sort();
        keys
    }
}

impl<O: Resource> Data<O> {
    pub(super) fn filled(indexes: Arc<[IndexFn<O>]>, objects: Vec<Arc<O>>) -> Self {
        let mut data = Self::new(indexes);
        data.objects.reserve(objects.len());
        for object in objects {
            data.insert(object);
        }
        data
    }

    pub(super) fn insert(&mut self, object: Arc<O>) -> Option<Arc<O>> {
        let name = Name::of(&*object);
        let old = self.remove(&name);
        for (index, found) in self.indexes.iter().zip(&mut self.found) {
            for key in (index.keys)(&object) {
                found.entry(key).or_default().insert(name.clone());
            }
        }
        self.objects.insert(name, object);
        old
    }

    pub(super) fn remove(&mut self, name: &Name) -> Option<Arc<O>> {
        let old = self.objects.remove(name)?;
        for (index, found) in self.indexes.iter().zip(&mut self.found) {
            for key in (index.keys)(&old) {
                if let Some(names) = found.get_mut(&key) {
                    names.remove(name);
                    if names.is_empty() {
                        found.remove(&key);
                    }
                }
            }
        }
        Some(old)
    }

    pub(super) fn compare(&self, old: &Self) -> Relist<O> {
        let version = |object: &Arc<O>| (object.meta().uid.clone(), object.meta().resource_version.clone());
        let differs = |one: &Self, name: &Name, object: &Arc<O>| {
            one.objects.get(name).is_none_or(|other| version(other) != version(object))
        };
        let only = |these: &Self, those: &Self| {
            let items = these.objects.iter().filter(|(name, object)| differs(those, name, object));
            items.map(|(_, object)| object.clone()).collect()
        };
        Relist { first: false, changed: only(self, old), gone: only(old, self) }
    }
}
