//! Which clusters share a series; knows nothing of what is counted.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::key::ClusterKey;
use crate::options::Cardinality;

/// A name and a value.
pub(super) type Label = (&'static str, String);

/// Which clusters share a series.
#[derive(Debug, Clone)]
pub(crate) enum Grouping {
    /// None: each has its own.
    Cluster,
    /// Those with the same value under this label.
    Group(Arc<str>),
    /// All.
    Fleet,
}

/// How many clusters are in each group, so that a group's series can go with the last of them.
#[derive(Debug, Default)]
pub(super) struct Groups(HashMap<String, usize>);

// === impl Grouping ===

impl Grouping {
    pub(crate) fn new(cardinality: Cardinality, label: &str) -> Self {
        match cardinality {
            Cardinality::PerCluster => Self::Cluster,
            Cardinality::PerGroup => Self::Group(label.into()),
            Cardinality::None => Self::Fleet,
        }
    }

    /// What tells the series of a cluster from others.
    pub(super) fn label(&self, key: &ClusterKey, labels: &BTreeMap<String, String>) -> Option<Label> {
        match self {
            Self::Cluster => Some(("cluster", key.to_string())),
            Self::Group(label) => Some(("group", labels.get(&**label).cloned().unwrap_or_default())),
            Self::Fleet => None,
        }
    }

    /// Whether a number that makes no sense as a sum can be shown.
    pub(super) fn is_per_cluster(&self) -> bool {
        matches!(self, Self::Cluster)
    }
}

// === impl Groups ===

impl Groups {
    pub(super) fn enter(&mut self, group: &str) {
        *self.0.entry(group.to_owned()).or_default() += 1;
    }

    /// Says whether that was the last one.
    pub(super) fn leave(&mut self, group: &str) -> bool {
        let Some(count) = self.0.get_mut(group) else { return true };
        *count = count.saturating_sub(1);
        let last = *count == 0;
        if last {
            self.0.remove(group);
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_gone_with_its_last_cluster() {
        let mut groups = Groups::default();
        groups.enter("a");
        groups.enter("a");
        assert!(!groups.leave("a") && groups.leave("a") && groups.0.is_empty());
    }

    #[test]
    fn a_cluster_without_the_label_is_of_the_group_with_no_name() {
        let (key, none) = (ClusterKey::new("a").unwrap(), BTreeMap::new());
        let some = BTreeMap::from([("tier".to_owned(), "prod".to_owned())]);
        let grouping = Grouping::new(Cardinality::PerGroup, "tier");
        assert_eq!(grouping.label(&key, &some), Some(("group", "prod".to_owned())));
        assert_eq!(grouping.label(&key, &none), Some(("group", String::new())));
        assert_eq!(Grouping::new(Cardinality::None, "tier").label(&key, &some), None);
    }
}
