use std::sync::Arc;

use http::Method;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::api::Api;
use crate::storage::DEFAULT_HISTORY;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const SENTINEL: &str = "sentinel-9f8e7d";

fn api() -> Api {
    let noon = Timestamp::from_second(1_800_000_000).unwrap();
    Api::new(Arc::new(move || noon), DEFAULT_HISTORY)
}

fn map(name: &str, value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"k": value}})
}

fn definition() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced",
            "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {
                "type": "object", "x-kubernetes-preserve-unknown-fields": true,
            }}}],
        },
    })
}

fn post(api: &Api, path: &str, body: &Value) -> Value {
    api.request(Method::POST, path, Some(body)).unwrap()
}

fn get(api: &Api, path: &str) -> Option<Value> {
    api.request(Method::GET, path, None).ok()
}

/// A cluster with a bit of everything.
fn full() -> Api {
    let api = api();
    post(&api, MAPS, &map("a", "1"));
    api.request(Method::PUT, &format!("{MAPS}/a"), Some(&map("a", "2"))).unwrap();
    post(&api, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", &definition());
    let widget =
        json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"size": 3}});
    post(&api, "/apis/example.com/v1/namespaces/default/widgets", &widget);
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"password": SENTINEL},
    });
    post(&api, "/api/v1/namespaces/default/secrets", &secret);
    let service =
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}});
    post(&api, "/api/v1/namespaces/default/services", &service);
    api
}

#[test]
fn a_new_cluster_becomes_what_the_other_one_was() {
    let (one, other) = (full(), api());
    let snapshot = one.snapshot();
    let read = Snapshot::from_json(&snapshot.to_json()).unwrap();
    assert_eq!(read, snapshot);
    other.restore(&read).unwrap();
    assert_eq!(other.snapshot(), snapshot);
    for path in
        [&format!("{MAPS}/a"), "/apis/example.com/v1/namespaces/default/widgets/w", "/api/v1/namespaces/default"]
    {
        assert_eq!(get(&other, path), get(&one, path), "{path}");
        assert!(get(&one, path).is_some(), "{path}");
    }
}

#[test]
fn what_follows_from_objects_follows_from_restored_ones() {
    let (one, other) = (full(), api());
    other.restore(&one.snapshot()).unwrap();
    let widget = json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "second"}});
    post(&other, "/apis/example.com/v1/namespaces/default/widgets", &widget);
    let taken = get(&other, "/api/v1/namespaces/default/services/s").unwrap()["spec"]["clusterIP"].clone();
    let second = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "second"}, "spec": {"ports": [{"port": 80}]},
    });
    let second = post(&other, "/api/v1/namespaces/default/services", &second);
    assert_ne!(second["spec"]["clusterIP"], taken);
    // The other way round: what the snapshot does not define is served no more.
    one.restore(&api().snapshot()).unwrap();
    assert!(get(&one, "/apis/example.com/v1/namespaces/default/widgets").is_none());
}

#[test]
fn revisions_of_a_running_cluster_never_go_back_and_never_mean_two_things() {
    let cluster = api();
    let old = post(&cluster, MAPS, &map("a", "1"));
    post(&cluster, MAPS, &map("same", "1"));
    let snapshot = cluster.snapshot();
    let mut new = old.clone();
    new["data"]["k"] = json!("2");
    let changed = cluster.request(Method::PUT, &format!("{MAPS}/a"), Some(&new)).unwrap();
    post(&cluster, MAPS, &map("later", "1"));
    let (before, same) = (cluster.store().revision(), get(&cluster, &format!("{MAPS}/same")));
    cluster.restore(&snapshot).unwrap();
    let restored = get(&cluster, &format!("{MAPS}/a")).unwrap();
    assert_eq!((&restored["data"], &restored["metadata"]["uid"]), (&old["data"], &old["metadata"]["uid"]));
    let revision: u64 = restored["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap();
    assert!(revision > before && cluster.store().revision() >= revision);
    assert_eq!(get(&cluster, &format!("{MAPS}/same")), same);
    assert!(get(&cluster, &format!("{MAPS}/later")).is_none());
    // Who read the object before the restore is told so.
    for stale in [old, changed] {
        let refused = cluster.request(Method::PUT, &format!("{MAPS}/a"), Some(&stale)).unwrap_err();
        assert_eq!(refused.reason(), "Conflict");
    }
}

#[test]
fn watches_from_before_a_restore_are_too_old() {
    let cluster = api();
    let seen = cluster.store().revision();
    cluster.restore(&cluster.snapshot()).unwrap();
    assert!(cluster.store().changes("configmaps", seen, 1).is_err());
    let now = cluster.store().revision();
    assert!(now > seen && cluster.store().changes("configmaps", now, 1).is_ok());
}

#[test]
fn a_broken_snapshot_changes_nothing_and_names_every_item() {
    let text = full().snapshot().to_json();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    let items = value["items"].as_array_mut().unwrap();
    let at = |items: &[Value], resource: &str| items.iter().position(|item| item["resource"] == resource).unwrap();
    let (maps, widgets, secrets) = (at(items, "configmaps"), at(items, "widgets.example.com"), at(items, "secrets"));
    items[maps]["object"]["metadata"]["resourceVersion"] = json!("999999");
    items[widgets]["object"]["kind"] = json!("Gadget");
    items[secrets]["resource"] = json!("mysteries.example.com");
    let again = items[at(items, "services")].clone();
    items.push(again);
    let mut nameless = items[at(items, "namespaces")].clone();
    nameless["object"]["metadata"]["name"] = json!("");
    items.push(nameless);
    let count = items.len();
    let cluster = api();
    let before = cluster.snapshot();
    let error = cluster.restore(&Snapshot::from_json(&value.to_string()).unwrap()).unwrap_err();
    let SnapshotError::Items(mut problems) = error else { panic!("{error:?}") };
    problems.sort_by_key(|problem| problem.index);
    let found: Vec<_> = problems.iter().map(|item| (item.index, item.problem.clone())).collect();
    let kinds = ("example.com Widget".to_owned(), "example.com/v1 Gadget".to_owned());
    let mut expected = vec![
        (maps, ItemProblem::Version),
        (secrets, ItemProblem::UnknownResource),
        (widgets, ItemProblem::WrongKind { expected: kinds.0, found: kinds.1 }),
        (count - 2, ItemProblem::Twice),
        (count - 1, ItemProblem::NoName),
    ];
    expected.sort_by_key(|(index, _)| *index);
    assert_eq!(found, expected);
    assert_eq!(cluster.snapshot(), before);
}

#[test]
fn other_texts_and_other_formats_are_refused() {
    let refused = |text: &str| Snapshot::from_json(text).unwrap_err();
    assert!(matches!(refused("{"), SnapshotError::Json(_)));
    assert!(matches!(refused("{}"), SnapshotError::NoSnapshot { missing: "format" }));
    assert!(matches!(refused(r#"{"format": "fake-cluster/1"}"#), SnapshotError::NoSnapshot { missing: "revision" }));
    for revision in ["0", "-1", "1.5", "9223372036854775808", "18446744073709551615"] {
        let text = format!(r#"{{"format": "fake-cluster/1", "revision": {revision}, "items": []}}"#);
        assert!(matches!(refused(&text), SnapshotError::NoSnapshot { missing: "revision" }), "{revision}");
    }
    let newer = refused(r#"{"format": "fake-cluster/2", "revision": 1, "items": []}"#);
    assert!(newer.to_string().contains("fake-cluster/2"), "{newer}");
    let incomplete = refused(r#"{"format": "fake-cluster/1", "revision": 1, "items": [{"resource": "secrets"}]}"#);
    assert!(matches!(incomplete, SnapshotError::Items(items) if items[0].problem == ItemProblem::Incomplete));
}

#[test]
fn no_secret_is_shown_by_debug_or_errors() {
    let snapshot = full().snapshot();
    assert!(!format!("{snapshot:?}").contains(SENTINEL));
    let encoded = "c2VudGluZWwtOWY4ZTdk";
    let text = snapshot.to_json();
    assert!(text.contains(encoded));
    assert!(!format!("{snapshot:?}").contains(encoded));
    // Wherever the text breaks, what is said of it holds nothing of what is in it.
    for broken in [
        text.replace("\"secrets\"", "\"unknown\""),
        text.replace("\"object\"", "\"subject\""),
        text[..text.len() / 2].to_owned(),
        format!("[{text}]"),
    ] {
        let error = match Snapshot::from_json(&broken) {
            Ok(snapshot) => api().restore(&snapshot).unwrap_err(),
            Err(error) => error,
        };
        let said = format!("{error} {error:?} {:?}", std::error::Error::source(&error).map(ToString::to_string));
        assert!(!said.contains(encoded) && !said.contains(SENTINEL), "{said}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever happened to a cluster, another one takes it over as it is, and goes on from there.
    #[test]
    fn any_history_can_be_taken_over(steps in proptest::collection::vec((0_u8..3, 0_u8..4, 0_u8..3), 0..30)) {
        let one = api();
        for (what, name, value) in steps {
            let name = format!("m{name}");
            let object = map(&name, &value.to_string());
            let path = format!("{MAPS}/{name}");
            // What is refused is refused: only what is left counts.
            let _outcome = match what {
                0 => one.request(Method::POST, MAPS, Some(&object)),
                1 => one.request(Method::PUT, &path, Some(&object)),
                _ => one.request(Method::DELETE, &path, None),
            };
        }
        let snapshot = one.snapshot();
        let other = api();
        other.restore(&Snapshot::from_json(&snapshot.to_json()).unwrap()).unwrap();
        let taken_over = other.snapshot();
        prop_assert_eq!(taken_over.objects().collect::<Vec<_>>(), snapshot.objects().collect::<Vec<_>>());
        prop_assert!(other.store().revision() >= snapshot.revision());
        let next = post(&other, MAPS, &map("next", ""));
        let revision: u64 = next["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap();
        prop_assert!(revision > snapshot.revision());
    }
}
