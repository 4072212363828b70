//! What tables of lines over periods have in common: a name, a unit, the life of the mine, then the periods.

use calminer_engine::result::{LineResult, LineValues};

use super::{period_columns, period_name};
use crate::ui::format::NumberStyle;
use crate::ui::grid::Column;

pub(super) const LABEL: usize = 0;
pub(super) const UNIT: usize = 1;
pub(super) const TOTAL: usize = 2;
/// Columns before the first period.
pub(super) const LEAD: usize = 3;

/// Width of a letter of a figure, and of the room around it.
const LETTER: f32 = 7.6;
const ROOM: f32 = 20.0;

/// The columns of a table with these periods. The longest figures of the life of the mine and of the periods, in
/// letters, make their columns wider where they need it: a figure that is cut off says something else.
pub(super) fn columns(
    heads: &[(String, String)],
    decimals: usize,
    [total, period]: [usize; 2],
) -> Vec<Column> {
    let text = |title: &str, width: f32| Column {
        title: title.to_owned(),
        width,
        ..Column::default()
    };
    let mut columns = vec![
        text("Line", 216.0),
        text("Unit", 72.0),
        Column {
            decimals: Some(decimals),
            ..text("Life of mine", wide(96.0, total))
        },
    ];
    columns.extend(
        period_columns(heads, decimals)
            .into_iter()
            .map(|column| Column {
                width: wide(column.width, period),
                ..column
            }),
    );
    columns
}

fn wide(least: f32, letters: usize) -> f32 {
    (letters as f32 * LETTER + ROOM).max(least)
}

/// Index of the period of a column.
pub(super) fn period(heads: &[(String, String)], column: usize) -> Option<usize> {
    column
        .checked_sub(LEAD)
        .filter(|period| *period < heads.len())
}

/// What a screen reader calls a cell.
pub(super) fn cell_name(heads: &[(String, String)], label: &str, column: usize) -> String {
    match column {
        LABEL => format!("{label}, name"),
        UNIT => format!("{label}, unit"),
        TOTAL => format!("{label}, life of mine"),
        _ => format!("{label}, {}", period_name(heads.get(column - LEAD))),
    }
}

/// The figure of a column: of a period, or the total where it means something, or the only one.
pub(super) fn figure_at(line: &LineResult, period: Option<usize>) -> Option<f64> {
    match (&line.values, period) {
        (LineValues::Scalar(figure), None) => Some(*figure),
        (LineValues::Series(_), None) => line.total,
        (LineValues::Scalar(_), Some(_)) => None,
        (LineValues::Series(figures), Some(period)) => figures.get(period).copied(),
    }
}

/// The letters of the longest figures of a line: of the life of the mine, and of a period.
pub(super) fn letters(line: &LineResult, decimals: usize, style: NumberStyle) -> [usize; 2] {
    let factor = line.display.factor;
    let written = |figure: f64| style.fixed(figure / factor, decimals).chars().count();
    let total = written(line.total.unwrap_or(0.0));
    match &line.values {
        LineValues::Scalar(figure) => [total.max(written(*figure)), 0],
        LineValues::Series(figures) => [total, written(extreme(figures))],
    }
}

/// The figure with the most digits before the point, with a sign if any has one.
pub(super) fn extreme(figures: &[f64]) -> f64 {
    let present = || figures.iter().filter(|figure| figure.is_finite());
    let largest = present().fold(0.0_f64, |most, figure| most.max(figure.abs()));
    if present().any(|figure| *figure < 0.0) {
        -largest
    } else {
        largest
    }
}
