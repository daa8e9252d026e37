use proptest::prelude::*;
use serde_json::json;

use super::*;

fn finds(search: &str, object: &Value) -> bool {
    Search::parse(search).unwrap_or_else(|error| panic!("{search}: {error}")).finds(object)
}

fn cluster() -> Value {
    json!({
        "id": "2a", "name": "mk-it's", "state": "ready", "multi_az": true, "count": 3,
        "region": {"id": "us-east-1"},
        "properties": {"token": "t-1", "example.com/owner": "me"},
    })
}

#[test]
fn what_users_of_ocm_write_is_understood() {
    for search in [
        "name like 'mk%' and region.id = 'us-east-1'",
        "properties.token = 't-1'",
        "properties.example.com/owner = 'me'",
        "state in ('pending', 'ready')",
        "name = 'mk-it''s'",
        "NOT (state = 'pending') AND multi_az = 'true'",
        "multi_az = true and count >= 3 and count < 4",
        "state not in ('error') or name = 'x'",
        "name ilike 'MK-_t%'",
        "",
        "  ",
    ] {
        assert!(finds(search, &cluster()), "{search}");
    }
}

#[test]
fn nothing_is_known_of_a_field_that_is_not_there() {
    for search in ["external_id = 'x'", "external_id != 'x'", "not external_id = 'x'", "external_id in ('x')"] {
        assert!(!finds(search, &cluster()), "{search}");
    }
    assert!(finds("external_id = 'x' or state = 'ready'", &cluster()));
}

#[test]
fn what_is_not_in_the_language_is_refused_and_says_where() {
    for (search, at) in [
        ("name = ", 7),
        ("name = 'x", 7),
        ("name == 'x'", 6),
        ("name = 'x' or", 13),
        ("name = 'x'; drop table clusters", 10),
        ("name = 'x' name = 'y'", 11),
        ("(name = 'x'", 11),
        ("name in ()", 9),
        ("name like mk", 10),
        ("'x' = name", 0),
    ] {
        match Search::parse(search) {
            Err(SearchError::Unexpected { at: found, .. } | SearchError::OpenQuote { at: found }) => {
                assert_eq!(found, at, "{search}");
            }
            other => panic!("{search}: {other:?}"),
        }
    }
}

#[test]
fn brackets_without_end_do_not_exhaust_the_stack() {
    assert_eq!(Search::parse(&"(".repeat(1_000)), Err(SearchError::TooDeep));
    assert_eq!(Search::parse(&"not ".repeat(1_000)), Err(SearchError::TooDeep));
    assert_eq!(Search::parse(&"x".repeat(LONGEST + 1)), Err(SearchError::TooLong));
}

#[test]
fn many_wildcards_take_no_time() {
    assert!(!like(&"%a".repeat(40), &"b".repeat(4_000)));
    assert!(like("%%", ""));
    assert!(!like("_", ""));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        if let Ok(search) = Search::parse(&text) {
            search.finds(&cluster());
        }
    }

    #[test]
    fn no_words_make_the_reader_panic(words in proptest::collection::vec(
        prop::sample::select(vec!["and", "or", "not", "in", "like", "(", ")", ",", "=", "<>", "'a'", "'", "name", "1.", "-", "true"]), 0..24,
    )) {
        for text in [words.join(" "), words.concat()] {
            if let Ok(search) = Search::parse(&text) {
                search.finds(&cluster());
            }
        }
    }

    /// Whatever a value holds, a search for it finds it, finds nothing else, and changes the search in no other way.
    #[test]
    fn a_quoted_value_finds_exactly_itself(value in any::<String>(), other in any::<String>()) {
        let search = Search::parse(&format!("name = '{}'", value.replace('\'', "''"))).unwrap();
        prop_assert_eq!(search.fields(), ["name"]);
        let itself = json!({"name": value});
        prop_assert!(search.finds(&itself));
        let another = json!({"name": other});
        prop_assert_eq!(search.finds(&another), value == other);
    }

    #[test]
    fn like_without_wildcards_is_equality(a in "[a-c]{0,4}", b in "[a-c]{0,4}") {
        prop_assert_eq!(like(&a, &b), a == b);
        let (prefix, suffix) = (format!("{a}%"), format!("%{a}"));
        prop_assert_eq!(like(&prefix, &b), b.starts_with(&a));
        prop_assert_eq!(like(&suffix, &b), b.ends_with(&a));
    }

    #[test]
    fn and_or_and_not_are_those_of_logic(a in "[ab]", b in "[ab]") {
        let object = json!({"x": a, "y": b});
        let (x, y) = (a == "a", b == "a");
        prop_assert_eq!(finds("x = 'a' and y = 'a'", &object), x && y);
        prop_assert_eq!(finds("x = 'a' or y = 'a'", &object), x || y);
        prop_assert_eq!(finds("not x = 'a'", &object), !x);
        prop_assert_eq!(finds("x = 'a' or y = 'a' and x = 'b'", &object), x || y);
    }
}
