use std::convert::Infallible;

use http::Response;
use http_body_util::{Full, StreamBody, combinators::BoxBody};
use hyper::body::{Bytes, Frame};
use kube::client::Body;

use super::*;

/// An API server without sockets: one config map, and watches on which nothing happens.
fn client() -> Client {
    let answer = |request: http::Request<Body>| async move {
        let body: BoxBody<Bytes, Infallible> =
            if request.uri().query().is_some_and(|query| query.contains("watch=true")) {
                let quiet = futures::stream::pending::<Result<Frame<Bytes>, Infallible>>();
                BoxBody::new(StreamBody::new(quiet))
            } else {
                let mut map = map("a");
                map["metadata"]["resourceVersion"] = "1".into();
                let list = json!({
                    "kind": "ConfigMapList", "apiVersion": "v1", "metadata": { "resourceVersion": "1" }, "items": [map],
                });
                BoxBody::new(Full::new(Bytes::from(list.to_string())))
            };
        Ok::<_, Infallible>(Response::new(body))
    };
    Client::new(tower::service_fn(answer), "default")
}

fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

fn sockets() -> usize {
    let entries = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let links = entries.filter_map(|entry| std::fs::read_link(entry.path()).ok());
    links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
}

#[tokio::test]
async fn ten_thousand_engagements_leave_nothing_behind() {
    let provider = Clusters::new();
    let client = client();
    let calls = Calls::default();
    let running = noting(controller(&provider), &calls);
    settle().await;
    let before = tasks();
    for cycle in 1..=10_000 {
        let handle = provider.add("c", client.clone());
        if cycle % 10 == 0 {
            // Some get to work, the others go while they are being engaged.
            until("it is reconciled", || calls.has("cluster://c/default/a")).await;
        }
        provider.remove("c");
        handle.tasks().close();
        within("everything on the handle ends", handle.tasks().wait()).await;
        calls.clear();
    }
    until("no task is left over", || tasks() <= before).await;
    let stats = running.stats();
    assert!(stats.clusters.is_empty() && stats.running == 0);
    running.shutdown().await;
    until("not even its own", || tasks() <= before.saturating_sub(2)).await;
}

#[tokio::test]
async fn fifty_clusters_that_come_and_go_together_leave_no_socket_behind() {
    let cluster = FakeCluster::start().await.unwrap();
    let provider = Clusters::new();
    let running = noting(controller(&provider), &Calls::default());
    let client = cluster.client().unwrap();
    settle().await;
    let (alive, open) = (tasks(), sockets());
    for _ in 0..3 {
        let names: Vec<_> = (0..50).map(|n| format!("c{n}")).collect();
        names.iter().for_each(|name| drop(provider.add(name, client.clone())));
        until("all are engaged", || running.stats().clusters.iter().filter(|one| one.synced).count() == 50).await;
        names.iter().for_each(|name| provider.remove(name));
        until("none is", || running.stats().clusters.is_empty()).await;
    }
    // One connection may wait in the client's pool; other tests in this process have sockets of their own.
    until("all connections are closed", || cluster.open_connections() <= 1).await;
    until("their tasks have ended", || tasks() <= alive + 4).await;
    assert!(sockets() <= open + 100, "{open} then {}", sockets());
    running.shutdown().await;
}
