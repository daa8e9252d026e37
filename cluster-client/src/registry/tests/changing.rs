//! From one description to the next.

use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Duration;

use super::double::{Mode, Servers, key, next, rest, spec, spec_with_name, until, with_token};
use super::*;
use crate::error::ErrorClass;
use crate::provider::ClusterState;

#[tokio::test(start_paused = true)]
async fn the_same_description_again_does_nothing() {
    let servers = Servers::new();
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let handle = registry.get(&key("a"), soon()).await.unwrap();
    let mut events = registry.events();
    for _ in 0..3 {
        registry.upsert(key("a"), spec("a.test"));
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(registry.peek(&key("a")).unwrap().same_as(&handle) && !handle.alive().is_cancelled());
    assert_eq!((rest(&mut events).len(), servers.server("a.test").n_dials()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn other_labels_are_told_and_nothing_is_connected_again() {
    let servers = Servers::new();
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let handle = registry.get(&key("a"), soon()).await.unwrap();
    let mut events = registry.events();
    registry.upsert(key("a"), spec("a.test").with_label("tier", "prod"));
    assert_eq!(next(&mut events).await, "a relabelled");
    assert_eq!(registry.clusters()[0].labels["tier"], "prod");
    assert!(registry.peek(&key("a")).unwrap().same_as(&handle));
    assert_eq!(servers.server("a.test").n_dials(), 1);
}

#[tokio::test(start_paused = true)]
async fn another_credential_is_exchanged_beneath_the_same_client_without_an_event() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let handle = registry.get(&key("a"), soon()).await.unwrap();
    let mut events = registry.events();
    registry.upsert(key("a"), with_token(spec("a.test"), "new"));
    until("exchanged", || server.swaps.load(SeqCst) == 1).await;
    until("looked at at once", || server.probes.load(SeqCst) == 1).await;
    assert!(registry.peek(&key("a")).unwrap().same_as(&handle) && !handle.alive().is_cancelled());
    assert_eq!((rest(&mut events).len(), server.n_dials()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_credential_that_cannot_be_exchanged_leaves_the_old_one_and_is_tried_again() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let handle = registry.get(&key("a"), soon()).await.unwrap();
    let mut events = registry.events();
    server.refuses_swaps.store(true, SeqCst);
    registry.upsert(key("a"), with_token(spec("a.test"), "new"));
    until("three attempts", || server.swaps.load(SeqCst) >= 3).await;
    let status = registry.status(&key("a")).unwrap();
    assert_eq!((status.state, status.revision), (ClusterState::Connected, Some(handle.revision())));
    assert_eq!(status.error.unwrap().1.class(), ErrorClass::CredentialRejected);
    server.refuses_swaps.store(false, SeqCst);
    until("the error is gone", || registry.status(&key("a")).unwrap().error.is_none()).await;
    assert!(registry.peek(&key("a")).unwrap().same_as(&handle));
    assert!(rest(&mut events).is_empty());
}

#[tokio::test(start_paused = true)]
async fn another_way_is_connected_before_the_old_connection_goes() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let old = registry.get(&key("a"), soon()).await.unwrap();
    let watch = old.spawn(std::future::pending::<()>());
    let mut events = registry.events();
    *server.slow.lock().unwrap() = Duration::from_secs(5);
    registry.upsert(key("a"), spec_with_name("a.test", "other"));
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(registry.peek(&key("a")).unwrap().same_as(&old) && !old.alive().is_cancelled());
    assert_eq!(next(&mut events).await, "a replaced 1 by 2");
    assert_eq!(watch.await.unwrap(), None, "what ran on the old one was cancelled");
    until("the old connection is closed", || server.n_open() == 1).await;
    assert_eq!(server.most_open.load(SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_description_that_cannot_be_connected_does_not_take_away_a_connection_that_can() {
    let servers = Servers::new();
    servers.server("b.test").set(Mode::Fails(ErrorClass::Unreachable));
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let handle = registry.get(&key("a"), soon()).await.unwrap();
    let mut events = registry.events();
    registry.upsert(key("a"), spec("b.test"));
    assert_eq!(next(&mut events).await, "a degraded unreachable");
    assert_eq!(next(&mut events).await, "a failed unreachable");
    assert_eq!(next(&mut events).await, "a failed unreachable");
    let status = registry.status(&key("a")).unwrap();
    assert_eq!((status.state, status.revision), (ClusterState::Degraded, Some(handle.revision())));
    assert!(status.error.is_some() && !handle.alive().is_cancelled());
    // Back to the old description: nothing is wrong any more.
    registry.upsert(key("a"), spec("a.test"));
    assert_eq!(next(&mut events).await, "a recovered");
    assert!(registry.peek(&key("a")).unwrap().same_as(&handle));
    // And forth again, now that it works; it is another cluster, by its UID.
    servers.server("b.test").set(Mode::Up);
    registry.upsert(key("a"), spec("b.test"));
    assert_eq!(next(&mut events).await, "a replaced 1 by 2 reset");
}

#[tokio::test(start_paused = true)]
async fn back_to_the_connection_there_is_with_another_credential_is_well_again() {
    let servers = Servers::new();
    servers.server("b.test").set(Mode::Fails(ErrorClass::Unreachable));
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let handle = registry.get(&key("a"), soon()).await.unwrap();
    let mut events = registry.events();
    registry.upsert(key("a"), spec("b.test"));
    assert_eq!(next(&mut events).await, "a degraded unreachable");
    assert_eq!(next(&mut events).await, "a failed unreachable");
    registry.upsert(key("a"), with_token(spec("a.test"), "new"));
    until("the error is gone", || registry.status(&key("a")).unwrap().error.is_none()).await;
    assert_eq!(registry.status(&key("a")).unwrap().state, ClusterState::Connected);
    assert!(registry.peek(&key("a")).unwrap().same_as(&handle));
}

#[tokio::test(start_paused = true)]
async fn another_cluster_is_handed_out_only_when_everything_on_the_old_one_has_ended() {
    let servers = Servers::new();
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let old = registry.get(&key("a"), soon()).await.unwrap();
    // Something that takes its time to end.
    let alive = old.alive().clone();
    let ended = Arc::new(AtomicBool::new(false));
    let tells = Arc::clone(&ended);
    old.tasks().spawn(async move {
        alive.cancelled().await;
        tokio::time::sleep(Duration::from_secs(7)).await;
        tells.store(true, SeqCst);
    });
    let mut events = registry.events();
    registry.upsert(key("a"), spec("b.test"));
    old.alive().cancelled().await;
    assert!(matches!(registry.peek(&key("a")), Err(ClientError::NotConnected { .. })), "neither old nor new");
    let new = registry.get(&key("a"), soon()).await.unwrap();
    assert!(ended.load(SeqCst));
    assert_eq!(new.identity().unwrap().as_str(), "uid-of-b.test");
    assert_eq!(next(&mut events).await, "a replaced 1 by 2 reset");
    until("the old connection is closed", || servers.server("a.test").n_open() == 0).await;
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_holds_another_cluster_up_for_the_drain_and_no_longer() {
    let servers = Servers::new();
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let old = registry.get(&key("a"), soon()).await.unwrap();
    let stuck = old.tasks().spawn(std::future::pending::<()>());
    let began = tokio::time::Instant::now();
    registry.upsert(key("a"), spec("b.test"));
    old.alive().cancelled().await;
    registry.get(&key("a"), soon()).await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 30);
    stuck.abort();
}

#[tokio::test(start_paused = true)]
async fn where_no_uid_can_be_read_another_address_is_another_cluster() {
    let servers = Servers::new();
    for host in ["a.test", "b.test"] {
        *servers.server(host).uid.lock().unwrap() = None;
    }
    let registry = start(&servers);
    let mut events = registry.events();
    registry.upsert(key("a"), spec("a.test"));
    assert_eq!(next(&mut events).await, "a added 1");
    registry.upsert(key("a"), spec_with_name("a.test", "other"));
    assert_eq!(next(&mut events).await, "a replaced 1 by 2");
    registry.upsert(key("a"), spec("b.test"));
    assert_eq!(next(&mut events).await, "a replaced 2 by 3 reset");
}

#[tokio::test(start_paused = true)]
async fn a_description_that_changes_during_its_connect_is_not_connected_to_its_end() {
    let servers = Servers::new();
    servers.server("a.test").set(Mode::Silent);
    let registry = start(&servers);
    let mut events = registry.events();
    registry.upsert(key("a"), spec("a.test"));
    until("dialing", || servers.server("a.test").n_dials() == 1).await;
    registry.upsert(key("a"), spec("b.test"));
    registry.get(&key("a"), Deadline::within(Duration::from_secs(1))).await.unwrap();
    assert_eq!(rest(&mut events), ["a added 1"]);
}

/// Real threads and real time: the claim is about memory, not about clocks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_see_no_gap_and_no_older_generation_while_connections_are_replaced() {
    const READERS: usize = 1000;
    let registry = start(&Servers::new());
    registry.upsert(key("a"), spec("a.test"));
    registry.get(&key("a"), soon()).await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let ready = Arc::new(AtomicUsize::new(0));
    let readers: Vec<_> = (0..READERS)
        .map(|_| {
            let (registry, stop, ready) = (registry.clone(), Arc::clone(&stop), Arc::clone(&ready));
            let read = move || {
                let (key, mut latest, mut reads) = (key("a"), 0, 0_u64);
                while !stop.load(SeqCst) {
                    let generation = registry.peek(&key).expect("never a gap").revision().generation;
                    assert!(generation >= latest, "{generation} after {latest}");
                    latest = generation;
                    if reads == 0 {
                        ready.fetch_add(1, SeqCst);
                    }
                    reads += 1;
                    std::thread::yield_now();
                }
                latest
            };
            std::thread::Builder::new().stack_size(128 * 1024).spawn(read).unwrap()
        })
        .collect();
    until("every reader reads", || ready.load(SeqCst) == READERS).await;
    let mut events = registry.events();
    for n in 0..100 {
        registry.upsert(key("a"), spec_with_name("a.test", &format!("name-{n}")));
        assert_eq!(next(&mut events).await, format!("a replaced {} by {}", n + 1, n + 2));
    }
    stop.store(true, SeqCst);
    for reader in readers {
        assert!(reader.join().unwrap() <= 101);
    }
    registry.shutdown().await;
}
