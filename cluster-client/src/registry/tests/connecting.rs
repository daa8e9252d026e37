//! From a description to a connection.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use super::double::{Mode, Servers, key, next, rest, spec, until};
use super::*;
use crate::error::ErrorClass;
use crate::provider::ClusterState;

#[tokio::test(start_paused = true)]
async fn an_unknown_cluster_is_not_found_and_one_that_was_just_told_is_not_connected() {
    let registry = start(&Servers::new());
    let (a, b) = (key("a"), key("b"));
    assert!(matches!(registry.peek(&a), Err(ClientError::NotFound)));
    assert!(matches!(registry.get(&a, soon()).await, Err(ClientError::NotFound)));
    // The registry's task has not run in between.
    registry.upsert(a.clone(), spec("a.test"));
    assert!(matches!(registry.peek(&a), Err(ClientError::NotConnected { last: None, .. })));
    assert!(matches!(registry.peek(&b), Err(ClientError::NotFound)));
    let handle = registry.get(&a, soon()).await.unwrap();
    assert_eq!((handle.revision().generation, handle.identity().unwrap().as_str()), (1, "uid-of-a.test"));
    assert!(registry.peek(&a).unwrap().same_as(&handle));
}

#[tokio::test(start_paused = true)]
async fn a_hundred_waiters_share_one_dial() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    *server.slow.lock().unwrap() = Duration::from_secs(5);
    let registry = start_with(&servers, on_demand);
    registry.upsert(key("a"), spec("a.test"));
    let waiters: Vec<_> = (0..100)
        .map(|_| {
            let registry = registry.clone();
            tokio::spawn(async move { registry.get(&key("a"), soon()).await.unwrap() })
        })
        .collect();
    let first = registry.get(&key("a"), soon()).await.unwrap();
    for waiter in waiters {
        assert!(waiter.await.unwrap().same_as(&first));
    }
    assert_eq!(server.n_dials(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_gives_up_does_not_stop_the_connect() {
    let servers = Servers::new();
    *servers.server("a.test").slow.lock().unwrap() = Duration::from_secs(5);
    let registry = start_with(&servers, on_demand);
    registry.upsert(key("a"), spec("a.test"));
    let waits = registry.get(&key("a"), Deadline::within(Duration::from_secs(1))).await;
    assert!(matches!(waits, Err(ClientError::NotConnected { last: None, .. })));
    until("connected", || registry.peek(&key("a")).is_ok()).await;
    assert_eq!(servers.server("a.test").n_dials(), 1);
}

#[tokio::test(start_paused = true)]
async fn waiting_in_vain_ends_at_the_deadline_with_the_last_error() {
    let servers = Servers::new();
    servers.server("a.test").set(Mode::Fails(ErrorClass::CredentialRejected));
    let registry = start(&servers);
    let mut events = registry.events();
    registry.upsert(key("a"), spec("a.test"));
    let began = tokio::time::Instant::now();
    let error = registry.get(&key("a"), Deadline::within(Duration::from_secs(30))).await.unwrap_err();
    assert_eq!(began.elapsed().as_secs(), 30);
    let ClientError::NotConnected { last: Some(last), since } = error else { panic!("{error}") };
    assert_eq!(last.class(), ErrorClass::CredentialRejected);
    let status = registry.status(&key("a")).unwrap();
    assert_eq!((status.state, status.revision), (ClusterState::Failed, None));
    assert_eq!(status.error.unwrap().0, since);
    assert_eq!(next(&mut events).await, "a failed credential_rejected");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_given_up_after_the_timeout_and_a_bug_in_the_connector_is_contained() {
    let servers = Servers::new();
    servers.server("a.test").set(Mode::Silent);
    servers.server("b.test").set(Mode::Panics);
    let registry = start(&servers);
    let mut events = registry.events();
    registry.upsert(key("b"), spec("b.test"));
    assert_eq!(next(&mut events).await, "b failed unreachable");
    registry.remove(&key("b"));
    assert_eq!(next(&mut events).await, "b removed");
    let began = tokio::time::Instant::now();
    registry.upsert(key("a"), spec("a.test"));
    assert_eq!(next(&mut events).await, "a failed unreachable");
    assert_eq!(began.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn waits_between_attempts_grow_with_jitter_and_start_again_after_a_success() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    server.set(Mode::Fails(ErrorClass::Unreachable));
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    until("ten attempts", || server.n_dials() >= 10).await;
    let dials = server.dials.lock().unwrap().clone();
    let waits: Vec<f64> = dials.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
    for (failures, wait) in (1..).zip(&waits) {
        let ceiling = 2_f64.powi(failures).min(300.0);
        assert!((0.999..=ceiling + 0.01).contains(wait), "after {failures} failures {wait} s");
    }
    assert!(waits.iter().sum::<f64>() > 30.0, "{waits:?}");
    server.set(Mode::Up);
    registry.get(&key("a"), Deadline::within(Duration::from_secs(600))).await.unwrap();
    // Another way to the same cluster fails: the first wait is short again.
    server.set(Mode::Fails(ErrorClass::Unreachable));
    let before = server.n_dials();
    registry.upsert(key("a"), double::spec_with_name("a.test", "other"));
    until("two more attempts", || server.n_dials() >= before + 2).await;
    let dials = server.dials.lock().unwrap().clone();
    assert!(dials[before + 1] - dials[before] <= Duration::from_millis(2010));
}

#[tokio::test(start_paused = true)]
async fn a_new_description_of_a_failing_cluster_is_tried_at_once() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    server.set(Mode::Fails(ErrorClass::CredentialRejected));
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    until("eight attempts", || server.n_dials() == 8).await;
    server.set(Mode::Up);
    registry.upsert(key("a"), double::with_token(spec("a.test"), "new"));
    registry.get(&key("a"), Deadline::within(Duration::from_millis(10))).await.unwrap();
    assert_eq!((server.n_dials(), server.swaps.load(SeqCst)), (9, 0));
}

#[tokio::test(start_paused = true)]
async fn a_cluster_whose_identity_cannot_be_read_is_connected_unless_one_is_expected() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    *server.uid.lock().unwrap() = None;
    let registry = start(&servers);
    let mut events = registry.events();
    registry.upsert(key("a"), spec("a.test"));
    assert_eq!(next(&mut events).await, "a added 1");
    assert_eq!(registry.status(&key("a")).unwrap().identity, None);
    registry.upsert(key("b"), spec("a.test").with_expected_uid(crate::ClusterUid::new("x")));
    assert_eq!(next(&mut events).await, "b failed identity");
    until("the refused connection is closed", || server.n_open() == 1).await;
}

#[tokio::test(start_paused = true)]
async fn another_cluster_than_the_expected_one_is_refused_and_closed() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    let mut events = registry.events();
    registry.upsert(key("a"), spec("a.test").with_expected_uid(crate::ClusterUid::new("expected")));
    assert_eq!(next(&mut events).await, "a failed identity");
    let (_, error) = registry.status(&key("a")).unwrap().error.unwrap();
    assert!(error.to_string().contains("a.test:443 is the cluster uid-of-a.test, expected expected"), "{error}");
    until("the refused connection is closed", || server.n_open() == 0).await;
    server.be("expected");
    assert_eq!(registry.get(&key("a"), soon()).await.unwrap().revision().generation, 1);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_cannot_be_described_is_known_and_connected_once_it_can_be() {
    let registry = start(&Servers::new());
    let mut events = registry.events();
    let broken = || SourceError::Spec(crate::spec::SpecError::Unsupported { what: "x".into(), instead: "use y" });
    registry.reject(key("a"), broken());
    assert_eq!(next(&mut events).await, "a failed input");
    assert!(matches!(registry.peek(&key("a")), Err(ClientError::NotConnected { last: Some(_), .. })));
    registry.upsert(key("a"), spec("a.test"));
    let handle = registry.get(&key("a"), soon()).await.unwrap();
    assert_eq!(rest(&mut events), ["a added 1"]);
    // A later rejection leaves what is connected alone, and is kept as its error until the description is good again.
    registry.reject(key("a"), broken());
    until("the error is kept", || registry.status(&key("a")).unwrap().error.is_some()).await;
    assert!(registry.peek(&key("a")).unwrap().same_as(&handle));
    assert_eq!(registry.status(&key("a")).unwrap().state, ClusterState::Connected);
    registry.upsert(key("a"), spec("a.test"));
    until("the error is gone", || registry.status(&key("a")).unwrap().error.is_none()).await;
    assert!(registry.peek(&key("a")).unwrap().same_as(&handle));
    assert!(rest(&mut events).is_empty());
}

#[tokio::test(start_paused = true)]
async fn on_demand_nothing_is_dialed_before_somebody_asks_and_nothing_is_retried_for_nobody() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    server.set(Mode::Fails(ErrorClass::Unreachable));
    let registry = start_with(&servers, on_demand);
    registry.upsert(key("a"), spec("a.test"));
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!((server.n_dials(), registry.status(&key("a")).unwrap().state), (0, ClusterState::Registered));
    registry.get(&key("a"), Deadline::within(Duration::from_millis(10))).await.unwrap_err();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!((server.n_dials(), registry.status(&key("a")).unwrap().state), (1, ClusterState::Failed));
    server.set(Mode::Up);
    registry.get(&key("a"), soon()).await.unwrap();
    assert_eq!(server.n_dials(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_let_go_and_made_again_when_somebody_asks() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start_with(&servers, on_demand);
    let mut events = registry.events();
    registry.upsert(key("a"), spec("a.test"));
    let handle = registry.get(&key("a"), soon()).await.unwrap();
    // Used in four ways, one after the other, each for longer than an idle connection lives.
    let task = handle.spawn(tokio::time::sleep(Duration::from_secs(1200)));
    task.await.unwrap().unwrap();
    server.in_flight.store(1, SeqCst);
    tokio::time::sleep(Duration::from_secs(1200)).await;
    server.in_flight.store(0, SeqCst);
    for _ in 0..120 {
        tokio::time::sleep(Duration::from_secs(10)).await;
        server.requests.fetch_add(1, SeqCst);
    }
    for _ in 0..120 {
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert!(registry.peek(&key("a")).unwrap().same_as(&handle));
    }
    assert_eq!(rest(&mut events), ["a added 1"]);

    handle.alive().cancelled().await;
    until("closed", || server.n_open() == 0).await;
    assert!(matches!(registry.peek(&key("a")), Err(ClientError::NotConnected { last: None, .. })));
    assert_eq!(registry.status(&key("a")).unwrap().state, ClusterState::Registered);
    assert_eq!(registry.get(&key("a"), soon()).await.unwrap().revision().generation, 2);
    assert_eq!(rest(&mut events), ["a replaced 1 by 2"]);

    // Another cluster took the address while nobody looked.
    registry.peek(&key("a")).unwrap().alive().cancelled().await;
    server.be("another");
    registry.get(&key("a"), soon()).await.unwrap();
    assert_eq!(rest(&mut events), ["a replaced 2 by 3 reset"]);
}
