//! When two values mean the same to an API server that writes them differently; knows nothing of who wrote them.

use serde_json::Value;

use super::path::Step;

/// Whether two scalars are equal, numbers by what they are worth.
pub(crate) fn scalars(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => {
            x == y
                || match (x.as_i128(), y.as_i128()) {
                    (Some(x), Some(y)) => x == y,
                    _ => x.as_f64() == y.as_f64(),
                }
        }
        _ => a == b,
    }
}

/// Whether two scalars at this path mean the same: quantities, durations, and numbers that may be written as text.
pub(crate) fn meanings(path: &[Step<'_>], declared: &Value, live: &Value) -> bool {
    if scalars(declared, live) {
        return true;
    }
    if is_free_form(path) {
        return false;
    }
    match (declared, live) {
        (Value::Number(number), Value::String(text)) | (Value::String(text), Value::Number(number)) => {
            number.to_string() == *text
                || (is_quantity(path) && quantity(text).is_some_and(|q| Some(q) == quantity(&number.to_string())))
        }
        (Value::String(a), Value::String(b)) if is_quantity(path) => {
            quantity(a).is_some_and(|a| Some(a) == quantity(b))
        }
        (Value::String(a), Value::String(b)) if is_duration(path) => {
            duration(a).is_some_and(|a| Some(a) == duration(b))
        }
        _ => false,
    }
}

/// Whether a declared value means the same as none: servers leave out what is empty. Keys that people choose count even when empty.
pub(crate) fn means_nothing(path: &[Step<'_>], declared: &Value) -> bool {
    match declared {
        Value::Null => true,
        Value::Object(map) => map.is_empty() || map.values().all(Value::is_null),
        Value::Array(list) => list.is_empty(),
        Value::Bool(value) => !value && !is_free_form(path),
        Value::String(text) => text.is_empty() && !is_free_form(path),
        Value::Number(number) => number.as_f64() == Some(0.0) && !is_free_form(path) && !last(path, &["replicas"]),
    }
}

/// Values below are the user's own: no server writes them differently.
fn is_free_form(path: &[Step<'_>]) -> bool {
    const MAPS: &[&str] =
        &["data", "stringData", "binaryData", "labels", "annotations", "matchLabels", "nodeSelector", "parameters"];
    const LISTS: &[&str] = &["args", "command"];
    let inner = path.len().saturating_sub(1);
    path[..inner].iter().any(|step| MAPS.contains(&step.text()) || LISTS.contains(&step.text()))
}

fn is_quantity(path: &[Step<'_>]) -> bool {
    const ABOVE: &[&str] = &["requests", "limits", "capacity", "hard", "allocatable", "podFixed", "metrics"];
    const LAST: &[&str] = &["cpu", "memory", "storage", "ephemeral-storage", "sizeLimit", "divisor"];
    path.iter().any(|step| ABOVE.contains(&step.text())) || last(path, LAST)
}

fn is_duration(path: &[Step<'_>]) -> bool {
    let Some(Step::Field(name)) = path.last() else { return false };
    let name = name.to_ascii_lowercase();
    ["duration", "interval", "timeout", "period", "renewbefore", "ttl"].iter().any(|end| name.ends_with(end))
}

fn last(path: &[Step<'_>], names: &[&str]) -> bool {
    path.last().is_some_and(|step| names.contains(&step.text()))
}

/// What a quantity is worth, in billionths; `None` for what is none, or too large to tell.
///
/// Source: `pkg/api/resource/quantity.go` of k8s.io/apimachinery.
pub(crate) fn quantity(text: &str) -> Option<i128> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let (tens, twos) = match suffix {
        "n" => (-9, 0),
        "u" => (-6, 0),
        "m" => (-3, 0),
        "" => (0, 0),
        "k" => (3, 0),
        "M" => (6, 0),
        "G" => (9, 0),
        "T" => (12, 0),
        "P" => (15, 0),
        "E" => (18, 0),
        "Ki" => (0, 10),
        "Mi" => (0, 20),
        "Gi" => (0, 30),
        "Ti" => (0, 40),
        "Pi" => (0, 50),
        "Ei" => (0, 60),
        _ => (suffix.strip_prefix(['e', 'E'])?.parse::<i32>().ok().filter(|tens| tens.abs() <= 30)?, 0),
    };
    let (negative, number) = match number.strip_prefix('-') {
        Some(number) => (true, number),
        None => (false, number.strip_prefix('+').unwrap_or(number)),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || !(whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let mut value: i128 = format!("0{whole}{fraction}").parse().ok()?;
    value = value.checked_mul(1 << twos)?;
    let scale = 9 + tens - i32::try_from(fraction.len()).ok()?;
    let by = 10_i128.checked_pow(scale.unsigned_abs())?;
    // The server rounds up what is less than a billionth.
    value = if scale >= 0 { value.checked_mul(by)? } else { value.checked_add(by - 1)? / by };
    Some(if negative { -value } else { value })
}

/// How long a duration of Go is, in nanoseconds.
fn duration(text: &str) -> Option<i128> {
    let mut rest = text;
    let mut total: i128 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, after) = rest.split_at(digits);
        let unit = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let nanos: i128 = match unit {
            "ns" => 1,
            "us" | "µs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        // A quantity is in billionths.
        total = total.checked_add(quantity(number)?.checked_mul(nanos)? / 1_000_000_000)?;
        rest = after;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(text: &'static str) -> Vec<Step<'static>> {
        super::super::path::steps_of(text).into_iter().map(Step::Field).collect()
    }

    #[test]
    fn quantities_are_compared_by_what_they_are_worth() {
        for (a, b) in [
            ("2", "2000m"),
            ("1024Mi", "1Gi"),
            ("1000m", "1"),
            ("0.5", "500m"),
            ("1e3", "1k"),
            ("1.5Gi", "1536Mi"),
            ("+1", "1"),
            (".5", "500m"),
            ("5.", "5"),
        ] {
            assert_eq!(quantity(a), quantity(b), "{a} {b}");
            assert!(quantity(a).is_some(), "{a}");
        }
        for (a, b) in [("2", "20m"), ("1Gi", "1G"), ("-1", "1")] {
            assert_ne!(quantity(a), quantity(b), "{a} {b}");
        }
        for text in ["", ".", "Gi", "1gi", "1 Gi", "1e99", "--1", "1-", "99999999999999999999999999999999999999999"] {
            assert_eq!(quantity(text), None, "{text}");
        }
    }

    #[test]
    fn only_where_quantities_stand_text_is_read_as_one() {
        let (a, b) = (json!("1.10"), json!("1.1"));
        assert!(meanings(&path("spec.containers.0.resources.limits.cpu"), &a, &b));
        assert!(!meanings(&path("spec.version"), &a, &b));
        assert!(!meanings(&path("data.cpu"), &json!("1"), &json!("1000m")));
        assert!(meanings(&path("spec.hard[limits.cpu]"), &json!("1000m"), &json!("1")));
        assert!(meanings(&path("spec.limits.0.default.cpu"), &json!("1000m"), &json!("1")));
    }

    #[test]
    fn a_number_may_be_written_as_text_and_a_duration_in_other_units() {
        assert!(meanings(&path("spec.ports.0.targetPort"), &json!("80"), &json!(80)));
        assert!(meanings(&path("spec.limits.cpu"), &json!(1), &json!("1000m")));
        assert!(!meanings(&path("metadata.labels.a"), &json!("80"), &json!(80)));
        assert!(meanings(&path("spec.interval"), &json!("60m"), &json!("1h0m0s")));
        assert!(!meanings(&path("spec.interval"), &json!("60m"), &json!("61m")));
        assert!(scalars(&json!(1), &json!(1.0)));
    }

    #[test]
    fn empty_is_the_same_as_none_except_for_keys_that_people_choose() {
        assert!(means_nothing(&path("spec.env.0.value"), &json!("")));
        assert!(means_nothing(&path("spec.hostNetwork"), &json!(false)));
        assert!(means_nothing(&path("data"), &json!({})));
        assert!(!means_nothing(&path("data.key"), &json!("")));
        assert!(!means_nothing(&path("metadata.labels.a"), &json!("")));
        assert!(!means_nothing(&path("spec.replicas"), &json!(0)));
    }
}
