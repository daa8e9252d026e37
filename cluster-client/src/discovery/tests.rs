use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use kube::core::GroupVersionKind;
use kube::core::discovery::v2::APIGroupDiscoveryList;
use proptest::prelude::*;
use serde_json::json;

use super::catalogue::Collector;
use super::*;

fn catalogue(kinds: &[(&str, &str, &str, &str, bool)]) -> Catalogue {
    let mut collector = Collector::default();
    for (group, version, kind, plural, namespaced) in kinds {
        collector.add(&GroupVersionKind::gvk(group, version, kind), plural, *namespaced, Vec::new());
    }
    collector.done()
}

fn some_kinds() -> Catalogue {
    catalogue(&[
        ("", "v1", "Pod", "pods", true),
        ("", "v1", "Event", "events", true),
        ("events.k8s.io", "v1", "Event", "events", true),
        ("apps", "v1", "Deployment", "deployments", true),
        ("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false),
        ("a.example.com", "v1", "Widget", "widgets", true),
        ("b.example.com", "v2", "Widget", "widgets", false),
        ("b.example.com", "v1", "Widget", "widgets", false),
    ])
}

/// Original: `test_parse_kind_string_parametrized` of `qontract-reconcile`.
#[test]
fn kinds_are_read_as_people_write_them() {
    let cases = [
        ("Pod", Some(("Pod", None, None))),
        ("Deployment.apps", Some(("Deployment", Some("apps"), None))),
        ("Deployment.apps/v1", Some(("Deployment", Some("apps"), Some("v1")))),
        ("Widget.a.example.com", Some(("Widget", Some("a.example.com"), None))),
        ("Widget.a.example.com/v1beta1", Some(("Widget", Some("a.example.com"), Some("v1beta1")))),
        ("apps/v1/Deployment", Some(("Deployment", Some("apps"), Some("v1")))),
        ("v1/Pod", Some(("Pod", Some(""), Some("v1")))),
        ("", None),
        (".", None),
        ("..", None),
        (".group", None),
        (".group.x/version", None),
        ("Kind.", None),
        ("Kind.group..x", None),
        ("Kind/", None),
        ("a/b/c/d", None),
        ("Kind group", None),
    ];
    for (written, wanted) in cases {
        let read = written.parse::<KindQuery>().ok();
        let read = read.as_ref().map(|query| (query.kind.as_str(), query.group.as_deref(), query.version.as_deref()));
        assert_eq!(read, wanted, "{written:?}");
    }
}

proptest! {
    #[test]
    fn reading_a_kind_never_panics_and_what_is_written_reads_the_same(written in "[A-Za-z./0-9 -]{0,24}") {
        if let Ok(query) = written.parse::<KindQuery>() {
            prop_assert_eq!(query.to_string().parse::<KindQuery>().unwrap(), query);
        }
    }
}

/// Original: `test_find_resource` of `qontract-reconcile`; the core group's preference and the version were not tested there.
#[test]
fn a_kind_is_found_by_group_and_version_and_is_otherwise_unknown_or_ambiguous() {
    let catalogue = some_kinds();
    let found = |written: &str| {
        let found = catalogue.resolve(&written.parse().unwrap())?;
        Ok::<_, KindError>((found.resource.api_version, found.namespaced))
    };
    assert_eq!(found("Deployment").unwrap(), ("apps/v1".into(), true));
    assert_eq!(found("ClusterRole").unwrap(), ("rbac.authorization.k8s.io/v1".into(), false));
    assert_eq!(found("Widget.a.example.com").unwrap(), ("a.example.com/v1".into(), true));
    assert_eq!(found("Widget.b.example.com").unwrap(), ("b.example.com/v2".into(), false), "the preferred version");
    assert_eq!(
        found("Widget.b.example.com/v1").unwrap(),
        ("b.example.com/v1".into(), false),
        "the version that is asked for"
    );
    assert_eq!(found("Event").unwrap(), ("v1".into(), true), "the core group goes first");
    assert_eq!(found("Event.events.k8s.io").unwrap(), ("events.k8s.io/v1".into(), true));

    let unknown = found("deployment").unwrap_err();
    assert_eq!(unknown.to_string(), "the cluster does not serve deployment, it serves Deployment.apps/v1");
    assert_eq!(found("pods").unwrap_err().to_string(), "the cluster does not serve pods, it serves v1/Pod");
    assert!(matches!(found("Deployment.extensions"), Err(KindError::NotFound { .. })));
    assert!(matches!(found("Widget.b.example.com/v3"), Err(KindError::NotFound { .. })));
    assert!(matches!(found("Widget.c.example.com"), Err(KindError::NotFound { .. })));
    let ambiguous = found("Widget").unwrap_err();
    assert_eq!(
        ambiguous.to_string(),
        "Widget is ambiguous, write one of Widget.a.example.com/v1, Widget.b.example.com/v2"
    );
}

#[test]
fn a_stale_group_takes_only_itself_away_and_is_named() {
    let list: APIGroupDiscoveryList = serde_json::from_value(json!({
        "items": [
            { "metadata": { "name": "metrics.k8s.io" }, "versions": [{ "version": "v1beta1", "freshness": "Stale" }] },
            { "metadata": { "name": "apps" }, "versions": [{ "version": "v1", "freshness": "Current", "resources": [
                { "resource": "deployments", "responseKind": { "group": "apps", "version": "v1", "kind": "Deployment" },
                  "scope": "Namespaced", "verbs": ["list"] },
                { "resource": "reviews", "scope": "Cluster" },
            ]}]},
        ],
    }))
    .unwrap();
    let mut kinds = Collector::default();
    fetch::read_aggregated(list, &mut kinds);
    let catalogue = kinds.done();
    assert_eq!(catalogue.len(), 1);
    assert_eq!(catalogue.unlisted(), ["metrics.k8s.io/v1beta1"]);
    let missing = catalogue.resolve(&"NodeMetrics".parse().unwrap()).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "the cluster does not serve NodeMetrics (metrics.k8s.io/v1beta1 could not be listed)"
    );
}

#[tokio::test]
async fn a_cluster_is_asked_once_however_many_want_to_know() {
    let cluster = FakeCluster::start().await.unwrap();
    let discovery = Discovery::new(cluster.client().unwrap());
    let asked = || cluster.counters().all_requests();
    let before = asked();
    let all = futures::future::join_all((0..50).map(|_| discovery.resolve("Deployment"))).await;
    assert!(all.iter().all(|found| found.as_ref().is_ok_and(|found| found.namespaced)));
    assert!(discovery.supports("Secret").await.unwrap());
    assert!(!discovery.is_namespaced("Node").await.unwrap());
    assert_eq!(asked() - before, 2, "one question for the core group, one for the others");
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_kind_installed_later_is_found_after_the_definition_is_there() {
    let cluster = FakeCluster::start().await.unwrap();
    let discovery = Discovery::new(cluster.client().unwrap());
    assert!(!discovery.supports("Widget").await.unwrap());
    cluster
        .create(json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": { "name": "widgets.example.com" },
            "spec": {
                "group": "example.com", "scope": "Namespaced",
                "names": { "plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList" },
                "versions": [{ "name": "v1", "served": true, "storage": true,
                    "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } } }],
            },
        }))
        .unwrap();
    discovery.invalidate();
    assert_eq!(discovery.resource("Widget").await.unwrap().api_version, "example.com/v1");
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_cluster_that_cannot_be_asked_is_said_so_and_an_earlier_answer_is_better_than_none() {
    let cluster = FakeCluster::start().await.unwrap();
    let discovery = Discovery::new(cluster.client().unwrap());
    let fault = cluster.faults().add(Fault::new(Effect::internal_error("broken")).on_path("/api"));
    assert!(matches!(discovery.resolve("Pod").await, Err(DiscoveryError::Fetch { .. })));
    fault.remove();
    assert!(discovery.supports("Pod").await.unwrap());
    cluster.faults().add(Fault::new(Effect::internal_error("broken")).on_path("/api"));
    assert!(matches!(discovery.learnt_within(Duration::ZERO).await, Ok(catalogue) if !catalogue.is_empty()));
    cluster.shutdown().await;
}

/// A server from before aggregated discovery, with a broken aggregated API.
fn old_server() -> Client {
    let service = tower::service_fn(|request: http::Request<kube::client::Body>| async move {
        let accept = request.headers().get("accept").map(|accept| accept.to_str().unwrap().to_owned());
        let (status, body) = match request.uri().path() {
            _ if accept.is_some_and(|accept| accept.contains("g=apidiscovery")) => {
                (406, json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 406 }))
            }
            "/api" => (200, json!({ "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [] })),
            "/api/v1" => (
                200,
                json!({ "kind": "APIResourceList", "groupVersion": "v1", "resources": [
                    { "name": "pods", "singularName": "", "namespaced": true, "kind": "Pod", "verbs": ["get"] },
                    { "name": "pods/status", "singularName": "", "namespaced": true, "kind": "Pod", "verbs": ["get"] },
                ]}),
            ),
            "/apis" => (
                200,
                json!({ "kind": "APIGroupList", "groups": [
                    { "name": "example.com", "versions": [
                        { "groupVersion": "example.com/v2alpha1", "version": "v2alpha1" }, { "groupVersion": "example.com/v1", "version": "v1" },
                      ], "preferredVersion": { "groupVersion": "example.com/v1", "version": "v1" } },
                    { "name": "metrics.k8s.io", "versions": [{ "groupVersion": "metrics.k8s.io/v1beta1", "version": "v1beta1" }] },
                ]}),
            ),
            "/apis/example.com/v1" | "/apis/example.com/v2alpha1" => (
                200,
                json!({
                "kind": "APIResourceList", "groupVersion": "example.com", "resources": [
                    { "name": "widgets", "singularName": "", "namespaced": false, "kind": "Widget", "verbs": ["get"] }] }),
            ),
            _ => (503, json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 503 })),
        };
        let body = kube::client::Body::from(serde_json::to_vec(&body).unwrap());
        Ok::<_, std::convert::Infallible>(http::Response::builder().status(status).body(body).unwrap())
    });
    Client::new(service, "default")
}

#[tokio::test]
async fn a_server_that_cannot_aggregate_is_asked_for_each_group_and_a_broken_one_is_left_out() {
    let discovery = Discovery::new(old_server());
    assert_eq!(discovery.resolve("Pod").await.unwrap().resource.plural, "pods");
    assert_eq!(discovery.resolve("Widget").await.unwrap().resource.version, "v1", "the preferred version");
    assert_eq!(discovery.resolve("Widget.example.com/v2alpha1").await.unwrap().resource.version, "v2alpha1");
    let catalogue = discovery.catalogue().await.unwrap();
    assert_eq!(catalogue.len(), 3);
    assert_eq!(catalogue.unlisted(), ["metrics.k8s.io/v1beta1"]);
}

#[test]
fn what_kinds_have_in_common_is_there_once() {
    let mut collector = Collector::default();
    let verbs = || vec!["get".to_owned(), "list".to_owned()];
    for kind in ["Deployment", "DaemonSet"] {
        let plural = format!("{}s", kind.to_lowercase());
        collector.add(&GroupVersionKind::gvk("apps", "v1", kind), &plural, true, verbs());
    }
    let catalogue = collector.done();
    let found: Vec<Found> = catalogue.iter().collect();
    assert_eq!(found.iter().map(|found| found.resource.kind.as_str()).collect::<Vec<_>>(), ["DaemonSet", "Deployment"]);
    assert!(std::sync::Arc::ptr_eq(&found[0].verbs, &found[1].verbs));
    assert_eq!(*found[0].verbs, verbs()[..]);
    assert_eq!(catalogue.by_plural("deployments", "apps"), Some(found[1].clone()));
    assert_eq!(catalogue.by_plural("deployments", "extensions"), None);
}
