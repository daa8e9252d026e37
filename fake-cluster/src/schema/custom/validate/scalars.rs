//! The rules for texts and numbers. Knows nothing of what they are part of.
use serde_json::{Number, Value};

use super::{Found, Walk, truncated};
use crate::schema::custom::props::Props;
use crate::schema::refusal::Cause;
use crate::schema::text::go_float;

impl Walk<'_> {
    /// The first broken rule of a string.
    pub(super) fn text(&self, props: &Props, text: &str, path: &str) -> Found {
        let mut found = Found::default();
        let value = Value::from(text);
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        if let Some(limit) = props.max_length.filter(|limit| length > *limit) {
            let cause = Cause::too_long(self.field(path), usize::try_from(limit).unwrap_or(0));
            found.add(cause, format!("{path} in body should be at most {limit} chars long"));
        } else if let Some(limit) = props.min_length.filter(|limit| length < *limit) {
            let problem = self.invalid(path, &value, format!("{path} in body should be at least {limit} chars long"));
            found.add(problem.cause, problem.message);
        } else if let Some(pattern) = &props.pattern
            && !pattern.regex().is_some_and(|regex| regex.is_match(text))
        {
            let problem = self.invalid(path, &value, format!("{path} in body should match '{}'", pattern.text));
            found.add(problem.cause, problem.message);
        }
        found
    }

    pub(super) fn number(&self, props: &Props, number: &Number, path: &str) -> Found {
        let mut found = Found::default();
        let value = Value::Number(number.clone());
        let float = number.as_f64().unwrap_or(0.0);
        let integer = number.as_i64();
        let format = self.format(props);
        if props.of == "integer" && !props.int_or_string {
            let fits = match (integer, format) {
                (Some(integer), "int32") => i32::try_from(integer).is_ok(),
                (Some(_), _) => true,
                (None, _) => false,
            };
            if !fits {
                let message = if format.is_empty() {
                    format!("Checked value must be of type integer (default format) in {path}")
                } else {
                    format!("Checked value must be of type integer with format {format} in {path}")
                };
                let problem = self.loose(message);
                found.add(problem.cause, problem.message);
            }
        }
        // Whole numbers are compared as such, and the bound is printed as one.
        let shown = |bound: f64| if integer.is_some() { format!("{}", bound.trunc()) } else { go_float(bound) };
        if let Some(factor) = props.multiple_of {
            let fits = match integer {
                Some(integer) => {
                    let factor = truncated(factor);
                    factor > 0 && integer % factor == 0
                }
                None => {
                    let ratio = if factor < 1.0 { 1.0 / factor * float } else { float / factor };
                    factor > 0.0 && ratio.fract() == 0.0
                }
            };
            if !fits {
                let problem =
                    self.invalid(path, &value, format!("{path} in body should be a multiple of {}", shown(factor)));
                found.add(problem.cause, problem.message);
            }
        }
        let beyond = |bound: f64, exclusive: bool, upper: bool| {
            let order = match integer {
                Some(integer) => integer.cmp(&truncated(bound)),
                None => float.partial_cmp(&bound).unwrap_or(std::cmp::Ordering::Equal),
            };
            let outside = if upper { order.is_gt() } else { order.is_lt() };
            outside || (exclusive && order.is_eq())
        };
        if let Some(bound) = props.minimum.filter(|bound| beyond(*bound, props.exclusive_minimum, false)) {
            let or_equal = if props.exclusive_minimum { "" } else { "or equal to " };
            let message = format!("{path} in body should be greater than {or_equal}{}", shown(bound));
            let problem = self.invalid(path, &value, message);
            found.add(problem.cause, problem.message);
        }
        if let Some(bound) = props.maximum.filter(|bound| beyond(*bound, props.exclusive_maximum, true)) {
            let or_equal = if props.exclusive_maximum { "" } else { "or equal to " };
            let message = format!("{path} in body should be less than {or_equal}{}", shown(bound));
            let problem = self.invalid(path, &value, message);
            found.add(problem.cause, problem.message);
        }
        found.passed += 1;
        found
    }
}
