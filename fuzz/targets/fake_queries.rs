//! What a fake cluster reads beside bodies: a line that says what follows, then selectors (`select`, labels, a line end, fields), a query as
//! it is (`query`), the inside of a continue token (`token`), or the text of a snapshot (`snapshot`).
//!
//! Lists by pages hold what the whole list holds; what is put into a cluster comes out of it, and is no obstacle to what comes later.
#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fake_cluster::api::{FieldSelector, LabelSelector};
use fake_cluster::snapshot::Snapshot;
use fuzz::{Cluster, Told};
use http::Method;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const PODS: &str = "/api/v1/pods";

static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
    let map = |name: &str, labels: Value| {
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": labels}})
    };
    let pod = |name: &str, policy: &str| {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}}, "spec": {
            "restartPolicy": policy, "containers": [{"name": "main", "image": "example.com/main:1"}],
        }})
    };
    let pods = "/api/v1/namespaces/default/pods";
    Cluster::with(&[
        (MAPS, map("a", json!({"tier": "web", "size": "3"}))),
        (MAPS, map("b", json!({"tier": "db", "size": "7", "hot": ""}))),
        (MAPS, map("c", json!({"example.com/x": "y"}))),
        (MAPS, map("d", json!({}))),
        (pods, pod("a", "Always")),
        (pods, pod("b", "Never")),
    ])
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some((what, rest)) = text.split_once('\n') else { return };
    match what {
        "select" => select(rest),
        "query" => [MAPS, PODS].into_iter().for_each(|path| asked(&format!("{path}?{rest}"))),
        "token" => {
            let token = URL_SAFE_NO_PAD.encode(rest);
            [MAPS, PODS].into_iter().for_each(|path| asked(&format!("{path}?limit=1&continue={token}")));
        }
        "snapshot" => snapshot(rest),
        _ => {}
    }
});

/// A list is a list, is refused, or is gone; it may also be of a moment that is not there yet.
fn asked(path: &str) {
    if let Some(told) = CLUSTER.ask(Method::GET, path, "", b"") {
        assert!(matches!(told.code, 200 | 400 | 410 | 422 | 500 | 504), "{path}: {} {}", told.code, told.body);
    }
}

fn select(text: &str) {
    let (labels, fields) = text.split_once('\n').unwrap_or((text, ""));
    let (by_labels, by_fields) = (LabelSelector::parse(labels), FieldSelector::parse(fields));
    for path in [MAPS, PODS] {
        let list = |more: &[(&str, &str)]| -> Told {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("labelSelector", labels).append_pair("fieldSelector", fields).extend_pairs(more);
            CLUSTER.get(&format!("{path}?{}", query.finish()))
        };
        let whole = list(&[]);
        if whole.code != 200 {
            assert_eq!(whole.code, 400, "{}", whole.body);
            continue;
        }
        let (by_labels, by_fields) = (by_labels.as_ref().expect("labels"), by_fields.as_ref().expect("fields"));
        let all = CLUSTER.get(path);
        let chosen = all.body["items"].as_array().expect("a list has items").iter();
        let chosen = chosen.filter(|item| by_labels.matches(item) && by_fields.matches(item));
        let chosen: Vec<&str> = chosen.filter_map(|item| item["metadata"]["name"].as_str()).collect();
        assert_eq!(chosen, whole.names(), "{labels:?} {fields:?}");

        let (mut pages, mut token) = (Vec::new(), String::new());
        loop {
            let page = list(&[("limit", "1"), ("continue", &token)]);
            pages.extend(page.names().into_iter().map(str::to_owned));
            token = page.body["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(pages, whole.names(), "{labels:?} {fields:?} by pages");
    }
}

fn snapshot(text: &str) {
    let snapshot = match Snapshot::from_json(text) {
        Ok(snapshot) => snapshot,
        Err(error) => return drop(format!("{error} {error:?}")),
    };
    drop(format!("{snapshot:?}"));
    let again = Snapshot::from_json(&snapshot.to_json()).expect("what is written is read");
    assert_eq!(again, snapshot);
    // A cluster of its own: how far its revision goes is part of what is tried.
    let cluster = Cluster::with(&[]);
    if let Err(error) = cluster.api().restore(&snapshot) {
        return drop(format!("{error} {error:?}"));
    }
    let held = cluster.api().snapshot();
    assert_eq!(held.len(), snapshot.len());
    assert_eq!(Snapshot::from_json(&held.to_json()).expect("what a cluster holds is read"), held);
    drop((cluster.get(MAPS).names(), cluster.get(PODS).names()));
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "later"}});
    // There may be no such namespace, or such a map: what counts is that there is an answer, and what was written is listed.
    let told = cluster.ask(Method::POST, MAPS, "application/json", map.to_string().as_bytes());
    if told.is_some_and(|told| told.code == 201) {
        assert!(cluster.get(MAPS).names().contains(&"later"));
    }
}
