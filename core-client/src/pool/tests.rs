use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

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
    repaired: std::sync::atomic::AtomicBool,
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
            "broken" if !self.repaired.load(Ordering::SeqCst) => Err(Broken("it")),
            "short" => Ok(Made::until(made, Instant::now() + Duration::from_secs(60))),
            _ => Ok(Made::lasting(made)),
        }
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
