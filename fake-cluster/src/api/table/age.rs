//! Spans of time as people read them: two or three significant figures, as `k8s.io/apimachinery/pkg/util/duration` has
//! them. Knows nothing of objects.

use jiff::Timestamp;

/// What is shown when there is no time to count from.
pub(crate) const UNKNOWN: &str = "<unknown>";

/// How long ago a time in RFC 3339 was; [`UNKNOWN`] if there is none.
pub(super) fn since(now: Timestamp, then: &str) -> String {
    match then.parse::<Timestamp>() {
        Ok(then) => human(now.as_nanosecond() - then.as_nanosecond()),
        Err(_) => UNKNOWN.to_owned(),
    }
}

/// The time between two times in RFC 3339; nothing unless both are there.
pub(super) fn between(from: &str, to: &str) -> Option<String> {
    let (from, to) = (from.parse::<Timestamp>().ok()?, to.parse::<Timestamp>().ok()?);
    Some(human(to.as_nanosecond() - from.as_nanosecond()))
}

/// A number of whole seconds.
pub(super) fn of_seconds(seconds: i64) -> String {
    human(i128::from(seconds) * NANOSECONDS)
}

const NANOSECONDS: i128 = 1_000_000_000;

/// A span of nanoseconds. A clock that is a second behind is forgiven.
fn human(nanoseconds: i128) -> String {
    let seconds = nanoseconds / NANOSECONDS;
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let (days, years) = (hours / 24, hours / 24 / 365);
    let two = |large: i128, unit: char, small: i128, rest: char| match small {
        0 => format!("{large}{unit}"),
        _ => format!("{large}{unit}{small}{rest}"),
    };
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1..0 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        _ if minutes < 10 => two(minutes, 'm', seconds % 60, 's'),
        _ if minutes < 180 => format!("{minutes}m"),
        _ if hours < 8 => two(hours, 'h', minutes % 60, 'm'),
        _ if hours < 48 => format!("{hours}h"),
        _ if hours < 24 * 8 => two(days, 'd', hours % 24, 'h'),
        _ if years < 2 => format!("{days}d"),
        _ if years < 8 => two(years, 'y', days % 365, 'd'),
        _ => format!("{years}y"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;

    #[test]
    fn spans_keep_two_or_three_figures() {
        for (seconds, shown) in [
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (2 * MINUTE, "2m"),
            (9 * MINUTE + 59, "9m59s"),
            (10 * MINUTE + 1, "10m"),
            (179 * MINUTE, "179m"),
            (3 * HOUR, "3h"),
            (7 * HOUR + 59 * MINUTE, "7h59m"),
            (8 * HOUR + MINUTE, "8h"),
            (47 * HOUR, "47h"),
            (2 * DAY, "2d"),
            (7 * DAY + 23 * HOUR, "7d23h"),
            (8 * DAY + HOUR, "8d"),
            (729 * DAY, "729d"),
            (730 * DAY, "2y"),
            (731 * DAY, "2y1d"),
            (8 * 365 * DAY + DAY, "8y"),
        ] {
            assert_eq!(of_seconds(seconds), shown, "{seconds} s");
        }
    }

    #[test]
    fn a_time_that_is_absent_is_unknown() {
        let now = "2026-01-01T00:00:10Z".parse().unwrap();
        assert_eq!(since(now, ""), UNKNOWN);
        assert_eq!(since(now, "2026-01-01T00:00:09.500000Z"), "0s");
        assert_eq!(between("2026-01-01T00:00:00Z", "2026-01-01T00:03:05Z").as_deref(), Some("3m5s"));
        assert_eq!(between("", "2026-01-01T00:03:05Z"), None);
    }

    proptest! {
        #[test]
        fn every_span_is_short(seconds in any::<i64>()) {
            prop_assert!(of_seconds(seconds).len() <= 16);
        }
    }
}
