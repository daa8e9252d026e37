//! Filters over namespaces, as values. Plain functions.

use std::collections::BTreeSet;

use super::record::NamespaceRecord;

/// Keeps the namespaces of some clusters, or of some names, or both; the cluster is looked at first.
///
/// Source: `reconcile/utils/oc_filters.py` of `qontract-reconcile`. An empty list of names means no filter, as there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamespaceFilter {
    clusters: BTreeSet<String>,
    namespaces: BTreeSet<String>,
}

/// What a filter kept, and what it was told to keep that does not exist.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Filtered {
    /// What is kept, in the order it came.
    pub namespaces: Vec<NamespaceRecord>,
    /// Clusters that the filter names and no namespace is in: look for a typing mistake.
    pub unknown_clusters: Vec<String>,
    /// Namespaces that the filter names and that are in none of the kept clusters.
    pub unknown_namespaces: Vec<String>,
}

impl NamespaceFilter {
    /// Keeps everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps only these clusters, and those named before.
    #[must_use]
    pub fn with_clusters<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.clusters.extend(names.into_iter().map(Into::into));
        self
    }

    /// Keeps only these namespaces, and those named before.
    #[must_use]
    pub fn with_namespaces<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.namespaces.extend(names.into_iter().map(Into::into));
        self
    }

    /// Filters namespaces.
    #[must_use]
    pub fn apply(&self, namespaces: impl IntoIterator<Item = NamespaceRecord>) -> Filtered {
        let mut unknown_clusters = self.clusters.clone();
        let mut unknown_namespaces = self.namespaces.clone();
        let mut kept = Vec::new();
        for namespace in namespaces {
            if !self.clusters.is_empty() && !self.clusters.contains(&namespace.cluster.name) {
                continue;
            }
            unknown_clusters.remove(&namespace.cluster.name);
            if !self.namespaces.is_empty() && !self.namespaces.contains(&namespace.name) {
                continue;
            }
            unknown_namespaces.remove(&namespace.name);
            kept.push(namespace);
        }
        Filtered {
            namespaces: kept,
            unknown_clusters: unknown_clusters.into_iter().collect(),
            unknown_namespaces: unknown_namespaces.into_iter().collect(),
        }
    }
}
