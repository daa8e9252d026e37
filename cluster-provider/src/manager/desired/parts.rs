//! Lists that stand in several texts, put together: what is wrong with one of them is told, and takes nothing from the others. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{DesiredClusters, InvalidEntry, SourceError};
use crate::cluster::{ProviderClusterId, ProviderType};

/// Longest text that is read, in bytes: room for some ten thousand clusters.
pub(super) const LONGEST: u64 = 16 << 20;

/// Which names are those of lists.
const ENDINGS: [&str; 3] = [".json", ".yaml", ".yml"];

/// A text that is longer than any list.
#[derive(Debug, thiserror::Error)]
#[error("it is longer than {LONGEST} bytes")]
pub(super) struct TooLong;

/// Puts lists together.
#[derive(Debug, Default)]
pub(super) struct Parts {
    whole: DesiredClusters,
    /// Where each id was read first.
    places: BTreeMap<(ProviderType, ProviderClusterId), String>,
}

/// Whether a file or a key of this name is a list. Names with a dot before them are not: mounted ConfigMaps keep their versions so.
pub(super) fn is_list(name: &str) -> bool {
    !name.starts_with('.') && ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Reads one list, and says where it stands when it makes no sense.
pub(super) fn parse(place: &str, text: &str) -> Result<DesiredClusters, SourceError> {
    DesiredClusters::from_yaml(text).map_err(|source| SourceError::Invalid { place: place.to_owned(), source })
}

// === impl Parts ===

impl Parts {
    /// One more list, or why there is none. One that lists what another one has is not taken at all: which of the two is right, nobody knows.
    pub(super) fn add(&mut self, place: &str, read: Result<DesiredClusters, SourceError>) {
        let read = match read {
            Ok(read) => read,
            Err(error) => return self.whole.unread.push(Arc::new(error)),
        };
        let key = |cluster: &super::DesiredCluster| (cluster.provider_type.clone(), cluster.cluster_id.clone());
        let twice = read.clusters.iter().find_map(|cluster| Some((cluster, self.places.get(&key(cluster))?)));
        if let Some((cluster, other)) = twice {
            let source = InvalidEntry::Elsewhere { cluster_id: cluster.cluster_id.clone(), other: other.clone() };
            let error = SourceError::Invalid { place: place.to_owned(), source };
            return self.whole.unread.push(Arc::new(error));
        }
        self.places.extend(read.clusters.iter().map(|cluster| (key(cluster), place.to_owned())));
        self.whole.clusters.extend(read.clusters);
        self.whole.warnings.extend(read.warnings.into_iter().map(|key| format!("{place}: {key}")));
        self.whole.unread.extend(read.unread);
    }

    /// All of them.
    pub(super) fn whole(self) -> DesiredClusters {
        self.whole
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn listing(ids: &[&str]) -> String {
        let entries: String = ids.iter().map(|id| format!("- cluster_id: {id}\n")).collect();
        format!("clusters:\n{entries}")
    }

    fn together(texts: &[(&str, &str)]) -> DesiredClusters {
        let mut parts = Parts::default();
        texts.iter().for_each(|(place, text)| parts.add(place, parse(place, text)));
        parts.whole()
    }

    fn ids(desired: &DesiredClusters) -> Vec<&str> {
        desired.clusters.iter().map(|cluster| cluster.cluster_id.as_str()).collect()
    }

    #[test]
    fn a_bad_list_takes_nothing_from_the_others_and_is_told() {
        let whole = together(&[("1", &listing(&["a"])), ("2", "clusters: 7"), ("3", &listing(&["b"]))]);
        assert_eq!(ids(&whole), ["a", "b"]);
        assert_eq!(whole.unread.len(), 1);
        assert_eq!(whole.unread[0].to_string(), "desired clusters in 2 are not valid");
        assert!(!whole.is_whole());
    }

    #[test]
    fn a_list_with_what_another_one_has_is_not_taken_and_names_the_other() {
        let whole = together(&[("1", &listing(&["a"])), ("2", &listing(&["b", "a"]))]);
        assert_eq!(ids(&whole), ["a"]);
        let chain = core_client::ErrorChain::new(&*whole.unread[0]).to_string();
        assert!(chain.contains("in 2 ") && chain.contains("in 1"), "{chain}");
    }

    #[test]
    fn an_unknown_key_says_in_which_list_it_stands() {
        let whole = together(&[("one.yaml", "x: 1\nclusters: []")]);
        assert_eq!((whole.warnings, whole.unread.len()), (vec!["one.yaml: x".to_owned()], 0));
    }

    #[test]
    fn versions_of_a_mount_and_other_files_are_no_lists() {
        assert!(["a.yaml", "b.yml", "c.json"].into_iter().all(is_list));
        assert!(!["..data", ".a.yaml", "README.md", "yaml", "a.yaml~"].into_iter().any(is_list));
    }

    proptest! {
        #[test]
        fn whatever_stands_in_one_list_the_others_are_read(text in any::<String>()) {
            let whole = together(&[("1", &listing(&["a"])), ("2", &text), ("3", &listing(&["b"]))]);
            prop_assert!(ids(&whole).starts_with(&["a"]) && ids(&whole).contains(&"b"));
            prop_assert_eq!(whole.unread.len(), 1);
        }
    }
}
