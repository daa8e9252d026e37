//! A real proxy between the client and a server over TLS that ends at the server.

use ::secrecy::SecretString;
use testkit::proxy::{Proxy as RealProxy, ProxyFault};
use testkit::server::Fault;

use super::*;
use crate::ErrorChain;
use crate::error::{DispatchKind, Error};

const SENTINEL: &str = "s3ntinel-password";

fn through(world: &World, server: &TlsServer, proxy: Proxy) -> HttpClient {
    through_with(world, server, proxy, quick())
}

fn through_with(world: &World, server: &TlsServer, proxy: Proxy, options: ClientOptions) -> HttpClient {
    let credentials = Credentials::fixed(world.bundle());
    HttpClient::builder(endpoint(server), credentials).options(options).proxy(proxy).build().unwrap()
}

fn at(proxy: &RealProxy) -> Proxy {
    Proxy::new(&proxy.url_as(None)).unwrap()
}

fn told(error: &Error) -> String {
    format!("{error:?} {}", ErrorChain::new(error))
}

fn kind(error: &Error) -> DispatchKind {
    match error {
        Error::Dispatch(error) => error.kind(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn tls_ends_at_the_service_and_the_proxy_sees_where_a_connection_goes() {
    let world = World::new();
    let server = world.friendly_server().await;
    let proxy = RealProxy::http().login("me", SENTINEL).start().await;
    let http = through(&world, &server, at(&proxy).with_login("me", SENTINEL.to_owned()));
    for _ in 0..3 {
        assert_eq!(get(&http).await.unwrap(), network());
    }
    // One connection, which is kept; the certificate of the client arrived, and the login did not.
    assert_eq!(proxy.targets(), [server.address().to_string()]);
    assert_eq!((proxy.connections(), server.connections().len()), (1, 1));
    assert_eq!(server.connections()[0].common_name(), Some("unikorn-region"));
    assert!(server.requests().iter().all(|request| !request.headers.contains_key("proxy-authorization")));
    assert!(!format!("{http:?}").contains("s3ntinel"));
    // Whoever stands in the way shows another certificate, and is not believed.
    let other = World::new();
    let suspicious = through(&other, &server, at(&proxy).with_login("me", SENTINEL.to_owned()));
    assert_eq!(kind(&get(&suspicious).await.unwrap_err()), DispatchKind::Tls);
    proxy.shutdown().await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_proxy_that_is_spoken_to_over_tls_is_trusted_by_its_own_authorities() {
    let world = World::new();
    let server = world.friendly_server().await;
    let proxies = Ca::new("proxies");
    let proxy = RealProxy::https(&proxies.issue(Leaf::server())).start().await;
    let http = through(&world, &server, at(&proxy).with_trust(trust(&proxies)));
    assert_eq!(get(&http).await.unwrap(), network());
    // Those of the service do not vouch for it.
    let wrong = through(&world, &server, at(&proxy).with_trust(trust(&world.servers)));
    assert_eq!(kind(&get(&wrong).await.unwrap_err()), DispatchKind::Tls);
    assert_eq!(proxy.targets().len(), 1);
    proxy.shutdown().await;
    server.shutdown().await;
}

/// As in an image that has no certificates: a process of its own, which looks for them where none are.
#[test]
fn a_plain_proxy_needs_no_roots_of_the_platform() {
    let nothing = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "http::tests::proxies::a_platform_without_roots", "--nocapture"])
        .env("SSL_CERT_FILE", nothing.path().join("none.pem"))
        .env("SSL_CERT_DIR", nothing.path())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && shown.contains("1 passed"),
        "{shown}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[ignore = "a process of the test above, which gives it its surroundings"]
fn a_platform_without_roots() {
    let world = World::new();
    let through = |proxy: &str| {
        let endpoint = HttpOptions::new("region").with_host("https://region.example").endpoint().unwrap();
        let builder = HttpClient::builder(endpoint, Credentials::fixed(world.bundle()));
        builder.proxy(Proxy::new(proxy).unwrap()).build().map(drop)
    };
    // Whoever runs it by hand has roots, and sees nothing.
    if std::env::var_os("SSL_CERT_DIR").is_some() {
        through("https://proxy").unwrap_err();
    }
    through("http://proxy").unwrap();
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_and_the_login_is_not() {
    let world = World::new();
    let server = world.friendly_server().await;
    let proxy = RealProxy::http().login("me", "right").start().await;
    let ask = async |way: Proxy, words: &str| {
        let error = get(&through(&world, &server, way)).await.unwrap_err();
        assert_eq!(kind(&error), DispatchKind::Connect);
        let said = format!("no connection through the proxy {}: {words}", proxy.address());
        assert!(told(&error).contains(&said), "{}", told(&error));
        assert!(!told(&error).contains("s3ntinel"), "{}", told(&error));
    };
    ask(at(&proxy), "it answers 407: it wants a name and a password").await;
    let wrong = at(&proxy).with_login("me", SENTINEL.to_owned());
    ask(wrong, "it answers 407: it refuses the name or password of \"me\"").await;
    assert!(proxy.targets().is_empty() && server.connections().is_empty());
    let right = at(&proxy).with_login("me", "right".to_owned());
    let target = server.address();
    for (status, words) in [
        (403, format!("it answers 403: it does not allow connections to {target}")),
        (405, "it answers 405 to CONNECT".to_owned()),
        (502, format!("it answers 502 to CONNECT; see whether {target} is up")),
        (503, format!("it answers 503 to CONNECT; see whether {target} is up")),
    ] {
        proxy.set_fault(ProxyFault::Refuse(status));
        ask(right.clone(), &words).await;
    }
    assert!(server.connections().is_empty());
    proxy.shutdown().await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_proxy_that_says_nothing_is_left_after_the_connect_timeout() {
    let world = World::new();
    let server = world.friendly_server().await;
    let proxy = RealProxy::http().start().await;
    let hurried = quick().with_connect_timeout(Duration::from_millis(150)).with_retry(RetryOptions::none());
    let http = through_with(&world, &server, at(&proxy), hurried);
    proxy.set_fault(ProxyFault::Silent);
    assert_eq!(kind(&get(&http).await.unwrap_err()), DispatchKind::ConnectTimeout);
    proxy.set_fault(ProxyFault::None);
    assert_eq!(get(&http).await.unwrap(), network());
    proxy.shutdown().await;
    server.shutdown().await;
}

/// A login that changes.
#[derive(Debug)]
struct Changing(std::sync::Mutex<&'static str>);

#[async_trait::async_trait]
impl ProxyLogin for Changing {
    async fn login(&self) -> Result<(String, SecretString), Box<dyn std::error::Error + Send + Sync>> {
        match *self.0.lock().unwrap() {
            "" => Err("the vault is sealed".into()),
            password => Ok(("me".to_owned(), password.to_owned().into())),
        }
    }
}

#[tokio::test]
async fn a_changed_login_is_used_for_the_next_connection() {
    let world = World::new();
    let server = world.friendly_server().await;
    let proxy = RealProxy::http().login("me", "new").start().await;
    let login = Arc::new(Changing(std::sync::Mutex::new("old")));
    let http = through(&world, &server, at(&proxy).with_login_from(Arc::clone(&login) as _));
    get(&http).await.unwrap_err();
    *login.0.lock().unwrap() = "";
    let error = get(&http).await.unwrap_err();
    assert!(told(&error).contains("the vault is sealed"), "{}", told(&error));
    *login.0.lock().unwrap() = "new";
    assert_eq!(get(&http).await.unwrap(), network());
    proxy.shutdown().await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_request_that_was_sent_through_a_proxy_is_not_sent_twice() {
    let world = World::new();
    let server = world.friendly_server().await;
    let proxy = RealProxy::http().start().await;
    let http = through(&world, &server, at(&proxy));
    server.fail_next([Fault::Close]);
    let error = http.post("/api/v2/networks").operation("create_network").json(&1).send().await.unwrap_err();
    assert_eq!(kind(&error), DispatchKind::Closed);
    assert_eq!(server.request_count(), 1);
    proxy.shutdown().await;
    server.shutdown().await;
}
