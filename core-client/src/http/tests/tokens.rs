//! Bearer tokens: sent, refused, renewed once.

use http::StatusCode;
use testkit::server::Fault;

use super::*;
use crate::error::{ConstructionError, ConstructionKind, Error};

fn source(tokens: &'static [&'static str]) -> MockTokenSource {
    let mut source = MockTokenSource::new();
    let mut sequence = mockall::Sequence::new();
    for token in tokens {
        source.expect_token().times(1).in_sequence(&mut sequence).returning(|_| Ok(Token::new(token.to_string())));
    }
    source
}

#[tokio::test]
async fn a_token_is_sent_as_a_bearer() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    get(&http.clone().with_token_source(Arc::new(source(&["t1"])))).await.unwrap();
    get(&http).await.unwrap();
    let headers: Vec<_> =
        server.requests().iter().map(|request| request.header("authorization").map(str::to_owned)).collect();
    assert_eq!(headers, [Some("Bearer t1".to_owned()), None], "only the clone that was given a source sends tokens");
    assert_eq!(server.connections().len(), 1, "and both share connections");
    server.shutdown().await;
}

#[tokio::test]
async fn a_refused_token_is_dropped_and_the_request_repeated_once() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_next([Fault::status(401)]);
    let mut source = source(&["t1", "t2"]);
    source.expect_invalidate().withf(|token| token.expose() == "t1").times(1).return_const(());
    // A POST too: a 401 says that nobody looked at the request.
    world.client(&server).with_token_source(Arc::new(source)).post("/").body("b").send().await.unwrap();
    let seen: Vec<_> =
        server.requests().iter().map(|request| request.header("authorization").unwrap().to_owned()).collect();
    assert_eq!(seen, ["Bearer t1", "Bearer t2"]);
    server.shutdown().await;
}

#[tokio::test]
async fn a_second_401_is_returned() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_always(Some(Fault::status(401)));
    let mut source = source(&["t1", "t2"]);
    source.expect_invalidate().times(1).return_const(());
    let error = get(&world.client(&server).with_token_source(Arc::new(source))).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(server.requests().len(), 2);
    server.shutdown().await;
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_nothing_is_repeated() {
    let world = World::new();
    let server = world.friendly_server().await;
    let mut source = MockTokenSource::new();
    source
        .expect_token()
        .times(1)
        .returning(|_| Err(ConstructionError::new(ConstructionKind::Token, "the token endpoint refused").into()));
    let error = get(&world.client(&server).with_token_source(Arc::new(source))).await.unwrap_err();
    assert!(matches!(error, Error::Construction(_)));
    assert_eq!(server.connections().len(), 0);
    server.shutdown().await;
}

#[test]
fn a_token_does_not_show() {
    let token = Token::new("hush");
    let header = token.to_header().unwrap();
    assert!(header.is_sensitive());
    assert!(!format!("{token:?} {header:?}").contains("hush"));
    assert_eq!(token, Token::new("hush"));
    assert_ne!(token, Token::new("other"));
    assert!(!format!("{:?}", Token::new("hush\n").to_header().unwrap_err()).contains("hush"));
}

#[test]
fn a_token_may_be_shown_with_another_word() {
    let token = Token::new("t1").with_scheme("AccessToken");
    assert_eq!(token.to_header().unwrap(), "AccessToken t1");
    assert_ne!(token, Token::new("t1"));
}
