//! What tables of lines over periods have in common: a name, a unit, the life of the mine, then the periods.

use calminer_engine::result::{LineResult, LineValues};

use super::{period_columns, period_name};
use crate::ui::grid::Column;

pub(super) const LABEL: usize = 0;
pub(super) const UNIT: usize = 1;
pub(super) const TOTAL: usize = 2;
/// Columns before the first period.
pub(super) const LEAD: usize = 3;

/// The columns of a table with these periods.
pub(super) fn columns(heads: &[(String, String)], decimals: usize) -> Vec<Column> {
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
            ..text("Life of mine", 96.0)
        },
    ];
    columns.extend(period_columns(heads, decimals));
    columns
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
