//! Durations in the notation of Go's `time` package; knows nothing of flags or certificates.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

const NANOSECOND: u64 = 1;
const MICROSECOND: u64 = 1_000 * NANOSECOND;
const MILLISECOND: u64 = 1_000 * MICROSECOND;
const SECOND: u64 = 1_000 * MILLISECOND;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// The magnitude of the smallest duration; one more than that of the largest.
const LIMIT: u64 = 1 << 63;

/// A signed duration in nanoseconds that reads and prints as Go's `time.Duration` does.
///
/// Deployment manifests written for the Go services carry values such as `24h`, `1h30m`, `1.5h`, `0s` or
/// `-1s`; they mean the same here. [`Display`](fmt::Display) prints Go's canonical form (`1h30m0s`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoDuration(i64);

/// A text is not a duration in Go's notation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseDurationError {
    /// The text does not follow `[+-](number unit)…`.
    #[error("{0:?} is not a duration; write it like 90s, 1h30m or 1.5h")]
    Invalid(String),
    /// A number stands without a unit.
    #[error("{0:?} has a number without a unit; add one of ns, us, ms, s, m, h")]
    MissingUnit(String),
    /// A unit is not one of Go's.
    #[error("{text:?} has the unknown unit {unit:?}; use one of ns, us, ms, s, m, h")]
    UnknownUnit {
        /// The whole text.
        text: String,
        /// The unit that is not known.
        unit: String,
    },
    /// The value needs more than 64 bits of nanoseconds, about 292 years.
    #[error("{0:?} is too long; a duration ends at about 2562047h")]
    TooLong(String),
}

// === impl GoDuration ===

impl GoDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A duration of `nanoseconds`, which may be negative.
    #[must_use]
    pub const fn from_nanos(nanoseconds: i64) -> Self {
        Self(nanoseconds)
    }

    /// A duration of whole `hours`; values beyond about 292 years become the longest duration.
    #[must_use]
    pub const fn from_hours(hours: u32) -> Self {
        Self((hours as i64).saturating_mul(HOUR as i64))
    }

    /// The value in nanoseconds.
    #[must_use]
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// The duration when it is longer than zero, else nothing.
    ///
    /// Options use zero and negative values to switch a timer off.
    #[must_use]
    pub const fn positive(self) -> Option<Duration> {
        if self.0 > 0 { Some(Duration::from_nanos(self.0.unsigned_abs())) } else { None }
    }
}

impl From<Duration> for GoDuration {
    /// Values beyond about 292 years become the longest duration.
    fn from(duration: Duration) -> Self {
        Self(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX))
    }
}

impl FromStr for GoDuration {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, magnitude) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        // The only number that needs no unit.
        if magnitude == "0" {
            return Ok(Self::ZERO);
        }
        if magnitude.is_empty() {
            return Err(ParseDurationError::Invalid(text.to_owned()));
        }
        let mut total: u64 = 0;
        let mut rest = magnitude;
        while !rest.is_empty() {
            let (nanoseconds, remainder) = parse_term(text, rest)?;
            total = total
                .checked_add(nanoseconds)
                .filter(|total| *total <= LIMIT)
                .ok_or_else(|| ParseDurationError::TooLong(text.to_owned()))?;
            rest = remainder;
        }
        let signed = if negative { 0_i64.checked_sub_unsigned(total) } else { i64::try_from(total).ok() };
        signed.map(Self).ok_or_else(|| ParseDurationError::TooLong(text.to_owned()))
    }
}

/// Reads one `number unit` from the front of `rest`; `text` is the whole value, for errors.
fn parse_term<'a>(text: &str, rest: &'a str) -> Result<(u64, &'a str), ParseDurationError> {
    let too_long = || ParseDurationError::TooLong(text.to_owned());
    let (whole, rest) = split_where(rest, |c| !c.is_ascii_digit());
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => split_where(rest, |c| !c.is_ascii_digit()),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(ParseDurationError::Invalid(text.to_owned()));
    }
    let (unit, rest) = split_where(rest, |c| c == '.' || c.is_ascii_digit());
    let unit = match unit {
        "" => return Err(ParseDurationError::MissingUnit(text.to_owned())),
        "ns" => NANOSECOND,
        // U+00B5 micro sign and U+03BC Greek mu are both in use.
        "us" | "\u{b5}s" | "\u{3bc}s" => MICROSECOND,
        "ms" => MILLISECOND,
        "s" => SECOND,
        "m" => MINUTE,
        "h" => HOUR,
        unknown => {
            return Err(ParseDurationError::UnknownUnit { text: text.to_owned(), unit: unknown.to_owned() });
        }
    };
    let mut count: u64 = 0;
    for digit in whole.bytes() {
        count = count
            .checked_mul(10)
            .and_then(|count| count.checked_add(u64::from(digit - b'0')))
            .filter(|count| *count <= LIMIT)
            .ok_or_else(too_long)?;
    }
    let nanoseconds = count
        .checked_mul(unit)
        .and_then(|nanoseconds| nanoseconds.checked_add(fraction_of(fraction, unit)))
        .filter(|nanoseconds| *nanoseconds <= LIMIT)
        .ok_or_else(too_long)?;
    Ok((nanoseconds, rest))
}

/// The nanoseconds of `0.fraction` units, through a double as Go computes them so that results are equal.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the rounding is the original's; the product is never negative and less than one unit"
)]
fn fraction_of(digits: &str, unit: u64) -> u64 {
    let mut value: u64 = 0;
    let mut scale: f64 = 1.0;
    for digit in digits.bytes() {
        // Digits beyond 63 bits cannot change a nanosecond and are left out.
        let Some(next) = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(u64::from(digit - b'0')))
            .filter(|next| *next <= LIMIT)
        else {
            break;
        };
        value = next;
        scale *= 10.0;
    }
    (value as f64 * (unit as f64 / scale)) as u64
}

fn split_where(text: &str, stop: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(stop).unwrap_or(text.len()))
}

impl fmt::Display for GoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let total = self.0.unsigned_abs();
        match total {
            0 => f.write_str("0s"),
            1..MICROSECOND => write!(f, "{total}ns"),
            MICROSECOND..MILLISECOND => write_decimal(f, total, MICROSECOND, "\u{b5}s"),
            MILLISECOND..SECOND => write_decimal(f, total, MILLISECOND, "ms"),
            _ => {
                if total >= HOUR {
                    write!(f, "{}h", total / HOUR)?;
                }
                if total >= MINUTE {
                    write!(f, "{}m", total % HOUR / MINUTE)?;
                }
                write_decimal(f, total % MINUTE, SECOND, "s")
            }
        }
    }
}

/// Writes `nanoseconds / unit` with as many decimals as it has and no trailing zeros.
fn write_decimal(f: &mut fmt::Formatter<'_>, nanoseconds: u64, unit: u64, suffix: &str) -> fmt::Result {
    write!(f, "{}", nanoseconds / unit)?;
    let mut remainder = nanoseconds % unit;
    if remainder > 0 {
        f.write_str(".")?;
    }
    while remainder > 0 {
        remainder *= 10;
        write!(f, "{}", remainder / unit)?;
        remainder %= unit;
    }
    f.write_str(suffix)
}

impl Serialize for GoDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GoDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = GoDuration;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration such as \"90s\" or \"1h30m\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<GoDuration, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests;
