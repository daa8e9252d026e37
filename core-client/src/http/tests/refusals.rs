//! Refusals in all the forms a service, an ingress or a broken process may give them.

use http::StatusCode;
use testkit::server::Fault;

use super::*;
use crate::error::{DispatchKind, Error, ErrorCode, Origin};

async fn refused(world: &World, fault: Fault) -> Error {
    let server = world.friendly_server().await;
    server.fail_always(Some(fault));
    let http = world.client_with(&server, quick().with_retry(RetryOptions::none()));
    let error = get(&http).await.unwrap_err();
    server.shutdown().await;
    error
}

#[tokio::test]
async fn the_services_own_refusal_is_read_whole() {
    let body =
        r#"{"error":"forbidden","error_description":"quota exceeded","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}"#;
    let fault = Fault::body(403, "application/json", body).with_header("x-request-id", "r1");
    let error = refused(&World::new(), fault).await;
    assert!(error.is_forbidden());
    assert_eq!((error.origin(), error.code()), (Origin::Upstream, Some(&ErrorCode::Forbidden)));
    let refusal = error.as_service().unwrap();
    assert_eq!(refusal.description(), Some("quota exceeded"));
    assert_eq!(refusal.trace_id(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
    assert_eq!(refusal.headers()["x-request-id"], "r1");
    assert_eq!(refusal.operation(), "get_network");
    assert!(refusal.host().starts_with("127.0.0.1:"));
}

#[tokio::test]
async fn a_401_tells_how_to_authenticate() {
    let header = r#"Bearer error="access_denied",error_description="token \"x\" expired",resource_metadata="https://region.example/.well-known/openid-protected-resource""#;
    let fault = Fault::refusal(401, "access_denied", "token expired").with_header("www-authenticate", header);
    let error = refused(&World::new(), fault).await;
    assert!(error.is_unauthenticated());
    let challenges = error.as_service().unwrap().www_authenticate();
    assert_eq!(challenges[0].get("error_description"), Some("token \"x\" expired"));
}

/// W-28
#[tokio::test]
async fn an_ingress_that_answers_in_html_keeps_its_status_and_the_beginning_of_its_page() {
    let world = World::new();
    for status in [400, 413, 502, 503, 504] {
        let error = refused(&world, Fault::body(status, "text/html", "<html><h1>nginx")).await;
        let refusal = error.as_service().unwrap();
        assert_eq!(refusal.status().as_u16(), status);
        assert_eq!((refusal.code(), refusal.body_prefix()), (None, Some("<html><h1>nginx")));
    }
}

#[tokio::test]
async fn a_refusal_without_end_is_read_up_to_a_bound() {
    let error = refused(&World::new(), Fault::body(500, "text/plain", "x".repeat(1 << 20))).await;
    assert_eq!(error.as_service().unwrap().body_prefix().unwrap().len(), 1024);
}

#[tokio::test]
async fn a_refusal_whose_body_breaks_off_keeps_its_status() {
    let fault = Fault::CloseMidBody { status: StatusCode::CONFLICT, body: "{\"error\":".into() };
    let error = refused(&World::new(), fault).await;
    assert!(error.is_conflict());
    assert_eq!(error.as_service().unwrap().body_prefix(), Some("{\"error\":"));
}

#[tokio::test]
async fn a_head_that_is_too_large_is_not_http_we_accept() {
    let fault = Fault::status(200).with_header("x-large", &"x".repeat(1 << 20));
    let error = refused(&World::new(), fault).await;
    let Error::Dispatch(error) = &error else { panic!("{error:?}") };
    assert_eq!(error.kind(), DispatchKind::Protocol, "{}", crate::error::ErrorChain::new(error));
}

#[tokio::test]
async fn what_is_not_http_is_told_apart_from_no_answer() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let world = World::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _read = socket.read(&mut [0; 1024]).await.unwrap();
        socket.write_all(b"SSH-2.0-OpenSSH_9\r\n\r\n").await.unwrap();
    });
    let endpoint = HttpOptions::new("region").with_host(host).with_insecure_http().endpoint().unwrap();
    let http = HttpClient::builder(endpoint, Credentials::fixed(world.bundle())).options(quick()).build().unwrap();
    let error = get(&http).await.unwrap_err();
    let Error::Dispatch(error) = &error else { panic!("{error:?}") };
    assert_eq!(error.kind(), DispatchKind::Protocol);
    server.await.unwrap();
}
