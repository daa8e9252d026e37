use http::Method;
use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use kube::api::{Api, DeleteParams, ListParams};
use serde_json::json;

use super::super::*;
use super::within;
use crate::controllers::Unsettled;

fn everything() -> FakeClusterOptions {
    FakeClusterOptions::default().with_controllers(Controllers::all())
}

#[tokio::test]
async fn controllers_follow_what_clients_write() {
    let cluster = FakeCluster::start_with(everything()).await.unwrap();
    cluster.create(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})).unwrap();
    within(cluster.settled()).await.unwrap();
    let client = cluster.client().unwrap();
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), "n");
    assert_eq!(accounts.list(&ListParams::default()).await.unwrap().items.len(), 1);
    let namespaces: Api<Namespace> = Api::all(client);
    namespaces.delete("n", &DeleteParams::default()).await.unwrap();
    within(cluster.settled()).await.unwrap();
    assert!(namespaces.get_opt("n").await.unwrap().is_none());
    within(cluster.shutdown()).await;
}

#[tokio::test]
async fn without_controllers_nothing_is_written_and_nothing_is_waited_for() {
    let cluster = FakeCluster::start().await.unwrap();
    let path = "/api/v1/namespaces";
    cluster.create(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})).unwrap();
    let before = cluster.api().store().revision();
    cluster.settled().await.unwrap();
    assert_eq!(cluster.api().store().revision(), before);
    cluster.api().request(Method::DELETE, &format!("{path}/n"), None).unwrap();
    assert!(cluster.api().request(Method::GET, &format!("{path}/n"), None).is_ok());
}

#[tokio::test(start_paused = true)]
async fn controllers_come_to_rest_while_time_stands_still() {
    let cluster = FakeCluster::start_with(everything()).await.unwrap();
    let begun = tokio::time::Instant::now();
    cluster.settled().await.unwrap();
    cluster.create(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})).unwrap();
    cluster.settled().await.unwrap();
    cluster.api().request(Method::DELETE, "/api/v1/namespaces/n", None).unwrap();
    cluster.settled().await.unwrap();
    assert!(cluster.api().request(Method::GET, "/api/v1/namespaces/n", None).is_err());
    assert_eq!(begun.elapsed(), Duration::ZERO);
    cluster.shutdown().await;
}

#[tokio::test]
async fn who_waits_for_a_cluster_that_stops_is_told() {
    let cluster = FakeCluster::start_with(everything()).await.unwrap();
    assert!(cluster.drain(Duration::from_secs(10)).await);
    cluster.create(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})).unwrap();
    assert_eq!(within(cluster.settled()).await, Err(Unsettled::Stopped));
}
