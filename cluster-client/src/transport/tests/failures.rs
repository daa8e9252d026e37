//! API servers that are slow, silent, down, or in trouble.

use fake_cluster::api::Verb;
use fake_cluster::faults::{Effect, Fault};
use k8s_openapi::api::core::v1::Secret;

use super::*;

const SHORT: Duration = Duration::from_millis(500);

fn hasty() -> TransportOptions {
    TransportOptions::default().with_request_timeout(SHORT).with_list_timeout(SHORT).with_open_timeout(SHORT)
}

async fn rig(options: TransportOptions) -> (FakeCluster, Connection) {
    let cluster = FakeCluster::start().await.unwrap();
    let connection = connect(&connector_with(options), &cluster, token_spec(&token(&cluster))).await;
    (cluster, connection)
}

#[tokio::test]
async fn a_server_that_accepts_and_never_speaks_is_given_up_in_time() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster.accept_only(true);
    let began = std::time::Instant::now();
    let error = connector_with(hasty().with_connect_timeout(SHORT))
        .connect(&key(), &spec(&cluster, token_spec("t")))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectError::Timeout { .. }), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn what_is_never_answered_ends_at_its_deadline() {
    let (cluster, connection) = rig(hasty()).await;
    cluster.faults().add(Fault::new(Effect::Hang).on_resource("configmaps"));
    let maps = config_maps(&connection);
    for error in [
        maps.list(&ListParams::default()).await.unwrap_err(),
        maps.get("a").await.unwrap_err(),
        maps.create(&PostParams::default(), &config_map("a")).await.unwrap_err(),
    ] {
        assert!(matches!(cause(&error), ConnectError::Timeout { .. }), "{error:?}");
    }
    let opening = maps.watch(&kube::api::WatchParams::default(), "0").await;
    assert!(matches!(cause(&opening.err().unwrap()), ConnectError::Timeout { .. }));
    eventually("nothing to be under way", || connection.control.in_flight() == 0).await;
}

#[tokio::test]
async fn an_answer_that_never_ends_is_cut_at_its_deadline() {
    let (cluster, connection) = rig(hasty()).await;
    config_maps(&connection).create(&PostParams::default(), &config_map("a")).await.unwrap();
    let trickle = Effect::Trickle { piece_bytes: 1, pause: Duration::from_millis(100) };
    cluster.faults().add(Fault::new(trickle).on_resource("configmaps"));
    let began = std::time::Instant::now();
    let error = config_maps(&connection).list(&ListParams::default()).await.unwrap_err();
    assert!(matches!(cause(&error), ConnectError::Timeout { .. }), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_read_is_sent_three_times_at_most_and_a_write_once() {
    let (cluster, connection) = rig(TransportOptions::default()).await;
    let down = cluster.faults().add(Fault::new(Effect::unavailable()).on_resource("configmaps"));
    let began = std::time::Instant::now();
    let error = config_maps(&connection).get("a").await.unwrap_err();
    assert_eq!((status(&error), down.hits()), (503, 3));
    assert!(began.elapsed() < Duration::from_secs(10), "long before the deadline");
    let error = config_maps(&connection).create(&PostParams::default(), &config_map("a")).await.unwrap_err();
    assert_eq!((status(&error), down.hits()), (503, 4));
    assert_eq!(connection.control.stats().retries, 2);
}

#[tokio::test]
async fn what_the_server_asks_to_wait_is_waited_within_the_deadline_and_not_beyond() {
    let (cluster, connection) = rig(TransportOptions::default()).await;
    config_maps(&connection).create(&PostParams::default(), &config_map("a")).await.unwrap();
    cluster.faults().add(Fault::new(Effect::too_many_requests(1)).on_resource("configmaps").times(1));
    let began = std::time::Instant::now();
    config_maps(&connection).get("a").await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
    cluster.faults().add(Fault::new(Effect::too_many_requests(3600)).on_resource("configmaps").times(1));
    let began = std::time::Instant::now();
    assert_eq!(status(&config_maps(&connection).get("a").await.unwrap_err()), 429);
    assert!(began.elapsed() < Duration::from_secs(1), "an answer is not kept from the caller");
}

#[tokio::test]
async fn retries_end_when_they_are_not_earned() {
    let (cluster, connection) = rig(TransportOptions::default()).await;
    let down = cluster.faults().add(Fault::new(Effect::unavailable()).on_resource("configmaps"));
    let maps = config_maps(&connection);
    let params = ListParams::default();
    futures::future::join_all((0..40).map(|_| maps.list(&params))).await;
    assert!(down.hits() <= 40 + 10 + 4 + 1, "{} for 40 requests", down.hits());
}

#[tokio::test]
async fn a_reset_read_is_sent_again_and_a_reset_write_is_not() {
    let (cluster, connection) = rig(TransportOptions::default()).await;
    let reset = cluster.faults().add(Fault::new(Effect::Reset).on_resource("configmaps").times(1));
    config_maps(&connection).list(&ListParams::default()).await.unwrap();
    assert_eq!(reset.hits(), 1);
    let reset = cluster.faults().add(Fault::new(Effect::Reset).on_resource("configmaps").on_verb(Verb::Create));
    let error = config_maps(&connection).create(&PostParams::default(), &config_map("a")).await.unwrap_err();
    assert!(matches!(cause(&error), ConnectError::Exchange { .. }), "{error:?}");
    assert_eq!(reset.hits(), 1);
}

#[tokio::test]
async fn a_restart_of_the_server_is_no_reason_to_list_again() {
    let (cluster, connection) = rig(TransportOptions::default()).await;
    let watching = Watching::start(&connection).await;
    cluster.stop_listening().await;
    cluster.reset_connections();
    eventually("the watcher to notice", || watching.seen.errors() > 0).await;
    assert!(connection.control.probe(SHORT).await.is_err_and(|error| error.class() == ErrorClass::Unreachable));
    cluster.listen_again().await.unwrap();
    config_maps(&connection).create(&PostParams::default(), &config_map("a")).await.unwrap();
    eventually("the change", || watching.seen.applied() == 1).await;
    assert_eq!(watching.seen.lists(), 1);
}

#[tokio::test]
async fn an_expired_watch_lists_its_kind_again_and_no_other() {
    let (cluster, connection) = rig(TransportOptions::default()).await;
    let maps = Watching::start(&connection).await;
    let secrets = Watching::of(Api::<Secret>::namespaced(connection.client.clone(), "default")).await;
    cluster.faults().add(Fault::new(Effect::ExpiredWatch).on_resource("configmaps").on_verb(Verb::Watch).times(1));
    cluster.end_watches();
    eventually("the other list", || maps.seen.lists() == 2).await;
    assert_eq!(secrets.seen.lists(), 1);
}

#[tokio::test]
async fn a_watch_that_went_dead_ends_when_its_time_is_over() {
    let (cluster, connection) = rig(TransportOptions::default().with_watch_slack(SHORT)).await;
    let body = open_watch(&connection, "&timeoutSeconds=1").await;
    cluster.freeze_connections();
    let began = std::time::Instant::now();
    body.collect().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(connection.control.in_flight(), 0);
}

#[tokio::test]
async fn a_request_on_a_dead_socket_ends_and_the_next_one_takes_another() {
    let (cluster, connection) = rig(hasty().with_request_timeout(Duration::from_secs(2))).await;
    config_maps(&connection).list(&ListParams::default()).await.unwrap();
    cluster.freeze_connections();
    let error = config_maps(&connection).list(&ListParams::default()).await.unwrap_err();
    assert!(matches!(cause(&error), ConnectError::Timeout { .. }), "{error:?}");
    config_maps(&connection).list(&ListParams::default()).await.unwrap();
}

#[tokio::test]
async fn a_watch_that_says_nothing_of_its_time_is_given_one() {
    let ca = testkit::pki::Ca::new("servers");
    let server =
        testkit::server::TlsServer::builder(&ca.issue(testkit::pki::Leaf::server())).json(200, "{}").start().await;
    let trust = ServerTrust::Roots(ca.pem().into_bytes().into());
    let spec = ClusterSpec::new(server.url().parse().unwrap(), trust, token_spec("t"));
    let connection = connector().connect(&key(), &spec).await.unwrap();
    open_watch(&connection, "").await.collect().await.unwrap();
    let target = server.requests().last().unwrap().target.clone();
    let seconds: u64 = target.rsplit_once("timeoutSeconds=").unwrap().1.parse().unwrap();
    assert!((240..=290).contains(&seconds), "{target}");
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_may_be_and_watches_are_apart() {
    let (cluster, connection) = rig(hasty().with_list_timeout(SHORT * 4).with_max_in_flight(2)).await;
    let _watch = open_watch(&connection, "").await;
    let _other = open_watch(&connection, "").await;
    let hanging = cluster.faults().add(Fault::new(Effect::Hang).on_resource("configmaps"));
    let maps = config_maps(&connection);
    let params = ListParams::default();
    let lists = futures::future::join(maps.list(&params), maps.list(&params));
    let gets = async {
        eventually("the lists to hang", || hanging.hits() == 2).await;
        futures::future::join(maps.get("a"), maps.get("b")).await
    };
    let (_, (one, two)) = futures::future::join(lists, gets).await;
    for outcome in [one, two] {
        assert!(matches!(cause(&outcome.unwrap_err()), ConnectError::Busy { .. }));
    }
    assert_eq!(hanging.hits(), 2);
    assert_eq!((connection.control.in_flight(), connection.control.stats().watches), (2, 2));
}

#[tokio::test]
async fn a_probe_does_not_wait_for_requests() {
    let (cluster, connection) = rig(TransportOptions::default().with_max_in_flight(1)).await;
    let hanging = cluster.faults().add(Fault::new(Effect::Hang).on_resource("configmaps"));
    let maps = config_maps(&connection);
    let request = tokio::spawn(async move { maps.list(&ListParams::default()).await });
    eventually("the request to hang", || hanging.hits() == 1).await;
    connection.control.probe(Duration::from_secs(5)).await.unwrap();
    request.abort();
}

#[tokio::test]
async fn sockets_that_nobody_uses_close_by_themselves() {
    let (cluster, connection) =
        rig(TransportOptions::default().with_pool_idle_timeout(Duration::from_millis(200))).await;
    let maps = config_maps(&connection);
    let params = ListParams::default();
    futures::future::join_all((0..8).map(|_| maps.list(&params))).await;
    assert!(cluster.open_connections() > 0);
    eventually("idle sockets to close", || cluster.open_connections() == 0).await;
    assert_eq!(connection.control.stats().connections, 0);
}

#[tokio::test]
async fn closing_lets_requests_finish_and_ends_watches() {
    let (cluster, connection) = rig(TransportOptions::default()).await;
    let slow = cluster.faults().add(Fault::new(Effect::latency(SHORT)).on_resource("configmaps").on_verb(Verb::List));
    let maps = config_maps(&connection);
    let request = tokio::spawn(async move { maps.list(&ListParams::default()).await });
    eventually("the request to arrive", || slow.hits() == 1).await;
    connection.control.close(Duration::from_secs(5)).await;
    request.await.unwrap().unwrap();

    let connection = connect(&connector(), &cluster, token_spec(&token(&cluster))).await;
    let watch = open_watch(&connection, "").await;
    let began = std::time::Instant::now();
    connection.control.close(Duration::from_millis(50)).await;
    assert!(began.elapsed() < Duration::from_secs(2));
    watch.collect().await.unwrap_err();
    eventually("no socket to be left", || cluster.open_connections() == 0).await;
}

#[tokio::test]
async fn requests_wait_for_their_rate_and_watches_do_not() {
    let (cluster, connection) = rig(hasty().with_rate(1, 2)).await;
    let maps = config_maps(&connection);
    maps.list(&ListParams::default()).await.unwrap();
    maps.list(&ListParams::default()).await.unwrap();
    let before = cluster.counters().all_requests();
    let error = maps.list(&ListParams::default()).await.unwrap_err();
    assert!(matches!(cause(&error), ConnectError::Busy { .. }), "{error:?}");
    assert_eq!(cluster.counters().all_requests(), before);
    let _watch = open_watch(&connection, "").await;
    connection.control.probe(Duration::from_secs(5)).await.unwrap();
}

#[tokio::test]
async fn a_socket_closed_in_the_middle_of_a_watch_is_the_end_of_the_watch_and_no_error() {
    let (cluster, connection) = rig(TransportOptions::default()).await;
    let watching = Watching::start(&connection).await;
    cluster.close_connections();
    config_maps(&connection).create(&PostParams::default(), &config_map("a")).await.unwrap();
    eventually("the change", || watching.seen.applied() == 1).await;
    assert_eq!((watching.seen.lists(), watching.seen.errors()), (1, 0));
}
