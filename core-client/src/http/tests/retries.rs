//! What is repeated, what is not, and when it ends.

use http::{Method, StatusCode};
use testkit::server::{Accepting, Fault};

use super::*;
use crate::error::{DecodeReason, DispatchKind, Error, RetryHint};

async fn call(http: &HttpClient, method: Method) -> Result<(), Error> {
    http.request(method, "/").operation("test").send().await.map(|_| ())
}

#[tokio::test]
async fn an_idempotent_request_is_repeated_until_it_succeeds() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        server.forget();
        server.fail_next([Fault::status(503), Fault::status(502)]);
        call(&http, method).await.unwrap();
        assert_eq!(server.requests().len(), 3);
    }
    server.shutdown().await;
}

#[tokio::test]
async fn the_last_refusal_is_returned_when_the_attempts_are_spent() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_next([Fault::status(503), Fault::status(503), Fault::refusal(504, "server_error", "the third")]);
    let error = call(&world.client(&server), Method::GET).await.unwrap_err();
    assert_eq!(error.as_service().unwrap().description(), Some("the third"));
    assert_eq!(server.requests().len(), 3);
    server.shutdown().await;
}

#[tokio::test]
async fn a_post_is_not_repeated_when_the_service_may_have_seen_it() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    for fault in [Fault::status(503), Fault::status(429), Fault::Close] {
        server.forget();
        server.fail_next([fault]);
        let error = call(&http, Method::POST).await.unwrap_err();
        assert_eq!(error.retry_hint(), RetryHint::IfIdempotent, "the hint is data, the method decides");
        assert_eq!(server.requests().len(), 1);
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_post_that_the_caller_calls_idempotent_is_repeated() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_next([Fault::status(503)]);
    world.client(&server).post("/").idempotent(true).send().await.unwrap();
    server.fail_next([Fault::status(503)]);
    world.client(&server).get("/").idempotent(false).send().await.unwrap_err();
    assert_eq!(server.requests().len(), 3);
    server.shutdown().await;
}

#[tokio::test]
async fn without_a_connection_every_method_is_repeated() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.set_accepting(Accepting::Closing);
    let http = world.client_with(&server, quick().with_retry(quick_retry().with_max_attempts(2)));
    let error = call(&http, Method::POST).await.unwrap_err();
    let Error::Dispatch(error) = error else { panic!("{error:?}") };
    assert!(!error.may_have_been_sent());
    assert_eq!((error.retry_hint(), error.operation()), (RetryHint::Safe, "test"));
    server.set_accepting(Accepting::Normally);
    call(&http, Method::POST).await.unwrap();
    server.shutdown().await;

    let error = call(&http, Method::POST).await.unwrap_err();
    let Error::Dispatch(error) = error else { panic!("{error:?}") };
    assert_eq!(error.kind(), DispatchKind::Connect, "nobody listens any more");
}

#[tokio::test]
async fn other_refusals_are_returned_at_once() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    for status in [400, 401, 403, 404, 409, 422, 500] {
        server.forget();
        server.fail_next([Fault::status(status)]);
        assert_eq!(call(&http, Method::PUT).await.unwrap_err().status().unwrap(), status);
        assert_eq!(server.requests().len(), 1);
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_when_idempotent() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_next([Fault::Close, Fault::CloseMidBody { status: StatusCode::OK, body: "{\"id\":".into() }]);
    get(&world.client(&server)).await.unwrap();
    assert_eq!(server.requests().len(), 3);
    server.shutdown().await;
}

#[tokio::test]
async fn a_body_that_breaks_off_keeps_its_status() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_next([Fault::CloseMidBody { status: StatusCode::CREATED, body: "{\"id\":".into() }]);
    let error = call(&world.client(&server), Method::POST).await.unwrap_err();
    let Error::Decode(decode) = &error else { panic!("{error:?}") };
    assert_eq!((decode.status(), decode.reason()), (Some(StatusCode::CREATED), &DecodeReason::Truncated));
    assert_eq!(error.retry_hint(), RetryHint::IfIdempotent);
    server.shutdown().await;
}

#[tokio::test]
async fn a_body_that_cannot_be_sent_twice_keeps_the_first_outcome() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_next([Fault::refusal(503, "temporarily_unavailable", "warming up")]);
    let http = world.client(&server);
    let stream = futures::stream::iter([Ok::<_, std::io::Error>("once")]);
    let request = http.drawing_board().put(server.url()).body(reqwest::Body::wrap_stream(stream)).build().unwrap();
    let error = CallContext::new(http).send(request, "upload", RetryClass::default()).await.unwrap_err();
    assert_eq!(error.as_service().unwrap().description(), Some("warming up"));
    assert_eq!(server.requests().len(), 1);
    assert_eq!(server.requests()[0].body, "once");
    server.shutdown().await;
}

#[tokio::test]
async fn a_body_is_sent_again_whole() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_next([Fault::status(503)]);
    world.client(&server).put("/").json(&serde_json::json!({"a": 1})).send().await.unwrap();
    let bodies: Vec<_> = server.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, [r#"{"a":1}"#, r#"{"a":1}"#]);
    server.shutdown().await;
}

#[tokio::test]
async fn retry_after_within_the_ceiling_is_honoured_and_above_it_is_the_callers_turn() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    let asks = |wait: &str| Fault::status(503).with_header("retry-after", wait);
    server.fail_next([asks("0")]);
    call(&http, Method::GET).await.unwrap();
    server.forget();
    server.fail_next([asks("3600")]);
    let error = call(&http, Method::GET).await.unwrap_err();
    assert_eq!(error.retry_hint(), RetryHint::After(Duration::from_secs(3600)));
    assert_eq!(error.disposition(), crate::error::Disposition::Yield(Duration::from_secs(3600)));
    assert_eq!(server.requests().len(), 1);
    server.shutdown().await;
}

#[tokio::test]
async fn a_wait_that_outlasts_the_deadline_is_not_begun() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_next([Fault::status(503).with_header("retry-after", "9")]);
    let http = world.client_with(&server, quick().with_total_timeout(Duration::from_secs(8)));
    assert_eq!(call(&http, Method::GET).await.unwrap_err().status().unwrap(), 503);
    server.shutdown().await;
}

#[tokio::test]
async fn a_service_in_trouble_is_not_flooded() {
    const CALLS: usize = 50;
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_always(Some(Fault::status(503)));
    let http = world.client_with(&server, quick().with_retry(quick_retry().with_budget(10, 5)));
    for _ in 0..CALLS {
        call(&http, Method::GET).await.unwrap_err();
    }
    // Five saved, and one more for every ten calls.
    assert!((CALLS + 5..=CALLS + 10).contains(&server.requests().len()), "{}", server.requests().len());
    server.shutdown().await;
}

/// 9.6 of what the services document: the reference operations answer a clash that passes with 500 or 409.
#[tokio::test]
async fn a_listed_operation_is_repeated_and_an_unlisted_one_is_not() {
    const RULES: RetryRules = RetryRules::new(&[("add_network_reference", &[500]), ("create_allocation", &[500])]);
    let world = World::new();
    let server = world.friendly_server().await;
    let call = CallContext::new(world.client(&server)).with_rules(RULES);
    let send = async |method: Method, operation| {
        server.forget();
        server.fail_next([Fault::refusal(500, "server_error", "a write conflict")]);
        let result = call.request(method, "/").operation(operation).send().await;
        server.fail_next([]);
        (result.is_ok(), server.requests().len())
    };
    assert_eq!(send(Method::PUT, "add_network_reference").await, (true, 2));
    assert_eq!(send(Method::PUT, "update_network").await, (false, 1));
    assert_eq!(send(Method::POST, "create_allocation").await, (false, 1));
    server.shutdown().await;
}

#[tokio::test]
async fn a_post_is_repeated_after_a_status_by_which_the_service_says_that_it_did_nothing() {
    let world = World::new();
    let server = world.friendly_server().await;
    let http = world.client(&server);
    let class = RetryClass::default().with_untouched(&[429, 503]);
    let post = || http.post("/").body("b").retry_class(class).send();
    server.fail_next([Fault::status(503), Fault::status(429)]);
    post().await.unwrap();
    assert_eq!(server.requests().len(), 3);
    for fault in [Fault::status(502), Fault::Close] {
        server.forget();
        server.fail_next([fault]);
        post().await.unwrap_err();
        assert_eq!(server.requests().len(), 1);
    }
    server.shutdown().await;
}
