//! What stands in the tables, and how texts typed there become edits.

mod flow;
pub(crate) mod lines;
pub(crate) mod lookup;
pub(crate) mod parameters;
pub(crate) mod points;
mod series;
pub(crate) mod trial;

use calminer_domain::Issue;
use calminer_engine::result::{BaseCase, LineResult, PeriodColumn};
use uuid::Uuid;

use crate::app::ViewContext;
use crate::ui::format::{self, NumberStyle};
use crate::ui::grid::Column;

/// Width of a column of one period.
pub(crate) const PERIOD: f32 = 78.0;

/// Columns of the periods: label, and the year in which a period ends where it is a whole year.
pub(crate) fn period_columns(periods: &[(String, String)], decimals: usize) -> Vec<Column> {
    let column = |(label, year): &(String, String)| Column {
        title: label.clone(),
        unit: year.clone(),
        width: PERIOD,
        decimals: Some(decimals),
    };
    periods.iter().map(column).collect()
}

/// Label of each period with the year or month that it covers.
pub(crate) fn period_heads(ctx: &ViewContext<'_>) -> Vec<(String, String)> {
    let Some(scenario) = ctx.scenario() else {
        return Vec::new();
    };
    let periods = scenario.calendar.periods();
    periods
        .into_iter()
        .map(|period| {
            let first = period.start;
            let words = match scenario.calendar.period_length {
                calminer_domain::PeriodLength::Year => first.year().to_string(),
                calminer_domain::PeriodLength::Quarter | calminer_domain::PeriodLength::Month => {
                    format!("{}-{:02}", first.year(), first.month())
                }
            };
            (period.label, words)
        })
        .collect()
}

/// The first blocking issue of a field of a row, as a sentence.
pub(crate) fn issue_of(ctx: &ViewContext<'_>, row: Uuid, field: &str) -> Option<String> {
    ctx.live
        .of_field(row, field)
        .find(|issue| issue.blocks())
        .map(|issue: &Issue| issue.message.clone())
}

/// The result of a line by its identity.
pub(crate) fn result_of(base: Option<&BaseCase>, id: Uuid) -> Option<&LineResult> {
    base?.lines.iter().find(|line| line.id == Some(id))
}

/// Decimals of a row of results: money in millions with one, the rest with four significant digits.
pub(crate) fn decimals_of(line: &LineResult) -> usize {
    use calminer_engine::result::LineValues;
    if calminer_domain::units::is_currency_code(&line.unit) && line.display.factor >= 1e6 {
        return 1;
    }
    let shown: Vec<f64> = match &line.values {
        LineValues::Scalar(figure) => vec![figure / line.display.factor],
        LineValues::Series(figures) => figures
            .iter()
            .map(|figure| figure / line.display.factor)
            .collect(),
    };
    format::decimals_of_row(&shown, 4).min(3)
}

/// Decimals of a row of the cash-flow table: rows of one unit have the same, so that the columns can be read down.
pub(crate) fn decimals_of_flow(line: &LineResult) -> usize {
    if calminer_domain::units::is_currency_code(&line.unit) {
        1
    } else {
        decimals_of(line).min(2)
    }
}

/// A result in the unit shown to people.
pub(crate) fn shown(line: &LineResult, figure: f64, decimals: usize, style: NumberStyle) -> String {
    style.fixed(figure / line.display.factor, decimals)
}

/// The label of a column for a screen reader.
pub(crate) fn period_name(head: Option<&(String, String)>) -> String {
    head.map_or_else(String::new, |(label, _)| format!("period {label}"))
}

/// The periods of a base case, as in [`period_heads`].
pub(crate) fn base_heads(periods: &[PeriodColumn]) -> Vec<(String, String)> {
    periods
        .iter()
        .map(|period| (period.label.clone(), period.start.year().to_string()))
        .collect()
}
