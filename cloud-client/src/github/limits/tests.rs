use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

const PACING: Pacing = Pacing { below: 50 };

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}

fn rate(remaining: u64, reset: i64) -> Rate {
    Rate { resource: Resource::Core, limit: 5_000, remaining, reset: at(reset) }
}

fn admit(standing: &mut Standing, now: i64) -> Admission {
    standing.admit(Resource::Core, at(now), PACING)
}

#[test]
fn the_end_of_a_window_is_reckoned_by_our_clock_when_the_answer_is_dated() {
    // Their clock is 100 s ahead of ours.
    let answer = headers(&[
        ("x-ratelimit-limit", "60"),
        ("x-ratelimit-remaining", "7"),
        ("x-ratelimit-reset", "1700003700"),
        ("date", "Tue, 14 Nov 2023 22:15:00 GMT"),
    ]);
    let read = read(&answer, Resource::Core, at(0)).unwrap();
    assert_eq!(read, Rate { resource: Resource::Core, limit: 60, remaining: 7, reset: at(3_600) });
}

#[test]
fn what_is_counted_together_is_told_by_the_answer_or_else_by_the_path() {
    let answer = |resource: &[(&'static str, &str)]| {
        let mut all = vec![("x-ratelimit-remaining", "7"), ("x-ratelimit-reset", "1700000100")];
        all.extend_from_slice(resource);
        read(&headers(&all), Resource::of_path("/search/issues"), at(0)).unwrap().resource
    };
    assert_eq!(answer(&[]), Resource::Search);
    assert_eq!(answer(&[("x-ratelimit-resource", "core")]), Resource::Core);
    assert_eq!(answer(&[("x-ratelimit-resource", "audit_log")]), Resource::Other);
    assert_eq!(Resource::of_path("/graphql"), Resource::Graphql);
    assert_eq!(Resource::of_path("/repos/search/code"), Resource::Core);
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let wait = |text: &str| retry_after(&headers(&[("retry-after", text)]), at(0));
    assert_eq!(wait("17"), Some(Duration::from_secs(17)));
    assert_eq!(wait("Tue, 14 Nov 2023 22:14:20 GMT"), Some(Duration::from_secs(60)));
    assert_eq!(wait("Tue, 14 Nov 2023 22:12:20 GMT"), Some(Duration::ZERO));
    assert_eq!(wait("99999999999999999999999"), Some(Duration::from_secs(u64::from(u32::MAX))));
    assert_eq!(wait("soon"), None);
    assert_eq!(wait(""), None);
}

#[test]
fn nothing_goes_once_the_allowance_is_used_up_until_the_window_ends() {
    let mut standing = Standing::default();
    assert_eq!(admit(&mut standing, 0), Admission::Go);
    standing.observe(rate(0, 100));
    standing.ended(Resource::Core);
    assert_eq!(admit(&mut standing, 1), Admission::Closed(at(101), LimitKind::Primary));
    assert_eq!(standing.admit(Resource::Search, at(1), PACING), Admission::Go, "another allowance");
    assert_eq!(admit(&mut standing, 101), Admission::Go);
}

#[test]
fn requests_under_way_are_counted_before_their_answers_come() {
    let mut standing = Standing::default();
    standing.observe(rate(2, 100));
    let pacing = Pacing { below: 0 };
    for _ in 0..2 {
        assert_eq!(standing.admit(Resource::Core, at(0), pacing), Admission::Go);
    }
    assert!(matches!(standing.admit(Resource::Core, at(0), pacing), Admission::Closed(..)));
    standing.ended(Resource::Core);
    assert_eq!(
        standing.admit(Resource::Core, at(0), pacing),
        Admission::Go,
        "a 304 costs nothing: its place is free again"
    );
}

#[test]
fn a_low_allowance_is_spread_over_the_rest_of_the_window() {
    let mut standing = Standing::default();
    standing.observe(rate(10, 100));
    let mut places = Vec::new();
    for _ in 0..10 {
        match admit(&mut standing, 0) {
            Admission::Go => places.push(at(0)),
            Admission::Paced(place) => places.push(place),
            closed @ Admission::Closed(..) => panic!("{closed:?}"),
        }
    }
    assert_eq!(places[0], at(0));
    assert_eq!(places[1], at(10));
    assert!(places.is_sorted() && places[9] <= at(100), "{places:?}");
    assert!(matches!(admit(&mut standing, 0), Admission::Closed(_, LimitKind::Primary)));
}

#[test]
fn the_secondary_limit_closes_everything_and_the_later_end_counts() {
    let mut standing = Standing::default();
    standing.close(at(60));
    standing.close(at(30));
    assert_eq!(admit(&mut standing, 59), Admission::Closed(at(60), LimitKind::Secondary));
    assert_eq!(standing.admit(Resource::Search, at(59), PACING), Admission::Closed(at(60), LimitKind::Secondary));
    assert_eq!(admit(&mut standing, 60), Admission::Go);
}

#[test]
fn an_answer_of_a_window_that_is_over_changes_nothing() {
    let mut standing = Standing::default();
    standing.observe(rate(4_000, 3_700));
    standing.observe(rate(0, 100));
    assert_eq!(standing.left(Resource::Core, at(0)), Some((4_000, 5_000, at(3_700))));
}

proptest! {
    #[test]
    fn the_order_of_answers_does_not_matter(mut remaining in proptest::collection::vec(0u64..5_000, 1..20)) {
        let mut standing = Standing::default();
        for left in &remaining {
            standing.observe(rate(*left, 100));
        }
        remaining.sort_unstable();
        prop_assert_eq!(standing.left(Resource::Core, at(0)), Some((remaining[0], 5_000, at(100))));
    }

    #[test]
    fn never_more_go_than_are_left(left in 0u64..200, asked in 0usize..300, below in 0u64..300) {
        let mut standing = Standing::default();
        standing.observe(rate(left, 100));
        let gone = (0..asked)
            .filter(|_| !matches!(standing.admit(Resource::Core, at(0), Pacing { below }), Admission::Closed(..)))
            .count();
        prop_assert_eq!(gone as u64, left.min(asked as u64));
    }

    #[test]
    fn no_place_is_beyond_the_window_and_none_before_its_predecessor(left in 1u64..50, now in 0i64..100) {
        let mut standing = Standing::default();
        standing.observe(rate(left, 100));
        let mut last = at(now);
        for _ in 0..left {
            if let Admission::Paced(place) = admit(&mut standing, now) {
                prop_assert!(place >= last && place <= at(100), "{place} {last}");
                last = place;
            }
        }
    }

    #[test]
    fn no_header_can_panic(limit in "[ -~]{0,30}", reset in "-?[0-9]{0,25}", date in "[ -~]{0,30}") {
        let answer = headers(&[
            ("x-ratelimit-limit", &limit),
            ("x-ratelimit-remaining", &reset),
            ("x-ratelimit-reset", &reset),
            ("retry-after", &reset),
            ("date", &date),
        ]);
        let mut standing = Standing::default();
        if let Some(rate) = read(&answer, Resource::Core, at(0)) {
            standing.observe(rate);
        }
        let _wait = retry_after(&answer, at(0));
        let _admission = admit(&mut standing, 0);
    }
}
