use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;
use crate::github::limits::Resource;

const PERSISTENCE: Persistence =
    Persistence { attempts: 3, backoff: Backoff::new(Duration::from_millis(500), Duration::from_secs(10)) };
static NOTHING: std::sync::LazyLock<HeaderMap> = std::sync::LazyLock::new(HeaderMap::new);

fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

fn asked(method: &Method) -> Asked<'_> {
    Asked { method, replayable: true, renewable: true }
}

fn first() -> Progress {
    Progress { attempts: 1, renewed: false, left: Duration::from_secs(90) }
}

fn answer(status: u16, headers: &HeaderMap) -> Answer<'_> {
    let status = StatusCode::from_u16(status).unwrap();
    Answer { status, headers, rate: limits::read(headers, Resource::Core, now()), documentation_url: None }
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}

fn verdict(asked: Asked<'_>, progress: Progress, ended: Ended<'_>) -> Verdict {
    decide(asked, progress, ended, PERSISTENCE, now(), 0.0)
}

#[test]
fn a_refused_credential_is_fetched_anew_once_for_every_method_whose_body_can_be_sent_again() {
    for method in [Method::GET, Method::POST, Method::PATCH] {
        let refused = Ended::Answer(answer(401, &NOTHING));
        assert_eq!(verdict(asked(&method), first(), refused), Verdict::Renew);
        let again = Progress { attempts: 2, renewed: true, ..first() };
        assert_eq!(verdict(asked(&method), again, refused), Verdict::Unauthenticated);
        let once = Asked { replayable: false, ..asked(&method) };
        assert_eq!(verdict(once, first(), refused), Verdict::Unauthenticated);
    }
}

#[test]
fn a_refusal_of_nobody_is_handed_on() {
    let nobody = Asked { renewable: false, ..asked(&Method::GET) };
    assert_eq!(verdict(nobody, first(), Ended::Answer(answer(401, &NOTHING))), Verdict::HandOn);
}

#[test]
fn what_is_not_idempotent_is_never_repeated_once_it_was_sent() {
    for method in [Method::POST, Method::PATCH] {
        for status in [500, 502, 503, 504] {
            assert_eq!(verdict(asked(&method), first(), Ended::Answer(answer(status, &NOTHING))), Verdict::GiveUp);
        }
        for kind in [DispatchKind::Closed, DispatchKind::Timeout] {
            assert_eq!(verdict(asked(&method), first(), Ended::NoAnswer(kind)), Verdict::GiveUp);
        }
        let limited = headers(&[("retry-after", "1")]);
        assert!(matches!(
            verdict(asked(&method), first(), Ended::Answer(answer(403, &limited))),
            Verdict::Limited { .. }
        ));
        assert!(matches!(
            verdict(asked(&method), first(), Ended::NoAnswer(DispatchKind::Connect)),
            Verdict::Repeat { .. }
        ));
    }
}

#[test]
fn a_body_that_cannot_be_sent_again_is_never_replaced_by_an_empty_one() {
    let once = Asked { replayable: false, ..asked(&Method::PUT) };
    assert_eq!(verdict(once, first(), Ended::Answer(answer(503, &NOTHING))), Verdict::GiveUp);
    assert_eq!(verdict(once, first(), Ended::NoAnswer(DispatchKind::Connect)), Verdict::GiveUp);
    assert!(matches!(
        verdict(asked(&Method::PUT), first(), Ended::Answer(answer(503, &NOTHING))),
        Verdict::Repeat { .. }
    ));
}

#[test]
fn a_server_that_asks_for_patience_gets_it_within_the_deadline() {
    let patience = headers(&[("retry-after", "30")]);
    let busy = Ended::Answer(answer(503, &patience));
    assert_eq!(verdict(asked(&Method::GET), first(), busy), Verdict::Repeat { wait: Duration::from_secs(30) });
    let short = Progress { left: Duration::from_secs(29), ..first() };
    assert_eq!(verdict(asked(&Method::GET), short, busy), Verdict::GiveUp);
}

#[test]
fn the_primary_limit_is_waited_for_within_the_deadline_and_told_otherwise() {
    let used_up = headers(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1700000060")]);
    let until = Timestamp::from_second(1_700_000_061).unwrap();
    for status in [403, 429] {
        let refused = Ended::Answer(answer(status, &used_up));
        let limit = LimitKind::Primary;
        assert_eq!(verdict(asked(&Method::GET), first(), refused), Verdict::Await { until, limit });
        let short = Progress { left: Duration::from_secs(60), ..first() };
        assert_eq!(verdict(asked(&Method::GET), short, refused), Verdict::Limited { until, limit });
    }
}

#[test]
fn the_secondary_limit_is_told_by_retry_after_documentation_or_status() {
    let secondary = |status, headers: &HeaderMap, documentation_url| {
        limited(Answer { documentation_url, ..answer(status, headers) }, now())
    };
    let minute = Timestamp::from_second(1_700_000_060).unwrap();
    let asked = headers(&[("retry-after", "7")]);
    let seven = Timestamp::from_second(1_700_000_007).unwrap();
    assert_eq!(secondary(403, &asked, None), Some((seven, LimitKind::Secondary)));
    let documented =
        Some("https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits");
    assert_eq!(secondary(403, &NOTHING, documented), Some((minute, LimitKind::Secondary)));
    assert_eq!(secondary(429, &NOTHING, None), Some((minute, LimitKind::Secondary)));
    assert_eq!(secondary(403, &NOTHING, Some("https://docs.github.com/rest/repos")), None, "a plain refusal");
    assert_eq!(secondary(404, &asked, documented), None);
}

#[test]
fn graphql_queries_are_no_mutations() {
    let graphql = |query: &str| {
        let body = serde_json::json!({ "query": query }).to_string();
        is_mutation(&Method::POST, "/graphql", Some(body.as_bytes()))
    };
    assert!(!graphql("query { viewer { login } }"));
    assert!(!graphql("\n  { viewer { login } }"));
    assert!(graphql("mutation { addStar }"));
    assert!(graphql("query A { x } mutation B { y }"));
    assert!(is_mutation(&Method::POST, "/graphql", Some(b"nonsense")));
    assert!(is_mutation(&Method::POST, "/graphql", None));
    assert!(is_mutation(&Method::DELETE, "/repos/a/b", None));
    assert!(!is_mutation(&Method::GET, "/repos/a/b", None));
}

fn any_ended() -> impl Strategy<Value = (u16, Option<u32>, Option<DispatchKind>)> {
    let kinds = proptest::option::of(proptest::sample::select(vec![
        DispatchKind::Connect,
        DispatchKind::Closed,
        DispatchKind::Timeout,
        DispatchKind::Protocol,
    ]));
    (200u16..600, proptest::option::of(0u32..100), kinds)
}

proptest! {
    #[test]
    fn whatever_happens_a_call_ends((status, retry_after, kind) in any_ended(), method in 0usize..5, chance in 0.0f64..1.0) {
        let methods = [Method::GET, Method::PUT, Method::POST, Method::PATCH, Method::DELETE];
        let headers = retry_after.map(|wait| headers(&[("retry-after", &wait.to_string())])).unwrap_or_default();
        let ended = kind.map_or(Ended::Answer(answer(status, &headers)), Ended::NoAnswer);
        let mut progress = first();
        for _ in 0..PERSISTENCE.attempts + 2 {
            match decide(asked(&methods[method]), progress, ended, PERSISTENCE, now(), chance) {
                Verdict::Renew => progress.renewed = true,
                Verdict::Repeat { wait } => {
                    prop_assert!(wait <= progress.left);
                    progress.left -= wait;
                }
                Verdict::Await { .. } => {}
                _ => return Ok(()),
            }
            progress.attempts += 1;
        }
        prop_assert!(false, "it goes on for ever");
    }

    #[test]
    fn what_was_sent_with_post_or_patch_is_repeated_after_401_only(
        (status, retry_after, kind) in any_ended(), patch: bool, chance in 0.0f64..1.0
    ) {
        let method = if patch { Method::PATCH } else { Method::POST };
        let headers = retry_after.map(|wait| headers(&[("retry-after", &wait.to_string())])).unwrap_or_default();
        let ended = kind.map_or(Ended::Answer(answer(status, &headers)), Ended::NoAnswer);
        match decide(asked(&method), first(), ended, PERSISTENCE, now(), chance) {
            Verdict::Repeat { .. } => prop_assert!(kind == Some(DispatchKind::Connect)),
            Verdict::Await { .. } => prop_assert!(false),
            Verdict::Renew => prop_assert!(kind.is_none() && status == 401),
            _ => {}
        }
    }

    #[test]
    fn successes_and_plain_refusals_are_handed_on(status in (200u16..500).prop_filter("special", |status| ![401, 403, 429].contains(status))) {
        prop_assert_eq!(verdict(asked(&Method::GET), first(), Ended::Answer(answer(status, &NOTHING))), Verdict::HandOn);
    }
}
