//! New certificates and new roots while requests are running.

use std::sync::atomic::{AtomicUsize, Ordering};

use http::HeaderMap;
use testkit::server::Fault;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::credentials::Clock;
use crate::error::{DispatchKind, Error, ErrorChain};

/// Credentials to replace, and a client of them.
fn rotating(world: &World, server: &TlsServer, options: ClientOptions) -> (Credentials, HttpClient) {
    let credentials = Credentials::fixed(world.bundle());
    let http = HttpClient::builder(endpoint(server), credentials.clone()).options(options).build().unwrap();
    (credentials, http)
}

/// W-04, W-05, W-06
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotation_under_load_fails_no_request_and_every_certificate_serves() {
    const TASKS: usize = 16;
    const ROTATIONS: u8 = 4;
    let world = World::new();
    let server = world.server().json(200, r#"{"id":"n1"}"#).without_record().start().await;
    let (credentials, http) = rotating(&world, &server, quick().with_retry(RetryOptions::none()));
    let stop = CancellationToken::new();
    let done = Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..TASKS {
        let (http, stop, done) = (http.clone(), stop.clone(), Arc::clone(&done));
        tasks.spawn(async move {
            while !stop.is_cancelled() {
                assert_eq!(get(&http).await.expect("no request fails"), network());
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    for number in 1..=1 + ROTATIONS {
        if number > 1 {
            let pair = world.clients.issue(Leaf::client("unikorn-region").serial(u64::from(number)));
            credentials.replace(world.bundle_of(&pair));
        }
        let serial = serial(number);
        server
            .wait_until("requests with the new certificate", |server| {
                server.requests_by_serial().get(&serial).is_some_and(|count| *count > 200)
            })
            .await;
    }
    let last = serial(1 + ROTATIONS);
    server
        .wait_until("the old connections to close", |server| {
            server.connections().iter().filter(|known| known.is_open()).all(|open| open.serial() == Some(&last))
        })
        .await;
    stop.cancel();
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    assert_eq!(server.requests_by_serial().values().sum::<usize>(), done.load(Ordering::Relaxed));
    assert_eq!(server.requests_by_serial().len(), 1 + usize::from(ROTATIONS));
    let made = server.connections().len();
    assert!(made <= (TASKS + 8) * (1 + usize::from(ROTATIONS)), "{made} connections are a stampede");
    server.shutdown().await;
}

#[tokio::test]
async fn the_next_handshake_presents_the_new_certificate_and_idle_connections_close() {
    let world = World::new();
    let server = world.friendly_server().await;
    let (credentials, http) = rotating(&world, &server, quick());
    get(&http).await.unwrap();
    let before = http.generation().number();
    credentials.replace(world.bundle_of(&world.clients.issue(Leaf::client("unikorn-region").serial(2))));
    assert!(http.generation().number() > before, "the swap is done when the credentials are replaced");
    get(&http).await.unwrap();
    let seen: Vec<_> =
        server.requests().iter().map(|request| request.connection.serial().unwrap().to_owned()).collect();
    assert_eq!(seen, [serial(1), serial(2)]);
    server.wait_until("the old connection to close", |server| !server.connections()[0].is_open()).await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_session_of_the_old_certificate_is_never_resumed() {
    let world = World::new();
    let server = world.friendly_server().await;
    let (credentials, http) = rotating(&world, &server, quick());
    // Sessions are resumed as long as the certificate stays, or this test would prove nothing.
    for _ in 0..3 {
        get(&http).await.unwrap();
        server.hang_up();
        server.wait_until("the connection to close", |server| server.open_connections() == 0).await;
    }
    assert!(server.connections().iter().any(testkit::server::Connection::is_resumed));
    let known = server.connections().len();
    credentials.replace(world.bundle_of(&world.clients.issue(Leaf::client("unikorn-region").serial(2))));
    for _ in 0..3 {
        get(&http).await.unwrap();
        server.hang_up();
        server.wait_until("the connection to close", |server| server.open_connections() == 0).await;
    }
    let later = server.connections().split_off(known);
    assert!(!later[0].is_resumed(), "the first handshake is a full one");
    assert!(later.iter().all(|connection| connection.serial() == Some(serial(2).as_str())));
    server.shutdown().await;
}

#[tokio::test]
async fn a_request_in_flight_finishes_on_the_old_generation() {
    let world = World::new();
    let server = world.friendly_server().await;
    let (credentials, http) = rotating(&world, &server, quick());
    let hold = CancellationToken::new();
    server.fail_next([Fault::Hold(hold.clone())]);
    let old = Arc::downgrade(&http.generation());
    let in_flight = tokio::spawn({
        let http = http.clone();
        async move { get(&http).await }
    });
    server.wait_until("the request to arrive", |server| server.requests().len() == 1).await;
    credentials.replace(world.bundle_of(&world.clients.issue(Leaf::client("unikorn-region").serial(2))));
    get(&http).await.unwrap();
    assert!(old.strong_count() > 0, "the request in flight keeps its generation");
    hold.cancel();
    assert_eq!(in_flight.await.unwrap().unwrap(), network());
    assert_eq!(old.strong_count(), 0, "and the generation dies with it");
    server.wait_until("the old connection to close", |server| !server.connections()[0].is_open()).await;
    assert_eq!(server.connections()[0].requests(), 1);
    server.shutdown().await;
}

/// W-05
#[tokio::test]
async fn a_change_of_roots_reaches_a_client_that_is_running() {
    let mut world = World::new();
    let server = world.friendly_server().await;
    let (credentials, http) = rotating(&world, &server, quick().with_retry(RetryOptions::none()));
    get(&http).await.unwrap();

    let next = Ca::new("servers, next");
    let both = format!("{}{}", world.servers.pem(), next.pem());
    let both = Trust::from_pem(both.as_bytes()).unwrap();
    credentials.replace(Bundle::new(Some(identity(&world.pair)), both));
    get(&http).await.unwrap();
    server.set_pair(&next.issue(Leaf::server()));
    server.hang_up();
    server.wait_until("the connections to close", |server| server.open_connections() == 0).await;
    get(&http).await.unwrap();

    world.servers = next;
    credentials.replace(world.bundle());
    get(&http).await.unwrap();
    server.shutdown().await;
}

#[tokio::test]
async fn roots_that_are_no_longer_trusted_are_refused_at_once() {
    let world = World::new();
    let server = world.friendly_server().await;
    let (credentials, http) = rotating(&world, &server, quick().with_retry(RetryOptions::none()));
    get(&http).await.unwrap();
    credentials.replace(Bundle::new(Some(identity(&world.pair)), trust(&Ca::new("others"))));
    let error = get(&http).await.unwrap_err();
    let Error::Dispatch(dispatch) = &error else { panic!("{error:?}") };
    assert_eq!((dispatch.kind(), dispatch.may_have_been_sent()), (DispatchKind::Tls, false));
    assert!(ErrorChain::new(&error).to_string().contains("UnknownIssuer"), "{}", ErrorChain::new(&error));
    server.shutdown().await;
}

#[tokio::test]
async fn a_certificate_the_server_does_not_accept_is_a_tls_failure() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.set_client_cas(&[&Ca::new("others")]);
    let error = get(&world.client_with(&server, quick().with_retry(RetryOptions::none()))).await.unwrap_err();
    let Error::Dispatch(dispatch) = &error else { panic!("{error:?}") };
    assert_eq!(dispatch.kind(), DispatchKind::Tls, "{}", ErrorChain::new(&error));
    server.shutdown().await;
}

/// W-10
#[tokio::test]
async fn the_hook_sees_the_generation_that_the_attempt_travels_on() {
    #[derive(Debug)]
    struct Stamp {
        credentials: Credentials,
        next: Bundle,
        calls: AtomicUsize,
    }
    impl RequestHook for Stamp {
        fn apply<'a>(&'a self, generation: &'a Arc<Generation>, headers: &mut HeaderMap) -> Hooked<'a> {
            let serial = generation.identity().unwrap().serial().parse().unwrap();
            headers.insert("x-serial", serial);
            // The worst moment for a rotation: between signing and sending, once.
            if self.calls.fetch_add(1, Ordering::Relaxed) == 0 {
                self.credentials.replace(self.next.clone());
            }
            Hooked::DONE
        }
    }
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_next([Fault::status(503)]);
    let (credentials, http) = rotating(&world, &server, quick());
    let next = world.bundle_of(&world.clients.issue(Leaf::client("unikorn-region").serial(2)));
    let hook = Arc::new(Stamp { credentials, next, calls: AtomicUsize::new(0) });
    let call = CallContext::new(http).with_hook(hook);
    call.request(http::Method::GET, "/").send().await.unwrap();
    let stamps: Vec<_> = server
        .requests()
        .iter()
        .map(|request| {
            (request.header("x-serial").unwrap().to_owned(), request.connection.serial().unwrap().to_owned())
        })
        .collect();
    assert_eq!(stamps, [(serial(1), serial(1)), (serial(2), serial(2))]);
    server.shutdown().await;
}

/// W-03
#[tokio::test]
async fn an_expired_certificate_is_refused_before_anything_is_sent_unless_allowed() {
    #[derive(Debug)]
    struct Later;
    impl Clock for Later {
        fn now(&self) -> jiff::Timestamp {
            jiff::Timestamp::now() + jiff::SignedDuration::from_hours(48)
        }
    }
    let world = World::new();
    let server = world.friendly_server().await;
    let build = |policy| {
        HttpClient::builder(endpoint(&server), Credentials::fixed(world.bundle()))
            .options(quick().with_expired(policy))
            .clock(Arc::new(Later))
            .build()
            .unwrap()
    };
    let error = get(&build(ExpiredPolicy::Refuse)).await.unwrap_err();
    let Error::Credential(credential) = &error else { panic!("{error:?}") };
    assert!(credential.is_expired());
    assert_eq!(server.connections().len(), 0);
    get(&build(ExpiredPolicy::Present)).await.unwrap();
    server.shutdown().await;
}

#[tokio::test]
async fn connections_are_made_a_few_at_a_time() {
    const CALLS: usize = 24;
    let world = World::new();
    let server = world.friendly_server().await;
    server.set_accepting(testkit::server::Accepting::InSilence);
    let http = world.client_with(&server, quick().with_max_concurrent_connects(3));
    let calls: Vec<_> = (0..CALLS)
        .map(|_| {
            let http = http.clone();
            tokio::spawn(async move { get(&http).await })
        })
        .collect();
    server.wait_until("three sockets", |server| server.open_connections() == 3).await;
    // Nobody else may come while three are being established: give everybody the chance to misbehave.
    for _ in 0..100 {
        tokio::task::yield_now().await;
        assert!(server.open_connections() <= 3);
    }
    server.set_accepting(testkit::server::Accepting::Normally);
    server.hang_up();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_client_that_is_gone_is_forgotten_by_its_credentials() {
    let world = World::new();
    let server = world.friendly_server().await;
    let (credentials, http) = rotating(&world, &server, quick());
    let generation = Arc::downgrade(&http.generation());
    drop(http);
    assert_eq!(generation.strong_count(), 0);
    credentials.replace(world.bundle());
    server.shutdown().await;
}
