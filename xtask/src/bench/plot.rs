//! Draws values against their goals. Knows nothing of where they come from, nor of files.

use anyhow::{Context as _, Result};
use plotters::prelude::*;

use super::record::{Record, Value};

const WIDTH: u32 = 900;
const NAMES: u32 = 330;
const ROW: u32 = 22;
const MARGIN: u32 = 48;

const REACHED: RGBColor = RGBColor(38, 110, 180);
const MISSED: RGBColor = RGBColor(205, 85, 20);
const GOAL: RGBColor = RGBColor(60, 60, 60);

/// One row for each value that has a goal other than zero; nothing when there is none.
pub(crate) fn svg(records: &[&Record]) -> Result<Option<String>> {
    let rows: Vec<(String, &Value, f64)> = records
        .iter()
        .flat_map(|record| record.figure.values.iter().map(move |value| (&record.figure.name, value)))
        .filter_map(|(figure, value)| {
            let label = format!("{figure}: {}", value.label.replace('_', " "));
            Some((label, value, value.of_goal(value.value).filter(|share| *share > 0.0)?))
        })
        .collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let mut drawn = String::new();
    draw(&mut drawn, &rows).context("a plot could not be drawn")?;
    Ok(Some(drawn))
}

fn draw(into: &mut String, rows: &[(String, &Value, f64)]) -> Result<()> {
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let height = count.saturating_mul(ROW).saturating_add(MARGIN);
    let area = SVGBackend::with_string(into, (WIDTH, height)).into_drawing_area();
    area.fill(&WHITE)?;
    let shares = rows
        .iter()
        .flat_map(|(_, value, share)| value.rounds.iter().filter_map(|round| value.of_goal(*round)).chain([*share]));
    let shares: Vec<f64> = shares.filter(|share| *share > 0.0).collect();
    let least = shares.iter().copied().fold(1.0, f64::min) * 0.7;
    let most = shares.iter().copied().fold(1.0, f64::max) * 1.4;
    let (names, plot) = area.split_horizontally(NAMES);
    let mut chart = ChartBuilder::on(&plot)
        .margin_right(16)
        .x_label_area_size(MARGIN - 12)
        .margin_top(12)
        .build_cartesian_2d((least..most).log_scale(), 0.0..f64::from(count))?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_label_formatter(&|share| tick(*share))
        .x_desc("share of the goal; up to 1 it is reached")
        .label_style(("sans-serif", 12))
        .light_line_style(TRANSPARENT)
        .draw()?;
    let goal = PathElement::new([(1.0, 0.0), (1.0, f64::from(count))], GOAL.stroke_width(2));
    chart.draw_series([goal])?;
    for (row, (label, value, share)) in (1..).zip(rows) {
        let middle = f64::from(count) - f64::from(row) + 0.5;
        let colour = if value.met() == Some(false) { MISSED } else { REACHED };
        let rounds = value.rounds.iter().filter_map(|round| value.of_goal(*round)).filter(|share| *share > 0.0);
        chart.draw_series(rounds.map(|round| Circle::new((round, middle), 3, colour.mix(0.35).filled())))?;
        let bar = PathElement::new([(*share, middle - 0.36), (*share, middle + 0.36)], colour.stroke_width(3));
        chart.draw_series([bar])?;
        let height = 12 + i32::try_from((row - 1) * ROW + ROW / 2).unwrap_or(i32::MAX) - 6;
        names.draw(&Text::new(label.as_str(), (8, height), ("sans-serif", 12)))?;
    }
    Ok(area.present()?)
}

/// What a line of the scale is called: only 1, 2 and 5 of each power of ten, as the others stand too close.
fn tick(share: f64) -> String {
    let text = format!("{share:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let first = text.trim_start_matches(['0', '.']);
    if first.starts_with(['1', '2', '5']) { text.to_owned() } else { String::new() }
}
