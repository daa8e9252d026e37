use std::time::Duration;

use core_client::RetryHint;
use core_client::error::{ConstructionError, ConstructionKind, DispatchError};
use proptest::prelude::*;
use serde_json::json;

use super::*;

const DEED: Deed<'static> = Deed { provider: &ProviderType::OCM, operation: "create", cluster: None };

fn answer(status: u16, body: &Value) -> ServiceError {
    ServiceError::new(StatusCode::from_u16(status).unwrap()).with_raw_body(body.to_string())
}

fn ocm(status: u16, code: &str) -> ServiceError {
    answer(
        status,
        &json!({"kind": "Error", "id": status.to_string(), "code": code, "reason": "no", "operation_id": "op-7"}),
    )
}

fn post(error: impl Into<Error>) -> ProviderError {
    understand(DEED, &Method::POST, error.into())
}

/// W-59
#[test]
fn a_refusal_keeps_status_code_reason_and_operation() {
    let error = post(ocm(403, "CLUSTERS-MGMT-403"));
    assert_eq!(error.kind(), ProviderErrorKind::Forbidden);
    assert_eq!((error.status(), error.code()), (Some(StatusCode::FORBIDDEN), Some("CLUSTERS-MGMT-403")));
    assert_eq!((error.reason(), error.operation_id()), (Some("no"), Some("op-7")));
    assert!(!error.is_ambiguous() && !error.is_retryable());
}

/// W-21
#[test]
fn kinds_come_from_status_and_code_and_never_from_text() {
    let kind = |status, code| post(ocm(status, code)).kind();
    assert_eq!(kind(404, "CLUSTERS-MGMT-404"), ProviderErrorKind::NotFound);
    assert_eq!(kind(409, "CLUSTERS-MGMT-409"), ProviderErrorKind::AlreadyExists);
    assert_eq!(kind(400, "CLUSTERS-MGMT-1001"), ProviderErrorKind::AlreadyExists);
    assert_eq!(kind(400, "CLUSTERS-MGMT-400"), ProviderErrorKind::Invalid);
    assert_eq!(kind(403, "ACCT-MGMT-11"), ProviderErrorKind::Forbidden);
    assert_eq!(
        kind(400, "ACCT-MGMT-404"),
        ProviderErrorKind::Invalid,
        "the numbers of the accounts service are its own"
    );
    let already = json!({"kind": "Error", "code": "CLUSTERS-MGMT-400", "reason": "Cluster 'a' already exists"});
    assert_eq!(post(answer(400, &already)).kind(), ProviderErrorKind::Invalid);
}

#[test]
fn terms_are_said_where_to_accept() {
    let body = json!({"kind": "Error", "code": "CLUSTERS-MGMT-451", "reason": "terms",
        "details": [{"x": 1}, {"legal_terms_url": "https://terms.example"}]});
    let error = post(answer(451, &body));
    assert_eq!(error.kind(), ProviderErrorKind::TermsRequired);
    assert_eq!(error.reason(), Some("terms; accept them at https://terms.example"));
}

#[test]
fn a_gateway_that_knows_no_route_does_not_make_a_cluster_vanish() {
    let html = ServiceError::new(StatusCode::NOT_FOUND).with_raw_body("<html>\nno route");
    let error = understand(DEED, &Method::GET, html.into());
    assert_eq!(error.kind(), ProviderErrorKind::Decode);
    assert!(error.reason().unwrap().contains("<html> no route"), "{error}");
}

#[test]
fn what_has_no_answer_may_have_been_done() {
    for kind in [DispatchKind::Timeout, DispatchKind::Closed] {
        assert!(post(DispatchError::new(kind)).is_ambiguous());
        assert!(!understand(DEED, &Method::GET, DispatchError::new(kind).into()).is_ambiguous());
    }
    assert!(!post(DispatchError::new(DispatchKind::Connect)).is_ambiguous());
    assert!(post(ocm(500, "CLUSTERS-MGMT-500")).is_ambiguous());
    assert!(post(ocm(504, "CLUSTERS-MGMT-504")).is_ambiguous());
    assert!(!post(ocm(429, "CLUSTERS-MGMT-429")).is_ambiguous());
}

#[test]
fn a_missing_token_is_said_to_be_one() {
    let without = |transient| {
        let source =
            BearerError::new("ocm", std::sync::Arc::new(std::io::Error::other("no"))).with_transient(transient);
        post(ConstructionError::new(ConstructionKind::Token, "there is no token to show").with_source(source))
    };
    assert_eq!(without(false).kind(), ProviderErrorKind::Unauthenticated);
    assert_eq!(without(true).kind(), ProviderErrorKind::Unavailable);
    assert!(!without(true).is_ambiguous());
}

#[test]
fn patience_that_is_asked_for_is_passed_on() {
    let refusal = ocm(429, "CLUSTERS-MGMT-429").with_retry_hint(RetryHint::After(Duration::from_secs(7)));
    let error = post(refusal);
    assert_eq!(
        (error.kind(), error.retry_hint()),
        (ProviderErrorKind::RateLimited, RetryHint::After(Duration::from_secs(7)))
    );
}

proptest! {
    #[test]
    fn any_answer_is_some_kind_of_trouble(status in 100_u16..1000, body: Vec<u8>) {
        let error = post(ServiceError::new(StatusCode::from_u16(status).unwrap()).with_raw_body(body));
        prop_assert!(!error.to_string().contains('\n'));
        prop_assert!(error.kind() != ProviderErrorKind::NotFound);
    }

    #[test]
    fn wording_does_not_change_a_kind(status in 400_u16..600, reason: String) {
        let body = json!({"kind": "Error", "code": format!("CLUSTERS-MGMT-{status}"), "reason": reason});
        prop_assert_eq!(post(answer(status, &body)).kind(), post(ocm(status, "")).kind());
    }
}
