//! Which lists answer what is wanted with the fewest requests. Plain functions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kube::core::ApiResource;

use super::ObserveOptions;
use crate::id::{BucketId, Scope};

/// One bucket to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) id: BucketId,
    /// As what it is read.
    pub(super) resource: ApiResource,
    /// With which client.
    pub(super) privileged: bool,
    /// Whether more than the metadata is needed.
    pub(super) whole: bool,
    /// The only names that matter.
    pub(super) names: Option<BTreeSet<Arc<str>>>,
    /// The label that chooses the objects; where names matter, those besides them.
    pub(super) label: Option<Arc<str>>,
}

/// One list, and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct List {
    pub(super) resource: ApiResource,
    pub(super) privileged: bool,
    pub(super) whole: bool,
    pub(super) label: Option<Arc<str>>,
    pub(super) place: Place,
    /// Never empty.
    pub(super) wanted: Vec<Wanted>,
}

/// Where a list looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In one namespace, or in the cluster for kinds without namespaces.
    One(Scope),
    /// In all namespaces, for the sake of some.
    Everywhere,
}

/// The lists that answer everything that is wanted. `namespaces`: how many there are, when that is known.
pub(super) fn lists(wanted: Vec<Wanted>, namespaces: Option<usize>, options: &ObserveOptions) -> Vec<List> {
    let mut lists = Vec::new();
    let mut alike: BTreeMap<_, Vec<Wanted>> = BTreeMap::new();
    for wanted in wanted {
        if wanted.names.is_some() || wanted.id.scope == Scope::Cluster {
            lists.push(alone(wanted));
        } else {
            let resource = &wanted.resource;
            let key = (resource.api_version.clone(), resource.plural.clone(), wanted.privileged, wanted.label.clone());
            alike.entry(key).or_default().push(wanted);
        }
    }
    for group in alike.into_values() {
        let enough = group.len() >= options.cluster_wide_from.max(2)
            && namespaces.is_some_and(|all| group.len() * 100 >= all.saturating_mul(options.cluster_wide_percent));
        match (enough, group.first()) {
            (true, Some(first)) => lists.push(List {
                resource: first.resource.clone(),
                privileged: first.privileged,
                whole: group.iter().any(|wanted| wanted.whole),
                label: first.label.clone(),
                place: Place::Everywhere,
                wanted: group,
            }),
            _ => lists.extend(group.into_iter().map(alone)),
        }
    }
    lists
}

/// A list of its own for one bucket.
pub(super) fn alone(wanted: Wanted) -> List {
    List {
        resource: wanted.resource.clone(),
        privileged: wanted.privileged,
        whole: wanted.whole,
        label: wanted.label.clone(),
        place: Place::One(wanted.id.scope.clone()),
        wanted: vec![wanted],
    }
}

#[cfg(test)]
mod tests {
    use kube::core::GroupVersionKind;
    use proptest::prelude::*;

    use super::*;
    use crate::id::GroupKind;

    fn wanted(namespace: Option<&str>, kind: &str) -> Wanted {
        Wanted {
            id: BucketId::new("c", namespace, GroupKind::core(kind)),
            resource: ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", kind)),
            privileged: false,
            whole: false,
            names: None,
            label: None,
        }
    }

    fn many(kind: &str, n: usize) -> Vec<Wanted> {
        (0..n).map(|n| wanted(Some(&format!("ns-{n}")), kind)).collect()
    }

    #[test]
    fn a_kind_is_listed_everywhere_when_enough_of_it_is_wanted() {
        let options = ObserveOptions::default();
        let count = |n, all| lists(many("Secret", n), all, &options).len();
        assert_eq!(count(3, Some(3)), 3, "too few to be worth it");
        assert_eq!(count(4, Some(16)), 1);
        assert_eq!(count(4, Some(17)), 4, "too small a share");
        assert_eq!(count(40, None), 40, "who may not list namespaces may not list everywhere");
    }

    #[test]
    fn what_is_not_alike_is_not_listed_together() {
        let mut all = many("Secret", 8);
        all[0].privileged = true;
        all[1].names = Some(BTreeSet::new());
        all[2].label = Some("a=b".into());
        all[3].whole = true;
        all.push(wanted(None, "Node"));
        all.extend(many("Pod", 4));
        let lists = lists(all, Some(8), &ObserveOptions::default());
        let everywhere: Vec<_> = lists.iter().filter(|list| list.place == Place::Everywhere).collect();
        assert_eq!(everywhere.iter().map(|list| list.wanted.len()).collect::<Vec<_>>(), [4, 5]);
        assert_eq!(everywhere.iter().map(|list| list.whole).collect::<Vec<_>>(), [false, true]);
        assert_eq!(lists.len(), 2 + 4);
    }

    proptest! {
        #[test]
        fn everything_that_is_wanted_is_answered_once(
            kinds in prop::collection::vec((0usize..3, 0usize..9, any::<bool>(), any::<bool>()), 0..60),
            all in prop::option::of(0usize..40),
        ) {
            let mut asked = BTreeMap::new();
            for (kind, namespace, privileged, named) in kinds {
                let kind = ["Secret", "Pod", "ConfigMap"][kind];
                let mut wanted = wanted(Some(&format!("ns-{namespace}")), kind);
                wanted.privileged = privileged;
                wanted.names = named.then(BTreeSet::new);
                asked.insert(wanted.id.clone(), wanted);
            }
            let lists = lists(asked.values().cloned().collect(), all, &ObserveOptions::default());
            let mut answered: Vec<_> = lists.iter().flat_map(|list| list.wanted.clone()).collect();
            answered.sort_by(|a, b| a.id.cmp(&b.id));
            prop_assert_eq!(answered, asked.into_values().collect::<Vec<_>>());
        }
    }
}
