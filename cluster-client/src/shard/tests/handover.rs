//! Slots that move while everybody is well.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::StreamExt;
use tokio::time::Instant;

use super::super::*;
use super::group::*;
use crate::runtime::ownership::ClusterOwnership;
use crate::shard::score::SLOTS;

async fn alone(store: &Arc<Store>, name: &str) -> Replica {
    let replica = Replica::start(store, name);
    until(40, "it owns all", || replica.owned() == usize::from(SLOTS)).await;
    replica
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_joins_gets_its_share_and_nothing_else_moves() {
    let store = Store::new();
    let a = alone(&store, "a").await;
    let log = Arc::new(Log::default());
    let b = Replica::start(&store, "b");
    let workers = [write_for_ever(&a, &log), write_for_ever(&b, &log)];
    until(60, "they share", || (a.owned(), b.owned()) == (128, 128)).await;
    pass(60).await;
    check_single_owner(&[&a, &b]);
    assert_eq!((a.sharding.moves(), b.sharding.moves()), (256 + 128, 128), "each slot moved once");
    assert!(log.check() > 1000 && log.refused() == 0);
    workers.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(start_paused = true)]
async fn a_slot_is_released_only_after_its_work_has_ended() {
    let store = Store::new();
    let a = alone(&store, "a").await;
    let running = Arc::new(AtomicU64::new(0));
    let last_ended = Arc::new(std::sync::Mutex::new(None));
    for slot in 0..SLOTS {
        let ownership = a.grant(slot).unwrap();
        let (token, running, last_ended) = (ownership.token.clone(), running.clone(), last_ended.clone());
        running.fetch_add(1, Ordering::Relaxed);
        // Work that takes eight seconds to stop.
        drop(ownership.tasks().spawn(async move {
            token.cancelled().await;
            tokio::time::sleep(Duration::from_secs(8)).await;
            *last_ended.lock().unwrap() = Some(Instant::now());
            running.fetch_sub(1, Ordering::Relaxed);
        }));
    }
    let b = Replica::start(&store, "b");
    until(60, "a gives something up", || a.owned() < usize::from(SLOTS)).await;
    while a.owned() + b.owned() < usize::from(SLOTS) {
        if running.load(Ordering::Relaxed) == u64::from(SLOTS) {
            assert_eq!(b.owned(), 0, "work of the old owner is still running");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(running.load(Ordering::Relaxed), 128);
    assert!(last_ended.lock().unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_slot_whose_work_does_not_end_is_not_released_and_its_lease_runs_out() {
    let store = Store::new();
    let a = alone(&store, "a").await;
    let stuck = a.grant(9).unwrap();
    drop(stuck.tasks().spawn(std::future::pending::<()>()));
    let given_up = Instant::now();
    a.sharding.stop.cancel();
    until(60, "a is gone", || store.names().iter().all(|name| !name.contains("-peer-"))).await;
    assert!(given_up.elapsed() >= Duration::from_secs(30), "the work had its time");
    let holder = |slot: u16| store.get(&format!("mooring-slot-{slot:03}")).unwrap().spec.unwrap().holder_identity;
    assert!(holder(9).is_some() && holder(10).is_none());
    let b = Replica::start(&store, "b");
    let others = until(60, "b owns the others", || b.owned() == 255).await;
    let last = until(60, "b owns the last", || b.owned() == 256).await;
    assert!(others + last >= Duration::from_secs(20));
    assert!(b.grant(9).unwrap().fencing > stuck.fencing);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_gives_everything_to_the_others_at_once() {
    let store = Store::new();
    let (a, b) = (Replica::start(&store, "a"), Replica::start(&store, "b"));
    until(60, "they share", || a.owned() + b.owned() == usize::from(SLOTS)).await;
    let ownership = a.grant((0..SLOTS).find(|slot| a.grant(*slot).is_some()).unwrap()).unwrap();
    let work = ownership.spawn(std::future::pending::<()>());
    a.sharding.shutdown().await;
    assert_eq!(work.await.unwrap(), None, "work was stopped before the shutdown was over");
    assert!(!ownership.is_held() && a.owned() == 0);
    let took = until(20, "b owns all", || b.owned() == usize::from(SLOTS)).await;
    assert!(took < Duration::from_secs(12), "nothing had to run out: {took:?}");
    assert!(store.names().iter().filter(|name| name.contains("-peer-")).count() == 1, "it left");
    a.sharding.shutdown().await;
}

/// A runtime holds the token for as long as anything of its engagement lives.
#[tokio::test(start_paused = true)]
async fn a_slot_is_kept_until_a_runtime_has_let_go_of_it() {
    let store = Store::new();
    let a = alone(&store, "a").await;
    let key = (0..).map(|n| ClusterKey::new(format!("cluster-{n}")).unwrap());
    let held: Vec<_> = key.take(2000).filter_map(|key| ClusterOwnership::owns(&*a.sharding, &key)).collect();
    let b = Replica::start(&store, "b");
    until(60, "a gives its half up", || a.owned() == 128).await;
    pass(20).await;
    assert_eq!(b.owned(), 0, "every slot had a cluster in it that a runtime still worked in");
    assert!(held.iter().filter(|token| token.cancel.is_cancelled()).count() > 500);
    drop(held);
    until(12, "they share", || b.owned() == 128).await;
}

#[cfg(feature = "metrics")]
#[tokio::test(start_paused = true)]
async fn metrics_say_what_is_owned() {
    let store = Store::new();
    let mut registry = prometheus_client::registry::Registry::default();
    let a = alone(&store, "a").await;
    a.sharding.register(&mut registry);
    let exposed = || {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        text
    };
    for line in
        ["shard_owned 256", "shard_unowned 0", "shard_unowned_clusters 0", "shard_peers 1", "shard_moves_total 256"]
    {
        assert!(exposed().lines().any(|exposed| exposed == line), "{line} is missing in {}", exposed());
    }
    drop(a);
    until(5, "nothing is left of a replica that is gone", || !exposed().contains("shard_owned")).await;
}

#[tokio::test(start_paused = true)]
async fn a_runtime_hears_of_exactly_the_clusters_it_asked_for() {
    let store = Store::new();
    let a = Replica::start(&store, "a");
    let keys: Vec<_> = (0..20).map(|n| ClusterKey::new(format!("cluster-{n}")).unwrap()).collect();
    let runtime: &dyn ClusterOwnership = &*a.sharding;
    let mut changes = runtime.changes();
    let mut slots = a.sharding.changes();
    assert!(keys.iter().all(|key| runtime.owns(key).is_none()));
    a.sharding.forget(&keys[0]);
    until(40, "a owns all", || a.owned() == usize::from(SLOTS)).await;
    let mut heard = Vec::new();
    while heard.len() < keys.len() - 1 {
        heard.push(changes.next().await.unwrap());
    }
    heard.sort_unstable();
    let mut asked = keys[1..].to_vec();
    asked.sort_unstable();
    assert_eq!(heard, asked);
    let change = slots.next().await.unwrap();
    assert!(change.owned && change.fencing == 1);

    let token = runtime.owns(&keys[1]).unwrap();
    assert_eq!(token.fencing, 1);
    a.sharding.shutdown().await;
    assert!(token.cancel.is_cancelled() && runtime.owns(&keys[1]).is_none());
}
