//! Times as the API writes them: RFC 3339 in UTC, to the second or to the microsecond. Knows no clock.
use jiff::tz::Offset;
use jiff::{Timestamp, civil};

const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
const MICRO: &str = "2006-01-02T15:04:05.000000Z07:00";

/// `2026-08-30T10:00:00Z`.
pub(crate) fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Reads a `metav1.Time`; fractions of a second are cut.
///
/// # Errors
/// Go's message.
pub(crate) fn parse_seconds(text: &str) -> Result<Timestamp, String> {
    parse(text, RFC3339, false)
}

/// `metav1.Time` in canonical form.
///
/// # Errors
/// Go's message.
pub(crate) fn canonical_seconds(text: &str) -> Result<String, String> {
    if is_canonical(text) {
        return Ok(text.to_owned());
    }
    parse_seconds(text).map(seconds)
}

/// `metav1.MicroTime` in canonical form.
///
/// # Errors
/// Go's message.
pub(crate) fn canonical_micros(text: &str) -> Result<String, String> {
    parse(text, MICRO, true).map(|at| at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string())
}

/// A plain UTC time needs no rewriting; everything else takes the long way.
fn is_canonical(text: &str) -> bool {
    text.len() == 20 && text.ends_with('Z') && parse_seconds(text).is_ok()
}

/// Go's time package quotes in its own way: byte by byte.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        if !(' '..'\u{80}').contains(&char) {
            let mut bytes = [0; 4];
            for byte in char.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("\\x{byte:02x}"));
            }
        } else {
            if matches!(char, '"' | '\\') {
                out.push('\\');
            }
            out.push(char);
        }
    }
    out.push('"');
    out
}

fn parse(text: &str, layout: &'static str, micros: bool) -> Result<Timestamp, String> {
    let mut reader = Reader { text, rest: text, layout };
    let year = reader.digits(4, "2006")?;
    reader.literal("-")?;
    let month = reader.digits(2, "01")?;
    reader.literal("-")?;
    let day = reader.digits(2, "02")?;
    reader.literal("T")?;
    let hour = reader.digits(2, "15")?;
    reader.literal(":")?;
    let minute = reader.digits(2, "04")?;
    reader.literal(":")?;
    let second = reader.digits(2, "05")?;
    let nanos = if micros { reader.micros()? } else { reader.fraction() };
    let offset = reader.offset()?;
    if !reader.rest.is_empty() {
        return Err(format!("parsing time {}: extra text: {}", quote(text), quote(reader.rest)));
    }
    for (value, bound, name) in
        [(month, 1..=12, "month"), (hour, 0..=23, "hour"), (minute, 0..=59, "minute"), (second, 0..=59, "second")]
    {
        if !bound.contains(&value) {
            return Err(format!("parsing time {}: {name} out of range", quote(text)));
        }
    }
    let small = |value: i32| i8::try_from(value).unwrap_or(0);
    i16::try_from(year)
        .ok()
        .and_then(|year| {
            civil::DateTime::new(year, small(month), small(day), small(hour), small(minute), small(second), nanos).ok()
        })
        .and_then(|at| offset.to_timestamp(at).ok())
        .ok_or_else(|| format!("parsing time {}: day out of range", quote(text)))
}

struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
    layout: &'static str,
}

impl Reader<'_> {
    fn fail<T>(&self, expected: &str) -> Result<T, String> {
        Err(format!(
            "parsing time {} as {}: cannot parse {} as {}",
            quote(self.text),
            quote(self.layout),
            quote(self.rest),
            quote(expected)
        ))
    }

    fn digits(&mut self, count: usize, expected: &str) -> Result<i32, String> {
        match self.rest.get(..count).filter(|head| head.bytes().all(|byte| byte.is_ascii_digit())) {
            Some(head) => {
                let value = head.parse().unwrap_or(0);
                self.rest = self.rest.get(count..).unwrap_or_default();
                Ok(value)
            }
            None => self.fail(expected),
        }
    }

    fn literal(&mut self, expected: &str) -> Result<(), String> {
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => self.fail(expected),
        }
    }

    fn fraction(&mut self) -> i32 {
        let Some(rest) = self.rest.strip_prefix(['.', ',']) else {
            return 0;
        };
        let count = rest.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return 0;
        }
        self.rest = rest.get(count..).unwrap_or_default();
        let mut nanos = rest.get(..count.min(9)).and_then(|head| head.parse::<i32>().ok()).unwrap_or(0);
        for _ in count..9 {
            nanos *= 10;
        }
        nanos
    }

    fn micros(&mut self) -> Result<i32, String> {
        let digits = self
            .rest
            .strip_prefix('.')
            .and_then(|rest| rest.get(..6))
            .filter(|head| head.bytes().all(|byte| byte.is_ascii_digit()));
        match digits {
            Some(digits) => {
                let micros: i32 = digits.parse().unwrap_or(0);
                self.rest = self.rest.get(7..).unwrap_or_default();
                Ok(micros * 1000)
            }
            None => self.fail(".000000"),
        }
    }

    fn offset(&mut self) -> Result<Offset, String> {
        if let Some(rest) = self.rest.strip_prefix('Z') {
            self.rest = rest;
            return Ok(Offset::UTC);
        }
        let sign = match self.rest.as_bytes().first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return self.fail("Z07:00"),
        };
        let number = |range: std::ops::Range<usize>| -> Option<i32> {
            self.rest.get(range).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
        };
        match (number(1..3), self.rest.get(3..4), number(4..6)) {
            (Some(hours @ 0..=24), Some(":"), Some(minutes @ 0..=60)) => {
                let offset = Offset::from_seconds(sign * (hours * 3600 + minutes * 60));
                self.rest = self.rest.get(6..).unwrap_or_default();
                offset.map_err(|_| format!("parsing time {}: time zone offset hour out of range", quote(self.text)))
            }
            _ => self.fail("Z07:00"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_to_the_second() {
        assert_eq!(canonical_seconds("2026-08-30T10:00:00Z").as_deref(), Ok("2026-08-30T10:00:00Z"));
        assert_eq!(canonical_seconds("2026-08-30T12:00:00.987+02:00").as_deref(), Ok("2026-08-30T10:00:00Z"));
    }

    #[test]
    fn micro_times_need_six_digits() {
        assert_eq!(canonical_micros("2026-08-30T10:00:00.120000Z").as_deref(), Ok("2026-08-30T10:00:00.120000Z"));
        assert_eq!(
            canonical_micros("2026-08-30T10:00:00Z").unwrap_err(),
            "parsing time \"2026-08-30T10:00:00Z\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"Z\" as \".000000\""
        );
    }

    #[test]
    fn malformed_times_fail_with_the_message_of_go() {
        assert_eq!(
            canonical_seconds("yesterday").unwrap_err(),
            "parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\""
        );
        assert_eq!(
            canonical_seconds("2026-13-01T00:00:00Z").unwrap_err(),
            "parsing time \"2026-13-01T00:00:00Z\": month out of range"
        );
        assert_eq!(
            canonical_seconds("2026-02-30T00:00:00Z").unwrap_err(),
            "parsing time \"2026-02-30T00:00:00Z\": day out of range"
        );
    }
}
