//! What times and durations say of themselves. Knows nothing of texts that are not names of time zones.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::super::eval::{Answer, Stop, error, no_overload};
use super::super::value::Val;

const NANOS: i64 = 1_000_000_000;

/// A part of a duration: all of it in a unit, rounded towards nothing.
pub(super) fn of_duration(name: &str, nanos: i64, rest: &[Val]) -> Option<Answer> {
    let unit = match name {
        "getHours" => 3600 * NANOS,
        "getMinutes" => 60 * NANOS,
        "getSeconds" => NANOS,
        "getMilliseconds" => NANOS / 1000,
        _ => return None,
    };
    Some(if rest.is_empty() { Ok(Val::Int(nanos / unit)) } else { Err(no_overload()) })
}

/// A part of a time, in UTC or where the argument says.
pub(super) fn of_time(name: &str, time: Timestamp, rest: &[Val]) -> Option<Answer> {
    let is_part = matches!(
        name,
        "getFullYear"
            | "getMonth"
            | "getDate"
            | "getDayOfMonth"
            | "getDayOfWeek"
            | "getDayOfYear"
            | "getHours"
            | "getMinutes"
            | "getSeconds"
            | "getMilliseconds"
    );
    if !is_part {
        return None;
    }
    let zone = match rest {
        [] => Ok(TimeZone::UTC),
        [Val::Text(zone)] => zone_of(zone),
        _ => Err(no_overload()),
    };
    Some(zone.map(|zone| {
        let there = time.to_zoned(zone);
        Val::Int(match name {
            "getFullYear" => i64::from(there.year()),
            // Months and days of the year and month count from nothing.
            "getMonth" => i64::from(there.month()) - 1,
            "getDate" => i64::from(there.day()),
            "getDayOfMonth" => i64::from(there.day()) - 1,
            "getDayOfWeek" => i64::from(there.weekday().to_sunday_zero_offset()),
            "getDayOfYear" => i64::from(there.day_of_year()) - 1,
            "getHours" => i64::from(there.hour()),
            "getMinutes" => i64::from(there.minute()),
            "getSeconds" => i64::from(there.second()),
            _ => i64::from(there.millisecond()),
        })
    }))
}

/// `Europe/Vienna`, or hours and minutes from UTC as `-08:30`.
fn zone_of(text: &str) -> Result<TimeZone, Stop> {
    let Some((hours, minutes)) = text.split_once(':') else {
        return match text {
            "" | "UTC" => Ok(TimeZone::UTC),
            // Go looks zones up as files, and these would lead out of their folder.
            path if path.contains("..") || path.starts_with(['/', '\\']) => {
                Err(error("time: invalid location name".to_owned()))
            }
            name => TimeZone::get(name).map_err(|_| error(format!("unknown time zone {name}"))),
        };
    };
    let read = |part: &str| {
        let digits = part.strip_prefix(['+', '-']).unwrap_or(part);
        let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = if fits { part.parse::<i32>().ok() } else { None };
        number
            .ok_or_else(|| error(format!("strconv.Atoi: parsing {}: invalid syntax", crate::schema::text::quote(part))))
    };
    let (whole, rest) = (read(hours)?, read(minutes)?);
    let minutes = if text.starts_with('-') {
        whole.saturating_mul(60).saturating_sub(rest)
    } else {
        whole.saturating_mul(60).saturating_add(rest)
    };
    let offset = Offset::from_seconds(minutes.saturating_mul(60));
    offset.map(TimeZone::fixed).map_err(|_| error(format!("unknown time zone {text}")))
}
