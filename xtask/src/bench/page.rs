//! The page of the benchmark book and its tables, from what was kept. Knows nothing of files.

use std::collections::BTreeSet;

use anyhow::Result;

use super::record::{Record, Value};

/// The chapters of the page: title, name of the plot, figures.
pub(crate) const CHAPTERS: &[(&str, &str, &[&str])] = &[
    ("Calling services", "services", &["construct", "region-call", "controller-call", "rotation"]),
    ("Holding a fleet", "fleet", &["peek", "fleet-memory", "cold-connect", "fleet-rotation", "fault-isolation"]),
    ("Declared state", "resources", &["plan", "canonical-hash", "first-apply", "noop-run", "real-apply"]),
    ("Clusters and clouds", "clouds", &["steady-pass", "warm-client"]),
    ("The fake API server", "fake", &["fake-start", "fake-throughput"]),
    ("The build", "build", &["clean-build"]),
];

const HEAD: &str = "\
# Benchmarks

Written by `cargo xtask bench --keep` from [`benches/results/figures.json`](../benches/results/figures.json); the same numbers, round by
round, are in [`figures.csv`](../benches/results/figures.csv). How each figure is taken stands at the top of its program in
[`benches/src/bin`](../benches/src/bin) (`clean-build` is in [`xtask/src/bench.rs`](../xtask/src/bench.rs)), what lies behind it in [the benchmark book](../benches/README.md).

Ratios to a bare way are taken between two ways of doing the same thing in one process, in alternating rounds, and what is quoted is the
median of the rounds, unless the line above a table or its program says otherwise. The last column is the value as a share of its goal, so that up to 1 the goal is reached, whether less or more is wanted. In
the plots every round is a dot, the value that is quoted is a bar, and the goal is the line at 1; the scale is logarithmic.
Client, server and load share the machine's cores in every figure.
";

/// The page, as Markdown.
pub(crate) fn markdown(records: &[Record]) -> String {
    let mut page = HEAD.to_owned();
    let machines: BTreeSet<_> = records.iter().map(|record| record.machine.as_str()).collect();
    for machine in machines {
        page.push_str(&format!("\nMeasured on: {machine}.\n"));
    }
    for (title, plot, names) in CHAPTERS {
        let told: Vec<_> =
            names.iter().filter_map(|name| records.iter().find(|record| record.figure.name == *name)).collect();
        if told.is_empty() {
            continue;
        }
        page.push_str(&format!(
            "\n## {title}\n\n![{title}: each value as a share of its goal](../benches/results/{plot}.svg)\n"
        ));
        for record in told {
            let figure = &record.figure;
            page.push_str(&format!(
                "\n### `{}`\n\n{}. In {}; {}.\n\n",
                figure.name, figure.method, figure.unit, record.measured
            ));
            page.push_str("| Value | Measured | Goal | Of the goal |\n|---|---:|---:|---:|\n");
            figure.values.iter().for_each(|value| page.push_str(&row(value)));
        }
    }
    page
}

fn row(value: &Value) -> String {
    let goal = match (value.at_most, value.at_least) {
        (Some(goal), _) => format!("≤ {}", number(goal)),
        (_, Some(goal)) => format!("≥ {}", number(goal)),
        _ => String::new(),
    };
    let share = match (value.met(), value.of_goal(value.value)) {
        (Some(true), Some(share)) => format!("{share:.2}"),
        (Some(true), None) => "reached".to_owned(),
        (Some(false), Some(share)) => format!("**{share:.2}, missed**"),
        (Some(false), None) => "**missed**".to_owned(),
        (None, _) => String::new(),
    };
    format!("| {} | {} | {goal} | {share} |\n", value.label.replace('_', " "), number(value.value))
}

/// As people write it: thousands apart, no more digits than are told.
fn number(value: f64) -> String {
    if value.abs() < 1_000.0 {
        return format!("{value}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Every round of every value, one a line; a value without rounds is one.
pub(crate) fn csv(records: &[Record]) -> Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["figure", "value", "round", "measured", "at_most", "at_least", "unit", "day"])?;
    let goal = |goal: Option<f64>| goal.map(|goal| goal.to_string()).unwrap_or_default();
    for record in records {
        let figure = &record.figure;
        for value in &figure.values {
            let rounds = if value.rounds.is_empty() { std::slice::from_ref(&value.value) } else { &value.rounds };
            for (round, measured) in (1..).zip(rounds) {
                let (round, measured): (i32, _) = (round, measured.to_string());
                let (most, least) = (goal(value.at_most), goal(value.at_least));
                let of = (figure.name.as_str(), value.label.as_str(), round, measured, most, least);
                table.serialize((of, figure.unit.as_str(), record.measured.as_str()))?;
            }
        }
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

#[cfg(test)]
mod tests {
    use super::super::record::sample;
    use super::{csv, markdown, number};

    #[test]
    fn a_missed_goal_stands_out() {
        let page = markdown(&[sample("peek", 4.0)]);
        assert!(
            page.contains(
                "| ours | 4 | ≤ 2 | **2.00, missed** |\n| rate | 10 | ≥ 5 | 0.50 |\n| failed | 0 | ≤ 0 | reached |"
            ),
            "{page}"
        );
        assert!(page.contains("## Holding a fleet") && !page.contains("## The build"));
    }

    #[test]
    fn every_round_is_a_line() {
        let table = csv(&[sample("peek", 4.0)]).unwrap();
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 7);
        assert_eq!(lines[2], "peek,ours,2,4,2,,ms,2026-01-01");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            [number(0.094), number(999.0), number(74_710.0), number(1_234_567.0)],
            ["0.094", "999", "74,710", "1,234,567"]
        );
    }
}
