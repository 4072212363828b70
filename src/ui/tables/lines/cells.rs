//! What stands in the cells of the table of lines.

use calminer_domain::{Item, Line, Value};
use calminer_engine::result::LineResult;

use super::super::flow::{LABEL, TOTAL, UNIT, figure_at};
use super::super::{issue_of, shown};
use super::items::Built;
use super::rows::Row;
use super::{Lines, Purpose};
use crate::ui::format;
use crate::ui::grid::{Cell, Kind};

impl Lines<'_> {
    pub(super) fn line_cell(
        &self,
        line: Option<&Line>,
        result: Option<&LineResult>,
        column: usize,
        decimals: usize,
    ) -> Cell {
        let strong = line.is_some_and(|line| line.role.is_some());
        match column {
            LABEL => Cell {
                text: line.map_or_else(
                    || result.map_or_else(String::new, |result| result.label.clone()),
                    |line| line.title().to_owned(),
                ),
                issue: line.and_then(|line| issue_of(self.ctx, line.id, "key")),
                strong,
                ..Cell::default()
            },
            UNIT => Cell {
                text: format::unit_words(line.map_or_else(
                    || result.map_or("", |result| &result.display.unit),
                    |line| &line.unit,
                )),
                kind: Kind::Weak,
                issue: line.and_then(|line| issue_of(self.ctx, line.id, "unit")),
                ..Cell::default()
            },
            _ => {
                let typed = line
                    .filter(|_| self.purpose == Purpose::Edit)
                    .and_then(|line| self.input(line, column, decimals));
                typed.unwrap_or_else(|| Cell {
                    strong,
                    dimmed: self.ctx.live.stale,
                    ..self.computed(line, result, column, decimals)
                })
            }
        }
    }

    /// A cell of an item, or of a line that it gave.
    pub(super) fn item_cell(
        &self,
        built: Option<&Built<'_>>,
        (item, result): (Option<&Item>, Option<&LineResult>),
        column: usize,
        decimals: usize,
    ) -> Cell {
        let strong = built.is_none_or(|built| built.item.is_none());
        match (column, built) {
            (LABEL, Some(built)) => Cell {
                text: built.words(),
                strong,
                ..Cell::default()
            },
            (LABEL, None) => Cell {
                text: item.map_or_else(String::new, |item| item.title().to_owned()),
                issue: item.and_then(|item| self.first_issue(item)),
                strong,
                ..Cell::default()
            },
            (UNIT, Some(built)) if built.typed_path().is_some() => Cell {
                text: format::unit_words(&built.line.unit),
                kind: Kind::Weak,
                ..Cell::default()
            },
            (UNIT, _) => Cell {
                text: result.map_or_else(String::new, |result| {
                    format::unit_words(&result.display.unit)
                }),
                kind: Kind::Weak,
                ..Cell::default()
            },
            _ => {
                let typed = built
                    .filter(|_| self.purpose == Purpose::Edit)
                    .and_then(|built| {
                        built.input(self.ctx, self.period(column), decimals, self.style)
                    });
                typed.unwrap_or_else(|| Cell {
                    strong,
                    dimmed: self.ctx.live.stale,
                    ..self.computed(None, result, column, decimals)
                })
            }
        }
    }

    /// What is wrong with an item, at its name: its fields stand in the inspector.
    fn first_issue(&self, item: &Item) -> Option<String> {
        let mut issues = self.ctx.live.of_row(item.id);
        issues
            .find(|issue| issue.blocks())
            .map(|issue| issue.message.clone())
    }

    /// A typed figure: a constant stands in the life-of-mine column, a row in its periods.
    fn input(&self, line: &Line, column: usize, decimals: usize) -> Option<Cell> {
        let figure = match (&line.value, self.period(column)) {
            (Value::Number(figure), None) => *figure,
            (Value::Series(figures), Some(period)) => figures.get(period).copied()?,
            _ => return None,
        };
        let field = self
            .period(column)
            .map_or_else(|| "value".to_owned(), |period| format!("value.{period}"));
        let text = self
            .style
            .fixed(figure, decimals.max(format::decimals_typed(figure)));
        Some(Cell {
            text,
            kind: Kind::Input,
            issue: issue_of(self.ctx, line.id, &field),
            ..Cell::default()
        })
    }

    fn computed(
        &self,
        line: Option<&Line>,
        result: Option<&LineResult>,
        column: usize,
        decimals: usize,
    ) -> Cell {
        let issue = line
            .filter(|_| column == TOTAL)
            .and_then(|line| issue_of(self.ctx, line.id, "value"));
        let Some(result) = result else {
            return Cell {
                issue,
                kind: Kind::Computed,
                ..Cell::default()
            };
        };
        let figure = figure_at(result, self.period(column));
        let text = figure.map_or_else(String::new, |figure| self.text(result, figure, decimals));
        // What is rounded to nothing is no outflow.
        let is_seen = text.chars().any(|digit| ('1'..='9').contains(&digit));
        let negative = self.purpose == Purpose::CashFlow
            && is_seen
            && figure.is_some_and(|figure| figure < 0.0)
            && result.unit == self.scenario.currency;
        Cell {
            text,
            kind: Kind::Computed,
            negative,
            issue,
            ..Cell::default()
        }
    }

    /// A zero of a cash flow is a dash, so that the figures stand out.
    fn text(&self, result: &LineResult, figure: f64, decimals: usize) -> String {
        if self.purpose == Purpose::CashFlow && figure == 0.0 {
            "–".to_owned()
        } else {
            shown(result, figure, decimals, self.style)
        }
    }

    /// The figure itself in the unit shown, for the clipboard.
    pub(super) fn plain(&self, row: usize, column: usize) -> Option<f64> {
        let Row::Line {
            result: Some(result),
            ..
        } = self.rows.get(row)?
        else {
            return None;
        };
        let figure = figure_at(result, self.period(column));
        figure.map(|figure| figure / result.display.factor)
    }
}
