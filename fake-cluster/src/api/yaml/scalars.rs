//! What a text in YAML 1.1 would be taken for without quotes, and how it is escaped within them. Knows no documents.

/// In which styles a text can be read again.
pub(super) struct Looks {
    pub(super) plain: bool,
    pub(super) single: bool,
    pub(super) block: bool,
}

impl Looks {
    pub(super) fn of(text: &str) -> Self {
        let mut looks = Self { plain: true, single: true, block: !text.is_empty() };
        if text.starts_with("---") || text.starts_with("...") {
            looks.plain = false;
        }
        let is_blank = |char: char| matches!(char, ' ' | '\t');
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            let next = chars.peek().copied();
            let ends_word = next.is_none_or(is_blank);
            let is_sign = match before {
                None => match char {
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
                        true
                    }
                    '?' | ':' | '-' => ends_word,
                    _ => false,
                },
                Some(before) => match char {
                    ':' => ends_word,
                    '#' => is_blank(before) || is_break(before),
                    _ => false,
                },
            };
            let at_an_end = before.is_none() || next.is_none();
            if is_sign || is_break(char) || (char == ' ' && at_an_end) {
                looks.plain = false;
            }
            if char == ' ' && next.is_none() {
                looks.block = false;
            }
            if char == ' ' && before.is_some_and(is_break) {
                looks.single = false;
            }
            if (is_break(char) && before == Some(' ')) || !is_printable(char) {
                looks = Self { plain: false, single: false, block: false };
                break;
            }
            before = Some(char);
        }
        looks
    }
}

/// Whether a text without quotes would be read as something else than a text.
pub(super) fn says_something_else(text: &str) -> bool {
    match text {
        "" | "~" | "null" | "Null" | "NULL" | "<<" => return true,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return true,
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => return true,
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return false;
    }
    is_time(text) || is_number(text) || is_sexagesimal(unsigned)
}

fn is_number(text: &str) -> bool {
    let plain = text.replace('_', "");
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
    let all = |digits: &str, radix: u32| !digits.is_empty() && digits.chars().all(|char| char.is_digit(radix));
    let in_base = |prefixes: &[&str], radix: u32, bits: usize| {
        prefixes.iter().find_map(|prefix| unsigned.strip_prefix(prefix)).is_some_and(|digits| {
            let digits_of = digits.trim_start_matches('0').len();
            all(digits, radix) && digits_of <= bits
        })
    };
    if in_base(&["0x", "0X"], 16, 16) || in_base(&["0o", "0O"], 8, 21) || in_base(&["0b", "0B"], 2, 64) {
        return true;
    }
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let exponent_fits = exponent.is_none_or(|exponent| all(exponent.strip_prefix(['+', '-']).unwrap_or(exponent), 10));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    exponent_fits && digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

/// `1:30:00`, which old readers take for a number.
fn is_sexagesimal(unsigned: &str) -> bool {
    let (unsigned, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut parts = unsigned.split(':');
    let first = parts.next().unwrap_or_default();
    let mut rest = parts.peekable();
    let minute = |part: &str| match part.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    };
    let begins = first.starts_with(|first: char| first.is_ascii_digit());
    begins && digits(first) && rest.peek().is_some() && rest.all(minute) && digits(fraction)
}

/// A day, or a day and a time.
fn is_time(text: &str) -> bool {
    let (day, time) = text.find(['T', 't', ' ']).map_or((text, None), |at| {
        let (day, time) = text.split_at(at);
        (day, Some(time))
    });
    let number = |part: &str, lengths: std::ops::RangeInclusive<usize>, most: u32| {
        lengths.contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u32>().is_ok_and(|n| n <= most)
    };
    let mut parts = day.split('-');
    let (Some(year), Some(month), Some(date), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    if !number(year, 4..=4, 9999) || !number(month, 1..=2, 12) || !number(date, 1..=2, 31) {
        return false;
    }
    let Some(time) = time else { return true };
    let clock = |text: &str| {
        let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let mut parts = text.split(':');
        let (Some(hour), Some(minute), Some(second), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        let fits = number(hour, 1..=2, 23) && number(minute, 1..=2, 59) && number(second, 1..=2, 59);
        fits && !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit())
    };
    match time.strip_prefix(' ') {
        Some(time) => clock(time),
        None => {
            let time = time.get(1..).unwrap_or_default();
            let zone = time.find(['Z', '+', '-']).map(|at| time.split_at(at));
            zone.is_some_and(|(time, zone)| {
                let offset = zone.get(1..).and_then(|offset| offset.split_once(':'));
                let offset = offset.is_some_and(|(h, m)| number(h, 2..=2, 24) && number(m, 2..=2, 60));
                clock(time) && (zone == "Z" || (!zone.starts_with('Z') && offset))
            })
        }
    }
}

pub(super) fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

pub(super) fn is_printable(char: char) -> bool {
    matches!(char, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && char != '\u{feff}'
}

pub(super) fn escaped(char: char) -> String {
    let short = match char {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        char => {
            return match u32::from(char) {
                code @ 0..=0xff => format!("\\x{code:02X}"),
                code @ 0x100..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}
