//! Dialling through SSH jump hosts.

use std::net::SocketAddr;
use std::time::Duration;

use cluster_client::ErrorClass;
use cluster_client::path::{
    BehindError, Dial, HopError, HopKind, HostKeys, Io, JumpHost, PathError, PathIncident, PathOptions, Paths,
    ProxySpec, Route, SshIdentity, SshRoute, Target,
};
use futures::StreamExt as _;
use futures::future::join_all;
use russh::keys::{Algorithm, EcdsaCurve};
use secrecy::{ExposeSecret as _, SecretString};
use testkit::proxy::Proxy;
use testkit::sshd::{SshFault, Sshd, UserKey};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{Echo, PATIENCE, closed_port, dial_and_speak, hasty, speak, until};

fn identity(key: &UserKey) -> SshIdentity {
    SshIdentity::new(SecretString::from(key.private_key()))
}

fn jump_with(sshd: &Sshd, key: &UserKey, host_keys: HostKeys) -> JumpHost {
    JumpHost::new("127.0.0.1", "jump", identity(key), host_keys).with_port(sshd.address().port())
}

fn jump(sshd: &Sshd, key: &UserKey) -> JumpHost {
    jump_with(sshd, key, HostKeys::known_hosts(sshd.known_hosts()))
}

fn route(sshd: &Sshd, key: &UserKey) -> Route {
    Route::Ssh(SshRoute::new(jump(sshd, key)))
}

async fn start() -> (Sshd, UserKey) {
    let key = UserKey::generate();
    (Sshd::builder().user("jump", &key).start().await, key)
}

/// Time enough for handshakes on a busy machine, and short waits after failures.
fn options() -> PathOptions {
    let mut options = hasty();
    options.dial_timeout = PATIENCE;
    options.longest_backoff = Duration::from_millis(200);
    options
}

async fn refusal(paths: &Paths, jump: JumpHost, target: &Target) -> PathError {
    let dial = paths.dialer(&Route::Ssh(SshRoute::new(jump))).unwrap();
    timeout(PATIENCE, dial.dial(target)).await.unwrap().err().expect("no way")
}

#[tokio::test]
async fn streams_share_one_session_and_the_jump_host_resolves_the_name() {
    let echo = Echo::start().await;
    let key = UserKey::generate();
    let sshd = Sshd::builder().user("jump", &key).name("api.internal", &echo.address()).start().await;
    let paths = Paths::new(options());
    let target = Target::new("api.internal", 6443);
    // Dialled at once, by several clusters and roles: one handshake.
    let dials: Vec<_> = (0..10).map(|_| paths.dialer(&route(&sshd, &key)).unwrap()).collect();
    let streams = join_all(dials.iter().map(|dial| dial_and_speak(&**dial, &target))).await;
    assert_eq!((sshd.connections(), sshd.sessions(), sshd.channels()), (1, 1, 10));
    assert!(sshd.targets().iter().all(|target| target == "api.internal:6443"));
    let status = paths.status();
    assert_eq!((status.len(), status[0].streams, status[0].sessions), (1, 10, 1));
    assert_eq!(status[0].hop.kind, HopKind::JumpHost);
    drop(streams);
    until(|| sshd.channels() == 0).await;
    timeout(PATIENCE, paths.shutdown()).await.unwrap();
    until(|| sshd.sessions() == 0).await;
    assert!(matches!(dials[0].dial(&target).await, Err(PathError::Closed)));
}

#[tokio::test]
async fn many_bytes_go_both_ways_and_the_end_is_told() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let paths = Paths::new(options());
    let stream = paths.dialer(&route(&sshd, &key)).unwrap().dial(&echo.target).await.unwrap();
    let (mut from, mut to) = tokio::io::split(stream);
    let sent: Vec<u8> = (0..8_000_000_u32).map(|number| (number % 251) as u8).collect();
    let mut heard = Vec::new();
    let both = async {
        let write = async {
            to.write_all(&sent).await.unwrap();
            to.shutdown().await.unwrap();
        };
        tokio::join!(write, from.read_to_end(&mut heard)).1.unwrap();
    };
    timeout(PATIENCE, both).await.unwrap();
    assert!(heard == sent);
}

#[tokio::test]
async fn an_unknown_and_a_changed_host_key_are_different_hard_errors() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let known = sshd.known_hosts();
    let paths = Paths::new(options());
    let elsewhere = HostKeys::known_hosts(sshd.known_hosts_as("elsewhere"));
    let error = refusal(&paths, jump_with(&sshd, &key, elsewhere), &echo.target).await;
    let PathError::Hop { hop, source: HopError::HostKeyUnknown { host, offered } } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(hop.at.port, sshd.address().port());
    assert_eq!(**host, format!("[127.0.0.1]:{}", sshd.address().port()));
    assert!(offered.contains(&sshd.fingerprints()[0]), "{offered}");
    assert_eq!(error.class(), ErrorClass::PathDown);

    sshd.change_host_keys();
    for host_keys in [
        HostKeys::known_hosts(known.clone()),
        HostKeys::fingerprints(["SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDnV1n8b3h9L0kL7pM"]),
    ] {
        let error = refusal(&paths, jump_with(&sshd, &key, host_keys), &echo.target).await;
        let PathError::Hop { source: HopError::HostKeyChanged { offered, known, .. }, .. } = &error else {
            panic!("{error:?}")
        };
        assert!(offered.contains(&sshd.fingerprints()[0]) && known.contains("SHA256:"), "{error:?}");
    }
    let revoked = format!("{}{}", sshd.known_hosts(), sshd.known_hosts_as("@revoked *"));
    let error = refusal(&paths, jump_with(&sshd, &key, HostKeys::known_hosts(revoked)), &echo.target).await;
    assert!(matches!(error, PathError::Hop { source: HopError::HostKeyRevoked { .. }, .. }), "{error:?}");
    assert_eq!(sshd.sessions(), 0);
    assert!(sshd.targets().is_empty(), "nobody was told where we want to go");
}

#[tokio::test]
async fn a_host_is_known_by_file_by_fingerprint_and_by_the_kind_of_key_on_record() {
    let echo = Echo::start().await;
    let key = UserKey::generate();
    let curve = Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 };
    let sshd = Sshd::builder().user("jump", &key).host_key(curve).start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("known_hosts");
    let paths = Paths::new(options());

    let error = refusal(&paths, jump_with(&sshd, &key, HostKeys::known_hosts_file(&path)), &echo.target).await;
    assert!(matches!(&error, PathError::Hop { source: HopError::KnownHosts { path: p, .. }, .. } if **p == path));

    // Only the ECDSA key is on record, so that is the one the host has to show.
    let ecdsa: String = sshd.known_hosts().lines().filter(|line| line.contains("ecdsa")).collect();
    std::fs::write(&path, ecdsa).unwrap();
    let by_file = HostKeys::known_hosts_file(&path);
    for host_keys in [by_file, HostKeys::fingerprints(sshd.fingerprints())] {
        let route = Route::Ssh(SshRoute::new(jump_with(&sshd, &key, host_keys)));
        dial_and_speak(&*Paths::new(options()).dialer(&route).unwrap(), &echo.target).await;
    }
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_user_are_refused_and_named() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let stranger = UserKey::generate();
    let paths = Paths::new(options());
    let mut other = jump(&sshd, &key);
    other.user = "nobody".into();
    for (jump, fingerprint) in [(jump(&sshd, &stranger), stranger.fingerprint()), (other, key.fingerprint())] {
        let user = jump.user.clone();
        let error = refusal(&paths, jump, &echo.target).await;
        let PathError::Hop { source: HopError::UserRefused { user: refused, key }, .. } = &error else {
            panic!("{error:?}")
        };
        assert!(**refused == user && key.contains(&fingerprint), "{error:?}");
        assert_eq!(error.class(), ErrorClass::PathDown);
    }
}

#[tokio::test]
async fn a_key_with_a_passphrase_is_opened_and_a_wrong_one_is_the_callers_mistake() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let encrypted = SecretString::from(key.private_key_with_passphrase("SENTINEL"));
    let with = |passphrase: Option<&str>| {
        let mut jump = jump(&sshd, &key);
        jump.identity = SshIdentity::new(encrypted.clone());
        if let Some(passphrase) = passphrase {
            jump.identity = jump.identity.with_passphrase(SecretString::from(passphrase));
        }
        jump
    };
    let paths = Paths::new(options());
    let good = Route::Ssh(SshRoute::new(with(Some("SENTINEL"))));
    let dial = paths.dialer(&good).unwrap();
    dial_and_speak(&*dial, &echo.target).await;
    assert!(!format!("{good:?} {dial:?} {paths:?}").contains("SENTINEL"));
    for wrong in [None, Some("wrong")] {
        let error = refusal(&paths, with(wrong), &echo.target).await;
        assert!(matches!(error, PathError::Spec(_)), "{error:?}");
        assert_eq!(error.class(), ErrorClass::Input);
        let secret = encrypted.expose_secret().lines().nth(1).unwrap();
        assert!(!format!("{error:?} {paths:?} {:?}", paths.status()).contains(secret));
    }
}

#[tokio::test]
async fn a_description_that_cannot_be_used_is_refused_before_anything_is_dialled() {
    let (sshd, key) = start().await;
    let paths = Paths::new(options());
    let mut nameless = jump(&sshd, &key);
    nameless.user.clear();
    let none = SshRoute::new(nameless.clone());
    let mut empty = none.clone();
    empty.jumps.clear();
    let bad_keys = [
        HostKeys::fingerprints(Vec::<String>::new()),
        HostKeys::fingerprints(["aa:bb:cc"]),
        HostKeys::known_hosts("# nobody"),
    ];
    let bad = bad_keys.map(|host_keys| SshRoute::new(jump_with(&sshd, &key, host_keys)));
    for route in [none, empty].into_iter().chain(bad) {
        let error = paths.dialer(&Route::Ssh(route)).err().unwrap();
        assert_eq!(error.class(), ErrorClass::Input, "{error:?}");
    }
    assert_eq!(sshd.connections(), 0);
}

#[tokio::test]
async fn a_lost_session_is_one_incident_for_thirty_clusters_and_comes_back_by_itself() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let paths = Paths::new(options());
    let mut incidents = paths.incidents();
    let dials: Vec<_> = (0..30).map(|_| paths.dialer(&route(&sshd, &key)).unwrap()).collect();
    let mut streams = join_all(dials.iter().map(|dial| dial_and_speak(&**dial, &echo.target))).await;
    assert_eq!((sshd.sessions(), sshd.channels()), (3, 30), "ten streams each");

    sshd.stop().await;
    for stream in &mut streams {
        let broken = timeout(PATIENCE, speak(stream)).await.unwrap();
        assert!(broken.is_err(), "a stream outlived its session");
    }
    drop(streams);
    let down = timeout(PATIENCE, incidents.next()).await.unwrap().unwrap();
    let PathIncident::Down { hop, error } = &down else { panic!("{down:?}") };
    assert!(matches!(error, HopError::Lost), "{error:?}");
    // Thirty wait for a session at once; none of them dials itself.
    let waiting = join_all(dials.iter().map(|dial| dial_and_speak(&**dial, &echo.target)));
    let before = sshd.connections();
    let restart = async {
        until(|| paths.status()[0].outage.as_ref().is_some_and(|outage| outage.failures > 2)).await;
        sshd.restart().await;
    };
    let (streams, ()) = timeout(PATIENCE, async { tokio::join!(waiting, restart) }).await.unwrap();
    let up = timeout(PATIENCE, incidents.next()).await.unwrap().unwrap();
    assert!(matches!(&up, PathIncident::Up { hop: back, .. } if back == hop), "{up:?}");
    assert_eq!(sshd.connections() - before, 3, "three sessions for thirty streams");
    drop(streams);
}

#[tokio::test]
async fn a_jump_host_that_stays_down_is_the_paths_trouble_and_bounded_for_each_dial() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    sshd.stop().await;
    let mut options = options();
    options.dial_timeout = Duration::from_millis(300);
    let paths = Paths::new(options);
    let dials: Vec<_> = (0..30).map(|_| paths.dialer(&route(&sshd, &key)).unwrap()).collect();
    let errors = timeout(PATIENCE, join_all(dials.iter().map(|dial| dial.dial(&echo.target)))).await.unwrap();
    for error in errors {
        let error = error.err().unwrap();
        assert!(matches!(&error, PathError::Hop { source: HopError::Connect(_), .. }), "{error:?}");
        assert_eq!(error.class(), ErrorClass::PathDown);
    }
    let tries = paths.status()[0].outage.clone().unwrap().failures;
    assert!((2..30).contains(&tries), "{tries} tries");
    sshd.restart().await;
    until(|| paths.status()[0].outage.is_none()).await;
}

#[tokio::test]
async fn jump_hosts_are_chained_and_the_one_that_fails_is_named() {
    let echo = Echo::start().await;
    let key = UserKey::generate();
    let inner = Sshd::builder().user("jump", &key).name("api.internal", &echo.address()).start().await;
    let outer = Sshd::builder().user("jump", &key).name("inner", &inner.address().to_string()).start().await;
    let second =
        || JumpHost::new("inner", "jump", identity(&key), HostKeys::known_hosts(inner.known_hosts_as("inner")));
    let route = Route::Ssh(SshRoute::new(jump(&outer, &key)).then(second()));
    let paths = Paths::new(options());
    let dial = paths.dialer(&route).unwrap();
    let target = Target::new("api.internal", 6443);
    let mut stream = dial_and_speak(&*dial, &target).await;
    assert_eq!((outer.targets(), inner.targets()), (vec!["inner:22".into()], vec!["api.internal:6443".into()]));
    assert_eq!(outer.sessions() + inner.sessions(), 2);

    // Whoever goes no further than the first jump host shares the session with it.
    let near = paths.dialer(&Route::Ssh(SshRoute::new(jump(&outer, &key)))).unwrap();
    dial_and_speak(&*near, &echo.target).await;
    assert_eq!(outer.connections(), 1);

    outer.drop_sessions();
    assert!(timeout(PATIENCE, speak(&mut stream)).await.unwrap().is_err());
    timeout(PATIENCE, dial_and_speak(&*dial, &target)).await.unwrap();

    let mut stranger = second();
    stranger.identity = identity(&UserKey::generate());
    let far = paths.dialer(&Route::Ssh(SshRoute::new(jump(&outer, &key)).then(stranger))).unwrap();
    let error = far.dial(&target).await.err().unwrap();
    assert!(matches!(&error, PathError::Hop { hop, source: HopError::UserRefused { .. } } if hop.at.host == "inner"));

    outer.change_host_keys();
    outer.drop_sessions();
    let error = timeout(PATIENCE, dial.dial(&target)).await.unwrap().err().unwrap();
    assert!(
        matches!(&error, PathError::Hop { hop, source: HopError::HostKeyChanged { .. } } if hop.at.host == "127.0.0.1"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_proxy_on_the_jump_host_itself_can_be_the_last_hop() {
    let echo = Echo::start().await;
    let key = UserKey::generate();
    let proxy = Proxy::http().login("user", "secret").name("api.internal", &echo.address()).start().await;
    let sshd = Sshd::builder().user("jump", &key).name("localhost", &proxy.address().to_string()).start().await;
    let spec = ProxySpec::parse("http://user:secret@localhost:8888").unwrap();
    let route = Route::Ssh(SshRoute::new(jump(&sshd, &key)).then_connect(spec));
    let paths = Paths::new(options());
    let dial = paths.dialer(&route).unwrap();
    dial_and_speak(&*dial, &Target::new("api.internal", 6443)).await;
    assert_eq!(sshd.targets(), ["localhost:8888"]);
    assert_eq!(proxy.targets(), ["api.internal:6443"]);
    // The proxy is down, the jump host is well: the proxy is named.
    proxy.stop().await;
    let error = dial.dial(&Target::new("api.internal", 6443)).await.err().unwrap();
    assert!(
        matches!(&error, PathError::Hop { hop, source: HopError::Behind(_) } if hop.kind == HopKind::HttpProxy),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_channel_that_is_never_answered_is_the_api_servers_trouble_and_bounded() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let mut options = options();
    options.dial_timeout = Duration::from_secs(4);
    let paths = Paths::new(options);
    let dial = paths.dialer(&route(&sshd, &key)).unwrap();
    let kept = dial_and_speak(&*dial, &echo.target).await;
    sshd.set_fault(SshFault::HangChannels);
    let error = timeout(PATIENCE, dial.dial(&echo.target)).await.unwrap().err().unwrap();
    assert!(matches!(&error, PathError::Behind { source: BehindError::Timeout { .. }, .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Unreachable);
    sshd.set_fault(SshFault::None);
    dial_and_speak(&*dial, &echo.target).await;
    assert_eq!(sshd.connections(), 1);
    drop(kept);
}

#[tokio::test]
async fn what_a_jump_host_says_about_a_channel_decides_whose_fault_it_is() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let paths = Paths::new(options());
    let dial = paths.dialer(&route(&sshd, &key)).unwrap();
    let error = dial.dial(&Target::new("127.0.0.1", closed_port().await)).await.err().unwrap();
    assert!(matches!(&error, PathError::Behind { source: BehindError::Failed, .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Unreachable);
    sshd.set_fault(SshFault::ProhibitChannels);
    let error = dial.dial(&echo.target).await.err().unwrap();
    assert!(
        matches!(&error, PathError::Hop { source: HopError::Forbidden { target }, .. } if *target == echo.target),
        "{error:?}"
    );
    assert!(paths.status()[0].outage.is_none());
    sshd.set_fault(SshFault::ChannelsPerSession(0));
    let error = dial.dial(&echo.target).await.err().unwrap();
    assert!(matches!(&error, PathError::Hop { source: HopError::Saturated { .. }, .. }), "{error:?}");
}

#[tokio::test]
async fn a_session_that_takes_no_more_streams_gets_a_sister() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    sshd.set_fault(SshFault::ChannelsPerSession(2));
    let paths = Paths::new(options());
    let dial = paths.dialer(&route(&sshd, &key)).unwrap();
    let mut streams = Vec::new();
    for _ in 0..5 {
        streams.push(timeout(PATIENCE, dial_and_speak(&*dial, &echo.target)).await.unwrap());
    }
    assert_eq!((sshd.sessions(), sshd.channels()), (3, 5));
}

#[tokio::test]
async fn the_number_of_sessions_is_bounded_and_room_that_is_made_is_used() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let mut few = options();
    few.ssh.streams_per_session = 2;
    few.ssh.sessions_per_jump_host = 2;
    few.dial_timeout = Duration::from_secs(4);
    let paths = Paths::new(few);
    let dial = paths.dialer(&route(&sshd, &key)).unwrap();
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(dial_and_speak(&*dial, &echo.target).await);
    }
    let error = dial.dial(&echo.target).await.err().unwrap();
    assert!(matches!(&error, PathError::Hop { source: HopError::Saturated { streams: 4 }, .. }), "{error:?}");
    assert!(paths.status()[0].outage.is_none());
    let (stream, ()) = tokio::join!(dial.dial(&echo.target), async { drop(streams.pop()) });
    speak(&mut stream.unwrap()).await.unwrap();
    assert_eq!(sshd.connections(), 2);
}

#[tokio::test]
async fn a_session_that_nobody_uses_is_closed_after_a_while_and_opened_again() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let mut brief = options();
    brief.ssh.linger = Duration::from_millis(50);
    let paths = Paths::new(brief);
    let mut incidents = paths.incidents();
    let dial = paths.dialer(&route(&sshd, &key)).unwrap();
    let kept = dial_and_speak(&*dial, &echo.target).await;
    drop(dial_and_speak(&*dial, &echo.target).await);
    until(|| sshd.channels() == 1).await;
    assert_eq!(sshd.sessions(), 1, "one stream is reason enough");
    drop(kept);
    until(|| sshd.sessions() == 0).await;
    drop(dial_and_speak(&*dial, &echo.target).await);
    assert_eq!(sshd.connections(), 2);
    // The last dialer and the last stream: nobody is left to wait for.
    drop(dial);
    until(|| sshd.sessions() == 0 && paths.status().is_empty()).await;
    timeout(PATIENCE, paths.shutdown()).await.unwrap();
    drop(paths);
    assert!(incidents.next().await.is_none(), "closing is no incident");
}

#[tokio::test]
async fn a_reader_that_does_not_read_breaks_its_own_stream_and_not_the_session() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let mut strict = options();
    strict.ssh.backlog_bytes = 64 * 1024;
    strict.ssh.longest_stall = Duration::from_millis(100);
    let paths = Paths::new(strict);
    let dial = paths.dialer(&route(&sshd, &key)).unwrap();
    let lazy = dial.dial(&echo.target).await.unwrap();
    let mut busy = dial_and_speak(&*dial, &echo.target).await;
    // Sends, and never reads what comes back.
    let (_unread, mut to) = tokio::io::split(lazy);
    let flood = async {
        let bytes = vec![0; 64 * 1024];
        while to.write_all(&bytes).await.is_ok() {}
    };
    let talk = async {
        for _ in 0..50 {
            speak(&mut busy).await.unwrap();
        }
    };
    timeout(PATIENCE, async { tokio::join!(flood, talk) }).await.unwrap();
    until(|| sshd.channels() == 1).await;
    assert_eq!(sshd.connections(), 1);
}

#[tokio::test]
async fn a_dial_that_is_dropped_leaves_nothing_open() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let paths = Paths::new(options());
    let dial = paths.dialer(&route(&sshd, &key)).unwrap();
    let kept = dial_and_speak(&*dial, &echo.target).await;
    for _ in 0..20 {
        drop(timeout(Duration::ZERO, dial.dial(&echo.target)).await);
    }
    until(|| sshd.channels() == 1 && paths.status()[0].streams == 1).await;
    drop(kept);
}

#[tokio::test]
async fn a_jump_host_that_says_nothing_is_given_up_on() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    sshd.set_fault(SshFault::Silent);
    let mut short = options();
    short.dial_timeout = Duration::from_millis(300);
    let paths = Paths::new(short);
    let dial: std::sync::Arc<dyn Dial> = paths.dialer(&route(&sshd, &key)).unwrap();
    let error = timeout(PATIENCE, dial.dial(&echo.target)).await.unwrap().err().unwrap();
    assert!(matches!(&error, PathError::Hop { source: HopError::Timeout { .. }, .. }), "{error:?}");
    timeout(PATIENCE, paths.shutdown()).await.unwrap();
}

/// Takes one connection to the address and carries its bytes until it is told to stop, without a word to either side.
async fn freezer(address: SocketAddr) -> (u16, CancellationToken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, frozen) = (listener.local_addr().unwrap().port(), CancellationToken::new());
    let freeze = frozen.clone();
    tokio::spawn(async move {
        let (mut near, _) = listener.accept().await.unwrap();
        let mut far = TcpStream::connect(address).await.unwrap();
        drop(freeze.run_until_cancelled(copy_bidirectional(&mut near, &mut far)).await);
        std::future::pending::<()>().await;
        drop((near, far));
    });
    (port, frozen)
}

#[tokio::test]
async fn a_session_that_falls_silent_is_found_out_by_its_keepalive() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let (port, frozen) = freezer(sshd.address()).await;
    let mut attentive = options();
    attentive.ssh.keepalive_interval = Duration::from_millis(200);
    let paths = Paths::new(attentive);
    let mut incidents = paths.incidents();
    let host_keys = HostKeys::known_hosts(sshd.known_hosts_as(&format!("[127.0.0.1]:{port}")));
    let route =
        Route::Ssh(SshRoute::new(JumpHost::new("127.0.0.1", "jump", identity(&key), host_keys).with_port(port)));
    let dial = paths.dialer(&route).unwrap();
    let mut stream = dial_and_speak(&*dial, &echo.target).await;
    frozen.cancel();
    assert!(timeout(PATIENCE, speak(&mut stream)).await.unwrap().is_err());
    let down = timeout(PATIENCE, incidents.next()).await.unwrap();
    assert!(matches!(down, Some(PathIncident::Down { error: HopError::Lost, .. })), "{down:?}");
    timeout(PATIENCE, paths.shutdown()).await.unwrap();
}

#[tokio::test]
async fn nothing_is_left_when_paths_are_dropped_without_a_word() {
    let echo = Echo::start().await;
    let (sshd, key) = start().await;
    let paths = Paths::new(options());
    let dial = paths.dialer(&route(&sshd, &key)).unwrap();
    let mut stream: Box<dyn Io> = dial_and_speak(&*dial, &echo.target).await;
    drop(paths);
    until(|| sshd.sessions() == 0).await;
    assert!(timeout(PATIENCE, speak(&mut stream)).await.unwrap().is_err());
    assert!(matches!(dial.dial(&echo.target).await, Err(PathError::Closed)));
}
