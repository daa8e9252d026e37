//! The kinds of a cluster as a table, and how one of them is found in it. Plain functions.

use std::collections::BTreeMap;

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
    pub verbs: Vec<String>,
}

impl Found {
    pub(super) fn new(gvk: &GroupVersionKind, plural: &str, namespaced: bool, verbs: Vec<String>) -> Self {
        Self { resource: ApiResource::from_gvk_with_plural(gvk, plural), namespaced, verbs }
    }

    fn full_name(&self) -> String {
        let ApiResource { group, version, kind, .. } = &self.resource;
        if group.is_empty() { format!("{version}/{kind}") } else { format!("{kind}.{group}/{version}") }
    }
}

/// Every kind a cluster serves. Within a group, versions stand in the server's order: the preferred one first.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    kinds: BTreeMap<String, Vec<Found>>,
    unlisted: Vec<String>,
}

impl Catalogue {
    pub(super) fn add(&mut self, found: Found) {
        self.kinds.entry(found.resource.kind.clone()).or_default().push(found);
    }

    pub(super) fn could_not_list(&mut self, group_version: String) {
        self.unlisted.push(group_version);
    }

    /// How many kinds in how many versions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kinds.values().map(Vec::len).sum()
    }

    /// Whether the cluster serves nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Every kind in every version.
    pub fn iter(&self) -> impl Iterator<Item = &Found> {
        self.kinds.values().flatten()
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
        let of_kind = self.kinds.get(&query.kind).map_or(&[][..], Vec::as_slice);
        let mut candidates: Vec<&Found> = Vec::new();
        for found in of_kind {
            let group = query.group.as_ref().is_none_or(|group| *group == found.resource.group);
            let version = query.version.as_ref().is_none_or(|version| *version == found.resource.version);
            // The first of a group is the preferred one.
            if group && version && candidates.iter().all(|known| known.resource.group != found.resource.group) {
                candidates.push(found);
            }
        }
        match candidates[..] {
            [] => Err(self.not_found(query, of_kind)),
            [one] => Ok(one.clone()),
            _ => match candidates.iter().find(|found| found.resource.group.is_empty()) {
                Some(core) => Ok((*core).clone()),
                None => Err(KindError::Ambiguous {
                    query: query.clone(),
                    candidates: candidates.iter().map(|found| found.full_name()).collect(),
                }),
            },
        }
    }

    fn not_found(&self, query: &KindQuery, of_kind: &[Found]) -> KindError {
        let looks_like = |found: &&Found| {
            let ApiResource { kind, plural, .. } = &found.resource;
            kind.eq_ignore_ascii_case(&query.kind) || plural.eq_ignore_ascii_case(&query.kind)
        };
        let mut suggestions: Vec<String> = if of_kind.is_empty() {
            self.iter().filter(looks_like).map(Found::full_name).collect()
        } else {
            of_kind.iter().map(Found::full_name).collect()
        };
        suggestions.truncate(5);
        KindError::NotFound { query: query.clone(), suggestions, unlisted: self.unlisted.clone() }
    }
}
