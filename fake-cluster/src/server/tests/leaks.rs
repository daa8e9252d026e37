use futures::StreamExt as _;
use kube::api::{ListParams, PostParams, WatchParams};

use super::super::*;
use super::{config_map, maps, within};
use crate::fleet::Fleet;

/// Sockets of this process by inode.
fn sockets() -> std::collections::BTreeSet<String> {
    let entries = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let links = entries.filter_map(|entry| std::fs::read_link(entry.path()).ok());
    links.map(|link| link.to_string_lossy().into_owned()).filter(|link| link.starts_with("socket:")).collect()
}

/// The inode of the socket that listens on a port, from the kernel's table.
fn listener_of(port: u16) -> Option<String> {
    let table = std::fs::read_to_string("/proc/net/tcp").ok()?;
    let wanted = format!("0100007F:{port:04X}");
    let line = table.lines().find(|line| {
        let mut fields = line.split_whitespace();
        fields.nth(1) == Some(&wanted) && fields.nth(1) == Some("0A")
    })?;
    line.split_whitespace().nth(9).map(|inode| format!("socket:[{inode}]"))
}

#[tokio::test(flavor = "current_thread")]
async fn nothing_is_left_of_a_cluster_that_was_shut_down() {
    let cluster = FakeCluster::start().await.unwrap();
    let port = cluster.address().port();
    let maps = maps(&cluster);
    maps.create(&PostParams::default(), &config_map("a", "1")).await.unwrap();
    let mut watch = maps.watch(&WatchParams::default().disable_bookmarks(), "0").await.unwrap().boxed();
    assert!(within(watch.next()).await.is_some());
    assert!(cluster.open_connections() >= 1);
    let listener = listener_of(port).expect("the cluster listens");
    assert!(sockets().contains(&listener));

    let inner = Arc::downgrade(&cluster.inner);
    within(cluster.shutdown()).await;
    assert!(within(watch.next()).await.is_none_or(|event| event.is_err()));
    assert!(!sockets().contains(&listener), "the listener is closed");
    // Every task held the shared part: with the last task it goes.
    assert!(inner.upgrade().is_none(), "no task is left");
}

#[tokio::test(flavor = "current_thread")]
async fn a_cluster_that_is_dropped_stops_by_itself() {
    let cluster = FakeCluster::start().await.unwrap();
    maps(&cluster).list(&ListParams::default()).await.unwrap();
    let inner = Arc::downgrade(&cluster.inner);
    drop(cluster);
    within(async {
        while inner.strong_count() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_fleet_gives_back_every_task_and_socket() {
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let fleet = Fleet::start(20).await.unwrap();
    let ports: Vec<u16> = fleet.clusters().iter().map(|cluster| cluster.address().port()).collect();
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), before + 20, "one task each at rest");
    within(fleet.shutdown()).await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), before);
    assert!(ports.into_iter().all(|port| listener_of(port).is_none_or(|inode| !sockets().contains(&inode))));
}
