//! Servers that do not answer, at each step. The clock is the real one, so the limits are short and the assertions generous.

use http::Method;
use testkit::server::{Accepting, Fault};

use super::*;
use crate::error::{DecodeReason, DispatchKind, Error};

fn hurried() -> ClientOptions {
    quick()
        .with_connect_timeout(Duration::from_millis(150))
        .with_total_timeout(Duration::from_millis(600))
        .with_retry(RetryOptions::none())
}

fn kind(error: &Error) -> DispatchKind {
    match error {
        Error::Dispatch(error) => error.kind(),
        other => panic!("{other:?}"),
    }
}

/// W-11
#[tokio::test]
async fn a_server_that_never_finishes_the_handshake_is_left_after_the_connect_timeout() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.set_accepting(Accepting::InSilence);
    let error = get(&world.client_with(&server, hurried())).await.unwrap_err();
    assert_eq!(kind(&error), DispatchKind::ConnectTimeout);
    assert!(error.is_timeout());
    server.shutdown().await;
}

/// W-11
#[tokio::test]
async fn a_server_that_never_accepts_is_left_after_the_connect_timeout() {
    // A listener whose backlog is full does not complete the TCP handshake.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut held = Vec::new();
    loop {
        match tokio::time::timeout(Duration::from_millis(50), tokio::net::TcpStream::connect(address)).await {
            Ok(stream) => held.push(stream.unwrap()),
            Err(_) => break,
        }
        assert!(held.len() < 64, "the backlog never fills");
    }
    let world = World::new();
    let endpoint = HttpOptions::new("region").with_host(format!("https://{address}")).endpoint().unwrap();
    let http = HttpClient::builder(endpoint, Credentials::fixed(world.bundle())).options(hurried()).build().unwrap();
    assert_eq!(kind(&get(&http).await.unwrap_err()), DispatchKind::ConnectTimeout);
}

/// W-11
#[tokio::test]
async fn a_server_that_never_answers_is_left_after_the_total_timeout() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_always(Some(Fault::Never));
    let error = get(&world.client_with(&server, hurried())).await.unwrap_err();
    assert_eq!(kind(&error), DispatchKind::Timeout);
    assert_eq!(server.requests().len(), 1);
    server.wait_until("the connection to close", |server| server.open_connections() == 0).await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_body_that_never_ends_keeps_its_status() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_always(Some(Fault::StallMidBody("{\"id\":".into())));
    let error = get(&world.client_with(&server, hurried())).await.unwrap_err();
    let Error::Decode(decode) = &error else { panic!("{error:?}") };
    assert_eq!((decode.reason(), decode.status().unwrap().as_u16()), (&DecodeReason::TimedOut, 200));
    assert!(error.is_timeout());
    server.shutdown().await;
}

/// What is not JSON is read by the caller, under the deadline of the call all the same.
#[tokio::test]
async fn a_body_that_is_left_to_the_caller_ends_with_the_deadline() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let world = World::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut held = Vec::new();
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _read = socket.read(&mut [0; 1024]).await.unwrap();
            let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\nhalf";
            socket.write_all(head).await.unwrap();
            held.push(socket);
        }
    });
    let endpoint = HttpOptions::new("region").with_host(host).with_insecure_http().endpoint().unwrap();
    let http = HttpClient::builder(endpoint, Credentials::fixed(world.bundle())).options(hurried()).build().unwrap();
    let answer = http.get("/").operation("get_log").send().await.unwrap();
    let error = answer.bytes().await.unwrap_err();
    let Error::Decode(decode) = &error else { panic!("{error:?}") };
    assert_eq!((decode.reason(), decode.operation()), (&DecodeReason::TimedOut, "get_log"));
    let call = CallContext::new(http);
    let request = call.http().drawing_board().get(call.http().endpoint().base()).build().unwrap();
    let mut answer = call.exec(request, "get_log").await.unwrap();
    assert_eq!(answer.chunk().await.unwrap().unwrap(), "half");
    let error = answer.chunk().await.unwrap_err();
    let chain = crate::error::ErrorChain::new(&error).to_string();
    assert!(chain.contains("the deadline passed"), "{chain}");
    server.abort();
}

#[tokio::test]
async fn the_deadline_bounds_all_attempts_together() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_next([Fault::status(503), Fault::Never]);
    let options = hurried().with_retry(quick_retry());
    let start = std::time::Instant::now();
    let error = get(&world.client_with(&server, options)).await.unwrap_err();
    assert_eq!(kind(&error), DispatchKind::Timeout);
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(server.requests().len(), 2);
    server.shutdown().await;
}

#[tokio::test]
async fn a_call_may_bring_a_deadline_of_its_own() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_always(Some(Fault::Never));
    let http = world.client_with(&server, quick().with_retry(RetryOptions::none()));
    let error = http.get("/").timeout(Duration::from_millis(50)).send().await.unwrap_err();
    assert_eq!(kind(&error), DispatchKind::Timeout);
    let call = CallContext::new(http).with_timeout(Duration::from_millis(50));
    let error = call.request(Method::GET, "/").send().await.unwrap_err();
    assert_eq!(kind(&error), DispatchKind::Timeout);
    server.shutdown().await;
}

/// The slow part of a hook is bounded like everything else. No socket is involved, so time can be moved.
#[tokio::test(start_paused = true)]
async fn a_hook_that_never_finishes_is_left_after_the_total_timeout() {
    #[derive(Debug)]
    struct Stuck;
    impl RequestHook for Stuck {
        fn apply<'a>(&'a self, _generation: &'a Arc<Generation>, _headers: &mut http::HeaderMap) -> Hooked<'a> {
            Hooked::Later(Box::pin(std::future::pending()))
        }
    }
    let world = World::new();
    let endpoint = HttpOptions::new("region").with_host("https://region.example").endpoint().unwrap();
    let http = HttpClient::builder(endpoint, Credentials::fixed(world.bundle())).build().unwrap();
    let start = tokio::time::Instant::now();
    let call = CallContext::new(http).with_hook(Arc::new(Stuck));
    let error = call.request(Method::GET, "/").send().await.unwrap_err();
    assert_eq!(kind(&error), DispatchKind::Timeout);
    assert_eq!(start.elapsed().as_secs(), 15, "the default, and no retry on top");
}
