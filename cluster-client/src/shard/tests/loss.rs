//! Slots that are lost: stopped processes, slow and absent API servers, Leases that others write to.

use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::coordination::v1::Lease;
use tokio::time::Instant;

use super::super::*;
use super::group::*;
use crate::key::ClusterKey;
use crate::shard::score::SLOTS;

async fn pair(store: &Arc<Store>) -> (Replica, Replica) {
    let (a, b) = (Replica::start(store, "a"), Replica::start(store, "b"));
    until(60, "they share", || (a.owned(), b.owned()) == (128, 128)).await;
    (a, b)
}

fn slot_of_replica(replica: &Replica) -> u16 {
    (0..SLOTS).find(|slot| replica.grant(*slot).is_some()).unwrap()
}

fn transitions(lease: &Lease) -> i32 {
    lease.spec.as_ref().unwrap().lease_transitions.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_was_stopped_for_two_lease_durations_writes_nothing_when_it_goes_on() {
    let store = Store::new();
    let (a, b) = pair(&store).await;
    let log = Arc::new(Log::default());
    let workers = [write_for_ever(&a, &log), write_for_ever(&b, &log)];
    let slot = slot_of_replica(&a);
    pass(30).await;
    for _ in 0..3 {
        a.gate.stop();
        pass(40).await;
        assert_eq!(b.owned(), usize::from(SLOTS), "b has taken over");
        a.gate.go_on();
        until(90, "they share again", || (a.owned(), b.owned()) == (128, 128)).await;
        check_single_owner(&[&a, &b]);
        pass(5).await;
    }
    log.check();
    assert_eq!(log.refused(), 0, "nothing was even tried under an ownership that was over");
    assert_eq!(log.writers(slot), ["a", "b", "a", "b", "a", "b", "a"]);
    workers.iter().for_each(tokio::task::JoinHandle::abort);
}

/// The check was made, the process was stopped, and the write comes when another replica is long at work.
#[tokio::test(start_paused = true)]
async fn a_write_that_was_stopped_in_the_middle_is_refused_by_its_fencing_number() {
    let store = Store::new();
    let (a, b) = pair(&store).await;
    let log = Arc::new(Log::default());
    let slot = slot_of_replica(&a);
    let ownership = a.grant(slot).unwrap();
    assert!(ownership.is_held());
    a.gate.stop();
    until(60, "b has taken over", || b.grant(slot).is_some()).await;
    assert!(log.write(slot, b.grant(slot).unwrap().fencing, "b"));
    assert!(!log.write(slot, ownership.fencing, "a"));
    assert!(!ownership.is_held(), "and the clock alone would have told");
}

#[tokio::test(start_paused = true)]
async fn an_owner_whose_api_server_is_silent_stops_by_its_own_clock_before_anybody_takes_over() {
    let store = Store::new();
    let (a, b) = pair(&store).await;
    pass(60).await;
    let slot = slot_of_replica(&a);
    let ownership = a.grant(slot).unwrap();
    let silent_since = Instant::now();
    a.link.set(Trouble::Silent);
    assert!(ownership.good_for() <= Duration::from_secs(16));
    until(20, "a has stopped", || a.owned() == 0).await;
    let stopped = Instant::now();
    assert!(ownership.token.is_cancelled() && stopped - silent_since <= Duration::from_secs(17));
    assert!(b.owned() == 128, "nobody has taken over yet");
    until(40, "b owns all", || b.owned() == usize::from(SLOTS)).await;
    assert!(Instant::now() - stopped >= Duration::from_secs(3), "the margin lay between");

    a.link.set(Trouble::None);
    until(90, "they share again", || (a.owned(), b.owned()) == (128, 128)).await;
    check_single_owner(&[&a, &b]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_api_server_costs_no_ownership() {
    let store = Store::new();
    let (a, b) = pair(&store).await;
    let moves = (a.sharding.moves(), b.sharding.moves());
    for replica in [&a, &b] {
        replica.link.set(Trouble::Slow(Duration::from_millis(1500)));
    }
    pass(300).await;
    assert_eq!((a.owned(), b.owned()), (128, 128));
    assert_eq!((a.sharding.moves(), b.sharding.moves()), moves);
}

#[tokio::test(start_paused = true)]
async fn renewals_that_fail_for_a_while_are_tried_again() {
    let store = Store::new();
    let (a, b) = pair(&store).await;
    let moves = a.sharding.moves();
    for trouble in [Trouble::Refuses, Trouble::Silent, Trouble::LosesAnswers] {
        for _ in 0..5 {
            a.link.set(trouble);
            pass(4).await;
            a.link.set(Trouble::None);
            pass(20).await;
        }
        assert_eq!((a.owned(), b.owned(), a.sharding.moves()), (128, 128, moves), "{trouble:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_an_outage_for_all_nobody_claims_everything() {
    let store = Store::new();
    let (a, b) = pair(&store).await;
    let slot = slot_of_replica(&a);
    let before = a.grant(slot).unwrap().fencing;
    for trouble in [Trouble::Refuses, Trouble::Silent] {
        [&a, &b].iter().for_each(|replica| replica.link.set(trouble));
        pass(90).await;
        assert_eq!((a.owned(), b.owned()), (0, 0));
        let moves = (a.sharding.moves(), b.sharding.moves());
        [&a, &b].iter().for_each(|replica| replica.link.set(Trouble::None));
        until(60, "they share again", || (a.owned(), b.owned()) == (128, 128)).await;
        assert_eq!((a.sharding.moves() - moves.0, b.sharding.moves() - moves.1), (128, 128), "each took its share");
    }
    assert!(a.grant(slot).unwrap().fencing > before);
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_somebody_else_took_ends_the_ownership_at_the_next_renewal() {
    let store = Store::new();
    let (a, _b) = pair(&store).await;
    let slot = slot_of_replica(&a);
    let name = format!("mooring-slot-{slot:03}");
    let ownership = a.grant(slot).unwrap();
    store.edit(&name, |lease| lease.spec.as_mut().unwrap().holder_identity = Some("intruder_1".into()));
    until(11, "a notices", || ownership.token.is_cancelled()).await;
    until(40, "a takes it back when the intruder is silent", || a.grant(slot).is_some()).await;
    assert!(a.grant(slot).unwrap().fencing > ownership.fencing);
}

#[tokio::test(start_paused = true)]
async fn a_label_that_somebody_sets_costs_no_ownership() {
    let store = Store::new();
    let (a, b) = pair(&store).await;
    let moves = a.sharding.moves();
    for name in store.names() {
        store.edit(&name, |lease| drop(lease.metadata.labels.as_mut().unwrap().insert("team".into(), "x".into())));
    }
    pass(60).await;
    assert_eq!((a.owned(), b.owned(), a.sharding.moves()), (128, 128, moves));
    assert!(store.get("mooring-slot-000").unwrap().metadata.labels.unwrap().contains_key("team"), "and it stays");
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_was_deleted_comes_back_with_a_higher_fencing_number() {
    let store = Store::new();
    let (a, b) = pair(&store).await;
    let slot = slot_of_replica(&a);
    let name = format!("mooring-slot-{slot:03}");
    let ownership = a.grant(slot).unwrap();
    let before = transitions(&store.get(&name).unwrap());
    store.remove(&name);
    until(12, "a notices", || ownership.token.is_cancelled()).await;
    until(30, "somebody takes it again", || a.grant(slot).is_some() || b.grant(slot).is_some()).await;
    assert!(transitions(&store.get(&name).unwrap()) > before);
}

#[tokio::test(start_paused = true)]
async fn a_slot_without_an_owner_is_noticed_by_every_replica() {
    let store = Store::new();
    let (a, b) = (Replica::start(&store, "a"), Replica::start(&store, "b"));
    let key = ClusterKey::namespaced("fleet", "prod").unwrap();
    let slot = crate::shard::score::slot_of(&key);
    for replica in [&a, &b] {
        replica.link.refuse(Some(&format!("mooring-slot-{slot:03}")));
        assert!(replica.sharding.owns(&key).is_none());
    }
    until(60, "the rest is owned", || a.owned() + b.owned() == 255).await;
    assert_eq!(a.sharding.unowned(), Unowned::default(), "a short while is no orphan");
    for replica in [&a, &b] {
        let noticed = until(60, "it is noticed", || replica.sharding.unowned().slots > 0).await;
        assert!(noticed <= Duration::from_secs(50));
        assert_eq!(replica.sharding.unowned(), Unowned { slots: 1, clusters: 1 });
        replica.link.refuse(None);
    }
    until(30, "it has an owner", || a.owned() + b.owned() == 256).await;
    until(10, "and all is well", || a.sharding.unowned() == Unowned::default()).await;
}

/// What clocks show is written and never compared.
#[tokio::test(start_paused = true)]
async fn clocks_that_are_wrong_or_jump_change_nothing() {
    let store = Store::new();
    let jump = Arc::new(std::sync::atomic::AtomicI64::new(0));
    let reading = jump.clone();
    let a = Replica::start_with(&store, "a", |builder| {
        builder.clock(move || {
            let offset = reading.load(std::sync::atomic::Ordering::Relaxed);
            Timestamp::from_second(1_000_000 + offset).unwrap()
        })
    });
    let b = Replica::start(&store, "b");
    until(60, "they share", || (a.owned(), b.owned()) == (128, 128)).await;
    let moves = (a.sharding.moves(), b.sharding.moves());
    for offset in [3600, -3600, 0] {
        jump.store(offset, std::sync::atomic::Ordering::Relaxed);
        pass(60).await;
    }
    assert_eq!((a.sharding.moves(), b.sharding.moves()), moves, "not even a clock that stands still matters");
}
