//! tinyproxy, microsocks and Dante.

use std::process::Command;

use cluster_client::ErrorClass;
use cluster_client::path::{BehindError, HopError, PathError, Paths, Route, Target};
use tempfile::tempdir;

use crate::programs::{Program, find, run, write};
use crate::{dial_and_speak, echo, free_port, options, refusal};

fn route(url: &str) -> Route {
    Route::from_proxy_url(url).unwrap()
}

pub(crate) async fn tinyproxy(allowed: &[u16]) -> Option<Program> {
    let program = find("tinyproxy", "tinyproxy-bin")?;
    let (folder, port) = (tempdir().unwrap(), free_port().await);
    let ports: String = allowed.iter().map(|port| format!("ConnectPort {port}\n")).collect();
    let text = format!("Port {port}\nListen 127.0.0.1\nTimeout 30\nBasicAuth user secret\n{ports}");
    let file = write(folder.path(), "tinyproxy.conf", &text);
    Some(Program::start(folder, port, Command::new(program).arg("-d").arg("-c").arg(file)).await)
}

#[tokio::test]
async fn tinyproxy_lets_those_in_who_log_in_and_through_to_what_it_allows() {
    let (target, closed, other) = (echo().await, free_port().await, echo().await);
    let Some(proxy) = tinyproxy(&[target.port, closed]).await else { return };
    let paths = Paths::new(options());
    let dialer = |login: &str| paths.dialer(&route(&format!("http://{login}127.0.0.1:{}", proxy.port))).unwrap();
    let dial = dialer("user:secret@");
    dial_and_speak(&*dial, &target).await;
    // It resolves names itself.
    dial_and_speak(&*dial, &Target::new("localhost", target.port)).await;

    let error = refusal(&*dial, &other).await;
    assert!(matches!(error, PathError::Hop { source: HopError::Forbidden { .. }, .. }), "{error:?}");
    let error = refusal(&*dial, &Target::new("127.0.0.1", closed)).await;
    assert!(matches!(error, PathError::Behind { source: BehindError::Status { .. }, .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Unreachable);
    let error = refusal(&*dialer(""), &target).await;
    assert!(matches!(error, PathError::Hop { source: HopError::LoginRequired, .. }), "{error:?}");
    let error = refusal(&*dialer("user:wrong@"), &target).await;
    // tinyproxy says 401 to a wrong password, where RFC 9110 wants 407 again.
    assert!(
        matches!(
            error,
            PathError::Hop { source: HopError::LoginRefused { .. } | HopError::Status { status: 401 }, .. }
        ),
        "{error:?}: {}",
        proxy.log()
    );
    assert_eq!(error.class(), ErrorClass::PathDown);
}

#[tokio::test]
async fn microsocks_logs_in_and_says_why_it_did_not_get_through() {
    let Some(program) = find("microsocks", "microsocks") else { return };
    let target = echo().await;
    let (folder, port) = (tempdir().unwrap(), free_port().await);
    let mut command = Command::new(program);
    command.args(["-i", "127.0.0.1", "-p", &port.to_string(), "-u", "user", "-P", "secret"]);
    let proxy = Program::start(folder, port, &mut command).await;
    let paths = Paths::new(options());
    let dialer = |login: &str| paths.dialer(&route(&format!("socks5://{login}127.0.0.1:{port}"))).unwrap();
    let dial = dialer("user:secret@");
    dial_and_speak(&*dial, &target).await;
    dial_and_speak(&*dial, &Target::new("localhost", target.port)).await;
    let error = refusal(&*dial, &Target::new("127.0.0.1", free_port().await)).await;
    assert!(matches!(error, PathError::Behind { source: BehindError::Refused, .. }), "{error:?}: {}", proxy.log());
    let error = refusal(&*dial, &Target::new("no-such-name.invalid", 443)).await;
    assert_eq!(error.class(), ErrorClass::Unreachable, "{error:?}");
    let error = refusal(&*dialer("user:wrong@"), &target).await;
    assert!(matches!(error, PathError::Hop { source: HopError::LoginRefused { .. }, .. }), "{error:?}");
    let error = refusal(&*dialer(""), &target).await;
    assert!(matches!(error, PathError::Hop { source: HopError::LoginRequired, .. }), "{error:?}");
}

#[tokio::test]
async fn dante_refuses_by_rule_and_that_is_no_outage() {
    let Some(program) = find("danted", "dante-server") else { return };
    let (target, blocked) = (echo().await, echo().await);
    let (folder, port) = (tempdir().unwrap(), free_port().await);
    let user = run(Command::new("id").arg("-un"));
    let user = user.trim();
    let text = format!(
        "logoutput: stderr\ninternal: 127.0.0.1 port = {port}\nexternal: 127.0.0.1\n\
         clientmethod: none\nsocksmethod: none\nuser.privileged: {user}\nuser.unprivileged: {user}\n\
         client pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}\n\
         socks block {{ from: 0.0.0.0/0 to: 0.0.0.0/0 port = {} }}\n\
         socks pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}\n",
        blocked.port
    );
    let file = write(folder.path(), "danted.conf", &text);
    let proxy = Program::start(folder, port, Command::new(program).arg("-f").arg(file)).await;
    let paths = Paths::new(options());
    let dial = paths.dialer(&route(&format!("socks5h://127.0.0.1:{port}"))).unwrap();
    dial_and_speak(&*dial, &target).await;
    let error = refusal(&*dial, &blocked).await;
    assert!(matches!(error, PathError::Hop { source: HopError::Forbidden { .. }, .. }), "{error:?}: {}", proxy.log());
    let error = refusal(&*dial, &Target::new("127.0.0.1", free_port().await)).await;
    assert!(matches!(error, PathError::Behind { .. }), "{error:?}: {}", proxy.log());
    assert!(paths.status()[0].outage.is_none());
    dial_and_speak(&*dial, &target).await;
}
