//! A histogram in characters.

use calminer_engine::result::OutputResult;

use super::figures::{places, rounded, scale};
use super::shape::right;

/// Most rows of bars.
const ROWS: usize = 24;

/// Bars of at most `width` characters, one a row, each with the value at its start; the bar of the base case is
/// marked. A bar that is not empty has one character at least.
pub fn histogram(output: &OutputResult, width: usize) -> String {
    let bins = &output.histogram;
    let counts = bins.counts();
    if bins.finite() == 0 || counts.is_empty() {
        return "No trial has a figure to draw.\n".to_owned();
    }
    let step = step(counts.len());
    let rows: Vec<u64> = counts.chunks(step).map(|bins| bins.iter().sum()).collect();
    let most = rows.iter().copied().max().unwrap_or(1).max(1);
    // One scale and one number of decimals for all: the largest edge rules the unit, the width of a bar the digits.
    let edges: Vec<f64> = (0..=rows.len())
        .map(|row| bins.edge((row * step).min(counts.len())))
        .collect();
    let largest = edges
        .iter()
        .fold(0.0_f64, |most, edge| most.max(edge.abs()));
    let (factor, unit) = scale(largest, &output.display);
    let digits = places((edges[1] - edges[0]) / factor, 2).min(9);
    let labels: Vec<String> = edges
        .iter()
        .map(|edge| rounded(edge / factor, digits))
        .collect();
    let label_width = labels
        .iter()
        .map(String::len)
        .max()
        .unwrap_or(0)
        .max(unit.chars().count());
    let mut text = Vec::with_capacity(rows.len() + 4);
    if !unit.is_empty() {
        text.push(right(&unit, label_width));
    }
    for (row, count) in rows.iter().enumerate() {
        let share = (*count as f64 / most as f64 * width as f64).round() as usize;
        let bar = "#".repeat(share.max(usize::from(*count > 0)));
        let last = row + 1 == rows.len();
        let here = edges[row] <= output.base
            && (output.base < edges[row + 1] || last && output.base <= edges[row + 1]);
        let mark = if here { "  < base case" } else { "" };
        let drawn = format!("{} |{bar}{mark}", right(&labels[row], label_width));
        text.push(drawn.trim_end().to_owned());
    }
    let end = labels.last().map_or("", String::as_str);
    text.push(format!("{} |", right(end, label_width)));
    text.extend(beside(bins.below() + bins.above(), "beyond the view"));
    text.extend(beside(
        bins.not_finite(),
        "without a finite figure and not drawn",
    ));
    text.push(String::new());
    text.join("\n")
}

/// Bins that one row takes. Rows are equally wide where a divisor gives at least half of [`ROWS`]; else the last row has
/// fewer bins.
fn step(bins: usize) -> usize {
    let least = bins.div_ceil(ROWS).max(1);
    (least..=2 * least)
        .find(|step| bins.is_multiple_of(*step))
        .unwrap_or(least)
}

fn beside(count: u64, what: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 trial is {what}")),
        _ => Some(format!("{} trials are {what}", rounded(count as f64, 0))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_equally_wide_where_they_can_be() {
        assert_eq!((step(60), step(10), step(1), step(61)), (3, 1, 1, 3));
        assert_eq!((step(58), step(200), step(100)), (3, 10, 5));
        assert!((1..=200_usize).all(|bins| bins.div_ceil(step(bins)) <= ROWS));
    }

    #[test]
    fn counts_are_said_in_words() {
        let said = |count| beside(count, "beyond the view").unwrap_or_default();
        assert_eq!(
            [said(0), said(1), said(1_200)],
            [
                "",
                "1 trial is beyond the view",
                "1,200 trials are beyond the view"
            ]
        );
    }
}
