//! Many clusters, some of them dead.

use std::collections::HashSet;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use super::double::{Mode, Servers, key, spec};
use super::*;

const CLUSTERS: usize = 500;

fn is_dead(n: usize) -> bool {
    n.is_multiple_of(5)
}

fn host(n: usize) -> String {
    format!("c{n}.test")
}

/// Source: `TestClusterCacheConcurrency` of Cluster API, five times as many clusters.
#[tokio::test(start_paused = true)]
async fn a_fifth_of_the_fleet_is_dead_and_the_rest_does_not_notice() {
    let servers = Servers::new();
    for n in (0..CLUSTERS).filter(|n| is_dead(*n)) {
        servers.server(&host(n)).set(Mode::Silent);
    }
    let registry = start(&servers);
    let began = tokio::time::Instant::now();
    for n in 0..CLUSTERS {
        registry.upsert(key(&host(n)), spec(&host(n)));
    }
    for n in (0..CLUSTERS).filter(|n| !is_dead(*n)) {
        registry.get(&key(&host(n)), soon()).await.unwrap();
    }
    // Each dead one holds a place for 10 s once; 100 of them take 32 places at most four times.
    assert!(began.elapsed() <= Duration::from_secs(40), "{:?}", began.elapsed());

    // A quarter of an hour of consumers: live ones never fail, and a live one that arrives late is connected at once.
    for minute in 0..15 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        for n in (0..CLUSTERS).filter(|n| !is_dead(*n)) {
            assert_eq!(registry.peek(&key(&host(n))).unwrap().revision().generation, 1);
        }
        let late = format!("late{minute}.test");
        registry.upsert(key(&late), spec(&late));
        registry
            .get(&key(&late), Deadline::within(Duration::from_millis(100)))
            .await
            .expect("half the places are kept");
    }
    assert!(servers.most_dials_at_a_time.load(SeqCst) <= 32);

    // Dead ones are tried again by schedule: never sooner than a second, never later than the longest wait, a timeout and the line.
    let mut last_retries = HashSet::new();
    for n in (0..CLUSTERS).filter(|n| is_dead(*n)) {
        let dials = servers.server(&host(n)).dials.lock().unwrap().clone();
        assert!(dials.len() >= 5, "c{n} was tried {} times in a quarter of an hour", dials.len());
        for pair in dials.windows(2) {
            let wait = (pair[1] - pair[0]).as_secs();
            assert!((11..=400).contains(&wait), "c{n} was tried again after {wait} s");
        }
        last_retries.insert((dials[dials.len() - 1] - began).as_secs());
    }
    assert!(last_retries.len() > 50, "they do not come back together: {last_retries:?}");
    for n in (0..CLUSTERS).filter(|n| !is_dead(*n)) {
        let looks = servers.server(&host(n)).probes.load(SeqCst);
        assert!(looks >= 900 / 18, "c{n} was looked at {looks} times in a quarter of an hour");
    }
    registry.shutdown().await;
    assert!((0..CLUSTERS).all(|n| servers.server(&host(n)).n_open() == 0));
}
