//! Dialling TCP.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cluster_client::ErrorClass;
use cluster_client::path::{PathError, PathOptions, Paths, Resolve, Route, Target};

use crate::{Echo, PATIENCE, closed_port, dial_and_speak, hasty};

#[derive(Debug, Default)]
struct Names(Mutex<HashMap<String, Vec<SocketAddr>>>);

#[async_trait]
impl Resolve for Names {
    async fn lookup(&self, host: &str) -> io::Result<Vec<SocketAddr>> {
        if host.starts_with("dead") {
            std::future::pending::<()>().await;
        }
        self.0.lock().unwrap().get(host).cloned().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "NXDOMAIN"))
    }
}

fn with_names(options: PathOptions) -> (Paths, Arc<Names>) {
    let names = Arc::new(Names::default());
    let mut options = options;
    options.resolver = names.clone();
    (Paths::new(options), names)
}

#[tokio::test]
async fn a_stream_reaches_the_api_server() {
    let echo = Echo::start().await;
    let paths = Paths::new(PathOptions::default());
    let dial = paths.dialer(&Route::Direct).unwrap();
    dial_and_speak(&*dial, &echo.target).await;
    dial_and_speak(&*dial, &Target::new("localhost", echo.target.port)).await;
    paths.shutdown().await;
    assert!(matches!(dial.dial(&echo.target).await, Err(PathError::Closed)));
    assert!(matches!(paths.dialer(&Route::Direct), Err(PathError::Closed)));
}

#[tokio::test]
async fn a_dead_first_address_is_passed_over() {
    let echo = Echo::start().await;
    let (paths, names) = with_names(PathOptions::default());
    // Nobody listens on the first two; the port is the target's, whatever the resolver says.
    let addresses = ["127.0.0.2:0", "[::1]:0", "127.0.0.1:0"];
    names.0.lock().unwrap().insert("api".into(), addresses.map(|text| text.parse().unwrap()).to_vec());
    let dial = paths.dialer(&Route::Direct).unwrap();
    dial_and_speak(&*dial, &Target::new("api", echo.target.port)).await;
}

#[tokio::test]
async fn an_unknown_name_and_a_closed_port_are_told_apart_and_used_once_they_are_better() {
    let echo = Echo::start().await;
    let (paths, names) = with_names(hasty());
    let dial = paths.dialer(&Route::Direct).unwrap();
    let target = Target::new("api", echo.target.port);
    let error = dial.dial(&target).await.err().unwrap();
    assert!(matches!(&error, PathError::Resolve { host, .. } if host == "api"), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Unreachable);
    names.0.lock().unwrap().insert("api".into(), vec!["127.0.0.1:0".parse().unwrap()]);
    dial_and_speak(&*dial, &target).await;
    let error = dial.dial(&Target::new("api", closed_port().await)).await.err().unwrap();
    let PathError::Connect { source, .. } = &error else { panic!("{error:?}") };
    assert_eq!(source.kind(), io::ErrorKind::ConnectionRefused);
    assert_eq!((error.class(), error.hop()), (ErrorClass::Unreachable, None));
}

#[tokio::test]
async fn dead_names_do_not_delay_a_cluster_that_has_an_address() {
    let echo = Echo::start().await;
    let mut options = hasty();
    options.concurrent_lookups = 2;
    let (paths, names) = with_names(options);
    names.0.lock().unwrap().insert("api".into(), vec!["127.0.0.1:0".parse().unwrap()]);
    let dial = paths.dialer(&Route::Direct).unwrap();
    let mut dead = tokio::task::JoinSet::new();
    for number in 0..20 {
        let dial = dial.clone();
        dead.spawn(async move { dial.dial(&Target::new(format!("dead-{}", number % 2), 443)).await.err() });
    }
    while let Some(error) = dead.join_next().await {
        assert!(matches!(error.unwrap(), Some(PathError::Resolve { .. } | PathError::Timeout { .. })));
    }
    // Both turns were taken by names that are still being looked up; they are overdue by now and in nobody's way.
    dial_and_speak(&*dial, &Target::new("api", echo.target.port)).await;
    tokio::time::timeout(PATIENCE, paths.shutdown()).await.unwrap();
}

/// Run by the next test in a process of its own.
#[tokio::test]
#[ignore = "needs an environment with proxies in it"]
async fn child_dials_directly() {
    assert!(std::env::var_os("HTTPS_PROXY").is_some());
    let echo = Echo::start().await;
    let paths = Paths::new(PathOptions::default());
    dial_and_speak(&*paths.dialer(&Route::Direct).unwrap(), &echo.target).await;
    // And an explicit proxy is used whatever NO_PROXY says.
    let proxy = testkit::proxy::Proxy::http().start().await;
    let route = Route::from_proxy_url(&proxy.url()).unwrap();
    dial_and_speak(&*paths.dialer(&route).unwrap(), &echo.target).await;
    assert_eq!(proxy.targets(), [echo.address()]);
}

#[test]
fn proxies_in_the_environment_are_ignored() {
    let dead = "http://127.0.0.1:9";
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "direct::child_dials_directly", "--ignored"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        child.env(name, dead);
    }
    let output = child.env("NO_PROXY", "*").env("no_proxy", "*").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
