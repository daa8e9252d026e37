//! `'%d of %s'.format([…])`, as cel-go's string extension prints. Knows no other language than English.

use super::super::eval::{Answer, Run, Stop, error};
use super::super::value::Val;
use super::text_of;
use crate::schema::text::quote;

const PRECISION: usize = 6;
/// The most digits after the point.
const MAX_PRECISION: usize = 100;

pub(super) fn format(run: &mut Run<'_>, text: &str, arguments: &[Val]) -> Answer {
    let mut out = String::new();
    let mut rest = text;
    let mut used = 0;
    while let Some(at) = rest.find('%') {
        let (plain, clause) = rest.split_at(at);
        out.push_str(plain);
        let clause = clause.get(1..).unwrap_or_default();
        if let Some(left) = clause.strip_prefix('%') {
            out.push('%');
            rest = left;
            continue;
        }
        let (precision, clause) = precision(clause)?;
        let verb = clause.chars().next();
        let verb = verb.ok_or_else(|| error("unexpected end of format string"))?;
        let argument = arguments.get(used).ok_or_else(|| error(format!("index {used} out of range")))?;
        out.push_str(&printed(run, verb, precision, argument)?);
        used += 1;
        rest = clause.get(verb.len_utf8()..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(Val::text(out))
}

fn precision(clause: &str) -> Result<(Option<usize>, &str), Stop> {
    let Some(rest) = clause.strip_prefix('.') else { return Ok((None, clause)) };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at(digits);
    let number = number.parse::<usize>().ok().filter(|number| *number <= MAX_PRECISION);
    let number = number.ok_or_else(|| error("error while parsing precision"))?;
    Ok((Some(number), rest))
}

fn printed(run: &mut Run<'_>, verb: char, precision: Option<usize>, value: &Val) -> Result<String, Stop> {
    let unfit = |what: &str| {
        error(format!(
            "error during formatting: {what} clause can only be used on other types, was given {}",
            value.type_name()
        ))
    };
    match (verb, value) {
        ('s', value) => shown(run, value)?.ok_or_else(|| unfit("string")),
        ('d', Val::Int(_) | Val::Uint(_)) => shown(run, value)?.ok_or_else(|| unfit("decimal")),
        ('d', _) => Err(unfit("decimal")),
        ('f', Val::Double(number)) => Ok(fixed(*number, precision.unwrap_or(PRECISION))),
        ('f', _) => Err(unfit("fixed-point")),
        ('e', Val::Double(number)) => Ok(scientific(*number, precision.unwrap_or(PRECISION))),
        ('e', _) => Err(unfit("scientific")),
        ('b', Val::Bool(flag)) => Ok(u8::from(*flag).to_string()),
        ('b' | 'o' | 'x' | 'X', Val::Int(number)) => Ok(in_base(verb, *number < 0, number.unsigned_abs())),
        ('b' | 'o' | 'x' | 'X', Val::Uint(number)) => Ok(in_base(verb, false, *number)),
        ('x' | 'X', Val::Text(text)) => digits(run, verb, text.as_bytes()),
        ('x' | 'X', Val::Bytes(bytes)) => digits(run, verb, bytes),
        ('b', _) => Err(unfit("binary")),
        ('o', _) => Err(unfit("octal")),
        ('x' | 'X', _) => Err(unfit("hex")),
        (other, _) => {
            let other = quote(&other.to_string());
            Err(error(format!("could not parse formatting clause: unrecognized formatting clause {other}")))
        }
    }
}

fn in_base(verb: char, negative: bool, number: u64) -> String {
    let sign = if negative { "-" } else { "" };
    match verb {
        'b' => format!("{sign}{number:b}"),
        'o' => format!("{sign}{number:o}"),
        'x' => format!("{sign}{number:x}"),
        _ => format!("{sign}{number:X}"),
    }
}

fn digits(run: &mut Run<'_>, verb: char, bytes: &[u8]) -> Result<String, Stop> {
    run.spend(bytes.len())?;
    Ok(bytes.iter().map(|byte| if verb == 'x' { format!("{byte:02x}") } else { format!("{byte:02X}") }).collect())
}

/// With commas between thousands.
fn fixed(number: f64, precision: usize) -> String {
    if let Some(special) = special(number) {
        return special.to_owned();
    }
    let text = format!("{number:.precision$}");
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut out = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// `1.5×10⁰³`.
fn scientific(number: f64, precision: usize) -> String {
    if let Some(special) = special(number) {
        return special.to_owned();
    }
    let text = format!("{number:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(("", exponent), |rest| ("⁻", rest));
    let raised: String = format!("{exponent:0>2}")
        .chars()
        .filter_map(|digit| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(usize::try_from(digit.to_digit(10)?).ok()?))
        .collect();
    format!("{mantissa}×10{sign}{raised}")
}

fn special(number: f64) -> Option<&'static str> {
    match number {
        number if number.is_nan() => Some("NaN"),
        f64::INFINITY => Some("∞"),
        f64::NEG_INFINITY => Some("-∞"),
        _ => None,
    }
}

/// `%s`; nothing for what cannot be printed. A value can be far larger than what was paid for it: each part has its price.
fn shown(run: &mut Run<'_>, value: &Val) -> Result<Option<String>, Stop> {
    run.spend(value.weight())?;
    Ok(match value {
        Val::Null => Some("null".to_owned()),
        Val::Bytes(bytes) => std::str::from_utf8(bytes).ok().map(str::to_owned),
        Val::Type(name) => Some((*name).to_owned()),
        Val::List(list) => {
            let mut items = Vec::new();
            for item in &list.items {
                let Some(item) = inner(run, item)? else { return Ok(None) };
                items.push(item);
            }
            Some(format!("[{}]", items.join(", ")))
        }
        Val::Map(entries) => {
            let mut pairs = Vec::new();
            for (key, value) in entries.iter() {
                let (Some(key), Some(value)) = (inner(run, key)?, inner(run, value)?) else { return Ok(None) };
                pairs.push((key, value));
            }
            pairs.sort();
            let pairs: Vec<String> = pairs.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
            Some(format!("{{{}}}", pairs.join(", ")))
        }
        Val::Bool(_) | Val::Int(_) | Val::Uint(_) | Val::Double(_) | Val::Text(_) | Val::Time(_) | Val::Duration(_) => {
            text_of(value)
        }
        _ => None,
    })
}

/// Within a list or a map, values stand as they do in an expression.
fn inner(run: &mut Run<'_>, value: &Val) -> Result<Option<String>, Stop> {
    let Some(text) = shown(run, value)? else { return Ok(None) };
    Ok(Some(match value {
        Val::Text(_) => quote(&text),
        Val::Bytes(_) => format!("b{}", quote(&text)),
        Val::Time(_) => format!("timestamp({})", quote(&text)),
        Val::Duration(_) => format!("duration({})", quote(&text)),
        Val::Double(number) if number.is_finite() => format!("{number:.PRECISION$}"),
        _ => text,
    }))
}
