use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams, WatchEvent, WatchParams};
use serde_json::json;

use super::super::*;
use super::{BOUND, client, config_map};
use crate::api::MASTERS;
use crate::faults::{Effect, Fault};

#[tokio::test]
async fn an_ordinary_client_can_create_read_change_and_delete() {
    let cluster = FakeCluster::start().await.unwrap();
    let maps: Api<ConfigMap> = Api::default_namespaced(cluster.client().unwrap());
    let created = maps.create(&PostParams::default(), &config_map("a", "1")).await.unwrap();
    assert!(created.metadata.uid.is_some() && created.metadata.resource_version.is_some());
    let error = maps.create(&PostParams::default(), &config_map("a", "1")).await.unwrap_err();
    assert!(matches!(error, kube::Error::Api(status) if status.reason == "AlreadyExists" && status.code == 409));
    let patched = maps.patch("a", &PatchParams::default(), &Patch::Merge(json!({"data": {"k": "2"}}))).await.unwrap();
    assert_eq!(patched.data.as_ref().unwrap()["k"], "2");
    let stale = maps.replace("a", &PostParams::default(), &created).await.unwrap_err();
    assert!(matches!(stale, kube::Error::Api(status) if status.reason == "Conflict"));
    assert_eq!(maps.list(&ListParams::default()).await.unwrap().items.len(), 1);
    maps.delete("a", &DeleteParams::default()).await.unwrap();
    assert!(maps.get_opt("a").await.unwrap().is_none());
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_watch_resumes_where_it_was_told_to() {
    use futures::TryStreamExt as _;

    let cluster = FakeCluster::start().await.unwrap();
    let maps: Api<ConfigMap> = Api::default_namespaced(cluster.client().unwrap());
    let a = maps.create(&PostParams::default(), &config_map("a", "1")).await.unwrap();
    maps.create(&PostParams::default(), &config_map("b", "1")).await.unwrap();
    maps.delete("a", &DeleteParams::default()).await.unwrap();
    let from = a.metadata.resource_version.unwrap();
    let mut events = std::pin::pin!(maps.watch(&WatchParams::default(), &from).await.unwrap());
    assert!(
        matches!(events.try_next().await.unwrap(), Some(WatchEvent::Added(map)) if map.metadata.name.as_deref() == Some("b"))
    );
    assert!(
        matches!(events.try_next().await.unwrap(), Some(WatchEvent::Deleted(map)) if map.metadata.name.as_deref() == Some("a"))
    );
    maps.create(&PostParams::default(), &config_map("c", "1")).await.unwrap();
    assert!(
        matches!(events.try_next().await.unwrap(), Some(WatchEvent::Added(map)) if map.metadata.name.as_deref() == Some("c"))
    );
    cluster.api().store().compact();
    let mut old = std::pin::pin!(maps.watch(&WatchParams::default(), &from).await.unwrap());
    assert!(matches!(old.try_next().await.unwrap(), Some(WatchEvent::Error(status)) if status.code == 410));
    cluster.shutdown().await;
}

#[tokio::test]
async fn tokens_expire_and_can_be_revoked() {
    let cluster = FakeCluster::start().await.unwrap();
    let status = async |token: String| {
        let secrets: Api<Secret> = Api::default_namespaced(cluster.client_for(&Credential::Token(token)).unwrap());
        match secrets.list(&ListParams::default()).await {
            Ok(_) => 200,
            Err(kube::Error::Api(status)) => status.code,
            Err(error) => panic!("{error}"),
        }
    };
    let admin = || User::new("bob", &[MASTERS]);
    let good = cluster.issue_token(admin(), None);
    assert_eq!(status(good.clone()).await, 200);
    assert!(cluster.api().access().revoke_token(&good));
    assert_eq!(status(good).await, 401);
    assert_eq!(status(cluster.issue_token(admin(), Some(Timestamp::UNIX_EPOCH))).await, 401);
    assert_eq!(status(cluster.issue_token(User::new("bob", &[]), None)).await, 403);
    cluster.shutdown().await;
}

#[tokio::test]
async fn custom_resources_are_served_once_their_definition_exists() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster
        .create(json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "widgets.example.com"},
            "spec": {
                "group": "example.com", "scope": "Namespaced",
                "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
                "versions": [{"name": "v1", "served": true, "storage": true,
                    "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}],
            },
        }))
        .unwrap();
    let discovery = kube::discovery::group(&cluster.client().unwrap(), "example.com").await.unwrap();
    let (resource, _) = discovery.recommended_kind("Widget").unwrap();
    let widgets: Api<kube::api::DynamicObject> = Api::default_namespaced_with(cluster.client().unwrap(), &resource);
    let widget = serde_json::from_value(
        json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"size": 3}}),
    )
    .unwrap();
    let made = widgets.create(&PostParams::default(), &widget).await.unwrap();
    assert_eq!(made.data["spec"]["size"], 3);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_cluster_that_drains_ends_what_is_in_flight_and_takes_on_nothing_new() {
    let cluster = FakeCluster::start().await.unwrap();
    let client = client(&cluster);
    client.apiserver_version().await.unwrap();
    let slow = Fault::new(Effect::latency(Duration::from_millis(200))).on_path("/version").times(1);
    let hits = cluster.faults().add(slow);
    let asked = tokio::spawn(async move { client.apiserver_version().await });
    while hits.hits() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(cluster.drain(BOUND).await);
    assert!(asked.await.unwrap().is_ok());
    assert_eq!(cluster.open_connections(), 0);
    assert!(tokio::net::TcpStream::connect(cluster.address()).await.is_err());
    cluster.shutdown().await;
}
