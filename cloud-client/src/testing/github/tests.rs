use jiff::SignedDuration;

use super::*;

fn asked<'a>(path: &'a str, headers: &'a HeaderMap) -> Asked<'a> {
    Asked {
        method: &Method::GET,
        path,
        query: "",
        headers,
        body: b"",
        base: "http://here",
        now: jiff::Timestamp::from_second(1_767_225_600).unwrap(),
    }
}

fn with(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let pairs = [("user-agent", "test")].iter().chain(pairs);
    pairs.map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
}

#[test]
fn an_unchanged_answer_is_not_counted() {
    let mut world = World::default();
    world.accept_token("t");
    world.repository("acme", "infra", Repository::new());
    let first = with(&[("authorization", "Bearer t")]);
    let (answer, counted) = world.answer(&asked("/repos/acme/infra", &first), None);
    assert!(counted && answer.status() == 200);
    assert_eq!(answer.headers()["x-ratelimit-remaining"], "4999");
    let tag = answer.headers()["etag"].to_str().unwrap();
    let again = with(&[("authorization", "Bearer t"), ("if-none-match", tag)]);
    let (answer, counted) = world.answer(&asked("/repos/acme/infra", &again), None);
    assert!(!counted && answer.status() == 304);
    assert_eq!(answer.headers()["x-ratelimit-remaining"], "4999");
}

#[test]
fn a_used_up_allowance_is_refused_until_the_window_ends() {
    let mut world = World::default();
    world.accept_token("t");
    world.limit(1, SignedDuration::from_secs(60));
    let headers = with(&[("authorization", "Bearer t")]);
    let call = asked("/user", &headers);
    assert_eq!(world.answer(&call, None).0.status(), 200);
    let (refused, _) = world.answer(&call, None);
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.headers()["x-ratelimit-reset"], "1767225660");
    let later = Asked { now: call.now + SignedDuration::from_secs(60), ..call };
    assert_eq!(world.answer(&later, None).0.status(), 200);
}

#[test]
fn nobody_is_answered_without_a_user_agent_or_with_a_wrong_token() {
    let mut world = World::default();
    assert_eq!(world.answer(&asked("/user", &HeaderMap::new()), None).0.status(), 403);
    let wrong = with(&[("authorization", "Bearer wrong")]);
    assert_eq!(world.answer(&asked("/user", &wrong), None).0.status(), 401);
}

#[test]
fn a_signature_counts_only_by_the_key_of_the_app_and_within_its_dates() {
    let (key, other) = (AppKey::generate().unwrap(), AppKey::generate().unwrap());
    let mut world = World::default();
    world.app("7", &key);
    let now = asked("/app", &HeaderMap::new()).now;
    let mut status = |pem: &str, dated| {
        let token = crate::github::jwt::sign("7", pem, dated).unwrap();
        let headers = with(&[("authorization", &format!("Bearer {token}"))]);
        world.answer(&asked("/app", &headers), None).0.status().as_u16()
    };
    assert_eq!(status(key.pem(), now), 200);
    assert_eq!(status(other.pem(), now), 401);
    assert_eq!(status(key.pem(), now - SignedDuration::from_mins(10)), 401, "over");
    assert_eq!(status(key.pem(), now + SignedDuration::from_mins(2)), 401, "not begun");
}
