//! What was measured, as it is kept in `benches/results/figures.json`. Knows nothing of who measures, nor of how it is shown.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// One figure as its program printed it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Printed {
    /// The figure's name.
    pub(crate) name: String,
    /// The units of its values.
    pub(crate) unit: String,
    /// How it was taken, in a sentence.
    pub(crate) method: String,
    /// What was measured.
    pub(crate) values: Vec<Value>,
}

/// One value of a figure: the median of its rounds, where it has any.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Value {
    /// What it is.
    pub(crate) label: String,
    /// How much.
    pub(crate) value: f64,
    /// The goal, when less is better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at_most: Option<f64>,
    /// The goal, when more is better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at_least: Option<f64>,
    /// Round by round.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rounds: Vec<f64>,
}

impl Value {
    /// Whether it reached its goal; nothing for one that has none.
    pub(crate) fn met(&self) -> Option<bool> {
        self.at_most.map(|goal| self.value <= goal).or(self.at_least.map(|goal| self.value >= goal))
    }

    /// What a measured amount is of the goal: reached up to 1. Nothing without a goal, or with one of zero.
    pub(crate) fn of_goal(&self, measured: f64) -> Option<f64> {
        let of = self.at_most.map(|goal| measured / goal).or(self.at_least.map(|goal| goal / measured));
        of.filter(|of| of.is_finite())
    }
}

/// A figure, and where and when it was taken.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Record {
    /// The day, as `YYYY-MM-DD`.
    pub(crate) measured: String,
    /// Processor, cores, memory, compiler.
    pub(crate) machine: String,
    #[serde(flatten)]
    pub(crate) figure: Printed,
}

/// All that were kept, by name.
pub(crate) fn read(file: &Path) -> Result<Vec<Record>> {
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no list of figures", file.display()))
}

/// As kept: in the order of names.
pub(crate) fn text(records: &[Record]) -> Result<String> {
    Ok(serde_json::to_string_pretty(records)? + "\n")
}

/// The newer ones take the place of those of the same name.
pub(crate) fn merge(mut kept: Vec<Record>, news: Vec<Record>) -> Vec<Record> {
    kept.retain(|old| news.iter().all(|new| new.figure.name != old.figure.name));
    kept.extend(news);
    kept.sort_by(|a, b| a.figure.name.cmp(&b.figure.name));
    kept
}

#[cfg(test)]
pub(super) fn sample(name: &str, value: f64) -> Record {
    let values = vec![
        Value {
            label: "ours".into(),
            value,
            at_most: Some(2.0),
            at_least: None,
            rounds: vec![value / 2.0, value, value * 3.0],
        },
        Value { label: "rate".into(), value: 10.0, at_most: None, at_least: Some(5.0), rounds: Vec::new() },
        Value { label: "failed".into(), value: 0.0, at_most: Some(0.0), at_least: None, rounds: Vec::new() },
        Value { label: "beside".into(), value: 7.0, at_most: None, at_least: None, rounds: Vec::new() },
    ];
    let figure = Printed { name: name.into(), unit: "ms".into(), method: "three rounds".into(), values };
    Record { measured: "2026-01-01".into(), machine: "a machine".into(), figure }
}

#[cfg(test)]
mod tests {
    use super::{merge, sample};

    #[test]
    fn a_newer_record_takes_the_place_of_the_older() {
        let merged = merge(vec![sample("b", 1.0), sample("c", 1.0)], vec![sample("c", 2.0), sample("a", 3.0)]);
        let told: Vec<_> = merged.iter().map(|one| (one.figure.name.as_str(), one.figure.values[0].value)).collect();
        assert_eq!(told, [("a", 3.0), ("b", 1.0), ("c", 2.0)]);
    }

    #[test]
    fn more_and_less_are_both_told_as_a_share_of_the_goal() {
        let values = sample("a", 1.0).figure.values;
        let told: Vec<_> = values.iter().map(|value| (value.of_goal(value.value), value.met())).collect();
        assert_eq!(told, [(Some(0.5), Some(true)), (Some(0.5), Some(true)), (None, Some(true)), (None, None)]);
    }
}
