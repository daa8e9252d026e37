//! What goes over the wire, and what comes back.

use http::{Method, StatusCode};
use testkit::server::Fault;

use super::*;
use crate::error::{ConstructionKind, DecodeReason, Error};

#[tokio::test]
async fn a_request_travels_over_mutual_tls_with_our_user_agent() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    assert_eq!(get(&http).await.unwrap(), network());
    let requests = server.requests();
    assert_eq!(requests[0].line(), "GET /api/v2/networks/n1");
    assert_eq!(requests[0].header("user-agent"), Some(USER_AGENT));
    assert!(USER_AGENT.starts_with("mooring/"));
    assert_eq!(requests[0].connection.common_name(), Some("unikorn-region"));
    assert_eq!(requests[0].connection.serial(), Some(serial(1).as_str()));
    server.shutdown().await;
}

#[tokio::test]
async fn headers_that_every_request_has_are_added_where_the_caller_set_none() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    get(&http).await.unwrap();
    let authority = server.address().to_string();
    let request = &server.requests()[0];
    assert_eq!((request.header("host"), request.header("accept")), (Some(authority.as_str()), Some("*/*")));
    http.get("/").header("accept", "text/plain").header("user-agent", "mine/1").send().await.unwrap();
    let request = &server.requests()[1];
    assert_eq!((request.header("user-agent"), request.header("accept")), (Some("mine/1"), Some("text/plain")));
    server.shutdown().await;
}

#[tokio::test]
async fn everything_the_builder_was_given_arrives() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    let response = http
        .request(Method::PATCH, "/api/v2/networks/a%2Fb")
        .header("x-request-id", "r1")
        .header("x-request-id", "r2")
        .query(&[("tag", "foo=cat"), ("tag", "bar")])
        .json(&serde_json::json!({"a": 1}))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (response.status(), response.headers()["content-type"].as_bytes()),
        (StatusCode::OK, b"application/json".as_slice())
    );
    assert_eq!(response.bytes().await.unwrap(), r#"{"id":"n1"}"#);
    let request = &server.requests()[0];
    assert_eq!(request.line(), "PATCH /api/v2/networks/a%2Fb?tag=foo%3Dcat&tag=bar");
    assert_eq!(
        (request.header("x-request-id"), request.header("content-type")),
        (Some("r2"), Some("application/json"))
    );
    assert_eq!(request.body, r#"{"a":1}"#);
    http.post("/form").form(&[("grant_type", "x y")]).send().await.unwrap();
    assert_eq!(server.requests()[1].body, "grant_type=x+y");
    server.shutdown().await;
}

#[tokio::test]
async fn a_prefix_in_the_host_is_kept() {
    let world = World::new();
    let server = world.friendly_server().await;
    let endpoint = HttpOptions::new("region").with_host(format!("{}/edge/", server.url())).endpoint().unwrap();
    let http = HttpClient::builder(endpoint, Credentials::fixed(world.bundle())).build().unwrap();
    get(&http).await.unwrap();
    assert_eq!(server.requests()[0].target, "/edge/api/v2/networks/n1");
    server.shutdown().await;
}

/// W-12
#[tokio::test]
async fn a_redirect_is_not_followed_and_no_trust_header_leaves() {
    let world = World::new();
    let server = world.friendly_server().await;
    let elsewhere = world.friendly_server().await;
    for status in [301, 302, 303, 307, 308] {
        server.fail_next([Fault::redirect(status, &elsewhere.url())]);
        let error = world.client(&server).get("/").header("x-principal", "e30").send().await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        let refusal = error.as_service().unwrap();
        assert_eq!(refusal.headers()["location"], elsewhere.url().as_str());
    }
    assert_eq!((elsewhere.requests().len(), elsewhere.connections().len()), (0, 0));
    server.shutdown().await;
    elsewhere.shutdown().await;
}

#[tokio::test]
async fn connections_are_reused() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    for _ in 0..20 {
        get(&http).await.unwrap();
    }
    assert_eq!(server.connections().len(), 1);
    server.shutdown().await;
}

#[tokio::test]
async fn dropping_the_last_clone_leaves_no_connection() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    let clone = http.clone();
    get(&http).await.unwrap();
    drop(http);
    get(&clone).await.unwrap();
    assert_eq!(server.connections().len(), 1);
    drop(clone);
    server.wait_until("every connection to close", |server| server.open_connections() == 0).await;
    server.shutdown().await;
}

#[tokio::test]
async fn bindings_may_keep_the_drawing_board_which_sends_nothing() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    let board = http.drawing_board().clone();
    assert!(board.get(server.url()).send().await.unwrap_err().is_connect());
    get(&http).await.unwrap();
    drop(http);
    server.wait_until("every connection to close", |server| server.open_connections() == 0).await;
    assert_eq!(server.requests().len(), 1);
    server.shutdown().await;
}

#[tokio::test]
async fn mistakes_are_told_before_anything_is_sent() {
    let world = World::new();
    let server = world.friendly_server().await;
    let endpoint = HttpOptions::new("region").with_host(format!("{}/edge", server.url())).endpoint().unwrap();
    let http = HttpClient::builder(endpoint, Credentials::fixed(world.bundle())).build().unwrap();
    let kind = |result: Result<Response, Error>| match result.unwrap_err() {
        Error::Construction(error) => error.kind(),
        other => panic!("{other:?}"),
    };
    assert_eq!(kind(http.get("/../../etc").send().await), ConstructionKind::Url);
    assert_eq!(kind(http.get("/").header("bad name", "x").send().await), ConstructionKind::Header);
    assert_eq!(kind(http.get("/").header("x", "bad\nvalue").send().await), ConstructionKind::Header);
    let unwritable = std::collections::BTreeMap::from([((1, 2), "not a JSON key")]);
    assert_eq!(kind(http.get("/").json(&unwritable).send().await), ConstructionKind::Body);
    assert_eq!(server.connections().len(), 0);
    server.shutdown().await;
}

#[tokio::test]
async fn a_request_for_another_host_is_refused() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    let request = http.drawing_board().get("https://elsewhere.example/").build().unwrap();
    let error = CallContext::new(http).send(request, "get_network", RetryClass::default()).await.unwrap_err();
    assert!(matches!(error, Error::ApiMisuse(_)), "{error:?}");
    server.shutdown().await;
}

#[test]
fn options_that_contradict_each_other_make_no_client() {
    let world = World::new();
    let build = |options: ClientOptions| {
        let endpoint = HttpOptions::new("region").with_host("https://region.example").endpoint().unwrap();
        HttpClient::builder(endpoint, Credentials::fixed(world.bundle())).options(options).build()
    };
    assert!(build(ClientOptions::default()).is_ok());
    for bad in [
        ClientOptions::default().with_connect_timeout(Duration::ZERO),
        ClientOptions::default().with_total_timeout(Duration::ZERO),
        ClientOptions::default().with_pool_idle_timeout(Duration::from_secs(91)),
        ClientOptions::default().with_max_concurrent_connects(0),
        ClientOptions::default().with_max_response_bytes(0),
        ClientOptions::default().with_retry(RetryOptions::default().with_max_attempts(0)),
    ] {
        assert!(matches!(build(bad), Err(Error::Construction(_))));
    }
}

#[tokio::test]
async fn an_answer_larger_than_the_limit_is_not_read() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client_with(&server, quick().with_max_response_bytes(4));
    let error = get(&http).await.unwrap_err();
    let Error::Decode(error) = error else { panic!("{error:?}") };
    assert_eq!((error.reason(), error.status()), (&DecodeReason::TooLarge, Some(StatusCode::OK)));
    server.fail_next([Fault::body(200, "text/plain", "more than four")]);
    let error = http.get("/").send().await.unwrap().bytes().await.unwrap_err();
    assert!(matches!(error, Error::Decode(error) if error.reason() == &DecodeReason::TooLarge));
    server.shutdown().await;
}

#[tokio::test]
async fn a_body_of_another_shape_gives_the_path() {
    let world = World::new();
    let server = world.server().json(201, r#"{"id":{"hush":1}}"#).start().await;
    let error = get(&world.client(&server)).await.unwrap_err();
    let Error::Decode(error) = error else { panic!("{error:?}") };
    assert_eq!((error.path(), error.status()), (Some("id"), Some(StatusCode::CREATED)));
    assert_eq!(error.operation(), "get_network");
    assert!(!format!("{error} {error:?}").contains("hush"));
    server.shutdown().await;
}
