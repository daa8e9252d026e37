use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode};
use progenitor_client::{Error as Generated, ResponseValue};

use super::*;

fn refusal(status: u16) -> Error {
    ServiceError::new(StatusCode::from_u16(status).unwrap()).into()
}

#[test]
fn every_documented_code_survives_the_wire_and_an_unknown_one_is_kept() {
    for code in ErrorCode::KNOWN {
        assert_eq!(serde_json::from_value::<ErrorCode>(serde_json::to_value(code).unwrap()).unwrap(), *code);
        assert!(!matches!(code, ErrorCode::Unknown(_)));
    }
    let body: ErrorBody =
        serde_json::from_str(r#"{"error":"brand_new","error_description":"why","trace_id":"7"}"#).unwrap();
    assert_eq!(body.error, ErrorCode::Unknown("brand_new".to_owned()));
    assert_eq!((body.error_description.as_str(), body.trace_id()), ("why", Some("7")));
}

#[test]
fn a_server_writes_the_body_and_headers_of_the_go_services() {
    let response = ErrorBody::new(ErrorCode::NotFound, "resource not found")
        .with_trace_id("4bf92f3577b34da6a3ce929d0e0e4736")
        .into_response(StatusCode::NOT_FOUND);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-cache");
    assert_eq!(
        response.body().as_ref(),
        br#"{"error":"not_found","error_description":"resource not found","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}"#
    );
}

#[test]
fn a_trace_of_zeros_is_no_trace() {
    let zeros = "0".repeat(32);
    let body: ErrorBody =
        serde_json::from_str(&format!(r#"{{"error":"conflict","error_description":"","trace_id":"{zeros}"}}"#))
            .unwrap();
    assert_eq!(body.trace_id(), None);
    assert_eq!(ErrorBody::new(ErrorCode::Conflict, "").with_trace_id(zeros).trace_id, None);
    assert_eq!(ServiceError::new(StatusCode::CONFLICT).with_body(body).trace_id(), None);
}

#[test]
fn predicates_follow_the_code_and_fall_back_to_the_status() {
    assert!(refusal(404).is_not_found() && refusal(409).is_conflict());
    assert!(refusal(403).is_forbidden() && refusal(401).is_unauthenticated());
    let named =
        |status: u16, code| Error::from(ServiceError::new(StatusCode::from_u16(status).unwrap()).with_code(code));
    assert!(named(400, ErrorCode::Conflict).is_conflict());
    assert!(!named(404, ErrorCode::Forbidden).is_not_found());
    assert!(named(404, ErrorCode::Unknown("gone_fishing".to_owned())).is_not_found());
    assert!(Error::from(DispatchError::new(DispatchKind::ConnectTimeout)).is_timeout());
    assert!(!refusal(504).is_timeout());
}

#[test]
fn hints_say_what_is_known() {
    let hint = |kind| Error::from(DispatchError::new(kind)).retry_hint();
    assert_eq!(hint(DispatchKind::Connect), RetryHint::Safe);
    assert_eq!(hint(DispatchKind::Tls), RetryHint::Safe);
    assert_eq!(hint(DispatchKind::Closed), RetryHint::IfIdempotent);
    assert_eq!(refusal(503).retry_hint(), RetryHint::IfIdempotent);
    assert_eq!(refusal(500).retry_hint(), RetryHint::Never);
    assert_eq!(Error::from(DecodeError::new(None, DecodeReason::Truncated)).retry_hint(), RetryHint::IfIdempotent);
    assert_eq!(Error::from(ApiMisuse::new("")).retry_hint(), RetryHint::Never);
}

#[test]
fn reconcilers_yield_unless_waiting_cannot_help() {
    let ten = Disposition::Yield(Duration::from_secs(10));
    for status in [401, 403, 409, 429, 500, 502, 503, 504] {
        assert_eq!(refusal(status).disposition(), ten, "{status}");
    }
    for status in [400, 413, 422] {
        assert_eq!(refusal(status).disposition(), Disposition::UserAction);
    }
    assert_eq!(refusal(404).disposition(), Disposition::Terminal);
    assert_eq!(refusal(404).disposition().while_deleting(), ten);
    assert_eq!(Error::from(DispatchError::new(DispatchKind::Connect)).disposition(), ten);
    assert_eq!(Error::from(ApiMisuse::new("")).disposition(), Disposition::Terminal);
    let patient =
        ServiceError::new(StatusCode::SERVICE_UNAVAILABLE).with_retry_hint(RetryHint::After(Duration::from_secs(60)));
    assert_eq!(Error::from(patient).disposition(), Disposition::Yield(Duration::from_secs(60)));
    assert_eq!(DependencyReason::NotReady.disposition(), ten);
    assert_eq!(DependencyReason::NotFound.as_str(), "DependencyNotFound");
}

#[test]
fn the_chain_says_each_layer_once() {
    let error = Error::from(
        DispatchError::new(DispatchKind::Connect)
            .at("region.example", "get_network")
            .with_source(std::io::Error::other("refused")),
    );
    assert_eq!(
        ErrorChain::new(&error).to_string(),
        "could not reach the service: no connection (get_network at region.example): refused"
    );
}

#[test]
fn a_long_description_is_shortened_in_display_and_whole_in_the_accessor() {
    let long = "ü".repeat(2000);
    let error = ServiceError::new(StatusCode::CONFLICT).with_description(&long);
    assert!(error.to_string().len() < 600);
    assert_eq!(error.description(), Some(long.as_str()));
}

/// W-15, W-20
#[test]
fn debug_of_a_refusal_masks_headers_and_body() {
    let mut headers = HeaderMap::new();
    headers.insert("set-cookie", HeaderValue::from_static("hush"));
    headers.insert("x-principal", HeaderValue::from_static("hush"));
    headers.insert("retry-after", HeaderValue::from_static("7"));
    let error =
        ServiceError::new(StatusCode::BAD_GATEWAY).with_headers(headers).with_body_prefix(Some("hush".to_owned()));
    let text = format!("{error:?} {error} {:?}", Error::from(error.clone()));
    assert!(!text.contains("hush"), "{text}");
    assert!(text.contains("retry-after") && text.contains('7'), "{text}");
}

/// W-28
#[test]
fn a_documented_answer_keeps_everything_through_the_bindings() {
    let transport = Transport {
        operation: "add_network_reference".to_owned(),
        host: "region.example".to_owned(),
        body_prefix: String::new(),
        hint: RetryHint::After(Duration::from_millis(1500)).into(),
    };
    let written = ErrorBody::new(ErrorCode::Conflict, "busy").with_trace_id("abc").with_transport(transport).to_json();
    let body: ErrorBody = serde_json::from_slice(&written).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("x-request-id", HeaderValue::from_static("r1"));
    let error = Error::from(Generated::ErrorResponse(ResponseValue::new(body, StatusCode::CONFLICT, headers)));
    let service = error.as_service().unwrap();
    assert_eq!((service.status(), service.code()), (StatusCode::CONFLICT, Some(&ErrorCode::Conflict)));
    assert_eq!((service.description(), service.trace_id()), (Some("busy"), Some("abc")));
    assert_eq!((service.operation(), service.host()), ("add_network_reference", "region.example"));
    assert_eq!(service.headers()["x-request-id"], "r1");
    assert_eq!(error.retry_hint(), RetryHint::After(Duration::from_millis(1500)));
    assert!(!String::from_utf8(ErrorBody::new(ErrorCode::Conflict, "x").to_json()).unwrap().contains("transport"));
}

#[test]
fn a_body_that_does_not_decode_gives_status_and_path_and_not_the_body() {
    let body = bytes::Bytes::from_static(br#"{"spec":{"token":"hush"}}"#);
    let cause =
        serde_json::from_slice::<std::collections::BTreeMap<String, std::collections::BTreeMap<String, u32>>>(&body);
    let error = Error::from(Generated::<ErrorBody>::InvalidResponsePayload(body, cause.unwrap_err()));
    let Error::Decode(decode) = &error else { panic!("{error:?}") };
    assert_eq!((decode.path(), decode.reason()), (Some("spec.token"), &DecodeReason::Mismatch));
    assert_eq!(error.status(), Some(StatusCode::OK));
    let text = format!("{} {error:?}", ErrorChain::new(&error));
    assert!(!text.contains("hush"), "{text}");
}

#[test]
fn a_missing_member_is_named() {
    let cause = serde_json::from_str::<ResourceLike>(r#"{"metadata":{}}"#).unwrap_err();
    let error = DecodeError::json(Some(StatusCode::CREATED), br#"{"metadata":{}}"#, &cause);
    assert_eq!(error.reason(), &DecodeReason::MissingMember("id".to_owned()));
    assert_eq!(error.to_string(), "the body has no member \"id\" at metadata (line 1 column 14), status 201");
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code, reason = "only decoded")]
struct ResourceLike {
    metadata: Metadata,
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code, reason = "only decoded")]
struct Metadata {
    id: String,
}

#[test]
fn what_the_bindings_refuse_themselves_was_never_sent() {
    let error = Error::from(Generated::<()>::InvalidRequest("no network id".to_owned()));
    assert_eq!(error.origin(), Origin::Local);
    assert_eq!(ErrorChain::new(&error).to_string(), "could not build the request: no network id");
}
