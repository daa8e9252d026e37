//! Dialling through HTTP and SOCKS5 proxies.

use std::time::Duration;

use cluster_client::ErrorClass;
use cluster_client::path::{BehindError, HopError, HopKind, PathError, PathIncident, Paths, ProxySpec, Route, Target};
use futures::StreamExt as _;
use testkit::pki::{Ca, Leaf};
use testkit::proxy::{Proxy, ProxyFault};
use tokio::time::timeout;

use crate::{Echo, PATIENCE, closed_port, dial_and_speak, hasty, speak};

fn route(url: &str) -> Route {
    Route::from_proxy_url(url).unwrap()
}

async fn error(paths: &Paths, route: &Route, target: &Target) -> PathError {
    paths.dialer(route).unwrap().dial(target).await.err().expect("no way")
}

#[tokio::test]
async fn connect_and_socks_log_in_and_leave_the_name_to_the_proxy() {
    let echo = Echo::start().await;
    let target = Target::new("api.internal", 6443);
    let paths = Paths::new(hasty());
    for builder in [Proxy::http(), Proxy::socks5()] {
        let proxy = builder.login("us er", "p@ss:w%rd").name("api.internal", &echo.address()).start().await;
        let dial = paths.dialer(&route(&proxy.url())).unwrap();
        let stream = dial_and_speak(&*dial, &target).await;
        assert_eq!(proxy.targets(), ["api.internal:6443"]);
        let status = paths.status();
        assert_eq!((status.len(), status[0].streams), (1, 1));
        drop((stream, dial));
        assert!(paths.status().is_empty());
    }
}

#[tokio::test]
async fn a_missing_and_a_wrong_login_are_different_errors_that_name_the_proxy_and_no_password() {
    let echo = Echo::start().await;
    for builder in [Proxy::http(), Proxy::socks5()] {
        let proxy = builder.login("user", "secret").start().await;
        for (login, wanted) in [(None, "wants a name"), (Some(("user", "SENTINEL")), "refuses the name or password")] {
            let paths = Paths::new(hasty());
            let error = error(&paths, &route(&proxy.url_as(login)), &echo.target).await;
            assert_eq!(error.class(), ErrorClass::PathDown);
            assert_eq!(error.hop().unwrap().at.port, proxy.address().port());
            let PathError::Hop { source, .. } = &error else { panic!("{error:?}") };
            assert!(source.to_string().contains(wanted), "{source}");
            assert!(!format!("{error:?} {paths:?} {:?}", paths.status()).contains("SENTINEL"));
        }
        assert!(proxy.targets().is_empty());
    }
}

#[tokio::test]
async fn an_api_server_that_is_down_is_not_the_proxys_fault() {
    let target = Target::new("127.0.0.1", closed_port().await);
    for (builder, refused) in [(Proxy::http(), false), (Proxy::socks5(), true)] {
        let proxy = builder.start().await;
        let paths = Paths::new(hasty());
        let route = route(&proxy.url());
        for _ in 0..2 {
            let error = error(&paths, &route, &target).await;
            let PathError::Behind { hop, source, .. } = &error else { panic!("{error:?}") };
            assert_eq!(hop.at.port, proxy.address().port());
            assert_eq!(matches!(source, BehindError::Refused), refused);
            assert_eq!(matches!(source, BehindError::Status { status: 502 }), !refused);
            assert_eq!((error.class(), error.hop()), (ErrorClass::Unreachable, None));
        }
        assert_eq!(proxy.connections(), 2, "no backoff for the proxy");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_the_targets_fault_and_bounded() {
    let echo = Echo::start().await;
    for builder in [Proxy::http(), Proxy::socks5()] {
        let proxy = builder.start().await;
        let paths = Paths::new(hasty());
        let dial = paths.dialer(&route(&proxy.url())).unwrap();
        dial_and_speak(&*dial, &echo.target).await;
        proxy.set_fault(ProxyFault::Silent);
        let error = timeout(PATIENCE, dial.dial(&echo.target)).await.unwrap().err().unwrap();
        let class = error.class();
        // SOCKS5 says hello before it is told of the target, so there the silence is the proxy's.
        let proxys = matches!(&error, PathError::Hop { source: HopError::Timeout { .. }, .. });
        let targets = matches!(&error, PathError::Behind { source: BehindError::Timeout { .. }, .. });
        assert!((proxys && class == ErrorClass::PathDown) || (targets && class == ErrorClass::Unreachable));
        assert_eq!(proxys, proxy.url().starts_with("socks5"));
    }
}

#[tokio::test]
async fn what_a_proxy_answers_decides_whose_fault_it_is() {
    let echo = Echo::start().await;
    let proxy = Proxy::http().start().await;
    let paths = Paths::new(hasty());
    let route = route(&proxy.url());
    for (status, class) in [
        (403, ErrorClass::PathDown),
        (404, ErrorClass::PathDown),
        (500, ErrorClass::Unreachable),
        (503, ErrorClass::Unreachable),
        (504, ErrorClass::Unreachable),
    ] {
        proxy.set_fault(ProxyFault::Refuse(status));
        let error = error(&paths, &route, &echo.target).await;
        assert_eq!(error.class(), class, "{status}: {error:?}");
        assert_eq!(
            matches!(&error, PathError::Hop { source: HopError::Forbidden { target }, .. } if *target == echo.target),
            status == 403,
        );
    }
    let dial = paths.dialer(&route).unwrap();
    assert!(paths.status()[0].outage.is_none(), "a refusal for one target says nothing of the others");
    proxy.set_fault(ProxyFault::HangUp);
    let broken = dial.dial(&echo.target).await.err().unwrap();
    assert!(matches!(broken, PathError::Hop { source: HopError::Broken(_), .. }), "{broken:?}");
    assert!(paths.status()[0].outage.is_some());
}

#[tokio::test]
async fn a_proxy_that_is_down_is_one_incident_and_few_dials_and_all_are_told_when_it_is_back() {
    let echo = Echo::start().await;
    let proxy = Proxy::http().start().await;
    let paths = Paths::new(hasty());
    let mut incidents = paths.incidents();
    let dials: Vec<_> = (0..30).map(|_| paths.dialer(&route(&proxy.url())).unwrap()).collect();
    let mut streams = Vec::new();
    for dial in &dials {
        streams.push(dial_and_speak(&**dial, &echo.target).await);
    }
    assert_eq!(paths.status().len(), 1, "one node for thirty clusters");
    assert_eq!(paths.status()[0].streams, 30);

    proxy.stop().await;
    for stream in &mut streams {
        assert!(speak(stream).await.is_err());
    }
    drop(streams);
    for _ in 0..10 {
        for dial in &dials {
            let error = dial.dial(&echo.target).await.err().unwrap();
            assert!(matches!(&error, PathError::Hop { source: HopError::Connect(_), .. }), "{error:?}");
        }
    }
    let down = timeout(PATIENCE, incidents.next()).await.unwrap().unwrap();
    let PathIncident::Down { hop, .. } = down else { panic!("{down:?}") };
    assert_eq!(hop.kind, HopKind::HttpProxy);
    let outage = paths.status()[0].outage.clone().unwrap();
    assert!(outage.failures < 15, "{} tries for 300 dials", outage.failures);

    // Nobody dials any more: the paths notice by themselves, and say so once.
    proxy.restart().await;
    let up = timeout(PATIENCE, incidents.next()).await.unwrap().unwrap();
    assert!(matches!(&up, PathIncident::Up { hop: back, .. } if *back == hop), "{up:?}");
    for dial in &dials {
        dial_and_speak(&**dial, &echo.target).await;
    }
    timeout(PATIENCE, paths.shutdown()).await.unwrap();
    assert!(matches!(dials[0].dial(&echo.target).await, Err(PathError::Closed)));
}

#[tokio::test]
async fn an_https_proxy_is_recognised_by_its_own_authorities() {
    let echo = Echo::start().await;
    let (proxies, clusters) = (Ca::new("proxies"), Ca::new("clusters"));
    let proxy = Proxy::https(&proxies.issue(Leaf::server())).login("user", "secret").start().await;
    let paths = Paths::new(hasty());
    let spec = ProxySpec::parse(&proxy.url()).unwrap();

    let trusted = Route::HttpConnect(spec.clone().with_roots(proxies.pem().into_bytes()));
    dial_and_speak(&*paths.dialer(&trusted).unwrap(), &echo.target).await;

    for roots in [Some(clusters.pem().into_bytes()), None] {
        let spec = match roots {
            Some(pem) => spec.clone().with_roots(pem),
            None => spec.clone(),
        };
        let error = error(&paths, &Route::HttpConnect(spec), &echo.target).await;
        assert!(matches!(&error, PathError::Hop { source: HopError::Tls(_), .. }), "{error:?}");
        assert_eq!(error.class(), ErrorClass::PathDown);
    }
    assert_eq!(proxy.targets().len(), 1, "nothing is said to a proxy that is not trusted");

    let bad = Route::HttpConnect(spec.with_roots(*b"no PEM"));
    let error = paths.dialer(&bad).err().unwrap();
    assert!(matches!(error, PathError::Spec(_)), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Input);
}

#[tokio::test]
async fn a_name_that_the_proxy_does_not_know_is_not_looked_up_here() {
    let proxy = Proxy::socks5().start().await;
    let paths = Paths::new(hasty());
    let target = Target::new("no-such-name.invalid", 443);
    let error = error(&paths, &route(&proxy.url()), &target).await;
    assert!(matches!(error, PathError::Behind { source: BehindError::Unreachable, .. }), "{error:?}");
    assert_eq!(proxy.targets(), ["no-such-name.invalid:443"]);
}

#[tokio::test]
async fn a_dial_that_is_dropped_leaves_the_next_one_a_try() {
    let echo = Echo::start().await;
    let proxy = Proxy::http().start().await;
    proxy.stop().await;
    let paths = Paths::new(hasty());
    let dial = paths.dialer(&route(&proxy.url())).unwrap();
    assert!(dial.dial(&echo.target).await.is_err());
    proxy.restart().await;
    for _ in 0..5 {
        // Gets as far as asking for leave, and no further.
        drop(timeout(Duration::ZERO, dial.dial(&echo.target)).await);
    }
    let found = async {
        while dial.dial(&echo.target).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, found).await.unwrap();
}
