use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

use async_trait::async_trait;
use proptest::prelude::*;
use tokio::sync::Notify;

use super::*;

#[derive(Debug, thiserror::Error)]
#[error("{0} is broken")]
struct Broken(&'static str);

/// Makes numbers; what a key does is in its name.
#[derive(Default)]
struct Maker {
    made: AtomicU32,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
    gate: Notify,
    repaired: AtomicBool,
    /// Whether what ages is found to be over, by a clock that is not the runtime's.
    late: AtomicBool,
    retired: Mutex<HashSet<u32>>,
}

#[async_trait]
impl Make for Arc<Maker> {
    type Key = &'static str;
    type Item = u32;
    type Error = Broken;

    async fn make(&self, key: &&'static str) -> Result<Made<u32>, Broken> {
        let made = self.made.fetch_add(1, Ordering::SeqCst) + 1;
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        match *key {
            "gated" => self.gate.notified().await,
            "silent" => std::future::pending().await,
            _ => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        match *key {
            "busy" => Err(Broken("the busy one")),
            "broken" if !self.repaired.load(Ordering::SeqCst) => Err(Broken("it")),
            "ages" | "ages and breaks" if made > 1 && !self.repaired.load(Ordering::SeqCst) && *key != "ages" => {
                Err(Broken("the renewal"))
            }
            "ages" | "ages and breaks" => {
                let now = Instant::now();
                Ok(Made::until(made, now + Duration::from_secs(60)).renewed_from(now + Duration::from_secs(40)))
            }
            "short" => Ok(Made::until(made, Instant::now() + Duration::from_secs(60))),
            _ => Ok(Made::lasting(made)),
        }
    }

    fn freshness(&self, key: &&'static str, _item: &u32) -> Freshness {
        match *key {
            "clocked" if self.late.load(Ordering::SeqCst) => Freshness::Over,
            _ => Freshness::Fresh,
        }
    }

    fn patience(&self, error: &Broken) -> Option<Duration> {
        (error.0 == "the busy one").then_some(Duration::from_secs(40))
    }

    async fn retire(&self, _key: &&'static str, item: u32) {
        self.retired.lock().unwrap().insert(item);
    }
}

fn pool(options: PoolOptions) -> (Arc<Maker>, Pool<Arc<Maker>>) {
    let maker = Arc::new(Maker::default());
    (Arc::clone(&maker), Pool::new(maker, options))
}

#[tokio::test(start_paused = true)]
async fn a_hundred_first_users_make_one_attempt() {
    let (maker, pool) = pool(PoolOptions::default());
    let all = join_all((0..100).map(|_| pool.get(&"a"))).await;
    assert!(all.iter().all(|item| matches!(item, Ok(1))), "{all:?}");
    assert_eq!(maker.made.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_leader_does_not_strand_its_followers() {
    let (maker, pool) = pool(PoolOptions::default());
    let leader = tokio::spawn({
        let pool = pool.clone();
        async move { pool.get(&"gated").await }
    });
    while maker.made.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let follower = pool.get(&"gated");
    leader.abort();
    assert!(leader.await.is_err());
    maker.gate.notify_one();
    assert_eq!(follower.await.unwrap(), 1);
    assert_eq!(maker.made.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_remembered_until_its_pause_is_over_and_then_tried_again() {
    let (maker, pool) = pool(PoolOptions::default());
    let Err(PoolError::Failed { attempts: 1, retry_in, error }) = pool.get(&"broken").await else { panic!() };
    assert_eq!(error.to_string(), "it is broken");
    assert!(retry_in <= Duration::from_secs(1), "{retry_in:?}");
    for _ in 0..10 {
        assert!(matches!(pool.get(&"broken").await, Err(PoolError::Failed { attempts: 1, .. })));
    }
    assert_eq!(maker.made.load(Ordering::SeqCst), 1);

    tokio::time::advance(retry_in).await;
    assert!(matches!(pool.get(&"broken").await, Err(PoolError::Failed { attempts: 2, .. })));
    maker.repaired.store(true, Ordering::SeqCst);
    assert!(pool.get(&"broken").await.is_err(), "the pause holds");
    pool.retry(&"broken");
    assert_eq!(pool.get(&"broken").await.unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_silent_target_costs_one_timeout_and_delays_nobody_else() {
    let (_, pool) = pool(PoolOptions::default().with_timeout(Duration::from_secs(10)));
    let begun = Instant::now();
    let silent = async {
        let outcome = pool.get(&"silent").await;
        assert!(matches!(outcome, Err(PoolError::GivenUp { .. })), "{outcome:?}");
        begun.elapsed()
    };
    let healthy = async {
        assert!(pool.get(&"a").await.is_ok());
        begun.elapsed()
    };
    let (silent, healthy) = tokio::join!(silent, healthy);
    assert!(healthy < Duration::from_millis(50), "{healthy:?}");
    assert!(silent < Duration::from_millis(10_050), "{silent:?}");
}

#[tokio::test(start_paused = true)]
async fn warming_bounds_what_is_made_at_once_and_reports_each_key() {
    let (maker, pool) = pool(PoolOptions::default().with_concurrency(3));
    let keys = ["a", "b", "c", "d", "e", "broken", "f", "g"];
    let warmed = pool.warm(keys).await;
    assert_eq!(warmed.ready, ["a", "b", "c", "d", "e", "f", "g"]);
    assert_eq!(warmed.failed.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["broken"]);
    assert_eq!(maker.most_at_once.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn an_expired_thing_is_retired_and_made_again() {
    let (maker, pool) = pool(PoolOptions::default());
    assert_eq!(pool.get(&"short").await.unwrap(), 1);
    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(pool.get(&"short").await.unwrap(), 1);
    tokio::time::advance(Duration::from_secs(30)).await;
    assert!(pool.peek(&"short").is_none());
    assert_eq!(pool.get(&"short").await.unwrap(), 2);
    assert_eq!(*maker.retired.lock().unwrap(), HashSet::from([1]));
}

#[tokio::test(start_paused = true)]
async fn what_ages_is_given_while_one_attempt_is_made_for_all() {
    let (maker, pool) = pool(PoolOptions::default());
    assert_eq!(pool.get(&"ages").await.unwrap(), 1);
    tokio::time::advance(Duration::from_secs(40)).await;
    assert_eq!(pool.fresh(&"ages"), None);
    let all = join_all((0..100).map(|_| pool.get(&"ages"))).await;
    assert!(all.iter().all(|item| matches!(item, Ok(1))), "{all:?}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!((pool.get(&"ages").await.unwrap(), pool.fresh(&"ages")), (2, Some(2)));
    assert_eq!(*maker.retired.lock().unwrap(), HashSet::from([1]));
    let counts = pool.counts();
    assert_eq!((counts.attempts, counts.renewals, counts.failures, counts.hits), (2, 1, 0, 101));
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_keeps_what_is_still_good_and_no_longer() {
    let (maker, pool) = pool(PoolOptions::default());
    assert_eq!(pool.get(&"ages and breaks").await.unwrap(), 1);
    tokio::time::advance(Duration::from_secs(59)).await;
    for _ in 0..10 {
        assert_eq!(pool.get(&"ages and breaks").await.unwrap(), 1);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(maker.made.load(Ordering::SeqCst), 2, "the pause holds for renewals too");
    assert!(matches!(pool.peek(&"ages and breaks"), Some(Ok(1))));
    tokio::time::advance(Duration::from_secs(1)).await;
    let late = pool.get(&"ages and breaks").await;
    assert!(matches!(late, Err(PoolError::Failed { attempts: 2, .. })), "{late:?}");
    maker.repaired.store(true, Ordering::SeqCst);
    pool.retry(&"ages and breaks");
    assert!(pool.get(&"ages and breaks").await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_comes_after_the_end_waits_for_the_renewal_under_way() {
    let (maker, pool) = pool(PoolOptions::default());
    assert_eq!(pool.get(&"ages").await.unwrap(), 1);
    tokio::time::advance(Duration::from_millis(59_995)).await;
    assert_eq!(pool.get(&"ages").await.unwrap(), 1);
    tokio::time::advance(Duration::from_millis(5)).await;
    let all = join_all((0..100).map(|_| pool.get(&"ages"))).await;
    assert!(all.iter().all(|item| matches!(item, Ok(2))), "{all:?}");
    assert_eq!(maker.made.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_target_that_asks_for_patience_gets_it() {
    let (_, pool) = pool(PoolOptions::default());
    let refused = pool.get(&"busy").await;
    assert!(
        matches!(refused, Err(PoolError::Failed { retry_in, .. }) if retry_in > Duration::from_secs(39)),
        "{refused:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_makers_own_clock_ends_is_made_again() {
    let (maker, pool) = pool(PoolOptions::default());
    assert_eq!(pool.get(&"clocked").await.unwrap(), 1);
    assert_eq!(pool.fresh(&"clocked"), Some(1));
    maker.late.store(true, Ordering::SeqCst);
    assert_eq!(pool.fresh(&"clocked"), None);
    assert_eq!(pool.get(&"clocked").await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_evicted_during_its_renewal_is_not_put_back() {
    let (maker, pool) = pool(PoolOptions::default());
    assert_eq!(pool.get(&"ages").await.unwrap(), 1);
    tokio::time::advance(Duration::from_secs(40)).await;
    assert_eq!(pool.get(&"ages").await.unwrap(), 1);
    pool.evict_where(|key| *key == "ages");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(pool.peek(&"ages").is_none());
    assert_eq!(*maker.retired.lock().unwrap(), HashSet::from([1, 2]));
    assert_eq!(pool.get(&"ages").await.unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn closing_retires_everything_ends_what_is_under_way_and_may_be_done_twice() {
    let (maker, pool) = pool(PoolOptions::default());
    assert_eq!(pool.get(&"a").await.unwrap(), 1);
    assert_eq!(pool.get(&"b").await.unwrap(), 2);
    pool.evict(&"b");
    let waiting = tokio::spawn({
        let pool = pool.clone();
        async move { pool.get(&"silent").await }
    });
    while maker.made.load(Ordering::SeqCst) < 3 {
        tokio::task::yield_now().await;
    }
    pool.close().await;
    assert!(matches!(waiting.await.unwrap(), Err(PoolError::Closed)));
    assert!(matches!(pool.get(&"c").await, Err(PoolError::Closed)));
    assert_eq!(*maker.retired.lock().unwrap(), HashSet::from([1, 2]));
    pool.close().await;
}

proptest! {
    #[test]
    fn pauses_grow_to_a_limit_and_never_pass_it(attempts in 1u32..100, chance: u16) {
        let options = PoolOptions::default();
        let pause = options.pause(attempts, chance);
        prop_assert!(pause <= options.longest_pause);
        prop_assert!(pause >= options.pause(attempts, 0));
        prop_assert!(options.pause(attempts + 1, chance) >= pause);
        prop_assert!(pause >= options.first_pause / 2);
    }
}
