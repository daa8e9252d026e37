//! Which resources a cluster serves: the built-in ones and those of its CustomResourceDefinitions.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use arc_swap::ArcSwap;
use serde_json::Value;

use super::resource::Resource;

/// The resources of one cluster. Reading takes no lock.
#[derive(Debug)]
pub struct Registry {
    custom: ArcSwap<Custom>,
}

#[derive(Debug, Default)]
struct Custom {
    /// By the name of the definition.
    definitions: BTreeMap<String, Defined>,
    /// By `group/version`, then by plural name.
    versions: HashMap<String, HashMap<String, Arc<Resource>>>,
}

/// What one definition defines.
#[derive(Clone, Debug)]
struct Defined {
    /// The generation that was served first.
    first: i64,
    resources: Vec<Arc<Resource>>,
}

#[derive(Debug)]
struct Builtin {
    /// In the order of discovery.
    all: Vec<Arc<Resource>>,
    /// By `group/version`, then by plural name.
    versions: HashMap<String, HashMap<String, Arc<Resource>>>,
}

/// The built-in resources are the same for every cluster of the process, and never change.
static BUILTIN: LazyLock<Builtin> = LazyLock::new(|| {
    let all: Vec<Arc<Resource>> = Resource::builtin().map(Arc::new).collect();
    let mut versions: HashMap<String, HashMap<String, Arc<Resource>>> = HashMap::new();
    for resource in &all {
        let version = versions.entry(resource.api_version.clone()).or_default();
        version.insert(resource.plural.clone(), resource.clone());
    }
    Builtin { all, versions }
});

// === impl Registry ===

impl Default for Registry {
    fn default() -> Self {
        Self { custom: ArcSwap::from_pointee(Custom::default()) }
    }
}

impl Registry {
    /// The resource of that plural name.
    pub fn get(&self, api_version: &str, plural: &str) -> Option<Arc<Resource>> {
        if let Some(found) = BUILTIN.versions.get(api_version).and_then(|version| version.get(plural)) {
            return Some(found.clone());
        }
        self.custom.load().versions.get(api_version)?.get(plural).cloned()
    }

    /// The resource of that kind.
    pub fn by_kind(&self, api_version: &str, kind: &str) -> Option<Arc<Resource>> {
        self.all().into_iter().find(|resource| resource.api_version == api_version && resource.kind == kind)
    }

    /// Every resource in every version: the built-in ones in the order of discovery, then the others, sorted by group,
    /// version and name.
    pub fn all(&self) -> Vec<Arc<Resource>> {
        let custom = self.custom.load();
        let mut others: Vec<_> = custom.versions.values().flat_map(|version| version.values().cloned()).collect();
        others.sort_by(|a, b| (&a.group, &a.version, &a.plural).cmp(&(&b.group, &b.version, &b.plural)));
        BUILTIN.all.iter().cloned().chain(others).collect()
    }

    /// The other versions in which the objects of a resource are served, in the order of [`Registry::all`].
    pub(crate) fn versions(&self, of: &Resource) -> Vec<Arc<Resource>> {
        let custom = self.custom.load();
        let own = custom.versions.values().flat_map(HashMap::values);
        let all = BUILTIN.all.iter().chain(own);
        let same = |other: &&Arc<Resource>| {
            other.storage == of.storage && other.origin == of.origin && other.api_version != of.api_version
        };
        let mut versions: Vec<_> = all.filter(same).cloned().collect();
        if of.is_custom() {
            versions.sort_by(|a, b| a.version.cmp(&b.version));
        }
        versions
    }

    /// Serves what a definition defines instead of what it defined before.
    pub(crate) fn define(&self, name: &str, definition: &Value) {
        let generation = definition["metadata"]["generation"].as_i64().unwrap_or_default();
        let first = self.custom.load().definitions.get(name).map_or(generation, |defined| defined.first);
        let resources = Resource::custom(definition, generation != first).into_iter().map(Arc::new).collect();
        let defined = Defined { first, resources };
        self.custom.rcu(|custom| {
            let mut definitions = custom.definitions.clone();
            definitions.insert(name.to_owned(), defined.clone());
            Custom::new(definitions)
        });
    }

    /// Serves what these definitions define, and nothing that others did.
    pub(crate) fn restore<'a>(&self, definitions: impl Iterator<Item = (&'a str, &'a Value)>) {
        // Whether there are objects from before a definition was changed is not known: there may be.
        const FIRST: i64 = 1;
        let defined = definitions.map(|(name, definition)| {
            let changed = definition["metadata"]["generation"].as_i64() != Some(FIRST);
            let resources = Resource::custom(definition, changed).into_iter().map(Arc::new).collect();
            (name.to_owned(), Defined { first: FIRST, resources })
        });
        self.custom.store(Arc::new(Custom::new(defined.collect())));
    }

    /// Serves the kind of a definition no more.
    pub fn forget(&self, definition: &str) {
        self.custom.rcu(|custom| {
            let mut definitions = custom.definitions.clone();
            definitions.remove(definition);
            Custom::new(definitions)
        });
    }
}

// === impl Custom ===

impl Custom {
    fn new(definitions: BTreeMap<String, Defined>) -> Self {
        let mut versions: HashMap<String, HashMap<String, Arc<Resource>>> = HashMap::new();
        for resource in definitions.values().flat_map(|defined| &defined.resources) {
            let version = versions.entry(resource.api_version.clone()).or_default();
            version.insert(resource.plural.clone(), resource.clone());
        }
        Self { definitions, versions }
    }
}
