//! Looks at connected clusters.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use super::double::{Mode, Servers, key, next, rest, spec, until, with_token};
use super::*;
use crate::error::ErrorClass;
use crate::provider::ClusterState;

#[tokio::test(start_paused = true)]
async fn an_outage_shows_after_the_fourth_look_and_changes_neither_client_nor_revision() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let handle = registry.get(&key("a"), soon()).await.unwrap();
    let connected_at = registry.status(&key("a")).unwrap().connected_at;
    let mut events = registry.events();
    server.set(Mode::Fails(ErrorClass::Unreachable));
    let began = tokio::time::Instant::now();
    until("three looks", || server.probes.load(SeqCst) == 3).await;
    assert_eq!(registry.status(&key("a")).unwrap().state, ClusterState::Connected);
    assert_eq!(next(&mut events).await, "a degraded unreachable");
    let seconds = began.elapsed().as_secs_f64();
    assert!((54.0..=66.1).contains(&seconds), "four looks of 15 s, give or take a tenth, took {seconds} s");
    let status = registry.status(&key("a")).unwrap();
    assert_eq!((status.state, status.connected_at), (ClusterState::Degraded, connected_at));
    let shown = crate::ConnectionStatus::from(&status);
    assert_eq!((shown.connected_at, shown.generation), (connected_at, Some(1)));
    assert_eq!(shown.facts.version.as_deref(), Some("v1.36.3"));
    assert!(shown.error.unwrap().contains("a.test"));
    assert_eq!(status.error.unwrap().1.class(), ErrorClass::Unreachable);
    assert!(registry.peek(&key("a")).unwrap().same_as(&handle) && !handle.alive().is_cancelled());
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert!(rest(&mut events).is_empty(), "told once");
    server.set(Mode::Up);
    assert_eq!(next(&mut events).await, "a recovered");
    let status = registry.status(&key("a")).unwrap();
    assert_eq!(
        (status.state, status.connected_at, status.error.is_none()),
        (ClusterState::Connected, connected_at, true)
    );
    assert_eq!(server.n_dials(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_passing_failure_never_shows() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    registry.get(&key("a"), soon()).await.unwrap();
    let mut events = registry.events();
    for n in 1..5 {
        server.set(Mode::Fails(ErrorClass::Unhealthy));
        until("a bad look", || server.probes.load(SeqCst) == 2 * n - 1).await;
        server.set(Mode::Up);
        until("a good look", || server.probes.load(SeqCst) == 2 * n).await;
    }
    assert!(rest(&mut events).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_refused_credential_shows_at_the_first_look_and_a_new_one_recovers_at_once() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let handle = registry.get(&key("a"), soon()).await.unwrap();
    let mut events = registry.events();
    server.set(Mode::Fails(ErrorClass::CredentialRejected));
    assert_eq!(next(&mut events).await, "a degraded credential_rejected");
    assert_eq!(server.probes.load(SeqCst), 1);
    server.set(Mode::Up);
    let began = tokio::time::Instant::now();
    registry.upsert(key("a"), with_token(spec("a.test"), "new"));
    assert_eq!(next(&mut events).await, "a recovered");
    assert!(began.elapsed() < Duration::from_secs(1));
    assert!(registry.peek(&key("a")).unwrap().same_as(&handle));
}

#[tokio::test(start_paused = true)]
async fn a_look_with_an_earlier_credential_does_not_count() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    registry.get(&key("a"), soon()).await.unwrap();
    let mut events = registry.events();
    server.set(Mode::Silent);
    until("a look is under way", || server.probes.load(SeqCst) == 1).await;
    registry.upsert(key("a"), with_token(spec("a.test"), "new"));
    until("exchanged", || server.swaps.load(SeqCst) == 1).await;
    // The answer to the old one is no; what was asked with it is not asked of the new one.
    server.set(Mode::FailsOnce(ErrorClass::CredentialRejected));
    until("looked at again at once", || server.probes.load(SeqCst) == 2).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(rest(&mut events).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_look_at_a_connection_that_was_replaced_or_removed_writes_nothing() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    registry.get(&key("a"), soon()).await.unwrap();
    server.set(Mode::Silent);
    until("a look is under way", || server.probes.load(SeqCst) == 1).await;
    let mut events = registry.events();
    registry.upsert(key("a"), spec("b.test"));
    assert_eq!(next(&mut events).await, "a replaced 1 by 2 reset");
    server.set(Mode::Fails(ErrorClass::CredentialRejected));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(rest(&mut events).is_empty());
    assert_eq!(registry.status(&key("a")).unwrap().state, ClusterState::Connected);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_took_the_address_during_an_outage_is_a_reset_and_not_a_recovery() {
    let servers = Servers::new();
    let server = servers.server("a.test");
    let registry = start(&servers);
    registry.upsert(key("a"), spec("a.test"));
    let old = registry.get(&key("a"), soon()).await.unwrap();
    let mut events = registry.events();
    server.set(Mode::Fails(ErrorClass::Unreachable));
    assert_eq!(next(&mut events).await, "a degraded unreachable");
    server.be("another");
    server.set(Mode::Up);
    assert_eq!(next(&mut events).await, "a replaced 1 by 2 reset");
    assert!(old.alive().is_cancelled());
    assert_eq!(registry.peek(&key("a")).unwrap().identity().unwrap().as_str(), "another");
}

#[tokio::test(start_paused = true)]
async fn silent_clusters_do_not_hold_up_looks_at_the_others() {
    let servers = Servers::new();
    let registry = start_with(&servers, |options| options.max_probes = 8);
    for n in 0..40 {
        registry.upsert(key(&format!("c{n}")), spec(&format!("c{n}.test")));
    }
    for n in 0..40 {
        registry.get(&key(&format!("c{n}")), soon()).await.unwrap();
    }
    for n in 0..20 {
        servers.server(&format!("c{n}.test")).set(Mode::Silent);
    }
    // Long enough for the silent ones to be known as such.
    tokio::time::sleep(Duration::from_secs(120)).await;
    let before: Vec<_> = (20..40).map(|n| servers.server(&format!("c{n}.test")).probes.load(SeqCst)).collect();
    tokio::time::sleep(Duration::from_secs(165)).await;
    for (n, before) in (20..40).zip(before) {
        let looks = servers.server(&format!("c{n}.test")).probes.load(SeqCst) - before;
        assert!(looks >= 9, "c{n} was looked at {looks} times in 165 s");
    }
}
