//! One named figure: what was measured, what was hoped for, and whether it was reached.

use serde::Serialize;

use crate::rounds::median;

/// What a value is held against.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Bound {
    /// At most this.
    AtMost(f64),
    /// At least this.
    AtLeast(f64),
    /// Printed for comparison; nothing is asked of it.
    Beside,
}

impl Bound {
    fn met(self, value: f64) -> bool {
        match self {
            Self::AtMost(goal) => value <= goal,
            Self::AtLeast(goal) => value >= goal,
            Self::Beside => true,
        }
    }

    /// Above one: missed by so much. Below: reached with so much to spare.
    fn strain(self, value: f64) -> f64 {
        match self {
            Self::AtMost(goal) => value / goal,
            Self::AtLeast(goal) => goal / value,
            Self::Beside => 0.0,
        }
    }
}

/// A figure with one or more values. [`print`](Self::print) writes it as one line of JSON, led by the value that is closest to missing
/// its goal, or furthest past it.
#[derive(Debug)]
pub struct Figure {
    name: &'static str,
    unit: &'static str,
    method: String,
    values: Vec<Measured>,
}

#[derive(Debug)]
struct Measured {
    label: String,
    value: f64,
    bound: Bound,
    rounds: Vec<f64>,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    value: f64,
    unit: &'a str,
    met: bool,
    method: &'a str,
    values: Vec<LineValue<'a>>,
}

#[derive(Serialize)]
struct LineValue<'a> {
    label: &'a str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_most: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rounds: Vec<f64>,
}

impl Figure {
    /// A figure without values.
    #[must_use]
    pub fn new(name: &'static str, unit: &'static str, method: impl Into<String>) -> Self {
        Self { name, unit, method: method.into(), values: Vec::new() }
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, label: impl Into<String>, value: f64, bound: Bound) -> Self {
        self.values.push(Measured { label: label.into(), value, bound, rounds: Vec::new() });
        self
    }

    /// Adds the median of some rounds, and keeps the rounds.
    #[must_use]
    pub fn with_rounds(mut self, label: impl Into<String>, rounds: Vec<f64>, bound: Bound) -> Self {
        self.values.push(Measured { label: label.into(), value: median(rounds.clone()), bound, rounds });
        self
    }

    /// Whether every value reached its goal.
    #[must_use]
    pub fn met(&self) -> bool {
        self.values.iter().all(|one| one.bound.met(one.value))
    }

    /// The figure as one line of JSON.
    #[must_use]
    pub fn line(&self) -> String {
        let leading = self.values.iter().max_by(|a, b| a.bound.strain(a.value).total_cmp(&b.bound.strain(b.value)));
        let line = Line {
            name: self.name,
            value: leading.map_or(f64::NAN, |one| rounded(one.value)),
            unit: self.unit,
            met: self.met(),
            method: &self.method,
            values: self.values.iter().map(Measured::line).collect(),
        };
        serde_json::to_string(&line).unwrap_or_default()
    }

    /// Prints the line.
    #[expect(clippy::print_stdout, reason = "a figure is printed for whoever runs it")]
    pub fn print(&self) {
        println!("{}", self.line());
    }
}

impl Measured {
    fn line(&self) -> LineValue<'_> {
        let (at_most, at_least) = match self.bound {
            Bound::AtMost(goal) => (Some(goal), None),
            Bound::AtLeast(goal) => (None, Some(goal)),
            Bound::Beside => (None, None),
        };
        let rounds = self.rounds.iter().map(|value| rounded(*value)).collect();
        LineValue { label: &self.label, value: rounded(self.value), at_most, at_least, rounds }
    }
}

fn rounded(value: f64) -> f64 {
    let scale = if value.abs() >= 100.0 { 1.0 } else { 1000.0 };
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Bound, Figure};

    #[test]
    fn one_missed_value_misses_the_figure_and_leads_the_line() {
        let figure = Figure::new("f", "ratio", "m")
            .with("1", 1.01, Bound::AtMost(1.05))
            .with("64", 1.3, Bound::AtMost(1.15))
            .with_rounds("beside", vec![7.0, 9.0, 30.0], Bound::Beside);
        let line: serde_json::Value = serde_json::from_str(&figure.line()).unwrap();
        assert_eq!((line["value"].as_f64(), line["met"].as_bool()), (Some(1.3), Some(false)));
        assert_eq!(line["values"][0], json!({ "label": "1", "value": 1.01, "at_most": 1.05 }));
        assert_eq!(line["values"][2], json!({ "label": "beside", "value": 9.0, "rounds": [7.0, 9.0, 30.0] }));
    }
}
