use std::time::{Duration, SystemTime};

use ::http::{HeaderMap, HeaderValue, Method, StatusCode};
use proptest::prelude::*;

use super::*;

const RULES: RetryRules = RetryRules::new(&[
    ("add_network_reference", &[500]),
    ("add_project_reference", &[409, 500]),
    ("create_allocation", &[409, 500]),
]);

fn answer(status: u16) -> Outcome {
    Outcome::Answer { status: StatusCode::from_u16(status).unwrap(), retry_after: None }
}

fn hint(method: Method, operation: &str, outcome: Outcome) -> RetryHint {
    classify(&method, RetryClass::of(operation, RULES), outcome)
}

#[test]
fn connect_errors_are_safe_for_every_method() {
    for kind in [DispatchKind::Connect, DispatchKind::ConnectTimeout, DispatchKind::Tls] {
        for method in [Method::GET, Method::POST, Method::PATCH] {
            assert_eq!(hint(method, "", Outcome::NoAnswer(kind)), RetryHint::Safe);
        }
    }
}

#[test]
fn what_passes_with_time_is_for_idempotent_calls_only() {
    for status in [429, 502, 503, 504] {
        assert_eq!(hint(Method::GET, "", answer(status)), RetryHint::IfIdempotent);
    }
    assert_eq!(hint(Method::GET, "", Outcome::NoAnswer(DispatchKind::Closed)), RetryHint::IfIdempotent);
    assert_eq!(hint(Method::GET, "", Outcome::BrokenBody), RetryHint::IfIdempotent);
}

#[test]
fn other_statuses_are_never_repeated() {
    for status in [302, 400, 401, 403, 404, 408, 409, 413, 422, 500, 501, 505] {
        assert_eq!(hint(Method::GET, "get_network", answer(status)), RetryHint::Never, "{status}");
    }
}

#[test]
fn a_listed_operation_is_repeated_for_its_statuses_and_no_others() {
    assert_eq!(hint(Method::PUT, "add_network_reference", answer(500)), RetryHint::IfIdempotent);
    assert_eq!(hint(Method::PUT, "add_network_reference", answer(409)), RetryHint::Never);
    assert_eq!(hint(Method::PUT, "add_project_reference", answer(409)), RetryHint::IfIdempotent);
    assert_eq!(hint(Method::PUT, "update_network", answer(500)), RetryHint::Never);
}

#[test]
fn listing_a_post_does_not_make_it_repeatable() {
    assert_eq!(hint(Method::POST, "create_allocation", answer(409)), RetryHint::Never);
    assert_eq!(hint(Method::POST, "create_allocation", answer(500)), RetryHint::Never);
}

#[test]
fn the_caller_can_say_that_a_post_may_be_repeated() {
    let class = RetryClass::default().with_idempotent(Some(true));
    assert!(class.is_idempotent(&Method::POST));
    assert!(!RetryClass::default().with_idempotent(Some(false)).is_idempotent(&Method::GET));
    assert!(RetryClass::default().is_idempotent(&Method::DELETE));
}

#[test]
fn retry_after_is_passed_on_only_with_what_passes() {
    let outcome = |status| Outcome::Answer {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: Some(Duration::from_secs(7)),
    };
    assert_eq!(hint(Method::GET, "", outcome(503)), RetryHint::After(Duration::from_secs(7)));
    assert_eq!(hint(Method::GET, "", outcome(404)), RetryHint::Never);
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    let read = |text: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static(text));
        after::read(&headers, || now)
    };
    assert_eq!(read("120"), Some(Duration::from_secs(120)));
    assert_eq!(read(" 0 "), Some(Duration::ZERO));
    assert_eq!(read("Sun, 06 Nov 1994 08:49:39 GMT"), Some(Duration::from_secs(2)));
    assert_eq!(read("Sun, 06 Nov 1994 08:49:30 GMT"), Some(Duration::ZERO));
    assert_eq!(read("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
    assert_eq!(read("soon"), None);
    assert_eq!(read("-1"), None);
    assert_eq!(after::read(&HeaderMap::new(), || now), None);
}

fn policy(options: RetryOptions) -> Policy {
    Policy::new(options.with_seed(7))
}

#[test]
fn a_call_is_repeated_until_its_attempts_are_spent() {
    let policy = policy(RetryOptions::default());
    assert!(policy.next(RetryHint::Safe, false, 1).is_some());
    assert!(policy.next(RetryHint::Safe, false, 2).is_some());
    assert_eq!(policy.next(RetryHint::Safe, false, 3), None);
}

#[test]
fn what_is_not_idempotent_is_repeated_only_when_safe() {
    let policy = policy(RetryOptions::default());
    assert_eq!(policy.next(RetryHint::IfIdempotent, false, 1), None);
    assert_eq!(policy.next(RetryHint::After(Duration::ZERO), false, 1), None);
    assert_eq!(policy.next(RetryHint::Never, true, 1), None);
    assert!(policy.next(RetryHint::IfIdempotent, true, 1).is_some());
}

#[test]
fn patience_has_a_ceiling() {
    let policy = policy(RetryOptions::default());
    assert_eq!(policy.next(RetryHint::After(Duration::from_secs(11)), true, 1), None);
    assert!(policy.next(RetryHint::After(Duration::from_secs(9)), true, 1).unwrap() >= Duration::from_secs(9));
}

#[test]
fn the_budget_runs_dry_and_calls_fill_it_again() {
    let policy = policy(RetryOptions::default().with_budget(50, 2));
    assert!(policy.next(RetryHint::Safe, true, 1).is_some());
    assert!(policy.next(RetryHint::Safe, true, 1).is_some());
    assert_eq!(policy.next(RetryHint::Safe, true, 1), None, "two were saved");
    policy.begin();
    assert_eq!(policy.next(RetryHint::Safe, true, 1), None, "one call earns half a retry");
    policy.begin();
    assert!(policy.next(RetryHint::Safe, true, 1).is_some());
}

#[test]
fn the_same_seed_waits_the_same() {
    let waits = |seed| {
        let policy = Policy::new(RetryOptions::default().with_seed(seed));
        (1..3).map(|attempt| policy.next(RetryHint::Safe, true, attempt)).collect::<Vec<_>>()
    };
    assert_eq!(waits(1), waits(1));
    assert_ne!(waits(1), waits(2));
}

proptest! {
    #[test]
    fn waits_stay_between_nothing_and_the_bound(seed: u64, attempt in 1u32..100) {
        let options = RetryOptions::default().with_max_attempts(u32::MAX).with_seed(seed);
        let bound = options.base_backoff.saturating_mul(1u32.checked_shl(attempt - 1).unwrap_or(u32::MAX)).min(options.max_backoff);
        prop_assert!(Policy::new(options).next(RetryHint::Safe, true, attempt).unwrap() <= bound);
    }
}

#[test]
fn only_a_listed_status_says_that_nothing_was_done() {
    let class = RetryClass::default().with_untouched(&[429, 503]).with_statuses(&[500]);
    assert!(class.is_untouched(StatusCode::SERVICE_UNAVAILABLE) && !class.is_untouched(StatusCode::BAD_GATEWAY));
    let general = RetryClass::of("add_network_reference", RULES).with_idempotent(Some(true));
    assert_eq!(RetryClass::default().over(general), general);
    let over = class.over(general);
    assert!(over.is_idempotent(&Method::POST) && over.is_untouched(StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(classify(&Method::GET, over, answer(500)), RetryHint::IfIdempotent);
}
