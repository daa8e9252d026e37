//! The way through generated bindings. What the generator writes for one operation stands here by hand.

use http::{HeaderMap, StatusCode};
use progenitor_client::{Error as Generated, ResponseValue};
use testkit::server::Fault;

use super::*;
use crate::error::{
    ConstructionError, ConstructionKind, DecodeError, DecodeReason, DispatchKind, Error, ErrorBody, ErrorCode,
    RetryHint,
};

/// Documents 201 with a body, and 404 and 409 with an error.
async fn operation(call: &CallContext) -> Result<Network, Error> {
    let url = format!("{}/api/v2/networks", call.http().endpoint().base());
    let request = call.http().drawing_board().put(url).build().map_err(Generated::<ErrorBody>::from)?;
    let result = call.exec(request, "put_network").await;
    let response = result.map_err(Generated::<ErrorBody>::from)?;
    match response.status().as_u16() {
        201 => Ok(ResponseValue::<Network>::from_response::<ErrorBody>(response).await?.into_inner()),
        404 | 409 => {
            Err(Generated::ErrorResponse(ResponseValue::<ErrorBody>::from_response::<ErrorBody>(response).await?)
                .into())
        }
        _ => Err(Generated::<ErrorBody>::UnexpectedResponse(response).into()),
    }
}

async fn outcome(world: &World, fault: Option<Fault>) -> Result<Network, Error> {
    let server = world.server().json(201, r#"{"id":"n1"}"#).start().await;
    server.fail_always(fault);
    let http = world.client_with(&server, quick().with_retry(RetryOptions::none()));
    let result = operation(&CallContext::new(http)).await;
    server.shutdown().await;
    result
}

#[tokio::test]
async fn a_success_arrives_decoded() {
    assert_eq!(outcome(&World::new(), None).await.unwrap(), network());
}

/// W-28
#[tokio::test]
async fn refusals_arrive_whole_whether_documented_or_not() {
    let world = World::new();
    for status in [404, 409, 418, 502] {
        let body = r#"{"error":"brand_new","error_description":"why","trace_id":"7"}"#;
        let fault = Fault::body(status, "application/json", body).with_header("x-request-id", "r1");
        let error = outcome(&world, Some(fault)).await.unwrap_err();
        let refusal = error.as_service().unwrap();
        assert_eq!(refusal.status().as_u16(), status);
        assert_eq!(refusal.code(), Some(&ErrorCode::Unknown("brand_new".to_owned())));
        assert_eq!((refusal.description(), refusal.trace_id()), (Some("why"), Some("7")));
        assert_eq!((refusal.operation(), &refusal.headers()["x-request-id"]), ("put_network", &"r1".parse().unwrap()));
        assert!(refusal.host().starts_with("127.0.0.1"));
    }
}

/// W-28
#[tokio::test]
async fn a_page_where_an_error_is_documented_still_decodes() {
    let world = World::new();
    for (status, body) in [(404, "<html>gone"), (409, ""), (503, "<html>busy"), (302, "")] {
        let error = outcome(&world, Some(Fault::body(status, "text/html", body))).await.unwrap_err();
        let refusal = error.as_service().unwrap();
        assert_eq!(refusal.status().as_u16(), status);
        assert_eq!((refusal.code(), refusal.description()), (None, None));
        assert_eq!(refusal.body_prefix().unwrap_or_default(), body);
        assert_eq!(refusal.headers()["content-type"], "text/html");
    }
}

#[tokio::test]
async fn a_problem_gives_its_detail() {
    let body = r#"{"type":"about:blank","title":"Conflict","detail":"still referenced"}"#;
    let error = outcome(&World::new(), Some(Fault::body(409, "application/problem+json", body))).await.unwrap_err();
    assert!(error.is_conflict());
    assert_eq!(error.as_service().unwrap().description(), Some("still referenced"));
}

#[tokio::test]
async fn what_the_client_decided_about_retries_comes_through() {
    let fault = Fault::refusal(503, "temporarily_unavailable", "").with_header("retry-after", "77");
    let error = outcome(&World::new(), Some(fault)).await.unwrap_err();
    assert_eq!(error.retry_hint(), RetryHint::After(Duration::from_secs(77)));
}

#[tokio::test]
async fn a_success_that_does_not_decode_gives_status_and_path() {
    let error =
        outcome(&World::new(), Some(Fault::body(201, "application/json", r#"{"id":["hush"]}"#))).await.unwrap_err();
    let Error::Decode(decode) = &error else { panic!("{error:?}") };
    assert_eq!((decode.status(), decode.path()), (Some(StatusCode::CREATED), Some("id")));
    assert!(!format!("{error:?}").contains("hush"));
    assert_eq!(decode.operation(), "put_network");
    assert!(decode.host().starts_with("127.0.0.1:"), "{decode}");
    assert_eq!(decode.body_bytes(), Some(r#"{"id":["hush"]}"#.len()));
}

#[tokio::test]
async fn a_success_that_is_cut_short_gives_the_position_of_its_end() {
    let error = outcome(&World::new(), Some(Fault::body(201, "application/json", "{\n\"id\":"))).await.unwrap_err();
    let Error::Decode(decode) = &error else { panic!("{error:?}") };
    assert_eq!(decode.reason(), &DecodeReason::Syntax);
    assert!(decode.to_string().contains("(line 2 column 5)"), "{decode}");
    assert_eq!((decode.operation(), decode.status()), ("put_network", Some(StatusCode::CREATED)));
}

#[tokio::test]
async fn a_success_nobody_documented_is_told_as_such() {
    let world = World::new();
    for fault in [Fault::status(204), Fault::body(200, "application/json", "{}"), Fault::body(202, "text/plain", "ok")]
    {
        let error = outcome(&world, Some(fault)).await.unwrap_err();
        let Error::Decode(decode) = &error else { panic!("{error:?}") };
        assert_eq!(decode.reason(), &DecodeReason::UnexpectedStatus);
        assert!(decode.status().unwrap().is_success());
        assert_eq!(decode.operation(), "put_network");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_told_with_its_status() {
    let fault = Fault::CloseMidBody { status: StatusCode::CREATED, body: "{".into() };
    let error = outcome(&World::new(), Some(fault)).await.unwrap_err();
    let Error::Decode(decode) = &error else { panic!("{error:?}") };
    assert_eq!((decode.status(), decode.reason()), (Some(StatusCode::CREATED), &DecodeReason::Truncated));
}

#[tokio::test]
async fn errors_of_our_own_come_through_as_they_are() {
    let world = World::new();
    let error = outcome(&world, Some(Fault::Close)).await.unwrap_err();
    let Error::Dispatch(dispatch) = &error else { panic!("{error:?}") };
    assert_eq!((dispatch.kind(), dispatch.operation()), (DispatchKind::Closed, "put_network"));
    assert!(std::error::Error::source(dispatch).is_some(), "the cause is kept");
}

#[derive(Debug)]
struct Refusing;

impl RequestHook for Refusing {
    fn apply<'a>(&'a self, _generation: &'a Arc<Generation>, _headers: &mut HeaderMap) -> Hooked<'a> {
        Hooked::Ready(Err(ConstructionError::new(ConstructionKind::Context, "the context has no principal").into()))
    }
}

#[tokio::test]
async fn a_hook_that_refuses_ends_the_call_before_it_is_sent() {
    let world = World::new();
    let server = world.friendly_server().await;
    let call = CallContext::new(world.client(&server)).with_hook(Arc::new(Refusing));
    let error = operation(&call).await.unwrap_err();
    let Error::Construction(construction) = &error else { panic!("{error:?}") };
    assert_eq!(construction.kind(), ConstructionKind::Context);
    assert_eq!(server.connections().len(), 0);
    server.shutdown().await;
}

#[derive(Debug)]
struct Slow;

impl RequestHook for Slow {
    fn apply<'a>(&'a self, _generation: &'a Arc<Generation>, headers: &mut HeaderMap) -> Hooked<'a> {
        headers.insert("x-principal", "at once".parse().unwrap());
        Hooked::Later(Box::pin(async {
            tokio::task::yield_now().await;
            Ok(HeaderMap::from_iter([("x-principal".parse().unwrap(), "later".parse().unwrap())]))
        }))
    }
}

#[tokio::test]
async fn what_a_hook_says_later_replaces_what_it_said_at_once() {
    let world = World::new();
    let server = world.server().json(201, r#"{"id":"n1"}"#).start().await;
    let call = CallContext::new(world.client(&server)).with_hook(Arc::new(Slow));
    operation(&call).await.unwrap();
    assert_eq!(server.requests()[0].header("x-principal"), Some("later"));
    server.shutdown().await;
}

#[tokio::test]
async fn bindings_that_decode_every_status_see_words_in_place_of_an_error_of_ours() {
    let world = World::new();
    let server = world.friendly_server().await;
    let call = CallContext::new(world.client(&server)).with_hook(Arc::new(Refusing));
    let request = call.http().drawing_board().get(server.url()).build().unwrap();
    let response = call.exec(request, "get_network").await.unwrap();
    let value = ResponseValue::<ErrorBody>::from_response::<ErrorBody>(response).await.unwrap();
    assert_eq!(value.error_description, "could not build the request: the context has no principal");
    server.shutdown().await;
}

/// Bindings for an operation without a documented error body, or a type of the caller's own, convert all the same.
#[tokio::test]
async fn every_kind_of_payload_converts() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_always(Some(Fault::refusal(404, "not_found", "no such network")));
    let call = CallContext::new(world.client(&server));
    let request = call.http().drawing_board().get(server.url()).build().unwrap();
    let response = call.exec(request, "get_network").await.unwrap();
    let error = Error::from(Generated::<()>::ErrorResponse(ResponseValue::empty(response)));
    assert!(error.is_not_found());
    let request = call.http().drawing_board().get(server.url()).build().unwrap();
    let response = call.exec(request, "get_network").await.unwrap();
    let error = Error::from(Generated::<()>::UnexpectedResponse(response));
    assert_eq!(error.as_service().unwrap().description(), Some("no such network"));
    server.shutdown().await;
}

#[test]
fn a_decode_error_is_small_and_cheap_to_share() {
    let error = Error::from(DecodeError::new(None, DecodeReason::Syntax));
    assert_eq!(format!("{:?}", error.clone()), format!("{error:?}"));
}
