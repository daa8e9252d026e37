use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ConfigMap;
use proptest::prelude::*;

use super::*;

fn map(namespace: &str, name: &str, version: u32, owner: &str) -> Arc<ConfigMap> {
    let mut map = ConfigMap::default();
    map.metadata.name = Some(name.into());
    map.metadata.namespace = Some(namespace.into());
    map.metadata.resource_version = Some(version.to_string());
    map.metadata.labels = Some(BTreeMap::from([("owner".to_owned(), owner.to_owned())]));
    Arc::new(map)
}

fn owner(map: &ConfigMap) -> Vec<String> {
    map.metadata.labels.iter().flat_map(|labels| labels.get("owner")).cloned().collect()
}

fn store() -> ClusterStore<ConfigMap> {
    let index = IndexFn { name: "owner".into(), keys: Arc::new(owner) };
    ClusterStore::new(watcher::Config::default(), Arc::from([index]))
}

fn names(maps: &[Arc<ConfigMap>]) -> Vec<String> {
    let mut names: Vec<_> = maps.iter().filter_map(|map| map.metadata.name.clone()).collect();
    names.sort();
    names
}

#[test]
fn an_index_follows_its_objects() {
    let store = store();
    store.apply(map("x", "a", 1, "ann"));
    store.apply(map("x", "b", 2, "ann"));
    store.apply(map("y", "a", 3, "bob"));
    let index = store.index("owner").unwrap();
    assert_eq!(names(&index.get("ann")), ["a", "b"]);
    store.apply(map("x", "a", 4, "bob"));
    assert_eq!((index.get("ann").len(), index.get("bob").len()), (1, 2));
    store.delete(&map("x", "b", 5, "whatever"));
    assert_eq!(index.keys(), ["bob"], "a key without objects is gone");
    assert!(matches!(store.index("other"), Err(StoreError::NoIndex { .. })));
}

#[test]
fn a_new_list_says_what_is_new_what_changed_and_what_is_gone() {
    let store = store();
    let first = store.replace(vec![map("x", "a", 1, ""), map("x", "b", 1, ""), map("x", "c", 1, "")]);
    assert!(first.first && first.changed.len() == 3 && first.gone.is_empty());
    let again = store.replace(vec![map("x", "a", 1, ""), map("x", "b", 2, ""), map("x", "d", 1, "")]);
    assert!(!again.first);
    assert_eq!(
        (names(&again.changed), names(&again.gone)),
        (vec!["b".into(), "d".into()], vec!["b".into(), "c".into()])
    );
}

#[test]
fn an_object_that_was_made_anew_under_its_name_counts_as_another_one() {
    let store = store();
    let with_uid = |uid: &str| {
        let mut object = ConfigMap::clone(&map("x", "a", 1, ""));
        object.metadata.uid = Some(uid.into());
        Arc::new(object)
    };
    store.replace(vec![with_uid("1")]);
    assert_eq!(store.replace(vec![with_uid("2")]).changed.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_is_stale_while_its_watch_is_not_connected() {
    let (store, limit) = (store(), StaleReads::RefuseAfter(Duration::from_secs(60)));
    assert!(matches!(store.under(StaleReads::Serve), Err(StoreError::NotSynced { .. })));
    store.replace(vec![]);
    store.0.clockwork.connected();
    tokio::time::advance(Duration::from_secs(3600)).await;
    assert_eq!(store.stale_for(), Duration::ZERO, "a quiet watch is not a stale one");
    store.0.clockwork.disconnected();
    tokio::time::advance(Duration::from_secs(30)).await;
    store.0.clockwork.disconnected();
    assert!(store.under(limit).is_ok());
    tokio::time::advance(Duration::from_secs(31)).await;
    let refused = store.under(limit).unwrap_err();
    assert_eq!(refused.to_string(), "ConfigMap is not watched since 61s");
    assert!(store.under(StaleReads::Serve).is_ok());
    store.0.clockwork.connected();
    assert!(store.under(limit).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_index_is_what_a_search_would_find(changes in proptest::collection::vec((0u8..6, 0u8..3, 0u8..4), 0..60)) {
        let store = store();
        let mut listed = Vec::new();
        for (version, (name, owner, what)) in changes.into_iter().enumerate() {
            let object = map("x", &name.to_string(), version as u32, &owner.to_string());
            match what {
                0 => { store.delete(&object); }
                1 => { store.replace(std::mem::take(&mut listed)); }
                2 => listed.push(object),
                _ => { store.apply(object); }
            }
            let index = store.index("owner").unwrap();
            for owner in ["0", "1", "2"] {
                let found = store.state().into_iter().filter(|map| super::tests::owner(map) == [owner]).collect::<Vec<_>>();
                prop_assert_eq!(names(&index.get(owner)), names(&found));
            }
        }
    }
}
