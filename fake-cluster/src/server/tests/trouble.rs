use futures::{StreamExt as _, TryStreamExt as _};
use kube::api::{ListParams, PostParams, WatchEvent, WatchParams};

use super::super::*;
use super::{BOUND, client, code, config_map, maps, within};
use crate::api::{MASTERS, Verb};
use crate::faults::{Effect, Fault};

#[tokio::test]
async fn refusals_come_as_the_real_server_sends_them() {
    let cluster = FakeCluster::start().await.unwrap();
    let maps = maps(&cluster);
    let busy = cluster.faults().add(Fault::new(Effect::too_many_requests(7)).on_verb(Verb::List).times(1));
    let Err(kube::Error::Api(status)) = maps.list(&ListParams::default()).await else { panic!("not refused") };
    assert_eq!((status.code, status.reason.as_str()), (429, "TooManyRequests"));
    assert_eq!(status.details.unwrap().retry_after_seconds, 7);
    assert_eq!(busy.hits(), 1);
    maps.list(&ListParams::default()).await.unwrap();
    cluster.faults().add(Fault::new(Effect::bad_gateway()));
    assert_eq!(code(maps.list(&ListParams::default()).await), 502);
    cluster.faults().clear();
    maps.list(&ListParams::default()).await.unwrap();
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_reset_breaks_the_connection_and_nothing_else() {
    let cluster = FakeCluster::start().await.unwrap();
    let maps = maps(&cluster);
    let reset = cluster.faults().add(Fault::new(Effect::Reset).on_verb(Verb::Create).times(1));
    assert_eq!(code(maps.create(&PostParams::default(), &config_map("a", "1")).await), 0);
    assert_eq!(reset.hits(), 1);
    maps.create(&PostParams::default(), &config_map("a", "1")).await.unwrap();
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_request_that_hangs_ends_with_the_cluster() {
    let cluster = FakeCluster::start().await.unwrap();
    let hang = cluster.faults().add(Fault::new(Effect::Hang).on_resource("configmaps"));
    let waiting = maps(&cluster);
    let waiting = tokio::spawn(async move { waiting.list(&ListParams::default()).await });
    within(async {
        while hang.hits() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    within(cluster.shutdown()).await;
    assert_eq!(code(within(waiting).await.unwrap()), 0);
}

#[tokio::test]
async fn an_answer_cut_short_is_an_error_and_not_a_short_answer() {
    let cluster = FakeCluster::start().await.unwrap();
    let maps = maps(&cluster);
    maps.create(&PostParams::default(), &config_map("a", "1")).await.unwrap();
    cluster.faults().add(Fault::new(Effect::Truncate(20)).on_verb(Verb::List).times(1));
    assert_eq!(code(within(maps.list(&ListParams::default())).await), 0);
    cluster.faults().add(
        Fault::new(Effect::Trickle { piece_bytes: 64, pause: Duration::from_millis(1) }).on_verb(Verb::List).times(1),
    );
    assert_eq!(within(maps.list(&ListParams::default())).await.unwrap().items.len(), 1);
    cluster.shutdown().await;
}

#[tokio::test]
async fn watches_can_be_silent_expire_or_end() {
    let cluster = FakeCluster::start().await.unwrap();
    let maps = maps(&cluster);
    let open = async || maps.watch(&WatchParams::default().disable_bookmarks(), "0").await.unwrap().boxed();
    let expired = cluster.faults().add(Fault::new(Effect::ExpiredWatch));
    let event = within(open().await.try_next()).await.unwrap();
    assert!(matches!(event, Some(WatchEvent::Error(status)) if status.code == 410));
    expired.remove();

    maps.create(&PostParams::default(), &config_map("a", "1")).await.unwrap();
    let silent = cluster.faults().add(Fault::new(Effect::SilentWatch));
    let mut watch = open().await;
    assert!(tokio::time::timeout(Duration::from_millis(50), watch.next()).await.is_err());
    silent.remove();
    // A silent watch can be ended like any other.
    cluster.end_watches();
    assert!(within(watch.next()).await.is_none());

    let short = cluster.faults().add(Fault::new(Effect::ShortWatch(1)));
    maps.create(&PostParams::default(), &config_map("b", "1")).await.unwrap();
    assert_eq!(within(open().await.count()).await, 1);
    short.remove();

    let mut watch = open().await;
    assert!(matches!(within(watch.try_next()).await.unwrap(), Some(WatchEvent::Added(_))));
    assert!(matches!(within(watch.try_next()).await.unwrap(), Some(WatchEvent::Added(_))));
    cluster.expire_watches();
    assert!(matches!(within(watch.try_next()).await.unwrap(), Some(WatchEvent::Error(status)) if status.code == 410));
    assert!(within(watch.next()).await.is_none());
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_frozen_connection_says_nothing_until_it_thaws() {
    let cluster = FakeCluster::start().await.unwrap();
    let maps = maps(&cluster);
    maps.list(&ListParams::default()).await.unwrap();
    cluster.freeze_connections();
    let waiting = maps.clone();
    let mut waiting = tokio::spawn(async move { waiting.list(&ListParams::default()).await });
    assert!(tokio::time::timeout(Duration::from_millis(50), &mut waiting).await.is_err());
    // Others are served.
    super::maps(&cluster).list(&ListParams::default()).await.unwrap();
    cluster.thaw_connections();
    within(waiting).await.unwrap().unwrap();
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_frozen_connection_does_not_hold_up_the_shutdown() {
    let cluster = FakeCluster::start().await.unwrap();
    maps(&cluster).list(&ListParams::default()).await.unwrap();
    cluster.freeze_connections();
    within(cluster.shutdown()).await;
}

#[tokio::test]
async fn a_server_that_only_accepts_never_shakes_hands() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster.accept_only(true);
    let maps = maps(&cluster);
    let params = ListParams::default();
    assert!(tokio::time::timeout(Duration::from_millis(50), maps.list(&params)).await.is_err());
    assert_eq!((cluster.counters().accepts(), cluster.counters().handshakes()), (1, 0));
    cluster.accept_only(false);
    maps.list(&ListParams::default()).await.unwrap();
    cluster.shutdown().await;
}

#[tokio::test]
async fn the_listener_can_go_and_come_back_on_its_port() {
    let cluster = FakeCluster::start().await.unwrap();
    let maps = maps(&cluster);
    maps.list(&ListParams::default()).await.unwrap();
    cluster.stop_listening().await;
    cluster.close_connections();
    within(async {
        while cluster.open_connections() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(code(maps.list(&ListParams::default()).await), 0);
    cluster.listen_again().await.unwrap();
    within(async {
        while maps.list(&ListParams::default()).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn certificates_rotate_under_the_same_authority_without_a_client_noticing() {
    let cluster = FakeCluster::start().await.unwrap();
    let ca = cluster.ca_pem();
    let maps = maps(&cluster);
    maps.list(&ListParams::default()).await.unwrap();
    cluster.rotate_serving_certificate().unwrap();
    assert_eq!(cluster.ca_pem(), ca);
    cluster.close_connections();
    super::maps(&cluster).list(&ListParams::default()).await.unwrap();
    cluster.shutdown().await;
}

#[tokio::test]
async fn another_authority_leaves_old_clients_outside() {
    let cluster = FakeCluster::start().await.unwrap();
    let old = maps(&cluster);
    old.list(&ListParams::default()).await.unwrap();
    cluster.rotate_authority(OldTrust::Keep).unwrap();
    // The open connection is still good, and so is its certificate.
    old.list(&ListParams::default()).await.unwrap();
    cluster.rotate_authority(OldTrust::Drop).unwrap();
    assert_eq!(code(old.list(&ListParams::default()).await), 401);
    // A client that knows the new authority gets in.
    maps(&cluster).list(&ListParams::default()).await.unwrap();
    cluster.close_connections();
    // One that does not refuses to talk to the server.
    assert_eq!(code(within(old.list(&ListParams::default())).await), 0);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_client_certificate_is_judged_by_the_clock_on_every_request() {
    use std::sync::atomic::{AtomicI64, Ordering};

    let offset = Arc::new(AtomicI64::new(0));
    let clock = offset.clone();
    let options = FakeClusterOptions::default()
        .with_clock(move || Timestamp::now() + jiff::SignedDuration::from_secs(clock.load(Ordering::Relaxed)));
    let cluster = FakeCluster::start_with(options).await.unwrap();
    let pair = cluster.issue_client("bob", &[MASTERS], Duration::from_secs(60)).unwrap();
    let client = cluster.client_for(&Credential::Certificate(pair)).unwrap();
    let maps: kube::Api<k8s_openapi::api::core::v1::ConfigMap> = kube::Api::default_namespaced(client);
    maps.list(&ListParams::default()).await.unwrap();
    offset.store(3600, Ordering::Relaxed);
    assert_eq!(code(maps.list(&ListParams::default()).await), 401);
    assert_eq!(cluster.counters().accepts(), 1, "the connection is the same");
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_revoked_token_is_refused_on_the_next_request() {
    let cluster = FakeCluster::start().await.unwrap();
    let token = cluster.issue_token(crate::api::User::new("bob", &[MASTERS]), None);
    let client = cluster.client_for(&Credential::Token(token.clone())).unwrap();
    client.apiserver_version().await.unwrap();
    assert!(cluster.revoke_token(&token));
    assert_eq!(code(client.apiserver_version().await), 401);
    cluster.shutdown().await;
}

#[tokio::test]
async fn latency_delays_the_answer_and_only_the_answer() {
    let cluster = FakeCluster::start().await.unwrap();
    let client = client(&cluster);
    client.apiserver_version().await.unwrap();
    let pause = Duration::from_millis(30);
    cluster.faults().add(Fault::new(Effect::latency(pause)).on_path("/version").times(1));
    let begin = std::time::Instant::now();
    client.apiserver_version().await.unwrap();
    assert!(begin.elapsed() >= pause && begin.elapsed() < BOUND);
    cluster.shutdown().await;
}

#[tokio::test]
async fn secrets_stay_out_of_debug_output() {
    let cluster = FakeCluster::start().await.unwrap();
    let token = cluster.issue_token(crate::api::User::new("bob", &[]), None);
    let credential = Credential::Token(token.clone());
    let shown = format!("{cluster:?} {credential:?} {:?} {:?}", cluster.admin(), cluster.api().access());
    assert!(!shown.contains(&token));
    assert!(!shown.contains("PRIVATE KEY"));
    cluster.shutdown().await;
}
