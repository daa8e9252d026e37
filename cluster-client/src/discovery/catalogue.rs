//! The kinds of a cluster as a table, and how one of them is found in it. Plain functions.

use std::sync::Arc;

use kube::core::ApiResource;
use kube::core::GroupVersionKind;

use super::kind::{KindError, KindQuery};

/// One kind in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Group, version, kind and plural.
    pub resource: ApiResource,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Verbs it has, such as `list`.
    pub verbs: Arc<[String]>,
}

/// Every kind a cluster serves. Within a group, versions stand in the server's order: the preferred one first.
///
/// It is small, as a fleet holds one for each cluster: what kinds have in common is there once.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// By name; those of one name in the server's order.
    kinds: Vec<Entry>,
    unlisted: Vec<String>,
}

#[derive(Debug, Clone)]
struct Entry {
    kind: Box<str>,
    plural: Box<str>,
    home: Arc<Home>,
    verbs: Arc<[String]>,
    namespaced: bool,
}

/// A version of a group.
#[derive(Debug, PartialEq, Eq)]
struct Home {
    group: String,
    version: String,
}

/// Collects the kinds of a [`Catalogue`].
#[derive(Debug, Default)]
pub(super) struct Collector {
    kinds: Vec<Entry>,
    unlisted: Vec<String>,
    /// Those that were seen last: a server tells a group at a time.
    home: Option<Arc<Home>>,
    verbs: Vec<Arc<[String]>>,
}

// === impl Entry ===

impl Entry {
    fn found(&self) -> Found {
        let gvk = GroupVersionKind::gvk(&self.home.group, &self.home.version, &self.kind);
        let resource = ApiResource::from_gvk_with_plural(&gvk, &self.plural);
        Found { resource, namespaced: self.namespaced, verbs: Arc::clone(&self.verbs) }
    }

    fn full_name(&self) -> String {
        let (kind, Home { group, version }) = (&self.kind, &*self.home);
        if group.is_empty() { format!("{version}/{kind}") } else { format!("{kind}.{group}/{version}") }
    }
}

// === impl Collector ===

impl Collector {
    pub(super) fn add(&mut self, gvk: &GroupVersionKind, plural: &str, namespaced: bool, verbs: Vec<String>) {
        let home = Home { group: gvk.group.clone(), version: gvk.version.clone() };
        let home = match self.home.take() {
            Some(known) if *known == home => known,
            _ => Arc::new(home),
        };
        self.home = Some(Arc::clone(&home));
        let verbs = match self.verbs.iter().find(|known| ***known == verbs[..]) {
            Some(known) => Arc::clone(known),
            None => {
                let verbs: Arc<[String]> = verbs.into();
                self.verbs.push(Arc::clone(&verbs));
                verbs
            }
        };
        self.kinds.push(Entry { kind: gvk.kind.as_str().into(), plural: plural.into(), home, verbs, namespaced });
    }

    pub(super) fn could_not_list(&mut self, group_version: String) {
        self.unlisted.push(group_version);
    }

    pub(super) fn done(self) -> Catalogue {
        let Self { mut kinds, unlisted, .. } = self;
        // Stable: the server's order stays among those of one name.
        kinds.sort_by(|one, other| one.kind.cmp(&other.kind));
        kinds.shrink_to_fit();
        Catalogue { kinds, unlisted }
    }
}

// === impl Catalogue ===

impl Catalogue {
    /// How many kinds in how many versions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether the cluster serves nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Every kind in every version.
    pub fn iter(&self) -> impl Iterator<Item = Found> {
        self.kinds.iter().map(Entry::found)
    }

    /// Group versions that the server names and could not list, such as those of a broken aggregated API.
    #[must_use]
    pub fn unlisted(&self) -> &[String] {
        &self.unlisted
    }

    /// The one kind that is meant.
    ///
    /// # Errors
    /// [`KindError`].
    pub fn resolve(&self, query: &KindQuery) -> Result<Found, KindError> {
        let of_kind = self.of_kind(&query.kind);
        let mut candidates: Vec<&Entry> = Vec::new();
        for entry in of_kind {
            let group = query.group.as_ref().is_none_or(|group| *group == entry.home.group);
            let version = query.version.as_ref().is_none_or(|version| *version == entry.home.version);
            // The first of a group is the preferred one.
            if group && version && candidates.iter().all(|known| known.home.group != entry.home.group) {
                candidates.push(entry);
            }
        }
        match candidates[..] {
            [] => Err(self.not_found(query, of_kind)),
            [one] => Ok(one.found()),
            _ => match candidates.iter().find(|entry| entry.home.group.is_empty()) {
                Some(core) => Ok(core.found()),
                None => Err(KindError::Ambiguous {
                    query: query.clone(),
                    candidates: candidates.iter().map(|entry| entry.full_name()).collect(),
                }),
            },
        }
    }

    /// The kind whose objects stand under `plural` in `group`, in the version that the server prefers.
    #[must_use]
    pub fn by_plural(&self, plural: &str, group: &str) -> Option<Found> {
        self.kinds.iter().find(|entry| *entry.plural == *plural && entry.home.group == group).map(Entry::found)
    }

    fn of_kind(&self, kind: &str) -> &[Entry] {
        let from = self.kinds.partition_point(|entry| &*entry.kind < kind);
        let to = self.kinds.partition_point(|entry| &*entry.kind <= kind);
        self.kinds.get(from..to).unwrap_or_default()
    }

    fn not_found(&self, query: &KindQuery, of_kind: &[Entry]) -> KindError {
        let looks_like = |entry: &&Entry| {
            entry.kind.eq_ignore_ascii_case(&query.kind) || entry.plural.eq_ignore_ascii_case(&query.kind)
        };
        let mut suggestions: Vec<String> = if of_kind.is_empty() {
            self.kinds.iter().filter(looks_like).map(Entry::full_name).collect()
        } else {
            of_kind.iter().map(Entry::full_name).collect()
        };
        suggestions.truncate(5);
        KindError::NotFound { query: query.clone(), suggestions, unlisted: self.unlisted.clone() }
    }
}
