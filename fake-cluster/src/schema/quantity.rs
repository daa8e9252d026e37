//! Resource quantities (`500m`, `1Gi`): read, compared and written in the canonical form of `resource.Quantity`.
use std::cmp::Ordering;

const NANOS: i128 = 1_000_000_000;
const FORMAT: &str = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const NUMERIC: &str = "unable to parse numeric part of quantity";
const SUFFIX: &str = "unable to parse quantity's suffix";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    DecimalExponent,
    Binary,
    Decimal,
}

/// A parsed quantity, exact to one billionth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantity {
    nanos: i128,
    notation: Notation,
    /// The text as given is the canonical form.
    verbatim: bool,
}

struct Split<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    suffix: &'a str,
}

impl Quantity {
    /// # Errors
    /// The message of the real server.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err(FORMAT);
        }
        let split = split(text).ok_or(FORMAT)?;
        let (power, exponent, notation) = suffix(split.suffix).ok_or(SUFFIX)?;
        let digits = split.whole.len() + split.fraction.len();
        let mut mantissa: i128 = 0;
        for digit in split.whole.bytes().chain(split.fraction.bytes()) {
            mantissa = mantissa
                .checked_mul(10)
                .and_then(|value| value.checked_add(i128::from(digit - b'0')))
                .ok_or(NUMERIC)?;
        }
        let fraction = i32::try_from(split.fraction.len()).map_err(|_| NUMERIC)?;
        let (mut scaled, scale) = match power {
            10 => (mantissa, exponent.saturating_sub(fraction)),
            _ => (mantissa.checked_shl(exponent.unsigned_abs()).ok_or(NUMERIC)?, -fraction),
        };
        let verbatim = match notation {
            Notation::Binary => {
                let reserved = usize::try_from(exponent * 3 / 10).unwrap_or(usize::MAX);
                split.fraction.is_empty() && mantissa & 7 != 0 && digits.saturating_add(reserved) <= 14
            }
            _ => {
                digits <= 18
                    && scale >= -9
                    && scale % 3 == 0
                    && mantissa % 1000 != 0
                    && first_digit(&split) != Some(b'0')
            }
        };
        let shift = scale.saturating_add(9);
        let mut nanos = if shift >= 0 {
            let factor = 10_i128.checked_pow(shift.unsigned_abs()).ok_or(NUMERIC)?;
            scaled.checked_mul(factor).ok_or(NUMERIC)?
        } else {
            for _ in 0..shift.unsigned_abs().min(64) {
                // Rounds away from zero, so that something small never becomes nothing.
                scaled = scaled / 10 + i128::from(scaled % 10 != 0);
            }
            scaled
        };
        let mut notation = notation;
        if notation == Notation::Binary {
            nanos = nanos.min(i128::from(i64::MAX) * NANOS);
            if nanos > 0 && nanos < NANOS {
                notation = Notation::Decimal;
            }
        }
        if split.negative {
            nanos = -nanos;
        }
        Ok(Self { nanos, notation, verbatim: verbatim || text == "0" })
    }

    /// The canonical form, given the text it was parsed from.
    pub(crate) fn canonical(&self, text: &str) -> String {
        if self.verbatim {
            return text.to_owned();
        }
        if self.nanos == 0 {
            return "0".to_owned();
        }
        let small = self.nanos.abs() < 1024 * NANOS;
        if self.notation == Notation::Binary && !small && self.nanos % NANOS == 0 {
            let mut amount = self.nanos / NANOS;
            let mut exponent = 0_usize;
            while amount % 1024 == 0 && exponent < 6 {
                amount /= 1024;
                exponent += 1;
            }
            return format!("{amount}{}", ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][exponent]);
        }
        let mut amount = self.nanos;
        let mut exponent: i32 = -9;
        while amount % 10 == 0 {
            amount /= 10;
            exponent += 1;
        }
        match exponent.rem_euclid(3) {
            1 => {
                amount *= 10;
                exponent -= 1;
            }
            2 => {
                amount *= 100;
                exponent -= 2;
            }
            _ => {}
        }
        if self.notation == Notation::DecimalExponent {
            return if exponent == 0 { amount.to_string() } else { format!("{amount}e{exponent}") };
        }
        let suffix = match exponent {
            -9 => "n",
            -6 => "u",
            -3 => "m",
            3 => "k",
            6 => "M",
            9 => "G",
            12 => "T",
            15 => "P",
            18 => "E",
            _ => "",
        };
        format!("{amount}{suffix}")
    }

    /// The canonical form of the amount rounded up to thousandths.
    pub(crate) fn rounded_to_milli(&self) -> String {
        let rest = self.nanos % 1_000_000;
        let step = if rest == 0 { 0 } else { 1_000_000 * self.nanos.signum() };
        Self { nanos: self.nanos - rest + step, verbatim: false, ..*self }.canonical("")
    }

    /// The sum, written as the first of both that is not nothing.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        let notation = if self.is_zero() { other.notation } else { self.notation };
        Self { nanos: self.nanos.saturating_add(other.nanos), notation, verbatim: false }
    }

    /// The difference, written as the first of both that is not nothing.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        self.plus(&Self { nanos: other.nanos.saturating_neg(), ..*other })
    }

    /// So many whole units.
    pub(crate) fn whole(units: usize) -> Self {
        let nanos = i128::try_from(units).unwrap_or(i128::MAX).saturating_mul(NANOS);
        Self { nanos, notation: Notation::Decimal, verbatim: false }
    }

    /// The amount in whole units, rounded away from nothing.
    pub(crate) const fn rounded_to_whole(&self) -> Self {
        if self.is_whole() {
            return *self;
        }
        Self { nanos: self.rounded_up().saturating_mul(NANOS), notation: self.notation, verbatim: false }
    }

    /// The canonical form of the amount, whatever it was parsed from.
    pub(crate) fn spelled(&self) -> String {
        Self { verbatim: false, ..*self }.canonical("")
    }

    /// What it is worth, in billionths.
    pub(crate) const fn worth(&self) -> i128 {
        self.nanos
    }

    pub(crate) const fn is_zero(&self) -> bool {
        self.nanos == 0
    }

    pub(crate) const fn is_negative(&self) -> bool {
        self.nanos < 0
    }

    /// Whether it is a whole number of units.
    pub(crate) const fn is_whole(&self) -> bool {
        self.nanos % NANOS == 0
    }

    /// Whether it is a whole number of `page`s, which is more than nothing.
    pub(crate) const fn is_multiple_of(&self, page: &Self) -> bool {
        let units = page.nanos / NANOS;
        units > 0 && page.is_whole() && self.rounded_up() % units == 0
    }

    /// In whole units, rounded away from nothing.
    pub(crate) const fn in_units(&self) -> i128 {
        self.rounded_up()
    }

    /// In thousandths, rounded away from nothing.
    pub(crate) const fn in_thousandths(&self) -> i128 {
        let rest = self.nanos % 1_000_000;
        self.nanos / 1_000_000 + if rest == 0 { 0 } else { rest.signum() }
    }

    /// In whole units, rounded away from zero.
    const fn rounded_up(&self) -> i128 {
        let rest = self.nanos % NANOS;
        self.nanos / NANOS + if rest == 0 { 0 } else { rest.signum() }
    }

    /// So many units.
    pub(crate) const fn of_units(units: i64) -> Self {
        Self { nanos: units as i128 * NANOS, notation: Notation::DecimalExponent, verbatim: false }
    }

    /// In whole units, if it is a whole number of them.
    pub(crate) fn exactly(&self) -> Option<i64> {
        if self.is_whole() { i64::try_from(self.nanos / NANOS).ok() } else { None }
    }

    /// In units, as near as can be.
    #[expect(clippy::cast_precision_loss, reason = "who asks for it knows")]
    pub(crate) fn approximate(&self) -> f64 {
        self.nanos as f64 / NANOS as f64
    }

    /// Whether it is a whole number of thousandths.
    pub(crate) const fn is_milli(&self) -> bool {
        self.nanos % 1_000_000 == 0
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

fn first_digit(split: &Split<'_>) -> Option<u8> {
    split.whole.bytes().chain(split.fraction.bytes()).next()
}

fn split(text: &str) -> Option<Split<'_>> {
    let (negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..)?),
        Some(b'+') => (false, text.get(1..)?),
        _ => (false, text),
    };
    let rest = rest.trim_start_matches('0');
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = rest.split_at(digits(rest));
    let whole = if whole.is_empty() { "0" } else { whole };
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(digits(rest)),
        None => ("", rest),
    };
    let letters = suffix.bytes().take_while(|byte| b"eEinumkKMGTP".contains(byte)).count();
    let mut tail = suffix.get(letters..)?;
    tail = tail.strip_prefix(['-', '+']).unwrap_or(tail);
    if !tail.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Split { negative, whole, fraction, suffix })
}

fn suffix(text: &str) -> Option<(u8, i32, Notation)> {
    let decimal = |exponent| Some((10, exponent, Notation::Decimal));
    let binary = |exponent| Some((2, exponent, Notation::Binary));
    match text {
        "" => decimal(0),
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(10),
        "Mi" => binary(20),
        "Gi" => binary(30),
        "Ti" => binary(40),
        "Pi" => binary(50),
        "Ei" => binary(60),
        _ => {
            let exponent: i64 = text.strip_prefix(['e', 'E'])?.parse().ok()?;
            Some((10, i32::try_from(exponent).ok()?, Notation::DecimalExponent))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> Result<String, &'static str> {
        Quantity::parse(text).map(|quantity| quantity.canonical(text))
    }

    #[test]
    fn quantities_are_written_as_the_real_server_writes_them() {
        for (given, written) in [
            ("0", "0"),
            ("1024Mi", "1Gi"),
            ("1536Mi", "1536Mi"),
            ("1.5Gi", "1536Mi"),
            ("1000m", "1"),
            ("0.5", "500m"),
            ("1000", "1k"),
            ("1500", "1500"),
            ("100m", "100m"),
            ("2000k", "2M"),
            ("512", "512"),
            ("128974848", "128974848"),
            ("129e6", "129e6"),
            ("1Ki", "1Ki"),
            ("0.1n", "1n"),
            ("8Gi", "8Gi"),
            ("-1000m", "-1"),
            ("0.5Ki", "512"),
            ("1e3", "1e3"),
            ("12e5", "1200e3"),
        ] {
            assert_eq!(canonical(given).as_deref(), Ok(written), "{given}");
        }
    }

    #[test]
    fn malformed_quantities_say_what_is_wrong() {
        assert_eq!(canonical(""), Err(FORMAT));
        assert_eq!(canonical("abc"), Err(FORMAT));
        assert_eq!(canonical("1Mib"), Err(FORMAT));
        assert_eq!(canonical("1KM"), Err(SUFFIX));
        assert_eq!(canonical("1mm"), Err(SUFFIX));
    }
}
