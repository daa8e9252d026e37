//! String formats of custom resource schemas. Knows nothing of schemas.
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::Regex;

use super::pattern;

use crate::schema::names;

/// Formats the real server checks and this one does not; definitions that use them are refused.
pub(crate) const UNCHECKED: [&str; 8] =
    ["bsonobjectid", "creditcard", "email", "isbn", "isbn10", "isbn13", "rgbcolor", "ssn"];

/// A format's name without dashes, as the real server looks it up.
pub(crate) fn normalized(format: &str) -> String {
    format.replace('-', "")
}

/// Whether the format means something for strings.
pub(crate) fn is_known(format: &str) -> bool {
    let name = normalized(format);
    UNCHECKED.contains(&name.as_str())
        || matches!(
            name.as_str(),
            "uri"
                | "hostname"
                | "ipv4"
                | "ipv6"
                | "cidr"
                | "mac"
                | "uuid"
                | "uuid3"
                | "uuid4"
                | "uuid5"
                | "hexcolor"
                | "byte"
                | "password"
                | "date"
                | "duration"
                | "datetime"
                | "k8sshortname"
                | "k8slongname"
        )
}

fn compiled(pattern: &str) -> Option<Regex> {
    pattern::compile(pattern).ok()
}

static HOSTNAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compiled(
        r"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$",
    )
});
static TIME: LazyLock<Option<Regex>> =
    LazyLock::new(|| compiled(r"^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$"));
static LOOSE_DURATION: LazyLock<Option<Regex>> = LazyLock::new(|| compiled(r"(\d+)\s*([A-Za-zµ]+)"));

/// Whether a string has a format.
pub(crate) fn check(format: &str, text: &str) -> bool {
    match normalized(format).as_str() {
        "uri" => is_uri(text),
        "hostname" => {
            HOSTNAME.as_ref().is_some_and(|regex| regex.is_match(text))
                && text.len() <= 255
                && text.split('.').all(|label| label.len() <= 63)
        }
        "ipv4" => is_ipv4(text) || (text.contains('.') && text.parse::<Ipv6Addr>().is_ok()),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "cidr" => is_cidr(text),
        "mac" => is_mac(text),
        "uuid" => is_uuid(text, None),
        "uuid3" => is_uuid(text, Some(b'3')),
        "uuid4" => is_uuid(text, Some(b'4')),
        "uuid5" => is_uuid(text, Some(b'5')),
        "hexcolor" => {
            let digits = text.strip_prefix('#').unwrap_or(text);
            matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        "byte" => is_base64(text),
        "date" => is_date(text),
        "datetime" => is_date_time(text),
        "duration" => is_go_duration(text) || is_loose_duration(text),
        "k8sshortname" => names::label(text).is_empty(),
        "k8slongname" => names::subdomain(text).is_empty(),
        _ => true,
    }
}

/// Leading zeros are tolerated.
fn is_ipv4(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 4
        && parts.iter().all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_digit())
                && part.trim_start_matches('0').parse::<u16>().is_ok_and(|value| value < 256)
                || (!part.is_empty() && part.bytes().all(|byte| byte == b'0'))
        })
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let bits = match bits {
        "" => None,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() <= 3 => digits.parse::<u16>().ok(),
        _ => None,
    };
    match bits {
        Some(bits) if is_ipv4(address) => bits <= 32,
        Some(bits) if address.parse::<Ipv6Addr>().is_ok() => bits <= 128,
        _ => false,
    }
}

fn is_mac(text: &str) -> bool {
    let hex = |part: &str, digits: usize| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let grouped = |separator: char, digits: usize, lengths: &[usize]| {
        let parts: Vec<&str> = text.split(separator).collect();
        lengths.contains(&parts.len()) && parts.iter().all(|part| hex(part, digits))
    };
    grouped(':', 2, &[6, 8, 20]) || grouped('-', 2, &[6, 8, 20]) || grouped('.', 4, &[3, 4, 10])
}

fn is_uuid(text: &str, version: Option<u8>) -> bool {
    // Each dash may be left out.
    let mut rest = text.as_bytes();
    let mut digits = Vec::with_capacity(32);
    for (group, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        if group > 0
            && let [b'-', tail @ ..] = rest
        {
            rest = tail;
        }
        let Some((head, tail)) = rest.split_at_checked(length) else { return false };
        if !head.iter().all(u8::is_ascii_hexdigit) {
            return false;
        }
        digits.extend_from_slice(head);
        rest = tail;
    }
    let variant = || digits.get(16).is_some_and(|digit| b"89abAB".contains(digit));
    rest.is_empty()
        && match version {
            None => true,
            Some(version) => digits.get(12) == Some(&version) && (version == b'3' || variant()),
        }
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    !text.is_empty()
        && text.len().is_multiple_of(4)
        && padding <= 2
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
        && text.parse::<jiff::civil::Date>().is_ok()
}

fn is_date_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut parts = lower.split('t');
    let (Some(date), Some(time)) = (parts.next(), parts.next()) else { return false };
    is_date(date)
        && TIME.as_ref().and_then(|regex| regex.captures(time)).is_some_and(|found| {
            let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
            part(1) <= "23" && part(2) <= "59" && part(3) <= "59"
        })
}

/// What Go's `time.ParseDuration` reads.
fn is_go_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let whole = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest = rest.get(whole..).unwrap_or_default();
        let mut fraction = 0;
        if let Some(tail) = rest.strip_prefix('.') {
            fraction = tail.bytes().take_while(u8::is_ascii_digit).count();
            rest = tail.get(fraction..).unwrap_or_default();
        }
        if whole + fraction == 0 {
            return false;
        }
        let unit = rest.find(|char: char| char == '.' || char.is_ascii_digit()).unwrap_or(rest.len());
        let (name, tail) = rest.split_at(unit);
        if !matches!(name, "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h") {
            return false;
        }
        rest = tail;
    }
    true
}

/// The Scala-like form: `22 ns`, `3 weeks`.
fn is_loose_duration(text: &str) -> bool {
    const EXACT: [&str; 15] =
        ["ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk", "nano", "micro", "milli", "sec"];
    const PREFIX: [&str; 8] = ["nano", "micro", "milli", "sec", "min", "hour", "day", "week"];
    LOOSE_DURATION.as_ref().is_some_and(|regex| {
        regex.captures_iter(text).any(|found| {
            let unit = found.get(2).map_or("", |unit| unit.as_str()).to_lowercase();
            EXACT.contains(&unit.as_str()) || PREFIX.iter().any(|prefix| unit.starts_with(prefix))
        })
    })
}

/// What Go's `url.ParseRequestURI` reads: an absolute path, or a scheme and a rest that can be a URL.
fn is_uri(text: &str) -> bool {
    if text.is_empty() || text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
        return false;
    }
    if text == "*" {
        return true;
    }
    let rest = match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => rest,
        Some(("", _)) => return false,
        _ if text.starts_with('/') => text,
        _ => return false,
    };
    let rest = rest.split_once('?').map_or(rest, |(path, _)| path);
    let has_scheme = rest.len() < text.len() && !text.starts_with('/');
    if !rest.starts_with('/') {
        // An opaque URL needs a scheme.
        return has_scheme;
    }
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.find('/').map_or((rest, ""), |at| rest.split_at(at)),
        None => ("", rest),
    };
    is_authority(authority) && is_escaped(path)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn is_authority(text: &str) -> bool {
    let host = text.rsplit_once('@').map_or(text, |(_, host)| host);
    let port_fits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(rest) = host.strip_prefix('[') {
        return match rest.split_once(']') {
            Some((_, "")) => true,
            Some((_, port)) => port.strip_prefix(':').is_some_and(port_fits),
            None => false,
        };
    }
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    port_fits(port) && is_escaped(name) && !name.contains([' ', '"', '<', '>', '^', '`', '{', '|', '}', '\\', '['])
}

fn is_escaped(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'%')
        .all(|(at, _)| bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// An IP address as Go's sloppy parser reads it.
pub(crate) fn is_ip(text: &str) -> bool {
    is_ipv4(text) || text.parse::<Ipv4Addr>().is_ok() || text.parse::<Ipv6Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_accept_what_the_real_server_accepts() {
        for (format, good, bad) in [
            ("date-time", "2026-08-30T10:00:00Z", "2026-08-30 10:00"),
            ("date", "2026-02-28", "2026-02-30"),
            ("ipv4", "010.0.0.1", "10.0.0.256"),
            ("ipv6", "fe80::1", "10.0.0.1"),
            ("cidr", "10.0.0.0/24", "10.0.0.0/33"),
            ("mac", "01:23:45:67:89:ab", "01:23"),
            ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
            ("uuid4", "123e4567-e89b-42d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
            ("byte", "YWJj", "YWJ"),
            ("duration", "1h30m", "soon"),
            ("duration", "22 ns", "22 parsecs"),
            ("uri", "https://example.com/x?y", "example.com"),
            ("uri", "/path", "::x"),
            ("hostname", "a.example.com", "a_b"),
            ("hexcolor", "#ffFF00", "#ff"),
            ("k8s-short-name", "web", "Web"),
        ] {
            assert!(check(format, good), "{format} {good}");
            assert!(!check(format, bad), "{format} {bad}");
        }
    }
}
