//! Claims about leases.

use std::sync::Arc;
use std::time::Duration;

use crate::store::ClusterStore;

const LONG: Duration = Duration::from_secs(3600);

/// Nobody has to write a row before the first leader.
pub async fn a_lease_needs_no_row_to_begin_with(store: Arc<dyn ClusterStore>) {
    let lease = store.lease_acquire("manager", "a", LONG).await.unwrap().unwrap();
    assert_eq!((lease.name.as_str(), lease.holder.as_str(), lease.epoch), ("manager", "a", 1));
    assert!(lease.remaining <= LONG && lease.remaining > LONG / 2, "{lease:?}");
}

/// Another one waits, whatever it asks for.
pub async fn a_lease_is_held_by_one(store: Arc<dyn ClusterStore>) {
    store.lease_acquire("manager", "a", LONG).await.unwrap().unwrap();
    assert_eq!(store.lease_acquire("manager", "b", LONG).await.unwrap(), None);
    assert!(store.lease_acquire("other", "b", LONG).await.unwrap().is_some());
}

/// New or over, it has one taker.
pub async fn of_many_who_take_a_lease_at_one_time_one_gets_it(store: Arc<dyn ClusterStore>) {
    store.lease_acquire("over", "before", Duration::ZERO).await.unwrap().unwrap();
    for (name, epoch) in [("new", 1), ("over", 2)] {
        let takers = (0..8).map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.lease_acquire(name, &format!("taker-{number}"), LONG).await.unwrap() })
        });
        let answers = futures::future::try_join_all(takers.collect::<Vec<_>>()).await.unwrap();
        let got: Vec<_> = answers.into_iter().flatten().collect();
        assert_eq!(got.iter().map(|lease| lease.epoch).collect::<Vec<_>>(), [epoch], "{name}: {got:?}");
    }
}

/// The epoch is what tells leaders apart.
pub async fn a_lease_that_is_over_goes_to_another_with_the_next_epoch(store: Arc<dyn ClusterStore>) {
    let first = store.lease_acquire("manager", "a", Duration::ZERO).await.unwrap().unwrap();
    assert_eq!(first.remaining, Duration::ZERO);
    let second = store.lease_acquire("manager", "b", Duration::ZERO).await.unwrap().unwrap();
    let again = store.lease_acquire("manager", "b", LONG).await.unwrap().unwrap();
    assert_eq!((first.epoch, second.epoch, again.epoch), (1, 2, 3));
}

/// Even when nobody else took it: others may have thought that they could.
pub async fn a_lease_that_is_over_is_not_renewed(store: Arc<dyn ClusterStore>) {
    let over = store.lease_acquire("manager", "a", Duration::ZERO).await.unwrap().unwrap();
    assert_eq!(store.lease_renew(&over, LONG).await.unwrap(), None);
    let held = store.lease_acquire("manager", "a", LONG).await.unwrap().unwrap();
    assert_eq!(store.lease_renew(&over, LONG).await.unwrap(), None);
    let renewed = store.lease_renew(&held, LONG * 2).await.unwrap().unwrap();
    assert_eq!(renewed.epoch, held.epoch);
    assert!(renewed.expires_at > held.expires_at);
}

/// A process that asks twice is one leader.
pub async fn a_holder_that_asks_again_keeps_its_epoch(store: Arc<dyn ClusterStore>) {
    let first = store.lease_acquire("manager", "a", LONG).await.unwrap().unwrap();
    let again = store.lease_acquire("manager", "a", LONG * 2).await.unwrap().unwrap();
    assert_eq!(first.epoch, again.epoch);
    assert!(again.expires_at > first.expires_at);
}

/// The next one need not wait.
pub async fn a_lease_given_back_is_free(store: Arc<dyn ClusterStore>) {
    let first = store.lease_acquire("manager", "a", LONG).await.unwrap().unwrap();
    store.lease_release(&first).await.unwrap();
    assert_eq!(store.lease_renew(&first, LONG).await.unwrap(), None);
    let second = store.lease_acquire("manager", "b", LONG).await.unwrap().unwrap();
    assert_eq!(second.epoch, first.epoch + 1);
}

/// Neither renewed nor given back by somebody who held it before.
pub async fn a_lease_of_another_is_left_alone(store: Arc<dyn ClusterStore>) {
    let first = store.lease_acquire("manager", "a", Duration::ZERO).await.unwrap().unwrap();
    let second = store.lease_acquire("manager", "b", LONG).await.unwrap().unwrap();
    assert_eq!(store.lease_renew(&first, LONG).await.unwrap(), None);
    store.lease_release(&first).await.unwrap();
    assert_eq!(store.lease_acquire("manager", "a", LONG).await.unwrap(), None);
    assert!(store.lease_renew(&second, LONG).await.unwrap().is_some());
}

/// What a holder's own clock says does not matter; what is left does.
pub async fn a_lease_goes_by_the_clock_of_the_database(store: Arc<dyn ClusterStore>) {
    let before = store.now().await.unwrap();
    let lease = store.lease_acquire("manager", "a", LONG).await.unwrap().unwrap();
    let after = store.now().await.unwrap();
    // A database may tell time in milliseconds.
    let slack = Duration::from_millis(1);
    assert!(
        lease.expires_at >= before + LONG && lease.expires_at <= after + LONG + slack,
        "{before} {lease:?} {after}"
    );
}
