use futures::StreamExt as _;
use kube::api::{WatchEvent, WatchParams};

use super::*;

#[tokio::test]
async fn a_running_watch_ends_with_410_when_the_cluster_is_restored() {
    let cluster = FakeCluster::start().await.unwrap();
    let maps = maps(&cluster);
    maps.create(&Default::default(), &config_map("a", "1")).await.unwrap();
    let snapshot = cluster.snapshot();
    let from = cluster.api().store().revision().to_string();
    let mut watch = within(maps.watch(&WatchParams::default(), &from)).await.unwrap().boxed();
    maps.create(&Default::default(), &config_map("b", "1")).await.unwrap();
    assert!(matches!(within(watch.next()).await, Some(Ok(WatchEvent::Added(_)))));
    cluster.restore(&snapshot).unwrap();
    match within(watch.next()).await {
        Some(Ok(WatchEvent::Error(status))) => assert_eq!(status.code, 410),
        other => panic!("{other:?}"),
    }
    let names: Vec<_> =
        maps.list(&Default::default()).await.unwrap().items.into_iter().map(|m| m.metadata.name).collect();
    assert_eq!(names, [Some("a".to_owned())]);
    cluster.shutdown().await;
}
