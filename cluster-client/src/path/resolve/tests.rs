use std::collections::HashMap;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Limits, Resolve, Resolver};

#[derive(Debug, Default)]
struct Names {
    known: Mutex<HashMap<String, SocketAddr>>,
    asked: AtomicUsize,
}

#[async_trait]
impl Resolve for Names {
    async fn lookup(&self, host: &str) -> io::Result<Vec<SocketAddr>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if host.starts_with("dead") {
            pending::<()>().await;
        }
        tokio::task::yield_now().await;
        match self.known.lock().unwrap().get(host) {
            Some(address) => Ok(vec![*address]),
            None if host == "empty" => Ok(Vec::new()),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "NXDOMAIN")),
        }
    }
}

fn resolver(names: &Arc<Names>, concurrent: usize, overdue: usize) -> (Resolver, TaskTracker, CancellationToken) {
    let (tracker, closed) = (TaskTracker::new(), CancellationToken::new());
    let limits = Limits { concurrent, overdue, deadline: Duration::from_secs(5) };
    (Resolver::new(names.clone(), limits, tracker.clone(), closed.clone()), tracker, closed)
}

#[tokio::test(start_paused = true)]
async fn a_name_that_gets_an_address_is_found_without_restart() {
    let names = Arc::new(Names::default());
    let (resolver, ..) = resolver(&names, 4, 4);
    assert_eq!(resolver.lookup("api").await.unwrap_err().kind(), io::ErrorKind::NotFound);
    let address: SocketAddr = "192.0.2.7:0".parse().unwrap();
    names.known.lock().unwrap().insert("api".into(), address);
    assert_eq!(*resolver.lookup("api").await.unwrap(), [address]);
    let other: SocketAddr = "192.0.2.8:0".parse().unwrap();
    names.known.lock().unwrap().insert("api".into(), other);
    assert_eq!(*resolver.lookup("api").await.unwrap(), [other]);
    assert_eq!(resolver.lookup("empty").await.unwrap_err().kind(), io::ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn dead_names_do_not_starve_the_others() {
    let names = Arc::new(Names::default());
    names.known.lock().unwrap().insert("alive".into(), "192.0.2.7:0".parse().unwrap());
    let (resolver, tracker, closed) = resolver(&names, 2, 8);
    let begun = Instant::now();
    // Ten callers of each of four dead names: four lookups, and both turns are taken.
    let mut dead = tokio::task::JoinSet::new();
    for caller in 0..40 {
        let resolver = resolver.clone();
        dead.spawn(async move { resolver.lookup(&format!("dead-{}", caller % 4)).await });
    }
    tokio::task::yield_now().await;
    // Behind them in the queue: has a turn as soon as the dead ones are overdue, not when they give up.
    let mut last = Err(None);
    while begun.elapsed() < Duration::from_secs(20) && last.is_err() {
        last = resolver.lookup("alive").await.map_err(Some);
    }
    assert!(last.is_ok());
    assert!(begun.elapsed() <= Duration::from_secs(15), "{:?}", begun.elapsed());
    while let Some(answer) = dead.join_next().await {
        assert_eq!(answer.unwrap().unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
    assert_eq!(names.asked.load(Ordering::Relaxed), 5, "one lookup for each name");
    // From now on the dead names are in nobody's way, and asking again begins no further lookup.
    let again = Instant::now();
    assert!(resolver.lookup("dead-0").await.is_err());
    resolver.lookup("alive").await.unwrap();
    assert!(again.elapsed() <= Duration::from_secs(6));
    assert_eq!(names.asked.load(Ordering::Relaxed), 6);
    tracker.close();
    closed.cancel();
    tracker.wait().await;
}

#[tokio::test(start_paused = true)]
async fn overdue_lookups_are_bounded() {
    let names = Arc::new(Names::default());
    let (resolver, tracker, closed) = resolver(&names, 1, 2);
    for name in 0..6 {
        assert!(resolver.lookup(&format!("dead-{name}")).await.is_err());
    }
    assert_eq!(names.asked.load(Ordering::Relaxed), 3, "one in its turn and two overdue");
    tracker.close();
    closed.cancel();
    tracker.wait().await;
    assert_eq!(resolver.lookup("dead-0").await.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_does_not_end_the_lookup_of_the_others() {
    let names = Arc::new(Names::default());
    names.known.lock().unwrap().insert("api".into(), "192.0.2.7:0".parse().unwrap());
    let (resolver, ..) = resolver(&names, 1, 1);
    let first = tokio::spawn({
        let resolver = resolver.clone();
        async move { resolver.lookup("api").await }
    });
    tokio::task::yield_now().await;
    first.abort();
    assert!(resolver.lookup("api").await.is_ok());
    assert_eq!(names.asked.load(Ordering::Relaxed), 1);
}
