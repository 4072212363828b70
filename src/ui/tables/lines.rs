//! The table of lines: names and units at the left, the life of the mine, then the periods. It serves the pages where
//! lines are edited and, with everything computed, the cash-flow table.

mod cells;
mod change;
mod items;
mod rows;

use calminer_domain::{Item, Line, Scenario, ScenarioEdit, Section, Value};
use calminer_engine::result::LineValues;
use egui::Id;
use uuid::Uuid;

use super::flow::{self, LABEL, LEAD, TOTAL, UNIT};
use crate::app::ViewContext;
use crate::ui::format::NumberStyle;
use crate::ui::grid::{Cell, Change, Changed, Column, Kind, Table};
use items::Built;
use rows::Row;

/// Which lines are shown, and whether they can be typed into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Edit,
    /// Everything computed, with negative flows in their color.
    CashFlow,
}

pub(crate) struct Lines<'a> {
    ctx: &'a ViewContext<'a>,
    scenario: &'a Scenario,
    style: NumberStyle,
    purpose: Purpose,
    rows: Vec<Row<'a>>,
    columns: Vec<Column>,
    heads: Vec<(String, String)>,
    converts: bool,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(
        ctx: &'a ViewContext<'a>,
        scenario: &'a Scenario,
        sections: &[Section],
        purpose: Purpose,
        style: NumberStyle,
        converts: bool,
    ) -> Self {
        let heads = match (purpose, ctx.base()) {
            (Purpose::CashFlow, Some(base)) if ctx.live.stale => super::base_heads(&base.periods),
            _ => super::period_heads(ctx),
        };
        let rows = rows::rows_of(ctx, scenario, sections, purpose);
        let decimals = rows
            .iter()
            .map(|row| match row {
                Row::Line { decimals, .. } | Row::Item { decimals, .. } => *decimals,
                Row::Heading(..) => 0,
            })
            .max()
            .unwrap_or(0);
        Self {
            ctx,
            scenario,
            style,
            purpose,
            columns: flow::columns(&heads, decimals, rows::letters(&rows, decimals, style)),
            rows,
            heads,
            converts,
        }
    }

    /// The line of a row.
    pub(crate) fn line(&self, row: usize) -> Option<&'a Line> {
        match self.rows.get(row)? {
            Row::Line { line, .. } => *line,
            Row::Heading(..) | Row::Item { .. } => None,
        }
    }

    /// The item of a row: that of its own, or the one whose line it is.
    pub(crate) fn item(&self, row: usize) -> Option<&'a Item> {
        match self.rows.get(row)? {
            Row::Item { item, .. } => Some(item),
            Row::Line { built, .. } => built.as_ref().and_then(|built| built.item),
            Row::Heading(..) => None,
        }
    }

    /// Whether a row is an item itself.
    pub(crate) fn is_item(&self, row: usize) -> bool {
        matches!(self.rows.get(row), Some(Row::Item { .. }))
    }

    fn built(&self, row: usize) -> Option<&Built<'a>> {
        match self.rows.get(row)? {
            Row::Line { built, .. } => built.as_deref(),
            _ => None,
        }
    }

    /// Key of the line of a row, of the template included.
    pub(crate) fn key(&self, row: usize) -> Option<&str> {
        match self.rows.get(row)? {
            Row::Line {
                line: Some(line), ..
            } => Some(&line.key),
            Row::Line {
                result: Some(result),
                ..
            }
            | Row::Item {
                result: Some(result),
                ..
            } => Some(&result.key),
            Row::Line {
                built: Some(built), ..
            } => Some(&built.line.key),
            _ => None,
        }
    }

    /// Whether a cell holds one figure that can be explained: that of a period, or the only one of a line.
    pub(crate) fn explains(&self, row: usize, column: usize) -> bool {
        match self.rows.get(row) {
            Some(
                Row::Line {
                    result: Some(result),
                    ..
                }
                | Row::Item {
                    result: Some(result),
                    ..
                },
            ) => self.period(column).is_some() != matches!(result.values, LineValues::Scalar(_)),
            _ => false,
        }
    }

    /// The row of a line.
    pub(crate) fn row_of(&self, id: Uuid) -> Option<usize> {
        self.rows.iter().position(|row| match row {
            Row::Line {
                line: Some(line), ..
            } => line.id == id,
            Row::Item { item, .. } => item.id == id,
            _ => false,
        })
    }

    /// Index of the period of a column.
    pub(crate) fn period(&self, column: usize) -> Option<usize> {
        flow::period(&self.heads, column)
    }

    /// Whether there is nothing but headings.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn label(&self, row: usize) -> &str {
        match self.rows.get(row) {
            Some(Row::Line {
                line: Some(line), ..
            }) => line.title(),
            Some(Row::Line {
                result: Some(result),
                ..
            }) => &result.label,
            Some(Row::Item { item, .. }) => item.title(),
            Some(Row::Line {
                built: Some(built), ..
            }) => &built.line.label,
            Some(Row::Heading(title, _)) => title,
            _ => "",
        }
    }
}

impl Table for Lines<'_> {
    fn id(&self) -> Id {
        Id::unique(("lines table", self.purpose == Purpose::CashFlow))
    }

    fn name(&self) -> &'static str {
        if self.purpose == Purpose::CashFlow {
            "Cash flow"
        } else {
            "Lines"
        }
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn frozen(&self) -> usize {
        2
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn row_id(&self, row: usize) -> Uuid {
        match self.rows.get(row) {
            Some(Row::Heading(_, id)) => *id,
            Some(Row::Line {
                line: Some(line), ..
            }) => line.id,
            Some(Row::Item { item, .. }) => item.id,
            Some(Row::Line {
                built: Some(built), ..
            }) => built.row_id(),
            _ => Uuid::from_u128(1_000 + row as u128),
        }
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        match self.rows.get(row) {
            Some(Row::Heading(title, _)) => Cell {
                text: (*title).to_owned(),
                kind: Kind::Heading,
                ..Cell::default()
            },
            Some(Row::Item {
                item,
                result,
                decimals,
            }) => self.item_cell(None, (Some(item), *result), column, *decimals),
            Some(Row::Line {
                built: Some(built),
                result,
                decimals,
                ..
            }) => self.item_cell(Some(built), (built.item, *result), column, *decimals),
            Some(Row::Line {
                line,
                result,
                decimals,
                ..
            }) => self.line_cell(*line, *result, column, *decimals),
            None => Cell::default(),
        }
    }

    fn cell_name(&self, row: usize, column: usize) -> String {
        flow::cell_name(&self.heads, self.label(row), column)
    }

    fn typed(&self, row: usize, column: usize) -> Option<String> {
        if self.purpose == Purpose::Edit && self.item(row).is_some() {
            return match (column, self.built(row)) {
                (LABEL, None) => self.item(row).map(|item| item.title().to_owned()),
                (LABEL, Some(_)) | (_, None) => None,
                (UNIT, Some(built)) => built.typed_path().map(|_| built.line.unit.clone()),
                (_, Some(built)) => built.typed(self.period(column), self.style),
            };
        }
        let line = self.line(row).filter(|_| self.purpose == Purpose::Edit)?;
        match (column, &line.value) {
            (LABEL, _) => Some(line.title().to_owned()),
            (UNIT, _) => Some(line.unit.clone()),
            (TOTAL, Value::Number(figure)) => Some(self.style.typed(*figure)),
            (_, Value::Number(figure)) if column >= LEAD => Some(self.style.typed(*figure)),
            (_, Value::Series(figures)) if column >= LEAD => Some(
                figures
                    .get(column - LEAD)
                    .map_or_else(String::new, |figure| self.style.typed(*figure)),
            ),
            _ => None,
        }
    }

    fn copied(&self, row: usize, column: usize) -> String {
        if let Some(text) = self.typed(row, column) {
            return text;
        }
        self.plain(row, column)
            .filter(|_| column >= TOTAL)
            .map_or_else(
                || self.cell(row, column).text,
                |figure| self.style.typed(figure),
            )
    }

    fn cleared(&self, row: usize, column: usize) -> Option<String> {
        (column >= TOTAL)
            .then(|| self.typed(row, column))
            .flatten()
            .map(|_| "0".to_owned())
    }

    fn change(&self, changes: &[Change]) -> Changed {
        let mut changed = Changed::default();
        let mut rows: Vec<Line> = Vec::new();
        let mut of_items = items::Changes::default();
        for change in changes {
            if let Some(item) = self.item(change.row) {
                if let Err(why) = self.change_item(item, change, &mut of_items) {
                    changed.refused.push((change.clone(), why));
                }
                continue;
            }
            let Some(own) = self.line(change.row) else {
                continue;
            };
            let at = rows
                .iter()
                .position(|row| row.id == own.id)
                .unwrap_or_else(|| {
                    rows.push(own.clone());
                    rows.len() - 1
                });
            if let Err(why) = self.change_line(&mut rows[at], change) {
                changed.refused.push((change.clone(), why));
            }
        }
        let touched = rows
            .into_iter()
            .filter(|row| self.scenario.line(row.id) != Some(row));
        changed.edits = touched
            .map(|row| ScenarioEdit::UpdateLine(Box::new(row)))
            .chain(of_items.edits(self.scenario))
            .collect();
        changed
    }
}
