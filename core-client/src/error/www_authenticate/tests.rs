use proptest::prelude::*;

use super::{Challenge, ParseError, join, parse};

#[test]
fn the_bearer_challenge_is_byte_for_byte_that_of_the_go_services() {
    assert_eq!(
        Challenge::bearer("access_denied", "cat", "acme.com").to_string(),
        r#"Bearer error="access_denied",error_description="cat",resource_metadata="https://acme.com/.well-known/openid-protected-resource""#
    );
}

/// W-27
#[test]
fn quotes_and_backslashes_are_escaped_and_controls_are_dropped() {
    let challenge = Challenge::new("Bearer").with("error_description", "a \"b\" \\ c\r\nX-Evil: 1\u{7f}\u{1F600}");
    assert_eq!(challenge.to_string(), r#"Bearer error_description="a \"b\" \\ cX-Evil: 1""#);
    assert_eq!(challenge.to_header(), r#"Bearer error_description="a \"b\" \\ cX-Evil: 1""#);
    assert_eq!(parse(&challenge.to_string()).unwrap()[0].get("error_description"), Some(r#"a "b" \ cX-Evil: 1"#));
}

#[test]
fn challenges_are_sorted_and_joined_by_a_comma_and_a_space() {
    let challenges =
        [Challenge::new("Bearer").with("b", "2").with("a", "1"), Challenge::new("Basic").with("realm", "x")];
    assert_eq!(join(&challenges), r#"Basic realm="x", Bearer a="1",b="2""#);
    let mut read = parse(&join(&challenges)).unwrap();
    read.sort_by(|left, right| right.cmp(left));
    assert_eq!(read, challenges);
}

#[test]
fn what_others_write_is_read() {
    let read =
        parse(r#"Negotiate, Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm = simple ,"#).unwrap();
    assert_eq!(
        read,
        [
            Challenge::new("Negotiate"),
            Challenge::new("Newauth").with("realm", "apps").with("type", "1").with("title", "Login to \"apps\""),
            Challenge::new("Basic").with("realm", "simple"),
        ]
    );
    assert_eq!(parse("Negotiate YIIabc+/==, Bearer").unwrap(), [Challenge::new("Negotiate"), Challenge::new("Bearer")]);
    assert_eq!(parse("").unwrap(), []);
}

#[test]
fn what_makes_no_sense_is_refused_by_place_and_not_repeated() {
    assert_eq!(parse("Bearer a=\"open"), Err(ParseError::Syntax(9)));
    assert_eq!(parse("\"Bearer\""), Err(ParseError::Syntax(0)));
    assert_eq!(parse(&"a".repeat(9000)), Err(ParseError::TooLong(9000)));
    assert_eq!(parse("Bearer a=\"open").unwrap_err().to_string(), "the header makes no sense at byte 9");
}

proptest! {
    #[test]
    fn printable_values_survive_the_round_trip(
        scheme in "[A-Za-z][A-Za-z0-9-]{0,8}",
        parameters in proptest::collection::btree_map("[a-z_]{1,8}", "[ -~]{0,20}", 0..4),
    ) {
        let challenge = Challenge { scheme, parameters };
        prop_assert_eq!(parse(&challenge.to_string()).unwrap(), vec![challenge]);
    }

    #[test]
    fn any_text_is_read_or_refused(text: String) {
        let _outcome = parse(&text);
    }

    #[test]
    fn any_challenge_is_a_valid_header(scheme: String, name: String, value: String) {
        let challenge = Challenge::new(scheme).with(&name, value);
        prop_assert!(http::HeaderValue::try_from(challenge.to_string()).is_ok());
    }
}
