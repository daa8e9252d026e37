//! One named figure: what was measured, what was hoped for, and whether it was reached.

use serde::Serialize;

/// What a value is held against.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
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

    fn text(self, label: &str) -> Option<String> {
        match self {
            Self::AtMost(goal) => Some(format!("{label} <= {goal}")),
            Self::AtLeast(goal) => Some(format!("{label} >= {goal}")),
            Self::Beside => None,
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
    values: Vec<(String, f64, Bound)>,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    value: f64,
    unit: &'a str,
    goal: String,
    met: bool,
    method: &'a str,
    values: serde_json::Map<String, serde_json::Value>,
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
        self.values.push((label.into(), value, bound));
        self
    }

    /// Whether every value reached its goal.
    #[must_use]
    pub fn met(&self) -> bool {
        self.values.iter().all(|(_, value, bound)| bound.met(*value))
    }

    /// The figure as one line of JSON.
    #[must_use]
    pub fn line(&self) -> String {
        let leading = self.values.iter().max_by(|a, b| a.2.strain(a.1).total_cmp(&b.2.strain(b.1)));
        let goals: Vec<String> = self.values.iter().filter_map(|(label, _, bound)| bound.text(label)).collect();
        let line = Line {
            name: self.name,
            value: leading.map_or(f64::NAN, |(_, value, _)| rounded(*value)),
            unit: self.unit,
            goal: goals.join(", "),
            met: self.met(),
            method: &self.method,
            values: self.values.iter().map(|(label, value, _)| (label.clone(), rounded(*value).into())).collect(),
        };
        serde_json::to_string(&line).unwrap_or_default()
    }

    /// Prints the line.
    #[expect(clippy::print_stdout, reason = "a figure is printed for whoever runs it")]
    pub fn print(&self) {
        println!("{}", self.line());
    }
}

fn rounded(value: f64) -> f64 {
    let scale = if value.abs() >= 100.0 { 1.0 } else { 1000.0 };
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::{Bound, Figure};

    #[test]
    fn one_missed_value_misses_the_figure_and_leads_the_line() {
        let figure = Figure::new("f", "ratio", "m")
            .with("1", 1.01, Bound::AtMost(1.05))
            .with("64", 1.3, Bound::AtMost(1.15))
            .with("beside", 9.0, Bound::Beside);
        let line: serde_json::Value = serde_json::from_str(&figure.line()).unwrap();
        assert_eq!((line["value"].as_f64(), line["met"].as_bool()), (Some(1.3), Some(false)));
        assert_eq!(line["goal"], "1 <= 1.05, 64 <= 1.15");
        assert_eq!(line["values"]["beside"], 9.0);
    }
}
