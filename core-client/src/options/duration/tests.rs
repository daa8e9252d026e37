use proptest::prelude::*;

use super::*;

const S: i64 = SECOND as i64;

fn parse(text: &str) -> Result<i64, ParseDurationError> {
    text.parse::<GoDuration>().map(GoDuration::as_nanos)
}

#[test]
fn every_form_that_go_accepts_is_accepted() {
    for (text, nanoseconds) in [
        ("0", 0),
        ("+0", 0),
        ("-0", 0),
        ("0s", 0),
        ("5s", 5 * S),
        ("+5s", 5 * S),
        ("-5s", -5 * S),
        ("5.0s", 5 * S),
        ("5.6s", 5 * S + 600_000_000),
        ("5.s", 5 * S),
        (".5s", S / 2),
        ("-.5s", -S / 2),
        ("1.0040s", S + 4_000_000),
        ("100.00100s", 100 * S + 1_000_000),
        ("10ns", 10),
        ("11us", 11_000),
        ("12\u{b5}s", 12_000),
        ("12\u{3bc}s", 12_000),
        ("13ms", 13_000_000),
        ("15m", 900 * S),
        ("16h", 57_600 * S),
        ("24h", 86_400 * S),
        ("1h30m", 5_400 * S),
        ("1.5h", 5_400 * S),
        ("3h30m", 12_600 * S),
        ("-2m3.4s", -(123 * S + 400_000_000)),
        ("10.5s4m", 250 * S + 500_000_000),
        ("1h2m3s4ms5us6ns", 3_723_004_005_006),
        ("39h9m14.425s", 140_954_425_000_000),
        ("52763797000ns", 52_763_797_000),
        // A third of an hour needs more digits than a double has.
        ("0.3333333333333333333h", 1_200 * S),
        ("9007199254740993ns", 9_007_199_254_740_993),
        ("9223372036854775807ns", i64::MAX),
        ("9223372036854775.807us", i64::MAX),
        ("9223372036s854ms775us807ns", i64::MAX),
        ("-9223372036854775808ns", i64::MIN),
        ("-9223372036854775.808us", i64::MIN),
        ("0.100000000000000000000h", 360 * S),
        ("0.830103483285477580700h", 2_988_372_539_827),
    ] {
        assert_eq!(parse(text), Ok(nanoseconds), "{text}");
    }
}

#[test]
fn every_form_that_go_refuses_is_refused_and_the_text_is_named() {
    for text in [
        "",
        "3",
        "-",
        "s",
        ".",
        "-.",
        ".s",
        "+.s",
        "1d",
        "\u{85}\u{85}",
        "3000000h",
        "1 s",
        " 1s",
        "1s ",
        "--1s",
        "1s-1s",
        "1e3s",
        "1S",
        "1H",
        "inf",
        "\u{661}s",
        "9223372036854775808ns",
        "9223372036854775.808us",
        "9223372036854ms775us808ns",
        "-9223372036854775809ns",
        // The original's sum wraps around to nothing here and is accepted.
        "9223372036854775808ns9223372036854775808ns",
    ] {
        let error = parse(text).expect_err(text);
        assert!(error.to_string().contains(&format!("{text:?}")), "{error}");
    }
}

#[test]
fn errors_say_what_is_wrong() {
    assert!(matches!(parse("30"), Err(ParseDurationError::MissingUnit(_))));
    assert!(matches!(parse("1d"), Err(ParseDurationError::UnknownUnit { unit, .. }) if unit == "d"));
    assert!(matches!(parse("3000000h"), Err(ParseDurationError::TooLong(_))));
}

#[test]
fn printing_gives_the_canonical_form_of_go() {
    for (nanoseconds, text) in [
        (0, "0s"),
        (1, "1ns"),
        (1_100, "1.1\u{b5}s"),
        (2_200_000, "2.2ms"),
        (3_300_000_000, "3.3s"),
        (245 * S, "4m5s"),
        (245 * S + 1_000_000, "4m5.001s"),
        (18_367 * S + 1_000_000, "5h6m7.001s"),
        (480 * S + 1, "8m0.000000001s"),
        (86_400 * S, "24h0m0s"),
        (-S, "-1s"),
        (i64::MAX, "2562047h47m16.854775807s"),
        (i64::MIN, "-2562047h47m16.854775808s"),
    ] {
        assert_eq!(GoDuration::from_nanos(nanoseconds).to_string(), text);
    }
}

#[test]
fn only_positive_durations_switch_a_timer_on() {
    assert_eq!(GoDuration::ZERO.positive(), None);
    assert_eq!(GoDuration::from_nanos(-1).positive(), None);
    assert_eq!(GoDuration::from_hours(24).positive(), Some(Duration::from_secs(86_400)));
}

#[test]
fn a_duration_is_text_to_serde() {
    let duration: GoDuration = serde_json::from_str("\"1h30m\"").unwrap();
    assert_eq!(serde_json::to_string(&duration).unwrap(), "\"1h30m0s\"");
    assert!(serde_json::from_str::<GoDuration>("90").is_err());
    let error = serde_json::from_str::<GoDuration>("\"1d\"").unwrap_err();
    assert!(error.to_string().contains("unknown unit"), "{error}");
}

proptest! {
    #[test]
    fn what_is_printed_parses_back_to_the_same_duration(nanoseconds: i64) {
        let text = GoDuration::from_nanos(nanoseconds).to_string();
        prop_assert_eq!(parse(&text), Ok(nanoseconds));
    }

    #[test]
    fn whole_units_add_up(hours in 0_i64..3_000, minutes in 0_i64..60, seconds in 0_i64..60) {
        let text = format!("{hours}h{minutes}m{seconds}s");
        prop_assert_eq!(parse(&text), Ok((hours * 3_600 + minutes * 60 + seconds) * S));
    }

    #[test]
    fn parsing_what_looks_like_a_duration_never_panics(text in "[-+0-9.nuµmsh ]{0,40}") {
        drop(parse(&text));
    }

    #[test]
    fn parsing_any_text_never_panics(text: String) {
        drop(parse(&text));
    }
}
