//! Joining, sharing, and what is wrong from the start.

use super::super::*;
use super::group::*;
use crate::key::ClusterKey;
use crate::shard::score::SLOTS;

#[tokio::test(start_paused = true)]
async fn a_replica_alone_owns_everything_after_it_has_looked_around() {
    let store = Store::new();
    let a = Replica::start(&store, "a");
    pass(9).await;
    assert_eq!(a.owned(), 0, "others may be starting too");
    until(20, "a owns all", || a.owned() == usize::from(SLOTS)).await;
    let key = ClusterKey::new("prod").unwrap();
    let ownership = a.sharding.owns(&key).unwrap();
    assert!(ownership.is_held() && ownership.fencing == 1);
    until(10, "a sees itself", || a.sharding.owner_of(&key).as_deref() == Some("a")).await;
    pass(120).await;
    assert_eq!((a.owned(), a.sharding.moves()), (usize::from(SLOTS), 256), "and keeps it");
    assert_eq!(a.sharding.owns(&key).unwrap().fencing, 1);
    a.sharding.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn replicas_that_start_together_share_and_none_takes_everything() {
    let store = Store::new();
    let names = ["controller-0", "controller-1", "controller-2", "controller-3"];
    let replicas: Vec<_> = names.iter().map(|name| Replica::start(&store, name)).collect();
    until(40, "all slots are owned", || replicas.iter().map(Replica::owned).sum::<usize>() == usize::from(SLOTS)).await;
    check_single_owner(&replicas.iter().collect::<Vec<_>>());
    pass(60).await;
    for replica in &replicas {
        assert_eq!(replica.owned(), 64, "{}", replica.name);
        assert_eq!(replica.sharding.moves(), 64, "{} won nothing that it had to give back", replica.name);
    }
}

#[tokio::test(start_paused = true)]
async fn weights_decide_how_much_a_replica_takes() {
    let store = Store::new();
    let light = Replica::start(&store, "light");
    let heavy = Replica::start_with(&store, "heavy", |builder| builder.weight(3));
    let idle = Replica::start_with(&store, "idle", |builder| builder.weight(0));
    until(40, "all slots are owned", || light.owned() + heavy.owned() == usize::from(SLOTS)).await;
    assert_eq!((light.owned(), heavy.owned(), idle.owned()), (64, 192, 0));
}

#[tokio::test(start_paused = true)]
async fn groups_do_not_see_each_other() {
    let store = Store::new();
    let a = Replica::start_with(&store, "a", |builder| builder.group("one"));
    let b = Replica::start_with(&store, "a", |builder| builder.group("two"));
    until(40, "both own all", || a.owned() == usize::from(SLOTS) && b.owned() == usize::from(SLOTS)).await;
    assert_eq!((a.sharding.peers(), b.sharding.peers()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_second_replica_of_the_same_name_waits_until_the_first_is_gone() {
    let store = Store::new();
    let first = Replica::start(&store, "a");
    until(40, "the first owns all", || first.owned() == usize::from(SLOTS)).await;
    let second = Replica::start(&store, "a");
    pass(120).await;
    assert_eq!((first.owned(), second.owned()), (usize::from(SLOTS), 0));
    first.sharding.shutdown().await;
    until(60, "the second owns all", || second.owned() == usize::from(SLOTS)).await;
}

/// A process that was killed and is back under the same name is not the one that held the Leases.
#[tokio::test(start_paused = true)]
async fn a_replica_that_was_killed_and_comes_back_waits_for_its_own_leases_to_run_out() {
    let store = Store::new();
    let first = Replica::start(&store, "a");
    until(40, "the first owns all", || first.owned() == usize::from(SLOTS)).await;
    let old = first.grant(7).unwrap();
    drop(first);
    assert!(!old.is_held(), "dropping ends every ownership at once");
    let second = Replica::start(&store, "a");
    let took = until(90, "the second owns all", || second.owned() == usize::from(SLOTS)).await;
    assert!(took.as_secs() >= 20, "it took only {took:?}");
    assert!(second.grant(7).unwrap().fencing > old.fencing);
}

#[tokio::test(start_paused = true)]
async fn an_api_server_that_is_not_there_yet_is_waited_for() {
    let store = Store::new();
    let a = Replica::start(&store, "a");
    a.link.set(Trouble::Refuses);
    pass(60).await;
    assert_eq!(a.owned(), 0);
    a.link.set(Trouble::None);
    until(40, "a owns all", || a.owned() == usize::from(SLOTS)).await;
}

#[tokio::test(start_paused = true)]
async fn memberships_that_are_long_dead_are_swept_up() {
    let store = Store::new();
    let a = Replica::start(&store, "a");
    drop(Replica::start(&store, "b"));
    let c = Replica::start(&store, "c");
    pass(15).await;
    drop(c);
    let peers = || store.names().iter().filter(|name| name.contains("-peer-")).count();
    assert_eq!(peers(), 2);
    pass(300).await;
    assert_eq!((peers(), a.owned()), (1, usize::from(SLOTS)));
}

#[tokio::test]
async fn a_replica_needs_a_name_and_options_that_make_sense() {
    let builder = || Sharding::builder_over(Arc::new(KubeLeases::new(crate::fake::empty_client(), "default")));
    assert_eq!(builder().start().unwrap_err(), ShardError::NoIdentity);
    for group in ["", "Fleet", "-a", "a-", "a_b", &"a".repeat(41)] {
        let error = builder().identity("a").group(group).start().unwrap_err();
        assert!(matches!(error, ShardError::Group { .. }), "{group}");
    }
    let options = ShardOptions { margin: std::time::Duration::from_secs(20), ..ShardOptions::default() };
    let error = builder().identity("a").options(options).start().unwrap_err();
    assert!(error.to_string().starts_with("lease_duration less margin"), "{error}");
}
